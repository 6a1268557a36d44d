//! The app around a turn, in this process: a history in memory, and a caller that is a channel.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use protocol::platform::ChatAction;
use protocol::{
    Answer, Body, BotId, ConversationId, Exchange, ExchangeId, FindingCounts, Micros, Platform,
    PlatformChoice, Request, Side, Source, State, Summary, UtcMillis,
};
use rules::CompiledRule;
use serde_json::Value;
use store::{Change, Inserted, RuleUses, Stopwatch, StoreError, UpdateOutcome};
use tokio::sync::{oneshot, watch};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::answering::{Fallback, Mode};
use crate::attempts::Attempts;
use crate::bot_rules::{BotRules, PendingUses, RuleMemory};
use crate::bots::{Bot, new_bot};
use crate::callbacks::Callbacks;
use crate::chains::Chains;
use crate::circles::Circles;
use crate::client::{Address, Call, CallFailure, Unanswered};
use crate::error::Error;
use crate::feed::{EventKind, Feed};
use crate::forwards::Forwards;
use crate::holds::{Ack, Command, Holds};
use crate::late::{DeliveryEnd, LateCalls, LateDelivery};
use crate::outgoing::Outgoing;
use crate::patience::{CallerWait, ProbeState, Probes};
use crate::receipt::Receipt;
use crate::turn::{self, Calling, Delivery, Dispatch, History, Host, Reply, Turn};

/// A turn of a bot, as its event and its user name it.
pub(super) const TURN: &str = r#"{"action":"pay","userId":"77","variable1":50}"#;

/// The wall clock when a test begins.
const BEGUN: UtcMillis = UtcMillis(1_763_787_600_000);

/// Longer than any hold: what is awaited for so long never comes.
const NEVER: Duration = Duration::from_secs(7 * 86_400);

/// The app around the turns of one bot.
pub(super) struct App {
    pub(super) history: Memory,
    pub(super) holds: Holds,
    pub(super) stop: CancellationToken,
    feed: Feed,
    tasks: TaskTracker,
    bot: Mutex<Option<Arc<Bot>>>,
    /// What servers of the developer's answer, one call after the other.
    servers: Mutex<VecDeque<Calling>>,
    /// The calls that were made.
    pub(super) calls: Mutex<Vec<Call>>,
    late_calls: LateCalls,
    chains: Chains,
    attempts: Attempts,
    pub(super) probes: Probes,
    /// A person ends the probe as soon as a request is taken for it.
    pub(super) is_probe_ended: AtomicBool,
    /// How long callers waited that left, and that were answered.
    pub(super) left: Mutex<Vec<(Platform, CallerWait)>>,
    pub(super) waited: Mutex<Vec<u64>>,
    /// The late answers that wait for a user's next answer.
    pub(super) deliveries: Mutex<VecDeque<LateDelivery>>,
    /// What became of them.
    pub(super) delivery_ends: Mutex<Vec<DeliveryEnd>>,
    pub(super) rules: RuleMemory,
    callbacks: Callbacks,
    forwards: Forwards,
    circles: Circles,
    /// What rules have sent after their answers.
    pub(super) sent: Mutex<Vec<Request>>,
    seq: AtomicU64,
    begun: Instant,
    /// How far the wall clock was set ahead.
    pub(super) clock_ahead_ms: AtomicI64,
}

