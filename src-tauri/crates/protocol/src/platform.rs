//! The platforms: whose rules a request follows, and what they are.
//!
//! One file for each, one line in [`LIST`]; everything about a platform is in its
//! [`Contract`]. Nothing outside of this directory names a single platform.

mod chatapp;
mod context;
mod contract;
mod graph;
mod json;
mod leadconverter;
mod name;
mod nocobase;
mod plain;
mod reason;
mod sender;
mod senders;
mod settings;
mod webim;

use crate::message::Request;
use crate::names::text_schema;
use crate::outcome::Reason;
use crate::variable::Role;

pub use context::{AnswerContext, Identity, JudgedAnswer, RequestContext, ServerMoment, Turn};
pub use contract::{
    Certainty, Contract, Evaluation, PathPart, PathValue, PlatformAnswer, Recognition,
    Side as PlatformSide, UsedPath,
};
pub use name::{Platform, PlatformChoice};
pub use reason::{PlatformReason, ReasonKind};
pub(crate) use sender::Sender;
pub use settings::{PlatformSettings, SettingsError};

/// Every platform.
const LIST: &[&dyn Contract] = &[
    &graph::Graph,
    &leadconverter::LeadConverter,
    &chatapp::ChatApp,
    &webim::Webim,
    &nocobase::NocoBase,
    &plain::Plain,
];

/// Every platform's contract.
#[must_use]
pub fn contracts() -> &'static [&'static dyn Contract] {
    LIST
}

/// A platform's contract.
#[must_use]
pub fn contract(platform: Platform) -> &'static dyn Contract {
    let own = LIST.iter().find(|one| one.platform() == platform);
    *own.unwrap_or(&(&plain::Plain as &dyn Contract))
}

/// The sample turn of the chosen platform; of the first that has one where it has none.
#[must_use]
pub fn sample(choice: PlatformChoice) -> Option<Request> {
    let chosen = match choice {
        PlatformChoice::Auto => None,
        PlatformChoice::Fixed(platform) => contract(platform).sample(),
    };
    chosen.or_else(|| LIST.iter().find_map(|one| one.sample()))
}

/// What a request shows of its sender.
pub(crate) fn recognise(request: &RequestContext<'_>) -> Sender {
    let mut best: Option<(&dyn Contract, Recognition)> = None;
    let mut mark = None;
    for &one in LIST {
        let Some(found) = one.recognise(request) else {
            continue;
        };
        let rank = |found: &Recognition| (found.certainty, found.score);
        if best
            .as_ref()
            .is_some_and(|(_, before)| rank(&found) <= rank(before))
        {
            continue;
        }
        match foreign_mark(request, one) {
            Some(name) => mark = Some(name),
            None => best = Some((one, found)),
        }
    }
    match (best, mark) {
        (Some((one, found)), _) => Sender::Platform(one.platform(), found),
        (None, Some(name)) => Sender::Foreign(name.to_owned()),
        (None, None) => Sender::Unknown,
    }
}

/// The header field of a request that shows another sender than a platform.
fn foreign_mark<'r>(request: &RequestContext<'r>, platform: &dyn Contract) -> Option<&'r str> {
    let others = LIST
        .iter()
        .filter(|one| one.platform() != platform.platform());
    let marks = others.flat_map(|one| one.marks()).copied();
    senders::foreign_mark(&request.request.headers, marks)
}

impl utoipa::PartialSchema for Role {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        let roles = LIST.iter().flat_map(|one| one.roles());
        text_schema(distinct(roles.map(|role| role.id())))
    }
}

impl utoipa::ToSchema for Role {}

impl utoipa::PartialSchema for Reason {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        let reasons = LIST.iter().flat_map(|one| one.reasons());
        let reasons = reasons.chain(&[Self::CALLER_LEFT]);
        text_schema(distinct(reasons.map(|reason| reason.id())))
    }
}

impl utoipa::ToSchema for Reason {}

/// Each text once, in the order of first appearance.
fn distinct(texts: impl Iterator<Item = &'static str>) -> Vec<&'static str> {
    let mut all: Vec<&str> = Vec::new();
    for text in texts {
        if !all.contains(&text) {
            all.push(text);
        }
    }
    all
}

#[cfg(test)]
mod tests;
