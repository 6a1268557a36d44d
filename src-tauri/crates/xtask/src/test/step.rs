//! One step of the tests: a program whose output goes to a file and is shown when it failed.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use wait_timeout::ChildExt as _;

use super::counts::Counts;
use super::failures::{self, Failure};
use crate::paths;

/// A first build of everything on two slow cores fits in.
const LIMIT: Duration = Duration::from_secs(45 * 60);
/// The time between two signs that a long step is alive. A guess.
const SIGN_OF_LIFE: Duration = Duration::from_secs(30);
/// What is shown of the output's end where no failed test is found in it: a compiler's errors.
const LINES_WITHOUT_FAILURES: usize = 400;
/// What is shown of it beneath the failed tests: the end of a build or of a runner's summary.
const LINES_AFTER_FAILURES: usize = 40;
/// What is shown of one failed test, half from its beginning and half from its end. A backtrace
/// has about 60 lines.
const LINES_OF_A_FAILURE: usize = 120;

pub(crate) struct Step<'a> {
    pub(crate) name: String,
    command: &'a mut Command,
    limit: Duration,
}

/// How a step ended.
pub(crate) struct Outcome {
    pub(crate) passed: bool,
    /// It came to its end by itself, and was not ended for the time that it took.
    pub(crate) ended: bool,
    pub(crate) counts: Counts,
    /// The failed tests, where the runner named them.
    pub(crate) failed: Vec<String>,
    /// Tests that failed, and passed when they were run once more by themselves.
    pub(crate) flaky: Vec<String>,
    /// What the program printed; empty for a piece of this one.
    pub(crate) output: String,
}

impl Outcome {
    /// A step with no tests of its own is one test.
    fn new(passed: bool, counts: Option<Counts>) -> Self {
        let one = u64::from(passed);
        let mut counts = counts.unwrap_or(Counts {
            passed: one,
            failed: 1 - one,
            skipped: 0,
        });
        if !passed && counts.failed == 0 {
            // It broke before or after its tests: a failure all the same.
            counts.failed = 1;
        }
        Self {
            passed,
            ended: true,
            counts,
            failed: Vec::new(),
            flaky: Vec::new(),
            output: String::new(),
        }
    }
}

impl<'a> Step<'a> {
    pub(crate) fn new(name: &str, command: &'a mut Command) -> Self {
        Self {
            name: name.to_owned(),
            command,
            limit: LIMIT,
        }
    }

    pub(crate) fn at_most(self, limit: Duration) -> Self {
        Self { limit, ..self }
    }

    pub(crate) fn run(self) -> Outcome {
        let start = Instant::now();
        let log = log_file(&self.name);
        let ended = run_into(self.command, &log, self.limit);
        let output = fs::read(&log).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        let output = output.unwrap_or_default();
        let passed = ended.as_ref().is_ok_and(ExitStatus::success);
        let mut outcome = Outcome::new(passed, Counts::read(&output));
        outcome.ended = ended.is_ok();
        report(&self.name, &outcome, start.elapsed());
        if !passed {
            let failures = failures::read(&output);
            print_indented(&shown(&failures, &output, &log));
            outcome.failed = failures.into_iter().map(|failure| failure.name).collect();
            match ended {
                Ok(status) => println!("         ({status})"),
                Err(problem) => println!("         {problem:#}"),
            }
            if let Some(why) = full_disk(&output) {
                println!("         {why}");
            }
        }
        outcome.output = output;
        outcome
    }
}

/// Runs a piece of this program as a step.
pub(crate) fn time(name: &str, work: impl FnOnce() -> Result<()>) -> Outcome {
    let start = Instant::now();
    let done = work();
    let outcome = Outcome::new(done.is_ok(), None);
    report(name, &outcome, start.elapsed());
    if let Err(problem) = done {
        println!("         {problem:#}");
    }
    outcome
}

fn report(name: &str, outcome: &Outcome, took: Duration) {
    let word = if outcome.passed {
        "ok      "
    } else {
        "FAILED  "
    };
    let counts = outcome.counts;
    let counted = if counts.passed + counts.failed + counts.skipped > 1 {
        format!(", {counts}")
    } else {
        String::new()
    };
    println!("{word} {name} ({:.1} s{counted})", took.as_secs_f64());
}

