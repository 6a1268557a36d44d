//! cargo test: each binary ends with a `failures:` section, a block for each test and the list.

use super::{Failure, trimmed};

/// Lines shown of the output before a binary died without naming its tests. A guess.
const LINES_BEFORE_DEATH: usize = 20;

pub(super) fn read(lines: &[String]) -> Vec<Failure> {
    let mut failures = Vec::new();
    let mut binary = String::new();
    for (at, line) in lines.iter().enumerate() {
        if let Some(name) = binary_of(line) {
            binary = name;
        } else if let Some(test) = block_of(line) {
            failures.push(Failure {
                name: format!("{binary} {test}"),
                lines: block(&lines[at + 1..]),
            });
        } else if line.starts_with("  process didn't exit successfully: ") {
            failures.push(Failure {
                name: format!("{binary} (the whole binary)"),
                lines: trimmed(&lines[at.saturating_sub(LINES_BEFORE_DEATH)..=at]),
            });
        }
    }
    failures
}

/// `     Running tests/t.rs (target/debug/deps/t-9bc495101adbe175)` → `t`
pub(in crate::test) fn binary_of(line: &str) -> Option<String> {
    if let Some(name) = line.strip_prefix("   Doc-tests ") {
        return Some(format!("{name} (doc)"));
    }
    let (_, path) = line.strip_prefix("     Running ")?.rsplit_once('(')?;
    let file = path.trim_end_matches(')').rsplit(['/', '\\']).next()?;
    let file = file.strip_suffix(".exe").unwrap_or(file);
    let (name, _hash) = file.rsplit_once('-')?;
    Some(name.to_owned())
}

/// `---- tests::fails stdout ----` → `tests::fails`
fn block_of(line: &str) -> Option<&str> {
    line.strip_prefix("---- ")?.strip_suffix(" stdout ----")
}

/// Up to the next block or the list of names. The test itself may have printed `failures:`, so it
/// is the last one before the binary's closing line that begins the list.
fn block(lines: &[String]) -> Vec<String> {
    let end = lines
        .iter()
        .position(|line| block_of(line).is_some() || line.starts_with("test result: "))
        .unwrap_or(lines.len());
    let block = &lines[..end];
    let closed = lines.get(end).is_some_and(|line| block_of(line).is_none());
    let list = block.iter().rposition(|line| line == "failures:");
    match list {
        Some(list) if closed => trimmed(&block[..list]),
        _ => trimmed(block),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::shown;

    const THREE_BINARIES: &str = r#"     Running unittests src/lib.rs (target/debug/deps/ct-c4066ebb79ee0019)

running 3 tests
test tests::errs ... FAILED
test tests::passes ... ok
test tests::fails ... FAILED

failures:

---- tests::errs stdout ----
Error: "no"

---- tests::fails stdout ----
some output

failures:
    not_a_test

thread 'tests::fails' (22782) panicked at src/lib.rs:5:78:
assertion `left == right` failed: with a reason
  left: 1
 right: 2
note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace


failures:
    tests::errs
    tests::fails

test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.18s

error: test failed, to rerun pass `--lib`
     Running tests/u.rs (target/debug/deps/u-c43ea369589805c2)

running 2 tests
error: test failed, to rerun pass `--test u`

Caused by:
  process didn't exit successfully: `target/debug/deps/u-c43ea369589805c2` (signal: 6, SIGABRT)
   Doc-tests ct

running 1 test
test src/lib.rs - f (line 8) ... FAILED

failures:

---- src/lib.rs - f (line 8) stdout ----
Test executable failed (exit status: 101).



failures:
    src/lib.rs - f (line 8)

test result: FAILED. 0 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.56s

error: doctest failed, to rerun pass `--doc`
"#;

    #[test]
    fn each_binary_s_failed_tests_are_read_with_what_they_printed() {
        let failures = shown(THREE_BINARIES);
        let names: Vec<_> = failures.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(
            names,
            [
                "ct tests::errs",
                "ct tests::fails",
                "u (the whole binary)",
                "ct (doc) src/lib.rs - f (line 8)",
            ]
        );
        assert_eq!(failures[0].1, "Error: \"no\"");
        assert!(
            failures[1]
                .1
                .starts_with("some output\n\nfailures:\n    not_a_test")
        );
        assert!(failures[1].1.ends_with("to display a backtrace"));
        assert!(failures[2].1.ends_with("(signal: 6, SIGABRT)"));
        assert_eq!(failures[3].1, "Test executable failed (exit status: 101).");
    }

    #[test]
    fn a_log_that_ends_in_the_middle_of_a_block_still_names_the_test() {
        let output = "     Running tests/t.rs (target\\debug\\deps\\t-9bc495101adbe175.exe)\n\
            ---- other stdout ----\nboom\n";
        assert_eq!(shown(output), [("t other".to_owned(), "boom".to_owned())]);
    }
}
