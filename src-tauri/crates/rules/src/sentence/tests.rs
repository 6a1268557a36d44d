use messages::Lang;
use serde_json::{Value, json};

use super::*;

#[expect(
    clippy::needless_pass_by_value,
    reason = "a literal reads better without a reference"
)]
fn said(when: Value, then: Value) -> (String, String) {
    let rule = json!({"version": 1, "name": "r", "when": when, "then": then});
    let sentence = CompiledRule::from_json(&rule.to_string())
        .unwrap()
        .sentence();
    (sentence.text(Lang::Ru), sentence.text(Lang::En))
}

#[test]
fn a_rule_is_said_in_both_languages() {
    let test =
        |field: &str, op: &str, value: Value| json!({"field": field, "op": op, "value": value});
    let order = json!({"all": [
        test("event", "equals", json!("checkOrder")),
        test("var:order_id", "present", Value::Null),
        test("var:city", "in", json!(["Казань", "Москва"])),
    ]});
    for (when, then, ru, en) in [
        (
            order,
            json!({"reply": {"body": "{{ call }}", "template": true}}),
            "Если событие — это «checkOrder», есть order_id и city — это «Казань» или «Москва», ответить 200 по шаблону.",
            "If the event is “checkOrder”, there is order_id and city is “Казань” or “Москва”, answer 200 by the template.",
        ),
        (
            test("event", "contains", json!("Оплата")),
            json!({"forward": {"patch": {"set": {"discount": "1"}, "remove": ["debug"]}}}),
            "Если событие содержит «Оплата», переслать на мой сервер, в его ответе поставить discount, из его ответа убрать debug.",
            "If the event contains “Оплата”, forward to my server, set discount in its answer, remove debug from its answer.",
        ),
        (
            json!({"all": [test("var:total", "greater", json!(1000)), {"any": [test("user", "absent", Value::Null), {"not": test("call", "every", json!(3))}]}]}),
            json!({"hold": {"seconds": 15}}),
            "Если total больше 1000 и (нет пользователя или неверно, что номер вызова делится на 3), удержать 15 с.",
            "If total is greater than 1000 and (there is no user or it is not so that the call's number is a multiple of 3), hold for 15 s.",
        ),
        (
            json!({"chance": 0.07}),
            json!({"fault": {"kind": "close"}}),
            "В 7 % ходов закрыть соединение, не ответив ни байта.",
            "In 7 % of turns close the connection before any byte.",
        ),
        (
            json!({"all": [{"chance": 0.5}, test("event", "equals", json!("pay"))]}),
            json!({"fault": {"kind": "reset"}}),
            "Если событие — это «pay», в 50 % ходов сбросить соединение.",
            "If the event is “pay”, in 50 % of turns reset the connection.",
        ),
        (
            json!({"any": [{"chance": 0.125}, test("user", "equals", json!("77"))]}),
            json!({"hold": {}}),
            "Если выпал шанс 12.5 % или пользователь — это «77», спросить меня.",
            "If a chance of 12.5 % strikes or the user is “77”, ask me.",
        ),
        (
            json!({"all": []}),
            json!({"sequence": {"replies": [{}, {}], "end": "loop"}, "after": [{"url": "http://a/b"}]}),
            "Всегда ответить по очереди (ответов: 2), дальше сначала, потом вызвать http://a/b.",
            "Always give 2 answers in turn, then begin again, then call http://a/b.",
        ),
        (
            test("var:city", "changed", Value::Null),
            json!({"reply": {"body": "{\"delivery\": null}", "delay_ms": [5, 9]}}),
            "Если city не то же, что в прошлом ходе, ответить 200 {\"delivery\": null} через 5–9 мс.",
            "If city is not what it was in the turn before, answer 200 {\"delivery\": null} after 5–9 ms.",
        ),
    ] {
        assert_eq!(said(when, then), (ru.to_owned(), en.to_owned()));
    }
}

#[test]
fn every_operator_field_and_fault_has_words() {
    for (field, op, value) in [
        ("header:X", "matches", json!("^a")),
        ("query:q", "absent", Value::Null),
        ("prev:event", "not_equals", json!("x")),
        ("body", "schema", json!(true)),
        ("method", "in", json!([])),
        ("path", "absent", Value::Null),
        ("platform", "absent", Value::Null),
        ("source", "absent", Value::Null),
        ("var:a.b", "less", json!(2)),
    ] {
        let condition = json!({"field": field, "op": op, "value": value});
        for kind in FaultKind::ALL {
            let (ru, en) = said(condition.clone(), json!({"fault": {"kind": kind.as_str()}}));
            assert!(
                ru.starts_with("Если ") && en.starts_with("If "),
                "{ru} {en}"
            );
            assert!(!ru.contains('{') && !en.contains('{'), "{ru} {en}");
        }
    }
}
