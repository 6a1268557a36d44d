//! The window's way to the control API: the URI scheme `hookloupe:`, answered in process by the
//! same router that `hookloupe-cli serve` puts on a port. Nothing listens, so there is nothing to
//! guard but the window itself.

use axum::Router;
use axum::body::Body;
use http::{Request, Response, StatusCode, Uri};
use http_body_util::BodyExt as _;
use tower::ServiceExt as _;

/// The scheme's name.
pub(crate) const SCHEME: &str = "hookloupe";

/// What the page is loaded from. WebView2 knows no schemes of its own and is given
/// `http://SCHEME.localhost` in its place.
pub(crate) const PAGE: &str = if cfg!(windows) {
    "http://hookloupe.localhost/"
} else {
    "hookloupe://localhost/"
};

/// Hands one request of the window to the router and collects the whole answer.
pub(crate) async fn answer(router: Router, request: Request<Vec<u8>>) -> Response<Vec<u8>> {
    let (mut parts, body) = request.into_parts();
    parts.uri = origin_form(&parts.uri);
    let request = Request::from_parts(parts, Body::from(body));
    // The router cannot fail: its error type has no values.
    let Ok(response) = router.oneshot(request).await;
    let (parts, body) = response.into_parts();
    let Ok(body) = body.collect().await else {
        let mut broken = Response::new(b"The answer broke off.".to_vec());
        *broken.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        return broken;
    };
    Response::from_parts(parts, body.to_bytes().to_vec())
}

/// What a server would see in the request line.
fn origin_form(uri: &Uri) -> Uri {
    uri.path_and_query()
        .cloned()
        .map_or_else(|| Uri::from_static("/"), Uri::from)
}

#[cfg(test)]
mod tests {
    use axum::routing::post;

    use super::*;

    fn request(uri: &str) -> http::request::Builder {
        Request::builder().uri(uri)
    }

    #[tokio::test]
    async fn method_path_query_headers_and_body_reach_the_router() {
        let router = Router::new().route(
            "/api/v1/echo",
            post(|request: axum::extract::Request| async move {
                let query = request.uri().to_string();
                let language = request.headers()["accept-language"].clone();
                let body = request.into_body().collect().await.unwrap().to_bytes();
                (
                    [("x-query", query)],
                    [language.as_bytes(), b" ", &body].concat(),
                )
            }),
        );
        let request = request("hookloupe://localhost/api/v1/echo?a=%D1%8F")
            .method("POST")
            .header("accept-language", "ru")
            .body(b"{\"a\":1}".to_vec())
            .unwrap();
        let response = answer(router, request).await;
        assert_eq!(response.headers()["x-query"], "/api/v1/echo?a=%D1%8F");
        assert_eq!(response.body(), b"ru {\"a\":1}");
    }

    #[tokio::test]
    async fn what_the_router_does_not_know_is_its_404() {
        let request = request("hookloupe://localhost/none")
            .body(Vec::new())
            .unwrap();
        assert_eq!(
            answer(Router::new(), request).await.status(),
            StatusCode::NOT_FOUND
        );
    }
}
