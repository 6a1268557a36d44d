//! The routes, one file per subject.

pub(crate) mod answering;
pub(crate) mod answers;
pub(crate) mod bodies;
pub(crate) mod bots;
pub(crate) mod compare;
pub(crate) mod conversations;
pub(crate) mod exchanges;
pub(crate) mod export;
pub(crate) mod feed;
pub(crate) mod forms;
pub(crate) mod holds;
pub(crate) mod late;
pub(crate) mod paths;
pub(crate) mod patience;
pub(crate) mod platforms;
pub(crate) mod previews;
pub(crate) mod proof;
pub(crate) mod replay;
pub(crate) mod replays;
pub(crate) mod rule_files;
pub(crate) mod rules;
mod scenarios;
pub(crate) mod simulator;
pub(crate) mod system;
pub(crate) mod tunnel;
pub(crate) mod watch;
pub(crate) mod what_if;
pub(crate) mod why;

use axum::http::StatusCode;
use engine::{Bot, Engine, Target};
use messages::Say as _;
use protocol::{BotId, Filter, FilterTime};
use serde::Deserialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::error::{ApiError, ErrorCode, Position};
use crate::words;

/// All routes of the API, each with its part of the document.
pub(crate) fn api() -> OpenApiRouter<Engine> {
    OpenApiRouter::new()
        .routes(routes!(exchanges::list, exchanges::delete_many))
        .routes(routes!(
            exchanges::get,
            exchanges::patch,
            exchanges::delete_one
        ))
        .routes(routes!(exchanges::delete_each))
        .routes(routes!(exchanges::restore))
        .routes(routes!(exchanges::count))
        .merge(bodies::routes())
        .routes(routes!(bodies::format))
        .routes(routes!(holds::answer))
        .routes(routes!(holds::extend))
        .routes(routes!(holds::release))
        .routes(routes!(holds::release_all))
        .routes(routes!(holds::preview))
        .routes(routes!(holds::last_answer))
        .routes(routes!(late::get, late::stop))
        .routes(routes!(late::deliver, late::withdraw))
        .routes(routes!(patience::get, patience::forget))
        .routes(routes!(patience::probe, patience::stop))
        .merge(replays::routes())
        .merge(what_if::routes())
        .merge(scenarios::routes())
        .merge(conversations::routes())
        .routes(routes!(feed::events))
        .merge(bots::routes())
        .routes(routes!(platforms::list))
        .routes(routes!(forms::read))
        .merge(paths::routes())
        .routes(routes!(previews::preview))
        .routes(routes!(tunnel::get))
        .routes(routes!(tunnel::start))
        .routes(routes!(tunnel::stop))
        .routes(routes!(tunnel::retry))
        .routes(routes!(tunnel::check))
        .routes(routes!(tunnel::acknowledge))
        .routes(routes!(tunnel::put_authtoken, tunnel::delete_authtoken))
        .routes(routes!(tunnel::ssh_key))
        .routes(routes!(answers::list))
        .routes(routes!(answering::get, answering::put))
        .routes(routes!(rules::list, rules::create))
        .routes(routes!(rules::order))
        .routes(routes!(rule_files::export))
        .routes(routes!(rule_files::import))
        .routes(routes!(
            rule_files::get,
            rule_files::put,
            rule_files::delete
        ))
        .routes(routes!(rules::preview))
        .routes(routes!(rules::preview_turn))
        .routes(routes!(rules::explain))
        .routes(routes!(rules::get, rules::put, rules::delete))
        .routes(routes!(rules::state, rules::reset))
        .merge(simulator::routes())
        .merge(system::routes())
}

/// The bot a route is about.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct BotQuery {
    pub(crate) bot: Option<BotId>,
}

/// Where a request goes, by its name or address.
pub(crate) fn target(named: String, bot: &Bot) -> Result<Target, ApiError> {
    Ok(match named.as_str() {
        "self" => Target::Itself,
        "upstream" => {
            let server = bot.answering.server();
            let none = || ApiError::invalid("/target", &words::NO_UPSTREAM);
            Target::Upstream(server.ok_or_else(none)?)
        }
        _ => Target::Url(named),
    })
}

/// The filter of a query, read with this machine's time of day.
pub(crate) fn filter(text: Option<&str>) -> Result<Filter, ApiError> {
    let Some(text) = text else {
        return Ok(Filter::default());
    };
    let time = FilterTime {
        now: engine::clock::now(),
        zone: jiff::tz::TimeZone::system(),
    };
    protocol::parse_filter(text, &time).map_err(|error| {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        let offset = error.offset as u64;
        ApiError::new(status, ErrorCode::FilterInvalid, error.message())
            .at("/filter")
            .positioned(Position {
                offset: Some(offset),
                ..Position::default()
            })
    })
}
