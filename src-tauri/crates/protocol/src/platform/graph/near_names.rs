//! Names of an answer that are nearly those of the bot's variables: most are typing mistakes, and
//! the bot then has a new variable beside the one that was meant.

use json_text::unescape_lossy;

use crate::document::{Document, Lookup};
use crate::platform::graph::names;
use crate::variable::Role;

/// Shorter names differ in one letter on purpose.
const LEAST_CHARS: usize = 4;

/// Longer names are no mistakes of typing; the time of a comparison grows with the square.
const MOST_CHARS: usize = 64;

/// So many of the bot's variables are compared at most; the time grows with them and with the
/// names of the answer. A bot with more of them is unknown to us.
const KNOWN_MAX: usize = 300;

/// So many names of an answer are looked up at most.
const LOOKED_UP_MAX: usize = 50;

/// The user's own variables that came with the request and that the answer leaves alone: one that
/// it names is no mistake for another.
pub(super) struct NearNames {
    known: Vec<String>,
    lookups: usize,
}

impl NearNames {
    pub(super) fn new(answer: &Document, request: Option<&Document>) -> Self {
        let mut known = Vec::new();
        if let Some(request) = request {
            let answered = Lookup::new(Some(answer), request.survey.entries.len());
            let text = request.text();
            for entry in &request.survey.entries {
                let quoted = entry.key.of(text);
                let name = unescape_lossy(quoted);
                if known.len() == KNOWN_MAX {
                    break;
                }
                let is_own = names::role(&name) == Role::USER;
                if is_own
                    && name.chars().nth(MOST_CHARS).is_none()
                    && answered.find(quoted, &name).is_none()
                {
                    known.push(name.into_owned());
                }
            }
        }
        Self { known, lookups: 0 }
    }

    /// The variable that a new name may have been meant to be.
    pub(super) fn find(&mut self, name: &str) -> Option<String> {
        if self.lookups == LOOKED_UP_MAX {
            return None;
        }
        self.lookups += 1;
        self.known.iter().find(|known| near(name, known)).cloned()
    }
}

/// Whether two names are the same but for upper case, or for one letter that is missing, added,
/// another or in its neighbour's place. Names that differ in digits alone are numbered on purpose.
fn near(one: &str, other: &str) -> bool {
    let (chars, others) = (one.chars().count(), other.chars().count());
    if chars.max(others) > MOST_CHARS || chars.abs_diff(others) > 1 {
        return false;
    }
    if one.to_lowercase() == other.to_lowercase() {
        return true;
    }
    let letters = |name: &str| name.replace(|c: char| c.is_ascii_digit(), "");
    chars.min(others) >= LEAST_CHARS
        && strsim::osa_distance(one, other) == 1
        && letters(one) != letters(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_letter_makes_a_name_near_and_digits_do_not() {
        for (one, other, is_near) in [
            ("adress", "address", true),
            ("orderSatus", "orderStatus", true),
            ("orderstatus", "orderStatus", true),
            ("totals", "total", true),
            ("variable1", "variable2", false),
            ("variable", "variable1", false),
            ("paid", "unpaid", false),
            ("sum", "sun", false),
            ("Sum", "sum", true),
            ("адрес", "адресс", true),
            ("Город", "город", true),
            ("код", "кот", false),
        ] {
            assert_eq!(near(one, other), is_near, "{one} {other}");
            assert_eq!(near(other, one), is_near, "{other} {one}");
        }
    }

    #[test]
    fn long_names_are_not_compared() {
        let name = "a".repeat(MOST_CHARS);
        assert!(near(&name, &name[1..]));
        assert!(!near(&format!("{name}a"), &format!("{name}b")));
    }
}
