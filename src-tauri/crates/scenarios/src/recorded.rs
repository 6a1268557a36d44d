//! A scenario made of turns that were recorded.

mod volatile;

use json_text::{Kind, NodeIndex, Tree, push_index, push_key, same_value};
use protocol::platform::{Members, contract, object_text, user_variables};
use protocol::{Answer, Change, Platform, PlatformChoice, Request, Variable};
use serde_json::Value;

use crate::definition::{VERSION, keeps_users};
use crate::expect::pointer;

pub use volatile::{Shape, Volatile, volatile};

/// The longest name that is made of events, in characters.
const NAME_CHARS: usize = 100;

/// A turn that was recorded.
#[derive(Clone, Debug)]
pub struct RecordedTurn {
    /// What came.
    pub request: Request,
    /// What went out.
    pub answer: Option<Answer>,
}

/// The platform keeps no users whose turns could be played.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotPlayed;

/// A turn as it is read.
struct ReadTurn {
    event: String,
    text: String,
    message: Option<u64>,
    /// The user's variables before it.
    before: Members,
    /// The user's variables after it.
    after: Members,
    /// What its answer makes new or changes.
    changed: Members,
    status: Option<u16>,
    is_merged: bool,
}

impl ReadTurn {
    fn new(platform: Platform, turn: &RecordedTurn) -> Self {
        let request = &turn.request;
        let view = protocol::read_request(PlatformChoice::Fixed(platform), request);
        let read = turn.answer.as_ref();
        let read = read.map(|answer| (answer, protocol::read_answer(&view, request, answer)));
        let both = read.as_ref().map(|(answer, read)| (*answer, read));
        let rows = protocol::variables(&view, request, both);
        let own = |row: &&Variable| row.role.is_own();
        let before = rows.iter().filter(own);
        let before = before.filter_map(|row| Some((row.name.clone(), row.before.clone()?)));
        let is_changed = |row: &&Variable| {
            matches!(
                row.change,
                Change::New | Change::Changed | Change::TypeChanged
            )
        };
        let changed = rows.iter().filter(own).filter(is_changed);
        let changed = changed.filter_map(|row| Some((row.name.clone(), row.sent.clone()?)));
        Self {
            before: before.collect(),
            changed: changed.collect(),
            after: user_variables(rows.clone()),
            event: view.event.clone().unwrap_or_default(),
            text: view.message_text(request).unwrap_or_default(),
            message: view.message,
            status: turn.answer.as_ref().map(|answer| answer.status),
            is_merged: read.is_some_and(|(_, read)| read.outcome.is_merged()),
        }
    }
}

/// What an answer makes new or changes of its user's variables.
fn changed(platform: Platform, request: &Request, answer: &Answer) -> Members {
    let turn = RecordedTurn {
        request: request.clone(),
        answer: Some(answer.clone()),
    };
    ReadTurn::new(platform, &turn).changed
}

/// The text of a scenario that plays these turns and expects what their answers made new or
/// changed. `volatile`: values that are only looked at by their shape.
///
/// # Errors
/// The platform keeps no users.
pub fn from_turns(
    platform: Platform,
    user: &str,
    turns: &[RecordedTurn],
    volatile: &[Volatile],
) -> Result<String, NotPlayed> {
    if !keeps_users(platform) {
        return Err(NotPlayed);
    }
    let turns: Vec<ReadTurn> = turns
        .iter()
        .map(|turn| ReadTurn::new(platform, turn))
        .collect();
    let mut events: Vec<&str> = turns.iter().map(|turn| turn.event.as_str()).collect();
    events.dedup();
    let name: String = events.join(" → ").chars().take(NAME_CHARS).collect();
    let first = turns
        .first()
        .map(|turn| turn.before.clone())
        .unwrap_or_default();
    let mut steps = Vec::new();
    let mut carried = first.clone();
    let mut message = None;
    for (index, turn) in turns.iter().enumerate() {
        let same_message = turn.message.is_some() && turn.message == message;
        message = turn.message;
        let send = send(platform, turn, &carried, same_message);
        carried = turn.after.clone();
        let mut step = Members::from_iter([("send".to_owned(), object_text(&send))]);
        let expect = expect(turn, index, volatile);
        if !expect.is_empty() {
            step.insert("expect".to_owned(), object_text(&expect));
        }
        steps.push(object_text(&step));
    }
    let variables: Members = first
        .iter()
        .map(|(name, value)| (name.clone(), escaped(value)))
        .collect();
    let mut scenario = Members::from_iter([
        ("scenario".to_owned(), VERSION.to_string()),
        ("name".to_owned(), text(&name)),
        ("platform".to_owned(), text(platform.as_str())),
        ("user".to_owned(), text(user)),
    ]);
    if name.is_empty() {
        scenario.shift_remove("name");
    }
    if !variables.is_empty() {
        scenario.insert("variables".to_owned(), object_text(&variables));
    }
    scenario.insert("steps".to_owned(), format!("[{}]", steps.join(",")));
    Ok(rules::source::write_object(&object_text(&scenario)))
}

