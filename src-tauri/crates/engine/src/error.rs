//! What can go wrong in the app itself: a variant for the program, a sentence for the person.

use std::fmt;
use std::io::ErrorKind;
use std::net::SocketAddr;

use json_text::Position;
use messages::{Message, Say};
use protocol::Failure;
use protocol::platform::SettingsError;
use rules::{RuleError, RuleErrorKind};
use store::{NotSaved, OpenError, StoreError};

use crate::conversation_words;
use crate::file_error::FileError;
use crate::words;

/// Why something cannot be accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invalid {
    /// The part of the JSON document, as a JSON pointer; empty for the whole document.
    pub pointer: String,
    /// What kind of obstacle it is.
    pub kind: InvalidKind,
    /// Where in the text of that part.
    pub position: Option<Position>,
    /// What can be written in its place, where that is known.
    pub suggestion: Option<String>,
    message: Message,
}

/// What prevents something from being accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvalidKind {
    /// A value that does not fit.
    Value,
    /// The app's own address.
    OwnAddress,
    /// A template that cannot be parsed.
    TemplateSyntax,
}

impl Invalid {
    /// A value that does not fit.
    pub(crate) fn new(pointer: impl Into<String>, message: impl Into<Message>) -> Self {
        Self {
            pointer: pointer.into(),
            kind: InvalidKind::Value,
            position: None,
            suggestion: None,
            message: message.into(),
        }
    }

    /// The app's own address.
    pub(crate) fn own_address(pointer: &str) -> Self {
        Self {
            kind: InvalidKind::OwnAddress,
            ..Self::new(pointer, &words::OWN_ADDRESS)
        }
    }

    /// A rule that does not fit.
    pub(crate) fn rule(error: &RuleError) -> Self {
        let kind = match error.kind {
            RuleErrorKind::Invalid => InvalidKind::Value,
            RuleErrorKind::TemplateSyntax => InvalidKind::TemplateSyntax,
        };
        Self {
            pointer: error.pointer.clone(),
            kind,
            position: error.position,
            suggestion: None,
            message: error.message(),
        }
    }

    /// A text that is no scenario, with its place.
    pub(crate) fn scenario(error: &scenarios::FileError) -> Self {
        Self {
            position: Some(error.position),
            ..Self::new("/yaml", error.message.clone())
        }
    }

    /// A setting that its platform does not take.
    pub(crate) fn platform_settings(error: &SettingsError) -> Self {
        let pointer = format!("/platform_settings{}", error.pointer);
        Self {
            suggestion: error.suggestion.clone(),
            ..Self::new(pointer, error.message())
        }
    }

    /// What does not fit in a composed call, which lies at `at`.
    pub(crate) fn composed(at: &str, error: &SettingsError) -> Self {
        Self {
            suggestion: error.suggestion.clone(),
            ..Self::new(format!("{at}{}", error.pointer), error.message())
        }
    }

    /// The same, where what lies in `from` was given in `to`.
    pub(crate) fn moved(mut self, from: &str, to: &str) -> Self {
        if let Some(within) = self.pointer.strip_prefix(from) {
            self.pointer = format!("{to}{within}");
        }
        self
    }

    /// An answer that HTTP cannot carry, found below `at`.
    pub(crate) fn answer(at: &str, error: &protocol::AnswerError) -> Self {
        Self::new(format!("{at}{}", error.pointer), error.message())
    }
}

impl Say for Invalid {
    fn message(&self) -> Message {
        self.message.clone()
    }
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.message.fmt(f)
    }
}

impl std::error::Error for Invalid {}

/// A kind of thing that can be asked for and not be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A bot.
    Bot,
    /// An exchange.
    Exchange,
    /// A conversation.
    Conversation,
    /// A tunnel that was started before.
    Tunnel,
    /// An answer to an event.
    Answer,
    /// A rule.
    Rule,
    /// A probe of how long callers wait.
    Probe,
    /// A notice.
    Notice,
    /// A user of the simulator's.
    SimulatedUser,
    /// A call of the simulator's that is to be made again.
    SimulatedCall,
    /// A run of requests that are sent again.
    Run,
    /// A folder after whose saves conversations are sent.
    Watch,
}

