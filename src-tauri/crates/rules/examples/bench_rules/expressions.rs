//! Regular expressions that would take seconds, one by one and a thousand at once.

use std::sync::Arc;
use std::time::Instant;

use rules::{CompiledRule, Facts, RuleSet, StatesInMemory, Turn};
use serde_json::{Value, json};

use crate::{LIMIT, RULES, median, milliseconds};

/// What many rules ask for: its name, the operator, and the value of each rule.
type Many = (&'static str, &'static str, fn(usize) -> Value);

fn set(conditions: impl Iterator<Item = Value>) -> RuleSet {
    let rules = conditions.enumerate().map(|(id, when)| {
        let rule = json!({
            "version": 1, "id": id.to_string(), "when": when, "then": {"reply": {}},
        });
        Arc::new(CompiledRule::from_json(&rule.to_string()).expect("the rule fits"))
    });
    RuleSet::new(rules.collect())
}

/// Chooses some times; prints the median and what was not found out.
fn choose(label: &str, set: &RuleSet, body: &str) {
    let facts = Facts {
        body: Some(body),
        ..Facts::default()
    };
    let mut unjudged = 0;
    let times = (0..5).map(|_| {
        let began = Instant::now();
        let choice = set.choose(&facts, &StatesInMemory::default(), Turn::default());
        unjudged = choice.unjudged.len();
        began.elapsed()
    });
    let time = milliseconds(median(times.collect()));
    println!("  {time} {label}: {unjudged} not found out");
}

/// One million bytes of ones and zeros without a pattern, so that each is another state.
fn bits() -> String {
    let mut state: u64 = 1;
    let bits = (0..1_000_000).map(|_| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        if state >> 63 == 1 { '1' } else { '0' }
    });
    bits.chain("!".chars()).collect()
}

pub(crate) fn run() {
    let words = "а1 ".repeat(300_000);
    let bits = bits();
    let short = &bits[..20_000];
    println!("expressions and schemas over a body (limit {LIMIT}):");
    for (source, body) in [
        (r"(a+)+$", words.as_str()),
        (r"(\w+\s?)+$", &words),
        (r"[01]*1[01]{200}[^01]", &bits),
        (r"(?:1[01]{300}){3}x|!y", &bits),
        (r"(?s)1.{250}[^01!]", short),
        (r"(?:[a-zа-я0-9 ]{1,50}){1,20}!", &words),
        (r"(?i)(а|б|в|1|2| )+(x|y|z){500}", &words),
        (r"(.*)(.*)(.*)(.*)(.*)x", &words),
    ] {
        let when = json!({"field": "body", "op": "matches", "value": source});
        let label = format!("{source} over {} bytes", body.len());
        choose(&label, &set(std::iter::once(when)), body);
    }
    let tests: [Many; 4] = [
        ("exploding expressions", "matches", |n| {
            json!(format!("(?:1[01]{{20}}){{3}}x{{{}}}", n % 50 + 1))
        }),
        ("plain expressions", "matches", |n| {
            json!(format!(r"a\d+b{n}"))
        }),
        ("parts", "contains", |n| json!(format!("b{n}"))),
        (
            "schemas",
            "schema",
            |n| json!({"type": "string", "pattern": format!("1[01]{{30}}x{n}")}),
        ),
    ];
    for (label, op, value) in tests {
        let tests = (0..RULES).map(|n| json!({"field": "body", "op": op, "value": value(n)}));
        let set = set(tests);
        choose(
            &format!("{RULES} {label} over {} bytes", bits.len()),
            &set,
            &bits,
        );
        choose(
            &format!("{RULES} {label} over {} bytes", short.len()),
            &set,
            short,
        );
    }
}
