//! The log: one file a day beside the data, a week of them, and warnings on stderr. It never holds
//! a body, a token or a secret path: the crates below log ids and causes only.

use std::path::{Path, PathBuf};

use tracing_appender::rolling::{RollingFileAppender, Rotation};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer as _, fmt};

use tauri::{AppHandle, State};
use tauri_plugin_opener::OpenerExt as _;

use crate::words;

const DAYS_KEPT: usize = 7;
const SUFFIX: &str = "log";

/// Where the files are.
pub(crate) fn dir(data_dir: &Path) -> PathBuf {
    data_dir.join("log")
}

/// The file that is written now.
fn newest(dir: &Path) -> Option<PathBuf> {
    let files = std::fs::read_dir(dir).ok()?;
    latest(files.filter_map(|file| Some(file.ok()?.path())))
}

/// The log of the latest day, which the names begin with.
fn latest(paths: impl Iterator<Item = PathBuf>) -> Option<PathBuf> {
    let is_log = |path: &PathBuf| path.extension().is_some_and(|suffix| suffix == SUFFIX);
    paths.filter(is_log).max()
}

/// The data directory, for the page's wish to see the log.
pub(crate) struct LogOf(pub(crate) PathBuf);

/// Opens the log in the system's program for it: the page names no file, so none but this can be
/// opened.
#[tauri::command(async)]
#[expect(
    clippy::needless_pass_by_value,
    reason = "Tauri hands both to a command by value"
)]
pub(crate) fn open_log(app: AppHandle, of: State<'_, LogOf>) -> Result<(), String> {
    let say = |cause: String| {
        let sentence = words::LOG_NOT_OPENED.arg(cause);
        sentence.text(control::system_language())
    };
    let file = newest(&dir(&of.0)).ok_or_else(|| say(dir(&of.0).display().to_string()))?;
    let opened = app.opener().open_path(file.to_string_lossy(), None::<&str>);
    opened.map_err(|problem| say(problem.to_string()))
}

/// Starts writing; called once the data directory is known to be ours.
pub(crate) fn start(data_dir: &Path) -> std::io::Result<()> {
    let dir = dir(data_dir);
    std::fs::create_dir_all(&dir)?;
    let file = RollingFileAppender::builder()
        .rotation(Rotation::DAILY)
        .filename_prefix("hookloupe")
        .filename_suffix(SUFFIX)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_log_is_that_of_the_latest_day() {
        let names = [
            "hookloupe.2026-11-25.log",
            "hookloupe.2026-12-01.log",
            "z.txt",
        ];
        let newest = latest(names.map(PathBuf::from).into_iter());
        assert_eq!(newest, Some("hookloupe.2026-12-01.log".into()));
        assert_eq!(super::newest(Path::new("/no/such/directory")), None);
    }
}
