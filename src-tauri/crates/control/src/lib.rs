//! The control API: one axum router over the engine, for window, browser and scripts alike.
//!
//! The window calls [`app`] in process; [`serve`] puts the same router on a loopback port, behind
//! the access rules.

#![warn(missing_docs)]

mod access;
mod arrival_error;
mod arriving;
mod document;
mod dto;
mod entrance;
mod error;
mod extract;
mod in_flight;
mod language;
mod listener;
mod routes;
mod ui;
mod words;

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::DefaultBodyLimit;
use axum::http::header;
use axum::routing::get;
use axum::{Extension, Router, middleware};
use engine::Engine;
use tokio::net::TcpListener;

pub use entrance::{Entrance, token_proof};
pub use language::system_language;

use crate::error::ApiError;
use crate::in_flight::{Bounds, InFlight};

/// The OpenAPI document, as `GET /api/v1/openapi.json` gives it.
#[must_use]
pub fn openapi_json() -> String {
    document::api().1.to_pretty_json().unwrap_or_default()
}

/// The API and the page, without access rules: for the window, which calls it in process.
pub fn app(engine: &Engine) -> Router {
    app_with(engine, Bounds::default())
}

/// The same with bounds of its own for bodies that are under way.
fn app_with(engine: &Engine, bounds: Bounds) -> Router {
    in_reader_language(router(engine, bounds).fallback(ui::page), engine)
}

fn router(engine: &Engine, bounds: Bounds) -> Router {
    let (routes, document, rules) = document::api();
    let checks = Arc::new(arriving::BodyChecks {
        rules,
        stall_limit: bounds.stall_limit,
    });
    // Written once: as a value it had 1.4 MB in every connection.
    let document = Bytes::from(document.to_json().unwrap_or_default());
    let json = [(header::CONTENT_TYPE, "application/json")];
    routes
        .route(
            "/api/v1/openapi.json",
            get(move || async move { (json, document) }),
        )
        .route("/api/{*rest}", axum::routing::any(nothing_here))
        .method_not_allowed_fallback(no_such_method)
        .layer(DefaultBodyLimit::max(arrival_error::BODY_LIMIT))
        .layer(middleware::from_fn(in_flight::bring))
        .layer(middleware::from_fn_with_state(checks, arriving::check))
        .layer(Extension(InFlight::new(bounds)))
        .with_state(engine.clone())
}

/// The outermost layer: an error has no words before it.
fn in_reader_language(router: Router, engine: &Engine) -> Router {
    router.layer(middleware::from_fn_with_state(
        engine.clone(),
        language::layer,
    ))
}

async fn nothing_here() -> ApiError {
    ApiError::not_found(&words::NOTHING_HERE)
}

async fn no_such_method() -> ApiError {
    ApiError::method_not_allowed()
}

/// Serves the API, and the page where `with_page`, on a loopback listener until the engine stops.
///
/// The engine's shutdown waits for the calls under way.
///
/// # Errors
/// What the listener says.
pub async fn serve(
    engine: &Engine,
    listener: TcpListener,
    entrance: Arc<Entrance>,
    with_page: bool,
) -> std::io::Result<()> {
    let address = listener.local_addr()?;
    engine.api_at(address, entrance.token().to_owned());
    let access = access::Access::new(address, entrance.token().to_owned());
    let router = if with_page {
        router(engine, Bounds::default()).fallback(ui::page)
    } else {
        router(engine, Bounds::default()).fallback(nothing_here)
    };
    let router = router.layer(Extension(entrance));
    let guarded = router.layer(middleware::from_fn_with_state(access, access::guard));
    let router = in_reader_language(guarded, engine);
    let serving = listener::serve(listener, router, listener::LIMITS, engine.stopping());
    // A call that has begun finds the history open until it is answered.
    engine.track(serving).await;
    Ok(())
}

#[cfg(test)]
mod tests;
