//! Numbers as they are written: equality and size without turning them into floats.

use std::cmp::Ordering;

/// The greatest integer up to which JavaScript holds every one, 2^53.
const EXACT_INTEGERS: &[u8] = b"9007199254740992";

/// The significant digits a double can keep at best (IEEE 754, 64 bits).
const DOUBLE_DIGITS: usize = 17;

/// A number as a sign, digits without zeros at either end, and a power of ten:
/// the value is `0.digits × 10^power`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Exact {
    negative: bool,
    digits: Vec<u8>,
    power: Power,
}

/// A power of ten. One with more digits than 128 bits hold keeps them as text.
#[derive(Debug, PartialEq, Eq)]
enum Power {
    Small(i128),
    Huge {
        negative: bool,
        digits: String,
        shift: i128,
    },
}

impl Exact {
    /// The value of a number's text; zero has no sign.
    pub(crate) fn new(text: &str) -> Self {
        let (negative, text) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let mut digits: Vec<u8> = whole.bytes().chain(fraction.bytes()).collect();
        let leading = digits.iter().take_while(|digit| **digit == b'0').count();
        digits.drain(..leading);
        while digits.last() == Some(&b'0') {
            digits.pop();
        }
        if digits.is_empty() {
            return Self {
                negative: false,
                digits,
                power: Power::Small(0),
            };
        }
        let shift = whole.len() as i128 - leading as i128;
        Self {
            negative,
            digits,
            power: power(exponent, shift),
        }
    }
}

fn power(exponent: &str, shift: i128) -> Power {
    let (negative, digits) = match exponent.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, exponent.strip_prefix('+').unwrap_or(exponent)),
    };
    let digits = digits.trim_start_matches('0');
    let small = if digits.is_empty() {
        Some(0)
    } else {
        digits.parse::<i128>().ok()
    };
    let small = small.map(|value| if negative { -value } else { value });
    match small.and_then(|value| value.checked_add(shift)) {
        Some(value) => Power::Small(value),
        None => Power::Huge {
            negative,
            digits: digits.to_owned(),
            shift,
        },
    }
}

/// Whether a number is zero, however it is written.
pub(crate) fn is_zero(text: &str) -> bool {
    let mantissa = text.split(['e', 'E']).next().unwrap_or(text);
    !mantissa.bytes().any(|byte| matches!(byte, b'1'..=b'9'))
}

/// Whether JavaScript loses digits of a number: an integer beyond 2^53, more digits than a
/// double keeps, or a value that it takes for infinity or zero.
pub(crate) fn is_inexact(text: &str) -> bool {
    // Short and without exponent: the common case, fine whatever it is.
    if text.len() < EXACT_INTEGERS.len() && !text.contains(['e', 'E']) {
        return false;
    }
    let exact = Exact::new(text);
    let Power::Small(power) = exact.power else {
        return !exact.digits.is_empty();
    };
    let value = text.parse::<f64>().unwrap_or(f64::INFINITY);
    if value.is_infinite() || (value == 0.0 && !exact.digits.is_empty()) {
        return true;
    }
    let integer = power >= exact.digits.len() as i128;
    if !integer || text.contains(['e', 'E']) {
        return exact.digits.len() > DOUBLE_DIGITS;
    }
    let padded = |index: usize| exact.digits.get(index).copied().unwrap_or(b'0');
    match power.cmp(&(EXACT_INTEGERS.len() as i128)) {
        Ordering::Less => false,
        Ordering::Greater => true,
        Ordering::Equal => (0..EXACT_INTEGERS.len())
            .map(padded)
            .cmp(EXACT_INTEGERS.iter().copied())
            .is_gt(),
    }
}
