//! `cargo xtask`: everything that is done with this repository besides editing it.
//!
//! A newcomer builds this program before anything else, so it depends on next to nothing, and it
//! says each thing it is about to install before it installs it. One file per command, one line in
//! `COMMANDS`.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for the terminal"
)]

mod bench;
mod display;
mod dist;
mod generate;
mod icons;
mod licences;
mod paths;
mod process;
mod run;
mod setup;
mod test;
mod ui;

use std::process::ExitCode;

use anyhow::{Result, bail};

/// One command: its name, what it is for, and the function that does it.
struct Command {
    name: &'static str,
    about: &'static str,
    call: fn(&[String]) -> Result<()>,
}

const COMMANDS: &[Command] = &[
    Command {
        name: "run",
        about: "install what is missing, build, open the window",
        call: run::run,
    },
    Command {
        name: "test",
        about: "test everything, or: unit rust api ui e2e window",
        call: test::run,
    },
    Command {
        name: "setup",
        about: "only install what is missing",
        call: setup::run,
    },
    Command {
        name: "gen",
        about: "regenerate ui/openapi.json and the API's types",
        call: generate::run,
    },
    Command {
        name: "icons",
        about: "redraw icons/ from icons/icon.svg",
        call: icons::run,
    },
    Command {
        name: "bench",
        about: "measure what is claimed, or: capture tunnel rules endurance",
        call: bench::run,
    },
    Command {
        name: "dist",
        about: "make the packages for this system",
        call: dist::run,
    },
    Command {
        name: "ui",
        about: "only build the page into ui/dist",
        call: ui::run,
    },
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match dispatch(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("{problem:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(arguments: &[String]) -> Result<()> {
    let Some((name, rest)) = arguments.split_first() else {
        print!("{}", help());
        return Ok(());
    };
    if matches!(name.as_str(), "help" | "--help" | "-h") {
        print!("{}", help());
        return Ok(());
    }
    match COMMANDS.iter().find(|command| command.name == name) {
        Some(command) => (command.call)(rest),
        None => bail!("There is no command `{name}`.\n\n{}", help()),
    }
}

fn help() -> String {
    let lines = COMMANDS
        .iter()
        .map(|command| format!("  {:<6} {}\n", command.name, command.about));
    format!("cargo xtask COMMAND\n\n{}", lines.collect::<String>())
}