impl App {
    /// A bot that is answered by its default answer, `{}`.
    pub(super) fn new() -> Arc<Self> {
        let bot = new_bot("bot".to_owned(), PlatformChoice::Auto);
        Arc::new(Self {
            history: Memory::default(),
            holds: Holds::new(crate::settings::Settings::default().connection_limit as usize),
            stop: CancellationToken::new(),
            feed: Feed::new(0),
            tasks: TaskTracker::new(),
            bot: Mutex::new(Some(Arc::new(bot))),
            servers: Mutex::default(),
            calls: Mutex::default(),
            late_calls: LateCalls::default(),
            chains: Chains::default(),
            attempts: Attempts::default(),
            probes: Probes::default(),
            is_probe_ended: AtomicBool::new(false),
            left: Mutex::default(),
            waited: Mutex::default(),
            deliveries: Mutex::default(),
            delivery_ends: Mutex::default(),
            rules: RuleMemory::default(),
            callbacks: Callbacks::default(),
            forwards: Forwards::default(),
            circles: Circles::default(),
            sent: Mutex::default(),
            seq: AtomicU64::new(1),
            begun: Instant::now(),
            clock_ahead_ms: AtomicI64::new(0),
        })
    }

    /// A bot whose turns wait for a person.
    pub(super) fn holding(seconds: u32) -> Arc<Self> {
        let app = Self::new();
        app.change_bot(|bot| {
            bot.answering.mode = Mode::Hold;
            bot.answering.hold.seconds = seconds;
        });
        app
    }

    pub(super) fn change_bot(&self, change: impl FnOnce(&mut Bot)) {
        let mut bot = self.bot.lock();
        change(Arc::make_mut(bot.as_mut().expect("the bot is there")));
    }

    pub(super) fn set_fallback(&self, fallback: Fallback) {
        self.change_bot(|bot| bot.answering.hold.fallback = fallback);
    }

    pub(super) fn bot_id(&self) -> BotId {
        self.bot_now().id
    }

    /// A bot that has these rules from now on, whose ids are their numbers from 1.
    pub(super) fn set_rules(&self, rules: &[Value]) {
        let compiled = (1..).zip(rules).map(|(number, rule)| {
            let mut rule = rule.clone();
            rule["version"] = 1.into();
            rule["id"] = number.to_string().into();
            Arc::new(CompiledRule::from_json(&rule.to_string()).expect("the rule fits"))
        });
        let rules = BotRules::new(compiled.collect(), Vec::new());
        self.rules.keep(self.bot_id(), rules.ids());
        self.change_bot(|bot| bot.rules = Arc::new(rules));
    }

    /// A bot whose turns go to a server.
    pub(super) fn forwarding(mode: Mode, seconds: u32) -> Arc<Self> {
        let app = Self::holding(seconds);
        app.change_bot(|bot| {
            bot.answering.mode = mode;
            bot.answering.upstream = Some("http://localhost:5000".to_owned());
        });
        app
    }

    /// The next call is answered so, after so many seconds.
    pub(super) fn server_answers(&self, seconds: u64, answer: Result<Answer, CallFailure>) {
        self.servers.lock().push_back(Box::pin(async move {
            tokio::time::sleep(Duration::from_secs(seconds)).await;
            answer
        }));
    }

    /// What has come of its probe.
    pub(super) fn probe_state(&self) -> ProbeState {
        let probe = self.probes.of(self.bot_id());
        probe.expect("there was one").state
    }

    pub(super) fn remove_bot(&self) -> Arc<Bot> {
        self.bot.lock().take().expect("the bot is there")
    }

    /// A caller sends a request; its turn begins.
    pub(super) fn call(self: &Arc<Self>, body: impl Into<Body>) -> Caller {
        self.call_with(("Content-Type", "application/json"), body)
    }

    /// The same with this header.
    pub(super) fn call_with(
        self: &Arc<Self>,
        header: (&str, &str),
        body: impl Into<Body>,
    ) -> Caller {
        let (bot, receipt) = (self.bot_now(), self.receipt());
        let id = receipt.id;
        let request = request(header, body);
        let (caller, reply) = self.caller(id);
        let running = turn::run(Arc::clone(self), bot, receipt, request, None, reply);
        self.tasks.spawn(running);
        caller
    }

    /// Whoever waits for the answer of a turn.
    pub(super) fn caller(self: &Arc<Self>, id: ExchangeId) -> (Caller, Reply) {
        let (sender, dispatched) = oneshot::channel();
        let app = Arc::clone(self);
        let caller = Caller {
            id,
            app,
            dispatched,
        };
        (caller, Reply::Caller(sender))
    }

