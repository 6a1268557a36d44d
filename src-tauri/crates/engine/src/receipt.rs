//! What is known of a request before it is read: its number, its id, its moment and its source.

use std::sync::LazyLock;

use protocol::{ExchangeId, Source, UtcMillis};
use store::Stopwatch;
use uuid::Uuid;

use crate::clock;
use crate::shared::Shared;

/// A request's receipt.
pub(crate) struct Receipt {
    pub(crate) id: ExchangeId,
    pub(crate) seq: u64,
    pub(crate) at: UtcMillis,
    pub(crate) clock: Stopwatch,
    pub(crate) source: Source,
    pub(crate) replay_of: Option<ExchangeId>,
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
        Self {
            id: new_id(at, seq),
            seq,
            at,
            clock: Stopwatch::start(),
            source,
            replay_of,
        }
    }
}

/// A new exchange's id, of version 7: the time, the number's low bits, which keep the order within
/// a millisecond, and noise. The noise is the number spread by this process's key, so that the
/// system is asked for random bits once and not at each request.
fn new_id(at: UtcMillis, seq: u64) -> ExchangeId {
    static KEY: LazyLock<u64> = LazyLock::new(|| Uuid::new_v4().as_u64_pair().1);
    let mut rest = [0; 10];
    let low = (seq & 0xfff) as u16;
    rest[..2].copy_from_slice(&low.to_be_bytes());
    rest[2..].copy_from_slice(&spread(seq ^ *KEY).to_be_bytes());
    let at = u64::try_from(at.0).unwrap_or_default();
    ExchangeId(uuid::Builder::from_unix_timestamp_millis(at, &rest).into_uuid())
}

/// One number for each, without a pattern (the finishing step of SplitMix64).
const fn spread(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn ids_are_of_version_7_never_alike_and_in_order_within_a_millisecond() {
        let at = UtcMillis(1_763_787_600_000);
        let ids: Vec<Uuid> = (0x5000..0x6000).map(|seq| new_id(at, seq).0).collect();
        assert!(ids.is_sorted());
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len());
        for id in ids {
            assert_eq!(id.get_version_num(), 7);
            assert_eq!(id.get_timestamp().unwrap().to_unix().0, 1_763_787_600);
        }
        assert_ne!(new_id(at, 1), new_id(at, 1 + 0x1000), "the noise differs");
    }
}
