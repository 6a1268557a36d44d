//! Templates that would run away.

use std::time::Instant;

use protocol::UtcMillis;
use rules::{FactVariable, Facts, Inputs, Mode, Template};

use crate::{LIMIT, median, milliseconds};

/// Runs each template some times and prints the slowest ones.
pub(crate) fn run() {
    let long = format!("\"{}\"", "а".repeat(100_000));
    let list = format!("[{}]", vec!["1.10"; 50_000].join(","));
    let members: Vec<String> = (0..20_000).map(|n| format!("\"m{n}\": {n}")).collect();
    let object = format!("{{{}}}", members.join(","));
    let objects = format!("[{}]", vec![object.as_str(); 20].join(","));
    let variables = [
        ("long", &long),
        ("list", &list),
        ("object", &object),
        ("objects", &objects),
    ];
    let variables = variables.map(|(name, json)| FactVariable { name, json });
    let facts = Facts {
        variables: &variables,
        ..Facts::default()
    };
    let mut all = Vec::new();
    for source in RUNAWAY {
        let template = Template::new(source, Mode::Json).expect("the template can be parsed");
        let times = (0..5).map(|_| {
            let inputs = Inputs::new(&facts, 1, UtcMillis(0), 1);
            let began = Instant::now();
            let _ = template.render(&inputs);
            began.elapsed()
        });
        all.push((median(times.collect()), *source));
    }
    all.sort();
    println!(
        "templates that run away, the slowest of {} (limit {LIMIT}):",
        all.len()
    );
    for (time, source) in all.iter().rev().take(5) {
        println!("  {} {}", milliseconds(*time), source);
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
    "{% for a in range(99999) %}{{ vars.object | length }}{% endfor %}",
    "{% for a in range(99999) %}{{ vars.object | first }}{% endfor %}",
    "{% for a in range(99999) %}{{ vars.object | list | length }}{% endfor %}",
    "{% for a in range(99999) %}{{ vars.object | tojson | length }}{% endfor %}",
    "{% for a in range(99999) %}{{ vars.object == vars.object }}{% endfor %}",
    "{% for a in range(99999) %}{{ vars | length }}{{ vars.object.m5 }}{% endfor %}",
    "{% for o in vars.objects %}{{ o | length }}{{ o | list | length }}{% endfor %}",
    "{% for o in vars.objects %}{{ o | dictsort | length }}{% endfor %}",
    "{{ vars.objects | sort(attribute='m1') | length }}{{ vars.objects | unique | list | length }}",
    "{% for a in range(99999) %}{{ vars.list | max }}{% endfor %}",
    "{% for a in range(99999) %}{{ vars.list | select('gt', 2) | list | length }}{% endfor %}",
    "{% for a in vars.list %}{% for b in vars.list %}{{ a * b }}{% endfor %}{% endfor %}",
];
