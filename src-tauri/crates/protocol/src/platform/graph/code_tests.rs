//! A conversation as automatic tests of a Code project, in which the webhook's answers stand as
//! mocks, (6) "Test tags":
//!
//! - of the mocks before a call the last one counts whose address and body fit it;
//! - without `strictMatch` a body fits where all of its fields are in the call's;
//! - status 200 and the type `json` are the defaults; other texts count to the last space.

use std::collections::HashSet;
use std::io;

use indexmap::IndexMap;
use json_text::same_value;
use messages::{Lang, Message};
use quick_xml::Writer;
use quick_xml::escape::partial_escape;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

use super::names::EVENT_KEY;
use super::words::tests as words;
use super::{TAKEN_STATUS, turn};
use crate::platform::export::{ExportedConversation, ExportedTurn};
use crate::platform::user_turn::object_text;

/// The format's name.
pub(super) const FORMAT: &str = "sber-code-xml";

/// The address of a webhook that is not named: a bot's own has its secret.
const UNKNOWN_URL: &str = "https://webhook.example/";

/// The status of a mock in place of an answer that there was not: none but 200 is taken.
const NO_ANSWER: u16 = 504;

const INDENT: usize = 4;

/// An XML writer into memory, which takes everything.
type Xml = Writer<Vec<u8>>;

/// The file.
pub(super) fn write(conversation: &ExportedConversation) -> Vec<u8> {
    let mut xml = Writer::new_with_indent(Vec::new(), b' ', INDENT);
    document(&mut xml, conversation).expect("memory takes everything");
    let mut bytes = xml.into_inner();
    bytes.push(b'\n');
    bytes
}

fn document(xml: &mut Xml, conversation: &ExportedConversation) -> io::Result<()> {
    let lang = conversation.lang;
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    say(xml, &(&words::HEAD).into(), lang)?;
    if conversation.url.is_none() {
        say(xml, &words::ADDRESS.arg(UNKNOWN_URL), lang)?;
    }
    xml.write_event(Event::Start(BytesStart::new("test")))?;
    let (name, _) = held(&conversation.name.replace(['\n', '\r', '\t'], " "));
    let case = BytesStart::new("test-case").with_attributes([("id", &*name)]);
    xml.write_event(Event::Start(case))?;
    let url = conversation.url.as_deref().unwrap_or(UNKNOWN_URL);
    let mut turns = &conversation.turns[..];
    while let Some(first) = turns.first() {
        let chained = turns.iter().skip(1).take_while(|turn| turn.is_chained);
        let (message, later) = turns.split_at(1 + chained.count());
        for mock in mocks(message) {
            write_mock(xml, &mock, url, lang)?;
        }
        let (text, left_out) = held(first.text.as_deref().unwrap_or_default());
        say_left_out(xml, left_out, lang)?;
        element(xml, "q", &[], &text)?;
        xml.create_element("a").write_empty()?;
        turns = later;
    }
    xml.write_event(Event::End(BytesEnd::new("test-case")))?;
    xml.write_event(Event::End(BytesEnd::new("test")))
}

/// What a call is answered.
struct Mock<'a> {
    turn: &'a ExportedTurn,
    /// The fields by which the call is known.
    body: IndexMap<String, String>,
    /// A call of the same message cannot be told from this one.
    is_twin: bool,
}

/// The mocks of one message's turns. Each names the event; where several calls have the same one,
/// also the variables by which they differ. One with fewer fields fits the calls of those with
/// more, too, and stands before them: the last one that fits a call is its own.
fn mocks(message: &[ExportedTurn]) -> Vec<Mock<'_>> {
    let mut mocks: Vec<Mock<'_>> = Vec::with_capacity(message.len());
    for turn in message {
        let differing = differing(message.iter().filter(|other| other.event == turn.event));
        let own = turn.variables.iter();
        let own = own.filter(|(name, _)| differing.contains(name.as_str()));
        let mut body = IndexMap::new();
        body.insert(EVENT_KEY.to_owned(), turn::text(&turn.event));
        body.extend(own.map(|(name, value)| (name.clone(), value.clone())));
        let is_twin = mocks.iter().any(|mock| are_equal(&mock.body, &body));
        mocks.push(Mock {
            turn,
            body,
            is_twin,
        });
    }
    // It keeps the order of those that are equally long.
    mocks.sort_by_key(|mock| mock.body.len());
    mocks
}

