use serde_json::{Value, json};
use std::sync::Arc;

use super::*;
use crate::facts::{FactVariable, Needs, PreviousTurn};
use crate::state::{RecordedState, RecordedStates, StatesInMemory};

const VARIABLES: &[FactVariable<'_>] = &[
    FactVariable {
        name: "n",
        json: "50",
    },
    FactVariable {
        name: "big",
        json: "9007199254740993",
    },
    FactVariable {
        name: "price",
        json: "1290.00",
    },
    FactVariable {
        name: "city",
        json: "\"\\u041aазань\"",
    },
    FactVariable {
        name: "none",
        json: "null",
    },
    FactVariable {
        name: "cart",
        json: "[{\"sku\": \"A\", \"n\": 1}, {\"sku\": \"B\"}]",
    },
    FactVariable {
        name: "empty",
        json: "[]",
    },
    FactVariable {
        name: "address",
        json: "{\"city\": \"Тула\", \"old\": 1, \"old\": 2}",
    },
    FactVariable {
        name: "a.b",
        json: "7",
    },
    FactVariable {
        name: "broken",
        json: "{\"x\":",
    },
];

fn facts<'a>(headers: &'a protocol::Headers, previous: Option<PreviousTurn<'a>>) -> Facts<'a> {
    Facts {
        method: "POST",
        path: "/hook",
        query: Some("a=1&b=%D0%9F+x&a=2"),
        headers: Some(headers),
        platform: "graph",
        source: "tunnel",
        event: Some("checkOrder"),
        user: Some("77"),
        conversation: Some("c1"),
        body: Some("{\"n\": 50}"),
        variables: VARIABLES,
        previous,
    }
}

fn headers() -> protocol::Headers {
    [("X-Id", "abc"), ("X-Many", "1"), ("x-many", "2")]
        .into_iter()
        .collect()
}

fn rule(id: &str, when: &Value, then: &Value) -> Arc<CompiledRule> {
    let rule = json!({"version": 1, "id": id, "name": id, "when": when, "then": then});
    Arc::new(CompiledRule::from_json(&rule.to_string()).unwrap())
}

fn reply(body: &str) -> Value {
    json!({"reply": {"body": body}})
}

