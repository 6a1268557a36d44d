//! Circles by a relay that drops what the app puts into the fields: what is sent comes back as a
//! request of the same bot with the same bytes.
//!
//! Bytes alone prove nothing: a load test sends the same body again and again, and each time the
//! app sends it on. So a call whose body has come back several times in a row is held back for
//! longer than a round may take, which ends a circle for that time. Whatever comes with that body
//! meanwhile has come by itself, and then the body is let through.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use protocol::{Body, BotId, Code, OwnFinding};
use tokio::sync::Notify;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// How long after a call its body counts as having come back. By guess longer than a tunnel and a
/// relay take.
pub(crate) const ROUND: Duration = Duration::from_secs(2);

/// From which call in a row on it is held back, and from which it is not made. A guess: a person
/// may send one turn on through three bots of their own.
pub(crate) const HELD_BACK_FROM: u32 = 5;
pub(crate) const CUT_FROM: u32 = 8;

/// How long a call is held back: longer than [`ROUND`], so that nothing which it waits for comes
/// of an earlier call.
pub(crate) const HELD_BACK: Duration = Duration::from_secs(3);

/// How long a body that comes by itself is let through.
const BY_ITSELF: Duration = Duration::from_secs(60);

/// Bytes of a body that are compared, beside its length. So many are hashed in 0.1 ms.
const COMPARED_BYTES: usize = 64 << 10;

/// Bodies that are remembered at most; those beyond are not known again.
const BODIES_MAX: usize = 4_096;

/// Calls of one body that are remembered at most.
const CALLS_MAX: usize = 256;

/// What was sent of late, by bot and body.
#[derive(Default)]
pub(crate) struct Circles(Arc<Inner>);

#[derive(Default)]
struct Inner {
    hasher: RandomState,
    /// How many bodies are remembered: without any, nothing that comes is hashed.
    many: AtomicUsize,
    bodies: Mutex<Bodies>,
}

#[derive(Default)]
struct Bodies {
    of: HashMap<u64, Known>,
    /// When those that are over were forgotten last.
    cleared: Option<Instant>,
    next: u64,
}

/// What is known of a body.
#[derive(Default)]
struct Known {
    calls: Vec<Sent>,
    /// Calls that are held back.
    held_back: Vec<Arc<Notify>>,
    /// It comes by itself, until then.
    by_itself: Option<Instant>,
}

/// A call that has not come back.
struct Sent {
    number: u64,
    depth: u32,
    /// Until when it may; `None` as long as its answer is awaited.
    until: Option<Instant>,
}

/// A call that may be made, of which the answer is awaited until this is dropped.
pub(crate) struct OpenCall {
    inner: Arc<Inner>,
    key: u64,
    number: u64,
}

/// Whether a call may be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Passage {
    Free,
    /// It was held back, and nothing came by itself meanwhile.
    HeldBack,
    /// It has come back too often.
    Cut,
}

/// What is said of a call that is so many in a row, and goes to this host.
pub(crate) fn circle_finding(passage: Passage, depth: u32, host: String) -> Option<OwnFinding> {
    let came = depth.saturating_sub(1).to_string();
    match passage {
        Passage::Free => None,
        Passage::HeldBack => {
            let most = (CUT_FROM - 1).to_string();
            let args = [came, host, HELD_BACK.as_secs().to_string(), most];
            Some(OwnFinding::new(Code::CircleHeldBack, args))
        }
        Passage::Cut => {
            let args = [came, host, ROUND.as_secs().to_string()];
            Some(OwnFinding::new(Code::CircleCut, args))
        }
    }
}

impl Circles {
    /// How many calls in a row a request has followed that brought this body.
    pub(crate) fn depth(&self, bot: BotId, body: &Body) -> u32 {
        // All requests without a body are alike, which tells nothing of where they come from.
        if body.length() == 0 || self.0.many.load(Ordering::Relaxed) == 0 {
            return 0;
        }
        let (key, now) = (self.0.key(bot, body), Instant::now());
        let mut bodies = self.0.bodies.lock();
        bodies.clear(now);
        let depth = bodies.of.get_mut(&key).map_or(0, |known| known.came(now));
        self.0.many.store(bodies.of.len(), Ordering::Relaxed);
        depth
    }

