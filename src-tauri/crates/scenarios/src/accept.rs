//! New expectations written into the text of a file: only what was accepted changes.

use std::collections::BTreeMap;
use std::path::PathBuf;

use json_text::unescape_lossy;
use rules::source::{File, Location, read};

use crate::expect::{Failure, pointer};
use crate::files::Case;

/// What a person took of what differed: the new value becomes the expectation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// The file that the step stands in.
    pub file: PathBuf,
    /// The step's place in it: `/steps/3`.
    step: String,
    failure: Failure,
}

impl Accepted {
    /// Takes what differed at a step; `None` where that is no value of an expectation.
    #[must_use]
    pub fn new(case: &Case, step: usize, failure: &Failure) -> Option<Self> {
        let step = case.steps.get(step)?;
        let is_value = failure.expected.is_some() || failure.actual.is_some();
        let is_sent = failure.pointer.starts_with("/send/");
        (is_value && !is_sent).then(|| Self {
            file: step.source.path.clone(),
            step: step.pointer.clone(),
            failure: failure.clone(),
        })
    }
}

/// The text of a file with what was accepted; `None` where the file has changed so that a step is
/// not there any more.
#[must_use]
pub fn accept(text: &str, accepted: &[Accepted]) -> Option<String> {
    let file = read(text).ok()?;
    let mut editor = Editor {
        text,
        file: &file,
        edits: BTreeMap::new(),
    };
    // Several new members of one object are inserted together.
    let mut inserted: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    for one in accepted {
        editor.file.locations.exact(&one.step)?;
        let expect = pointer(&one.step, "expect");
        let new = one.failure.actual.clone();
        let new = new.unwrap_or_else(|| "{$absent: true}".to_owned());
        let place = match one.failure.pointer.as_str() {
            "/status" | "/merged" => expect.clone() + &one.failure.pointer,
            other if other.starts_with("/after/") => expect.clone() + other,
            other => pointer(&expect, "answer") + other,
        };
        match editor.file.locations.exact(&place) {
            // That it may change is said beside its value.
            Some(_) if one.failure.expected.is_none() => {}
            Some(location) => editor.replace(&location, &new),
            None => {
                let (parent, name) = place.rsplit_once('/')?;
                let name = name.replace("~1", "/").replace("~0", "~");
                inserted
                    .entry(parent.to_owned())
                    .or_default()
                    .push((name, new));
            }
        }
        let only = pointer(&expect, "only");
        if one.failure.expected.is_none() && editor.file.locations.exact(&only).is_some() {
            let name = one.failure.pointer.trim_start_matches('/');
            let name = name.replace("~1", "/").replace("~0", "~");
            let items = inserted.entry(only).or_default();
            items.push((String::new(), name));
        }
    }
    for (place, members) in inserted {
        editor.insert(&place, &members)?;
    }
    Some(editor.done())
}

struct Editor<'t> {
    text: &'t str,
    file: &'t File,
    /// By where it begins: how many bytes go, and what comes in their place.
    edits: BTreeMap<usize, (usize, String)>,
}

fn offset(position: json_text::Position) -> usize {
    usize::try_from(position.offset).unwrap_or(usize::MAX)
}

/// A text as YAML writes it between other things.
fn quoted(text: &str) -> String {
    let is_plain = !text.is_empty()
        && text.chars().all(|one| one.is_alphanumeric() || one == '_')
        && text.starts_with(char::is_alphabetic)
        && !matches!(
            text.to_lowercase().as_str(),
            "true" | "false" | "null" | "yes" | "no" | "on" | "off" | "y" | "n"
        );
    match is_plain {
        true => text.to_owned(),
        false => serde_json::Value::from(text).to_string(),
    }
}

/// A JSON value as YAML writes it between other things.
fn written(json: &str) -> String {
    match json.starts_with('"') {
        true => quoted(&unescape_lossy(json)),
        false => json.to_owned(),
    }
}

