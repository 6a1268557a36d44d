//! Variables as values of the template library: looked into lazily, digits and order kept.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, OnceLock};

use json_text::{Kind, NodeIndex, Tree, unescape_lossy};
use minijinja::value::{Enumerator, Object, ObjectRepr, Value};

use crate::template::number::number;

/// Levels of a variable that a template can look into; what is deeper is its JSON text. The
/// library compares and drops values by recursion.
const LEVELS: usize = 64;

/// The JSON of a variable, read.
pub(super) type Document = Tree<Arc<str>>;

/// A value of a document.
pub(super) fn value_of(document: &Arc<Document>, node: NodeIndex, level: usize) -> Value {
    let json = document.json(node);
    match document.kind(node) {
        Kind::Null => Value::from(()),
        Kind::Bool => Value::from(json == "true"),
        Kind::Number => number(json),
        Kind::String => Value::from(unescape_lossy(json).as_ref()),
        Kind::Array | Kind::Object if level >= LEVELS => Value::from(json),
        Kind::Array | Kind::Object => Value::from_object(Node {
            document: Arc::clone(document),
            node,
            level,
            parts: OnceLock::new(),
        }),
    }
}

/// A list or an object in a variable.
pub(super) struct Node {
    document: Arc<Document>,
    node: NodeIndex,
    level: usize,
    parts: OnceLock<Parts>,
}

/// The items or members, found once.
struct Parts {
    nodes: Vec<(NodeIndex, OnceLock<Value>)>,
    names: HashMap<String, usize>,
}

impl Node {
    /// As it was sent.
    pub(super) fn json(&self) -> &str {
        self.document.json(self.node)
    }

    fn is_list(&self) -> bool {
        self.document.kind(self.node) == Kind::Array
    }

    fn parts(&self) -> &Parts {
        self.parts.get_or_init(|| {
            let nodes: Vec<_> = self.document.members(self.node).collect();
            let named = nodes.iter().enumerate().filter(|_| !self.is_list());
            let names = named.map(|(at, node)| (self.document.name(*node).into_owned(), at));
            Parts {
                names: names.collect(),
                nodes: nodes
                    .into_iter()
                    .map(|node| (node, OnceLock::new()))
                    .collect(),
            }
        })
    }

    fn part(&self, at: usize) -> Option<Value> {
        let (node, value) = self.parts().nodes.get(at)?;
        let value = value.get_or_init(|| value_of(&self.document, *node, self.level + 1));
        Some(value.clone())
    }

    /// The names of an object, in the order in which they came.
    pub(super) fn names(&self) -> impl Iterator<Item = String> + '_ {
        let nodes = self.parts().nodes.iter();
        nodes.map(|(node, _)| self.document.name(*node).into_owned())
    }
}

impl fmt::Debug for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.json())
    }
}

impl Object for Node {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        match self.is_list() {
            true => ObjectRepr::Seq,
            false => ObjectRepr::Map,
        }
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let at = match self.is_list() {
            true => key.as_usize()?,
            false => *self.parts().names.get(key.as_str()?)?,
        };
        self.part(at)
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        match self.is_list() {
            true => Enumerator::Seq(self.parts().nodes.len()),
            false => Enumerator::Values(self.names().map(Value::from).collect()),
        }
    }

    fn is_true(self: &Arc<Self>) -> bool {
        !self.parts().nodes.is_empty()
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.json())
    }
}

/// Texts by their names: header fields and parameters.
#[derive(Debug)]
pub(super) struct Texts {
    pub(super) pairs: Vec<(String, String)>,
    /// Names compare without case.
    pub(super) any_case: bool,
}

impl Object for Texts {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let key = key.as_str()?;
        let mut pairs = self.pairs.iter();
        let found = pairs.find(|(name, _)| match self.any_case {
            true => name.eq_ignore_ascii_case(key),
            false => name == key,
        });
        found.map(|(_, value)| Value::from(value.as_str()))
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        let names = self
            .pairs
            .iter()
            .map(|(name, _)| Value::from(name.as_str()));
        Enumerator::Values(names.collect())
    }
}

/// Names and their JSON texts.
pub(super) type NamedJson = Arc<[(String, Arc<str>)]>;

/// The variables of a turn by their names.
pub(super) struct Variables {
    pub(super) all: NamedJson,
    values: Vec<OnceLock<Value>>,
}

impl Variables {
    pub(super) fn new(all: &NamedJson) -> Self {
        Self {
            all: Arc::clone(all),
            values: all.iter().map(|_| OnceLock::new()).collect(),
        }
    }
}

impl fmt::Debug for Variables {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&of_pairs(
            self.all.iter().map(|(name, json)| (name.as_str(), &**json)),
        ))
    }
}

impl Object for Variables {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let key = key.as_str()?;
        // Of several with one name the last one counts, as in the table of variables.
        let at = self.all.iter().rposition(|(name, _)| name == key)?;
        let value = self.values[at].get_or_init(|| {
            let json = &self.all[at].1;
            match Tree::new(Arc::clone(json)) {
                Ok(tree) => value_of(&Arc::new(tree), Document::ROOT, 0),
                Err(_) => Value::from(&**json),
            }
        });
        Some(value.clone())
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        let names = self.all.iter().map(|(name, _)| Value::from(name.as_str()));
        Enumerator::Values(names.collect())
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

/// A text as a JSON string.
pub(crate) fn quoted(text: &str) -> String {
    serde_json::to_string(text).expect("a text is always a JSON string")
}

/// Names and JSON texts as an object.
pub(super) fn of_pairs<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let members = pairs.map(|(name, json)| format!("{}: {json}", quoted(name)));
    format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
}
