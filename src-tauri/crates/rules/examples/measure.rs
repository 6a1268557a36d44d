//! Measures what the crate promises; run it in release:
//! `cargo run --release -p rules --example measure`.

#![allow(clippy::print_stdout, reason = "it prints what it measured")]

use std::sync::Arc;
use std::time::{Duration, Instant};

use protocol::UtcMillis;
use rules::{
    CompiledRule, FactVariable, Facts, Inputs, Mode, RuleSet, StatesInMemory, Template, Turn,
};

const RULES: usize = 1_000;

/// How the rules differ.
#[derive(Clone, Copy, Debug)]
enum Kind {
    /// Each has an event of its own.
    Event,
    /// All have one event and differ in a value.
    Value,
    /// All have one event, and each asks for a path of its own.
    Path,
    /// Each looks for a part of the event, which nothing can be found by.
    Part,
}

fn set(kind: Kind) -> RuleSet {
    let rules = (0..RULES).map(|number| {
        let last = number == RULES - 1;
        let (event, value, path) = match kind {
            Kind::Event => (
                format!("event{number}"),
                "Казань".to_owned(),
                "city".to_owned(),
            ),
            Kind::Value if last => ("pay".to_owned(), "Казань".to_owned(), "city".to_owned()),
            Kind::Value => (
                "pay".to_owned(),
                format!("Город{number}"),
                "city".to_owned(),
            ),
            Kind::Path if last => ("pay".to_owned(), "A1".to_owned(), "cart[1].sku".to_owned()),
            Kind::Path => (
                "pay".to_owned(),
                "A".to_owned(),
                format!("cart[{}].x{number}", number % 9),
            ),
            Kind::Part => (format!("{number}"), "Казань".to_owned(), "city".to_owned()),
        };
        let op = if matches!(kind, Kind::Part) {
            "contains"
        } else {
            "equals"
        };
        let rule = format!(
            r#"{{"version":1,"id":"{number}","when":{{"all":[
                {{"field":"event","op":"{op}","value":"{event}"}},
                {{"field":"var:total","op":"greater","value":1000}},
                {{"field":"var:{path}","op":"equals","value":"{value}"}}]}},
                "then":{{"reply":{{"body":"{{}}"}}}}}}"#
        );
        Arc::new(CompiledRule::from_json(&rule).expect("the rule fits"))
    });
    RuleSet::new(rules.collect())
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

