//! The stand-in against the real client of the service, over real sockets.

#![allow(
    unreachable_pub,
    clippy::unwrap_used,
    reason = "a test target has no outside, and a panic is how a test fails"
)]

mod commands;
mod edge;
mod network;
mod program;
mod refusals;
mod session;
mod support;
