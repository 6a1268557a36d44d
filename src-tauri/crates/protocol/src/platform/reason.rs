//! Why an exchange is read as one platform's.

use messages::{Message, Say};
use serde::Serialize;
use utoipa::ToSchema;

use crate::platform::contract::Certainty;
use crate::platform::name::{Platform, PlatformChoice};
use crate::platform::sender::Sender;
use crate::words::recognitions as words;

/// How a platform came to an exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReasonKind {
    /// It was chosen.
    Chosen,
    /// The request shows it.
    Sure,
    /// The request looks like another platform's, but not enough for it to be taken.
    Likely,
}

/// Why an exchange is read as one platform's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlatformReason {
    /// How it came to be.
    pub how: ReasonKind,
    message: Message,
}

impl PlatformReason {
    /// Why an exchange follows `platform`, where its bot chooses so and its request is
    /// recognised so.
    pub(crate) fn new(platform: Platform, choice: PlatformChoice, sender: Sender) -> Self {
        let chosen = Self {
            how: ReasonKind::Chosen,
            message: (&words::CHOSEN).into(),
        };
        if choice == PlatformChoice::Fixed(platform) {
            return chosen;
        }
        // The bot chose otherwise when the exchange arrived.
        if sender.sure_platform().unwrap_or_default() != platform {
            return chosen;
        }
        match sender {
            Sender::Platform(_, found) => Self {
                how: match found.certainty {
                    Certainty::Sure => ReasonKind::Sure,
                    Certainty::Likely => ReasonKind::Likely,
                },
                message: found.reason,
            },
            Sender::Neighbour(known) => Self {
                how: ReasonKind::Sure,
                message: known,
            },
            Sender::Foreign(field) => Self {
                how: ReasonKind::Sure,
                message: words::OTHER_SENDER.arg(field),
            },
            Sender::Unknown => Self {
                how: ReasonKind::Sure,
                message: (&words::NO_MARKS).into(),
            },
        }
    }
}

impl Say for PlatformReason {
    fn message(&self) -> Message {
        self.message.clone()
    }
}
