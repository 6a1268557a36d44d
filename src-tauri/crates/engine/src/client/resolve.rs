//! A target's name looked up beforehand, so that "no such name" can be told from "refused".

use protocol::{Failure, FailureCode};
use tunnel::without_brackets;

/// # Errors
/// The name has no address.
pub(super) async fn resolve(url: &reqwest::Url) -> Result<(), Failure> {
    let host = without_brackets(url.host_str().unwrap_or_default());
    let port = url.port_or_known_default().unwrap_or(80);
    let unknown = |detail: String| Failure::new(FailureCode::NoAddress, detail);
    let mut found = tokio::net::lookup_host((host, port))
        .await
        .map_err(|error| unknown(format!("{host} ({error})")))?;
    match found.next() {
        Some(_) => Ok(()),
        None => Err(unknown(host.to_owned())),
    }
}
