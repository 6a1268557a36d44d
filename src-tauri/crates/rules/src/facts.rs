//! What a rule is asked about: one turn, borrowed from whoever has it.
//!
//! [`RuleSet::needs`](crate::RuleSet::needs) says beforehand what the rules of an event ask for, so
//! that the caller fetches no more.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;
use protocol::Headers;

use crate::definition::Field;

/// Which facts a set of rules asks for: the others may be left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// The user's turn before.
    pub previous_turn: bool,
    /// The text of the body.
    pub body: bool,
    /// The conversation's id.
    pub conversation: bool,
    /// The header fields.
    pub headers: bool,
    /// The address's parameters.
    pub query: bool,
    /// The variables.
    pub variables: bool,
    /// Templates, expressions or schemas take part, which may take some milliseconds.
    pub may_take_long: bool,
}

impl Needs {
    /// What one or the other asks for.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            previous_turn: self.previous_turn || other.previous_turn,
            body: self.body || other.body,
            conversation: self.conversation || other.conversation,
            headers: self.headers || other.headers,
            query: self.query || other.query,
            variables: self.variables || other.variables,
            may_take_long: self.may_take_long || other.may_take_long,
        }
    }

    /// What a condition on a field asks for.
    pub(crate) fn add_field(&mut self, field: &Field) {
        match field {
            Field::Body => self.body = true,
            Field::PreviousEvent => self.previous_turn = true,
            Field::Variable(_) => self.variables = true,
            Field::Header(_) => self.headers = true,
            Field::Query(_) => self.query = true,
            Field::Event
            | Field::Method
            | Field::Path
            | Field::Platform
            | Field::Source
            | Field::User
            | Field::Call => {}
        }
    }
}

/// A variable: its name and its value as JSON text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FactVariable<'a> {
    /// The name.
    pub name: &'a str,
    /// The value, exactly as sent.
    pub json: &'a str,
}

/// The user's turn before.
#[derive(Clone, Copy, Debug, Default)]
pub struct PreviousTurn<'a> {
    /// Its event.
    pub event: Option<&'a str>,
    /// Its variables as they came in.
    pub variables: &'a [FactVariable<'a>],
}

/// A turn.
#[derive(Clone, Copy, Debug, Default)]
pub struct Facts<'a> {
    /// The request's method.
    pub method: &'a str,
    /// The path as received.
    pub path: &'a str,
    /// What followed `?`, as received.
    pub query: Option<&'a str>,
    /// The request's header fields.
    pub headers: Option<&'a Headers>,
    /// The platform's name.
    pub platform: &'a str,
    /// The source's name.
    pub source: &'a str,
    /// The event, whole.
    pub event: Option<&'a str>,
    /// The user, whole.
    pub user: Option<&'a str>,
    /// The conversation's id, for rules that count by it.
    pub conversation: Option<&'a str>,
    /// The body as text; `None` for a body that is empty or no text.
    pub body: Option<&'a str>,
    /// The variables as they came in.
    pub variables: &'a [FactVariable<'a>],
    /// The user's turn before, where there was one.
    pub previous: Option<PreviousTurn<'a>>,
}

impl<'a> Facts<'a> {
    /// The values of the address's parameters of a name, percent and plus decoded.
    pub fn query_values(&self, name: &str) -> impl Iterator<Item = Cow<'a, str>> {
        query_pairs(self.query).filter_map(move |(key, value)| (key == name).then_some(value))
    }
}

/// The parameters of an address, decoded as forms are.
pub(crate) fn query_pairs(
    query: Option<&str>,
) -> impl Iterator<Item = (Cow<'_, str>, Cow<'_, str>)> {
    let parts = query
        .unwrap_or_default()
        .split('&')
        .filter(|part| !part.is_empty());
    parts.map(|part| {
        let (key, value) = part.split_once('=').unwrap_or((part, ""));
        (decoded(key), decoded(value))
    })
}

fn decoded(text: &str) -> Cow<'_, str> {
    if !text.contains('+') {
        return percent_decode_str(text).decode_utf8_lossy();
    }
    let spaced = text.replace('+', " ");
    Cow::Owned(percent_decode_str(&spaced).decode_utf8_lossy().into_owned())
}
