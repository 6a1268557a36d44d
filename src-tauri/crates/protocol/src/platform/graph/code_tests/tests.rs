//! The file as the platform's test runner reads it: the last mock before a call that fits it.

use proptest::prelude::*;
use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;

use super::*;
use crate::platform::export::ExportedAnswer;
use crate::platform::user_turn::{Members, object_members};

#[derive(Clone, Debug, Default)]
struct ReadMock {
    method: String,
    url: String,
    body: String,
    status: Option<String>,
    kind: Option<String>,
    response: String,
}

#[derive(Clone, Debug)]
enum Step {
    Mock(ReadMock),
    Message(String),
    Reply,
}

/// What stands in a file: its case's name, the steps, the comments.
fn read(file: &[u8]) -> (String, Vec<Step>, Vec<String>) {
    let mut reader = Reader::from_str(std::str::from_utf8(file).unwrap());
    let (mut steps, mut comments, mut case) = (Vec::new(), Vec::new(), String::new());
    let (mut mock, mut text) = (ReadMock::default(), String::new());
    let mut open: Vec<String> = Vec::new();
    loop {
        match reader.read_event().unwrap() {
            Event::Start(tag) => {
                let name = tag.name().into_inner().to_owned();
                for attribute in tag.attributes() {
                    let attribute = attribute.unwrap();
                    let version = quick_xml::XmlVersion::Implicit1_0;
                    let value = attribute.normalized_value(version).unwrap().into_owned();
                    match (&*name, attribute.key.into_inner()) {
                        ("test-case", "id") => case = value,
                        ("query", "method") => mock.method = value,
                        ("response", "status") => mock.status = Some(value),
                        ("response", "type") => mock.kind = Some(value),
                        other => panic!("{other:?}"),
                    }
                }
                open.push(name);
                text.clear();
            }
            Event::Empty(tag) => {
                assert_eq!(tag.name().into_inner(), "a");
                steps.push(Step::Reply);
            }
            Event::End(_) => {
                let text = std::mem::take(&mut text);
                match &*open.pop().unwrap() {
                    "query" => mock.url = text,
                    "body" => mock.body = text,
                    "response" => mock.response = text,
                    "mockData" => steps.push(Step::Mock(std::mem::take(&mut mock))),
                    "q" => steps.push(Step::Message(text)),
                    "test-case" | "test" => {}
                    other => panic!("{other}"),
                }
            }
            Event::Text(part) => text.push_str(&part.xml10_content()),
            Event::GeneralRef(name) => match name.resolve_char_ref().unwrap() {
                Some(letter) => text.push(letter),
                None => text.push_str(resolve_predefined_entity(&name).unwrap()),
            },
            Event::Comment(said) => comments.push(said.xml10_content().into_owned()),
            Event::Decl(_) => {}
            Event::Eof => return (case, steps, comments),
            other => panic!("{other:?}"),
        }
    }
}

/// What each call of a conversation is answered by the file: the status and the text.
fn played(conversation: &ExportedConversation) -> Vec<(u16, String)> {
    let (_, steps, _) = read(&write(conversation));
    let (mut before, mut answers) = (Vec::<ReadMock>::new(), Vec::new());
    let mut calls = conversation.turns.iter().peekable();
    for step in steps {
        match step {
            Step::Mock(mock) => before.push(mock),
            Step::Message(_) => {
                let mut is_first = true;
                while let Some(call) = calls.next_if(|call| is_first || call.is_chained) {
                    is_first = false;
                    let mut fields = call.variables.clone();
                    fields.insert("action".to_owned(), turn::text(&call.event));
                    let found = before.iter().rev().find(|mock| fits(mock, &fields));
                    let found = found.expect("each call has a mock");
                    let status = found.status.as_deref().unwrap_or("200");
                    answers.push((status.parse().unwrap(), found.response.clone()));
                }
            }
            Step::Reply => {}
        }
    }
    assert!(calls.next().is_none());
    answers
}

fn fits(mock: &ReadMock, call: &Members) -> bool {
    let fields = object_members(&mock.body).unwrap();
    assert!(fields.contains_key("action"), "{mock:?}");
    let mut all = fields.iter();
    all.all(|(name, value)| call.get(name).is_some_and(|own| same_value(own, value)))
}

fn answer(status: u16, text: &str, is_json: bool) -> ExportedAnswer {
    ExportedAnswer {
        status,
        text: text.to_owned(),
        is_json,
        is_in_part: false,
    }
}

fn called(event: &str, text: &str, answer: ExportedAnswer) -> ExportedTurn {
    ExportedTurn {
        event: event.to_owned(),
        text: Some(text.to_owned()),
        answer: Some(answer),
        ..ExportedTurn::default()
    }
}

fn conversation(turns: Vec<ExportedTurn>) -> ExportedConversation {
    ExportedConversation {
        name: "u1".to_owned(),
        url: Some("http://bot.example/hook?a=1&b=2".to_owned()),
        turns,
        lang: Lang::En,
    }
}

