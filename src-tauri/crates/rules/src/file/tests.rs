use messages::{Lang, Say};
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::definition::{DEPTH_MAX, VALUE_DEPTH_MAX};

const FILE: &str = "\
version: 1
name: Заказ есть
enabled: true
scope: user
when:
  all:
    - field: event
      op: equals
      value: checkOrder
    - field: var:order_id
      op: present
    - field: var:total
      op: in
      value: [1290.00, \"1e2\", 9007199254740993]
    - not:
        field: user
        op: equals
        value: \"77\"
then:
  reply:
    status: 200
    headers:
      - [\"Content-Type\", \"application/json\"]
    body: |-
      {
        \"n\": {{ vars.n + 1 }},

        \"ё\": 1
      }
    template: true
    delay_ms: [5, 9]
";

#[test]
fn a_file_is_read_and_written_byte_for_byte_with_its_digits() {
    let rule = read_file(FILE).unwrap();
    assert!(
        rule.definition()
            .to_json()
            .contains("[1290.00,\"1e2\",9007199254740993]")
    );
    assert_eq!(write_file(rule.definition()), FILE);
}

#[test]
fn a_file_without_a_version_and_a_name_that_hides_something_have_their_places() {
    let unversioned = read_file(&FILE.replacen("version: 1\n", "", 1)).unwrap_err();
    let hidden = FILE.replacen("Заказ есть", "\"gpj\\u202E\"", 1);
    let hidden = read_file(&hidden).unwrap_err();
    for (error, pointer, place) in [(unversioned, "/version", (1, 1)), (hidden, "/name", (2, 7))] {
        let position = error.position.unwrap();
        assert_eq!((position.line, position.column), place, "{error}");
        assert_eq!(error.pointer, pointer);
    }
}

#[test]
fn what_a_person_writes_in_another_way_is_the_same_rule() {
    let text = "# a comment\n{version: 1, name: 'x', when: {chance: 0.10}, then: {fault: {kind: close}}}\n";
    let json = read_file(text).unwrap().definition().to_json();
    assert_eq!(
        json,
        r#"{"version":1,"name":"x","enabled":true,"scope":"user","when":{"chance":0.10},"then":{"fault":{"kind":"close"}}}"#
    );
}

#[test]
fn what_does_not_fit_is_refused_with_line_and_column() {
    for (from, to, line, column, code) in [
        ("enabled: true", "enable: true", 3, 1, "unknown_field"),
        ("version: 1", "version: 2", 1, 10, "version"),
        ("scope: user", "scope: users", 4, 8, "not_one_of"),
        ("op: equals", "op: equal", 8, 11, "not_one_of"),
        (
            "name: Заказ есть",
            "name: x\nname: y",
            3,
            1,
            "repeated_field",
        ),
        ("vars.n + 1", "vars. + 1", 26, 23, "template"),
        ("status: 200", "status: [1]", 21, 13, "wrong_type"),
        ("scope: user", "scope: &a user", 4, 8, "alias"),
        ("scope: user", "scope: *a", 4, 8, "yaml"),
        ("scope: user", "scope: !x user", 4, 8, "tag"),
        ("scope: user", "? [a]\n: b", 4, 3, "key"),
        ("scope: user", "scope: \"user", 4, 8, "yaml"),
        (
            "delay_ms: [5, 9]",
            "delay_ms: [9, 5]",
            31,
            15,
            "delay_range",
        ),
        (
            "delay_ms: [5, 9]\n",
            "delay_ms: 5\n---\nversion: 1\n",
            32,
            1,
            "several",
        ),
    ] {
        let text = FILE.replacen(from, to, 1);
        let error = read_file(&text).unwrap_err();
        let place = error.position.unwrap();
        let found = (place.line, place.column, error.message().code());
        assert_eq!(found, (line, column, code), "{to}: {error}");
    }
    for text in ["", "# nothing\n", "- 1\n", "abc"] {
        let error = read_file(text).unwrap_err();
        assert!(
            error.position.is_some(),
            "{text:?}: {}",
            error.message().text(Lang::Ru)
        );
    }
    let bomb = format!(
        "version: 1\nname: {}1{}\n",
        "[".repeat(200),
        "]".repeat(200)
    );
    assert_eq!(read_file(&bomb).unwrap_err().message().code(), "deep");
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zё: #'\"{}\\[\\],&*!|>%@`\\-?~.0-9]{0,12}",
        "[ \n\tab:#-]{0,12}",
        any::<String>(),
        prop::sample::select(
            &[
                "null",
                "yes",
                "1.10",
                "0x1",
                "- a",
                "a: b",
                "",
                "~",
                "a\n",
                "a\nb\n\n",
                " a\nb",
                "\u{85}",
                "\u{2028}x\ny",
                "\u{fffe}",
                "=",
                "<<"
            ][..]
        )
        .prop_map(str::to_owned),
    ]
}

/// The deepest rule that a definition may be.
#[test]
fn the_deepest_rule_is_the_same_after_its_file() {
    let value = (1..VALUE_DEPTH_MAX).fold(json!([{"a": "x"}]), |inner, level| match level {
        1 => inner,
        level if level % 2 == 0 => json!([inner]),
        _ => json!({ "k": inner }),
    });
    let test = json!({"field": "var:a", "op": "in", "value": [value["k"]]});
    let when = (1..DEPTH_MAX).fold(test, |inner, _| json!({"all": [inner]}));
    let rule = json!({"version": 1, "when": when, "then": {"reply": {}}}).to_string();
    let rule = Rule::from_json(&rule).unwrap();
    let file = write_file(&rule);
    assert_eq!(read_file(&file).unwrap().definition(), &rule, "{file}");
}

#[test]
fn a_long_name_and_many_values_take_no_more_room_than_the_file() {
    // The longest name that YAML has without quotes.
    let name = "n".repeat(1_000);
    let items = "    - x\n".repeat(20_000);
    let error = read_file(&format!("version: 1\nthen:\n  {name}:\n{items}")).unwrap_err();
    assert_eq!(error.message().code(), "unknown_field");
    let position = error.position.unwrap();
    assert_eq!((position.line, position.column), (3, 3));
}

#[test]
fn a_text_without_a_newline_at_its_end_is_the_text_that_it_looks_like() {
    let with = "version: 1\nthen:\n  reply:\n    body: |\n      a\n      b\n";
    let without = with.trim_end();
    let json = |text: &str| read_file(text).unwrap().definition().to_json();
    assert_eq!(json(with), json(without));
    assert!(json(with).contains(r#""body":"a\nb\n""#), "{}", json(with));
}

proptest! {
    #[test]
    fn every_rule_is_the_same_after_its_file(
        name in text(), body in text(), value in text(), header in text(), number in "-?(0|[1-9][0-9]{0,20})(\\.[0-9]{1,9})?([eE][+-]?[0-9]{1,3})?",
    ) {
        let fits = |text: &str| !text.chars().any(char::is_control);
        // A rule that is stored may have another name; a file that is read may not.
        let name = if protocol::is_name(&name) { name } else { "x".to_owned() };
        let header = if fits(&header) { header } else { "x".to_owned() };
        let number = serde_json::value::RawValue::from_string(number).unwrap();
        let rule = json!({
            "version": 1, "name": name, "group": name,
            "when": {"all": [
                {"field": "var:a", "op": "equals", "value": "NUMBER"},
                {"field": "var:a", "op": "in", "value": [value, null, true, {"k": value}]},
                {"field": "event", "op": "equals", "value": body},
                {"any": []},
            ]},
            "then": {"reply": {"body": body, "headers": [["X", header]]}, "after": [{"url": "http://a/b", "body": value}]},
        });
        let json = rule.to_string().replacen("\"NUMBER\"", number.get(), 1);
        let rule = Rule::from_json(&json).unwrap();
        let file = write_file(&rule);
        let again = read_file(&file).map_err(|error| TestCaseError::fail(format!("{error}\n{file}")))?;
        prop_assert_eq!(again.definition(), &rule, "{}", file);
    }

    #[test]
    fn no_text_makes_the_reader_fail_otherwise_than_by_saying_so(text in any::<String>(), yaml in "[ \na:\\-\\[\\]{}&*!|>'\"%#,?]{0,40}") {
        let _ = read_file(&text);
        let _ = read_file(&yaml);
    }
}
