//! The control API: one axum router over the engine, for window, browser and scripts alike.
//!
//! The window calls [`app`] in process; [`serve`] puts the same router on a loopback port, behind
//! the access rules.

#![warn(missing_docs)]

mod access;
mod error;
mod extract;
mod routes;
mod ui;
mod views;

use std::future::IntoFuture;

use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Json, Router, middleware};
use engine::Engine;
use tokio::net::TcpListener;
use utoipa::OpenApi;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa_axum::router::OpenApiRouter;

pub use extract::system_language;

use crate::error::{ApiError, ErrorCode};
use crate::extract::Language;

/// The largest body the API takes: an answer by hand, 64 MiB.
const BODY_LIMIT: usize = 64 << 20;

#[derive(OpenApi)]
#[openapi(info(
    title = "Hookloupe control API",
    description = "Everything the window does. Errors are {code, message, pointer?}.",
    license(name = "MIT OR Apache-2.0")
))]
struct Document;

/// The API and its document, not yet bound to an engine.
fn api() -> (Router<Engine>, utoipa::openapi::OpenApi) {
    let (router, mut document) = OpenApiRouter::with_openapi(Document::openapi())
        .nest("/api/v1", routes::api())
        .split_for_parts();
    name_operations(&mut document);
    let bearer = SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build());
    document
        .components
        .get_or_insert_default()
        .add_security_scheme("token", bearer);
    document.security = Some(vec![SecurityRequirement::new::<_, [&str; 0], &str>(
        "token",
        [],
    )]);
    (router, document)
}

/// Gives each operation a name of its own, from its method and path: generators make functions of
/// them, and the handlers' names repeat.
fn name_operations(document: &mut utoipa::openapi::OpenApi) {
    for (path, item) in &mut document.paths.paths {
        let place: Vec<&str> = path
            .trim_start_matches("/api/v1/")
            .split('/')
            .map(|part| part.trim_matches(['{', '}']))
            .collect();
        let place = place.join("_").replace('-', "_");
        let operations = [
            ("get", &mut item.get),
            ("put", &mut item.put),
            ("post", &mut item.post),
            ("patch", &mut item.patch),
            ("delete", &mut item.delete),
        ];
        for (method, operation) in operations {
            if let Some(operation) = operation {
                operation.operation_id = Some(format!("{method}_{place}"));
            }
        }
    }
}

/// The OpenAPI document, as `GET /api/v1/openapi.json` gives it.
#[must_use]
pub fn openapi_json() -> String {
    api().1.to_pretty_json().unwrap_or_default()
}

/// The API and the page, without access rules: for the window, which calls it in process.
pub fn app(engine: &Engine) -> Router {
    router(engine).fallback(ui::page)
}

fn router(engine: &Engine) -> Router {
    let (routes, document) = api();
    routes
        .route(
            "/api/v1/openapi.json",
            get(move || async move { Json(document) }),
        )
        .route("/api/{*rest}", axum::routing::any(nothing_here))
        .method_not_allowed_fallback(no_such_method)
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .with_state(engine.clone())
}

async fn nothing_here(Language(lang): Language) -> ApiError {
    ApiError::not_found(lang)
}

async fn no_such_method() -> impl IntoResponse {
    let message = "This address does not take this method.";
    ApiError::new(
        StatusCode::METHOD_NOT_ALLOWED,
        ErrorCode::MethodNotAllowed,
        message,
    )
}

/// Serves the API, and the page where `with_page`, on a loopback listener until the engine stops.
///
/// # Errors
/// What the listener says.
pub async fn serve(
    engine: &Engine,
    listener: TcpListener,
    token: String,
    with_page: bool,
) -> std::io::Result<()> {
    let access = access::Access::new(listener.local_addr()?, token);
    let router = if with_page {
        app(engine)
    } else {
        router(engine).fallback(nothing_outside)
    };
    let router = router.layer(middleware::from_fn_with_state(access, access::guard));
    let stopping = {
        let engine = engine.clone();
        async move { engine.stopping().await }
    };
    axum::serve(listener, router)
        .with_graceful_shutdown(stopping)
        .into_future()
        .await
}

async fn nothing_outside() -> ApiError {
    ApiError::not_found(protocol::Lang::En)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    #[test]
    fn the_document_names_each_operation_once_and_values_as_they_are_sent() {
        let document: serde_json::Value = serde_json::from_str(&super::openapi_json()).unwrap();
        let mut names = HashSet::new();
        for item in document["paths"].as_object().unwrap().values() {
            for operation in item.as_object().unwrap().values() {
                let name = operation["operationId"].as_str().unwrap().to_owned();
                assert!(names.insert(name.clone()), "{name} stands twice");
            }
        }
        let states = &document["components"]["schemas"]["State"]["enum"];
        assert_eq!(states[0], "held");
        assert_eq!(document["openapi"], "3.1.0");
    }
}
