//! What an exchange is and what the platforms make of it.
//!
//! Pure: no clock, no files, no tasks. Time and identity come in as values,
//! and broken input is data: nothing here fails because of what a bot sent.

#![warn(missing_docs)]

mod answer;
mod exchange;
mod message;
mod names;

pub use answer::{Answer, AnswerError};
pub use exchange::{Exchange, Failure, FailureCode, FindingCounts, OwnFinding, Summary, Timing};
pub use message::{Headers, HttpVersion, Request};
pub use names::{
    AnsweredBy, BotId, ExchangeId, Lang, Platform, PlatformChoice, Source, State, UtcMillis,
};
