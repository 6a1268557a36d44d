use uuid::Uuid;

use super::*;

const BOT: BotId = BotId(Uuid::from_u128(7));
const EXCHANGE: ExchangeId = ExchangeId(Uuid::from_u128(9));

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

/// The memory of a bot with the rules `a` and `b`.
fn memory() -> RuleMemory {
    let memory = RuleMemory::default();
    memory.keep(BOT, ["a", "b"].into_iter());
    memory
}

fn commit(memory: &RuleMemory, changes: &[StateChange]) -> Option<Committed> {
    memory.commit(BOT, changes, Some(("a", EXCHANGE)))
}

fn calls(uses: &RuleUses) -> Vec<(&str, u64)> {
    let states = uses.states.iter();
    states.map(|row| (row.key.as_str(), row.calls)).collect()
}

#[test]
fn a_state_that_was_used_is_committed_once_and_another_adds_up() {
    let memory = memory();
    assert!(commit(&memory, &[change("u", 0, true)]).is_some());
    assert!(commit(&memory, &[change("u", 0, true)]).is_none());
    assert_eq!(memory.of(BOT).get("a", "u").calls, 1);
    for call in [2, 3] {
        let committed = commit(&memory, &[change("u", 0, false)]).unwrap();
        assert_eq!(committed.call, Some(call), "each turn has its own number");
        assert_eq!(calls(&committed.uses.now()), [("u", call)]);
    }
    assert_eq!(
        memory.fares(BOT, "a").usage.hits,
        3,
        "what was not committed is none"
    );
}

#[test]
fn what_is_written_is_what_is_remembered_then() {
    let memory = memory();
    let first = commit(&memory, &[change("u", 0, false)]).unwrap().uses;
    let second = commit(&memory, &[change("u", 1, false)]).unwrap().uses;
    // Whichever is written first, the disk has both.
    assert_eq!(calls(&second.now()), [("u", 2)]);
    assert_eq!(calls(&first.now()), [("u", 2)]);
    assert_eq!(first.now().hit.map(|(.., hits, _)| hits), Some(2));
    // A reset in between is not undone.
    memory.0.lock().forget(BOT, "a", Some("u"));
    assert_eq!(calls(&first.now()), []);
    commit(&memory, &[change("u", 0, true)]).unwrap();
    assert_eq!(calls(&first.now()), [("u", 1)]);
    // What a rule remembered that is gone is written nowhere, and not taken for a new one's.
    memory.keep(BOT, ["b"].into_iter());
    let uses = first.now();
    assert_eq!((calls(&uses), &uses.hit), (vec![], &None));
    assert!(commit(&memory, &[change("u", 0, true)]).is_some());
    memory.keep(BOT, ["a", "b"].into_iter());
    assert_eq!(memory.of(BOT).get("a", "u").calls, 0);
    assert_eq!(memory.fares(BOT, "a").usage, RuleUsage::default());
}

#[test]
fn a_bot_that_is_gone_is_forgotten() {
    let memory = memory();
    let uses = commit(&memory, &[change("u", 0, true)]).unwrap().uses;
    memory.forget_bot(BOT);
    assert_eq!(memory.0.lock().count, 0);
    assert!(commit(&memory, &[change("u", 0, true)]).is_some());
    assert_eq!(memory.0.lock().count, 0);
    assert_eq!(calls(&uses.now()), []);
    assert_eq!(uses.now().number, None);
}

#[test]
fn beyond_the_limit_the_longest_unused_are_forgotten() {
    let memory = memory();
    let mut last = None;
    for number in 0..=STATES_MAX {
        let key = number.to_string();
        last = Some(commit(&memory, &[change(&key, 0, true)]).unwrap().uses);
    }
    let last = last.unwrap();
    assert_eq!(last.now().forgotten.len(), FORGOTTEN_AT_ONCE);
    let states = memory.states(BOT, "a");
    assert_eq!(states.len(), STATES_MAX + 1 - FORGOTTEN_AT_ONCE);
    assert_eq!(memory.of(BOT).get("a", "0").calls, 0);
    let newest = STATES_MAX.to_string();
    assert_eq!(memory.of(BOT).get("a", &newest).calls, 1);
    // One that is used anew before they are written stays on disk.
    commit(&memory, &[change("0", 0, true)]).unwrap();
    assert_eq!(last.now().forgotten.len(), FORGOTTEN_AT_ONCE - 1);
}

#[test]
fn what_is_on_disk_is_remembered_as_far_as_there_are_rules_for_it() {
    let rule = StoredRule {
        bot: BOT,
        id: "a".to_owned(),
        definition: String::new(),
        hits: 5,
        last_hit: Some(EXCHANGE),
    };
    let row = |rule: &str, key: &str, calls| StoredRuleState {
        bot: BOT,
        rule: rule.to_owned(),
        key: key.to_owned(),
        calls,
        position: 2,
    };
    let rows = vec![row("", "", 41), row("a", "u", 3), row("gone", "u", 9)];
    let memory = RuleMemory(Arc::new(Mutex::new(Remembered::new(&[rule], rows))));
    assert_eq!(memory.next_number(BOT), 42);
    assert_eq!(memory.fares(BOT, "a").usage.hits, 5);
    let state = memory.of(BOT).get("a", "u");
    assert_eq!((state.calls, state.position), (3, 2));
    assert_eq!(memory.of(BOT).get("gone", "u"), RuleState::default());
    assert_eq!(memory.0.lock().count, 1);
}
