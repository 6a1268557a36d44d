//! Choosing among a thousand rules of three conditions.

use std::sync::Arc;
use std::time::Instant;

use rules::{CompiledRule, FactVariable, Facts, RuleSet, StatesInMemory, Turn};

use crate::{RULES, median, microseconds, milliseconds};

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

pub(crate) fn run() {
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
    println!("choosing among {RULES} rules of three conditions (limit 100 µs):");
    for kind in [Kind::Event, Kind::Value, Kind::Path, Kind::Part] {
        choose(kind, &variables);
    }
}

fn choose(kind: Kind, variables: &[FactVariable<'_>]) {
    let set = set(kind);
    let facts = Facts {
        event: Some(match kind {
            Kind::Event | Kind::Part => "event999",
            Kind::Value | Kind::Path => "pay",
        }),
        user: Some("77"),
        variables,
        ..Facts::default()
    };
    let states = StatesInMemory::default();
    let mut taken = 0;
    let times = (0..5_000).map(|exchange| {
        let turn = Turn {
            exchange,
            ..Turn::default()
        };
        let began = Instant::now();
        let choice = set.choose(&facts, &states, turn);
        let time = began.elapsed();
        taken += usize::from(choice.taken.is_some());
        time
    });
    let chosen = median(times.collect());
    assert_eq!(taken, 5_000, "the last rule takes each turn");
    let made = (0..5).map(|_| {
        let rules = set.rules().cloned().collect();
        let began = Instant::now();
        let _ = RuleSet::new(rules);
        began.elapsed()
    });
    let made = median(made.collect());
    let began = Instant::now();
    let _ = set.findings();
    let proved = began.elapsed();
    println!(
        "  {} {kind:?}; the set made anew {}, findings {}",
        microseconds(chosen),
        milliseconds(made),
        milliseconds(proved)
    );
}
