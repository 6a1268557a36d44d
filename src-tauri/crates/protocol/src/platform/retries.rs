//! Calls that a platform makes again after a failure.

use std::time::Duration;

use crate::names::UtcMillis;

/// How much earlier than its schedule a call may come. A clock of another machine measures it.
const EARLY: Duration = Duration::from_secs(2);

/// How much later, in percent of the delay and beside that.
const LATE_PERCENT: u32 = 20;
const LATE: Duration = Duration::from_secs(5);

/// When a platform repeats a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retries {
    /// How long after the call before, for each repetition.
    pub delays: &'static [Duration],
}

/// A call that may have been one attempt of several.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AttemptBefore {
    /// Its number, from 1.
    pub number: usize,
    /// When it arrived.
    pub arrived: UtcMillis,
    /// When it ended.
    pub ended: UtcMillis,
    /// The status that it was answered with, where it was answered.
    pub status: Option<u16>,
}

/// What comes after an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NextAttempt {
    /// When the next one is due.
    pub at: Option<UtcMillis>,
    /// It failed, and there is no next one.
    pub suspended: bool,
}

impl Retries {
    /// The first status that is a failure.
    pub const FAILED_FROM: u16 = 400;

    /// Whether an answer makes the platform call again.
    #[must_use]
    pub const fn fails(status: u16) -> bool {
        status >= Self::FAILED_FROM
    }

    /// How many attempts there are, the first call among them.
    #[must_use]
    pub const fn attempts(&self) -> usize {
        self.delays.len() + 1
    }

    /// When each attempt begins, counted from the first, where none takes any time.
    pub fn offsets(&self) -> impl Iterator<Item = Duration> {
        let later = self.delays.iter().scan(Duration::ZERO, |sum, delay| {
            *sum += *delay;
            Some(*sum)
        });
        std::iter::once(Duration::ZERO).chain(later)
    }

    /// The number of an attempt that arrives after an equal one; `None` where it is a call of its
    /// own. From when the delay counts is not stated: from its beginning at the earliest, from its
    /// end at the latest.
    #[must_use]
    pub fn number_after(&self, before: &AttemptBefore, arrived: UtcMillis) -> Option<usize> {
        let delay = self.delays.get(before.number.checked_sub(1)?)?;
        before.status.filter(|status| Self::fails(*status))?;
        let earliest = millis(before.arrived, delay.saturating_sub(EARLY));
        let latest = millis(before.ended, *delay + *delay * LATE_PERCENT / 100 + LATE);
        (earliest..=latest)
            .contains(&arrived)
            .then_some(before.number + 1)
    }

    /// What comes after an attempt that ended with a status.
    #[must_use]
    pub fn after(&self, number: usize, ended: UtcMillis, status: u16) -> NextAttempt {
        let failed = Self::fails(status);
        let delay = self.delays.get(number.saturating_sub(1)).filter(|_| failed);
        NextAttempt {
            at: delay.map(|delay| millis(ended, *delay)),
            suspended: failed && delay.is_none(),
        }
    }
}

fn millis(moment: UtcMillis, later: Duration) -> UtcMillis {
    let later = i64::try_from(later.as_millis()).unwrap_or(i64::MAX);
    UtcMillis(moment.0.saturating_add(later))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const RETRIES: Retries = Retries {
        delays: &[Duration::from_secs(5), Duration::from_secs(30)],
    };

    fn before(number: usize, status: Option<u16>) -> AttemptBefore {
        AttemptBefore {
            number,
            arrived: UtcMillis(100_000),
            ended: UtcMillis(101_000),
            status,
        }
    }

    #[test]
    fn an_attempt_fits_the_schedule_early_and_late_by_what_is_allowed() {
        for (number, status, arrived, wanted) in [
            (1, Some(500), 103_000, Some(2)),
            (1, Some(500), 102_999, None),
            (1, Some(404), 112_000, Some(2)),
            (1, Some(500), 112_001, None),
            (1, Some(399), 105_000, None),
            (1, None, 105_000, None),
            (2, Some(500), 128_000, Some(3)),
            (2, Some(500), 142_000, Some(3)),
            (2, Some(500), 142_001, None),
            (3, Some(500), 130_000, None),
            (0, Some(500), 105_000, None),
        ] {
            let found = RETRIES.number_after(&before(number, status), UtcMillis(arrived));
            assert_eq!(found, wanted, "{number} {status:?} {arrived}");
        }
    }

    #[test]
    fn after_the_last_attempt_there_is_none() {
        let after = |number, status| RETRIES.after(number, UtcMillis(1000), status);
        let next = |at, suspended| NextAttempt { at, suspended };
        assert_eq!(after(1, 503), next(Some(UtcMillis(6000)), false));
        assert_eq!(after(2, 400), next(Some(UtcMillis(31_000)), false));
        assert_eq!(after(3, 400), next(None, true));
        assert_eq!(after(3, 302), next(None, false));
        assert_eq!(RETRIES.attempts(), 3);
        let offsets: Vec<u64> = RETRIES.offsets().map(|one| one.as_secs()).collect();
        assert_eq!(offsets, [0, 5, 35]);
    }

    proptest! {
        #[test]
        fn what_is_due_next_is_the_next_attempt(number in 1_usize..3, status in 400_u16..600) {
            let before = before(number, Some(status));
            let due = RETRIES.after(number, before.ended, status).at;
            prop_assert_eq!(RETRIES.number_after(&before, due.unwrap()), Some(number + 1));
        }
    }
}