    /// A turn that is recorded while more follows.
    pub(super) async fn open_turn(self: &Arc<Self>) -> (ExchangeId, Box<Turn<Self>>) {
        let (bot, receipt) = (self.bot_now(), self.receipt());
        let id = receipt.id;
        let request = request(("Content-Type", "application/json"), TURN);
        let mut turn = Turn::begin(Arc::clone(self), bot, receipt, request).await;
        turn.record_open().await;
        (id, turn)
    }

    fn bot_now(&self) -> Arc<Bot> {
        self.bot.lock().clone().expect("the bot is there")
    }

    fn receipt(&self) -> Receipt {
        let seq = self.seq.fetch_add(1, Ordering::Relaxed);
        Receipt::new(self.now(), seq, Source::Webhook, None)
    }

    /// A request that is held.
    pub(super) async fn held(self: &Arc<Self>, body: &'static str) -> Caller {
        let call = self.call(body);
        call.reaches(State::Held).await;
        call
    }

    /// A person answers.
    pub(super) async fn answer(&self, id: ExchangeId, body: &str) -> Result<(), Error> {
        let answer = Answer::json(200, body.to_owned());
        let answering = |ack: Ack<()>| Command::Answer(answer, ack);
        self.holds.command(id, answering).await
    }

    /// A person wants more time.
    pub(super) async fn extend(&self, id: ExchangeId, seconds: u32) -> Result<UtcMillis, Error> {
        let extending = |ack| Command::Extend(seconds, ack);
        self.holds.command(id, extending).await
    }

    /// Waits until the history has an exchange in this state.
    pub(super) async fn reaches(&self, id: ExchangeId, state: State) -> Exchange {
        let mut commits = self.history.commits.subscribe();
        let reaching = async {
            loop {
                commits.borrow_and_update();
                match self.history.get(id) {
                    Some(exchange) if exchange.summary.state == state => return exchange,
                    _ => commits.changed().await.expect("the history is there"),
                }
            }
        };
        let reached = tokio::time::timeout(NEVER, reaching).await;
        reached.unwrap_or_else(|_| panic!("never {state:?}"))
    }

    /// Waits until all that can be done is done: the paused clock goes on only then.
    pub(super) async fn idle(&self) {
        tokio::time::sleep(Duration::from_secs(1)).await;
    }

    /// What the feed said last of an exchange.
    pub(super) async fn last_event(&self, id: ExchangeId) -> (EventKind, Option<Arc<Summary>>) {
        let batch = self.feed.read(0, Duration::ZERO).await;
        let of_it = |event: &crate::feed::Event| event.id == Some(id);
        let event = batch.events.into_iter().rfind(of_it);
        let event = event.expect("the feed tells of every exchange");
        (event.kind, event.exchange)
    }
}

/// What a caller sends.
fn request(header: (&str, &str), body: impl Into<Body>) -> Request {
    Request {
        method: "POST".to_owned(),
        path: "/".to_owned(),
        headers: [header].into_iter().collect(),
        body: body.into(),
        ..Request::default()
    }
}

impl Host for App {
    fn history(&self) -> &impl History {
        &self.history
    }

    fn feed(&self) -> &Feed {
        &self.feed
    }

    fn holds(&self) -> &Holds {
        &self.holds
    }

    fn bot(&self, _id: BotId) -> Option<Arc<Bot>> {
        self.bot.lock().clone()
    }

    fn stop(&self) -> &CancellationToken {
        &self.stop
    }

    fn tasks(&self) -> &TaskTracker {
        &self.tasks
    }

    fn rules(&self) -> &RuleMemory {
        &self.rules
    }

    fn receipt(&self, source: Source) -> Receipt {
        let seq = self.seq.fetch_add(1, Ordering::Relaxed);
        Receipt::new(self.now(), seq, source, None)
    }

