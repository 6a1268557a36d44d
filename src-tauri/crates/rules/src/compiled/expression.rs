//! Regular expressions: of linear time, and of a bounded one.
//!
//! The library's search is linear in the text, but with the expression as its factor:
//! `1[01]{200}x` takes seconds over a megabyte of ones and zeros, because its automaton has as
//! many states as there are bytes. A long text is therefore searched by an automaton that gives
//! up when it has filled its cache a few times, whose work is bounded by the size of that. Where it
//! gives up it is not found out whether the expression fits: what a part of the text says is no
//! answer for the whole.

use std::sync::OnceLock;

use messages::Message;
use regex::{Regex, RegexBuilder};
use regex_automata::hybrid::dfa::DFA;
use regex_automata::nfa::thompson::{self, NFA};
use regex_automata::{Input, util::syntax};

use crate::words::problems;

/// Bytes of a compiled regular expression: `\w`, which Unicode makes large, some 50 times.
pub(crate) const REGEX_MAX_BYTES: usize = 1 << 20;

/// A text up to which the library is always quick enough.
const SHORT_BYTES: usize = 1 << 10;

/// States of an expression times bytes of a text that the library searches. It takes some 5 ns for
/// each (`examples/measure.rs`), so 150 ms at most.
const STEPS_MAX: usize = 30_000_000;

/// Bytes of the automaton's cache, and how often it is filled before it gives up: some 3 ms each.
const CACHE_BYTES: usize = 1 << 20;
const CACHE_FILLS: usize = 4;

/// A compiled expression.
#[derive(Debug)]
pub(crate) struct Expression {
    regex: Regex,
    /// For long texts; made when the first comes.
    long: OnceLock<Option<Long>>,
}

#[derive(Debug)]
struct Long {
    states: usize,
    automaton: Option<DFA>,
}

impl Expression {
    /// Compiles an expression.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn new(source: &str) -> Result<Self, Message> {
        let regex = RegexBuilder::new(source)
            .size_limit(REGEX_MAX_BYTES)
            .dfa_size_limit(REGEX_MAX_BYTES)
            .build()
            .map_err(|error| match error {
                regex::Error::CompiledTooBig(_) => Message::from(&problems::REGEX_TOO_LARGE),
                // The library draws the place over several lines; its last one says what is wrong.
                other => {
                    let said = other.to_string();
                    let last = said.lines().last().unwrap_or_default();
                    problems::REGEX.arg(last.trim_start_matches("error: "))
                }
            })?;
        Ok(Self {
            regex,
            long: OnceLock::new(),
        })
    }

    /// Whether it finds something in a text; `None` where that is not found out.
    pub(crate) fn is_match(&self, text: &str) -> Option<bool> {
        if text.len() <= SHORT_BYTES {
            return Some(self.regex.is_match(text));
        }
        let long = self
            .long
            .get_or_init(|| Long::new(self.regex.as_str()))
            .as_ref()?;
        if text.len() <= STEPS_MAX / long.states {
            return Some(self.regex.is_match(text));
        }
        long.search(text)
    }
}

impl Long {
    fn new(source: &str) -> Option<Self> {
        let config = thompson::Config::new().nfa_size_limit(Some(REGEX_MAX_BYTES));
        let nfa: NFA = thompson::Compiler::new()
            .configure(config)
            .syntax(syntax::Config::new())
            .build(source)
            .ok()?;
        let config = DFA::config()
            .cache_capacity(CACHE_BYTES)
            .skip_cache_capacity_check(true)
            .minimum_cache_clear_count(Some(CACHE_FILLS))
            .unicode_word_boundary(true);
        Some(Self {
            states: nfa.states().len().max(1),
            automaton: DFA::builder().configure(config).build_from_nfa(nfa).ok(),
        })
    }

    /// Whether there is a match; `None` where that is not found out.
    fn search(&self, text: &str) -> Option<bool> {
        let automaton = self.automaton.as_ref()?;
        let mut cache = automaton.create_cache();
        let input = Input::new(text).earliest(true);
        let found = automaton.try_search_fwd(&mut cache, &input);
        found.ok().map(|end| end.is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_searched_whole_and_as_a_short_one_is() {
        let long = "слово 1 ".repeat(40_000);
        for (source, wanted) in [
            ("слово", true),
            ("конец$", true),
            (r"\bконец\b", true),
            ("^(?:слово 1 )+конец$", true),
            ("нет", false),
            ("(?i)КОНЕЦ", true),
            (r"\d{2}", false),
        ] {
            let expression = Expression::new(source).unwrap();
            let text = format!("{long}конец");
            assert_eq!(expression.is_match(&text), Some(wanted), "{source}");
            assert_eq!(
                Regex::new(source).unwrap().is_match(&text),
                wanted,
                "{source}"
            );
        }
    }

    #[test]
    fn an_automaton_that_explodes_says_nothing() {
        let mut state: u64 = 1;
        let bits: String = (0..200_000)
            .map(|_| {
                state = state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1);
                if state >> 63 == 1 { '1' } else { '0' }
            })
            .collect();
        let expression = Expression::new("(?:1[01]{300}){3}x|!y").unwrap();
        let long = Long::new(expression.regex.as_str()).unwrap();
        assert_eq!(long.search(&format!("{bits}!")), None);
        assert_eq!(expression.is_match(&format!("{bits}!y")), None);
        assert!(expression.regex.is_match(&format!("{bits}!y")));
    }
}
