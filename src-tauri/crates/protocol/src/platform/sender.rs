//! What a request shows of its sender.

use messages::Message;

use crate::platform::contract::{Certainty, Recognition};
use crate::platform::name::Platform;

/// What a request shows of its sender.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Sender {
    /// The platform that is surest of it, and why.
    Platform(Platform, Recognition),
    /// No platform of the app's, and what is known of it.
    Neighbour(Message),
    /// It looks like a platform's, and this header field shows that it is another sender's.
    Foreign(String),
    /// Nothing.
    Unknown,
}

impl Sender {
    /// The platform whose request it is; one that only looks like its own does not take it.
    pub(crate) fn sure_platform(&self) -> Option<Platform> {
        match self {
            Self::Platform(platform, found) => {
                (found.certainty == Certainty::Sure).then_some(*platform)
            }
            Self::Neighbour(_) | Self::Foreign(_) | Self::Unknown => None,
        }
    }
}
