//! One request sent to a target, and its whole answer.

use bytes::BytesMut;
use protocol::{Answer, Failure, FailureCode, Request};

use super::clients::Clients;
use super::failure::failure;
use super::resolve::resolve;
use crate::http::fields;

/// Sends a request. `limit`: the longest body taken, in bytes.
///
/// # Errors
/// The target cannot be reached, or its answer is not whole.
pub(crate) async fn send(
    clients: &Clients,
    request: &Request,
    url: reqwest::Url,
    limit: u64,
) -> Result<Answer, Failure> {
    resolve(&url).await?;
    let method = reqwest::Method::from_bytes(request.method.as_bytes())
        .map_err(|error| Failure::new(FailureCode::BadTarget, error.to_string()))?;
    let mut sending = clients.for_url(&url).request(method, url);
    for (name, value) in &request.headers.0 {
        sending = sending.header(name.as_str(), value.as_slice());
    }
    if !request.body.is_empty() {
        sending = sending.body(request.body.clone());
    }
    let mut response = sending.send().await.map_err(failure)?;
    let status = response.status().as_u16();
    let headers = fields(response.headers());
    let mut body = BytesMut::new();
    while let Some(piece) = response.chunk().await.map_err(failure)? {
        if (body.len() + piece.len()) as u64 > limit {
            return Err(Failure::new(FailureCode::BadAnswer, format!("> {limit} B")));
        }
        body.extend_from_slice(&piece);
    }
    Ok(Answer {
        status,
        headers,
        body: body.freeze(),
    })
}
