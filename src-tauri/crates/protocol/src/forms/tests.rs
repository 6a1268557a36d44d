use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::name::Step;
use super::*;

/// What PHP 8.2 (`parse_str`) and qs 6.17.1 with NocoBase's options made of each input.
const RECORDED: &str = include_str!("../../../../../tests/fixtures/form-readers.json");

fn read(input: &str) -> FormReadings {
    FormReadings::of(input.as_bytes())
}

/// Bytes that are no text are one sign or several, as the reader counts.
fn with_one_sign_for_lost_bytes(json: &str) -> String {
    let mut text = json.to_owned();
    while text.contains("\u{fffd}\u{fffd}") {
        text = text.replace("\u{fffd}\u{fffd}", "\u{fffd}");
    }
    text
}

#[test]
fn php_and_qs_are_read_as_they_read_themselves() {
    let recorded: Vec<[String; 3]> = serde_json::from_str(RECORDED).unwrap();
    assert!(recorded.len() > 150);
    for [input, php, qs] in recorded {
        let ours = read(&input);
        assert_eq!(
            with_one_sign_for_lost_bytes(&ours.php),
            with_one_sign_for_lost_bytes(&php),
            "PHP: {input}"
        );
        assert_eq!(ours.qs, qs, "qs: {input}");
    }
}

