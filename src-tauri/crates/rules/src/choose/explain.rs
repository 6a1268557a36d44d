//! Why each rule took a turn or did not.

use serde::Serialize;
use utoipa::ToSchema;

use crate::among::Among;
use crate::choose::{CallNumber, Count, Evaluation, Evaluator, Part, Turn};
use crate::compiled::{CompiledAction, Leaf, Predicate, When};
use crate::definition::{Field, JsonText, SequenceEnd, Test};
use crate::facts::Facts;
use crate::set::RuleSet;
use crate::state::States;
use crate::template::quoted;

/// Whether a rule by itself takes a turn, and what kept it from it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = RuleExplanation)]
pub struct Explanation {
    /// The rule.
    pub id: String,
    /// Whether its conditions hold, it is enabled and was asked; the first such rule answers.
    pub matched: bool,
    /// It had no say in this turn: where a person or a server answers, only rules that ask one go
    /// before, and those that answer by themselves at most as the fallback.
    pub not_asked: bool,
    /// It is switched off.
    pub disabled: bool,
    /// Its sequence has ended, and passes.
    pub finished: bool,
    /// What was counted decides here, and the counters are those of today: the turn's own were not
    /// recorded with it.
    pub counters_of_today: bool,
    /// The first condition that does not hold.
    pub failed: Option<Failed>,
    /// Every condition in the rule's order, where that was asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub conditions: Vec<JudgedCondition>,
}

/// A condition of a rule, and what it came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = RuleJudgedCondition)]
pub struct JudgedCondition {
    /// The place of the condition in the rule, a JSON pointer.
    pub pointer: String,
    /// What it judges; `chance` where it is one, and `all` or `any` of nothing.
    pub field: String,
    /// How; a chance strikes below its value.
    pub op: String,
    /// What it compares with.
    #[schema(value_type = JsonText)]
    pub value: Option<JsonText>,
    /// What there was; of a long value the beginning, as a text.
    #[schema(value_type = JsonText)]
    pub actual: Option<JsonText>,
    /// The length of the JSON text of what there was, in bytes.
    pub actual_bytes: Option<u64>,
    /// Where it was, for a path with `[*]`: `cart[1].sku`.
    pub element: Option<String>,
    /// It is as the rule wants it. `null`: not found out, or the turn was given no number to judge.
    pub met: Option<bool>,
    /// An odd number of negations stands around it: the rule wants that it does not hold.
    pub negated: bool,
    /// Judging it takes longer than a turn may wait.
    pub unjudged: bool,
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
    #[schema(value_type = JsonText)]
    pub value: Option<JsonText>,
    /// What there was.
    #[schema(value_type = JsonText)]
    pub actual: Option<JsonText>,
    /// Where it was, for a path with `[*]`: `cart[1].sku`.
    pub element: Option<String>,
    /// The condition stands under a negation, and holds.
    pub negated: bool,
    /// It was not found out whether it holds: judging it takes longer than a turn may wait.
    pub unjudged: bool,
}

/// A condition, and what it judged.
#[derive(Default)]
struct Described {
    field: String,
    op: &'static str,
    value: Option<JsonText>,
    actual: Option<String>,
    /// The length of the JSON text of what there was.
    actual_bytes: Option<usize>,
    element: Option<String>,
}

/// What was judged: of a long value the beginning, and its whole length.
#[derive(Default)]
struct Actual {
    json: Option<String>,
    bytes: Option<usize>,
    element: Option<String>,
}

/// Bytes of a value that is shown. A body may have many million.
const SHOWN_BYTES: usize = 1_000;

impl RuleSet {
    /// Says of each rule in the order, disabled ones included, whether it takes the turn by
    /// itself.
    ///
    /// A recorded turn is explained as it was with its own facts, seed and exchange number, and
    /// with the states before it. For those, [`RecordedState::of_changes`] is to be stored with
    /// the exchange and given back through [`RecordedStates`]: some bytes for each rule that
    /// counted the turn and uses its counters, for most turns none. Rules below the one that
    /// answered counted nothing, so of them today's counters are taken, and
    /// [`Explanation::counters_of_today`] says so wherever that can make a difference.
    ///
    /// [`RecordedState::of_changes`]: crate::RecordedState::of_changes
    /// [`RecordedStates`]: crate::RecordedStates
    #[must_use]
    pub fn explain(&self, facts: &Facts<'_>, states: &dyn States, turn: Turn) -> Vec<Explanation> {
        self.explain_among(&[Among::All], facts, states, turn)
    }

