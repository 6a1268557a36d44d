//! What becomes variables: declared fields of the link, and what the body has.

use std::collections::HashSet;

use indexmap::IndexMap;
use json_text::{Kind, unescape_lossy};

use super::{BODY, LINK, SYSTEM_NAMES, TEMPLATE_ID, TOKEN, is_system, settings};
use crate::body::{BodyKind, decode_text};
use crate::finding::{Code, Finding};
use crate::forms::{parameters, read_php, unescape};
use crate::names::Side;
use crate::platform::context::RequestContext;
use crate::platform::{loose, nested};
use crate::variable::{Change, Role, Variable};

/// How many names a finding shows.
const SHOWN_NAMES: usize = 5;

/// What a call brings.
#[derive(Debug, Default)]
struct Brought {
    /// Declared fields of the link, as JSON strings; of a repeated one the last.
    link: IndexMap<String, String>,
    /// What the body has, as JSON texts.
    body: IndexMap<String, String>,
    /// The body is a form: that it is read is inferred.
    is_form: bool,
    /// Names that make no variable.
    system: IndexMap<String, ()>,
    undeclared: IndexMap<String, ()>,
}

impl Brought {
    fn by(request: &RequestContext<'_>) -> Self {
        let mut brought = Self::default();
        let declared: HashSet<&str> = settings::fields(request).into_iter().collect();
        let query = request
            .request
            .query
            .as_deref()
            .unwrap_or_default()
            .as_bytes();
        for one in parameters(query).take(nested::PARAMETERS_MAX) {
            let text = |range: std::ops::Range<usize>| {
                String::from_utf8_lossy(&unescape(&query[range])).into_owned()
            };
            let name = text(one.name);
            if name == TOKEN || name == TEMPLATE_ID {
                continue;
            }
            if is_system(&name) {
                brought.system.insert(name, ());
            } else if declared.contains(name.as_str()) {
                let value = one.value.map(text).unwrap_or_default();
                brought
                    .link
                    .insert(name, serde_json::Value::from(value).to_string());
            } else {
                brought.undeclared.insert(name, ());
            }
        }
        brought.read_body(request);
        brought
    }

    fn read_body(&mut self, request: &RequestContext<'_>) {
        if let Some(document) = request.document.filter(|one| one.is(Kind::Object)) {
            let text = document.text();
            for entry in document.entries().iter().filter(|one| !one.superseded) {
                let name = unescape_lossy(entry.key.of(text)).into_owned();
                self.take(name, entry.value.of(text).to_owned());
            }
        } else if let Some(form) = nested::form(request) {
            self.is_form = true;
            for (name, value) in read_php(form.as_bytes()).members() {
                self.take(name.to_owned(), value.json());
            }
        }
    }

    fn take(&mut self, name: String, json: String) {
        if is_system(&name) {
            self.system.insert(name, ());
        } else {
            self.body.insert(name, json);
        }
    }
}

/// The rows: the link's, then the body's; of equal names one, with the body's value.
pub(super) fn variables(request: &RequestContext<'_>) -> Vec<Variable> {
    let Brought {
        link,
        mut body,
        is_form,
        ..
    } = Brought::by(request);
    let row = |name: String, role: Role, json: String| Variable {
        name,
        role,
        after: Some(json.clone()),
        before: Some(json),
        sent: None,
        change: Change::Untouched,
        assumed: is_form && role == BODY,
    };
    let mut rows = Vec::with_capacity(link.len() + body.len());
    for (name, json) in link {
        rows.push(match body.shift_remove(&name) {
            Some(json) => row(name, BODY, json),
            None => row(name, LINK, json),
        });
    }
    rows.extend(body.into_iter().map(|(name, json)| row(name, BODY, json)));
    rows
}

pub(super) fn check(request: &RequestContext<'_>, findings: &mut Vec<Finding>) {
    let brought = Brought::by(request);
    let finding = |code| Finding::new(code, Side::Request);
    let names = |all: &mut dyn Iterator<Item = &String>| {
        let mut shown: Vec<&str> = all.take(SHOWN_NAMES + 1).map(String::as_str).collect();
        if shown.len() > SHOWN_NAMES {
            shown[SHOWN_NAMES] = "…";
        }
        shown.join(", ")
    };
    if !brought.system.is_empty() {
        let named = names(&mut brought.system.keys());
        let finding = finding(Code::ChatappSystemName).arg(named);
        findings.push(finding.arg(SYSTEM_NAMES.join(", ")));
    }
    if !brought.undeclared.is_empty() {
        let named = names(&mut brought.undeclared.keys());
        findings.push(finding(Code::ChatappUndeclared).arg(named));
    }
    let mut both = brought
        .link
        .keys()
        .filter(|name| brought.body.contains_key(*name));
    let both = names(&mut both);
    if !both.is_empty() {
        findings.push(finding(Code::ChatappBodyWins).arg(both));
    }
    if !brought.body.is_empty() && !brought.link.is_empty() {
        let named = names(&mut brought.link.keys());
        findings.push(finding(Code::ChatappLinkAndBody).arg(named));
    }
    if let (BodyKind::Json, Some(error), false) =
        (request.kind, request.error, request.request.truncated)
    {
        let text = decode_text(&request.request.headers, request.request.body.beginning()).text;
        let loose = text.and_then(|text| loose::finding(&text, Side::Request));
        findings.push(loose.unwrap_or_else(|| Finding::json_syntax(error, Side::Request)));
    }
}
