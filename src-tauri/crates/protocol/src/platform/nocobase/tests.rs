use std::sync::Arc;

use messages::{Lang, Say as _};
use serde_json::json;

use super::*;
use crate::analysis::{ReadAs, RequestView, read_request, variables};
use crate::message::Request;
use crate::platform::recorded::request;
use crate::platform::{PlatformChoice, PlatformSettings, change_settings, shown_settings};

macro_rules! sample {
    ($name:literal) => {
        include_str!(concat!("../../../../../../tests/fixtures/samples/", $name))
    };
}

fn settings(own: Value) -> Arc<PlatformSettings> {
    let changes = Map::from_iter([("nocobase".to_owned(), own)]);
    Arc::new(change_settings(&PlatformSettings::default(), changes).unwrap())
}

fn view(request: &Request, own: Value) -> RequestView {
    let read_as = ReadAs {
        choice: PlatformChoice::Fixed(Platform::Nocobase),
        settings: Some(settings(own)),
    };
    read_request(read_as, request)
}

fn answered(request: &Request, own: Value) -> Option<(u16, Code)> {
    let view = view(request, own);
    let own = NocoBase.answer(&view.context(request))?;
    Some((own.answer.status, Finding::from(&own.finding).code))
}

fn call(change: impl FnOnce(&mut Request)) -> Request {
    let mut request = request(sample!("nocobase-request.http"));
    change(&mut request);
    request
}

fn header(request: &mut Request, name: &str, value: &str) {
    request
        .headers
        .0
        .retain(|(one, _)| !one.eq_ignore_ascii_case(name));
    request.headers.0.push((name.to_owned(), value.into()));
}

const KEY: &str = "1hfmkioou0d";

fn login() -> Value {
    json!({"key": KEY, "auth": {"user": "user", "password": "secret"}})
}

fn with_body(kind: &str, body: &'static str) -> Request {
    call(|one| {
        header(one, "Content-Type", kind);
        one.body = body.into();
    })
}

#[test]
fn the_door_takes_the_triggers_path_and_post_alone() {
    let key = json!({"key": KEY});
    let path = |path: &str| call(|one| path.clone_into(&mut one.path));
    let method = |method: &str| call(|one| method.clone_into(&mut one.method));
    let no_path = Some((404, Code::NocobasePath));
    let no_method = Some((405, Code::NocobaseMethod));
    for (request, own, wanted) in [
        (call(|_| {}), &key, None),
        (call(|_| {}), &json!({}), None),
        (path("/"), &json!({}), None),
        (path("/api/webhook%3Atrigger/1hfmkioou0d"), &key, None),
        (path("/api/webhook:trigger/other"), &key, no_path),
        (path("/api/webhook:trigger/"), &key, no_path),
        (path("/"), &key, no_path),
        (
            request(sample!("nocobase-wrong-method.http")),
            &login(),
            no_method,
        ),
        (method("PATCH"), &key, no_method),
    ] {
        assert_eq!(answered(&request, own.clone()), wanted, "{request:?} {own}");
    }
    let get = method("GET");
    let view = view(&get, key);
    let own = NocoBase.answer(&view.context(&get)).unwrap();
    assert_eq!(own.answer.headers.get("allow").as_deref(), Some("POST"));
}

#[test]
fn the_door_asks_for_the_login_before_it_looks_at_the_body() {
    let auth = |value: &str| call(|one| header(one, "Authorization", value));
    let refused = Some((401, Code::NocobaseLogin));
    for (request, wanted) in [
        (request(sample!("nocobase-basic-auth.http")), None),
        (auth("basic dXNlcjpzZWNyZXQ="), None),
        (call(|_| {}), refused),
        (auth("Basic dXNlcg=="), refused),
        (auth("Basic dXNlcjpzZWNyZXQx"), refused),
        (auth("Basic %%"), refused),
        (auth("Bearer x"), refused),
        (with_body("application/json", "{broken"), refused),
    ] {
        assert_eq!(answered(&request, login()), wanted, "{request:?}");
    }
    let stranger = call(|_| {});
    let view = view(&stranger, login());
    let own = NocoBase.answer(&view.context(&stranger)).unwrap();
    let asks = own
        .answer
        .headers
        .get("www-authenticate")
        .unwrap()
        .into_owned();
    assert!(asks.starts_with("Basic realm=\""), "{asks}");
    assert!(!format!("{own:?}").contains("secret"));
}

