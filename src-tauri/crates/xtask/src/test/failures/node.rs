//! node's runner: TAP, which it prints into a file up to version 22, and the `spec` style since.

use super::{Failure, trimmed};

/// Lines shown of what a test printed before its result. A guess.
const LINES_BEFORE_RESULT: usize = 30;
/// The heading of what the `spec` style repeats at its end.
const FAILING: &str = "✖ failing tests:";

/// One `not ok` block for each test; a suite fails only because of its tests and is left out.
pub(super) fn read_tap(lines: &[String]) -> Vec<Failure> {
    let mut failures = Vec::new();
    // The names of the tests around a line, each with its indentation.
    let mut around: Vec<(usize, &str)> = Vec::new();
    let mut printed_from = 0;
    for (at, line) in lines.iter().enumerate() {
        let text = line.trim_start();
        let indent = line.len() - text.len();
        if let Some(name) = text.strip_prefix("# Subtest: ") {
            around.retain(|(other, _)| *other < indent);
            around.push((indent, name));
        } else if is_result(text) {
            let block = block_end(lines, at, indent);
            let suite = lines[at..block]
                .iter()
                .any(|line| line.contains("failureType: 'subtestsFailed'"));
            if let Some(name) = failed(text).filter(|_| !suite) {
                let outer = around.iter().filter(|(other, _)| *other < indent);
                let names: Vec<_> = outer.map(|(_, name)| *name).chain([name]).collect();
                let from = printed_from.max(at.saturating_sub(LINES_BEFORE_RESULT));
                failures.push(Failure {
                    name: names.join(" > ").replace("\\#", "#"),
                    lines: trimmed(&lines[from..block]),
                });
            }
            printed_from = block;
        }
    }
    failures
}

fn is_result(text: &str) -> bool {
    text.starts_with("ok ") || text.starts_with("not ok ")
}

/// `not ok 2 - a name` → `a name`
fn failed(text: &str) -> Option<&str> {
    let (_number, name) = text.strip_prefix("not ok ")?.split_once(" - ")?;
    Some(name)
}

/// The line after the YAML block that may follow a result.
fn block_end(lines: &[String], at: usize, indent: usize) -> usize {
    let yaml = |line: &String, mark: &str| {
        line.len() == indent + 2 + mark.len() && line.trim_start() == mark
    };
    if !lines.get(at + 1).is_some_and(|line| yaml(line, "---")) {
        return at + 1;
    }
    lines[at + 1..]
        .iter()
        .position(|line| yaml(line, "..."))
        .map_or(lines.len(), |end| at + 1 + end + 1)
}

/// The `spec` style names each failed test again at its end.
pub(super) fn read_spec(lines: &[String]) -> Vec<Failure> {
    let Some(heading) = lines.iter().rposition(|line| line == FAILING) else {
        return Vec::new();
    };
    let lines = &lines[heading + 1..];
    let starts: Vec<_> = (0..lines.len().saturating_sub(1))
        .filter(|&at| lines[at].starts_with("test at ") && lines[at + 1].starts_with("✖ "))
        .collect();
    let ends = starts.iter().skip(1).copied().chain([lines.len()]);
    let test = |(from, to): (usize, usize)| Failure {
        name: spec_name(&lines[from + 1]),
        lines: trimmed(&lines[from..to]),
    };
    starts.iter().copied().zip(ends).map(test).collect()
}

/// `✖ a name (1.2ms)` → `a name`
fn spec_name(line: &str) -> String {
    let name = line.trim_start_matches("✖ ");
    let name = name.rsplit_once(" (").map_or(name, |(name, _)| name);
    name.to_owned()
}

#[cfg(test)]
mod tests {
    use super::super::tests::shown;

    const TAP: &str = r"TAP version 13
# Subtest: one is one
ok 1 - one is one
  ---
  duration_ms: 5.193864
  ...
# the page said something
# Subtest: a port of 0 is explained
not ok 2 - a port of 0 is explained
  ---
  duration_ms: 1.72691
  location: '/e2e/a.test.mjs:3:1'
  failureType: 'testCodeFailure'
  error: |-
    Expected values to be strictly equal:
    
    1 !== 2
    
  code: 'ERR_ASSERTION'
  ...
# Subtest: a group
    # Subtest: issue \#6 fails
    not ok 1 - issue \#6 fails
      ---
      failureType: 'testCodeFailure'
      error: 'boom'
      ...
    # Subtest: inner passes
    ok 2 - inner passes
      ---
      duration_ms: 0.085667
      ...
    1..2
not ok 3 - a group
  ---
  duration_ms: 0.493486
  type: 'suite'
  failureType: 'subtestsFailed'
  error: '1 subtest failed'
  ...
# Subtest: skipped one
ok 4 - skipped one # SKIP no bus
  ---
  duration_ms: 0.12342
  ...
# Error: the file does not load
# Subtest: /e2e/b.test.mjs
not ok 6 - /e2e/b.test.mjs
  ---
  failureType: 'testCodeFailure'
  exitCode: 1
  ...
1..6
# tests 8
# fail 3
";

    #[test]
    fn tap_gives_each_failed_test_with_its_groups_and_what_it_printed_before() {
        let failures = shown(TAP);
        let names: Vec<_> = failures.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(
            names,
            [
                "a port of 0 is explained",
                "a group > issue #6 fails",
                "/e2e/b.test.mjs"
            ]
        );
        assert!(failures[0].1.starts_with("# the page said something\n"));
        assert!(failures[0].1.ends_with("code: 'ERR_ASSERTION'\n  ..."));
        assert!(!failures[1].1.contains("inner passes"));
        assert!(failures[2].1.starts_with("# Error: the file does not load"));
    }

    const SPEC: &str = r"✔ one is one (1.017595ms)
✖ a port of 0 is explained (1.291179ms)
ℹ pass 3
ℹ fail 3

✖ failing tests:

test at a.test.mjs:3:1
✖ a port of 0 is explained (1.291179ms)
  AssertionError [ERR_ASSERTION]: Expected values to be strictly equal:
  
  1 !== 2
  
      at TestContext.<anonymous> (file:///e2e/a.test.mjs:3:55)

test at b.test.mjs:1:1
✖ /e2e/b.test.mjs (278.400384ms)
  'test failed'
";

    #[test]
    fn the_spec_style_is_read_from_what_it_repeats_at_its_end() {
        let failures = shown(SPEC);
        assert_eq!(failures.len(), 2, "{failures:?}");
        assert_eq!(failures[0].0, "a port of 0 is explained");
        assert!(failures[0].1.starts_with("test at a.test.mjs:3:1\n"));
        assert!(failures[0].1.ends_with("(file:///e2e/a.test.mjs:3:55)"));
        assert_eq!(failures[1].0, "/e2e/b.test.mjs");
    }
}
