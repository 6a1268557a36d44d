use proptest::prelude::*;

use messages::{Lang, Say};

use super::*;

mod comparisons;
mod moments;

/// 2026-11-22 10:30 in Moscow.
const MOSCOW: FilterTime = FilterTime {
    now: UtcMillis(1_795_332_600_000),
    zone: TimeZone::fixed(jiff::tz::offset(3)),
};

fn one(text: &str) -> Condition {
    let mut terms = parse_filter(text, &MOSCOW).unwrap().terms;
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
    for (text, condition) in [
        ("event:pay", Condition::Event(Wanted::part("pay"))),
        ("event:\"pay\"", Condition::Event(Wanted::whole("pay"))),
        ("EVENT:pay", Condition::Event(Wanted::part("pay"))),
        ("user:77", Condition::User(Wanted::part("77"))),
        ("user:\"\"", Condition::User(Wanted::whole(""))),
        ("status:500", Condition::Status { from: 500, to: 500 }),
        ("status:5xx", Condition::Status { from: 500, to: 599 }),
        ("status:500-504", Condition::Status { from: 500, to: 504 }),
        ("by:hand", Condition::By(AnsweredBy::Hand)),
        ("is:held", Condition::Is(Mark::State(State::Held))),
        ("is:pinned", Condition::Is(Mark::Pinned)),
        ("has:finding", Condition::Has(Having::Finding)),
        ("method:POST", Condition::Method("POST".into())),
        ("path:/a=b:c", Condition::Path(Wanted::part("/a=b:c"))),
        ("source:tunnel", Condition::Source(Source::Tunnel)),
        ("platform:graph", Condition::Platform(Platform::Graph)),
        ("bot:\"Бот 1\"", Condition::Bot("Бот 1".into())),
        (
            "body:\"текст \\\"в\\\" \\\\\"",
            Condition::Body("текст \"в\" \\".into()),
        ),
        ("note:x", Condition::Note("x".into())),
        ("id:0193", Condition::Id("0193".into())),
        ("of:0193", Condition::Of("0193".into())),
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
    let header = |value| Condition::Header {
        name: "x-id".into(),
        value,
    };
    assert_eq!(one("header.x-id:ab"), header(Wanted::part("ab")));
    assert_eq!(one("header.x-id:\"a b\""), header(Wanted::whole("a b")));
}

#[test]
fn a_variable_is_named_by_its_path_and_compared_in_four_ways() {
    for (text, path, sign, value) in [
        ("var.city=Казань", "city", "=", "Казань"),
        ("VAR.city:Казань", "city", "=", "Казань"),
        ("var.address.city=a,b", "address.city", "=", "a,b"),
        ("var.cart[*].sku~77", "cart[*].sku", "~", "77"),
        ("var.total>=100", "total", ">=", "100"),
        ("var.total<-1.5e3", "total", "<", "-1.5e3"),
        (
            "var.\"my city\"=\"Нижний Новгород\"",
            "\"my city\"",
            "=\"",
            "Нижний Новгород",
        ),
        ("var.a.\"b=c\"=1", "a.\"b=c\"", "=", "1"),
    ] {
        let Condition::Variable { path: read, test } = one(text) else {
            panic!("{text}");
        };
        assert_eq!(
            (read.text(), test.sign(), test.text()),
            (path, sign, value),
            "{text}"
        );
    }
}

#[test]
fn commas_between_values_mean_or() {
    let any = Condition::Any;
    assert_eq!(
        one("event:pay,\"start, again\""),
        any(vec![
            Condition::Event(Wanted::part("pay")),
            Condition::Event(Wanted::whole("start, again")),
        ])
    );
    assert_eq!(
        one("status:5xx,200"),
        any(vec![
            Condition::Status { from: 500, to: 599 },
            Condition::Status { from: 200, to: 200 },
        ])
    );
    assert_eq!(
        one("by:hand,"),
        Condition::By(AnsweredBy::Hand),
        "while it is typed"
    );
    assert_eq!(
        one("body:a,b"),
        Condition::Body("a,b".into()),
        "a text may have commas"
    );
    assert!(parse_filter("by:hand,me", &MOSCOW).is_err());
}

#[test]
fn words_that_are_operators_elsewhere_are_found_with_a_note() {
    for (text, notes) in [
        ("pay OR start", 1),
        ("not event:pay and b", 2),
        ("a ИЛИ б OR or", 3),
        ("OR OR", 1),
        ("\"OR\" nor и event:or", 0),
    ] {
        assert_eq!(
            parse_filter(text, &MOSCOW).unwrap().notes.len(),
            notes,
            "{text}"
        );
    }
    let note = &parse_filter("a OR b", &MOSCOW).unwrap().notes[0];
    assert!(note.text(Lang::En).contains("comma"), "{note}");
    assert!(note.text(Lang::Ru).contains("запятая"), "{note}");
}

#[test]
fn conditions_are_bounded_and_nul_is_refused() {
    assert!(parse_filter(&"a ".repeat(100), &MOSCOW).is_ok());
    for text in [
        "a ".repeat(1000),
        format!("event:{}", "a,".repeat(1000)),
        "a\0b".to_owned(),
    ] {
        parse_filter(&text, &MOSCOW).unwrap_err();
    }
}

#[test]
fn terms_stand_side_by_side_and_a_minus_negates() {
    let filter = parse_filter("  event:pay -is:held -\"a b\" слово ", &MOSCOW).unwrap();
    let negated = filter
        .terms
        .iter()
        .map(|term| term.negated)
        .collect::<Vec<_>>();
    assert_eq!(negated, [false, true, true, false]);
    assert!(parse_filter("", &MOSCOW).unwrap().is_empty());
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
    assert_eq!(moment("at>1h"), "2026-11-22T06:30:00.000Z");
    assert_eq!(moment("at>-30мин"), "2026-11-22T07:00:00.000Z");
    assert_eq!(
        moment("at>=30.11"),
        "2025-11-29T21:00:00.000Z",
        "the last one"
    );
    assert_eq!(
        moment("at<23.11"),
        "2026-11-22T21:00:00.000Z",
        "tomorrow, and not a day of last year"
    );
    assert_eq!(moment("at<29.11"), "2026-11-28T21:00:00.000Z");
    assert_eq!(moment("at>=21.11"), "2026-11-20T21:00:00.000Z");
    for noon in ["at>\"вчера 12:00\"", "at>\"yesterday 12:00\""] {
        assert_eq!(moment(noon), "2026-11-21T09:00:00.000Z");
    }
    assert_eq!(
        moment("at<=21.11"),
        "2026-11-21T21:00:00.000Z",
        "with the day"
    );
}

#[test]
fn a_day_a_minute_and_a_stretch_follow_a_colon() {
    let span = |text: &str| match one(text) {
        Condition::AtSpan { from, until } => format!("{from} {until}"),
        other => panic!("{other:?}"),
    };
    let day = "2026-11-20T21:00:00.000Z 2026-11-21T21:00:00.000Z";
    for text in [
        "at:yesterday",
        "at:вчера",
        "at:Вчера",
        "at:2026-11-21",
        "at:21.11",
        "at:21.11.2026",
        "at:21.11.26",
        "at=21.11",
    ] {
        assert_eq!(span(text), day, "{text}");
    }
    assert_eq!(span("at:today"), span("at:сегодня"));
    assert_eq!(
        span("at:10:00"),
        "2026-11-22T07:00:00.000Z 2026-11-22T07:01:00.000Z"
    );
    assert_eq!(
        span("at:2026-11-22T07:00:05Z"),
        "2026-11-22T07:00:05.000Z 2026-11-22T07:00:06.000Z"
    );
    assert_eq!(
        span("at:2h"),
        "2026-11-22T05:30:00.000Z 2026-11-22T07:30:00.000Z"
    );
    assert!(matches!(one("at:today,yesterday"), Condition::Any(days) if days.len() == 2));
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
        ("at:noon", 3, 4, "at>12:00"),
        ("at:31.02", 3, 4, "at>12:00"),
        ("duration:5", 8, 9, "duration>100"),
        ("at>noon", 3, 4, "at>12:00"),
        ("duration>-1", 9, 10, "duration>100"),
        ("event>5", 5, 6, "colon"),
        ("event:", 6, 7, "event:pay"),
        ("var.=x", 0, 1, "name"),
        ("var.a>b", 6, 7, "number"),
        ("var..a=5", 0, 1, "path"),
        ("header.a>5", 8, 9, "header.x-id"),
        ("x \"abc", 2, 3, "not closed"),
        ("body:\"abc\\\"", 5, 6, "not closed"),
    ] {
        let error = parse_filter(text, &MOSCOW).unwrap_err();
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
        text in prop_oneof![any::<String>(), "[a-z.:<>=\"\\\\ 0-9-]{0,20}", "(at|size|status|var\\.[a\\[\".]{0,4}|header\\.a)[:<>=~]{1,2}[0-9T:.+Z,h \"-]{0,20}"],
        now in any::<i64>(),
        hours in -25i8..=25,
    ) {
        match parse_filter(&text, &FilterTime { now: UtcMillis(now), zone: TimeZone::fixed(jiff::tz::offset(hours)) }) {
            Ok(filter) => prop_assert!(filter.terms.len() <= text.len()),
            Err(error) => prop_assert!(text.is_char_boundary(error.offset)),
        }
    }

    #[test]
    fn a_quoted_text_is_found_back(text in any::<String>(), negated in any::<bool>()) {
        let quoted = text.replace('\\', "\\\\").replace('"', "\\\"");
        let minus = if negated { "-" } else { "" };
        let filter = parse_filter(&format!("{minus}\"{quoted}\""), &MOSCOW).unwrap();
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
        let terms = parse_filter(key.example, &MOSCOW).unwrap().terms;
        let free = |term: &Term| matches!(term.condition, Condition::Text(_));
        assert!(!terms.iter().any(free), "{}", key.example);
    }
    for (name, values) in filter_values() {
        for value in values {
            one(&format!("{name}:{value}"));
        }
    }
}
