//! Variables as values of the template library: looked into lazily, digits and order kept.

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use json_text::{Kind, NodeIndex, Tree, unescape_lossy};
use minijinja::value::{Enumerator, Object, ObjectExt, ObjectRepr, Value};

use crate::template::number::number;

/// Levels of a variable that a template can look into; what is deeper is its JSON text. The
/// library compares and drops values by recursion.
const LEVELS: usize = 64;

/// Work that the variables of a turn may be for its templates: bytes that are read, and parts that
/// become values, at some 100 ns each. The library's fuel does not see it.
const ALLOWANCE: u64 = 400_000;

/// Bytes of JSON that are read in the time of a part.
const BYTES_PER_PART: u64 = 16;

/// The most that one part is: a list or an object in it is not read along with it.
const WORK_OF_PART: u64 = 64;

/// What is left of that work. What it does not suffice for is undefined to the template, whose
/// output is then thrown away: a value that stands for an error the library cannot compare.
#[derive(Debug)]
pub(super) struct Allowance {
    remaining: AtomicU64,
    is_exceeded: AtomicBool,
}

impl Allowance {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self {
            remaining: AtomicU64::new(ALLOWANCE),
            is_exceeded: AtomicBool::new(false),
        })
    }

    /// Takes a part of it; `None` where there is less.
    fn charge(&self, work: u64) -> Option<()> {
        let subtracted = |remaining: u64| remaining.checked_sub(work);
        let order = Ordering::Relaxed;
        if self
            .remaining
            .fetch_update(order, order, subtracted)
            .is_err()
        {
            self.is_exceeded.store(true, order);
            return None;
        }
        Some(())
    }

    /// Whether something was asked for that it did not suffice for.
    pub(super) fn is_exceeded(&self) -> bool {
        self.is_exceeded.load(Ordering::Relaxed)
    }
}

/// The JSON of a variable, read.
#[derive(Debug)]
pub(super) struct Document {
    tree: Tree<Arc<str>>,
    allowance: Arc<Allowance>,
}

impl std::ops::Deref for Document {
    type Target = Tree<Arc<str>>;

    fn deref(&self) -> &Self::Target {
        &self.tree
    }
}

/// The value of a variable's JSON.
fn read(json: &Arc<str>, allowance: &Arc<Allowance>) -> Value {
    let work = 1 + json.len() as u64 / BYTES_PER_PART;
    if allowance.charge(work).is_none() {
        return Value::UNDEFINED;
    }
    match Tree::new(Arc::clone(json)) {
        Ok(tree) => {
            let allowance = Arc::clone(allowance);
            let document = Arc::new(Document { tree, allowance });
            value_of(&document, Tree::<Arc<str>>::ROOT, 0)
        }
        Err(_) => Value::from(&**json),
    }
}

/// A value of a document.
fn value_of(document: &Arc<Document>, node: NodeIndex, level: usize) -> Value {
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
    parts: OnceLock<Option<Parts>>,
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

    fn len(&self) -> usize {
        self.parts().map_or(0, |parts| parts.nodes.len())
    }

    fn parts(&self) -> Option<&Parts> {
        let parts = self.parts.get_or_init(|| {
            let nodes: Vec<_> = self.document.members(self.node).collect();
            self.document.allowance.charge(nodes.len() as u64)?;
            let named = nodes.iter().enumerate().filter(|_| !self.is_list());
            let names = named.map(|(at, node)| (self.document.name(*node).into_owned(), at));
            Some(Parts {
                names: names.collect(),
                nodes: nodes
                    .into_iter()
                    .map(|node| (node, OnceLock::new()))
                    .collect(),
            })
        });
        parts.as_ref()
    }

    fn part(&self, at: usize) -> Option<Value> {
        let (node, value) = self.parts()?.nodes.get(at)?;
        if let Some(value) = value.get() {
            return Some(value.clone());
        }
        let work = 1 + self.document.json(*node).len() as u64 / BYTES_PER_PART;
        self.document.allowance.charge(work.min(WORK_OF_PART))?;
        let made = value.get_or_init(|| value_of(&self.document, *node, self.level + 1));
        Some(made.clone())
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
        match self.is_list() {
            true => self.part(key.as_usize()?),
            false => self.part(*self.parts()?.names.get(key.as_str()?)?),
        }
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        let length = self.len();
        match self.is_list() {
            true => Enumerator::Seq(length),
            // A name is made when it is asked for: who wants the first pays for one.
            false => self.mapped_enumerator(|this| {
                let members = this.document.members(this.node);
                Box::new(members.map(|node| Value::from(this.document.name(node).as_ref())))
            }),
        }
    }

    fn enumerator_len(self: &Arc<Self>) -> Option<usize> {
        Some(self.len())
    }

    fn is_true(self: &Arc<Self>) -> bool {
        self.document.members(self.node).next().is_some()
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.json())
    }
}

/// Texts by their names: header fields and parameters. Of several of one name the first counts.
#[derive(Debug)]
pub(super) struct Texts {
    pairs: Vec<(String, String)>,
    /// Names compare without case.
    any_case: bool,
    by_name: HashMap<String, usize>,
}

impl Texts {
    pub(super) fn new(pairs: &[(String, String)], any_case: bool) -> Self {
        let mut by_name = HashMap::with_capacity(pairs.len());
        for (at, (name, _)) in pairs.iter().enumerate() {
            by_name.entry(folded(name, any_case)).or_insert(at);
        }
        Self {
            pairs: pairs.to_vec(),
            any_case,
            by_name,
        }
    }
}

fn folded(name: &str, any_case: bool) -> String {
    match any_case {
        true => name.to_ascii_lowercase(),
        false => name.to_owned(),
    }
}

impl Object for Texts {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let at = self.by_name.get(&folded(key.as_str()?, self.any_case))?;
        Some(Value::from(self.pairs[*at].1.as_str()))
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        self.mapped_enumerator(|this| {
            let names = this.pairs.iter();
            Box::new(names.map(|(name, _)| Value::from(name.as_str())))
        })
    }

    fn enumerator_len(self: &Arc<Self>) -> Option<usize> {
        Some(self.pairs.len())
    }
}

/// Names and their JSON texts.
pub(super) type NamedJson = Arc<[(String, Arc<str>)]>;

/// The variables of a turn by their names.
pub(super) struct Variables {
    pub(super) all: NamedJson,
    /// Of several of one name the last counts, as in the table of variables.
    by_name: HashMap<String, usize>,
    values: Vec<OnceLock<Value>>,
    allowance: Arc<Allowance>,
}

impl Variables {
    pub(super) fn new(all: &NamedJson, allowance: &Arc<Allowance>) -> Self {
        let names = all.iter().enumerate();
        Self {
            by_name: names.map(|(at, (name, _))| (name.clone(), at)).collect(),
            values: all.iter().map(|_| OnceLock::new()).collect(),
            all: Arc::clone(all),
            allowance: Arc::clone(allowance),
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
        let at = *self.by_name.get(key.as_str()?)?;
        let value = self.values[at].get_or_init(|| read(&self.all[at].1, &self.allowance));
        Some(value.clone())
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        self.mapped_enumerator(|this| {
            let names = this.all.iter();
            Box::new(names.map(|(name, _)| Value::from(name.as_str())))
        })
    }

    fn enumerator_len(self: &Arc<Self>) -> Option<usize> {
        Some(self.all.len())
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
