//! A test of one value by itself, outside of a rule: bounded work, as in a rule.

use json_text::unescape_lossy;
use messages::Message;

use crate::compiled::{Expression, Schema};
use crate::work::{Budget, STEPS_MAX};

/// A test of one JSON value.
#[derive(Debug)]
pub struct ValueTest(Kind);

#[derive(Debug)]
enum Kind {
    Matches(Box<Expression>),
    Schema(Box<Schema>),
}

impl ValueTest {
    /// That a regular expression finds something: in a text, or in another value as it is written.
    ///
    /// # Errors
    /// What is wrong with the expression.
    pub fn matches(source: &str) -> Result<Self, Message> {
        let expression = Expression::new(source).map(Box::new);
        expression.map(Kind::Matches).map(Self)
    }

    /// That a value is valid by a JSON schema (2020-12) that refers to nothing outside.
    ///
    /// # Errors
    /// What is wrong with the schema, and the pointer to the place in it.
    pub fn schema(json: &str) -> Result<Self, (Message, String)> {
        Schema::new(json).map(Box::new).map(Kind::Schema).map(Self)
    }

    /// Whether a value passes; `None` where finding that out would take too long.
    #[must_use]
    pub fn holds(&self, json: &str) -> Option<bool> {
        let budget = Budget::new(STEPS_MAX);
        match &self.0 {
            Kind::Schema(schema) => schema.is_valid(json, &budget),
            Kind::Matches(expression) => match json.starts_with('"') {
                true => expression.is_match(&unescape_lossy(json), &budget),
                false => expression.is_match(json, &budget),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_searched_as_it_reads_and_another_value_as_it_is_written() {
        let test = ValueTest::matches("^а\"б$|^1\\.0$").unwrap();
        for (json, wanted) in [
            (r#""а\"б""#, true),
            ("1.0", true),
            ("1", false),
            ("[1.0]", false),
        ] {
            assert_eq!(test.holds(json), Some(wanted), "{json}");
        }
        assert!(ValueTest::matches("(").is_err());
    }

    #[test]
    fn a_schema_judges_a_value() {
        let test = ValueTest::schema(r#"{"type":"object","required":["id"]}"#).unwrap();
        assert_eq!(test.holds(r#"{"id":1}"#), Some(true));
        assert_eq!(test.holds("{}"), Some(false));
        let (_, pointer) = ValueTest::schema(r#"{"type":"nothing"}"#).unwrap_err();
        assert_eq!(pointer, "/type");
    }
}
