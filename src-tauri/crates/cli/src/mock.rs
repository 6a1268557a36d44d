//! `mock`: a bot's server that is a folder of rules, and says whether it was called as expected.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, anyhow};
use engine::{Engine, EngineConfig, Error, Listen};
use messages::{Message, Say as _};
use protocol::{Filter, FilterTime, UtcMillis};
use scenarios::{StepResult, StepState, Suite, junit};
use serde_json::json;
use store::{Store, StoreOptions};

use crate::exit::COULD_NOT_RUN;
use crate::run_scenarios::report::moment;
use crate::{output, serve, words};

/// Calls that are counted at most.
const CALLS_MAX: usize = 10_000_000;

/// A folder of rules that answers until it is ended.
#[derive(Debug, clap::Args)]
pub(crate) struct Mock {
    /// The folder: one YAML file a rule, in the order of their names.
    #[arg(long, value_name = "DIR")]
    rules: PathBuf,
    /// Where it is called; port 0 for any free one.
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:8787", value_parser = serve::address)]
    listen: SocketAddr,
    /// So many calls are expected, as event=pay:2, and no more; as often as there are such numbers.
    /// The field is any of the filter's.
    #[arg(long = "expect", value_name = "FIELD=VALUE:COUNT", value_parser = expectation)]
    expect: Vec<Expectation>,
    /// Fail where a call fits no rule.
    #[arg(long)]
    fail_on_unmatched: bool,
    /// Write a report in JUnit's format.
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
}

/// How many calls are expected.
#[derive(Clone, Debug)]
struct Expectation {
    /// As it was written.
    text: String,
    filter: Filter,
    count: u64,
}

/// Reads `event=pay:2`.
fn expectation(text: &str) -> Result<Expectation, String> {
    let wrong = || words::text(words::NO_EXPECTATION.arg(text));
    let (field, rest) = text.split_once('=').ok_or_else(wrong)?;
    let (value, count) = rest.rsplit_once(':').ok_or_else(wrong)?;
    let count = count.trim().parse().map_err(|_| wrong())?;
    let value = value.replace('\\', "\\\\").replace('"', "\\\"");
    Ok(Expectation {
        text: text.to_owned(),
        filter: filter(&format!("{}:\"{value}\"", field.trim()))?,
        count,
    })
}

fn filter(text: &str) -> Result<Filter, String> {
    let time = FilterTime {
        now: engine::clock::now(),
        zone: jiff::tz::TimeZone::system(),
    };
    let filter = protocol::parse_filter(text, &time);
    filter.map_err(|error| words::text(error.message()))
}

/// A sentence of what was not as expected, and what it is about.
struct Verdict {
    name: String,
    failure: Option<Message>,
}

impl Mock {
    pub(crate) async fn run(self) -> Result<ExitCode> {
        let (began, clock) = (engine::clock::now(), Instant::now());
        let home = tempfile::tempdir().context(words::text(&words::NO_PLACE))?;
        let engine = Engine::start(EngineConfig {
            log_dir: None,
            data_dir: home.path().to_owned(),
            listen: Listen::Fixed(self.listen),
            version: env!("CARGO_PKG_VERSION"),
            first_bot: words::text(&words::FIRST_BOT),
        })
        .await
        .map_err(|error| anyhow!(words::text(error.message())))?;
        let rules = match self.load(&engine).await {
            Ok(rules) => rules,
            Err(lines) => {
                lines.iter().for_each(output::say_line);
                engine.shutdown().await;
                return Ok(ExitCode::from(COULD_NOT_RUN));
            }
        };
        let stop = serve::stop_signal()?;
        let bot = engine
            .bot(None)
            .map_err(|error| anyhow!(words::text(error.message())))?;
        let webhook = match self.listen.ip().is_loopback() {
            true => format!("http://{}/", engine.webhook_addr()),
            false => engine.webhook_url(&bot),
        };
        match output::is_terminal() {
            true => {
                let listens = words::MOCK_LISTENS.arg(webhook).arg(rules);
                output::print(words::text(listens))?;
            }
            false => {
                let ready = json!({"ready": true, "webhook": webhook, "rules": rules});
                output::print_json(ready)?;
            }
        }
        stop.await;
        // What is being answered is finished and recorded.
        engine.shutdown().await;
        let verdicts = self.judge(home.path()).await?;
        if let Some(path) = &self.junit {
            write_junit(path, &self.rules, &verdicts, began, clock.elapsed())?;
        }
        let mut code = ExitCode::SUCCESS;
        for failure in verdicts.iter().filter_map(|one| one.failure.clone()) {
            output::say(words::text(failure));
            code = ExitCode::FAILURE;
        }
        Ok(code)
    }

