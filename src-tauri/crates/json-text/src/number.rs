//! Numbers as they are written: equality and size without turning them into floats.

use std::borrow::Cow;
use std::cmp::Ordering;

/// The greatest integer up to which JavaScript holds every one, 2^53.
const EXACT_INTEGERS: &[u8] = b"9007199254740992";

/// A number as a sign, digits without zeros at either end, and a power of ten:
/// the value is `0.digits × 10^power`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Exact {
    negative: bool,
    digits: Vec<u8>,
    power: Power,
}

/// A power of ten of any size. One with more digits than 128 bits hold keeps them as text.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Power {
    Small(i128),
    Huge { negative: bool, digits: Vec<u8> },
}

impl Exact {
    /// The value of a number's text; zero has no sign.
    pub(crate) fn new(text: &str) -> Self {
        let (negative, text) = match text.strip_prefix('-') {
            Some(digits) => (true, digits),
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

impl Ord for Exact {
    fn cmp(&self, other: &Self) -> Ordering {
        let sign = |one: &Self| match (one.digits.is_empty(), one.negative) {
            (true, _) => 0,
            (false, true) => -1,
            (false, false) => 1,
        };
        let size = || {
            let power = self.power.cmp(&other.power);
            power.then_with(|| self.digits.cmp(&other.digits))
        };
        match sign(self).cmp(&sign(other)) {
            Ordering::Equal if sign(self) < 0 => size().reverse(),
            Ordering::Equal => size(),
            unequal => unequal,
        }
    }
}

impl PartialOrd for Exact {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Power {
    fn cmp(&self, other: &Self) -> Ordering {
        // One that 128 bits do not hold is beyond all that they do.
        let rank = |power: &Self| match power {
            Self::Small(_) => 0,
            Self::Huge { negative: true, .. } => -1,
            Self::Huge { .. } => 1,
        };
        match (self, other) {
            (Self::Small(one), Self::Small(two)) => one.cmp(two),
            (Self::Huge { negative, digits }, Self::Huge { digits: others, .. })
                if rank(self) == rank(other) =>
            {
                let size = digits.len().cmp(&others.len());
                let size = size.then_with(|| digits.cmp(others));
                if *negative { size.reverse() } else { size }
            }
            _ => rank(self).cmp(&rank(other)),
        }
    }
}

impl PartialOrd for Power {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

fn power(exponent: &str, shift: i128) -> Power {
    /// A number of so many digits plus the shift fits into 128 bits, which hold 38 digits.
    const SMALL: usize = 36;
    let (negative, digits) = match exponent.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, exponent.strip_prefix('+').unwrap_or(exponent)),
    };
    let digits = digits.trim_start_matches('0');
    if digits.len() <= SMALL {
        let value = digits.parse::<i128>().unwrap_or(0);
        return Power::Small(if negative {
            shift - value
        } else {
            value + shift
        });
    }
    let digits = added(digits, if negative { -shift } else { shift });
    match String::from_utf8_lossy(&digits).parse::<i128>() {
        Ok(value) if digits.len() <= SMALL => Power::Small(if negative { -value } else { value }),
        _ => Power::Huge { negative, digits },
    }
}

/// Decimal digits plus a number that is smaller than them.
fn added(digits: &str, number: i128) -> Vec<u8> {
    let mut digits = digits.as_bytes().to_vec();
    let mut carry = number;
    for digit in digits.iter_mut().rev() {
        let sum = i128::from(*digit - b'0') + carry;
        let remainder = sum.rem_euclid(10);
        *digit = b'0' + u8::try_from(remainder).unwrap_or(0);
        carry = (sum - remainder) / 10;
        if carry == 0 {
            break;
        }
    }
    if carry > 0 {
        digits.splice(0..0, carry.to_string().into_bytes());
    }
    let zeros = digits.iter().take_while(|digit| **digit == b'0').count();
    digits.drain(..zeros);
    digits
}

/// A text that equal numbers have in common, and no others.
pub(crate) fn canonical(text: &str) -> Cow<'_, str> {
    /// Digits of the whole numbers that are written as they usually are.
    const PLAIN: usize = 18;
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if digits.len() <= PLAIN && is_plain(digits) && text != "-0" {
        return Cow::Borrowed(text);
    }
    let exact = Exact::new(text);
    let digits = String::from_utf8_lossy(&exact.digits);
    let sign = if exact.negative { "-" } else { "" };
    let count = exact.digits.len();
    Cow::Owned(match &exact.power {
        Power::Small(_) if count == 0 => "0".to_owned(),
        Power::Small(power) => match usize::try_from(*power) {
            Ok(places) if (count..=PLAIN).contains(&places) => format!("{sign}{digits:0<places$}"),
            _ => format!("{sign}{digits}e{power}"),
        },
        Power::Huge {
            negative,
            digits: power,
        } => {
            let power = String::from_utf8_lossy(power);
            format!("{sign}{digits}e{}{power}", if *negative { "-" } else { "" })
        }
    })
}

/// Digits up to which different decimals are different doubles: IEEE 754 keeps 15.
const DOUBLE_DIGITS: usize = 15;

/// A number that was read once, to be compared with many.
#[derive(Clone, Debug, PartialEq)]
pub struct Number {
    exact: Exact,
    double: Option<f64>,
}

impl Number {
    /// Reads a number; `None` for a text that is no JSON number.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        is_number(text).then(|| Self {
            exact: Exact::new(text),
            double: short_double(text),
        })
    }

    /// Which of the two is greater, exactly; `None` where the text is no JSON number.
    #[must_use]
    pub fn compare(&self, text: &str) -> Option<Ordering> {
        if !is_number(text) {
            return None;
        }
        if let (Some(one), Some(other)) = (self.double, short_double(text)) {
            return one.partial_cmp(&other);
        }
        Some(self.exact.cmp(&Exact::new(text)))
    }
}