#[test]
fn the_door_takes_an_object_a_list_or_nothing() {
    let json_type = "application/json";
    let refused = Some((400, Code::NocobaseBodyNotJson));
    for (kind, body, wanted) in [
        (json_type, "{broken", refused),
        (json_type, "\"text\"", refused),
        (json_type, "7", refused),
        (json_type, "null", refused),
        (json_type, "[1]", None),
        (json_type, "", None),
        ("application/vnd.api+json", "{}", None),
        ("text/plain", "{broken", None),
    ] {
        let request = with_body(kind, body);
        assert_eq!(
            answered(&request, json!({"key": KEY})),
            wanted,
            "{kind} {body}"
        );
    }
    let large = call(|one| one.body = vec![b' '; (10 << 20) + 1].into());
    let wanted = Some((413, Code::NocobaseBodyTooLarge));
    assert_eq!(answered(&large, json!({"key": KEY})), wanted);
    let mut unread = large;
    header(&mut unread, "Content-Type", "text/plain");
    assert_eq!(answered(&unread, json!({"key": KEY})), None);
}

#[test]
fn a_body_that_is_not_read_is_said_aloud() {
    let codes = |kind: Option<&str>, body: &'static str| {
        let request = call(|one| {
            one.headers.0.retain(|(name, _)| name != "Content-Type");
            if let Some(kind) = kind {
                header(one, "Content-Type", kind);
            }
            one.body = body.into();
        });
        let rows = json!({"key": KEY, "body": [{"path": "a", "alias": null}]});
        let view = view(&request, rows);
        let value = variables(&view, &request, None).pop().unwrap().before;
        let codes = view.findings.iter().map(|one| one.code);
        let own = codes
            .filter(|code| code.as_str().starts_with("nocobase"))
            .collect::<Vec<_>>();
        (own, value)
    };
    let not_read = vec![Code::NocobaseBodyNotRead];
    for kind in [
        None,
        Some("text/plain"),
        Some("application/cloudevents+json"),
    ] {
        assert_eq!(
            codes(kind, r#"{"a":1}"#),
            (not_read.clone(), None),
            "{kind:?}"
        );
    }
    for kind in [
        "application/json",
        "Application/JSON; charset=utf-8",
        "application/vnd.api+json",
    ] {
        assert_eq!(
            codes(Some(kind), r#"{"a":1.0}"#),
            (vec![], Some("1.0".into()))
        );
    }
    let form = "application/x-www-form-urlencoded";
    assert_eq!(
        codes(Some(form), "a.b=1"),
        (vec![], Some(r#"{"b":"1"}"#.into()))
    );
    assert_eq!(codes(Some("text/plain"), ""), (vec![], None));
}

#[test]
fn a_trigger_reads_headers_query_and_body_by_paths() {
    let own = json!({
        "key": KEY,
        "headers": [{"path": "x-request-id", "alias": null}, {"path": "Date"}],
        "query": [{"path": "query", "alias": "Q"}, {"path": "filter[0].a", "alias": null}],
        "body": [
            {"path": "a", "alias": null}, {"path": "b", "alias": null},
            {"path": "b.c", "alias": "вложенное"}, {"path": "items[1].sku", "alias": null},
            {"path": "items[9]", "alias": null},
        ],
    });
    let request = call(|_| {});
    let view = view(&request, own);
    let rows = variables(&view, &request, None);
    let rows: Vec<_> = rows
        .iter()
        .map(|row| (row.name.as_str(), row.role.id(), row.before.as_deref()))
        .collect();
    assert_eq!(
        rows,
        [
            ("x-request-id", "header", Some("\"6f1d2c\"")),
            ("Date", "header", None),
            ("Q", "query", Some("\"1\"")),
            ("filter[0].a", "query", Some("\"x\"")),
            ("a", "body", Some("1")),
            ("b", "body", Some(r#"{"c": 2}"#)),
            ("вложенное", "body", Some("2")),
            ("items[1].sku", "body", Some("\"DR-05\"")),
            ("items[9]", "body", None),
        ]
    );
}

#[test]
fn a_parameter_filter_is_json_or_the_call_fails() {
    let rows = |query: &str| {
        let request = call(|one| one.query = Some(query.to_owned()));
        let own = json!({"key": KEY, "query": [{"path": "filter.a"}, {"path": "b"}]});
        let view = view(&request, own);
        let failed = view
            .findings
            .iter()
            .any(|one| one.code == Code::NocobaseFilter);
        let values = variables(&view, &request, None).into_iter();
        (values.map(|row| row.before).collect::<Vec<_>>(), failed)
    };
    let text = |json: &str| Some(json.to_owned());
    assert_eq!(
        rows("filter={\"a\":2.0}&b=1"),
        (vec![text("2.0"), text("\"1\"")], false)
    );
    assert_eq!(rows("filter={}"), (vec![None, None], false));
    assert_eq!(rows("filter=a"), (vec![None, None], true));
    assert_eq!(rows("filter[a]=1"), (vec![text("\"1\""), None], false));
}

#[test]
fn paths_are_made_from_an_example() {
    let paths = |part: &str, sample: &str| {
        let all = NocoBase
            .paths(part, sample)
            .unwrap()
            .unwrap()
            .paths
            .into_iter();
        all.map(|one| format!("{}={}", one.path, one.value))
            .collect::<Vec<_>>()
    };
    let body: Value = serde_json::from_str(sample!("nocobase-parse-body.json")).unwrap();
    let names = |sample: &Value| {
        let all = NocoBase.paths("body", &sample.to_string());
        let all = all.unwrap().unwrap().paths.into_iter();
        all.map(|one| Value::from(one.path)).collect::<Vec<_>>()
    };
    assert_eq!(Value::from(names(&body["sample"])), body["paths"]);
    assert_eq!(names(&body["arraySample"]), ["items[0]", "items[0].sku"]);
    let query: Value = serde_json::from_str(sample!("nocobase-parse-query.json")).unwrap();
    let wanted = [
        "query[0]={\"a\":\"x\"}",
        "query[0].a=\"x\"",
        "query[1]=\"y\"",
    ];
    let sample = query["sample"].as_str().unwrap();
    let address = format!("http://localhost:13000/api/webhook:trigger/{KEY}?{sample}#top");
    for sample in [sample, &format!("?{sample}"), &address] {
        assert_eq!(paths("query", sample), wanted, "{sample}");
    }
    assert_eq!(paths("query", "https://h/p"), [""; 0]);
    assert_eq!(NocoBase.paths("headers", ""), None);
    let error = NocoBase.paths("body", "{\"a\":\n1,}").unwrap().unwrap_err();
    assert_eq!(error.position.line, 2);
}

#[test]
fn an_asynchronous_trigger_answers_at_once_and_a_synchronous_one_at_its_end() {
    let request = call(|_| {});
    let sync = json!({"key": KEY, "mode": "sync", "timeout_seconds": 1.5});
    for (own, at_once, limit) in [
        // Before a trigger is set up, the bot answers as it always did.
        (json!({}), false, None),
        (json!({"key": KEY}), true, None),
        (json!({"key": KEY, "mode": "async"}), true, None),
        (sync, false, Some(Duration::from_millis(1500))),
    ] {
        let view = view(&request, own);
        let context = view.context(&request);
        assert_eq!(NocoBase.answers_at_once(&context), at_once);
        assert_eq!(NocoBase.time_limit(&context), limit);
        for (why, status) in [(NoAnswer::Failed, 500), (NoAnswer::TooLate, 408)] {
            let own = NocoBase.answer_without_bot(&context, why);
            let given = own.map(|own| own.answer.status);
            assert_eq!(given, limit.map(|_| status));
        }
        let usual = NocoBase.default_answer(&context);
        assert_eq!((usual.status, usual.body), (200, "ok".into()));
    }
    let file: Value = serde_json::from_str(sample!("nocobase-responses.json")).unwrap();
    let (status, body) = USUAL_ANSWER;
    assert_eq!(
        file["asyncDefault"],
        json!({"status": status, "body": body})
    );
}

#[test]
fn settings_that_do_not_fit_are_refused_where_they_stand() {
    for (own, pointer) in [
        (json!({"key": "a/b"}), "/nocobase/key"),
        (json!({"mode": "later"}), "/nocobase/mode"),
        (json!({"auth": "u:p"}), "/nocobase/auth"),
        (json!({"auth": {"user": "u"}}), "/nocobase/auth/password"),
        (
            json!({"auth": {"user": "u:v", "password": "p"}}),
            "/nocobase/auth/user",
        ),
        (
            json!({"auth": {"user": "u", "password": "p", "x": 1}}),
            "/nocobase/auth/x",
        ),
        (json!({"timeout_seconds": 0}), "/nocobase/timeout_seconds"),
        (json!({"body": {"path": "a"}}), "/nocobase/body"),
        (
            json!({"body": [{"path": "a"}, {"alias": "x"}]}),
            "/nocobase/body/1/path",
        ),
        (
            json!({"query": [{"path": "a", "alias": 7}]}),
            "/nocobase/query/0/alias",
        ),
        (
            json!({"headers": [{"path": "a", "name": "x"}]}),
            "/nocobase/headers/0/name",
        ),
        (json!({"headers": [7]}), "/nocobase/headers/0"),
        (json!({"colour": 7}), "/nocobase/colour"),
    ] {
        let changes = Map::from_iter([("nocobase".to_owned(), own)]);
        let error = change_settings(&PlatformSettings::default(), changes).unwrap_err();
        assert_eq!(error.pointer, pointer, "{}", error.message().text(Lang::En));
    }
    let shown = shown_settings(
        &settings(json!({"key": KEY, "auth": {"user": "u", "password": "p"}})),
        Some("http://h"),
    );
    let shown = serde_json::to_value(shown).unwrap();
    let auth = json!({"user": "u", "password": null, "password_set": true});
    let address = format!("http://h/api/webhook:trigger/{KEY}");
    let wanted = json!({"key": KEY, "auth": auth, "address": address});
    assert_eq!(shown, json!({"nocobase": wanted}));
}

#[test]
fn a_triggers_path_is_sure_where_one_is_set_up() {
    let request = call(|_| {});
    let found = |own: Value| {
        let read_as = ReadAs {
            choice: PlatformChoice::Auto,
            settings: Some(settings(own)),
        };
        let view = read_request(read_as, &request);
        let reason = view.platform_reason(&request, PlatformChoice::Auto);
        (view.platform, reason.message().code())
    };
    assert_eq!(
        found(json!({"key": KEY})),
        (Platform::Nocobase, "trigger_path")
    );
    assert_eq!(found(json!({})), (Platform::Plain, "trigger_path_likely"));
}

#[test]
fn a_composed_call_passes_the_door() {
    let composed = format!(
        r#"{{"url":"http://h/api/webhook:trigger/{KEY}?x=1","auth":{{"user":"u","password":"п"}},
            "query":"a=1","headers":[["X-Request-Id","7"]],"body":{{"n":9007199254740993}}}}"#
    );
    let sending = NocoBase.sending(&composed).unwrap().unwrap();
    let address = format!("http://h/api/webhook:trigger/{KEY}");
    assert_eq!(sending.address, Some(address));
    let mut request = sending.request;
    assert_eq!(request.query.as_deref(), Some("x=1&a=1"));
    assert_eq!(request.body, "{\"n\":9007199254740993}");
    request.path = format!("/api/webhook:trigger/{KEY}");
    let login = json!({"key": KEY, "auth": {"user": "u", "password": "п"}});
    assert_eq!(answered(&request, login), None);
    for (composed, pointer) in [
        ("{}", "/url"),
        (
            r#"{"url":"http://h","auth":{"password":"p"}}"#,
            "/auth/user",
        ),
        (r#"{"url":"http://h","auth":"u:p"}"#, "/auth"),
        (r#"{"url":"http://h","headers":[["a"]]}"#, "/headers/0"),
    ] {
        assert_eq!(
            NocoBase.sending(composed).unwrap().unwrap_err().pointer,
            pointer
        );
    }
}

#[test]
fn the_address_is_shown_once_a_key_is_set_and_can_be_given_back() {
    let shown = |own: Value| {
        let shown = shown_settings(&settings(own), Some("http://127.0.0.1:8787/s"));
        serde_json::to_value(shown).unwrap()["nocobase"].clone()
    };
    assert_eq!(shown(json!({"mode": "sync"})).get("address"), None);
    let own = shown(json!({ "key": KEY }));
    let wanted = format!("http://127.0.0.1:8787/s/api/webhook:trigger/{KEY}");
    assert_eq!(own["address"], json!(wanted));
    let before = settings(json!({ "key": KEY }));
    let changes = Map::from_iter([("nocobase".to_owned(), own)]);
    assert_eq!(change_settings(&before, changes).unwrap(), *before);
}
