//! A rule as a sentence, made of the structure that decides: no second interpretation of it.

use json_text::unescape_lossy;
use messages::{Message, Words};
use protocol::FaultKind;

use crate::compiled::{CompiledAction, CompiledReply, CompiledRule, Leaf, ReplyBody, When};
use crate::definition::{Delay, Field, Op, SequenceEnd, Test};
use crate::words::{actions, fields, missing_fields, sentences};

/// Characters of a value that a sentence shows.
const SHOWN_CHARS: usize = 60;

impl CompiledRule {
    /// The rule as a sentence.
    #[must_use]
    pub fn sentence(&self) -> Message {
        let mut action = self.after.iter().fold(action(&self.action), |said, call| {
            actions::AFTER.arg(said).arg(shown(&call.definition.url))
        });
        let (share, when) = self.share();
        if let Some(share) = share {
            action = match &when {
                None => return sentences::SOMETIMES.arg(percent(share)).arg(action),
                Some(_) => sentences::IN_TURNS.arg(percent(share)).arg(action),
            };
        }
        match when {
            None => sentences::ALWAYS.arg(action),
            Some(when) => sentences::IF.arg(when).arg(action),
        }
    }

    /// The chance that stands beside all other conditions, which is how often the rule acts and
    /// no condition to a person, and the others.
    fn share(&self) -> (Option<f64>, Option<Message>) {
        let share = |part: &When| match part {
            When::Leaf(index) => match self.leaves[*index] {
                Leaf::Chance { share, .. } => Some(share),
                Leaf::Test { .. } => None,
            },
            When::All(_) | When::Any(_) | When::Not(_) => None,
        };
        let parts = match &self.when {
            When::All(parts) => parts.as_slice(),
            one => std::slice::from_ref(one),
        };
        let Some(at) = parts.iter().position(|part| share(part).is_some()) else {
            return (None, condition(self, &self.when, false));
        };
        let others = parts.iter().enumerate().filter(|(other, _)| *other != at);
        let others = others.filter_map(|(_, part)| condition(self, part, true));
        let said = joined(others.collect(), &sentences::AND);
        (share(&parts[at]), said)
    }
}

/// A share in percent: six decimals say all that a person writes, and none of a double's noise.
fn percent(share: f64) -> String {
    let percent = format!("{:.6}", share * 100.0);
    percent
        .trim_end_matches('0')
        .trim_end_matches('.')
        .to_owned()
}

/// A condition; `None` where it is none.
fn condition(rule: &CompiledRule, when: &When, in_group: bool) -> Option<Message> {
    let group = |parts: &[When], last: &'static Words| {
        let said = parts.iter().filter_map(|part| condition(rule, part, true));
        let said: Vec<_> = said.collect();
        let is_one = said.len() == 1;
        let joined = joined(said, last)?;
        Some(match in_group && !is_one {
            true => sentences::GROUP.arg(joined),
            false => joined,
        })
    };
    match when {
        When::All(parts) => group(parts, &sentences::AND),
        When::Any(parts) if parts.is_empty() => Some((&sentences::NOTHING).into()),
        When::Any(parts) => group(parts, &sentences::OR),
        When::Not(part) => {
            let said = condition(rule, part, true);
            Some(sentences::NOT.arg(said.unwrap_or_else(|| (&sentences::ANYTHING).into())))
        }
        When::Leaf(index) => Some(leaf(&rule.leaves[*index])),
    }
}

/// Several parts with commas between them and a word before the last.
fn joined(parts: Vec<Message>, last: &'static Words) -> Option<Message> {
    let mut parts = parts.into_iter();
    let mut said = parts.next()?;
    let mut rest = parts.peekable();
    while let Some(part) = rest.next() {
        let words = if rest.peek().is_some() {
            &sentences::COMMA
        } else {
            last
        };
        said = words.arg(said).arg(part);
    }
    Some(said)
}

/// A condition without parts.
pub(crate) fn leaf(leaf: &Leaf) -> Message {
    match leaf {
        Leaf::Chance { share, .. } => sentences::CHANCE.arg(percent(*share)),
        Leaf::Test { definition, .. } => test(definition),
    }
}

fn test(test: &Test) -> Message {
    let json = test.value.as_ref().map_or("", |value| value.as_str());
    let words = match test.op {
        Op::Present => return sentences::PRESENT.arg(subject(&test.field)),
        Op::Absent => return sentences::ABSENT.arg(missing(&test.field)),
        Op::Changed => return sentences::CHANGED.arg(subject(&test.field)),
        Op::Schema => return sentences::SCHEMA.arg(subject(&test.field)),
        Op::Every => return sentences::EVERY.arg(json),
        Op::Matches => {
            let source = shown(&unescape_lossy(json));
            return sentences::MATCHES.arg(subject(&test.field)).arg(source);
        }
        Op::Equals | Op::In => &sentences::EQUALS,
        Op::NotEquals => &sentences::NOT_EQUALS,
        Op::Contains => &sentences::CONTAINS,
        Op::Less => &sentences::LESS,
        Op::Greater => &sentences::GREATER,
    };
    let value = match test.op {
        Op::In => {
            let Ok(tree) = json_text::Tree::new(json) else {
                return words.arg(subject(&test.field)).arg(json);
            };
            let items = tree.children(json_text::Tree::<&str>::ROOT);
            let items = items.map(|item| value(tree.json(item))).collect();
            joined(items, &sentences::OR).unwrap_or_else(|| (&sentences::NOTHING).into())
        }
        _ => value(json),
    };
    words.arg(subject(&test.field)).arg(value)
}

