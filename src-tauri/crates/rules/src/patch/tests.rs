use json_text::same_value;
use proptest::prelude::*;

use super::*;

#[test]
fn a_patch_touches_what_it_names_and_nothing_else() {
    for (text, set, remove, wanted) in [
        (
            "{\"a\":1,\"b\":2}",
            &[("a", "9")][..],
            &[][..],
            "{\"a\":9,\"b\":2}",
        ),
        ("{ \"a\" : 1 , \"b\" : 2 }", &[], &["a"], "{ \"b\" : 2 }"),
        ("{ \"a\" : 1 , \"b\" : 2 }", &[], &["b"], "{ \"a\" : 1 }"),
        ("{\"a\":1}", &[], &["a"], "{}"),
        (
            "{\n  \"a\": 1.10\n}\n",
            &[("b", "2")],
            &[],
            "{\n  \"a\": 1.10,\n  \"b\": 2\n}\n",
        ),
        (
            "{\n  \"a\": 1,\n  \"b\": 2\n}",
            &[("c", "3")],
            &[],
            "{\n  \"a\": 1,\n  \"b\": 2,\n  \"c\": 3\n}",
        ),
        ("{}", &[("a", "1"), ("b", "2")], &[], "{\"a\":1,\"b\":2}"),
        ("{ }", &[("a", "1")], &[], "{\"a\":1 }"),
        ("{\"a\":1,\"a\":2}", &[("a", "3")], &[], "{\"a\":3,\"a\":3}"),
        ("{\"\\u0061\":1}", &[("a", "3")], &[], "{\"\\u0061\":3}"),
        ("{\"a\":1,\"b\":2,\"a\":3}", &[], &["a"], "{\"b\":2}"),
        ("{\"a\":1}", &[("a", "2")], &["a"], "{\"a\":2}"),
        ("{\"a\":1}", &[("b", "2")], &["a"], "{\"b\":2}"),
        ("\u{feff}{\"a\":1}", &[("a", "2")], &[], "\u{feff}{\"a\":2}"),
        ("{\"a\":1}", &[("я\"", "2")], &[], "{\"a\":1,\"я\\\"\":2}"),
    ] {
        assert_eq!(patch(text, set, remove).as_deref(), Some(wanted), "{text}");
    }
    for text in ["", "[1]", "1", "\"{}\"", "{\"a\":}", "<html>"] {
        assert_eq!(patch(text, &[("a", "1")], &[]), None, "{text}");
    }
}

const NAMES: [&str; 5] = ["a", "b", "c", "", "я"];
const VALUES: [&str; 5] = ["1.10", "\"x, \\\"y\\\"\"", "{\"a\": 1}", "[ ]", "null"];
const SPACES: [&str; 4] = ["", " ", "\n  ", "\t"];

/// An object's text, spaced at will, with names that may repeat.
fn object() -> impl Strategy<Value = Vec<(String, String)>> {
    let name = prop::sample::select(&NAMES[..]);
    let value = prop::sample::select(&VALUES[..]);
    let space = || prop::sample::select(&SPACES[..]);
    let member = (name, value, space(), space(), space(), space()).prop_map(
        |(name, value, before, one, two, after)| {
            let key = serde_json::to_string(name).unwrap();
            (
                name.to_owned(),
                format!("{before}{key}{one}:{two}{value}{after}"),
            )
        },
    );
    prop::collection::vec(member, 0..6)
}

proptest! {
    #[test]
    fn all_bytes_of_members_that_are_not_named_stay(
        members in object(),
        set in prop::collection::btree_map(prop::sample::select(&NAMES[..]), prop::sample::select(&VALUES[..]), 0..3),
        remove in prop::collection::btree_set(prop::sample::select(&NAMES[..]), 0..3),
    ) {
        let text = format!("{{{}}}", members.iter().map(|(_, text)| text.as_str()).collect::<Vec<_>>().join(","));
        let set: Vec<_> = set.into_iter().collect();
        let remove: Vec<_> = remove.into_iter().collect();
        let patched = patch(&text, &set, &remove).unwrap();
        let is_set = |name: &str| set.iter().any(|(other, _)| *other == name);
        let is_removed = |name: &str| !is_set(name) && remove.contains(&name);
        // Walk both texts: each member that stays is there again, in order, as it was.
        let mut rest = patched.as_str();
        for (name, member) in members.iter().filter(|(name, _)| !is_removed(name)) {
            let part = match is_set(name) {
                false => member.trim().to_owned(),
                true => serde_json::to_string(name).unwrap(),
            };
            let at = rest.find(&part);
            prop_assert!(at.is_some(), "{part} in {patched}");
            rest = &rest[at.unwrap() + part.len()..];
        }
        // And it says what was wanted.
        let tree = Tree::new(patched.as_str()).unwrap();
        for (name, value) in &set {
            let mut nodes = tree.children(0).filter(|node| tree.name(*node) == *name);
            prop_assert!(nodes.all(|node| same_value(tree.json(node), value)));
            prop_assert!(tree.member(0, name).is_some());
        }
        for name in remove.iter().filter(|name| is_removed(name)) {
            prop_assert!(tree.member(0, name).is_none());
        }
        if set.is_empty() && !members.iter().any(|(name, _)| is_removed(name)) {
            prop_assert_eq!(patched, text);
        }
    }

    #[test]
    fn setting_a_value_back_gives_every_byte_back(members in object()) {
        let text = format!("{{{}}}", members.iter().map(|(_, text)| text.as_str()).collect::<Vec<_>>().join(","));
        let tree = Tree::new(text.as_str()).unwrap();
        let first = tree.children(0).next();
        if let Some(first) = first && tree.children(0).filter(|node| tree.name(*node) == tree.name(first)).count() == 1 {
            let name = tree.name(first).into_owned();
            let changed = patch(&text, &[(&name, "0")], &[]).unwrap();
            let back = patch(&changed, &[(&name, tree.json(first))], &[]).unwrap();
            prop_assert_eq!(back, text);
        }
    }
}
