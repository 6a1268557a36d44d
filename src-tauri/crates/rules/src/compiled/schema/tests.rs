use super::*;
use crate::work::STEPS_MAX;

fn is_valid(schema: &str, json: &str) -> Option<bool> {
    Schema::new(schema)
        .unwrap()
        .is_valid(json, &Budget::new(STEPS_MAX))
}

#[test]
fn a_schema_judges_values() {
    let schema = r##"{"$defs":{"s":{"type":"string","pattern":"^a+$"}},
            "type":"object","required":["n"],"properties":{"n":{"$ref":"#/$defs/s"}},
            "patternProperties":{"^x":{"type":"number"}}}"##;
    for (json, wanted) in [
        (r#"{"n": "aaa"}"#, true),
        (r#"{"n": "b"}"#, false),
        (r#"{"n": "a", "x1": 1}"#, true),
        (r#"{"n": "a", "x1": "1"}"#, false),
        ("{", false),
    ] {
        assert_eq!(is_valid(schema, json), Some(wanted), "{json}");
    }
    assert_eq!(is_valid("true", "null"), Some(true));
    assert_eq!(
        is_valid(r#"{"pattern":"^\\d$"}"#, "\"١\""),
        Some(false),
        "ECMAScript"
    );
}

#[test]
fn what_would_take_too_long_is_not_found_out() {
    let long = "10".repeat(50_000);
    let exploding = r#"{"pattern":"(?:1[01]{300}){3}x"}"#;
    assert_eq!(is_valid(exploding, &format!("\"{long}\"")), None);
    let negated = format!(r#"{{"not":{exploding}}}"#);
    assert_eq!(is_valid(&negated, &format!("\"{long}\"")), None);
    let names = r#"{"patternProperties":{"(?:1[01]{300}){3}x":true}}"#;
    assert_eq!(is_valid(names, &format!("{{\"{long}\": 1}}")), None);
    let many = vec!["{\"const\":1}"; 3_000].join(",");
    let many = format!(r#"{{"items":{{"anyOf":[{many}]}}}}"#);
    let list = format!("[{}]", vec!["2"; 10_000].join(","));
    assert_eq!(is_valid(&many, &list), None);
    assert_eq!(is_valid(&many, "[2, 1]"), Some(false));
}

/// A schema, the code of the problem and its place.
const REFUSED: &str = r##"
{"$ref":"http://example.org/a.json"} | schema_remote | /$ref
{"$ref":"file:///etc/passwd"} | schema_remote | /$ref
{"$ref":"#/$defs/none"} | schema_remote | /$ref
{"items":{"$ref":"#"}} | schema_circle | /items/$ref
{"$ref":"#"} | schema_circle | /$ref
{"properties":{"a":{"$id":"http://a/b","$defs":{"x":true},"$ref":"#/$defs/x"}}} | schema_id | /properties/a/$id
{"type":"objct"} | schema | /type
{"pattern":"("} | regex | /pattern
{"patternProperties":{"(":true}} | regex | /patternProperties/(
"##;

fn is_refused(schema: &str, code: &str, pointer: &str) {
    let (message, place) = Schema::new(schema).unwrap_err();
    assert_eq!(
        (message.code(), place.as_str()),
        (code, pointer),
        "{schema}"
    );
}

#[test]
fn what_is_elsewhere_circular_or_no_schema_is_refused_with_its_place() {
    for row in REFUSED.trim().lines() {
        let cells: Vec<&str> = row.split(" | ").collect();
        let [schema, code, pointer] = cells.as_slice() else {
            panic!("{row}")
        };
        is_refused(schema, code, pointer);
    }
}

#[test]
fn names_of_properties_may_be_those_of_keywords() {
    for name in ["default", "enum", "const", "$defs", "pattern"] {
        let schema = format!(
            r##"{{"$defs":{{"a":{{"properties":{{"{name}":{{"$ref":"#/$defs/a"}}}}}}}},"$ref":"#/$defs/a"}}"##
        );
        let pointer = format!("/$defs/a/properties/{name}/$ref");
        is_refused(&schema, "schema_circle", &pointer);
    }
    let not_referred = r##"{"default":{"$ref":"#"},"const":{"$ref":"x"}}"##;
    assert!(Schema::new(not_referred).is_ok(), "no schemas");
}

#[test]
fn a_schema_that_explodes_is_refused() {
    let doubled: Vec<String> = (0..18)
        .map(|n| {
            format!(
                r##""d{n}":{{"anyOf":[{{"$ref":"#/$defs/d{0}"}},{{"$ref":"#/$defs/d{0}"}}]}}"##,
                n + 1
            )
        })
        .collect();
    let doubled = format!(
        r##"{{"$defs":{{{},"d18":true}},"$ref":"#/$defs/d0"}}"##,
        doubled.join(",")
    );
    is_refused(&doubled, "schema_too_large", "");
}

/// Parts that are referred to from several places are measured once, and are as deep below each.
#[test]
fn a_part_that_was_measured_before_is_as_deep_as_it_is_where_it_is_referred_to_again() {
    // 16 parts, each of 29 levels of its own, the next one at the bottom of each; they are met
    // from the last one on, so that each is measured where nothing stands above it.
    let part = |n: usize| {
        let (open, close) = (r#"{"not":"#.repeat(28), "}".repeat(28));
        format!(r##""d{n}":{open}{{"$ref":"#/$defs/d{}"}}{close}"##, n + 1)
    };
    let parts: Vec<String> = (0..16).map(part).collect();
    let met: Vec<String> = (0..=16)
        .rev()
        .map(|n| format!(r##"{{"$ref":"#/$defs/d{n}"}}"##))
        .collect();
    let schema = format!(
        r##"{{"$defs":{{{},"d16":true}},"anyOf":[{}]}}"##,
        parts.join(","),
        met.join(",")
    );
    let (message, place) = Schema::new(&schema).unwrap_err();
    assert_eq!(message.code(), "schema_deep");
    assert!(place.starts_with("/$defs/d13/"), "{place}");
}

/// A chain of references is as deep as it is long, for the validator, too.
#[test]
fn a_schema_that_becomes_too_deep_is_refused() {
    let chain = |many: usize| {
        let links: Vec<String> = (0..many)
            .map(|n| format!(r##""d{n}":{{"$ref":"#/$defs/d{}"}}"##, n + 1))
            .collect();
        let links = links.join(",");
        format!(r##"{{"$defs":{{{links},"d{many}":{{"type":"number"}}}},"$ref":"#/$defs/d0"}}"##)
    };
    let within = std::thread::Builder::new().stack_size(1 << 20);
    let judged = within.spawn(move || {
        assert_eq!(is_valid(&chain(60), "1"), Some(true));
        assert_eq!(is_valid(&chain(60), "\"1\""), Some(false));
        for many in [64, 1_500] {
            let (message, place) = Schema::new(&chain(many)).unwrap_err();
            assert_eq!(message.code(), "schema_deep");
            assert!(place.starts_with("/$defs/d6"), "{place}");
        }
    });
    judged.unwrap().join().expect("nothing panics");
}
