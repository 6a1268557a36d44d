//! What a rule is asked about: one turn, borrowed from whoever has it.
//!
//! Nothing is copied or parsed before a condition asks for it: the text of a field is taken, and a
//! variable's JSON is read into a tree, once in a decision, whichever and however many rules ask.
//! [`RuleSet::needs`](crate::RuleSet::needs) says beforehand what the rules of an event ask for, so
//! that the caller fetches no more.

use std::borrow::Cow;
use std::cell::OnceCell;

use json_text::{Kind, NodeIndex, Tree};
use percent_encoding::percent_decode_str;
use protocol::{Headers, NameCase, VariablePath, values_below};

use crate::definition::Field;

/// Which facts a set of rules asks for: the others may be left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// The user's turn before.
    pub previous_turn: bool,
    /// The text of the body.
    pub body: bool,
    /// The conversation's id.
    pub conversation: bool,
    /// The header fields.
    pub headers: bool,
    /// The address's parameters.
    pub query: bool,
    /// The variables.
    pub variables: bool,
}

impl Needs {
    /// What one or the other asks for.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            previous_turn: self.previous_turn || other.previous_turn,
            body: self.body || other.body,
            conversation: self.conversation || other.conversation,
            headers: self.headers || other.headers,
            query: self.query || other.query,
            variables: self.variables || other.variables,
        }
    }

    /// What a condition on a field asks for.
    pub(crate) fn add_field(&mut self, field: &Field) {
        match field {
            Field::Body => self.body = true,
            Field::PreviousEvent => self.previous_turn = true,
            Field::Variable(_) => self.variables = true,
            Field::Header(_) => self.headers = true,
            Field::Query(_) => self.query = true,
            Field::Event
            | Field::Method
            | Field::Path
            | Field::Platform
            | Field::Source
            | Field::User
            | Field::Call => {}
        }
    }
}

/// A variable: its name and its value as JSON text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FactVariable<'a> {
    /// The name.
    pub name: &'a str,
    /// The value, exactly as sent.
    pub json: &'a str,
}

/// The user's turn before.
#[derive(Clone, Copy, Debug, Default)]
pub struct PreviousTurn<'a> {
    /// Its event.
    pub event: Option<&'a str>,
    /// Its variables as they came in.
    pub variables: &'a [FactVariable<'a>],
}

/// A turn.
#[derive(Clone, Copy, Debug, Default)]
pub struct Facts<'a> {
    /// The request's method.
    pub method: &'a str,
    /// The path as received.
    pub path: &'a str,
    /// What followed `?`, as received.
    pub query: Option<&'a str>,
    /// The request's header fields.
    pub headers: Option<&'a Headers>,
    /// The platform's name.
    pub platform: &'a str,
    /// The source's name.
    pub source: &'a str,
    /// The event, whole.
    pub event: Option<&'a str>,
    /// The user, whole.
    pub user: Option<&'a str>,
    /// The conversation's id, for rules that count by it.
    pub conversation: Option<&'a str>,
    /// The body as text; `None` for a body that is empty or no text.
    pub body: Option<&'a str>,
    /// The variables as they came in.
    pub variables: &'a [FactVariable<'a>],
    /// The user's turn before, where there was one.
    pub previous: Option<PreviousTurn<'a>>,
}

impl<'a> Facts<'a> {
    /// The values of the address's parameters of a name, percent and plus decoded.
    pub fn query_values(&self, name: &str) -> impl Iterator<Item = Cow<'a, str>> {
        query_pairs(self.query).filter_map(move |(key, value)| (key == name).then_some(value))
    }
}

/// The parameters of an address, decoded as forms are.
pub(crate) fn query_pairs(
    query: Option<&str>,
) -> impl Iterator<Item = (Cow<'_, str>, Cow<'_, str>)> {
    let parts = query
        .unwrap_or_default()
        .split('&')
        .filter(|part| !part.is_empty());
    parts.map(|part| {
        let (key, value) = part.split_once('=').unwrap_or((part, ""));
        (decoded(key), decoded(value))
    })
}

fn decoded(text: &str) -> Cow<'_, str> {
    if !text.contains('+') {
        return percent_decode_str(text).decode_utf8_lossy();
    }
    let spaced = text.replace('+', " ");
    Cow::Owned(percent_decode_str(&spaced).decode_utf8_lossy().into_owned())
}

/// A value at a path; `None` where the path leads nowhere.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Found<'f> {
    pub(crate) json: Option<&'f str>,
    /// The variable's index, where the value is in one.
    variable: usize,
    node: NodeIndex,
}

/// What a field holds: for `[*]`, and for repeated headers and parameters, several values.
#[derive(Debug)]
pub(crate) enum Values<'f> {
    Texts(Vec<Option<Cow<'f, str>>>),
    Json(Vec<Found<'f>>),
}

/// One turn while it is decided: what was asked for is kept.
pub(crate) struct Reading<'f> {
    pub(crate) facts: &'f Facts<'f>,
    fields: Vec<OnceCell<Values<'f>>>,
    trees: Vec<OnceCell<Option<Tree<&'f str>>>>,
    /// What tests that several rules have in common came to.
    results: Vec<OnceCell<Option<bool>>>,
}

impl<'f> Reading<'f> {
    pub(crate) fn new(facts: &'f Facts<'f>, fields: usize, tests: usize) -> Self {
        Self {
            facts,
            fields: (0..fields).map(|_| OnceCell::new()).collect(),
            trees: facts.variables.iter().map(|_| OnceCell::new()).collect(),
            results: vec![OnceCell::new(); tests],
        }
    }

