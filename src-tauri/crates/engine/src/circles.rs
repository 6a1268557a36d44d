//! Circles of calls that rules make, by a relay that drops what the app puts into the fields: what
//! is sent comes back as a request of the same bot with the same bytes.
//!
//! Bytes alone prove nothing: a load test sends the same body again and again, and a rule may pass
//! each on. So a call whose body has come back many times in a row is held back, for another time
//! each time: a circle is silent meanwhile and goes on right afterwards, which a caller of its own
//! does not do over and over. Whatever comes with that body while it is held back has come by
//! itself, and then the body is let through. Nobody waits for such a call. A request that somebody
//! waits for is never held back by its body: `forwards.rs` bounds those.

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

/// From which call in a row on it is held back. A guess: more than a person sends of one turn.
pub(crate) const HELD_BACK_FROM: u32 = 32;

/// How long calls are held back, one after the other: each longer than [`ROUND`], so that nothing
/// which it waits for comes of an earlier call, and more than that apart, so that whoever sends at
/// an interval comes while one of them is held back.
pub(crate) const HELD_BACK: [Duration; 3] = [
    Duration::from_secs(3),
    Duration::from_secs(8),
    Duration::from_secs(5),
];

/// From which call in a row on it is said to be held back: each time was tried.
pub(crate) const NOTED_FROM: u32 = HELD_BACK_FROM + HELD_BACK.len() as u32;

/// From which call in a row on it is not made: each time was tried three times.
pub(crate) const CUT_FROM: u32 = HELD_BACK_FROM + 3 * HELD_BACK.len() as u32;

/// How long a body that comes by itself is let through.
const BY_ITSELF: Duration = Duration::from_secs(60);

/// Bytes of a body that are compared, beside its length. So many are hashed in 0.1 ms.
const COMPARED_BYTES: usize = 64 << 10;

/// Bodies that are remembered at most; those beyond are not known again.
const BODIES_MAX: usize = 4_096;

/// Calls of one body that are remembered at most. A circle that makes more of each call comes to
/// the bound of a bot's calls at once.
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
    depth: u32,
    /// Until when it may.
    until: Instant,
}

/// Whether a call may be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Passage {
    Free,
    /// It was held back so long, like others before, and nothing came by itself meanwhile.
    HeldBack(Duration),
    /// It has come back too often.
    Cut,
}

/// What is said of a call that is so many in a row, and goes to this host.
pub(crate) fn circle_finding(passage: Passage, depth: u32, host: String) -> Option<OwnFinding> {
    let came = depth.saturating_sub(1).to_string();
    match passage {
        Passage::Free => None,
        Passage::HeldBack(time) => {
            let most = (CUT_FROM - 1).to_string();
            let args = [came, host, time.as_secs().to_string(), most];
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
        let tries = (depth - HELD_BACK_FROM) as usize;
        let time = HELD_BACK[tries % HELD_BACK.len()];
        tokio::select! {
            () = waits.notified() => Passage::Free,
            () = stop.cancelled() => Passage::Free,
            () = tokio::time::sleep(time) => match depth >= NOTED_FROM {
                true => Passage::HeldBack(time),
                false => Passage::Free,
            },
        }
    }

    /// A call is made now, which is so many in a row.
    pub(crate) fn sent(&self, bot: BotId, body: &Body, depth: u32) {
        let (key, now) = (self.0.key(bot, body), Instant::now());
        let until = now + ROUND;
        let mut bodies = self.0.bodies.lock();
        bodies.clear(now);
        if bodies.of.len() < BODIES_MAX || bodies.of.contains_key(&key) {
            let known = bodies.of.entry(key).or_default();
            if !known.is_by_itself(now) && known.calls.len() < CALLS_MAX {
                known.calls.push(Sent { depth, until });
            }
        }
        self.0.many.store(bodies.of.len(), Ordering::Relaxed);
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
        self.calls.retain(|call| now <= call.until);
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

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    /// Calls that come back, each after so long; how many were made, and how many of them were said
    /// to be held back.
    async fn circle(circles: &Circles, round: Duration) -> (u32, u32) {
        let (bot, body) = (BotId::default(), Body::from("{}"));
        let (mut made, mut held_back) = (0, 0);
        let stop = CancellationToken::new();
        while made < 100 {
            let depth = circles.depth(bot, &body) + 1;
            match circles.passage((bot, &body), depth, &stop).await {
                Passage::Free => {}
                Passage::HeldBack(_) => held_back += 1,
                Passage::Cut => break,
            }
            circles.sent(bot, &body, depth);
            made += 1;
            tokio::time::sleep(round).await;
        }
        (made, held_back)
    }

    #[tokio::test(start_paused = true)]
    async fn a_circle_ends_however_fast_it_goes_round() {
        for ms in [1, 1_000, 1_900] {
            let seen = circle(&Circles::default(), Duration::from_millis(ms)).await;
            assert_eq!(seen, (CUT_FROM - 1, CUT_FROM - NOTED_FROM), "{ms}");
        }
        // Too slow to be known again, which is what the bound of calls in a window is for.
        let slow = circle(&Circles::default(), ROUND + SECOND).await;
        assert_eq!(slow, (100, 0));
    }

    /// Requests that come by themselves at these moments, each of which makes a call with its body:
    /// how long the calls were held back, together.
    async fn by_themselves(at: impl Iterator<Item = Duration>) -> Duration {
        let (bot, body) = (BotId::default(), Body::from("{}"));
        let circles = Arc::new(Circles::default());
        let calls = at.map(|moment| {
            let (circles, body) = (Arc::clone(&circles), body.clone());
            async move {
                tokio::time::sleep(moment).await;
                let depth = circles.depth(bot, &body) + 1;
                let stop = CancellationToken::new();
                let came = Instant::now();
                let passage = circles.passage((bot, &body), depth, &stop).await;
                assert_eq!(passage, Passage::Free, "{moment:?}");
                circles.sent(bot, &body, depth);
                came.elapsed()
            }
        });
        let calls: Vec<_> = calls.collect();
        let held_back = futures_util::future::join_all(calls).await;
        held_back.into_iter().sum()
    }

    #[tokio::test(start_paused = true)]
    async fn calls_of_requests_that_come_by_themselves_are_all_made_and_nothing_is_said() {
        for ms in [0, 1, 200, 1_000, 1_900, 4_000] {
            by_themselves((0..300).map(|number| Duration::from_millis(ms * number))).await;
        }
        // Bursts, and nothing then.
        for many in [5, 6, 7, 8, HELD_BACK_FROM - 1] {
            let burst = (0..many).map(|number| Duration::from_millis(10) * number);
            assert_eq!(by_themselves(burst).await, Duration::ZERO, "{many}");
        }
        let burst = (0..HELD_BACK_FROM).map(|number| Duration::from_millis(10) * number);
        assert_eq!(
            by_themselves(burst).await,
            HELD_BACK[0],
            "the last call alone"
        );
        // As often as a circle that is held back for one of the times, from the worst moment on.
        for seconds in [4, 9, 6] {
            let quick = (0..HELD_BACK_FROM).map(|number| SECOND * number);
            let slow = (0..60).map(|number| SECOND * (HELD_BACK_FROM - 1 + seconds * (number + 1)));
            by_themselves(quick.chain(slow)).await;
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
