//! Measures what the rules promise: `cargo xtask bench rules`.

#![allow(clippy::print_stdout, reason = "it prints what it measured")]

mod choosing;
mod expressions;
mod templates;

use std::time::Duration;

/// Rules in a set.
const RULES: usize = 1_000;

/// What stops everything that runs away.
const LIMIT: &str = "200 ms";

fn main() {
    choosing::run();
    expressions::run();
    templates::run();
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

fn microseconds(time: Duration) -> String {
    format!("{:8.1} µs", time.as_secs_f64() * 1e6)
}

fn milliseconds(time: Duration) -> String {
    format!("{:8.1} ms", time.as_secs_f64() * 1e3)
}
