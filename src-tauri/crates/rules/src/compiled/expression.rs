//! Regular expressions: of linear time, and of a bounded one.
//!
//! The library's search is linear in the text, but with the expression as its factor:
//! `1[01]{200}x` takes seconds over a megabyte of ones and zeros. Most expressions have a
//! deterministic automaton of some kilobytes, which takes about a nanosecond a byte whatever the
//! text is; it is made with the rule. An expression whose automaton would be larger, or which asks
//! for word boundaries in a text that is not ASCII, is searched by the library if its worst case
//! fits into what is left of the budget. If not, it is not found out whether the expression fits:
//! what a part of the text says is no answer for the whole.

use std::cell::Cell;

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

/// What all expressions of a rule may take while they are compiled, in bytes of what is made of
/// them: eight of the largest ones, or some thousand ordinary ones. A rule may have 200 conditions,
/// and a schema thousands of patterns; each of them alone fits.
const ALLOWANCE_BYTES: usize = 8 << 20;

/// What the library makes of a byte of an expression before its size is looked at: `\pL` is 3 bytes
/// and 650 ranges.
const MADE_OF_A_BYTE: usize = 64;

thread_local! {
    /// What is left for the rule that this thread compiles.
    static ALLOWANCE: Cell<Option<usize>> = const { Cell::new(None) };
}

/// Compiles a rule: all expressions that are made meanwhile share one allowance.
pub(crate) fn within_allowance<T>(compile: impl FnOnce() -> T) -> T {
    ALLOWANCE.set(Some(ALLOWANCE_BYTES));
    let compiled = compile();
    ALLOWANCE.set(None);
    compiled
}

/// Tries expressions that are compiled once more afterwards: what they take off the allowance is
/// given back, so that each counts once.
pub(crate) fn on_trial<T>(compile: impl FnOnce() -> T) -> T {
    let before = ALLOWANCE.get();
    let compiled = compile();
    ALLOWANCE.set(before);
    compiled
}

/// Takes something off the allowance, where there is one.
fn charge(bytes: usize) -> Result<(), Message> {
    let Some(left) = ALLOWANCE.get() else {
        return Ok(());
    };
    let rest = left.checked_sub(bytes);
    ALLOWANCE.set(rest.or(Some(0)));
    match rest {
        Some(_) => Ok(()),
        None => Err((&problems::REGEXES_TOO_LARGE).into()),
    }
}

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
        charge(source.len().saturating_mul(MADE_OF_A_BYTE))?;
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
        charge(nfa.memory_usage())?;
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
    fn the_expressions_of_a_rule_share_an_allowance() {
        let compile = |source: &str, times: usize| {
            within_allowance(|| {
                let all = (0..times).map(|_| Expression::new(source).map(drop));
                all.collect::<Result<(), Message>>()
            })
        };
        for source in [r"^\d{1,4}$", "да|нет|заказ", r"(?i)привет,?\s+мир"] {
            assert_eq!(compile(source, 200), Ok(()), "{source}");
        }
        for source in [r"\w{10}".to_owned(), r"\pL".repeat(2_000)] {
            assert!(
                Expression::new(&source).is_ok() || source.len() > 100,
                "{source}"
            );
            let refused = compile(&source, 200).unwrap_err();
            let code = refused.code();
            assert!(
                code == "regexes_too_large" || code == "regex_too_large",
                "{code}"
            );
        }
        // What another rule took is given back.
        assert_eq!(compile("a", 1), Ok(()));
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