fn deciding() {
    let cart: Vec<String> = (0..10)
        .map(|n| format!(r#"{{"sku": "A{n}", "n": {n}}}"#))
        .collect();
    let cart = format!("[{}]", cart.join(", "));
    let mut variables = vec![
        FactVariable {
            name: "city",
            json: "\"Казань\"",
        },
        FactVariable {
            name: "total",
            json: "1290.00",
        },
        FactVariable {
            name: "cart",
            json: &cart,
        },
    ];
    let names: Vec<String> = (0..20).map(|number| format!("variable{number}")).collect();
    variables.extend(names.iter().map(|name| FactVariable {
        name,
        json: "\"x\"",
    }));
    for kind in [Kind::Event, Kind::Value, Kind::Path, Kind::Part] {
        decide_among(kind, &variables);
    }
}

fn decide_among(kind: Kind, variables: &[FactVariable<'_>]) {
    let began = Instant::now();
    let set = set(kind);
    let made = began.elapsed();
    let event = match kind {
        Kind::Event | Kind::Part => "event999",
        Kind::Value | Kind::Path => "pay",
    };
    let facts = Facts {
        event: Some(event),
        user: Some("77"),
        variables,
        ..Facts::default()
    };
    let states = StatesInMemory::default();
    let mut answered = 0;
    let times = (0..2_000).map(|exchange| {
        let began = Instant::now();
        let turn = Turn {
            exchange,
            ..Turn::default()
        };
        let choice = set.choose(&facts, &states, turn);
        let took = began.elapsed();
        answered += usize::from(choice.taken.is_some());
        took
    });
    let decided = median(times.collect());
    let began = Instant::now();
    let found = set
        .findings()
        .iter()
        .filter(|one| one.shadowed_by.is_some())
        .count();
    let proved = began.elapsed();
    println!(
        "{kind:?}: deciding {decided:?} ({answered} answered), making {made:?}, findings \
             {proved:?} ({found} shadowed)"
    );
}

fn templates() {
    let long = format!("\"{}\"", "а".repeat(100_000));
    let list = format!("[{}]", vec!["1.10"; 50_000].join(","));
    let variables = [
        FactVariable {
            name: "long",
            json: &long,
        },
        FactVariable {
            name: "list",
            json: &list,
        },
    ];
    let facts = Facts {
        variables: &variables,
        ..Facts::default()
    };
    let inputs = Inputs::new(&facts, 1, UtcMillis(0), 1);
    for source in RUNAWAY {
        let template = Template::new(source, Mode::Json).expect("the template can be parsed");
        let began = Instant::now();
        let rendered = template.render(&inputs);
        let said = rendered.map_or_else(
            |error| error.to_string(),
            |out| format!("{} bytes", out.len()),
        );
        println!(
            "{:>12?} {}: {said}",
            began.elapsed(),
            &source[..source.len().min(90)]
        );
    }
}

/// The slowest that were found; each ends by fuel or by itself.
const RUNAWAY: &[&str] = &[
    "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
    "{% for a in range(99999) %}{% for b in range(99999) %}{{ a }}{% endfor %}{% endfor %}",
    "{% for a in range(99999) %}{{ vars.long }}{% endfor %}",
    "{% for a in range(99999) %}{{ vars.long | length }}{% endfor %}",
    "{% for a in range(99999) %}{{ vars.long | upper | length }}{% endfor %}",
    "{% for a in range(99999) %}{{ vars.list | sum }}{% endfor %}",
    "{% for a in range(99999) %}{{ vars.list | length }}{% endfor %}",
    "{% for a in range(99999) %}{{ vars.list | sort | first }}{% endfor %}",
    "{% for a in range(99999) %}{{ 'a' in vars.long }}{% endfor %}",
    "{% for a in range(99999) %}{{ vars.long == vars.long }}{% endfor %}",
    "{% for a in range(99999) %}{{ vars.long < vars.long ~ 'a' }}{% endfor %}",
    "{% for a in range(99999) %}{{ vars.list == vars.list }}{% endfor %}",
    "{% for a in range(99999) %}{{ 2.2 in vars.list }}{% endfor %}",
    "{% for a in range(99999) %}{{ vars.long | replace('а', 'b') | length }}{% endfor %}",
    "{% for a in range(99999) %}{{ vars.long is startingwith('b') }}{% endfor %}",
    "{% for a in range(99999) %}{{ vars.long[5000] }}{% endfor %}",
    "{% for a in range(99999) %}{{ vars.long[-1:] }}{% endfor %}",
    "{% for a in range(99999) %}{{ vars.long[99999] }}{% endfor %}",
    "{% for a in range(99999) %}{{ (vars.long ~ a)[-1:] }}{% endfor %}",
    "{% for a in range(99999) %}{{ uuid() }}{% endfor %}",
    "{% for a in range(99999) %}{{ now() ~ random(1, 9) }}{% endfor %}",
    "{% macro f(n) %}{{ f(n + 1) }}{{ f(n + 1) }}{% endmacro %}{{ f(0) }}",
    "{% set ns = namespace(s='aaaaaaaa') %}{% for i in range(60) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}{{ ns.s }}",
    "{% set ns = namespace(l=[1]) %}{% for i in range(60) %}{% set ns.l = ns.l + ns.l %}{% endfor %}{{ ns.l }}",
    "{% for a in range(99999) %}{{ 9 ** 40 }}{% endfor %}",
    "{% for a in range(99999) %}{{ '%s' | format(vars.long) | length }}{% endfor %}",
    "{% for a in range(99999) %}{{ vars.list | join | length }}{% endfor %}",
    "{% for a in range(99999) %}{{ vars.list | tojson | length }}{% endfor %}",
    "{% for a in range(99999) %}{{ vars.list | unique | list | length }}{% endfor %}",
    "{% for a in range(99999) %}{{ vars.long | reverse | length }}{% endfor %}",
    "{% for a in range(99999) %}{{ vars.long | trim | title | indent | length }}{% endfor %}",
    "{% for a in vars.list %}{% for b in vars.list %}{{ a * b }}{% endfor %}{% endfor %}",
];

fn expressions() {
    let body = "а1 ".repeat(300_000);
    let ascii = "01".repeat(500_000);
    // Bits without a pattern, so that each is another state of the automaton.
    let mut state: u64 = 1;
    let bits: String = (0..1_000_000)
        .map(|_| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            if state >> 63 == 1 { '1' } else { '0' }
        })
        .chain("!".chars())
        .collect();
    for (source, text) in [
        ("(a+)+$", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab"),
        (r"(\w+\s?)+$", &body),
        (r"[01]*1[01]{200}x", &ascii),
        (r"[01]*1[01]{200}[^01]", &ascii),
        (r"1[01]{200}[^01]", &bits),
        (r"(?:1[01]{300}){3}x|!y", &bits),
        (r"(?:[01]{1,90}1[01]{300}){3}[^01]y", &bits),
        (r"(?s)1.{250}[^01!]", &bits),
        (r"(?s)(?:1.{30}0){9}.[^01!]", &bits),
        (r"(?:[01]*1[01]{50}){3}[ab]", &ascii),
        (r"(?:[01]*1[01]{300}){3}[ab]", &ascii),
        (r"(?:[a-zа-я0-9 ]{1,50}){1,20}!", &body),
        (r"\b\w{30,60}\b", &body),
        (r"(?i)(а|б|в|1|2| )+(x|y|z){500}", &body),
        (r"(.*)(.*)(.*)(.*)(.*)x", &body),
    ] {
        let rule = serde_json::json!({
            "version": 1, "when": {"field": "body", "op": "matches", "value": source},
            "then": {"reply": {}},
        });
        let rule = match CompiledRule::from_json(&rule.to_string()) {
            Ok(rule) => rule,
            Err(error) => {
                println!("{source}: {error}");
                continue;
            }
        };
        let set = RuleSet::new(vec![Arc::new(rule)]);
        let facts = Facts {
            body: Some(text),
            ..Facts::default()
        };
        let began = Instant::now();
        let choice = set.choose(&facts, &StatesInMemory::default(), Turn::default());
        println!(
            "{:>12?} {source} over {} bytes: {}{}",
            began.elapsed(),
            text.len(),
            choice.taken.is_some(),
            if choice.unjudged.is_empty() {
                ""
            } else {
                ", not found out"
            }
        );
    }
}

fn main() {
    deciding();
    templates();
    expressions();
}
