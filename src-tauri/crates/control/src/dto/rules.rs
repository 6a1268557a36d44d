//! The rules of a bot: as they are listed, tried and explained.

use engine::{Bot, Engine, RuleStateOf, TurnOfDryRun};
use messages::{Lang, Say as _};
use protocol::{Answer, ExchangeId};
use rules::{Explanation, Rule, RuleFinding};
use serde::Serialize;
use utoipa::ToSchema;

/// A rule with how it fares.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ListedRule)]
pub(crate) struct RuleView {
    #[serde(flatten)]
    rule: Rule,
    /// The rule in words.
    sentence: String,
    /// How often it took a turn.
    hits: u64,
    /// The exchange of the last one.
    last_hit: Option<ExchangeId>,
    /// The id of a rule above that takes every turn which this one would take.
    shadowed_by: Option<String>,
    /// Why its own conditions never hold together.
    never: Option<String>,
}

/// A rule that this version cannot read.
#[derive(Debug, Serialize, ToSchema)]
struct UnreadableView {
    id: String,
    /// Why.
    message: String,
    /// The part of the rule that it is about, as a JSON pointer.
    pointer: String,
}

/// The rules of a bot.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RuleList {
    /// In their order: the first enabled one that matches answers.
    rules: Vec<RuleView>,
    /// Rules that this version cannot read. They answer nothing, and stay until they are deleted.
    unreadable: Vec<UnreadableView>,
}

/// A new rule's id.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CreatedRule {
    pub(crate) id: String,
}

/// What a rule remembers.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RuleStates {
    states: Vec<RuleStateView>,
}

/// What a rule remembers of one user, one conversation, or of all.
#[derive(Debug, Serialize, ToSchema)]
struct RuleStateView {
    /// The user, the conversation's id, or the empty text.
    key: String,
    /// The turns that came to the rule and fulfilled its other conditions.
    calls: u64,
    /// The number of the reply of its sequence that was given last; 0 before the first.
    position: u32,
}

/// What a draft would have answered.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RulePreview {
    /// Turns that were tried.
    tried: usize,
    /// Those that the draft would have taken.
    matched: usize,
    /// Those that would have been answered otherwise.
    would_change: Vec<ChangedAnswer>,
}

/// An answer that would have been another one.
#[derive(Debug, Serialize, ToSchema)]
struct ChangedAnswer {
    exchange_id: ExchangeId,
    /// What was answered; `null` where nothing was.
    from: Option<AnswerPart>,
    /// What would have been; `null` where nobody knows.
    to: Option<AnswerPart>,
}

/// A status and a body.
#[derive(Debug, Serialize, ToSchema)]
struct AnswerPart {
    #[schema(minimum = 100, maximum = 999)]
    status: u16,
    /// As text; of a long one its beginning.
    body: String,
}

/// Why each rule took a turn, or did not.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RuleExplanations {
    pub(crate) rules: Vec<Explanation>,
}

/// Bytes of an answer that a preview shows: of 1,000 turns of a megabyte it would be a gigabyte.
const SHOWN_BYTES: usize = 64 << 10;

impl RuleView {
    fn new(
        rule: &rules::CompiledRule,
        finding: &RuleFinding,
        context: (&Bot, &Engine, Lang),
    ) -> Self {
        let (bot, engine, lang) = context;
        let usage = engine.rule_usage(bot, rule.id());
        Self {
            sentence: rule.sentence().text(lang),
            hits: usage.hits,
            last_hit: usage.last_hit,
            shadowed_by: finding.shadowed_by.clone(),
            never: finding.never.as_ref().map(|never| never.text(lang)),
            rule: rule.definition().clone(),
        }
    }
}

impl RuleList {
    /// May take long where there are many rules.
    pub(crate) fn new(bot: &Bot, engine: &Engine, lang: Lang) -> Self {
        let listed = bot.rules.rules().zip(bot.rules.findings());
        let rules = listed.map(|(rule, finding)| RuleView::new(rule, finding, (bot, engine, lang)));
        let unreadable = bot.rules.unreadable().iter();
        Self {
            rules: rules.collect(),
            unreadable: unreadable
                .map(|one| UnreadableView {
                    id: one.id.clone(),
                    message: one.error.message().text(lang),
                    pointer: one.error.pointer.clone(),
                })
                .collect(),
        }
    }

    /// The rule of an id.
    pub(crate) fn take(self, id: &str) -> Option<RuleView> {
        let mut rules = self.rules.into_iter();
        rules.find(|listed| listed.rule.id.as_deref() == Some(id))
    }
}

impl From<Vec<RuleStateOf>> for RuleStates {
    fn from(states: Vec<RuleStateOf>) -> Self {
        let states = states.into_iter().map(|one| RuleStateView {
            key: one.key,
            calls: one.state.calls,
            position: one.state.position,
        });
        Self {
            states: states.collect(),
        }
    }
}

impl From<Vec<TurnOfDryRun>> for RulePreview {
    fn from(turns: Vec<TurnOfDryRun>) -> Self {
        let matched = turns.iter().filter(|turn| turn.matched).count();
        let tried = turns.len();
        let changed = turns.into_iter().filter_map(|turn| {
            let (from, to) = turn.change?;
            Some(ChangedAnswer {
                exchange_id: turn.exchange,
                from: from.as_ref().map(AnswerPart::from),
                to: to.as_ref().map(AnswerPart::from),
            })
        });
        Self {
            tried,
            matched,
            would_change: changed.collect(),
        }
    }
}

impl From<&Answer> for AnswerPart {
    fn from(answer: &Answer) -> Self {
        let beginning = answer.body.beginning();
        let text = protocol::decode_beginning(&answer.headers, beginning, SHOWN_BYTES);
        let body = text.map_or_else(
            || String::from_utf8_lossy(&beginning[..beginning.len().min(SHOWN_BYTES)]).into_owned(),
            std::borrow::Cow::into_owned,
        );
        Self {
            status: answer.status,
            body,
        }
    }
}
