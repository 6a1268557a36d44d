use uuid::Uuid;

use super::*;

const BOT: BotId = BotId(Uuid::from_u128(7));

fn change(key: &str, before: u64, is_used: bool) -> StateChange {
    let state = |calls| RuleState { calls, position: 0 };
    StateChange {
        rule: "a".to_owned(),
        key: key.to_owned(),
        before: state(before),
        after: state(before + 1),
        is_used,
    }
}

async fn commit(memory: &RuleMemory, changes: &[StateChange]) -> Option<RuleUses> {
    let exchange = ExchangeId(Uuid::from_u128(9));
    let unsaved = memory.permit().await;
    let committed = memory.commit(BOT, changes, Some(("a", exchange)), unsaved);
    committed.ok().map(|pending| pending.into_parts().0)
}

#[tokio::test]
async fn a_state_that_was_used_is_committed_once_and_another_adds_up() {
    let memory = RuleMemory::default();
    assert!(commit(&memory, &[change("u", 0, true)]).await.is_some());
    assert!(commit(&memory, &[change("u", 0, true)]).await.is_none());
    assert_eq!(memory.of(BOT).get("a", "u").calls, 1);
    for _ in 0..2 {
        let uses = commit(&memory, &[change("u", 0, false)]).await.unwrap();
        assert_eq!(uses.states[0].calls, memory.of(BOT).get("a", "u").calls);
    }
    assert_eq!(memory.of(BOT).get("a", "u").calls, 3);
    assert_eq!(
        memory.usage(BOT, "a").hits,
        3,
        "what was not committed is none"
    );
}

#[tokio::test]
async fn beyond_the_limit_the_longest_unused_are_forgotten() {
    let memory = RuleMemory::default();
    let mut forgotten = Vec::new();
    for number in 0..=STATES_MAX {
        let key = number.to_string();
        let uses = commit(&memory, &[change(&key, 0, true)]).await.unwrap();
        forgotten.extend(uses.forgotten);
    }
    assert_eq!(forgotten.len(), FORGOTTEN_AT_ONCE);
    let states = memory.states(BOT, "a");
    assert_eq!(states.len(), STATES_MAX + 1 - FORGOTTEN_AT_ONCE);
    assert_eq!(memory.of(BOT).get("a", "0").calls, 0);
    let newest = STATES_MAX.to_string();
    assert_eq!(memory.of(BOT).get("a", &newest).calls, 1);
}
