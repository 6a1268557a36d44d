use proptest::prelude::*;
use protocol::{MessageTurn, Platform, State};
use serde_json::{Map, Value, json};

use super::*;

/// A turn of Graph's, of a message of its own or of one that several have.
fn told(number: u32, body: &str, answer: Option<(u16, &str)>) -> ReadTurn {
    let request = Request {
        body: body.to_owned().into(),
        ..Request::default()
    };
    let answer = answer.map(|(status, body)| Answer::json(status, body.to_owned()));
    let message = (number > 0).then(|| MessageTurn {
        number,
        ..MessageTurn::default()
    });
    let summary = Summary {
        platform: Platform::Graph,
        state: State::Answered,
        message,
        ..Summary::default()
    };
    ReadTurn::new(&summary, &request, answer.as_ref())
}

fn proved(body: &str, answer: (u16, &str), next: &str) -> Proved {
    let answered = told(0, body, Some(answer));
    prove(answered.turn(), told(0, next, None).turn(), false)
}

fn chained(body: &str, answer: (u16, &str), next: &str) -> Proved {
    let (answered, next) = (told(1, body, Some(answer)), told(2, next, None));
    prove(answered.turn(), next.turn(), false)
}

fn verdicts(proved: &Proved) -> Vec<(&str, Verdict)> {
    let proofs = proved.proofs.iter();
    proofs
        .map(|proof| (proof.name.as_str(), proof.verdict))
        .collect()
}

fn codes(proved: &Proved) -> Vec<(&'static str, String)> {
    let findings = proved.findings().into_iter();
    findings
        .map(|one| (one.code.as_str(), one.pointer))
        .collect()
}

fn seen(proved: &Proved) -> Vec<(InferredRule, bool)> {
    let rules = InferredRule::ALL.into_iter();
    rules
        .filter_map(|rule| Some((rule, proved.evidence.of(rule)?)))
        .collect()
}

#[test]
fn each_variable_has_the_verdict_of_its_worst_part() {
    for (sent, came, verdict) in [
        ("\"a\"", "\"\\u0061\"", Verdict::Kept),
        ("{\"a\": 1, \"b\": []}", "{\"b\":[],\"a\":1}", Verdict::Kept),
        ("1.0", "1", Verdict::SameNumber),
        ("1e3", "1000", Verdict::SameNumber),
        ("9007199254740993", "9007199254740992", Verdict::Rounded),
        (
            "0.12345678901234567890",
            "0.12345678901234568",
            Verdict::Rounded,
        ),
        ("\"1\"", "1", Verdict::TypeChanged),
        ("null", "0", Verdict::ValueChanged),
        ("1", "2", Verdict::ValueChanged),
        ("[1]", "[1,2]", Verdict::ValueChanged),
        ("[1,2]", "[1]", Verdict::Missing),
        ("{\"a\":1,\"b\":2}", "{\"a\":1}", Verdict::Missing),
        ("{\"a\":1}", "{\"a\":1,\"b\":2}", Verdict::ValueChanged),
        (
            "[1.0,{\"a\":\"x\"}]",
            "[1,{\"a\":\"x\"}]",
            Verdict::SameNumber,
        ),
        (
            "[1.0,{\"a\":\"x\"}]",
            "[1,{\"a\":\"y\"}]",
            Verdict::ValueChanged,
        ),
    ] {
        let (answer, next) = (format!("{{\"n\":{sent}}}"), format!("{{\"n\":{came}}}"));
        let found = proved("{}", (200, &answer), &next);
        assert_eq!(verdicts(&found), [("n", verdict)], "{sent} {came}");
        let proof = &found.proofs[0];
        assert_eq!(
            (proof.sent.as_str(), proof.came_back.as_deref()),
            (sent, Some(came))
        );
    }
    let gone = proved("{}", (200, "{\"n\":1}"), "{}");
    assert_eq!(verdicts(&gone), [("n", Verdict::Missing)]);
    assert_eq!(gone.proofs[0].came_back, None);
}

