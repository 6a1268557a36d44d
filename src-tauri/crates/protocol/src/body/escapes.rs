//! What the escapes in a text mean, for whoever looks for a word in it.
//!
//! A bot that writes `\u041f` into its JSON or `%D0%9F` into a form means a letter, and a person
//! types the letter.

use std::borrow::Cow;

use crate::body::unescaped_text;
use crate::message::Headers;

/// A body's text, and after it the same with its escapes resolved where it has any: what a filter
/// and a rule look for a part in.
#[must_use]
pub fn text_with_escapes<'t>(headers: &Headers, text: &'t str) -> Cow<'t, str> {
    let mut whole = Cow::Borrowed(text);
    let resolved = [resolve_json(text), resolve_percent(headers, text)];
    for resolved in resolved.into_iter().flatten() {
        let whole = whole.to_mut();
        whole.push('\n');
        whole.push_str(&resolved);
    }
    whole
}

/// Replaces `\uXXXX`, surrogate pairs included. `None` where there is nothing to replace.
fn resolve_json(text: &str) -> Option<String> {
    if !text.contains("\\u") {
        return None;
    }
    let mut resolved = String::with_capacity(text.len());
    let mut remaining = text;
    while let Some(at) = remaining.find("\\u") {
        let mut units = Vec::new();
        let mut after = &remaining[at..];
        while let Some(unit) = after.strip_prefix("\\u").and_then(|hex| hex.get(..4)) {
            let Ok(unit) = u16::from_str_radix(unit, 16) else {
                break;
            };
            units.push(unit);
            after = &after[6..];
        }
        resolved.push_str(&remaining[..at]);
        if units.is_empty() {
            resolved.push_str("\\u");
            after = &after[2..];
        }
        resolved.extend(char::decode_utf16(units).map(|unit| unit.unwrap_or('\u{fffd}')));
        remaining = after;
    }
    resolved.push_str(remaining);
    Some(resolved)
}

/// Replaces `%XX` and `+`, where the bytes make a text. `None` where there is nothing to replace.
fn resolve_percent(headers: &Headers, text: &str) -> Option<String> {
    if !text.contains('%') {
        return None;
    }
    let bytes = text.as_bytes();
    let escaped = |at: usize| {
        let hex = text.get(at + 1..at + 3).filter(|_| bytes[at] == b'%')?;
        u8::from_str_radix(hex, 16).ok()
    };
    // One escape alone is more likely a per cent sign.
    if (0..bytes.len())
        .filter(|at| escaped(*at).is_some())
        .take(2)
        .count()
        < 2
    {
        return None;
    }
    let mut resolved = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        match (escaped(at), bytes[at]) {
            (Some(byte), _) => {
                resolved.push(byte);
                at += 2;
            }
            (None, b'+') => resolved.push(b' '),
            (None, byte) => resolved.push(byte),
        }
        at += 1;
    }
    unescaped_text(headers, resolved)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_read_as_the_letters_they_mean() {
        assert_eq!(
            resolve_json(r#"{"a":"\u041f\u0440\ud83d\ude00!"}"#).unwrap(),
            r#"{"a":"Пр😀!"}"#
        );
        assert_eq!(resolve_json(r"\u04 \uzzzz \u").unwrap(), r"\u04 \uzzzz \u");
        assert_eq!(resolve_json("plain"), None);
        let resolve = |text| resolve_percent(&Headers::default(), text);
        assert_eq!(resolve("a=%D0%9F+b").unwrap(), "a=П b");
        assert_eq!(resolve("50% of 100%"), None);
        assert_eq!(resolve("%80%81"), None, "no text of any charset");
        assert_eq!(resolve("a=%CF%F0").unwrap(), "a=Пр", "Cyrillic");
        let form = "application/x-www-form-urlencoded; charset=koi8-r";
        let headers = [("Content-Type", form)].into_iter().collect();
        assert_eq!(resolve_percent(&headers, "a=%F0%D2").unwrap(), "a=Пр");
    }
}
