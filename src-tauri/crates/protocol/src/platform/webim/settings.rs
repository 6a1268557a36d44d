//! What is set for Webim: which side we are, and SaluteBot's five settings with their conditions.

use serde_json::{Map, Value, json};

use super::words::settings as words;
use crate::platform::context::RequestContext;
use crate::platform::name::Platform;
use crate::platform::settings::SettingsError;

pub(super) const TOKEN: &str = "token";
const ROLE: &str = "role";
const DOMAIN: &str = "domain";
const TO: &str = "to";
const DEPARTMENT: &str = "department";
const OPERATOR: &str = "operator";
const VERSION: &str = "version";
const BOT_URL: &str = "bot_url";

const BOT: &str = "bot";
const WEBIM: &str = "webim";

/// Whether these are the settings of one who stands in for Webim.
pub(super) fn plays_webim(own: &Map<String, Value>) -> bool {
    own.get(ROLE).is_some_and(|role| role == WEBIM)
}

/// The same for a request's bot.
pub(super) fn is_webim(request: &RequestContext<'_>) -> bool {
    request
        .settings_of(Platform::Webim)
        .is_some_and(plays_webim)
}

/// The token that bots need.
pub(super) fn token(own: &Map<String, Value>) -> Option<&str> {
    own.get(TOKEN)?.as_str()
}

/// Where the bot is that the app plays Webim for.
pub(super) fn bot_url(own: &Map<String, Value>) -> Option<&str> {
    own.get(BOT_URL)?.as_str()
}

pub(super) fn schema() -> Value {
    json!({
        "type": "object",
        "additionalProperties": false,
        "properties": {
            ROLE: {"enum": [BOT, WEBIM], "default": BOT},
            TOKEN: {"type": "string", "minLength": 1, "writeOnly": true},
            DOMAIN: {"type": "string", "pattern": "^[A-Za-z0-9.-]+$"},
            TO: {"enum": [DEPARTMENT, OPERATOR], "default": DEPARTMENT},
            DEPARTMENT: {"type": ["string", "null"]},
            OPERATOR: {"type": ["string", "integer", "null"]},
            VERSION: {"type": "string", "pattern": "^[0-9]+(\\.[0-9]+)*$"},
            BOT_URL: {"type": ["string", "null"], "pattern": "^https?://"},
        },
    })
}

pub(super) fn check(own: &Map<String, Value>) -> Result<(), SettingsError> {
    let field = |name: &str| own.get(name).filter(|value| !value.is_null());
    let is = |name: &str, texts: [&str; 2]| {
        field(name).is_none_or(|value| texts.iter().any(|text| value == text))
    };
    if !is(ROLE, [BOT, WEBIM]) {
        return Err(SettingsError::at(ROLE, &words::ROLE));
    }
    if !is(TO, [DEPARTMENT, OPERATOR]) {
        return Err(SettingsError::at(TO, &words::TO));
    }
    for (name, fits, message) in [
        (TOKEN, is_token as fn(&Value) -> bool, &words::TOKEN),
        (DEPARTMENT, is_text, &words::DEPARTMENT),
        (OPERATOR, is_operator, &words::OPERATOR),
        (VERSION, is_version, &words::VERSION),
        (BOT_URL, is_address, &words::BOT_URL),
    ] {
        if field(name).is_some_and(|value| !fits(value)) {
            return Err(SettingsError::at(name, message));
        }
    }
    field(DOMAIN).map_or(Ok(()), check_domain)?;
    check_required(own, |name| field(name).is_some())
}

/// Seed 003: token and domain are always required, the department or the operator by `to`.
fn check_required(
    own: &Map<String, Value>,
    is_set: impl Fn(&str) -> bool,
) -> Result<(), SettingsError> {
    let required = |name: &str, message| match is_set(name) {
        true => Ok(()),
        false => Err(SettingsError::at(name, message)),
    };
    if plays_webim(own) {
        return required(TOKEN, &words::TOKEN);
    }
    let of_connection = [TOKEN, DOMAIN, TO, DEPARTMENT, OPERATOR];
    if !of_connection.iter().any(|name| is_set(name)) {
        return Ok(());
    }
    required(TOKEN, &words::TOKEN)?;
    required(DOMAIN, &words::DOMAIN)?;
    match own.get(TO).is_some_and(|to| to == OPERATOR) {
        true => required(OPERATOR, &words::OPERATOR),
        false => required(DEPARTMENT, &words::DEPARTMENT),
    }
}

fn is_text(value: &Value) -> bool {
    value.as_str().is_some_and(|text| !text.trim().is_empty())
}

fn is_token(value: &Value) -> bool {
    let fits = |byte: u8| byte.is_ascii_graphic();
    value
        .as_str()
        .is_some_and(|text| !text.is_empty() && text.bytes().all(fits))
}

fn is_operator(value: &Value) -> bool {
    value.is_u64() || is_text(value)
}

fn is_version(value: &Value) -> bool {
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|one| one.is_ascii_digit());
    value
        .as_str()
        .is_some_and(|text| text.split('.').all(is_number))
}

fn is_address(value: &Value) -> bool {
    let schemes = ["http://", "https://"];
    let rest = value
        .as_str()
        .and_then(|text| schemes.iter().find_map(|one| text.strip_prefix(one)));
    rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'))
}

fn check_domain(value: &Value) -> Result<(), SettingsError> {
    let is_label = |label: &str| {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        !label.is_empty() && label.bytes().all(fits)
    };
    let is_domain = |text: &str| text.contains('.') && text.split('.').all(is_label);
    let Some(given) = value.as_str() else {
        return Err(SettingsError::at(DOMAIN, &words::DOMAIN));
    };
    if is_domain(given) {
        return Ok(());
    }
    let bare = bare_domain(given);
    if !is_domain(&bare) {
        return Err(SettingsError::at(DOMAIN, &words::DOMAIN));
    }
    let message = words::DOMAIN_ALONE.arg(bare.as_str());
    Err(SettingsError::at(DOMAIN, message).suggesting(bare))
}

/// The domain in an address.
fn bare_domain(given: &str) -> String {
    let given = given.trim();
    let rest = given.split_once("://").map_or(given, |(_, rest)| rest);
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = host.rsplit('@').next().unwrap_or_default();
    let host = host.split(':').next().unwrap_or_default();
    host.trim_end_matches('.').to_ascii_lowercase()
}
