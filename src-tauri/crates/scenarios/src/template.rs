//! `{{name}}` in the strings of a step.

use std::collections::{BTreeMap, HashSet};
use std::iter;

use json_text::{Kind, NodeIndex, Tree, push_index, push_key, unescape_lossy};

/// What stands for a literal `{{`.
const LITERAL: &str = "{{{{";
const OPEN: &str = "{{";
const CLOSE: &str = "}}";

/// Values by the names that texts have for them.
pub type Values = BTreeMap<String, String>;

/// What a name stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    /// A text from outside, of which nobody said what kind of value it is.
    Text(String),
    /// A JSON value that was kept of an answer.
    Json(String),
}

/// A JSON text with its names replaced.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Filled {
    pub(crate) json: String,
    /// The pointers of the strings that are such a text and nothing else: `90` from a table is as
    /// good as the number 90.
    pub(crate) untyped: HashSet<String>,
}

/// A name that nobody gives a value, and the string that it stands in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct UnknownName {
    pub(crate) pointer: String,
    pub(crate) name: String,
}

/// A part of a string.
enum Part<'t> {
    Text(&'t str),
    Name(&'t str),
}

/// Takes a string apart. A `{{` that nothing closes is a text.
fn parts(text: &str) -> impl Iterator<Item = Part<'_>> {
    let mut rest = text;
    let mut name = None;
    iter::from_fn(move || {
        if let Some(name) = name.take() {
            return Some(Part::Name(name));
        }
        if rest.is_empty() {
            return None;
        }
        let Some(at) = rest.find(OPEN) else {
            return Some(Part::Text(std::mem::take(&mut rest)));
        };
        let (before, from) = rest.split_at(at);
        if let Some(behind) = from.strip_prefix(LITERAL) {
            // The text before it together with the braces that stay.
            let text = &rest[..before.len() + OPEN.len()];
            rest = behind;
            return Some(Part::Text(text));
        }
        let Some(end) = from.find(CLOSE) else {
            return Some(Part::Text(std::mem::take(&mut rest)));
        };
        let found = from[OPEN.len()..end].trim();
        rest = &from[end + CLOSE.len()..];
        match before.is_empty() {
            true => Some(Part::Name(found)),
            false => {
                name = Some(found);
                Some(Part::Text(before))
            }
        }
    })
}

/// A text with its names replaced.
///
/// # Errors
/// The first name that nobody gives a value.
pub(crate) fn fill_text(
    text: &str,
    lookup: &dyn Fn(&str) -> Option<Value>,
) -> Result<String, String> {
    let mut out = String::with_capacity(text.len());
    for part in parts(text) {
        match part {
            Part::Text(text) => out.push_str(text),
            Part::Name(name) => match lookup(name) {
                None => return Err(name.to_owned()),
                Some(Value::Text(value)) => out.push_str(&value),
                Some(Value::Json(json)) if json.starts_with('"') => {
                    out.push_str(&unescape_lossy(&json));
                }
                Some(Value::Json(json)) => out.push_str(&json),
            },
        }
    }
    Ok(out)
}

/// A JSON text with the names in its strings replaced. A string that is one name that stands for a
/// JSON value becomes that value.
///
/// # Errors
/// The first name that nobody gives a value.
pub(crate) fn fill(
    json: &str,
    lookup: &dyn Fn(&str) -> Option<Value>,
) -> Result<Filled, UnknownName> {
    let Some(tree) = json.contains(OPEN).then(|| Tree::new(json).ok()).flatten() else {
        return Ok(Filled {
            json: json.to_owned(),
            untyped: HashSet::new(),
        });
    };
    let mut filling = Filling {
        tree: &tree,
        lookup,
        pointer: String::new(),
        filled: Filled::default(),
    };
    filling.value(Tree::<&str>::ROOT)?;
    Ok(filling.filled)
}

struct Filling<'t> {
    tree: &'t Tree<&'t str>,
    lookup: &'t dyn Fn(&str) -> Option<Value>,
    pointer: String,
    filled: Filled,
}

