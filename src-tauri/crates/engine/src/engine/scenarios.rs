//! Scenarios played in the app, and made of conversations.

use std::sync::Arc;
use std::time::Instant;

use messages::Say as _;
use protocol::platform::Sending;
use protocol::{BotId, ConversationId, Exchange, ExchangeId, Source};
use scenarios::{
    Case, Next, Outbound, Play, RecordedTurn, Reply, Volatile, from_turns, load_text, volatile,
};
use uuid::Uuid;

use super::Engine;
use super::composed_calls::with_query;
use super::conversations::CONVERSATION_TURNS_MAX;
use crate::bots::Bot;
use crate::clock;
use crate::error::{Error, Invalid, Subject};
use crate::read_aside::read_aside;
use crate::replay::{Target, destination};
use crate::runs::RunId;
use crate::scenario_runs::{ScenarioRun, ScenarioRunView, ScenarioStep};

messages::messages! {
    /// Why no scenario is made.
    mod words;

    /// A platform whose turns cannot be played.
    NOT_PLAYED = "not_played",
        "Only of turns of a platform that keeps its users' variables a scenario can be made.",
        "Сценарий можно сделать только из ходов платформы, которая хранит переменные пользователей.";
    /// A conversation without turns.
    NO_TURNS = "no_turns",
        "This conversation has no turns any more.", "В этом диалоге больше нет ходов.";
}

/// How often a server is asked to learn which of its values differ.
const ASKED: usize = 3;

/// A scenario made of a conversation.
#[derive(Clone, Debug)]
pub struct MadeScenario {
    /// Its text.
    pub yaml: String,
    /// Values that differ from run to run.
    pub volatile: Vec<Volatile>,
}

impl Engine {
    /// Plays a scenario.
    ///
    /// # Errors
    /// There is no such bot, the text is no scenario, or it cannot be sent there.
    pub async fn run_scenario(
        &self,
        bot: Option<BotId>,
        yaml: String,
        target: Target,
    ) -> Result<RunId, Error> {
        let bot = self.bot(bot)?;
        destination(target.clone(), &Exchange::default(), None)?;
        let (_, case) = read_aside(true, yaml, |yaml| load_text("scenario.yaml", yaml)).await;
        let case = Arc::new(case.map_err(|error| Invalid::scenario(&error))?);
        let begun = self.shared.scenario_runs.start(case.steps());
        let (id, run) = begun.ok_or(Error::RunsFull)?;
        let (engine, stop) = (self.clone(), self.shared.stop.clone());
        self.shared.tasks.spawn(async move {
            tokio::select! {
                () = engine.play_scenario(&run, &bot, case, &target) => {}
                () = run.stopped.cancelled() => {}
                () = stop.cancelled() => {}
            }
        });
        Ok(id)
    }

    /// A run as it is now.
    ///
    /// # Errors
    /// There is no such run.
    pub fn scenario_run(&self, id: RunId) -> Result<ScenarioRunView, Error> {
        let run = self.shared.scenario_runs.get(id);
        Ok(run.ok_or(Error::NotFound(Subject::Run))?.view())
    }

    /// Stops a run at once.
    ///
    /// # Errors
    /// There is no such run.
    pub fn stop_scenario(&self, id: RunId) -> Result<ScenarioRunView, Error> {
        let run = self.shared.scenario_runs.get(id);
        let run = run.ok_or(Error::NotFound(Subject::Run))?;
        run.stop();
        Ok(run.view())
    }

    async fn play_scenario(&self, run: &ScenarioRun, bot: &Arc<Bot>, case: Arc<Case>, to: &Target) {
        let mut play = Play::new(case, seed());
        loop {
            let (result, exchange) = match play.next(clock::now()) {
                Next::Done => break,
                Next::Over(result) => (*result, None),
                Next::Send(outbound) => {
                    let (reply, exchange) = self.send_step(bot, &play, *outbound, to).await;
                    let Some((next, result)) = judged(play, reply).await else {
                        break;
                    };
                    play = next;
                    (result, exchange)
                }
            };
            run.add(ScenarioStep { result, exchange });
        }
        run.end();
    }

    /// Sends a step; what came of it, and its exchange.
    async fn send_step(
        &self,
        bot: &Arc<Bot>,
        play: &Play,
        outbound: Outbound,
        target: &Target,
    ) -> (Reply, Option<ExchangeId>) {
        let began = Instant::now();
        let target = match target {
            Target::Url(url) => Target::Url(with_query(url, outbound.request.query.as_deref())),
            target => target.clone(),
        };
        let sending = Sending {
            request: outbound.request,
            limit: outbound.limit,
            ..Sending::default()
        };
        let platform = play.case().platform;
        let sent = self.send_composed(bot, platform, sending, target, Source::Scenario, None);
        let id = match sent.await {
            Ok(id) => id,
            Err(error) => return (Reply::Nothing(error.message()), None),
        };
        let exchange = match self.exchange(id).await {
            Ok(exchange) => exchange,
            Err(error) => return (Reply::Nothing(error.message()), Some(id)),
        };
        let reply = match (&exchange.summary.failure, exchange.answer()) {
            (None, Some(answer)) => Reply::Answer(answer.clone(), began.elapsed()),
            (Some(failure), _) => Reply::Nothing(failure.message()),
            (None, None) => Reply::Nothing(protocol::Reason::NO_ANSWER.words().into()),
        };
        (reply, Some(id))
    }

