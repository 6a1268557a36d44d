//! Where the app keeps its data when nobody says otherwise.

use std::path::PathBuf;

/// The environment variable that names another data directory.
pub const DATA_DIR_VARIABLE: &str = "HOOKLOUPE_DATA_DIR";

/// The directory of [`DATA_DIR_VARIABLE`], else the platform's own place for the app's data;
/// `None` on a system without a home directory.
#[must_use]
pub fn default_data_dir() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os(DATA_DIR_VARIABLE).filter(|value| !value.is_empty()) {
        return Some(named.into());
    }
    directories::ProjectDirs::from("dev", "", "Hookloupe").map(|dirs| dirs.data_local_dir().into())
}
