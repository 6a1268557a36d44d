//! Whose calls are counted, sequences, and chances.

use super::*;

#[test]
fn calls_are_numbered_by_user_and_what_call_refuses_is_numbered_too() {
    let when =
        json!({"all": [test("event", "present", Value::Null), test("call", "every", json!(3))]});
    let set = RuleSet::new(vec![
        rule("third", &when, &reply("3")),
        rule("else", &json!({"all": []}), &reply("x")),
    ]);
    assert_eq!(
        walk(&set, &["a", "a", "b", "a", "b", "b", "a"]),
        ["x", "x", "x", "3", "x", "3", "x"]
    );
}

#[test]
fn a_turn_that_another_condition_refuses_is_not_numbered() {
    let when =
        json!({"all": [test("user", "equals", json!("a")), test("call", "equals", json!(2))]});
    let set = RuleSet::new(vec![rule("second", &when, &reply("2"))]);
    assert_eq!(
        walk(&set, &["b", "a", "b", "a", "a"]),
        ["", "", "", "2", ""]
    );
}

#[test]
fn a_negated_call_is_judged_by_the_number_that_the_turn_gets() {
    let when = json!({"not": test("call", "less", json!(3))});
    let set = RuleSet::new(vec![rule("from 3", &when, &reply("x"))]);
    assert_eq!(walk(&set, &["a", "a", "a", "a"]), ["", "", "x", "x"]);
}

#[test]
fn a_sequence_ends_as_it_says() {
    let replies = json!([{"body": "1"}, {"body": "2"}]);
    let below = rule("else", &json!({"all": []}), &reply("x"));
    for (end, said) in [
        ("last", ["1", "2", "2", "2", "2"]),
        ("loop", ["1", "2", "1", "2", "1"]),
        ("pass", ["1", "2", "x", "x", "x"]),
    ] {
        let then = json!({"sequence": {"replies": replies, "end": end}});
        let set = RuleSet::new(vec![
            rule("s", &json!({"all": []}), &then),
            Arc::clone(&below),
        ]);
        assert_eq!(walk(&set, &["a"; 5]), said, "{end}");
    }
    let then = json!({"sequence": {"replies": replies}});
    let set = RuleSet::new(vec![rule("s", &json!({"all": []}), &then)]);
    assert_eq!(
        walk(&set, &["a", "b", "a", "", ""]),
        ["1", "1", "2", "1", "2"]
    );
}

#[test]
fn a_finished_sequence_that_passes_counts_nothing() {
    let then = json!({"sequence": {"replies": [{"body": "1"}], "end": "pass"}});
    let set = RuleSet::new(vec![rule("s", &json!({"all": []}), &then)]);
    let headers = headers();
    let facts = facts(&headers, None);
    let mut states = StatesInMemory::default();
    states.apply(&set.choose(&facts, &states, Turn::default()).changes);
    assert_eq!(
        states.get("s", "77"),
        RuleState {
            calls: 1,
            position: 1
        }
    );
    let second = set.choose(&facts, &states, Turn::default());
    assert!(second.taken.is_none() && second.changes.is_empty());
    let explained = &set.explain(&facts, &states, Turn::default())[0];
    assert!(explained.finished && !explained.matched && explained.failed.is_none());
}

#[test]
fn scope_says_whose_calls_are_counted() {
    for (scope, key) in [("user", "77"), ("conversation", "c1"), ("rule", "")] {
        let text = json!({
            "version": 1, "id": "r", "scope": scope, "then": reply("{}"),
        });
        let rule = CompiledRule::from_json(&text.to_string()).unwrap();
        let set = RuleSet::new(vec![Arc::new(rule)]);
        let headers = headers();
        let choice = set.choose(
            &facts(&headers, None),
            &StatesInMemory::default(),
            Turn::default(),
        );
        let [change] = choice.changes.as_slice() else {
            panic!("{choice:?}")
        };
        assert_eq!((change.key.as_str(), change.after.calls), (key, 1));
        assert_eq!(change.before, RuleState::default());
        assert!(!change.is_used, "nothing depends on it");
    }
}

#[test]
fn where_chance_does_not_strike_the_next_rule_gets_its_turn() {
    let rules = vec![
        rule("a", &json!({"chance": 0.5}), &reply("a")),
        rule("b", &json!({"chance": 0.5}), &reply("b")),
        rule("c", &json!({"all": []}), &reply("c")),
    ];
    let said = walk(&RuleSet::new(rules), &["u"; 400]);
    let count = |one: &str| said.iter().filter(|said| *said == one).count();
    assert!((160..240).contains(&count("a")), "{}", count("a"));
    assert!((70..130).contains(&count("b")), "{}", count("b"));
}
