//! The public address over real sockets: the program, ngrok's own client in it, and the stand-in of
//! the service with its public edge.

use std::net::SocketAddr;

use ngrok_standin::{Knobs, ReservedPort, Standin, Urls};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::support::{Instance, TIMEOUT, codes, command};

pub const TOKEN: &str = "standin-token";

/// A program whose secrets stay in its memory, whatever key store this machine has.
pub async fn app() -> Instance {
    let app = Instance::start();
    in_session(&app).await;
    app
}

pub async fn in_session(app: &Instance) {
    let keep = json!({"key_store": "session"});
    assert_eq!(app.call(Method::PATCH, "settings", Some(keep)).await.0, 200);
}

pub async fn standin() -> Standin {
    let _ = rustls::crypto::ring::default_provider().install_default();
    Standin::start(Knobs {
        urls: Urls::PublicAddr,
        ..Knobs::default()
    })
    .await
}

pub fn plan(standin: &Standin, token: &str) -> Value {
    json!({"provider": "ngrok", "ngrok": {
        "authtoken": token, "domain": null, "server_addr": standin.server_addr(),
        "ca_file": standin.ca_file(), "proxy": null}})
}

/// Starts a tunnel and waits for a state.
pub async fn start(app: &Instance, plan: Value, state: &str) -> Value {
    let (status, answer) = app.post("tunnel/start", plan).await;
    assert_eq!(status, 202, "{answer}");
    until(app, state, |tunnel| tunnel["state"] == state).await
}

/// Follows the feed until the tunnel is as wanted.
pub async fn until(app: &Instance, what: &str, wanted: impl Fn(&Value) -> bool) -> Value {
    let mut after = app.get("exchanges?limit=1").await["seq"].as_u64().unwrap();
    let following = async {
        loop {
            let tunnel = app.get("tunnel").await;
            if wanted(&tunnel) {
                return tunnel;
            }
            let batch = app.get(&format!("events?after={after}&wait_ms=2000")).await;
            after = batch["next"].as_u64().unwrap();
        }
    };
    match tokio::time::timeout(crate::support::TIMEOUT, following).await {
        Ok(tunnel) => tunnel,
        Err(_) => panic!("waited in vain for {what}: {}", app.get("tunnel").await),
    }
}

pub async fn online(app: &Instance, standin: &Standin) -> Value {
    start(app, plan(standin, TOKEN), "online").await
}

pub async fn secret(app: &Instance) -> String {
    app.get("bots").await["bots"][0]["secret"]
        .as_str()
        .unwrap()
        .to_owned()
}

/// A request to the public edge.
async fn edge(app: &Instance, at: SocketAddr, path: &str) -> reqwest::Response {
    let request = app.http.post(format!("http://{at}{path}"));
    request
        .body(r#"{"action":"e1","a":1}"#)
        .send()
        .await
        .unwrap()
}

#[tokio::test]
async fn only_a_secret_leads_anywhere_through_the_public_address() {
    let (app, standin) = (app().await, standin().await);
    let tunnel = online(&app, &standin).await;
    let (at, secret) = (standin.public_addr(), secret(&app).await);
    assert_eq!(tunnel["webhook_url"], format!("http://{at}/{secret}"));
    for path in [
        "/",
        "/api/v1/health",
        "/index.html",
        "/x",
        &format!("/{secret}x"),
        &format!("//{secret}"),
    ] {
        let answer = edge(&app, at, path).await;
        assert_eq!(answer.status(), 404, "{path}");
        assert_eq!(answer.bytes().await.unwrap(), "", "{path}");
    }
    assert_eq!(app.newest().await, Value::Null);
    let tunnel = until(&app, "six strangers", |tunnel| tunnel["strangers"] == 6).await;
    assert_eq!(tunnel["strangers_minute"], 6);

    let answer = edge(&app, at, &format!("/{secret}/orders?x=1")).await;
    assert_eq!(
        (
            answer.status().as_u16(),
            answer.text().await.unwrap().as_str()
        ),
        (200, "{}")
    );
    let exchange = app.newest().await;
    assert_eq!(
        (&exchange["source"], &exchange["path"]),
        (&json!("tunnel"), &json!("/orders"))
    );
    assert_eq!(exchange["event"], "e1");
    let bare = edge(&app, at, &format!("/{secret}")).await;
    assert_eq!(bare.status(), 200);
    assert_eq!(app.newest().await["path"], "/");
    let status = app.get("status").await;
    assert_eq!(
        (&status["tunnel"], &status["strangers"]),
        (&json!("online"), &json!(6))
    );
    assert_eq!(status["public_url"], format!("http://{at}/{secret}"));
}

#[tokio::test]
async fn the_self_check_sees_its_own_call_arrive_and_leaves_no_exchange() {
    let (app, standin) = (app().await, standin().await);
    online(&app, &standin).await;
    let tunnel = until(&app, "the check after the start", |tunnel| {
        !tunnel["check"].is_null()
    })
    .await;
    assert_eq!(tunnel["check"]["outcome"], "arrived", "{tunnel}");
    let (status, check) = app.post("tunnel/check", json!({})).await;
    assert_eq!(
        (status.as_u16(), &check["outcome"]),
        (200, &json!("arrived"))
    );
    assert_eq!(app.newest().await, Value::Null);
    app.post("tunnel/stop", json!({})).await;
    let (status, error) = app.post("tunnel/check", json!({})).await;
    assert_eq!(
        (status.as_u16(), &error["code"]),
        (409, &json!("no_address"))
    );
}

/// A proxy of the user's: connections go to a port as they are.
async fn relay(to: String) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut caller, _)) = listener.accept().await {
            let to = to.clone();
            tokio::spawn(async move {
                let mut server = TcpStream::connect(to).await.unwrap();
                let _ = tokio::io::copy_bidirectional(&mut caller, &mut server).await;
            });
        }
    });
    url
}

