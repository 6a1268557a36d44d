//! Rules, what they remember, and the turns they are asked about.

use protocol::{BotId, RuleUse, Source};
use store::{Bot, Change, DeleteWhat, RuleUses, Store, StoredRule, StoredRuleState, UpdateOutcome};
use uuid::Uuid;

use crate::home::{self, BOT, Home, exchange, id};

const OTHER: BotId = BotId(Uuid::from_u128(0x07e4));

fn named(ids: &[&str]) -> Vec<(String, String)> {
    let rule = |id: &&str| ((*id).to_owned(), format!("{{\"id\":\"{id}\"}}"));
    ids.iter().map(rule).collect()
}

fn ids(rules: &[StoredRule]) -> Vec<(BotId, &str)> {
    let ids = rules.iter().map(|rule| (rule.bot, rule.id.as_str()));
    ids.collect()
}

fn state(rule: &str, key: &str, calls: u64) -> StoredRuleState {
    StoredRuleState {
        bot: BOT,
        rule: rule.to_owned(),
        key: key.to_owned(),
        calls,
        position: u32::try_from(calls).unwrap() * 10,
    }
}

fn states(states: &[StoredRuleState]) -> RuleUses {
    RuleUses {
        states: states.to_vec(),
        ..RuleUses::default()
    }
}

#[tokio::test]
async fn rules_come_back_in_their_order_and_each_bots_are_its_own() {
    let home = Home::new();
    let store = home.open();
    store.set_rules(BOT, named(&["b", "a", "c"])).await.unwrap();
    store.set_rules(OTHER, named(&["a"])).await.unwrap();
    store.set_rules(BOT, named(&["c", "b"])).await.unwrap();
    store.close().await;
    let store = home.open();
    let rules = store.rules().await.unwrap();
    assert_eq!(ids(&rules), [(OTHER, "a"), (BOT, "c"), (BOT, "b")]);
    assert_eq!(rules[1].definition, "{\"id\":\"c\"}");
    store.delete_bot(BOT).await.unwrap();
    assert_eq!(ids(&store.rules().await.unwrap()), [(OTHER, "a")]);
}

#[tokio::test]
async fn what_a_rule_remembers_survives_its_change_and_not_its_removal() {
    let home = Home::new();
    let store = home.open();
    store.set_rules(BOT, named(&["a", "b"])).await.unwrap();
    let uses = RuleUses {
        hit: Some((BOT, "a".into(), 3, id(7))),
        ..states(&[state("a", "u1", 3), state("b", "", 1)])
    };
    store.save_rule_uses(|| uses).await.unwrap();
    store
        .set_rules(BOT, vec![("a".into(), "{}".into())])
        .await
        .unwrap();
    store.close().await;
    let store = home.open();
    let rule = store.rules().await.unwrap().remove(0);
    assert_eq!((rule.hits, rule.last_hit), (3, Some(id(7))));
    assert_eq!(store.rule_states().await.unwrap(), [state("a", "u1", 3)]);
}

#[tokio::test]
async fn the_last_word_counts_and_a_reset_state_begins_anew() {
    let home = Home::new();
    let store = home.open();
    store.set_rules(BOT, named(&["a"])).await.unwrap();
    for calls in [1, 2] {
        let uses = RuleUses {
            hit: Some((BOT, "a".into(), calls, id(calls))),
            ..states(&[state("a", "u1", calls), state("a", "u2", calls)])
        };
        store.save_rule_uses(|| uses).await.unwrap();
    }
    let rule = store.rules().await.unwrap().remove(0);
    assert_eq!((rule.hits, rule.last_hit), (2, Some(id(2))));
    let both = [state("a", "u1", 2), state("a", "u2", 2)];
    assert_eq!(store.rule_states().await.unwrap(), both);
    store.reset_rule(BOT, "a", Some("u1")).await.unwrap();
    let anew = states(&[state("a", "u1", 1)]);
    store.save_rule_uses(|| anew).await.unwrap();
    let both = [state("a", "u1", 1), state("a", "u2", 2)];
    assert_eq!(store.rule_states().await.unwrap(), both);
    let forgets = RuleUses {
        forgotten: vec![(BOT, "a".into(), "u2".into())],
        ..RuleUses::default()
    };
    store.save_rule_uses(|| forgets).await.unwrap();
    assert_eq!(store.rule_states().await.unwrap(), both[..1]);
    store.reset_rule(BOT, "a", None).await.unwrap();
    assert_eq!(store.rule_states().await.unwrap(), []);
}

#[tokio::test]
async fn nothing_is_written_of_a_rule_or_a_bot_that_is_gone() {
    let home = Home::new();
    let store = home.open();
    store.set_rules(BOT, named(&["a"])).await.unwrap();
    let uses = RuleUses {
        number: Some((OTHER, 4)),
        hit: Some((BOT, "gone".into(), 6, id(3))),
        ..states(&[state("gone", "u1", 1), state("a", "u1", 1)])
    };
    store.save_rule_uses(|| uses).await.unwrap();
    assert_eq!(store.rule_states().await.unwrap(), [state("a", "u1", 1)]);
}

