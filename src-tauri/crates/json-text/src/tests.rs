use proptest::prelude::*;
use serde_json::value::RawValue;

use messages::{Lang, Say};

use super::same_value as equal;
use super::survey as scan;
use super::*;

#[test]
fn numbers_are_ordered_by_value_however_they_are_written() {
    let ascending = [
        "-1e99999999999999999999999999999999999999999",
        "-1e400",
        "-100",
        "-99.5",
        "-1e-99999999999999999999999999999999999999999",
        "0",
        "1e-99999999999999999999999999999999999999999",
        "1e-400",
        "0.1",
        "1",
        "9.99e1",
        "9007199254740992",
        "9007199254740993",
        "1e99999999999999999999999999999999999999999",
    ];
    for (at, a) in ascending.iter().enumerate() {
        for (other, b) in ascending.iter().enumerate() {
            assert_eq!(compare_numbers(a, b), Some(at.cmp(&other)), "{a} {b}");
        }
    }
    assert_eq!(compare_numbers("1.0", "1"), Some(std::cmp::Ordering::Equal));
    for text in [
        "", "abc", "1 ", " 1", "01", "\"1\"", "[1]", "true", "+1", "1,5",
    ] {
        assert_eq!(compare_numbers(text, "1"), None, "{text}");
    }
}

/// Malformed texts: the text and the byte offset of the problem.
const MALFORMED: &[(&str, usize)] = &[
    ("", 0),
    ("   ", 3),
    ("{", 1),
    ("[", 1),
    ("{\"a\"", 4),
    ("{\"a\":", 5),
    ("{\"a\":1", 6),
    ("{\"a\":1,", 7),
    ("[1,", 3),
    ("[1", 2),
    ("\"abc", 4),
    ("{\"abc", 5),
    ("\"a\\", 3),
    ("\"a\\u12", 6),
    ("tru", 3),
    ("[fals", 5),
    ("-", 1),
    ("1.", 2),
    ("1e", 2),
    ("1e+", 3),
    ("{\"a\":1,}", 7),
    ("[1,]", 3),
    ("[1, \n]", 5),
    ("{“a”: 1}", 1),
    ("{\"a\": “b”}", 6),
    ("{\"a\": «b»}", 6),
    ("{'a': 1}", 1),
    ("['a']", 1),
    ("{\"a\": `b`}", 6),
    ("{\"a\":1 \"b\":2}", 7),
    ("[1 2]", 3),
    ("{\"a\":{} \"b\":2}", 8),
    ("[\"a\" \"b\"]", 5),
    ("{\"a\" 1}", 5),
    ("{\"a\"}", 4),
    ("{\"a\"=1}", 4),
    ("{\"a\":}", 5),
    ("[,1]", 1),
    ("{a: 1}", 1),
    ("{1: 1}", 1),
    ("{,}", 1),
    ("{\"a\": NaN}", 6),
    ("[Infinity]", 1),
    ("[-Infinity]", 2),
    ("{\"a\": True}", 6),
    ("{\"a\": None}", 6),
    ("{\"a\": undefined}", 6),
    ("{\"a\": hello}", 6),
    ("[truth]", 1),
    ("[nullx]", 1),
    ("{} // x", 3),
    ("{\"a\":1 /* x */}", 7),
    ("[01]", 1),
    ("[-012]", 2),
    ("[+1]", 1),
    ("[.5]", 1),
    ("[1.]", 3),
    ("[1.e5]", 3),
    ("[1e]", 3),
    ("[-]", 2),
    ("\"a\nb\"", 2),
    ("\"a\tb\"", 2),
    ("\"a\u{1}\"", 2),
    ("\"\\x\"", 1),
    ("\"C:\\Users\"", 3),
    ("\"\\u12g4\"", 1),
    ("\"\\uЖ\"", 1),
    ("{}{}", 2),
    ("{} x", 3),
    ("1 2", 2),
    ("[1}", 2),
    ("{\"a\":1]", 6),
    ("<html></html>", 0),
    ("{\"a\":\u{a0}1}", 5),
    ("[*]", 1),
    ("]", 0),
];

#[test]
fn each_malformed_text_is_refused_at_its_position_with_words_in_both_languages() {
    assert!(MALFORMED.len() >= 60);
    for (text, offset) in MALFORMED {
        let error = pretty(text).expect_err(text);
        assert_eq!(error.position.offset, *offset as u64, "{text}: {error}");
        assert_ne!(
            error.message().text(Lang::En),
            error.message().text(Lang::Ru)
        );
        assert!(
            serde_json::from_str::<&RawValue>(text).is_err(),
            "{text} is refused by both"
        );
    }
}