#[tokio::test]
async fn an_address_of_ones_own_is_not_the_apis_and_is_written_out() {
    let app = app().await;
    let start = |url: String| {
        let plan = json!({"provider": "url", "url": {"url": url}});
        app.post("tunnel/start", plan)
    };
    let port = |url: &Value| url.as_str().unwrap().rsplit(':').next().unwrap().to_owned();
    let control = port(&app.ready["control"]);
    for url in [
        format!("http://127.0.0.1:{control}"),
        format!("http://localhost:{control}/a"),
        format!("http://[::ffff:127.0.0.1]:{control}"),
        "https://a.example/\u{202e}moc".to_owned(),
        "https://a.exa\nmple".to_owned(),
        "https:a.example".to_owned(),
        "https://a.example\\@b.example".to_owned(),
    ] {
        let (status, error) = start(url.clone()).await;
        let refused = (status.as_u16(), &error["code"], &error["pointer"]);
        assert_eq!(
            refused,
            (422, &json!("invalid"), &json!("/url/url")),
            "{url}"
        );
    }
    assert_eq!(app.get("tunnel").await["state"], "offline");
}

#[tokio::test]
async fn an_address_that_leads_elsewhere_or_nowhere_is_told_apart() {
    let (app, elsewhere) = (app().await, standin().await);
    // Somebody answers: the stand-in's edge, where no tunnel is online.
    let other =
        json!({"provider": "url", "url": {"url": format!("http://{}", elsewhere.public_addr())}});
    start(&app, other, "online").await;
    let (_, check) = app.post("tunnel/check", json!({})).await;
    assert_eq!(
        (&check["outcome"], &check["status"]),
        (&json!("answered"), &json!(404))
    );
    assert_eq!(check["code"], "ERR_NGROK_3200");
    let nobody = ReservedPort::take();
    let nowhere = json!({"provider": "url", "url": {"url": format!("http://{}", nobody.addr())}});
    start(&app, nowhere, "online").await;
    let (_, check) = app.post("tunnel/check", json!({})).await;
    assert_eq!(check["outcome"], "nothing", "{check}");
    let secret = secret(&app).await;
    assert!(!check.to_string().contains(&secret));
    // An own address that leads to the webhook server's own port: the call arrives, and everybody
    // else's would too.
    let here = json!({"provider": "url", "url": {"url": format!("http://{}", app.webhook_host())}});
    let forward_to = start(&app, here, "online").await["forward_to"].clone();
    let (_, check) = app.post("tunnel/check", json!({})).await;
    assert_eq!(check["outcome"], "arrived", "{check}");
    let message = check["message"].as_str().unwrap();
    assert!(message.contains(forward_to.as_str().unwrap()), "{check}");
    assert!(warnings(&app).await.contains(&"unguarded".to_owned()));
    // And one that leads to the port that was told.
    let open_port = forward_to.as_str().unwrap().replace("http://", "");
    let told = json!({"provider": "url", "url": {"url": relay(open_port).await}});
    assert_eq!(start(&app, told, "online").await["forward_to"], forward_to);
    let (_, check) = app.post("tunnel/check", json!({})).await;
    assert_eq!(check["outcome"], "arrived", "{check}");
    assert_eq!(warnings(&app).await, ["private_address"]);
    assert_eq!(app.newest().await, Value::Null, "no check is recorded");
}

