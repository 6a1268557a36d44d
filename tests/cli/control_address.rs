//! An address that is not the control API's: nothing secret is sent there.

use std::io::{Read as _, Write as _};

use super::*;

/// Every command that asks an instance.
const COMMANDS: &[&[&str]] = &[
    &["list"],
    &["tail", "--once"],
    &["show", "last"],
    &["answer", "held"],
    &["replay", "last"],
    &["mode"],
    &["mode", "hold"],
    &["tunnel"],
    &["tunnel", "start"],
];

fn at(control: &str, token: &str, arguments: &[&str]) -> Command {
    let mut command = program();
    command.args(arguments).env("HOOKLOUPE_TOKEN", token);
    command.env("HOOKLOUPE_CONTROL", control);
    command
}

#[tokio::test]
async fn the_token_does_not_go_to_the_address_of_the_bots() {
    let app = Instance::start();
    let token = app.ready["token"].as_str().unwrap();
    // As much like the answer of the control API as a bot's may be.
    let answer = json!({"status": 200, "headers": [["Content-Type", "application/json"]],
        "body": r#"{"ok":true,"proof":"0"}"#});
    for default_answer in [Value::Null, answer] {
        app.answering(json!({"mode": "rules", "default_answer": default_answer}))
            .await;
        for arguments in COMMANDS {
            let control = app.webhook("");
            let output = at(&control, token, arguments).output().unwrap();
            let said = String::from_utf8(output.stderr).unwrap();
            assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
            assert!(said.contains("so th"), "{arguments:?}: {said}");
            assert!(output.stdout.is_empty(), "{arguments:?}");
            let mut by_option = program();
            by_option.args(*arguments).env("HOOKLOUPE_TOKEN", token);
            by_option.args(["--control", &control]);
            assert_eq!(by_option.output().unwrap().status.code(), Some(2));
        }
    }
    let page = app.get("exchanges?limit=1000").await;
    let all = page["exchanges"].as_array().unwrap();
    assert_eq!(all.len(), 4 * COMMANDS.len());
    for exchange in all {
        assert_eq!(exchange["path"], "/api/v1/health");
        let exchange = app.exchange(&exchange["id"]).await.to_string();
        assert!(!exchange.contains(token), "{exchange}");
        assert!(
            !exchange.to_lowercase().contains("authorization"),
            "{exchange}"
        );
    }
}

#[tokio::test]
async fn the_token_goes_neither_to_another_instance_nor_where_an_answer_leads() {
    let (app, other) = (Instance::start(), Instance::start());
    let token = app.ready["token"].as_str().unwrap();
    let control = other.ready["control"].as_str().unwrap();
    let output = at(control, token, &["list"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("has another token"), "{said}");

    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    for (answer, scheme) in [
        (
            format!("HTTP/1.1 302 Found\r\nLocation: {control}/api/v1/health\r\n\r\n"),
            "http",
        ),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n{\"ok\":true}".to_owned(),
            "http",
        ),
        ("\x15\x03\x01\x00\x02\x02\x28".to_owned(), "http"),
        ("HTTP/1.1 400 Bad Request\r\n\r\n".to_owned(), "https"),
        (String::new(), "http"),
    ] {
        let mut asking = at(&format!("{scheme}://{address}"), token, &["list"]);
        let asked = asking
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (mut stream, _) = listener.accept().unwrap();
        let mut head = vec![0; 65_536];
        let read = stream.read(&mut head).unwrap();
        stream.write_all(answer.as_bytes()).unwrap();
        drop(stream);
        let output = asked.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{answer}");
        assert!(!output.stderr.is_empty());
        assert!(!String::from_utf8_lossy(&head[..read]).contains(token));
    }
}

#[tokio::test]
async fn what_the_system_says_is_in_the_readers_language() {
    let app = Instance::start();
    let long = "x".repeat(100_000);
    let nobody = ngrok_standin::ReservedPort::take();
    let refused = nobody.addr().to_string();
    for (arguments, en, ru) in [
        (
            &["list", "-f", &long][..],
            "give a shorter filter",
            "укажите фильтр короче",
        ),
        (
            &["answer", "last", "--body-file", "/there/is/none"],
            "no such file",
            "нет такого файла",
        ),
        (
            &["list", "--control", &refused],
            "no answer from",
            "не отвечает",
        ),
        (&["list", "--control", "http://"], "no address", "не адрес"),
        (&["list", "-n", "x"], "invalid digit", "это не число"),
    ] {
        for (locale, sentence) in [("C.UTF-8", en), ("ru_RU.UTF-8", ru)] {
            let mut command = cli(&app, arguments);
            command
                .env("HOOKLOUPE_TOKEN", "token")
                .env("LC_ALL", locale);
            let output = command.env_remove("LANGUAGE").output().unwrap();
            let said = String::from_utf8(output.stderr).unwrap();
            assert_eq!(output.status.code(), Some(2), "{said}");
            // Elsewhere the system names the language, not the environment.
            if cfg!(all(unix, not(target_vendor = "apple"))) {
                assert!(said.contains(sentence), "{locale}: {said}");
                assert!(!said.contains("os error"), "{said}");
            }
        }
    }
}

#[tokio::test]
async fn a_name_of_several_bots_is_refused_with_their_ids() {
    let app = Instance::start();
    let mut ids = Vec::new();
    for name in ["dup", "Dup"] {
        let (status, made) = app.post("bots", json!({"name": name})).await;
        assert_eq!(status, 201, "{made}");
        ids.push(made["id"].as_str().unwrap().to_owned());
    }
    let before = app.get("bots").await;
    for arguments in [
        &["mode", "hold", "--bot", "dup"][..],
        &["mode", "--bot", "DUP"],
        &["list", "--bot", "Dup"],
        &["tail", "--once", "--bot", "dup"],
    ] {
        let output = cli(&app, arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(ids.iter().all(|id| said.contains(id)), "{said}");
    }
    assert_eq!(app.get("bots").await, before, "nothing was chosen");
    for id in &ids {
        let output = cli(&app, &["mode", "hold", "--bot", id]).output().unwrap();
        assert!(output.status.success());
    }
    let first = before["bots"][0]["name"].as_str().unwrap().to_uppercase();
    let output = cli(&app, &["mode", "--bot", &first]).output().unwrap();
    assert!(output.status.success(), "one name, in any case");
}