/// What a step sends so that its request has what the recorded one had. `carried`: what the user
/// has after the step before.
fn send(platform: Platform, turn: &ReadTurn, carried: &Members, same_message: bool) -> Members {
    let mut send = Members::from_iter([("event".to_owned(), text(&turn.event))]);
    if same_message {
        send.insert("same_message".to_owned(), "true".to_owned());
    } else if !turn.text.is_empty() {
        send.insert("text".to_owned(), text(&turn.text));
    }
    let settable = |name: &str| matches!(contract(platform).lifetime(name), Some(Ok(_)));
    let is_known = |name: &str, value: &str| {
        let known = carried.get(name);
        known.is_some_and(|known| same_value(known, value))
    };
    let set = turn.before.iter();
    let set = set.filter(|(name, value)| !is_known(name, value) && settable(name));
    let set: Members = set
        .map(|(name, value)| (name.clone(), escaped(value)))
        .collect();
    let unset = carried
        .keys()
        .filter(|name| !turn.before.contains_key(*name));
    let unset: Vec<String> = unset
        .filter(|name| settable(name))
        .map(|name| text(name))
        .collect();
    if !set.is_empty() {
        send.insert("set".to_owned(), object_text(&set));
    }
    if !unset.is_empty() {
        send.insert("unset".to_owned(), format!("[{}]", unset.join(",")));
    }
    send
}

fn expect(turn: &ReadTurn, step: usize, volatile: &[Volatile]) -> Members {
    let mut expect = Members::new();
    let Some(status) = turn.status else {
        return expect;
    };
    if status != 200 {
        expect.insert("status".to_owned(), status.to_string());
    }
    if !turn.is_merged {
        expect.insert("merged".to_owned(), "false".to_owned());
    }
    let own: Vec<&Volatile> = volatile.iter().filter(|one| one.step == step).collect();
    let answer: Members = turn
        .changed
        .iter()
        .map(|(name, value)| {
            let at = pointer("", name);
            (name.clone(), expected(value, &at, &own))
        })
        .collect();
    let mut only: Vec<String> = answer.keys().map(|name| text(name)).collect();
    // What another run changes, and the recorded one did not.
    let others = own.iter().filter_map(|one| {
        let name = one.pointer.strip_prefix('/')?;
        let name = name.replace("~1", "/").replace("~0", "~");
        (!one.pointer[1..].contains('/') && !turn.changed.contains_key(&name)).then_some(name)
    });
    only.extend(others.map(|name| text(&name)));
    if !answer.is_empty() {
        expect.insert("answer".to_owned(), object_text(&answer));
    }
    expect.insert("only".to_owned(), format!("[{}]", only.join(",")));
    expect
}

/// A text as a JSON string in a scenario, where two braces have a meaning.
fn text(text: &str) -> String {
    Value::from(text.replace("{{", "{{{{")).to_string()
}

/// A JSON value as a scenario has it.
fn escaped(json: &str) -> String {
    let mut out = String::new();
    if let Ok(tree) = Tree::new(json) {
        write(&tree, Tree::<&str>::ROOT, &mut String::new(), &[], &mut out);
    }
    out
}

/// A JSON value as an expectation has it.
fn expected(json: &str, at: &str, volatile: &[&Volatile]) -> String {
    let mut out = String::new();
    let Ok(tree) = Tree::new(json) else {
        return out;
    };
    write(
        &tree,
        Tree::<&str>::ROOT,
        &mut at.to_owned(),
        volatile,
        &mut out,
    );
    // Names that read as tests do would be taken for tests.
    match has_test_names(&tree, Tree::<&str>::ROOT) {
        true => format!("{{\"$equal\":{}}}", escaped(json)),
        false => out,
    }
}

fn has_test_names(tree: &Tree<&str>, node: NodeIndex) -> bool {
    tree.children(node)
        .any(|child| tree.name(child).starts_with('$') || has_test_names(tree, child))
}

