//! `cargo xtask test`: everything, one step after the other, each with its time. Where a step
//! failed, its failed tests are shown first and then the end of what it printed. A failed step does
//! not stop the others. Failed tests are run once more by themselves (`again`). At the end all of
//! it is counted, and the failed tests are named once more, and so are the flaky ones.

mod again;
mod claims;
mod counts;
mod failures;
mod step;

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Result, bail};

use counts::Counts;
use step::{Outcome, Step};

use crate::display::Display;
use crate::process::{self, cargo, npm};
use crate::setup::{self, Needs};
use crate::{generate, paths, ui};

/// What can be asked for by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// The quick half of `rust` and `ui`: unit tests alone.
    Unit,
    /// Format, lints, all Rust tests, dependencies.
    Rust,
    /// The generated API types.
    Api,
    /// The page's checks and unit tests.
    Ui,
    /// The page in Chromium over `hookloupe-cli serve`.
    Browser,
    /// The real window.
    Window,
}

const PARTS: &[(&str, Part)] = &[
    ("unit", Part::Unit),
    ("rust", Part::Rust),
    ("api", Part::Api),
    ("ui", Part::Ui),
    ("e2e", Part::Browser),
    ("window", Part::Window),
];
/// Without a name: all but the quick half, which is part of two others.
const EVERYTHING: &[Part] = &[Part::Rust, Part::Api, Part::Ui, Part::Browser, Part::Window];

pub(crate) fn run(arguments: &[String]) -> Result<()> {
    let parts = parts(arguments)?;
    let has = |part| parts.contains(&part);
    setup::ensure(needs(&parts))?;
    let mut session = Session::default();
    if has(Part::Unit) {
        session.unit();
    }
    if has(Part::Rust) {
        session.rust();
    }
    if has(Part::Ui) {
        session.ui();
    }
    if [Part::Api, Part::Browser, Part::Window]
        .into_iter()
        .any(has)
    {
        session.build();
    }
    if has(Part::Api) {
        session.does("generated API types are current", generate::check);
    }
    if has(Part::Browser) {
        session.end_to_end(
            "browser",
            Needs {
                browser: true,
                ..Needs::default()
            },
        );
    }
    if has(Part::Window) {
        session.end_to_end(
            "window",
            Needs {
                window: true,
                ..Needs::default()
            },
        );
    }
    session.close()
}

fn parts(arguments: &[String]) -> Result<Vec<Part>> {
    if arguments.is_empty() {
        return Ok(EVERYTHING.to_vec());
    }
    let part = |name: &String| match PARTS.iter().find(|(known, _)| known == name) {
        Some((_, part)) => Ok(*part),
        None => {
            let known: Vec<_> = PARTS.iter().map(|(known, _)| *known).collect();
            bail!(
                "There is no part `{name}`; there are: {}.",
                known.join(", ")
            )
        }
    };
    arguments.iter().map(part).collect()
}

fn needs(parts: &[Part]) -> Needs {
    let any = |of: &[Part]| of.iter().any(|part| parts.contains(part));
    Needs {
        // The workspace holds the desktop app, so all Rust needs the web view's headers.
        desktop: any(&[
            Part::Unit,
            Part::Rust,
            Part::Api,
            Part::Browser,
            Part::Window,
        ]),
        page: any(&[Part::Unit, Part::Api, Part::Ui, Part::Browser, Part::Window]),
        browser: any(&[Part::Browser]),
        window: any(&[Part::Window]),
        sshd: any(&[Part::Rust]),
    }
}

/// One run: the sum so far.
#[derive(Default)]
struct Session {
    counts: Counts,
    failed: Vec<FailedStep>,
    /// A step's name and a test of it, each.
    flaky: Vec<(String, String)>,
}

struct FailedStep {
    name: String,
    /// Empty where it has no tests, or broke outside of them.
    tests: Vec<String>,
}

impl Session {
    /// The tests of licences look at what other systems build from, too.
    fn packages_of_all_systems(&mut self) {
        let everything = ["fetch", "--locked", "--quiet"];
        self.does("Rust packages of all systems", || {
            process::run(cargo().args(everything))
        });
    }

    fn unit(&mut self) {
        self.packages_of_all_systems();
        let tests = ["test", "--workspace", "--lib", "--bins", "--no-fail-fast"];
        self.runs(Step::new("Rust unit tests", cargo().args(tests)));
        if self.does("UI packages", || ui::packages(&paths::ui())) {
            self.npm_script("UI unit tests", &paths::ui(), "test");
        }
    }

    fn rust(&mut self) {
        self.runs(Step::new(
            "Rust format",
            cargo().args(["fmt", "--all", "--check"]),
        ));
        let lints = [
            "clippy",
            "--workspace",
            "--all-targets",
            "--quiet",
            "--",
            "-D",
            "warnings",
        ];
        self.runs(Step::new("Rust lints", cargo().args(lints)));
        self.packages_of_all_systems();
        let tests = ["test", "--workspace", "--no-fail-fast"];
        self.tests(Step::new("Rust tests", cargo().args(tests)), |failed| {
            let mut command = cargo();
            command.args(tests).args(["--", "--exact"]);
            command.args(failed.iter().filter_map(|name| again::cargo_name(name)));
            command
        });
        if process::find("cargo-deny").is_some() {
            // Advisories come over the network, which a test must not need.
            let checks = ["deny", "--offline", "check", "bans", "licenses", "sources"];
            self.runs(Step::new("dependencies", cargo().args(checks)));
        } else {
            self.skip(
                "dependencies",
                "cargo-deny is not installed: cargo install cargo-deny --locked",
            );
        }
    }

