use serde_json::{Value, json};

use super::*;
use crate::state::{RuleState, States};

#[expect(
    clippy::needless_pass_by_value,
    reason = "a literal reads better without a reference"
)]
fn rule(id: Option<&str>, when: Value, then: Value) -> Rule {
    let mut rule = json!({"version": 1, "when": when, "then": then});
    if let Some(id) = id {
        rule["id"] = json!(id);
    }
    Rule::from_json(&rule.to_string()).unwrap()
}

fn set(rules: Vec<Rule>) -> RuleSet {
    let rules = rules.into_iter();
    let compiled = rules.map(|rule| Arc::new(CompiledRule::new(rule).unwrap()));
    RuleSet::new(compiled.collect())
}

/// Whether the draft takes each turn, and the body of what would have gone out.
fn walked(preview: &mut Preview, events: &[&str]) -> Vec<(bool, String)> {
    let turns = events.iter().enumerate().map(|(number, event)| {
        let facts = Facts {
            event: Some(event),
            ..Facts::default()
        };
        let turn = Turn {
            exchange: number as u64,
            ..Turn::default()
        };
        let turn = preview.turn(&facts, turn);
        let body = match turn.answer {
            PreviewedAnswer::Reply(answer) => {
                String::from_utf8(answer.body.beginning().to_vec()).unwrap()
            }
            PreviewedAnswer::Unmatched => "unmatched".to_owned(),
            PreviewedAnswer::Failed(_) => "failed".to_owned(),
            PreviewedAnswer::Unknown => "unknown".to_owned(),
        };
        (turn.matched, body)
    });
    turns.collect()
}

fn event(event: &str) -> Value {
    json!({"field": "event", "op": "equals", "value": event})
}

#[test]
fn a_draft_counts_from_nothing_and_leaves_the_states_of_rules_alone() {
    let replies = json!({"sequence": {"replies": [{"body": "1"}, {"body": "2"}], "end": "pass"}});
    let below = rule(
        Some("below"),
        json!({"all": []}),
        json!({"reply": {"body": "below"}}),
    );
    let set = set(vec![below]);
    let mut preview = Preview::new(&set, rule(None, event("pay"), replies)).unwrap();
    let said = walked(&mut preview, &["pay", "start", "pay", "pay"]);
    let said: Vec<_> = said
        .iter()
        .map(|(matched, body)| (*matched, body.as_str()))
        .collect();
    let wanted = [(true, "1"), (false, "below"), (true, "2"), (false, "below")];
    assert_eq!(said, wanted);
    assert_eq!(
        StatesInMemory::default().get("below", ""),
        RuleState::default()
    );
}

#[test]
fn a_draft_with_a_known_id_stands_in_that_rules_place() {
    let above = rule(
        Some("above"),
        event("pay"),
        json!({"reply": {"body": "above"}}),
    );
    let old = rule(
        Some("old"),
        json!({"all": []}),
        json!({"reply": {"body": "old"}}),
    );
    let set = set(vec![above, old]);
    let draft = |id| {
        let mut draft = rule(id, json!({"all": []}), json!({"reply": {"body": "new"}}));
        draft.enabled = false;
        draft
    };
    let mut replaced = Preview::new(&set, draft(Some("old"))).unwrap();
    let wanted = [(false, "above".to_owned()), (true, "new".to_owned())];
    assert_eq!(walked(&mut replaced, &["pay", "x"]), wanted);
    let mut on_top = Preview::new(&set, draft(Some("other"))).unwrap();
    assert_eq!(walked(&mut on_top, &["pay"]), [(true, "new".to_owned())]);
}

#[test]
fn what_nobody_knows_beforehand_is_said_so() {
    let then = [
        (json!({"hold": {}}), "unknown"),
        (json!({"forward": {}}), "unknown"),
        (json!({"fault": {"kind": "close"}}), "unknown"),
        (
            json!({"reply": {"body": "{{ vars.x }}", "template": true}}),
            "failed",
        ),
    ];
    for (then, wanted) in then {
        let draft = rule(None, json!({"all": []}), then.clone());
        let mut preview = Preview::new(&set(Vec::new()), draft).unwrap();
        assert_eq!(
            walked(&mut preview, &["pay"]),
            [(true, wanted.to_owned())],
            "{then}"
        );
    }
    let wrong = rule(
        None,
        json!({"all": []}),
        json!({"reply": {"body": "{{", "template": true}}),
    );
    assert!(Preview::new(&set(Vec::new()), wrong).is_err());
}
