use json_text::same_value;
use proptest::prelude::*;
use serde_json::Value;

use super::*;

fn changes(left: &str, right: &str) -> Vec<Change> {
    let compared = compare(Contents::Text(left), Contents::Text(right)).unwrap();
    compared.changes
}

/// Pointers and kinds of the changes, each with its values.
fn said(left: &str, right: &str) -> Vec<String> {
    let sign = |kind| match kind {
        ChangeKind::Added => '+',
        ChangeKind::Removed => '-',
        ChangeKind::Changed => '~',
        ChangeKind::TypeChanged => '!',
    };
    let none = || "·".to_owned();
    changes(left, right)
        .into_iter()
        .map(|change| {
            let (left, right) = (change.left, change.right);
            let (left, right) = (left.unwrap_or_else(none), right.unwrap_or_else(none));
            format!("{}{} {left} {right}", sign(change.kind), change.pointer)
        })
        .collect()
}

#[test]
fn order_of_keys_and_form_of_numbers_are_no_change_and_digits_are() {
    let nothing: [&str; 0] = [];
    assert_eq!(
        said(r#"{"a":1.0,"b":2}"#, r#"{ "b":20e-1,"a":1 }"#),
        nothing
    );
    assert_eq!(said(r#"{"\u0061":1}"#, r#"{"a":1}"#), nothing);
    assert_eq!(
        said("[9007199254740993]", "[9007199254740992]"),
        ["~/0 9007199254740993 9007199254740992"]
    );
    assert_eq!(said("null", "1"), ["~ null 1"]);
    assert_eq!(said(r#"{"a":"x"}"#, r#"{"a":null}"#), ["~/a \"x\" null"]);
    assert_eq!(said("\"1\"", "1"), ["! \"1\" 1"]);
    assert_eq!(said("[true]", "[false]"), ["~/0 true false"]);
    assert_eq!(
        said(r#"{"a":1,"x/~":[]}"#, r#"{"x/~":{},"b":2}"#),
        ["-/a 1 ·", "!/x~1~0 [] {}", "+/b · 2"]
    );
}

#[test]
fn edits_far_apart_in_an_array_are_changes_where_they_are() {
    let items = |edit: &dyn Fn(&mut Vec<String>)| {
        let mut items: Vec<String> = (0..1000).map(|n| format!("{{\"id\":{n}}}")).collect();
        edit(&mut items);
        format!("[{}]", items.join(","))
    };
    let left = items(&|_| {});
    let right = items(&|items| {
        items.remove(900);
        items.insert(3, "\"new\"".into());
        items[500] = "{\"id\":-1}".into();
    });
    assert_eq!(
        said(&left, &right),
        ["+/3 · \"new\"", "~/500/id 499 -1", "-/901 {\"id\":900} ·"]
    );
    assert_eq!(said("[1,2,3,4]", "[1]"), ["-/3 4 ·", "-/2 3 ·", "-/1 2 ·"]);
}

#[test]
fn an_item_that_was_changed_beside_one_that_is_gone_is_the_same_thing() {
    let left = r#"[{"sku":"a","n":1},{"sku":"b","n":1}]"#;
    let right = r#"[{"sku":"b","n":2}]"#;
    assert_eq!(
        said(left, right),
        ["-/0 {\"sku\":\"a\",\"n\":1} ·", "~/0/n 1 2"]
    );
    assert_eq!(said("[1,\"a\"]", "[\"b\"]"), ["-/0 1 ·", "~/0 \"a\" \"b\""]);
}

#[test]
fn a_member_whose_name_is_no_text_is_changed_with_its_object() {
    let left = r#"{"o":{"\ud800":1,"\ud801":2}}"#;
    let right = r#"{"o":{"\ud800":1,"\ud801":3}}"#;
    let object = |n: u8| format!(r#"{{"\ud800":1,"\ud801":{n}}}"#);
    assert_eq!(
        said(left, right),
        [format!("~/o {} {}", object(2), object(3))]
    );
    let beside = r#"{"o":{"\ud800":1,"\ud801":2},"a":1}"#;
    assert_eq!(said(left, beside), ["+/a · 1"]);
}

/// As long as the texts, and no longer: a pointer of each level would be a square of their length.
#[test]
fn what_is_compared_has_a_bound_whatever_its_depth_and_its_names() {
    let deep = |end: &str| "[".repeat(100_000) + end + &"]".repeat(100_000);
    let found = changes(&deep("1"), &deep("2"));
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].pointer, "/0".repeat(256));
    let levels = |n: usize| "{\"a\":".repeat(n) + &n.to_string() + ",\"b\":0}".repeat(n).as_str();
    assert!(serde_json::from_str::<Value>(&levels(10)).is_ok());
    let name = "n".repeat(2 << 20);
    let many = |value: u8| {
        let members: Vec<String> = (0..100).map(|n| format!("\"{n}\":{value}")).collect();
        format!("{{\"{name}\":{{{}}}}}", members.join(","))
    };
    let found = changes(&many(1), &many(2));
    assert_eq!((found.len(), &*found[0].pointer), (1, ""));
    assert_eq!(found[0].right.as_deref(), Some(&*many(2)));
    let list = format!("[{}1]", "1,".repeat(MOST_VALUES / 2));
    let (left, right) = (Contents::Text(&list), Contents::Text(&list));
    assert_eq!(compare(left, right), Err(TooMuch));
}

#[test]
fn texts_are_compared_by_line_and_bytes_by_offset() {
    let compared = |left, right| compare(left, right).unwrap();
    let text = compared(Contents::Text("{\"a\":1}"), Contents::Text("a=1"));
    assert_eq!(text.kind, ContentKind::Text);
    assert_eq!(said("a\nb\nc\n", "a\nx\nc"), ["~/1 b x", "-/3  ·"]);
    assert_eq!(said("", "a"), ["~/0  a"]);
    let nothing: [&str; 0] = [];
    assert_eq!(said("", ""), nothing);
    for (left, right, wanted) in [
        (
            &b"\xff\x00a"[..],
            &b"\xff\x01b"[..],
            Some(("/1", "00", "01")),
        ),
        (b"\xff", b"\xffa", Some(("/1", "·", "61"))),
        (b"\xff", b"\xff", None),
    ] {
        let found = compared(Contents::Bytes(left), Contents::Bytes(right));
        assert_eq!(found.kind, ContentKind::Binary);
        let found = found.changes.first();
        let shown = found.map(|one| {
            let shown = |byte: &Option<String>| byte.clone().unwrap_or("·".into());
            (one.pointer.clone(), shown(&one.left), shown(&one.right))
        });
        let wanted = wanted.map(|(a, b, c)| (a.to_owned(), b.to_owned(), c.to_owned()));
        assert_eq!(shown, wanted);
    }
    let mixed = compared(Contents::Text("ab"), Contents::Bytes(b"a\xff"));
    assert_eq!(mixed.kind, ContentKind::Binary);
    assert_eq!(mixed.changes[0].pointer, "/1");
}

#[test]
fn header_fields_are_compared_by_name_and_order_of_repeats() {
    let left = [
        ("X-A", "1"),
        ("Set-Cookie", "a"),
        ("set-cookie", "b"),
        ("Content-Length", "3"),
        ("Date", "today"),
        ("X-Gone", ""),
    ];
    let right = [
        ("date", "tomorrow"),
        ("X-New", "2"),
        ("SET-COOKIE", "a"),
        ("Set-Cookie", "c"),
        ("x-a", "2"),
        ("Transfer-Encoding", "chunked"),
    ];
    let found = compare_headers(left, right);
    let found: Vec<_> = found
        .iter()
        .map(|one| {
            (
                &*one.name,
                one.kind,
                one.left.as_deref(),
                one.right.as_deref(),
            )
        })
        .collect();
    assert_eq!(
        found,
        [
            ("X-A", ChangeKind::Changed, Some("1"), Some("2")),
            ("set-cookie", ChangeKind::Changed, Some("b"), Some("c")),
            ("X-Gone", ChangeKind::Removed, Some(""), None),
            ("X-New", ChangeKind::Added, None, Some("2")),
        ]
    );
}

/// JSON texts with few names and values, so that two of them have much in common.
fn json() -> impl Strategy<Value = String> {
    let scalar = prop::sample::select(vec![
        "null",
        "true",
        "false",
        "0",
        "1",
        "1.0",
        "10e-1",
        "-1",
        "9007199254740993",
        "\"a\"",
        "\"\"",
        "\"я/~\"",
    ]);
    let scalar = scalar.prop_map(str::to_owned);
    scalar.prop_recursive(5, 60, 6, |inner| {
        let name = prop::sample::select(vec!["a", "b", "", "~1/", "0", "-"]);
        let member = (name, inner.clone()).prop_map(|(name, value)| format!("\"{name}\":{value}"));
        prop_oneof![
            prop::collection::vec(inner, 0..8).prop_map(|all| format!("[{}]", all.join(" , "))),
            prop::collection::vec(member, 0..6).prop_map(|all| format!("{{{}}}", all.join(","))),
        ]
    })
}

/// One operation of RFC 6902.
fn apply(document: &mut Value, change: &Change) {
    let value = |text: &Option<String>| serde_json::from_str(text.as_ref().unwrap()).unwrap();
    if change.pointer.is_empty() {
        *document = value(&change.right);
        return;
    }
    let (parent, name) = change.pointer.rsplit_once('/').unwrap();
    let name = name.replace("~1", "/").replace("~0", "~");
    let parent = document.pointer_mut(parent).expect("the parent is there");
    let index = || name.parse::<usize>().unwrap();
    match (parent, change.kind) {
        (Value::Object(members), ChangeKind::Added) => {
            let before = members.insert(name, value(&change.right));
            assert_eq!(before, None, "added over a member: {change:?}");
        }
        (Value::Object(members), ChangeKind::Removed) => {
            let before = members.remove(&name);
            assert_eq!(before, Some(value(&change.left)), "{change:?}");
        }
        (Value::Object(members), _) => {
            let before = members.insert(name, value(&change.right));
            assert_eq!(before, Some(value(&change.left)), "{change:?}");
        }
        (Value::Array(items), ChangeKind::Added) => items.insert(index(), value(&change.right)),
        (Value::Array(items), ChangeKind::Removed) => {
            assert_eq!(items.remove(index()), value(&change.left), "{change:?}");
        }
        (Value::Array(items), _) => items[index()] = value(&change.right),
        (other, _) => panic!("{other} holds nothing: {change:?}"),
    }
}

proptest! {
    #[test]
    fn changes_applied_to_the_left_give_the_right(left in json(), right in json()) {
        let found = changes(&left, &right);
        let mut document: Value = serde_json::from_str(&left).unwrap();
        for change in &found {
            prop_assert_eq!(change.left.is_none(), change.kind == ChangeKind::Added);
            prop_assert_eq!(change.right.is_none(), change.kind == ChangeKind::Removed);
            apply(&mut document, change);
        }
        prop_assert!(same_value(&document.to_string(), &right), "{} is not {}", document, right);
        prop_assert_eq!(found.is_empty(), same_value(&left, &right));
    }

    #[test]
    fn changed_lines_applied_to_the_left_give_the_right(
        left in "[ab\n]{0,40}",
        right in "[ab\n]{0,40}",
    ) {
        let mut lines: Vec<String> = left.split('\n').map(str::to_owned).collect();
        let found = changes(&left, &right);
        for change in &found {
            let index: usize = change.pointer[1..].parse().unwrap();
            if change.kind != ChangeKind::Added {
                prop_assert_eq!(Some(lines.remove(index)), change.left.clone());
            }
            if let Some(line) = &change.right {
                lines.insert(index, line.clone());
            }
        }
        prop_assert_eq!(lines.join("\n"), &*right);
        prop_assert_eq!(found.is_empty(), left == right);
    }
}
