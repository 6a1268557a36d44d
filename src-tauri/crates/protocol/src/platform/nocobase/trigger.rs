//! The address of a trigger.

use percent_encoding::percent_decode_str;

/// What stands before a trigger's key, (1).
pub(super) const PATH: &str = "/api/webhook:trigger/";

/// The key in a trigger's path.
pub(super) fn key_of(path: &str) -> Option<String> {
    let path = percent_decode_str(path).decode_utf8().ok()?;
    let key = path.strip_prefix(PATH)?;
    let key = key.strip_suffix('/').unwrap_or(key);
    (!key.is_empty() && !key.contains('/')).then(|| key.to_owned())
}
