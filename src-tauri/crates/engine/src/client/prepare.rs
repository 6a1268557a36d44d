//! A recorded request with its edits, framed for its target.

use bytes::Bytes;
use protocol::{Answer, Body, Exchange, Headers, Request};

use crate::error::Invalid;
use crate::http::{is_hop_by_hop, path_and_query};
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
    pub body: Option<Bytes>,
}

/// The recorded request with its edits, framed for its target.
pub(crate) fn prepare(original: &Exchange, edit: Edit, host: &str) -> Result<Request, Invalid> {
    let recorded = &original.request;
    let mut request = Request {
        method: edit.method.unwrap_or_else(|| recorded.method.clone()),
        path: recorded.path.clone(),
        query: recorded.query.clone(),
        body: edit.body.map_or_else(|| recorded.body.clone(), Body::from),
        remote: "replay".to_owned(),
        ..Request::default()
    };
    if http::Method::from_bytes(request.method.as_bytes()).is_err() {
        return Err(Invalid::new("/edit/method", &words::NOT_A_METHOD));
    }
    if let Some(path) = &edit.path {
        if !path.starts_with('/') || path.parse::<http::Uri>().is_err() {
            return Err(Invalid::new("/edit/path", &words::NOT_A_PATH));
        }
        let (path, query) = path_and_query(path);
        path.clone_into(&mut request.path);
        request.query = query.map(str::to_owned);
    }
    let edited = edit.headers.is_some();
    let mut headers = edit.headers.unwrap_or_else(|| recorded.headers.clone());
    let probe = Answer {
        status: 200,
        headers: headers.clone(),
        body: Body::default(),
    };
    if let Err(error) = probe.check() {
        return Err(Invalid::answer("/edit", &error));
    }
    let of_connection = headers.get("connection").unwrap_or_default().into_owned();
    headers.0.retain(|(name, _)| {
        let is = |one: &str| name.eq_ignore_ascii_case(one);
        let remade = !edited && (is("host") || is("content-length"));
        let is_named = of_connection.split(',').any(|one| is(one.trim()));
        !remade && !is("expect") && !is_hop_by_hop(name) && !is_named
    });
    if headers.get("host").is_none() {
        headers
            .0
            .insert(0, ("Host".to_owned(), host.as_bytes().to_vec()));
    }
    let bodyless = request.body.is_empty() && matches!(request.method.as_str(), "GET" | "HEAD");
    if headers.get("content-length").is_none() && !bodyless {
        let length = request.body.length().to_string().into_bytes();
        headers.0.push(("Content-Length".to_owned(), length));
    }
    request.headers = headers;
    Ok(request)
}

/// The address to send to, and its `Host`. A bare origin takes the recorded path and query; an
/// address with a path of its own stands as it is, unless a path was given with the edits.
pub(crate) fn address(
    target: &str,
    original: &Exchange,
    path: Option<&str>,
) -> Result<(reqwest::Url, String), Invalid> {
    let wrong = || Invalid::new("/target", &words::NOT_A_TARGET);
    let mut url: reqwest::Url = target.parse().map_err(|_| wrong())?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return Err(wrong());
    }
    let recorded = original.request.query.as_ref();
    let recorded = recorded.map_or_else(
        || original.request.path.clone(),
        |query| format!("{}?{query}", original.request.path),
    );
    let bare = url.path() == "/" && url.query().is_none();
    if let Some(wanted) = path.or(bare.then_some(&recorded)) {
        let (path, query) = path_and_query(wanted);
        url.set_path(path);
        url.set_query(query);
    }
    let host = url.host_str().unwrap_or_default();
    let host = url
        .port()
        .map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
    Ok((url, host))
}
