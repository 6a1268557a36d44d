//! Why an exchange is read as it is.

use messages::{Lang, Say as _};
use protocol::platform::{PlatformReason, ReasonKind};
use serde::Serialize;
use utoipa::ToSchema;

/// Why an exchange is read as one platform's.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PlatformReason)]
pub(crate) struct PlatformReasonView {
    how: ReasonKind,
    /// The reason for programs.
    code: &'static str,
    /// The reason in the reader's language.
    message: String,
}

impl PlatformReasonView {
    pub(crate) fn new(reason: &PlatformReason, lang: Lang) -> Self {
        let message = reason.message();
        Self {
            how: reason.how,
            code: message.code(),
            message: message.text(lang),
        }
    }
}
