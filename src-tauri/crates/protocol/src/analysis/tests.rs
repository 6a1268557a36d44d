mod variables;

use json_text::Position;
use messages::{Lang, Say};

use super::*;
use crate::content::Body;
use crate::finding::count;
use crate::message::Headers;
use crate::outcome::Reason;

fn post(body: impl Into<Body>) -> Request {
    let headers = [("Content-Type", "application/json")].into_iter().collect();
    let (method, path) = ("POST".to_owned(), "/".to_owned());
    Request {
        method,
        path,
        headers,
        body: body.into(),
        ..Request::default()
    }
}

fn codes(findings: &[Finding]) -> Vec<&'static str> {
    findings
        .iter()
        .map(|finding| finding.code.as_str())
        .collect()
}

/// The codes of an answer to a small Graph turn.
fn answered(came: &str, status: u16, body: &str) -> (Outcome, Vec<&'static str>) {
    let request = post(came.to_owned());
    let view = read_request(PlatformChoice::Auto, &request);
    let answer = read_answer(&view, &request, &Answer::json(status, body.to_owned()));
    for finding in &answer.findings {
        assert_eq!(finding.side, Side::Response);
        let message = finding.message();
        assert_ne!(message.text(Lang::En), message.text(Lang::Ru));
    }
    (answer.outcome, codes(&answer.findings))
}

const TURN: &str = r#"{"action":"e","userId":"7","queryText":"да","rawRequest":{},"a":1,"b":"x","c":[1],"d":null}"#;

macro_rules! sample {
    ($name:literal) => {
        include_str!(concat!("../../../../../tests/fixtures/samples/", $name))
    };
}

#[test]
fn graph_samples_are_recognised_without_warnings() {
    for (text, event, user) in [
        (sample!("graph-event-minimal.json"), "event1", "1234567890"),
        (sample!("graph-event.json"), "checkOrder", "a41e7c90-1233"),
    ] {
        let request = post(text);
        let view = read_request(PlatformChoice::Auto, &request);
        assert_eq!(view.platform, Platform::Graph);
        assert_eq!(
            (view.event.as_deref(), view.user.as_deref()),
            (Some(event), Some(user))
        );
        let counts = count(&view.findings);
        assert_eq!(
            (counts.error, counts.warning),
            (0, 0),
            "{:?}",
            view.findings
        );
    }
    for text in [
        sample!("graph-event-salute-text.json"),
        sample!("graph-event-salute-run-app.json"),
    ] {
        let view = read_request(PlatformChoice::Auto, &post(text));
        assert_eq!(view.platform, Platform::Graph);
        assert_eq!(view.findings, []);
    }
    let rich = read_request(PlatformChoice::Auto, &post(sample!("graph-event.json")));
    assert_eq!(codes(&rich.findings), ["json_number_inexact"]);
}

