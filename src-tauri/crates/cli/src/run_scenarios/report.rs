//! What is said of the scenarios that were played: for a person, for programs, for a service that
//! shows differences beside the lines of a file.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use jiff::Timestamp;
use messages::Message;
use protocol::UtcMillis;
use scenarios::{Case, Mutations, StepResult, StepState, Suite, junit};
use serde_json::{Value, json};

use crate::visible::visible;
use crate::{output, words};

/// A scenario that was played.
pub(super) struct Done {
    pub(super) case: Arc<Case>,
    pub(super) began: UtcMillis,
    pub(super) took: Duration,
    pub(super) steps: Vec<StepResult>,
    /// What the expectations notice, by the step's number.
    pub(super) mutations: Vec<(usize, Mutations)>,
    /// At least one answer came.
    pub(super) is_reached: bool,
}

/// So many of so many.
#[derive(Clone, Copy)]
pub(super) struct Score {
    pub(super) found: usize,
    pub(super) of: usize,
}

impl Score {
    /// Whether that is at least so many of a hundred. Of nothing all are found.
    pub(super) fn is_at_least(self, percent: u8) -> bool {
        self.found * 100 >= self.of * usize::from(percent)
    }
}

/// What is said.
pub(super) struct Report {
    done: Vec<Done>,
    lines: Option<BufWriter<File>>,
    annotates: bool,
}

impl Report {
    /// Begins a report, with a line of JSON for each step where there is a file for them.
    pub(super) fn begin(lines: Option<&Path>) -> Result<Self> {
        let lines = match lines {
            None => None,
            Some(path) => Some(BufWriter::new(create(path)?)),
        };
        Ok(Self {
            done: Vec::new(),
            lines,
            annotates: std::env::var("GITHUB_ACTIONS").is_ok_and(|value| value == "true"),
        })
    }

    pub(super) fn done(&self) -> &[Done] {
        &self.done
    }

    /// Says how a scenario went.
    pub(super) fn add(&mut self, done: Done) -> Result<()> {
        let passed = done
            .steps
            .iter()
            .all(|step| step.state == StepState::Passed);
        let name = title(&done.case);
        let head = match passed {
            true => &words::SCENARIO_PASSED,
            false => &words::SCENARIO_FAILED,
        };
        let steps = done.steps.len() as u64;
        let took = millis(done.took);
        output::print(words::text(head.arg(visible(&name)).arg(steps).arg(took)))?;
        for step in &done.steps {
            self.say(step)?;
            self.line(&line_of(&done.case, step))?;
        }
        self.done.push(done);
        Ok(())
    }

    fn say(&self, step: &StepResult) -> Result<()> {
        let place = format!("{}:{}", step.file.display(), step.line);
        let head = match step.state {
            StepState::Passed if step.warnings.is_empty() => return Ok(()),
            StepState::Passed => words::STEP_PASSED.arg(place),
            StepState::NotRun => words::STEP_NOT_RUN.arg(place),
            StepState::Failed | StepState::Unanswered => words::STEP_FAILED.arg(place),
        };
        let head = head.arg(step.index as u64).arg(visible(&step.name));
        output::print(format!("  {}", words::text(head)))?;
        for failure in &step.failures {
            let said = words::text(failure.message.clone());
            output::print(format!("      {}: {said}", failure.pointer))?;
        }
        let more = step.message.iter().filter(|_| step.failures.is_empty());
        for message in more.chain(&step.warnings) {
            output::print(format!("      {}", words::text(message.clone())))?;
        }
        match self.annotates {
            true => annotate(step),
            false => Ok(()),
        }
    }

    fn line(&mut self, line: &Value) -> Result<()> {
        let Some(lines) = &mut self.lines else {
            return Ok(());
        };
        let written = writeln!(lines, "{line}");
        written.with_context(|| words::text(&words::REPORT_UNWRITABLE))
    }

    fn count(&self, state: StepState) -> u64 {
        let steps = self.done.iter().flat_map(|done| &done.steps);
        steps.filter(|step| step.state == state).count() as u64
    }

    /// The exit code: 0 all passed, 1 some did not, 2 nobody ever answered.
    pub(super) fn code(&self) -> u8 {
        let all = self.done.iter().flat_map(|done| &done.steps);
        let is_passed = all.clone().all(|step| step.state == StepState::Passed);
        let is_silent =
            self.count(StepState::Unanswered) > 0 && !self.done.iter().any(|done| done.is_reached);
        match (is_passed, is_silent) {
            (true, _) => 0,
            (false, true) => crate::exit::COULD_NOT_RUN,
            (false, false) => 1,
        }
    }

    /// Says how all went.
    pub(super) fn end(&mut self, seed: u64) -> Result<()> {
        let failed = self.count(StepState::Failed) + self.count(StepState::Unanswered);
        let (passed, not_run) = (self.count(StepState::Passed), self.count(StepState::NotRun));
        let said = words::SCENARIOS_DONE
            .arg(self.done.len() as u64)
            .arg(passed)
            .arg(failed)
            .arg(not_run)
            .arg(seed);
        output::print(words::text(said))?;
        let end = json!({
            "type": "end", "scenarios": self.done.len(), "passed": passed, "failed": failed,
            "not_run": not_run, "seed": seed,
        });
        self.line(&end)?;
        match &mut self.lines {
            Some(lines) => lines
                .flush()
                .with_context(|| words::text(&words::REPORT_UNWRITABLE)),
            None => Ok(()),
        }
    }

