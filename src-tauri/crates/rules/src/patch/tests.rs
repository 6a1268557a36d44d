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

/// A member's text in its parts, spaced at will.
#[derive(Clone, Debug)]
struct Written {
    name: &'static str,
    value: &'static str,
    /// Before the name, before and behind the colon, and behind the value.
    spaces: [&'static str; 4],
}

impl Written {
    fn key(&self) -> String {
        let key = serde_json::to_string(self.name).unwrap();
        format!("{key}{}:{}", self.spaces[1], self.spaces[2])
    }
}

/// The members of an object, with names that may repeat.
fn members() -> impl Strategy<Value = Vec<Written>> {
    let name = prop::sample::select(&NAMES[..]);
    let value = prop::sample::select(&VALUES[..]);
    let space = || prop::sample::select(&SPACES[..]);
    let spaces = [space(), space(), space(), space()];
    let member = (name, value, spaces).prop_map(|(name, value, spaces)| Written {
        name,
        value,
        spaces,
    });
    prop::collection::vec(member, 0..6)
}

fn object(members: &[Written]) -> String {
    let members = members.iter().map(|member| {
        let [before, _, _, after] = member.spaces;
        format!("{before}{}{}{after}", member.key(), member.value)
    });
    format!("{{{}}}", members.collect::<Vec<_>>().join(","))
}

/// What a patch has to give, put together of the parts: byte for byte.
fn patched(members: &[Written], set: &[(&str, &str)], remove: &[&str]) -> String {
    let new = |name: &str| set.iter().find(|(other, _)| *other == name);
    let mut out = "{".to_owned();
    out.push_str(members.first().map_or("", |first| first.spaces[0]));
    let mut parts: Vec<(String, String)> = Vec::new();
    for (index, member) in members.iter().enumerate() {
        let separator = match index {
            0 => String::new(),
            _ => format!("{},{}", members[index - 1].spaces[3], member.spaces[0]),
        };
        match new(member.name) {
            Some((_, value)) => parts.push((separator, format!("{}{value}", member.key()))),
            None if remove.contains(&member.name) => {}
            None => parts.push((separator, format!("{}{}", member.key(), member.value))),
        }
    }
    let colon = members.last().map_or(":".to_owned(), |last| {
        format!("{}:{}", last.spaces[1], last.spaces[2])
    });
    let comma = match members {
        [] => ",".to_owned(),
        [one] => format!(",{}", one.spaces[0]),
        [.., before, last] => format!("{},{}", before.spaces[3], last.spaces[0]),
    };
    let is_new = |name: &str| members.iter().all(|member| member.name != name);
    for (name, value) in set.iter().filter(|(name, _)| is_new(name)) {
        let key = serde_json::to_string(name).unwrap();
        parts.push((comma.clone(), format!("{key}{colon}{value}")));
    }
    for (index, (separator, part)) in parts.iter().enumerate() {
        out.push_str(if index == 0 { "" } else { separator });
        out.push_str(part);
    }
    out.push_str(members.last().map_or("", |last| last.spaces[3]));
    out.push('}');
    out
}

proptest! {
    #[test]
    fn every_byte_is_the_one_that_it_has_to_be(
        members in members(),
        set in prop::collection::btree_map(prop::sample::select(&NAMES[..]), prop::sample::select(&VALUES[..]), 0..3),
        remove in prop::collection::btree_set(prop::sample::select(&NAMES[..]), 0..3),
    ) {
        let set: Vec<_> = set.into_iter().collect();
        let remove: Vec<_> = remove.into_iter().collect();
        let text = object(&members);
        let wanted = patched(&members, &set, &remove);
        prop_assert!(Tree::new(wanted.as_str()).is_ok());
        prop_assert_eq!(patch(&text, &set, &remove), Some(wanted));
    }

    #[test]
    fn a_patch_of_nothing_that_is_there_gives_every_byte_back(members in members()) {
        let text = object(&members);
        prop_assert_eq!(patch(&text, &[], &["not there"]), Some(text.clone()));
        for member in &members {
            let same: Vec<_> = members.iter().filter(|other| other.name == member.name).collect();
            if same.len() == 1 {
                let back = patch(&text, &[(member.name, member.value)], &[]);
                prop_assert_eq!(back, Some(text.clone()));
            }
        }
    }
}