/// A value: a text in quotes, anything else as JSON.
fn value(json: &str) -> Message {
    match json.starts_with('"') {
        true => sentences::QUOTED.arg(shown(&unescape_lossy(json))),
        false => sentences::PLAIN.arg(shown(json)),
    }
}

/// A text of bounded length.
fn shown(text: &str) -> String {
    match text.char_indices().nth(SHOWN_CHARS) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}

fn subject(field: &Field) -> Message {
    let words = match field {
        Field::Event => &fields::EVENT,
        Field::Method => &fields::METHOD,
        Field::Path => &fields::PATH,
        Field::Platform => &fields::PLATFORM,
        Field::Source => &fields::SOURCE,
        Field::User => &fields::USER,
        Field::Body => &fields::BODY,
        Field::Call => &fields::CALL,
        Field::PreviousEvent => &fields::PREVIOUS_EVENT,
        Field::Header(name) => return fields::HEADER.arg(name.as_str()),
        Field::Query(name) => return fields::QUERY.arg(name.as_str()),
        Field::Variable(path) => return sentences::PLAIN.arg(path.text()),
    };
    words.into()
}

fn missing(field: &Field) -> Message {
    let words = match field {
        Field::Event => &missing_fields::EVENT,
        Field::Method => &missing_fields::METHOD,
        Field::Path => &missing_fields::PATH,
        Field::Platform => &missing_fields::PLATFORM,
        Field::Source => &missing_fields::SOURCE,
        Field::User => &missing_fields::USER,
        Field::Body => &missing_fields::BODY,
        Field::PreviousEvent => &missing_fields::PREVIOUS_EVENT,
        Field::Header(name) => return missing_fields::HEADER.arg(name.as_str()),
        Field::Query(name) => return missing_fields::QUERY.arg(name.as_str()),
        // A number of calls is always there, and no operator says that it is not.
        Field::Call | Field::Variable(_) => return subject(field),
    };
    words.into()
}

fn action(action: &CompiledAction) -> Message {
    match action {
        CompiledAction::Reply(reply) => said_reply(reply),
        CompiledAction::Sequence(replies, end) => {
            let words = match end {
                SequenceEnd::Last => &actions::SEQUENCE_LAST,
                SequenceEnd::Loop => &actions::SEQUENCE_LOOP,
                SequenceEnd::Pass => &actions::SEQUENCE_PASS,
            };
            words.arg(replies.len() as u64)
        }
        CompiledAction::Hold(hold) => match hold.seconds {
            None => (&actions::HOLD).into(),
            Some(seconds) => actions::HOLD_FOR.arg(u64::from(seconds)),
        },
        CompiledAction::Forward(forward, patch) => {
            let mut said = match &forward.upstream {
                None => (&actions::FORWARD).into(),
                Some(address) => actions::FORWARD_TO.arg(shown(address)),
            };
            if let Some(patch) = patch {
                let set: Vec<_> = patch.set.iter().map(|(name, _)| name.as_str()).collect();
                let remove: Vec<_> = patch.remove.iter().map(String::as_str).collect();
                for (words, names) in [(&actions::SET, set), (&actions::REMOVE, remove)] {
                    if !names.is_empty() {
                        said = words.arg(said).arg(shown(&names.join(", ")));
                    }
                }
            }
            match forward.hold {
                true => actions::SHOWN.arg(said),
                false => said,
            }
        }
        CompiledAction::Fault(kind) => {
            let words = match kind {
                FaultKind::Close => &actions::CLOSE,
                FaultKind::Reset => &actions::RESET,
                FaultKind::Never => &actions::NEVER,
                FaultKind::Garbage => &actions::GARBAGE,
                FaultKind::Truncate => &actions::TRUNCATE,
                FaultKind::Slow => &actions::SLOW,
            };
            words.into()
        }
    }
}

fn said_reply(reply: &CompiledReply) -> Message {
    let status = u64::from(reply.status);
    let said = match &reply.body {
        ReplyBody::Template(_) => actions::TEMPLATE.arg(status),
        ReplyBody::Fixed(body) if body.is_empty() => actions::EMPTY.arg(status),
        ReplyBody::Fixed(body) if body.chars().count() > SHOWN_CHARS || body.contains('\n') => {
            actions::REPLY_LONG.arg(status).arg(body.len() as u64)
        }
        ReplyBody::Fixed(body) => actions::REPLY.arg(status).arg(body.as_str()),
    };
    match reply.delay {
        Delay::Fixed(0) => said,
        delay => actions::DELAYED.arg(said).arg(delay.to_string()),
    }
}

#[cfg(test)]
mod tests;
