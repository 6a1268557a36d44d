//! Whether the program keeps to its own OpenAPI document: every operation is called with what fits
//! and with what does not, and every answer is held against the document.

use std::collections::BTreeSet;

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use axum::response::Response;
use engine::{Engine, EngineConfig, Listen};
use http_body_util::BodyExt as _;
use serde_json::{Map, Value, json};
use tower::ServiceExt as _;

/// Values that fit few fields.
fn oddities() -> Vec<Value> {
    vec![
        Value::Null,
        json!(true),
        json!(0),
        json!(-1),
        json!(1.5),
        json!(u64::MAX),
        json!(1e300),
        json!(""),
        json!("\u{0}"),
        json!("x".repeat(20_000)),
        json!([]),
        json!([["a"]]),
        json!([["a b", "c"]]),
        json!({}),
        json!({"unknown": 1}),
    ]
}

/// Texts in place of a parameter.
const TEXTS: [&str; 8] = [
    "",
    "x",
    "-1",
    "0",
    "99999999999999999999",
    "%FF",
    "1&limit=1",
    "status%3A",
];

struct Program {
    _directory: tempfile::TempDir,
    engine: Engine,
    router: Router,
    document: Value,
    /// An exchange that is there.
    exchange: String,
    /// The bot that is there.
    bot: String,
}

impl Program {
    async fn start() -> Self {
        // A second test of this process could only repeat it.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let directory = tempfile::tempdir().unwrap();
        let engine = Engine::start(EngineConfig {
            data_dir: directory.path().to_owned(),
            listen: Listen::Fixed(([127, 0, 0, 1], 0).into()),
            version: "0",
            first_bot: "Bot".into(),
        })
        .await
        .unwrap();
        let router = crate::app(&engine);
        let mut program = Self {
            _directory: directory,
            engine,
            router,
            document: serde_json::from_str(&crate::openapi_json()).unwrap(),
            exchange: String::new(),
            bot: String::new(),
        };
        let session = json!({"key_store": "session"});
        program.send("PATCH", "/api/v1/settings", &session).await;
        program.bot = text(&program.get("/api/v1/bots").await["bots"][0]["id"]);
        program.send("POST", "/api/v1/sample", &json!({})).await;
        let mut after = 0;
        while program.exchange.is_empty() {
            let feed = format!("/api/v1/events?after={after}&wait_ms=30000");
            let batch = program.get(&feed).await;
            let mut ids = batch["events"].as_array().unwrap().iter();
            program.exchange = ids
                .find_map(|event| event["exchange"]["id"].as_str())
                .unwrap_or_default()
                .to_owned();
            after = batch["next"].as_u64().unwrap();
        }
        program
    }

    async fn call(&self, method: &str, path: &str, body: impl Into<Body>) -> Response {
        let request = Request::builder()
            .method(Method::from_bytes(method.to_uppercase().as_bytes()).unwrap())
            .uri(path)
            .header(header::ACCEPT_LANGUAGE, "ru")
            .body(body.into())
            .unwrap();
        self.router.clone().oneshot(request).await.unwrap()
    }

    async fn get(&self, path: &str) -> Value {
        json_of(self.call("GET", path, Body::empty()).await).await
    }

    async fn send(&self, method: &str, path: &str, body: &Value) -> Value {
        json_of(self.call(method, path, body.to_string()).await).await
    }

    /// Every operation: method, path, its part of the document.
    fn operations(&self) -> Vec<(String, String, &Value)> {
        let paths = self.document["paths"].as_object().unwrap();
        let mut all = Vec::new();
        for (path, item) in paths {
            for (method, operation) in item.as_object().unwrap() {
                all.push((method.clone(), path.clone(), operation));
            }
        }
        all
    }

    fn resolved<'a>(&'a self, part: &'a Value) -> &'a Value {
        match part["$ref"].as_str() {
            Some(at) => self.document.pointer(at.trim_start_matches('#')).unwrap(),
            None => part,
        }
    }

    /// A value of a schema: what it names, with the default or the least of each.
    fn sample(&self, schema: &Value) -> Value {
        let schema = self.resolved(schema);
        if let Some(first) = schema["enum"].get(0) {
            return first.clone();
        }
        if let Some(branch) = schema["oneOf"]
            .as_array()
            .and_then(|branches| branches.last())
        {
            return self.sample(branch);
        }
        let types = &schema["type"];
        let is = |name: &str| types == name || types[0] == name;
        if is("object") {
            let properties = schema["properties"].as_object();
            let members = properties.into_iter().flatten();
            let members = members.map(|(name, schema)| (name.clone(), self.sample(schema)));
            Value::Object(members.collect::<Map<_, _>>())
        } else if let Some(least) = schema.get("default").or_else(|| schema.get("minimum")) {
            least.clone()
        } else if is("string") {
            json!("text")
        } else if is("boolean") {
            json!(false)
        } else if is("array") {
            json!([])
        } else {
            json!(0)
        }
    }