    /// The same where not all rules took part.
    #[must_use]
    pub fn explain_among(
        &self,
        asked: &[Among],
        facts: &Facts<'_>,
        states: &dyn States,
        turn: Turn,
    ) -> Vec<Explanation> {
        let evaluator = Evaluator::new(self, facts, turn);
        let explained = self.rules().enumerate().map(|(index, rule)| {
            let not_asked = !asked.iter().any(|among| among.has(&rule.action));
            let explanation = evaluator.explain(index, states);
            Explanation {
                matched: explanation.matched && !not_asked,
                not_asked,
                ..explanation
            }
        });
        explained.collect()
    }

    /// One rule explained with every condition; `None` where there is none of this id.
    #[must_use]
    pub fn explain_whole(
        &self,
        id: &str,
        asked: &[Among],
        facts: &Facts<'_>,
        states: &dyn States,
        turn: Turn,
    ) -> Option<Explanation> {
        let index = self.rules().position(|rule| rule.id() == id)?;
        let not_asked = !asked
            .iter()
            .any(|among| among.has(&self.rule(index).action));
        let explanation = Evaluator::new(self, facts, turn).explain_whole(index, states);
        Some(Explanation {
            matched: explanation.matched && !not_asked,
            not_asked,
            ..explanation
        })
    }
}

impl Evaluator<'_, '_> {
    /// A rule explained with every condition.
    pub(crate) fn explain_whole(&self, index: usize, states: &dyn States) -> Explanation {
        let explanation = self.explain(index, states);
        // A turn that the other conditions refuse is given no number.
        let number = match self.evaluate(index, states) {
            Evaluation::Fails | Evaluation::Finished | Evaluation::Unjudged(_, None) => {
                CallNumber::Open
            }
            Evaluation::Unjudged(_, Some(count))
            | Evaluation::Refuses(count)
            | Evaluation::Answers(count) => CallNumber::Known(count.number),
        };
        let mut conditions = Vec::new();
        let judging = Judging { index, number };
        let when = &self.set.rule(index).when;
        self.judge(
            judging,
            when,
            false,
            &mut "/when".to_owned(),
            &mut conditions,
        );
        Explanation {
            conditions,
            ..explanation
        }
    }

    fn judge(
        &self,
        judging: Judging,
        when: &When,
        negated: bool,
        pointer: &mut String,
        out: &mut Vec<JudgedCondition>,
    ) {
        let length = pointer.len();
        let (parts, group) = match when {
            When::All(parts) => (parts, "all"),
            When::Any(parts) => (parts, "any"),
            When::Not(part) => {
                pointer.push_str("/not");
                self.judge(judging, part, !negated, pointer, out);
                return pointer.truncate(length);
            }
            When::Leaf(leaf) => return out.push(self.judged(judging, *leaf, negated, pointer)),
        };
        if parts.is_empty() {
            let described = Described {
                field: group.to_owned(),
                ..Described::default()
            };
            let holds = Some(group == "all");
            out.push(described.judged(pointer, holds, negated, false));
        }
        for (at, part) in parts.iter().enumerate() {
            pointer.push_str(&format!("/{group}/{at}"));
            self.judge(judging, part, negated, pointer, out);
            pointer.truncate(length);
        }
    }

    fn judged(
        &self,
        judging: Judging,
        leaf: usize,
        negated: bool,
        pointer: &str,
    ) -> JudgedCondition {
        let Judging { index, number } = judging;
        let test = &self.set.rule(index).leaves[leaf];
        let is_unnumbered = matches!(number, CallNumber::Open)
            && matches!(
                test,
                Leaf::Test {
                    predicate: Predicate::Count(_),
                    ..
                }
            );
        let holds = match is_unnumbered {
            true => None,
            false => self.leaf_holds(index, leaf, number, !negated),
        };
        let unjudged = holds.is_none() && !is_unnumbered;
        let described = self.describe(index, leaf, number);
        described.judged(pointer, holds, negated, unjudged)
    }

    pub(crate) fn explain(&self, index: usize, states: &dyn States) -> Explanation {
        let rule = self.set.rule(index);
        let disabled = !rule.definition().enabled;
        let evaluation = self.evaluate(index, states);
        let number = match &evaluation {
            Evaluation::Fails => Some(CallNumber::Open),
            Evaluation::Unjudged(number, _) => Some(*number),
            Evaluation::Refuses(Count { number, .. }) => Some(CallNumber::Known(*number)),
            Evaluation::Finished | Evaluation::Answers(_) => None,
        };
        let passes = matches!(rule.action, CompiledAction::Sequence(_, SequenceEnd::Pass));
        let counters_decide =
            (rule.judges_calls || passes) && !matches!(evaluation, Evaluation::Fails);
        Explanation {
            id: rule.id().to_owned(),
            matched: !disabled && matches!(evaluation, Evaluation::Answers(_)),
            not_asked: false,
            disabled,
            finished: matches!(evaluation, Evaluation::Finished),
            counters_of_today: counters_decide && states.is_of_today(rule.id(), &self.key(rule)),
            failed: number.map(|number| self.failed(index, &rule.when, number)),
            conditions: Vec::new(),
        }
    }

