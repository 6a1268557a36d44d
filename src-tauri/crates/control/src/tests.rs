//! Whether the program keeps to its own OpenAPI document: every operation is called with what fits
//! and with what does not, and every answer is held against the document.

mod arriving;
mod methods;
mod program;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tower::ServiceExt as _;

use self::program::{Program, json_of, text};
use crate::entrance::Entrance;
use crate::in_flight::Bounds;

/// When an operation is called. Deletions last: what they take away is what the others are called
/// with. A probe begins and ends before all: it would hold what they send.
fn turn_of(method: &str, path: &str) -> (bool, bool) {
    (!path.ends_with("/patience/probe"), method == "delete")
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_is_in_the_document() {
    let program = Program::start().await;
    let mut statuses = BTreeSet::new();
    let mut operations = program.operations();
    operations.sort_by_key(|(method, path, _)| turn_of(method, path));
    for (method, path, operation) in operations {
        for (index, target) in program.targets(&path, operation).iter().enumerate() {
            let mut bodies = program.bodies(operation);
            if index > 0 {
                bodies.truncate(2);
            }
            for (body, refused) in bodies {
                let sent = if operation["requestBody"].is_null() {
                    String::new()
                } else {
                    body.to_string()
                };
                let shown: String = sent.chars().take(300).collect();
                let what = format!("{method} {target} {shown}");
                let response = program.call(&method, target, sent).await;
                statuses.insert(response.status().as_u16());
                assert!(response.status().as_u16() < 500, "{what}");
                if refused {
                    let expected = match is_open(operation) {
                        true => StatusCode::UNAUTHORIZED,
                        false => StatusCode::UNPROCESSABLE_ENTITY,
                    };
                    assert_eq!(response.status(), expected, "{what}");
                }
                program.hold_against(operation, response, &what).await;
            }
        }
    }
    for expected in [200, 201, 202, 204, 404, 409, 422] {
        assert!(
            statuses.contains(&expected),
            "{expected} never came: {statuses:?}"
        );
    }
    program.engine.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fits_succeeds_on_every_operation() {
    let program = Program::start().await;
    let mut failed = Vec::new();
    let mut operations = program.operations();
    operations.sort_by_key(|(method, path, _)| turn_of(method, path));
    for (method, path, operation) in operations {
        let (target, body, caller) = program.fitting(&method, &path, operation).await;
        let sent = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        let what = format!("{method} {target} {sent}");
        let response = program.call(&method, &target, sent).await;
        drop(caller);
        if response.status().is_success() {
            program.hold_against(operation, response, &what).await;
        } else {
            let status = response.status();
            failed.push(format!("{what}: {status} {}", json_of(response).await));
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
    program.engine.shutdown().await;
}

/// Whether an operation asks for no token.
fn is_open(operation: &Value) -> bool {
    !operation["security"].is_null()
}

/// Where `null` says something: none of it, all of them, no limit, the platform's own.
const NULLABLE: &[&str] = &[
    "AccessChange/login",
    "DeliveredNames/names",
    "NewAnswering/default_answer",
    "NewAnswering/upstream",
    "NewReplays/user",
    "NgrokStart/ca_file",
    "NgrokStart/domain",
    "NgrokStart/proxy",
    "NgrokStart/server_addr",
    "ReleaseFilter/bot",
    "RuleQuestion/rule",
    "SampleTarget/bot",
    "SettingsPatch/keep_days",
    "SshStart/host_key",
    "SshStart/key_file",
    "SshStart/public_url",
    "SshStart/url_command",
    "SshStart/url_domain",
    "ToScenario/target",
];

#[tokio::test(flavor = "multi_thread")]
async fn null_in_place_of_a_value_is_422_on_every_route_and_changes_nothing() {
    let program = Program::start().await;
    let mut nullable = BTreeSet::new();
    let before = program.everything().await;
    for (method, path, operation) in program.operations() {
        if is_open(operation) {
            continue;
        }
        for (field, pointer, body) in program.nulls(operation, &mut nullable) {
            let target = program.targets(&path, operation).swap_remove(0);
            let response = program.call(&method, &target, body.to_string()).await;
            let what = format!("{method} {path} {field}: {body}");
            assert_eq!(
                response.status(),
                StatusCode::UNPROCESSABLE_ENTITY,
                "{what}"
            );
            let error = json_of(response).await;
            assert_eq!(error["pointer"], *pointer, "{what}: {error}");
        }
    }
    let nullable: Vec<&str> = nullable.iter().map(String::as_str).collect();
    assert_eq!(nullable, NULLABLE);
    assert_eq!(program.everything().await, before);
    program.engine.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_json_is_400_on_every_route_that_reads_a_body() {
    let program = Program::start().await;
    for (method, path, operation) in program.operations() {
        if operation["requestBody"].is_null() || is_open(operation) {
            continue;
        }
        let target = program.targets(&path, operation).swap_remove(0);
        let may_be_absent = operation["requestBody"]["required"] != true;
        for text in ["", "{", "{\"a\":", "nothing", "{} {}", "\u{feff}"] {
            if text.is_empty() && may_be_absent {
                continue;
            }
            let response = program.call(&method, &target, text).await;
            let what = format!("{method} {target} {text}");
            assert_eq!(response.status(), StatusCode::BAD_REQUEST, "{what}");
            program.hold_against(operation, response, &what).await;
        }
    }
    program.engine.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_method_or_a_path_that_is_not_there_is_told_in_the_readers_language() {
    let program = Program::start().await;
    for (method, path, status, words) in [
        ("PUT", "/api/v1/status", 405, "не принимает"),
        ("GET", "/api/v1/nothing", 404, "ничего нет"),
        ("GET", "/nothing.js", 404, "ничего нет"),
        ("GET", "/api/v1/exchanges/%FF", 404, "обмена нет"),
    ] {
        let response = program.call(method, path, Body::empty()).await;
        assert_eq!(response.status().as_u16(), status, "{method} {path}");
        let body = json_of(response).await;
        assert!(text(&body["message"]).contains(words), "{body}");
    }
    program.engine.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_line_of_accept_language_counts() {
    let program = Program::start().await;
    let request = Request::builder()
        .uri("/api/v1/nothing")
        .header(header::ACCEPT_LANGUAGE, "de")
        .header(header::ACCEPT_LANGUAGE, "ru")
        .body(Body::empty())
        .unwrap();
    let response = program.router.clone().oneshot(request).await.unwrap();
    let body = json_of(response).await;
    assert!(text(&body["message"]).contains("ничего нет"), "{body}");
    program.engine.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_keeps_its_headers_and_has_a_document() {
    let program = Program::start().await;
    let target = program.targets("/api/v1/exchanges/{id}/request/body", &Value::Null);
    let request = Request::builder()
        .uri(&target[0])
        .header(header::RANGE, "bytes=1000000-")
        .body(Body::empty())
        .unwrap();
    let response = program.router.clone().oneshot(request).await.unwrap();
    assert_eq!(response.status(), StatusCode::RANGE_NOT_SATISFIABLE);
    assert!(response.headers().contains_key(header::CONTENT_RANGE));
    assert_eq!(json_of(response).await["code"], "range_not_satisfiable");
    program.engine.shutdown().await;
}

/// A page that is open while the program stops gets answers, not errors of a history that closed
/// before it.
#[tokio::test(flavor = "multi_thread")]
async fn a_call_under_way_at_the_end_is_answered_before_the_history_closes() {
    let program = Program::start().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let host = listener.local_addr().unwrap().to_string();
    let engine = program.engine.clone();
    let entrance = Arc::new(Entrance::new("token".to_owned(), "key".to_owned()));
    let serving =
        tokio::spawn(async move { crate::serve(&engine, listener, entrance, false).await });
    let mut call = TcpStream::connect(&host).await.unwrap();
    let head = format!(
        "POST /api/v1/exchanges/restore HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\
         Authorization: Bearer token\r\nContent-Length: 12\r\nExpect: 100-continue\r\n\r\n"
    );
    call.write_all(head.as_bytes()).await.unwrap();
    // The program says that it waits for the body: the call is under way.
    let mut answer = vec![0; b"HTTP/1.1 100 Continue\r\n\r\n".len()];
    call.read_exact(&mut answer).await.unwrap();
    assert!(answer.starts_with(b"HTTP/1.1 100 "), "{answer:?}");
    let engine = program.engine.clone();
    let ending = tokio::spawn(async move { engine.shutdown().await });
    program.engine.stopping().await;
    call.write_all(b"{\"undo\":\"1\"}").await.unwrap();
    let mut answer = String::new();
    call.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    ending.await.unwrap();
    serving.await.unwrap().unwrap();
}

/// Ranges and defaults stand in the document for the page to read: they are those that the engine
/// keeps to.
#[tokio::test(flavor = "multi_thread")]
async fn the_ranges_of_the_settings_are_the_engines() {
    let program = Program::start().await;
    let settings = program.get("/api/v1/settings").await;
    let schemas = &program.document["components"]["schemas"];
    let properties = schemas["SettingsPatch"]["properties"].as_object().unwrap();
    let mut ranges = 0;
    for (name, schema) in properties {
        let (Some(least), Some(most)) = (schema["minimum"].as_u64(), schema["maximum"].as_u64())
        else {
            continue;
        };
        ranges += 1;
        if name == "listen_port" {
            // Its ends are those of its type, and both would move the listener.
            assert_eq!((least, most), (0, u16::MAX.into()));
            continue;
        }
        assert_eq!(settings[name], schema["default"], "{name}");
        for (value, fits) in [
            (least - 1, false),
            (least, true),
            (most, true),
            (most + 1, false),
        ] {
            let patch = json!({name: value}).to_string();
            let response = program.call("PATCH", "/api/v1/settings", patch).await;
            assert_eq!(response.status().is_success(), fits, "{name}: {value}");
        }
    }
    assert_eq!(ranges, 8);
    let hold = &schemas["NewHold"]["properties"]["seconds"];
    let range = engine::HOLD_SECONDS;
    assert_eq!(hold["minimum"], *range.start());
    assert_eq!(hold["maximum"], *range.end());
    assert_eq!(hold["default"], engine::Answering::default().hold.seconds);
    program.engine.shutdown().await;
}

#[test]
fn the_filter_takes_every_key_and_value_that_the_document_names() {
    let document: Value = serde_json::from_str(&crate::openapi_json()).unwrap();
    let time = protocol::FilterTime::default();
    let mut values = 0;
    for (key, known) in document["x-filter"].as_object().unwrap() {
        for value in known.as_array().unwrap() {
            let filter = format!("{key}:{}", value.as_str().unwrap());
            assert!(protocol::parse_filter(&filter, &time).is_ok(), "{filter}");
            values += 1;
        }
        if !matches!(
            key.as_str(),
            "event" | "user" | "method" | "path" | "bot" | "body" | "note"
        ) {
            let filter = format!("{key}:nothing-of-this-kind");
            assert!(protocol::parse_filter(&filter, &time).is_err(), "{filter}");
        }
    }
    assert!(values > 20);
}

#[test]
fn the_document_names_each_operation_once_and_values_as_they_are_sent() {
    let document: Value = serde_json::from_str(&crate::openapi_json()).unwrap();
    let mut names = BTreeSet::new();
    for item in document["paths"].as_object().unwrap().values() {
        for operation in item.as_object().unwrap().values() {
            let name = text(&operation["operationId"]);
            assert!(names.insert(name.clone()), "{name} stands twice");
        }
    }
    assert_eq!(
        document["components"]["schemas"]["State"]["enum"][0],
        "held"
    );
    assert_eq!(document["openapi"], "3.1.0");
}

/// What a request may carry and an answer must not: the two never share a schema with a secret.
#[test]
fn secrets_stand_in_requests_and_in_no_answer() {
    let document: Value = serde_json::from_str(&crate::openapi_json()).unwrap();
    let mut asked = BTreeSet::new();
    let mut told = BTreeSet::new();
    for item in document["paths"].as_object().unwrap().values() {
        for operation in item.as_object().unwrap().values() {
            collect_schemas(&document, &operation["requestBody"], &mut asked);
            collect_schemas(&document, &operation["responses"], &mut told);
        }
    }
    assert!(asked.contains("Secret"), "{asked:?}");
    assert!(!told.contains("Secret"), "{told:?}");
    let schemas = &document["components"]["schemas"];
    let names = |among: &BTreeSet<String>| {
        let properties = among.iter().map(|name| schemas[name]["properties"].clone());
        let members = properties.filter_map(|all| all.as_object().cloned());
        let names = members.flat_map(|all| all.into_iter().map(|(name, _)| name));
        names.collect::<BTreeSet<_>>()
    };
    for secret in ["authtoken", "proxy", "passphrase", "password"] {
        assert!(names(&asked).contains(secret), "nobody asks for {secret}");
        assert!(!names(&told).contains(secret), "{secret} is told");
    }
}

/// Adds the names of all schemas that a part of the document leads to.
fn collect_schemas(document: &Value, part: &Value, names: &mut BTreeSet<String>) {
    match part {
        Value::Object(members) => {
            if let Some(target) = members.get("$ref").and_then(Value::as_str) {
                let name = target.rsplit('/').next().unwrap_or_default().to_owned();
                if names.insert(name) {
                    let pointer = target.trim_start_matches('#');
                    collect_schemas(document, document.pointer(pointer).unwrap(), names);
                }
            }
            for member in members.values() {
                collect_schemas(document, member, names);
            }
        }
        Value::Array(items) => {
            for item in items {
                collect_schemas(document, item, names);
            }
        }
        _ => {}
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn exchanges_that_are_read_have_one_bound_by_their_length_and_short_ones_none() {
    let program = Program::start_with(Bounds {
        taken_bytes: 350 << 10,
        wait: Duration::ZERO,
        ..Bounds::default()
    })
    .await;
    let long = format!("/api/v1/exchanges/{}", program.answered(100 << 10).await);
    let short = format!("/api/v1/exchanges/{}", program.answered(100).await);
    let answer = json!({"status": 200, "body": "{}"}).to_string();
    let replay = json!({"target": "self"}).to_string();
    let calls = async |exchange: &str| {
        let body = format!("{exchange}/request/body");
        let (preview, again) = (format!("{exchange}/preview"), format!("{exchange}/replay"));
        let mut statuses = Vec::new();
        for (method, path, sent) in [
            ("GET", exchange, ""),
            ("GET", &*body, ""),
            ("POST", &*preview, &*answer),
            ("POST", &*again, &*replay),
        ] {
            let response = program.call(method, path, sent.to_owned()).await;
            statuses.push(response.status().as_u16());
        }
        statuses
    };
    assert_eq!(calls(&long).await, [200, 200, 200, 201]);
    let body = format!("{long}/request/body");
    let mut unread = Vec::new();
    for _ in 0..3 {
        unread.push(program.call("GET", &body, "").await);
    }
    assert_eq!(calls(&long).await, [503; 4]);
    assert_eq!(calls(&short).await, [200, 200, 200, 201]);
    let refused = program.call("GET", &long, "").await;
    assert_eq!(json_of(refused).await["code"], "busy");
    drop(unread);
    assert_eq!(calls(&long).await, [200, 200, 200, 201]);
    program.engine.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_that_arrive_have_one_bound_together() {
    let program = Program::start_with(Bounds {
        brought_bytes: crate::arrival_error::BODY_LIMIT,
        wait: Duration::ZERO,
        ..Bounds::default()
    })
    .await;
    let long = json!({"text": "1".repeat(200_000)}).to_string();
    let status = async |body: Body| program.call("POST", "/api/v1/format", body).await.status();
    // Of unknown length, and without an end.
    let (sender, arriving) = tokio::sync::oneshot::channel::<()>();
    let endless = Body::new(http_body_util::StreamBody::new(futures_util::stream::once(
        async move {
            let _ = arriving.await;
            Ok::<_, std::io::Error>(http_body::Frame::data(bytes::Bytes::from_static(b"{")))
        },
    )));
    let first = status(endless);
    let mut first = std::pin::pin!(first);
    tokio::select! {
        biased;
        status = &mut first => panic!("{status} before it has come"),
        () = std::future::ready(()) => {}
    }
    let refused = status(long.clone().into()).await;
    assert_eq!(refused, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(
        status("{\"text\":\"1\"}".into()).await,
        StatusCode::OK,
        "a short one"
    );
    drop(sender);
    assert_eq!(first.await, StatusCode::BAD_REQUEST);
    assert_eq!(status(long.into()).await, StatusCode::OK);
    program.engine.shutdown().await;
}