fn run_into(command: &mut Command, log: &Path, limit: Duration) -> Result<ExitStatus> {
    let file = File::create(log).with_context(|| format!("{} cannot be written", log.display()))?;
    let same = file.try_clone()?;
    command.stdin(Stdio::null()).stdout(file).stderr(same);
    command
        .env("CARGO_TERM_COLOR", "never")
        .env("NO_COLOR", "1")
        .env("CI", "true");
    let mut child = command.spawn().context("it could not be started")?;
    wait(&mut child, log, limit)
}

fn wait(child: &mut Child, log: &Path, limit: Duration) -> Result<ExitStatus> {
    let start = Instant::now();
    loop {
        let left = limit.saturating_sub(start.elapsed());
        if let Some(status) = child.wait_timeout(left.min(SIGN_OF_LIFE))? {
            return Ok(status);
        }
        let spent = start.elapsed();
        if spent >= limit {
            child.kill()?;
            child.wait()?;
            bail!("it took more than {} s and was ended", limit.as_secs());
        }
        println!("         … {} s: {}", spent.as_secs(), last_line(log));
    }
}

fn last_line(log: &Path) -> String {
    let text = fs::read(log)
        .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
        .unwrap_or_default();
    text.lines()
        .rev()
        .map(str::trim)
        .find(|line| !line.is_empty())
        .unwrap_or("working")
        .to_owned()
}

/// The failed tests first, then the end of the output.
fn shown(failures: &[Failure], output: &str, log: &Path) -> Vec<String> {
    let mut shown = Vec::new();
    for failure in failures {
        shown.push(format!("---- {} ----", failure.name));
        shown.extend(shortened(&failure.lines));
        shown.push(String::new());
    }
    let limit = if failures.is_empty() {
        LINES_WITHOUT_FAILURES
    } else {
        LINES_AFTER_FAILURES
    };
    let lines: Vec<_> = output.lines().filter(|line| !is_progress(line)).collect();
    let from = lines.len().saturating_sub(limit);
    if from > 0 {
        let log = log.display();
        shown.push(format!("… the end of the output; all of it is in {log}"));
    }
    shown.extend(lines[from..].iter().map(ToString::to_string));
    shown
}

/// Cargo's words for each package that it builds, hundreds of lines that would push the
/// compiler's errors out of sight.
fn is_progress(line: &str) -> bool {
    const WORDS: &[&str] = &[
        "Compiling",
        "Checking",
        "Downloaded",
        "Downloading",
        "Fresh",
    ];
    let line = line.trim_start();
    let word = line.split(' ').next().unwrap_or_default();
    WORDS.contains(&word)
}

/// A compiler says it somewhere among its errors, and a linker that was killed does not.
fn full_disk(output: &str) -> Option<String> {
    const SIGNS: &[&str] = &[
        "No space left on device",
        "os error 28",
        "There is not enough space on the disk",
        "os error 112",
        "ld terminated with signal 7",
    ];
    SIGNS.iter().any(|sign| output.contains(sign)).then(|| {
        let dir = paths::target();
        format!(
            "The disk is full: free some of it (a first build writes 8 GB to {}, 13 GB with \
             CARGO_INCREMENTAL), then run this again.",
            dir.display()
        )
    })
}

fn shortened(lines: &[String]) -> Vec<String> {
    let omitted = lines.len().saturating_sub(LINES_OF_A_FAILURE);
    if omitted == 0 {
        return lines.to_vec();
    }
    let half = LINES_OF_A_FAILURE / 2;
    let mut shown = lines[..half].to_vec();
    shown.push(format!("… {omitted} lines"));
    shown.extend_from_slice(&lines[half + omitted..]);
    shown
}

fn print_indented(lines: &[String]) {
    for line in lines {
        println!("         {line}");
    }
}