#[tokio::test]
async fn an_address_of_somebody_else_does_not_learn_the_secret() {
    let app = app().await;
    let elsewhere = MockServer::start().await;
    Mock::given(any())
        .respond_with(ResponseTemplate::new(200))
        .mount(&elsewhere)
        .await;
    let plan = json!({"provider": "url", "url": {"url": elsewhere.uri()}});
    start(&app, plan, "online").await;
    let (_, check) = app.post("tunnel/check", json!({})).await;
    let seen = (&check["outcome"], &check["status"]);
    assert_eq!(seen, (&json!("answered"), &json!(200)), "{check}");
    let secret = secret(&app).await;
    let received = elsewhere.received_requests().await.unwrap();
    assert!(!received.is_empty());
    let tells = |request: &wiremock::Request| request.url.path().contains(&secret);
    assert!(!received.iter().any(tells), "{received:?}");
}

#[tokio::test]
async fn a_program_does_not_outlive_the_app_that_is_killed() {
    let mut app = app().await;
    let script = "echo https://a.example; trap '' HUP; while :; do sleep 1; done";
    let plan = json!({"provider": "command", "command": {
        "program": "/bin/sh", "args": ["-c", script], "url_pattern": "https://\\S+"}});
    start(&app, plan, "online").await;
    let children = children(app.process.id());
    assert!(!children.is_empty());
    app.process.kill().unwrap();
    app.process.wait().unwrap();
    let waiting = async {
        while children.iter().any(|pid| runs(*pid)) {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    let ended = tokio::time::timeout(TIMEOUT, waiting).await;
    assert!(ended.is_ok(), "{children:?} go on");
}

/// The processes that a process has started, and all below them.
fn children(of: u32) -> Vec<u32> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir("/proc").unwrap() {
        let name = entry.unwrap().file_name();
        let Some(pid) = name.to_str().and_then(|name| name.parse::<u32>().ok()) else {
            continue;
        };
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        let parent = stat
            .rsplit_once(") ")
            .and_then(|(_, rest)| rest.split(' ').nth(1));
        if parent == Some(of.to_string().as_str()) {
            found.push(pid);
            found.extend(children(pid));
        }
    }
    found
}

/// Whether a process runs; one that has ended and was not fetched yet does not.
fn runs(pid: u32) -> bool {
    std::fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| !stat.contains(") Z "))
}

async fn warnings(app: &Instance) -> Vec<String> {
    let tunnel = app.get("tunnel").await;
    let warnings = tunnel["warnings"].as_array().unwrap();
    let code = |warning: &Value| warning["code"].as_str().unwrap().to_owned();
    warnings.iter().map(code).collect()
}

#[cfg(unix)]
#[tokio::test]
async fn a_refused_token_is_told_in_words_and_kept_nowhere() {
    const WRONG: &str = "2abcdefghijklmnopqrstuvw_3xyzabcdefghijklmnop";
    let (mut app, standin) = (app().await, standin().await);
    let tunnel = start(&app, plan(&standin, WRONG), "failed").await;
    let error = &tunnel["error"];
    assert_eq!(
        (&error["class"], &error["code"]),
        (&json!("token"), &json!("ERR_NGROK_107"))
    );
    assert_eq!(error["can_retry"], false);
    assert_eq!(
        error["help_url"],
        "https://ngrok.com/docs/errors/err_ngrok_107"
    );
    assert!(!tunnel.to_string().contains(WRONG), "{tunnel}");
    assert_eq!(tunnel["has_authtoken"], true);
    // A better one, saved by itself, and the same start again.
    let better = json!({"authtoken": TOKEN});
    assert_eq!(
        app.call(Method::PUT, "tunnel/authtoken", Some(better))
            .await
            .0,
        204
    );
    assert_eq!(app.post("tunnel/retry", json!({})).await.0, 202);
    until(&app, "online", |tunnel| tunnel["state"] == "online").await;
    let dir = app.dir();
    assert_eq!(app.terminate(), Some(0));
    for file in files(&dir) {
        let bytes = std::fs::read(&file).unwrap();
        for secret in [WRONG, TOKEN] {
            let found = bytes
                .windows(secret.len())
                .any(|window| window == secret.as_bytes());
            assert!(!found, "{} holds a token", file.display());
        }
    }
}