    /// What a test came to, by the number that the rules gave it.
    pub(crate) fn result(&self, test: usize, judge: impl FnOnce() -> Option<bool>) -> Option<bool> {
        *self.results[test].get_or_init(judge)
    }

    /// The values of a field, by the number that the rules gave it.
    pub(crate) fn values(&self, number: usize, field: &Field) -> &Values<'f> {
        self.fields[number].get_or_init(|| self.read(field))
    }

    /// Whether a path leads to something else than in the user's turn before.
    pub(crate) fn changed(&self, number: usize, field: &Field, path: &VariablePath) -> bool {
        let Some(previous) = self.facts.previous else {
            return false;
        };
        let Values::Json(now) = self.values(number, field) else {
            return false;
        };
        let before = Trees::new(previous.variables);
        let before = at_path(previous.variables, path, |index| before.get(index));
        let same = |one: &Found<'_>, other: &Found<'_>| match (one.json, other.json) {
            (Some(one), Some(other)) => json_text::same_value(one, other),
            (one, other) => one == other,
        };
        let mut pairs = now.iter().zip(&before);
        now.len() != before.len() || !pairs.all(|(one, other)| same(one, other))
    }

    /// Where a value of a variable stands, with the numbers of its items: `cart[1].sku`.
    pub(crate) fn path_of(&self, found: &Found<'f>) -> Option<String> {
        let variable = self.facts.variables.get(found.variable)?;
        let tree = self.tree(found.variable)?;
        let mut path = variable.name.to_owned();
        let mut at = Tree::<&str>::ROOT;
        while at != found.node {
            let within = |child: &NodeIndex| {
                *child <= found.node && tree.span(*child).end() >= tree.span(found.node).end()
            };
            let (number, child) = tree
                .children(at)
                .enumerate()
                .find(|(_, child)| within(child))?;
            match tree.kind(at) {
                Kind::Array => path.push_str(&format!("[{number}]")),
                _ => path.push_str(&format!(".{}", tree.name(child))),
            }
            at = child;
        }
        Some(path)
    }

    fn tree(&self, variable: usize) -> Option<&Tree<&'f str>> {
        let json = self.facts.variables.get(variable)?.json;
        self.trees[variable]
            .get_or_init(|| Tree::new(json).ok())
            .as_ref()
    }

    fn read(&self, field: &Field) -> Values<'f> {
        let facts = self.facts;
        let text = |text: Option<&'f str>| Values::Texts(vec![text.map(Cow::Borrowed)]);
        let texts = |mut all: Vec<Option<Cow<'f, str>>>| {
            if all.is_empty() {
                all.push(None);
            }
            Values::Texts(all)
        };
        match field {
            Field::Event => text(facts.event),
            Field::Method => text(Some(facts.method)),
            Field::Path => text(Some(facts.path)),
            Field::Platform => text(Some(facts.platform)),
            Field::Source => text(Some(facts.source)),
            Field::User => text(facts.user),
            Field::Body => text(facts.body),
            Field::PreviousEvent => text(facts.previous.and_then(|turn| turn.event)),
            // A number of calls belongs to a rule and not to the turn.
            Field::Call => Values::Texts(Vec::new()),
            Field::Header(name) => {
                let all = facts.headers.into_iter().flat_map(Headers::texts);
                let all = all.filter(|(field, _)| field.eq_ignore_ascii_case(name));
                texts(all.map(|(_, value)| Some(value)).collect())
            }
            Field::Query(name) => texts(facts.query_values(name).map(Some).collect()),
            Field::Variable(path) => {
                Values::Json(at_path(facts.variables, path, |index| self.tree(index)))
            }
        }
    }
}

/// The trees of variables that are looked at once.
struct Trees<'f>(Vec<OnceCell<Option<Tree<&'f str>>>>, &'f [FactVariable<'f>]);

impl<'f> Trees<'f> {
    fn new(variables: &'f [FactVariable<'f>]) -> Self {
        Self(
            variables.iter().map(|_| OnceCell::new()).collect(),
            variables,
        )
    }

    fn get(&self, index: usize) -> Option<&Tree<&'f str>> {
        self.0[index]
            .get_or_init(|| Tree::new(self.1[index].json).ok())
            .as_ref()
    }
}

/// What a path leads to among variables. A path may be that of several, `a.b` is in `a` and may be
/// a name itself; what one of them has outweighs that another has it not.
fn at_path<'f, 't>(
    variables: &'f [FactVariable<'f>],
    path: &VariablePath,
    tree: impl Fn(usize) -> Option<&'t Tree<&'f str>>,
) -> Vec<Found<'f>>
where
    'f: 't,
{
    let mut all = Vec::new();
    let mut fitting = 0;
    for (index, variable) in variables.iter().enumerate() {
        let Some(below) = path.below(variable.name, NameCase::Exact) else {
            continue;
        };
        fitting += 1;
        let found = |json, node| Found {
            json,
            variable: index,
            node,
        };
        if below.is_empty() {
            all.push(found(Some(variable.json), Tree::<&str>::ROOT));
        } else if let Some(tree) = tree(index) {
            let nodes = values_below(tree, below, NameCase::Exact);
            all.extend(nodes.into_iter().map(|node| {
                let json = node.map(|node| tree.span(node).of(variable.json));
                found(json, node.unwrap_or_default())
            }));
        } else {
            all.push(found(None, 0));
        }
    }
    if fitting > 1 && all.iter().any(|found| found.json.is_some()) {
        all.retain(|found| found.json.is_some());
    }
    if fitting == 0 {
        all.push(Found {
            json: None,
            variable: usize::MAX,
            node: 0,
        });
    }
    all
}
