//! What may not be written: in pure crates, outside of its one place, or anywhere.

use std::collections::BTreeSet;

use crate::crates::MEMBERS;
use crate::files::{self, TextFile};
use crate::none;

/// This test names what it forbids.
const THIS: &str = "src-tauri/crates/xtask/tests/tidy/sources.rs";

/// The lines of some files that hold one of some words.
fn found(here: impl Fn(&TextFile) -> bool, words: &[&str]) -> Vec<String> {
    let mut offenders = Vec::new();
    for file in files::all()
        .iter()
        .filter(|file| file.path != THIS && here(file))
    {
        for (number, line) in file.code_lines() {
            if let Some(word) = words.iter().find(|word| line.contains(**word)) {
                offenders.push(format!(
                    "{}:{number} has `{word}`: {}",
                    file.path,
                    line.trim()
                ));
            }
        }
    }
    offenders
}

#[test]
fn pure_crates_touch_no_file_clock_network_or_thread() {
    let words = [
        "std::fs",
        "std::net",
        "std::env",
        "std::thread",
        "std::process",
        "std::io::stdin",
        "SystemTime",
        "Instant::now",
        "Timestamp::now",
        "Zoned::now",
        "tokio",
        "now_v7",
        "new_v4",
    ];
    let here = |file: &TextFile| {
        let mut pure = MEMBERS.iter().filter(|member| member.pure);
        pure.any(|member| member.holds(file)) && !file.is_test()
    };
    none(
        "Pure crates take time, ids and bytes as values.",
        &found(here, &words),
    );
}

/// Who reads the system's clock: the engine, and the table of the command line, for today's date.
/// Everybody else is given the time.
const CLOCKS: &[&str] = &[
    "src-tauri/crates/cli/src/table.rs",
    "src-tauri/crates/engine/src/clock.rs",
];

#[test]
fn the_clock_is_read_where_it_is_listed_and_nowhere_else() {
    let words = ["SystemTime::now", "Timestamp::now", "Zoned::now", "now_v7"];
    let ours = |file: &TextFile| MEMBERS.iter().any(|member| member.holds(file));
    let reads = |file: &TextFile| {
        let mut lines = file.code_lines();
        lines.any(|(_, line)| words.iter().any(|word| line.contains(word)))
    };
    let files = files::all();
    let readers: BTreeSet<&str> = files
        .iter()
        .filter(|file| ours(file) && !file.is_test() && reads(file))
        .map(|file| file.path.as_str())
        .collect();
    let listed: BTreeSet<&str> = CLOCKS.iter().copied().collect();
    let more = readers.difference(&listed);
    let less = listed.difference(&readers);
    let offenders = more
        .map(|path| format!("{path} reads the clock: take the time as a value"))
        .chain(less.map(|path| format!("{path} reads no clock: take it out of CLOCKS")));
    none(
        "The clock is read where CLOCKS says and nowhere else.",
        &offenders.collect::<Vec<_>>(),
    );
}

#[test]
fn sql_stays_in_the_store() {
    let words = [
        "rusqlite",
        "SELECT ",
        "INSERT INTO",
        "CREATE TABLE",
        "DELETE FROM",
        "PRAGMA ",
    ];
    let here = |file: &TextFile| {
        file.ends(&[".rs"]) && !file.path.starts_with("src-tauri/crates/store/") && !file.is_test()
    };
    none(
        "SQL stays in `store`: ask it through a function.",
        &found(here, &words),
    );
}

/// Where a library's words name parts of what a person wrote, and say nothing without them.
const QUOTED: &[&str] = &["src-tauri/crates/rules/src/compiled/schema.rs"];

#[test]
fn what_a_library_says_of_an_error_is_put_into_the_readers_words() {
    let words = [
        ".arg(error.to_string())",
        ".arg(cause.to_string())",
        ".arg(source.to_string())",
        ".arg(detail.as_str())",
    ];
    let here = |file: &TextFile| {
        file.ends(&[".rs"]) && !file.is_test() && !QUOTED.contains(&file.path.as_str())
    };
    none(
        "An error becomes a value by `messages::foreign`: libraries speak English alone.",
        &found(here, &words),
    );
}

#[test]
fn tauri_stays_in_the_shell_and_in_one_file_of_the_page() {
    let here = |file: &TextFile| {
        file.ends(&[".ts", ".svelte"])
            && file.path.starts_with("ui/src/")
            && file.path != "ui/src/lib/host/tauri.ts"
    };
    none(
        "`@tauri-apps` stays in ui/src/lib/host/tauri.ts.",
        &found(here, &["@tauri-apps/"]),
    );
    let here = |file: &TextFile| file.ends(&[".rs"]) && file.path.starts_with("src-tauri/crates/");
    none(
        "Tauri stays in src-tauri/src.",
        &found(here, &["tauri::", "use tauri", "tauri_plugin"]),
    );
}

#[test]
fn nothing_is_left_for_later_in_words() {
    let here = |file: &TextFile| file.ends(&[".rs", ".ts", ".svelte", ".mjs", ".css", ".sql"]);
    let mut offenders = found(here, &["todo!(", "unimplemented!(", "dbg!("]);
    for file in files::all()
        .iter()
        .filter(|file| file.path != THIS && here(file))
    {
        for (at, line) in file.text.lines().enumerate() {
            if ["TODO", "FIXME", "XXX:", "HACK:"]
                .iter()
                .any(|word| line.contains(word))
            {
                offenders.push(format!("{}:{}: {}", file.path, at + 1, line.trim()));
            }
        }
    }
    none(
        "Nothing is left for later in the code: do it, or file it.",
        &offenders,
    );
}

#[test]
fn no_file_names_a_machine_or_a_registry() {
    let words = [
        "/root/",
        "/work/",
        "/home/",
        "/Users/",
        "C:\\Users",
        "registry.npmjs",
        "static.crates.io",
        "index.crates.io",
        "files.pythonhosted",
        "deb.debian.org",
    ];
    let mut offenders = Vec::new();
    for file in files::all()
        .iter()
        .filter(|file| file.path != THIS && file.path != "Cargo.lock")
    {
        for (at, line) in file.text.lines().enumerate() {
            if let Some(word) = words.iter().find(|word| line.contains(**word)) {
                offenders.push(format!("{}:{} has `{word}`", file.path, at + 1));
            }
        }
    }
    none(
        "No file names a place of one machine or a registry's host.",
        &offenders,
    );
}

#[test]
fn every_rust_module_opens_with_a_paragraph() {
    let mut offenders = Vec::new();
    // A module's tests speak of that module.
    let here = |file: &TextFile| file.ends(&[".rs"]) && !file.ends(&["/tests.rs"]);
    for file in files::all().iter().filter(|file| here(file)) {
        let first = file.text.lines().find(|line| !line.trim().is_empty());
        if !first.is_some_and(|line| line.starts_with("//!")) {
            offenders.push(file.path.clone());
        }
    }
    none(
        "Every Rust module opens with a `//!` paragraph: what it is for, and what it is not.",
        &offenders,
    );
}
