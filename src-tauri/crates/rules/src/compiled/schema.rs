//! JSON Schema 2020-12 for conditions: nothing is fetched, no circles, no explosion.
//!
//! The validator follows references as it validates. One that leads in a circle would never end,
//! and a few levels of parts that each refer to the next one twice would take years. So the
//! schema's size with all references written out is computed first, and circles are refused.
//!
//! Numbers beyond 64 bits and fractions are compared as doubles: the validator knows no others
//! without changing how the whole program reads JSON.

use std::collections::HashMap;

use jsonschema::{PatternOptions, Validator};
use messages::Message;
use serde_json::Value;

use crate::compiled::expression::REGEX_MAX_BYTES;
use crate::words::problems;

/// Parts of a schema with its references written out: a guess far above hand-written ones.
const PARTS_MAX: u64 = 10_000;

/// Members whose values are no schemas.
const NO_SCHEMAS: &[&str] = &["const", "enum", "default", "examples", "required"];

/// Members that hold schemas which count only where something refers to them.
const DEFINITIONS: &[&str] = &["$defs", "definitions"];

/// Compiles a schema.
///
/// # Errors
/// What is wrong with it, and the pointer to the place in it.
pub(crate) fn compile(json: &str) -> Result<Validator, (Message, String)> {
    let schema: Value = serde_json::from_str(json)
        .map_err(|error| (problems::SCHEMA.arg(error.to_string()), String::new()))?;
    let mut sizes = Sizes {
        schema: &schema,
        known: HashMap::new(),
    };
    sizes.known.insert(String::new(), None);
    if sizes.of(&schema, "")? > PARTS_MAX {
        return Err((problems::SCHEMA_TOO_LARGE.arg(PARTS_MAX), String::new()));
    }
    let patterns = PatternOptions::regex()
        .size_limit(REGEX_MAX_BYTES)
        .dfa_size_limit(REGEX_MAX_BYTES);
    let options = jsonschema::draft202012::options()
        .with_pattern_options(patterns)
        .offline();
    options.build(&schema).map_err(|error| {
        let pointer = error.instance_path().to_string();
        (problems::SCHEMA.arg(error.to_string()), pointer)
    })
}

struct Sizes<'s> {
    schema: &'s Value,
    /// Sizes of the parts that are referred to; `None` while one is computed.
    known: HashMap<String, Option<u64>>,
}

impl<'s> Sizes<'s> {
    /// The parts of a value with references written out. The depth is at most `serde_json`'s 128,
    /// for each reference on the way, of which none is taken twice.
    fn of(&mut self, value: &Value, pointer: &str) -> Result<u64, (Message, String)> {
        let mut size: u64 = 1;
        match value {
            Value::Object(members) => {
                for (name, value) in members {
                    let mut below = pointer.to_owned();
                    json_text::push_key(&mut below, name);
                    if NO_SCHEMAS.contains(&name.as_str()) || DEFINITIONS.contains(&name.as_str()) {
                        continue;
                    }
                    let reference = value.as_str().filter(|_| name.ends_with("ef"));
                    size = size.saturating_add(match (name.as_str(), reference) {
                        ("$ref", Some(target)) => self.of_target(target, &below)?,
                        ("$dynamicRef" | "$recursiveRef", Some(target)) => {
                            return Err((problems::SCHEMA_CIRCLE.arg(target), below));
                        }
                        _ => self.of(value, &below)?,
                    });
                }
            }
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    let mut below = pointer.to_owned();
                    json_text::push_index(&mut below, index);
                    size = size.saturating_add(self.of(item, &below)?);
                }
            }
            _ => {}
        }
        Ok(size)
    }

    fn of_target(&mut self, target: &str, pointer: &str) -> Result<u64, (Message, String)> {
        let found = self.find(target);
        let Some((found, at)) = found else {
            return Err((problems::SCHEMA_REMOTE.arg(target), pointer.to_owned()));
        };
        match self.known.get(&at) {
            Some(Some(size)) => return Ok(*size),
            Some(None) => {
                return Err((problems::SCHEMA_CIRCLE.arg(target), pointer.to_owned()));
            }
            None => {}
        }
        self.known.insert(at.clone(), None);
        let size = self.of(found, &at)?;
        self.known.insert(at, Some(size));
        Ok(size)
    }

    /// The part of this schema that a reference names, by pointer or by anchor.
    fn find(&self, target: &str) -> Option<(&'s Value, String)> {
        let name = target.strip_prefix('#')?;
        if name.is_empty() || name.starts_with('/') {
            let pointer = percent_encoding::percent_decode_str(name).decode_utf8_lossy();
            return Some((self.schema.pointer(&pointer)?, pointer.into_owned()));
        }
        // Anchors lie in definitions, beside the keywords.
        let definitions = DEFINITIONS.iter().filter_map(|list| {
            let members = self.schema.get(*list)?.as_object()?;
            Some(members.iter().map(move |(key, value)| (*list, key, value)))
        });
        let mut all = definitions.flatten();
        let (list, key, value) = all.find(|(_, _, value)| value["$anchor"] == name)?;
        let mut pointer = format!("/{list}");
        json_text::push_key(&mut pointer, key);
        Some((value, pointer))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schema_judges_values() {
        let schema = r##"{"$defs":{"s":{"type":"string","pattern":"^a+$"}},
            "type":"object","required":["n"],"properties":{"n":{"$ref":"#/$defs/s"}}}"##;
        let validator = compile(schema).unwrap();
        assert!(validator.is_valid(&serde_json::json!({"n": "aaa"})));
        assert!(!validator.is_valid(&serde_json::json!({"n": "b"})));
        assert!(compile("true").unwrap().is_valid(&Value::Null));
    }

    #[test]
    fn what_is_elsewhere_circular_too_large_or_no_schema_is_refused_with_its_place() {
        let doubled: Vec<String> = (0..40)
            .map(|n| {
                format!(
                    r##""d{n}":{{"anyOf":[{{"$ref":"#/$defs/d{0}"}},{{"$ref":"#/$defs/d{0}"}}]}}"##,
                    n + 1
                )
            })
            .collect();
        let doubled = format!(
            r##"{{"$defs":{{{},"d40":true}},"$ref":"#/$defs/d0"}}"##,
            doubled.join(",")
        );
        for (schema, code, pointer) in [
            (
                r#"{"$ref":"http://example.org/a.json"}"#,
                "schema_remote",
                "/$ref",
            ),
            (r#"{"$ref":"file:///etc/passwd"}"#, "schema_remote", "/$ref"),
            (r##"{"$ref":"#/$defs/none"}"##, "schema_remote", "/$ref"),
            (
                r##"{"items":{"$ref":"#"}}"##,
                "schema_circle",
                "/items/$ref",
            ),
            (r##"{"$ref":"#"}"##, "schema_circle", "/$ref"),
            (&doubled, "schema_too_large", ""),
            (r#"{"type":"objct"}"#, "schema", "/type"),
            (r#"{"pattern":"("}"#, "schema", "/pattern"),
        ] {
            let (message, place) = compile(schema).unwrap_err();
            assert_eq!(
                (message.code(), place.as_str()),
                (code, pointer),
                "{schema}"
            );
        }
    }
}
