//! Rules that are not asked are those that would not have answered.

use proptest::prelude::*;

use super::*;

/// A test of a field that has one of its values in some turn, in one of its spellings.
fn leaf() -> impl Strategy<Value = Value> {
    let texts = prop_oneof![
        Just(json!("checkOrder")),
        Just(json!("77")),
        Just(json!("POST")),
        Just(json!("1")),
        Just(json!("nobody")),
    ];
    let texts = ("(event|user|method|path|header:X-Many|query:a)", texts)
        .prop_map(|(field, value)| test(&field, "equals", value));
    let values = prop_oneof![
        Just(json!(50)),
        Just(json!(1290)),
        Just(json!(1290.0)),
        Just(json!("Казань")),
        Just(json!("A")),
        Just(json!(null)),
        Just(json!(1)),
    ];
    let fields = "var:(n|price|city|none|address\\.old|a\\.b|missing)|var:cart\\[\\*\\]\\.(sku|n)";
    let values =
        (fields, values, proptest::prelude::any::<bool>()).prop_map(|(field, value, several)| {
            match several {
                true => json!({"field": field, "op": "in", "value": [value, "x"]}),
                false => json!({"field": field, "op": "equals", "value": value}),
            }
        });
    let others = prop_oneof![
        Just(test("var:n", "less", json!(60))),
        Just(test("call", "greater", json!(0))),
        Just(json!({"all": []})),
    ];
    prop_oneof![texts, values, others]
}

fn condition() -> impl Strategy<Value = Value> {
    let group = |name: &'static str| {
        proptest::collection::vec(leaf(), 1..4).prop_map(move |parts| json!({name: parts}))
    };
    prop_oneof![leaf(), group("all"), group("all"), group("any")]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    /// Behind two negations a condition is the same, and no gate.
    #[test]
    fn what_is_chosen_does_not_depend_on_gates(whens in proptest::collection::vec(condition(), 1..6)) {
        let set = |wrap: fn(&Value) -> Value| {
            let rules = whens.iter().enumerate();
            let rules = rules.map(|(number, when)| rule(&number.to_string(), &wrap(when), &reply("{}")));
            RuleSet::new(rules.collect())
        };
        let (gated, open) = (set(Value::clone), set(|when| json!({"not": {"not": when}})));
        let headers = headers();
        let states = StatesInMemory::default();
        for (event, user) in [(Some("checkOrder"), Some("77")), (None, Some("1")), (Some("1"), None)] {
            let facts = Facts { event, user, ..facts(&headers, None) };
            let one = gated.choose(&facts, &states, Turn::default());
            let other = open.choose(&facts, &states, Turn::default());
            prop_assert_eq!(one.taken, other.taken);
            prop_assert_eq!(one.changes, other.changes);
        }
    }
}

#[test]
fn of_a_thousand_rules_a_turn_is_asked_for_those_that_it_may_fit() {
    let rules = (0..1000).map(|number| {
        let user = test("user", "equals", json!(format!("nobody {number}")));
        let when = json!({"all": [test("method", "equals", json!("POST")), user]});
        rule(&number.to_string(), &when, &reply("{}"))
    });
    let last = rule(
        "last",
        &json!({"all": [test("user", "equals", json!("77"))]}),
        &reply("{}"),
    );
    let set = RuleSet::new(rules.chain([last]).collect());
    let headers = headers();
    let facts = facts(&headers, None);
    let evaluator = Evaluator::new(&set, &facts, Turn::default());
    assert_eq!(set.candidates(&evaluator.reading), [1000]);
}