    /// A scenario of a conversation's turns. With a target they are sent there three times, to
    /// learn which values of its answers differ from run to run.
    ///
    /// # Errors
    /// There is no such conversation, its platform keeps no users, or it cannot be sent there.
    pub async fn scenario_of(
        &self,
        conversation: ConversationId,
        target: Option<String>,
    ) -> Result<MadeScenario, Error> {
        let (found, ids) = self
            .newest_turns(conversation, CONVERSATION_TURNS_MAX)
            .await?;
        let mut turns = Vec::new();
        for id in ids {
            let exchange = self.exchange(id).await?;
            turns.push(RecordedTurn {
                answer: exchange.answer().cloned(),
                request: exchange.request,
            });
        }
        if turns.is_empty() {
            return Err(Invalid::new("/conversation", &words::NO_TURNS).into());
        }
        let (platform, user) = (found.platform, found.user.clone());
        let make = move |(turns, volatile): &(Vec<RecordedTurn>, Vec<Volatile>)| {
            from_turns(platform, &user, turns, volatile)
        };
        let not_played = |_| Invalid::new("/conversation", &words::NOT_PLAYED);
        let ((turns, _), yaml) = read_aside(true, (turns, Vec::new()), make.clone()).await;
        let yaml = yaml.map_err(not_played)?;
        let Some(target) = target else {
            return Ok(MadeScenario {
                yaml,
                volatile: Vec::new(),
            });
        };
        let bot = self.bot(Some(found.bot)).or_else(|_| self.bot(None))?;
        let (turns, volatile) = self.learn(&bot, turns, &yaml, Target::Url(target)).await?;
        let ((_, volatile), yaml) = read_aside(true, (turns, volatile), make).await;
        Ok(MadeScenario {
            yaml: yaml.map_err(not_played)?,
            volatile,
        })
    }

    /// Asks a server several times, and compares its answers with those that were recorded.
    async fn learn(
        &self,
        bot: &Arc<Bot>,
        turns: Vec<RecordedTurn>,
        yaml: &str,
        target: Target,
    ) -> Result<(Vec<RecordedTurn>, Vec<Volatile>), Error> {
        destination(target.clone(), &Exchange::default(), None)?;
        let case = load_text("scenario.yaml", yaml).map_err(|error| Invalid::scenario(&error))?;
        let case = Arc::new(case);
        let mut asked: Vec<Vec<RecordedTurn>> = vec![Vec::new(); turns.len()];
        for _ in 0..ASKED {
            let mut play = Play::new(Arc::clone(&case), seed());
            while let Next::Send(outbound) = play.next(clock::now()) {
                let request = outbound.request.clone();
                let (reply, _) = self.send_step(bot, &play, *outbound, &target).await;
                let answer = match &reply {
                    Reply::Answer(answer, _) => answer.clone(),
                    Reply::Nothing(why) => {
                        return Err(Invalid::new("/target", why.clone()).into());
                    }
                };
                let Some((next, result)) = judged(play, reply).await else {
                    break;
                };
                play = next;
                if let Some(step) = asked.get_mut(result.index) {
                    step.push(RecordedTurn {
                        request,
                        answer: Some(answer),
                    });
                }
            }
        }
        let platform = case.platform;
        let compare = move |(turns, asked): &(Vec<RecordedTurn>, Vec<Vec<RecordedTurn>>)| {
            let steps = turns.iter().zip(asked).enumerate();
            let found = steps.flat_map(|(step, (turn, asked))| {
                let all = [turn].into_iter().chain(asked);
                let pairs = all.filter_map(|turn| Some((&turn.request, turn.answer.as_ref()?)));
                volatile(platform, step, &pairs.collect::<Vec<_>>())
            });
            found.collect::<Vec<_>>()
        };
        let ((turns, _), found) = read_aside(true, (turns, asked), compare).await;
        Ok((turns, found))
    }
}

/// An answer judged beside the threads that serve all.
async fn judged(play: Play, reply: Reply) -> Option<(Play, scenarios::StepResult)> {
    let judging = move || {
        let mut play = play;
        let result = play.take(reply)?;
        Some((play, result))
    };
    tokio::task::spawn_blocking(judging).await.ok()?
}

fn seed() -> u64 {
    Uuid::new_v4().as_u64_pair().0
}
