//! What is set for a trigger.

use serde_json::{Map, Value, json};

use super::words::settings as words;
use crate::platform::context::RequestContext;
use crate::platform::name::Platform;
use crate::platform::settings::SettingsError;

pub(super) const KEY: &str = "key";
pub(super) const MODE: &str = "mode";
pub(super) const AUTH: &str = "auth";
pub(super) const USER: &str = "user";
pub(super) const PASSWORD: &str = "password";
pub(super) const TIMEOUT: &str = "timeout_seconds";
pub(super) const HEADERS: &str = "headers";
pub(super) const QUERY: &str = "query";
pub(super) const BODY: &str = "body";

const SYNC: &str = "sync";
const PATH: &str = "path";
const ALIAS: &str = "alias";

/// How many rows each part has at most.
const ROWS_MAX: usize = 500;

/// The longest time limit, a day.
const TIMEOUT_MAX: u32 = 86_400;

/// What is set, where anything is.
pub(super) fn of<'a>(request: &RequestContext<'a>) -> Option<&'a Map<String, Value>> {
    request.settings_of(Platform::Nocobase)
}

/// Whether a trigger is set up.
pub(super) fn is_set(request: &RequestContext<'_>) -> bool {
    of(request).is_some_and(|own| own.contains_key(KEY))
}

/// Whether the trigger answers at its end.
pub(super) fn is_sync(request: &RequestContext<'_>) -> bool {
    of(request).is_some_and(|own| own.get(MODE).is_some_and(|mode| mode == SYNC))
}

/// The user and the password that callers need, where one is set.
pub(super) fn login<'a>(request: &RequestContext<'a>) -> Option<(&'a str, &'a str)> {
    login_of(of(request)?)
}

pub(super) fn login_of(own: &Map<String, Value>) -> Option<(&str, &str)> {
    let auth = own.get(AUTH)?;
    let text = |name| auth.get(name).and_then(Value::as_str).unwrap_or_default();
    auth.is_object().then(|| (text(USER), text(PASSWORD)))
}

/// The paths of a part, each with the name of its variable.
pub(super) fn rows<'a>(
    request: &RequestContext<'a>,
    part: &str,
) -> impl Iterator<Item = (&'a str, &'a str)> {
    let rows = of(request).and_then(|own| own.get(part)?.as_array());
    rows.into_iter().flatten().filter_map(|row| {
        let path = row.get(PATH)?.as_str()?;
        let alias = row.get(ALIAS).and_then(Value::as_str);
        Some((path, alias.unwrap_or(path)))
    })
}

pub(super) fn schema() -> Value {
    let rows = json!({
        "type": "array",
        "maxItems": ROWS_MAX,
        "items": {
            "type": "object",
            "additionalProperties": false,
            "required": [PATH],
            "properties": {
                PATH: {"type": "string", "minLength": 1},
                ALIAS: {"type": ["string", "null"]},
            },
        },
    });
    json!({
        "type": "object",
        "additionalProperties": false,
        "properties": {
            KEY: {"type": "string", "pattern": "^[A-Za-z0-9_-]+$"},
            MODE: {"enum": ["async", SYNC], "default": "async"},
            AUTH: {
                "type": ["object", "null"],
                "additionalProperties": false,
                "required": [USER, PASSWORD],
                "properties": {
                    USER: {"type": "string"},
                    PASSWORD: {"type": "string", "writeOnly": true},
                },
            },
            TIMEOUT: {"type": ["number", "null"], "minimum": 1, "maximum": TIMEOUT_MAX},
            HEADERS: rows,
            QUERY: rows,
            BODY: rows,
        },
    })
}

pub(super) fn check(own: &Map<String, Value>) -> Result<(), SettingsError> {
    let field = |name: &str| own.get(name).filter(|value| !value.is_null());
    if let Some(key) = field(KEY)
        && !key.as_str().is_some_and(is_key)
    {
        return Err(SettingsError::at(KEY, &words::KEY));
    }
    if let Some(mode) = field(MODE)
        && mode != "async"
        && mode != SYNC
    {
        return Err(SettingsError::at(MODE, &words::MODE));
    }
    if let Some(auth) = field(AUTH) {
        check_login(auth).map_err(|error| error.within(AUTH))?;
    }
    let fits = |seconds: f64| (1.0..=f64::from(TIMEOUT_MAX)).contains(&seconds);
    if let Some(timeout) = field(TIMEOUT)
        && !timeout.as_f64().is_some_and(fits)
    {
        let message = words::TIMEOUT.arg(u64::from(TIMEOUT_MAX));
        return Err(SettingsError::at(TIMEOUT, message));
    }
    for part in [HEADERS, QUERY, BODY] {
        if let Some(rows) = field(part) {
            check_rows(part, rows)?;
        }
    }
    Ok(())
}

fn is_key(key: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    !key.is_empty() && key.bytes().all(fits)
}

fn check_login(auth: &Value) -> Result<(), SettingsError> {
    let whole = || SettingsError::whole(&words::AUTH);
    let fields = auth.as_object().ok_or_else(whole)?;
    if let Some(unknown) = fields
        .keys()
        .find(|name| *name != USER && *name != PASSWORD)
    {
        return Err(SettingsError::unknown_field(unknown));
    }
    for name in [USER, PASSWORD] {
        if !fields.get(name).is_some_and(Value::is_string) {
            return Err(SettingsError::at(name, &words::AUTH));
        }
    }
    match fields[USER].as_str().is_some_and(|user| user.contains(':')) {
        true => Err(SettingsError::at(USER, &words::USER)),
        false => Ok(()),
    }
}

fn check_rows(part: &str, rows: &Value) -> Result<(), SettingsError> {
    let Some(rows) = rows.as_array() else {
        return Err(SettingsError::at(part, &words::ROWS));
    };
    if rows.len() > ROWS_MAX {
        return Err(SettingsError::at(
            part,
            words::ROWS_MANY.arg(ROWS_MAX as u64),
        ));
    }
    for (index, row) in rows.iter().enumerate() {
        let checked = check_row(row).map_err(|error| error.within(&index.to_string()));
        checked.map_err(|error| error.within(part))?;
    }
    Ok(())
}

fn check_row(row: &Value) -> Result<(), SettingsError> {
    let Some(fields) = row.as_object() else {
        return Err(SettingsError::whole(&words::ROWS));
    };
    if let Some(unknown) = fields.keys().find(|name| *name != PATH && *name != ALIAS) {
        return Err(SettingsError::unknown_field(unknown));
    }
    let path = fields.get(PATH).and_then(Value::as_str);
    if path.is_none_or(str::is_empty) {
        return Err(SettingsError::at(PATH, &words::PATH));
    }
    match fields.get(ALIAS) {
        None | Some(Value::Null | Value::String(_)) => Ok(()),
        Some(_) => Err(SettingsError::at(ALIAS, &words::ROWS)),
    }
}
