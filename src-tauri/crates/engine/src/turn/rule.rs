//! The bot's rules asked who answers a turn, and what they say as a decision.

use std::sync::Arc;
use std::time::Duration;

use messages::Say as _;
use protocol::platform::NoAnswer;
use protocol::{
    Answer, AnsweredBy, Code, ConversationId, Exchange, OwnFinding, Request, RequestView, RuleUse,
    Source,
};
use rules::{
    Among, Chosen, CompiledRule, Matched, Needs, PreparedCallback, PreparedForward, PreparedHold,
    PreparedReply, TemplateError, Turn as RuleTurn, Unjudged,
};
use tokio::time::timeout;

use super::Turn;
use super::host::{History, Host};
use super::platform::answer_without_bot;
use crate::answering::{Fallback, Mode};
use crate::bot_rules::{BotRules, PendingUses};
use crate::bots::Bot;
use crate::outgoing::{Fault, Given, Outgoing};
use crate::read_aside::{read_aside, takes_long};
use crate::responder::{Decision, Forward};
use crate::ruling::{PreviousFacts, RuleContext, TurnFacts};

/// Rules at most of which it is told that they were passed over.
const UNJUDGED_TOLD: usize = 10;

/// How long the user's turn before is looked for; without it `changed` and `prev:event` hold
/// nothing.
const PREVIOUS_TURN_PATIENCE: Duration = Duration::from_secs(2);

/// What rules are asked about.
struct RuleQuestion<'t, H> {
    host: &'t H,
    bot: &'t Bot,
    rules: &'t BotRules,
    exchange: &'t Exchange,
    view: &'t RequestView,
    asked: &'t Asked,
}

/// The same on its way to a thread of its own.
struct OwnedQuestion<H> {
    host: Arc<H>,
    bot: Arc<Bot>,
    rules: Arc<BotRules>,
    exchange: Box<Exchange>,
    view: RequestView,
    asked: Asked,
}

/// What is asked of the turn beyond what it has itself.
struct Asked {
    among: Among,
    /// The facts that the rules ask for.
    needs: Needs,
    /// The user's turn before.
    previous: Option<Exchange>,
    /// The conversation's id.
    conversation: Option<String>,
    number: u64,
}

/// What the rules say.
#[derive(Default)]
struct RuleDecision {
    decision: Option<Decision>,
    rule: Option<RuleUse>,
    uses: Option<PendingUses>,
    context: RuleContext,
    after: Vec<PreparedCallback>,
    findings: Vec<OwnFinding>,
}

impl<H: Host> Turn<H> {
    /// Asks the bot's rules; `None` where none takes the turn.
    pub(super) async fn ask_rules(&mut self, among: Among) -> Option<Decision> {
        // What an earlier question changed.
        self.save_uses().await;
        // Those of now: a turn may have waited for an hour.
        let bot = self.host.bot(self.bot.id);
        let rules = Arc::clone(&bot.as_ref().unwrap_or(&self.bot).rules);
        let (memory, bot) = (self.host.rules(), self.bot.id);
        let number = *self.number.get_or_insert_with(|| memory.next_number(bot));
        let event = self.view.event.as_deref();
        let Some(needs) = rules.set().needs(event, among) else {
            self.rest_on(RuleContext::without_rules(number, self.bot.seed, among));
            return None;
        };
        let asked = self.beyond_turn(among, needs, number).await;
        let is_long = |request: &Request| takes_long(&request.headers, &request.body);
        let previous = asked.previous.as_ref();
        let aside = needs.may_take_long
            || is_long(&self.exchange.request)
            || previous.is_some_and(|one| is_long(&one.request));
        let answer = match aside {
            false => RuleQuestion {
                host: &*self.host,
                bot: &self.bot,
                rules: &rules,
                exchange: &self.exchange,
                view: &self.view,
                asked: &asked,
            }
            .ask(),
            true => {
                let question = OwnedQuestion {
                    host: Arc::clone(&self.host),
                    bot: Arc::clone(&self.bot),
                    rules,
                    exchange: self.exchange.clone(),
                    view: self.view.clone(),
                    asked,
                };
                read_aside(true, question, OwnedQuestion::ask).await.1
            }
        };
        self.uses = answer.uses;
        self.after.extend(answer.after);
        if answer.rule.is_some() {
            self.exchange.summary.rule = answer.rule;
        }
        self.rest_on(answer.context);
        for finding in answer.findings {
            self.note(finding);
        }
        answer.decision
    }

    /// What the rules ask for beyond the turn.
    async fn beyond_turn(&mut self, among: Among, needs: Needs, number: u64) -> Asked {
        let previous = match needs.previous_turn {
            true => self.previous_turn().await,
            false => None,
        };
        let conversation = match needs.conversation {
            true => self.conversation().await,
            false => None,
        };
        Asked {
            among,
            needs,
            previous,
            conversation,
            number,
        }
    }