    async fn send(&self, request: &Request, _: &Address) -> Result<Answer, Unanswered> {
        self.sent.lock().push(request.clone());
        Ok(Answer::json(200, "{}"))
    }

    fn callbacks(&self) -> &Callbacks {
        &self.callbacks
    }

    fn forwards(&self) -> &Forwards {
        &self.forwards
    }

    fn circles(&self) -> &Circles {
        &self.circles
    }

    fn call(self: &Arc<Self>, call: Call) -> Calling {
        self.calls.lock().push(call);
        let next = self.servers.lock().pop_front();
        next.expect("a server is there for every call")
    }

    fn late_calls(&self) -> &LateCalls {
        &self.late_calls
    }

    fn chains(&self) -> &Chains {
        &self.chains
    }

    fn attempts(&self) -> &Attempts {
        &self.attempts
    }

    fn take_trial(&self, _: BotId) -> Option<&'static str> {
        None
    }

    async fn act_in_chat(&self, _: BotId, _: ChatAction) -> bool {
        true
    }

    fn probes(&self) -> &Probes {
        if self.is_probe_ended.load(Ordering::Relaxed)
            && let Some(probe) = self.probes.of(self.bot_id())
            && matches!(probe.state, ProbeState::Holding(_))
        {
            self.probes.remove(self.bot_id());
        }
        &self.probes
    }

    fn caller_left(self: &Arc<Self>, _: BotId, platform: Platform, wait: CallerWait) {
        self.left.lock().push((platform, wait));
    }

    fn caller_waited(self: &Arc<Self>, _: BotId, _: Platform, ms: u64) {
        self.waited.lock().push(ms);
    }

    fn has_delivery(&self, _: BotId, user: Option<&str>) -> bool {
        let deliveries = self.deliveries.lock();
        deliveries.iter().any(|one| Some(one.user.as_str()) == user)
    }

    async fn take_delivery(&self, _: BotId, user: Option<&str>) -> Option<LateDelivery> {
        let mut deliveries = self.deliveries.lock();
        deliveries.pop_front_if(|one| Some(one.user.as_str()) == user)
    }

    async fn delivery_ended(&self, _: ExchangeId, end: DeliveryEnd) {
        self.delivery_ends.lock().push(end);
    }

    fn now(&self) -> UtcMillis {
        let passed = self.begun.elapsed().as_millis();
        let passed = i64::try_from(passed).unwrap();
        UtcMillis(BEGUN.0 + passed + self.clock_ahead_ms.load(Ordering::Relaxed))
    }
}

/// A caller that waits for its answer.
pub(super) struct Caller {
    pub(super) id: ExchangeId,
    app: Arc<App>,
    dispatched: oneshot::Receiver<Dispatch>,
}

impl Caller {
    /// Waits until the history has its exchange in this state.
    pub(super) async fn reaches(&self, state: State) -> Exchange {
        self.app.reaches(self.id, state).await
    }

    /// Takes what comes, to its last byte.
    pub(super) async fn received(self) -> Outgoing {
        let dispatch = self.taken().await;
        dispatch.on_delivery.report(Delivery::Written);
        dispatch.outgoing
    }

    /// Takes an answer, and gives its body.
    pub(super) async fn answered(self) -> String {
        match self.received().await {
            Outgoing::Answer(answer) => {
                String::from_utf8(answer.body.beginning().to_vec()).unwrap()
            }
            other => panic!("{other:?}"),
        }
    }

    /// Leaves while something is on its way.
    pub(super) async fn loses_it(self) {
        drop(self.taken().await);
    }

    /// What goes out, on its way.
    pub(super) async fn taken(self) -> Dispatch {
        self.dispatched.await.expect("something goes out")
    }

    /// Leaves.
    pub(super) fn leaves(self) -> ExchangeId {
        self.id
    }
}

