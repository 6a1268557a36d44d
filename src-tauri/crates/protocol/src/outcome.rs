//! What becomes of an answer on the caller's side.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Why a bot does not take an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The status is not the one it takes.
    Status,
    /// The body is not JSON, or empty.
    NotJson,
    /// The body is JSON, but a string, a number, a boolean or null.
    NotObject,
    /// The caller closed the connection first.
    CallerLeft,
}

/// Whether a bot takes an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Outcome {
    /// It takes it.
    pub merged: bool,
    /// Why it does not.
    pub reason: Option<Reason>,
}
