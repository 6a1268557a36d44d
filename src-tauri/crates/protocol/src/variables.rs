//! The variables table: what came in, what goes out and what the bot has afterwards.

use std::borrow::Cow;
use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::body::Document;
use crate::json::{Entry, Kind, equal::same_value, unescape_lossy};
use crate::platform;
use crate::{Answer, AnswerView, Request, RequestView};

/// Whose a variable is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Names the event.
    Event,
    /// Written by the platform.
    System,
    /// Belongs to the dialog engine.
    Engine,
    /// The developer's own.
    User,
}

/// What an answer does to a variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// Only in the answer.
    New,
    /// Another value, or to or from null.
    Changed,
    /// A value of another type.
    TypeChanged,
    /// Returned with an equal value.
    Same,
    /// Not returned.
    Untouched,
}

/// A row of the variables table. Values are JSON text exactly as sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Variable {
    /// The top-level key.
    pub name: String,
    /// Whose it is.
    pub role: Role,
    /// What came in.
    #[serde(rename = "in")]
    pub before: Option<String>,
    /// What goes out.
    #[serde(rename = "out")]
    pub sent: Option<String>,
    /// What the bot has afterwards.
    pub after: Option<String>,
    /// What the answer does to it.
    pub change: Change,
}

/// The rows: the request's keys in the body's order, then the answer's new ones.
#[must_use]
pub fn variables(
    view: &RequestView,
    _request: &Request,
    answer: Option<(&Answer, &AnswerView)>,
) -> Vec<Variable> {
    let rules = platform::rules(view.platform);
    let merged = answer.is_some_and(|(_, answer)| answer.outcome.merged);
    let answer = answer.and_then(|(_, answer)| answer.document.as_ref());
    let sent = answer.map(entries).unwrap_or_default();
    let mut places: HashMap<&str, usize> = HashMap::with_capacity(sent.len());
    for (index, one) in sent.iter().enumerate() {
        places.insert(&one.name, index);
    }
    let mut returned = vec![false; sent.len()];
    let mut rows = Vec::new();
    for one in view.document.as_ref().map(incoming).unwrap_or_default() {
        let out = places.get(&*one.name).map(|index| {
            returned[*index] = true;
            &sent[*index]
        });
        let change = out.map_or(Change::Untouched, |out| one.change(out));
        let after = out.filter(|_| merged).map_or(one.value, |out| out.value);
        rows.push(Variable {
            role: (rules.role)(&one.name),
            name: one.name.into_owned(),
            before: Some(one.value.to_owned()),
            sent: out.map(|out| out.value.to_owned()),
            after: Some(after.to_owned()),
            change,
        });
    }
    let new = sent
        .into_iter()
        .zip(returned)
        .filter(|(_, returned)| !returned);
    rows.extend(new.map(|(one, _)| Variable {
        role: (rules.role)(&one.name),
        name: one.name.into_owned(),
        before: None,
        sent: Some(one.value.to_owned()),
        after: merged.then(|| one.value.to_owned()),
        change: Change::New,
    }));
    rows
}

/// A variable's name and value in a text.
struct Named<'a> {
    name: Cow<'a, str>,
    value: &'a str,
    kind: Kind,
}

impl Named<'_> {
    fn change(&self, out: &Self) -> Change {
        change((self.kind, self.value), (out.kind, out.value))
    }
}

/// What becomes of a value of this kind and text when another takes its place.
pub(crate) fn change(before: (Kind, &str), after: (Kind, &str)) -> Change {
    match (before.0, after.0) {
        (before, after) if before == after => {}
        (Kind::Null, _) | (_, Kind::Null) => return Change::Changed,
        _ => return Change::TypeChanged,
    }
    if same_value(before.1, after.1) {
        Change::Same
    } else {
        Change::Changed
    }
}

/// The variables of a request: the members of an object.
fn incoming(document: &Document) -> Vec<Named<'_>> {
    if document.is(Kind::Object) {
        entries(document)
    } else {
        Vec::new()
    }
}

/// The variables of an answer: the members of an object, or the items of an array by number.
fn entries(document: &Document) -> Vec<Named<'_>> {
    let text = document.text();
    let counted = document.survey.entries.iter().enumerate();
    let counting = counted.filter(|(_, entry)| !entry.overruled);
    counting
        .map(|(index, entry)| Named {
            name: name(document, text, index, entry),
            value: entry.value.of(text),
            kind: entry.kind,
        })
        .collect()
}

fn name<'a>(document: &Document, text: &'a str, index: usize, entry: &Entry) -> Cow<'a, str> {
    if document.is(Kind::Object) {
        unescape_lossy(entry.key.of(text))
    } else {
        Cow::Owned(index.to_string())
    }
}

#[cfg(test)]
mod tests;
