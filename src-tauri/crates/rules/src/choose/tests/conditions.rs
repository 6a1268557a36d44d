//! What each operator says of each field, and groups of conditions.

use super::*;

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
