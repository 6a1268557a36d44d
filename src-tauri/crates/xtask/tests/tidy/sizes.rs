//! How long a file may be. Above "discuss" it is printed, above "split" it fails.

use crate::files::{self, TextFile};
use crate::none;

struct Size {
    what: &'static str,
    discuss: usize,
    split: usize,
}

const RUST: Size = Size {
    what: "Rust file",
    discuss: 400,
    split: 600,
};
const SVELTE: Size = Size {
    what: "Svelte component",
    discuss: 250,
    split: 350,
};
const TYPESCRIPT: Size = Size {
    what: "TypeScript module",
    discuss: 300,
    split: 400,
};
const TEST: Size = Size {
    what: "test file",
    discuss: 600,
    split: 800,
};

/// Written by a program, so no person reads it from top to bottom.
const GENERATED: &[&str] = &["ui/src/lib/api/schema.ts"];

fn size_of(file: &TextFile) -> Option<Size> {
    if GENERATED.contains(&file.path.as_str()) {
        return None;
    }
    let code = [".rs", ".ts", ".mjs", ".js", ".svelte"];
    if file.is_test() {
        return file.ends(&code).then_some(TEST);
    }
    match () {
        () if file.ends(&[".rs"]) => Some(RUST),
        () if file.ends(&[".svelte"]) => Some(SVELTE),
        () if file.ends(&[".ts", ".mjs", ".js"]) => Some(TYPESCRIPT),
        () => None,
    }
}

#[test]
fn no_file_is_too_long_to_read() {
    let mut offenders = Vec::new();
    for file in files::all() {
        let Some(size) = size_of(&file) else { continue };
        let lines = file.without_tests().lines().count();
        let said = format!(
            "{}: {lines} lines; a {} is split above {}",
            file.path, size.what, size.split
        );
        if lines > size.split {
            offenders.push(said);
        } else if lines > size.discuss {
            println!("to discuss: {said}");
        }
    }
    none("No file is too long to read.", &offenders);
}
