use std::sync::Arc;

use messages::{Lang, Say as _};
use serde_json::json;

use super::*;
use crate::analysis::{ReadAs, RequestView, read_request, variables};
use crate::finding::Code;
use crate::message::Request;
use crate::platform::recorded::request;
use crate::platform::{PlatformChoice, PlatformSettings, change_settings, shown_settings};

macro_rules! sample {
    ($name:literal) => {
        include_str!(concat!("../../../../../../tests/fixtures/samples/", $name))
    };
}

const OWN_TOKEN: &str = "00000000-1111-4222-8333-444444444444";

fn settings(own: Value) -> Arc<PlatformSettings> {
    let changes = Map::from_iter([("chatapp".to_owned(), own)]);
    Arc::new(change_settings(&PlatformSettings::default(), changes).unwrap())
}

fn view_of(request: &Request, own: Value) -> RequestView {
    let read_as = ReadAs {
        choice: PlatformChoice::Fixed(Platform::Chatapp),
        settings: Some(settings(own)),
    };
    read_request(read_as, request)
}

fn declared() -> Value {
    json!({"token": OWN_TOKEN, "fields": ["chat_id", "id"], "template_id": 19798})
}

/// Rows as `name role value assumed`, and the codes of the platform's own findings.
fn read(request: &Request) -> (Vec<String>, Vec<Code>) {
    let view = view_of(request, declared());
    let rows = variables(&view, request, None).into_iter();
    let rows = rows.map(|row| {
        let assumed = if row.assumed { " assumed" } else { "" };
        format!(
            "{} {} {}{assumed}",
            row.name,
            row.role.id(),
            row.before.unwrap()
        )
    });
    (
        rows.collect(),
        view.findings.iter().map(|one| one.code).collect(),
    )
}

fn post(query: &str, kind: &str, body: &str) -> Request {
    let mut request = request(sample!("chatapp-both.http"));
    request.query = Some(format!("token={OWN_TOKEN}{query}"));
    request.headers = [("Content-Type", kind)].into_iter().collect();
    request.body = body.to_owned().into();
    request
}

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";

#[test]
fn the_link_gives_declared_fields_and_the_body_wins() {
    let (rows, codes) = read(&request(sample!("chatapp-query.http")));
    assert_eq!(rows, ["chat_id link \"79990000000\"", "id link \"42\""]);
    assert_eq!(codes, []);
    let (rows, codes) = read(&request(sample!("chatapp-both.http")));
    assert_eq!(
        rows,
        [
            "chat_id body \"79991112233\"",
            "id link \"42\"",
            r#"payment body {"name": "Вася"}"#,
        ]
    );
    assert_eq!(codes, [Code::ChatappBodyWins, Code::ChatappLinkAndBody]);
    let expected: Value = serde_json::from_str(sample!("chatapp-expected.json")).unwrap();
    assert_eq!(expected["reservedNames"], json!(SYSTEM_NAMES));
    for (body, name) in [
        (sample!("chatapp-body.json"), "Email1"),
        (sample!("chatapp-body-nested.json"), "payment"),
        (sample!("chatapp-body-list.json"), "payment"),
    ] {
        let (rows, codes) = read(&post("", JSON, body));
        assert!(rows[0].starts_with(&format!("{name} body ")), "{rows:?}");
        assert_eq!(codes, []);
    }
}

#[test]
fn what_makes_no_variable_is_said() {
    for (query, kind, body, rows, code) in [
        ("&email=a", JSON, "", &[][..], Some(Code::ChatappSystemName)),
        (
            "",
            JSON,
            r#"{"name":"x","Name":1}"#,
            &["Name body 1"],
            Some(Code::ChatappSystemName),
        ),
        ("&order=7", JSON, "", &[], Some(Code::ChatappUndeclared)),
        ("&template_id=1", JSON, "", &[], None),
        ("&id=1&id=2", JSON, "", &["id link \"2\""], None),
        ("&id=", JSON, "[1]", &["id link \"\""], None),
        (
            "",
            FORM,
            "user[name]=1&a.b=2",
            &[
                "user body {\"name\":\"1\"} assumed",
                "a_b body \"2\" assumed",
            ],
            None,
        ),
    ] {
        let (found, codes) = read(&post(query, kind, body));
        assert_eq!(found, rows, "{query} {body}");
        assert_eq!(codes.first().copied(), code, "{query} {body} {codes:?}");
    }
}

