//! Which rules run for an event, and what they ask for.

use super::*;
use crate::facts::Needs;

#[test]
fn disabled_rules_are_passed_over_and_the_order_decides() {
    let off = json!({"version": 1, "id": "off", "enabled": false, "then": reply("off")});
    let off = Arc::new(CompiledRule::from_json(&off.to_string()).unwrap());
    let of_event = rule(
        "event",
        &test("event", "equals", json!("checkOrder")),
        &reply("event"),
    );
    let of_any = rule("any", &json!({"all": []}), &reply("any"));
    let rules = vec![off, Arc::clone(&of_event), Arc::clone(&of_any)];
    assert_eq!(walk(&RuleSet::new(rules), &["a"]), ["event"]);
    assert_eq!(walk(&RuleSet::new(vec![of_any, of_event]), &["a"]), ["any"]);
}

#[test]
fn the_rules_of_an_event_say_what_they_ask_for() {
    let of =
        |event: &str, more: Value| json!({"all": [test("event", "equals", json!(event)), more]});
    let scoped = json!({"version": 1, "id": "c", "scope": "conversation", "then": reply("{}"),
        "when": test("event", "equals", json!("talk"))});
    let set = RuleSet::new(vec![
        rule(
            "a",
            &of("pay", test("var:a", "changed", Value::Null)),
            &reply("{}"),
        ),
        rule(
            "b",
            &of("ask", test("body", "present", Value::Null)),
            &reply("{}"),
        ),
        rule(
            "h",
            &json!({"chance": 0}),
            &json!({"reply": {"body": "{{ headers.a }}", "template": true}}),
        ),
        Arc::new(CompiledRule::from_json(&scoped.to_string()).unwrap()),
    ]);
    let any = Needs {
        headers: true,
        may_take_long: true,
        ..Needs::default()
    };
    let needs = |event| set.needs(event, Among::All).unwrap();
    assert_eq!(needs(None), any);
    let pay = Needs {
        previous_turn: true,
        variables: true,
        ..any
    };
    assert_eq!(needs(Some("pay")), pay);
    assert_eq!(needs(Some("ask")), Needs { body: true, ..any });
    let talk = Needs {
        conversation: true,
        ..any
    };
    assert_eq!(needs(Some("talk")), talk);
    assert_eq!(
        set.needs(Some("talk"), Among::Asking),
        None,
        "none of them asks"
    );
}
