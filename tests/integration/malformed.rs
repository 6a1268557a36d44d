//! Broken JSON in sixty ways, from a bot and from a person: captured, answered, found.

use serde_json::json;

use crate::support::{Instance, codes};

/// Texts that are no JSON.
const BROKEN: [&str; 60] = [
    "",
    " ",
    "{",
    "}",
    "[",
    "]",
    "{]",
    "[}",
    "{,}",
    "[,]",
    "{\"a\"}",
    "{\"a\":}",
    "{\"a\":1,}",
    "{\"a\":1,,\"b\":2}",
    "{\"a\" 1}",
    "{\"a\"=1}",
    "{a:1}",
    "{'a':1}",
    "{\"a\":'b'}",
    "{\"a\":“b”}",
    "{“a”:1}",
    "{«a»:1}",
    "{\"a\":1",
    "[1,2",
    "[1,]",
    "[1 2]",
    "\"abc",
    "\"a\nb\"",
    "\"\\x\"",
    "\"\\u12\"",
    "\"\\u12G4\"",
    "{\"a\":01}",
    "{\"a\":1.}",
    "{\"a\":.5}",
    "{\"a\":+1}",
    "{\"a\":--1}",
    "{\"a\":1e}",
    "{\"a\":1e+}",
    "{\"a\":0x10}",
    "{\"a\":1_000}",
    "{\"a\":NaN}",
    "{\"a\":Infinity}",
    "{\"a\":undefined}",
    "{\"a\":None}",
    "{\"a\":True}",
    "{\"a\":nul}",
    "tru",
    "{\"a\":1}}",
    "{\"a\":1}{\"b\":2}",
    "{\"a\":1} x",
    "{\"a\":1 /* c */}",
    "// c\n{\"a\":1}",
    "{\"a\":{\"b\":[1,{]}}",
    "{\"a\":\"\u{1}\"}",
    "{\"a\":\"\t\"}",
    "<xml/>",
    "a=1&b=2",
    "({var})",
    "{\"a\":{{ vars.n }}}",
    "null,",
];

#[tokio::test]
async fn sixty_broken_requests_are_captured_answered_and_found() {
    let app = Instance::start();
    for text in BROKEN {
        let response = app.turn(text).await.unwrap();
        assert_eq!(response.status(), 200, "{text:?} gets its answer");
        let exchange = app.exchange(&app.newest().await["id"]).await;
        assert_eq!(exchange["platform"], "plain", "{text:?}");
        let id = exchange["id"].as_str().unwrap();
        assert_eq!(
            app.body(&format!("exchanges/{id}/request/body")).await,
            text.as_bytes()
        );
        if text.starts_with(['{', '[']) && text.len() > 1 {
            let found = codes(&exchange);
            assert!(found.contains(&"json_syntax"), "{text:?}: {found:?}");
            let finding = exchange["findings"]
                .as_array()
                .unwrap()
                .iter()
                .find(|one| one["code"] == "json_syntax");
            let offset = finding.unwrap()["offset"].as_u64().unwrap();
            assert!(offset <= text.len() as u64, "{text:?}: {offset}");
        }
    }
}

#[tokio::test]
async fn sixty_broken_answers_by_hand_go_out_as_they_are_and_are_not_taken() {
    let app = Instance::start();
    app.hold(60).await;
    for text in BROKEN {
        let bot = app.turn(r#"{"action":"e","a":1}"#);
        let held = app
            .event(|event| {
                event["exchange"]["state"] == "held" && event["kind"] == "exchange_received"
            })
            .await;
        let id = held["id"].as_str().unwrap();
        let (status, value) = app
            .post(
                &format!("exchanges/{id}/answer"),
                json!({"status": 200, "body": text}),
            )
            .await;
        assert_eq!(status, 200, "{text:?}: {value}");
        assert_eq!(bot.await.unwrap().text().await.unwrap(), text);
        let exchange = app.exchange(&held["id"]).await;
        assert_eq!(
            exchange["outcome"],
            json!({"merged": false, "reason": "not_json"}),
            "{text:?}"
        );
        assert_ne!(exchange["findings"], json!([]), "{text:?}");
    }
}

#[tokio::test]
async fn broken_json_that_is_called_a_form_is_found_all_the_same() {
    let app = Instance::start();
    let kind = "application/x-www-form-urlencoded";
    let turn = app
        .http
        .post(app.webhook("/"))
        .header("Content-Type", kind)
        .body("{\"a\":1,}");
    turn.send().await.unwrap();
    let exchange = app.exchange(&app.newest().await["id"]).await;
    assert_eq!(exchange["request"]["body"]["kind"], "json");
    assert!(codes(&exchange).contains(&"json_syntax"));
}

#[tokio::test]
async fn bytes_that_are_no_text_and_a_hundred_thousand_levels_do_no_harm() {
    let app = Instance::start();
    let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    let nested = format!("{{\"action\":\"deep\",\"v\":{deep}}}");
    for body in [
        vec![0xff, 0xfe, 0x00, 0x80],
        b"{\"action\":\"\xff\"}".to_vec(),
        nested.clone().into_bytes(),
    ] {
        assert_eq!(app.turn(body).await.unwrap().status(), 200);
    }
    let summary = app.newest().await;
    assert_eq!(summary["event"], "deep");
    let exchange = app.exchange(&summary["id"]).await;
    assert_eq!(
        exchange["variables"][1]["in"].as_str().map(str::len),
        Some(deep.len())
    );
    app.hold(60).await;
    let bot = app.turn(r#"{"action":"e","v":[]}"#);
    let held = app.in_state("held").await;
    let (status, _) = app
        .post(
            &format!("exchanges/{}/answer", held["id"].as_str().unwrap()),
            json!({"body": format!("{{\"v\":{deep}}}")}),
        )
        .await;
    assert_eq!(status, 200);
    assert_eq!(
        bot.await.unwrap().text().await.unwrap().len(),
        deep.len() + 6
    );
}
