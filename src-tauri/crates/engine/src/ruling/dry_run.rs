//! What a draft of a rule would have answered to recorded turns.

use std::collections::HashMap;

use protocol::{Answer, Exchange, ExchangeId, Source};
use rules::{Preview, PreviewedAnswer, Rule, RuleError};

use super::context::RuleContext;
use super::facts::TurnFacts;
use crate::bots::Bot;

/// A walk over recorded turns, from the oldest on.
pub(crate) struct DryRun {
    bot: Bot,
    preview: Preview,
    /// The turn before, by user.
    previous: HashMap<String, Exchange>,
    number: u64,
}

/// One turn that was tried.
#[derive(Debug)]
pub struct TurnOfDryRun {
    /// The exchange.
    pub exchange: ExchangeId,
    /// The draft would have taken it.
    pub matched: bool,
    /// What was answered, and what would have been, where they differ; a status and a body each.
    pub change: Option<(Option<Answer>, Option<Answer>)>,
}

impl DryRun {
    pub(crate) fn new(bot: &Bot, draft: Rule) -> Result<Self, RuleError> {
        Ok(Self {
            preview: Preview::new(bot.rules.set(), draft)?,
            bot: bot.clone(),
            previous: HashMap::new(),
            number: 0,
        })
    }

    /// Tries the next turn; `None` for what no bot has sent.
    pub(crate) fn turn(&mut self, exchange: &Exchange) -> Option<TurnOfDryRun> {
        let summary = &exchange.summary;
        let is_bots = matches!(
            summary.source,
            Source::Webhook | Source::Tunnel | Source::Simulator
        );
        if !is_bots {
            return None;
        }
        self.number += 1;
        let user = summary.user.clone().unwrap_or_default();
        let previous = match user.is_empty() {
            true => None,
            false => self.previous.insert(user, exchange.clone()),
        };
        let facts = TurnFacts::recorded(&self.bot, exchange, previous.as_ref());
        let mut context = RuleContext::of(exchange);
        if context.number == 0 {
            context.number = self.number;
        }
        let turn = context.turn(&self.bot, exchange);
        let previewed = facts.ask(&exchange.request, summary, |facts| {
            self.preview.turn(facts, turn)
        });
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
        // What another rule or nobody would have answered is not the draft's doing.
        let differs = previewed.matched && !is_same;
        Some(TurnOfDryRun {
            exchange: summary.id,
            matched: previewed.matched,
            change: differs.then(|| (was.cloned(), would)),
        })
    }
}
