//! `test`: scenarios are played against a server, and its answers are judged.

mod coverage;
mod gather;
mod remembered;
pub(crate) mod report;
mod review;
mod target;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use anyhow::Result;
use scenarios::{Case, FileError, Next, Play, Reply, StepResult, StepState, Values};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::client::Instance;
use crate::exit::{COULD_NOT_RUN, INTERRUPTED};
use crate::run_scenarios::report::{Done, Report, Score};
use crate::run_scenarios::target::Target;
use crate::{output, serve, words};

/// Files that run at the same time.
const AT_ONCE: usize = 8;

/// What is played, where, and what is said of it.
#[derive(Debug, clap::Args)]
pub(crate) struct Test {
    /// Files, or folders: of a folder every file runs that no other includes.
    #[arg(value_name = "FILE|DIR", required = true)]
    files: Vec<PathBuf>,
    /// Where the turns are sent; it goes before the target that a file names.
    #[arg(long, value_name = "URL", env = "HOOKLOUPE_TARGET")]
    target: Option<String>,
    /// Write a report in JUnit's format.
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// Write a line of JSON for each step, and one at the end.
    #[arg(long, value_name = "FILE")]
    ndjson: Option<PathBuf>,
    /// A value for {{name}}; as often as there are names.
    #[arg(long = "var", value_name = "NAME=VALUE", value_parser = pair)]
    vars: Vec<(String, String)>,
    /// Play each scenario so many times.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    repeat: u32,
    /// What the ids of messages are made from: the same number makes the same requests.
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Play only what failed the last time.
    #[arg(long)]
    failed: bool,
    /// Go through what differs: take the new value into the file, or keep what is expected.
    #[arg(long)]
    review: bool,
    /// Say which events of the history the scenarios play.
    #[arg(long)]
    coverage: bool,
    /// Change each variable of each answer and say which changes nobody would notice.
    #[arg(long)]
    mutate: bool,
    /// Fail where --coverage or --mutate finds less than this.
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(0..=100))]
    min: Option<u8>,
    #[command(flatten)]
    instance: Instance,
}

fn pair(text: &str) -> Result<(String, String), String> {
    let pair = text
        .split_once('=')
        .filter(|(name, _)| !name.trim().is_empty());
    let pair = pair.map(|(name, value)| (name.trim().to_owned(), value.to_owned()));
    pair.ok_or_else(|| words::text(words::NO_PAIR.arg(text)))
}

/// A scenario with where it is sent.
struct Job {
    cases: Vec<(Arc<Case>, Arc<Target>)>,
}

impl Test {
    pub(crate) async fn run(self) -> Result<ExitCode> {
        let remembered = remembered::file(self.instance.data_dir());
        let cases = match self.cases(remembered.as_deref())? {
            Ok(cases) => cases,
            Err(code) => return Ok(code),
        };
        let jobs = match self.jobs(cases) {
            Ok(jobs) => jobs,
            Err(sentence) => {
                output::say(sentence);
                return Ok(ExitCode::from(COULD_NOT_RUN));
            }
        };
        let stop = serve::stop_signal()?;
        let (interrupt, interrupted) = watch::channel(false);
        let stopping = tokio::spawn(async move {
            stop.await;
            interrupt.send_replace(true);
        });
        let seed = self
            .seed
            .unwrap_or_else(|| some_seed(&engine::new_secret()));
        let covered = self.coverage.then(|| events(&jobs));
        // A report that cannot be written is known before anything is sent.
        if let Some(path) = &self.junit {
            report::create(path)?;
        }
        let report = Report::begin(self.ndjson.as_deref())?;
        let mut report = play_all(jobs, seed, self.mutate, &interrupted, report).await?;
        stopping.abort();
        if let Some(path) = &self.junit {
            report.write_junit(path)?;
        }
        let is_interrupted = *interrupted.borrow();
        if !is_interrupted {
            remembered::write(remembered.as_deref(), report.done());
        }
        report.end(seed)?;
        let mut code = report.code();
        if is_interrupted {
            return Ok(ExitCode::from(INTERRUPTED));
        }
        if self.mutate && !is_enough(self.min, report.print_mutations()?) {
            code = code.max(1);
        }
        if let Some(covered) = covered {
            let coverage = coverage::of(self.instance, &covered).await?;
            coverage.print()?;
            if !is_enough(self.min, coverage.score) {
                code = code.max(1);
            }
        }
        if self.review {
            review::review(report.done())?;
        }
        Ok(ExitCode::from(code))
    }

    /// What is played, or how it ends without that.
    fn cases(&self, remembered: Option<&Path>) -> Result<Result<Vec<Case>, ExitCode>> {
        if self.min.is_some() && !self.coverage && !self.mutate {
            output::say(words::text(&words::NOTHING_MEASURED));
            return Ok(Err(ExitCode::from(COULD_NOT_RUN)));
        }
        let values: Values = self.vars.iter().cloned().collect();
        let mut cases = match gather::cases(&self.files, &values) {
            Ok(cases) => cases,
            Err(errors) => {
                errors.iter().for_each(say);
                return Ok(Err(ExitCode::from(COULD_NOT_RUN)));
            }
        };
        if self.failed {
            let failed = remembered::read(remembered);
            cases.retain(|case| failed.contains(&remembered::key(case)));
            if cases.is_empty() {
                output::print(words::text(&words::NOTHING_FAILED))?;
                return Ok(Err(ExitCode::SUCCESS));
            }
        }
        Ok(Ok(cases))
    }

