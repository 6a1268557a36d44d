//! Turns that the app makes in a bot's place, with what their user keeps from turn to turn.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use protocol::platform::{
    Chat, Contract, Lifetime, Members, Sending, UserTurn, contract, contracts, object_text,
    user_variables,
};
use protocol::{
    AttemptOf, BotId, Exchange, ExchangeId, Failure, FailureCode, Platform, PlatformChoice,
    Request, Source, UtcMillis,
};

use super::Engine;
use crate::bots::Bot;
use crate::client::{Edit, prepare};
use crate::clock;
use crate::error::{Error, Invalid};
use crate::read_aside::{read_aside, takes_long};
use crate::reading::Reading;
use crate::receipt::Receipt;
use crate::replay::{Outbound, Target, destination, to_itself, to_url};
use crate::simulator::{SimulatedUser, TakenTurn, USER_BYTES_MAX, UserState, too_long};
use crate::words;

/// The longest name of a user, in characters: Graph's own have 36, and a person has to read it.
const NAME_CHARS: usize = 200;

/// A turn to make.
#[derive(Clone, Debug)]
pub struct NewUserTurn {
    /// Whose rules it follows.
    pub platform: Platform,
    /// The user.
    pub user: String,
    /// The event.
    pub event: String,
    /// What the user writes.
    pub text: String,
    /// Variables that are set before it.
    pub set: Members,
    /// Variables that are removed before it.
    pub unset: Vec<String>,
    /// Where it goes.
    pub target: Target,
}

/// A turn that was made.
#[derive(Clone, Debug)]
pub struct UserTurnMade {
    /// Its exchange.
    pub id: ExchangeId,
    /// The status of its answer.
    pub status: Option<u16>,
    /// Whether the bot takes the answer.
    pub merged: bool,
    /// The user's variables after it, the text of an object.
    pub after: String,
    /// Whether the user keeps them.
    pub carried: bool,
    /// Why there is no answer.
    pub failure: Option<Failure>,
}

/// A user that the simulator plays.
#[derive(Clone, Debug, Default)]
pub struct PlayedUser {
    /// The user's variables, the text of an object.
    pub variables: String,
    /// When its last turn was sent.
    pub last: Option<UtcMillis>,
    /// The turns that can be taken back, the oldest first.
    pub turns: Vec<ExchangeId>,
    /// The chat of this id, with a bot of a platform that the app stands in for.
    pub chat: Option<Chat>,
}

impl From<SimulatedUser> for PlayedUser {
    fn from(user: SimulatedUser) -> Self {
        Self {
            variables: user.now.variables,
            last: user.now.seen,
            turns: user.turns.iter().map(|turn| turn.exchange).collect(),
            chat: None,
        }
    }
}

impl Engine {
    /// Makes a turn of a user, after those that came before. Returns when it is answered or has
    /// failed.
    ///
    /// # Errors
    /// There is no such bot, the turn does not fit, or there is no room for its user.
    pub async fn simulate(
        &self,
        bot: Option<BotId>,
        turn: NewUserTurn,
    ) -> Result<UserTurnMade, Error> {
        let bot = self.bot(bot)?;
        check(&turn)?;
        destination(turn.target.clone(), &Exchange::default(), None)?;
        let engine = self.clone();
        // Apart from whoever asks: a closed window does not cut a turn short.
        self.to_its_end(async move {
            let simulator = &engine.shared.simulator;
            let _permit = simulator.turn(bot.id, &turn.user).await;
            engine.play(bot, turn).await
        })
        .await
    }

    async fn play(&self, bot: Arc<Bot>, turn: NewUserTurn) -> Result<UserTurnMade, Error> {
        let simulator = &self.shared.simulator;
        simulator.has_room(bot.id, &turn.user)?;
        let before = simulator.user(bot.id, &turn.user).unwrap_or_default().now;
        let sent_at = clock::now();
        let request = request(&turn, &before, sent_at)?;
        let sending = Sending {
            request,
            ..Sending::default()
        };
        let platform = turn.platform;
        let source = Source::Simulator;
        let id = self.send_composed(&bot, platform, sending, turn.target, source, None);
        let id = id.await?;
        let exchange = self.exchange(id).await?;
        let answer = exchange.answer();
        let is_long = takes_long(&exchange.request.headers, &exchange.request.body)
            || answer.is_some_and(|answer| takes_long(&answer.headers, &answer.body));
        let reader = Arc::clone(&bot);
        let read = move |exchange: &Exchange| after(exchange, &reader);
        let (exchange, (merged, after)) = read_aside(is_long, exchange, read).await;
        let taken = TakenTurn {
            exchange: id,
            before,
        };
        let now = UserState {
            variables: after.clone(),
            seen: Some(sent_at),
        };
        // A bot that was removed meanwhile has no users.
        let carried =
            self.bot(Some(bot.id)).is_ok() && simulator.made(bot.id, &turn.user, taken, now).await;
        let answered = exchange.answer().map(|answer| answer.status);
        Ok(UserTurnMade {
            id,
            // A fault that lets the answer through is no status of the exchange's.
            status: exchange.summary.status.or(answered.filter(|_| merged)),
            merged,
            after,
            carried,
            failure: exchange.summary.failure,
        })
    }

