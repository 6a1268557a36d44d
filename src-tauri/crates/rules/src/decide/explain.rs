//! Why each rule took a turn or did not.

use serde::Serialize;
use utoipa::ToSchema;

use crate::compiled::{Judge, Leaf, When};
use crate::decide::{Call, Count, Court, Turn, Verdict, fits};
use crate::definition::{Field, JsonText, Test};
use crate::facts::{Facts, Values};
use crate::set::RuleSet;
use crate::state::States;
use crate::template::quoted;

/// Whether a rule by itself takes a turn, and what kept it from it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = RuleExplanation)]
pub struct Explanation {
    /// The rule.
    pub id: String,
    /// Whether its conditions hold and it is enabled; the first such rule answers.
    pub matched: bool,
    /// It is switched off.
    pub disabled: bool,
    /// Its sequence has ended, and passes.
    pub finished: bool,
    /// The first condition that does not hold.
    pub failed: Option<Failed>,
}

/// A condition that does not hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = RuleFailedCondition)]
pub struct Failed {
    /// The place of the condition in the rule, a JSON pointer.
    pub pointer: String,
    /// What it judges; `chance` where it is one.
    pub field: String,
    /// How; a chance strikes below its value.
    pub op: String,
    /// What it compares with.
    pub value: Option<JsonText>,
    /// What there was.
    pub actual: Option<JsonText>,
    /// Where it was, for a path with `[*]`: `cart[1].sku`.
    pub element: Option<String>,
    /// The condition stands under a negation, and holds.
    pub negated: bool,
}

/// Bytes of a value that is shown. A body may have many million.
const SHOWN_BYTES: usize = 1_000;

impl RuleSet {
    /// Says of each rule in the order, disabled ones included, whether it takes the turn by
    /// itself.
    #[must_use]
    pub fn explain(&self, facts: &Facts<'_>, states: &dyn States, turn: Turn) -> Vec<Explanation> {
        let court = Court::new(self, facts, turn);
        (0..self.rules().len())
            .map(|index| court.explain(index, states))
            .collect()
    }
}

impl Court<'_, '_> {
    fn explain(&self, index: usize, states: &dyn States) -> Explanation {
        let rule = self.set.rule(index);
        let disabled = !rule.definition().enabled;
        let verdict = self.judge(index, states);
        let call = match &verdict {
            Verdict::Fails => Some(Call::Fitting),
            Verdict::Refuses(Count { call, .. }) => Some(Call::Number(*call)),
            Verdict::Finished | Verdict::Answers(_) => None,
        };
        Explanation {
            id: rule.id().to_owned(),
            matched: !disabled && matches!(verdict, Verdict::Answers(_)),
            disabled,
            finished: matches!(verdict, Verdict::Finished),
            failed: call.map(|call| self.failed(index, &rule.when, call)),
        }
    }

    /// The first condition that kept the rule from answering.
    fn failed(&self, index: usize, when: &When, call: Call) -> Failed {
        match self.culprit(index, when, call, true) {
            Some((leaf, negated)) => self.describe(index, leaf, call, negated),
            // A group without parts.
            None => Failed {
                pointer: "/when".to_owned(),
                field: "any".to_owned(),
                op: String::new(),
                value: None,
                actual: None,
                element: None,
                negated: false,
            },
        }
    }

    /// The first leaf for which a condition is not what is wanted, and whether the leaf holds.
    fn culprit(
        &self,
        index: usize,
        when: &When,
        call: Call,
        wanted: bool,
    ) -> Option<(usize, bool)> {
        let is = |part: &When| self.holds(index, part, call, wanted);
        match when {
            When::Leaf(leaf) => Some((*leaf, !wanted)),
            When::Not(part) => self.culprit(index, part, call, !wanted),
            When::All(parts) | When::Any(parts) => {
                let part = parts.iter().find(|part| is(part) != wanted)?;
                self.culprit(index, part, call, wanted)
            }
        }
    }

    fn describe(&self, index: usize, leaf: usize, call: Call, negated: bool) -> Failed {
        match &self.set.rule(index).leaves[leaf] {
            Leaf::Chance {
                text,
                number,
                pointer,
                ..
            } => Failed {
                pointer: pointer.clone(),
                field: "chance".to_owned(),
                op: "less".to_owned(),
                value: Some(JsonText::written(text.clone())),
                actual: Some(JsonText::written(format!(
                    "{:.4}",
                    self.roll(index, *number)
                ))),
                element: None,
                negated,
            },
            Leaf::Test {
                definition,
                judge,
                pointer,
            } => {
                let (actual, element) = match (judge, call) {
                    (Judge::Count(_), Call::Number(call)) => (Some(call.to_string()), None),
                    (Judge::Count(_), Call::Fitting) => (None, None),
                    _ => self.actual(index, leaf, definition, judge),
                };
                Failed {
                    pointer: pointer.clone(),
                    field: definition.field.to_string(),
                    op: definition.op.as_str().to_owned(),
                    value: definition.value.clone(),
                    actual: actual.map(JsonText::written),
                    element,
                    negated,
                }
            }
        }
    }

    /// The value that was judged: of several the one that fits, else the first.
    fn actual(
        &self,
        index: usize,
        leaf: usize,
        test: &Test,
        judge: &Judge,
    ) -> (Option<String>, Option<String>) {
        let number = self.set.numbers(index, leaf).field;
        let values = self.reading.values(number, &test.field);
        let at = fits(judge, values).unwrap_or(0);
        match values {
            Values::Texts(texts) => {
                let text = texts.get(at).and_then(Option::as_deref);
                (text.map(|text| quoted(shown(text))), None)
            }
            Values::Json(found) => {
                let has_items = matches!(&test.field, Field::Variable(path) if path.has_any_item());
                let found = found.get(at);
                let element = found.filter(|found| has_items && found.json.is_some());
                let json =
                    found
                        .and_then(|found| found.json)
                        .map(|json| match json.len() > SHOWN_BYTES {
                            true => quoted(shown(json)),
                            false => json.to_owned(),
                        });
                (json, element.and_then(|found| self.reading.path_of(found)))
            }
        }
    }
}

/// The beginning of a long text.
fn shown(text: &str) -> &str {
    &text[..text.floor_char_boundary(SHOWN_BYTES)]
}