    /// The bodies an operation is called with; the first one is meant to fit.
    fn bodies(&self, operation: &Value) -> Vec<(Value, bool)> {
        let content = &operation["requestBody"]["content"]["application/json"];
        if content.is_null() {
            return vec![(Value::Null, false)];
        }
        let sample = self.sample(&content["schema"]);
        let mut bodies = vec![(sample.clone(), false)];
        for whole in [
            json!([]),
            json!(["a"]),
            json!("a"),
            json!(1),
            json!(null),
            json!(true),
        ] {
            bodies.push((whole, true));
        }
        let mut unknown = sample.clone();
        unknown["unknown"] = json!(1);
        bodies.push((unknown, true));
        bodies.push((json!({}), false));
        let members = sample.as_object().cloned().unwrap_or_default();
        for (name, value) in &members {
            let mut without = sample.clone();
            without.as_object_mut().unwrap().remove(name);
            bodies.push((without, false));
            for oddity in oddities() {
                let mut changed = sample.clone();
                changed[name] = oddity.clone();
                bodies.push((changed, false));
                for inner in value.as_object().into_iter().flatten() {
                    let mut changed = sample.clone();
                    changed[name][inner.0] = oddity.clone();
                    bodies.push((changed, false));
                }
            }
        }
        bodies
    }

    /// The paths with their queries that an operation is called with; the first one names what is
    /// there.
    fn targets(&self, path: &str, operation: &Value) -> Vec<String> {
        let id = if path.starts_with("/api/v1/bots") {
            &self.bot
        } else {
            &self.exchange
        };
        let mut targets = Vec::new();
        let unknown = "01980000-0000-7000-8000-000000000000";
        let ids: &[&str] = if path.contains('{') {
            &[id, unknown, "x", "%FF"]
        } else {
            &[""]
        };
        for id in ids {
            // The feed waits unless it is told not to.
            let wait = if path.ends_with("/events") {
                "?wait_ms=0"
            } else {
                ""
            };
            targets.push(format!("{}{wait}", path.replace("{id}", id)));
        }
        let target = targets[0].clone();
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            if parameter["in"] == "query" {
                let name = parameter["name"].as_str().unwrap();
                let joint = if target.contains('?') { '&' } else { '?' };
                let texts = TEXTS.iter().copied().filter(|_| name != "wait_ms");
                targets.extend(texts.map(|text| format!("{target}{joint}{name}={text}")));
            }
        }
        targets
    }

    /// Holds an answer against the document.
    async fn hold_against(&self, operation: &Value, response: Response, what: &str) {
        let status = response.status();
        let documented = &operation["responses"][status.as_str()];
        assert!(
            !documented.is_null(),
            "{what}: {status} is not in the document"
        );
        let content = &self.resolved(documented)["content"];
        let Some(schema) = content.get("application/json").map(|json| &json["schema"]) else {
            return;
        };
        let body = json_of(response).await;
        let mut root = strict(&self.document["components"]);
        root = json!({"components": root, "$ref": schema["$ref"]});
        let validator = jsonschema::draft202012::new(&root).unwrap();
        let wrong: Vec<String> = validator
            .iter_errors(&body)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(
            wrong.is_empty(),
            "{what}: {status} {body}\n{}",
            wrong.join("\n")
        );
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

async fn json_of(response: Response) -> Value {
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    serde_json::from_slice(&bytes).unwrap_or_default()
}

/// The same schemas with no room for members that are not named.
fn strict(schema: &Value) -> Value {
    match schema {
        Value::Object(members) => {
            let mut next: Map<String, Value> = members
                .iter()
                .map(|(name, value)| (name.clone(), strict(value)))
                .collect();
            if next.get("type") == Some(&json!("object")) && next.contains_key("properties") {
                next.insert("additionalProperties".into(), json!(false));
            }
            Value::Object(next)
        }
        Value::Array(items) => items.iter().map(strict).collect(),
        other => other.clone(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_is_in_the_document() {
    let program = Program::start().await;
    let mut statuses = BTreeSet::new();
    // Deletions last: what they take away is what the others are called with.
    let mut operations = program.operations();
    operations.sort_by_key(|(method, _, _)| method == "delete");
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
                if refused {
                    let status = response.status();
                    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{what}");
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
async fn what_is_no_json_is_400_on_every_route_that_reads_a_body() {
    let program = Program::start().await;
    for (method, path, operation) in program.operations() {
        if operation["requestBody"].is_null() {
            continue;
        }
        let target = program.targets(&path, operation).swap_remove(0);
        for text in ["", "{", "{\"a\":", "nothing", "{} {}", "\u{feff}"] {
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
            assert!(protocol::parse_filter(&filter, time).is_ok(), "{filter}");
            values += 1;
        }
        if !matches!(
            key.as_str(),
            "event" | "user" | "method" | "path" | "bot" | "body" | "note" | "id"
        ) {
            let filter = format!("{key}:nothing-of-this-kind");
            assert!(protocol::parse_filter(&filter, time).is_err(), "{filter}");
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

/// What a request may carry and an answer must not: the two never share a schema.
#[test]
fn secrets_stand_in_requests_and_in_no_answer() {
    let document: Value = serde_json::from_str(&crate::openapi_json()).unwrap();
    let schemas = &document["components"]["schemas"];
    for (schema, field) in [
        ("NgrokStart", "authtoken"),
        ("NgrokStart", "proxy"),
        ("SshStart", "passphrase"),
    ] {
        let properties = &schemas[schema]["properties"];
        assert!(!properties[field].is_null(), "{schema} lacks {field}");
        let told = schema.replace("Start", "Plan");
        assert!(
            schemas[&told]["properties"][field].is_null(),
            "{told} tells {field}"
        );
    }
}