fn files(dir: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found
}

#[tokio::test]
async fn without_a_token_and_without_a_start_the_next_step_is_told() {
    let app = app().await;
    let (status, error) = app.post("tunnel/retry", json!({})).await;
    assert_eq!(
        (status.as_u16(), &error["code"]),
        (404, &json!("not_found"))
    );
    let tunnel = start(&app, json!({"provider": "ngrok"}), "failed").await;
    assert_eq!(tunnel["error"]["class"], "token");
    let (status, error) = app
        .post(
            "tunnel/start",
            json!({"provider": "url", "url": {"url": "x"}}),
        )
        .await;
    assert_eq!(
        (status.as_u16(), &error["pointer"]),
        (422, &json!("/url/url"))
    );
    let (status, _) = app
        .post("tunnel/start", json!({"provider": "carrier_pigeon"}))
        .await;
    assert_eq!(status, 422);
}

#[tokio::test]
async fn a_held_request_is_abandoned_when_its_connection_goes_with_the_session() {
    let (app, standin) = (app().await, standin().await);
    app.hold(60).await;
    online(&app, &standin).await;
    let (at, secret) = (standin.public_addr(), secret(&app).await);
    let http = app.http.clone();
    let url = format!("http://{at}/{secret}");
    let caller = tokio::spawn(async move { http.post(url).body("{}").send().await });
    let held = app.in_state("held").await;
    standin.drop_sessions();
    let left = app
        .event(|event| event["id"] == held["id"] && event["exchange"]["state"] == "abandoned")
        .await;
    assert_eq!(left["exchange"]["source"], "tunnel");
    assert_eq!(caller.await.unwrap().unwrap().status(), 502);
    until(&app, "the way back", |tunnel| tunnel["state"] == "online").await;
}

#[tokio::test]
async fn a_held_request_outlives_the_tunnel_where_its_connection_does() {
    let app = app().await;
    app.hold(60).await;
    // A command that says its address again and again: its connections are of this machine.
    let script = "echo https://port-$1.example; exec sleep 60";
    let plan = json!({"provider": "command", "command": {
        "program": "/bin/sh", "args": ["-c", script, "x", "{port}"], "url_pattern": "https://\\S+"}});
    let tunnel = start(&app, plan, "online").await;
    let port = tunnel["url"].as_str().unwrap();
    let port = port
        .trim_start_matches("https://port-")
        .trim_end_matches(".example");
    let url = format!("http://127.0.0.1:{port}/{}", secret(&app).await);
    let http = app.http.clone();
    let caller = tokio::spawn(async move { http.post(url).body("{}").send().await });
    let held = app.in_state("held").await;
    app.post("tunnel/stop", json!({})).await;
    let answer = format!("exchanges/{}/answer", held["id"].as_str().unwrap());
    let (status, told) = app
        .post(&answer, json!({"status": 200, "body": "{\"kept\":1}"}))
        .await;
    assert_eq!((status.as_u16(), told), (200, json!({"delivered": true})));
    assert_eq!(
        caller.await.unwrap().unwrap().text().await.unwrap(),
        "{\"kept\":1}"
    );
}

#[cfg(unix)]
#[tokio::test]
async fn the_program_ends_its_tunnel_when_it_ends() {
    let (mut app, standin) = (app().await, standin().await);
    online(&app, &standin).await;
    assert_eq!(standin.sessions(), 1);
    assert_eq!(app.terminate(), Some(0));
    standin
        .until(|standin| standin.sessions() == 0 && standin.endpoints().is_empty())
        .await;
}

