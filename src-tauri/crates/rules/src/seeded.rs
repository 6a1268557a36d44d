//! Chance without randomness: numbers that follow from a seed, the same in every version and on
//! every machine.
//!
//! The mixing function is SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number
//! Generators, 2014). It is fixed: the same seed has to strike the same turns after an update.

/// What a number is drawn for, so that draws for different purposes are independent.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Draw {
    /// Whether a condition strikes.
    Chance = 1,
    /// How long an answer waits.
    Delay = 2,
    /// `uuid()` of a template.
    Uuid = 3,
    /// `random()` of a template.
    Random = 4,
}

fn mixed(value: u64) -> u64 {
    let value = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let value = (value ^ value >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ value >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ value >> 31
}

/// A number of 64 bits from a seed, a purpose and a number.
pub(crate) fn draw(seed: u64, purpose: Draw, number: u64) -> u64 {
    mixed(mixed(mixed(seed) ^ purpose as u64) ^ number)
}

/// From 0 to below 1, from the seed of a bot, the number of its exchange and the position of a
/// condition among its rules.
pub(crate) fn chance(seed: u64, exchange: u64, position: u64) -> f64 {
    let drawn = mixed(draw(seed, Draw::Chance, exchange) ^ position);
    // A double holds 53 bits exactly.
    (drawn >> 11) as f64 / (1_u64 << 53) as f64
}

/// A number from 0 to below a bound; 0 for a bound of 0.
pub(crate) fn draw_below(drawn: u64, bound: u64) -> u64 {
    let wide = u128::from(drawn) * u128::from(bound);
    u64::try_from(wide >> 64).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_strikes_the_same_turns_for_ever() {
        // Written down once: other numbers would change what strikes in rules that exist.
        let struck: Vec<u64> = (0..40).filter(|turn| chance(7, *turn, 0) < 0.1).collect();
        assert_eq!(struck, STRUCK);
    }

    const STRUCK: &[u64] = &[3, 26];

    #[test]
    fn two_conditions_are_independent_and_strike_as_often_as_they_say() {
        let turns = 20_000;
        let strikes =
            |position: u64| (0..turns).filter(move |turn| chance(1, *turn, position) < 0.5);
        let both = strikes(0).filter(|turn| chance(1, *turn, 1) < 0.5).count();
        let one = strikes(0).count();
        assert!((9_700..10_300).contains(&one), "{one} of {turns}");
        assert!((4_700..5_300).contains(&both), "{both} of {turns}");
        assert!(chance(u64::MAX, u64::MAX, u64::MAX) < 1.0);
    }
}
