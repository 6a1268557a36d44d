//! Values by number: equal values of several trees have the same one, so that comparing two of any
//! size costs as much as comparing numbers.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::number::canonical;
use crate::scan::Kind;
use crate::string::unescape;
use crate::tree::{NodeIndex, Tree};

/// Gives numbers to values. Nothing is hashed to a number: two values have one only if they are
/// equal.
#[derive(Debug, Default)]
pub struct ValueNumbers<'t>(HashMap<Value<'t>, u32>);

/// A value by the numbers of what it holds.
#[derive(Debug, PartialEq, Eq, Hash)]
enum Value<'t> {
    /// `null`, `true`, `false`
    Word(&'t str),
    Number(Cow<'t, str>),
    String(Cow<'t, [u8]>),
    Array(Box<[u32]>),
    /// Names and values, sorted by the names' numbers.
    Object(Box<[(u32, u32)]>),
}

/// The numbers of one tree's values and of its members' names.
#[derive(Debug)]
pub struct NumberedValues {
    values: Vec<u32>,
    names: Vec<u32>,
}

impl NumberedValues {
    /// A value's number.
    #[must_use]
    pub fn value(&self, node: NodeIndex) -> u32 {
        self.values[node]
    }

    /// The number of a member's name; 0 for what is no member.
    #[must_use]
    pub fn name(&self, node: NodeIndex) -> u32 {
        self.names[node]
    }
}

impl<'t> ValueNumbers<'t> {
    /// The numbers of a tree's values.
    pub fn of<T: AsRef<str>>(&mut self, tree: &'t Tree<T>) -> NumberedValues {
        let nodes = tree.len();
        let mut numbered = NumberedValues {
            values: vec![0; nodes],
            names: vec![0; nodes],
        };
        // What a value holds stands behind it.
        for node in (0..nodes).rev() {
            let key = tree.key_span(node);
            if !key.is_empty() {
                let name = Value::String(unescape(key.of(tree.text())));
                numbered.names[node] = self.number(name);
            }
            let json = tree.json(node);
            let value = match tree.kind(node) {
                Kind::Null | Kind::Bool => Value::Word(json),
                Kind::Number => Value::Number(canonical(json)),
                Kind::String => Value::String(unescape(json)),
                Kind::Array => {
                    let items = tree.children(node);
                    Value::Array(items.map(|item| numbered.values[item]).collect())
                }
                Kind::Object => {
                    let members = tree.members(node);
                    let pair = |member| (numbered.names[member], numbered.values[member]);
                    let mut members: Vec<(u32, u32)> = members.map(pair).collect();
                    members.sort_unstable();
                    Value::Object(members.into())
                }
            };
            numbered.values[node] = self.number(value);
        }
        numbered
    }

    /// Every number that was given is below this one.
    #[must_use]
    pub fn count(&self) -> u32 {
        u32::try_from(self.0.len()).unwrap_or(u32::MAX)
    }

    fn number(&mut self, value: Value<'t>) -> u32 {
        // A text has at most as many values as bytes, which 32 bits hold.
        let next = self.count();
        *self.0.entry(value).or_insert(next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::same_value;

    #[test]
    fn values_have_one_number_exactly_where_they_are_equal() {
        let texts = [
            "null",
            "true",
            "\"true\"",
            "1",
            "1.0",
            "10e-1",
            "-1",
            "0",
            "-0",
            "0e9",
            "100",
            "1e2",
            "9007199254740993",
            "9007199254740992",
            "1e99",
            "10e98",
            "0.5",
            "5e-1",
            "[]",
            "{}",
            "[[]]",
            "[1,2]",
            "[2,1]",
            "[1.0,2]",
            r#"{"a":1,"b":2}"#,
            r#"{"b":2.0,"a":1}"#,
            r#"{"b":0,"b":2,"a":1}"#,
            r#""a""#,
            r#""\u0061""#,
            r#""\ud800""#,
            r#""\ud801""#,
            "1000000000000000000000",
            "1e21",
            "123456789012345678",
            "12345678901234567.8e1",
        ];
        let trees: Vec<_> = texts.iter().map(|text| Tree::new(*text).unwrap()).collect();
        let mut numbers = ValueNumbers::default();
        let numbered: Vec<_> = trees.iter().map(|tree| numbers.of(tree).value(0)).collect();
        for (a, one) in texts.iter().zip(&numbered) {
            for (b, two) in texts.iter().zip(&numbered) {
                assert_eq!(one == two, same_value(a, b), "{a} and {b}");
            }
        }
        assert!(numbered.iter().all(|number| *number < numbers.count()));
    }
}
