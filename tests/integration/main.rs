//! What crosses crates: the real program, real sockets, real files.

#![allow(unreachable_pub, reason = "a test target has no outside")]

mod access;
mod bots;
mod capture;
#[path = "../cli/mod.rs"]
mod cli;
mod history;
mod holds;
mod limits;
mod malformed;
mod replay;
mod startup;
mod support;