#[test]
fn a_change_within_one_message_is_the_platforms_and_a_later_one_may_be_the_scenarios() {
    let turn = (
        "{\"n\":1,\"t\":1}",
        (200, "{\"n\":2,\"t\":2,\"m/~\":3,\"f\":1.0}"),
    );
    let next = "{\"n\":5,\"t\":\"2\",\"f\":1}";
    let all = [
        ("n", Verdict::ValueChanged),
        ("t", Verdict::TypeChanged),
        ("m/~", Verdict::Missing),
        ("f", Verdict::SameNumber),
    ];
    let within = chained(turn.0, turn.1, next);
    assert_eq!(verdicts(&within), all);
    assert!(within.proofs.iter().all(|proof| proof.is_chained));
    let pointed = |code, pointer: &str| (code, pointer.to_owned());
    assert_eq!(
        codes(&within),
        [
            pointed("proof_value_changed", "/n"),
            pointed("proof_type_changed", "/t"),
            pointed("proof_missing", "/m~1~0"),
            pointed("proof_same_number", "/f"),
        ]
    );
    let later = proved(turn.0, turn.1, next);
    assert_eq!(verdicts(&later), all);
    assert_eq!(codes(&later), [pointed("proof_same_number", "/f")]);
}

#[test]
fn an_answer_that_is_not_merged_is_named_where_its_values_did_not_come() {
    let found = proved(
        "{\"n\":1,\"s\":1}",
        (500, "{\"n\":2,\"s\":1,\"m\":3}"),
        "{\"n\":1,\"s\":1}",
    );
    let not_taken = ["n", "s", "m"].map(|name| (name, Verdict::NotTaken));
    assert_eq!(verdicts(&found), not_taken);
    let pointed = |pointer: &str| ("proof_not_taken", pointer.to_owned());
    assert_eq!(codes(&found), [pointed("/n"), pointed("/m")]);
    assert_eq!(seen(&found), [(InferredRule::Only200, true)]);
    let taken = proved("{\"n\":1}", (201, "{\"n\":2}"), "{\"n\":2}");
    assert_eq!(verdicts(&taken), [("n", Verdict::Kept)]);
    assert_eq!(seen(&taken), [(InferredRule::Only200, false)]);
    let no_json = proved("{\"n\":1}", (200, "[\"x\""), "{\"n\":1}");
    assert_eq!((verdicts(&no_json), seen(&no_json)), (vec![], vec![]));
}

#[test]
fn nothing_is_known_across_conversations_or_of_a_request_that_cannot_be_read() {
    let answered = told(0, "{}", Some((200, "{\"n\":1}")));
    let next = told(0, "{\"n\":1}", None);
    let found = prove(answered.turn(), next.turn(), true);
    assert_eq!(verdicts(&found), [("n", Verdict::Unknown)]);
    assert_eq!(found.proofs[0].came_back, None);
    let unread = proved("{}", (200, "{\"n\":1}"), "{\"n\":");
    assert_eq!(verdicts(&unread), [("n", Verdict::Unknown)]);
    assert_eq!((codes(&unread), seen(&unread)), (vec![], vec![]));
    let open = told(0, "{}", None);
    assert_eq!(prove(open.turn(), next.turn(), false), Proved::default());
}

#[test]
fn an_answer_over_the_limit_is_not_saved_where_nothing_of_it_came() {
    let long = "ы".repeat(51_200);
    let answer = format!("{{\"n\":2,\"long\":\"{long}\",\"same\":1}}");
    let before = "{\"n\":1,\"same\":1,\"other\":true}";
    let found = proved(before, (200, &answer), before);
    assert_eq!(
        verdicts(&found),
        [
            ("n", Verdict::NotSaved),
            ("same", Verdict::Kept),
            ("long", Verdict::NotSaved),
        ]
    );
    assert_eq!(seen(&found), [(InferredRule::SessionLimit, true)]);
    assert_eq!(codes(&found).len(), 2);
    // One that came shows that the answer was saved.
    let in_part = proved(
        before,
        (200, &answer),
        "{\"n\":2,\"same\":1,\"other\":true}",
    );
    assert_eq!(
        verdicts(&in_part),
        [
            ("n", Verdict::Kept),
            ("same", Verdict::Kept),
            ("long", Verdict::Missing),
        ]
    );
    assert_eq!(in_part.evidence.of(InferredRule::SessionLimit), None);
    let saved = format!("{{\"n\":2,\"same\":1,\"other\":true,\"long\":\"{long}\"}}");
    let saved = proved(before, (200, &answer), &saved);
    assert_eq!(saved.evidence.of(InferredRule::SessionLimit), Some(false));
    // The same without the limit is a variable that is missing.
    let short = proved("{}", (200, "{\"n\":2}"), "{}");
    assert_eq!(verdicts(&short), [("n", Verdict::Missing)]);
}

