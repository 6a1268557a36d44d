//! What an exchange is and what the platforms make of it.
//!
//! Pure: no clock, no files, no tasks. Time and identity come in as values,
//! and broken input is data: nothing here fails because of what a bot sent.

#![warn(missing_docs)]

mod analysis;
mod answer;
mod body;
mod content;
mod document;
mod exchange;
mod filter;
mod finding;
pub mod forms;
mod message;
mod names;
mod outcome;
pub mod platform;
mod variable;
mod visible;
mod words;

pub use analysis::{
    AnswerView, ReadAs, RequestView, after_sending, answer_steps, exported_answer, read_answer,
    read_request, variables,
};
pub use answer::{Answer, AnswerError, AnswerProblem, DEFAULT_CONTENT_TYPE, is_token};
pub use body::{
    BodyInfo, BodyKind, DECODED_LIMIT, DecodedBody, DecodedText, body_info, decode_beginning,
    decode_body, decode_text, encode_text, is_compressed, text_with_escapes,
};
pub use content::{BEGINNING_BYTES, Body, BodySource, IN_MEMORY_BYTES};
pub use document::Document;
pub use exchange::{
    Answers, AttemptOf, Ending, Exchange, Failure, FailureCode, LARGEST_BODY, MessageTurn,
    RecordedMessage, RuleUse, Summary, Timing, list_name,
};
pub use filter::{
    Comparison, Condition, Filter, FilterError, FilterTime, FilteredRequest, Having, Mark,
    NameCase, PathError, PathStep, Term, VariablePath, VariableTest, Wanted, filter_values,
    parse_filter, values_below,
};
pub use finding::{Code, Finding, FindingCounts, OwnFinding, Severity, count};
pub use message::{Headers, HttpVersion, Request};
pub use messages::Lang;
pub use names::{
    AnsweredBy, BotId, ConversationId, ExchangeId, FaultKind, Micros, Side, Source, State,
    UnknownName, UtcMillis,
};
pub use outcome::{Outcome, Reason, Saved};
pub use platform::{Platform, PlatformChoice};
pub use variable::{Change, Role, Variable};
pub use visible::{is_name, is_unseen};
