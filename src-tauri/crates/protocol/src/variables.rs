//! The variables table: what came in, what goes out and what the bot has afterwards.

use std::borrow::Cow;
use std::collections::HashMap;

use json_text::{Entry, Kind, unescape_lossy};

use crate::analysis::{AnswerView, RequestView};
use crate::answer::Answer;
use crate::document::Document;
use crate::message::Request;
use crate::platform;
use crate::variable::{Change, Variable, change};

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
