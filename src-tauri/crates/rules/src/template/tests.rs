use super::*;
use crate::facts::{FactVariable, Facts};
use messages::Lang;
use protocol::UtcMillis;

const VARIABLES: &[FactVariable<'_>] = &[
    FactVariable {
        name: "n",
        json: "50",
    },
    FactVariable {
        name: "big",
        json: "9007199254740993",
    },
    FactVariable {
        name: "huge",
        json: "123456789012345678901234567890123456789012345",
    },
    FactVariable {
        name: "price",
        json: "1.10",
    },
    FactVariable {
        name: "total",
        json: "1290.00",
    },
    FactVariable {
        name: "exp",
        json: "1e2",
    },
    FactVariable {
        name: "neg",
        json: "-0",
    },
    FactVariable {
        name: "half",
        json: "0.5",
    },
    FactVariable {
        name: "name",
        json: "\"Ан\\u0430 \\\"Я\\\"\\n\"",
    },
    FactVariable {
        name: "yes",
        json: "true",
    },
    FactVariable {
        name: "none",
        json: "null",
    },
    FactVariable {
        name: "cart",
        json: "[{\"p\": 1.10, \"z\": 1}, {\"p\":2.25}]",
    },
    FactVariable {
        name: "address",
        json: "{\"b\": 1e2, \"a\": [ 1.0 ]}",
    },
    FactVariable {
        name: "two",
        json: "2.0",
    },
];

fn inputs() -> Inputs {
    let headers = [("X-Id", "q\"1")].into_iter().collect();
    let facts = Facts {
        method: "POST",
        path: "/hook",
        query: Some("a=1%202"),
        headers: Some(&headers),
        event: Some("pay"),
        user: Some("77"),
        variables: VARIABLES,
        ..Facts::default()
    };
    Inputs::new(&facts, 3, UtcMillis(1_795_332_600_000), 7)
}

fn render(source: &str) -> Result<String, TemplateError> {
    Template::new(source, Mode::Json)?.render(&inputs())
}