/// A history in memory.
pub(super) struct Memory {
    rows: Mutex<HashMap<ExchangeId, Row>>,
    /// Nothing is written any more.
    pub(super) is_full: AtomicBool,
    /// The last answer to an event is not found in any time.
    pub(super) is_slow: AtomicBool,
    /// How long each write takes, in seconds.
    pub(super) write_seconds: AtomicU64,
    /// What was read of it, in order.
    pub(super) reads: Mutex<Vec<&'static str>>,
    /// What the history itself finds in each new exchange.
    pub(super) added: Mutex<FindingCounts>,
    /// What rules remembered, turn by turn.
    pub(super) uses: Mutex<Vec<RuleUses>>,
    commits: watch::Sender<()>,
}

struct Row {
    exchange: Exchange,
    is_deleted: bool,
}

impl Default for Memory {
    fn default() -> Self {
        Self {
            rows: Mutex::default(),
            is_full: AtomicBool::new(false),
            is_slow: AtomicBool::new(false),
            write_seconds: AtomicU64::new(0),
            reads: Mutex::default(),
            added: Mutex::default(),
            uses: Mutex::default(),
            commits: watch::Sender::new(()),
        }
    }
}

impl Memory {
    pub(super) fn get(&self, id: ExchangeId) -> Option<Exchange> {
        let rows = self.rows.lock();
        rows.get(&id).map(|row| row.exchange.clone())
    }

    pub(super) fn all(&self) -> Vec<Exchange> {
        let rows = self.rows.lock();
        rows.values().map(|row| row.exchange.clone()).collect()
    }

    /// Another late answer than that which came.
    pub(super) fn replace_late(&self, id: ExchangeId, answer: Answer) {
        let mut rows = self.rows.lock();
        let row = rows.get_mut(&id).expect("it is there");
        row.exchange.answers.set(Side::Late, answer);
    }

    /// A person deletes an exchange.
    pub(super) fn delete(&self, id: ExchangeId) {
        let mut rows = self.rows.lock();
        rows.get_mut(&id).expect("it is there").is_deleted = true;
    }

    async fn write(&self) {
        let seconds = self.write_seconds.load(Ordering::Relaxed);
        if seconds > 0 {
            tokio::time::sleep(Duration::from_secs(seconds)).await;
        }
    }
}

impl History for Memory {
    async fn insert(&self, mut exchange: Box<Exchange>, clock: Stopwatch) -> Inserted {
        self.write().await;
        // A copy, as the disk has one.
        exchange.request.body = exchange.request.body.beginning().to_vec().into();
        if self.is_full.load(Ordering::Relaxed) {
            return Inserted::default();
        }
        let is_settled = exchange.summary.state.is_settled();
        let added = *self.added.lock();
        exchange.summary.findings += added;
        let row = Row {
            exchange: *exchange,
            is_deleted: false,
        };
        self.rows.lock().insert(row.exchange.summary.id, row);
        self.commits.send_replace(());
        Inserted {
            ended: is_settled.then(|| clock.elapsed()),
            added,
        }
    }

    async fn update(&self, id: ExchangeId, change: Change) -> UpdateOutcome {
        self.write().await;
        if self.is_full.load(Ordering::Relaxed) {
            return UpdateOutcome::NotSaved;
        }
        let outcome = match self.rows.lock().get_mut(&id) {
            None => UpdateOutcome::Hidden,
            Some(row) => {
                apply(&mut row.exchange, change);
                match row.is_deleted {
                    true => UpdateOutcome::Hidden,
                    false => UpdateOutcome::Shown(Box::new(row.exchange.summary.clone())),
                }
            }
        };
        self.commits.send_replace(());
        outcome
    }

    async fn has(&self, id: ExchangeId) -> bool {
        self.get(id).is_some()
    }

    async fn request_body(&self, id: ExchangeId) -> Option<Body> {
        self.reads.lock().push("request_body");
        self.get(id).map(|exchange| exchange.request.body)
    }

    async fn upstream_answer(&self, id: ExchangeId) -> Option<Answer> {
        self.reads.lock().push("upstream_answer");
        self.get(id)?.answers.take(Side::Upstream)
    }

