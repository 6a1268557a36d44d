use protocol::ExchangeId;
use uuid::Uuid;

use super::*;

fn wait(ms: u64, at: i64) -> CallerWait {
    CallerWait {
        ms,
        at: UtcMillis(at),
        exchange: ExchangeId(Uuid::from_u128(at as u128)),
        probe: false,
    }
}

fn probe(ms: u64, at: i64) -> CallerWait {
    CallerWait {
        probe: true,
        ..wait(ms, at)
    }
}

#[test]
fn waits_alike_are_a_limit_and_the_hold_that_is_proposed_ends_before_it() {
    for (waits, known, proposed) in [
        (vec![], None, None),
        (vec![wait(14_900, 1)], Some((14_900, 1)), None),
        (
            vec![
                wait(15_000, 1),
                wait(3_100, 2),
                wait(14_900, 3),
                wait(15_020, 4),
            ],
            Some((14_900, 3)),
            Some(13),
        ),
        // A probe outweighs however many.
        (
            vec![wait(5_000, 1), wait(5_000, 2), probe(60_004, 3)],
            Some((60_004, 1)),
            Some(57),
        ),
        // But for those that come after it.
        (
            vec![probe(60_004, 1), wait(15_000, 2)],
            Some((60_004, 1)),
            Some(57),
        ),
        (
            vec![probe(60_004, 1), wait(15_000, 2), wait(15_010, 3)],
            Some((15_000, 2)),
            Some(14),
        ),
        // Of two limits the newer one.
        (
            vec![
                wait(7_000, 1),
                wait(7_010, 2),
                wait(30_000, 3),
                wait(30_100, 4),
            ],
            Some((30_000, 2)),
            Some(28),
        ),
        // Alike are a tenth and half a second.
        (
            vec![wait(10_000, 1), wait(11_500, 2)],
            Some((10_000, 2)),
            Some(9),
        ),
        (
            vec![wait(10_000, 1), wait(11_501, 2)],
            Some((11_501, 1)),
            None,
        ),
        // No hold is that short.
        (vec![probe(1_900, 1)], Some((1_900, 1)), None),
        (vec![probe(4_000_000, 1)], Some((4_000_000, 1)), Some(3_600)),
    ] {
        let patience = summed_up(&waits);
        let seen = patience.as_ref().map(|one| (one.ms, one.times));
        assert_eq!(seen, known, "{waits:?}");
        let propose = patience.and_then(|one| one.proposed_seconds());
        assert_eq!(propose, proposed, "{waits:?}");
    }
}

#[test]
fn whatever_is_stored_comes_to_something() {
    let patience = summed_up(&[wait(u64::MAX, 1), wait(u64::MAX - 1, 2)]).unwrap();
    assert_eq!((patience.ms, patience.times), (u64::MAX - 1, 2));
    assert_eq!(patience.proposed_seconds(), None);
    let many: Vec<_> = (0..1_000).map(|at| wait(5_000, at)).collect();
    assert_eq!(summed_up(&many).unwrap().times, WAITS_MAX);
}

async fn memory() -> (tempfile::TempDir, Store, PatienceMemory) {
    let dir = tempfile::tempdir().unwrap();
    let options = store::StoreOptions::new(dir.path(), crate::clock::now);
    let (store, _) = Store::open(&options).unwrap();
    let memory = PatienceMemory::load(&store).await.unwrap();
    (dir, store, memory)
}

#[tokio::test]
async fn what_was_learned_outlasts_a_restart_and_is_each_bots_and_platforms_own() {
    let (_dir, store, memory) = memory().await;
    let (one, other) = (BotId::default(), BotId(Uuid::from_u128(7)));
    assert!(!memory.left(one, Platform::Graph, wait(799, 1)).await);
    assert!(memory.left(one, Platform::Graph, probe(10, 1)).await);
    for at in 2..=30 {
        assert!(memory.left(one, Platform::Graph, wait(14_900, at)).await);
    }
    assert!(memory.left(one, Platform::Plain, wait(5_000, 31)).await);
    assert!(memory.left(other, Platform::Graph, wait(60_000, 32)).await);
    let again = PatienceMemory::load(&store).await.unwrap();
    assert_eq!(again.of(one), memory.of(one));
    let known = again.of(one);
    let graph = known
        .iter()
        .find(|one| one.platform == Platform::Graph)
        .unwrap();
    assert_eq!(graph.waits.len(), WAITS_MAX);
    assert_eq!(graph.waits[0], wait(14_900, 30), "the newest first");
    assert_eq!(graph.patience.as_ref().unwrap().times, WAITS_MAX);
    assert!(again.forget(one, Some(Platform::Graph)).await);
    assert!(!again.forget(one, Some(Platform::Graph)).await);
    assert_eq!(again.of(one).len(), 1);
    assert!(again.forget(one, None).await);
    assert_eq!(again.of(one), []);
    assert_eq!(again.of(other).len(), 1);
    store.close().await;
}

#[tokio::test]
async fn whoever_got_its_answer_after_a_longer_wait_refutes_shorter_ones() {
    let (_dir, store, memory) = memory().await;
    let bot = BotId::default();
    for (ms, at) in [(5_000, 1), (14_900, 2), (20_000, 3)] {
        memory.left(bot, Platform::Graph, wait(ms, at)).await;
    }
    for ms in [4_000, 6_000] {
        assert!(!memory.is_refuted(bot, Platform::Graph, ms));
        assert!(!memory.waited(bot, Platform::Graph, ms).await);
    }
    assert!(!memory.is_refuted(bot, Platform::Plain, 60_000));
    assert!(memory.waited(bot, Platform::Graph, 17_000).await);
    let known = memory.of(bot);
    assert_eq!(known[0].waits, [wait(20_000, 3)]);
    assert!(memory.waited(bot, Platform::Graph, 60_000).await);
    assert_eq!(memory.of(bot), []);
    store.close().await;
}
