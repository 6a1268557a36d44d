//! Calls that a person composes and the app sends, playing the platform.

use std::time::Duration;

use json_text::{Kind, NodeIndex, Tree, unescape_lossy};
use messages::messages;

use crate::message::Request;
use crate::platform::settings::SettingsError;

messages! {
    /// What does not fit in what was composed.
    pub(super) mod words;

    /// No object.
    NOT_AN_OBJECT = "not_an_object",
        "This is an object with the fields of the call.",
        "Здесь объект с полями вызова.";
    /// A field that is needed.
    MISSING = "missing", "“{0}” is needed.", "Нужно поле «{0}».";
    /// A value of another type.
    TYPE = "type", "This is {0}.", "Здесь {0}.";
    TEXT = "text", "a text", "текст";
    OBJECT = "object", "an object", "объект";
    PAIRS = "pairs", "a list of pairs of texts", "список пар текстов";
    /// A value outside of a vocabulary.
    CHOICE = "choice", "Write one of: {0}.", "Возможно: {0}.";
    /// A field that a call does not have.
    UNKNOWN = "unknown", "A call has no “{0}”. It has: {1}.", "В вызове нет «{0}». Есть: {1}.";
    /// An address that is none.
    ADDRESS = "address",
        "This is an address with http:// or https://.",
        "Здесь адрес с http:// или https://.";
}

/// Whether and by which clock a failed call is made again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Repeat {
    /// Not at all.
    #[default]
    Off,
    /// By the platform's own delays.
    Real,
    /// By the same, an hour in a second.
    Compressed,
}

/// A call to be sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sending {
    /// The whole address without its query; `None` where the target is chosen beside the call.
    pub address: Option<String>,
    /// What is sent. Its query goes behind one that the address has, its path counts nothing.
    pub request: Request,
    /// Whether it is made again after a failure, see [`super::Retries`].
    pub repeat: Repeat,
    /// How long an answer is waited for, where that is less than for any request.
    pub limit: Option<Duration>,
}

/// What the platform's user has after a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct After {
    /// Whether the answer was taken, where that can be told.
    pub merged: Option<bool>,
    /// The way that the scenario goes on, where there are several.
    pub exit: Option<&'static str>,
    /// The variables, an object as JSON text.
    pub variables: String,
}

const ROOT: NodeIndex = Tree::<&str>::ROOT;

/// What a person composed: a JSON object.
pub(super) struct Composed<'t> {
    tree: Tree<&'t str>,
}

impl<'t> Composed<'t> {
    /// Reads it; it has none but these fields.
    pub(super) fn read(text: &'t str, fields: &[&str]) -> Result<Self, SettingsError> {
        let tree = Tree::new(text)
            .ok()
            .filter(|tree| tree.kind(ROOT) == Kind::Object);
        let tree = tree.ok_or_else(|| SettingsError::whole(&words::NOT_AN_OBJECT))?;
        let mut names = tree.members(ROOT).map(|node| tree.name(node).into_owned());
        if let Some(name) = names.find(|name| !fields.contains(&name.as_str())) {
            let message = words::UNKNOWN.arg(name.as_str()).arg(fields.join(", "));
            return Err(SettingsError::at(&name, message));
        }
        drop(names);
        Ok(Self { tree })
    }

    fn node(&self, name: &str) -> Option<NodeIndex> {
        let node = self.tree.member(ROOT, name)?;
        (self.tree.kind(node) != Kind::Null).then_some(node)
    }

    fn string(&self, node: NodeIndex) -> Option<String> {
        let is_text = self.tree.kind(node) == Kind::String;
        is_text.then(|| unescape_lossy(self.tree.json(node)).into_owned())
    }

    /// A text, where it is there.
    pub(super) fn text(&self, name: &str) -> Result<Option<String>, SettingsError> {
        let Some(node) = self.node(name) else {
            return Ok(None);
        };
        let text = self.string(node);
        let wrong = || SettingsError::at(name, words::TYPE.arg(&words::TEXT));
        text.map(Some).ok_or_else(wrong)
    }

    /// A text that is needed.
    pub(super) fn needed(&self, name: &str) -> Result<String, SettingsError> {
        let text = self.text(name)?.filter(|text| !text.is_empty());
        text.ok_or_else(|| SettingsError::at(name, words::MISSING.arg(name)))
    }