/// Why the engine could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such thing.
    NotFound(Subject),
    /// The exchange does not wait for an answer any more.
    NotHeld,
    /// The exchange is not over yet.
    NotSettled,
    /// The caller has gone.
    CallerLeft,
    /// The last bot cannot be removed.
    LastBot,
    /// What was given does not fit.
    Invalid(#[from] Invalid),
    /// The port is taken.
    PortInUse(u16),
    /// The change could not be written to disk.
    NotSaved(#[from] NotSaved),
    /// The history could not be read.
    Store(#[from] StoreError),
    /// The tunnel has no address.
    NoAddress,
    /// A key could not be made.
    Key(#[from] tunnel::KeyError),
    /// A request could not be sent.
    Sending(Failure),
    /// The exchange has no late answer.
    NoLateAnswer,
    /// The late answer has been delivered.
    AlreadyDelivered,
    /// The late answer is no JSON object.
    NotAnObject,
    /// So many late answers wait to be delivered already.
    QueueFull(usize),
    /// Files of a folder are no rules.
    RuleFiles {
        /// What that means for what was asked.
        message: Message,
        /// Which, 20 at most.
        files: Vec<FileError>,
    },
    /// A folder of rules cannot be read or written: what is the matter.
    RuleFolder(Message),
    /// A turn of the simulated user is under way.
    TurnUnderWay,
    /// There is a simulated user of this name.
    UserExists,
    /// The simulator has no room: what is the matter.
    SimulatorFull(Message),
    /// So many runs are under way that no other one can begin.
    RunsFull,
    /// The conversation is too long for a file: how many MB there may be.
    ExportTooLong(u64),
}

impl Error {
    /// A rule that does not fit; `at`: where it stands in its document, a JSON pointer.
    #[must_use]
    pub fn rule(error: &RuleError, at: &str) -> Self {
        Invalid::rule(&error.clone().inside(at)).into()
    }
}

impl Say for Error {
    fn message(&self) -> Message {
        match self {
            Self::NotFound(Subject::Bot) => (&words::NO_BOT).into(),
            Self::NotFound(Subject::Exchange) => (&words::NO_EXCHANGE).into(),
            Self::NotFound(Subject::Tunnel) => (&words::NO_TUNNEL).into(),
            Self::NotFound(Subject::Conversation) => (&words::NO_CONVERSATION).into(),
            Self::NotFound(Subject::Rule) => (&words::NO_RULE).into(),
            Self::NotFound(Subject::Probe) => (&words::NO_PROBE).into(),
            Self::NotFound(Subject::Notice) => (&words::NO_NOTICE).into(),
            Self::NotFound(Subject::SimulatedCall) => (&words::NO_SIMULATED_CALL).into(),
            Self::NotFound(Subject::Run) => (&words::NO_RUN).into(),
            Self::NotFound(Subject::Watch) => (&conversation_words::NO_WATCH).into(),
            Self::NotFound(Subject::SimulatedUser) => (&words::NO_SIMULATED_USER).into(),
            Self::NotFound(Subject::Answer) => (&words::NO_ANSWER).into(),
            Self::NotHeld => (&words::NOT_HELD).into(),
            Self::NotSettled => (&words::NOT_SETTLED).into(),
            Self::CallerLeft => (&words::CALLER_LEFT).into(),
            Self::LastBot => (&words::LAST_BOT).into(),
            Self::NoAddress => (&words::NO_ADDRESS).into(),
            Self::Invalid(invalid) => invalid.message(),
            Self::PortInUse(port) => words::PORT_IN_USE.arg(u64::from(*port)),
            Self::NotSaved(cause) => cause.message(),
            Self::Store(cause) => cause.message(),
            Self::Key(cause) => cause.message(),
            Self::Sending(failure) => failure.message(),
            Self::NoLateAnswer => (&words::NO_LATE_ANSWER).into(),
            Self::AlreadyDelivered => (&words::ALREADY_DELIVERED).into(),
            Self::NotAnObject => (&words::NOT_AN_OBJECT).into(),
            Self::QueueFull(most) => words::QUEUE_FULL.arg(*most as u64),
            Self::RuleFiles { message, .. }
            | Self::RuleFolder(message)
            | Self::SimulatorFull(message) => message.clone(),
            Self::TurnUnderWay => (&words::TURN_UNDER_WAY).into(),
            Self::UserExists => (&words::USER_EXISTS).into(),
            Self::RunsFull => (&words::RUNS_FULL).into(),
            Self::ExportTooLong(most) => conversation_words::EXPORT_TOO_LONG.arg(*most),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.message().fmt(f)
    }
}

impl From<tunnel::PlanError> for Error {
    fn from(error: tunnel::PlanError) -> Self {
        let message = error.message();
        Invalid::new(error.pointer, message).into()
    }
}

/// Why the engine did not start. Nothing was changed on disk.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The data directory could not be used.
    Store(#[from] OpenError),
    /// The address asked for could not be listened on.
    Listen {
        /// The address.
        address: SocketAddr,
        /// The system's error.
        #[source]
        cause: std::io::Error,
    },
    /// The client for sending requests could not be made.
    Client(#[from] reqwest::Error),
    /// The history could not be read.
    History(#[from] StoreError),
    /// The history could not be written.
    NotSaved(#[from] NotSaved),
}

/// What happened and the next step, in one sentence.
impl Say for StartError {
    fn message(&self) -> Message {
        match self {
            Self::Store(error) => error.message(),
            Self::Listen { address, cause } if cause.kind() == ErrorKind::AddrInUse => {
                words::ADDRESS_TAKEN.arg(address.to_string())
            }
            Self::Listen { address, cause } => words::ADDRESS_REFUSED
                .arg(address.to_string())
                .arg(messages::foreign(cause)),
            Self::Client(cause) => words::NOT_STARTED.arg(messages::foreign_cause(cause)),
            Self::History(cause) => cause.message(),
            Self::NotSaved(cause) => cause.message(),
        }
    }
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.message().fmt(f)
    }
}
