//! Where a value stands in a variable: `address.city`, `cart[0].sku`, `cart[*].sku`.

use std::borrow::Cow;
use std::str::FromStr;

use json_text::{Kind, survey, unescape_lossy};

use crate::variable::Variable;

/// One step down.
#[derive(Clone, Debug, PartialEq, Eq)]
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
#[derive(Clone, Debug, PartialEq, Eq)]
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

    /// Whether a value at this path, in or out, fulfils the condition.
    pub fn any(&self, variables: &[Variable], fits: impl Fn(&str) -> bool) -> bool {
        variables.iter().any(|variable| {
            let Some(below) = self.below(&variable.name) else {
                return false;
            };
            let sides = [&variable.before, &variable.sent];
            sides
                .into_iter()
                .flatten()
                .any(|json| found(json, below, &fits))
        })
    }

    /// The steps below the variable of this name; `None` where the path is another's.
    fn below(&self, name: &str) -> Option<&[PathStep]> {
        let name = name.to_lowercase();
        if let Some(PathStep::Member(first)) = self.steps.first()
            && first.to_lowercase() == name
        {
            return Some(&self.steps[1..]);
        }
        // A name that has dots or brackets itself.
        let end = self
            .ends
            .iter()
            .position(|end| self.text[..*end].to_lowercase() == name)?;
        Some(&self.steps[end + 1..])
    }
}

/// Steps of a path at most: each looks through a value that a bot nested as deep as it liked.
const MOST_STEPS: usize = 64;

/// Whether a value below this one fulfils the condition.
fn found(json: &str, steps: &[PathStep], fits: &dyn Fn(&str) -> bool) -> bool {
    let Some((step, below)) = steps.split_first() else {
        return fits(json);
    };
    let Ok(survey) = survey(json) else {
        return false;
    };
    let entries = survey.entries.iter().filter(|entry| !entry.superseded);
    let values: Vec<&str> = match (step, survey.root) {
        (PathStep::Member(name), Kind::Object) => {
            let name = name.to_lowercase();
            entries
                .filter(|entry| unescape_lossy(entry.key.of(json)).to_lowercase() == name)
                .map(|entry| entry.value.of(json))
                .collect()
        }
        (PathStep::Item(number), Kind::Array) => entries
            .skip(*number)
            .take(1)
            .map(|entry| entry.value.of(json))
            .collect(),
        (PathStep::AnyItem, Kind::Array) => entries.map(|entry| entry.value.of(json)).collect(),
        _ => Vec::new(),
    };
    values.into_iter().any(|value| found(value, below, fits))
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
