use proptest::prelude::*;
use serde_json::value::RawValue;

use super::*;

/// Malformed texts: the text, the byte offset of the trouble, and a part of the words.
const MALFORMED: &[(&str, usize, &str)] = &[
    ("", 0, "no text"),
    ("   ", 3, "no text"),
    ("{", 1, "closing }"),
    ("[", 1, "closing ]"),
    ("{\"a\"", 4, "closing }"),
    ("{\"a\":", 5, "closing }"),
    ("{\"a\":1", 6, "closing }"),
    ("{\"a\":1,", 7, "closing }"),
    ("[1,", 3, "closing ]"),
    ("[1", 2, "closing ]"),
    ("\"abc", 4, "inside a string"),
    ("{\"abc", 5, "inside a string"),
    ("\"a\\", 3, "inside a string"),
    ("\"a\\u12", 6, "inside a string"),
    ("tru", 3, "inside a number or a word"),
    ("[fals", 5, "inside a number or a word"),
    ("-", 1, "inside a number or a word"),
    ("1.", 2, "inside a number or a word"),
    ("1e", 2, "inside a number or a word"),
    ("1e+", 3, "inside a number or a word"),
    ("{\"a\":1,}", 7, "Remove the comma"),
    ("[1,]", 3, "Remove the comma"),
    ("[1, \n]", 5, "Remove the comma"),
    ("{“a”: 1}", 1, "typographic quotes"),
    ("{\"a\": “b”}", 6, "typographic quotes"),
    ("{\"a\": «b»}", 6, "typographic quotes"),
    ("{'a': 1}", 1, "double quotes"),
    ("['a']", 1, "double quotes"),
    ("{\"a\": `b`}", 6, "double quotes"),
    ("{\"a\":1 \"b\":2}", 7, "comma is missing"),
    ("[1 2]", 3, "comma is missing"),
    ("{\"a\":{} \"b\":2}", 8, "comma is missing"),
    ("[\"a\" \"b\"]", 5, "comma is missing"),
    ("{\"a\" 1}", 5, "colon is missing"),
    ("{\"a\"}", 4, "colon is missing"),
    ("{\"a\"=1}", 4, "colon is missing"),
    ("{\"a\":}", 5, "value is missing"),
    ("[,1]", 1, "value is missing"),
    ("{a: 1}", 1, "key in double quotes"),
    ("{1: 1}", 1, "key in double quotes"),
    ("{,}", 1, "key in double quotes"),
    ("{\"a\": NaN}", 6, "no NaN"),
    ("[Infinity]", 1, "no NaN"),
    ("[-Infinity]", 2, "no NaN"),
    ("{\"a\": True}", 6, "Python"),
    ("{\"a\": None}", 6, "Python"),
    ("{\"a\": undefined}", 6, "undefined"),
    ("{\"a\": hello}", 6, "needs double quotes"),
    ("[truth]", 1, "needs double quotes"),
    ("[nullx]", 1, "needs double quotes"),
    ("{} // x", 3, "no comments"),
    ("{\"a\":1 /* x */}", 7, "no comments"),
    ("[01]", 2, "extra 0"),
    ("[-012]", 3, "extra 0"),
    ("[+1]", 1, "begin with +"),
    ("[.5]", 1, "digit on both sides"),
    ("[1.]", 3, "digit on both sides"),
    ("[1.e5]", 3, "digit on both sides"),
    ("[1e]", 3, "digit is expected"),
    ("[-]", 2, "digit is expected"),
    ("\"a\nb\"", 2, "line break"),
    ("\"a\tb\"", 2, "control character"),
    ("\"a\u{1}\"", 2, "control character"),
    ("\"\\x\"", 1, "escape is unknown"),
    ("\"C:\\Users\"", 3, "escape is unknown"),
    ("\"\\u12g4\"", 5, "four digits"),
    ("\"\\uЖ\"", 3, "four digits"),
    ("{}{}", 2, "complete here"),
    ("{} x", 3, "complete here"),
    ("1 2", 2, "complete here"),
    ("[1}", 2, "does not fit"),
    ("{\"a\":1]", 6, "does not fit"),
    ("<html></html>", 0, "HTML"),
    ("{\"a\":\u{a0}1}", 5, "unusual space"),
    ("[*]", 1, "cannot stand here"),
    ("]", 0, "value is missing"),
];

#[test]
fn each_malformed_text_is_refused_at_its_place_with_words_that_help() {
    assert!(MALFORMED.len() >= 60);
    for (text, offset, words) in MALFORMED {
        let error = scan(text).expect_err(text);
        assert_eq!(error.offset, *offset, "{text}: {}", error.reason.en);
        assert!(error.reason.en.contains(words), "{text}: {}", error.reason.en);
        assert!(serde_json::from_str::<&RawValue>(text).is_err(), "{text} is refused by both");
        let finding = pretty(text).expect_err(text);
        assert_eq!(finding.code, Code::JsonSyntax);
        assert_eq!(finding.place.map(|place| place.offset), Some(*offset as u64));
    }
}

