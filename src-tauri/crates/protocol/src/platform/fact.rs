//! What a platform does with an answer, for a person: made from the constants that decide it.

use messages::{Message, Say};

/// A fact about a platform.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    message: Message,
    /// It is inferred; no page of the platform's states it.
    pub assumed: bool,
}

impl Fact {
    /// What a page of the platform's states.
    pub(super) fn stated(message: impl Into<Message>) -> Self {
        let message = message.into();
        Self {
            message,
            assumed: false,
        }
    }

    /// What is inferred.
    pub(super) fn assumed(message: impl Into<Message>) -> Self {
        let message = message.into();
        Self {
            message,
            assumed: true,
        }
    }
}

impl Say for Fact {
    fn message(&self) -> Message {
        self.message.clone()
    }
}