    fn ui(&mut self) {
        if self.does("UI packages", || ui::packages(&paths::ui())) {
            self.npm_script("UI checks", &paths::ui(), "check");
            self.npm_script("UI unit tests", &paths::ui(), "test");
            let project = paths::end_to_end();
            // They are checked by the page's tools, so after the page's packages are there.
            if self.does("end-to-end packages", || ui::packages(&project)) {
                self.npm_script("end-to-end checks", &project, "check");
            }
        }
    }

    fn npm_script(&mut self, name: &str, project: &Path, script: &str) {
        let mut command = npm();
        command
            .args(["run", "--silent", script])
            .current_dir(project);
        self.runs(Step::new(name, &mut command));
    }

    /// Builds the programs with the very features of the tests, so that nothing is compiled twice.
    fn build(&mut self) {
        self.does("page", ui::build);
        self.runs(Step::new(
            "programs",
            cargo().args(["build", "--workspace", "--all-targets"]),
        ));
    }

    /// Runs one script of `tests/e2e`, over the programs just built.
    fn end_to_end(&mut self, script: &str, needs: Needs) {
        let name = format!("{script} end to end");
        let project = paths::end_to_end();
        if !project.join("package.json").is_file() {
            return self.skip(&name, "there is no tests/e2e/package.json");
        }
        if needs.window && !cfg!(target_os = "linux") {
            return self.skip(&name, "the window is driven on Linux only");
        }
        if !self.does("end-to-end packages", || ui::packages(&project)) {
            return;
        }
        let display = if needs.window {
            Display::start().map(Some)
        } else {
            Ok(None)
        };
        match display {
            Ok(display) => {
                let limit = Duration::from_secs(25 * 60);
                let mut all = claims::all(script, display.as_ref());
                self.tests(Step::new(&name, &mut all).at_most(limit), |failed| {
                    claims::only(script, display.as_ref(), failed)
                });
            }
            Err(problem) => {
                self.does(&name, || Err(problem));
            }
        }
    }

    fn runs(&mut self, step: Step<'_>) -> bool {
        let name = step.name.clone();
        let outcome = step.run();
        self.record(name, outcome)
    }

    /// Runs tests, and those that failed once more by the command made for their names.
    fn tests(&mut self, step: Step<'_>, again: impl FnOnce(&[String]) -> Command) -> bool {
        let name = step.name.clone();
        let outcome = again::run(step, again);
        self.record(name, outcome)
    }

    fn does(&mut self, name: &str, work: impl FnOnce() -> Result<()>) -> bool {
        let outcome = step::time(name, work);
        self.record(name.to_owned(), outcome)
    }

    fn record(&mut self, name: String, outcome: Outcome) -> bool {
        self.counts += outcome.counts;
        let flaky = outcome.flaky.into_iter();
        self.flaky.extend(flaky.map(|test| (name.clone(), test)));
        if !outcome.passed {
            let tests = outcome.failed;
            self.failed.push(FailedStep { name, tests });
        }
        outcome.passed
    }

    fn skip(&mut self, name: &str, why: &str) {
        println!("skipped  {name}: {why}");
        self.counts += Counts {
            skipped: 1,
            ..Counts::default()
        };
    }

    fn close(self) -> Result<()> {
        println!("\n{}", self.counts);
        for (step, test) in &self.flaky {
            println!("flaky    {step}: {test}: it failed, and passed when run by itself");
        }
        for line in failed_tests(&self.failed) {
            println!("{line}");
        }
        if self.failed.is_empty() {
            return Ok(());
        }
        let steps: Vec<_> = self.failed.iter().map(|step| step.name.as_str()).collect();
        bail!("Failed: {}.", steps.join(", "))
    }
}

/// A line for each failed test, and one for a step that failed without one.
fn failed_tests(steps: &[FailedStep]) -> Vec<String> {
    let of_step = |step: &FailedStep| -> Vec<String> {
        if step.tests.is_empty() {
            return vec![format!("FAILED   {}", step.name)];
        }
        let tests = step.tests.iter();
        tests
            .map(|test| format!("FAILED   {}: {test}", step.name))
            .collect()
    };
    steps.iter().flat_map(of_step).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_asked_for_by_name_and_everything_by_none() {
        let parts =
            |names: &[&str]| parts(&names.iter().map(ToString::to_string).collect::<Vec<_>>());
        assert_eq!(parts(&[]).unwrap(), EVERYTHING);
        assert_eq!(parts(&["ui", "e2e"]).unwrap(), [Part::Ui, Part::Browser]);
        assert!(
            parts(&["uii"])
                .unwrap_err()
                .to_string()
                .contains("unit, rust, api, ui, e2e, window")
        );
    }

    #[test]
    fn every_failed_test_is_named_at_the_end_and_so_is_a_step_without_one() {
        let step = |name: &str, tests: &[&str]| FailedStep {
            name: name.to_owned(),
            tests: tests.iter().map(ToString::to_string).collect(),
        };
        assert_eq!(
            failed_tests(&[
                step("Rust lints", &[]),
                step("Rust tests", &["store a", "engine b"])
            ]),
            [
                "FAILED   Rust lints",
                "FAILED   Rust tests: store a",
                "FAILED   Rust tests: engine b"
            ]
        );
    }

    #[test]
    fn the_page_alone_needs_no_web_view() {
        assert_eq!(
            needs(&[Part::Ui]),
            Needs {
                page: true,
                ..Needs::default()
            }
        );
        assert_eq!(needs(EVERYTHING), Needs::EVERYTHING);
    }
}
