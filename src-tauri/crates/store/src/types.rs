//! What goes in and out of the store besides the exchange itself.

use std::fmt;
use std::num::ParseIntError;
use std::str::FromStr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use conversations::InferredRule;
use protocol::platform::PlatformSettings;
use protocol::{
    Answers, BotId, ConversationId, Ending, ExchangeId, Filter, FindingCounts, Micros, OwnFinding,
    Platform, PlatformChoice, RuleUse, Summary, UtcMillis,
};

/// Gives the present moment: the store reads no clock of its own.
pub type Clock = fn() -> UtcMillis;

/// Gives what a bot has set for its platforms now; `None` where the bot was removed.
pub type SettingsOfBot = Box<dyn Fn(BotId) -> Option<Arc<PlatformSettings>> + Send + Sync>;

/// A stopwatch: started when the request's head arrived, read when the answer is stored.
#[derive(Clone, Copy, Debug)]
pub struct Stopwatch {
    started: Instant,
    /// What it showed when it was stopped.
    stopped: Option<Micros>,
}

impl Stopwatch {
    /// Starts now.
    #[must_use]
    pub fn start() -> Self {
        Self {
            started: Instant::now(),
            stopped: None,
        }
    }

    /// From the start until now, or until it was stopped.
    #[must_use]
    pub fn elapsed(&self) -> Micros {
        let running = || u64::try_from(self.started.elapsed().as_micros()).unwrap_or(u64::MAX);
        self.stopped.unwrap_or_else(|| Micros(running()))
    }

    /// Shows the present moment from now on: what waits for the disk keeps its own time.
    pub(crate) fn stop(&mut self) {
        self.stopped = Some(self.elapsed());
    }
}

/// What changes of an exchange; what is `None` stays as it is.
#[derive(Clone, Debug, Default)]
pub struct Change {
    /// When a held exchange answers itself.
    pub deadline: Option<UtcMillis>,
    /// When it was decided who answers; sets `timing.decided`.
    pub decided: Option<Micros>,
    /// How it ended. It has no deadline then.
    pub ending: Option<Ending>,
    /// Answers that it has now; one of the same side before it is replaced.
    pub answers: Answers,
    /// When the developer's own server had answered; sets `summary.upstream_after`.
    pub upstream: Option<Micros>,
    /// The same for an answer that came late; sets `summary.late_after`.
    pub late: Option<Micros>,
    /// The exchange that carried its late answer.
    pub delivered_with: Option<ExchangeId>,
    /// The exchange whose late answer it carried; `Some(None)`: none after all.
    pub carried: Option<Option<ExchangeId>>,
    /// The rule that took the turn.
    pub rule: Option<RuleUse>,
    /// What rules rested on beside the request.
    pub rule_context: Option<String>,
    /// How many findings it has, with those that are added.
    pub findings: Option<FindingCounts>,
    /// What the app noticed since; it is added to what it noticed before.
    pub own_findings: Vec<OwnFinding>,
    /// Read when the row is written: sets `summary.duration_ms`, and `timing.answered` where
    /// it brings what went back to the caller.
    pub clock: Option<Stopwatch>,
}

/// What a person changes of an exchange; what is absent stays.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Annotation {
    /// The note.
    pub note: Option<String>,
    /// Whether it is exempt from the retention.
    pub pinned: Option<bool>,
    /// How another platform reads it.
    pub read: Option<ReadAnew>,
}

/// What became of such a change.
#[derive(Clone, Debug, PartialEq)]
pub enum Annotated {
    /// It was made.
    Done(Box<Summary>),
    /// Nothing was written: the exchange is not any more what it was when it was read.
    Changed,
    /// There is no such exchange.
    NotFound,
}

/// An exchange as another platform reads it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReadAnew {
    /// What was read: where more has come to the exchange since, nothing is written.
    pub from: Summary,
    /// Whose rules it follows now.
    pub platform: Platform,
    /// By whose choice.
    pub choice: PlatformChoice,
    /// What that platform makes of the request.
    pub event: Option<String>,
    /// The same.
    pub user: Option<String>,
    /// How many findings it has now.
    pub findings: FindingCounts,
}

/// What became of a new exchange, for a caller that goes on either way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Inserted {
    /// The moment of its end, where it has come to it and is on disk.
    pub ended: Option<Micros>,
    /// What the history itself found: see [`crate::Store::insert`].
    pub added: FindingCounts,
}