#[test]
fn common_mistakes_are_named() {
    for (text, problem) in [
        ("{\"a\":1,}", &problems::TRAILING_COMMA),
        ("{“a”: 1}", &problems::CURLY_QUOTE),
        ("{'a': 1}", &problems::SINGLE_QUOTE),
        ("{a: 1}", &problems::UNQUOTED_KEY),
        ("{\"a\": True}", &problems::FOREIGN_WORD),
        ("[1, // x\n2]", &problems::COMMENT),
        ("<html>", &problems::MARKUP),
        ("[01]", &problems::LEADING_ZERO),
        ("{}{}", &problems::EXTRA_TEXT),
        ("\"C:\\Users\"", &problems::BAD_ESCAPE),
    ] {
        assert_eq!(scan(text).unwrap_err().problem, problem, "{text}");
    }
}

#[test]
fn a_pasted_example_is_refused_at_its_first_curly_quote() {
    let text = include_str!("../../../../tests/fixtures/samples/chatapp-doc-copy-paste-broken.txt");
    let error = scan(text).unwrap_err();
    assert_eq!(error.problem, &problems::CURLY_QUOTE);
}

#[test]
fn a_hundred_thousand_levels_are_read_compared_and_written() {
    const LEVELS: usize = 100_000;
    let arrays = format!("{}1.0{}", "[".repeat(LEVELS), "]".repeat(LEVELS));
    let other = arrays.replace("1.0", "1");
    assert!(scan(&arrays).is_ok());
    assert!(equal(&arrays, &other));
    assert!(!equal(&arrays, &arrays.replace("1.0", "2")));
    assert_eq!(compact(&pretty(&arrays).unwrap()).unwrap(), arrays);
    let objects = format!(
        "{}1{}",
        "{\"a\":0,\"a\":".repeat(LEVELS),
        "}".repeat(LEVELS)
    );
    let document = scan(&objects).unwrap();
    assert_eq!(document.annotations.len(), MAX_PER_KIND);
    assert!(
        document
            .annotations
            .iter()
            .all(|one| one.pointer.len() <= 2 * 257)
    );
    assert!(equal(&objects, &format!(" {objects}").replace(":0", ":1")));
    assert_eq!(compact(&objects).unwrap(), objects);
    assert_eq!(scan(&"[".repeat(LEVELS)).unwrap_err().offset, LEVELS);
    assert_eq!(
        scan(&"{\"a\":".repeat(LEVELS)).unwrap_err().offset,
        5 * LEVELS
    );
}

#[test]
fn repeated_keys_are_found_at_every_level_and_through_escapes() {
    let text = r#"{"a":1,"b":[{"x":1,"\u0078":2}],"a":3,"a/b":{"~":1,"~":2}}"#;
    let document = scan(text).unwrap();
    let found = document
        .annotations
        .iter()
        .map(|one| (one.pointer.as_str(), one.offset));
    let mut found = found.collect::<Vec<_>>();
    found.sort_unstable();
    assert_eq!(found, [("/a", 32), ("/a~1b/~0", 51), ("/b/0/x", 19)]);
}

#[test]
fn many_keys_stay_quick() {
    let keys = (0..200_000)
        .map(|n| format!("\"prefix__{n:06}__suffix__\":{n}"))
        .collect::<Vec<_>>();
    let mut text = format!("{{{}}}", keys.join(","));
    assert!(scan(&text).unwrap().annotations.is_empty());
    text.insert_str(1, "\"prefix__001999__suffix__\":null,");
    assert_eq!(scan(&text).unwrap().annotations.len(), 1);
    let same = format!("{{{}}}", vec!["\"a\":1"; 200_000].join(","));
    assert!(!scan(&same).unwrap().annotations.is_empty());
    assert!(equal(&same, "{\"a\":1.0}"));
}

#[test]
fn numbers_and_halves_of_characters_are_noted_with_pointers() {
    let text = r#"{"id":9007199254740993,"a":["\ud83c","\ud83c\udf55",1e999]}"#;
    let notes = scan(text).unwrap().annotations;
    let found = notes
        .iter()
        .map(|one| (one.kind, one.pointer.as_str()))
        .collect::<Vec<_>>();
    assert_eq!(
        found,
        [
            (AnnotationKind::InexactNumber, "/id"),
            (AnnotationKind::LoneSurrogate, "/a/0"),
            (AnnotationKind::InexactNumber, "/a/2"),
        ]
    );
}