fn write(
    tree: &Tree<&str>,
    node: NodeIndex,
    at: &mut String,
    volatile: &[&Volatile],
    out: &mut String,
) {
    if let Some(known) = volatile.iter().find(|one| one.pointer == *at) {
        out.push_str(known.matcher);
        return;
    }
    let length = at.len();
    match tree.kind(node) {
        Kind::String => {
            let value = json_text::unescape_lossy(tree.json(node));
            out.push_str(&text(&value));
        }
        Kind::Array => {
            out.push('[');
            for (index, child) in tree.children(node).enumerate() {
                if index > 0 {
                    out.push(',');
                }
                push_index(at, index);
                write(tree, child, at, volatile, out);
                at.truncate(length);
            }
            out.push(']');
        }
        Kind::Object => {
            out.push('{');
            for (index, child) in tree.members(node).enumerate() {
                if index > 0 {
                    out.push(',');
                }
                let name = tree.name(child);
                out.push_str(&Value::from(name.as_ref()).to_string());
                out.push(':');
                push_key(at, &name);
                write(tree, child, at, volatile, out);
                at.truncate(length);
            }
            out.push('}');
        }
        Kind::Null | Kind::Bool | Kind::Number => out.push_str(tree.json(node)),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use protocol::{Headers, UtcMillis};

    use super::*;
    use crate::{Next, Play, Reply, StepState, load_text};

    fn request(body: &str) -> Request {
        Request {
            method: "POST".into(),
            path: "/".into(),
            headers: [("Content-Type", "application/json")].into_iter().collect(),
            body: body.to_owned().into(),
            ..Request::default()
        }
    }

    fn answer(status: u16, body: &str) -> Answer {
        let headers: Headers = [("Content-Type", "application/json")].into_iter().collect();
        Answer {
            status,
            headers,
            body: body.to_owned().into(),
        }
    }

    fn turns() -> Vec<RecordedTurn> {
        let turn = |body: &str, status, answer_body: &str| RecordedTurn {
            request: request(body),
            answer: Some(answer(status, answer_body)),
        };
        vec![
            turn(
                r#"{"rawRequest":{"id":"1"},"queryText":"хочу {{пиццу}}","userId":"u1","action":"start","city":"Казань","n":1.0}"#,
                200,
                r#"{"city":"Казань","n":2.50,"cart":{"$id":7,"sku":"a"}}"#,
            ),
            turn(
                r#"{"rawRequest":{"id":"1"},"queryText":"хочу {{пиццу}}","userId":"u1","action":"menu","n":2.50,"cart":{"$id":7,"sku":"a"},"extra":true}"#,
                500,
                "oops",
            ),
        ]
    }

    #[test]
    fn a_scenario_of_turns_passes_against_the_answers_that_were_recorded() {
        let yaml = from_turns(Platform::Graph, "u1", &turns(), &[]).unwrap();
        for part in [
            "start → menu",
            "2.50",
            "same_message: true",
            "status: 500",
            "merged: false",
        ] {
            assert!(yaml.contains(part), "{part} in {yaml}");
        }
        let mut play = Play::new(Arc::new(load_text("x", &yaml).unwrap()), 1);
        for turn in turns() {
            let Next::Send(outbound) = play.next(UtcMillis(0)) else {
                panic!("a step to send");
            };
            let own = |request: &Request| {
                ReadTurn::new(
                    Platform::Graph,
                    &RecordedTurn {
                        request: request.clone(),
                        answer: None,
                    },
                )
                .before
            };
            assert_eq!(own(&outbound.request), own(&turn.request), "{yaml}");
            let reply = Reply::Answer(turn.answer.unwrap(), Duration::ZERO);
            let result = play.take(reply).unwrap();
            assert_eq!(
                result.state,
                StepState::Passed,
                "{:?} {yaml}",
                result.failures
            );
        }
    }

    #[test]
    fn what_differs_from_run_to_run_is_looked_at_by_its_shape() {
        let request = request(r#"{"userId":"u1","action":"e"}"#);
        let body = |number: usize| {
            format!(
                r#"{{"id":"0000000{number}-48b0-4ed1-a3d6-859398ff9bd9","at":"2026-11-28T04:0{number}:00Z","ms":179584820000{number},"n":{{"count":{number},"same":1}},"word":["x{number}"],"fixed":1}}"#
            )
        };
        let answers: Vec<Answer> = (0..4).map(|number| answer(200, &body(number))).collect();
        let pairs: Vec<_> = answers.iter().map(|answer| (&request, answer)).collect();
        let found = volatile(Platform::Graph, 0, &pairs);
        let shapes: Vec<_> = found
            .iter()
            .map(|one| (one.pointer.as_str(), one.shape))
            .collect();
        assert_eq!(
            shapes,
            [
                ("/id", Shape::Uuid),
                ("/at", Shape::Time),
                ("/ms", Shape::Time),
                ("/n/count", Shape::Counter),
                ("/word/0", Shape::Any),
            ]
        );
        let turn = RecordedTurn {
            request: request.clone(),
            answer: Some(answers[0].clone()),
        };
        let yaml = from_turns(Platform::Graph, "u1", &[turn], &found).unwrap();
        for number in [0, 3] {
            let mut play = Play::new(Arc::new(load_text("x", &yaml).unwrap()), 1);
            assert!(matches!(play.next(UtcMillis(0)), Next::Send(_)));
            let reply = Reply::Answer(answers[number].clone(), Duration::ZERO);
            let result = play.take(reply).unwrap();
            assert_eq!(
                result.state,
                StepState::Passed,
                "{:?} {yaml}",
                result.failures
            );
        }
    }

    #[test]
    fn a_platform_without_users_is_not_played() {
        assert_eq!(
            from_turns(Platform::Nocobase, "u", &turns(), &[]),
            Err(NotPlayed)
        );
    }
}
