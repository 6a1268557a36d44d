//! What happened to the developer's server, with its likely cause: the fallback goes out, or the
//! caller is cut where its answer had begun.

use std::sync::Arc;

use ngrok_standin::ReservedPort;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

use crate::servers::{Act, Axum, Raw, asking};
use crate::support::{Instance, codes};

const TURN: &str = r#"{"action":"pay","userId":"77","variable1":50}"#;

/// A turn that the server at this address is asked about: what the bot gets, and the exchange.
async fn turn(app: &Instance, url: &str, seconds: u32) -> (String, Value) {
    app.answering(asking("upstream", url, seconds)).await;
    let got = app.turn(TURN).await.unwrap();
    let body = got.text().await.unwrap();
    (body, app.exchange(&app.newest().await["id"]).await)
}

fn message<'e>(exchange: &'e Value, code: &str) -> &'e str {
    let findings = exchange["findings"].as_array().unwrap();
    let found = findings.iter().find(|one| one["code"] == code);
    let found = found.unwrap_or_else(|| panic!("no {code} in {findings:?}"));
    found["message"].as_str().unwrap()
}

/// That a server fails so: the fallback goes out, and the finding says this.
async fn fails(app: &Instance, url: &str, code: &str, said: &str) {
    let seconds = if code == "upstream_timeout" { 1 } else { 50 };
    let (body, exchange) = turn(app, url, seconds).await;
    assert_eq!(body, "{}", "{code}");
    assert_eq!(exchange["answered_by"], "fallback", "{code}");
    assert_eq!(exchange["state"], "answered", "{code}");
    let message = message(&exchange, code);
    assert!(message.contains(said), "{code}: {message}");
}

#[tokio::test]
async fn a_server_that_is_not_there_is_told_with_its_cause_and_the_fallback_goes_out() {
    let app = Instance::start();
    let refusing = ReservedPort::take();
    let url = format!("http://{}", refusing.addr());
    fails(&app, &url, "upstream_refused", "Start your server").await;
    // A label that no name server is asked for: it is too long.
    let url = format!("http://{}.test", "a".repeat(64));
    fails(&app, &url, "upstream_name", "127.0.0.1").await;
}

#[tokio::test]
async fn a_server_that_fails_is_told_with_its_cause_and_the_fallback_goes_out() {
    let app = Instance::start();
    let half = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{\"a\"";
    let cut_head = "HTTP/1.1 200 OK\r\nX-";
    let upgrade = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\
                   Connection: upgrade\r\n\r\n";
    let large = "HTTP/1.1 200 OK\r\nContent-Length: 10000000000\r\n\r\n{";
    let slow = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{";
    let waits = |text: &str| Act::SayAndWait(text.into());
    for (act, code, said) in [
        (Act::say(""), "upstream_closed", "It runs on"),
        (Act::Die, "upstream_gone", "crashed"),
        (Act::say(half), "upstream_half", "after 4 bytes"),
        (Act::say(cut_head), "upstream_half", "after 0 bytes"),
        (Act::say("SSH-2.0-X\r\n"), "upstream_not_http", "SSH-2.0-X"),
        (waits(upgrade), "upstream_not_http", "101"),
        (waits(large), "upstream_too_large", "16777216"),
        (waits(""), "upstream_timeout", "within 1 s"),
        (waits(slow), "upstream_timeout", "within 1 s"),
    ] {
        let server = Raw::doing(act).await;
        fails(&app, &server.url, code, said).await;
    }
}

#[tokio::test]
async fn a_server_that_answers_before_it_has_read_all_is_heard() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    // It reads no more, and leaves the connection as it is until the caller ends it.
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        stream.read_u8().await.unwrap();
        let answer = b"HTTP/1.1 413 Payload Too Large\r\nContent-Length: 3\r\n\r\nbig";
        stream.write_all(answer).await.unwrap();
        stream
    });
    let app = Instance::start();
    app.answering(asking("upstream", &url, 50)).await;
    let sent = app
        .http
        .post(app.webhook("/"))
        .body(vec![b'x'; 10_000_000])
        .send();
    let got = sent.await.unwrap();
    assert_eq!(got.status(), 413);
    assert_eq!(got.text().await.unwrap(), "big");
    let exchange = app.exchange(&app.newest().await["id"]).await;
    assert!(message(&exchange, "upstream_status_413").contains("10000000"));
    drop(server.await.unwrap());
}

