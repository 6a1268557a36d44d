//! What is known of a request before it is read: its number, its id, its moment and its source.

use parking_lot::Mutex;
use protocol::{AttemptOf, ExchangeId, OwnFinding, Source, UtcMillis};
use store::Stopwatch;
use tokio::time::Instant;
use uuid::{ContextV7, Timestamp, Uuid};

use crate::clock;
use crate::outgoing::Framing;
use crate::shared::Shared;

/// A request's receipt.
pub(crate) struct Receipt {
    pub(crate) id: ExchangeId,
    pub(crate) seq: u64,
    pub(crate) at: UtcMillis,
    pub(crate) clock: Stopwatch,
    /// The moment that the clock was started at.
    pub(crate) arrived: Instant,
    pub(crate) source: Source,
    pub(crate) replay_of: Option<ExchangeId>,
    /// Which attempt of a call it is, where whoever makes it knows.
    pub(crate) attempt: Option<AttemptOf>,
    /// The connection that its answer goes out on; `None` where there is none.
    pub(crate) framing: Option<Framing>,
    /// What was noticed of how it came.
    pub(crate) findings: Vec<OwnFinding>,
}

impl Receipt {
    pub(crate) fn now(shared: &Shared, source: Source, replay_of: Option<ExchangeId>) -> Self {
        Self::new(clock::now(), shared.next_seq(), source, replay_of)
    }

    pub(crate) fn new(
        at: UtcMillis,
        seq: u64,
        source: Source,
        replay_of: Option<ExchangeId>,
    ) -> Self {
        static IDS: Mutex<ContextV7> = Mutex::new(ContextV7::new());
        Self {
            id: new_id(&IDS, at),
            seq,
            at,
            clock: Stopwatch::start(),
            arrived: Instant::now(),
            source,
            replay_of,
            attempt: None,
            framing: None,
            findings: Vec::new(),
        }
    }
}

/// A new exchange's id, of version 7: each is above the one before, within a millisecond and where
/// the clock was set back too.
fn new_id(ids: &Mutex<ContextV7>, at: UtcMillis) -> ExchangeId {
    let at = u64::try_from(at.0).unwrap_or_default();
    let nanoseconds = (at % 1000) as u32 * 1_000_000;
    let moment = Timestamp::from_unix(&*ids.lock(), at / 1000, nanoseconds);
    ExchangeId(Uuid::new_v7(moment))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_of_version_7_and_in_order_within_a_millisecond_and_when_the_clock_goes_back() {
        const SECOND: u64 = 1_763_787_600;
        let at = |ms: i64| UtcMillis(SECOND as i64 * 1000 + ms);
        let context = Mutex::new(ContextV7::new());
        let moments = std::iter::repeat_n(at(7), 10_000).chain([at(5), at(0), at(8)]);
        let ids: Vec<Uuid> = moments.map(|moment| new_id(&context, moment).0).collect();
        assert!(ids.windows(2).all(|pair| pair[0] < pair[1]));
        for id in ids {
            assert_eq!(id.get_version_num(), 7);
            assert_eq!(id.get_timestamp().unwrap().to_unix().0, SECOND);
        }
    }
}
