//! Paths as people write them: `~/` is their home directory, which no shell fills in here.

use std::path::PathBuf;

/// The path meant by a text.
pub(crate) fn path(text: &str) -> PathBuf {
    resolved(text.trim(), std::env::home_dir())
}

fn resolved(text: &str, home: Option<PathBuf>) -> PathBuf {
    let below = text.strip_prefix("~/").or_else(|| text.strip_prefix("~\\"));
    match (below, home) {
        (Some(below), Some(home)) => home.join(below),
        _ => PathBuf::from(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tilde_is_the_home_directory_at_the_beginning_alone() {
        let home = || Some(PathBuf::from("/h"));
        assert_eq!(resolved("~/.ssh/id", home()), PathBuf::from("/h/.ssh/id"));
        assert_eq!(resolved("/a/~/b", home()), PathBuf::from("/a/~/b"));
        assert_eq!(resolved("~else/x", home()), PathBuf::from("~else/x"));
        assert_eq!(resolved("~/x", None), PathBuf::from("~/x"));
    }
}
