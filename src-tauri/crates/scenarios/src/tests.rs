//! Scenarios as a whole: files in, requests and reports out.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use messages::Lang;
use proptest::prelude::*;
use protocol::platform::{object_members, object_text};
use protocol::{Answer, Headers, Request, UtcMillis};

use crate::{
    Case, FileError, Loaded, Next, Play, ReadError, Reply, StepResult, StepState, Suite, Values,
    junit, load, load_text, schema,
};

const WHOLE: &str = r#"
scenario: 1
name: Оплата
platform: graph
user: u1
variables: {city: Казань}
steps:
  - send: {event: pay, text: оплатить, set: {total: 100}, unset: [promo]}
    expect:
      merged: true
      answer: {orderStatus: paid, total: {$less: 100}, code: {$matches: "^A-"}}
      only: [orderStatus, total, code, orderId]
      after: {total: 90, city: Казань}
      within_ms: 3000
    capture: {order: orderId}
  - name: чек
    send: {event: receipt, same_message: true, set: {asked: "заказ {{order}}", id: "{{order}}"}}
    expect: {answer: {order: "{{order}}"}}
"#;

fn answer(status: u16, body: &str) -> Reply {
    let headers: Headers = [("Content-Type", "application/json")].into_iter().collect();
    let answer = Answer {
        status,
        headers,
        body: body.to_owned().into(),
    };
    Reply::Answer(answer, Duration::from_millis(5))
}

fn text_of(request: &Request) -> String {
    String::from_utf8(request.body.beginning().to_vec()).unwrap()
}

/// Runs a case against a server; what was sent, and how the steps went.
fn run(case: Case, server: impl Fn(&str) -> Reply) -> (Vec<String>, Vec<StepResult>) {
    let mut play = Play::new(Arc::new(case), 7);
    let (mut sent, mut results) = (Vec::new(), Vec::new());
    loop {
        match play.next(UtcMillis(0)) {
            Next::Done => return (sent, results),
            Next::Over(result) => results.push(*result),
            Next::Send(outbound) => {
                let text = text_of(&outbound.request);
                let reply = server(&text);
                sent.push(text);
                results.push(play.take(reply).unwrap());
            }
        }
    }
}

fn states(results: &[StepResult]) -> Vec<StepState> {
    results.iter().map(|result| result.state).collect()
}