/// What became of a change, for a caller that goes on either way.
#[derive(Clone, Debug, PartialEq)]
pub enum UpdateOutcome {
    /// It is on disk: the exchange as it is now.
    Shown(Box<Summary>),
    /// No list shows the exchange: it was deleted, or never stored.
    Hidden,
    /// It is not on disk; it waits in memory and is tried again.
    NotSaved,
}

/// Which exchanges a list shows, newest first.
#[derive(Clone, Debug, Default)]
pub struct ListQuery {
    /// How many at most.
    pub limit: usize,
    /// Only those older than this one.
    pub before: Option<u64>,
    /// Only those newer than this one.
    pub after: Option<u64>,
    /// Only those that it lets through.
    pub filter: Filter,
    /// Only those of this bot.
    pub bot: Option<BotId>,
}

/// A part of the list.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Page {
    /// The exchanges, newest first.
    pub summaries: Vec<Summary>,
    /// What to ask for as `before` to go on; `None` at the end.
    pub next_before: Option<u64>,
    /// The search looked back to this number and no further, because the text index has not come
    /// to what is before it; `None` where it looked at everything it had to.
    pub searched_back_to: Option<u64>,
}

/// How many exchanges a filter lets through.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// So many were found.
    pub exchanges: u64,
    /// These are all. Else there are more than were counted, or the text index has not come to
    /// all of them yet.
    pub is_whole: bool,
}

/// A bot: one thing that is being debugged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bot {
    /// Its identity.
    pub id: BotId,
    /// Its name.
    pub name: String,
    /// Whose rules its requests follow, as the API spells it; it may be a later version's.
    pub platform: String,
    /// The part of the address that belongs to it.
    pub secret: String,
    /// How it answers: a JSON document of the engine's.
    pub answering: String,
    /// Who may use its address, and its addresses before: a JSON document of the engine's.
    pub endpoint: String,
    /// What is set for its platforms: a JSON document of the engine's.
    pub platform_settings: String,
    /// Its index in the list.
    pub position: i64,
    /// What its rules' chances are rolled from.
    pub seed: u64,
}

/// A rule of a bot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredRule {
    /// Whose rule.
    pub bot: BotId,
    /// Its identity among the bot's rules.
    pub id: String,
    /// The rule: a JSON document of the engine's.
    pub definition: String,
    /// How often it took a turn.
    pub hits: u64,
    /// The exchange of the last one.
    pub last_hit: Option<ExchangeId>,
}

/// What a rule remembers of one user, one conversation, or of all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredRuleState {
    /// Whose rule.
    pub bot: BotId,
    /// The rule's id; empty for what belongs to none.
    pub rule: String,
    /// The user, the conversation's id, or the empty text.
    pub key: String,
    /// How many turns were counted.
    pub calls: u64,
    /// The number of the reply of a sequence that was given last.
    pub position: u32,
}

impl StoredRuleState {
    /// Whether it belongs to no rule: its calls are the number of the bot's exchanges.
    #[must_use]
    pub fn is_number(&self) -> bool {
        self.rule.is_empty() && self.key.is_empty()
    }
}

/// What is written down of turns that rules counted: each as it is at the moment of writing.
/// Nothing is written of a rule or a bot that is gone.
#[derive(Clone, Debug, Default)]
pub struct RuleUses {
    /// States.
    pub states: Vec<StoredRuleState>,
    /// The number of a bot's exchanges that rules were asked about.
    pub number: Option<(BotId, u64)>,
    /// States that are forgotten: whose rule, the rule's id, the key.
    pub forgotten: Vec<(BotId, String, String)>,
    /// The rule that took the turn, how often it has, and the exchange.
    pub hit: Option<(BotId, String, u64, ExchangeId)>,
}

/// What a person calls a user of a bot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserName {
    /// Whose user.
    pub bot: BotId,
    /// The user, as the exchanges name it.
    pub user: String,
    /// The name.
    pub name: String,
}

/// What stands beside the history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DocumentKind {
    /// The bots.
    Bots,
    /// Names of their users.
    UserNames,
    /// Their rules.
    Rules,
    /// What rules remember between turns.
    RuleStates,
    /// Settings of the app.
    Settings,
}

impl DocumentKind {
    const ALL: [Self; 5] = [
        Self::Bots,
        Self::UserNames,
        Self::Rules,
        Self::RuleStates,
        Self::Settings,
    ];