#[test]
fn values_are_equal_whatever_their_spelling() {
    let (huge, larger) = ("9".repeat(60), format!("1{}", "0".repeat(60)));
    for (left, right) in [
        (
            r#"{"a":1,"b":[1.0,"x"]}"#,
            r#"{ "b": [1, "\u0078"], "a": 1e0 }"#,
        ),
        (r#"{"a":1,"a":2}"#, r#"{"a":2}"#),
        ("[[],{}]", "[ [ ], { } ]"),
        ("1.0", "1"),
        ("1e2", "100"),
        ("-0", "0"),
        ("0e99999999999999999999999999999999999999999", "0.000"),
        ("0.00120", "12e-4"),
        ("-15E-1", "-1.5"),
        (&format!("10e{huge}"), &format!("1e{larger}")),
        (&format!("0.1e-{huge}"), &format!("1e-{larger}")),
    ] {
        assert!(equal(left, right), "{left} = {right}");
    }
    for (left, right) in [
        ("[1,2]", "[2,1]"),
        ("[1]", "[1,1]"),
        (r#"{"a":1}"#, r#"{"a":1,"b":1}"#),
        (r#"{"a":1}"#, r#"{"b":1}"#),
        (r#""1""#, "1"),
        ("[]", "{}"),
        ("null", "false"),
        (r#""\ud800""#, r#""\ufffd""#),
        ("9007199254740993", "9007199254740992"),
        ("1e400", "1e401"),
        (&format!("1e{huge}"), &format!("1e-{huge}")),
    ] {
        assert!(!equal(left, right), "{left} ≠ {right}");
    }
}

#[test]
fn only_numbers_that_javascript_would_change_are_inexact() {
    for exact in [
        "9007199254740992",
        "0.1",
        "0.30000000000000004",
        "-0.0",
        "1.50",
        "549.0",
        "1e21",
    ] {
        assert!(!number::is_inexact(exact), "{exact}");
    }
    for lossy in [
        "9007199254740993",
        "0.10000000000000001",
        "0.1234567890123456789",
        "1e400",
        "1e-400",
    ] {
        assert!(number::is_inexact(lossy), "{lossy}");
    }
}

#[test]
fn pretty_text_is_indented_and_keeps_empty_containers_short() {
    let text = "{\"a\":[1,{}],\"b\":[],\"c\":1.50E+2}";
    let expected = "{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": [],\n  \"c\": 1.50E+2\n}";
    assert_eq!(pretty(text).unwrap(), expected);
}

/// Any JSON text, with spellings that a value model would lose.
fn json_text() -> impl Strategy<Value = String> {
    let number = prop_oneof![
        "-?(0|[1-9][0-9]{0,24})(\\.[0-9]{1,20})?([eE][+-]?[0-9]{1,3})?",
        any::<i64>().prop_map(|n| n.to_string()),
    ];
    let string = prop_oneof![
        any::<String>().prop_map(|s| serde_json::to_string(&s).unwrap()),
        "\"(\\\\u[0-9a-fA-F]{4}|[a-я ]|\\\\[nrtbf/\"\\\\]){0,6}\"",
    ];
    let leaf = prop_oneof![
        Just("null".to_owned()),
        Just("true".to_owned()),
        Just("false".to_owned()),
        number,
        string.clone()
    ];
    let space = "[ \n\r\t]{0,2}";
    leaf.prop_recursive(5, 48, 5, move |inner| {
        let items = proptest::collection::vec(inner.clone(), 0..5);
        let members = proptest::collection::vec((string.clone(), inner), 0..5);
        prop_oneof![
            (items, space)
                .prop_map(|(items, s)| format!("[{s}{}{s}]", items.join(&format!("{s},{s}")))),
            (members, space).prop_map(|(members, s)| {
                let members = members
                    .iter()
                    .map(|(key, value)| format!("{key}{s}:{s}{value}"));
                format!(
                    "{{{s}{}{s}}}",
                    members.collect::<Vec<_>>().join(&format!(",{s}"))
                )
            }),
        ]
    })
}

/// The numbers and strings of a text, in order.
fn scalars(text: &str) -> Vec<&str> {
    let (mut out, mut at, bytes) = (Vec::new(), 0, text.as_bytes());
    while at < bytes.len() {
        let start = at;
        at += 1;
        match bytes[start] {
            b'"' => {
                while bytes[at] != b'"' {
                    at += if bytes[at] == b'\\' { 2 } else { 1 };
                }
                at += 1;
            }
            b' ' | b'\n' | b'\r' | b'\t' | b',' | b':' | b'[' | b']' | b'{' | b'}' => continue,
            _ => {
                while at < bytes.len() && !b" \n\r\t,]}".contains(&bytes[at]) {
                    at += 1;
                }
            }
        }
        out.push(&text[start..at]);
    }
    out
}

proptest! {
    #[test]
    fn pretty_and_compact_keep_every_value_and_its_spelling(text in json_text()) {
        let pretty = pretty(&text).unwrap();
        let compact = compact(&pretty).unwrap();
        prop_assert_eq!(scalars(&text), scalars(&pretty));
        prop_assert_eq!(scalars(&text), scalars(&compact));
        prop_assert!(equal(&text, &pretty) && equal(&compact, &text));
        prop_assert_eq!(super::compact(&text).unwrap(), compact);
    }

    #[test]
    fn spans_are_the_values_as_serde_sees_them(text in json_text()) {
        let document = scan(&text).unwrap();
        if document.root == Kind::Array {
            let items: Vec<&RawValue> = serde_json::from_str(&text).unwrap();
            let spans = document.entries.iter().map(|member| member.value.of(&text));
            prop_assert!(spans.eq(items.iter().map(|item| item.get())));
        }
    }

    #[test]
    fn the_scanner_and_serde_agree_on_what_is_json(
        text in json_text(),
        cut in any::<prop::sample::Index>(),
        end in any::<prop::sample::Index>(),
        insert in "[\\[\\]{},:\"\\\\ 0-9eE.+\\-a-fnrtu\u{1}я]{0,3}",
    ) {
        let positions = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect::<Vec<_>>();
        let (a, b) = (positions[cut.index(positions.len())], positions[end.index(positions.len())]);
        let b = if b < a || b > a + 3 { a } else { b };
        let broken = format!("{}{insert}{}", &text[..a], &text[b..]);
        let theirs = serde_json::from_str::<&RawValue>(&broken);
        match (scan(&broken), theirs) {
            (Ok(_), Ok(_)) => {}
            (Err(ours), Err(theirs)) => {
                prop_assert!(ours.offset <= broken.len());
                prop_assert!(broken.is_char_boundary(ours.offset));
                let line = Position::in_text(&broken, ours.offset).line;
                // Theirs may be a word or a space further on.
                prop_assert!(line.abs_diff(theirs.line() as u64) <= 8);
            }
            (ours, theirs) => prop_assert!(false, "{broken:?}: {ours:?} and {theirs:?}"),
        }
    }

    #[test]
    fn no_text_makes_the_scanner_panic(text in any::<String>()) {
        prop_assert_eq!(scan(&text).is_ok(), serde_json::from_str::<&RawValue>(&text).is_ok());
    }

    #[test]
    fn equality_is_that_of_values(left in json_text(), right in json_text()) {
        use serde_json::Value;
        prop_assert!(equal(&left, &left));
        prop_assert_eq!(equal(&left, &right), equal(&right, &left));
        // Without numbers and odd strings their values compare alike.
        if let (Ok(a), Ok(b)) = (serde_json::from_str::<Value>(&left), serde_json::from_str::<Value>(&right))
            && a != b
        {
            prop_assert!(!equal(&left, &right) || left.contains(['.', 'e', 'E', '-']));
        }
    }
}

#[test]
fn brackets_alone_do_not_grow_without_bound() {
    let deep = format!("{}{}", "[".repeat(500_000), "]".repeat(500_000));
    let wide = format!("[{}1]", "[[[[[[[[[[1]]]]]]]]]],".repeat(50_000));
    for text in [deep, wide] {
        let laid_out = pretty(&text).unwrap();
        assert!(laid_out.len() < 20 * text.len(), "{}", laid_out.len());
        assert_eq!(compact(&laid_out).unwrap(), text);
    }
}

#[test]
fn numbers_with_nothing_before_the_point_are_told_however_they_are_written() {
    for (text, has_none) in [
        ("0", true),
        ("-0.0", true),
        ("0.5", true),
        ("-0.9", true),
        ("9e-1", true),
        ("0.05e1", true),
        ("1", false),
        ("-1.0", false),
        ("0.1e1", false),
        ("10e-1", false),
        ("0e999999999999999999999999999999999999999999", true),
        ("1e-999999999999999999999999999999999999999999", true),
        ("1e999999999999999999999999999999999999999999", false),
    ] {
        assert_eq!(has_no_whole_part(text), has_none, "{text}");
    }
}

#[test]
fn a_number_is_shown_as_javascript_holds_it() {
    for (text, held) in [
        ("9007199254740993", "9007199254740992"),
        ("-9007199254740993", "-9007199254740992"),
        ("0.1", "0.1"),
        ("1098.00", "1098"),
        ("123456789012345678901234", "1.2345678901234569e+23"),
        ("1e400", "Infinity"),
        ("-1e400", "-Infinity"),
        ("1e-400", "0"),
        ("0.0000001", "1e-7"),
        ("3.141592653589793238", "3.141592653589793"),
    ] {
        assert_eq!(in_javascript(text), held, "{text}");
    }
}