/// What the reader of forms of NocoBase's server (co-body 6.2, qs 6.17.1) made of each input.
#[test]
fn a_form_of_nocobase_takes_dots_for_levels() {
    for (input, wanted) in [
        ("user.name=1", r#"{"user":{"name":"1"}}"#),
        ("a", r#"{"a":""}"#),
        ("a.b[c.d]=1&a.b=2", r#"{"a":{"b":[{"c.d":"1"},"2"]}}"#),
        (
            "a..b=1&.c=2&d.=3&e.[f]=4",
            r#"{"a.":{"b":"1"},"c":"2","d.":"3","e.":{"f":"4"}}"#,
        ),
        ("a[25]=x&b[19]=y", r#"{"a":{"25":"x"},"b":["y"]}"#),
        ("a]b.c[d].e=1", r#"{"a]b":{"c":{"d":{"e":"1"}}}}"#),
    ] {
        let ours = read_qs(input.as_bytes(), QsOptions::NOCOBASE_FORM).json();
        assert_eq!(ours, wanted, "{input}");
    }
}

#[test]
fn the_whatwgs_rules_keep_every_pair_in_its_order() {
    for (input, wanted) in [
        (
            "user[name]=1&user.name=2",
            r#"[["user[name]","1"],["user.name","2"]]"#,
        ),
        ("a=1&a=2&&b", r#"[["a","1"],["a","2"],["b",""]]"#),
        (
            "=x&%D0%B9+=%zz%FF",
            "[[\"\",\"x\"],[\"й \",\"%zz\u{fffd}\"]]",
        ),
        ("", "[]"),
    ] {
        assert_eq!(read(input).whatwg, wanted, "{input}");
    }
}

#[test]
fn each_parameter_has_its_place() {
    let input = "&a=1&&b[c]=%20=&d&=e";
    let found: Vec<_> = parameters(input.as_bytes())
        .map(|one| (&input[one.name], one.value.map(|value| &input[value])))
        .collect();
    let wanted = [
        ("a", Some("1")),
        ("b[c]", Some("%20=")),
        ("d", None),
        ("", Some("e")),
    ];
    assert_eq!(found, wanted);
}

#[test]
fn php_and_qs_stop_at_a_thousand_parameters_and_php_at_64_levels() {
    let many: Vec<String> = (0..100_000).map(|index| format!("k{index}=1")).collect();
    let ours = read(&many.join("&"));
    for json in [&ours.php, &ours.qs] {
        let members: serde_json::Map<String, serde_json::Value> =
            serde_json::from_str(json).unwrap();
        assert_eq!(members.len(), 1000);
        assert!(members.contains_key("k999"));
    }
    let pairs: Vec<[String; 2]> = serde_json::from_str(&ours.whatwg).unwrap();
    assert_eq!(pairs.len(), 100_000);
    let brackets = |count| format!("a=5&a{}=1&z=1", "[b]".repeat(count));
    assert!(read(&brackets(64)).php.contains(r#""b":"1""#));
    assert_eq!(read(&brackets(65)).php, r#"{"z":"1"}"#);
    assert_eq!(read(&brackets(1_000_000)).php, r#"{"z":"1"}"#);
}

#[test]
fn a_long_list_of_qs_becomes_an_object() {
    let list = |count: usize| {
        let items: Vec<String> = (0..count).map(|index| format!("a[]={index}")).collect();
        read(&items.join("&")).qs
    };
    assert!(list(100).starts_with(r#"{"a":["0","1","#));
    assert!(list(101).starts_with(r#"{"a":{"0":"0","1":"1","#));
}

#[test]
fn brackets_and_dots_lead_down_and_what_is_neither_stays() {
    let key = |key: &str| Step::Key(key.to_owned());
    for (name, root, steps) in [
        ("name", "name", vec![]),
        ("user.name", "user", vec![key("name")]),
        (
            "user[name].x[]",
            "user",
            vec![key("name"), key("x"), Step::Next],
        ),
        ("a[b.c]", "a", vec![key("b.c")]),
        ("a[b", "a[b", vec![]),
        ("a..b", "a..b", vec![]),
        (".a", ".a", vec![]),
        ("a.", "a.", vec![]),
        ("[a]", "[a]", vec![]),
        ("a[b]c", "a[b]c", vec![]),
    ] {
        assert_eq!(nested_name(name), (root.to_owned(), steps), "{name}");
    }
    let (_, steps) = nested_name(&format!("a{}", ".b".repeat(1000)));
    assert_eq!(steps.len(), 33);
}

/// Names and values of a form, mostly of what means something in them.
fn forms() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        3 => "[ab\\[\\]=&.+%0-9 ]{0,40}",
        1 => "\\PC{0,20}",
        1 => "(a|b)(\\[(a|b|0|1|)\\]){0,80}=x",
    ];
    prop::collection::vec(part, 0..12).prop_map(|parts| parts.join("&"))
}

proptest! {
    #[test]
    fn any_form_has_three_readings_that_are_json(input in forms(), extra in any::<Vec<u8>>()) {
        let mut bytes = input.into_bytes();
        bytes.extend(extra);
        let ours = FormReadings::of(&bytes);
        for json in [&ours.php, &ours.qs] {
            let value: serde_json::Value = serde_json::from_str(json).unwrap();
            prop_assert!(value.is_object());
        }
        let pairs: Vec<[String; 2]> = serde_json::from_str(&ours.whatwg).unwrap();
        prop_assert_eq!(pairs.len(), parameters(&bytes).count());
    }

    #[test]
    fn a_name_without_brackets_reads_the_same_to_all(
        pairs in prop::collection::btree_map("k[a-z]{0,8}", "\\PC{0,12}", 0..20),
    ) {
        let mut form = form_urlencoded::Serializer::new(String::new());
        let form = form.extend_pairs(&pairs).finish();
        let ours = read(&form);
        let wanted = serde_json::to_value(&pairs).unwrap();
        for json in [&ours.php, &ours.qs] {
            let value: serde_json::Value = serde_json::from_str(json).unwrap();
            prop_assert_eq!(&value, &wanted);
        }
    }
}

/// The budget is 50 ms in a release build; this is for a debug build on a busy machine, and for
/// what is not linear.
#[test]
fn ten_thousand_nested_keys_and_a_bomb_of_brackets_take_no_time() {
    let nested: Vec<String> = (0..10_000)
        .map(|index| format!("user[{index}][name][first]=x"))
        .collect();
    let bomb = "[".repeat(1 << 20);
    let lists = "a[]=".repeat(1 << 18);
    for input in [nested.join("&"), bomb.clone(), format!("a{bomb}=1"), lists] {
        let start = Instant::now();
        let ours = read(&input);
        assert!(
            start.elapsed() < Duration::from_secs(5),
            "{:?}",
            start.elapsed()
        );
        assert!(!ours.whatwg.is_empty());
    }
}
