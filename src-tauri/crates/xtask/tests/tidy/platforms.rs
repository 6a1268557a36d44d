//! A platform is a file: nothing outside of `protocol`'s directory of platforms names a single one.

use crate::files::{self, TextFile};
use crate::none;

/// Where the platforms are.
const HOME: &str = "src-tauri/crates/protocol/src/platform/";

/// Files that name a platform all the same, each with its reason. It only shrinks.
const TOLERATED: &[(&str, &str)] = &[(
    "ui/src/lib/stores/sample.ts",
    "an exchange for the page's own tests",
)];

/// The names of the platforms: the variant and its text, as `name.rs` declares them.
fn names(files: &[TextFile]) -> Vec<(String, String)> {
    let path = format!("{HOME}name.rs");
    let file = files.iter().find(|file| file.path == path);
    let text = &file.expect("the platforms' names have a file").text;
    let declared = text.lines().filter_map(|line| {
        let (variant, text) = line.trim().split_once(" = \"")?;
        Some((variant.to_owned(), text.strip_suffix("\",")?.to_owned()))
    });
    declared.collect()
}

/// Whether a line of code names a platform.
fn is_named(line: &str, (variant, text): &(String, String), rust: bool) -> bool {
    // The text of the platform for anything else is an everyday word too.
    let literal = ['"', '\'', '`']
        .iter()
        .any(|quote| text != "plain" && line.contains(&format!("{quote}{text}{quote}")));
    literal || (rust && line.contains(&format!("Platform::{variant}")))
}

#[test]
fn nothing_names_a_single_platform_but_its_own_directory() {
    let files = files::all();
    let names = names(&files);
    assert!(names.len() > 1, "the platforms' names were read");
    let mut offenders = Vec::new();
    let mut unused: Vec<&str> = TOLERATED.iter().map(|(path, _)| *path).collect();
    let generated = ["ui/src/lib/api/schema.ts", "ui/src/lib/api/values.ts"];
    let code = |file: &&TextFile| {
        let ours = file.path.starts_with("src-tauri/") || file.path.starts_with("ui/src/");
        ours && file.ends(&[".rs", ".ts", ".svelte"])
            && !file.is_test()
            && !file.path.contains("/tests/")
            && !file.path.contains(".test.")
            && !file.path.starts_with(HOME)
            && !generated.contains(&file.path.as_str())
    };
    for file in files.iter().filter(code) {
        let rust = file.ends(&[".rs"]);
        for (number, line) in file.code_lines() {
            if !names.iter().any(|name| is_named(line, name, rust)) {
                continue;
            }
            if TOLERATED.iter().any(|(path, _)| *path == file.path) {
                unused.retain(|path| *path != file.path);
            } else {
                offenders.push(format!("{}:{number}: {}", file.path, line.trim()));
            }
        }
    }
    offenders.extend(
        unused
            .iter()
            .map(|path| format!("{path} is mended, take it out")),
    );
    none(
        "What differs from platform to platform is asked of its contract.",
        &offenders,
    );
}
