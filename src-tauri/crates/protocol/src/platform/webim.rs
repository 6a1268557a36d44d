//! Webim: a bot can choose it, and its header fields keep other platforms from taking its
//! requests; they are read as those of any other sender.

use messages::{Words, messages};

use crate::platform::contract::Contract;
use crate::platform::name::Platform;

messages! {
    /// The platform's words.
    mod words;

    /// Its name.
    NAME = "webim", "Webim", "Webim";
}

/// Webim.
pub(super) struct Webim;

impl Contract for Webim {
    fn platform(&self) -> Platform {
        Platform::Webim
    }

    fn name(&self) -> &'static Words {
        &words::NAME
    }

    fn marks(&self) -> &'static [&'static str] {
        &["X-Bot-API-Dialect", "X-Bot-API-Version", "X-Webim-Version"]
    }
}
