//! How long to wait before the next try: longer each time, up to a cap, never in step with others.

use std::time::Duration;

use crate::Timing;

/// The jitter: each pause is longer or shorter by up to a fifth, so that many laptops behind one network do
/// not come back in the same moment.
const JITTER: f64 = 0.2;

/// The pause before try number `attempt` (from 1). `chance` lies between 0 and 1.
pub(crate) fn pause(timing: &Timing, attempt: u32, chance: f64) -> Duration {
    let place = usize::try_from(attempt.max(1) - 1).unwrap_or(usize::MAX);
    let factor = Timing::PAUSES[place.min(Timing::PAUSES.len() - 1)];
    let spread = 1.0 + JITTER * (2.0 * chance.clamp(0.0, 1.0) - 1.0);
    (timing.pause * factor).mul_f64(spread)
}

/// A number between 0 and 1.
pub(crate) fn chance() -> f64 {
    f64::from(getrandom::u32().unwrap_or(u32::MAX / 2)) / f64::from(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_thirty_seconds_and_no_further() {
        let timing = Timing::default();
        let seconds: Vec<f64> = (1..=9)
            .map(|attempt| pause(&timing, attempt, 0.5).as_secs_f64())
            .collect();
        assert_eq!(seconds, [0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 30.0, 30.0]);
    }

    #[test]
    fn a_pause_is_spread_by_a_fifth() {
        let timing = Timing::default();
        assert_eq!(pause(&timing, 2, 0.0), Duration::from_millis(800));
        assert_eq!(pause(&timing, 2, 1.0), Duration::from_millis(1200));
    }
}
