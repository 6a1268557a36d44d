//! One request sent to a target, and its whole answer.

use protocol::{Answer, Failure, FailureCode, Request};

use super::clients::Clients;
use super::failure::failure;
use super::resolve::resolve;
use crate::bodies::{Bodies, CollectError};
use crate::body_stream::BodyStream;
use crate::http::fields;

/// Sends a request. `limit`: the longest body taken, in bytes.
///
/// # Errors
/// The target cannot be reached, or its answer is not whole.
pub(crate) async fn send(
    clients: &Clients,
    bodies: &Bodies,
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
        // Bytes in memory can be sent again where a connection that was kept turns out closed.
        let body = match request.body.whole() {
            Some(bytes) => bytes.clone().into(),
            None => reqwest::Body::wrap(BodyStream::new(request.body.clone())),
        };
        sending = sending.body(body);
    }
    let mut response = sending.send().await.map_err(failure)?;
    let status = response.status().as_u16();
    let headers = fields(response.headers());
    let mut collector = bodies.collect();
    while let Some(piece) = response.chunk().await.map_err(failure)? {
        if collector.length() + piece.len() as u64 > limit {
            return Err(Failure::new(FailureCode::BadAnswer, format!("> {limit} B")));
        }
        collector.push(piece).await.map_err(not_taken)?;
    }
    let body = collector.finish().await;
    Ok(Answer {
        status,
        headers,
        body: body.map_err(|unfinished| not_taken(unfinished.error))?,
    })
}

#[expect(clippy::needless_pass_by_value, reason = "as `map_err` calls it")]
fn not_taken(error: CollectError) -> Failure {
    Failure::new(FailureCode::Other, error.to_string())
}
