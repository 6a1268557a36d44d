//! Paths into a value: dots lead to members, numbers in brackets or between dots to items.

use std::collections::HashMap;

use json_text::{Kind, NodeIndex, Tree, compact};

/// How many paths are made from an example at most, and how deep they lead.
const PATHS_MAX: usize = 5000;
const DEPTH_MAX: usize = 64;

/// How long all paths together are at most, in bytes: each is copied for every member below it.
const BYTES_MAX: usize = 4 << 20;

/// How long all values together are at most, in bytes: an object's holds those of all below it.
const VALUES_BYTES_MAX: usize = 32 << 20;

/// A path and the value there as JSON text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathValue {
    /// The path.
    pub path: String,
    /// The value.
    pub value: String,
}

/// The paths of an example.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExamplePaths {
    /// In the order of appearance.
    pub paths: Vec<PathValue>,
    /// The example has more of them, which are left out.
    pub is_cut: bool,
}

/// A value whose top-level names are looked up once, for many paths.
pub(super) struct Lookup<'t> {
    tree: Tree<&'t str>,
    by_name: HashMap<String, NodeIndex>,
}

impl<'t> Lookup<'t> {
    pub(super) fn new(json: &'t str) -> Option<Self> {
        let tree = Tree::new(json).ok()?;
        let root = Tree::<&str>::ROOT;
        let is_object = tree.kind(root) == Kind::Object;
        let members = tree.members(root).filter(|_| is_object);
        let by_name = members
            .map(|node| (tree.name(node).into_owned(), node))
            .collect();
        Some(Self { tree, by_name })
    }

    /// The value at a path as JSON text.
    pub(super) fn json(&self, path: &str) -> Option<&str> {
        let end = path.find(['.', '[']).unwrap_or(path.len());
        let node = match self.by_name.get(&path[..end]).filter(|_| end > 0) {
            Some(node) => descend(&self.tree, *node, &path[end..], false)?,
            None => find(&self.tree, path)?,
        };
        Some(self.tree.json(node))
    }
}

/// The value at a path, from a root that is an object or a list.
pub(super) fn find(tree: &Tree<&str>, path: &str) -> Option<NodeIndex> {
    descend(tree, Tree::<&str>::ROOT, path, true)
}

fn descend(
    tree: &Tree<&str>,
    mut node: NodeIndex,
    mut rest: &str,
    mut is_first: bool,
) -> Option<NodeIndex> {
    while !rest.is_empty() {
        if let Some(inside) = rest.strip_prefix('[') {
            let (number, after) = inside.split_once(']')?;
            node = tree.item(node, number.trim().parse().ok()?)?;
            rest = after;
        } else {
            let name = match rest.strip_prefix('.') {
                Some(name) if !is_first => name,
                None if is_first => rest,
                _ => return None,
            };
            let end = name.find(['.', '[']).unwrap_or(name.len());
            let (name, after) = name.split_at(end);
            node = step(tree, node, name)?;
            rest = after;
        }
        is_first = false;
    }
    Some(node)
}

fn step(tree: &Tree<&str>, node: NodeIndex, name: &str) -> Option<NodeIndex> {
    match tree.kind(node) {
        Kind::Object => tree.member(node, name),
        Kind::Array => tree.item(node, name.parse().ok()?),
        _ => None,
    }
}

