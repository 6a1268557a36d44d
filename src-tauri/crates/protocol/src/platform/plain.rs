//! Any other sender: its JSON is shown, and nothing is assumed about what it does with it.

use messages::{Words, messages};

use crate::platform::contract::Contract;
use crate::platform::name::Platform;

messages! {
    /// The platform's words.
    mod words;

    /// Its name.
    NAME = "plain", "Any HTTP", "Любой HTTP";
}

/// Any other sender.
pub(super) struct Plain;

impl Contract for Plain {
    fn platform(&self) -> Platform {
        Platform::Plain
    }

    fn name(&self) -> &'static Words {
        &words::NAME
    }
}