/// The double of a number of few digits, which compares as the number does.
fn short_double(text: &str) -> Option<f64> {
    let is_short = text.len() <= DOUBLE_DIGITS && !text.contains(['e', 'E']);
    text.parse().ok().filter(|_| is_short)
}

/// Which of two numbers is greater, exactly; `None` where one of the texts is no JSON number.
#[must_use]
pub fn compare_numbers(a: &str, b: &str) -> Option<Ordering> {
    Number::new(a)?.compare(b)
}

/// Whether a text is a JSON number and nothing else.
fn is_number(text: &str) -> bool {
    let digits = |bytes: &[u8]| {
        bytes
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count()
    };
    let mut bytes = text.as_bytes();
    bytes = bytes.strip_prefix(b"-").unwrap_or(bytes);
    let whole = digits(bytes);
    if whole == 0 || (whole > 1 && bytes[0] == b'0') {
        return false;
    }
    bytes = &bytes[whole..];
    if let Some(fraction) = bytes.strip_prefix(b".") {
        let length = digits(fraction);
        if length == 0 {
            return false;
        }
        bytes = &fraction[length..];
    }
    if let [b'e' | b'E', exponent @ ..] = bytes {
        let exponent = match exponent {
            [b'+' | b'-', digits @ ..] => digits,
            digits => digits,
        };
        let length = digits(exponent);
        if length == 0 {
            return false;
        }
        bytes = &exponent[length..];
    }
    bytes.is_empty()
}

/// Whether a number is zero, however it is written.
#[must_use]
pub fn is_zero(text: &str) -> bool {
    let mantissa = text.split(['e', 'E']).next().unwrap_or(text);
    !mantissa.bytes().any(|byte| matches!(byte, b'1'..=b'9'))
}

/// Whether nothing stands before a number's point, as in 0, 0.5 and -0.9, however it is written.
#[must_use]
pub fn has_no_whole_part(text: &str) -> bool {
    let exact = Exact::new(text);
    exact.digits.is_empty() || exact.power <= Power::Small(0)
}

/// The number that JavaScript makes of a number's text, as it prints it.
///
/// ```
/// assert_eq!(json_text::in_javascript("9007199254740993"), "9007199254740992");
/// ```
#[must_use]
pub fn in_javascript(text: &str) -> String {
    let value = text.parse::<f64>().unwrap_or(f64::NAN);
    ryu_js::Buffer::new().format(value).to_owned()
}

/// Whether JavaScript loses digits of a number: an integer beyond 2^53, a
/// fraction with more digits than a double keeps, or a value that it takes for infinity or zero.
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
        // The shortest text that a double is read back from, as JavaScript writes it.
        return exact != Exact::new(&format!("{value:e}"));
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