    /// Reads the rules; how many, or a line for each mistake.
    async fn load(&self, engine: &Engine) -> Result<u64, Vec<String>> {
        let folder = std::path::absolute(&self.rules).unwrap_or_else(|_| self.rules.clone());
        let Some(path) = folder.to_str() else {
            let shown = self.rules.display().to_string();
            return Err(vec![words::text(words::PATH_NO_TEXT.arg(shown))]);
        };
        match engine.import_rules(None, path).await {
            Ok(imported) => Ok(imported.added + imported.changed + imported.unchanged),
            Err(Error::RuleFiles { message, files }) => {
                let lines = files.iter().map(|file| {
                    let place = match file.position {
                        Some(at) => format!(":{}:{}", at.line, at.column),
                        None => String::new(),
                    };
                    let path = self.rules.join(&file.file);
                    format!("{}{place}: {}", path.display(), words::text(file.message()))
                });
                let lines: Vec<String> = lines.collect();
                Err(if lines.is_empty() {
                    vec![words::text(message)]
                } else {
                    lines
                })
            }
            Err(error) => Err(vec![words::text(error.message())]),
        }
    }

    /// Compares what was called with what was expected.
    async fn judge(&self, home: &Path) -> Result<Vec<Verdict>> {
        let opened = Store::open(&StoreOptions::new(home, engine::clock::now));
        let (store, _) = opened.map_err(|error| anyhow!(words::said(error)))?;
        store.idle().await;
        let mut verdicts = Vec::new();
        for one in &self.expect {
            let found = called(&store, one.filter.clone()).await?;
            verdicts.push(Verdict {
                name: one.text.clone(),
                failure: (found != one.count).then(|| {
                    words::CALLED
                        .arg(one.text.as_str())
                        .arg(found)
                        .arg(one.count)
                }),
            });
        }
        if self.fail_on_unmatched {
            let unmatched = filter("by:default").map_err(|sentence| anyhow!(sentence))?;
            let found = called(&store, unmatched).await?;
            verdicts.push(Verdict {
                name: "unmatched".to_owned(),
                failure: (found > 0).then(|| words::UNMATCHED.arg(found)),
            });
        }
        store.close().await;
        Ok(verdicts)
    }
}

/// How many calls a filter lets through.
async fn called(store: &Store, filter: Filter) -> Result<u64> {
    let counted = store.count(filter, None, CALLS_MAX).await;
    let counted = counted.map_err(|error| anyhow!(words::said(error)))?;
    Ok(counted.exchanges)
}

fn write_junit(
    path: &Path,
    rules: &Path,
    verdicts: &[Verdict],
    began: UtcMillis,
    took: Duration,
) -> Result<()> {
    let steps = verdicts.iter().enumerate().map(|(index, one)| StepResult {
        index,
        name: one.name.clone(),
        file: rules.to_owned(),
        line: 1,
        state: match one.failure {
            None => StepState::Passed,
            Some(_) => StepState::Failed,
        },
        failures: Vec::new(),
        warnings: Vec::new(),
        message: one.failure.clone(),
        status: None,
        took: Duration::ZERO,
    });
    let suite = Suite {
        name: rules.display().to_string(),
        file: rules.display().to_string(),
        started: moment(began),
        took,
        steps: steps.collect(),
    };
    let text = junit(&[suite], "localhost", control::system_language());
    let name = path.display().to_string();
    std::fs::write(path, text).with_context(|| words::text(words::FILE_UNWRITABLE.arg(name)))
}
