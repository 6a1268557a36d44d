//! What a request may say in its method and its query.

use axum::http::{StatusCode, header};

use crate::tests::program::{Program, json_of};

#[tokio::test(flavor = "multi_thread")]
async fn a_body_is_decoded_where_the_query_says_so_and_other_values_are_refused() {
    let program = Program::start().await;
    let path = format!("/api/v1/exchanges/{}/request/body", program.exchange);
    for name in ["decoded", "pretty"] {
        for (value, is_on) in [("0", false), ("false", false), ("1", true), ("true", true)] {
            let target = format!("{path}?{name}={value}");
            let response = program.call("GET", &target, "").await;
            assert_eq!(response.status(), StatusCode::OK, "{target}");
            let kind = &response.headers()[header::CONTENT_TYPE];
            assert_eq!(kind == "text/plain; charset=utf-8", is_on, "{target}");
        }
        for value in ["", "%00", "no", "2", "1%00", "False"] {
            let target = format!("{path}?{name}={value}");
            let response = program.call("GET", &target, "").await;
            assert_eq!(
                response.status(),
                StatusCode::UNPROCESSABLE_ENTITY,
                "{target}"
            );
            assert_eq!(json_of(response).await["pointer"], format!("/{name}"));
        }
    }
    program.engine.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_there_for_other_methods_is_405_and_names_them() {
    let program = Program::start().await;
    for (method, path, allowed) in [
        ("POST", "/", "GET, HEAD"),
        ("PUT", "/index.html", "GET, HEAD"),
        ("DELETE", "/assets/x.js", "GET, HEAD"),
        ("OPTIONS", "/", "GET, HEAD"),
        ("POST", "/api/v1/health", "GET,HEAD"),
        ("GET", "/api/v1/format", "POST"),
    ] {
        let response = program.call(method, path, "").await;
        let status = response.status();
        assert_eq!(status, StatusCode::METHOD_NOT_ALLOWED, "{method} {path}");
        assert_eq!(
            response.headers()[header::ALLOW],
            allowed,
            "{method} {path}"
        );
        assert_eq!(json_of(response).await["code"], "method_not_allowed");
    }
    program.engine.shutdown().await;
}
