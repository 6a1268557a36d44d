//! The filter language: one text that the window, the API and the CLI understand alike.
//!
//! A filter is a list of terms that must all hold; `-` before a term negates it, and commas between
//! its values mean "or". Only the shape is decided here: what a term means for stored rows is the
//! store's.

mod keys;
mod named;
mod parse;
mod reader;
mod request;
mod time;
mod value;
mod variable_path;

use std::fmt;

use jiff::tz::TimeZone;
use messages::{Message, Say};

pub use keys::filter_values;
pub use parse::parse_filter;
pub use request::FilteredRequest;
pub use value::VariableTest;
pub use variable_path::{NameCase, PathError, PathStep, VariablePath, values_below};

use crate::names::{AnsweredBy, BotId, Source, State, UtcMillis};
use crate::platform::Platform;

/// What the words about time in a filter are relative to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilterTime {
    /// The present moment; decides which day `12:00` is on.
    pub now: UtcMillis,
    /// The reader's clock: a day before it was set forward or back has another distance from UTC.
    pub zone: TimeZone,
}

impl Default for FilterTime {
    fn default() -> Self {
        Self {
            now: UtcMillis::default(),
            zone: TimeZone::UTC,
        }
    }
}

/// A filter: every term must hold. Without terms it lets everything through.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filter {
    /// The terms, in the order of the text.
    pub terms: Vec<Term>,
    /// What a reader should know about how it was understood.
    pub notes: Vec<Message>,
}

impl Filter {
    /// Lets everything through.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }
}

/// One condition, or its opposite.
#[derive(Clone, Debug, PartialEq)]
pub struct Term {
    /// The condition must not hold.
    pub negated: bool,
    /// The condition.
    pub condition: Condition,
}

/// A text that a value is compared with, without case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The text.
    pub text: String,
    /// The value is this text, where it would else only contain it.
    pub whole: bool,
}

impl Wanted {
    /// A value that is this text.
    #[must_use]
    pub fn whole(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            whole: true,
        }
    }

    /// A value that contains this text.
    #[must_use]
    pub fn part(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            whole: false,
        }
    }
}

/// What a term asks for. Texts are compared without case; "contains" means anywhere in it.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// One of these holds: `event:pay,start`.
    Any(Vec<Self>),
    /// Free text: contained in anything that is searched.
    Text(String),
    /// `event:` the event.
    Event(Wanted),
    /// `user:` the user.
    User(Wanted),
    /// This user of this bot: what a user's name stands for. No text means it by itself.
    UserOf {
        /// Whose user.
        bot: BotId,
        /// The user.
        user: String,
    },
    /// `status:` from one status to another, both included: `200`, `5xx`, `500-599`.
    Status {
        /// The lowest status.
        from: u16,
        /// The highest status.
        to: u16,
    },
    /// `by:` who answered.
    By(AnsweredBy),
    /// `is:` a state or a mark.
    Is(Mark),
    /// `has:` a finding or a note.
    Has(Having),
    /// `method:` the whole method.
    Method(String),
    /// `path:` the path, or for a part of it the query too.
    Path(Wanted),
    /// `source:` where it came from.
    Source(Source),
    /// `platform:` whose rules it follows.
    Platform(Platform),
    /// `bot:` the bot's whole name or id.
    Bot(String),
    /// `body:` contained in the request's or the answer's body.
    Body(String),
    /// `note:` contained in the note.
    Note(String),
    /// `id:` the exchange's id or its beginning.
    Id(String),
    /// `of:` it repeats the exchange of this id, or is a call that a rule made after it; the id or
    /// its beginning.
    Of(String),
    /// `at>` the moment it arrived.
    At(Comparison, UtcMillis),
    /// `at:` it arrived on this day, or in this minute or second.
    AtSpan {
        /// The first moment.
        from: UtcMillis,
        /// The first moment after it.
        until: UtcMillis,
    },
    /// `duration>` in milliseconds.
    Duration(Comparison, f64),
    /// `size>` the request's body in bytes.
    Size(Comparison, u64),
    /// `var.PATH=` a variable or what is in it, in or out, has such a value.
    Variable {
        /// Where the value is.
        path: VariablePath,
        /// What it has to be.
        test: VariableTest,
    },
    /// `header.NAME:` a header of the request.
    Header {
        /// The field's name.
        name: String,
        /// Its value.
        value: Wanted,
    },
}

/// What follows `is:`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// The exchange is in this state.
    State(State),
    /// It is pinned.
    Pinned,
    /// It repeats another exchange.
    Replay,
}

/// What follows `has:`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Having {
    /// Any finding.
    Finding,
    /// A finding that is an error.
    Error,
    /// A finding that is a warning.
    Warning,
    /// A finding that is worth knowing.
    Info,
    /// A note.
    Note,
}

/// How two quantities compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    Greater,
    /// `>=`
    AtLeast,
}

impl Comparison {
    /// The sign, which SQL spells the same.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::Greater => ">",
            Self::AtLeast => ">=",
        }
    }
}

/// Why a filter cannot be understood, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilterError {
    pub(crate) message: Message,
    /// Where the term that does not fit begins, in bytes.
    pub offset: usize,
    /// The same in characters, from 1.
    pub column: usize,
}

impl Say for FilterError {
    fn message(&self) -> Message {
        self.message.clone()
    }
}

impl fmt::Display for FilterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.message.fmt(f)
    }
}

impl std::error::Error for FilterError {}

#[cfg(test)]
mod tests;