/// `target/xtask/log/rust-tests.log`
fn log_file(name: &str) -> PathBuf {
    let dir = paths::work_dir().join("log");
    // A directory that cannot be made shows in the file that cannot be written.
    let _ = fs::create_dir_all(&dir);
    dir.join(name.to_lowercase().replace(' ', "-") + ".log")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process::program;

    #[test]
    fn a_step_without_tests_counts_as_one_and_a_broken_one_as_a_failure() {
        let counts = |passed, counts| Outcome::new(passed, counts).counts;
        let some = Counts {
            passed: 3,
            failed: 0,
            skipped: 0,
        };
        assert_eq!(
            counts(true, None),
            Counts {
                passed: 1,
                failed: 0,
                skipped: 0
            }
        );
        assert_eq!(
            counts(false, None),
            Counts {
                passed: 0,
                failed: 1,
                skipped: 0
            }
        );
        assert_eq!(
            counts(false, Some(some)),
            Counts {
                passed: 3,
                failed: 1,
                skipped: 0
            }
        );
    }

    #[test]
    fn the_failed_tests_come_first_and_the_end_of_the_output_after_them() {
        let log = Path::new("tests.log");
        let output: String = (0..500).map(|line| format!("line {line}\n")).collect();
        let end = |limit: usize| {
            let first = format!("line {}", 500 - limit);
            let note = "… the end of the output; all of it is in tests.log";
            (note.to_owned(), first)
        };
        let without = shown(&[], &output, log);
        assert_eq!(without.len(), 1 + LINES_WITHOUT_FAILURES);
        assert_eq!(
            (without[0].clone(), without[1].clone()),
            end(LINES_WITHOUT_FAILURES)
        );
        let failure = Failure {
            name: "store writes".to_owned(),
            lines: (0..130).map(|line| format!("own {line}")).collect(),
        };
        let with = shown(&[failure], &output, log);
        assert_eq!(with[0], "---- store writes ----");
        assert_eq!(with[60..=62], ["own 59", "… 10 lines", "own 70"]);
        assert_eq!(with[121..=122], ["own 129", ""]);
        assert_eq!(
            (with[123].clone(), with[124].clone()),
            end(LINES_AFTER_FAILURES)
        );
        assert_eq!(with.len(), 124 + LINES_AFTER_FAILURES);
    }

    #[test]
    fn a_compiler_s_error_is_shown_without_what_was_built_before_and_after_it() {
        let output = "   Compiling serde v1.0.0\nerror[E0425]: cannot find value `x`\n \
            --> src/lib.rs:3:5\n    Checking log v0.4.0\nwarning: build failed, waiting\n";
        let log = Path::new("tests.log");
        assert_eq!(
            shown(&[], output, log),
            [
                "error[E0425]: cannot find value `x`",
                " --> src/lib.rs:3:5",
                "warning: build failed, waiting"
            ]
        );
    }

    #[test]
    fn a_full_disk_is_told_with_the_next_step() {
        for output in [
            "error: couldn't create a temp dir: No space left on device (os error 28)",
            "collect2: fatal error: ld terminated with signal 7 [Bus error]",
        ] {
            assert!(
                full_disk(output)
                    .unwrap()
                    .starts_with("The disk is full: free"),
                "{output}"
            );
        }
        assert_eq!(full_disk("test result: FAILED. 1 passed; 1 failed"), None);
    }

    #[test]
    #[cfg(unix)]
    fn a_step_that_takes_too_long_is_ended() {
        let dir = tempfile::tempdir().unwrap();
        let mut sleeper = program("sleep");
        let ended = run_into(
            sleeper.arg("60"),
            &dir.path().join("log"),
            Duration::from_millis(60),
        );
        assert!(ended.unwrap_err().to_string().contains("was ended"));
    }

    #[test]
    #[cfg(unix)]
    fn both_of_a_program_s_outputs_go_to_the_file() {
        let dir = tempfile::tempdir().unwrap();
        let log = dir.path().join("log");
        let mut shell = program("sh");
        run_into(
            shell.args(["-c", "echo out; echo err >&2; exit 3"]),
            &log,
            LIMIT,
        )
        .unwrap();
        assert_eq!(fs::read_to_string(log).unwrap(), "out\nerr\n");
    }
}
