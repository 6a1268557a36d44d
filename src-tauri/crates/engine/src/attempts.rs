//! Which calls are attempts of one: a platform that was answered an error makes the same call
//! again, by delays that it states.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};
use std::time::Duration;

use parking_lot::Mutex;
use protocol::platform::{AttemptBefore, Retries, contract};
use protocol::{AttemptOf, BotId, Exchange, ExchangeId, Request, Source, Summary, UtcMillis};
use tokio::sync::OnceCell;

/// Bytes of a body that are compared, beside its length. So many are hashed in 0.1 ms.
const COMPARED_BYTES: usize = 64 << 10;

/// Failed calls that are remembered at most, some 100 bytes each; of more the oldest are forgotten.
const CALLS_MAX: usize = 10_000;

/// Exchanges of before the start that are looked at, the newest ones.
pub(crate) const OF_BEFORE: usize = 1000;

/// The calls that may be made again.
#[derive(Default)]
pub(crate) struct Attempts {
    hasher: RandomState,
    failed: Mutex<HashMap<u64, Failed>>,
    /// Those of before the start are known.
    is_read: OnceCell<()>,
}

#[derive(Clone, Copy)]
struct Failed {
    first: ExchangeId,
    last: AttemptBefore,
}

/// What equal calls have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CallKey(u64);

/// How long after its end a call may be made again, by the longest delay.
pub(crate) fn remembered(retries: &Retries) -> Duration {
    let longest = retries.delays.iter().max().copied();
    2 * longest.unwrap_or_default()
}

/// Whether calls that came so can be attempts of one: those that a person makes again are not.
pub(crate) const fn can_repeat(source: Source) -> bool {
    matches!(source, Source::Webhook | Source::Tunnel)
}

impl Attempts {
    /// What a call has in common with those that are equal to it.
    pub(crate) fn key(&self, bot: BotId, request: &Request) -> CallKey {
        let body = request.body.beginning();
        let compared = &body[..body.len().min(COMPARED_BYTES)];
        CallKey(self.hasher.hash_one((
            bot,
            &request.method,
            &request.path,
            &request.query,
            request.body.length(),
            compared,
        )))
    }

    /// Reads what failed before the start, once.
    pub(crate) async fn read_once<F>(&self, failed: impl FnOnce() -> F)
    where
        F: Future<Output = Vec<Exchange>> + Send,
    {
        let reading = async {
            for exchange in failed().await {
                self.recorded(&exchange);
            }
        };
        self.is_read.get_or_init(|| reading).await;
    }

    /// A call of before the start. One that was made again since stays as it is known.
    fn recorded(&self, exchange: &Exchange) {
        let summary = &exchange.summary;
        let key = self.key(summary.bot, &exchange.request);
        let ended = summary.duration_ms.map_or(summary.at, |ms| {
            UtcMillis(summary.at.0.saturating_add(ms.ceil() as i64))
        });
        if let Some(failed) = failed(summary, ended) {
            let mut all = self.failed.lock();
            let known = all.entry(key.0).or_insert(failed);
            if known.last.arrived < failed.last.arrived {
                *known = failed;
            }
        }
    }

    /// Which attempt a call is that arrives now; `None` where it is the first.
    pub(crate) fn arrived(
        &self,
        key: CallKey,
        retries: &Retries,
        at: UtcMillis,
    ) -> Option<AttemptOf> {
        let failed = self.failed.lock();
        let before = failed.get(&key.0)?;
        let number = retries.number_after(&before.last, at)?;
        Some(AttemptOf {
            number: u32::try_from(number).unwrap_or(u32::MAX),
            first: before.first,
        })
    }

    /// A call has ended.
    pub(crate) fn ended(&self, key: CallKey, summary: &Summary, at: UtcMillis) {
        let mut all = self.failed.lock();
        match failed(summary, at) {
            Some(failed) => drop(all.insert(key.0, failed)),
            None => drop(all.remove(&key.0)),
        }
        if all.len() > CALLS_MAX {
            let mut arrivals: Vec<UtcMillis> = all.values().map(|one| one.last.arrived).collect();
            let middle = arrivals.len() / 2;
            let (_, middle, _) = arrivals.select_nth_unstable(middle);
            let middle = *middle;
            all.retain(|_, one| one.last.arrived > middle);
        }
    }
}

