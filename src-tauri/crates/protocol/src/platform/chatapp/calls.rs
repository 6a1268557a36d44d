//! The calls of programs that use the block's link.

use form_urlencoded::Serializer;
use json_text::Tree;

use crate::forms::{parameters, unescape};
use crate::message::Request;
use crate::platform::sending::{Composed, Sending, split_query};
use crate::platform::settings::SettingsError;

/// The fields of a composed call.
const FIELDS: [&str; 3] = ["link", "fields", "body"];

/// A POST to the link with its fields filled in, beside a body or without one.
pub(super) fn sending(composed: &str) -> Result<Sending, SettingsError> {
    let composed = Composed::read(composed, &FIELDS)?;
    let (address, query) = split_query(&composed.address("link")?);
    let body = composed.json("body");
    let headers = body.map(|_| ("Content-Type", "application/json"));
    Ok(Sending {
        address: Some(address),
        request: Request {
            method: "POST".into(),
            path: "/".into(),
            query: filled(
                query.as_deref().unwrap_or_default(),
                composed.object("fields")?,
            ),
            headers: headers.into_iter().collect(),
            body: body.unwrap_or_default().to_owned().into(),
            ..Request::default()
        },
        ..Sending::default()
    })
}

/// The link's query with these values: in their places where the link has the names, else behind.
fn filled(query: &str, fields: &str) -> Option<String> {
    let bytes = query.as_bytes();
    let text = |bytes: &[u8]| String::from_utf8_lossy(&unescape(bytes)).into_owned();
    let mut pairs: Vec<(String, String)> = parameters(bytes)
        .map(|one| {
            let value = one.value.map(|value| text(&bytes[value]));
            (text(&bytes[one.name]), value.unwrap_or_default())
        })
        .collect();
    if let Ok(tree) = Tree::new(fields) {
        for node in tree.members(Tree::<&str>::ROOT) {
            let name = tree.name(node).into_owned();
            let json = tree.json(node);
            let value = match json.starts_with('"') {
                true => json_text::unescape_lossy(json).into_owned(),
                false => json.to_owned(),
            };
            match pairs.iter_mut().find(|(own, _)| *own == name) {
                Some((_, own)) => *own = value,
                None => pairs.push((name, value)),
            }
        }
    }
    let query = Serializer::new(String::new()).extend_pairs(pairs).finish();
    Some(query).filter(|query| !query.is_empty())
}

/// A body in the manner of the page's, (1).
const SAMPLE: &str = r#"{"order":{"number":"100500","total":1098.00},"utm_source":"google"}"#;

/// A call of a link.
pub(super) fn sample(link: &str) -> Request {
    let (path, query) = split_query(link);
    Request {
        method: "POST".into(),
        path,
        query,
        headers: [("Content-Type", "application/json")].into_iter().collect(),
        body: SAMPLE.into(),
        ..Request::default()
    }
}
