use std::sync::Arc;

use messages::Lang;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::choose::{Explanation, Turn};
use crate::facts::{FactVariable, Facts, PreviousTurn};
use crate::state::{RecordedState, RecordedStates, RuleState, StateChange, States, StatesInMemory};

fn set(rules: &[(Value, Value)]) -> RuleSet {
    let rules = rules.iter().enumerate().map(|(index, (when, then))| {
        let rule = json!({"version": 1, "id": index.to_string(), "when": when, "then": then});
        Arc::new(CompiledRule::from_json(&rule.to_string()).unwrap())
    });
    RuleSet::new(rules.collect())
}

/// A rule's conditions, those of a rule below it, and whether the second is shadowed.
const ABOVE_AND_BELOW: &str = r#"
{"all":[]} | {"field":"event","op":"equals","value":"Оплата картой"} | yes
{"field":"event","op":"contains","value":"оплата"} | {"field":"event","op":"equals","value":"Оплата картой"} | yes
{"field":"event","op":"equals","value":"pay"} | {"field":"event","op":"contains","value":"pay"} | no
{"field":"event","op":"contains","value":"a"} | {"all":[{"field":"var:t","op":"present"},{"field":"event","op":"in","value":["ab","ca"]}]} | yes
{"all":[{"field":"event","op":"contains","value":"a"},{"field":"var:t","op":"present"}]} | {"field":"event","op":"equals","value":"a"} | no
{"any":[{"field":"var:t","op":"greater","value":9},{"field":"user","op":"present"}]} | {"any":[{"field":"user","op":"equals","value":"1"},{"all":[{"field":"var:t","op":"greater","value":9},{"chance":0.5}]}]} | yes
{"field":"var:t","op":"greater","value":10} | {"field":"var:t","op":"greater","value":1000} | yes
{"field":"var:t","op":"greater","value":1000} | {"field":"var:t","op":"greater","value":10} | no
{"field":"var:t","op":"present"} | {"field":"var:t","op":"less","value":10} | yes
{"field":"var:a","op":"in","value":[1, 2.0]} | {"field":"var:a","op":"equals","value":2} | yes
{"field":"var:a","op":"contains","value":".0"} | {"field":"var:a","op":"equals","value":1.0} | no
{"field":"var:a","op":"not_equals","value":5} | {"field":"var:a","op":"less","value":5} | yes
{"field":"var:a","op":"not_equals","value":5} | {"field":"var:a","op":"absent"} | yes
{"not":{"field":"event","op":"equals","value":"a"}} | {"not":{"field":"event","op":"contains","value":"a"}} | yes
{"chance":0.5} | {"chance":0.5} | no
{"field":"call","op":"less","value":3} | {"field":"call","op":"less","value":3} | no
{"field":"event","op":"matches","value":"^a"} | {"field":"event","op":"equals","value":"ab"} | yes
"#;

#[test]
fn a_rule_below_one_that_takes_all_its_turns_is_shadowed() {
    for row in ABOVE_AND_BELOW.trim().lines() {
        let cells: Vec<&str> = row.split(" | ").collect();
        let [above, below, wanted] = cells.as_slice() else {
            panic!("{row}")
        };
        let set = of_texts(&[above, below]);
        assert_eq!(
            set.findings()[1].shadowed_by.is_some(),
            *wanted == "yes",
            "{row}"
        );
    }
    let pass = json!({"sequence": {"replies": [{}], "end": "pass"}});
    let all = json!({"all": []});
    let rules = set(&[(all.clone(), pass), (all, json!({"reply": {}}))]);
    assert_eq!(
        rules.findings()[1].shadowed_by,
        None,
        "a sequence that passes shadows nothing"
    );
}

