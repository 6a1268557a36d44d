//! The rules of a bot: as they are listed, tried and explained.

use engine::{
    AnswerText, Bot, DryRunOutcome, Engine, Reading, RuleFares, RuleStateEntry, ShownAnswer,
    TriedTurn,
};
use messages::{Lang, Say as _};
use protocol::{Exchange, ExchangeId, Outcome, UtcMillis, Variable};
use rules::definition::JsonText;
use rules::{Explanation, JudgedCondition, Refused, Rule, RuleFinding};
use serde::Serialize;
use utoipa::ToSchema;

use crate::dto::answering::AnswerView;
use crate::dto::exchange::{FindingView, finding_views, pairs};
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
    /// When its request arrived.
    last_hit_at: Option<UtcMillis>,
    /// For how many users it remembers something; where it counts all together 1 at most.
    users: usize,
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
    /// Why the draft would not have taken the others, the most frequent cause first.
    not_matched: Vec<NotMatched>,
}

/// A cause for which turns are not taken.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = RuleNotMatched)]
struct NotMatched {
    /// How many turns.
    count: usize,
    /// What it is: the fields below are of a condition, or name the rule above.
    why: NotMatchedBecause,
    /// The place of the condition in the rule, a JSON pointer.
    pointer: Option<String>,
    /// What the condition judges; `chance` where it is one, and `all` or `any` of nothing.
    field: Option<String>,
    /// How.
    op: Option<String>,
    /// What it compares with.
    #[schema(value_type = JsonText)]
    value: Option<JsonText>,
    /// The rule wants that the condition does not hold, and it does.
    negated: bool,
    /// The id of the rule above that takes them.
    rule: Option<String>,
}

/// Why a turn is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = RuleNotMatchedBecause)]
#[serde(rename_all = "snake_case")]
enum NotMatchedBecause {
    /// A condition is not met, the first of the rule's.
    Condition,
    /// Whether it is met is not found out: judging it takes longer than a turn may wait.
    Unjudged,
    /// A rule above takes the turn.
    RuleAbove,
    /// The sequence of answers has ended, and passes.
    Finished,
}

/// A draft on one turn: each condition, and what it would send whether or not they are met.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RuleTriedTurn)]
pub(crate) struct TriedTurnView {
    /// The draft would take the turn, were the rules asked.
    matched: bool,
    /// Why it would not, of one turn.
    not_matched: Option<NotMatched>,
    /// Its sequence of answers has ended, and passes.
    finished: bool,
    /// The turn recorded no counters of this rule: those of now were taken.
    counters_of_today: bool,
    /// The number of this call.
    call: u64,
    /// Every condition, in the rule's order.
    conditions: Vec<JudgedCondition>,
    /// What it would send; `null` where a person or a server is asked first, where the connection
    /// is broken, and where a template failed.
    answer: Option<TriedAnswer>,
    /// Calls once the answer has gone.
    after: Vec<TriedCall>,
    /// Templates that failed, by their places.
    errors: Vec<TriedErrorView>,
}

/// An answer that a draft would send, and what the bot would make of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RuleTriedAnswer)]
struct TriedAnswer {
    #[serde(flatten)]
    answer: AnswerView,
    /// The length of the body, in bytes.
    bytes: u64,
    /// How long it would wait, in milliseconds.
    delay_ms: u64,
    /// Its number in a sequence, from 1.
    position: Option<u32>,
    variables: Vec<Variable>,
    outcome: Outcome,
    /// Of the answer alone.
    findings: Vec<FindingView>,
}

/// A call that would follow.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RuleTriedCall)]
struct TriedCall {
    method: String,
    url: String,
    headers: Vec<(String, String)>,
    /// `null` where its template failed: then the call is not made.
    body: Option<String>,
    /// How long after the answer, in milliseconds.
    delay_ms: u64,
}

