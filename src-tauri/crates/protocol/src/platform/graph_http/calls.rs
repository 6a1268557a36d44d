//! The requests of the block.

use json_text::{Kind, Tree};

use super::words::composed as words;
use super::{ANSWER, LIMIT, STATUS};
use crate::message::{Headers, Request};
use crate::platform::sending::{Composed, Sending, checked_address, split_query};
use crate::platform::settings::SettingsError;
use crate::platform::templates::Template;
use crate::platform::user_turn::{object_members, object_text};

/// The fields of a composed request.
const VARIABLES: &str = "variables";
const FIELDS: [&str; 5] = ["method", "url", "headers", "body", VARIABLES];

/// The methods of the block, (3).
const METHODS: [&str; 4] = ["GET", "POST", "PUT", "DELETE"];

/// How a variable stands in the address, and elsewhere, (3).
const IN_ADDRESS: Template = Template::Between("${", "}");
const ELSEWHERE: Template = Template::Dollar;

/// What a variable may make of a text, in megabytes: the longest body is far below.
const FILLED_MB: usize = 16;

/// A content type, (6) by inference.
const JSON: &str = "application/json";

/// A request of the block as a person filled it in.
pub(super) fn sending(composed: &str) -> Result<Sending, SettingsError> {
    let composed = Composed::read(composed, &FIELDS)?;
    let method = composed.choice("method", &METHODS)?;
    let variables = composed.object(VARIABLES)?;
    let tree = Tree::new(variables).expect("a part of JSON is JSON");
    let filled = |template: Template, name: &str, text: &str| {
        let filled = template.fill_within(text, &tree, FILLED_MB << 20);
        let long = || SettingsError::at(name, words::LONG.arg(FILLED_MB as u64));
        filled.map(|filled| filled.text).ok_or_else(long)
    };
    let address = filled(IN_ADDRESS, "url", &composed.needed("url")?)?;
    let (address, query) = split_query(&checked_address("url", address)?);
    let mut headers = Headers::default();
    for (name, value) in composed.pairs("headers")? {
        let value = filled(ELSEWHERE, "headers", &value)?;
        headers.0.push((name, value.into_bytes()));
    }
    let body = composed.text("body")?.unwrap_or_default();
    let body = filled(ELSEWHERE, "body", &body)?;
    let is_json = |tree: Tree<&str>| {
        let kind = tree.kind(Tree::<&str>::ROOT);
        matches!(kind, Kind::Object | Kind::Array)
    };
    if headers.get("content-type").is_none() && Tree::new(body.as_str()).is_ok_and(is_json) {
        headers.0.push(("Content-Type".to_owned(), JSON.into()));
    }
    Ok(Sending {
        address: Some(address),
        request: Request {
            method: method.to_owned(),
            path: "/".into(),
            query,
            headers,
            body: body.into(),
            ..Request::default()
        },
        limit: Some(LIMIT),
        ..Sending::default()
    })
}

/// The variables of a composed request, with those of its answer.
pub(super) fn after(composed: &str, value: &str, status: i64) -> Result<String, SettingsError> {
    let composed = Composed::read(composed, &FIELDS)?;
    let mut members = object_members(composed.object(VARIABLES)?).unwrap_or_default();
    members.insert(ANSWER.to_owned(), value.to_owned());
    members.insert(STATUS.to_owned(), status.to_string());
    Ok(object_text(&members))
}
