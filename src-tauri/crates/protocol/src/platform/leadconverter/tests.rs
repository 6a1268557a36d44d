use std::sync::Arc;

use messages::{Lang, Say as _};

use super::*;
use crate::analysis::{ReadAs, after_sending, read_answer, read_request, variables};
use crate::answer::Answer;
use crate::names::UtcMillis;
use crate::platform::recorded::request;
use crate::platform::{AttemptBefore, PlatformChoice};

macro_rules! sample {
    ($name:literal) => {
        include_str!(concat!("../../../../../../tests/fixtures/samples/", $name))
    };
}

fn read_as(settings: &str) -> ReadAs {
    ReadAs {
        choice: PlatformChoice::Fixed(Platform::Leadconverter),
        settings: Some(Arc::new(serde_json::from_str(settings).unwrap())),
    }
}

/// Rows as `name role in out after change`.
fn rows(request: &Request, answer: Option<&Answer>, settings: &str) -> Vec<String> {
    let view = read_request(read_as(settings), request);
    let judged = answer.map(|answer| (answer, read_answer(&view, request, answer)));
    let judged = judged.as_ref().map(|(answer, view)| (*answer, view));
    let rows = variables(&view, request, judged).into_iter();
    rows.map(|row| {
        let [before, sent, after] =
            [row.before, row.sent, row.after].map(|one| one.unwrap_or_else(|| "-".to_owned()));
        format!(
            "{} {} {before} {sent} {after} {:?}",
            row.name,
            row.role.id(),
            row.change
        )
    })
    .collect()
}

const USER: &str = r#"user parameter {"name":"Иван","last_name":"Петров"} - {"name":"Иван","last_name":"Петров"} Untouched"#;
const GROUP: &str = r#"group parameter {"id":"204815","channel_name":"Пицца Демо"} - {"id":"204815","channel_name":"Пицца Демо"} Untouched"#;
const NOTHING: &str = "result result - - - Untouched";

#[test]
fn six_methods_give_the_same_variables() {
    for file in [
        sample!("leadconverter-get.http"),
        sample!("leadconverter-post.http"),
        sample!("leadconverter-put.http"),
        sample!("leadconverter-patch.http"),
        sample!("leadconverter-delete.http"),
    ] {
        assert_eq!(
            rows(&request(file), None, "{}"),
            [USER, GROUP, NOTHING],
            "{file}"
        );
    }
    let json = rows(
        &request(sample!("leadconverter-json-post.http")),
        None,
        "{}",
    );
    assert_eq!(
        json[0],
        r#"user parameter {"name": "Иван", "last_name": "Петров"} - {"name": "Иван", "last_name": "Петров"} Untouched"#
    );
}

