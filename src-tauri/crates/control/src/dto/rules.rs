//! The rules of a bot: as they are listed, tried and explained.

use engine::{Bot, Engine, RuleStateEntry, ShownAnswer, TurnOfDryRun};
use messages::{Lang, Say as _};
use protocol::ExchangeId;
use rules::{Explanation, Rule, RuleFinding};
use serde::Serialize;
use utoipa::ToSchema;

use crate::dto::rule_files::RuleFolderView;

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
    /// The folder that they are kept in, `null` where they are kept in none.
    folder: Option<RuleFolderView>,
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

impl RuleView {
    /// One rule of a bot; `None` where it has none of that id. May take long where there are many
    /// above it.
    pub(crate) fn of(bot: &Bot, id: &str, engine: &Engine, lang: Lang) -> Option<Self> {
        let (index, rule) = bot.rules.find(id)?;
        let finding = bot.rules.finding(index);
        Some(Self::new(rule, &finding, (bot, engine, lang)))
    }

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
        let folder = engine.rule_folder(bot.id);
        Self {
            folder: folder.map(|folder| RuleFolderView::new(&folder, lang)),
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
}

impl From<Vec<RuleStateEntry>> for RuleStates {
    fn from(states: Vec<RuleStateEntry>) -> Self {
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
                from: from.map(AnswerPart::from),
                to: to.map(AnswerPart::from),
            })
        });
        Self {
            tried,
            matched,
            would_change: changed.collect(),
        }
    }
}

impl From<ShownAnswer> for AnswerPart {
    fn from(answer: ShownAnswer) -> Self {
        let ShownAnswer { status, body } = answer;
        Self { status, body }
    }
}
