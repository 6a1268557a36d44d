use super::{DEPTH_MAX, NESTING_MAX, too_deep_at};
use crate::facts::Facts;
use crate::template::{Inputs, Mode, Template};
use protocol::UtcMillis;

/// Bytes of stack that a template may take: half of what a thread of the server's has, which
/// others have used a part of when a rule is compiled.
const STACK: usize = 1 << 20;

/// A template whose middle is repeated: before, around on the left, the core, around on the right,
/// after.
type Shape = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);

/// What makes a tree deeper, alone and within something else.
const SHAPES: &[Shape] = &[
    // In a row.
    ("{{ 1", "+1", "", "", " }}"),
    ("{{ 1", "+call", "", "", " }}"),
    ("{{ call", "*1", "", "", " }}"),
    ("{{ 2", "**1", "", "", " }}"),
    ("{{ call", "**call", "", "", " }}"),
    ("{{ 1", "//1", "", "", " }}"),
    ("{{ 1", "%1", "", "", " }}"),
    ("{{ 1", " and 1", "", "", " }}"),
    ("{{ call", " or call", "", "", " }}"),
    ("{{ user", "~user", "", "", " }}"),
    ("{{ 1", "<1", "", "", " }}"),
    ("{{ call", " == call", "", "", " }}"),
    ("{{ 1", " in [1]", "", "", " }}"),
    ("{{ 1", " not in user", "", "", " }}"),
    ("{{ ", "-", "1", "", " }}"),
    ("{{ ", "- ", "call", "", " }}"),
    ("{{ ", "not ", "call", "", " }}"),
    ("{{ ", "1 if call else ", "1", "", " }}"),
    ("{{ 1", " if call", "", "", " }}"),
    ("{{ 1 if 1", " if 1 else 1", "", "", " }}"),
    ("{{ vars", ".a", "", "", " }}"),
    ("{{ vars", "[0]", "", "", " }}"),
    ("{{ vars", "[0:1]", "", "", " }}"),
    ("{{ user", ".1", "", "", " }}"),
    ("{{ call", "()", "", "", " }}"),
    ("{{ call", "(1)", "", "", " }}"),
    ("{{ call", "|int", "", "", " }}"),
    ("{{ call", "|default(call)", "", "", " }}"),
    ("{{ call", " is defined", "", "", " }}"),
    ("{{ call", " is not defined", "", "", " }}"),
    ("{{ call", " is eq 1", "", "", " }}"),
    ("{{ call + 1", " + 1 | int - 1", "", "", " }}"),
    ("{% set x = 1", "+call", "", "", " %}"),
    ("{% set x = vars", "[0]", "", "", " %}"),
    ("{% set x.a", ".a", "", "", " = 1 %}"),
    ("{% set x | upper", "|upper", "", "", " %}a{% endset %}"),
    ("{% filter upper", "|upper", "", "", " %}a{% endfilter %}"),
    ("{% if 1", " or 1", "", "", " %}{% endif %}"),
    ("{% for x in [1]", "+[1]", "", "", " %}{% endfor %}"),
    ("{% for x in [1] if 1", " and 1", "", "", " %}{% endfor %}"),
    ("{% with a = 1", "+1", "", "", " %}{% endwith %}"),
    ("{% macro m(a=1", "+1", "", "", ") %}{% endmacro %}"),
    ("{% if 0 %}", "{% elif call %}", "", "", "{% endif %}"),
    (
        "{% if 0 %}",
        "{% elif call %}a",
        "{% else %}",
        "",
        "{% endif %}",
    ),
    (
        "{% if 0 %}\"",
        "\"{% elif call == 2 %}{{ user }}\"",
        "",
        "",
        "\"{% endif %}",
    ),
    // Within each other.
    ("{{ ", "(", "1", ")", " }}"),
    ("{{ ", "(1+", "1", ")", " }}"),
    ("{{ ", "(-", "1", ")", " }}"),
    ("{{ ", "(not ", "1", ")", " }}"),
    ("{{ ", "(1 if call else ", "1", ")", " }}"),
    ("{{ ", "(", "1", ",)", " }}"),
    ("{{ ", "[", "1", "]", " }}"),
    ("{{ ", "[call,", "1", "]", " }}"),
    ("{{ ", "{'a':", "1", "}", " }}"),
    ("{{ ", "{'a':call,'b':", "1", "}", " }}"),
    ("{{ ", "vars[", "1", "]", " }}"),
    ("{{ ", "vars[0:", "1", "]", " }}"),
    ("{{ ", "range(", "1", ")", " }}"),
    ("{{ ", "range(*", "1", ")", " }}"),
    ("{{ ", "dict(a=", "1", ")", " }}"),
    ("{{ ", "call|default(", "1", ")", " }}"),
    ("{{ ", "call is eq(", "1", ")", " }}"),
    ("{{ ", "call is eq -", "1", "", " }}"),
    ("{% set x = ", "[", "1", "]", " %}"),
    ("{% set ", "(", "a", ")", " = 1 %}"),
    ("{% for ", "(", "a", ",)", " in [] %}{% endfor %}"),
    ("", "{% if call %}", "a", "{% endif %}", ""),
    ("", "{% if 0 %}{% else %}", "a", "{% endif %}", ""),
    ("", "{% if 0 %}{% elif call %}", "a", "{% endif %}", ""),
    ("", "{% for x in [1] %}", "a", "{% endfor %}", ""),
    ("", "{% for x in [] %}{% else %}", "a", "{% endfor %}", ""),
    ("", "{% for x in [1] recursive %}", "a", "{% endfor %}", ""),
    ("", "{% set x %}", "a", "{% endset %}", ""),
    ("", "{% set x | upper %}", "a", "{% endset %}", ""),
    ("", "{% with a = 1 %}", "a", "{% endwith %}", ""),
    ("", "{% autoescape true %}", "a", "{% endautoescape %}", ""),
    ("", "{% filter upper %}", "a", "{% endfilter %}", ""),
    ("", "{% macro m() %}", "a", "{% endmacro %}", ""),
    ("", "{% call range() %}", "a", "{% endcall %}", ""),
    (
        "",
        "{% call(a=call) range(call) %}",
        "a",
        "{% endcall %}",
        "",
    ),
];

