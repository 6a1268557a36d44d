//! `hookloupe-cli`: Hookloupe without a window, and hands on one that runs.
//!
//! Standard output holds what was asked for and nothing else; everything else goes to standard
//! error. Exit codes: 0 done, 1 refused, 2 could not run.

#![allow(clippy::print_stderr, reason = "what failed is said there")]

mod answer;
mod client;
mod exit;
mod help;
mod message;
mod mock;
mod mode;
mod output;
mod replay;
mod rules;
mod run_scenarios;
mod serve;
mod show;
mod table;
mod tail;
mod tunnel;
mod visible;
mod words;

use std::process::ExitCode;

use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

/// Gives memory back after a burst: of 60 held bodies of 8 MB glibc's allocator kept 150 MB, and 33
/// remain now. A request takes some 7 % less processor time too.
#[cfg(target_os = "linux")]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// A debugger for the webhooks of chatbots.
///
/// `serve` runs the webhook server and the control API without a window. The other commands talk
/// to an instance that runs: the one of --data-dir, or the one at --control with the token in the
/// environment variable HOOKLOUPE_TOKEN.
///
/// Exit codes: 0 done, 1 refused (no such exchange, not held any more, the caller has gone),
/// 2 could not run.
#[derive(Debug, Parser)]
#[command(version, propagate_version = true, name = "hookloupe-cli")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the webhook server, the control API and the browser interface.
    Serve(serve::Serve),
    /// Follow what the bots send, as a table or as one JSON document a line.
    Tail(tail::Tail),
    /// List the newest exchanges.
    List(tail::List),
    /// Show one exchange: request, answer, variables and findings.
    Show(show::Show),
    /// Answer a held exchange by hand.
    Answer(answer::AnswerArgs),
    /// Send a recorded request again.
    Replay(replay::ReplayArgs),
    /// Show who answers a bot, or choose it.
    Mode(mode::ModeArgs),
    /// Write a bot's rules into a folder of files, read them from one, or keep them in one.
    Rules(rules::RulesArgs),
    /// Play scenarios against a server and say whether it answered as they expect.
    ///
    /// Exit codes: 0 all passed, 1 some failed, 2 could not run (a file does not fit, no target, or
    /// one that is unreachable from the first step on), 130 interrupted.
    Test(Box<run_scenarios::Test>),
    /// Answer by a folder of rules, and say at the end whether the calls were those expected.
    ///
    /// Exit codes at Ctrl-C or SIGTERM: 0 as expected, 1 otherwise; 2 at once where the rules
    /// cannot be read.
    Mock(mock::Mock),
    /// Show the tunnel; start it as it was last started, or stop it.
    Tunnel(tunnel::TunnelArgs),
    /// Print the control API's OpenAPI document.
    Openapi,
    /// Print the completions of a shell.
    ///
    /// For bash, into ~/.local/share/bash-completion/completions:
    /// hookloupe-cli completions bash > hookloupe-cli
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
}

fn main() -> ExitCode {
    // The one place that chooses the cryptography; a second call could only repeat it.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let arguments = arguments();
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            output::say(words::said(error));
            return ExitCode::from(exit::COULD_NOT_RUN);
        }
    };
    runtime.block_on(run(arguments.command))
}

/// What is asked for; ends the program where it cannot be read, or where it is the help.
fn arguments() -> Arguments {
    let lang = control::system_language();
    let command = help::in_language(Arguments::command(), lang);
    let parsed = command.try_get_matches_from(help::without_help_command(std::env::args_os()));
    let parsed = parsed.and_then(|matches| Arguments::from_arg_matches(&matches));
    parsed.unwrap_or_else(|error| match help::said(&error, lang) {
        // Help and version, which quote nobody.
        None if !error.use_stderr() => error.exit(),
        None => {
            // Clap's own sentences, which quote what was typed.
            let lines = visible::visible_lines(error.render().to_string().trim_end());
            eprintln!("{lines}");
            std::process::exit(error.exit_code())
        }
        Some(sentence) => {
            output::say(sentence);
            std::process::exit(error.exit_code())
        }
    })
}

async fn run(command: Command) -> ExitCode {
    let done = match command {
        Command::Serve(serve) => return serve.run().await,
        Command::Mock(mock) => match mock.run().await {
            Ok(code) => return code,
            Err(error) => Err(error),
        },
        Command::Test(test) => match test.run().await {
            Ok(code) => return code,
            Err(error) => Err(error),
        },
        Command::Tail(tail) => tail.run().await,
        Command::List(list) => list.run().await,
        Command::Show(show) => show.run().await,
        Command::Answer(answer) => answer.run().await,
        Command::Replay(replay) => replay.run().await,
        Command::Mode(mode) => mode.run().await,
        Command::Rules(rules) => rules.run().await,
        Command::Tunnel(tunnel) => tunnel.run().await,
        Command::Openapi => output::print_json(control::openapi_json()),
        Command::Completions { shell } => {
            let (mut command, mut script) = (Arguments::command(), Vec::new());
            clap_complete::generate(shell, &mut command, "hookloupe-cli", &mut script);
            output::print_bytes(&script)
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.is::<output::ReaderLeft>() => ExitCode::SUCCESS,
        Err(error) => {
            output::say(words::said(format_args!("{error:#}")));
            let refused = error.is::<client::Refused>();
            if refused {
                ExitCode::FAILURE
            } else {
                ExitCode::from(exit::COULD_NOT_RUN)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_commands_and_their_options_fit_together() {
        Arguments::command().debug_assert();
    }
}