/// Of a condition's text: its numbers keep their digits.
fn holds(when: &str) -> bool {
    let before = [
        FactVariable {
            name: "n",
            json: "50.0",
        },
        FactVariable {
            name: "city",
            json: "\"Москва\"",
        },
        FactVariable {
            name: "gone",
            json: "1",
        },
    ];
    let previous = PreviousTurn {
        event: Some("start"),
        variables: &before,
    };
    let headers = headers();
    let facts = facts(&headers, Some(previous));
    let rule = format!(r#"{{"version":1,"when":{when},"then":{{"reply":{{}}}}}}"#);
    let set = RuleSet::new(vec![Arc::new(CompiledRule::from_json(&rule).unwrap())]);
    let states = StatesInMemory::default();
    let matched = set.choose(&facts, &states, Turn::default()).taken.is_some();
    let explained = &set.explain(&facts, &states, Turn::default())[0];
    assert_eq!(explained.matched, matched, "{when}");
    assert_eq!(explained.failed.is_none(), matched, "{when}");
    matched
}

fn test(field: &str, op: &str, value: Value) -> Value {
    let mut test = json!({"field": field, "op": op});
    if !value.is_null() {
        test["value"] = value;
    }
    test
}

/// Field, operator, value and whether it holds.
const CONDITIONS: &str = r#"
event | equals | "checkOrder" | yes
event | equals | "checkorder" | no
event | not_equals | "pay" | yes
event | contains | "ORDER" | yes
event | matches | "^check[A-Z]" | yes
event | in | ["pay", "checkOrder"] | yes
event | in | [] | no
method | equals | "POST" | yes
path | contains | "hook" | yes
platform | equals | "graph" | yes
source | in | ["webhook"] | no
user | less | 100 | yes
user | greater | 77 | no
body | contains | "\"N\"" | yes
body | schema | {"required": ["n"]} | yes
body | schema | {"required": ["m"]} | no
prev:event | equals | "start" | yes
header:x-ID | equals | "abc" | yes
header:X-Many | equals | "2" | yes
header:X-Many | not_equals | "2" | yes
header:X-None | absent | | yes
header:X-None | not_equals | "2" | yes
query:a | equals | "2" | yes
query:b | equals | "П x" | yes
query:c | present | | no
var:n | equals | 50 | yes
var:n | equals | "50" | no
var:n | changed | | no
var:city | changed | | yes
var:gone | changed | | yes
var:new | changed | | no
var:big | equals | 9007199254740993 | yes
var:big | equals | 9007199254740992 | no
var:big | greater | 9007199254740992 | yes
var:price | equals | 1290 | yes
var:city | equals | "Казань" | yes
var:city | equals | "казань" | no
var:city | contains | "КАЗ" | yes
var:city | matches | "^Ка.ань$" | yes
var:city | in | ["Тула", "Казань"] | yes
var:none | present | | yes
var:none | equals | null | yes
var:missing | present | | no
var:missing | absent | | yes
var:missing | not_equals | 1 | yes
var:missing.deep | absent | | yes
var:City | absent | | yes
var:address.city | equals | "Тула" | yes
var:address.old | equals | 2 | yes
var:a.b | equals | 7 | yes
var:a.b | absent | | no
var:broken | present | | yes
var:broken.x | absent | | yes
var:cart[0].sku | equals | "A" | yes
var:cart[2] | absent | | yes
var:cart[*].sku | equals | "B" | yes
var:cart[*].sku | equals | "C" | no
var:cart[*].sku | not_equals | "A" | yes
var:cart[*].n | absent | | yes
var:empty[*] | absent | | no
var:empty[*].x | not_equals | 1 | no
var:empty[*] | present | | no
var:cart | schema | {"type": "array", "minItems": 2} | yes
call | equals | 1 | yes
call | every | 2 | no
call | less | 2 | yes
call | in | [1, 3] | yes
"#;

#[test]
fn conditions_hold_and_fail_as_the_contract_says() {
    for row in CONDITIONS.trim().lines() {
        let [field, op, value, wanted] = cells(row);
        let value = if value.is_empty() {
            String::new()
        } else {
            format!(r#","value":{value}"#)
        };
        let when = format!(r#"{{"field":"{field}","op":"{op}"{value}}}"#);
        assert_eq!(holds(&when), wanted == "yes", "{row}");
        assert_eq!(
            holds(&format!(r#"{{"not":{when}}}"#)),
            wanted == "no",
            "not {row}"
        );
        let nested = format!(r#"{{"all":[{{"any":[{when}]}}]}}"#);
        assert_eq!(holds(&nested), wanted == "yes", "{row}");
    }
}

/// The cells of a row of a table.
fn cells<const N: usize>(row: &str) -> [&str; N] {
    let cells: Vec<&str> = row.split(" |").map(str::trim).collect();
    cells.try_into().unwrap_or_else(|_| panic!("{row}"))
}

#[test]
fn groups_nest_and_empty_ones_hold_always_and_never() {
    let yes = test("event", "present", Value::Null);
    let no = test("event", "absent", Value::Null);
    for (when, wanted) in [
        (json!({"all": []}), true),
        (json!({"any": []}), false),
        (json!({"not": {"any": []}}), true),
        (json!({"all": [yes, no]}), false),
        (json!({"any": [no, yes]}), true),
        (json!({"all": [yes, {"not": {"all": [yes, no]}}]}), true),
        (json!({"chance": 0}), false),
        (json!({"chance": 1}), true),
    ] {
        assert_eq!(holds(&when.to_string()), wanted, "{when}");
    }
}

/// Which rules answer one turn after the other, by their ids; each turn's states are written.
fn walk(set: &RuleSet, users: &[&str]) -> Vec<String> {
    let headers = headers();
    let mut states = StatesInMemory::default();
    let turns = users.iter().enumerate().map(|(number, user)| {
        let facts = Facts {
            user: (!user.is_empty()).then_some(*user),
            ..facts(&headers, None)
        };
        let turn = Turn {
            exchange: number as u64 + 1,
            ..Turn::default()
        };
        let choice = set.choose(&facts, &states, turn);
        let again = set.choose(&facts, &states, turn);
        assert_eq!(choice, again, "choosing is a function");
        states.apply(&choice.changes);
        match choice.taken {
            None => String::new(),
            Some(taken) => match set.prepare(&taken, &facts, turn).chosen {
                Chosen::Reply(reply) => {
                    let body = reply.answer.unwrap().body;
                    String::from_utf8(body.beginning().to_vec()).unwrap()
                }
                other => format!("{other:?}"),
            },
        }
    });
    turns.collect()
}

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
fn each_action_is_prepared() {
    let headers = headers();
    let facts = facts(&headers, None);
    let chosen = |then: Value| {
        let set = RuleSet::new(vec![rule("r", &json!({"all": []}), &then)]);
        let choice = set.choose(&facts, &StatesInMemory::default(), Turn::default());
        let matched = set.prepare(&choice.taken.unwrap(), &facts, Turn::default());
        (matched.chosen, matched.after)
    };
    let (reply, after) = chosen(json!({
        "reply": {"status": 201, "body": "{\"n\": {{ vars.n + call }}}", "template": true, "delay_ms": [5, 9]},
        "after": [{"url": "http://127.0.0.1:1/x", "body": "{\"u\": {{ user }}}", "template": true, "delay_ms": 3}],
    }));
    let Chosen::Reply(reply) = reply else {
        panic!("{reply:?}")
    };
    let answer = reply.answer.unwrap();
    assert_eq!(
        (answer.status, answer.body.beginning().as_ref()),
        (201, &b"{\"n\": 51}"[..])
    );
    assert_eq!(
        answer.headers.get("content-type").unwrap(),
        protocol::DEFAULT_CONTENT_TYPE
    );
    assert!((5..=9).contains(&reply.delay_ms));
    assert_eq!(
        (after[0].body.as_deref().unwrap(), after[0].delay_ms),
        ("{\"u\": \"77\"}", 3)
    );
    let (hold, _) = chosen(json!({"hold": {"seconds": 15, "fallback": "last"}}));
    assert!(
        matches!(
            hold,
            Chosen::Hold(PreparedHold {
                seconds: Some(15),
                ..
            })
        ),
        "{hold:?}"
    );
    let (fault, _) = chosen(json!({"fault": {"kind": "reset"}}));
    assert!(matches!(fault, Chosen::Fault(protocol::FaultKind::Reset)));
    let patch = json!({"set": {"n": "{{ answer.n * 2 }}", "who": "{{ user }}"}, "remove": ["debug"], "template": true});
    let (forward, _) =
        chosen(json!({"forward": {"upstream": "http://127.0.0.1:5000", "patch": patch}}));
    let Chosen::Forward(forward) = forward else {
        panic!("{forward:?}")
    };
    let patched = forward
        .patch
        .unwrap()
        .apply("{\"n\": 1.50, \"debug\": 1, \"z\": [ ]}", &facts)
        .unwrap();
    assert_eq!(patched, "{\"n\": 3.0, \"z\": [ ], \"who\": \"77\"}");
}

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
fn what_is_not_found_out_is_named_and_neither_holds_nor_fails() {
    // More states than the automaton may have, over a text that makes it need them all.
    let mut state: u64 = 1;
    let bits: String = (0..200_000)
        .map(|_| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            if state >> 63 == 1 { '1' } else { '0' }
        })
        .collect();
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
        ..Needs::default()
    };
    assert_eq!(set.needs(None), any);
    let pay = Needs {
        previous_turn: true,
        variables: true,
        ..any
    };
    assert_eq!(set.needs(Some("pay")), pay);
    assert_eq!(set.needs(Some("ask")), Needs { body: true, ..any });
    let talk = Needs {
        conversation: true,
        ..any
    };
    assert_eq!(set.needs(Some("talk")), talk);
}