fn repeated(shape: Shape, many: usize) -> String {
    let (before, left, core, right, after) = shape;
    let (left, right) = (left.repeat(many), right.repeat(many));
    format!("{before}{left}{core}{right}{after}")
}

/// The most repetitions that are not too deep.
fn most(shape: Shape) -> usize {
    let fits = |many: &usize| too_deep_at(&repeated(shape, *many)).is_none();
    (1..=DEPTH_MAX).take_while(fits).last().unwrap_or_default()
}

/// Compiles a template, runs it and drops it, on a thread of a small stack.
fn survives(source: String) {
    let compiled = move || {
        for mode in [Mode::Json, Mode::Plain] {
            if let Ok(template) = Template::new(&source, mode) {
                let inputs = Inputs::new(&Facts::default(), 1, UtcMillis(0), 1);
                let _ = template.names();
                let _ = template.render(&inputs);
            }
        }
    };
    let thread = std::thread::Builder::new().stack_size(STACK);
    let thread = thread.spawn(compiled).expect("a thread can be started");
    thread.join().expect("nothing panics");
}

#[test]
fn every_shape_as_deep_as_it_may_be_is_compiled_within_half_a_stack() {
    for shape in SHAPES {
        let many = most(*shape);
        assert!(many >= NESTING_MAX / 2 - 1, "{shape:?}: {many}");
        survives(repeated(*shape, many));
    }
}

/// Chains within brackets within blocks, which share the one bound.
#[test]
fn shapes_within_shapes_are_compiled_within_half_a_stack() {
    let (before, left, core, right, after) = ("{{ ", "(1+", "1", ")", " }}");
    for (_, outer_left, _, outer_right, _) in SHAPES.iter().filter(|shape| shape.0.is_empty()) {
        for (_, chain, end, ..) in SHAPES.iter().filter(|shape| shape.0 == "{{ ") {
            let source = |many: usize| {
                let blocks = NESTING_MAX / 2;
                let (outer_left, outer_right) =
                    (outer_left.repeat(blocks), outer_right.repeat(blocks));
                let (left, right) = (left.repeat(10), right.repeat(10));
                let chain = chain.repeat(many);
                format!("{outer_left}{before}{left}{core}+{chain}{end}{right}{after}{outer_right}")
            };
            let fits = |many: &usize| too_deep_at(&source(*many)).is_none();
            let many = (1..=DEPTH_MAX).take_while(fits).last().unwrap_or_default();
            survives(source(many));
        }
    }
}

#[test]
fn every_shape_of_a_megabyte_is_refused_where_it_becomes_too_deep() {
    for (before, left, core, right, after) in SHAPES {
        let before = format!("\n{before}");
        let shape = (before.as_str(), *left, *core, *right, *after);
        let many = (1 << 20) / (left.len() + right.len());
        let source = format!(
            "{}{}{}{}{}",
            shape.0,
            shape.1.repeat(many),
            shape.2,
            shape.3.repeat(many),
            shape.4
        );
        let refused = move || Template::new(&source, Mode::Json).map(|_| ());
        let thread = std::thread::Builder::new().stack_size(STACK);
        let thread = thread.spawn(refused).expect("a thread can be started");
        let error = thread.join().expect("nothing panics").unwrap_err();
        assert_eq!(error.message.code(), "template_deep", "{left}: {error}");
        assert_eq!(error.position.line, 2, "{left}: {error}");
    }
}

#[test]
fn what_people_write_is_not_too_deep() {
    let cities: Vec<_> = (0..100)
        .map(|n| format!("{{% elif vars.city == 'c{n}' %}}{n}"))
        .collect();
    let menu = format!("{{% if false %}}{}{{% endif %}}", cities.concat());
    let parts = vec!["vars.a.b"; 60].join(" ~ '; ' ~ ");
    let ids: Vec<_> = (0..80).map(|n| format!("user == '{n}'")).collect();
    let list = vec!["{'a': [1 + 2, (vars.x | default('-'))]}"; 1_000].join(", ");
    for source in [
        menu,
        format!("{{{{ {parts} }}}}"),
        format!("{{{{ {} }}}}", ids.join(" or ")),
        format!("{{{{ [{list}] }}}}"),
        "{{ vars.a + 1 }}".repeat(1_000),
        "{% if call %}a{% elif user %}b{% endif %}".repeat(1_000),
        "{% set x = 1 %}".repeat(1_000),
        "{% raw %}{{ (((((( {% endraw %}".repeat(1_000),
        "{# ((((((( #}".repeat(1_000),
    ] {
        assert_eq!(too_deep_at(&source), None, "{source}");
        assert!(Template::new(&source, Mode::Plain).is_ok(), "{source}");
    }
}
