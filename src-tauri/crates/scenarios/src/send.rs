//! What a step sends.

use json_text::{Kind, Tree};
use messages::Message;
use protocol::platform::{Lifetime, Members, Sending, UserTurn, contract, object_text};
use protocol::{Platform, Request};
use rules::RuleError;
use rules::source::Cursor;

use crate::definition::{keeps_users, members};
use crate::expect::pointer;
use crate::words::problems;

/// The longest event or text, in bytes.
const TEXT_MAX: usize = 1 << 20;

/// Names that are removed at most.
const NAMES_MAX: usize = 10_000;

/// The fields of a turn.
const FIELDS: [&str; 5] = ["event", "text", "set", "unset", "same_message"];

/// The field of a composed call that holds its user's variables.
const VARIABLES: &str = "variables";

/// What a step sends.
#[derive(Clone, Debug)]
pub(crate) enum Send {
    /// A turn of a user whose variables the platform keeps.
    Turn(Turn),
    /// A call, as a person writes it for the simulator.
    Call(String),
}

/// A turn.
#[derive(Clone, Debug)]
pub(crate) struct Turn {
    pub(crate) event: String,
    pub(crate) text: String,
    pub(crate) set: Members,
    pub(crate) unset: Vec<String>,
    /// It goes on with the message of the step before.
    pub(crate) same_message: bool,
}

impl Send {
    /// Reads what a step sends.
    ///
    /// # Errors
    /// The first place that does not fit.
    pub(crate) fn read(platform: Platform, json: &str, is_first: bool) -> Result<Self, RuleError> {
        if keeps_users(platform) {
            let tree = Tree::new(json).map_err(|_| RuleError::new("", &problems::EMPTY))?;
            return turn(platform, &Cursor::root(&tree), is_first).map(Self::Turn);
        }
        match contract(platform).sending(json) {
            Some(Ok(_)) => Ok(Self::Call(json.to_owned())),
            Some(Err(error)) => Err(RuleError::new(error.pointer, error.message)),
            None => Err(RuleError::new("", &problems::EMPTY)),
        }
    }

    /// The event that a turn names.
    pub(crate) fn event(json: &str) -> Option<String> {
        let tree = Tree::new(json).ok()?;
        let node = tree.member(Tree::<&str>::ROOT, "event")?;
        let is_text = tree.kind(node) == Kind::String;
        is_text.then(|| json_text::unescape_lossy(tree.json(node)).into_owned())
    }
}

fn turn(platform: Platform, value: &Cursor<'_>, is_first: bool) -> Result<Turn, RuleError> {
    let fields = value.object(&FIELDS)?;
    let event = fields.required("event")?;
    let name = event.text_up_to(TEXT_MAX)?;
    if name.is_empty() {
        return Err(event.error(&problems::EMPTY));
    }
    let same_message = fields.get("same_message");
    let is_same = same_message.as_ref().map(Cursor::boolean);
    let is_same = is_same.transpose()?.unwrap_or_default();
    let text = fields.get("text");
    if is_same && let Some(text) = &text {
        return Err(text.error(problems::TEXT_OF_SAME.arg("text")));
    }
    if is_same && is_first {
        let at = same_message.as_ref().unwrap_or(value);
        return Err(at.error(&problems::NO_MESSAGE));
    }
    let settable = |name: &str| match contract(platform).lifetime(name) {
        Some(Err(message)) => Some(message),
        Some(Ok(Lifetime::User | Lifetime::Turn)) | None => None,
    };
    let set = fields
        .get("set")
        .map(|value| members(&value).map(|all| (value, all)));
    let set = match set.transpose()? {
        None => Members::new(),
        Some((value, all)) => {
            let wrong = all.keys().find_map(|name| Some((name, settable(name)?)));
            if let Some((name, message)) = wrong {
                let at = pointer(value.pointer(), name);
                return Err(RuleError::new(at, message));
            }
            all
        }
    };
    let mut unset = Vec::new();
    for item in fields
        .get("unset")
        .map_or(Ok(Vec::new()), |value| value.list(NAMES_MAX))?
    {
        let name = item.text_up_to(TEXT_MAX)?;
        if let Some(message) = settable(&name) {
            return Err(item.error(message));
        }
        if set.contains_key(&name) {
            return Err(item.error(problems::SET_AND_UNSET.arg(name)));
        }
        unset.push(name);
    }
    Ok(Turn {
        event: name,
        text: text.map_or(Ok(String::new()), |text| text.text_up_to(TEXT_MAX))?,
        set,
        unset,
        same_message: is_same,
    })
}