    /// Sends what a platform would send to a bot; the new exchange, once it is answered or has
    /// failed.
    pub(super) async fn send_composed(
        &self,
        bot: &Arc<Bot>,
        platform: Platform,
        sending: Sending,
        target: Target,
        source: Source,
        attempt: Option<AttemptOf>,
    ) -> Result<ExchangeId, Error> {
        let composed = Exchange {
            request: sending.request,
            ..Exchange::default()
        };
        let destination = destination(target, &composed, None)?;
        let host = match &destination {
            None => self.webhook_addr().to_string(),
            Some(destination) => destination.address.host_field(),
        };
        let (mut request, findings) = prepare(&composed, Edit::default(), &host)?;
        source.as_str().clone_into(&mut request.remote);
        if let Some(destination) = &destination {
            destination.address.direct(&mut request);
        }
        let mut receipt = Receipt::now(&self.shared, source, None);
        receipt.findings = findings;
        receipt.attempt = attempt;
        let outbound = Outbound {
            bot: read_as(bot, platform, &request),
            receipt,
            request,
            limit: sending.limit,
        };
        let shared = Arc::clone(&self.shared);
        let sending = match destination {
            None => self.shared.tasks.spawn(to_itself(shared, outbound, None)),
            Some(to) => self.shared.tasks.spawn(to_url(shared, outbound, to)),
        };
        sending
            .await
            .map_err(|_| Error::Sending(Failure::new(FailureCode::Other, "")))
    }

    /// The users of a bot that were played, by name.
    ///
    /// # Errors
    /// There is no such bot.
    pub fn played_users(&self, bot: Option<BotId>) -> Result<Vec<(String, PlayedUser)>, Error> {
        let bot = self.bot(bot)?.id;
        let mut users: BTreeMap<String, PlayedUser> = BTreeMap::new();
        for chat in self.shared.chats.list(bot) {
            let user = PlayedUser {
                last: chat.changed,
                ..PlayedUser::default()
            };
            users.insert(chat.id, user);
        }
        for (name, user) in self.shared.simulator.users(bot) {
            let chat = users.get(&name).and_then(|chat| chat.last);
            let mut user = PlayedUser::from(user);
            user.last = user.last.max(chat);
            users.insert(name, user);
        }
        Ok(users.into_iter().collect())
    }

    /// A user; one that was never played has no variables.
    ///
    /// # Errors
    /// There is no such bot.
    pub fn played_user(&self, bot: Option<BotId>, user: &str) -> Result<PlayedUser, Error> {
        let bot = self.bot(bot)?;
        let known = self.shared.simulator.user(bot.id, user);
        Ok(PlayedUser {
            chat: self.shared.chats.get(bot.id, user),
            ..known.unwrap_or_default().into()
        })
    }

    /// Sets the variables of a user.
    ///
    /// # Errors
    /// There is no such bot, a variable or the name does not fit, a turn is under way, there is no
    /// room, or the change cannot be saved.
    pub async fn set_played_user(
        &self,
        bot: Option<BotId>,
        user: String,
        variables: Members,
    ) -> Result<PlayedUser, Error> {
        let bot = self.bot(bot)?.id;
        check_name(&user, "")?;
        check_kept(&variables)?;
        self.change_played(bot, user, move |engine, user| async move {
            let variables = object_text(&variables);
            engine.shared.simulator.set(bot, &user, variables).await
        })
        .await
    }

