//! How much a Graph bot's variables may take (3)(6).

use messages::Message;

use crate::finding::{Code, Finding};
use crate::names::Side;
use crate::words::sizes;

/// The source says KB and not which; the smaller one warns earlier.
const BYTES_PER_KB: usize = 1000;

/// Above it a bot should not go.
pub(super) const SOFT_KB: usize = 100;

/// Above it an answer is not saved: 100 KB of 1,024 bytes, of which one more is refused by the
/// official Node server, too (11).
pub(super) const SESSION_BYTES: usize = 100 * 1024;

/// Above it new data is not saved, and an unhandled overflow silences the bot.
const HARD_KB: usize = 1000;

/// From this share of a limit on a size is near it, in percent. A choice of this app.
const NEAR_PERCENT: usize = 80;

/// How far a size has come; the later, the worse.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    Fine,
    NearSoft,
    OverSoft,
    NearHard,
    OverHard,
}

impl Level {
    pub(super) const fn of(bytes: usize) -> Self {
        let (soft, hard) = (SOFT_KB * BYTES_PER_KB, HARD_KB * BYTES_PER_KB);
        match bytes {
            _ if bytes > hard => Self::OverHard,
            _ if bytes > hard / 100 * NEAR_PERCENT => Self::NearHard,
            _ if bytes > soft => Self::OverSoft,
            _ if bytes > soft / 100 * NEAR_PERCENT => Self::NearSoft,
            _ => Self::Fine,
        }
    }

    pub(super) fn finding(self, bytes: usize, side: Side) -> Option<Finding> {
        let (code, limit) = match self {
            Self::Fine => return None,
            Self::NearSoft => (Code::VariablesNearSoftLimit, SOFT_KB),
            Self::OverSoft => (Code::VariablesOverSoftLimit, SOFT_KB),
            Self::NearHard => (Code::VariablesNearHardLimit, HARD_KB),
            Self::OverHard => (Code::VariablesOverHardLimit, HARD_KB),
        };
        let kb = bytes.div_ceil(BYTES_PER_KB);
        Some(Finding::new(code, side).arg(size(kb)).arg(size(limit)))
    }
}

/// A size as people read it: kilobytes below a thousand of them, else megabytes.
fn size(kb: usize) -> Message {
    let (mb, tenths) = (kb / 1000, kb % 1000 / 100);
    match (mb, tenths) {
        (0, _) => sizes::KB.arg(kb as u64),
        (_, 0) => sizes::MB.arg(mb as u64),
        _ => sizes::MB_TENTHS.arg(mb as u64).arg(tenths as u64),
    }
}

#[cfg(test)]
mod tests {
    use messages::Lang;

    use super::*;

    #[test]
    fn sizes_are_said_in_the_unit_that_people_read() {
        for (kb, ru, en) in [
            (81, "81 КБ", "81 KB"),
            (1000, "1 МБ", "1 MB"),
            (4929, "4,9 МБ", "4.9 MB"),
        ] {
            assert_eq!(size(kb).text(Lang::Ru), ru);
            assert_eq!(size(kb).text(Lang::En), en);
        }
    }
}