/// The names of the variables that are not equal in all of these turns.
fn differing<'a>(turns: impl Iterator<Item = &'a ExportedTurn>) -> HashSet<&'a str> {
    let turns: Vec<_> = turns.collect();
    let Some((first, others)) = turns.split_first() else {
        return HashSet::new();
    };
    let names = turns.iter().flat_map(|turn| turn.variables.keys());
    let differs = |name: &&String| {
        let value = first.variables.get(*name);
        let is_equal = |other: &&ExportedTurn| match (value, other.variables.get(*name)) {
            (Some(one), Some(other)) => same_value(one, other),
            (one, other) => one.is_none() && other.is_none(),
        };
        !others.iter().all(is_equal)
    };
    names.filter(differs).map(String::as_str).collect()
}

fn are_equal(one: &IndexMap<String, String>, other: &IndexMap<String, String>) -> bool {
    let mut all = one.iter();
    one.len() == other.len()
        && all.all(|(name, value)| {
            other
                .get(name)
                .is_some_and(|other| same_value(value, other))
        })
}

fn write_mock(xml: &mut Xml, mock: &Mock<'_>, url: &str, lang: Lang) -> io::Result<()> {
    if mock.is_twin {
        say(xml, &(&words::TWIN).into(), lang)?;
    }
    let answer = mock.turn.answer.as_ref();
    let text = answer.map_or("", |answer| &answer.text);
    let is_json = answer.is_some_and(|answer| answer.is_json);
    let (text, left_out) = match is_json {
        true => (json_held(text), 0),
        false => held(text),
    };
    match answer {
        None => say(xml, &(&words::NO_ANSWER).into(), lang)?,
        Some(answer) if answer.is_in_part => say(xml, &(&words::NO_TEXT).into(), lang)?,
        Some(_) => say_left_out(xml, left_out, lang)?,
    }
    xml.write_event(Event::Start(BytesStart::new("mockData")))?;
    element(xml, "query", &[("method", "post")], &held(url).0)?;
    element(xml, "body", &[], &json_held(&object_text(&mock.body)))?;
    let status = answer.map_or(NO_ANSWER, |answer| answer.status);
    let status_text = status.to_string();
    let mut attributes = Vec::new();
    if status != TAKEN_STATUS {
        attributes.push(("status", &*status_text));
    }
    if !is_json {
        attributes.push(("type", "text"));
    }
    element(xml, "response", &attributes, &text)?;
    xml.write_event(Event::End(BytesEnd::new("mockData")))
}

fn element(xml: &mut Xml, name: &str, attributes: &[(&str, &str)], text: &str) -> io::Result<()> {
    let element = xml.create_element(name);
    let element = element.with_attributes(attributes.iter().copied());
    let text = BytesText::from_escaped(partial_escape(text));
    element.write_text_content(text).map(drop)
}

/// A comment. It ends at two hyphens in a row, which stand in no sentence.
fn say(xml: &mut Xml, message: &Message, lang: Lang) -> io::Result<()> {
    let text = format!(" {} ", message.text(lang).replace("--", "- -"));
    xml.write_event(Event::Comment(BytesText::from_escaped(&*text)))
}

fn say_left_out(xml: &mut Xml, left_out: u64, lang: Lang) -> io::Result<()> {
    match left_out {
        0 => Ok(()),
        many => say(xml, &words::LEFT_OUT.arg(many), lang),
    }
}

/// Whether a character can stand in XML 1.0, by itself or as a reference (2.2, "Char").
const fn is_held(letter: char) -> bool {
    matches!(letter, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..)
}

/// A text without what XML cannot hold, and how many characters that were.
fn held(text: &str) -> (String, u64) {
    let mut left_out = 0;
    let held = text.chars().filter(|letter| {
        let is_held = is_held(*letter);
        left_out += u64::from(!is_held);
        is_held
    });
    (held.collect(), left_out)
}

/// JSON of the same value in which XML holds everything: what it does not can stand in a string
/// alone, where an escape means the same.
fn json_held(text: &str) -> String {
    let mut held = String::with_capacity(text.len());
    for letter in text.chars() {
        match is_held(letter) {
            true => held.push(letter),
            false => held.push_str(&format!("\\u{:04x}", u32::from(letter))),
        }
    }
    held
}

#[cfg(test)]
mod tests;
