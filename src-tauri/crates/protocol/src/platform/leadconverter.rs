//! LeadConverter: a bot can choose it; its requests are read as those of any other sender.

use messages::{Words, messages};

use crate::platform::contract::Contract;
use crate::platform::name::Platform;

messages! {
    /// The platform's words.
    mod words;

    /// Its name.
    NAME = "leadconverter", "LeadConverter", "LeadConverter";
}

/// LeadConverter.
pub(super) struct LeadConverter;

impl Contract for LeadConverter {
    fn platform(&self) -> Platform {
        Platform::Leadconverter
    }

    fn name(&self) -> &'static Words {
        &words::NAME
    }
}