/// Rules of conditions whose numbers keep their digits.
fn of_texts(conditions: &[&str]) -> RuleSet {
    let rules = conditions.iter().enumerate().map(|(index, when)| {
        let rule =
            format!(r#"{{"version":1,"id":"{index}","when":{when},"then":{{"reply":{{}}}}}}"#);
        Arc::new(CompiledRule::from_json(&rule).unwrap())
    });
    RuleSet::new(rules.collect())
}

/// Conditions that have to hold together, and whether they never do.
const TOGETHER: &str = r#"
{"field":"event","op":"equals","value":"a"},{"field":"event","op":"equals","value":"b"} | never
{"field":"event","op":"in","value":["a","b"]},{"field":"event","op":"in","value":["c"]} | never
{"field":"user","op":"present"},{"field":"user","op":"absent"} | never
{"field":"var:a","op":"less","value":5},{"field":"var:a","op":"greater","value":5} | never
{"field":"var:a","op":"less","value":5},{"field":"var:a","op":"greater","value":4} | perhaps
{"field":"var:a[*]","op":"equals","value":1},{"field":"var:a[*]","op":"equals","value":2} | perhaps
{"field":"header:A","op":"equals","value":"1"},{"field":"header:A","op":"equals","value":"2"} | perhaps
{"field":"var:\"a b\"","op":"equals","value":1},{"field":"var:\"a b\"","op":"equals","value":2} | perhaps
{"field":"call","op":"less","value":3},{"field":"call","op":"greater","value":1} | perhaps
{"field":"call","op":"less","value":3},{"field":"call","op":"greater","value":2} | never
{"field":"call","op":"less","value":1} | never
{"field":"var:a","op":"in","value":[]} | never
{"any":[]} | never
{"field":"event","op":"equals","value":"a"},{"not":{"field":"event","op":"contains","value":"A"}} | never
{"chance":0} | never
"#;

#[test]
fn conditions_that_exclude_each_other_are_named() {
    for row in TOGETHER.trim().lines() {
        let (parts, wanted) = row.split_once(" | ").unwrap();
        let set = of_texts(&[&format!(r#"{{"all":[{parts}]}}"#)]);
        assert_eq!(
            set.findings()[0].never.is_some(),
            wanted == "never",
            "{row}"
        );
    }
    let (first, _) = TOGETHER.trim().split_once(" | ").unwrap();
    let set = of_texts(&[&format!(r#"{{"all":[{first}]}}"#)]);
    let never = set.findings().remove(0).never.unwrap();
    assert_eq!(
        never.text(Lang::Ru),
        "Никогда не сработает: событие — это «a», и при этом событие — это «b»; так не бывает."
    );
}

const VALUES: [&str; 9] = [
    "1", "1.0", "2", "\"1\"", "\"a\"", "\"A b\"", "null", "[1, 2]", "[]",
];

const FIELDS: [&str; 9] = [
    "var:a",
    "var:b",
    "var:a[*]",
    "var:a.b",
    "var:\"c\"",
    "event",
    "user",
    "header:H",
    "call",
];

fn leaf() -> impl Strategy<Value = Value> {
    let json_value = || prop::sample::select(&VALUES[..]);
    let fields = prop::sample::select(&FIELDS[..]);
    let ops = prop::sample::select(
        &[
            "equals",
            "not_equals",
            "contains",
            "matches",
            "present",
            "absent",
            "less",
            "greater",
            "in",
            "changed",
            "every",
        ][..],
    );
    (fields, ops, json_value(), json_value(), 0..4_u32).prop_map(|(field, op, one, two, number)| {
        let parse = |text: &str| serde_json::from_str::<Value>(text).unwrap();
        let text = |json: &str| match parse(json) {
            Value::String(text) => json!(text),
            other => json!(other.to_string()),
        };
        let is_json = field.starts_with("var:");
        let value = |json: &str| match (field, is_json) {
            ("call", _) => json!(number),
            (_, true) => parse(json),
            (_, false) => text(json),
        };
        match op {
            "contains" | "matches" if field == "call" => {
                json!({"field": field, "op": "equals", "value": number})
            }
            "present" | "absent" if field == "call" => {
                json!({"field": field, "op": "less", "value": number})
            }
            "contains" | "matches" => {
                let part = text(one).as_str().unwrap().replace(['[', ']', ','], "");
                json!({"field": field, "op": op, "value": part})
            }
            "less" | "greater" => json!({"field": field, "op": op, "value": number}),
            "in" => json!({"field": field, "op": op, "value": [value(one), value(two)]}),
            "every" if field == "call" => json!({"field": field, "op": op, "value": number + 1}),
            "changed" if is_json => json!({"field": field, "op": op}),
            "every" | "changed" => json!({"field": field, "op": "not_equals", "value": value(one)}),
            "present" | "absent" => json!({"field": field, "op": op}),
            _ => json!({"field": field, "op": op, "value": value(one)}),
        }
    })
}

fn condition() -> impl Strategy<Value = Value> {
    let one = prop_oneof![8 => leaf(), 1 => Just(json!({"chance": 0.5}))];
    one.prop_recursive(3, 12, 3, |inner| {
        let list = || prop::collection::vec(inner.clone(), 0..4);
        prop_oneof![
            3 => list().prop_map(|all| json!({"all": all})),
            2 => list().prop_map(|any| json!({"any": any})),
            1 => inner.clone().prop_map(|not| json!({"not": not})),
        ]
    })
}

/// A reply, or a sequence of two with an end.
fn action() -> impl Strategy<Value = Value> {
    let end = prop::sample::select(&["last", "loop", "pass"][..]);
    let sequence = end.prop_map(|end| json!({"sequence": {"replies": [{}, {}], "end": end}}));
    prop_oneof![Just(json!({"reply": {}})), sequence]
}

/// A turn: variables now and before, event, user, headers, how many calls came, and the exchange.
type Given = (
    Vec<Option<&'static str>>,
    Vec<Option<&'static str>>,
    Option<&'static str>,
    Option<&'static str>,
    Vec<&'static str>,
    u64,
    u64,
);

fn given() -> impl Strategy<Value = Given> {
    let values = || prop::collection::vec(prop::option::of(prop::sample::select(&VALUES[..])), 5);
    let text = || prop::option::of(prop::sample::select(&["1", "1.0", "a", "A b", "2"][..]));
    let many = prop::collection::vec(prop::sample::select(&["1", "a", "2"][..]), 0..3);
    (values(), values(), text(), text(), many, 0..4_u64, 0..6_u64)
}

fn variables(values: &[Option<&'static str>]) -> Vec<FactVariable<'static>> {
    let named = ["a", "b", "a.b", "c", "\"c\""].into_iter().zip(values);
    named
        .filter_map(|(name, json)| {
            Some(FactVariable {
                name,
                json: (*json)?,
            })
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    /// Also: what is explained is what is decided, and deciding is a function.
    #[test]
    fn nothing_is_claimed_that_a_turn_disproves(
        conditions in prop::collection::vec(condition(), 1..5),
        actions in prop::collection::vec(action(), 5),
        turns in prop::collection::vec(given(), 1..12),
    ) {
        let rules: Vec<_> = conditions.into_iter().zip(actions).collect();
        let set = set(&rules);
        let findings = set.findings();
        for (now, before, event, user, many, calls, exchange) in turns {
            let (now, before) = (variables(&now), variables(&before));
            let headers = many.iter().map(|value| ("H", *value)).collect();
            let previous = PreviousTurn { event, variables: &before };
            let facts = Facts {
                event, user, headers: Some(&headers), variables: &now, previous: Some(previous),
                ..Facts::default()
            };
            let mut states = StatesInMemory::default();
            let changes: Vec<_> = (0..rules.len()).map(|rule| StateChange {
                rule: rule.to_string(), key: user.unwrap_or_default().to_owned(),
                before: RuleState::default(), after: RuleState { calls, position: u32::try_from(calls).unwrap() }, is_used: true,
            }).collect();
            states.apply(&changes);
            let turn = Turn { exchange, ..Turn::default() };
            let explained = set.explain(&facts, &states, turn);
            for (index, finding) in findings.iter().enumerate() {
                if !explained[index].matched {
                    prop_assert_eq!(explained[index].failed.is_none(), explained[index].finished);
                    continue;
                }
                prop_assert!(explained[index].failed.is_none());
                prop_assert!(finding.never.is_none(), "{} matched: {}", rules[index].0, finding.never.as_ref().unwrap());
                if let Some(above) = &finding.shadowed_by {
                    let above: usize = above.parse().unwrap();
                    prop_assert!(explained[above].matched, "{} over {}", rules[above].0, rules[index].0);
                }
            }
            let choice = set.choose(&facts, &states, turn);
            let first = explained.iter().position(|one| one.matched);
            prop_assert_eq!(choice.taken.map(|taken| taken.index), first);
            prop_assert_eq!(set.choose(&facts, &states, turn), choice.clone());
            // Each change begins where the states are, and counts one call.
            for change in &choice.changes {
                prop_assert_eq!(change.before, states.get(&change.rule, &change.key));
                prop_assert_eq!(change.after.calls, change.before.calls + 1);
            }
            // What was recorded with the turn explains it when the states have moved on.
            let recorded = RecordedState::of_changes(&choice.changes);
            states.apply(&choice.changes);
            let again = set.explain(&facts, &RecordedStates::new(&recorded, &states), turn);
            for (then, now) in explained.iter().zip(&again) {
                if !now.counters_of_today {
                    let now = Explanation { counters_of_today: false, ..now.clone() };
                    prop_assert_eq!(then, &now);
                }
            }
        }
    }
}
