//! The platforms: whose rules a request follows, and what they are.
//!
//! One file for each, one line in [`LIST`]; everything about a platform is in its
//! [`Contract`]. Nothing outside of this directory names a single platform.

mod chat;
mod chatapp;
mod context;
mod contract;
mod export;
mod fact;
mod graph;
mod graph_http;
mod json;
mod leadconverter;
mod loose;
mod name;
mod neighbours;
mod nested;
mod nocobase;
mod paths;
mod plain;
mod preview;
mod reason;
#[cfg(test)]
mod recorded;
mod retries;
mod sender;
mod senders;
mod sending;
mod settings;
mod templates;
mod user_turn;
mod webim;

use serde_json::{Map, Value};

use crate::answer::Answer;
use crate::body::BodyKind;
use crate::message::Request;
use crate::names::text_schema;
use crate::outcome::Reason;
use crate::variable::Role;
use crate::words::settings as words;

pub use chat::{Chat, ChatAction, ChatEvent, ChatMessage, ChatStep, Place, Speaker};
pub use context::{
    AnswerContext, Identity, JudgedAnswer, RequestContext, SampleTurn, SessionMarks,
};
pub use contract::{
    Certainty, Contract, NoAnswer, PlatformAnswer, Recognition, Side as PlatformSide,
};
pub use export::{ExportedAnswer, ExportedConversation, ExportedFile, ExportedTurn};
pub use fact::Fact;
pub use name::{Platform, PlatformChoice};
pub use paths::{ExamplePaths, PathValue};
pub use preview::{Preview, PreviewButton, PreviewMessage};
pub use reason::{PlatformReason, ReasonKind};
pub use retries::{AttemptBefore, NextAttempt, Retries};
pub(crate) use sender::Sender;
pub use sending::{After, Repeat, Sending};
pub use settings::{PlatformSettings, SettingsError};
pub use templates::{Filled, Template, Used};
pub use user_turn::{Lifetime, Members, UserTurn, object_members, object_text, user_variables};

/// The id of the message that led to the sample turn, where its platform has one.
const SAMPLE_MESSAGE: &str = "9661ab9c-48b0-4ed1-a3d6-859398ff9bd9";

