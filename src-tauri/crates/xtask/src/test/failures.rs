//! Which tests failed and what each printed, read off a runner's output: cargo test, node's own
//! runner in both of its styles, and Vitest. A name among hundreds of lines is found by nobody.

mod cargo;
mod node;
mod vitest;

pub(super) use cargo::binary_of;

/// One failed test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    /// As the runner names it; behind its crate where it is a Rust test.
    pub(crate) name: String,
    /// What the runner printed about it.
    pub(crate) lines: Vec<String>,
}

type Reader = fn(&[String]) -> Vec<Failure>;

/// A text comes from one runner, and what one test printed may look like another's output: the
/// first that finds something is believed.
const READERS: &[Reader] = &[cargo::read, vitest::read, node::read_tap, node::read_spec];

/// The failed tests in a runner's output, in its order; none when something else broke.
pub(crate) fn read(output: &str) -> Vec<Failure> {
    let lines: Vec<_> = output.lines().map(super::counts::without_colours).collect();
    READERS
        .iter()
        .map(|read| read(&lines))
        .find(|failures| !failures.is_empty())
        .unwrap_or_default()
}

/// Without the empty lines at both ends.
fn trimmed(lines: &[String]) -> Vec<String> {
    let full = |line: &String| !line.trim().is_empty();
    let first = lines.iter().position(full).unwrap_or(lines.len());
    let end = lines.iter().rposition(full).map_or(first, |last| last + 1);
    lines[first..end].to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Names and texts, as a table compares them.
    pub(super) fn shown(output: &str) -> Vec<(String, String)> {
        let failure = |failure: Failure| (failure.name, failure.lines.join("\n"));
        read(output).into_iter().map(failure).collect()
    }

    #[test]
    fn output_without_a_failed_test_has_no_failures() {
        for output in [
            "",
            "running 2 tests\ntest a ... ok\n\ntest result: ok. 2 passed; 0 failed\n",
            "error[E0425]: cannot find value `x` in this scope\n --> src/lib.rs:3:5\n",
            "# Subtest: a\nok 1 - a\n  ---\n  duration_ms: 1\n  ...\n# pass 1\n# fail 0\n",
            " Test Files  1 passed (1)\n      Tests  3 passed (3)\n",
        ] {
            assert_eq!(read(output), [], "{output}");
        }
    }

    #[test]
    fn what_a_failed_rust_test_printed_is_not_taken_for_another_runner_s_output() {
        let output = "     Running unittests src/lib.rs (target/debug/deps/xtask-c4066ebb79ee0019)\n\
            \n---- a stdout ----\nnot ok 1 - b\n FAIL  c > d\n\nfailures:\n    a\n\ntest result: FAILED. 0 passed\n";
        assert_eq!(
            shown(output),
            [(
                "xtask a".to_owned(),
                "not ok 1 - b\n FAIL  c > d".to_owned()
            )]
        );
    }
}
