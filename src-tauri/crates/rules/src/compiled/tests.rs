//! The filter and a rule say the same of a request where both can say it.

mod deep;

use std::sync::Arc;

use proptest::prelude::*;
use protocol::{
    Change, Condition, FilteredRequest, Headers, Platform, Role, Source, Variable, VariableTest,
    Wanted,
};
use serde_json::{Value, json};

use crate::choose::Turn;
use crate::compiled::CompiledRule;
use crate::facts::{FactVariable, Facts};
use crate::set::RuleSet;
use crate::state::StatesInMemory;

/// A request for both.
#[derive(Clone, Debug)]
struct Given {
    event: Option<&'static str>,
    user: Option<&'static str>,
    method: &'static str,
    path: &'static str,
    source: Source,
    platform: Platform,
    headers: Vec<(&'static str, &'static str)>,
    variables: Vec<(&'static str, &'static str)>,
    body: Option<&'static str>,
}

const TEXTS: [&str; 8] = ["", "pay", "Оплата", "оплата", "PAY now", "10", "10.0", "ß"];
const BODIES: [&str; 6] = [
    "",
    "Оплата",
    "{\"a\": \"\\u043e\\u043f\\u043b\"}",
    "a=%D0%9E%D0%9F%D0%9B&b=now",
    "a=%CE%CF%CB",
    "PAY 10",
];
const PARTS: [&str; 7] = ["", "p", "ОПЛ", "now", "1", "pay", "SS"];
const VALUES: [&str; 12] = [
    "10",
    "10.0",
    "1e1",
    "-3",
    "9007199254740993",
    "\"10\"",
    "\"Pay\"",
    "\"\\u043eп\"",
    "null",
    "true",
    "{\"a\": 10.0, \"b\": [\"Pay\", 2]}",
    "[{\"a\": 1}, {\"a\": \"pay\"}, {}]",
];
const PATHS: [&str; 7] = ["x", "y", "x.a", "x.b[0]", "x[*].a", "x[1].a", "x.b[*]"];

fn given() -> impl Strategy<Value = Given> {
    let text = || prop::sample::select(&TEXTS[..]);
    let header = (prop::sample::select(&["X-Id", "x-id", "Other"][..]), text());
    let variable = (
        prop::sample::select(&["x", "y"][..]),
        prop::sample::select(&VALUES[..]),
    );
    (
        (
            prop::option::of(text()),
            prop::option::of(text()),
            text(),
            text(),
        ),
        prop::sample::select(Source::ALL),
        prop::sample::select(Platform::ALL),
        prop::collection::vec(header, 0..3),
        prop::collection::btree_map(variable.0, variable.1, 0..3),
        prop::option::of(prop::sample::select(&BODIES[..])),
    )
        .prop_map(
            |((event, user, method, path), source, platform, headers, variables, body)| Given {
                event,
                user,
                method,
                path,
                source,
                platform,
                headers,
                variables: variables.into_iter().collect(),
                body,
            },
        )
}

impl Given {
    fn rule_holds(&self, when: &Value) -> bool {
        let rule = json!({"version": 1, "when": when, "then": {"reply": {}}});
        let rule = CompiledRule::from_json(&rule.to_string()).unwrap();
        let headers: Headers = self.headers.iter().copied().collect();
        let variables = self.variables.iter();
        let variables: Vec<_> = variables
            .map(|(name, json)| FactVariable { name, json })
            .collect();
        let facts = Facts {
            method: self.method,
            path: self.path,
            query: None,
            headers: Some(&headers),
            platform: self.platform.as_str(),
            source: self.source.as_str(),
            event: self.event,
            user: self.user,
            conversation: None,
            body: self.body,
            variables: &variables,
            previous: None,
        };
        let set = RuleSet::new(vec![Arc::new(rule)]);
        let states = StatesInMemory::default();
        set.choose(&facts, &states, Turn::default()).taken.is_some()
    }

    fn filter_holds(&self, condition: &Condition) -> bool {
        let headers: Headers = self.headers.iter().copied().collect();
        let variables = self.variables.iter().map(|(name, json)| Variable {
            name: (*name).to_owned(),
            role: Role::USER,
            before: Some((*json).to_owned()),
            sent: None,
            after: None,
            change: Change::Untouched,
            assumed: false,
        });
        let variables: Vec<_> = variables.collect();
        let request = FilteredRequest {
            event: self.event,
            user: self.user,
            method: self.method,
            path: self.path,
            query: None,
            source: self.source,
            platform: self.platform,
            headers: Some(&headers),
            variables: &variables,
            body: self.body,
        };
        condition.holds(&request).unwrap()
    }
}

/// A condition of the filter about a text.
fn about(field: &str, wanted: Wanted) -> Condition {
    match field {
        "event" => Condition::Event(wanted),
        "user" => Condition::User(wanted),
        "path" => Condition::Path(wanted),
        "method" => Condition::Method(wanted.text),
        "body" => Condition::Body(wanted.text),
        _ => Condition::Header {
            name: "x-ID".to_owned(),
            value: wanted,
        },
    }
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "a literal reads better without a reference"
)]
fn test(field: &str, op: &str, value: Value) -> Value {
    json!({"field": field, "op": op, "value": value})
}

