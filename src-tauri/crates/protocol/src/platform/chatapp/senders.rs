//! Programs that call the block: by which names of their forms they show themselves, and what is to
//! be known of each. One line each.

use crate::finding::{Code, Finding};
use crate::forms::{PhpArray, PhpValue, read_php};
use crate::names::Side;
use crate::platform::context::RequestContext;
use crate::platform::nested;

/// A program that calls the block.
pub(super) struct Sender {
    /// As the API spells it.
    pub(super) id: &'static str,
    /// For a person.
    name: &'static str,
    /// Names that its forms have, each the way there; all of them.
    marks: &'static [&'static [&'static str]],
    /// The name of its event.
    event: Option<&'static str>,
    /// Where the id lies that comes without data.
    id_only: Option<&'static [&'static str]>,
    /// Each of its calls is sent once.
    once: bool,
}

const SENDERS: [Sender; 2] = [
    // The outgoing webhook of an account, the vendor's REST documentation: sent through a queue,
    // once, with the id of what changed and no data.
    Sender {
        id: "bitrix24",
        name: "Bitrix24",
        marks: &[&["event"], &["auth", "application_token"]],
        event: Some("event"),
        id_only: Some(&["data", "FIELDS", "ID"]),
        once: true,
    },
    // amoCRM and Kommo, the vendor's documentation: `entity[action][n][field]` beside the account;
    // those of the digital pipeline
    // alone are sent once, and look like the others.
    Sender {
        id: "amocrm",
        name: "amoCRM",
        marks: &[&["account", "id"], &["account", "subdomain"]],
        event: None,
        id_only: None,
        once: false,
    },
];

fn at<'a>(form: &'a PhpArray, way: &[&str]) -> Option<&'a PhpValue> {
    let (first, rest) = way.split_first()?;
    let (_, value) = form.members().find(|(name, _)| name == first)?;
    match (value, rest) {
        (value, []) => Some(value),
        (PhpValue::Array(array), rest) => at(array, rest),
        (PhpValue::Text(_), _) => None,
    }
}

fn found(request: &RequestContext<'_>) -> Option<(&'static Sender, PhpArray)> {
    let form = nested::form(request)?;
    let form = read_php(form.as_bytes());
    let fits = |one: &&Sender| one.marks.iter().all(|mark| at(&form, mark).is_some());
    let sender = SENDERS.iter().find(fits)?;
    Some((sender, form))
}

/// The program that a request is of.
pub(super) fn of(request: &RequestContext<'_>) -> Option<&'static Sender> {
    found(request).map(|(sender, _)| sender)
}

/// The event that its form names: of amoCRM, entity and action.
pub(super) fn event(request: &RequestContext<'_>) -> Option<String> {
    let (sender, form) = found(request)?;
    if let Some(name) = sender.event {
        return match at(&form, &[name])? {
            PhpValue::Text(text) => Some(text.clone()),
            PhpValue::Array(_) => None,
        };
    }
    let is_account = |name: &str| sender.marks.iter().any(|mark| mark[0] == name);
    let (entity, actions) = form.members().find(|(name, _)| !is_account(name))?;
    let PhpValue::Array(actions) = actions else {
        return None;
    };
    let (action, _) = actions.members().next()?;
    Some(format!("{entity}.{action}"))
}

pub(super) fn check(request: &RequestContext<'_>, findings: &mut Vec<Finding>) {
    let Some((sender, form)) = found(request) else {
        return;
    };
    if let Some(way) = sender.id_only
        && let Some(PhpValue::Text(id)) = at(&form, way)
        && let Some(PhpValue::Array(fields)) = at(&form, &way[..way.len() - 1])
        && fields.members().count() == 1
    {
        let finding = Finding::new(Code::Bitrix24IdOnly, Side::Request);
        findings.push(finding.arg(id.as_str()));
    }
    if sender.once {
        let finding = Finding::new(Code::SenderNeverRepeats, Side::Request);
        findings.push(finding.arg(sender.name));
    }
}
