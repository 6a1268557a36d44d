//! What is set for a block: its token, its fields and its scenario.

use form_urlencoded::Serializer;
use serde_json::{Map, Value, json};

use super::words::settings as words;
use super::{PATHS, SYSTEM_NAMES, TEMPLATE_ID, is_system};
use crate::platform::context::RequestContext;
use crate::platform::name::Platform;
use crate::platform::settings::SettingsError;

pub(super) const TOKEN: &str = super::TOKEN;
const FIELDS: &str = "fields";

/// How many fields a link has at most.
const FIELDS_MAX: usize = 200;

fn of<'a>(request: &RequestContext<'a>) -> Option<&'a Map<String, Value>> {
    request.settings_of(Platform::Chatapp)
}

/// The token that calls need.
pub(super) fn token<'a>(request: &RequestContext<'a>) -> Option<&'a str> {
    of(request)?.get(TOKEN)?.as_str()
}

/// The names that the block declares.
pub(super) fn fields<'a>(request: &RequestContext<'a>) -> Vec<&'a str> {
    let fields = of(request).and_then(|own| own.get(FIELDS)?.as_array());
    fields
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect()
}

/// The link as the block makes it; `None` without a token.
pub(super) fn link(own: &Map<String, Value>, address: &str) -> Option<String> {
    let token = own.get(TOKEN)?.as_str()?;
    let mut query = Serializer::new(String::new());
    query.append_pair(TOKEN, token);
    let fields = own.get(FIELDS).and_then(Value::as_array);
    for field in fields.into_iter().flatten().filter_map(Value::as_str) {
        query.append_pair(field, "");
    }
    if let Some(number) = own.get(TEMPLATE_ID).and_then(Value::as_u64) {
        query.append_pair(TEMPLATE_ID, &number.to_string());
    }
    Some(format!("{address}{}?{}", PATHS[0], query.finish()))
}

pub(super) fn schema() -> Value {
    json!({
        "type": "object",
        "additionalProperties": false,
        "properties": {
            TOKEN: {"type": "string", "pattern": "^[A-Za-z0-9_-]+$", "writeOnly": true},
            TEMPLATE_ID: {"type": ["integer", "null"], "minimum": 0},
            FIELDS: {
                "type": "array",
                "maxItems": FIELDS_MAX,
                "uniqueItems": true,
                "items": {"type": "string", "minLength": 1, "not": {"enum": SYSTEM_NAMES}},
            },
        },
    })
}

pub(super) fn check(own: &Map<String, Value>) -> Result<(), SettingsError> {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    let is_token = |text: &str| !text.is_empty() && text.bytes().all(fits);
    if let Some(token) = own.get(TOKEN)
        && !token.as_str().is_some_and(is_token)
    {
        return Err(SettingsError::at(TOKEN, &words::TOKEN));
    }
    if let Some(number) = own.get(TEMPLATE_ID)
        && !number.is_null()
        && !number.is_u64()
    {
        return Err(SettingsError::at(TEMPLATE_ID, &words::TEMPLATE));
    }
    own.get(FIELDS).map_or(Ok(()), check_fields)
}

fn check_fields(fields: &Value) -> Result<(), SettingsError> {
    let message = || words::FIELDS.arg(FIELDS_MAX as u64);
    let Some(fields) = fields.as_array().filter(|all| all.len() <= FIELDS_MAX) else {
        return Err(SettingsError::at(FIELDS, message()));
    };
    for (index, field) in fields.iter().enumerate() {
        let at = |message| SettingsError::at(&index.to_string(), message).within(FIELDS);
        let name = field.as_str().filter(|name| !name.is_empty());
        let Some(name) = name.filter(|_| !fields[..index].contains(field)) else {
            return Err(at(message()));
        };
        if name == TOKEN || name == TEMPLATE_ID {
            return Err(at(words::OWN.arg(name)));
        }
        if is_system(name) {
            return Err(at(words::SYSTEM.arg(name).arg(SYSTEM_NAMES.join(", "))));
        }
    }
    Ok(())
}
