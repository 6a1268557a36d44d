//! ChatApp: a bot can choose it; its requests are read as those of any other sender.

use messages::{Words, messages};

use crate::platform::contract::Contract;
use crate::platform::name::Platform;

messages! {
    /// The platform's words.
    mod words;

    /// Its name.
    NAME = "chatapp", "ChatApp", "ChatApp";
}

/// ChatApp.
pub(super) struct ChatApp;

impl Contract for ChatApp {
    fn platform(&self) -> Platform {
        Platform::Chatapp
    }

    fn name(&self) -> &'static Words {
        &words::NAME
    }
}