/// Every path of an example in the order of appearance: objects have one of their own, lists have
/// none.
pub(super) fn all(tree: &Tree<&str>) -> ExamplePaths {
    let mut found = ExamplePaths::default();
    let (mut bytes, mut value_bytes) = (0_usize, 0_usize);
    let mut waiting = vec![(Tree::<&str>::ROOT, String::new(), 0)];
    while let Some((node, path, depth)) = waiting.pop() {
        let kind = tree.kind(node);
        if !path.is_empty() && kind != Kind::Array {
            let json = tree.json(node);
            value_bytes = value_bytes.saturating_add(json.len());
            if found.paths.len() == PATHS_MAX || value_bytes > VALUES_BYTES_MAX {
                found.is_cut = true;
                break;
            }
            found.paths.push(PathValue {
                value: compact(json).unwrap_or_else(|_| json.to_owned()),
                path: path.clone(),
            });
        }
        let below = tree.children(node).take(PATHS_MAX + 1).count();
        if below == 0 {
            continue;
        }
        bytes = bytes.saturating_add(below.saturating_mul(path.len()));
        if depth == DEPTH_MAX || bytes > BYTES_MAX {
            found.is_cut = true;
            continue;
        }
        found.is_cut |= below > PATHS_MAX;
        let first = waiting.len();
        match kind {
            Kind::Array => {
                let items = tree.children(node).enumerate().take(PATHS_MAX);
                waiting.extend(
                    items.map(|(index, item)| (item, format!("{path}[{index}]"), depth + 1)),
                );
            }
            Kind::Object => {
                let members = tree.members(node).take(PATHS_MAX);
                waiting.extend(members.map(|member| {
                    let dot = if path.is_empty() { "" } else { "." };
                    (
                        member,
                        format!("{path}{dot}{}", tree.name(member)),
                        depth + 1,
                    )
                }));
            }
            _ => {}
        }
        waiting[first..].reverse();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(json: &str) -> Vec<(String, String)> {
        let tree = Tree::new(json).unwrap();
        let all = all(&tree).paths.into_iter();
        all.map(|one| (one.path, one.value)).collect()
    }

    #[test]
    fn an_example_gives_its_paths_in_order() {
        let owned = |all: &[(&str, &str)]| -> Vec<(String, String)> {
            let all = all.iter();
            all.map(|(path, value)| ((*path).to_owned(), (*value).to_owned()))
                .collect()
        };
        for (json, wanted) in [
            (
                r#"{"a": 1, "b": {"c": 2}}"#,
                &[("a", "1"), ("b", r#"{"c":2}"#), ("b.c", "2")][..],
            ),
            (
                r#"{"query":[{"a":"x"},"y"],"z":1.0}"#,
                &[
                    ("query[0]", r#"{"a":"x"}"#),
                    ("query[0].a", "\"x\""),
                    ("query[1]", "\"y\""),
                    ("z", "1.0"),
                ],
            ),
            (
                r#"[{"a":[[7]]}]"#,
                &[("[0]", r#"{"a":[[7]]}"#), ("[0].a[0][0]", "7")],
            ),
            (r#"{"a":1,"a":2,"e":[],"f":{}}"#, &[("a", "2"), ("f", "{}")]),
            ("7", &[]),
        ] {
            assert_eq!(paths(json), owned(wanted), "{json}");
        }
    }

    #[test]
    fn every_path_leads_to_its_value_and_deep_or_long_examples_are_bounded() {
        let json = r#"{"a":[{"b":{"c":[1,{"d":"x"}]}}],"e":null}"#;
        let tree = Tree::new(json).unwrap();
        let whole = all(&tree);
        assert!(!whole.is_cut);
        for one in whole.paths {
            let node = find(&tree, &one.path).unwrap();
            assert_eq!(compact(tree.json(node)).unwrap(), one.value);
        }
        for (path, wanted) in [
            ("a[0].b.c[1].d", Some("\"x\"")),
            ("a.0.b.c.0", Some("1")),
            ("a[1]", None),
            ("a..b", None),
            (".a", None),
            ("a[", None),
            ("a[x]", None),
            ("e.f", None),
        ] {
            let found = find(&tree, path).map(|node| tree.json(node));
            assert_eq!(found, wanted, "{path}");
            assert_eq!(Lookup::new(json).unwrap().json(path), wanted, "{path}");
        }
        let deep = format!("{}{}", "{\"a\":".repeat(10_000), "1") + &"}".repeat(10_000);
        let cut = |json: &str| {
            let tree = Tree::new(json).unwrap();
            let all = all(&tree);
            assert!(all.is_cut);
            all.paths.len()
        };
        assert_eq!(cut(&deep), DEPTH_MAX);
        let key = "k".repeat(100_000);
        let members: Vec<String> = (0..5000).map(|index| format!("\"m{index}\":1")).collect();
        let wide = format!("{{\"{key}\":{{{}}}}}", members.join(","));
        assert_eq!(cut(&wide), 1);
        let long = format!("[{}1]", "1,".repeat(100_000));
        assert_eq!(cut(&long), PATHS_MAX);
        // Ten objects, one in the other, each with a text of 5 MB below it.
        let text = format!("\"{}\"", "x".repeat(5_000_000));
        let heavy = format!("{}{text}{}", "{\"a\":".repeat(10), "}".repeat(10));
        assert_eq!(cut(&heavy), 6);
    }
}
