//! The desktop app: a window over the engine and the control API.
//!
//! This package is the only Rust that names `tauri`, and it decides nothing about webhooks. It
//! starts the engine, hands every request of its one window to the control router in process
//! (`scheme`), asks before it closes over held requests (`leaving`), and says in a sentence why it
//! could not start (`start`).

#![cfg_attr(all(windows, not(debug_assertions)), windows_subsystem = "windows")]

mod leaving;
mod log;
mod options;
mod save;
mod scheme;
mod second_start;
mod start;
mod window;
mod words;

use std::process::ExitCode;

use clap::Parser as _;

/// Gives memory back after a burst: of 60 held bodies of 8 MB glibc's allocator kept 150 MB, and 33
/// remain now. A request takes some 7 % less processor time too.
#[cfg(target_os = "linux")]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    // The only TLS library in the tree with no provider chosen by feature: without this the first
    // replay to an https address would panic.
    if rustls::crypto::ring::default_provider()
        .install_default()
        .is_err()
    {
        let sentence = words::TLS_TWICE.template(control::system_language());
        return start::refuse_on_stderr(sentence);
    }
    start::run(options::Options::parse())
}
