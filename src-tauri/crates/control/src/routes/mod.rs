//! The routes, one file per subject.

pub(crate) mod answering;
pub(crate) mod bodies;
pub(crate) mod bots;
pub(crate) mod exchanges;
pub(crate) mod feed;
pub(crate) mod holds;
pub(crate) mod platforms;
pub(crate) mod replay;
pub(crate) mod system;
pub(crate) mod tunnel;

use axum::http::StatusCode;
use engine::{Engine, Error, Subject};
use messages::Say as _;
use protocol::{BotId, ExchangeId, Filter, FilterTime, Lang, UtcMillis};
use serde::Deserialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::error::{ApiError, ErrorCode};

/// All routes of the API, each with its part of the document.
pub(crate) fn api() -> OpenApiRouter<Engine> {
    OpenApiRouter::new()
        .routes(routes!(exchanges::list, exchanges::delete_many))
        .routes(routes!(
            exchanges::get,
            exchanges::patch,
            exchanges::delete_one
        ))
        .routes(routes!(exchanges::restore))
        .routes(routes!(bodies::request_body))
        .routes(routes!(bodies::response_body))
        .routes(routes!(bodies::format))
        .routes(routes!(holds::answer))
        .routes(routes!(holds::extend))
        .routes(routes!(holds::release))
        .routes(routes!(holds::release_all))
        .routes(routes!(holds::preview))
        .routes(routes!(holds::last_answer))
        .routes(routes!(replay::replay))
        .routes(routes!(replay::sample))
        .routes(routes!(feed::events))
        .routes(routes!(platforms::list))
        .routes(routes!(bots::list, bots::create))
        .routes(routes!(bots::patch, bots::delete))
        .routes(routes!(bots::renew_secret))
        .routes(routes!(bots::access))
        .routes(routes!(tunnel::get))
        .routes(routes!(tunnel::start))
        .routes(routes!(tunnel::stop))
        .routes(routes!(tunnel::retry))
        .routes(routes!(tunnel::check))
        .routes(routes!(tunnel::acknowledge))
        .routes(routes!(tunnel::put_authtoken, tunnel::delete_authtoken))
        .routes(routes!(tunnel::ssh_key))
        .routes(routes!(answering::get, answering::put))
        .routes(routes!(system::health))
        .routes(routes!(system::status))
        .routes(routes!(system::settings, system::patch_settings))
        .routes(routes!(system::names))
}

/// The bot a route is about.
#[derive(Debug, Deserialize)]
pub(crate) struct BotQuery {
    pub(crate) bot: Option<BotId>,
}

/// An exchange's id from a path: what is no id names nothing.
pub(crate) fn exchange_id(text: &str, lang: Lang) -> Result<ExchangeId, ApiError> {
    text.parse()
        .map(ExchangeId)
        .map_err(|_| engine_error(lang)(Error::NotFound(Subject::Exchange)))
}

/// A bot's id from a path.
pub(crate) fn bot_id(text: &str, lang: Lang) -> Result<BotId, ApiError> {
    text.parse()
        .map(BotId)
        .map_err(|_| engine_error(lang)(Error::NotFound(Subject::Bot)))
}

/// What the engine said, in words.
pub(crate) fn engine_error(lang: Lang) -> impl Fn(Error) -> ApiError {
    move |error| ApiError::from_engine(&error, lang)
}

/// How far this machine's time of day is ahead of UTC.
fn offset_minutes(now: UtcMillis) -> i32 {
    let now = jiff::Timestamp::from_millisecond(now.0).unwrap_or_default();
    jiff::tz::TimeZone::system().to_offset(now).seconds() / 60
}

/// The filter of a query, read with this machine's time of day.
pub(crate) fn filter(text: Option<&str>, lang: Lang) -> Result<Filter, ApiError> {
    let Some(text) = text else {
        return Ok(Filter::default());
    };
    let now = engine::clock::now();
    let time = FilterTime {
        now,
        offset_minutes: offset_minutes(now),
    };
    protocol::parse_filter(text, time).map_err(|error| {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        let offset = error.offset as u64;
        ApiError::new(status, ErrorCode::FilterInvalid, error.message().text(lang))
            .at("/filter")
            .placed(None, None, Some(offset))
    })
}
