//! What crosses crates: the real program, real sockets, real files.

#![allow(
    unreachable_pub,
    clippy::unwrap_used,
    reason = "a test target has no outside, and a panic is how a test fails"
)]

mod access;
mod answers;
mod bots;
mod callbacks;
mod capture;
mod circles;
#[path = "../cli/mod.rs"]
mod cli;
mod compare;
mod conversations;
mod documents;
mod export;
mod framing;
mod half_closed;
mod half_closed_http2;
mod history;
mod holds;
mod http2;
mod limits;
mod listeners;
mod long_bodies;
mod malformed;
mod patience;
mod platform_tools;
mod platforms;
mod proof;
mod replay;
mod replay_bytes;
mod replays;
mod rule_files;
mod rules;
mod rules_refused;
mod rules_tried;
mod scenarios;
mod server_waiting;
mod servers;
mod silence;
mod simulator;
mod simulator_calls;
mod stalls;
mod startup;
mod support;
mod tunnel;
mod unfinished_bodies;
mod upstream;
mod upstream_failures;
mod upstream_holds;
mod upstream_late;
mod watch;
mod webim_standin;
mod what_if;