/// Every platform.
const LIST: &[&dyn Contract] = &[
    &graph::Graph,
    &graph_http::GraphHttp,
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

/// A sample call of the chosen platform, as it comes to a bot with these settings; of the first
/// that has one where it has none.
#[must_use]
pub fn sample(choice: PlatformChoice, settings: &PlatformSettings) -> Option<Request> {
    let none = Map::new();
    let call = |one: &dyn Contract| {
        let own = settings.of(one.platform()).unwrap_or(&none);
        one.sample_call(own)
    };
    let chosen = match choice {
        PlatformChoice::Auto => None,
        PlatformChoice::Fixed(platform) => call(contract(platform)),
    };
    chosen.or_else(|| LIST.iter().find_map(|one| call(*one)))
}

/// The same as it comes of another message: this id stands for that of its own.
#[must_use]
pub fn new_sample(
    choice: PlatformChoice,
    settings: &PlatformSettings,
    id: &str,
) -> Option<Request> {
    let mut sample = sample(choice, settings)?;
    let text = std::str::from_utf8(sample.body.whole()?).ok()?;
    sample.body = text.replace(SAMPLE_MESSAGE, id).into();
    Some(sample)
}

/// What a bot's platform answers by default where no request says more.
#[must_use]
pub fn default_answer(choice: PlatformChoice) -> Answer {
    let platform = match choice {
        PlatformChoice::Auto => Platform::default(),
        PlatformChoice::Fixed(platform) => platform,
    };
    let nothing = RequestContext {
        request: &Request::default(),
        document: None,
        error: None,
        kind: BodyKind::Empty,
        settings: None,
    };
    contract(platform).default_answer(&nothing)
}

/// Whether a platform has a setting of this name: its schema names it.
#[must_use]
pub fn has_setting(platform: Platform, name: &str) -> bool {
    let schema = contract(platform).settings_schema();
    schema.is_some_and(|schema| schema["properties"].get(name).is_some())
}

/// Whether each platform has its settings and can use them.
///
/// # Errors
/// The first field that does not fit.
pub fn check_settings(settings: &PlatformSettings) -> Result<(), SettingsError> {
    for (platform, own) in &settings.0 {
        let unknown = own.keys().find(|name| !has_setting(*platform, name));
        let checked = match unknown {
            Some(name) => Err(SettingsError::unknown_field(name)),
            None => contract(*platform).check_settings(own),
        };
        checked.map_err(|error| error.within(platform.as_str()))?;
    }
    Ok(())
}

/// Settings with changes: of the platforms that are named, field by field. `null` removes a field.
///
/// # Errors
/// The first name of no platform, or the first field that does not fit.
pub fn change_settings(
    settings: &PlatformSettings,
    changes: Map<String, Value>,
) -> Result<PlatformSettings, SettingsError> {
    let mut changed = settings.clone();
    for (name, change) in changes {
        let Ok(platform) = name.parse::<Platform>() else {
            let all: Vec<&str> = Platform::ALL.iter().map(|one| one.as_str()).collect();
            let message = words::UNKNOWN_PLATFORM.arg(&*name).arg(all.join(", "));
            return Err(SettingsError::at(&name, message));
        };
        let Value::Object(fields) = change else {
            return Err(SettingsError::at(&name, &words::NOT_AN_OBJECT));
        };
        let own = changed.0.entry(platform).or_default();
        let fields = as_it_was_shown(contract(platform), own, fields);
        for (name, value) in fields {
            match value {
                Value::Null => drop(own.remove(&name)),
                value => drop(own.insert(name, value)),
            }
        }
    }
    check_settings(&changed)?;
    Ok(changed)
}

/// Settings as they are shown: what is secret is `null` beside a field that says whether it is set,
/// and what a platform makes of its settings is there too. `address` is the bot's own, without a
/// slash at its end.
#[must_use]
pub fn shown_settings(settings: &PlatformSettings, address: Option<&str>) -> PlatformSettings {
    let shown = settings.0.iter().map(|(platform, own)| {
        let contract = contract(*platform);
        let mut shown = own.clone();
        for path in contract.secrets() {
            hide(&mut shown, path);
        }
        if let Some(address) = address {
            shown.extend(contract.made_of_settings(own, address));
        }
        (*platform, shown)
    });
    PlatformSettings(shown.collect())
}

/// A change without what [`shown_settings`] adds, so that what was shown can be given back: a
/// secret that is shown as set stays.
fn as_it_was_shown(
    contract: &dyn Contract,
    own: &Map<String, Value>,
    mut change: Map<String, Value>,
) -> Map<String, Value> {
    for path in contract.secrets() {
        keep(own, &mut change, path);
    }
    for name in contract.made_of_settings(own, "").keys() {
        change.remove(name);
    }
    change
}

fn keep(own: &Map<String, Value>, change: &mut Map<String, Value>, path: &[&str]) {
    match path {
        [] => {}
        [name] => {
            let was_shown = change.remove(&format!("{name}_set")).is_some();
            if was_shown && change.get(*name).is_some_and(Value::is_null) {
                change.remove(*name);
                if let Some(secret) = own.get(*name) {
                    change.insert((*name).to_owned(), secret.clone());
                }
            }
        }
        [first, rest @ ..] => {
            if let (Some(Value::Object(own)), Some(Value::Object(inner))) =
                (own.get(*first), change.get_mut(*first))
            {
                keep(own, inner, rest);
            }
        }
    }
}

fn hide(settings: &mut Map<String, Value>, path: &[&str]) {
    match path {
        [] => {}
        [name] => {
            let secret = settings.get(*name).is_some_and(|value| !value.is_null());
            settings.insert((*name).to_owned(), Value::Null);
            settings.insert(format!("{name}_set"), Value::Bool(secret));
        }
        [first, rest @ ..] => {
            if let Some(Value::Object(inner)) = settings.get_mut(*first) {
                hide(inner, rest);
            }
        }
    }
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
        (None, mark) => match (neighbours::of(request), mark) {
            (Some(known), _) => Sender::Neighbour(known),
            (None, Some(name)) => Sender::Foreign(name.to_owned()),
            (None, None) => Sender::Unknown,
        },
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
