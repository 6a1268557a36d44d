//! Conditions that take longer to judge than a turn may wait.

use super::*;

#[test]
fn what_is_not_found_out_is_named_and_neither_holds_nor_fails() {
    // More states than an automaton may have, and a worst case beyond the budget.
    let bits = "10".repeat(50_000);
    let exploding = test("body", "matches", json!("(?:1[01]{300}){3}x|!y"));
    let yes = test("event", "present", Value::Null);
    let no = test("event", "absent", Value::Null);
    let facts = Facts {
        event: Some("pay"),
        body: Some(&bits),
        ..Facts::default()
    };
    let rows = [
        (json!({"all": [yes, exploding]}), Some("/when/all/1")),
        (json!({"not": exploding}), Some("/when/not")),
        (json!({"all": [exploding, no]}), None),
        (json!({"any": [no, exploding]}), Some("/when/any/1")),
        // The last one answers all the same.
        (json!({"any": [exploding, yes]}), None),
    ];
    let rules = rows.iter().enumerate();
    let rules = rules.map(|(index, (when, _))| rule(&index.to_string(), when, &reply("{}")));
    let set = RuleSet::new(rules.collect());
    let states = StatesInMemory::default();
    let choice = set.choose(&facts, &states, Turn::default());
    assert_eq!(choice.taken.map(|taken| taken.index), Some(rows.len() - 1));
    let named = choice.unjudged.iter();
    let named: Vec<_> = named
        .map(|one| (one.rule.as_str(), one.pointer.as_str()))
        .collect();
    assert_eq!(
        named,
        [
            ("0", "/when/all/1"),
            ("1", "/when/not"),
            ("3", "/when/any/1")
        ]
    );
    let explained = set.explain(&facts, &states, Turn::default());
    for (explained, (when, pointer)) in explained.iter().zip(&rows) {
        let failed = explained.failed.as_ref().filter(|failed| failed.unjudged);
        assert_eq!(
            failed.map(|failed| failed.pointer.as_str()),
            *pointer,
            "{when}"
        );
    }
}

/// Each of many rules asks something else of one long text.
#[test]
fn all_rules_share_one_budget_so_that_the_first_ones_are_judged_and_the_others_named() {
    const RULES: usize = 1_000;
    let body = "a".repeat(1 << 20);
    let facts = Facts {
        event: Some("pay"),
        body: Some(&body),
        ..Facts::default()
    };
    let rules = (0..RULES).map(|number| {
        let when = test("body", "contains", json!(format!("b{number}")));
        rule(&number.to_string(), &when, &reply("{}"))
    });
    let last = rule("last", &test("event", "equals", json!("pay")), &reply("x"));
    let set = RuleSet::new(rules.chain([last]).collect());
    let choice = set.choose(&facts, &StatesInMemory::default(), Turn::default());
    assert_eq!(choice.taken.map(|taken| taken.index), Some(RULES));
    let judged = RULES - choice.unjudged.len();
    assert!((1..RULES).contains(&judged), "{judged}");
    assert_eq!(choice.unjudged[0].rule, judged.to_string());
    assert!(choice.unjudged.iter().all(|one| one.pointer == "/when"));
}
