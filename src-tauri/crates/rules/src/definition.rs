//! What a person edits: a rule as the API, the window and a file have it.
//!
//! Definitions are plain data, kept as they were written: a value of a condition is JSON text with
//! its digits, a template is its source. Nothing here decides; [`crate::compiled`] makes of a
//! definition what does, and says what of it cannot be compiled. They are read from JSON text by
//! [`Rule::from_json`] and not by a derived reader, because each error has to name its place and
//! because a derived one takes a list for an object.

mod condition;
mod cursor;
mod field;
mod limits;
mod then;

use json_text::Tree;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;

pub use condition::{Condition, JsonText, Op, Test};
pub use cursor::{Cursor, Fields};
pub use field::{Field, FieldKind};
pub use limits::{
    AFTER_MAX, BODY_MAX_BYTES, CONDITIONS_MAX, DELAY_MAX_MS, DEPTH_MAX, HOLD_MAX_SECONDS, LIST_MAX,
    NAME_MAX_CHARS, PATCH_MAX, REPLIES_MAX, RULE_MAX_BYTES, TEXT_MAX_BYTES, VALUE_DEPTH_MAX,
};
pub use then::{
    Action, AfterCall, Delay, Fallback, Fault, Forward, Hold, Patch, Reply, Sequence, SequenceEnd,
    Then,
};

use crate::error::RuleError;
use crate::vocabulary::vocabulary;
use crate::words::problems;

/// The version of the definition that this code reads and writes.
pub const VERSION: u32 = 1;

vocabulary! {
    /// Whose calls a rule counts, and whose place in its sequence it keeps.
    #[derive(Default)]
    #[schema(as = RuleScope)]
    Scope {
        /// Each user's; turns without a user count together.
        #[default]
        User = "user",
        /// Each conversation's.
        Conversation = "conversation",
        /// All turns together.
        Rule = "rule",
    }
}

/// What a listed rule carries beside its definition. It is passed over where a rule is read, so
/// that a rule that was listed can be put back as it is.
const LISTED: &[&str] = &[
    "hits",
    "last_hit",
    "last_hit_at",
    "users",
    "shadowed_by",
    "never",
    "sentence",
];

/// A rule: when it answers, and how.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(example = json!({
    "version": 1,
    "name": "City known",
    "enabled": true,
    "scope": "user",
    "when": {"all": [
        {"field": "event", "op": "equals", "value": "event1"},
        {"field": "var:address.city", "op": "present"},
    ]},
    "then": {"reply": {"status": 200, "body": "{\"n\": {{ vars.n + 1 }}}", "template": true,
        "delay_ms": 0}},
}))]
pub struct Rule {
    /// The version of this shape: 1.
    pub version: u32,
    /// The rule's identity; a draft has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    pub id: Option<String>,
    /// What a person calls it.
    pub name: String,
    /// Whether it takes part.
    pub enabled: bool,
    /// The group that lists show it in.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    pub group: Option<String>,
    /// Whose calls it counts.
    pub scope: Scope,
    /// What must hold.
    pub when: Condition,
    /// What happens then.
    pub then: Then,
}

impl Rule {
    /// Reads a rule from JSON text. Without a name it is named by nothing, without `enabled` it
    /// takes part, without `when` it matches everything.
    ///
    /// # Errors
    /// The first place that does not fit, by its JSON pointer.
    pub fn from_json(text: &str) -> Result<Self, RuleError> {
        if text.len() > RULE_MAX_BYTES {
            return Err(RuleError::new(
                "",
                problems::TOO_LONG.arg(RULE_MAX_BYTES as u64),
            ));
        }
        let tree = Tree::new(text).map_err(|error| RuleError::not_json(error, text))?;
        let known = [
            "version", "id", "name", "enabled", "group", "scope", "when", "then",
        ];
        let fields = Cursor::root(&tree).object_ignoring(&known, LISTED)?;
        if let Some(version) = fields.get("version")
            && version.whole(0, u64::from(u32::MAX))? != u64::from(VERSION)
        {
            let message = problems::VERSION
                .arg(version.json())
                .arg(u64::from(VERSION));
            return Err(version.error(message));
        }
        let text = |name| {
            fields
                .get(name)
                .map(|cursor| cursor.name_text())
                .transpose()
        };
        let enabled = fields.get("enabled").map(|cursor| cursor.boolean());
        let scope = fields
            .get("scope")
            .map(|cursor| cursor.one_of(Scope::ALL, Scope::as_str));
        let when = fields.get("when").map(|cursor| condition::read(&cursor));
        let rule = Self {
            version: VERSION,
            id: text("id")?,
            name: text("name")?.unwrap_or_default(),
            enabled: enabled.transpose()?.unwrap_or(true),
            group: text("group")?,
            scope: scope.transpose()?.unwrap_or_default(),
            when: when
                .transpose()?
                .unwrap_or(Condition::All { all: Vec::new() }),
            then: then::read(&fields.required("then")?)?,
        };
        // Last: what is there and does not fit is told first.
        fields.required("version")?;
        Ok(rule)
    }

    /// Looks at the names in it, as somebody gives them. One that is stored already is read with
    /// what it has.
    ///
    /// # Errors
    /// The first name that does not show all that it has.
    pub fn check_names(&self) -> Result<(), RuleError> {
        let given = [
            ("/id", self.id.as_deref()),
            ("/name", Some(&*self.name)),
            ("/group", self.group.as_deref()),
        ];
        let unfit = given
            .iter()
            .find(|(_, name)| name.is_some_and(|name| !protocol::is_name(name)));
        match unfit {
            Some((pointer, _)) => Err(RuleError::new(*pointer, &problems::NAME_LINE)),
            None => Ok(()),
        }
    }

    /// The rule as JSON text.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("a definition has text keys and JSON texts alone")
    }
}

/// Only from JSON text, as `serde_json` reads it: the values keep their digits. Where the place
/// of an error matters, take the raw text and [`Rule::from_json`].
impl<'de> Deserialize<'de> for Rule {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Box::<RawValue>::deserialize(deserializer)?;
        Self::from_json(text.get()).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests;
