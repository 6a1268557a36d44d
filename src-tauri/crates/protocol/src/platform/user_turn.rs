//! Users whose variables a platform keeps from turn to turn, and their turns as the app plays them.

use indexmap::IndexMap;
use json_text::{Kind, Tree, unescape_lossy};

use crate::variable::Variable;

/// Names and JSON texts of an object's members, in order.
pub type Members = IndexMap<String, String>;

/// How long a variable lives that a person sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lifetime {
    /// The user keeps it from turn to turn.
    User,
    /// The platform writes it anew for each turn.
    Turn,
}

/// A turn of a user.
#[derive(Clone, Debug, Default)]
pub struct UserTurn<'a> {
    /// The event.
    pub event: &'a str,
    /// The user.
    pub user: &'a str,
    /// What the user wrote.
    pub text: &'a str,
    /// The user's variables, and those that were set for this turn alone.
    pub variables: Members,
    /// Variables of the platform's own that this turn goes without.
    pub unset: &'a [String],
    /// Seconds since this user's turn before.
    pub since_last: Option<u64>,
    /// An id that no other message has.
    pub message: &'a str,
}

/// The user's own variables after a turn, of all that it had and was answered.
#[must_use]
pub fn user_variables(rows: Vec<Variable>) -> Members {
    let own = rows.into_iter().filter(|row| row.role.is_own());
    own.filter_map(|row| Some((row.name, row.after?))).collect()
}

/// The members of an object, of several with one name the last; `None` where the text is no object.
#[must_use]
pub fn object_members(text: &str) -> Option<Members> {
    let tree = Tree::new(text).ok()?;
    let root = Tree::<&str>::ROOT;
    let members = tree.members(root).map(|node| {
        let name = unescape_lossy(tree.key_span(node).of(text));
        (name.into_owned(), tree.json(node).to_owned())
    });
    (tree.kind(root) == Kind::Object).then(|| members.collect())
}

/// The text of an object with these members.
#[must_use]
pub fn object_text(members: &Members) -> String {
    let length = |(name, value): (&String, &String)| name.len() + value.len() + 4;
    let mut text = String::with_capacity(2 + members.iter().map(length).sum::<usize>());
    text.push('{');
    for (name, value) in members {
        if text.len() > 1 {
            text.push(',');
        }
        text.push_str(&serde_json::Value::from(name.as_str()).to_string());
        text.push(':');
        text.push_str(value);
    }
    text.push('}');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_keep_their_order_and_digits_and_the_last_of_a_name_counts() {
        let text = r#"{"b": 1.10, "a\"": [9007199254740993], "b": {"c" : -0.0}, "": null}"#;
        let members = object_members(text).unwrap();
        let again = object_text(&members);
        assert_eq!(
            again,
            r#"{"a\"":[9007199254740993],"b":{"c" : -0.0},"":null}"#
        );
        assert_eq!(object_members(&again), Some(members));
        assert_eq!(object_text(&Members::new()), "{}");
        for text in ["[]", "1", "", "{"] {
            assert_eq!(object_members(text), None, "{text}");
        }
    }
}
