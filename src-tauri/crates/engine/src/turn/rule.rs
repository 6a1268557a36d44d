//! The bot's rules asked who answers a turn, and what they say as a decision.

use std::sync::Arc;
use std::time::Duration;

use messages::{Lang, Say as _};
use parking_lot::Mutex;
use protocol::{Answer, AnsweredBy, Code, Exchange, OwnFinding, RequestView, RuleUse};
use rules::{
    Among, Chosen, Matched, PreparedCallback, PreparedForward, PreparedHold, PreparedReply,
    Turn as RuleTurn,
};
use tokio::sync::OwnedRwLockReadGuard;
use tokio::time::timeout;

use super::Turn;
use super::host::{History, Host};
use crate::answering::{Fallback, Mode};
use crate::bot_rules::PendingUses;
use crate::bots::Bot;
use crate::outgoing::{Fault, Given, Outgoing};
use crate::read_aside::{read_aside, takes_long};
use crate::responder::{Decision, Forward};
use crate::ruling::{RuleContext, TurnFacts};

/// How long the user's turn before is looked for; without it `changed` and `prev:event` hold
/// nothing.
const PREVIOUS_TURN_PATIENCE: Duration = Duration::from_secs(2);

/// What rules are asked about.
struct Asking<'t, H> {
    host: &'t H,
    bot: &'t Bot,
    exchange: &'t Exchange,
    view: &'t RequestView,
    among: Among,
    /// The user's turn before.
    previous: Option<&'t Exchange>,
    number: u64,
}

/// The same on its way to a thread of its own.
struct Aside<H> {
    host: Arc<H>,
    bot: Arc<Bot>,
    exchange: Box<Exchange>,
    view: RequestView,
    among: Among,
    previous: Option<Exchange>,
    number: u64,
    unsaved: Mutex<Option<OwnedRwLockReadGuard<()>>>,
}

/// What the rules say.
#[derive(Default)]
struct Said {
    decision: Option<Decision>,
    rule: Option<RuleUse>,
    uses: Option<PendingUses>,
    context: Option<String>,
    after: Vec<PreparedCallback>,
}

impl<H: Host> Turn<H> {
    /// Asks the bot's rules; `None` where none takes the turn.
    pub(super) async fn ask_rules(&mut self, among: Among) -> Option<Decision> {
        // What an earlier question changed: a reset that waits for it would keep this one waiting.
        self.save_uses().await;
        let rules = self.bot.rules.set();
        let number = self.host.rules().next_number(self.bot.id);
        let event = self.view.event.as_deref();
        if !rules.may_take(event, among) {
            return None;
        }
        let needs = rules.needs(event);
        let previous = match needs.previous_turn {
            true => self.previous_turn().await,
            false => None,
        };
        let request = &self.exchange.request;
        let aside = needs.may_take_long || takes_long(&request.headers, &request.body);
        let unsaved = self.host.rules().permit().await;
        let said = match aside {
            false => {
                let asking = Asking {
                    host: &*self.host,
                    bot: &self.bot,
                    exchange: &self.exchange,
                    view: &self.view,
                    among,
                    previous: previous.as_ref(),
                    number,
                };
                asking.ask(unsaved)
            }
            true => {
                let aside = Aside {
                    host: Arc::clone(&self.host),
                    bot: Arc::clone(&self.bot),
                    exchange: self.exchange.clone(),
                    view: self.view.clone(),
                    among,
                    previous,
                    number,
                    unsaved: Mutex::new(Some(unsaved)),
                };
                read_aside(true, aside, Aside::ask).await.1
            }
        };
        self.uses = said.uses;
        self.after.extend(said.after);
        if said.rule.is_some() {
            self.exchange.summary.rule = said.rule;
        }
        self.exchange.rule_context = said.context;
        said.decision
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
            save(uses, self.host.history()).await;
        }
    }

    async fn previous_turn(&self) -> Option<Exchange> {
        let summary = &self.exchange.summary;
        let user = summary.user.as_deref()?;
        let history = self.host.history();
        let found = history.previous_turn(summary.bot, user, summary.seq);
        timeout(PREVIOUS_TURN_PATIENCE, found).await.ok().flatten()
    }
}