#[test]
fn other_senders_and_other_texts_are_plain() {
    for header in [
        "X-GitHub-Event",
        "stripe-signature",
        "X-Hub-Signature",
        "X-Bot-API-Dialect",
    ] {
        let mut request = post(r#"{"action":"opened"}"#);
        request.headers.0.push((header.to_owned(), b"1".to_vec()));
        assert_eq!(
            read_request(PlatformChoice::Auto, &request).platform,
            Platform::Plain
        );
        let fixed = PlatformChoice::Fixed(Platform::Graph);
        assert_eq!(read_request(fixed, &request).platform, Platform::Graph);
    }
    for body in [
        r#"{"action":1}"#,
        r#"[{"action":"x"}]"#,
        "hello",
        "",
        "{\"action\":\"x\"",
    ] {
        assert_eq!(
            read_request(PlatformChoice::Auto, &post(body)).platform,
            Platform::Plain
        );
    }
    let mut typed = post(r#"{"action":"x","userId":9007199254740993}"#);
    typed.headers = [("Content-Type", "text/plain")]
        .into_iter()
        .collect::<Headers>();
    let view = read_request(PlatformChoice::Auto, &typed);
    assert_eq!(
        (view.platform, view.user.as_deref()),
        (Platform::Graph, Some("9007199254740993"))
    );
    assert!(codes(&view.findings).contains(&"content_type_not_json"));
}

#[test]
fn an_empty_object_is_a_good_answer() {
    assert_eq!(answered(TURN, 200, "{}"), (Outcome::MERGED, vec![]));
}

#[test]
fn an_outcome_judges_the_status_first() {
    for (status, body, reason, finding) in [
        (500, "{}", Some(Reason::STATUS), vec!["response_status"]),
        (201, "{}", Some(Reason::STATUS), vec!["response_status"]),
        (204, "", Some(Reason::STATUS), vec!["response_status"]),
        (200, "", Some(Reason::NOT_JSON), vec!["response_empty"]),
        (200, "{oops", Some(Reason::NOT_JSON), vec!["json_syntax"]),
        (
            200,
            "\"hi\"",
            Some(Reason::NOT_OBJECT),
            vec!["response_not_object"],
        ),
        (
            200,
            "5",
            Some(Reason::NOT_OBJECT),
            vec!["response_not_object"],
        ),
        (
            200,
            "null",
            Some(Reason::NOT_OBJECT),
            vec!["response_not_object"],
        ),
        (200, "[10,20]", None, vec!["response_not_object"]),
        (200, "\u{feff}{}", None, vec!["byte_order_mark"]),
    ] {
        let (outcome, codes) = answered(TURN, status, body);
        assert_eq!(
            (outcome.reason(), codes),
            (reason, finding),
            "{status} {body}"
        );
        assert_eq!(outcome.is_merged(), reason.is_none());
    }
}

#[test]
fn names_and_values_of_an_answer_are_judged() {
    for (body, finding) in [
        (r#"{"queryText":"нет"}"#, vec!["reserved_key"]),
        (r#"{"channelId":"1"}"#, vec!["reserved_key"]),
        (r#"{"contextPath":"/x"}"#, vec!["engine_key"]),
        (r#"{"_started":true}"#, vec!["engine_key"]),
        (r#"{"_hidden":1}"#, vec!["hidden_key"]),
        (r#"{"имя":1}"#, vec!["name_not_usable"]),
        (r#"{"a-b":1}"#, vec!["name_not_usable"]),
        (r#"{"":1}"#, vec!["name_not_usable"]),
        (r#"{"class":1}"#, vec!["name_keyword"]),
        (r#"{"a":null}"#, vec!["variable_null"]),
        (r#"{"d":null}"#, vec![]),
        (r#"{"a":0.0}"#, vec!["variable_zero"]),
        (r#"{"a":-0.9}"#, vec!["variable_zero"]),
        (r#"{"a":1.5}"#, vec![]),
        (r#"{"a":"1"}"#, vec!["type_changed"]),
        (r#"{"d":"1"}"#, vec![]),
        (r#"{"n":9007199254740993}"#, vec!["json_number_inexact"]),
        (r#"{"n":{"k":1,"k":2}}"#, vec!["json_duplicate_key"]),
        (r#"{"n":"\ud800"}"#, vec!["json_lone_surrogate"]),
        (r#"{"n":[1,2,{"x":"y"}]}"#, vec![]),
    ] {
        assert_eq!(answered(TURN, 200, body).1, finding, "{body}");
    }
}

#[test]
fn a_new_name_that_is_nearly_one_of_the_bots_is_told_where_that_one_is_left_alone() {
    let turn = r#"{"action":"e","userId":"7","orderStatus":"new","item1":1}"#;
    for (body, expected) in [
        (r#"{"orderStatsu":"paid"}"#, vec!["name_near"]),
        (r#"{"orderstatus":"paid"}"#, vec!["name_near"]),
        (r#"{"orderStatsu":"paid","orderStatus":"new"}"#, vec![]),
        (r#"{"item2":1}"#, vec![]),
        (r#"{"payment":1}"#, vec![]),
    ] {
        assert_eq!(answered(turn, 200, body).1, expected, "{body}");
    }
}

#[test]
fn a_number_that_loses_digits_is_told_with_what_the_bot_will_hold() {
    let request = post(TURN.to_owned());
    let view = read_request(PlatformChoice::Auto, &request);
    let answer = Answer::json(200, r#"{"n":9007199254740993}"#.to_owned());
    let findings = read_answer(&view, &request, &answer).findings;
    let said = findings[0].message().text(Lang::En);
    assert!(said.contains("9007199254740992"), "{said}");
}

#[test]
fn sending_the_request_back_is_named_once_and_what_was_left_out_too() {
    assert_eq!(answered(TURN, 200, TURN).1, ["reserved_keys_echoed"]);
    let without = TURN.replace(r#","a":1"#, "");
    assert_eq!(
        answered(TURN, 200, &without).1,
        ["keys_not_removed", "reserved_keys_echoed"]
    );
    assert_eq!(answered(TURN, 200, r#"{"a":2}"#).1, Vec::<&str>::new());
}

#[test]
fn long_texts_and_large_variables_are_noted() {
    let long = "я".repeat(1001);
    assert_eq!(
        answered(TURN, 200, &format!(r#"{{"t":{{"x":"{long}"}}}}"#)).1,
        ["string_too_long"]
    );
    let short = "я".repeat(1000);
    assert_eq!(
        answered(TURN, 200, &format!(r#"{{"t":"{short}"}}"#)).1,
        Vec::<&str>::new()
    );

    let request = post(format!(
        r#"{{"action":"e","queryText":"{}"}}"#,
        "я".repeat(401)
    ));
    let view = read_request(PlatformChoice::Auto, &request);
    assert_eq!(codes(&view.findings), ["user_message_too_long"]);
    for (kb, code) in [
        (90, "variables_near_soft_limit"),
        (200, "variables_over_soft_limit"),
        (900, "variables_near_hard_limit"),
        (1100, "variables_over_hard_limit"),
    ] {
        let numbers = "1,".repeat(kb * 512);
        let sized = format!(r#"{{"action":"e","list":[{numbers}1]}}"#);
        let view = read_request(PlatformChoice::Auto, &post(sized.clone()));
        assert_eq!(codes(&view.findings), [code]);
        assert_eq!(
            answered(TURN, 200, &format!(r#"{{"list":[{numbers}1]}}"#)).1,
            [code]
        );
        assert_eq!(answered(&sized, 200, r#"{"a":1}"#).1, Vec::<&str>::new());
    }
}

#[test]
fn a_fixed_graph_bot_says_what_is_wrong_with_a_request() {
    let fixed = PlatformChoice::Fixed(Platform::Graph);
    for (body, code) in [
        ("", "request_not_json"),
        ("[1]", "request_not_object"),
        ("{}", "event_missing"),
        ("{\"a\":1,}", "json_syntax"),
    ] {
        assert_eq!(
            codes(&read_request(fixed, &post(body)).findings),
            [code],
            "{body}"
        );
    }
    let mut get = post(r#"{"action":"e"}"#);
    get.method = "GET".into();
    assert_eq!(
        codes(&read_request(fixed, &get).findings),
        ["method_not_post"]
    );
}

#[test]
fn a_syntax_error_in_a_request_has_its_position() {
    let view = read_request(PlatformChoice::Auto, &post("{\n  \"имя\": 1,\n}"));
    let finding = &view.findings[0];
    assert_eq!(finding.code, Code::JsonSyntax);
    assert_eq!(
        finding.position,
        Some(Position {
            line: 3,
            column: 1,
            offset: 17
        })
    );
}

#[test]
fn a_plain_caller_gets_no_lessons_about_bots() {
    for body in ["ok", "", "<ok/>", "{\"class\":0}"] {
        let request = post("a=1");
        let view = read_request(PlatformChoice::Auto, &request);
        let mut answer = Answer::json(500, body);
        answer.headers = Headers::default();
        assert_eq!(read_answer(&view, &request, &answer).findings, [], "{body}");
    }
}

#[test]
fn trailers_and_a_caller_that_left_are_reported() {
    let mut request = post("{}");
    request.trailers = [("X-Sum", "1")].into_iter().collect();
    let view = read_request(PlatformChoice::Auto, &request);
    assert_eq!(codes(&view.findings), ["trailers"]);
    let answer =
        read_answer(&view, &request, &Answer::json(200, "{}")).undelivered(Outcome::CALLER_LEFT);
    assert_eq!(
        serde_json::to_string(&answer.outcome).unwrap(),
        r#"{"merged":false,"reason":"caller_left"}"#
    );
}

#[test]
fn a_hundred_thousand_levels_are_read() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let came = format!(r#"{{"action":"e","x":{deep}}}"#);
    let (outcome, codes) = answered(&came, 200, &format!(r#"{{"x": {deep} }}"#));
    assert!(outcome.is_merged() && codes.is_empty());
}

#[test]
fn ten_thousand_variables_take_no_quadratic_time() {
    let members = (0..10_000)
        .map(|n| format!("\"v{n}\":{n}"))
        .collect::<Vec<_>>()
        .join(",");
    let came = format!(r#"{{"action":"e",{members}}}"#);
    let (outcome, codes) = answered(&came, 200, &came);
    assert!(outcome.is_merged());
    assert_eq!(codes, ["reserved_keys_echoed"]);
}
