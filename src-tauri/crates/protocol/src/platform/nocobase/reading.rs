//! What a trigger reads of a call: header fields, query and body, by paths.

use json_text::Tree;

use super::{BODY, HEADER, QUERY, settings, trigger};
use crate::finding::{Code, Finding};
use crate::forms::{QsOptions, QsValue, read_qs};
use crate::message::Request;
use crate::names::Side;
use crate::platform::context::RequestContext;
use crate::platform::nested;
use crate::platform::paths::Lookup;
use crate::variable::{Change, Role, Variable};

/// What the server reads as JSON, `koa-bodyparser` 4, (2). The page names the first alone, (1).
const JSON_TYPES: [&str; 6] = [
    "application/json",
    "application/json-patch+json",
    "application/vnd.api+json",
    "application/csp-report",
    "application/reports+json",
    "application/scim+json",
];

/// What it reads as a form, though the page says JSON alone, (2).
const FORM_TYPE: &str = "application/x-www-form-urlencoded";

/// The parameter that must be JSON, (2).
const FILTER: &str = "filter";

/// The media type of a body, in lower case.
fn media_type(request: &Request) -> String {
    let field = request.headers.get("content-type").unwrap_or_default();
    let media = field.split(';').next().unwrap_or_default();
    media.trim().to_ascii_lowercase()
}

/// Whether the server reads the body as JSON.
pub(super) fn is_json(request: &Request) -> bool {
    JSON_TYPES.contains(&media_type(request).as_str())
}

/// Whether the server reads the body at all.
pub(super) fn is_read(request: &Request) -> bool {
    is_json(request) || media_type(request) == FORM_TYPE
}

/// The query as JSON; a text under `filter` is read as JSON where it is that.
pub(super) fn query_json(query: &str) -> String {
    let mut value = read_qs(query.as_bytes(), QsOptions::NOCOBASE_QUERY);
    let mut filter = None;
    if let QsValue::Object(members) = &mut value
        && let Some(at) = members.iter().position(|(name, value)| {
            name == FILTER && matches!(value, QsValue::Text(text) if Tree::new(text).is_ok())
        })
        && let (_, QsValue::Text(text)) = members.remove(at)
    {
        filter = Some(text);
    }
    let json = value.json();
    match filter {
        None => json,
        Some(filter) => {
            let comma = if json == "{}" { "" } else { "," };
            format!("{{\"{FILTER}\":{filter}{comma}{}", &json[1..])
        }
    }
}

/// The body as JSON, where the server reads it.
fn body_json(request: &RequestContext<'_>) -> Option<String> {
    if is_json(request.request) {
        return request.document.map(|document| document.text().to_owned());
    }
    if media_type(request.request) != FORM_TYPE {
        return None;
    }
    let form = nested::form(request)?;
    Some(read_qs(form.as_bytes(), QsOptions::NOCOBASE_FORM).json())
}

pub(super) fn variables(request: &RequestContext<'_>) -> Vec<Variable> {
    let headers = settings::rows(request, settings::HEADERS).map(|(path, name)| {
        let value = request.request.headers.get(path);
        let value = value.map(|value| serde_json::Value::from(&*value).to_string());
        row(HEADER, name, value)
    });
    let mut rows: Vec<Variable> = headers.collect();
    let query = query_json(request.request.query.as_deref().unwrap_or_default());
    let parts = [
        (QUERY, settings::QUERY, Some(query)),
        (BODY, settings::BODY, body_json(request)),
    ];
    for (role, part, json) in parts {
        let lookup = json.as_deref().and_then(Lookup::new);
        rows.extend(settings::rows(request, part).map(|(path, name)| {
            let found = lookup.as_ref().and_then(|one| one.json(path));
            let found = found.map(str::to_owned);
            row(role, name, found)
        }));
    }
    rows
}

fn row(role: Role, name: &str, value: Option<String>) -> Variable {
    Variable {
        name: name.to_owned(),
        role,
        after: value.clone(),
        before: value,
        sent: None,
        change: Change::Untouched,
        assumed: false,
    }
}

pub(super) fn check(request: &RequestContext<'_>, findings: &mut Vec<Finding>) {
    let finding = |code| Finding::new(code, Side::Request);
    let is_json = is_json(request.request);
    if let (true, Some(error), false) = (is_json, request.error, request.request.truncated) {
        findings.push(Finding::json_syntax(error, Side::Request));
    }
    let media = media_type(request.request);
    if !is_json && media != FORM_TYPE && !request.request.body.is_empty() {
        let media = if media.is_empty() { "–" } else { &media };
        findings.push(finding(Code::NocobaseBodyNotRead).arg(media));
    }
    let query = request.request.query.as_deref().unwrap_or_default();
    if let QsValue::Object(members) = read_qs(query.as_bytes(), QsOptions::NOCOBASE_QUERY) {
        let filter = members.iter().find(|(name, _)| name == FILTER);
        if let Some((_, QsValue::Text(text))) = filter
            && Tree::new(text).is_err()
        {
            findings.push(finding(Code::NocobaseFilter));
        }
    }
    let parts = [settings::HEADERS, settings::QUERY, settings::BODY];
    let is_parsed = |part: &&str| settings::rows(request, part).next().is_some();
    let is_trigger = trigger::key_of(&request.request.path).is_some();
    if is_trigger && !parts.iter().any(is_parsed) {
        findings.push(finding(Code::NocobaseNothingParsed));
    }
}
