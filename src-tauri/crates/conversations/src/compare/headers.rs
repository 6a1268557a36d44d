//! Header fields: by name without case, repeats of one name in their order.

use std::collections::HashMap;

use super::change::ChangeKind;

/// Fields that frame a message on its connection, and `Date`: they differ without meaning anything.
const LEFT_OUT: &[&str] = &[
    "connection",
    "content-length",
    "date",
    "keep-alive",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// A field that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeaderChange {
    /// Its name as it is spelled on the left, else on the right.
    pub name: String,
    /// What happened.
    pub kind: ChangeKind,
    /// Its value on the left.
    pub left: Option<String>,
    /// Its value on the right.
    pub right: Option<String>,
}

/// What differs between fields, each a name and a value: those of the left in their order, then
/// those that are on the right alone.
pub fn compare_headers<'a, L, R>(left: L, right: R) -> Vec<HeaderChange>
where
    L: IntoIterator<Item = (&'a str, &'a str)>,
    R: IntoIterator<Item = (&'a str, &'a str)>,
{
    let mut others: HashMap<(String, usize), (&str, &str)> = HashMap::new();
    let mut order = Vec::new();
    let mut repeats = Repeats::default();
    for (name, value) in right.into_iter().filter(|(name, _)| is_compared(name)) {
        let key = repeats.key(name);
        order.push(key.clone());
        others.insert(key, (name, value));
    }
    let mut changes = Vec::new();
    let mut repeats = Repeats::default();
    for (name, value) in left.into_iter().filter(|(name, _)| is_compared(name)) {
        let (kind, other) = match others.remove(&repeats.key(name)) {
            Some((_, other)) if other == value => continue,
            Some((_, other)) => (ChangeKind::Changed, Some(other)),
            None => (ChangeKind::Removed, None),
        };
        changes.push(HeaderChange {
            name: name.to_owned(),
            kind,
            left: Some(value.to_owned()),
            right: other.map(str::to_owned),
        });
    }
    let added = order.iter().filter_map(|key| others.remove(key));
    changes.extend(added.map(|(name, value)| HeaderChange {
        name: name.to_owned(),
        kind: ChangeKind::Added,
        left: None,
        right: Some(value.to_owned()),
    }));
    changes
}

fn is_compared(name: &str) -> bool {
    !LEFT_OUT
        .iter()
        .any(|other| name.eq_ignore_ascii_case(other))
}

/// Counts the fields of each name.
#[derive(Default)]
struct Repeats(HashMap<String, usize>);

impl Repeats {
    /// A field by its name and its number among those of that name.
    fn key(&mut self, name: &str) -> (String, usize) {
        let name = name.to_ascii_lowercase();
        let count = self.0.entry(name.clone()).or_default();
        *count += 1;
        (name, *count)
    }
}