#[test]
fn the_limit_is_to_the_byte_and_counts_no_white_space() {
    // {"a":"…"} with the answer's key and quotes.
    let around = "{\"a\":\"\"}".len();
    for (over, verdict) in [(0, Verdict::Missing), (1, Verdict::NotSaved)] {
        let text = "x".repeat(102_400 - around + over);
        let answer = format!("{{ \"a\" :   \"{text}\"  }}");
        let found = proved("{ }", (200, &answer), "{}");
        assert_eq!(verdicts(&found), [("a", verdict)], "{over}");
    }
}

#[test]
fn rules_are_seen_in_what_comes_back() {
    use InferredRule as Rule;
    let object = "{\"o\":{\"a\":1,\"b\":2}}";
    let shallow = proved(object, (200, "{\"o\":{\"a\":3}}"), "{\"o\":{\"a\":3}}");
    assert_eq!(seen(&shallow), [(Rule::MergeShallow, true)]);
    let deep = proved(
        object,
        (200, "{\"o\":{\"a\":3}}"),
        "{\"o\":{\"a\":3,\"b\":2}}",
    );
    assert_eq!(seen(&deep), [(Rule::MergeShallow, false)]);
    let by_scenario = proved(object, (200, "{\"o\":{\"a\":3}}"), "{\"o\":7}");
    assert_eq!(seen(&by_scenario), []);
    let null = ("{\"n\":1}", (200, "{\"n\":null}"));
    for (next, holds) in [
        ("{\"n\":null}", Some(true)),
        ("{\"n\":1}", Some(false)),
        ("{}", None),
    ] {
        let found = proved(null.0, null.1, next);
        assert_eq!(found.evidence.of(Rule::NullOverwrites), holds, "{next}");
    }
    let left_out = ("{\"n\":1.50,\"m\":2}", (200, "{}"));
    for (next, of_chain, later) in [
        ("{\"n\":1.5,\"m\":2}", Some(true), Some(true)),
        ("{\"n\":1.5,\"m\":3}", Some(false), Some(true)),
        ("{}", Some(false), None),
    ] {
        let of = |found: Proved| found.evidence.of(Rule::MissingKeeps);
        assert_eq!(
            of(chained(left_out.0, left_out.1, next)),
            of_chain,
            "{next}"
        );
        assert_eq!(of(proved(left_out.0, left_out.1, next)), later, "{next}");
    }
    for (sent, came, holds) in [
        ("1.0", "1", Some(true)),
        ("[1.0,2.50]", "[1,2.50]", Some(false)),
        ("1.0", "1.0", Some(false)),
        ("1", "1", None),
        ("1.0", "7", None),
    ] {
        let (answer, next) = (format!("{{\"n\":{sent}}}"), format!("{{\"n\":{came}}}"));
        let found = proved("{}", (200, &answer), &next);
        assert_eq!(found.evidence.of(Rule::JsNumbers), holds, "{sent} {came}");
    }
}

#[test]
fn many_findings_of_a_kind_are_not_all_shown() {
    let members: Vec<String> = (0..50).map(|number| format!("\"v{number}\":1.0")).collect();
    let (answer, next) = (format!("{{{}}}", members.join(",")), "{}");
    let found = chained("{}", (200, &answer), next);
    let findings = found.findings();
    assert_eq!(findings.len(), MAX_PER_KIND + 1);
    assert_eq!(findings[MAX_PER_KIND].code, Code::MoreFindings);
    assert!(findings.iter().all(|one| one.severity == Severity::Warning));
}

