//! The time by which history grows old: the wall clock, as far as it can be believed.
//!
//! Retention by age removes for good, so a clock that was set wrongly for a moment must not decide
//! it. The time of the newest exchange and the monotonic clock tell how late it can be at most; a
//! wall clock that is ahead of them is believed after [`BELIEVED_AFTER`]. A sleep of the machine
//! and a pause between two starts look like such a jump, and are believed as late.

use std::time::{Duration, Instant};

use protocol::UtcMillis;

use crate::types::Clock;

/// How long the wall clock has to be ahead until it is believed.
const BELIEVED_AFTER: Duration = Duration::from_secs(600);

/// How far it may be ahead, for adjustments by a time service.
const TOLERANCE_MS: i64 = 60_000;

/// A clock that follows the wall clock's jumps ahead only after a while.
pub(crate) struct AgeClock {
    wall: Clock,
    /// What was believed last, and when that was.
    believed: (UtcMillis, Instant),
    /// Since when the wall clock is ahead of it.
    ahead_since: Option<Instant>,
}

impl AgeClock {
    /// `newest`: when the newest exchange of the history came. Without one the present moment is
    /// believed: what comes before the first look may be taken by it.
    pub(crate) fn new(wall: Clock, newest: Option<UtcMillis>) -> Self {
        Self {
            wall,
            believed: (newest.unwrap_or_else(wall), Instant::now()),
            ahead_since: None,
        }
    }

    /// The time now.
    pub(crate) fn now(&mut self) -> UtcMillis {
        let wall = (self.wall)();
        self.at(wall, Instant::now())
    }

    fn at(&mut self, wall: UtcMillis, instant: Instant) -> UtcMillis {
        let (time, since) = self.believed;
        let passed = instant.saturating_duration_since(since).as_millis();
        let passed = i64::try_from(passed).unwrap_or(i64::MAX);
        let expected = time.0.saturating_add(passed);
        if wall.0 > expected.saturating_add(TOLERANCE_MS) {
            let ahead_since = *self.ahead_since.get_or_insert(instant);
            if instant.saturating_duration_since(ahead_since) < BELIEVED_AFTER {
                return UtcMillis(expected);
            }
        }
        self.believed = (wall, instant);
        self.ahead_since = None;
        wall
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400_000;

    fn clock(newest: Option<i64>) -> (AgeClock, Instant) {
        let clock = AgeClock::new(|| UtcMillis(DAY), newest.map(UtcMillis));
        let (_, start) = clock.believed;
        (clock, start)
    }

    #[test]
    fn a_clock_that_is_a_month_ahead_for_a_moment_ages_nothing() {
        let (mut clock, start) = clock(None);
        let at = |seconds| start + Duration::from_secs(seconds);
        assert_eq!(clock.at(UtcMillis(DAY), at(0)), UtcMillis(DAY));
        let ahead = UtcMillis(32 * DAY);
        assert_eq!(clock.at(ahead, at(2)), UtcMillis(DAY + 2_000));
        assert_eq!(clock.at(ahead, at(601)), UtcMillis(DAY + 601_000));
        assert_eq!(
            clock.at(UtcMillis(DAY + 603_000), at(603)),
            UtcMillis(DAY + 603_000)
        );
        // The next jump has its own ten minutes.
        assert_eq!(clock.at(ahead, at(604)), UtcMillis(DAY + 604_000));
    }

    #[test]
    fn a_jump_before_the_first_look_is_one_too() {
        let (mut clock, start) = clock(None);
        let at = start + Duration::from_secs(1);
        assert_eq!(clock.at(UtcMillis(32 * DAY), at), UtcMillis(DAY + 1000));
    }

    #[test]
    fn a_jump_that_lasts_is_believed_and_one_backwards_at_once() {
        let (mut clock, start) = clock(None);
        let at = |seconds| start + Duration::from_secs(seconds);
        clock.at(UtcMillis(DAY), at(0));
        clock.at(UtcMillis(2 * DAY), at(1));
        assert_eq!(clock.at(UtcMillis(2 * DAY), at(601)), UtcMillis(2 * DAY));
        assert_eq!(clock.at(UtcMillis(DAY), at(602)), UtcMillis(DAY));
    }

    #[test]
    fn a_start_long_after_the_newest_exchange_waits_too() {
        let (mut clock, start) = clock(Some(DAY));
        assert_eq!(clock.at(UtcMillis(40 * DAY), start), UtcMillis(DAY));
        let later = start + BELIEVED_AFTER;
        assert_eq!(clock.at(UtcMillis(40 * DAY), later), UtcMillis(40 * DAY));
        let (mut clock, start) = self::clock(Some(DAY));
        assert_eq!(
            clock.at(UtcMillis(DAY + 30_000), start),
            UtcMillis(DAY + 30_000)
        );
    }
}