/// What is remembered of a call that its platform makes again.
fn failed(summary: &Summary, ended: UtcMillis) -> Option<Failed> {
    contract(summary.platform).retries()?;
    summary.status.filter(|status| Retries::fails(*status))?;
    let attempt = summary.attempt.unwrap_or(AttemptOf {
        number: 1,
        first: summary.id,
    });
    Some(Failed {
        first: attempt.first,
        last: AttemptBefore {
            number: attempt.number as usize,
            arrived: summary.at,
            ended,
            status: summary.status,
        },
    })
}

#[cfg(test)]
mod tests {
    use protocol::Platform;
    use protocol::platform::contracts;
    use uuid::Uuid;

    use super::*;

    fn retries() -> (Platform, &'static Retries) {
        let mut all = contracts().iter();
        let found = all.find_map(|one| Some((one.platform(), one.retries()?)));
        found.expect("one platform calls again")
    }

    fn summary(id: u128, at: i64, status: u16, attempt: Option<AttemptOf>) -> Summary {
        Summary {
            id: ExchangeId(Uuid::from_u128(id)),
            platform: retries().0,
            at: UtcMillis(at),
            status: Some(status),
            attempt,
            ..Summary::default()
        }
    }

    #[test]
    fn equal_calls_have_one_key() {
        let attempts = Attempts::default();
        let base = Request {
            method: "POST".into(),
            path: "/p".into(),
            query: Some("a".into()),
            body: "b".into(),
            ..Request::default()
        };
        let (bot, other) = (BotId::default(), BotId(Uuid::from_u128(1)));
        let key = attempts.key(bot, &base);
        let changed: [fn(&mut Request); 5] = [
            |one| one.method = "PUT".into(),
            |one| one.path = "/q".into(),
            |one| one.query = Some("b".into()),
            |one| one.query = None,
            |one| one.body = "c".into(),
        ];
        for change in changed {
            let mut request = base.clone();
            change(&mut request);
            assert_ne!(attempts.key(bot, &request), key);
        }
        assert_ne!(attempts.key(other, &base), key);
    }

    #[test]
    fn attempts_are_counted_until_one_succeeds() {
        let attempts = Attempts::default();
        let key = attempts.key(BotId::default(), &Request::default());
        let (_, retries) = retries();
        let mut at = 1_000_000;
        let first = ExchangeId(Uuid::from_u128(1));
        assert_eq!(attempts.arrived(key, retries, UtcMillis(at)), None);
        attempts.ended(key, &summary(1, at, 500, None), UtcMillis(at));
        for (number, delay) in (2..).zip(retries.delays) {
            at += delay.as_millis() as i64;
            let found = attempts.arrived(key, retries, UtcMillis(at));
            assert_eq!(found, Some(AttemptOf { number, first }));
            let ended = summary(u128::from(number), at, 500, found);
            attempts.ended(key, &ended, UtcMillis(at));
        }
        let last = retries.delays.last().unwrap().as_millis() as i64;
        assert_eq!(attempts.arrived(key, retries, UtcMillis(at + last)), None);
        attempts.ended(key, &summary(9, at, 200, None), UtcMillis(at));
        assert_eq!(attempts.arrived(key, retries, UtcMillis(at + 5000)), None);
    }

    #[tokio::test]
    async fn those_of_before_the_start_are_known_and_read_once() {
        let attempts = Attempts::default();
        let (_, retries) = retries();
        let of = |id, at, attempt| Exchange {
            summary: summary(id, at, 503, attempt),
            ..Exchange::default()
        };
        let first = ExchangeId(Uuid::from_u128(1));
        let second = Some(AttemptOf { number: 2, first });
        let before = vec![of(2, 6_000, second), of(1, 1_000, None)];
        attempts.read_once(|| async { before }).await;
        attempts
            .read_once(|| async { panic!("it is read once") })
            .await;
        let key = attempts.key(BotId::default(), &Request::default());
        let found = attempts.arrived(key, retries, UtcMillis(36_000));
        assert_eq!(found, Some(AttemptOf { number: 3, first }));
    }

    #[test]
    fn of_too_many_the_newest_are_remembered() {
        let attempts = Attempts::default();
        for number in 0..=CALLS_MAX {
            let ended = summary(number as u128, number as i64, 500, None);
            attempts.ended(CallKey(number as u64), &ended, ended.at);
        }
        let all = attempts.failed.lock();
        assert!(all.len() <= CALLS_MAX / 2 + 1);
        assert!(all.contains_key(&(CALLS_MAX as u64)));
        assert!(!all.contains_key(&0));
    }
}
