//! How large a schema is with its references written out.

use std::collections::HashMap;

use messages::Message;
use serde_json::Value;

use crate::compiled::schema::pattern;
use crate::words::problems;

/// Members whose values are no schemas.
const NO_SCHEMAS: &[&str] = &["const", "enum", "default", "examples", "required"];

/// Members that hold schemas by names of their own.
const NAMED_SCHEMAS: &[&str] = &["properties", "patternProperties", "dependentSchemas"];

/// The same, which count only where something refers to them.
const DEFINITIONS: &[&str] = &["$defs", "definitions"];

/// Levels of a schema with its references written out: twice what a value may have without. Each
/// takes some kilobytes of the stack in a debug build, here and in the validator.
const DEPTH_MAX: usize = 64;

/// How much work a schema is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Size {
    /// Its values, each of which may be asked of each value that is judged.
    pub(super) parts: u64,
    /// The states of the expressions that are searched for in names.
    pub(super) name_states: u64,
    /// Its levels.
    levels: usize,
}

impl Size {
    fn add(&mut self, other: Self) {
        self.parts = self.parts.saturating_add(other.parts);
        self.name_states = self.name_states.saturating_add(other.name_states);
        self.levels = self.levels.max(other.levels);
    }
}

/// What is wrong, and the pointer to the place in the schema.
type SchemaError = (Message, String);

pub(super) struct Sizes<'s> {
    schema: &'s Value,
    /// Sizes of the parts that are referred to; `None` while one is computed.
    known: HashMap<String, Option<Size>>,
    /// Levels of the part at hand.
    depth: usize,
}

impl<'s> Sizes<'s> {
    pub(super) fn new(schema: &'s Value) -> Self {
        Self {
            schema,
            known: HashMap::from([(String::new(), None)]),
            depth: 0,
        }
    }

    /// The size of the whole schema.
    ///
    /// # Errors
    /// The place of a circle, of a reference to something else, or of an expression that is none.
    pub(super) fn whole(&mut self) -> Result<Size, SchemaError> {
        self.of(self.schema, "")
    }

    /// The size of a schema.
    fn of(&mut self, schema: &Value, pointer: &str) -> Result<Size, SchemaError> {
        self.fits(1, pointer)?;
        self.depth += 1;
        let size = self.of_parts(schema, pointer);
        self.depth -= 1;
        let mut size = size?;
        size.levels += 1;
        Ok(size)
    }

    /// Refuses what has more levels than there may be from here on.
    fn fits(&self, levels: usize, pointer: &str) -> Result<(), SchemaError> {
        if self.depth + levels > DEPTH_MAX {
            let message = problems::SCHEMA_DEEP.arg(DEPTH_MAX as u64);
            return Err((message, pointer.to_owned()));
        }
        Ok(())
    }

    fn of_parts(&mut self, schema: &Value, pointer: &str) -> Result<Size, SchemaError> {
        let mut size = Size {
            parts: 1,
            ..Size::default()
        };
        match schema {
            Value::Object(members) => {
                for (name, value) in members {
                    size.add(self.of_keyword(name, value, pointer)?);
                }
            }
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    let mut below = pointer.to_owned();
                    json_text::push_index(&mut below, index);
                    size.add(self.of(item, &below)?);
                }
            }
            _ => {}
        }
        Ok(size)
    }

    fn of_keyword(
        &mut self,
        name: &str,
        value: &Value,
        pointer: &str,
    ) -> Result<Size, SchemaError> {
        let mut below = pointer.to_owned();
        json_text::push_key(&mut below, name);
        if NO_SCHEMAS.contains(&name) {
            return Ok(Size {
                parts: values(value),
                ..Size::default()
            });
        }
        if DEFINITIONS.contains(&name) {
            return Ok(Size::default());
        }
        match (name, value) {
            ("$ref", Value::String(target)) => self.of_target(target, &below),
            ("$dynamicRef" | "$recursiveRef", Value::String(target)) => {
                Err((problems::SCHEMA_CIRCLE.arg(target.as_str()), below))
            }
            // References below it would lead to places in it and not in the whole.
            ("$id", Value::String(_)) if !pointer.is_empty() => {
                Err(((&problems::SCHEMA_ID).into(), below))
            }
            ("pattern", Value::String(source)) => {
                pattern(source).map_err(|message| (message, below))?;
                Ok(Size {
                    parts: 1,
                    ..Size::default()
                })
            }
            (_, Value::Object(schemas)) if NAMED_SCHEMAS.contains(&name) => {
                let mut size = Size {
                    parts: 1,
                    ..Size::default()
                };
                for (key, schema) in schemas {
                    let mut place = below.clone();
                    json_text::push_key(&mut place, key);
                    if name == "patternProperties" {
                        let expression =
                            pattern(key).map_err(|message| (message, place.clone()))?;
                        size.add(Size {
                            name_states: expression.worst_steps(1),
                            ..Size::default()
                        });
                    }
                    size.add(self.of(schema, &place)?);
                }
                Ok(size)
            }
            _ => self.of(value, &below),
        }
    }

    fn of_target(&mut self, target: &str, pointer: &str) -> Result<Size, SchemaError> {
        let Some((found, at)) = self.find(target) else {
            return Err((problems::SCHEMA_REMOTE.arg(target), pointer.to_owned()));
        };
        match self.known.get(&at) {
            Some(Some(size)) => {
                // It was measured where it was met first, which may have been higher up.
                self.fits(size.levels, pointer)?;
                return Ok(*size);
            }
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

/// The values in a value, itself included.
fn values(value: &Value) -> u64 {
    match value {
        Value::Array(items) => 1 + items.iter().map(values).sum::<u64>(),
        Value::Object(members) => 1 + members.values().map(values).sum::<u64>(),
        _ => 1,
    }
}
