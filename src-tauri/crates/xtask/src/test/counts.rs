//! How many tests a runner says it ran, read off what it prints: cargo test, Vitest, node's own
//! runner, Playwright, and our own closing line.

use std::fmt;
use std::ops::AddAssign;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    pub(crate) skipped: u64,
}

impl AddAssign for Counts {
    fn add_assign(&mut self, more: Self) {
        self.passed += more.passed;
        self.failed += more.failed;
        self.skipped += more.skipped;
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} passed, {} failed, {} skipped",
            self.passed, self.failed, self.skipped
        )
    }
}

impl Counts {
    /// Sums every runner's closing lines in a text; `None` when there is none.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let mut sum = None;
        for line in text.lines() {
            if let Some(counts) = of_line(&without_colours(line)) {
                *sum.get_or_insert_with(Self::default) += counts;
            }
        }
        sum
    }
}

fn of_line(line: &str) -> Option<Counts> {
    let line = line.trim();
    if let Some(rest) = line.strip_prefix("test result:") {
        return of_phrases(
            rest.split_once(". ")
                .map_or(rest, |(_, counts)| counts)
                .split(';'),
        );
    }
    if let Some(rest) = line.strip_prefix("Tests ") {
        return of_phrases(
            rest.split_once(" (")
                .map_or(rest, |(counts, _)| counts)
                .split('|'),
        );
    }
    if let Some(rest) = line.strip_prefix("ℹ ").or_else(|| line.strip_prefix("# ")) {
        let (word, number) = rest.split_once(' ')?;
        return count(number.parse().ok()?, word);
    }
    // Playwright's `12 passed (3.2s)`, a line for each outcome; or `1 passed, 0 failed, 2 skipped`.
    let without_time = line.split_once(" (").map_or(line, |(counts, _)| counts);
    of_phrases(without_time.split(','))
}

/// Sums phrases such as `3 passed`; nothing when one of them is something else.
fn of_phrases<'a>(phrases: impl Iterator<Item = &'a str>) -> Option<Counts> {
    let mut sum = Counts::default();
    for phrase in phrases {
        let (number, word) = phrase.trim().split_once(' ')?;
        let Ok(number) = number.parse() else {
            // `finished in 0.01s` ends cargo's line.
            if number == "finished" {
                continue;
            } else {
                return None;
            }
        };
        sum += count(number, word)?;
    }
    Some(sum)
}

fn count(number: u64, word: &str) -> Option<Counts> {
    let none = Counts::default();
    match word {
        "passed" | "pass" | "flaky" => Some(Counts {
            passed: number,
            ..none
        }),
        "failed" | "fail" | "cancelled" | "interrupted" => Some(Counts {
            failed: number,
            ..none
        }),
        "skipped" | "ignored" | "todo" | "did not run" => Some(Counts {
            skipped: number,
            ..none
        }),
        "measured" | "filtered out" => Some(none),
        _ => None,
    }
}

/// Drops `ESC [ … letter` sequences.
pub(super) fn without_colours(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find('\u{1b}') {
        plain.push_str(&rest[..at]);
        let sequence = &rest[at..];
        let end = sequence
            .find(|c: char| c.is_ascii_alphabetic())
            .map_or(sequence.len(), |end| end + 1);
        rest = &sequence[end..];
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (u64, u64, u64) {
        let counts = Counts::read(text).unwrap_or_default();
        (counts.passed, counts.failed, counts.skipped)
    }

    #[test]
    fn cargo_s_results_add_up_over_its_binaries() {
        let text = "running 2 tests\ntest a ... ok\n\n\
            test result: ok. 2 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\
            test result: FAILED. 3 passed; 1 failed; 0 ignored; 0 measured; 7 filtered out; finished in 1s\n";
        assert_eq!(read(text), (5, 1, 1));
    }

    #[test]
    fn vitest_counts_tests_and_not_files() {
        let text = " Test Files  3 passed (3)\n\u{1b}[2m      Tests \u{1b}[22m \u{1b}[1m\u{1b}[31m1 failed\u{1b}[39m\u{1b}[22m | \
            \u{1b}[32m11 passed\u{1b}[39m | 2 skipped | 1 todo (15)\n   Duration  1.2s\n";
        assert_eq!(read(text), (11, 1, 3));
    }

    #[test]
    fn node_s_runner_is_read_in_both_of_its_styles() {
        assert_eq!(
            read("ℹ tests 4\nℹ suites 0\nℹ pass 3\nℹ fail 1\nℹ cancelled 0\nℹ skipped 0\n"),
            (3, 1, 0)
        );
        assert_eq!(
            read("# tests 4\n# pass 2\n# fail 0\n# skipped 2\n# todo 0\n"),
            (2, 0, 2)
        );
    }

    #[test]
    fn playwright_and_our_own_closing_line_are_read() {
        assert_eq!(
            read("  1 failed\n    a.spec.ts:3:1 › b\n  2 skipped\n  12 passed (3.2s)\n"),
            (12, 1, 2)
        );
        assert_eq!(read("7 passed, 0 failed, 1 skipped\n"), (7, 0, 1));
    }

    #[test]
    fn other_lines_count_nothing() {
        assert_eq!(
            Counts::read("3 warnings\n1,204 requests\nall passed\n# comment\n"),
            None
        );
    }
}
