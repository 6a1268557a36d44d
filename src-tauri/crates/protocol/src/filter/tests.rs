use proptest::prelude::*;

use messages::{Lang, Say};

use super::*;

/// 2026-11-22 10:30 in Moscow.
const MOSCOW: FilterTime = FilterTime {
    now: UtcMillis(1_795_332_600_000),
    offset_minutes: 180,
};

fn one(text: &str) -> Condition {
    let mut terms = parse_filter(text, MOSCOW).unwrap().terms;
    assert_eq!(terms.len(), 1, "{text}");
    terms.remove(0).condition
}

fn moment(text: &str) -> String {
    match one(text) {
        Condition::At(_, at) => at.to_string(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_key_is_understood() {
    let named = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    for (text, condition) in [
        ("event:pay", Condition::Event("pay".into())),
        ("EVENT:pay", Condition::Event("pay".into())),
        ("user:77", Condition::User("77".into())),
        ("user:\"\"", Condition::User(String::new())),
        ("status:500", Condition::Status { from: 500, to: 500 }),
        ("status:5xx", Condition::Status { from: 500, to: 599 }),
        ("status:500-504", Condition::Status { from: 500, to: 504 }),
        ("by:hand", Condition::By(AnsweredBy::Hand)),
        ("is:held", Condition::Is(Mark::State(State::Held))),
        ("is:pinned", Condition::Is(Mark::Pinned)),
        ("has:finding", Condition::Has(Having::Finding)),
        ("method:POST", Condition::Method("POST".into())),
        ("path:/a=b:c", Condition::Path("/a=b:c".into())),
        ("source:tunnel", Condition::Source(Source::Tunnel)),
        ("platform:graph", Condition::Platform(Platform::Graph)),
        ("bot:\"Бот 1\"", Condition::Bot("Бот 1".into())),
        (
            "body:\"текст \\\"в\\\" \\\\\"",
            Condition::Body("текст \"в\" \\".into()),
        ),
        ("note:x", Condition::Note("x".into())),
        ("id:0193", Condition::Id("0193".into())),
        (
            "duration>100",
            Condition::Duration(Comparison::Greater, 100.0),
        ),
        (
            "duration<=0.5ms",
            Condition::Duration(Comparison::AtMost, 0.5),
        ),
        ("size>=1000", Condition::Size(Comparison::AtLeast, 1000)),
        ("text", Condition::Text("text".into())),
        ("\"a:b c\"", Condition::Text("a:b c".into())),
        ("-", Condition::Text("-".into())),
    ] {
        assert_eq!(one(text), condition, "{text}");
    }
    let (name, value) = named("city", "Казань");
    assert_eq!(one("var.city=Казань"), Condition::Variable { name, value });
    let (name, value) = named("x-id", "a b");
    assert_eq!(
        one("header.x-id:\"a b\""),
        Condition::Header { name, value }
    );
}

#[test]
fn terms_stand_side_by_side_and_a_minus_negates() {
    let filter = parse_filter("  event:pay -is:held -\"a b\" слово ", MOSCOW).unwrap();
    let negated = filter
        .terms
        .iter()
        .map(|term| term.negated)
        .collect::<Vec<_>>();
    assert_eq!(negated, [false, true, true, false]);
    assert!(parse_filter("", MOSCOW).unwrap().is_empty());
}

#[test]
fn times_are_local_unless_they_say_otherwise() {
    assert_eq!(moment("at>12:00"), "2026-11-22T09:00:00.000Z");
    assert_eq!(moment("at<1:05:07.250"), "2026-11-21T22:05:07.250Z");
    assert_eq!(moment("at>=2026-11-22"), "2026-11-21T21:00:00.000Z");
    assert_eq!(moment("at>2026-11-22T05:00"), "2026-11-22T02:00:00.000Z");
    assert_eq!(
        moment("at>2026-11-22T05:00:00Z"),
        "2026-11-22T05:00:00.000Z"
    );
    assert_eq!(moment("at>2026-11-22T05:00Z"), "2026-11-22T05:00:00.000Z");
    assert_eq!(
        moment("at>2026-11-22T05:00:00.5+03:00"),
        "2026-11-22T02:00:00.500Z"
    );
}

#[test]
fn what_cannot_be_understood_is_explained_at_its_position() {
    for (text, offset, column, words) in [
        ("событие colour:red", 15, 9, "quotes"),
        ("a:b", 0, 1, "event: user:"),
        ("-colour:red", 1, 2, "quotes"),
        ("status:abc", 7, 8, "5xx"),
        ("status:599-500", 7, 8, "5xx"),
        ("by:me", 3, 4, "hand"),
        ("is:open", 3, 4, "held"),
        ("has:x", 4, 5, "warning"),
        ("at:12:00", 2, 3, "at>"),
        ("at>noon", 3, 4, "at>12:00"),
        ("duration>-1", 9, 10, "duration>100"),
        ("event>5", 5, 6, "colon"),
        ("event:", 6, 7, "event:pay"),
        ("var.=x", 0, 1, "name"),
        ("var.a>5", 5, 6, "var.city"),
        ("x \"abc", 2, 3, "not closed"),
        ("body:\"abc\\\"", 5, 6, "not closed"),
    ] {
        let error = parse_filter(text, MOSCOW).unwrap_err();
        assert_eq!(
            (error.offset, error.column),
            (offset, column),
            "{text}: {error}"
        );
        assert!(error.to_string().contains(words), "{text}: {error}");
        assert!(
            error
                .message()
                .text(Lang::Ru)
                .chars()
                .any(|c| ('а'..='я').contains(&c)),
            "{text}"
        );
    }
}

proptest! {
    #[test]
    fn no_text_makes_the_parser_panic(
        text in prop_oneof![any::<String>(), "[a-z.:<>=\"\\\\ 0-9-]{0,20}", "(at|size|status|var\\.a)[:<>=]{1,2}[0-9T:.+Z-]{0,20}"],
        now in any::<i64>(),
        offset_minutes in any::<i32>(),
    ) {
        match parse_filter(&text, FilterTime { now: UtcMillis(now), offset_minutes }) {
            Ok(filter) => prop_assert!(filter.terms.len() <= text.len()),
            Err(error) => prop_assert!(text.is_char_boundary(error.offset)),
        }
    }

    #[test]
    fn a_quoted_text_is_found_back(text in any::<String>(), negated in any::<bool>()) {
        let quoted = text.replace('\\', "\\\\").replace('"', "\\\"");
        let minus = if negated { "-" } else { "" };
        let filter = parse_filter(&format!("{minus}\"{quoted}\""), MOSCOW).unwrap();
        let condition = Condition::Text(text);
        prop_assert_eq!(filter.terms, vec![Term { negated, condition }]);
    }
}

#[test]
fn what_the_messages_and_the_document_say_of_a_key_is_right() {
    for name in "event user status by is has method path source platform bot body note id at \
                 duration size var header"
        .split_whitespace()
    {
        let key = keys::find(name).unwrap_or_else(|| panic!("{name} is no key"));
        assert!(keys::list().contains(name), "{name}");
        let terms = parse_filter(key.example, MOSCOW).unwrap().terms;
        let free = |term: &Term| matches!(term.condition, Condition::Text(_));
        assert!(!terms.iter().any(free), "{}", key.example);
    }
    for (name, values) in filter_values() {
        for value in values {
            one(&format!("{name}:{value}"));
        }
    }
}
