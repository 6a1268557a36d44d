//! Where a value stands in a variable: `address.city`, `cart[0].sku`, `cart[*].sku`.

use std::borrow::Cow;
use std::str::FromStr;

use json_text::{Kind, NodeIndex, Tree, unescape_lossy};

use crate::variable::Variable;

/// One step down.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum PathStep {
    /// The member of this name, without case.
    Member(String),
    /// An item by its number from 0.
    Item(usize),
    /// Any item.
    AnyItem,
}

/// A variable's name and the steps below it. A name with dots, brackets or spaces stands in
/// quotes, with brackets around them or without; one with dots alone may stand bare.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct VariablePath {
    text: String,
    steps: Vec<PathStep>,
    /// Where in the text each step ends.
    ends: Vec<usize>,
}

impl VariablePath {
    /// As it was written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The names in it.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.steps.iter().filter_map(|step| match step {
            PathStep::Member(name) => Some(name.as_str()),
            PathStep::Item(_) | PathStep::AnyItem => None,
        })
    }

    /// The steps, the variable's own name first.
    #[must_use]
    pub fn steps(&self) -> &[PathStep] {
        &self.steps
    }

    /// Whether it goes over any item of a list.
    #[must_use]
    pub fn has_any_item(&self) -> bool {
        self.steps.contains(&PathStep::AnyItem)
    }

    /// Whether a value at this path, in or out, fulfils the condition. Names compare without case.
    pub fn any(&self, variables: &[Variable], fits: impl Fn(&str) -> bool) -> bool {
        variables.iter().any(|variable| {
            let Some(below) = self.below(&variable.name, NameCase::Ignored) else {
                return false;
            };
            let sides = [&variable.before, &variable.sent];
            sides.into_iter().flatten().any(|json| {
                let Ok(tree) = Tree::new(json.as_str()) else {
                    return below.is_empty() && fits(json);
                };
                let found = values_below(&tree, below, NameCase::Ignored);
                found
                    .into_iter()
                    .flatten()
                    .any(|node| fits(tree.json(node)))
            })
        })
    }

    /// The names of variables that are more than its first step, as `a.b` of `a.b.c`, and how many
    /// steps each is.
    pub fn other_names(&self) -> impl Iterator<Item = (&str, usize)> {
        let ends = self.ends.iter().enumerate();
        let names = ends.map(|(step, end)| (&self.text[..*end], step + 1));
        let first = self.names().next();
        names.filter(move |(name, _)| Some(*name) != first)
    }

    /// The steps below the variable of this name; `None` where the path is another's.
    #[must_use]
    pub fn below(&self, name: &str, case: NameCase) -> Option<&[PathStep]> {
        if let Some(PathStep::Member(first)) = self.steps.first()
            && case.same(first, name)
        {
            return Some(&self.steps[1..]);
        }
        // A name that has dots or brackets itself.
        let end = match case {
            NameCase::Exact if !self.text.starts_with(name) => return None,
            NameCase::Exact => self.ends.binary_search(&name.len()).ok()?,
            NameCase::Ignored => self
                .ends
                .iter()
                .position(|end| case.same(&self.text[..*end], name))?,
        };
        Some(&self.steps[end + 1..])
    }
}

/// Whether names that differ in case are one name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameCase {
    /// They are two names, as they are to a bot.
    Exact,
    /// They are one name, as a search takes them.
    Ignored,
}

impl NameCase {
    fn same(self, one: &str, other: &str) -> bool {
        match self {
            Self::Exact => one == other,
            Self::Ignored => one.to_lowercase() == other.to_lowercase(),
        }
    }
}

/// Steps of a path at most: each looks through a value that a bot nested as deep as it liked.
const MOST_STEPS: usize = 64;

/// What the steps below a value lead to. A step that leads nowhere gives `None`, and so does one
/// that asks a value for what its kind has not; `[*]` gives one result for each item, so that an
/// empty list gives none at all.
#[must_use]
pub fn values_below<T: AsRef<str>>(
    tree: &Tree<T>,
    steps: &[PathStep],
    case: NameCase,
) -> Vec<Option<NodeIndex>> {
    let mut found = vec![Some(Tree::<T>::ROOT)];
    for step in steps {
        let mut next = Vec::with_capacity(found.len());
        for node in found {
            match (node, step) {
                (None, _) => next.push(None),
                (Some(node), PathStep::Member(name)) => {
                    let before = next.len();
                    if tree.kind(node) == Kind::Object {
                        let members = tree.members(node);
                        next.extend(
                            members
                                .filter(|one| case.same(name, &tree.name(*one)))
                                .map(Some),
                        );
                    }
                    if next.len() == before {
                        next.push(None);
                    }
                }
                (Some(node), PathStep::Item(number)) => next.push(tree.item(node, *number)),
                (Some(node), PathStep::AnyItem) => match tree.kind(node) {
                    Kind::Array => next.extend(tree.children(node).map(Some)),
                    _ => next.push(None),
                },
            }
        }
        found = next;
    }
    found
}