    /// Gives a user the variables that a bot had after a recorded turn.
    ///
    /// # Errors
    /// There is no such bot or exchange, its platform keeps no variables, a turn is under way,
    /// there is no room, or the change cannot be saved.
    pub async fn play_from(
        &self,
        bot: Option<BotId>,
        user: String,
        exchange: ExchangeId,
    ) -> Result<PlayedUser, Error> {
        let bot = self.bot(bot)?.id;
        check_name(&user, "")?;
        let exchange = self.exchange(exchange).await?;
        if !keeps_users(contract(exchange.summary.platform)) {
            return Err(Invalid::new("/exchange", not_kept()).into());
        }
        let of_bot = self.bot(Some(exchange.summary.bot)).ok();
        let read = move |exchange: &Exchange| {
            let reading = Reading::new(exchange, of_bot.as_deref());
            object_text(&user_variables(reading.variables(exchange)))
        };
        let (_, variables) = read_aside(true, exchange, read).await;
        if variables.len() > USER_BYTES_MAX {
            return Err(too_long("/exchange").into());
        }
        self.change_played(bot, user, move |engine, user| async move {
            engine.shared.simulator.set(bot, &user, variables).await
        })
        .await
    }

    /// Takes turns of a user back, the latest ones; their exchanges stay.
    ///
    /// # Errors
    /// There is no such bot or user, it has not so many turns, a turn is under way, or the change
    /// cannot be saved.
    pub async fn step_back(
        &self,
        bot: Option<BotId>,
        user: String,
        turns: usize,
    ) -> Result<PlayedUser, Error> {
        let bot = self.bot(bot)?.id;
        self.change_played(bot, user, move |engine, user| async move {
            engine.shared.simulator.back(bot, &user, turns).await
        })
        .await
    }

    /// Makes a user with the variables and the turns of another one.
    ///
    /// # Errors
    /// There is no such bot or user, the name is taken or does not fit, a turn is under way, there
    /// is no room, or the change cannot be saved.
    pub async fn branch_user(
        &self,
        bot: Option<BotId>,
        user: String,
        branch: String,
    ) -> Result<PlayedUser, Error> {
        let bot = self.bot(bot)?.id;
        check_name(&branch, "/as")?;
        self.change_played(bot, branch, move |engine, branch| async move {
            engine.shared.simulator.branch(bot, &user, &branch).await
        })
        .await
    }

    /// Removes a user.
    ///
    /// # Errors
    /// There is no such bot, a turn is under way, or the change cannot be saved.
    pub async fn forget_played_user(
        &self,
        bot: Option<BotId>,
        user: String,
    ) -> Result<PlayedUser, Error> {
        let bot = self.bot(bot)?.id;
        self.change_played(bot, user, move |engine, user| async move {
            engine.shared.simulator.remove(bot, &user).await?;
            engine.shared.chats.remove(bot, &user).await;
            Ok(SimulatedUser::default())
        })
        .await
    }

    /// Sets what the next call to a bot's platform gets, once.
    ///
    /// # Errors
    /// There is no such bot, or the platform has no such answer.
    pub fn set_next_answer(
        &self,
        bot: Option<BotId>,
        platform: Platform,
        name: &str,
    ) -> Result<(), Error> {
        let bot = self.bot(bot)?;
        let names = contract(platform).trial_answers();
        if names.is_empty() {
            let having = contracts()
                .iter()
                .filter(|one| !one.trial_answers().is_empty());
            let having: Vec<&str> = having.map(|one| one.platform().as_str()).collect();
            let message = words::NO_TRIAL_ANSWERS.arg(having.join(", "));
            return Err(Invalid::new("", message).into());
        }
        let known = names.iter().find(|one| **one == name);
        let wrong = || Invalid::new("/answer", words::TRIAL_ANSWER.arg(names.join(", ")));
        self.shared.chats.set_next(bot.id, known.ok_or_else(wrong)?);
        Ok(())
    }

    /// Changes a user where no turn of it is under way.
    async fn change_played<F>(
        &self,
        bot: BotId,
        user: String,
        change: impl FnOnce(Self, String) -> F + Send + 'static,
    ) -> Result<PlayedUser, Error>
    where
        F: Future<Output = Result<SimulatedUser, Error>> + Send + 'static,
    {
        let permit = self.shared.simulator.change_of(bot, &user)?;
        let engine = self.clone();
        self.to_its_end(async move {
            let changed = change(engine, user).await;
            drop(permit);
            changed.map(PlayedUser::from)
        })
        .await
    }
}

/// Whether a platform keeps variables from turn to turn.
fn keeps_users(contract: &dyn Contract) -> bool {
    contract.lifetime("").is_some()
}