#[cfg(unix)]
#[tokio::test]
async fn a_changed_address_is_told_until_it_is_pasted_also_after_a_restart() {
    let dir = tempfile::TempDir::new().unwrap();
    let mut app = Instance::start_in(dir.path());
    in_session(&app).await;
    let own = |url: &str| json!({"provider": "url", "url": {"url": url}});
    let tunnel = start(&app, own("http://127.0.0.1:1/a"), "online").await;
    assert_eq!(tunnel["previous_url"], Value::Null);
    start(&app, own("http://127.0.0.1:1/b"), "online").await;
    let previous = json!("http://127.0.0.1:1/a");
    until(&app, "the old address", |tunnel| {
        tunnel["previous_url"] == previous
    })
    .await;
    let autostart = json!({"tunnel_autostart": true});
    app.call(Method::PATCH, "settings", Some(autostart)).await;
    app.terminate();

    let app = Instance::spawn(command(dir.path()));
    let tunnel = until(&app, "the tunnel of last time", |tunnel| {
        tunnel["state"] == "online"
    })
    .await;
    assert_eq!(
        (&tunnel["url"], &tunnel["previous_url"]),
        (&json!("http://127.0.0.1:1/b"), &previous)
    );
    assert_eq!(app.post("tunnel/acknowledge", json!({})).await.0, 204);
    assert_eq!(app.get("tunnel").await["previous_url"], Value::Null);
}

#[tokio::test]
async fn an_old_address_leads_nowhere_and_is_kept_in_a_list() {
    let (app, standin) = (app().await, standin().await);
    online(&app, &standin).await;
    let (at, old) = (standin.public_addr(), secret(&app).await);
    let bot = app.get("bots").await["bots"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    app.post(&format!("bots/{bot}/secret"), json!({})).await;
    assert_eq!(edge(&app, at, &format!("/{old}/x")).await.status(), 404);
    let bots = app.get("bots").await;
    let first = &bots["bots"][0];
    assert_eq!(first["old_addresses"][0]["secret"], old);
    assert_eq!(first["old_addresses"][0]["requests"], 1);
    let url = first["public_url"]
        .as_str()
        .unwrap()
        .trim_start_matches(&format!("http://{at}"));
    assert_eq!(edge(&app, at, url).await.status(), 200);
}

#[tokio::test]
async fn who_does_not_fit_the_access_rules_is_refused_and_recorded() {
    let (app, standin) = (app().await, standin().await);
    online(&app, &standin).await;
    let (at, secret) = (standin.public_addr(), secret(&app).await);
    let bot = app.get("bots").await["bots"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let rules = json!({"login": {"user": "bot", "password": "word"}, "methods": ["POST"]});
    let (status, seen) = app
        .call(Method::PUT, &format!("bots/{bot}/access"), Some(rules))
        .await;
    assert_eq!(
        (status.as_u16(), &seen["access"]["login"]),
        (200, &json!("bot"))
    );
    assert!(!seen.to_string().contains("word\""), "{seen}");

    let answer = edge(&app, at, &format!("/{secret}")).await;
    assert_eq!(answer.status(), 401);
    assert!(
        answer.headers()["www-authenticate"]
            .to_str()
            .unwrap()
            .starts_with("Basic")
    );
    let refused = app.exchange(&app.newest().await["id"]).await;
    assert!(codes(&refused).contains(&"access_login"), "{refused}");

    let url = format!("http://{at}/{secret}");
    let get = app
        .http
        .get(&url)
        .basic_auth("bot", Some("word"))
        .send()
        .await
        .unwrap();
    assert_eq!(
        (
            get.status().as_u16(),
            get.headers()["allow"].to_str().unwrap()
        ),
        (405, "POST")
    );
    let post = app
        .http
        .post(&url)
        .basic_auth("bot", Some("word"))
        .body("{}");
    assert_eq!(post.send().await.unwrap().status(), 200);

    let here = json!({"login": null, "methods": [], "addresses": ["203.0.113.0/24"]});
    app.call(Method::PUT, &format!("bots/{bot}/access"), Some(here))
        .await;
    assert_eq!(edge(&app, at, &format!("/{secret}")).await.status(), 403);
}

#[tokio::test]
async fn what_goes_through_is_counted_by_the_month() {
    let (app, standin) = (app().await, standin().await);
    online(&app, &standin).await;
    until(&app, "the check", |tunnel| !tunnel["check"].is_null()).await;
    let before = app.get("tunnel").await["usage"].clone();
    edge(
        &app,
        standin.public_addr(),
        &format!("/{}", secret(&app).await),
    )
    .await;
    let grown = |tunnel: &Value, name: &str| {
        tunnel["usage"][name].as_u64().unwrap() - before[name].as_u64().unwrap()
    };
    // Bytes are counted once they are written, which may be after the caller has read them.
    let counted = |tunnel: &Value| {
        grown(tunnel, "requests") == 1
            && grown(tunnel, "bytes_in") > 20
            && grown(tunnel, "bytes_out") > 20
    };
    until(&app, "the usage to be counted", counted).await;
}
