//! Texts as JSON.

/// Adds a text as a JSON string.
pub(crate) fn push_text(json: &mut String, text: &str) {
    json.push_str(&serde_json::Value::from(text).to_string());
}