    /// Whether a call may be made that is so many in a row; waits where it is held back.
    /// `stop`: cancelled when the app ends, which nothing outwaits.
    pub(crate) async fn passage(
        &self,
        (bot, body): (BotId, &Body),
        depth: u32,
        stop: &CancellationToken,
    ) -> Passage {
        if depth < HELD_BACK_FROM {
            return Passage::Free;
        }
        let (key, now) = (self.0.key(bot, body), Instant::now());
        let waits = Arc::new(Notify::new());
        {
            let mut bodies = self.0.bodies.lock();
            let known = bodies.of.entry(key).or_default();
            if known.is_by_itself(now) {
                return Passage::Free;
            }
            if depth >= CUT_FROM {
                return Passage::Cut;
            }
            known.held_back.push(Arc::clone(&waits));
            self.0.many.store(bodies.of.len(), Ordering::Relaxed);
        }
        let _held_back = HeldBack {
            inner: &self.0,
            key,
            waits: &waits,
        };
        tokio::select! {
            () = waits.notified() => Passage::Free,
            () = stop.cancelled() => Passage::Free,
            () = tokio::time::sleep(HELD_BACK) => Passage::HeldBack,
        }
    }

    /// A call is made now, which is so many in a row. Nobody waits for what it answers.
    pub(crate) fn sent(&self, bot: BotId, body: &Body, depth: u32) {
        let until = Some(Instant::now() + ROUND);
        self.0.sent(self.0.key(bot, body), depth, until);
    }

    /// The same where a request waits for the answer.
    pub(crate) fn open(&self, bot: BotId, body: &Body, depth: u32) -> OpenCall {
        let key = self.0.key(bot, body);
        OpenCall {
            inner: Arc::clone(&self.0),
            key,
            number: self.0.sent(key, depth, None),
        }
    }
}

impl Inner {
    fn key(&self, bot: BotId, body: &Body) -> u64 {
        let mut hasher = self.hasher.build_hasher();
        let beginning = body.beginning();
        hasher.write(bot.0.as_bytes());
        hasher.write_u64(body.length());
        hasher.write(&beginning[..beginning.len().min(COMPARED_BYTES)]);
        hasher.finish()
    }

    fn sent(&self, key: u64, depth: u32, until: Option<Instant>) -> u64 {
        let now = Instant::now();
        let mut bodies = self.bodies.lock();
        bodies.clear(now);
        bodies.next += 1;
        let number = bodies.next;
        if bodies.of.len() < BODIES_MAX || bodies.of.contains_key(&key) {
            let known = bodies.of.entry(key).or_default();
            if !known.is_by_itself(now) && known.calls.len() < CALLS_MAX {
                known.calls.push(Sent {
                    number,
                    depth,
                    until,
                });
            }
        }
        self.many.store(bodies.of.len(), Ordering::Relaxed);
        number
    }
}

impl Bodies {
    /// Forgets what is over, once in a while.
    fn clear(&mut self, now: Instant) {
        let is_due = |cleared| now.saturating_duration_since(cleared) >= ROUND;
        if !self.cleared.is_none_or(is_due) {
            return;
        }
        self.cleared = Some(now);
        self.of.retain(|_, known| {
            known.forget(now);
            !known.calls.is_empty() || !known.held_back.is_empty() || known.is_by_itself(now)
        });
    }
}

impl Known {
    fn is_by_itself(&self, now: Instant) -> bool {
        self.by_itself.is_some_and(|until| now < until)
    }

    fn forget(&mut self, now: Instant) {
        self.calls
            .retain(|call| call.until.is_none_or(|until| now <= until));
    }

    /// A request has come with this body: how many calls in a row it has followed.
    fn came(&mut self, now: Instant) -> u32 {
        if self.is_by_itself(now) {
            return 0;
        }
        self.forget(now);
        // Each call comes back once, the last one first: a circle goes on from it.
        if let Some(call) = self.calls.pop() {
            return call.depth;
        }
        if !self.held_back.is_empty() {
            self.by_itself = Some(now + BY_ITSELF);
            for waits in self.held_back.drain(..) {
                waits.notify_one();
            }
        }
        0
    }
}

/// A call while it is held back.
struct HeldBack<'c> {
    inner: &'c Inner,
    key: u64,
    waits: &'c Arc<Notify>,
}

impl Drop for HeldBack<'_> {
    fn drop(&mut self) {
        if let Some(known) = self.inner.bodies.lock().of.get_mut(&self.key) {
            known.held_back.retain(|one| !Arc::ptr_eq(one, self.waits));
        }
    }
}