    async fn late_answer(&self, id: ExchangeId) -> Result<Option<Answer>, StoreError> {
        let rows = self.rows.lock();
        let row = rows.get(&id).filter(|row| !row.is_deleted);
        let waits = row.filter(|row| row.exchange.summary.delivered_with.is_none());
        Ok(waits.and_then(|row| row.exchange.answers.get(Side::Late).cloned()))
    }

    async fn previous_turn(
        &self,
        _: BotId,
        user: &str,
        before: u64,
    ) -> Result<Option<Exchange>, StoreError> {
        if self.is_slow.load(Ordering::Relaxed) {
            std::future::pending::<()>().await;
        }
        let rows = self.rows.lock();
        let of_user = rows.values().map(|row| &row.exchange).filter(|exchange| {
            exchange.summary.user.as_deref() == Some(user) && exchange.summary.seq < before
        });
        Ok(of_user.max_by_key(|exchange| exchange.summary.seq).cloned())
    }

    async fn conversation_for(
        &self,
        summary: Summary,
        _: Request,
    ) -> Result<Option<ConversationId>, StoreError> {
        if self.is_slow.load(Ordering::Relaxed) {
            std::future::pending::<()>().await;
        }
        // Those of one user are one.
        let rows = self.rows.lock();
        let of_user = rows
            .values()
            .map(|row| &row.exchange.summary)
            .filter(|one| one.user == summary.user && one.seq < summary.seq);
        let first = of_user.min_by_key(|one| one.seq);
        Ok(first.map(|first| ConversationId(first.id.0)))
    }

    async fn save_rule_uses(&self, uses: PendingUses) {
        self.write().await;
        self.uses.lock().push(uses.now());
    }

    async fn failed_calls(&self, _: Platform, _: UtcMillis) -> Vec<Exchange> {
        Vec::new()
    }

    async fn last_answer(&self, bot: BotId, event: Option<&str>) -> Option<Answer> {
        self.reads.lock().push("last_answer");
        if self.is_slow.load(Ordering::Relaxed) {
            std::future::pending::<()>().await;
        }
        let rows = self.rows.lock();
        let answered = rows.values().map(|row| &row.exchange).filter(|exchange| {
            let summary = &exchange.summary;
            summary.bot == bot && summary.event.as_deref() == event && exchange.answer().is_some()
        });
        let newest = answered.max_by_key(|exchange| exchange.summary.seq)?;
        newest.answer().cloned()
    }
}

/// Does to an exchange what the store does to its row.
fn apply(exchange: &mut Exchange, change: Change) {
    // Whole, so that a field added to a change is missing here at once.
    let Change {
        deadline,
        decided,
        ending,
        answers,
        upstream,
        late,
        delivered_with,
        carried,
        rule,
        rule_context,
        findings,
        own_findings,
        clock,
    } = change;
    exchange.own_findings.extend(own_findings);
    let summary = &mut exchange.summary;
    summary.deadline = deadline.or(summary.deadline);
    summary.findings = findings.unwrap_or(summary.findings);
    if let Some(ending) = ending {
        summary.end(ending);
    }
    let elapsed = clock.map(|clock| clock.elapsed());
    summary.duration_ms = elapsed.map(Micros::as_ms).or(summary.duration_ms);
    summary.delivered_with = delivered_with.or(summary.delivered_with);
    summary.carried = carried.unwrap_or(summary.carried);
    if rule.is_some() {
        summary.rule = rule;
        exchange.rule_context = rule_context;
    }
    summary.upstream_after = upstream.or(summary.upstream_after);
    summary.late_after = late.or(summary.late_after);
    exchange.timing.decided = decided.or(exchange.timing.decided);
    if answers.get(Side::Response).is_some() {
        exchange.timing.answered = elapsed;
    }
    for (side, answer) in answers.iter() {
        exchange.answers.set(side, answer.clone());
    }
}