#[test]
fn names_nest_in_the_order_of_first_appearance() {
    let mut request = request(sample!("leadconverter-post.http"));
    for (body, wanted) in [
        (
            "user.name=1&x=2&user[last]=3",
            &[r#"{"name":"1","last":"3"}"#, "\"2\""][..],
        ),
        ("a=1&a=2", &["\"2\""]),
        ("a[]=1&a[]=2&a[][b]=3", &[r#"["1","2",{"b":"3"}]"#]),
        (
            "items.0.name=x&items.1.name=y",
            &[r#"[{"name":"x"},{"name":"y"}]"#],
        ),
        ("a[b=1&%zz=%zz&=x", &["\"1\"", "\"%zz\"", "\"x\""]),
        ("n=%CF%F0%E8%E2%E5%F2", &["\"Привет\""]),
    ] {
        request.body = body.to_owned().into();
        let view = read_request(read_as("{}"), &request);
        let rows = variables(&view, &request, None);
        let values: Vec<_> = rows
            .iter()
            .filter_map(|row| row.before.as_deref())
            .collect();
        assert_eq!(values, wanted, "{body}");
    }
}

/// The wire form of the outcome, and the row of the answer's variable.
fn saved(status: u16, body: &str) -> (String, String) {
    let request = request(sample!("leadconverter-get.http"));
    let answer = Answer::json(status, body.to_owned());
    let view = read_request(read_as("{}"), &request);
    let judged = read_answer(&view, &request, &answer);
    let settings = r#"{"leadconverter":{"result":"заказ"}}"#;
    let row = rows(&request, Some(&answer), settings).pop().unwrap();
    (serde_json::to_string(&judged.outcome).unwrap(), row)
}

#[test]
fn the_answer_becomes_one_variable() {
    let object = sample!("leadconverter-response-object.json").trim();
    let page = sample!("leadconverter-response-text.txt");
    let quoted = Value::from(page).to_string();
    for (status, body, out, as_what) in [
        (200, object, object, "object"),
        (201, "[1, 2.0]", "[1, 2.0]", "object"),
        (200, "7", "7", "object"),
        (200, page, quoted.as_str(), "text"),
        (302, "", "\"\"", "text"),
    ] {
        let (wire, row) = saved(status, body);
        assert_eq!(
            wire,
            format!(r#"{{"merged":true,"reason":null,"saved":"{as_what}"}}"#)
        );
        assert_eq!(row, format!("заказ result - {out} {out} New"));
    }
    for (status, body, out) in [(404, object, object), (500, "oh", "\"oh\"")] {
        let (wire, row) = saved(status, body);
        assert_eq!(wire, r#"{"merged":false,"reason":"status"}"#);
        assert_eq!(row, format!("заказ result - {out} - New"));
    }
}

#[test]
fn the_pages_own_sample_is_named_and_saved_as_text() {
    let request = request(sample!("leadconverter-get.http"));
    let answer = Answer::json(200, "{\npromo: {\ncode: \"ABC\",\npercent: 15,\n}\n}");
    let view = read_request(read_as("{}"), &request);
    let judged = read_answer(&view, &request, &answer);
    assert_eq!(judged.outcome.saved(), Some(Saved::Text));
    let codes: Vec<_> = judged.findings.iter().map(|one| one.code).collect();
    assert_eq!(codes, [Code::JsonSyntax, Code::LeadconverterSavedAsText]);
    let said = judged.findings[0].message().text(Lang::Ru);
    assert!(
        said.contains("ключ без кавычек (строка 2") && said.contains("запятая перед"),
        "{said}"
    );
    let said = judged.findings[1].message().text(Lang::En);
    assert!(said.contains("({result.name})"), "{said}");
}

#[test]
fn what_is_wrong_is_said() {
    let codes = |request: &Request| {
        let view = read_request(read_as("{}"), request);
        view.findings.iter().map(|one| one.code).collect::<Vec<_>>()
    };
    let mut one = request(sample!("leadconverter-post.http"));
    assert_eq!(codes(&one), []);
    one.method = "OPTIONS".into();
    one.body = "user.name=1".into();
    assert_eq!(codes(&one), [Code::LeadconverterMethod, Code::FormsDiffer]);
    let many: Vec<String> = (0..100_000).map(|index| format!("k{index}=1")).collect();
    one.method = "POST".into();
    one.body = many.join("&").into();
    let view = read_request(read_as("{}"), &one);
    assert_eq!(
        variables(&view, &one, None).len(),
        nested::PARAMETERS_MAX + 1
    );
    assert!(codes(&one).contains(&Code::FormCut));
    one.body = "{“a”: 1}".into();
    let view = read_request(read_as("{}"), &one);
    let said = view.findings[0].message().text(Lang::En);
    assert!(said.contains("curly quotes"), "{said}");
    let failed = read_answer(&view, &one, &Answer::json(503, ""));
    let said = failed.findings[0].message().text(Lang::En);
    assert!(
        said.contains("503") && said.contains("5 s, up to 6 times"),
        "{said}"
    );
}

#[test]
fn it_is_likely_at_most_and_other_forms_are_not() {
    let found = |file: &str, body: Option<&str>| {
        let mut request = request(file);
        if let Some(body) = body {
            request.body = body.to_owned().into();
        }
        let view = read_request(PlatformChoice::Auto, &request);
        let reason = view.platform_reason(&request, PlatformChoice::Auto);
        (view.platform, reason.message().code())
    };
    let post = sample!("leadconverter-post.http");
    assert_eq!(found(post, None), (Platform::Plain, "nested_form"));
    assert_eq!(found(post, Some("a=1&b=2")), (Platform::Plain, "no_marks"));
    let json = sample!("leadconverter-json-post.http");
    assert_eq!(found(json, None), (Platform::Plain, "no_marks"));
}

#[test]
fn the_schedule_is_that_of_the_page() {
    let file: Value = serde_json::from_str(sample!("leadconverter-retry-timeline.json")).unwrap();
    let seconds: Vec<u64> = RETRIES.delays.iter().map(|one| one.as_secs()).collect();
    assert_eq!(Value::from(seconds), file["delays"]);
    let offsets: Vec<u64> = RETRIES.offsets().skip(1).map(|one| one.as_secs()).collect();
    assert_eq!(Value::from(offsets), file["offsetsIfFromPrevious"]);
    let mut before = AttemptBefore {
        number: 1,
        arrived: UtcMillis(0),
        ended: UtcMillis(50),
        status: Some(500),
    };
    while let Some(due) = RETRIES.after(before.number, before.ended, 500).at {
        before.number = RETRIES.number_after(&before, due).unwrap();
        (before.arrived, before.ended) = (due, UtcMillis(due.0 + 50));
    }
    assert_eq!(before.number, 6);
    assert!(RETRIES.after(6, before.ended, 500).suspended);
}

#[test]
fn settings_and_facts_are_checked_and_said() {
    for (value, fits) in [
        (json!("ответ"), true),
        (json!(""), false),
        (json!(" a"), false),
        (json!("({a})"), false),
        (json!(7), false),
    ] {
        let settings = Map::from_iter([("result".to_owned(), value.clone())]);
        let error = LeadConverter.check_settings(&settings).err();
        assert_eq!(
            error.map(|one| one.pointer),
            (!fits).then(|| "/result".into()),
            "{value}"
        );
    }
    let facts = LeadConverter.facts();
    assert!(facts.iter().any(|one| one.assumed) && facts.iter().any(|one| !one.assumed));
    let said: Vec<String> = facts
        .iter()
        .map(|one| one.message().text(Lang::En))
        .collect();
    assert!(
        said.iter()
            .any(|one| one.contains("5 s, 30 s, 1 min, 30 min, 2 h")),
        "{said:?}"
    );
}

#[test]
fn the_sample_is_read_back_as_it_was_meant() {
    let request = calls::compose(&calls::sample());
    assert_eq!(rows(&request, None, "{}"), [USER, GROUP, NOTHING]);
}

const COMPOSED: &str = r#"{"method":"METHOD","headers":[["X-Name","({name})"]],
    "parameters":[["user.name","({ name })"],["user.id","({id})"],["x","&=+"]],
    "variables":{"name":"Иван","id":9007199254740993},"result":"ответ","retry":"compressed"}"#;

#[test]
fn a_composed_call_goes_out_as_its_method_does() {
    let form = "user%5Bname%5D=%D0%98%D0%B2%D0%B0%D0%BD&user%5Bid%5D=9007199254740993&x=%26%3D%2B";
    let json = r#"{"user":{"name":"Иван","id":"9007199254740993"},"x":"&=+"}"#;
    for (chosen, method, query, body) in [
        ("GET", "GET", Some(form), ""),
        ("POST", "POST", None, form),
        ("JSON POST", "POST", None, json),
        ("PUT", "PUT", None, form),
        ("PATCH", "PATCH", None, form),
        ("DELETE", "DELETE", None, form),
    ] {
        let composed = COMPOSED.replace("METHOD", chosen);
        let sending = LeadConverter.sending(&composed).unwrap().unwrap();
        let request = sending.request;
        assert_eq!(
            (request.method.as_str(), request.query.as_deref()),
            (method, query)
        );
        assert_eq!(request.body, body);
        assert_eq!(request.headers.get("x-name").as_deref(), Some("Иван"));
        assert_eq!(sending.repeat, crate::platform::Repeat::Compressed);
        assert_eq!(sending.address, None);
    }
    let error = LeadConverter
        .sending(&COMPOSED.replace("METHOD", "HEAD"))
        .unwrap()
        .unwrap_err();
    assert_eq!(error.pointer, "/method");
}

#[test]
fn a_composed_call_is_read_back_and_leaves_its_answer_in_one_variable() {
    let composed = COMPOSED.replace("METHOD", "JSON POST");
    let request = LeadConverter.sending(&composed).unwrap().unwrap().request;
    for (status, body, merged, after) in [
        (
            200,
            "{\"a\":1.0}",
            true,
            r#"{"name":"Иван","id":9007199254740993,"ответ":{"a":1.0}}"#,
        ),
        (
            200,
            "ok",
            true,
            r#"{"name":"Иван","id":9007199254740993,"ответ":"ok"}"#,
        ),
        (500, "{}", false, r#"{"name":"Иван","id":9007199254740993}"#),
    ] {
        let answer = Answer::json(status, body);
        let view = read_request(read_as("{}"), &request);
        let judged = read_answer(&view, &request, &answer);
        let answered = Some((&answer, &judged));
        let found = after_sending(Platform::Leadconverter, &composed, answered);
        let found = found.unwrap().unwrap();
        assert_eq!(found.merged, Some(merged));
        let kept = json_text::compact(&found.variables).unwrap();
        assert_eq!(kept, after);
    }
    let none = LeadConverter
        .after_sending(&composed, None)
        .unwrap()
        .unwrap();
    assert!(none.merged == Some(false) && none.variables.contains("9007199254740993"));
}

#[test]
fn a_large_object_and_deep_names_are_read_in_one_walk() {
    let members: Vec<String> = (0..100_000)
        .map(|index| format!("\"k{index}\":1"))
        .collect();
    let mut request = request(sample!("leadconverter-json-post.http"));
    request.query = Some("k7=x&q=1".to_owned());
    request.body = format!("{{{}}}", members.join(",")).into();
    let view = read_request(read_as("{}"), &request);
    let rows = variables(&view, &request, None);
    assert_eq!(rows.len(), 100_002);
    assert_eq!(
        rows[0].before.as_deref(),
        Some("1"),
        "the body's value counts"
    );
    let deep: Vec<String> = (0..20_000)
        .map(|index| format!("a{index}{}=1", ".b".repeat(31)))
        .collect();
    let mut form = self::request(sample!("leadconverter-post.http"));
    form.body = deep.join("&").into();
    let view = read_request(read_as("{}"), &form);
    assert!(view.findings.iter().any(|one| one.code == Code::FormCut));
    let rows = variables(&view, &form, None);
    assert_eq!(rows.len(), 100_000 / 31 + 1);
}
