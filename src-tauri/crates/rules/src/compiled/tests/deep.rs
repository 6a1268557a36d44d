//! Rules that are nested thousands deep, on a thread whose stack is half of a server's.

use messages::Say as _;
use serde_json::json;

use crate::{CompiledRule, read_file};

const STACK: usize = 1 << 20;

fn nested(left: &str, core: &str, right: &str, many: usize) -> String {
    format!("{}{core}{}", left.repeat(many), right.repeat(many))
}

fn rule(when: &str) -> String {
    format!(
        r#"{{"version":1,"when":{when},"then":{{"reply":{{"status":200,"headers":[],"body":""}}}}}}"#
    )
}

fn test(field: &str, op: &str, value: &str) -> String {
    let field = json!(field);
    rule(&format!(
        r#"{{"field":{field},"op":"{op}","value":{value}}}"#
    ))
}

/// Reads a rule from JSON and says it; the code of why it is refused.
fn read(text: String) -> Option<&'static str> {
    let read = move || match CompiledRule::from_json(&text) {
        Ok(rule) => {
            let _ = (rule.sentence(), rule.definition().to_json());
            None
        }
        Err(error) => Some(error.message().code()),
    };
    let thread = std::thread::Builder::new().stack_size(STACK).spawn(read);
    thread.unwrap().join().expect("nothing panics")
}

#[test]
fn conditions_and_values_that_nest_deep_are_refused() {
    for many in [17, 33, 5_000, 100_000] {
        for group in ["all", "any"] {
            let text = rule(&nested(&format!("{{\"{group}\":["), "", "]}", many));
            assert_eq!(read(text), Some("too_deep"), "{group} {many}");
        }
        let text = rule(&nested("{\"not\":", "{\"all\":[]}", "}", many));
        assert_eq!(read(text), Some("too_deep"), "not {many}");
        if many > 32 {
            let too_much = [Some("value_too_deep"), Some("too_long")];
            for (left, right) in [("[", "]"), ("{\"a\":", "}")] {
                for op in ["equals", "schema"] {
                    let value = nested(left, "1", right, many);
                    let refused = read(test("var:a", op, &value));
                    let is_list = op == "schema" && left == "[";
                    let fits = too_much.contains(&refused) || is_list;
                    assert!(refused.is_some() && fits, "{left} {op} {many}: {refused:?}");
                }
            }
            let listed = format!("{{\"hits\":{},", nested("[", "", "]", many));
            let text = rule("{\"all\":[]}").replacen('{', &listed, 1);
            assert_eq!(read(text), None, "what is passed over");
        }
    }
    let yaml = nested("{all: [", "", "]}", 5_000);
    let yaml = format!("version: 1\nwhen: {yaml}\nthen: {{}}\n");
    let refused = std::thread::Builder::new()
        .stack_size(STACK)
        .spawn(move || {
            let error = read_file(&yaml).unwrap_err();
            error.message().code()
        });
    let refused = refused.unwrap().join().expect("nothing panics");
    assert!(["deep", "yaml"].contains(&refused), "{refused}");
}

#[test]
fn expressions_and_paths_that_nest_deep_are_refused_or_compiled() {
    for many in [24, 100, 30_000] {
        let expressions = [
            nested("(", "a", ")", many),
            nested("(?:a|", "b", ")", many),
            nested("(?i:", "b", ")*", many),
            nested("", "a", "*", many),
            nested("", "a", "?", many),
            nested("", "a", "{1}", many),
            nested("[", "a", "]", many),
            nested("[^a&&[", "b", "]]", many),
            nested("a|", "b", "", many),
            nested("(a", "b", "", many),
        ];
        for expression in expressions {
            for text in [
                test("body", "matches", &json!(expression).to_string()),
                test(
                    "body",
                    "schema",
                    &json!({"pattern": expression}).to_string(),
                ),
            ] {
                let refused = read(text);
                let codes = [
                    None,
                    Some("regex"),
                    Some("regex_too_large"),
                    Some("too_long"),
                ];
                assert!(codes.contains(&refused), "{expression:.40}: {refused:?}");
            }
        }
        for step in [".a", "[0]", "[*]"] {
            let path = format!("var:a{}", step.repeat(many));
            let refused = read(test(&path, "present", "null"));
            let codes = match many > 64 {
                true => [Some("path"), Some("too_long")],
                false => [None, None],
            };
            assert!(codes.contains(&refused), "{step} {many}: {refused:?}");
        }
    }
}

#[test]
fn schemas_as_deep_as_they_may_be_are_compiled() {
    for (left, right) in [
        ("{\"not\":", "}"),
        ("{\"items\":", "}"),
        ("{\"allOf\":[", "]}"),
        ("{\"properties\":{\"a\":", "}}"),
        ("{\"if\":", "}"),
    ] {
        let levels = left.matches(['{', '[']).count();
        let schema = nested(left, "true", right, 31 / levels);
        let refused = read(test("var:a", "schema", &schema));
        assert_eq!(refused, None, "{left}");
    }
}