/// A part of the draft that fails for this turn.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RuleTriedError)]
struct TriedErrorView {
    /// The part, as a JSON pointer into the rule.
    pointer: String,
    message: String,
    /// The line in that text, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = u64, required = false)]
    line: Option<u64>,
    /// The column in characters, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = u64, required = false)]
    column: Option<u64>,
    /// The offset in bytes, from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = u64, required = false)]
    offset: Option<u64>,
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
        let RuleFares { usage, keys } = engine.rule_fares(bot, rule.id());
        Self {
            sentence: rule.sentence().text(lang),
            hits: usage.hits,
            last_hit: usage.last_hit,
            last_hit_at: usage.last_hit.and_then(ExchangeId::arrived),
            users: keys,
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

impl From<DryRunOutcome> for RulePreview {
    fn from(outcome: DryRunOutcome) -> Self {
        let DryRunOutcome { turns, not_matched } = outcome;
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
        let not_matched = not_matched.into_iter();
        Self {
            tried,
            matched,
            would_change: changed.collect(),
            not_matched: not_matched
                .map(|cause| NotMatched::new(cause.count, cause.refused))
                .collect(),
        }
    }
}

impl NotMatched {
    fn new(count: usize, refused: Refused) -> Self {
        let of = |why| Self {
            count,
            why,
            pointer: None,
            field: None,
            op: None,
            value: None,
            negated: false,
            rule: None,
        };
        match refused {
            Refused::RuleAbove(rule) => Self {
                rule: Some(rule),
                ..of(NotMatchedBecause::RuleAbove)
            },
            Refused::Finished => of(NotMatchedBecause::Finished),
            Refused::Condition(failed) => Self {
                pointer: Some(failed.pointer),
                field: Some(failed.field),
                op: Some(failed.op),
                value: failed.value,
                negated: failed.negated,
                ..of(if failed.unjudged {
                    NotMatchedBecause::Unjudged
                } else {
                    NotMatchedBecause::Condition
                })
            },
        }
    }
}

impl TriedTurnView {
    /// `exchange`: the turn, as if it were still to be answered.
    pub(crate) fn new(
        tried: TriedTurn,
        exchange: &Exchange,
        bot: Option<&Bot>,
        lang: Lang,
    ) -> Self {
        let answer = tried.reply.and_then(|reply| {
            let reading = Reading::with_answer(exchange, bot, Some(&reply.answer));
            let check = reading.answer.as_ref()?;
            Some(TriedAnswer {
                bytes: reply.answer.body.length(),
                delay_ms: reply.delay_ms,
                position: reply.position,
                variables: reading.variables_with(exchange, Some(&reply.answer)),
                outcome: check.outcome,
                findings: finding_views(&check.findings, lang),
                // A rendered template is in memory whole, and so is what a patch is given.
                answer: AnswerText::from_answer(&reply.answer)?.into(),
            })
        });
        let after = tried.after.into_iter().map(|call| TriedCall {
            method: call.method,
            url: call.url,
            headers: pairs(&call.headers),
            body: call.body.ok(),
            delay_ms: call.delay_ms,
        });
        let errors = tried.errors.into_iter().map(|error| TriedErrorView {
            pointer: error.pointer,
            message: error.message.text(lang),
            line: error.position.map(|position| position.line),
            column: error.position.map(|position| position.column),
            offset: error.position.map(|position| position.offset),
        });
        let explanation = tried.explanation;
        Self {
            matched: tried.refused.is_none(),
            not_matched: tried.refused.map(|refused| NotMatched::new(1, refused)),
            finished: explanation.finished,
            counters_of_today: explanation.counters_of_today,
            call: tried.call,
            conditions: explanation.conditions,
            answer,
            after: after.collect(),
            errors: errors.collect(),
        }
    }
}

impl From<ShownAnswer> for AnswerPart {
    fn from(answer: ShownAnswer) -> Self {
        let ShownAnswer { status, body } = answer;
        Self { status, body }
    }
}
