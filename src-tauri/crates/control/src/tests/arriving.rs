//! What a request's body may be where none is asked for, or where no token is.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use axum::response::Response;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
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
async fn a_body_that_does_not_go_on_is_408_and_gives_its_room_back() {
    let program = Program::start_with(crate::in_flight::Bounds {
        brought_bytes: crate::arrival_error::BODY_LIMIT,
        wait: std::time::Duration::ZERO,
        stall_limit: std::time::Duration::from_millis(10),
        ..Default::default()
    })
    .await;
    let all = crate::arrival_error::BODY_LIMIT as u64;
    for (method, path, bytes) in [
        // Each takes all the room that there is.
        ("PUT", "/api/v1/answering", all),
        ("PUT", "/api/v1/answering", all),
        ("POST", "/api/v1/tunnel/stop", 10),
        ("POST", "/api/v1/session", 10),
    ] {
        let response = program.call(method, path, announced(bytes)).await;
        assert_eq!(response.status(), StatusCode::REQUEST_TIMEOUT, "{path}");
        assert_eq!(json_of(response).await["code"], "body_timeout", "{path}");
    }
    program.engine.shutdown().await;
}

/// How a body of which something is missing ends.
#[derive(Clone, Copy, Debug)]
enum End {
    /// Its caller waits.
    Stalled,
    /// Its caller ends the sending half.
    Shut,
    /// Its chunks are no HTTP.
    Broken,
}

#[tokio::test(flavor = "multi_thread")]
async fn each_way_of_not_being_whole_has_a_status_and_words_of_its_own() {
    const COUNTED: (&str, &str) = ("Content-Length: 9", "{");
    const CHUNKED: (&str, &str) = ("Transfer-Encoding: chunked", "1\r\n{\r\n");
    const OPERATIONS: [&str; 3] = ["PUT answering", "POST tunnel/stop", "POST session"];
    const LONG: std::time::Duration = std::time::Duration::from_secs(600);
    for (end, framings, status, words) in [
        (End::Stalled, &[COUNTED, CHUNKED][..], 408, "остановилась"),
        (End::Shut, &[COUNTED, CHUNKED], 400, "оборвалось"),
        (End::Broken, &[CHUNKED], 400, "не по правилам HTTP"),
    ] {
        let stall_limit = match end {
            End::Stalled => std::time::Duration::from_millis(10),
            End::Shut | End::Broken => LONG,
        };
        let program = Program::start_with(crate::in_flight::Bounds {
            stall_limit,
            ..Default::default()
        })
        .await;
        let address = program.listening().await;
        for (operation, (framing, body)) in OPERATIONS
            .iter()
            .flat_map(|one| framings.iter().map(move |framing| (one, *framing)))
        {
            let (method, path) = operation.split_once(' ').unwrap();
            let mut request = format!(
                "{method} /api/v1/{path} HTTP/1.1\r\nHost: x\r\nAccept-Language: ru\r\n\
                 Connection: close\r\n{framing}\r\n\r\n{body}"
            );
            if matches!(end, End::Broken) {
                request.push_str("zz\r\n");
            }
            let mut stream = TcpStream::connect(address).await.unwrap();
            stream.write_all(request.as_bytes()).await.unwrap();
            if matches!(end, End::Shut) {
                stream.shutdown().await.unwrap();
            }
            let mut answer = String::new();
            stream.read_to_string(&mut answer).await.unwrap();
            let what = format!("{end:?} {operation} {framing}: {answer}");
            assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{what}");
            assert!(answer.contains(words), "{what}");
        }
        program.engine.shutdown().await;
    }
}