#[test]
fn defaults_are_left_out_and_each_message_asks_once() {
    let mut second = called("check", "pay", answer(500, "no\n", false));
    second.is_chained = true;
    let file = write(&conversation(vec![
        called("pay", "pay", answer(200, r#"{"n":1.0}"#, true)),
        second,
        called("bye", "", answer(201, "{}", true)),
    ]));
    let text = String::from_utf8(file).unwrap();
    let body = text.split_once("<test>").unwrap().1;
    assert_eq!(
        body,
        r#"
    <test-case id="u1">
        <mockData>
            <query method="post">http://bot.example/hook?a=1&amp;b=2</query>
            <body>{"action":"pay"}</body>
            <response>{"n":1.0}</response>
        </mockData>
        <mockData>
            <query method="post">http://bot.example/hook?a=1&amp;b=2</query>
            <body>{"action":"check"}</body>
            <response status="500" type="text">no
</response>
        </mockData>
        <q>pay</q>
        <a/>
        <mockData>
            <query method="post">http://bot.example/hook?a=1&amp;b=2</query>
            <body>{"action":"bye"}</body>
            <response status="201">{}</response>
        </mockData>
        <q></q>
        <a/>
    </test-case>
</test>
"#
    );
}

#[test]
fn whatever_was_said_or_answered_the_file_is_well_formed_and_holds_it() {
    let text = "<&>\"'😀 ]]> -- \r\n\u{0}\u{b}\u{fffe}\u{85} конец";
    let json = r#"{"a":"😀]]>\u0000 "}"#.replace(' ', "\u{ffff}");
    let mut turns = vec![
        called(text, text, answer(200, text, false)),
        called("x", "y", answer(200, &json, true)),
    ];
    turns[1].variables.insert(text.to_owned(), "1".to_owned());
    let mut all = conversation(turns);
    all.name = text.to_owned();
    all.url = None;
    let (case, steps, comments) = read(&write(&all));
    let kept = text.replace(['\0', '\u{b}', '\u{fffe}'], "");
    assert_eq!(case, kept.replace(['\r', '\n'], " "));
    let Step::Mock(mock) = &steps[0] else {
        panic!("{steps:?}");
    };
    assert_eq!(mock.response, kept);
    assert_eq!(mock.url, UNKNOWN_URL);
    let event = object_members(&mock.body).unwrap()["action"].clone();
    assert_eq!(serde_json::from_str::<String>(&event).unwrap(), text);
    assert!(matches!(&steps[1], Step::Message(said) if *said == kept));
    let Step::Mock(mock) = &steps[3] else {
        panic!("{steps:?}");
    };
    assert!(same_value(&mock.response, &json), "{}", mock.response);
    // The address to put in, and what was left out of the answer and of the message.
    assert!(comments.iter().any(|said| said.contains(UNKNOWN_URL)));
    let said = |said: &&String| said.contains("left out below: 3");
    assert_eq!(comments.iter().filter(said).count(), 2, "{comments:?}");
}

#[test]
fn a_call_without_an_answer_does_not_get_that_of_an_earlier_one() {
    let mut failed = called("pay", "again", ExportedAnswer::default());
    failed.answer = None;
    let paid = called("pay", "pay", answer(200, "{}", true));
    let all = conversation(vec![paid, failed]);
    assert_eq!(
        played(&all),
        [(200, "{}".to_owned()), (NO_ANSWER, String::new())]
    );
}

#[test]
fn calls_of_one_message_that_are_equal_are_said_to_be() {
    let mut twin = called("a", "x", answer(200, "{\"n\":2}", true));
    twin.is_chained = true;
    let first = called("a", "x", answer(200, "{\"n\":1}", true));
    let all = conversation(vec![first, twin]);
    let (_, _, comments) = read(&write(&all));
    assert!(comments.iter().any(|said| said.contains("cannot be told")));
    assert_eq!(played(&all)[1].1, "{\"n\":2}");
}

fn any_turn() -> impl Strategy<Value = ExportedTurn> {
    let variables = prop::collection::btree_map("[ab]", "[12]", 0..3);
    ("[xy]", any::<bool>(), variables).prop_map(|(event, is_chained, variables)| ExportedTurn {
        event,
        is_chained,
        variables: variables.into_iter().collect(),
        ..ExportedTurn::default()
    })
}

proptest! {
    #[test]
    fn each_call_gets_its_own_answer(mut turns in prop::collection::vec(any_turn(), 1..12)) {
        for (index, turn) in turns.iter_mut().enumerate() {
            turn.answer = Some(answer(200, &index.to_string(), true));
        }
        turns[0].is_chained = false;
        let all = conversation(turns);
        let mut wanted: Vec<String> = Vec::new();
        for (index, turn) in all.turns.iter().enumerate() {
            let begins = |at: &usize| !all.turns[*at].is_chained;
            let first = (0..=index).rev().find(begins).unwrap();
            let end = (index + 1..all.turns.len()).find(begins).unwrap_or(all.turns.len());
            let mut twins = (first..end).filter(|at| {
                let other = &all.turns[*at];
                other.event == turn.event && are_equal(&other.variables, &turn.variables)
            });
            wanted.push(twins.next_back().unwrap().to_string());
        }
        let got: Vec<String> = played(&all).into_iter().map(|(_, text)| text).collect();
        prop_assert_eq!(got, wanted);
    }
}