/// A server of TLS with a certificate of its own authority, whose PEM is left in a file.
async fn tls_server() -> (String, tempfile::NamedTempFile) {
    let mut params = rcgen::CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Constrained(0));
    let name = &mut params.distinguished_name;
    name.push(rcgen::DnType::CommonName, "Dev CA of this test");
    let key = rcgen::KeyPair::generate().unwrap();
    let mut file = tempfile::NamedTempFile::new().unwrap();
    let pem = params.self_signed(&key).unwrap().pem();
    std::io::Write::write_all(&mut file, pem.as_bytes()).unwrap();
    let issuer = rcgen::Issuer::new(params, key);
    let key = rcgen::KeyPair::generate().unwrap();
    let names = vec!["localhost".to_owned()];
    let certificate = rcgen::CertificateParams::new(names).unwrap();
    let certificate = certificate.signed_by(&key, &issuer).unwrap();
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!(
        "https://localhost:{}",
        listener.local_addr().unwrap().port()
    );
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let Ok(mut stream) = acceptor.accept(stream).await else {
                continue;
            };
            let mut piece = [0; 4096];
            let _ = stream.read(&mut piece).await;
            let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n{\"a\":1}";
            let _ = stream.write_all(answer).await;
            let _ = stream.shutdown().await;
        }
    });
    (url, file)
}

#[tokio::test]
async fn a_certificate_is_told_by_its_issuer_and_taken_by_its_file_or_without_proof() {
    let app = Instance::start();
    let (url, file) = tls_server().await;
    let (body, exchange) = turn(&app, &url, 50).await;
    assert_eq!(body, "{}");
    let said = message(&exchange, "upstream_tls");
    assert!(said.contains("Dev CA of this test"), "{said}");

    let path = file.path().to_str().unwrap();
    for server in [
        json!({"url": url, "ca_file": path}),
        json!({"url": url, "insecure": true}),
    ] {
        app.answering(json!({"upstreams": [server]})).await;
        let (body, exchange) = turn(&app, &url, 50).await;
        assert_eq!(body, "{\"a\":1}", "{exchange}");
        let id = exchange["id"].as_str().unwrap();
        let route = format!("exchanges/{id}/replay");
        let (_, replay) = app.post(&route, json!({"target": "upstream"})).await;
        let replay = app.exchange(&replay["id"]).await;
        assert_eq!(replay["status"], 200, "{replay}");
    }
    app.answering(json!({"upstreams": []})).await;
    let plain = Axum::with_json("{}").await;
    let (_, exchange) = turn(&app, &plain.url.replace("http:", "https:"), 50).await;
    assert!(codes(&exchange).contains(&"upstream_tls"), "{exchange}");
}

#[tokio::test]
async fn a_circle_through_the_app_is_cut_and_told() {
    // A server that sends what it gets back to the app, as it came.
    let app = Instance::start();
    let back = app.webhook_host();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        loop {
            let (mut near, _) = listener.accept().await.unwrap();
            let back = back.clone();
            tokio::spawn(async move {
                let mut far = TcpStream::connect(back).await.unwrap();
                let _ = tokio::io::copy_bidirectional(&mut near, &mut far).await;
            });
        }
    });
    let (body, _) = turn(&app, &url, 50).await;
    assert_eq!(body, "{}");
    let list = app.get("exchanges?limit=10").await;
    let list = list["exchanges"].as_array().unwrap();
    assert_eq!(list.len(), 3, "two forwards, and the third was cut");
    let by: Vec<&Value> = list.iter().rev().map(|one| &one["answered_by"]).collect();
    assert_eq!(json!(by), json!(["upstream", "upstream", "fallback"]));
    let last = app.exchange(&list[0]["id"]).await;
    assert!(message(&last, "upstream_loop").contains("2 times"));
}

#[tokio::test]
async fn a_long_answer_that_breaks_off_cuts_the_caller() {
    let length = 3 << 20;
    let mut says = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n").into_bytes();
    says.resize(says.len() + (2 << 20), b'x');
    let app = Instance::start();
    for length_is_known in [true, false] {
        let says = match length_is_known {
            true => says.clone(),
            false => {
                let mut chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
                chunked.extend_from_slice(b"200000\r\n");
                chunked.resize(chunked.len() + (2 << 20), b'x');
                chunked.extend_from_slice(b"\r\n10\r\nhalf");
                chunked
            }
        };
        let server = Raw::doing(Act::Say(says)).await;
        app.answering(asking("upstream", &server.url, 50)).await;
        let got = app.turn(TURN).await.unwrap();
        assert_eq!(got.status(), 200);
        assert!(got.bytes().await.is_err(), "the caller sees that it is cut");
        let id = app.newest().await["id"].clone();
        app.event(|event| event["id"] == id && event["exchange"]["state"] == "failed")
            .await;
        let exchange = app.exchange(&id).await;
        assert_eq!(exchange["answered_by"], "upstream");
        assert!(codes(&exchange).contains(&"upstream_half"), "{exchange}");
        assert_eq!(exchange["response"]["body"]["truncated"], true);
    }
}