/// That a platform keeps none, and which do.
fn not_kept() -> messages::Message {
    let keeping = contracts().iter().filter(|one| keeps_users(**one));
    let keeping: Vec<&str> = keeping.map(|one| one.platform().as_str()).collect();
    words::KEEPS_NO_USERS.arg(keeping.join(", "))
}

/// That a turn can be made.
fn check(turn: &NewUserTurn) -> Result<(), Invalid> {
    let contract = contract(turn.platform);
    if !keeps_users(contract) {
        return Err(Invalid::new("/platform", not_kept()));
    }
    check_name(&turn.user, "/user")?;
    if turn.event.is_empty() {
        return Err(Invalid::new("/event", &words::EVENT_NEEDED));
    }
    for name in turn.set.keys() {
        if let Some(Err(why)) = contract.lifetime(name) {
            return Err(Invalid::new(pointer("/set", name), why));
        }
    }
    for (index, name) in turn.unset.iter().enumerate() {
        let at = format!("/unset/{index}");
        if let Some(Err(why)) = contract.lifetime(name) {
            return Err(Invalid::new(at, why));
        }
        if turn.set.contains_key(name) {
            return Err(Invalid::new(at, words::SET_AND_UNSET.arg(name.as_str())));
        }
    }
    Ok(())
}

/// That a user can keep these variables, on whichever platform it is played.
fn check_kept(variables: &Members) -> Result<(), Invalid> {
    let keeping = || contracts().iter().filter(|one| keeps_users(**one));
    for name in variables.keys() {
        let at = || pointer("/variables", name);
        match keeping().find_map(|one| one.lifetime(name)) {
            Some(Ok(Lifetime::User)) | None => {}
            Some(Ok(Lifetime::Turn)) => {
                let message = words::NOT_THE_USERS.arg(name.as_str());
                return Err(Invalid::new(at(), message));
            }
            Some(Err(why)) => return Err(Invalid::new(at(), why)),
        }
    }
    Ok(())
}

fn check_name(user: &str, at: &str) -> Result<(), Invalid> {
    let is_short = !user.is_empty() && user.chars().count() <= NAME_CHARS;
    match is_short && protocol::is_name(user) {
        true => Ok(()),
        false => Err(Invalid::new(
            at,
            words::SIMULATED_USER_NAME.arg(NAME_CHARS as u64),
        )),
    }
}

pub(super) fn pointer(at: &str, name: &str) -> String {
    let mut pointer = at.to_owned();
    json_text::push_key(&mut pointer, name);
    pointer
}

/// The request of a turn of a user who is so before it.
fn request(turn: &NewUserTurn, before: &UserState, sent_at: UtcMillis) -> Result<Request, Invalid> {
    let mut variables = before.members();
    let unset: HashSet<&str> = turn.unset.iter().map(String::as_str).collect();
    variables.retain(|name, _| !unset.contains(name.as_str()));
    for (name, value) in &turn.set {
        variables.insert(name.clone(), value.clone());
    }
    let since = before
        .seen
        .map(|seen| sent_at.0.saturating_sub(seen.0) / 1000);
    let message = uuid::Uuid::new_v4().to_string();
    let composed = contract(turn.platform).user_turn(&UserTurn {
        event: &turn.event,
        user: &turn.user,
        text: &turn.text,
        variables,
        unset: &turn.unset,
        since_last: since.and_then(|seconds| u64::try_from(seconds).ok()),
        message: &message,
    });
    let request = composed.ok_or_else(|| Invalid::new("/platform", not_kept()))?;
    match request.body.length() > USER_BYTES_MAX as u64 {
        true => Err(too_long("/set")),
        false => Ok(request),
    }
}

/// The bot as it reads what a platform sends: by that platform's rules, whatever is set.
fn read_as(bot: &Arc<Bot>, platform: Platform, request: &Request) -> Arc<Bot> {
    if protocol::read_request(bot.read_as(), request).platform == platform {
        return Arc::clone(bot);
    }
    let mut bot = Bot::clone(bot);
    bot.platform = PlatformChoice::Fixed(platform);
    Arc::new(bot)
}

/// Whether the answer was taken, and the user's variables after the turn.
fn after(exchange: &Exchange, bot: &Bot) -> (bool, String) {
    let reading = Reading::new(exchange, Some(bot));
    let merged = reading.outcome(exchange);
    let merged = merged.is_some_and(protocol::Outcome::is_merged);
    let variables = user_variables(reading.variables(exchange));
    (merged, object_text(&variables))
}