    /// Has it recorded what a question to the rules rested on.
    fn rest_on(&mut self, context: RuleContext) {
        let context = RuleContext::of(&self.exchange).and(context);
        self.exchange.rule_context = Some(context.to_json());
    }

    /// Those that take part in the bot's mode: where somebody else answers, those that have a
    /// person or a server asked.
    pub(super) fn among(&self) -> Among {
        match self.bot.answering.mode {
            Mode::Rules => Among::All,
            Mode::Hold | Mode::Upstream | Mode::UpstreamHold => Among::Asking,
        }
    }

    /// What the rules answer where nobody else has.
    pub(super) async fn fallback_by_rules(&mut self) -> Option<Given> {
        let decision = Box::pin(self.ask_rules(Among::Answering)).await?;
        match decision {
            // The caller has waited already.
            Decision::Send(given) | Decision::Delay(given, _) => Some(match given.outgoing {
                Outgoing::Fault(_) => given,
                _ => Given {
                    by: Some(AnsweredBy::Fallback),
                    ..given
                },
            }),
            Decision::Hold { .. } | Decision::Forward(_) | Decision::Overload => None,
        }
    }

    /// Writes down what rules remember of the turn, where it does not end at once.
    pub(super) async fn save_uses(&mut self) {
        if let Some(uses) = self.uses.take() {
            self.host.history().save_rule_uses(uses).await;
        }
    }

    /// The conversation that the turn belongs to: one that goes on, or its own.
    async fn conversation(&mut self) -> Option<String> {
        let summary = &self.exchange.summary;
        summary.user.as_ref()?;
        let of_none = matches!(
            summary.source,
            Source::Replay | Source::Callback | Source::Scenario
        );
        let own = ConversationId(summary.id.0);
        let (summary, request) = (summary.clone(), self.exchange.request.clone());
        if of_none {
            return None;
        }
        let history = self.host.history();
        let found = history.conversation_for(summary, request);
        match timeout(PREVIOUS_TURN_PATIENCE, found).await {
            Ok(Ok(found)) => Some(found.unwrap_or(own).0.to_string()),
            Ok(Err(_)) | Err(_) => {
                let seconds = PREVIOUS_TURN_PATIENCE.as_secs().to_string();
                self.note(OwnFinding::new(Code::PreviousTurnLate, [seconds]));
                None
            }
        }
    }

    async fn previous_turn(&mut self) -> Option<Exchange> {
        let summary = &self.exchange.summary;
        let user = summary.user.as_deref()?;
        let history = self.host.history();
        let found = history.previous_turn(summary.bot, user, summary.seq);
        match timeout(PREVIOUS_TURN_PATIENCE, found).await {
            Ok(Ok(found)) => found,
            Ok(Err(_)) | Err(_) => {
                let seconds = PREVIOUS_TURN_PATIENCE.as_secs().to_string();
                self.note(OwnFinding::new(Code::PreviousTurnLate, [seconds]));
                None
            }
        }
    }
}

impl<H: Host> OwnedQuestion<H> {
    fn ask(&self) -> RuleDecision {
        let question = RuleQuestion {
            host: &*self.host,
            bot: &self.bot,
            rules: &self.rules,
            exchange: &self.exchange,
            view: &self.view,
            asked: &self.asked,
        };
        question.ask()
    }
}

