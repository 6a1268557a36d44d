//! A recorded request with its edits, framed for its target.

use bytes::Bytes;
use protocol::{Answer, Body, Code, Exchange, Headers, OwnFinding, Request};

use super::address::is_sendable;
use crate::error::Invalid;
use crate::http::{ConnectionFields, path_and_query};
use crate::read_aside::BIG_BODY;
use crate::words;

/// What is sent differently from what was recorded; what is absent stays.
#[derive(Clone, Debug, Default)]
pub struct Edit {
    /// Another method.
    pub method: Option<String>,
    /// Another path, with its query.
    pub path: Option<String>,
    /// All header fields anew.
    pub headers: Option<Headers>,
    /// Another body.
    pub body: Option<EditedBody>,
}

impl Edit {
    /// Whether it takes longer to apply than the threads that serve all callers have.
    pub(crate) fn takes_long(&self) -> bool {
        matches!(&self.body, Some(EditedBody::Text(text)) if text.len() >= BIG_BODY)
    }
}

/// A body in place of the recorded one.
#[derive(Clone, Debug)]
pub enum EditedBody {
    /// Sent in the charset and the content codings that the fields name.
    Text(String),
    /// Sent as it is.
    Bytes(Bytes),
}

/// The recorded request with its edits, framed for its target. Says, too, what of it is not sent as
/// it was given. A long text takes as long as its compression.
pub(crate) fn prepare(
    original: &Exchange,
    edit: Edit,
    host: &str,
) -> Result<(Request, Vec<OwnFinding>), Invalid> {
    let recorded = &original.request;
    let mut request = Request {
        method: edit.method.unwrap_or_else(|| recorded.method.clone()),
        path: recorded.path.clone(),
        query: recorded.query.clone(),
        is_target_latin1: recorded.is_target_latin1 && edit.path.is_none(),
        remote: "replay".to_owned(),
        ..Request::default()
    };
    if http::Method::from_bytes(request.method.as_bytes()).is_err() {
        return Err(Invalid::new("/edit/method", &words::NOT_A_METHOD));
    }
    if let Some(path) = &edit.path {
        if !is_sendable(path) {
            return Err(Invalid::new("/edit/path", &words::NOT_A_PATH));
        }
        let (path, query) = path_and_query(path);
        path.clone_into(&mut request.path);
        request.query = query.map(str::to_owned);
    }
    let is_edited = edit.headers.is_some();
    let mut headers = edit.headers.unwrap_or_else(|| recorded.headers.clone());
    // Those of HTTP/2 that are no fields (`:authority`); the request goes out in HTTP/1.1.
    headers.0.retain(|(name, _)| !name.starts_with(':'));
    let codings = codings(&headers);
    let given = headers.clone();
    request.body = match edit.body {
        None => recorded.body.clone(),
        Some(EditedBody::Bytes(bytes)) => bytes.into(),
        Some(EditedBody::Text(text)) => protocol::encode_text(&mut headers, &text).into(),
    };
    let is_uncoded = headers.get("content-encoding").is_none() && !codings.is_empty();
    let probe = Answer {
        status: 200,
        headers: headers.clone(),
        body: Body::default(),
    };
    if let Err(error) = probe.check() {
        return Err(Invalid::answer("/edit", &error));
    }
    let host = (!is_edited || headers.get("host").is_none()).then_some(host);
    request.headers = framed(headers, host, &request);
    let is_told = |(name, value): &&(String, Vec<u8>)| {
        let is_coding = is_uncoded && name.eq_ignore_ascii_case("content-encoding");
        let is_by_design = recorded.headers.0.contains(&(name.clone(), value.clone()))
            && is_made_anew(name, value);
        !is_coding && !is_by_design
    };
    let given = given.0.iter().filter(is_told);
    let trailers = recorded.trailers.0.iter().filter(|_| !is_edited);
    let mut findings = unsent(given, &request.headers, trailers.map(|(name, _)| name));
    findings.extend(is_uncoded.then(|| OwnFinding::new(Code::ReplayNotCoded, [codings])));
    Ok((request, findings))
}

/// What the fields name as content codings.
fn codings(headers: &Headers) -> String {
    let is_coding = |name: &str| name.eq_ignore_ascii_case("content-encoding");
    let fields = headers.texts().filter(|(name, _)| is_coding(name));
    let values: Vec<_> = fields.map(|(_, value)| value).collect();
    values.join(", ")
}

/// Whether a field as it was recorded is of the connection that it came by, or of the body that
/// came with it, so that nobody misses it.
fn is_made_anew(name: &str, value: &[u8]) -> bool {
    let is = |one: &str| name.eq_ignore_ascii_case(one);
    let is_only = |option: &str| value.trim_ascii().eq_ignore_ascii_case(option.as_bytes());
    is("content-length") || is("connection") && (is_only("close") || is_only("keep-alive"))
}

/// What is said of fields that are not sent as they were given. `Host` is made anew by design.
fn unsent<'a>(
    given: impl Iterator<Item = &'a (String, Vec<u8>)>,
    sent: &Headers,
    trailers: impl Iterator<Item = &'a String>,
) -> Vec<OwnFinding> {
    let is_sent =
        |field: &&(String, Vec<u8>)| field.0.eq_ignore_ascii_case("host") || sent.0.contains(field);
    let fields = given.filter(|field| !is_sent(field));
    let mut names: Vec<&str> = Vec::new();
    for name in fields.map(|(name, _)| name).chain(trailers) {
        if !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    match names.is_empty() {
        true => Vec::new(),
        false => vec![OwnFinding::new(
            Code::ReplayFieldsNotSent,
            [names.join(", ")],
        )],
    }
}

/// The fields as they go out, in their order and with their spelling: without those of the
/// connection that they came by, and with the body's length. `host`: the name to send for.
fn framed(mut headers: Headers, host: Option<&str>, request: &Request) -> Headers {
    let of_connection = ConnectionFields::of(&headers);
    let length = request.body.length().to_string();
    let (mut has_host, mut has_length) = (false, false);
    headers.0.retain_mut(|(name, value)| {
        let is = |one: &str| name.eq_ignore_ascii_case(one);
        if is("host") {
            let is_first = !std::mem::replace(&mut has_host, true);
            if let Some(host) = host {
                *value = host.as_bytes().to_vec();
            }
            return is_first || host.is_none();
        }
        if is("content-length") {
            // One that says less than there is would end the body before its end.
            *value = length.as_bytes().to_vec();
            return !std::mem::replace(&mut has_length, true);
        }
        !is("expect") && !of_connection.has(name)
    });
    if let Some(host) = host.filter(|_| !has_host) {
        headers
            .0
            .insert(0, ("Host".to_owned(), host.as_bytes().to_vec()));
    }
    let is_bodyless = request.body.is_empty() && matches!(request.method.as_str(), "GET" | "HEAD");
    if !has_length && !is_bodyless {
        headers
            .0
            .push(("Content-Length".to_owned(), length.into_bytes()));
    }
    headers
}
