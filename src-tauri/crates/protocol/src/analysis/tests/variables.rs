//! The variables table: in, out and after, and that it agrees with an exact merge.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::*;
use crate::variable::Change;

fn request(body: &str) -> Request {
    let headers = [("Content-Type", "application/json")].into_iter().collect();
    let body = Body::from(body.to_owned());
    Request {
        method: "POST".into(),
        path: "/".into(),
        headers,
        body,
        ..Request::default()
    }
}

/// The table of a turn, and whether the bot takes the answer.
fn table(came: &str, status: u16, answered: &str) -> (Vec<Variable>, Outcome) {
    let request = request(came);
    let view = read_request(PlatformChoice::Auto, &request);
    let answer = Answer::json(status, answered.to_owned());
    let answer_view = read_answer(&view, &request, &answer);
    (
        variables(&view, &request, Some((&answer, &answer_view))),
        answer_view.outcome,
    )
}

fn row<'a>(table: &'a [Variable], name: &str) -> &'a Variable {
    table
        .iter()
        .find(|row| row.name == name)
        .unwrap_or_else(|| panic!("{name} is in the table"))
}

#[test]
fn values_are_the_text_that_was_sent() {
    let came =
        r#"{"action":"e","id":9007199254740993,"s":"знач\u0435ние","n":1.50,"o":{ "b":1, "a":2 }}"#;
    let (table, _) = table(
        came,
        200,
        r#"{"id":9007199254740992,"n":15e-1,"o":{"a":2,"b":1.0},"s":"значение","new":-0}"#,
    );
    let id = row(&table, "id");
    assert_eq!(id.before.as_deref(), Some("9007199254740993"));
    assert_eq!(id.after.as_deref(), Some("9007199254740992"));
    assert_eq!(id.change, Change::Changed);
    assert_eq!(row(&table, "n").change, Change::Same);
    assert_eq!(row(&table, "o").change, Change::Same);
    assert_eq!(row(&table, "s").change, Change::Same);
    assert_eq!(
        row(&table, "s").before.as_deref(),
        Some(r#""знач\u0435ние""#)
    );
    assert_eq!(row(&table, "new").change, Change::New);
    assert_eq!(row(&table, "new").after.as_deref(), Some("-0"));
    let names = table
        .iter()
        .map(|row| row.name.as_str())
        .collect::<Vec<_>>();
    assert_eq!(names, ["action", "id", "s", "n", "o", "new"]);
}

#[test]
fn a_change_is_told_by_type_and_value() {
    let came = r#"{"action":"e","a":1,"b":1,"c":null,"d":1,"e":true,"f":null,"g":1}"#;
    let (table, outcome) = table(
        came,
        200,
        r#"{"a":"1","b":2,"c":1,"d":null,"e":false,"f":null}"#,
    );
    assert!(outcome.is_merged());
    for (name, change) in [
        ("a", Change::TypeChanged),
        ("b", Change::Changed),
        ("c", Change::Changed),
        ("d", Change::Changed),
        ("e", Change::Changed),
        ("f", Change::Same),
        ("g", Change::Untouched),
    ] {
        assert_eq!(row(&table, name).change, change, "{name}");
    }
    assert_eq!(row(&table, "d").after.as_deref(), Some("null"));
    assert_eq!(row(&table, "g").sent, None);
}

#[test]
fn an_answer_that_is_not_taken_is_compared_all_the_same() {
    let (table, outcome) = table(r#"{"action":"e","a":1}"#, 500, r#"{"a":2,"b":3}"#);
    assert_eq!(outcome.reason(), Some(Reason::STATUS));
    assert_eq!(row(&table, "a").change, Change::Changed);
    assert_eq!(row(&table, "a").after.as_deref(), Some("1"));
    assert_eq!(row(&table, "b").after, None);
    assert_eq!(row(&table, "b").sent.as_deref(), Some("3"));
}

#[test]
fn a_repeated_key_is_one_row_with_the_last_value() {
    let (table, _) = table(
        r#"{"action":"e","a":1,"b":2,"\u0061":3}"#,
        200,
        r#"{"b":1,"b":2}"#,
    );
    let names = table
        .iter()
        .map(|row| row.name.as_str())
        .collect::<Vec<_>>();
    assert_eq!(names, ["action", "b", "a"]);
    assert_eq!(row(&table, "a").before.as_deref(), Some("3"));
    assert_eq!(row(&table, "b").change, Change::Same);
}

#[test]
fn roles_follow_the_platform() {
    let came =
        r#"{"action":"e","userId":"1","contextPath":"/","_x":1,"NUMBER":5,"channelType":"a"}"#;
    let (table, _) = table(came, 200, "{}");
    let roles = table.iter().map(|row| row.role.id()).collect::<Vec<_>>();
    assert_eq!(
        roles,
        ["event", "system", "engine", "engine", "user", "system"]
    );
    let (plain, _) = self::table(r#"{"userId":"1","b":2}"#, 200, "{}");
    assert!(plain.iter().all(|row| row.role.id() == "user"));
}

#[test]
fn without_an_answer_the_bot_has_what_came_in() {
    let request = request(r#"{"action":"e","a":1}"#);
    let view = read_request(PlatformChoice::Auto, &request);
    let table = variables(&view, &request, None);
    assert_eq!(row(&table, "a").after.as_deref(), Some("1"));
    assert_eq!(row(&table, "a").change, Change::Untouched);
}

#[test]
fn a_row_is_spelled_as_the_contract_says() {
    let (table, _) = table(
        r#"{"action":"e","variable1":50}"#,
        200,
        r#"{"variable1":51}"#,
    );
    let spelled = serde_json::to_value(row(&table, "variable1")).unwrap();
    let expected = json!({"name":"variable1","role":"user","in":"50","out":"51","after":"51","change":"changed"});
    assert_eq!(spelled, expected);
}

/// What the bot has, from the table, as a JSON object.
fn after(table: &[Variable]) -> Map<String, Value> {
    let rows = table
        .iter()
        .filter_map(|row| Some((row.name.clone(), row.after.as_ref()?)));
    rows.map(|(name, text)| (name, serde_json::from_str(text).unwrap()))
        .collect()
}

#[test]
fn the_table_of_cases_comes_out_as_the_engine_has_it() {
    let text = include_str!("../../../../../../tests/fixtures/samples/graph-response-cases.json");
    let all: Value = serde_json::from_str(text).unwrap();
    for case in all["cases"].as_array().unwrap() {
        let (name, status) = (&case["name"], case["status"].as_u64().unwrap() as u16);
        let body = if status == 204 {
            String::new()
        } else {
            case["body"].to_string()
        };
        let mut came = all["sessionBefore"].clone();
        came["action"] = json!("e");
        let (table, _) = table(&came.to_string(), status, &body);
        let mut has = after(&table);
        has.remove("action");
        assert_eq!(Value::Object(has), case["after"], "{name}");
    }
}

fn object() -> impl Strategy<Value = Map<String, Value>> {
    let value = prop_oneof![
        Just(json!(null)),
        any::<i32>().prop_map(Value::from),
        "[a-я]{0,5}".prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        Just(json!({"x": [1, 2]})),
    ];
    proptest::collection::btree_map("[a-e\"я/~]{1,2}", value, 0..8)
        .prop_map(|entries| entries.into_iter().collect())
}

proptest! {
    #[test]
    fn the_bot_has_what_came_in_overlaid_by_what_goes_out(came in object(), sent in object()) {
        let text = |map: &Map<String, Value>| Value::Object(map.clone()).to_string();
        let (table, outcome) = table(&text(&came), 200, &text(&sent));
        prop_assert!(outcome.is_merged());
        let mut expected = came.clone();
        expected.extend(sent.clone());
        prop_assert_eq!(after(&table), expected);
        for row in &table {
            let (was, is) = (came.get(&row.name), sent.get(&row.name));
            let unchanged = was.is_some() && was == is;
            prop_assert_eq!(row.change == Change::Same, unchanged);
            prop_assert_eq!(row.change == Change::Untouched, is.is_none());
            prop_assert_eq!(row.change == Change::New, was.is_none());
        }
    }
}
