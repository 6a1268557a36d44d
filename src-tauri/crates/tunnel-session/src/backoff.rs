//! How long to wait before the next try: longer each time, up to a cap, with jitter.
//!
//! Most outages end within a minute or two: a laptop changes its network, a router restarts.
//! A person waits for that, so the pauses stop growing at a few seconds; in a longer outage they
//! grow again, to spare the service.

use std::time::Duration;

use crate::timing::Timing;

/// The jitter: each pause is longer or shorter by up to a fifth, so that many laptops behind one
/// network do not come back in the same moment.
const JITTER: f64 = 0.2;

/// The first pauses, as multiples of the shortest: 0.5, 1 and 2 s.
const FIRST: [u32; 3] = [1, 2, 4];
/// The pause after those, 3 s: with a fifth on top and the second in which a link proves itself,
/// the tunnel is back within 5 s of the network.
const STEADY: u32 = 6;
/// The last try behind such a pause: 120 s after the loss, where tries fail at once.
const STEADY_TRIES: u32 = 42;
/// The pauses from then on: 8 and 15 s, and 30 s for good.
const LATE: [u32; 3] = [16, 30, 60];

/// The pause before try number `attempt` (from 1). `chance` lies between 0 and 1.
pub(crate) fn pause(timing: &Timing, attempt: u32, chance: f64) -> Duration {
    let spread = 1.0 + JITTER * (2.0 * chance.clamp(0.0, 1.0) - 1.0);
    (timing.pause * factor(attempt)).mul_f64(spread)
}

/// How many times as long as the first pause the one before try number `attempt` is.
fn factor(attempt: u32) -> u32 {
    let index = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
    match attempt.saturating_sub(STEADY_TRIES) {
        0 => *FIRST.get(index(attempt.max(1) - 1)).unwrap_or(&STEADY),
        late => LATE[index(late - 1).min(LATE.len() - 1)],
    }
}

/// A number between 0 and 1.
pub(crate) fn chance() -> f64 {
    f64::from(getrandom::u32().unwrap_or(u32::MAX / 2)) / f64::from(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The pauses of the first `tries` tries in seconds, none longer or shorter by chance.
    fn seconds(tries: u32) -> Vec<f64> {
        let timing = Timing::default();
        (1..=tries)
            .map(|attempt| pause(&timing, attempt, 0.5).as_secs_f64())
            .collect()
    }

    #[test]
    fn pauses_grow_to_three_seconds_and_after_two_minutes_to_thirty() {
        assert_eq!(seconds(6), [0.5, 1.0, 2.0, 3.0, 3.0, 3.0]);
        let all = seconds(47);
        let (early, late) = all.split_at(42);
        assert_eq!(early[3..], [3.0; 39]);
        assert_eq!(late, [8.0, 15.0, 30.0, 30.0, 30.0]);
        let two_minutes = 120.0..123.0;
        assert!(two_minutes.contains(&early.iter().sum()));
        assert_eq!(pause(&Timing::default(), u32::MAX, 0.5).as_secs_f64(), 30.0);
    }

    #[test]
    fn in_the_first_two_minutes_the_way_back_takes_at_most_five_seconds() {
        let timing = Timing::default();
        let longest = (1..=42).map(|attempt| pause(&timing, attempt, 1.0)).max();
        assert!(longest.unwrap() + timing.settle < Duration::from_secs(5));
    }

    #[test]
    fn a_pause_is_spread_by_a_fifth() {
        let timing = Timing::default();
        assert_eq!(pause(&timing, 2, 0.0), Duration::from_millis(800));
        assert_eq!(pause(&timing, 2, 1.0), Duration::from_millis(1200));
    }
}
