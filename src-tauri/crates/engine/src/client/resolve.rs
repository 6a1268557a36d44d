//! A target's name looked up beforehand, so that "no such name" can be told from "refused".

use protocol::{Failure, FailureCode};
use tunnel::without_brackets;

use super::address::Address;

/// # Errors
/// The name has no address.
pub(super) async fn resolve(address: &Address) -> Result<(), Failure> {
    let host = without_brackets(address.host());
    let unknown = |detail: String| Failure::new(FailureCode::NoAddress, detail);
    let mut found = tokio::net::lookup_host((host, address.port()))
        .await
        .map_err(|error| unknown(format!("{host} ({error})")))?;
    match found.next() {
        Some(_) => Ok(()),
        None => Err(unknown(host.to_owned())),
    }
}
