use serde_json::{Value, json};

use super::*;
use crate::analysis::{after_sending, read_answer, read_request, variables};
use crate::message::Request;
use crate::platform::{PlatformChoice, Repeat};

fn sending(composed: &Value) -> Result<Sending, SettingsError> {
    GraphHttp.sending(&composed.to_string()).unwrap()
}

fn answer(status: u16, kind: &str, body: &str) -> Answer {
    Answer {
        status,
        headers: [("Content-Type", kind)].into_iter().collect(),
        body: body.to_owned().into(),
    }
}

#[test]
fn variables_are_put_into_the_address_the_headers_and_the_body() {
    let composed = json!({
        "method": "PUT", "url": "http://h:1/$city/${ city }?id=${user.id}#part",
        "headers": [["Authorization", "Token $token"], ["X", "5$"]],
        "body": r#"{"age": $age, "name": "$user.name", "none": "$none"}"#,
        "variables": {"city": "Казань", "token": "t", "age": 1098.5,
            "user": {"id": 7, "name": "Иван"}},
    });
    let sending = sending(&composed).unwrap();
    assert_eq!(sending.address.as_deref(), Some("http://h:1/$city/Казань"));
    assert_eq!((sending.repeat, sending.limit), (Repeat::Off, Some(LIMIT)));
    let request = sending.request;
    assert_eq!(
        (request.method.as_str(), request.query.as_deref()),
        ("PUT", Some("id=7"))
    );
    let body = r#"{"age": 1098.5, "name": "Иван", "none": ""}"#;
    assert_eq!(request.body.beginning(), body);
    let fields = [
        ("Authorization", "Token t"),
        ("X", "5$"),
        ("Content-Type", JSON_TYPE),
    ];
    assert_eq!(request.headers, fields.into_iter().collect());
}

const JSON_TYPE: &str = "application/json";

#[test]
fn a_body_that_is_no_json_names_no_type_and_one_of_the_persons_stays() {
    let of = |body: &str, headers: Value| {
        let composed = json!({"url": "http://h", "body": body, "headers": headers});
        sending(&composed).unwrap().request.headers
    };
    assert!(of("<a/>", json!([])).0.is_empty());
    assert!(of("", json!([])).0.is_empty());
    let own = [("content-type", "text/plain")];
    assert_eq!(of("{}", json!(own)), own.into_iter().collect());
}

#[test]
fn what_does_not_fit_is_named_where_it_stands() {
    let long = "x".repeat(1 << 20);
    for (composed, pointer) in [
        (json!({}), "/url"),
        (json!({"url": "h/p"}), "/url"),
        (
            json!({"url": "${a}", "variables": {"a": "ftp://h"}}),
            "/url",
        ),
        (json!({"url": "http://h", "method": "PATCH"}), "/method"),
        (json!({"url": "http://h", "body": 1}), "/body"),
        (json!({"url": "http://h", "variables": []}), "/variables"),
        (json!({"url": "http://h", "colour": 1}), "/colour"),
        (
            json!({"url": "http://h", "body": "$a".repeat(20), "variables": {"a": long}}),
            "/body",
        ),
    ] {
        let error = sending(&composed).unwrap_err();
        assert_eq!(error.pointer, pointer, "{composed}");
    }
}

/// Answers, what each is saved as, its exit, and of which kind that is.
fn answers() -> [(Answer, &'static str, &'static str, Saved); 7] {
    [
        (
            answer(
                200,
                "text/plain",
                "\u{feff} {\"a\": 1.10, \"b\":9007199254740993}\n",
            ),
            r#"{"a": 1.10, "b":9007199254740993}"#,
            "ok",
            Saved::Object,
        ),
        (
            answer(201, "application/json", "[1]"),
            r#""[1]""#,
            "ok",
            Saved::Text,
        ),
        (
            answer(299, "text/xml", "<a>1</a>"),
            r#"{"a":"1"}"#,
            "ok",
            Saved::Object,
        ),
        (
            answer(200, "text/xml", "<a>1"),
            r#""<a>1""#,
            "ok",
            Saved::Text,
        ),
        (answer(204, "text/plain", ""), r#""""#, "ok", Saved::Text),
        (
            answer(302, "text/plain", "да"),
            r#""да""#,
            "error",
            Saved::Text,
        ),
        (
            answer(500, "application/json", "{}"),
            "{}",
            "error",
            Saved::Object,
        ),
    ]
}

#[test]
fn an_answer_becomes_two_variables_and_an_exit() {
    let composed = json!({"url": "http://h", "variables": {"httpStatus": 1, "n": 1.0}});
    let composed = composed.to_string();
    let request = read_request(
        PlatformChoice::Fixed(Platform::GraphHttp),
        &Request::default(),
    );
    for (answer, value, exit, saved) in answers() {
        let view = read_answer(&request, &Request::default(), &answer);
        assert_eq!(view.outcome.is_merged(), exit == "ok", "{value}");
        assert_eq!(view.outcome.saved(), Some(saved), "{value}");
        let judged = Some((&answer, &view));
        let rows = variables(&request, &Request::default(), judged);
        let rows: Vec<_> = rows
            .iter()
            .map(|row| (&*row.name, row.after.as_deref()))
            .collect();
        let status = answer.status.to_string();
        assert_eq!(rows, [(ANSWER, Some(value)), (STATUS, Some(&*status))]);
        let after = after_sending(Platform::GraphHttp, &composed, judged)
            .unwrap()
            .unwrap();
        let variables = format!(r#"{{"httpStatus":{status},"n":1.0,"httpResponse":{value}}}"#);
        assert_eq!(
            (after.exit, after.merged, after.variables),
            (Some(exit), None, variables)
        );
    }
    let after = after_sending(Platform::GraphHttp, &composed, None)
        .unwrap()
        .unwrap();
    assert_eq!(after.exit, Some("error"));
    assert_eq!(
        after.variables,
        r#"{"httpStatus":-1,"n":1.0,"httpResponse":null}"#
    );
}
