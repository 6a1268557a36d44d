//! Regular expressions: of linear time, and of a bounded one.
//!
//! The library's search is linear in the text, but with the expression as its factor:
//! `1[01]{200}x` takes seconds over a megabyte of ones and zeros. Most expressions have a
//! deterministic automaton of some kilobytes, which takes about a nanosecond a byte whatever the
//! text is; it is made with the rule. An expression whose automaton would be larger, or which asks
//! for word boundaries in a text that is not ASCII, is searched by the library if its worst case
//! fits into what is left of the budget. If not, it is not found out whether the expression fits:
//! what a part of the text says is no answer for the whole.

use messages::Message;
use regex::{Regex, RegexBuilder};
use regex_automata::dfa::{Automaton, dense};
use regex_automata::nfa::thompson::{self, NFA};
use regex_automata::{Input, util::syntax};

use crate::words::problems;
use crate::work::Budget;

/// Bytes of a compiled regular expression: `\w`, which Unicode makes large, some 50 times.
pub(crate) const REGEX_MAX_BYTES: usize = 1 << 20;

/// Groups and repetitions within each other: compiling goes down level by level on the stack of the
/// thread, by some kilobytes each in a debug build.
const NESTING_MAX: u32 = 50;

/// Bytes of an automaton, and of what making it takes. Those of `\w+@\w+\.ru` are 150 KB; making
/// one that becomes too large takes some milliseconds (`cargo xtask bench rules`).
const AUTOMATON_MAX_BYTES: usize = 512 << 10;

/// Bytes that an automaton takes in the time of a step.
const BYTES_PER_STEP: u64 = 2;

/// A compiled expression.
#[derive(Debug)]
pub(crate) struct Expression {
    regex: Regex,
    /// The states that the library's search has to follow at most for each byte.
    states: u64,
    automaton: Option<dense::DFA<Vec<u32>>>,
}

impl Expression {
    /// Compiles an expression.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn new(source: &str) -> Result<Self, Message> {
        let too_large = || Message::from(&problems::REGEX_TOO_LARGE);
        let regex = RegexBuilder::new(source)
            .size_limit(REGEX_MAX_BYTES)
            .dfa_size_limit(REGEX_MAX_BYTES)
            .nest_limit(NESTING_MAX)
            .build()
            .map_err(|error| match error {
                regex::Error::CompiledTooBig(_) => too_large(),
                // The library draws the place over several lines; its last one says what is wrong.
                other => {
                    let said = other.to_string();
                    let last = said.lines().last().unwrap_or_default();
                    problems::REGEX.arg(last.trim_start_matches("error: "))
                }
            })?;
        let config = thompson::Config::new().nfa_size_limit(Some(REGEX_MAX_BYTES));
        let nfa: NFA = thompson::Compiler::new()
            .configure(config)
            .syntax(syntax::Config::new().nest_limit(NESTING_MAX))
            .build(source)
            .map_err(|_| too_large())?;
        let config = dense::Config::new()
            .dfa_size_limit(Some(AUTOMATON_MAX_BYTES))
            .determinize_size_limit(Some(AUTOMATON_MAX_BYTES))
            .unicode_word_boundary(true)
            // Looking ahead for single bytes is dear where they are frequent: a bound matters more.
            .accelerate(false);
        Ok(Self {
            regex,
            states: nfa.states().len().max(1) as u64,
            automaton: dense::Builder::new()
                .configure(config)
                .build_from_nfa(&nfa)
                .ok(),
        })
    }

    /// Whether it finds something in a text; `None` where that is not found out.
    pub(crate) fn is_match(&self, text: &str, budget: &Budget) -> Option<bool> {
        if let Some(automaton) = &self.automaton {
            budget.charge(text.len() as u64 / BYTES_PER_STEP)?;
            let input = Input::new(text).earliest(true);
            // It gives up at a word boundary beside a letter that is not ASCII.
            if let Ok(end) = automaton.try_search_fwd(&input) {
                return Some(end.is_some());
            }
        }
        budget.charge(self.worst_steps(text.len()))?;
        Some(self.regex.is_match(text))
    }

    /// What searching texts of so many bytes takes the library at most.
    pub(crate) const fn worst_steps(&self, bytes: usize) -> u64 {
        self.states.saturating_mul(bytes as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::work::STEPS_MAX;

    #[test]
    fn an_expression_finds_what_the_library_finds() {
        let long = "слово 1 ".repeat(10_000);
        for (source, wanted) in [
            ("слово", true),
            ("конец$", true),
            (r"\bконец\b", true),
            ("^(?:слово 1 )+конец$", true),
            ("нет", false),
            ("(?i)КОНЕЦ", true),
            (r"\d{2}", false),
            ("", true),
            ("$^", false),
        ] {
            let expression = Expression::new(source).unwrap();
            let text = format!("{long}конец");
            let budget = Budget::new(STEPS_MAX);
            assert_eq!(
                expression.is_match(&text, &budget),
                Some(wanted),
                "{source}"
            );
            assert_eq!(
                Regex::new(source).unwrap().is_match(&text),
                wanted,
                "{source}"
            );
        }
    }

    #[test]
    fn what_would_take_too_long_is_not_found_out() {
        let expression = Expression::new("(?:1[01]{300}){3}x|!y").unwrap();
        assert!(expression.automaton.is_none());
        let text = format!("{}!y", "10".repeat(50_000));
        let budget = Budget::new(STEPS_MAX);
        assert_eq!(expression.is_match(&text, &budget), None);
        assert_eq!(budget.remaining(), STEPS_MAX, "nothing was done");
        assert_eq!(expression.is_match("0!y", &budget), Some(true));
        assert!(budget.remaining() < STEPS_MAX);
    }
}