impl Drop for OpenCall {
    fn drop(&mut self) {
        if let Some(known) = self.inner.bodies.lock().of.get_mut(&self.key) {
            known.calls.retain(|call| call.number != self.number);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    /// Calls that come back, each after so long; how many were made, and how many of them after
    /// they were held back.
    async fn circle(circles: &Circles, round: Duration, awaits: bool) -> (u32, u32) {
        let (bot, body) = (BotId::default(), Body::from("{}"));
        let (mut open, mut made, mut held_back) = (Vec::new(), 0, 0);
        let stop = CancellationToken::new();
        while made < 100 {
            let depth = circles.depth(bot, &body) + 1;
            match circles.passage((bot, &body), depth, &stop).await {
                Passage::Free => {}
                Passage::HeldBack => held_back += 1,
                Passage::Cut => break,
            }
            match awaits {
                true => open.push(circles.open(bot, &body, depth)),
                false => circles.sent(bot, &body, depth),
            }
            made += 1;
            tokio::time::sleep(round).await;
        }
        drop(open);
        (made, held_back)
    }

    #[tokio::test(start_paused = true)]
    async fn a_circle_ends_however_fast_it_goes_round() {
        for (round, awaits) in [
            (Duration::from_millis(1), false),
            (SECOND, false),
            (ROUND - Duration::from_millis(100), false),
            (SECOND, true),
            // As long as an answer is awaited.
            (Duration::from_secs(20), true),
        ] {
            let circles = Circles::default();
            let seen = circle(&circles, round, awaits).await;
            let expected = (CUT_FROM - 1, CUT_FROM - HELD_BACK_FROM);
            assert_eq!(seen, expected, "{round:?} {awaits}");
        }
        // Too slow to be known again, which is what the bound of calls in a window is for.
        let slow = circle(&Circles::default(), ROUND + SECOND, false).await;
        assert_eq!(slow, (100, 0));
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_comes_by_itself_is_never_cut_though_each_is_sent_on() {
        let (bot, body) = (BotId::default(), Body::from("{}"));
        for (interval, takes, awaits) in [
            (Duration::from_millis(1), 50, true),
            (Duration::from_millis(1), 50, false),
            (Duration::from_millis(200), 10_000, true),
            (Duration::from_millis(1_900), 1, false),
            (Duration::from_millis(1_900), 5_000, true),
        ] {
            let circles = Arc::new(Circles::default());
            let calls = (0..300).map(|number| {
                let (circles, body) = (Arc::clone(&circles), body.clone());
                async move {
                    tokio::time::sleep(interval * number).await;
                    let depth = circles.depth(bot, &body) + 1;
                    let stop = CancellationToken::new();
                    let passage = circles.passage((bot, &body), depth, &stop).await;
                    let open = match awaits {
                        true => Some(circles.open(bot, &body, depth)),
                        false => {
                            circles.sent(bot, &body, depth);
                            None
                        }
                    };
                    tokio::time::sleep(Duration::from_millis(takes)).await;
                    drop(open);
                    passage
                }
            });
            for passage in futures_util::future::join_all(calls).await {
                assert_eq!(passage, Passage::Free, "{interval:?} {takes}");
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn one_caller_after_the_other_is_in_no_circle_where_answers_are_awaited() {
        let circles = Circles::default();
        let (bot, body) = (BotId::default(), Body::from("{}"));
        for _ in 0..100 {
            assert_eq!(circles.depth(bot, &body), 0);
            let open = circles.open(bot, &body, 1);
            tokio::time::sleep(Duration::from_millis(20)).await;
            drop(open);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn other_bodies_and_bots_are_others_and_nothing_is_kept_of_any() {
        let circles = Circles::default();
        let (one, other) = (BotId::default(), BotId(uuid::Uuid::from_u128(7)));
        circles.sent(one, &"a".into(), 3);
        assert_eq!(circles.depth(one, &"b".into()), 0);
        assert_eq!(circles.depth(other, &"a".into()), 0);
        assert_eq!(circles.depth(one, &"a".into()), 3);
        assert_eq!(circles.depth(one, &"a".into()), 0, "it has come back");
        for number in 0..2 * BODIES_MAX {
            circles.sent(one, &number.to_string().into(), 1);
        }
        assert_eq!(circles.0.bodies.lock().of.len(), BODIES_MAX);
        tokio::time::sleep(ROUND + SECOND).await;
        circles.depth(one, &"a".into());
        assert_eq!(circles.0.many.load(Ordering::Relaxed), 0);
    }
}