/// What a bot makes of a value: JavaScript's numbers.
fn through_javascript(value: &Value) -> Value {
    match value {
        Value::Number(number) => json!(number.as_f64().unwrap()),
        Value::Array(items) => items.iter().map(through_javascript).collect(),
        Value::Object(members) => Value::Object(object_through_javascript(members)),
        other => other.clone(),
    }
}

fn object_through_javascript(members: &Map<String, Value>) -> Map<String, Value> {
    let members = members.iter();
    members
        .map(|(name, value)| (name.clone(), through_javascript(value)))
        .collect()
}

/// A value as JavaScript writes it.
fn written(value: &Value) -> String {
    match value {
        Value::Number(number) => json_text::in_javascript(&number.to_string()),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(written).collect();
            format!("[{}]", items.join(","))
        }
        Value::Object(members) => {
            let members = members.iter();
            let members: Vec<String> = members
                .map(|(name, value)| format!("{}:{}", json!(name), written(value)))
                .collect();
            format!("{{{}}}", members.join(","))
        }
        other => other.to_string(),
    }
}

fn value() -> impl Strategy<Value = String> {
    let scalar = prop_oneof![
        Just("null".to_owned()),
        any::<bool>().prop_map(|one| one.to_string()),
        (-3_i64..3).prop_map(|one| one.to_string()),
        (0_u64..1000).prop_map(|one| (9_007_199_254_740_990 + one).to_string()),
        (0..100_u8, 0..100_u8).prop_map(|(one, two)| format!("{one}.{two}0")),
        (1..9_u8, 0..20_u8).prop_map(|(one, two)| format!("{one}e{two}")),
        "[a-z\"\\\\ы]{0,3}".prop_map(|text| json!(text).to_string()),
        Just(json!("x".repeat(60_000)).to_string()),
    ];
    scalar.prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3)
                .prop_map(|items| format!("[{}]", items.join(","))),
            prop::collection::btree_map("[ab]", inner, 0..3).prop_map(|members| {
                let members: Vec<String> = members
                    .iter()
                    .map(|(name, value)| format!("\"{name}\":{value}"))
                    .collect();
                format!("{{{}}}", members.join(","))
            }),
        ]
    })
}

fn object() -> impl Strategy<Value = String> {
    prop::collection::btree_map("[abcd]", value(), 0..4).prop_map(|members| {
        let members: Vec<String> = members
            .iter()
            .map(|(name, value)| format!("\"{name}\":{value}"))
            .collect();
        format!("{{{}}}", members.join(","))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// A bot that works by the inferred rules breaks none of them, and nothing that it does is
    /// called a change of a value.
    #[test]
    fn what_a_bot_does_that_works_by_the_rules_is_explained_by_them(
        start in object(),
        answer in object(),
        is_ok in any::<bool>(),
    ) {
        let start: Map<String, Value> = serde_json::from_str(&start).unwrap();
        let session = object_through_javascript(&start);
        let request = written(&Value::Object(session.clone()));
        prop_assume!(request.len() <= 102_400);
        let read: Map<String, Value> = serde_json::from_str(&answer).unwrap();
        let mut merged = session;
        merged.extend(object_through_javascript(&read));
        let text = written(&Value::Object(merged));
        let is_saved = is_ok && text.len() <= 102_400;
        // The form of its numbers may bring a text below or above the limit.
        prop_assume!(!(101_000..=104_000).contains(&text.len()));
        let next = if is_saved { text } else { request.clone() };
        let status = if is_ok { 200 } else { 500 };
        let found = chained(&request, (status, &answer), &next);
        for rule in InferredRule::ALL {
            prop_assert_ne!(found.evidence.of(rule), Some(false), "{:?}", rule);
        }
        for proof in &found.proofs {
            let is_explained = match (is_ok, is_saved) {
                (true, true) => proof.verdict <= Verdict::Rounded,
                (true, false) => matches!(proof.verdict, Verdict::NotSaved | Verdict::Kept
                    | Verdict::SameNumber | Verdict::Rounded),
                (false, _) => proof.verdict == Verdict::NotTaken
                    || proof.verdict <= Verdict::Rounded,
            };
            prop_assert!(is_explained, "{:?}", proof);
        }
    }
}