#[test]
fn the_pages_broken_body_is_named_by_its_faults_and_their_places() {
    let request = post("", JSON, sample!("chatapp-doc-copy-paste-broken.txt"));
    let view = view_of(&request, declared());
    let finding = &view.findings[0];
    assert_eq!(finding.code, Code::JsonSyntax);
    let said = finding.message().text(Lang::En);
    for part in [
        "curly quotes",
        "(line 3, column 1)",
        "a comma is missing (line 5",
        "before a closing",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
}

#[test]
fn the_path_and_one_right_token_open_the_door() {
    let answered = |change: &dyn Fn(&mut Request), own: Value| {
        let mut request = request(sample!("chatapp-query.http"));
        change(&mut request);
        let view = view_of(&request, own);
        let own = ChatApp.answer(&view.context(&request))?;
        Some((own.answer.status, Finding::from(&own.finding).code))
    };
    let query = |query: &'static str| move |one: &mut Request| one.query = Some(query.to_owned());
    let path = |path: &'static str| move |one: &mut Request| one.path = path.to_owned();
    assert_eq!(answered(&|_| {}, declared()), None);
    for own in ["/api/request", "/get/", "/get"] {
        assert_eq!(answered(&path(own), declared()), None, "{own}");
    }
    for other in ["/", "/api/request/x", "/API/request/"] {
        assert_eq!(
            answered(&path(other), declared()),
            Some((404, Code::ChatappPath))
        );
    }
    let wrong = Some((401, Code::ChatappToken));
    assert_eq!(answered(&query("token=1"), declared()), wrong);
    assert_eq!(answered(&query("token="), declared()), wrong);
    assert_eq!(answered(&|one| one.query = None, declared()), wrong);
    assert_eq!(
        answered(&|_| {}, json!({"fields": []})),
        None,
        "before it is set up"
    );
    let twice = |one: &mut Request| {
        one.query = Some(format!("token={OWN_TOKEN}&token={OWN_TOKEN}"));
    };
    assert_eq!(
        answered(&twice, declared()),
        Some((401, Code::ChatappTokenRepeated))
    );
    let mut misplaced = post("", JSON, &format!(r#"{{"token":"{OWN_TOKEN}"}}"#));
    misplaced.query = None;
    let (_, codes) = read(&misplaced);
    assert!(codes.contains(&Code::ChatappTokenMisplaced));
}

/// As the vendors document them.
const BITRIX24: &str = "event=ONCRMDEALUPDATE&event_handler_id=3&data%5BFIELDS%5D%5BID%5D=42\
    &ts=1700000000&auth%5Bdomain%5D=demo.bitrix24.ru&auth%5Bapplication_token%5D=t";
const AMOCRM: &str = "leads%5Bstatus%5D%5B0%5D%5Bid%5D=1&leads%5Bstatus%5D%5B1%5D%5Bid%5D=2\
    &account%5Bsubdomain%5D=demo&account%5Bid%5D=7";

#[test]
fn senders_are_told_by_their_forms() {
    let never = Code::SenderNeverRepeats;
    for (body, sender, event, wanted) in [
        (
            BITRIX24,
            Some("bitrix24"),
            Some("ONCRMDEALUPDATE"),
            vec![Code::Bitrix24IdOnly, never],
        ),
        (AMOCRM, Some("amocrm"), Some("leads.status"), vec![]),
        ("event=x&data[FIELDS][ID]=1", None, None, vec![]),
    ] {
        let request = post("", FORM, body);
        let view = view_of(&request, declared());
        assert_eq!(ChatApp.sender(&view.context(&request)), sender);
        assert_eq!(view.event.as_deref(), event);
        let codes: Vec<_> = view.findings.iter().map(|one| one.code).collect();
        assert_eq!(codes, wanted, "{body}");
    }
}

#[test]
fn the_link_is_made_as_the_block_makes_it_and_the_token_is_hidden() {
    let link = |own: Value| {
        let shown = shown_settings(&settings(own), Some("http://127.0.0.1:8787/s"));
        serde_json::to_value(shown).unwrap()["chatapp"].clone()
    };
    let shown = link(declared());
    let wanted = format!(
        "http://127.0.0.1:8787/s/api/request/?token={OWN_TOKEN}&chat_id=&id=&template_id=19798"
    );
    assert_eq!(shown["link"], wanted);
    assert_eq!(
        (&shown["token"], &shown["token_set"]),
        (&Value::Null, &json!(true))
    );
    assert_eq!(link(json!({"fields": ["a b"]})).get("link"), None);
    let shown = link(json!({"token": "t", "fields": ["имя"]}));
    assert!(
        shown["link"]
            .as_str()
            .unwrap()
            .ends_with("?token=t&%D0%B8%D0%BC%D1%8F=")
    );
}

#[test]
fn settings_that_do_not_fit_are_refused_where_they_stand() {
    for (own, pointer, word) in [
        (json!({"token": "a b"}), "/chatapp/token", "token"),
        (json!({"token": ""}), "/chatapp/token", "token"),
        (
            json!({"template_id": "1"}),
            "/chatapp/template_id",
            "whole number",
        ),
        (json!({"fields": "a"}), "/chatapp/fields", "list"),
        (
            json!({"fields": ["a", "a"]}),
            "/chatapp/fields/1",
            "different",
        ),
        (
            json!({"fields": ["a", "email"]}),
            "/chatapp/fields/1",
            "username",
        ),
        (
            json!({"fields": ["token"]}),
            "/chatapp/fields/0",
            "own parameter",
        ),
    ] {
        let changes = Map::from_iter([("chatapp".to_owned(), own)]);
        let error = change_settings(&PlatformSettings::default(), changes).unwrap_err();
        assert_eq!(error.pointer, pointer);
        let said = error.message().text(Lang::En);
        assert!(said.contains(word), "{said}");
    }
}

#[test]
fn a_link_is_sure_where_a_token_is_set() {
    let found = |own: Value| {
        let request = request(sample!("chatapp-query.http"));
        let read_as = ReadAs {
            choice: PlatformChoice::Auto,
            settings: Some(settings(own)),
        };
        let view = read_request(read_as, &request);
        let reason = view.platform_reason(&request, PlatformChoice::Auto);
        (view.platform, reason.message().code())
    };
    assert_eq!(found(declared()), (Platform::Chatapp, "link_call"));
    assert_eq!(found(json!({})), (Platform::Plain, "link_call_likely"));
    let mut without = request(sample!("chatapp-query.http"));
    without.query = None;
    let read_as = ReadAs {
        choice: PlatformChoice::Auto,
        settings: Some(settings(declared())),
    };
    let view = read_request(read_as, &without);
    assert_eq!(view.platform, Platform::Chatapp);
    let own = ChatApp.answer(&view.context(&without)).unwrap();
    assert_eq!(
        own.answer.status, 401,
        "a call without its token is not let through"
    );
}

#[test]
fn a_composed_call_fills_the_links_fields_in_and_is_read_back() {
    let composed = format!(
        r#"{{"link":"http://h/s/api/request/?token={OWN_TOKEN}&chat_id=&id=&template_id=1",
            "fields":{{"chat_id":"7999","id":42}},"body":{{"order":{{"n":1.0}}}}}}"#
    );
    let sending = ChatApp.sending(&composed).unwrap().unwrap();
    assert_eq!(sending.address.as_deref(), Some("http://h/s/api/request/"));
    let mut request = sending.request;
    let query = format!("token={OWN_TOKEN}&chat_id=7999&id=42&template_id=1");
    assert_eq!(request.query.as_deref(), Some(query.as_str()));
    request.path = "/api/request/".into();
    let (rows, _) = read(&request);
    assert_eq!(
        rows,
        [
            "chat_id link \"7999\"",
            "id link \"42\"",
            "order body {\"n\":1.0}"
        ]
    );
    for (composed, pointer) in [
        (r#"{"link":"h"}"#, "/link"),
        (r#"{"fields":{}}"#, "/link"),
        (r#"{"link":"http://h","fields":[]}"#, "/fields"),
    ] {
        assert_eq!(
            ChatApp.sending(composed).unwrap().unwrap_err().pointer,
            pointer
        );
    }
    let bare = ChatApp
        .sending(r#"{"link":"http://h/get/?token=t","body":null}"#)
        .unwrap()
        .unwrap();
    assert!(bare.request.body.is_empty() && bare.request.headers.0.is_empty());
}
