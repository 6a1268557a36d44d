//! The engine: the webhook server, answering, holds, replay and the feed.
//!
//! The only crate that spawns tasks. It knows nothing of windows, browsers or HTTP APIs: those
//! hold an [`Engine`] and ask.
//!
//! The modules lie in one order, which the tidy test `modules` holds, from the top down: the
//! handle (`engine`); the tasks beside requests (`background`), sending again (`replay`) and the
//! webhook server (`ingress`); a request's way (`turn`) and who answers it (`responder`); the
//! state that they share (`shared`); its parts (`tunnel`, `variable_names`, `client`, `late`,
//! `holds`, `ruling`, `bots`, `bot_rules`, `settings`, `feed`); and the helpers that know nothing
//! of the app (`http`, `read_aside`, `clock`).

#![warn(missing_docs)]

mod access;
mod answering;
mod api_endpoint;
mod attempts;
mod background;
mod bodies;
mod body_stream;
mod bot_rules;
mod bots;
mod callbacks;
mod caller_probe;
mod chains;
mod chats;
mod circles;
mod client;
pub mod clock;
mod connection_limit;
mod conversation_words;
mod data_dir;
mod detach_on_drop;
mod documents;
mod engine;
mod error;
mod feed;
mod file_error;
mod forwards;
mod holds;
mod http;
mod ingress;
mod late;
mod outgoing;
mod patience;
mod read_aside;
mod reading;
mod receipt;
mod refusal;
mod replaced_head;
mod replay;
mod responder;
mod rule_folders;
mod ruling;
mod runs;
mod scenario_runs;
mod secrets;
mod settings;
mod shared;
mod simulated_calls;
mod simulator;
mod stall;
mod tunnel;
mod turn;
mod variable_names;
mod watch;
mod what_if;
mod words;

#[cfg(test)]
#[path = "../tests/faults/mod.rs"]
mod fault_tests;
#[cfg(test)]
#[path = "../tests/sockets/mod.rs"]
pub(crate) mod socket_tests;
#[cfg(test)]
#[path = "../tests/turn/mod.rs"]
mod turn_tests;

pub use access::{Access, AccessChange, Login, NewLogin};
pub use answering::{
    AnswerText, Answering, CONNECT_SECONDS, Fallback, HOLD_SECONDS, Hold, Mode, UPSTREAMS_MAX,
    Upstream,
};
pub use body_stream::{BodyStream, UnreadableBody};
pub use bot_rules::{
    BotRules, RULES_BYTES_MAX, RULES_MAX, RuleFares, RuleStateEntry, RuleUsage, UnreadableRule,
};
pub use bots::{Bot, BotPatch, NewBot, OldAddress, UserNames, UserNamesPatch, new_secret};
pub use caller_probe::CallerProbe;
pub use client::{Edit, EditedBody};
pub use data_dir::{DATA_DIR_VARIABLE, default_data_dir};
pub use documents::{DocumentKind, DocumentReport};
pub use engine::{
    AnswerPage, AnswerQuery, AnswerVersion, AnsweredTurn, Attempt, CONVERSATION_TURNS_MAX,
    CallMade, ComposedCall, ConversationTurn, DRY_RUN_MAX, Engine, EngineConfig, Listen,
    MadeScenario, NewUserTurn, PlayedUser, RUN_TURNS_MAX, RuleExport, RuleImport, RunOf, RunTarget,
    ServerWait, ServerWaits, Status, TunnelView, UserTurnMade, WATCHED_MAX,
};
pub use error::{Error, Invalid, InvalidKind, StartError, Subject};
pub use feed::{Batch, Event, EventKind, Feed};
pub use file_error::FileError;
pub use holds::{HeldFallback, MAX_HELD};
pub use outgoing::{Fault, Outgoing};
pub use patience::{CallerWait, Learned, PROBE_SECONDS, Patience, Probe, ProbeState};
pub use reading::Reading;
pub use replay::Target;
pub use rule_folders::{RuleFolder, RuleFolderState};
pub use ruling::{
    DryRunOutcome, NotMatched, ShownAnswer, TriedError, TriedReply, TriedTurn, TurnOfDryRun,
};
pub use runs::{ReplayedTurn, RunId, RunState, RunView};
pub use scenario_runs::{ScenarioRunView, ScenarioState, ScenarioStep};
pub use secrets::KeyStore;
pub use settings::{Grouping, LanguageChoice, RANGES, Range, Settings, Theme};
pub use stall::{StallWatch, Stalled};
pub use tunnel::{Check, CheckOutcome, TunnelWarning, Usage};
pub use watch::{ChangedTurn, WatchPlan, WatchRun, WatchState, WatchView};
pub use what_if::{CarriedTurn, ShortAnswer, WhatIfState, WhatIfView};
