//! Numbers beside what is claimed of them.

use anyhow::{Result, bail};

/// The claims so far.
#[derive(Default)]
pub(crate) struct Claims {
    all: usize,
    missed: usize,
}

impl Claims {
    /// Tells one number, which should lie below a limit of the same unit.
    pub(crate) fn below(&mut self, what: &str, number: f64, limit: f64, unit: &str) {
        self.all += 1;
        let holds = number < limit;
        self.missed += usize::from(!holds);
        let verdict = if holds { "holds" } else { "DOES NOT HOLD" };
        println!("{what}: {number:.2}{unit} (claim: under {limit}{unit}) {verdict}");
    }

    /// An error where a claim does not hold.
    pub(crate) fn verdict(&self) -> Result<()> {
        if self.missed > 0 {
            bail!("{} of {} claims do not hold", self.missed, self.all);
        }
        println!("all {} claims hold", self.all);
        Ok(())
    }
}
