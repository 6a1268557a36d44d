//! What is said of rules that do not take a turn.

use super::*;
use crate::state::{RecordedState, RecordedStates};

#[test]
fn the_first_failed_condition_is_named_with_what_there_was() {
    let headers = headers();
    let facts = facts(&headers, None);
    let failed = |when: Value| {
        let set = RuleSet::new(vec![rule("r", &when, &reply("{}"))]);
        let explained = set.explain(&facts, &StatesInMemory::default(), Turn::default());
        let failed = explained[0].failed.clone().unwrap();
        let actual = failed.actual.map(|json| json.as_str().to_owned());
        (
            failed.pointer,
            failed.field,
            actual,
            failed.element,
            failed.negated,
        )
    };
    let named =
        |pointer: &str, field: &str, actual: Option<&str>, element: Option<&str>, negated| {
            (
                pointer.to_owned(),
                field.to_owned(),
                actual.map(str::to_owned),
                element.map(str::to_owned),
                negated,
            )
        };
    let n = test("var:n", "equals", json!(51));
    let yes = test("event", "present", Value::Null);
    assert_eq!(
        failed(json!({"all": [yes, n]})),
        named("/when/all/1", "var:n", Some("50"), None, false)
    );
    let missing = test("var:city.x", "present", Value::Null);
    assert_eq!(
        failed(missing),
        named("/when", "var:city.x", None, None, false)
    );
    let cart = test("var:cart[*].sku", "equals", json!("B"));
    assert_eq!(
        failed(json!({"not": {"any": [cart]}})),
        named(
            "/when/not/any/0",
            "var:cart[*].sku",
            Some("\"B\""),
            Some("cart[1].sku"),
            true
        )
    );
    let call = test("call", "greater", json!(1));
    assert_eq!(failed(call), named("/when", "call", Some("1"), None, false));
    assert_eq!(failed(json!({"chance": 0})).1, "chance");
    assert_eq!(failed(json!({"any": []})).1, "any");
    let event = test("event", "equals", json!("pay"));
    assert_eq!(
        failed(event),
        named("/when", "event", Some("\"checkOrder\""), None, false)
    );
}

#[test]
fn a_recorded_turn_is_explained_with_the_counters_that_it_had() {
    let second =
        json!({"all": [test("event", "present", Value::Null), test("call", "equals", json!(2))]});
    let set = RuleSet::new(vec![
        rule("second", &second, &reply("2")),
        rule("else", &json!({"all": []}), &reply("x")),
        rule("below", &second, &reply("2")),
    ]);
    let headers = headers();
    let facts = facts(&headers, None);
    let mut states = StatesInMemory::default();
    let mut recorded = Vec::new();
    for _ in 0..3 {
        let choice = set.choose(&facts, &states, Turn::default());
        states.apply(&choice.changes);
        recorded.push(RecordedState::of_changes(&choice.changes));
    }
    for (turn, recorded) in recorded.iter().enumerate() {
        assert_eq!(
            recorded.len(),
            1,
            "the rule below counts late and uses nothing"
        );
        let then = RecordedStates::new(recorded, &states);
        let explained = set.explain(&facts, &then, Turn::default());
        assert_eq!(explained[0].matched, turn == 1, "{turn}");
        let today: Vec<_> = explained.iter().map(|one| one.counters_of_today).collect();
        assert_eq!(
            today,
            [false, false, true],
            "below the answer nothing was recorded"
        );
    }
    let explained = set.explain(&facts, &states, Turn::default());
    assert!(
        !explained[0].counters_of_today,
        "states that are given as they are"
    );
}
