//! The lines that a program prints, however long, broken or many.

use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::sync::mpsc;
use tokio::time::Instant;

/// The longest line searched, in bytes; a longer one is cut into several. A guess.
const LINE_BYTES: usize = 4096;
/// Lines read of a pipe in a second, and pieces where there are no lines; beyond them the program
/// waits. A guess: a hundred times what a tunnel's program prints where it prints all it does.
const LINES_PER_SECOND: u32 = 1000;
const SECOND: Duration = Duration::from_secs(1);
/// How long a pipe is quiet before a line without an end is taken as it stands. A guess: programs
/// write a line at once.
const QUIET: Duration = Duration::from_millis(500);

/// Which of a program's pipes a line came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pipe {
    Stdout,
    Stderr,
}

/// A line, or what there is of one. A line without text ends what was told before it.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) pipe: Pipe,
    pub(super) text: String,
    /// It has ended; if not, it comes again once it has.
    pub(super) is_whole: bool,
}

/// Reads lines until the pipe or its reader ends.
pub(super) async fn read_lines(
    mut from: impl AsyncRead + Unpin,
    pipe: Pipe,
    lines: mpsc::Sender<Line>,
) {
    let line = |held: &[u8], is_whole| Line {
        pipe,
        text: String::from_utf8_lossy(held).into_owned(),
        is_whole,
    };
    let mut held = Vec::new();
    let mut piece = [0_u8; LINE_BYTES];
    let mut pace = Pace::begin();
    let mut is_held_sent = true;
    // Nothing has come behind the end of a line.
    let mut is_line_start = false;
    loop {
        let reading = from.read(&mut piece);
        let read = if is_held_sent {
            reading.await
        } else if let Ok(read) = tokio::time::timeout(QUIET, reading).await {
            read
        } else {
            is_held_sent = true;
            if lines.send(line(&held, false)).await.is_err() {
                return;
            }
            continue;
        };
        let length = match read {
            Ok(0) | Err(_) => break,
            Ok(length) => length,
        };
        let mut has_line = false;
        for byte in &piece[..length] {
            let ends = matches!(byte, b'\n' | b'\r');
            if !ends {
                held.push(*byte);
            }
            let is_blank = *byte == b'\n' && held.is_empty() && is_line_start;
            is_line_start = ends && (is_line_start || *byte == b'\n');
            if (ends && !held.is_empty()) || held.len() == LINE_BYTES || is_blank {
                let whole = line(&held, true);
                held.clear();
                has_line = true;
                pace.step().await;
                if lines.send(whole).await.is_err() {
                    return;
                }
            }
        }
        is_held_sent = held.is_empty();
        if !has_line {
            pace.step().await;
        }
    }
    let _ = lines.send(line(&held, true)).await;
}

/// So many steps in each second.
struct Pace {
    second: Instant,
    steps: u32,
}

impl Pace {
    fn begin() -> Self {
        Self {
            second: Instant::now(),
            steps: 0,
        }
    }

    async fn step(&mut self) {
        if self.second.elapsed() >= SECOND {
            *self = Self::begin();
        }
        if self.steps == LINES_PER_SECOND {
            tokio::time::sleep_until(self.second + SECOND).await;
            *self = Self::begin();
        }
        self.steps += 1;
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncWriteExt as _;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn what_prints_without_end_is_read_at_a_pace() {
        let (sender, mut lines) = mpsc::channel(64);
        let reading = tokio::spawn(read_lines(tokio::io::repeat(b'x'), Pipe::Stdout, sender));
        let began = Instant::now();
        for _ in 0..5 * LINES_PER_SECOND {
            lines.recv().await.unwrap();
        }
        assert!(began.elapsed() >= 4 * SECOND, "{:?}", began.elapsed());
        drop(lines);
        reading.await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn a_line_that_is_printed_alone_counts_once() {
        let (sender, mut lines) = mpsc::channel(64);
        let (mut program, pipe) = tokio::io::duplex(64);
        let reading = tokio::spawn(read_lines(pipe, Pipe::Stdout, sender));
        let began = Instant::now();
        for _ in 0..LINES_PER_SECOND {
            program.write_all(b"a line\n").await.unwrap();
            lines.recv().await.unwrap();
        }
        assert_eq!(began.elapsed(), Duration::ZERO);
        // What ends no line counts, too.
        program.write_all(b"and").await.unwrap();
        program.write_all(b" one more\n").await.unwrap();
        lines.recv().await.unwrap();
        assert_eq!(began.elapsed(), SECOND);
        drop(program);
        reading.await.unwrap();
    }

    #[tokio::test]
    async fn a_line_ends_by_either_sign_at_its_bound_or_with_the_pipe() {
        let (sender, mut lines) = mpsc::channel(64);
        let long = "y".repeat(LINE_BYTES + 1);
        let text = format!("\na\r\nb\r{long}\n\n\nend\r\n\r\nlast");
        read_lines(text.as_bytes(), Pipe::Stdout, sender).await;
        let mut read = Vec::new();
        while let Some(line) = lines.recv().await {
            read.push(line.text);
        }
        assert_eq!(
            read,
            [
                "a",
                "b",
                &long[..LINE_BYTES],
                "y",
                "",
                "",
                "end",
                "",
                "last"
            ]
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_line_that_does_not_end_is_taken_once_the_pipe_is_quiet_and_whole_once_it_ends() {
        let (sender, mut lines) = mpsc::channel(64);
        let (mut program, pipe) = tokio::io::duplex(64);
        let reading = tokio::spawn(read_lines(pipe, Pipe::Stderr, sender));
        let began = Instant::now();
        program.write_all(b"first\nand").await.unwrap();
        for (text, is_whole, waited) in [
            ("first", true, Duration::ZERO),
            ("and", false, QUIET),
            ("and more", true, QUIET),
        ] {
            if is_whole && waited == QUIET {
                program.write_all(b" more\n").await.unwrap();
            }
            let line = lines.recv().await.unwrap();
            assert_eq!((line.text.as_str(), line.is_whole), (text, is_whole));
            assert_eq!((line.pipe, began.elapsed()), (Pipe::Stderr, waited));
        }
        drop(program);
        assert_eq!(lines.recv().await.unwrap().text, "");
        reading.await.unwrap();
    }
}
