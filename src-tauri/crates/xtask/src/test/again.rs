//! Failed tests, once more and by themselves. One that passes then hangs on what ran beside it: the
//! run does not fail for it, but the end names it as flaky, because it is a fault to be mended.

use std::process::Command;

use super::failures::binary_of;
use super::step::{Outcome, Step};

/// More failures than this are no accident, and are not run again. A guess.
const MOST: usize = 5;

/// Runs a step, and the tests of it that failed once more by the command made for their names.
pub(super) fn run(step: Step<'_>, again: impl FnOnce(&[String]) -> Command) -> Outcome {
    let name = step.name.clone();
    let outcome = step.run();
    // A failure that no name belongs to is not mended by running the others, and of a runner that
    // was ended nobody knows what it had still to run.
    let all_named = outcome.counts.failed == outcome.failed.len() as u64;
    if outcome.passed || !outcome.ended || !all_named || outcome.failed.len() > MOST {
        return outcome;
    }
    let mut command = again(&outcome.failed);
    let second = Step::new(&format!("{name} once more"), &mut command).run();
    after(outcome, &second)
}

/// What remains failed after the second run.
fn after(mut outcome: Outcome, second: &Outcome) -> Outcome {
    let (flaky, failed) = outcome
        .failed
        .iter()
        .cloned()
        .partition::<Vec<_>, _>(|name| passed_in(&second.output, name));
    if failed.is_empty() && !second.passed {
        return outcome;
    }
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
    let cargo = name.split_once(' ');
    let spec = format!("✔ {name} (");
    let mut binary = None;
    output.lines().any(|line| {
        binary = binary_of(line).or(binary.take());
        let line = line.trim();
        let by_cargo = cargo.is_some_and(|(of, test)| {
            binary.as_deref() == Some(of) && line == format!("test {test} ... ok")
        });
        let by_tap = line
            .strip_prefix("ok ")
            .and_then(|rest| rest.split_once(" - "));
        by_cargo
            || by_tap.is_some_and(|(_number, passed)| passed.replace("\\#", "#") == name)
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

    fn failed(names: &[&str]) -> Outcome {
        Outcome {
            passed: false,
            ended: true,
            counts: Counts {
                passed: 3,
                failed: names.len() as u64,
                skipped: 0,
            },
            failed: names.iter().map(ToString::to_string).collect(),
            flaky: Vec::new(),
            output: String::new(),
        }
    }

    fn printed(passed: bool, output: &str) -> Outcome {
        let mut outcome = failed(&[]);
        outcome.passed = passed;
        output.clone_into(&mut outcome.output);
        outcome
    }

    #[test]
    fn a_test_that_passes_the_second_time_is_flaky_and_the_others_remain_failed() {
        let first = failed(&[
            "engine turn::a",
            "store b",
            "cli a",
            "issue #6, closed",
            "shown",
        ]);
        let second = "     Running unittests src/lib.rs (target/debug/deps/cli-9bc495101adbe175)\n\
            running 0 tests\n\
            \x20    Running unittests src/lib.rs (target/debug/deps/engine-9bc495101adbe175)\n\
            test turn::a ... ok\ntest a ... ok\ntest b ... FAILED\n\
            ok 1 - issue \\#6, closed\nok 2 - shown # SKIP not asked for\nok 3 - it is - shown\n";
        let ended = after(first, &printed(false, second));
        assert_eq!(ended.flaky, ["engine turn::a", "issue #6, closed"]);
        assert_eq!(ended.failed, ["store b", "cli a", "shown"]);
        assert_eq!((ended.counts.passed, ended.counts.failed), (5, 3));
        assert!(!ended.passed);
        let ended = after(failed(&["shown"]), &printed(true, "✔ shown (1.2ms)\n"));
        assert_eq!(
            (ended.passed, ended.flaky),
            (true, vec!["shown".to_owned()])
        );
    }

    #[test]
    fn a_second_run_that_breaks_after_its_tests_mends_nothing() {
        let ended = after(failed(&["shown"]), &printed(false, "ok 1 - shown\n"));
        assert_eq!(
            (ended.passed, ended.failed),
            (false, vec!["shown".to_owned()])
        );
    }

    #[test]
    #[cfg(unix)]
    fn tests_that_fail_are_run_once_more_where_their_runner_ended_by_itself() {
        let shell = |script: &str| {
            let mut command = crate::process::program("sh");
            command.args(["-c", script]);
            command
        };
        let binary = "echo '     Running t.rs (target/debug/deps/t-9bc495101adbe175)'; ";
        let failing = format!(
            "{binary} echo '---- a stdout ----'; echo boom; echo; \
            echo 'test result: FAILED. 2 passed; 1 failed; 0 ignored'; "
        );
        let exits = format!("{failing} exit 101");
        let ended = run(Step::new("again fails once", &mut shell(&exits)), |names| {
            assert_eq!(names, ["t a"]);
            shell(&format!("{binary} echo 'test a ... ok'"))
        });
        assert_eq!((ended.passed, ended.flaky), (true, vec!["t a".to_owned()]));
        let ended = run(Step::new("again fails twice", &mut shell(&exits)), |_| {
            shell("exit 101")
        });
        assert_eq!(
            (ended.passed, ended.failed),
            (false, vec!["t a".to_owned()])
        );
        let hangs = format!("{failing} exec sleep 60");
        let short = std::time::Duration::from_millis(300);
        let mut hanging = shell(&hangs);
        let step = Step::new("again hangs", &mut hanging).at_most(short);
        let ended = run(step, |_| unreachable!("its runner did not end"));
        assert!(!ended.passed);
        let passing = "echo 'test result: ok. 2 passed; 0 failed'";
        let ended = run(Step::new("again passes", &mut shell(passing)), |_| {
            unreachable!("nothing failed")
        });
        assert!(ended.passed);
    }
}
