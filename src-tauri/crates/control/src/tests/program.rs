//! The program under test in this process: its router, its document, and what every operation is
//! called with.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::body::Body;
use axum::http::{Method, Request, header};
use axum::response::Response;
use axum::{Extension, Router};
use engine::{Engine, EngineConfig, Listen};
use http_body_util::BodyExt as _;
use serde_json::{Map, Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tower::ServiceExt as _;

use crate::entrance::Entrance;
use crate::in_flight::Bounds;

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

/// The routes of what is sent one after the other.
const RUNS: [&str; 3] = ["/replays", "/what-if", "/scenarios"];

fn is_run(route: &str) -> bool {
    RUNS.iter().any(|run| route.starts_with(run))
}

pub(super) struct Program {
    directory: tempfile::TempDir,
    pub(super) engine: Engine,
    pub(super) router: Router,
    pub(super) entrance: Arc<Entrance>,
    pub(super) document: Value,
    /// An exchange that is there.
    pub(super) exchange: String,
    /// The bot that is there.
    pub(super) bot: String,
    /// The notice that is there.
    notice: String,
}

impl Program {
    pub(super) async fn start() -> Self {
        Self::start_with(Bounds::default()).await
    }

    /// With bounds of its own for bodies that are under way.
    pub(super) async fn start_with(bounds: Bounds) -> Self {
        // A second test of this process could only repeat it.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let directory = tempfile::tempdir().unwrap();
        // A history was there, and was removed: that is a notice.
        std::fs::write(directory.path().join("history.reserve"), "").unwrap();
        let engine = Engine::start(EngineConfig {
            log_dir: None,
            data_dir: directory.path().to_owned(),
            listen: Listen::Fixed(([127, 0, 0, 1], 0).into()),
            version: "0",
            first_bot: "Bot".into(),
        })
        .await
        .unwrap();
        let entrance = Arc::new(Entrance::new("token".to_owned(), "key".to_owned()));
        let router = crate::app_with(&engine, bounds).layer(Extension(Arc::clone(&entrance)));
        let mut program = Self {
            directory,
            engine,
            router,
            entrance,
            document: serde_json::from_str(&crate::openapi_json()).unwrap(),
            exchange: String::new(),
            bot: String::new(),
            notice: String::new(),
        };
        let session = json!({"key_store": "session"});
        program.send("PATCH", "/api/v1/settings", &session).await;
        program.bot = text(&program.get("/api/v1/bots").await["bots"][0]["id"]);
        program.notice = text(&program.get("/api/v1/status").await["notices"][0]["id"]);
        program.exchange = program.answered_sample().await;
        program
    }

    /// Where it is served over a socket, without the rules of access.
    pub(super) async fn listening(&self) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (router, engine) = (self.router.clone(), self.engine.clone());
        tokio::spawn(async move {
            let limits = crate::listener::LIMITS;
            crate::listener::serve(listener, router, limits, engine.stopping()).await;
        });
        address
    }

    pub(super) async fn call(&self, method: &str, path: &str, body: impl Into<Body>) -> Response {
        let request = Request::builder()
            .method(Method::from_bytes(method.to_uppercase().as_bytes()).unwrap())
            .uri(path)
            .header(header::ACCEPT_LANGUAGE, "ru")
            .body(body.into())
            .unwrap();
        self.router.clone().oneshot(request).await.unwrap()
    }

    pub(super) async fn get(&self, path: &str) -> Value {
        json_of(self.call("GET", path, Body::empty()).await).await
    }

    pub(super) async fn send(&self, method: &str, path: &str, body: &Value) -> Value {
        json_of(self.call(method, path, body.to_string()).await).await
    }

    /// Every operation: method, path, its part of the document.
    pub(super) fn operations(&self) -> Vec<(String, String, &Value)> {
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

    /// A value of a schema: its example, else what it names, with the default or the least of each.
    fn sample(&self, schema: &Value) -> Value {
        let schema = self.resolved(schema);
        if let Some(example) = schema.get("example").or_else(|| schema["examples"].get(0)) {
            return example.clone();
        }
        if let Some(first) = schema["enum"].get(0) {
            return first.clone();
        }
        let mut branches = schema["oneOf"].as_array().into_iter().flatten();
        if let Some(branch) = branches.find(|branch| branch["type"] != "null") {
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
        } else if schema["format"] == "uuid" {
            json!(self.bot)
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

    /// For each field of an operation's body, and of the objects in it, that does not take `null`:
    /// which it is, its pointer, and the body with `null` there. The others go into `nullable`.
    pub(super) fn nulls(
        &self,
        operation: &Value,
        nullable: &mut BTreeSet<String>,
    ) -> Vec<(String, String, Value)> {
        let content = &operation["requestBody"]["content"]["application/json"]["schema"];
        let mut branches = content["oneOf"].as_array().into_iter().flatten();
        let branch = branches.find(|branch| branch["type"] != "null");
        let content = branch.unwrap_or(content);
        let mut found = Vec::new();
        if !content.is_null() {
            self.nulls_in(content, "", &|value| value, (nullable, &mut found));
        }
        found
    }

    fn nulls_in(
        &self,
        schema: &Value,
        at: &str,
        around: &dyn Fn(Value) -> Value,
        (nullable, found): (&mut BTreeSet<String>, &mut Vec<(String, String, Value)>),
    ) {
        let name = schema["$ref"].as_str().unwrap_or_default();
        let name = name.rsplit('/').next().unwrap_or_default();
        let properties = self.resolved(schema)["properties"].as_object();
        for (member, schema) in properties.into_iter().flatten() {
            let branches = schema["oneOf"].as_array();
            let branch = branches.and_then(|all| all.iter().find(|one| one["type"] != "null"));
            let types = schema["type"].as_array();
            let takes_null = types.is_some_and(|types| types.contains(&json!("null")))
                || branches.is_some_and(|all| all.iter().any(|one| one["type"] == "null"));
            let (field, pointer) = (format!("{name}/{member}"), format!("{at}/{member}"));
            let with = |value: Value| around(json!({member.clone(): value}));
            if takes_null {
                nullable.insert(field);
            } else {
                found.push((field, pointer.clone(), with(Value::Null)));
            }
            let inner = branch.unwrap_or(schema);
            if inner["$ref"].is_string() {
                self.nulls_in(inner, &pointer, &with, (&mut *nullable, &mut *found));
            }
        }
    }

    /// What is set.
    pub(super) async fn everything(&self) -> Vec<Value> {
        let mut all = Vec::new();
        for route in [
            "answering",
            "bots",
            "settings",
            "tunnel",
            "exchanges",
            "rules",
        ] {
            all.push(self.get(&format!("/api/v1/{route}")).await);
        }
        all
    }

    /// The bodies an operation is called with; the first one is meant to fit.
    pub(super) fn bodies(&self, operation: &Value) -> Vec<(Value, bool)> {
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
    pub(super) fn targets(&self, path: &str, operation: &Value) -> Vec<String> {
        let id = match path.split('/').nth(3) {
            Some("bots") => &self.bot,
            Some("notices") => &self.notice,
            Some("preview") => "webim",
            _ => &self.exchange,
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

    /// An exchange that waits for a person, with its caller on the line.
    async fn hold_one(&self) -> (String, TcpStream) {
        let hold = json!({"mode": "hold", "hold": {"seconds": 600}});
        self.send("PUT", "/api/v1/answering", &hold).await;
        let after = self.get("/api/v1/exchanges?limit=1").await["seq"].clone();
        let caller = self.turn(b"{}").await;
        let is_held = |event: &Value| event["exchange"]["state"] == "held";
        (self.exchange_of_event(&after, is_held).await, caller)
    }

    /// Sends a turn to the bot; its caller stays on the line.
    async fn turn(&self, body: &[u8]) -> TcpStream {
        let address = text(&self.get("/api/v1/bots").await["bots"][0]["webhook_url"]);
        let address: axum::http::Uri = address.parse().unwrap();
        let host = address.authority().unwrap().as_str();
        let mut caller = TcpStream::connect(host).await.unwrap();
        let (path, length) = (address.path(), body.len());
        let head =
            format!("POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: {length}\r\n\r\n");
        caller.write_all(head.as_bytes()).await.unwrap();
        caller.write_all(body).await.unwrap();
        caller
    }

    /// A turn with a body of so many bytes that the bot was answered.
    pub(super) async fn answered(&self, bytes: usize) -> String {
        let after = self.get("/api/v1/exchanges?limit=1").await["seq"].clone();
        let _caller = self.turn("x".repeat(bytes).as_bytes()).await;
        let is_answered = |event: &Value| event["exchange"]["state"] == "answered";
        self.exchange_of_event(&after, is_answered).await
    }

    /// An exchange whose server has answered, in time or after a person did.
    async fn of_server(&self, is_late: bool) -> (String, TcpStream) {
        let server = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", server.local_addr().unwrap());
        let asking = json!({"mode": "upstream_hold", "upstream": url, "hold": {"seconds": 600}});
        self.send("PUT", "/api/v1/answering", &asking).await;
        let after = self.get("/api/v1/exchanges?limit=1").await["seq"].clone();
        let caller = self.turn(b"{\"n\":1}").await;
        let (mut stream, _) = server.accept().await.unwrap();
        // What came before its request would be no answer to it.
        stream.read_u8().await.unwrap();
        if is_late {
            let is_held = |event: &Value| event["exchange"]["state"] == "held";
            let id = self.exchange_of_event(&after, is_held).await;
            let answer = format!("/api/v1/exchanges/{id}/answer");
            self.send("POST", &answer, &json!({"body": "{}"})).await;
        }
        let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n{\"a\":1}";
        stream.write_all(answer).await.unwrap();
        let field = match is_late {
            true => "late_after_ms",
            false => "upstream_after_ms",
        };
        let is_there = |event: &Value| event["exchange"][field].is_f64();
        (self.exchange_of_event(&after, is_there).await, caller)
    }

    /// The same where a rule has corrected it.
    async fn of_corrected_server(&self) -> (String, TcpStream) {
        let patch = json!({"forward": {"hold": true, "patch": {"remove": ["a"]}}});
        let when = json!({"field": "body", "op": "equals", "value": "{\"n\":1}"});
        let rule = json!({"version": 1, "when": when, "then": patch});
        self.send("POST", "/api/v1/rules", &rule).await;
        self.of_server(false).await
    }

    /// A run of one turn, or what begins one.
    async fn fitting_run(&self, path: &str, body: Value) -> (String, Value, Option<TcpStream>) {
        if path.contains("/what-if") {
            return self.fitting_what_if(path, body).await;
        }
        if path.contains("/scenarios") {
            return self.fitting_scenario(path, body).await;
        }
        let run = json!({"ids": [self.answered(3).await], "target": "self"});
        let id = text(&self.send("POST", "/api/v1/replays", &run).await["id"]);
        let begins = path.ends_with("/replays");
        let body = if begins { run } else { body };
        (path.replace("{id}", &id), body, None)
    }

    /// What is done with a conversation. What ends takes no body.
    async fn of_conversation(&self, method: &str, body: Value) -> Value {
        match method {
            "delete" => body,
            "post" => self.conversation_to_export().await,
            _ => self.folder_to_watch().await,
        }
    }

    /// A folder that is watched, for a server that is not there.
    async fn folder_to_watch(&self) -> Value {
        let conversation = self.conversation_to_export().await["conversation"].clone();
        let watch = json!({"folder": self.directory.path(), "conversations": [conversation],
            "target": "http://127.0.0.1:1/"});
        self.send("PUT", "/api/v1/watch", &watch).await;
        watch
    }

    /// An answer that is changed.
    async fn fitting_what_if(&self, path: &str, body: Value) -> (String, Value, Option<TcpStream>) {
        let exchange = self.answered_sample().await;
        // Nobody listens there.
        let answer = json!({"body": "{}"});
        let what_if =
            json!({"exchange": exchange, "answer": answer, "target": "http://127.0.0.1:1"});
        let id = text(&self.send("POST", "/api/v1/what-if", &what_if).await["id"]);
        let begins = path.ends_with("/what-if");
        let body = if begins { what_if } else { body };
        (path.replace("{id}", &id), body, None)
    }

    /// A scenario of one step that is played, what begins one, or what makes one.
    async fn fitting_scenario(
        &self,
        path: &str,
        body: Value,
    ) -> (String, Value, Option<TcpStream>) {
        if path.ends_with("/from-conversation") {
            self.answered_sample().await;
            let list = self.get("/api/v1/conversations").await;
            let made = json!({"conversation": list["conversations"][0]["id"]});
            return (path.to_owned(), made, None);
        }
        let yaml = "scenario: 1\nsteps: [{send: {event: a}}]";
        let run = json!({"yaml": yaml, "target": "self"});
        let id = text(&self.send("POST", "/api/v1/scenarios/run", &run).await["id"]);
        let body = if path.ends_with("/run") { run } else { body };
        (path.replace("{id}", &id), body, None)
    }

    /// A sample turn that the bot was answered.
    async fn answered_sample(&self) -> String {
        let after = self.get("/api/v1/exchanges?limit=1").await["seq"].clone();
        self.send("POST", "/api/v1/sample", &json!({})).await;
        let is_answered = |event: &Value| event["exchange"]["state"] == "answered";
        self.exchange_of_event(&after, is_answered).await
    }

    /// The exchange of the first event after `after` that fits.
    async fn exchange_of_event(&self, after: &Value, fits: impl Fn(&Value) -> bool) -> String {
        let mut after = after.clone();
        loop {
            let feed = format!("/api/v1/events?after={after}&wait_ms=30000");
            let batch = self.get(&feed).await;
            let mut events = batch["events"].as_array().unwrap().iter();
            if let Some(event) = events.find(|event| fits(event)) {
                return text(&event["exchange"]["id"]);
            }
            after = batch["next"].clone();
        }
    }

    /// Has the bot answer everybody by itself: what was called before may have closed its address,
    /// or handed it to a person.
    async fn open_the_bot(&self) {
        self.send("PUT", "/api/v1/answering", &json!({})).await;
        let access = format!("/api/v1/bots/{}/access", self.bot);
        self.send("PUT", &access, &json!({"login": null})).await;
    }

    /// Makes what an operation needs to succeed. Gives the path and the body that fit, and the
    /// caller that must stay meanwhile.
    pub(super) async fn fitting(
        &self,
        method: &str,
        path: &str,
        operation: &Value,
    ) -> (String, Value, Option<TcpStream>) {
        let target = self.targets(path, operation).swap_remove(0);
        let (body, _) = self.bodies(operation).swap_remove(0);
        self.open_the_bot().await;
        match (method, path.trim_start_matches("/api/v1")) {
            (
                "post",
                "/exchanges/{id}/answer" | "/exchanges/{id}/extend" | "/exchanges/{id}/release",
            ) => {
                let (id, caller) = self.hold_one().await;
                (path.replace("{id}", &id), body, Some(caller))
            }
            ("get", "/exchanges/{id}/upstream/body" | "/exchanges/{id}/corrected/body") => {
                let (id, caller) = self.of_corrected_server().await;
                (path.replace("{id}", &id), body, Some(caller))
            }
            ("get", "/exchanges/{id}/late" | "/exchanges/{id}/late/body")
            | ("post", "/exchanges/{id}/late/deliver") => {
                let (id, caller) = self.of_server(true).await;
                // A list of no variables is refused.
                let all = if method == "post" { json!({}) } else { body };
                (path.replace("{id}", &id), all, Some(caller))
            }
            (_, route) if route.starts_with("/rules/{id}") => {
                (path.replace("{id}", &self.rule().await), body, None)
            }
            ("post", "/rules/export" | "/rules/import") | ("put", "/rules/folder") => {
                (target, self.folder_of_rules(), None)
            }
            ("put", "/rules/order") => (target, json!({"ids": self.rule_ids().await}), None),
            ("post", "/rules/explain" | "/rules/preview/turn") => {
                let question = self.question_of_a_turn(path.ends_with("turn")).await;
                (target, question, None)
            }
            (_, route) if is_run(route) => self.fitting_run(path, body).await,
            (_, "/export" | "/watch") => (target, self.of_conversation(method, body).await, None),
            ("get", "/exchanges/{id}/why") => (format!("{target}?name=a"), body, None),
            ("post", "/compare") => (target, self.sides_to_compare(), None),
            (_, route) if route.starts_with("/simul") => {
                self.fitting_simulation(method, path, (target, body)).await
            }
            ("post", "/paths/parse") => (target, example_of_a_query(), None),
            ("post", "/session") => (target, json!({"word": self.entrance.word()}), None),
            ("delete", "/bots/{id}") => {
                let name = json!({"name": "Another"});
                let id = text(&self.send("POST", "/api/v1/bots", &name).await["id"]);
                (path.replace("{id}", &id), body, None)
            }
            ("delete", route) if route.starts_with("/exchanges/{id}") => {
                let id = self.answered_sample().await;
                (path.replace("{id}", &id), body, None)
            }
            ("post", "/tunnel/retry" | "/tunnel/check") => {
                // Nobody listens there: the check is told so at once.
                let start = json!({"provider": "url", "url": {"url": "https://127.0.0.1:1"}});
                self.start_tunnel(&start).await;
                (target, body, None)
            }
            _ => (target, body, None),
        }
    }

    /// A conversation that becomes a file.
    async fn conversation_to_export(&self) -> Value {
        let turn = self.answered_sample().await;
        let found = format!("/api/v1/conversations?turn={turn}");
        let id = self.get(&found).await["conversations"][0]["id"].clone();
        json!({"format": "sber-code-xml", "conversation": id})
    }

    /// Two messages to compare.
    fn sides_to_compare(&self) -> Value {
        json!({"left": self.exchange, "right": self.exchange, "side": "request"})
    }

    /// The same of the simulator's operations.
    async fn fitting_simulation(
        &self,
        method: &str,
        path: &str,
        (target, body): (String, Value),
    ) -> (String, Value, Option<TcpStream>) {
        match (method, path.trim_start_matches("/api/v1")) {
            ("post", "/simulate") => (target, turn_of_a_user(), None),
            ("delete", "/simulate/{id}") => (self.call_to_come().await, body, None),
            ("put", "/simulator/{id}/next") => {
                let next = json!({"answer": "error"});
                (path.replace("{id}", "webim"), next, None)
            }
            ("post", _) => self.fitting_user(path).await,
            _ => (target, body, None),
        }
    }

    /// A call that has failed and is to be made again.
    async fn call_to_come(&self) -> String {
        let failing = json!({"default_answer": {"status": 500, "body": ""}});
        self.send("PUT", "/api/v1/answering", &failing).await;
        let call = json!({"platform": "leadconverter", "leadconverter": {"retry": "real"}});
        let made = self.send("POST", "/api/v1/simulate", &call).await;
        format!("/api/v1/simulate/{}", text(&made["id"]))
    }

    /// What is done with a user that the simulator has played.
    async fn fitting_user(&self, path: &str) -> (String, Value, Option<TcpStream>) {
        let exchange = self.answered_sample().await;
        let turn = json!({"platform": "graph", "user": exchange, "event": "e", "target": "self"});
        self.send("POST", "/api/v1/simulate", &turn).await;
        let body = match path.rsplit('/').next() {
            Some("from") => json!({"exchange": exchange}),
            Some("branch") => json!({"as": format!("{exchange} again")}),
            _ => json!({"turns": 1}),
        };
        (path.replace("{id}", &exchange), body, None)
    }

    /// A turn to explain, or one that a draft is tried on.
    async fn question_of_a_turn(&self, has_draft: bool) -> Value {
        let id = self.answered_sample().await;
        let rule = json!({"version": 1, "when": {"all": []}, "then": {"reply": {}}});
        match has_draft {
            true => json!({"rule": rule, "exchange_id": id}),
            false => json!({"exchange_id": id}),
        }
    }

    /// A folder that is there.
    fn folder_of_rules(&self) -> Value {
        let folder = self.directory.path().join("rules");
        std::fs::create_dir_all(&folder).unwrap();
        json!({"path": folder})
    }

    /// A rule that never answers.
    async fn rule(&self) -> String {
        let rule = json!({"version": 1, "then": {"fault": {"kind": "close"}},
            "when": {"any": []}});
        text(&self.send("POST", "/api/v1/rules", &rule).await["id"])
    }

    /// The ids of all rules.
    async fn rule_ids(&self) -> Vec<String> {
        let list = self.get("/api/v1/rules").await;
        let rules = list["rules"].as_array().unwrap().iter();
        rules.map(|rule| text(&rule["id"])).collect()
    }

    /// Starts a tunnel and waits until it has its address.
    async fn start_tunnel(&self, start: &Value) {
        let listed = self.send("GET", "/api/v1/exchanges", &Value::Null).await;
        let mut seen = listed["seq"].as_u64().unwrap();
        self.send("POST", "/api/v1/tunnel/start", start).await;
        while self.send("GET", "/api/v1/tunnel", &Value::Null).await["state"] != "online" {
            let events = format!("/api/v1/events?after={seen}&wait_ms=30000");
            let events = self.send("GET", &events, &Value::Null).await;
            seen = events["next"].as_u64().unwrap();
        }
    }

    /// Holds an answer against the document.
    pub(super) async fn hold_against(&self, operation: &Value, response: Response, what: &str) {
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

/// A turn of a user.
fn turn_of_a_user() -> Value {
    json!({"platform": "graph", "user": "u", "event": "e", "set": {"n": 1.5}})
}

/// An example of a query.
fn example_of_a_query() -> Value {
    json!({"platform": "nocobase", "part": "query", "sample": "a=1"})
}

pub(super) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

pub(super) async fn json_of(response: Response) -> Value {
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    serde_json::from_slice(&bytes).unwrap_or_default()
}

/// The same schemas with no room for members that are not named.
fn strict(schema: &Value) -> Value {
    match schema {
        Value::Object(members) => {
            let parts = parts_of_others(schema);
            let mut next: Map<String, Value> = members
                .iter()
                .map(|(name, value)| match name.as_str() {
                    // A part does not know what stands beside it; the whole does.
                    "allOf" => (name.clone(), value.clone()),
                    "schemas" => (name.clone(), strict_but(value, &parts)),
                    _ => (name.clone(), strict(value)),
                })
                .collect();
            if next.get("type") == Some(&json!("object")) && next.contains_key("properties") {
                next.insert("additionalProperties".into(), json!(false));
            }
            if next.contains_key("allOf") {
                next.insert("unevaluatedProperties".into(), json!(false));
            }
            Value::Object(next)
        }
        Value::Array(items) => items.iter().map(strict).collect(),
        other => other.clone(),
    }
}

/// The schemas of a document, but those that are parts of others.
fn strict_but(schemas: &Value, parts: &BTreeSet<String>) -> Value {
    let schemas = schemas.as_object().unwrap().iter();
    let strict = schemas.map(|(name, schema)| match parts.contains(name) {
        true => (name.clone(), schema.clone()),
        false => (name.clone(), strict(schema)),
    });
    Value::Object(strict.collect())
}

/// The names of schemas that stand in an `allOf`.
fn parts_of_others(schema: &Value) -> BTreeSet<String> {
    let mut parts = BTreeSet::new();
    match schema {
        Value::Object(members) => {
            let all_of = members.get("allOf").and_then(Value::as_array);
            for part in all_of.into_iter().flatten() {
                let name = part["$ref"].as_str().unwrap_or_default();
                parts.extend(name.rsplit('/').next().map(str::to_owned));
            }
            for member in members.values() {
                parts.extend(parts_of_others(member));
            }
        }
        Value::Array(items) => items
            .iter()
            .for_each(|item| parts.extend(parts_of_others(item))),
        _ => {}
    }
    parts
}
