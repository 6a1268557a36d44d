use messages::{Lang, Say};
use serde_json::{Value, json};

use super::*;
use crate::compiled::CompiledRule;
use crate::error::RuleErrorKind;

const RULE: &str = r#"{"version":1,"id":"a","name":"City known","enabled":true,"scope":"user","when":{"all":[{"field":"event","op":"equals","value":"event1"},{"field":"var:address.city","op":"present"},{"field":"var:n","op":"in","value":[1.10,1e2,9007199254740993]}]},"then":{"reply":{"status":200,"headers":[["Content-Type","application/json"]],"body":"{\"n\": {{ vars.n + 1 }}}","template":true,"delay_ms":0}}}"#;

#[test]
fn a_rule_is_read_and_written_with_its_digits() {
    let rule = Rule::from_json(RULE).unwrap();
    assert_eq!(rule.to_json(), RULE);
    let through_serde: Rule = serde_json::from_str(RULE).unwrap();
    assert_eq!(through_serde, rule);
    let spaced = RULE.replace("1.10,1e2", "1.10 ,\n 1e2");
    assert_eq!(
        Rule::from_json(&spaced).unwrap(),
        rule,
        "a value stands on one line"
    );
}

#[test]
fn a_listed_rule_can_be_put_back_as_it_is() {
    let listed = RULE.replacen(
        '{',
        r#"{"hits":3,"last_hit":"x","last_hit_at":null,"users":2,"shadowed_by":null,"never":{"a":[]},"sentence":"If…","#,
        1,
    );
    let rule = Rule::from_json(&listed).unwrap();
    assert_eq!(rule.to_json(), RULE);
    let deeper = RULE.replacen(r#""reply":{"#, r#""reply":{"hits":3,"#, 1);
    assert_eq!(
        Rule::from_json(&deeper).unwrap_err().message().code(),
        "unknown_field"
    );
}

#[test]
fn what_is_left_out_is_what_a_person_expects() {
    let rule = Rule::from_json(r#"{"version":1,"then":{"reply":{}}}"#).unwrap();
    assert!(rule.enabled && rule.id.is_none() && rule.scope == Scope::User);
    assert_eq!(rule.when, Condition::All { all: Vec::new() });
    let Action::Reply(reply) = &rule.then.action else {
        panic!()
    };
    assert_eq!(
        (reply.status, reply.template, reply.delay_ms),
        (200, false, Delay::Fixed(0))
    );
}

#[test]
fn every_action_is_read_and_written() {
    for then in [
        json!({"sequence": {"replies": [{"status": 500, "body": "", "template": false, "delay_ms": [1, 2]}], "end": "pass"}}),
        json!({"hold": {"seconds": 15, "fallback": "last"}}),
        json!({"hold": {}}),
        json!({"forward": {"upstream": "https://h:1/x", "hold": true, "patch": {"set": {"b": "2", "a": "[1.0]"}, "remove": ["c"], "template": false}}}),
        json!({"forward": {"hold": false}}),
        json!({"fault": {"kind": "truncate"}}),
        json!({"fault": {"kind": "slow"}, "after": [{"method": "PUT", "url": "http://h/", "headers": [["A", "b"]], "body": "x", "template": false, "delay_ms": 7}]}),
    ] {
        let text = json!({"version": 1, "name": "", "enabled": true, "scope": "rule", "when": {"any": []}, "then": then});
        let rule = CompiledRule::from_json(&text.to_string()).unwrap();
        let written: Value = serde_json::from_str(&rule.definition().to_json()).unwrap();
        assert_eq!(written, text);
    }
    let text = r#"{"version":1,"then":{"forward":{"patch":{"set":{"b":"2","a":"1"}}}}}"#;
    let json = Rule::from_json(text).unwrap().to_json();
    assert!(
        json.contains(r#""set":{"b":"2","a":"1"}"#),
        "order is kept: {json}"
    );
}

/// The rule with another value at a pointer.
fn with(pointer: &str, value: Value) -> String {
    let mut rule: Value = serde_json::from_str(RULE).unwrap();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    match rule.pointer_mut(parent).unwrap() {
        Value::Object(members) => drop(members.insert(name.to_owned(), value)),
        Value::Array(items) => items[name.parse::<usize>().unwrap()] = value,
        other => panic!("{other}"),
    }
    rule.to_string()
}

/// Where in the rule another value is put, the value, the place of the error and its code.
const REFUSED: &str = r##"
/colour | 1 | /colour | unknown_field
/version | 2 | /version | version
/version | "1" | /version | wrong_type
/enabled | "yes" | /enabled | wrong_type
/scope | "bot" | /scope | not_one_of
/when | [] | /when | wrong_type
/when | {"all": {}} | /when/all | wrong_type
/when | {"all": [], "any": []} | /when | mixed_condition
/when/all/1 | {} | /when/all/1 | missing_field
/when/all/1 | {"field": "event", "op": "present", "x": 1} | /when/all/1/x | unknown_field
/when/all/1/field | "color" | /when/all/1/field | unknown_field_name
/when/all/1/field | "var:" | /when/all/1/field | path
/when/all/1/field | "var:a[" | /when/all/1/field | path
/when/all/1/field | "header:a b" | /when/all/1/field | header_name
/when/all/1/op | "like" | /when/all/1/op | not_one_of
/when/all/1 | {"field": "event", "op": "every", "value": 2} | /when/all/1/op | op_unfit
/when/all/1 | {"field": "event", "op": "changed"} | /when/all/1/op | op_unfit
/when/all/1 | {"field": "event", "op": "schema", "value": {}} | /when/all/1/op | op_unfit
/when/all/1 | {"field": "call", "op": "contains", "value": "1"} | /when/all/1/op | op_unfit
/when/all/1 | {"field": "call", "op": "every", "value": 0} | /when/all/1/value | not_whole
/when/all/1 | {"field": "call", "op": "equals", "value": 1.5} | /when/all/1/value | not_whole
/when/all/1 | {"field": "event", "op": "present", "value": 1} | /when/all/1/value | no_value
/when/all/1 | {"field": "event", "op": "equals"} | /when/all/1 | missing_field
/when/all/1 | {"field": "event", "op": "equals", "value": 1} | /when/all/1/value | wrong_type
/when/all/1 | {"field": "event", "op": "in", "value": ["a", 1]} | /when/all/1/value/1 | wrong_type
/when/all/1 | {"field": "event", "op": "in", "value": "a"} | /when/all/1/value | wrong_type
/when/all/1 | {"field": "var:a", "op": "less", "value": "5"} | /when/all/1/value | wrong_type
/when/all/1 | {"field": "var:a", "op": "matches", "value": "("} | /when/all/1/value | regex
/when/all/1 | {"field": "var:a", "op": "matches", "value": "(?:a{1000}){1000}"} | /when/all/1/value | regex_too_large
/when/all/1 | {"field": "var:a", "op": "schema", "value": []} | /when/all/1/value | wrong_type
/when/all/1 | {"field": "var:a", "op": "schema", "value": {"type": "strin"}} | /when/all/1/value/type | schema
/when/all/1 | {"field": "body", "op": "schema", "value": {"$ref": "http://a/b"}} | /when/all/1/value/$ref | schema_remote
/when/all/1 | {"chance": 1.5} | /when/all/1/chance | chance
/when/all/1 | {"chance": "0.5"} | /when/all/1/chance | wrong_type
/then | {} | /then | one_action
/then | {"reply": {}, "hold": {}} | /then | one_action
/then | {"answer": {}} | /then/answer | unknown_field
/then | {"reply": []} | /then/reply | wrong_type
/then | {"reply": {"status": 199}} | /then/reply/status | not_whole
/then | {"reply": {"headers": {"A": "b"}}} | /then/reply/headers | wrong_type
/then | {"reply": {"headers": [["A"]]}} | /then/reply/headers/0 | header_pair
/then | {"reply": {"headers": [["A", "b"], ["A b", "c"]]}} | /then/reply/headers/1/0 | header_name
/then | {"reply": {"headers": [["A", "b\r\nc"]]}} | /then/reply/headers/0/1 | header_value
/then | {"reply": {"delay_ms": [5]}} | /then/reply/delay_ms | delay_range
/then | {"reply": {"delay_ms": [5, 4]}} | /then/reply/delay_ms | delay_range
/then | {"reply": {"delay_ms": -1}} | /then/reply/delay_ms | not_whole
/then | {"reply": {"body": {}}} | /then/reply/body | wrong_type
/then | {"sequence": {"replies": []}} | /then/sequence/replies | no_replies
/then | {"sequence": {"replies": [{"x": 1}]}} | /then/sequence/replies/0/x | unknown_field
/then | {"hold": {"seconds": 0}} | /then/hold/seconds | not_whole
/then | {"hold": {"fallback": "me"}} | /then/hold/fallback | not_one_of
/then | {"fault": {"kind": "explode"}} | /then/fault/kind | not_one_of
/then | {"forward": {"upstream": "ftp://a"}} | /then/forward/upstream | address
/then | {"forward": {"patch": {"set": {"a/b": "{"}}}} | /then/forward/patch/set/a~1b | not_json
/then | {"forward": {"patch": {"set": {"a": 2}}}} | /then/forward/patch/set/a | wrong_type
/then | {"reply": {}, "after": [{"url": "http://"}]} | /then/after/0/url | address
/then | {"reply": {}, "after": [{"method": "A B", "url": "http://a"}]} | /then/after/0/method | method
"##;

/// The rule with another value at a pointer is refused at a place, with a code.
fn is_refused(at: &str, value: Value, pointer: &str, code: &str) {
    let error = CompiledRule::from_json(&with(at, value)).unwrap_err();
    let found = (error.pointer.as_str(), error.message().code());
    assert_eq!(found, (pointer, code), "{at}: {error}");
    assert_eq!(error.kind, RuleErrorKind::Invalid);
    assert_ne!(
        error.message().text(Lang::Ru),
        error.message().text(Lang::En)
    );
}

#[test]
fn what_does_not_fit_is_refused_where_it_stands() {
    for row in REFUSED.trim().lines() {
        let cells: Vec<&str> = row.split(" | ").collect();
        let [at, value, pointer, code] = cells.as_slice() else {
            panic!("{row}")
        };
        is_refused(at, serde_json::from_str(value).unwrap(), pointer, code);
    }
}

#[test]
fn rules_have_a_bounded_size() {
    let many: Vec<Value> = (0..=CONDITIONS_MAX).map(|_| json!({"all": []})).collect();
    is_refused("/when", json!({"all": many}), "/when/all", "too_many");
    let half: Vec<Value> = (0..CONDITIONS_MAX / 2)
        .map(|_| json!({"all": []}))
        .collect();
    let nested = json!({"all": [{"any": half}, {"any": half}]});
    let pointer = format!("/when/all/1/any/{}", CONDITIONS_MAX / 2 - 3);
    is_refused("/when", nested, &pointer, "too_many_conditions");
    let deep = (0..DEPTH_MAX).fold(json!({"all": []}), |inner, _| json!({"not": inner}));
    is_refused(
        "/when",
        deep,
        &format!("/when{}", "/not".repeat(DEPTH_MAX)),
        "too_deep",
    );
    let deep = (0..VALUE_DEPTH_MAX).fold(json!([]), |inner, _| json!([inner]));
    is_refused(
        "/when/all/1",
        json!({"field": "var:a", "op": "equals", "value": deep}),
        "/when/all/1/value",
        "value_too_deep",
    );
    is_refused(
        "/name",
        json!("x".repeat(NAME_MAX_CHARS + 1)),
        "/name",
        "too_many_chars",
    );
}

#[test]
fn names_are_looked_at_where_somebody_gives_them() {
    for (field, given) in [
        ("name", r"a\nb"),
        ("name", r"gpj\u202e"),
        ("name", " "),
        ("id", r"a\u200b"),
        ("group", r"\u2066a"),
    ] {
        let rule = format!(r#"{{"version":1,"{field}":"{given}","then":{{"reply":{{}}}}}}"#);
        // One that is stored goes on being read.
        let error = Rule::from_json(&rule).unwrap().check_names().unwrap_err();
        let found = (error.message().code(), error.pointer);
        assert_eq!(found, ("name_line", format!("/{field}")), "{rule}");
    }
    let fine = r#"{"version":1,"id":"a","name":"Касса 👨\u200d👩","then":{"reply":{}}}"#;
    assert_eq!(Rule::from_json(fine).unwrap().check_names(), Ok(()));
}

#[test]
fn what_is_no_rule_at_all_is_refused() {
    for (text, code) in [
        ("{", "not_json"),
        ("[]", "wrong_type"),
        ("{\"version\":1}", "missing_field"),
        (
            "{\"version\":1,\"version\":1,\"then\":{\"reply\":{}}}",
            "repeated_field",
        ),
    ] {
        let error = Rule::from_json(text).unwrap_err();
        assert_eq!(error.message().code(), code, "{text}");
    }
    let long = format!("{{\"name\":\"{}\"}}", "x".repeat(RULE_MAX_BYTES));
    assert_eq!(
        Rule::from_json(&long).unwrap_err().message().code(),
        "too_long"
    );
    let unversioned = Rule::from_json("{\"then\":{\"reply\":{}}}").unwrap_err();
    let found = (unversioned.message().code(), &*unversioned.pointer);
    assert_eq!(found, ("missing_field", "/version"));
    let inside = Rule::from_json("{\"x\":1}").unwrap_err().inside("/rule");
    assert_eq!(inside.pointer, "/rule/x");
}

#[test]
fn a_template_that_cannot_be_parsed_is_refused_with_line_and_column() {
    for (then, pointer, line, column) in [
        (
            json!({"reply": {"body": "{\n \"a\": {{ 1 + }}\n}", "template": true}}),
            "/then/reply/body",
            2,
            14,
        ),
        (
            json!({"sequence": {"replies": [{}, {"body": "{% if %}", "template": true}]}}),
            "/then/sequence/replies/1/body",
            1,
            7,
        ),
        (
            json!({"forward": {"patch": {"set": {"a": "{{"}, "template": true}}}),
            "/then/forward/patch/set/a",
            1,
            1,
        ),
        (
            json!({"reply": {}, "after": [{"url": "http://a", "body": "{{ x | }}", "template": true}]}),
            "/then/after/0/body",
            1,
            8,
        ),
    ] {
        let error = CompiledRule::from_json(&with("/then", then)).unwrap_err();
        let place = error.position.unwrap();
        assert_eq!(error.kind, RuleErrorKind::TemplateSyntax, "{error}");
        assert_eq!(
            (error.pointer.as_str(), place.line, place.column),
            (pointer, line, column),
            "{error}"
        );
    }
    assert!(CompiledRule::from_json(&with("/then", json!({"reply": {"body": "{{"}}))).is_ok());
}

#[test]
fn the_document_of_the_contract_has_every_shape() {
    let schema = serde_json::to_string(&<Rule as utoipa::PartialSchema>::schema()).unwrap();
    for name in ["version", "enabled", "scope", "when", "then"] {
        assert!(schema.contains(&format!("\"{name}\"")), "{name}");
    }
}