/// No path, or one that ends in the middle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PathError;

impl FromStr for VariablePath {
    type Err = PathError;

    fn from_str(text: &str) -> Result<Self, PathError> {
        let mut steps = Vec::new();
        let mut ends = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            let step;
            (step, rest) = match rest.strip_prefix('[') {
                Some(index) if index.starts_with('"') => {
                    let (step, rest) = member(index)?;
                    (step, rest.strip_prefix(']').ok_or(PathError)?)
                }
                Some(index) if !steps.is_empty() => item(index)?,
                Some(_) => return Err(PathError),
                None => {
                    let name = match steps.is_empty() {
                        true => rest,
                        false => rest.strip_prefix('.').ok_or(PathError)?,
                    };
                    member(name)?
                }
            };
            if steps.len() == MOST_STEPS {
                return Err(PathError);
            }
            steps.push(step);
            ends.push(text.len() - rest.len());
        }
        if steps.is_empty() {
            return Err(PathError);
        }
        Ok(Self {
            text: text.to_owned(),
            steps,
            ends,
        })
    }
}

/// What follows `[`: a number or `*`, and `]`.
fn item(text: &str) -> Result<(PathStep, &str), PathError> {
    let (index, rest) = text.split_once(']').ok_or(PathError)?;
    let step = match index {
        "*" => PathStep::AnyItem,
        number => PathStep::Item(number.parse().map_err(|_| PathError)?),
    };
    Ok((step, rest))
}

/// A name, in quotes or up to the next dot or bracket.
fn member(text: &str) -> Result<(PathStep, &str), PathError> {
    let (name, rest) = match text.starts_with('"') {
        true => {
            let end = closing_quote(text).ok_or(PathError)?;
            (unescape_lossy(&text[..end]), &text[end..])
        }
        false => {
            let end = text.find(['.', '[']).unwrap_or(text.len());
            (Cow::Borrowed(&text[..end]), &text[end..])
        }
    };
    if name.is_empty() && !text.starts_with('"') {
        return Err(PathError);
    }
    Ok((PathStep::Member(name.into_owned()), rest))
}

/// The byte after the quote that closes the one at the beginning.
fn closing_quote(text: &str) -> Option<usize> {
    let mut escaped = false;
    for (at, sign) in text.char_indices().skip(1) {
        match sign {
            '"' if !escaped => return Some(at + 1),
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::variable::{Change, Role};

    fn there(path: &str, name: &str, json: &str) -> Vec<String> {
        let variable = Variable {
            name: name.into(),
            role: Role::USER,
            before: Some(json.into()),
            sent: None,
            after: None,
            change: Change::Untouched,
            assumed: false,
        };
        let seen = std::cell::RefCell::new(Vec::new());
        let path: VariablePath = path.parse().unwrap();
        path.any(&[variable], |json| {
            seen.borrow_mut().push(json.to_owned());
            false
        });
        seen.into_inner()
    }

    #[test]
    fn a_path_leads_through_members_and_items() {
        let json = "{\"city\":\"Казань\",\"a.b\":[{\"sku\":1},{\"sku\":2.0}],\"\":3}";
        for (path, values) in [
            ("address", &[json][..]),
            ("ADDRESS.City", &["\"Казань\""]),
            ("address.\"a.b\"[1].sku", &["2.0"]),
            ("address.\"a.b\"[*].sku", &["1", "2.0"]),
            ("address.\"a.b\"[9].sku", &[]),
            ("address.\"\"", &["3"]),
            ("[\"address\"][\"a.b\"][0][\"sku\"]", &["1"]),
            ("address.town", &[]),
            ("address.city.more", &[]),
            ("other.city", &[]),
        ] {
            assert_eq!(there(path, "address", json), values, "{path}");
        }
        assert_eq!(
            there("a.b.c", "a.b", "{\"c\":1}"),
            ["1"],
            "a name with a dot"
        );
        assert_eq!(there("x[0]", "x[0]", "1"), ["1"], "a name with brackets");
        assert_eq!(there("\"my city\"", "my city", "1"), ["1"]);
    }

    #[test]
    fn what_is_no_path_is_refused() {
        let deep = format!("a{}", "[0]".repeat(MOST_STEPS - 1));
        assert!(deep.parse::<VariablePath>().is_ok());
        assert_eq!(format!("{deep}[0]").parse::<VariablePath>(), Err(PathError));
        for text in [
            "", ".a", "a.", "a..b", "[0]", "a[", "a[x]", "a[0]b", "\"a", "[\"a\"", "a[\"b",
        ] {
            assert_eq!(text.parse::<VariablePath>(), Err(PathError), "{text}");
        }
    }
}