#[tokio::test]
async fn a_bot_and_its_rules_change_together_or_not_at_all() {
    let home = Home::new();
    let store = home.open();
    let bot = |id, secret: &str| Bot {
        id,
        name: "a".into(),
        platform: "auto".into(),
        secret: secret.to_owned(),
        answering: "{}".into(),
        endpoint: "{}".into(),
        platform_settings: "{}".into(),
        position: 0,
        seed: 7,
    };
    store.create_bot(bot(BOT, "one")).await.unwrap();
    store.create_bot(bot(OTHER, "two")).await.unwrap();
    let rules = named(&["a"]);
    let changed = store.update_bot_with(bot(BOT, "three"), None, Some(rules));
    assert!(changed.await.unwrap());
    let taken = store.update_bot_with(bot(BOT, "two"), None, Some(named(&["b"])));
    assert!(taken.await.is_err(), "another bot has this secret");
    assert_eq!(ids(&store.rules().await.unwrap()), [(BOT, "a")]);
}

#[tokio::test]
async fn an_exchange_names_the_rule_that_took_it_and_what_caused_it() {
    let home = Home::new();
    let store = home.open();
    let by_rule = RuleUse {
        id: "правило".into(),
        call: 3,
    };
    let mut first = exchange(1);
    first.summary.rule = Some(by_rule.clone());
    home::insert(&store, first).await;
    let mut second = home::held(2);
    second.summary.source = Source::Callback;
    second.summary.caused_by = Some(id(1));
    home::insert(&store, second).await;
    let change = Change {
        rule: Some(by_rule.clone()),
        ..Change::default()
    };
    let outcome = store.update_or_report(id(2), change).await;
    assert!(matches!(outcome, UpdateOutcome::Shown(_)));
    for (number, caused_by) in [(1, None), (2, Some(id(1)))] {
        let found = store.get(id(number)).await.unwrap().unwrap();
        assert_eq!(found.summary.rule.as_ref(), Some(&by_rule));
        assert_eq!(found.summary.caused_by, caused_by);
    }
}

#[tokio::test]
async fn the_turn_before_is_the_users_own_and_the_bots() {
    let home = Home::new();
    let store = home.open();
    let of = |seq, user: &str, source, bot| {
        let mut one = exchange(seq);
        one.summary.user = Some(user.to_owned());
        one.summary.source = source;
        one.summary.bot = bot;
        home::insert(&store, one)
    };
    of(1, "u", Source::Tunnel, BOT).await;
    of(2, "u", Source::Webhook, BOT).await;
    of(3, "u", Source::Replay, BOT).await;
    of(4, "U", Source::Webhook, BOT).await;
    of(5, "u2", Source::Webhook, BOT).await;
    of(6, "u", Source::Webhook, OTHER).await;
    of(7, "u", Source::Webhook, BOT).await;
    let before = async |seq| {
        let found = store.previous_turn(BOT, "u", seq).await.unwrap();
        found.map(|exchange| exchange.summary.seq)
    };
    assert_eq!(before(7).await, Some(2));
    assert_eq!(before(2).await, Some(1));
    assert_eq!(before(1).await, None);
    let found = store.previous_turn(BOT, "u", 7).await.unwrap().unwrap();
    assert_eq!(found.request, exchange(2).request);
}

#[tokio::test]
async fn the_turn_before_is_found_after_deletions_restarts_and_turns_in_any_order() {
    let home = Home::new();
    let store = home.open();
    let of = |store: &Store, seq, user: &str| {
        let mut one = exchange(seq);
        one.summary.user = Some(user.to_owned());
        let store = store.clone();
        async move { home::insert(&store, one).await }
    };
    let before = async |store: &Store, user: &str, seq| {
        let found = store.previous_turn(BOT, user, seq).await.unwrap();
        found.map(|exchange| exchange.summary.seq)
    };
    of(&store, 1, "u").await;
    assert_eq!(before(&store, "u", 9).await, Some(1));
    assert_eq!(before(&store, "nobody", 9).await, None);
    for seq in [5, 3, 4, 2] {
        of(&store, seq, "u").await;
    }
    of(&store, 6, "v").await;
    let all = async |store: &Store| {
        let mut found = Vec::new();
        for seq in 1..=7 {
            found.push(before(store, "u", seq).await.unwrap_or(0));
        }
        found
    };
    assert_eq!(all(&store).await, [0, 1, 2, 3, 4, 5, 5]);
    let deleted = store
        .delete(DeleteWhat::Ids(vec![id(5), id(4), id(6)]))
        .await
        .unwrap();
    assert_eq!(all(&store).await, [0, 1, 2, 3, 3, 3, 3]);
    assert_eq!(before(&store, "v", 9).await, None);
    store.restore(deleted.undo).await.unwrap();
    assert_eq!(all(&store).await, [0, 1, 2, 3, 4, 5, 5]);
    assert_eq!(before(&store, "v", 9).await, Some(6));
    store.close().await;

    // What is hidden while they are read comes back, too.
    let store = home.open();
    let deleted = store.delete(DeleteWhat::Ids(vec![id(5)])).await.unwrap();
    assert_eq!(before(&store, "u", 7).await, Some(4));
    store.restore(deleted.undo).await.unwrap();
    assert_eq!(all(&store).await, [0, 1, 2, 3, 4, 5, 5]);
    of(&store, 7, "w").await;
    assert_eq!(before(&store, "w", 8).await, Some(7));
    assert_eq!(before(&store, "w", 7).await, None);
}
