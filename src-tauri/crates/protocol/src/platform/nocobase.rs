//! NocoBase: a bot can choose it; its requests are read as those of any other sender.

use messages::{Words, messages};

use crate::platform::contract::Contract;
use crate::platform::name::Platform;

messages! {
    /// The platform's words.
    mod words;

    /// Its name.
    NAME = "nocobase", "NocoBase", "NocoBase";
}

/// NocoBase.
pub(super) struct NocoBase;

impl Contract for NocoBase {
    fn platform(&self) -> Platform {
        Platform::Nocobase
    }

    fn name(&self) -> &'static Words {
        &words::NAME
    }
}