/// The order's number is a number, as it is in many a shop.
fn shop(request: &str) -> Reply {
    match request.contains("\"action\":\"pay\"") {
        true => answer(
            200,
            r#"{"orderStatus":"paid","total":90,"code":"A-1","orderId":17.0}"#,
        ),
        false => answer(200, r#"{"order":17}"#),
    }
}

#[test]
fn a_scenario_is_played_with_its_state_its_message_and_what_it_kept() {
    let (sent, results) = run(load_text("pay.yaml", WHOLE).unwrap(), shop);
    assert_eq!(states(&results), [StepState::Passed; 2], "{results:?}");
    let first = object_members(&sent[0]).unwrap();
    assert_eq!(first["city"], "\"Казань\"");
    assert_eq!(first["total"], "100");
    assert_eq!(first["queryText"], "\"оплатить\"");
    let second = object_members(&sent[1]).unwrap();
    assert_eq!(second["asked"], "\"заказ 17.0\"");
    assert_eq!(
        second["id"], "17.0",
        "a value that was kept stays what it was"
    );
    assert_eq!(second["total"], "90");
    assert_eq!(second["rawRequest"], first["rawRequest"]);
    assert_eq!(second["queryText"], first["queryText"]);
    assert_eq!((results[0].line, results[1].line), (8, 16));
    assert_eq!(
        (results[0].name.as_str(), results[1].name.as_str()),
        ("pay", "чек")
    );
}

#[test]
fn the_same_seed_makes_the_same_requests() {
    let sent = || run(load_text("pay.yaml", WHOLE).unwrap(), shop).0;
    assert_eq!(sent(), sent());
}

#[test]
fn what_differs_has_its_pointer_and_what_hangs_on_it_is_said() {
    let server = |_: &str| answer(500, r#"{"total":100,"more":1}"#);
    let (_, results) = run(load_text("pay.yaml", WHOLE).unwrap(), server);
    let pointers: Vec<&str> = results[0]
        .failures
        .iter()
        .map(|failure| failure.pointer.as_str())
        .collect();
    assert_eq!(
        pointers,
        [
            "/status",
            "/merged",
            "/orderStatus",
            "/total",
            "/code",
            "/more",
            "/after/total",
            "/orderId"
        ]
    );
    let total = &results[0].failures[3];
    assert_eq!(
        total.expected.as_deref(),
        Some(r#"{"$less": 100}"#.replace(' ', "").as_str())
    );
    assert_eq!(total.actual.as_deref(), Some("100"));
    assert_eq!(results[1].state, StepState::Failed);
    assert_eq!(results[1].failures[0].pointer, "/send/set/asked");
}

#[test]
fn a_target_that_goes_away_is_said_once_and_the_rest_is_not_run() {
    let gone =
        |_: &str| Reply::Nothing(messages::Message::from(&crate::words::differences::NOT_RUN));
    let (sent, results) = run(load_text("pay.yaml", WHOLE).unwrap(), gone);
    assert_eq!(sent.len(), 1);
    assert_eq!(states(&results), [StepState::Unanswered, StepState::NotRun]);
}

#[test]
fn a_run_that_is_ended_sends_nothing_more() {
    let mut play = Play::new(Arc::new(load_text("pay.yaml", WHOLE).unwrap()), 1);
    play.interrupt();
    let Next::Over(result) = play.next(UtcMillis(0)) else {
        panic!("a step that is not run");
    };
    assert_eq!(result.state, StepState::NotRun);
}

#[test]
fn changes_of_an_answer_that_nobody_looks_at_survive() {
    let mut play = Play::new(Arc::new(load_text("pay.yaml", WHOLE).unwrap()), 1);
    let Next::Send(outbound) = play.next(UtcMillis(0)) else {
        panic!("a step to send");
    };
    play.take(shop(&text_of(&outbound.request))).unwrap();
    let found = play.mutations().unwrap();
    assert_eq!(
        (found.noticed, found.total, found.replaced),
        (3, 4, true),
        "{found:?}"
    );
    let names: Vec<&str> = found
        .survivors
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(names, ["orderId"; 3], "{found:?}");
}

/// Files in memory.
fn disk(files: &[(&str, &str)]) -> impl Fn(&Path) -> Result<String, ReadError> {
    let files: BTreeMap<PathBuf, String> = files
        .iter()
        .map(|(path, text)| (PathBuf::from(path), (*text).to_owned()))
        .collect();
    move |path| files.get(path).cloned().ok_or(ReadError::Missing)
}

fn loaded(path: &str, files: &[(&str, &str)]) -> Result<Loaded, FileError> {
    let values = Values::from_iter([("shop".to_owned(), "s1".to_owned())]);
    load(Path::new(path), &values, &disk(files))
}

const STEP: &str = "scenario: 1\nsteps: [{send: {event: a}}]";

#[test]
fn included_steps_come_first_and_rows_make_runs() {
    let main = "scenario: 1\nname: run {{city}}\ninclude: [../b.yaml]\nrows: c.csv\nsteps:\n  \
                - send: {event: pay, set: {city: \"{{city}}\", shop: \"{{shop}}\"}}\n    \
                expect: {answer: {total: \"{{total}}\", id: \"{{id}}\"}}\n";
    let found = loaded(
        "d/a.yaml",
        &[
            ("d/a.yaml", main),
            (
                "b.yaml",
                "scenario: 1\nsteps: [{send: {event: login}, capture: {id: id}}]",
            ),
            ("d/c.csv", "city,total\nКазань,90\nПермь,91\n"),
        ],
    )
    .unwrap();
    assert_eq!(found.included, [PathBuf::from("b.yaml")]);
    let names: Vec<&str> = found.cases.iter().map(|case| case.name.as_str()).collect();
    assert_eq!(names, ["run Казань", "run Пермь"]);
    let events: Vec<String> = found.cases[0].events().into_iter().collect();
    assert_eq!(events, ["login", "pay"]);
    let server = |request: &str| match request.contains("login") {
        true => answer(200, r#"{"id":"x"}"#),
        false => answer(200, r#"{"total":90,"id":"x"}"#),
    };
    let passed = found
        .cases
        .into_iter()
        .map(|case| states(&run(case, server).1));
    let passed: Vec<_> = passed.collect();
    assert_eq!(
        passed[0],
        [StepState::Passed; 2],
        "90 of a table is as good as the number"
    );
    assert_eq!(passed[1], [StepState::Passed, StepState::Failed]);
}

/// Files that are no scenarios, with the place that is named and a part of what is said.
const WRONG: &[(&str, u64, u64, &str)] = &[
    ("scenario: 1\nstep: []\n", 2, 1, "“step”"),
    ("scenario: 2\nsteps: []\n", 1, 11, "version 2"),
    ("steps: []\n", 1, 1, "“scenario”"),
    ("scenario: 1\nsteps: []\n", 2, 8, "no steps"),
    (
        "scenario: 1\nplatform: x\nsteps: []\n",
        2,
        11,
        "no platform",
    ),
    (
        "scenario: 1\nsteps: [{send: {event: a, sett: {}}}]\n",
        2,
        27,
        "“sett”",
    ),
    ("scenario: 1\nsteps: [{sent: {}}]\n", 2, 10, "“sent”"),
    (
        "scenario: 1\nsteps:\n  - send: {event: a}\n    expect: {answer: {a: {$les: 1}}}\n",
        4,
        27,
        "“$les”",
    ),
    (
        "scenario: 1\nsteps:\n  - send: {event: \"{{nobody}}\"}\n",
        3,
        19,
        "“nobody”",
    ),
    (
        "scenario: 1\nsteps:\n  - send: {event: a}\n    expect: {answer: {a: \"{{b}}\"}}\n    capture: {b: b}\n",
        4,
        26,
        "“b”",
    ),
    (
        "scenario: 1\ninclude: no.yaml\nsteps: []\n",
        2,
        10,
        "no.yaml",
    ),
    ("scenario: 1\ninclude: a.yaml\n", 2, 10, "circle"),
    (
        "scenario: 1\nrows: no.csv\nsteps: [{send: {event: a}}]\n",
        2,
        7,
        "no.csv",
    ),
    (
        "scenario: 1\nrows: empty.csv\nsteps: [{send: {event: a}}]\n",
        1,
        1,
        "columns",
    ),
    (
        "scenario: 1\nrows: c.csv\nsteps: [{send: {event: \"{{y}}\"}}]\n",
        3,
        24,
        "Known: shop, x",
    ),
    ("scenario: 1\nsteps: [", 2, 9, "YAML"),
];

#[test]
fn what_is_wrong_in_a_file_is_named_with_its_line_and_column() {
    let at = |text: &str| {
        let error = loaded(
            "a.yaml",
            &[("a.yaml", text), ("empty.csv", ""), ("c.csv", "x\n1\n")],
        );
        let error = error.err().unwrap_or_else(|| panic!("{text} was read"));
        (
            error.position.line,
            error.position.column,
            error.message.to_string(),
        )
    };
    for (text, line, column, part) in WRONG {
        let (found_line, found_column, message) = at(text);
        assert_eq!(
            (found_line, found_column),
            (*line, *column),
            "{text} {message}"
        );
        assert!(message.contains(*part), "{text} {message}");
    }
}

#[test]
fn files_that_include_each_other_in_a_circle_are_named_and_a_file_may_stand_twice() {
    let include = |file: &str| format!("scenario: 1\ninclude: {file}\n");
    let (b, c) = (include("c.yaml"), include("./a.yaml"));
    let error = loaded(
        "a.yaml",
        &[
            ("a.yaml", &include("b.yaml")),
            ("b.yaml", &b),
            ("c.yaml", &c),
        ],
    );
    let error = error.unwrap_err();
    assert_eq!(error.file, PathBuf::from("c.yaml"));
    assert!(
        error
            .message
            .to_string()
            .contains("a.yaml → b.yaml → c.yaml → a.yaml")
    );
    let twice = "scenario: 1\ninclude: [b.yaml, b.yaml]\n";
    let found = loaded("a.yaml", &[("a.yaml", twice), ("b.yaml", STEP)]).unwrap();
    assert_eq!(found.cases[0].steps(), 2);
}

#[test]
fn a_scenario_in_no_file_takes_no_files() {
    for (field, text) in [
        ("/include", "scenario: 1\ninclude: a.yaml\n"),
        (
            "/rows",
            "scenario: 1\nrows: a.csv\nsteps: [{send: {event: a}}]\n",
        ),
        ("/steps", "scenario: 1\nsteps: []\n"),
    ] {
        assert_eq!(load_text("x", text).unwrap_err().pointer, field);
    }
}

#[test]
fn what_is_read_is_valid_by_the_schema_and_what_is_refused_is_not() {
    let schema = jsonschema::draft202012::new(&schema()).unwrap();
    let json = |yaml: &str| {
        let file = rules::source::read(yaml).unwrap();
        serde_json::from_str(&file.json).unwrap()
    };
    for yaml in [
        WHOLE,
        STEP,
        "scenario: 1\ninclude: a.yaml\n",
        "scenario: 1\nplatform: leadconverter\nsteps: [{send: {method: GET}}]",
    ] {
        let value = json(yaml);
        let errors: Vec<String> = schema
            .iter_errors(&value)
            .map(|error| error.to_string())
            .collect();
        assert_eq!(errors, Vec::<String>::new(), "{yaml}");
    }
    for yaml in [
        "scenario: 2\nsteps: []",
        "scenario: 1\n",
        "scenario: 1\nplatform: x\nsteps: []",
        "scenario: 1\nsteps: [{send: {event: a, sett: {}}}]",
        "scenario: 1\nsteps: [{send: {event: a}, expect: {stat: 1}}]",
        "scenario: 1\nsteps: [{send: {event: a}, expect: {answer: {a: {$les: 1}}}}]",
    ] {
        assert!(!schema.is_valid(&json(yaml)), "{yaml}");
    }
}

#[test]
fn a_report_holds_what_xml_can_hold() {
    let yaml = "scenario: 1\nname: \"a<\\u0001>&\\\"\"\nsteps: [{send: {event: \"п]]>\"}}, {send: {event: b}}]";
    let (_, steps) = run(load_text("x", yaml).unwrap(), |_| answer(500, "{}"));
    let suite = Suite {
        name: "a<\u{1}>&\"".into(),
        file: "x.yaml".into(),
        started: "2026-11-28T04:30:00".into(),
        took: Duration::from_millis(1500),
        steps,
    };
    let report = junit(&[suite], "host", Lang::En);
    assert!(
        report.contains("tests=\"2\" failures=\"2\" errors=\"0\" skipped=\"0\" time=\"1.500\""),
        "{report}"
    );
    assert!(report.contains("a&lt;\u{fffd}&gt;&amp;&quot;"), "{report}");
    let mut reader = quick_xml::Reader::from_str(&report);
    while reader.read_event().unwrap() != quick_xml::events::Event::Eof {}
}

/// A small object.
fn variables() -> impl Strategy<Value = BTreeMap<String, String>> {
    let value = prop_oneof![
        Just("1".to_owned()),
        Just("\"x\"".to_owned()),
        Just("null".to_owned()),
        Just("[1.0]".to_owned()),
    ];
    proptest::collection::btree_map("[a-c]", value, 0..3)
}

proptest! {
    /// The state after n turns is the start with each answer's variables put over it.
    #[test]
    fn the_state_is_the_merge_of_all_answers(
        start in variables(),
        answers in proptest::collection::vec(variables(), 1..5),
    ) {
        let text = |all: &BTreeMap<String, String>| {
            object_text(&all.iter().map(|(name, json)| (name.clone(), json.clone())).collect())
        };
        let steps = vec!["{send: {event: e}}"; answers.len()].join(", ");
        let yaml = format!("scenario: 1\nvariables: {}\nsteps: [{steps}]", text(&start));
        let mut play = Play::new(Arc::new(load_text("x", &yaml).unwrap()), 1);
        let mut folded = start;
        for one in answers {
            let Next::Send(_) = play.next(UtcMillis(0)) else { panic!("a step to send") };
            play.take(answer(200, &text(&one))).unwrap();
            folded.extend(one);
            let state: BTreeMap<_, _> = play.state().clone().into_iter().collect();
            prop_assert_eq!(&state, &folded);
        }
    }
}
