//! What a request's body may be where none is asked for, or where no token is.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use axum::response::Response;
use serde_json::json;
use tower::ServiceExt as _;

use crate::tests::is_open;
use crate::tests::program::{Program, json_of};

/// A body of which only its announced length has come.
fn announced(bytes: u64) -> Body {
    use std::pin::Pin;
    use std::task::{Context, Poll};

    struct Announced(u64);
    impl http_body::Body for Announced {
        type Data = bytes::Bytes;
        type Error = std::convert::Infallible;

        fn poll_frame(
            self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<http_body::Frame<Self::Data>, Self::Error>>> {
            Poll::Pending
        }

        fn size_hint(&self) -> http_body::SizeHint {
            http_body::SizeHint::with_exact(self.0)
        }
    }
    Body::new(Announced(bytes))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operation_without_a_body_takes_an_empty_object_alone_and_else_changes_nothing() {
    let program = Program::start().await;
    let mut operations = program.operations();
    operations
        .retain(|(method, _, operation)| method != "get" && operation["requestBody"].is_null());
    assert!(operations.len() > 7, "{}", operations.len());
    let before = program.get("/api/v1/bots").await;
    for (method, path, operation) in &operations {
        for target in program.targets(path, operation) {
            for (sent, pointer) in [
                ("[]", ""),
                ("garbage", ""),
                ("null", ""),
                ("\"a\"", ""),
                ("{", ""),
                ("{} {}", ""),
                (r#"{"zz": 1}"#, "/zz"),
                (r#"{"a/b": "\ud800"}"#, ""),
                (&"[".repeat(5_000), ""),
            ] {
                let what = format!("{method} {target} {sent}");
                let response = program.call(method, &target, sent.to_owned()).await;
                let status = response.status();
                assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{what}");
                let body = json_of(response).await;
                assert_eq!(body["pointer"], pointer, "{what}");
                let response = program.call(method, &target, sent.to_owned()).await;
                program.hold_against(operation, response, &what).await;
            }
            let response = program.call(method, &target, announced(64 << 20)).await;
            assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
        }
    }
    assert_eq!(program.get("/api/v1/bots").await, before);
    let secret = format!("/api/v1/bots/{}/secret", program.bot);
    for sent in ["", "{}", " {\n} "] {
        let response = program.call("POST", &secret, sent).await;
        assert_eq!(response.status(), StatusCode::OK, "{sent}");
    }
    program.engine.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_get_carries_is_not_looked_at() {
    let program = Program::start().await;
    for method in ["GET", "HEAD"] {
        let response = program.call(method, "/api/v1/bots", "garbage").await;
        assert_eq!(response.status(), StatusCode::OK, "{method}");
    }
    program.engine.shutdown().await;
}

/// Anybody on this machine may ask for a session: what they send takes no room and waits for
/// nothing.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_good_word_is_401_and_takes_no_room() {
    let program = Program::start_with(crate::in_flight::Bounds {
        brought_bytes: 0,
        wait: std::time::Duration::ZERO,
        ..Default::default()
    })
    .await;
    let session = async |body: Body| -> Response {
        let request = Request::post("/api/v1/session").body(body).unwrap();
        program.router.clone().oneshot(request).await.unwrap()
    };
    let word = program.entrance.word();
    let long = json!({"word": "x".repeat(2_000)}).to_string();
    for sent in [
        "",
        "{",
        "[]",
        "garbage",
        "{}",
        r#"{"word": 1}"#,
        r#"{"word": "x"}"#,
        &long,
        &json!({"word": word, "zz": 1}).to_string(),
    ] {
        let response = session(sent.to_owned().into()).await;
        assert_eq!(response.status(), StatusCode::UNAUTHORIZED, "{sent}");
        assert_eq!(json_of(response).await["code"], "unauthorized", "{sent}");
    }
    let response = session(announced(64 << 20)).await;
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    let response = session(json!({"word": word}).to_string().into()).await;
    assert_eq!(response.status(), StatusCode::OK);
    let operations = program.operations();
    let open = operations
        .iter()
        .filter(|(_, _, operation)| is_open(operation));
    let taking = open.filter(|(_, _, operation)| !operation["requestBody"].is_null());
    assert_eq!(taking.count(), 1, "another route is open and takes a body");
    program.engine.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_does_not_go_on_is_answered_and_gives_its_room_back() {
    let program = Program::start_with(crate::in_flight::Bounds {
        brought_bytes: crate::extract::BODY_LIMIT,
        wait: std::time::Duration::ZERO,
        stall_limit: std::time::Duration::from_millis(10),
        ..Default::default()
    })
    .await;
    for _ in 0..2 {
        // Each takes all the room that there is.
        let body = announced(crate::extract::BODY_LIMIT as u64);
        let response = program.call("PUT", "/api/v1/answering", body).await;
        assert_eq!(response.status(), StatusCode::BAD_REQUEST);
    }
    for path in ["/api/v1/tunnel/stop", "/api/v1/session"] {
        let response = program.call("POST", path, announced(10)).await;
        assert!(response.status().is_client_error(), "{path}");
    }
    program.engine.shutdown().await;
}
