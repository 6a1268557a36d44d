//! Failed tests, once more and by themselves. One that passes then hangs on what ran beside it: the
//! run does not fail for it, but the end names it as flaky, because it is a fault to be mended.

use std::process::Command;

use super::step::{Outcome, Step};

/// More failures than this are no accident, and are not run again. A guess.
const MOST: usize = 5;

/// Runs a step, and the tests of it that failed once more by the command made for their names.
pub(super) fn run(step: Step<'_>, again: impl FnOnce(&[String]) -> Command) -> Outcome {
    let name = step.name.clone();
    let outcome = step.run();
    // A failure that no name belongs to is not mended by running the others.
    let all_named = outcome.counts.failed == outcome.failed.len() as u64;
    if outcome.passed || !all_named || outcome.failed.len() > MOST {
        return outcome;
    }
    let mut command = again(&outcome.failed);
    let second = Step::new(&format!("{name} once more"), &mut command).run();
    after(outcome, &second.output)
}

/// What remains failed once the second output is known.
fn after(mut outcome: Outcome, output: &str) -> Outcome {
    let (flaky, failed) = outcome
        .failed
        .into_iter()
        .partition::<Vec<_>, _>(|name| passed_in(output, name));
    let number = flaky.len() as u64;
    outcome.counts.passed += number;
    outcome.counts.failed -= number;
    outcome.passed = failed.is_empty();
    outcome.failed = failed;
    outcome.flaky = flaky;
    outcome
}

/// Whether a runner says that a test ran and passed. The name is as [`super::failures`] gives it.
fn passed_in(output: &str, name: &str) -> bool {
    let cargo = cargo_name(name).map(|test| format!("test {test} ... ok"));
    let tap = format!(" - {name}");
    let spec = format!("✔ {name} (");
    output.lines().map(str::trim).any(|line| {
        Some(line) == cargo.as_deref()
            || (line.starts_with("ok ") && line.replace("\\#", "#").ends_with(&tap))
            || line.starts_with(&spec)
    })
}

/// `engine turn::tests::a` → `turn::tests::a`
pub(super) fn cargo_name(name: &str) -> Option<&str> {
    name.split_once(' ').map(|(_binary, test)| test)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test::counts::Counts;

    #[test]
    fn a_test_that_passes_the_second_time_is_flaky_and_the_others_remain_failed() {
        let first = Outcome {
            passed: false,
            counts: Counts {
                passed: 3,
                failed: 4,
                skipped: 0,
            },
            failed: ["engine turn::a", "store b", "issue #6, closed", "shown"]
                .map(str::to_owned)
                .to_vec(),
            flaky: Vec::new(),
            output: String::new(),
        };
        let second = "test turn::a ... ok\ntest b ... FAILED\nok 1 - issue \\#6, closed\n\
            ok 2 - shown # SKIP not asked for\n";
        let ended = after(first, second);
        assert_eq!(ended.flaky, ["engine turn::a", "issue #6, closed"]);
        assert_eq!(ended.failed, ["store b", "shown"]);
        assert_eq!((ended.counts.passed, ended.counts.failed), (5, 2));
        assert!(!ended.passed);
    }

    #[test]
    #[cfg(unix)]
    fn tests_that_fail_once_are_run_once_more_and_those_that_pass_are_not() {
        let shell = |script: &str| {
            let mut command = crate::process::program("sh");
            command.args(["-c", script]);
            command
        };
        let failing = "echo '     Running t.rs (target/debug/deps/t-9bc495101adbe175)'; \
            echo '---- a stdout ----'; echo boom; echo; \
            echo 'test result: FAILED. 2 passed; 1 failed; 0 ignored'; exit 101";
        let ended = run(
            Step::new("again fails once", &mut shell(failing)),
            |names| {
                assert_eq!(names, ["t a"]);
                shell("echo 'test a ... ok'")
            },
        );
        assert_eq!((ended.passed, ended.flaky), (true, vec!["t a".to_owned()]));
        let ended = run(Step::new("again fails twice", &mut shell(failing)), |_| {
            shell("exit 101")
        });
        assert_eq!(
            (ended.passed, ended.failed),
            (false, vec!["t a".to_owned()])
        );
        let passing = "echo 'test result: ok. 2 passed; 0 failed'";
        let ended = run(Step::new("again passes", &mut shell(passing)), |_| {
            unreachable!("nothing failed")
        });
        assert!(ended.passed);
    }
}