proptest! {
    #[test]
    fn a_part_of_a_text_is_found_by_both(
        given in given(),
        field in prop::sample::select(&["event", "user", "path", "body", "header:x-iD"][..]),
        part in prop::sample::select(&PARTS[..]),
    ) {
        let filter = given.filter_holds(&about(field, Wanted::part(part)));
        prop_assert_eq!(given.rule_holds(&test(field, "contains", json!(part))), filter);
    }

    /// The filter leaves case aside, so it finds all that the rule finds; and without letters of
    /// two cases both find the same.
    #[test]
    fn a_whole_text_that_the_rule_takes_the_filter_takes(
        given in given(),
        field in prop::sample::select(&["event", "user", "path", "method", "header:X-Id"][..]),
        text in prop::sample::select(&TEXTS[..]),
        other in prop::sample::select(&TEXTS[..]),
    ) {
        let one = about(field, Wanted::whole(text));
        let filter = given.filter_holds(&one);
        let rule = given.rule_holds(&test(field, "equals", json!(text)));
        prop_assert!(!rule || filter);
        if text.chars().all(|letter| !letter.is_alphabetic()) {
            prop_assert_eq!(rule, filter);
        }
        let either = Condition::Any(vec![one, about(field, Wanted::whole(other))]);
        let both = given.rule_holds(&test(field, "in", json!([text, other])));
        prop_assert!(!both || given.filter_holds(&either));
        prop_assert_eq!(both, rule || given.rule_holds(&test(field, "equals", json!(other))));
        if field != "header:X-Id" {
            prop_assert_eq!(given.rule_holds(&test(field, "not_equals", json!(text))), !rule);
        }
    }

    #[test]
    fn names_of_sources_and_platforms_are_the_same_to_both(
        given in given(), source in prop::sample::select(Source::ALL), platform in prop::sample::select(Platform::ALL),
    ) {
        let rule = given.rule_holds(&test("source", "equals", json!(source.as_str())));
        prop_assert_eq!(rule, given.filter_holds(&Condition::Source(source)));
        let rule = given.rule_holds(&test("platform", "equals", json!(platform.as_str())));
        prop_assert_eq!(rule, given.filter_holds(&Condition::Platform(platform)));
    }

    #[test]
    fn parts_and_sizes_of_variables_are_judged_alike(
        given in given(),
        path in prop::sample::select(&PATHS[..]),
        part in prop::sample::select(&PARTS[..]),
        number in prop::sample::select(&["10", "9.99", "9007199254740992", "-3", "1e1"][..]),
    ) {
        let field = format!("var:{path}");
        let number_value: Box<serde_json::value::RawValue> = serde_json::from_str(number).unwrap();
        for (op, value, sign, text) in [
            ("contains", json!(part).to_string(), "~", part),
            ("less", number_value.get().to_owned(), "<", number),
            ("greater", number_value.get().to_owned(), ">", number),
        ] {
            let filter = Condition::Variable {
                path: path.parse().unwrap(),
                test: VariableTest::new(sign, text).unwrap(),
            };
            let when = format!(r#"{{"field":"{field}","op":"{op}","value":{value}}}"#);
            let when: Box<serde_json::value::RawValue> = serde_json::from_str(&when).unwrap();
            let rule = given.rule_holds_text(when.get());
            prop_assert_eq!(rule, given.filter_holds(&filter), "{}", when.get());
        }
    }

    /// The filter has no quotes to tell a text from a number by, and leaves case aside.
    #[test]
    fn a_value_that_the_rule_takes_the_filter_takes(
        given in given(),
        path in prop::sample::select(&PATHS[..]),
        value in prop::sample::select(&VALUES[..]),
    ) {
        let text = match serde_json::from_str(value).unwrap() {
            Value::String(text) => text,
            _ => value.to_owned(),
        };
        let filter = Condition::Variable {
            path: path.parse().unwrap(),
            test: VariableTest::new("=", &text).unwrap(),
        };
        let filter = given.filter_holds(&filter);
        let when = format!(r#"{{"field":"var:{path}","op":"equals","value":{value}}}"#);
        let rule = given.rule_holds_text(&when);
        prop_assert!(!rule || filter);
        let has_texts = given.variables.iter().any(|(_, json)| json.contains('"'));
        if !has_texts && !value.starts_with('"') {
            prop_assert_eq!(rule, filter);
        }
        let one_of = format!(r#"{{"field":"var:{path}","op":"in","value":[{value}, {value}]}}"#);
        prop_assert_eq!(given.rule_holds_text(&one_of), rule);
    }
}

impl Given {
    /// The same of a condition's text, with the digits of its numbers.
    fn rule_holds_text(&self, when: &str) -> bool {
        let rule = format!(r#"{{"version":1,"when":{when},"then":{{"reply":{{}}}}}}"#);
        let rule = CompiledRule::from_json(&rule).unwrap();
        let variables = self.variables.iter();
        let variables: Vec<_> = variables
            .map(|(name, json)| FactVariable { name, json })
            .collect();
        let facts = Facts {
            variables: &variables,
            ..Facts::default()
        };
        let set = RuleSet::new(vec![Arc::new(rule)]);
        let states = StatesInMemory::default();
        set.choose(&facts, &states, Turn::default()).taken.is_some()
    }
}
