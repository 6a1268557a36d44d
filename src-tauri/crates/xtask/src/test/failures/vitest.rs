//! Vitest: ` FAIL ` lines, several over one error when they failed alike, each block closed by a
//! rule with its number; errors that belong to no test come last.

use super::{Failure, trimmed};

const RULE: char = '⎯';

pub(super) fn read(lines: &[String]) -> Vec<Failure> {
    let mut failures = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        if let Some(name) = line.strip_prefix(" FAIL  ") {
            failures.push(Failure {
                name: name.to_owned(),
                lines: block(&lines[at + 1..], |line| !line.starts_with(" FAIL  ")),
            });
        } else if is_heading(line, "Unhandled Errors") {
            failures.push(Failure {
                name: "an error outside of a test".to_owned(),
                lines: block(&lines[at + 1..], |_| true),
            });
        }
    }
    failures
}

/// Up to the rule that closes it.
fn block(lines: &[String], shown: impl Fn(&str) -> bool) -> Vec<String> {
    let closes = |line: &String| line.starts_with(RULE) && !line.contains(' ');
    let end = lines.iter().position(closes).unwrap_or(lines.len());
    let lines: Vec<_> = lines[..end]
        .iter()
        .filter(|line| shown(line))
        .cloned()
        .collect();
    trimmed(&lines)
}

fn is_heading(line: &str, title: &str) -> bool {
    line.starts_with(RULE) && line.trim_matches(|c| c == RULE || c == ' ') == title
}

#[cfg(test)]
mod tests {
    use super::super::tests::shown;

    const OUTPUT: &str = r#"
 RUN  v4.1.12 /ui

 ❯ src/a.test.ts (4 tests | 2 failed) 88ms
   ✓ passes 1ms
   × both fail alike 1 17ms
   × both fail alike 2 16ms

⎯⎯⎯⎯⎯⎯ Failed Suites 1 ⎯⎯⎯⎯⎯⎯⎯

 FAIL  src/b.test.ts [ src/b.test.ts ]
Error: does not load
 ❯ src/b.test.ts:1:7

⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯[1/3]⎯

⎯⎯⎯⎯⎯⎯⎯ Failed Tests 2 ⎯⎯⎯⎯⎯⎯⎯

 FAIL  src/a.test.ts > both fail alike 1
 FAIL  src/a.test.ts > a group > both fail alike 2
AssertionError: expected 1 to be 2 // Object.is equality

- Expected
+ Received

 ❯ src/a.test.ts:3:59

⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯[2/3]⎯

⎯⎯⎯⎯⎯⎯ Unhandled Errors ⎯⎯⎯⎯⎯⎯

Vitest caught 1 unhandled error during the test run.

⎯⎯⎯⎯⎯ Uncaught Exception ⎯⎯⎯⎯⎯
Error: late boom
The latest test that might've caused the error is "waits".
⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯


 Test Files  2 failed (2)
      Tests  2 failed | 2 passed (4)
"#;

    #[test]
    fn each_failed_test_is_read_with_its_error_and_so_is_an_error_outside_of_any() {
        let failures = shown(OUTPUT);
        let names: Vec<_> = failures.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(
            names,
            [
                "src/b.test.ts [ src/b.test.ts ]",
                "src/a.test.ts > both fail alike 1",
                "src/a.test.ts > a group > both fail alike 2",
                "an error outside of a test",
            ]
        );
        assert_eq!(failures[0].1, "Error: does not load\n ❯ src/b.test.ts:1:7");
        assert!(
            failures[1]
                .1
                .starts_with("AssertionError: expected 1 to be 2")
        );
        assert_eq!(failures[1].1, failures[2].1);
        assert!(failures[3].1.contains("Error: late boom"));
        assert!(failures[3].1.ends_with("the error is \"waits\"."));
    }
}
