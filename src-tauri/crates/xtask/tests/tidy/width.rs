//! How wide a comment may be. The formatters keep code within their widths and leave comments
//! alone.

use crate::files::{self, TextFile};
use crate::none;

const WIDTH: usize = 100;

/// Written by a program.
const GENERATED: &[&str] = &["ui/src/lib/api/schema.ts"];

/// The numbers of the lines that are comments, or end in one, and are too wide.
fn wide(file: &TextFile) -> Vec<usize> {
    let mut in_block = false;
    let mut wide = Vec::new();
    for (at, line) in file.text.lines().enumerate() {
        let opens = ["/*", "<!--"]
            .iter()
            .any(|open| line.trim_start().starts_with(open));
        in_block |= opens;
        let is_comment = in_block || line.trim_start().starts_with("//") || ends_in_one(line);
        if ["*/", "-->"].iter().any(|close| line.contains(close)) {
            in_block = false;
        }
        if is_comment && line.chars().count() > WIDTH {
            wide.push(at + 1);
        }
    }
    wide
}

/// Whether a comment follows the code of a line; two slashes before a quote are part of a string.
fn ends_in_one(line: &str) -> bool {
    line.rfind(" // ")
        .is_some_and(|at| !line[at..].contains(['"', '`', '\'']))
}

#[test]
fn no_comment_is_too_wide() {
    let mut offenders = Vec::new();
    let endings = [".rs", ".ts", ".svelte", ".mjs", ".js"];
    for file in files::all().iter().filter(|file| file.ends(&endings)) {
        if GENERATED.contains(&file.path.as_str()) {
            continue;
        }
        let lines = wide(file).into_iter();
        offenders.extend(lines.map(|line| format!("{}:{line}", file.path)));
    }
    none("Comments are at most 100 columns wide.", &offenders);
}

#[test]
fn wide_comments_are_found_in_every_kind_of_file() {
    let long = "word ".repeat(25);
    let number = |text: String| {
        wide(&TextFile {
            path: "a.rs".into(),
            text,
        })
        .len()
    };
    assert_eq!(number(format!("/// {long}\n// short\n")), 1);
    assert_eq!(number(format!("<!-- short\n  {long}\n-->\n{long}\n")), 1);
    assert_eq!(number(format!("let a = 1; // {long}\n")), 1);
    assert_eq!(number(format!("let a = \"http: // {long}\";\n")), 0);
}