impl Filling<'_> {
    /// The reader of files bounds how deep a value is.
    fn value(&mut self, node: NodeIndex) -> Result<(), UnknownName> {
        let brackets = match self.tree.kind(node) {
            Kind::String => return self.string(self.tree.json(node)),
            Kind::Array => ['[', ']'],
            Kind::Object => ['{', '}'],
            Kind::Null | Kind::Bool | Kind::Number => {
                self.filled.json.push_str(self.tree.json(node));
                return Ok(());
            }
        };
        let length = self.pointer.len();
        self.filled.json.push(brackets[0]);
        for (index, child) in self.tree.children(node).enumerate() {
            if index > 0 {
                self.filled.json.push(',');
            }
            match brackets[0] {
                '[' => push_index(&mut self.pointer, index),
                _ => {
                    push_key(&mut self.pointer, &self.tree.name(child));
                    let key = self.tree.key_span(child).of(self.tree.text());
                    self.filled.json.push_str(key);
                    self.filled.json.push(':');
                }
            }
            self.value(child)?;
            self.pointer.truncate(length);
        }
        self.filled.json.push(brackets[1]);
        Ok(())
    }

    fn string(&mut self, json: &str) -> Result<(), UnknownName> {
        if !json.contains(OPEN) {
            self.filled.json.push_str(json);
            return Ok(());
        }
        let text = unescape_lossy(json);
        let mut all = parts(&text);
        if let (Some(Part::Name(name)), None) = (all.next(), all.next()) {
            match (self.lookup)(name) {
                Some(Value::Json(json)) => {
                    self.filled.json.push_str(&json);
                    return Ok(());
                }
                Some(Value::Text(_)) => {
                    self.filled.untyped.insert(self.pointer.clone());
                }
                None => {}
            }
        }
        let filled = fill_text(&text, self.lookup).map_err(|name| UnknownName {
            pointer: self.pointer.clone(),
            name,
        })?;
        let quoted = serde_json::Value::from(filled).to_string();
        self.filled.json.push_str(&quoted);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lookup(name: &str) -> Option<Value> {
        match name {
            "city" => Some(Value::Text("Ка\"зань".into())),
            "n" => Some(Value::Text("90".into())),
            "order" => Some(Value::Json("\"A-1\"".into())),
            "sum" => Some(Value::Json("1098.00".into())),
            _ => None,
        }
    }

    #[test]
    fn names_are_replaced_and_four_braces_are_two() {
        for (json, wanted) in [
            (r#"{"a":"x"}"#, r#"{"a":"x"}"#),
            (r#"["г. {{city}}!"]"#, r#"["г. Ка\"зань!"]"#),
            (
                r#"{"{{n}}":"{{ order }} {{sum}}{{n}}"}"#,
                r#"{"{{n}}":"A-1 1098.0090"}"#,
            ),
            (
                r#"["{{sum}}","{{order}}","{{n}}"]"#,
                r#"[1098.00,"A-1","90"]"#,
            ),
            (r#""{{{{n}} {{n}}""#, r#""{{n}} 90""#),
            (r#""a {{n""#, r#""a {{n""#),
            (r#"["","}}{{{{"]"#, r#"["","}}{{"]"#),
        ] {
            assert_eq!(fill(json, &lookup).unwrap().json, wanted, "{json}");
        }
    }

    #[test]
    fn what_nobody_gives_is_named_with_its_place_and_texts_from_outside_are_marked() {
        let unknown = fill(r#"{"a":{"b/c":["","{{nobody}}"]}}"#, &lookup).unwrap_err();
        assert_eq!(
            (unknown.pointer.as_str(), unknown.name.as_str()),
            ("/a/b~1c/1", "nobody")
        );
        let filled = fill(r#"{"a":["{{n}}","{{n}}1","{{sum}}"]}"#, &lookup).unwrap();
        assert_eq!(filled.untyped, HashSet::from(["/a/0".to_owned()]));
    }
}