    /// The scenarios of each file, each as often as it is to be played.
    fn jobs(&self, cases: Vec<Case>) -> Result<Vec<Job>, String> {
        let mut jobs: Vec<Job> = Vec::new();
        let mut last: Option<PathBuf> = None;
        for case in cases {
            let named = self.target.as_ref().or(case.target.as_ref());
            let named = named.ok_or_else(|| {
                words::text(words::NO_TARGET.arg(case.file.display().to_string()))
            })?;
            let target = Arc::new(Target::new(named)?);
            if last.as_ref() != Some(&case.file) {
                last = Some(case.file.clone());
                jobs.push(Job { cases: Vec::new() });
            }
            let case = Arc::new(case);
            let again = (0..self.repeat).map(|_| (Arc::clone(&case), Arc::clone(&target)));
            if let Some(job) = jobs.last_mut() {
                job.cases.extend(again);
            }
        }
        Ok(jobs)
    }
}

/// Whether a score is what is asked for at least.
fn is_enough(min: Option<u8>, score: Score) -> bool {
    min.is_none_or(|min| score.is_at_least(min))
}

/// A seed that is short enough to be typed.
fn some_seed(secret: &str) -> u64 {
    let bytes = secret.bytes();
    bytes.fold(0_u64, |seed, byte| {
        seed.wrapping_mul(31).wrapping_add(byte.into())
    }) % 1_000_000
}

fn events(jobs: &[Job]) -> BTreeSet<String> {
    let cases = jobs.iter().flat_map(|job| &job.cases);
    cases.flat_map(|(case, _)| case.events()).collect()
}

/// A file's mistake, as compilers write one.
fn say(error: &FileError) {
    let (file, at) = (error.file.display(), error.position);
    let message = words::text(error.message.clone());
    output::say_line(format!("{file}:{}:{}: {message}", at.line, at.column));
}

/// Plays all files, some at a time; what is said of each comes in their order.
async fn play_all(
    jobs: Vec<Job>,
    seed: u64,
    mutates: bool,
    interrupted: &watch::Receiver<bool>,
    mut report: Report,
) -> Result<Report> {
    let (mut running, mut waiting) = (JoinSet::new(), jobs.into_iter().enumerate());
    let mut done: BTreeMap<usize, Vec<Done>> = BTreeMap::new();
    let mut next = 0;
    loop {
        while running.len() < AT_ONCE
            && let Some((index, job)) = waiting.next()
        {
            let interrupted = interrupted.clone();
            running.spawn(async move { (index, play_file(job, seed, mutates, interrupted).await) });
        }
        let Some(finished) = running.join_next().await else {
            return Ok(report);
        };
        let (index, file) = finished?;
        done.insert(index, file);
        while let Some(file) = done.remove(&next) {
            for one in file {
                report.add(one)?;
            }
            next += 1;
        }
    }
}

async fn play_file(
    job: Job,
    seed: u64,
    mutates: bool,
    interrupted: watch::Receiver<bool>,
) -> Vec<Done> {
    let mut all = Vec::new();
    for (number, (case, target)) in (0..).zip(job.cases) {
        let seed = seed.wrapping_add(number);
        all.push(play(case, &target, seed, mutates, interrupted.clone()).await);
    }
    all
}

/// Plays one scenario.
async fn play(
    case: Arc<Case>,
    target: &Target,
    seed: u64,
    mutates: bool,
    mut interrupted: watch::Receiver<bool>,
) -> Done {
    let began = engine::clock::now();
    let clock = Instant::now();
    let mut play = Play::new(Arc::clone(&case), seed);
    let mut steps: Vec<StepResult> = Vec::new();
    let mut mutations = Vec::new();
    let mut is_reached = false;
    loop {
        if *interrupted.borrow() {
            play.interrupt();
        }
        let outbound = match play.next(engine::clock::now()) {
            Next::Done => break,
            Next::Over(result) => {
                steps.push(*result);
                continue;
            }
            Next::Send(outbound) => outbound,
        };
        let sending = target.send(&outbound);
        let (reply, reached) = tokio::select! {
            came = sending => came,
            _ = interrupted.wait_for(|interrupted| *interrupted) => {
                (Reply::Nothing((&words::INTERRUPTED).into()), true)
            }
        };
        is_reached |= reached;
        let Some(result) = play.take(reply) else {
            break;
        };
        // Of a step that fails anyway every change would be noticed.
        if mutates && result.state == StepState::Passed {
            mutations.extend(play.mutations().map(|found| (result.index, found)));
        }
        steps.push(result);
    }
    Done {
        case,
        began,
        took: clock.elapsed(),
        steps,
        mutations,
        is_reached,
    }
}
