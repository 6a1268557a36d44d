//! Who gets in, and who does not, at everything that the program listens on: its own listener on
//! loopback and on the network, ngrok's edge, the port for a program and the port for a proxy.

use std::net::SocketAddr;

use reqwest::Method;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::support::{Instance, program};
use crate::tunnel::{self, app, secret, start, until};

/// A request, by its path and whether it brings the login.
async fn status(app: &Instance, at: &str, path: &str, login: bool) -> (u16, String) {
    let request = app.http.post(format!("{at}{path}")).body("{}");
    let request = match login {
        true => request.basic_auth("bot", Some("word")),
        false => request,
    };
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

async fn recorded(app: &Instance) -> u64 {
    app.get("status").await["counts"]["exchanges"]
        .as_u64()
        .unwrap()
}

/// Where only what names a secret is taken: the four ways to call, with their outcomes.
async fn takes_only_secrets(app: &Instance, at: &str) {
    let secret = secret(app).await;
    let before = app.get("tunnel").await["strangers"].as_u64().unwrap();
    for path in [
        "/",
        "/wp-login.php",
        "/wrongsecret0000000000",
        &format!("/{secret}x"),
        &format!("//{secret}"),
    ] {
        let answer = status(app, at, path, false).await;
        assert_eq!(answer, (404, String::new()), "{at}{path}");
    }
    assert_eq!(recorded(app).await, 0, "{at}");
    until(app, "five strangers", |tunnel| {
        tunnel["strangers"].as_u64() == Some(before + 5)
    })
    .await;
    assert_eq!(
        status(app, at, &format!("/{secret}/x"), false).await.0,
        200,
        "{at}"
    );
    asks_for_the_login(app, at, &secret).await;
    let answer = status(app, at, "/", true).await;
    assert_eq!(answer, (404, String::new()), "{at}");
}

/// A length that no body has is refused before the HTTP library has seen it, and tells a stranger
/// as little.
async fn tells_a_stranger_nothing_of_a_length(at: &str) {
    let mut stream = TcpStream::connect(at.trim_start_matches("http://"))
        .await
        .unwrap();
    stream
        .write_all(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 18446744073709551615\r\n\r\n")
        .await
        .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 404 "), "{at}: {answer}");
}

async fn asks_for_the_login(app: &Instance, at: &str, secret: &str) {
    let bot = app.get("bots").await["bots"][0]["id"].clone();
    let route = format!("bots/{}/access", bot.as_str().unwrap());
    let rules = json!({"login": {"user": "bot", "password": "word"}});
    assert_eq!(app.call(Method::PUT, &route, Some(rules)).await.0, 200);
    let named = format!("/{secret}");
    assert_eq!(status(app, at, &named, false).await.0, 401, "{at}");
    assert_eq!(status(app, at, &named, true).await.0, 200, "{at}");
}

#[tokio::test]
async fn the_listener_on_loopback_takes_every_path() {
    let app = app().await;
    let (at, secret) = (app.webhook(""), secret(&app).await);
    for path in ["/", "/wrongsecret0000000000", &format!("/{secret}")] {
        assert_eq!(status(&app, &at, path, false).await.0, 200, "{path}");
    }
    asks_for_the_login(&app, &at, &secret).await;
    // A path that names no bot asks for nothing: it came from this machine.
    assert_eq!(status(&app, &at, "/", false).await.0, 200);
    assert_eq!(app.get("status").await["webhook"]["capture_only"], false);
}

#[tokio::test]
async fn a_listener_on_the_network_takes_only_secrets_and_says_so() {
    for host in ["0.0.0.0", "[::]"] {
        let dir = TempDir::new().unwrap();
        let mut command = program();
        command
            .args(["serve", "--listen", &format!("{host}:0"), "--data-dir"])
            .arg(dir.path());
        if host == "[::]" && std::net::TcpListener::bind(("::1", 0)).is_err() {
            continue; // A machine without IPv6.
        }
        let mut app = Instance::spawn(command);
        let listening: SocketAddr = app.webhook_host().parse().unwrap();
        let near = if listening.is_ipv4() {
            "127.0.0.1"
        } else {
            "[::1]"
        };
        let at = format!("http://{near}:{}", listening.port());
        takes_only_secrets(&app, &at).await;
        tells_a_stranger_nothing_of_a_length(&at).await;
        let status = app.get("status").await;
        assert_eq!(status["webhook"]["capture_only"], true);
        let notice = status["notices"]
            .as_array()
            .unwrap()
            .iter()
            .find(|notice| notice["code"] == "network_listener")
            .unwrap_or_else(|| panic!("{status}"));
        let sentence = notice["message"].as_str().unwrap().to_owned();
        app.process.kill().unwrap();
        let mut said = String::new();
        std::io::Read::read_to_string(app.process.stderr.as_mut().unwrap(), &mut said).unwrap();
        assert!(said.contains(&sentence), "{said}");
    }
}

#[tokio::test]
async fn the_edge_of_a_tunnel_takes_only_secrets() {
    let (app, standin) = (app().await, tunnel::standin().await);
    let online = tunnel::online(&app, &standin).await;
    assert_eq!(online["forward_to"], Value::Null);
    takes_only_secrets(&app, &format!("http://{}", standin.public_addr())).await;
}

#[tokio::test]
async fn the_port_for_a_proxy_takes_only_secrets() {
    let app = app().await;
    let own = json!({"provider": "url", "url": {"url": "https://bot.invalid"}});
    let online = start(&app, own, "online").await;
    let at = online["forward_to"].as_str().unwrap();
    assert_ne!(at, app.webhook(""));
    assert!(at.starts_with("http://127.0.0.1:"), "{at}");
    takes_only_secrets(&app, at).await;
    tells_a_stranger_nothing_of_a_length(at).await;
    assert_eq!(app.newest().await["source"], "tunnel");
}

#[cfg(unix)]
#[tokio::test]
async fn the_port_for_a_program_takes_only_secrets() {
    let app = app().await;
    let script = "echo https://port-$1.example; exec sleep 600";
    let plan = json!({"provider": "command", "command": {
        "program": "/bin/sh", "args": ["-c", script, "x", "{port}"]}});
    let online = start(&app, plan, "online").await;
    let at = online["forward_to"].as_str().unwrap();
    let (_, port) = at.rsplit_once(':').unwrap();
    assert_eq!(online["url"], format!("https://port-{port}.example"));
    takes_only_secrets(&app, at).await;
    tells_a_stranger_nothing_of_a_length(at).await;
}

#[cfg(unix)]
#[tokio::test]
async fn the_port_for_a_proxy_is_kept_between_two_starts_or_its_change_is_told() {
    let dir = TempDir::new().unwrap();
    let mut app = Instance::start_in(dir.path());
    tunnel::in_session(&app).await;
    assert_eq!(app.get("tunnel").await["forward_to"], Value::Null);
    let own = json!({"provider": "url", "url": {"url": "https://bot.invalid"}});
    let first = start(&app, own, "online").await["forward_to"].clone();
    app.post("tunnel/stop", json!({})).await;
    assert_eq!(
        app.get("tunnel").await["forward_to"],
        first,
        "while it is off"
    );
    let document = Some(json!({"mode": "upstream", "upstream": first}));
    let (status, error) = app.call(Method::PUT, "answering", document).await;
    let told = (status.as_u16(), &error["code"]);
    assert_eq!(told, (422, &json!("own_address")), "while it is off");
    let autostart = json!({"tunnel_autostart": true});
    app.call(Method::PATCH, "settings", Some(autostart)).await;
    app.terminate();

    let app = Instance::start_in(dir.path());
    let tunnel = until(&app, "the tunnel of last time", |tunnel| {
        tunnel["state"] == "online"
    })
    .await;
    // Another program may have taken it meanwhile, which is what the warning is for.
    let changed = tunnel["warnings"]
        .to_string()
        .contains("forward_port_changed");
    assert_eq!(tunnel["forward_to"] != first, changed, "{tunnel}");
}

#[cfg(unix)]
#[tokio::test]
async fn two_hundred_callers_at_once_are_answered_by_a_program_that_was_not_running() {
    use rustix::process::{Pid, Signal, kill_process};
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    const CALLERS: usize = 200;
    let app = app().await;
    let own = json!({"provider": "url", "url": {"url": "https://bot.invalid"}});
    let online = start(&app, own, "online").await;
    let at = online["forward_to"].as_str().unwrap();
    let at = at.trim_start_matches("http://");
    let request = format!(
        "POST /{} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{{}}",
        secret(&app).await
    );
    let id = Pid::from_child(&app.process);
    kill_process(id, Signal::STOP).unwrap();
    let mut callers = Vec::new();
    for _ in 0..CALLERS {
        let mut stream = tokio::net::TcpStream::connect(at).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        callers.push(stream);
    }
    kill_process(id, Signal::CONT).unwrap();
    for mut caller in callers {
        let mut answer = Vec::new();
        let reading = caller.read_to_end(&mut answer);
        let read = tokio::time::timeout(crate::support::TIMEOUT, reading).await;
        let text = String::from_utf8_lossy(&answer);
        assert!(matches!(read, Ok(Ok(_))), "{text}");
        assert!(text.starts_with("HTTP/1.1 200"), "{text}");
    }
    assert_eq!(recorded(&app).await, CALLERS as u64);
}