impl Editor<'_> {
    fn replace(&mut self, location: &Location, json: &str) {
        let (from, to) = (offset(location.value), offset(location.end));
        let from = self.before_block(from);
        let old = self.text.get(from..to).unwrap_or_default();
        // Behind a block stands what follows it, as far as it is no value.
        let mut kept = old.len();
        if !old.starts_with(['{', '[', '"', '\'']) {
            let lines = old.trim_end().lines().rev();
            let tail: usize = lines
                .take_while(|line| line.trim().is_empty() || line.trim_start().starts_with('#'))
                .map(|line| line.len() + 1)
                .sum();
            kept = old.trim_end().len().saturating_sub(tail);
        }
        let kept = old[..kept].trim_end().len();
        self.edits.insert(from, (kept, written(json)));
    }

    /// Where a value begins: of a block the parser names the sign or the first line behind it.
    fn before_block(&self, from: usize) -> usize {
        let before = self.text[..from.min(self.text.len())].trim_end();
        let is_above = self.text[before.len()..from].contains('\n');
        let sign = before
            .trim_end_matches(['+', '-'])
            .trim_end_matches(|one: char| one.is_ascii_digit());
        match is_above && sign.ends_with(['|', '>']) {
            true => sign.len() - 1,
            false => from,
        }
    }

    /// Adds members to an object, or items to a list; makes the object where there is none.
    fn insert(&mut self, place: &str, members: &[(String, String)]) -> Option<()> {
        let is_list = members.iter().all(|(name, _)| name.is_empty());
        let each = members.iter().map(|(name, value)| match is_list {
            true => quoted(value),
            false => format!("{}: {}", quoted(name), written(value)),
        });
        let each: Vec<String> = each.collect();
        let Some(location) = self.file.locations.exact(place) else {
            let (parent, name) = place.rsplit_once('/')?;
            let value = format!("{{{}}}", each.join(", "));
            let at = self.file.locations.exact(parent);
            return match at {
                Some(at) => {
                    self.put(&at, &[format!("{name}: {value}")], false);
                    Some(())
                }
                // The expectation is missing with its part.
                None => {
                    let (step, expect) = parent.rsplit_once('/')?;
                    let at = self.file.locations.exact(step)?;
                    self.put(&at, &[format!("{expect}: {{{name}: {value}}}")], false);
                    Some(())
                }
            };
        };
        self.put(&location, &each, is_list);
        Some(())
    }

    fn put(&mut self, location: &Location, each: &[String], is_list: bool) {
        let at = offset(location.value);
        let rest = &self.text[at.min(self.text.len())..];
        let (at, text) = match rest.starts_with(['{', '[']) {
            true => {
                let is_empty = rest[1..].trim_start().starts_with(['}', ']']);
                let joined = each.join(", ");
                (at + 1, if is_empty { joined } else { joined + ", " })
            }
            false => {
                let indent = usize::try_from(location.value.column)
                    .unwrap_or(1)
                    .saturating_sub(1);
                let dash = if is_list { "- " } else { "" };
                let lines = each.iter();
                let lines = lines.map(|one| format!("{dash}{one}\n{}", " ".repeat(indent)));
                (at, lines.collect())
            }
        };
        let known = self.edits.remove(&at);
        let (length, old) = known.unwrap_or_default();
        self.edits.insert(at, (length, text + &old));
    }

    fn done(self) -> String {
        let mut text = self.text.to_owned();
        for (from, (length, new)) in self.edits.into_iter().rev() {
            text.replace_range(from..from + length, &new);
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use messages::Message;

    use crate::words::differences;

    fn accepted(changes: &[(&str, bool, Option<&str>)]) -> Vec<Accepted> {
        let each = changes.iter().map(|(pointer, expected, actual)| Accepted {
            file: PathBuf::new(),
            step: "/steps/0".into(),
            failure: Failure {
                pointer: (*pointer).into(),
                expected: expected.then(|| "1".into()),
                actual: actual.map(str::to_owned),
                message: Message::from(&differences::NOTHING),
            },
        });
        each.collect()
    }

    const BLOCK: &str = "scenario: 1 # first
steps:
  - send: {event: a}
    expect:
      answer:
        total: 90   # rubles
        receipt:
          $type: object

        # the name
        name: \"Иван\"
      only: [total, name]
      after:
        total: 90
";

    #[test]
    fn only_what_was_accepted_changes() {
        let block = BLOCK;
        for (text, changes, wanted) in [
            (
                block,
                vec![("/total", true, Some("91"))],
                block.replace("total: 90   #", "total: 91   #"),
            ),
            (
                block,
                vec![("/name", true, Some("\"Пётр\""))],
                block.replace("\"Иван\"", "Пётр"),
            ),
            (
                block,
                vec![("/receipt", true, Some("[1]"))],
                block.replace("$type: object", "[1]"),
            ),
            (
                block,
                vec![("/after/total", true, None)],
                block.replace(
                    "after:\n        total: 90",
                    "after:\n        total: {$absent: true}",
                ),
            ),
            (
                block,
                vec![("/status", true, Some("500"))],
                block.replace("      answer:\n", "      status: 500\n      answer:\n"),
            ),
            (
                block,
                vec![("/new one", false, Some("true"))],
                block
                    .replace(
                        "        total: 90   #",
                        "        \"new one\": true\n        total: 90   #",
                    )
                    .replace("[total", "[\"new one\", total"),
            ),
            (
                block,
                vec![
                    ("/name", true, Some("\"b\"")),
                    ("/name", false, Some("\"b\"")),
                ],
                block
                    .replace("\"Иван\"", "b")
                    .replace("[total", "[name, total"),
            ),
        ] {
            let new = accept(text, &accepted(&changes)).unwrap();
            assert_eq!(new, wanted, "{changes:?}");
            assert!(read(&new).is_ok(), "{new}");
        }
        assert_eq!(
            accept("scenario: 1\nsteps: []", &accepted(&[("/a", true, None)])),
            None
        );
    }

    #[test]
    fn what_is_missing_is_written_between_braces() {
        for (text, changes, wanted) in [
            (
                "scenario: 1\nsteps: [{send: {event: a}}]",
                vec![("/status", true, Some("500"))],
                "scenario: 1\nsteps: [{expect: {status: 500}, send: {event: a}}]",
            ),
            (
                "scenario: 1\nsteps: [{send: {event: a}, expect: {answer: {}}}]",
                vec![("/k", true, Some("1.0")), ("/m", true, Some("\"yes\""))],
                "scenario: 1\nsteps: [{send: {event: a}, expect: {answer: {k: 1.0, m: \"yes\"}}}]",
            ),
        ] {
            assert_eq!(
                accept(text, &accepted(&changes)).unwrap(),
                wanted,
                "{changes:?}"
            );
        }
    }

    #[test]
    fn texts_of_several_lines_are_replaced_with_their_signs() {
        let text = "scenario: 1
steps:
  - send: {event: a}
    expect:
      answer:
        text: |-
          one
          two
        n: >
          three
      merged: true
";
        let changes = [("/text", true, Some("\"4 \\\"\"")), ("/n", true, Some("5"))];
        let wanted = text
            .replace("|-\n          one\n          two\n", "\"4 \\\"\"\n")
            .replace(">\n          three\n", "5\n");
        assert_eq!(accept(text, &accepted(&changes)).unwrap(), wanted);
    }
}
