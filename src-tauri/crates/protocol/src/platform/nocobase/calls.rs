//! The calls of programs that call a trigger.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use crate::message::{Headers, Request};
use crate::platform::sending::{Composed, Sending, joined, split_query};
use crate::platform::settings::SettingsError;

/// The fields of a composed call.
const FIELDS: [&str; 5] = ["url", "auth", "query", "headers", "body"];

pub(super) fn sending(composed: &str) -> Result<Sending, SettingsError> {
    let composed = Composed::read(composed, &FIELDS)?;
    let (address, query) = split_query(&composed.address("url")?);
    let more = composed.text("query")?.unwrap_or_default();
    let more = more.trim_start_matches('?').to_owned();
    let mut headers: Headers = composed.pairs("headers")?.into_iter().collect();
    let mut add = |name: &str, value: String| {
        if headers.get(name).is_none() {
            headers.0.push((name.to_owned(), value.into_bytes()));
        }
    };
    if composed.json("auth").is_some() {
        add("Authorization", login(composed.object("auth")?)?);
    }
    let body = composed.json("body");
    if body.is_some() {
        add("Content-Type", "application/json".to_owned());
    }
    Ok(Sending {
        address: Some(address),
        request: Request {
            method: "POST".into(),
            path: "/".into(),
            query: joined(query, more),
            headers,
            body: body.unwrap_or_default().to_owned().into(),
            ..Request::default()
        },
        ..Sending::default()
    })
}

fn login(auth: &str) -> Result<String, SettingsError> {
    let within = |error: SettingsError| error.within("auth");
    let auth = Composed::read(auth, &["user", "password"]).map_err(within)?;
    let user = auth.needed("user").map_err(within)?;
    let password = auth.text("password").map_err(within)?.unwrap_or_default();
    Ok(basic(&user, &password))
}

fn basic(user: &str, password: &str) -> String {
    let coded = BASE64_STANDARD.encode(format!("{user}:{password}"));
    format!("Basic {coded}")
}

/// The page's example of a body, (1).
const SAMPLE: &str = r#"{"a": 1, "b": {"c": 2}}"#;

/// A call of a trigger.
pub(super) fn sample(path: String, login: Option<(&str, &str)>) -> Request {
    let login = login.map(|(user, password)| ("Authorization", basic(user, password)));
    let kind = ("Content-Type", "application/json".to_owned());
    Request {
        method: "POST".into(),
        path,
        query: Some("query=1".to_owned()),
        headers: login.into_iter().chain([kind]).collect(),
        body: SAMPLE.into(),
        ..Request::default()
    }
}