/// A template and what it gives.
const TEMPLATES: &str = r#"
{"n": {{ vars.n + 1 }}} => {"n": 51}
{{ vars.big }} {{ vars.huge }} => 9007199254740993 123456789012345678901234567890123456789012345
{{ vars.price }} {{ vars.total }} {{ vars.exp }} {{ vars.neg }} {{ vars.half }} => 1.10 1290.00 1e2 -0 0.5
{{ vars.big + 1 }} => 9007199254740994
{{ vars.total * 2 }} {{ vars.exp + vars.half }} {{ -vars.price }} => 2580 100.5 -1.1
{{ (vars.total - 290) / 4 }} {{ vars.total // 7 }} => 250.0 184
{{ vars.price > 1 }} {{ vars.total == 1290 }} {{ vars.exp is odd }} => true true false
{{ vars.price | round }} {{ vars.price|int + 1 }} => 1.0 2
{{ vars.cart | sum(attribute='p') }} => 3.35
{{ vars.cart[0].p }} {{ vars.cart[1]['p'] * 2 }} {{ vars.cart[1:][0].p }} => 1.10 4.5 2.25
{{ (vars.name ~ 1)[0:2] }} => "Ан"
{% for x in vars.cart %}{{ x.p }};{% endfor %} => 1.10;2.25;
{% set t = vars.total %}{{ t }} {{ t + 1 }} => 1290.00 1291
{{ vars.total if call > 1 else 0 }} {{ (vars.total if call > 1 else 0) + 1 }} => 1290.00 1291
{"name": {{ vars.name }}} => {"name": "Ана \"Я\"\n"}
{"t": "Привет, {{ vars.name }}!"} => {"t": "Привет, Ана \"Я\"\n!"}
{"t": {{ vars.name | tojson }}} => {"t": "Ана \"Я\"\n"}
{{ vars.address }} {{ vars.address | tojson }} => {"b": 1e2, "a": [ 1.0 ]} {"b": 1e2, "a": [ 1.0 ]}
"{{ vars.address }}" => "{\"b\": 1e2, \"a\": [ 1.0 ]}"
{{ [vars.total, vars.name, none] }} => [1290.00, "Ана \"Я\"\n", null]
{{ {'k': vars.price} | tojson }} => {"k": 1.10}
{{ vars.yes }} {{ vars.none }} "{{ vars.yes }}" => true null "true"
{% set t %}"{{ user }}"{% endset %}{"t": {{ t }}} => {"t": "\"77\""}
{% macro m(x) %}<{{ x }}>{% endmacro %}"{{ m('"') }}" => "<\">"
{% if vars.n > 5 %}"{{ vars.name }}{% else %}"-{% endif %} {{ user }}" => "Ана \"Я\"\n 77"
{{ '[1]' | safe }} => [1]
{{ event }} {{ call }} {{ method }} {{ path }} => "pay" 3 "POST" "/hook"
{{ query.a }} {{ headers['x-id'] }} {{ headers.X_None | default('-') }} => "1 2" "q\"1" "-"
{{ vars.missing | default(0) }} {{ 1 if vars.missing else 2 }} {{ vars.missing is defined }} => 0 2 false
{{ now() }} => "2026-11-22T07:30:00.000Z"
{{ 'a' ~ ('"' ~ 'c') }} "{{ ('"') }}{{ (('a' ~ '"')) }}" => "a\"c" "\"a\""
{{ (1, 'a') }} {{ not (1 > 2) }} => [1, "a"] true
{{ (vars.total + 1) > (vars.exp) }} {{ ((vars.total)) + (1) }} => true 1291
{{ (vars.total if (call) else 0) * 2 }} {{ [vars.total, [1]][0] + 1 }} => 2580 1291
{% set a = (vars.total ~ ('x' ~ 'y')) %}{{ a }} {{ {'a': 1}.a }} => "1290.00xy" 1
{{ vars.cart | sum(attribute='p', start=vars.price) }} {{ 2.346 | round(vars.two) }} => 4.45 2.35
{{ '%.1f %s %d%%' | format(vars.price, vars.total, vars.exp) }} => "1.1 1290.00 100%"
{{ [vars.total, vars.price, 5] | sort }} {{ [vars.total, vars.price] | max }} => [1.10, 5, 1290.00] 1290.00
{{ vars.cart | sort(attribute='p', reverse=true) }} {{ vars.cart | min(attribute='p') }} => [{"p":2.25}, {"p": 1.10, "z": 1}] {"p": 1.10, "z": 1}
{{ vars.cart | selectattr('p', 'gt', 2) | list }} {{ [vars.price, 9] | select('lt', vars.total) | list }} => [{"p":2.25}] [1.10, 9]
{{ vars.cart | map(attribute='p') | map('round') | list }} => [1.0, 2.0]
{{ 1290 is eq(vars.total) }} {{ 200 is divisibleby(vars.exp) }} {{ range(vars.two) | list }} => true true [0, 1]
{"t": {{ vars.name | e }}, "u": "{{ '<a "b">' | escape }}"} => {"t": "Ана &quot;Я&quot;\n", "u": "&lt;a &quot;b&quot;&gt;"}
{{ vars.cart | length }} {{ vars.cart | map(attribute='p') | join(', ') }} => 2 "1.10, 2.25"
"#;

#[test]
fn templates_write_json() {
    for row in TEMPLATES.trim().lines() {
        let (source, wanted) = row.split_once(" => ").unwrap();
        let output = render(source).unwrap_or_else(|error| panic!("{source}: {error}"));
        assert_eq!(output, wanted, "{source}");
    }
    let pretty = render("{{ vars.cart | tojson(indent=2) }}").unwrap();
    assert_eq!(pretty, json_text::pretty(VARIABLES[11].json).unwrap());
    assert!(
        render("{{ vars }}")
            .unwrap()
            .starts_with("{\"n\": 50, \"big\": 9007199254740993")
    );
}

#[test]
fn the_newline_at_the_end_stays() {
    assert_eq!(render("{{ vars.n }}\n\n").unwrap(), "50\n\n");
    assert_eq!(render("a\n").unwrap(), "a\n");
}

#[test]
fn other_bodies_get_texts_as_they_are() {
    let template = Template::new("<b>{{ vars.name }}</b> {{ vars.total }}", Mode::Plain).unwrap();
    assert_eq!(
        template.render(&inputs()).unwrap(),
        "<b>Ана \"Я\"\n</b> 1290.00"
    );
}

#[test]
fn random_values_follow_from_the_seed_and_differ_within_a_template() {
    let source = "{{ uuid() }} {{ uuid() }} {{ random(1, 3) }} {{ random(-5, -5) }}";
    let output = render(source).unwrap();
    assert_eq!(output, render(source).unwrap());
    let parts: Vec<_> = output.split(' ').collect();
    assert_ne!(parts[0], parts[1]);
    let id: uuid_text::Parts = uuid_text::parts(parts[0].trim_matches('"'));
    assert_eq!(id, (8, 4, 4, 4, 12));
    assert!(["1", "2", "3"].contains(&parts[2]));
    assert_eq!(parts[3], "-5");
    assert!(render("{{ random(3, 1) }}").is_err());
}

mod uuid_text {
    pub(super) type Parts = (usize, usize, usize, usize, usize);

    pub(super) fn parts(text: &str) -> Parts {
        let lengths: Vec<_> = text.split('-').map(str::len).collect();
        assert!(
            text.as_bytes()[14] == b'4' && b"89ab".contains(&text.as_bytes()[19]),
            "{text}"
        );
        (lengths[0], lengths[1], lengths[2], lengths[3], lengths[4])
    }
}

#[test]
fn what_cannot_be_parsed_is_refused_with_its_place() {
    for (source, line, column) in [
        ("{\n  \"a\": {{ vars. }}\n}", 2, 17),
        ("{{ 1 +", 1, 6),
        ("{% if x %}", 1, 9),
        ("ы {% nothing %}", 1, 6),
        ("{{ vars.a | nope }}", 1, 13),
        ("{% include 'x' %}", 1, 4),
    ] {
        let error = Template::new(source, Mode::Json);
        let error = error.err().or_else(|| render(source).err());
        let error = error.unwrap_or_else(|| panic!("{source}"));
        let place = (error.position.line, error.position.column);
        assert_eq!(place, (line, column), "{source}: {error}");
    }
}

#[test]
fn whether_a_string_is_open_does_not_depend_on_a_branch() {
    for source in [
        "{% if vars.n %}\"{% endif %}{{ user }}",
        "{{ 1 }}{% for x in vars.cart %}\"{% endfor %}{{ user }}",
        "{% if vars.n %}\"a{% elif vars.x %}\"b\"{% else %}\"c{% endif %}\"",
    ] {
        let error = Template::new(source, Mode::Json).unwrap_err();
        assert_eq!(error.message.code(), "template_quotes", "{source}");
        assert!(Template::new(source, Mode::Plain).is_ok(), "{source}");
    }
    let even = "{% if vars.n %}\"a{% elif vars.x %}\"b{% else %}\"c{% endif %}\"";
    assert!(Template::new(even, Mode::Json).is_ok());
}

#[test]
fn what_fails_names_its_place_and_what_is_missing() {
    let place_and_words = |source: &str| {
        let error = render(source).unwrap_err();
        let text = error.message().text(Lang::En);
        (error.position.line, error.position.column, text)
    };
    for (source, line, column, said) in [
        (
            "{\n\"a\": {{ vars.missing }}}",
            2,
            9,
            "“vars.missing” has no value",
        ),
        (
            "{\"a\": {{ vars.total + vars.missing }}}",
            1,
            10,
            "The template failed",
        ),
        (
            "{{ vars.missing.deeper }}",
            1,
            8,
            "“vars.missing.deeper” has no value",
        ),
        ("{{ vars.n + 'x' }}", 1, 4, "The template failed"),
        ("\n\n{{ 1 // 0 }}", 3, 4, "The template failed"),
    ] {
        let (at, on, text) = place_and_words(source);
        assert_eq!((at, on), (line, column), "{source}: {text}");
        assert!(text.contains(said), "{source}: {text}");
    }
    // Where the fuel ends is no matter of the template.
    let endless =
        "\n{% for x in range(99999) %}{% for y in range(99999) %}{% endfor %}{% endfor %}";
    let (line, _, text) = place_and_words(endless);
    assert!(
        line == 2 && text.contains("does too much work"),
        "{line}: {text}"
    );
}

#[test]
fn a_template_that_runs_away_is_stopped() {
    for source in RUNAWAY {
        let error = render(source).err();
        assert!(error.is_some(), "{source}");
    }
}

/// What the library does not see: its fuel pays for one value, and the variable makes many.
#[test]
fn reading_variables_again_and_again_is_stopped() {
    let members: Vec<String> = (0..5_000).map(|n| format!("\"m{n}\": {n}")).collect();
    let object = format!("{{{}}}", members.join(", "));
    let lists = vec![object.as_str(); 100].join(", ");
    let variables = [("o", object), ("l", format!("[{lists}]"))];
    let variables: Vec<_> = variables
        .iter()
        .map(|(name, json)| FactVariable { name, json })
        .collect();
    let facts = Facts {
        variables: &variables,
        ..Facts::default()
    };
    let inputs = || Inputs::new(&facts, 1, UtcMillis(0), 1);
    let counted = Template::new(
        "{% for o in vars.l %}{{ o | length }},{% endfor %}",
        Mode::Plain,
    );
    let error = counted.unwrap().render(&inputs()).unwrap_err();
    assert_eq!(error.message().code(), "fuel");
    // What the library compares it must not find to be an error.
    let sorted = "{{ vars.l | sort(attribute='m1') | length }}{{ vars.l == vars.l }}";
    let sorted = Template::new(sorted, Mode::Plain).unwrap();
    let error = sorted.render(&inputs()).unwrap_err();
    assert_eq!(error.message().code(), "fuel");
    // The same object again costs nothing.
    let first = "{% for n in range(2000) %}{{ vars.o | first }}{% endfor %}{{ vars.o | length }}";
    let first = Template::new(first, Mode::Plain).unwrap();
    assert!(first.render(&inputs()).unwrap().ends_with("m05000"));
}

/// The library writes and drops values by recursion: without an end where one holds itself, and too
/// deep where each is a part of another.
#[test]
fn values_that_hold_themselves_or_parts_of_parts_end_no_thread() {
    let held = [
        "{% set ns.x = ns %}{{ ns | string }}",
        "{% set ns.x = [ns] %}{{ ns ~ 'a' }}",
        "{% set ns.x = {'a': ns} %}{{ [ns] | join }}",
        "{% set b = [ns] %}{% set ns.x = b %}{{ ns | upper }}",
        "{% set o = namespace(x=ns) %}{% set ns.y = o %}{{ '%s' | format(ns) }}",
        "{% set ns.x = [1, ns][1:] %}{{ 'a' | replace(ns, 'b') }}",
        "{% set a, ns.x = 1, ns %}{{ [ns] | pprint }}",
        "{% set ns.x = (ns if true else 1) %}{{ ns | string }}",
        "{% set ns.x = {'a': (1, [ns])} %}{{ ns | string }}",
    ];
    let ends = [
        (
            "{% for i in range(1500) %}{% set ns.x = ns.x[1:] %}{% endfor %}ok",
            "ok",
        ),
        (
            "{% for i in range(900) %}{% set ns.x = [ns.x[0][1:]] %}{% endfor %}ok",
            "ok",
        ),
        (
            "{% for i in range(90) %}{% set ns.x = ns.x + ns.x %}{% endfor %}{{ ns.x | length }}",
            "0",
        ),
        (
            "{% set ns.x = ns.x + [1] %}{% set ns.y = ns.x[1:] + (ns.x | list) %}{{ ns.y }}",
            "[1]",
        ),
    ];
    let doubled = "{% set l = [] %}".to_owned() + &"{% set l = l + l %}".repeat(90);
    let bodies = held.into_iter().map(|body| (body.to_owned(), None));
    let ending = ends.map(|(body, text)| (body.to_owned(), Some(text)));
    let written = [(doubled + "{{ l | length }}", Some("0"))];
    for (body, expected) in bodies.chain(ending).chain(written) {
        let source = format!("{{% set ns = namespace(x=[]) %}}{body}");
        let rendered = std::thread::Builder::new()
            .stack_size(1 << 20)
            .spawn(move || render(&source).ok())
            .unwrap();
        assert_eq!(rendered.join().unwrap().as_deref(), expected, "{body}");
    }
}

/// Templates that would take all time or memory.
const RUNAWAY: &[&str] = &[
    "{% for a in range(99999) %}{% for b in range(99999) %}{{ a }}{% endfor %}{% endfor %}",
    "{% set ns = namespace(s='aaaaaaaa') %}{% for i in range(60) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}{{ ns.s }}",
    "{{ 'a' * 99999999 }}",
    "{% macro f(n) %}{{ f(n + 1) }}{% endmacro %}{{ f(0) }}",
    "{% macro f(n) %}{{ f(n + 1) }}{{ f(n + 1) }}{% endmacro %}{{ f(0) }}",
    "{{ '%99999999d' | format(1) }}",
    "{{ range(100000) | list | join('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa') }}",
    "{% set ns = namespace(l=[1]) %}{% for i in range(60) %}{% set ns.l = ns.l + ns.l %}{% endfor %}{{ ns.l | length }}{{ ns.l }}",
    "{% set ns = namespace(l=[]) %}{% for i in range(99999) %}{% set ns.l = [ns.l] %}{% endfor %}{{ ns.l }}",
    "{% set ns = namespace(l=[]) %}{% for i in range(99999) %}{% set ns.l = dict(a=ns.l) %}{% endfor %}{{ ns.l }}",
    "{% macro f(x) %}{{ f([[[[x]]]]) }}{% endmacro %}{{ f(1) }}",
    "{% set ns = namespace(l=1) %}{% set ns.l = [ns, ns] %}{{ ns }}{{ ns.l }}",
    "{% set ns = namespace(l={}) %}{% for i in range(99999) %}{% set ns.l = {'a': ns.l} %}{% endfor %}{{ ns.l == ns.l }}{{ ns.l | tojson }}",
];
