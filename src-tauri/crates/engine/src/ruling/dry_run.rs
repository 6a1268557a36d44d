//! What a draft of a rule would have answered to recorded turns.

use std::collections::HashMap;

use protocol::{Answer, Exchange, ExchangeId, Source, Summary};
use rules::{Preview, PreviewedAnswer, Refused, Rule, RuleError};

use super::context::RuleContext;
use super::facts::{PreviousFacts, TurnFacts};
use crate::bots::Bot;

/// Bytes of an answer that a dry run shows: of 1,000 turns of a megabyte it would be a gigabyte.
const SHOWN_BYTES: usize = 64 << 10;

/// A walk over recorded turns, from the oldest on.
pub(crate) struct DryRun {
    bot: Bot,
    preview: Preview,
    /// The id of the rule in whose place the draft is.
    replaces: Option<String>,
    /// The turn before, by user.
    previous: HashMap<String, PreviousFacts>,
    number: u64,
    not_matched: Vec<NotMatched>,
}

/// What a draft would have answered to recorded turns.
#[derive(Debug)]
pub struct DryRunOutcome {
    /// Each turn that was tried, from the oldest on.
    pub turns: Vec<TurnOfDryRun>,
    /// Why the draft would not have taken the others, the most frequent cause first.
    pub not_matched: Vec<NotMatched>,
}

/// A cause for which turns are not taken.
#[derive(Debug)]
pub struct NotMatched {
    /// How many turns.
    pub count: usize,
    /// The cause, with what the first of them had.
    pub refused: Refused,
}

/// One turn that was tried.
#[derive(Debug)]
pub struct TurnOfDryRun {
    /// The exchange.
    pub exchange: ExchangeId,
    /// The draft would have taken it.
    pub matched: bool,
    /// What was answered, and what would have been, where they differ.
    pub change: Option<(Option<ShownAnswer>, Option<ShownAnswer>)>,
}

/// What of an answer a dry run compares.
#[derive(Debug, PartialEq, Eq)]
pub struct ShownAnswer {
    /// Its status.
    pub status: u16,
    /// Its body as text; of a long one its beginning.
    pub body: String,
}

impl DryRun {
    pub(crate) fn new(bot: &Bot, draft: Rule) -> Result<Self, RuleError> {
        Ok(Self {
            replaces: draft.id.clone(),
            preview: Preview::new(bot.rules.set(), draft)?,
            bot: bot.clone(),
            previous: HashMap::new(),
            number: 0,
            not_matched: Vec::new(),
        })
    }

    /// Whether an exchange is tried: a bot has sent it.
    pub(crate) const fn tries(summary: &Summary) -> bool {
        matches!(
            summary.source,
            Source::Webhook | Source::Tunnel | Source::Simulator
        )
    }

    /// The user whose turn before the next one has to be looked for.
    pub(crate) fn wants_turn_before<'e>(&self, next: &'e Exchange) -> Option<&'e str> {
        let user = next.summary.user.as_deref()?;
        let is_wanted = self.preview.asks_for_previous_turns();
        (is_wanted && !self.previous.contains_key(user)).then_some(user)
    }

    /// Tries the next turn. `before`: the user's turn before it, where that is none of those tried.
    /// `conversation`: the id of the one that it belongs to.
    pub(crate) fn turn(
        &mut self,
        exchange: &Exchange,
        before: Option<&Exchange>,
        conversation: Option<String>,
    ) -> TurnOfDryRun {
        let summary = &exchange.summary;
        self.number += 1;
        let facts = self.facts(exchange, before).in_conversation(conversation);
        let mut context = RuleContext::of(exchange);
        if context.number == 0 {
            context.number = self.number;
        }
        let turn = context.turn(&self.bot, exchange);
        let previewed = facts.ask(&exchange.request, summary, |facts| {
            self.preview.turn(facts, turn)
        });
        if let Some(refused) = previewed.refused {
            self.count(refused);
        }
        let view = protocol::read_request(self.bot.read_as(), &exchange.request);
        let default = || self.bot.default_answer(&view, &exchange.request);
        let would = match previewed.answer {
            PreviewedAnswer::Reply(answer) => Some(answer),
            PreviewedAnswer::Failed(_) | PreviewedAnswer::Unmatched => Some(default()),
            PreviewedAnswer::Unknown => None,
        };
        let was = exchange.answer();
        let is_same = match (was, &would) {
            (Some(was), Some(would)) => was.status == would.status && was.body == would.body,
            (None, None) => true,
            _ => false,
        };
        // What another rule or nobody would have answered is the draft's doing only where the rule
        // that it replaces had answered.
        let by = summary.rule.as_ref().map(|rule| rule.id.as_str());
        let was_its = by.is_some() && by == self.replaces.as_deref();
        let differs = (previewed.matched || was_its) && !is_same;
        let text = |answer: Option<&Answer>| answer.map(ShownAnswer::new);
        TurnOfDryRun {
            exchange: summary.id,
            matched: previewed.matched,
            change: differs.then(|| (text(was), text(would.as_ref()))),
        }
    }

    /// One of a kind is kept, not one of a turn: a condition may compare with 4 MiB.
    fn count(&mut self, refused: Refused) {
        let mut causes = self.not_matched.iter_mut();
        match causes.find(|cause| cause.refused.is_like(&refused)) {
            Some(cause) => cause.count += 1,
            None => self.not_matched.push(NotMatched { count: 1, refused }),
        }
    }

    /// Ends the walk.
    pub(crate) fn outcome(self, turns: Vec<TurnOfDryRun>) -> DryRunOutcome {
        let mut not_matched = self.not_matched;
        not_matched.sort_by_key(|cause| std::cmp::Reverse(cause.count));
        DryRunOutcome { turns, not_matched }
    }

    fn facts(&mut self, exchange: &Exchange, before: Option<&Exchange>) -> TurnFacts {
        let read = |exchange: &Exchange| PreviousFacts::of(exchange, self.bot.read_as());
        let user = exchange.summary.user.as_ref();
        let user = user.filter(|_| self.preview.asks_for_previous_turns());
        let previous = user.and_then(|user| {
            let known = self.previous.insert(user.clone(), read(exchange));
            known.or_else(|| before.map(read))
        });
        TurnFacts::recorded(&self.bot, exchange, previous)
    }
}

impl ShownAnswer {
    fn new(answer: &Answer) -> Self {
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