impl Turn {
    /// Its request.
    pub(crate) fn request(
        &self,
        platform: Platform,
        user: &str,
        state: &Members,
        message: (&str, &str),
        since_last: Option<u64>,
    ) -> Option<Request> {
        let mut variables = state.clone();
        variables.retain(|name, _| !self.unset.contains(name));
        for (name, value) in &self.set {
            variables.insert(name.clone(), value.clone());
        }
        let (id, text) = message;
        contract(platform).user_turn(&UserTurn {
            event: &self.event,
            user,
            text,
            variables,
            unset: &self.unset,
            since_last,
            message: id,
        })
    }
}

/// A call with its user's variables, where it names none and has room for them; what is sent of
/// it.
///
/// # Errors
/// Why it cannot be sent.
pub(crate) fn call(
    platform: Platform,
    json: &str,
    state: &Members,
) -> Result<(String, Sending), Message> {
    let contract = contract(platform);
    let own = Tree::new(json).ok();
    let names_them = own.is_some_and(|tree| tree.member(Tree::<&str>::ROOT, VARIABLES).is_some());
    if !names_them && let Some(mut all) = protocol::platform::object_members(json) {
        all.insert(VARIABLES.to_owned(), object_text(state));
        let with_state = object_text(&all);
        if let Some(Ok(sending)) = contract.sending(&with_state) {
            return Ok((with_state, sending));
        }
    }
    match contract.sending(json) {
        Some(Ok(sending)) => Ok((json.to_owned(), sending)),
        Some(Err(error)) => Err(error.message),
        None => Err(Message::from(&problems::EMPTY)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_in_a_turn_is_named() {
        for (json, is_first, pointer) in [
            (r#"{"event":"e"}"#, true, None),
            (r#"{"event":"e","same_message":true}"#, false, None),
            (
                r#"{"event":"e","same_message":true}"#,
                true,
                Some("/same_message"),
            ),
            (
                r#"{"event":"e","same_message":true,"text":"x"}"#,
                false,
                Some("/text"),
            ),
            (r#"{"text":"x"}"#, true, Some("/event")),
            (r#"{"event":""}"#, true, Some("/event")),
            (r#"{"event":"e","sett":{}}"#, true, Some("/sett")),
            (
                r#"{"event":"e","set":{"userId":"u"}}"#,
                true,
                Some("/set/userId"),
            ),
            (
                r#"{"event":"e","set":{"a":1},"unset":["a"]}"#,
                true,
                Some("/unset/0"),
            ),
            (r#"{"event":"e","unset":"a"}"#, true, Some("/unset")),
        ] {
            let read = Send::read(Platform::Graph, json, is_first);
            let at = read.err().map(|error| error.pointer);
            assert_eq!(at.as_deref(), pointer, "{json}");
        }
    }

    #[test]
    fn a_call_has_its_users_variables_where_it_has_room_for_them() {
        let state = Members::from_iter([("a".to_owned(), "1.0".to_owned())]);
        let (json, _) = call(Platform::Leadconverter, "{\"method\":\"GET\"}", &state).unwrap();
        assert!(json.contains(r#""variables":{"a":1.0}"#), "{json}");
        let own = r#"{"variables":{"b":2}}"#;
        let (json, _) = call(Platform::Leadconverter, own, &state).unwrap();
        assert_eq!(json, own);
    }
}
