//! Standard output, whose reader may leave before everything is said: `tail | head -1`, and
//! standard error. Texts become drawable here, so that no command has to think of it.

use std::fmt::{Display, Formatter};
use std::io::{self, IsTerminal as _, Write};

use anyhow::{Context as _, Result};

use crate::visible::{visible, visible_json, visible_lines};
use crate::words;

/// Whoever read the output has gone. Nobody is left to tell it, and nothing failed.
#[derive(Debug)]
pub(crate) struct ReaderLeft;

impl Display for ReaderLeft {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.write_str("the reader of the output has gone")
    }
}

impl std::error::Error for ReaderLeft {}

/// Prints lines of text.
pub(crate) fn print(lines: impl Display) -> Result<()> {
    print_line(&visible_lines(&lines.to_string()))
}

/// Prints a document of JSON.
pub(crate) fn print_json(document: impl Display) -> Result<()> {
    print_line(&visible_json(&document.to_string()))
}

fn print_line(line: &str) -> Result<()> {
    write(|| {
        let mut out = io::stdout().lock();
        writeln!(out, "{line}")?;
        out.flush()
    })
}

/// Says a sentence on standard error, beside what was asked for.
pub(crate) fn say(sentence: impl Display) {
    eprintln!("hookloupe-cli: {}", visible(&sentence.to_string()));
}

/// Says a line on standard error that begins with a file's name, for programs that look for one.
pub(crate) fn say_line(line: impl Display) {
    eprintln!("{}", visible(&line.to_string()));
}

/// Prints a line whose texts are drawable already, with colours where the terminal has them and
/// `NO_COLOR` is not set.
pub(crate) fn print_coloured(line: impl Display) -> Result<()> {
    write(|| {
        let mut out = anstream::stdout().lock();
        writeln!(out, "{line}")?;
        out.flush()
    })
}

/// Prints bytes as they are.
pub(crate) fn print_bytes(bytes: &[u8]) -> Result<()> {
    write(|| {
        let mut out = io::stdout().lock();
        out.write_all(bytes)?;
        out.flush()
    })
}

fn write(writing: impl FnOnce() -> io::Result<()>) -> Result<()> {
    match writing() {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Err(ReaderLeft.into()),
        written => written.with_context(|| words::text(&words::OUTPUT_UNWRITABLE)),
    }
}

/// Whether a person reads the output.
pub(crate) fn is_terminal() -> bool {
    io::stdout().is_terminal()
}

/// The columns of the terminal, where the output is one.
pub(crate) fn width() -> Option<usize> {
    let (width, _) = terminal_size::terminal_size_of(io::stdout())?;
    Some(width.0.into())
}

/// Resolves when the reader of a pipe leaves, although nothing is written to it.
pub(crate) async fn reader_left() {
    #[cfg(unix)]
    {
        use rustix::event::{PollFd, PollFlags, poll};
        let (left, leaving) = tokio::sync::oneshot::channel();
        // A thread that nobody waits for: it ends with the process.
        std::thread::spawn(move || {
            let output = io::stdout();
            // Errors and the other end's leaving are told without being asked for.
            let mut watched = [PollFd::new(&output, PollFlags::empty())];
            if poll(&mut watched, None).is_ok() {
                let _ = left.send(());
            }
        });
        if leaving.await.is_ok() {
            return;
        }
    }
    std::future::pending().await
}
