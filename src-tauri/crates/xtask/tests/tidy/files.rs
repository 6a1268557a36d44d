//! The repository's files: those that a person wrote, none that a tool brought.

use std::fs;
use std::path::{Path, PathBuf};

/// Directories with nothing of ours in them.
const NOT_OURS: &[&str] = &[
    ".git",
    "target",
    "node_modules",
    "dist",
    "gen",
    "shots",
    "coverage",
];

/// A text file: its path below the top, with forward slashes, and what it holds.
pub(crate) struct TextFile {
    pub(crate) path: String,
    pub(crate) text: String,
}

impl TextFile {
    pub(crate) fn ends(&self, endings: &[&str]) -> bool {
        endings.iter().any(|ending| self.path.ends_with(ending))
    }

    /// Tests and their fixtures, on any side.
    pub(crate) fn is_test(&self) -> bool {
        let endings = [
            ".test.ts",
            ".spec.ts",
            ".spec.mjs",
            ".test.mjs",
            "/tests.rs",
        ];
        self.path.starts_with("tests/") || self.path.contains("/tests/") || self.ends(&endings)
    }

    /// A Rust file up to its tests; any other file whole.
    pub(crate) fn without_tests(&self) -> &str {
        let tests = if self.path.ends_with(".rs") {
            self.text.find("\n#[cfg(test)]\nmod ")
        } else {
            None
        };
        tests.map_or(self.text.as_str(), |at| &self.text[..at])
    }

    /// Lines with their numbers, without those that are comments.
    pub(crate) fn code_lines(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = self.without_tests().lines().enumerate();
        lines
            .map(|(at, line)| (at + 1, line))
            .filter(|(_, line)| !line.trim_start().starts_with("//"))
    }
}

pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors()
        .nth(3)
        .expect("this crate lies three directories below the top")
        .to_owned()
}

/// Every text file of the repository, in order.
pub(crate) fn all() -> Vec<TextFile> {
    let mut files = Vec::new();
    collect(&root(), &root(), &mut files);
    files.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(
        files.len() > 20,
        "the repository was not found at {}",
        root().display()
    );
    files
}

fn collect(dir: &Path, root: &Path, files: &mut Vec<TextFile>) {
    let entries = fs::read_dir(dir).expect("a directory of the repository can be read");
    for entry in entries.filter_map(Result::ok) {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        // `.git` is a file in a second work tree.
        if NOT_OURS.contains(&name.as_str()) {
            continue;
        }
        if path.is_dir() {
            collect(&path, root, files);
            continue;
        }
        // Pictures and fonts are not text, and say so by not being UTF-8.
        let Ok(text) = fs::read_to_string(&path) else {
            continue;
        };
        let below = path
            .strip_prefix(root)
            .expect("the walk stays below the top");
        let path = below.to_string_lossy().replace('\\', "/");
        files.push(TextFile { path, text });
    }
}
