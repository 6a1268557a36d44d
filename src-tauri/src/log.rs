//! The log: one file a day beside the data, a week of them, and warnings on stderr. It never holds
//! a body, a token or a secret path: the crates below log ids and causes only.

use std::path::Path;

use tracing_appender::rolling::{RollingFileAppender, Rotation};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer as _, fmt};

const DAYS_KEPT: usize = 7;

/// Starts writing; called once the data directory is known to be ours.
pub(crate) fn start(data_dir: &Path) -> std::io::Result<()> {
    let dir = data_dir.join("log");
    std::fs::create_dir_all(&dir)?;
    let file = RollingFileAppender::builder()
        .rotation(Rotation::DAILY)
        .filename_prefix("hookloupe")
        .filename_suffix("log")
        .max_log_files(DAYS_KEPT)
        .build(dir)
        .map_err(std::io::Error::other)?;
    let filter = EnvFilter::builder()
        .with_default_directive(LevelFilter::INFO.into())
        .with_env_var("HOOKLOUPE_LOG")
        .from_env_lossy();
    let to_file = fmt::layer()
        .with_ansi(false)
        .with_writer(file)
        .with_filter(filter);
    let to_stderr = fmt::layer()
        .without_time()
        .with_writer(std::io::stderr)
        .with_filter(LevelFilter::WARN);
    // A subscriber that is there already (a test's) keeps its place.
    let _ = tracing_subscriber::registry()
        .with(to_file)
        .with(to_stderr)
        .try_init();
    Ok(())
}
