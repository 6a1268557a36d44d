//! The engine: the webhook server, answering, holds, replay and the feed.
//!
//! The only crate that spawns tasks. It knows nothing of windows, browsers or HTTP APIs: those
//! hold an [`Engine`] and ask.

#![warn(missing_docs)]

mod access;
mod answering;
mod arrival;
mod body;
mod bots;
mod carried;
pub mod clock;
mod door;
mod engine;
mod error;
mod feed;
mod hold;
mod pipeline;
mod place;
mod reading;
mod replay;
mod secrets;
mod server;
mod settings;
mod tunnel;
mod variable_names;
mod wire;
mod words;

pub use access::{Access, AccessChange, Login, NewLogin};
pub use answering::{AnswerText, Answering, Fallback, HOLD_SECONDS, Hold, Mode};
pub use bots::{Bot, BotPatch, OldAddress, new_secret};
pub use engine::{Engine, EngineConfig, Listen, Status};
pub use error::{Error, Invalid, InvalidKind, StartError, Subject};
pub use feed::{Batch, Event, EventKind, Feed};
pub use hold::MAX_HELD;
pub use place::{DATA_DIR_VARIABLE, default_data_dir};
pub use reading::Reading;
pub use replay::{Edit, Target};
pub use secrets::KeyStore;
pub use settings::{Grouping, LanguageChoice, Settings, Theme};
pub use tunnel::{Check, CheckOutcome, TunnelView, Usage};