    /// Its name, which is that of its table.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Bots => "bots",
            Self::UserNames => "user_names",
            Self::Rules => "rules",
            Self::RuleStates => "rule_states",
            Self::Settings => "settings",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

/// Of what stands beside the history, a kind of which not all could be read of a damaged database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LostRows {
    /// What of it.
    pub kind: DocumentKind,
    /// How many of them were taken over.
    pub taken: u64,
}

/// Numbers about the whole history.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// The exchanges that are shown, those in the list of everything.
    pub exchanges: u64,
    /// The files' size on disk, the write-ahead log included.
    pub database_bytes: u64,
    /// How many exchanges the search index does not hold yet.
    pub search_lag: u64,
}

/// How much is stored. Pinned exchanges and open ones stay whatever this says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// The number of exchanges.
    pub exchanges: u64,
    /// The size of what is stored, in bytes.
    pub bytes: u64,
    /// The age.
    pub age: Option<Duration>,
}

impl Default for Retention {
    fn default() -> Self {
        Self {
            exchanges: 1_000_000,
            bytes: 10_000_000_000,
            age: None,
        }
    }
}

/// A conversation as the list shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conversation {
    /// Its number, which is that of the exchange that began it.
    pub number: u64,
    /// Its identity.
    pub id: ConversationId,
    /// Whose.
    pub bot: BotId,
    /// The platform of its turns.
    pub platform: Platform,
    /// Who talks.
    pub user: String,
    /// The simulator does in the user's place.
    pub is_simulated: bool,
    /// When its first turn arrived.
    pub started: UtcMillis,
    /// When its last turn arrived.
    pub last: UtcMillis,
    /// How many turns it has.
    pub turns: u64,
    /// The findings of all of them.
    pub findings: FindingCounts,
    /// Its events in order, a run of equal ones once; its first 200.
    pub events: Vec<String>,
}

/// The turn that shows what became of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NextTurn {
    /// Its exchange.
    pub id: ExchangeId,
    /// It is of another conversation.
    pub begins: bool,
}

/// How often a rule of the platforms' was seen, by answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleSeen {
    /// The rule.
    pub rule: InferredRule,
    /// Answers that show it to hold.
    pub held: u64,
    /// Answers that show it to be broken.
    pub broken: u64,
    /// Some of them, broken ones first.
    pub examples: Vec<ExchangeId>,
}

/// Turns of which something else is known since the next one is there.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ProvedTurns {
    /// As they are now.
    pub summaries: Vec<Summary>,
    /// There were more than are remembered.
    pub were_more: bool,
}

/// Which conversations a list shows.
#[derive(Clone, Debug, Default)]
pub struct ConversationQuery {
    /// How many at most.
    pub limit: usize,
    /// Only those behind this one: the moment of its last turn, and its number.
    pub before: Option<(UtcMillis, u64)>,
    /// Only those of this bot.
    pub bot: Option<BotId>,
    /// Only those of this user.
    pub user: Option<String>,
}

/// A part of the list of conversations.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConversationPage {
    /// Those with the newest turns first.
    pub conversations: Vec<Conversation>,
    /// What to ask for as `before` to go on; `None` at the end.
    pub next_before: Option<(UtcMillis, u64)>,
    /// Every turn that was recorded is in its conversation.
    pub is_whole: bool,
}

/// What to delete.
#[derive(Clone, Debug, PartialEq)]
pub enum DeleteWhat {
    /// These exchanges.
    Ids(Vec<ExchangeId>),
    /// Everything that the filter lets through, of one bot or of all.
    Filter(Filter, Option<BotId>),
}

/// What was deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deletion {
    /// Takes it back for a minute; see [`crate::Store::restore`].
    pub undo: UndoToken,
    /// How many exchanges no list shows any more.
    pub count: u64,
    /// Which ones, where they were deleted by name. What a filter took is only counted.
    pub ids: Vec<ExchangeId>,
}

/// Names a deletion; see [`Deletion::undo`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct UndoToken(pub(crate) i64);

impl fmt::Display for UndoToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for UndoToken {
    type Err = ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

/// What an undo brought back.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Restored {
    /// How many exchanges; 0 where the deletion is final.
    pub count: u64,
    /// The exchange, where it is exactly one.
    pub only: Option<Summary>,
}