    /// The first condition that kept the rule from answering.
    fn failed(&self, index: usize, when: &When, number: CallNumber) -> Failed {
        let mut pointer = "/when".to_owned();
        let failing = self.failing(index, when, number, true, &mut pointer);
        let described = match failing.part {
            Part::Leaf(leaf) => self.describe(index, leaf, number),
            Part::EmptyGroup(group) => Described {
                field: group.to_owned(),
                ..Described::default()
            },
        };
        Failed {
            pointer,
            field: described.field,
            op: described.op.to_owned(),
            value: described.value,
            actual: described.actual.map(JsonText::written),
            element: described.element,
            negated: failing.holds == Some(true),
            unjudged: failing.holds.is_none(),
        }
    }

    fn describe(&self, index: usize, leaf: usize, number: CallNumber) -> Described {
        match &self.set.rule(index).leaves[leaf] {
            Leaf::Chance {
                text,
                number: chance,
                ..
            } => Described {
                field: "chance".to_owned(),
                op: "less",
                value: Some(JsonText::written(text.clone())),
                actual: Some(format!("{:.4}", self.roll(index, *chance))),
                ..Described::default()
            },
            Leaf::Test {
                definition,
                predicate,
            } => {
                let actual = match (predicate, number) {
                    (Predicate::Count(_), CallNumber::Known(number)) => {
                        Actual::new(number.to_string(), None)
                    }
                    (Predicate::Count(_), CallNumber::Open) => Actual::default(),
                    _ => self.actual(index, leaf, definition, predicate),
                };
                Described {
                    field: definition.field.to_string(),
                    op: definition.op.as_str(),
                    value: definition.value.clone(),
                    actual: actual.json,
                    actual_bytes: actual.bytes,
                    element: actual.element,
                }
            }
        }
    }

    /// The value that was judged, and for `[*]` where it is: of several the one that fits, else
    /// the first.
    fn actual(&self, index: usize, leaf: usize, test: &Test, predicate: &Predicate) -> Actual {
        let number = self.set.numbers(index, leaf).field;
        let (reading, work) = (&self.reading, &self.reading.work);
        match predicate {
            Predicate::Count(_) => Actual::default(),
            Predicate::Text(predicate) => {
                let texts = reading.texts(number).iter();
                let mut texts = texts.map(Option::as_deref);
                let first = texts.clone().next().flatten();
                let fitting = texts.find(|text| predicate.fits(*text, work) == Some(true));
                let text = fitting.unwrap_or(first);
                text.map_or_else(Actual::default, Actual::of_text)
            }
            Predicate::Json(predicate) => {
                let Some(found) = reading.path(number) else {
                    return Actual::default();
                };
                let mut all = found.as_slice().iter();
                let fitting = all.find(|one| predicate.fits(one.json, work) == Some(true));
                let one = fitting.or_else(|| found.as_slice().first());
                let Some((one, json)) = one.and_then(|one| Some((one, one.json?))) else {
                    return Actual::default();
                };
                let has_items = matches!(&test.field, Field::Variable(path) if path.has_any_item());
                let element = has_items.then(|| reading.path_of(one)).flatten();
                Actual::new(json.to_owned(), element)
            }
        }
    }
}

/// Which rule is judged, and with which number.
#[derive(Clone, Copy)]
struct Judging {
    index: usize,
    number: CallNumber,
}

impl Actual {
    fn new(json: String, element: Option<String>) -> Self {
        let bytes = Some(json.len());
        let json = match json.len() > SHOWN_BYTES {
            true => quoted(shown(&json)),
            false => json,
        };
        Self {
            json: Some(json),
            bytes,
            element,
        }
    }

    /// Of a text that is no JSON.
    fn of_text(text: &str) -> Self {
        Self {
            json: Some(quoted(shown(text))),
            bytes: Some(quoted(text).len()),
            element: None,
        }
    }
}

impl Described {
    fn judged(
        self,
        pointer: &str,
        holds: Option<bool>,
        negated: bool,
        unjudged: bool,
    ) -> JudgedCondition {
        JudgedCondition {
            pointer: pointer.to_owned(),
            field: self.field,
            op: self.op.to_owned(),
            value: self.value,
            actual: self.actual.map(JsonText::written),
            actual_bytes: self.actual_bytes.map(|bytes| bytes as u64),
            element: self.element,
            met: holds.map(|holds| holds != negated),
            negated,
            unjudged,
        }
    }
}

/// The beginning of a long text.
fn shown(text: &str) -> &str {
    &text[..text.floor_char_boundary(SHOWN_BYTES)]
}