impl<H: Host> Aside<H> {
    fn ask(&self) -> Said {
        let unsaved = self.unsaved.lock().take().expect("it is asked once");
        let asking = Asking {
            host: &*self.host,
            bot: &self.bot,
            exchange: &self.exchange,
            view: &self.view,
            among: self.among,
            previous: self.previous.as_ref(),
            number: self.number,
        };
        asking.ask(unsaved)
    }
}

impl<H: Host> Asking<'_, H> {
    /// Chooses a rule and commits what that changes, anew where another turn came first.
    fn ask(&self, mut unsaved: OwnedRwLockReadGuard<()>) -> Said {
        let (summary, request) = (&self.exchange.summary, &self.exchange.request);
        let set = self.bot.rules.set();
        let needs = set.needs(self.view.event.as_deref());
        let read_as = || self.bot.read_as();
        let facts = TurnFacts::read(needs, request, self.view, self.previous, read_as);
        let rule_turn = RuleTurn {
            seed: self.bot.seed,
            exchange: self.number,
            now: self.host.now(),
            template_seed: summary.id.0.as_u64_pair().1,
        };
        let memory = self.host.rules();
        facts.ask(request, summary, |facts| {
            loop {
                let states = memory.of(summary.bot);
                let choice = set.choose_among(self.among, facts, &states, rule_turn);
                let taken = choice.taken.as_ref();
                let rule = taken.map(|taken| set.rule_at(taken.index).id());
                let hit = rule.map(|rule| (rule, summary.id));
                let context = RuleContext::new(rule_turn, &choice).to_json();
                match memory.commit(summary.bot, &choice.changes, hit, unsaved) {
                    Ok(uses) => {
                        let said = taken.map(|taken| {
                            let matched = set.prepare(taken, facts, rule_turn);
                            self.said(matched, taken.call)
                        });
                        let mut said = said.unwrap_or_default();
                        said.uses = Some(uses);
                        said.context = Some(context);
                        return said;
                    }
                    Err(again) => unsaved = again,
                }
            }
        })
    }

    fn said(&self, matched: Matched<'_>, call: u64) -> Said {
        let rule = matched.rule;
        let name = match rule.definition().name.as_str() {
            "" => rule.id(),
            name => name,
        };
        let decision = match matched.chosen {
            Chosen::Reply(reply) => self.reply(reply, name),
            Chosen::Fault(kind) => {
                let fault = Fault::new(kind, &self.default_answer());
                Decision::Send(Given::new(Outgoing::Fault(fault), AnsweredBy::Rule))
            }
            Chosen::Hold(hold) => self.hold(hold),
            Chosen::Forward(forward) => self.forward(*forward, name),
        };
        Said {
            decision: Some(decision),
            rule: Some(RuleUse {
                id: rule.id().to_owned(),
                call,
            }),
            uses: None,
            context: None,
            after: matched.after,
        }
    }

    fn reply(&self, reply: PreparedReply, name: &str) -> Decision {
        let given = match reply.answer {
            Ok(answer) => Given::answer(answer, AnsweredBy::Rule),
            Err(error) => {
                let args = [
                    name.to_owned(),
                    error.position.line.to_string(),
                    error.position.column.to_string(),
                    error.message().text(Lang::En),
                ];
                let finding = OwnFinding::new(Code::TemplateFailed, args);
                Given::answer(self.default_answer(), AnsweredBy::Default).with_finding(finding)
            }
        };
        match reply.delay_ms {
            0 => Decision::Send(given),
            delay_ms => Decision::Delay(given, Duration::from_millis(delay_ms)),
        }
    }

    fn hold(&self, hold: PreparedHold) -> Decision {
        let holds = self.host.holds();
        if holds.len() >= holds.limit() {
            return Decision::Overload;
        }
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
            let given = Given::answer(self.default_answer(), AnsweredBy::Default);
            return Decision::Send(given.with_finding(finding));
        };
        Decision::Forward(Forward {
            server,
            seconds: answering.hold.seconds,
            holds: forward.hold,
            patch: forward.patch.map(Box::new),
        })
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
        Some(uses) => tokio::join!(recording, save(uses, history)).0,
    }
}

async fn save(uses: PendingUses, history: &impl History) {
    let (uses, _unsaved) = uses.into_parts();
    history.save_rule_uses(uses).await;
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