    /// Writes JUnit's report.
    pub(super) fn write_junit(&self, path: &Path) -> Result<()> {
        let suites = self.done.iter().map(|done| Suite {
            name: title(&done.case),
            file: done.case.file.display().to_string(),
            started: moment(done.began),
            took: done.took,
            steps: done.steps.clone(),
        });
        let suites: Vec<Suite> = suites.collect();
        let text = junit(&suites, &hostname(), control::system_language());
        let written = create(path).and_then(|mut file| Ok(file.write_all(text.as_bytes())?));
        written.with_context(|| words::text(&words::REPORT_UNWRITABLE))
    }

    /// Says which changes of answers nobody would notice; how many variables are noticed.
    pub(super) fn print_mutations(&self) -> Result<Score> {
        let mut score = Score { found: 0, of: 0 };
        let (mut replaced, mut steps) = (0u64, 0u64);
        let mut survivors = Vec::new();
        for done in &self.done {
            for (index, found) in &done.mutations {
                score.found += found.noticed;
                score.of += found.total;
                steps += 1;
                replaced += u64::from(found.replaced);
                let place = done.steps.iter().find(|step| step.index == *index);
                let place = place.map(|step| format!("{}:{}", step.file.display(), step.line));
                let place = place.unwrap_or_default();
                for (name, mutation) in &found.survivors {
                    survivors.push(format!("  {place} /{name} {}", mutation.as_str()));
                }
                if !found.replaced {
                    survivors.push(format!("  {place} 500"));
                }
            }
        }
        // The words are the contract's, in either language.
        output::print(format!("mutation score {}/{}", score.found, score.of))?;
        output::print(words::text(words::REPLACED.arg(replaced).arg(steps)))?;
        for survivor in survivors {
            output::print(survivor)?;
        }
        Ok(score)
    }
}

/// Makes a file that a report is written to.
pub(super) fn create(path: &Path) -> Result<File> {
    let made = File::create(path);
    made.with_context(|| words::text(words::FILE_UNWRITABLE.arg(path.display().to_string())))
}

fn millis(took: Duration) -> u64 {
    u64::try_from(took.as_millis()).unwrap_or(u64::MAX)
}

/// A scenario's name, with its row.
fn title(case: &Case) -> String {
    match case.row {
        None => case.name.clone(),
        Some(row) => format!("{} [{row}]", case.name),
    }
}

fn line_of(case: &Case, step: &StepResult) -> Value {
    let said = |message: &Message| words::text(message.clone());
    let failures = step.failures.iter().map(|failure| {
        json!({
            "pointer": failure.pointer, "expected": failure.expected,
            "actual": failure.actual, "message": said(&failure.message),
        })
    });
    let state = match step.state {
        StepState::Passed => "passed",
        StepState::Failed => "failed",
        StepState::Unanswered => "unanswered",
        StepState::NotRun => "not_run",
    };
    json!({
        "type": "step", "scenario": case.name, "row": case.row,
        "file": step.file.display().to_string(), "line": step.line,
        "index": step.index, "name": step.name, "state": state,
        "passed": step.state == StepState::Passed, "status": step.status,
        "took_ms": millis(step.took), "failures": failures.collect::<Vec<_>>(),
        "warnings": step.warnings.iter().map(said).collect::<Vec<_>>(),
        "message": step.message.as_ref().map(said),
    })
}

/// A line that GitHub shows beside the step.
fn annotate(step: &StepResult) -> Result<()> {
    if let StepState::Passed | StepState::NotRun = step.state {
        return Ok(());
    }
    let of_value = |text: &str| {
        text.replace('%', "%25")
            .replace('\r', "%0D")
            .replace('\n', "%0A")
    };
    let of_property = |text: &str| of_value(text).replace(':', "%3A").replace(',', "%2C");
    let failures = step.failures.iter().map(|failure| {
        let said = words::text(failure.message.clone());
        format!("{}: {said}", failure.pointer)
    });
    let message = step
        .message
        .iter()
        .map(|message| words::text(message.clone()));
    let lines: Vec<String> = match step.failures.is_empty() {
        true => message.collect(),
        false => failures.collect(),
    };
    let line = format!(
        "::error file={},line={},title={}::{}",
        of_property(&step.file.display().to_string()),
        step.line,
        of_property(&step.name),
        of_value(&lines.join("\n")),
    );
    output::print(line)
}

/// A moment as reports have it, in UTC.
pub(crate) fn moment(at: UtcMillis) -> String {
    let at = Timestamp::from_millisecond(at.0).unwrap_or_default();
    at.strftime("%Y-%m-%dT%H:%M:%S").to_string()
}

/// The machine's name, as far as the system says it.
fn hostname() -> String {
    let name = std::env::var("HOSTNAME").or_else(|_| std::env::var("COMPUTERNAME"));
    name.unwrap_or_else(|_| "localhost".to_owned())
}