#[test]
fn a_pasted_example_is_refused_at_its_first_curly_quote() {
    let text = include_str!("../../../../../tests/fixtures/samples/chatapp-doc-copy-paste-broken.txt");
    let error = scan(text).unwrap_err();
    assert!(error.reason.en.contains("typographic"), "{}", error.reason.en);
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

    let objects = format!("{}1{}", "{\"a\":0,\"a\":".repeat(LEVELS), "}".repeat(LEVELS));
    let document = scan(&objects).unwrap();
    assert_eq!(document.counts[IssueKind::DuplicateKey as usize], LEVELS);
    assert_eq!(document.issues.len(), MAX_ISSUES);
    assert!(document.issues.iter().all(|issue| issue.pointer.len() <= 2 * 256));
    assert!(equal(&objects, &format!(" {objects}")));
    assert_eq!(compact(&objects).unwrap(), objects);

    assert_eq!(scan(&"[".repeat(LEVELS)).unwrap_err().offset, LEVELS);
    assert_eq!(scan(&"{\"a\":".repeat(LEVELS)).unwrap_err().offset, 5 * LEVELS);
    assert_eq!(scan(&"[".repeat(300_000)).unwrap_err().offset, 250_000);
}

#[test]
fn repeated_keys_are_found_at_every_level_and_through_escapes() {
    let text = r#"{"a":1,"b":[{"x":1,"\u0078":2}],"a":3,"a/b":{"~":1,"~":2}}"#;
    let document = scan(text).unwrap();
    let found = document.issues.iter().map(|issue| (issue.pointer.as_str(), issue.span.start));
    let expected = [("/b/0/x", 19), ("/a~1b/~0", 51), ("/a", 32)];
    assert_eq!(found.collect::<Vec<_>>(), expected);
    assert!(document.repeats);
    assert!(!scan(r#"{"a":{"b":1,"b":2}}"#).unwrap().repeats);
}

#[test]
fn keys_that_only_look_alike_are_not_repeated() {
    let keys = (0..2000).map(|n| format!("\"prefix__{n:05}__suffix__\":{n}")).collect::<Vec<_>>();
    let mut text = format!("{{{}}}", keys.join(","));
    assert_eq!(scan(&text).unwrap().counts, [0; 4]);
    text.insert_str(1, "\"prefix__01999__suffix__\":null,");
    assert_eq!(scan(&text).unwrap().counts, [1, 0, 0, 0]);
}

#[test]
fn numbers_and_halves_of_characters_are_noted_with_pointers() {
    let text = r#"{"id":9007199254740993,"a":["\ud83c","\ud83c\udf55",1e999]}"#;
    let issues = scan(text).unwrap().issues;
    let found = issues.iter().map(|issue| (issue.kind, issue.pointer.as_str())).collect::<Vec<_>>();
    assert_eq!(
        found,
        [
            (IssueKind::InexactNumber, "/id"),
            (IssueKind::LoneSurrogate, "/a/0"),
            (IssueKind::InexactNumber, "/a/2"),
        ]
    );
}

#[test]
fn values_are_equal_whatever_their_spelling() {
    for (left, right) in [
        (r#"{"a":1,"b":[1.0,"x"]}"#, r#"{ "b": [1, "\u0078"], "a": 1e0 }"#),
        (r#"{"a":1,"a":2}"#, r#"{"a":2}"#),
        ("[[],{}]", "[ [ ], { } ]"),
        ("null", " null "),
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
    ] {
        assert!(!equal(left, right), "{left} ≠ {right}");
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
    let leaf =
        prop_oneof![Just("null".to_owned()), Just("true".to_owned()), Just("false".to_owned()), number, string.clone()];
    let space = "[ \n\r\t]{0,2}";
    leaf.prop_recursive(5, 48, 5, move |inner| {
        let items = proptest::collection::vec(inner.clone(), 0..5);
        let members = proptest::collection::vec((string.clone(), inner), 0..5);
        prop_oneof![
            (items, space).prop_map(|(items, s)| format!("[{s}{}{s}]", items.join(&format!("{s},{s}")))),
            (members, space).prop_map(|(members, s)| {
                let members = members.iter().map(|(key, value)| format!("{key}{s}:{s}{value}"));
                format!("{{{s}{}{s}}}", members.collect::<Vec<_>>().join(&format!(",{s}")))
            }),
        ]
    })
}

/// The numbers and strings of a text, in order.
fn scalars(text: &str) -> Vec<&str> {
    format::tokens(text)
        .filter_map(|token| match token {
            format::Token::Key(raw) | format::Token::Scalar(raw) => Some(raw),
            _ => None,
        })
        .collect()
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
        prop_assert_eq!(document.span.of(&text), text.trim());
        if document.kind == ValueKind::Array {
            let items: Vec<&RawValue> = serde_json::from_str(&text).unwrap();
            let spans = document.members.iter().map(|member| member.value.of(&text));
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
        let places = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect::<Vec<_>>();
        let (a, b) = (places[cut.index(places.len())], places[end.index(places.len())]);
        let b = if b < a || b > a + 3 { a } else { b };
        let broken = format!("{}{insert}{}", &text[..a], &text[b..]);
        let theirs = serde_json::from_str::<&RawValue>(&broken);
        match (scan(&broken), theirs) {
            (Ok(_), Ok(_)) => {}
            (Err(ours), Err(theirs)) => {
                prop_assert!(ours.offset <= broken.len());
                prop_assert!(broken.is_char_boundary(ours.offset));
                let line = Place::in_text(&broken, ours.offset).line;
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
