//! How much work a choice may take: all conditions of all rules share one budget of steps.
//!
//! Most conditions cost next to nothing and are not counted. What grows with a text or with an
//! expression is counted before it is done, as what it costs at most; where too little is left, it
//! is not done, and the condition is not found out. So the time of a choice has a bound, however
//! many rules there are, and what is found out follows from the facts and the rules alone.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use json_text::same_value;

/// Steps of a choice: some 100 ms, an expression's at 5 to 7 ns each
/// (`cargo xtask bench rules`).
pub(crate) const STEPS_MAX: u64 = 15_000_000;

/// Steps that reading a byte of JSON and comparing it takes.
const STEPS_PER_BYTE: u64 = 4;

/// Bytes of a text that is folded anew each time: less than what looking it up costs.
const SHORT_BYTES: usize = 64;

/// What is left of a budget of steps.
#[derive(Debug)]
pub(crate) struct Budget(Cell<u64>);

impl Budget {
    pub(crate) const fn new(steps: u64) -> Self {
        Self(Cell::new(steps))
    }

    pub(crate) fn remaining(&self) -> u64 {
        self.0.get()
    }

    pub(crate) fn set(&self, steps: u64) {
        self.0.set(steps);
    }

    /// Takes steps; `None` where there are fewer, of which none are taken.
    pub(crate) fn charge(&self, steps: u64) -> Option<()> {
        self.0.set(self.0.get().checked_sub(steps)?);
        Some(())
    }
}

/// The work of one choice: its budget, and what several conditions need of one text.
#[derive(Debug)]
pub(crate) struct Work {
    pub(crate) budget: Budget,
    /// Texts in lower case, by where they lie in memory.
    folded: RefCell<HashMap<(usize, usize), Rc<str>>>,
}

impl Work {
    pub(crate) fn new(steps: u64) -> Self {
        Self {
            budget: Budget::new(steps),
            folded: RefCell::default(),
        }
    }

    /// What a text of the facts is in lower case, `text` being what its bytes say; `None` where
    /// that is more work than there is left.
    pub(crate) fn folded(&self, bytes: &str, text: &str) -> Option<Rc<str>> {
        if text.len() <= SHORT_BYTES {
            return Some(text.to_lowercase().into());
        }
        // The facts outlive the work, so a place in memory is one text.
        let key = (bytes.as_ptr().addr(), bytes.len());
        if let Some(folded) = self.folded.borrow().get(&key) {
            return Some(Rc::clone(folded));
        }
        self.budget.charge(text.len() as u64)?;
        let folded: Rc<str> = text.to_lowercase().into();
        self.folded.borrow_mut().insert(key, Rc::clone(&folded));
        Some(folded)
    }

    /// Whether two JSON texts are one value; `None` where that is not found out.
    pub(crate) fn same_value(&self, one: &str, other: &str) -> Option<bool> {
        if one == other {
            return Some(true);
        }
        let bytes = (one.len() + other.len()) as u64;
        self.budget.charge(bytes * STEPS_PER_BYTE)?;
        Some(same_value(one, other))
    }
}