    /// One of several texts, the first where there is none.
    pub(super) fn choice<'c>(
        &self,
        name: &str,
        choices: &[&'c str],
    ) -> Result<&'c str, SettingsError> {
        let Some(text) = self.text(name)? else {
            return Ok(choices[0]);
        };
        let known = choices.iter().find(|one| **one == text);
        let wrong = || SettingsError::at(name, words::CHOICE.arg(choices.join(", ")));
        known.copied().ok_or_else(wrong)
    }

    /// An address.
    pub(super) fn address(&self, name: &str) -> Result<String, SettingsError> {
        let address = self.needed(name)?;
        let has_sign = |sign: char| sign.is_whitespace() || sign.is_control();
        match !address.contains(has_sign) {
            true => checked_address(name, address),
            false => Err(SettingsError::at(name, &words::ADDRESS)),
        }
    }

    /// Any value as JSON text, where it is there.
    pub(super) fn json(&self, name: &str) -> Option<&str> {
        self.node(name).map(|node| self.tree.json(node))
    }

    /// An object as JSON text, an empty one where there is none.
    pub(super) fn object(&self, name: &str) -> Result<&str, SettingsError> {
        match self.node(name) {
            None => Ok("{}"),
            Some(node) if self.tree.kind(node) == Kind::Object => Ok(self.tree.json(node)),
            Some(_) => Err(SettingsError::at(name, words::TYPE.arg(&words::OBJECT))),
        }
    }

    /// A list of pairs of texts.
    pub(super) fn pairs(&self, name: &str) -> Result<Vec<(String, String)>, SettingsError> {
        let Some(node) = self.node(name) else {
            return Ok(Vec::new());
        };
        let wrong = || SettingsError::at(name, words::TYPE.arg(&words::PAIRS));
        if self.tree.kind(node) != Kind::Array {
            return Err(wrong());
        }
        let pairs = self.tree.children(node).enumerate().map(|(index, pair)| {
            let texts: Vec<_> = self
                .tree
                .children(pair)
                .map(|one| self.string(one))
                .collect();
            let is_list = self.tree.kind(pair) == Kind::Array;
            match texts.as_slice() {
                [Some(one), Some(two)] if is_list => Ok((one.clone(), two.clone())),
                _ => {
                    let message = words::TYPE.arg(&words::PAIRS);
                    Err(SettingsError::at(&index.to_string(), message).within(name))
                }
            }
        });
        pairs.collect()
    }
}

/// That an address has a scheme and a host.
pub(super) fn checked_address(name: &str, address: String) -> Result<String, SettingsError> {
    let has_host = |scheme: &str| {
        let host = address.strip_prefix(scheme);
        host.is_some_and(|host| !host.is_empty() && !host.starts_with('/'))
    };
    match has_host("http://") || has_host("https://") {
        true => Ok(address),
        false => Err(SettingsError::at(name, &words::ADDRESS)),
    }
}

/// An address and the query behind it.
pub(super) fn split_query(address: &str) -> (String, Option<String>) {
    let address = address.split('#').next().unwrap_or_default();
    match address.split_once('?') {
        Some((address, query)) => (address.to_owned(), Some(query.to_owned())),
        None => (address.to_owned(), None),
    }
}

/// Two queries, one behind the other.
pub(super) fn joined(first: Option<String>, second: String) -> Option<String> {
    match first.filter(|first| !first.is_empty()) {
        Some(first) if !second.is_empty() => Some(format!("{first}&{second}")),
        Some(first) => Some(first),
        None => Some(second).filter(|second| !second.is_empty()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_named_where_it_stands() {
        let fields = ["a", "url", "pairs", "state"];
        let read = |text: &str| -> Result<(), SettingsError> {
            let composed = Composed::read(text, &fields)?;
            composed.text("a")?;
            composed.address("url")?;
            composed.pairs("pairs")?;
            composed.object("state")?;
            Ok(())
        };
        for (text, pointer) in [
            ("[]", Some("")),
            (r#"{"b":1}"#, Some("/b")),
            (r#"{"a":1}"#, Some("/a")),
            (r#"{"a":"x"}"#, Some("/url")),
            (r#"{"url":"h/p"}"#, Some("/url")),
            (r#"{"url":"http:///p"}"#, Some("/url")),
            (r#"{"url":"http://h p"}"#, Some("/url")),
            (r#"{"url":"http://h","pairs":{}}"#, Some("/pairs")),
            (
                r#"{"url":"http://h","pairs":[["a","b"],["a"]]}"#,
                Some("/pairs/1"),
            ),
            (r#"{"url":"http://h","pairs":[["a",1]]}"#, Some("/pairs/0")),
            (r#"{"url":"http://h","state":[]}"#, Some("/state")),
            (
                r#"{"url":"https://h","a":null,"pairs":[["a","b"]],"state":{"x":1.0}}"#,
                None,
            ),
        ] {
            let pointer = pointer.map(str::to_owned);
            assert_eq!(
                read(text).err().map(|error| error.pointer),
                pointer,
                "{text}"
            );
        }
    }

    #[test]
    fn queries_are_joined() {
        assert_eq!(
            split_query("http://h/p?a=1#x"),
            ("http://h/p".into(), Some("a=1".into()))
        );
        assert_eq!(
            joined(Some("a=1".into()), "b=2".into()).as_deref(),
            Some("a=1&b=2")
        );
        assert_eq!(joined(Some(String::new()), String::new()), None);
        assert_eq!(joined(None, "b".into()).as_deref(), Some("b"));
    }
}