impl<H: Host> RuleQuestion<'_, H> {
    /// Chooses a rule and commits what that changes, anew where another turn came first.
    fn ask(&self) -> RuleDecision {
        let (summary, request) = (&self.exchange.summary, &self.exchange.request);
        let (set, asked) = (self.rules.set(), self.asked);
        let previous = asked.previous.as_ref();
        let previous = previous.map(|one| PreviousFacts::of(one, self.bot.read_as()));
        let facts = TurnFacts::read(asked.needs, request, self.view, previous)
            .in_conversation(asked.conversation.clone());
        let rule_turn = RuleTurn {
            seed: self.bot.seed,
            exchange: asked.number,
            now: self.host.now(),
            template_seed: summary.id.0.as_u64_pair().1,
        };
        let memory = self.host.rules();
        facts.ask(request, summary, |facts| {
            loop {
                let states = memory.of(summary.bot);
                let choice = set.choose_among(asked.among, facts, &states, rule_turn);
                let taken = choice.taken.as_ref();
                let rule = taken.map(|taken| set.rule_at(taken.index).id());
                let hit = rule.map(|rule| (rule, summary.id));
                let Some(committed) = memory.commit(summary.bot, &choice.changes, hit) else {
                    continue;
                };
                let decision = taken.map(|taken| {
                    let matched = set.prepare(taken, facts, rule_turn);
                    self.decision(matched, committed.call.unwrap_or(taken.call))
                });
                let mut decision = decision.unwrap_or_default();
                decision.uses = Some(committed.uses);
                decision.context = RuleContext::new(rule_turn, asked.among, &choice);
                let called = taken.map(|taken| name(set.rule_at(taken.index)).to_owned());
                decision.context.rule_name = called;
                decision
                    .context
                    .conversation
                    .clone_from(&asked.conversation);
                decision.findings = self.unjudged(&choice.unjudged);
                return decision;
            }
        })
    }

    /// That rules were passed over because judging them would have taken too long.
    fn unjudged(&self, unjudged: &[Unjudged]) -> Vec<OwnFinding> {
        let told = unjudged.iter().take(UNJUDGED_TOLD);
        told.map(|one| {
            let rule = self.rules.find(&one.rule);
            let name = rule.map_or(one.rule.as_str(), |(_, rule)| name(rule));
            OwnFinding::new(Code::RuleUnjudged, [name.to_owned(), one.pointer.clone()])
        })
        .collect()
    }

    fn decision(&self, matched: Matched<'_>, call: u64) -> RuleDecision {
        let rule = matched.rule;
        let name = name(rule);
        let decision = match matched.chosen {
            Chosen::Reply(reply) => self.reply(reply, name),
            Chosen::Fault(kind) => {
                let fault = Fault::new(kind, &self.default_answer());
                Decision::Send(Given::new(Outgoing::Fault(fault), AnsweredBy::Rule))
            }
            Chosen::Hold(hold) => self.hold(hold),
            Chosen::Forward(forward) => self.forward(*forward, name),
        };
        RuleDecision {
            decision: Some(decision),
            rule: Some(RuleUse {
                id: rule.id().to_owned(),
                call,
            }),
            after: matched.after,
            ..RuleDecision::default()
        }
    }

    fn reply(&self, reply: PreparedReply, name: &str) -> Decision {
        let given = match reply.answer {
            Ok(answer) => Given::answer(answer, AnsweredBy::Rule),
            Err(error) => {
                let finding = OwnFinding::new(Code::TemplateFailed, [name.to_owned()]);
                self.without_answer(with_template_error(finding, &error))
            }
        };
        match reply.delay_ms {
            0 => Decision::Send(given),
            delay_ms => Decision::Delay(given, Duration::from_millis(delay_ms)),
        }
    }

    fn hold(&self, hold: PreparedHold) -> Decision {
        let seconds = self.bot.answering.hold.seconds;
        Decision::Hold {
            seconds: hold.seconds.unwrap_or(seconds),
            fallback: hold.fallback.map(fallback),
        }
    }

    fn forward(&self, forward: PreparedForward, name: &str) -> Decision {
        let answering = &self.bot.answering;
        let server = match &forward.upstream {
            Some(url) => Some(answering.server_at(url)),
            None => answering.server(),
        };
        let Some(server) = server else {
            let finding = OwnFinding::new(Code::RuleWithoutServer, [name.to_owned()]);
            return Decision::Send(self.without_answer(finding));
        };
        Decision::Forward(Forward {
            server,
            seconds: answering.hold.seconds,
            // Beyond the limit of held exchanges nobody is asked to correct it.
            holds: forward.hold && self.host.holds().has_room(),
            patch: forward.patch.map(Box::new),
        })
    }

    /// What goes out where a rule cannot answer, with the cause.
    fn without_answer(&self, cause: OwnFinding) -> Given {
        let of_platform = answer_without_bot(self.view, &self.exchange.request, NoAnswer::Failed);
        let default = || Given::answer(self.default_answer(), AnsweredBy::Default);
        of_platform.unwrap_or_else(default).with_finding(cause)
    }

    fn default_answer(&self) -> Answer {
        self.bot.default_answer(self.view, &self.exchange.request)
    }
}

/// Records an exchange, and beside that what rules remember of it: one commit takes both.
pub(super) async fn with_uses<T>(
    uses: Option<PendingUses>,
    history: &impl History,
    recording: impl Future<Output = T>,
) -> T {
    match uses {
        None => recording.await,
        Some(uses) => tokio::join!(recording, history.save_rule_uses(uses)).0,
    }
}

/// A rule as findings name it.
fn name(rule: &CompiledRule) -> &str {
    match rule.definition().name.as_str() {
        "" => rule.id(),
        name => name,
    }
}

/// A finding with where a template failed, and why.
pub(super) fn with_template_error(finding: OwnFinding, error: &TemplateError) -> OwnFinding {
    finding
        .arg(error.position.line.to_string())
        .arg(error.position.column.to_string())
        .said(&error.message())
        .at_position(error.position)
}

const fn fallback(fallback: rules::definition::Fallback) -> Fallback {
    use rules::definition::Fallback as Definition;
    match fallback {
        Definition::Default => Fallback::Default,
        Definition::Rules => Fallback::Rules,
        Definition::Last => Fallback::Last,
        Definition::Upstream => Fallback::Upstream,
    }
}
