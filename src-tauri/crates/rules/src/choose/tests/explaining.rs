//! What is said of rules that do not take a turn.

use super::*;
use crate::state::{RecordedState, RecordedStates};

/// The first condition that fails: its place, field, actual value and element, and whether it
/// stands under a negation.
#[expect(
    clippy::needless_pass_by_value,
    reason = "a literal reads better without a reference"
)]
fn fails(when: Value, wanted: (&str, &str, Option<&str>, Option<&str>, bool)) {
    let headers = headers();
    let set = RuleSet::new(vec![rule("r", &when, &reply("{}"))]);
    let states = StatesInMemory::default();
    let explained = set.explain(&facts(&headers, None), &states, Turn::default());
    let failed = explained[0].failed.as_ref().unwrap();
    let found = (
        failed.pointer.as_str(),
        failed.field.as_str(),
        failed.actual.as_ref().map(|json| json.as_str()),
        failed.element.as_deref(),
        failed.negated,
    );
    assert_eq!(found, wanted, "{when}");
}

#[test]
fn the_first_failed_condition_is_named_with_what_there_was() {
    let yes = test("event", "present", Value::Null);
    let n = test("var:n", "equals", json!(51));
    fails(
        json!({"all": [yes, n]}),
        ("/when/all/1", "var:n", Some("50"), None, false),
    );
    let missing = test("var:city.x", "present", Value::Null);
    fails(missing, ("/when", "var:city.x", None, None, false));
    let cart = test("var:cart[*].sku", "equals", json!("B"));
    let second = ("\"B\"", "cart[1].sku");
    fails(
        json!({"not": {"any": [cart]}}),
        (
            "/when/not/any/0",
            "var:cart[*].sku",
            Some(second.0),
            Some(second.1),
            true,
        ),
    );
    let call = test("call", "greater", json!(1));
    fails(call, ("/when", "call", Some("1"), None, false));
    let event = test("event", "equals", json!("pay"));
    fails(
        event,
        ("/when", "event", Some("\"checkOrder\""), None, false),
    );
}

#[test]
fn groups_without_parts_and_chances_are_named_where_they_stand() {
    let yes = test("event", "present", Value::Null);
    fails(json!({"any": []}), ("/when", "any", None, None, false));
    fails(
        json!({"all": [yes, {"any": []}]}),
        ("/when/all/1", "any", None, None, false),
    );
    fails(
        json!({"any": [{"not": {"all": []}}]}),
        ("/when/any/0/not", "all", None, None, true),
    );
    let drawn = crate::seeded::chance(0, 0, 0);
    let drawn = format!("{drawn:.4}");
    fails(
        json!({"all": [{"chance": 0}]}),
        ("/when/all/0", "chance", Some(&drawn), None, false),
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
