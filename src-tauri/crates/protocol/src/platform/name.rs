//! The names of the platforms, and how a bot chooses one.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::names::{UnknownName, text_schema, vocabulary};

vocabulary! {
    /// Whose rules a request follows.
    #[derive(Default)]
    Platform {
        /// Sber's SaluteBot Graph.
        Graph = "graph",
        /// LeadConverter.
        Leadconverter = "leadconverter",
        /// ChatApp.
        Chatapp = "chatapp",
        /// Webim.
        Webim = "webim",
        /// NocoBase.
        Nocobase = "nocobase",
        /// Anything else.
        #[default]
        Plain = "plain",
    }
}

/// A bot's platform setting: recognised from each request, or fixed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum PlatformChoice {
    /// Each request is recognised by what it looks like.
    #[default]
    Auto,
    /// Every request follows this platform.
    Fixed(Platform),
}

impl PlatformChoice {
    /// `auto` or the platform's text.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Fixed(platform) => platform.as_str(),
        }
    }
}

impl utoipa::PartialSchema for PlatformChoice {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        text_schema(std::iter::once("auto").chain(Platform::ALL.iter().map(|one| one.as_str())))
    }
}

impl ToSchema for PlatformChoice {}

impl TryFrom<String> for PlatformChoice {
    type Error = UnknownName;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text == "auto" {
            Ok(Self::Auto)
        } else {
            text.parse().map(Self::Fixed)
        }
    }
}

impl From<PlatformChoice> for String {
    fn from(choice: PlatformChoice) -> Self {
        choice.as_str().to_owned()
    }
}
