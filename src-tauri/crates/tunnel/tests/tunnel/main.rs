//! The tunnel over real sockets: ngrok's client against the stand-in of its service, SSH against
//! real servers, real processes. Times are small, not paused.

#![allow(
    clippy::unwrap_used,
    reason = "helpers of tests are no tests to the lint"
)]

mod command;
mod ngrok;
mod ssh;
mod supervisor;
mod support;
mod url;
