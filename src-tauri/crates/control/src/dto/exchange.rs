//! An exchange: as lists and the feed show it, whole, and what an answer to it would do. Words are
//! in the reader's language, durations in milliseconds, bodies described and not carried.

use conversations::{Proof, Proved};
use engine::{Bot, ConversationTurn, Engine, Fallback, HeldFallback, Reading, ServerWait};
use messages::{Lang, Say as _};
use protocol::platform::contract;
use protocol::{
    AnsweredBy, AttemptOf, BodyInfo, BotId, Code, Exchange, ExchangeId, FailureCode, FaultKind,
    Finding, FindingCounts, Headers, MessageTurn, Micros, Outcome, Platform, RecordedMessage,
    Severity, Side, Source, State, Summary, Timing, UtcMillis, Variable,
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::dto::platform_reason::PlatformReasonView;
use crate::dto::proof::ProofView;

/// Declares a document that has every field of a summary and its own ones: written out, because a
/// flattened part hides from the schema what is required.
macro_rules! with_summary {
    ($(#[$doc:meta])* struct $name:ident { $($own:tt)* }) => {
        $(#[$doc])*
        pub(crate) struct $name {
            id: ExchangeId,
            /// Its place in the order of arrival; never changes.
            seq: u64,
            /// When the request's head had arrived.
            at: UtcMillis,
            /// The bot it belongs to.
            bot: BotId,
            /// Where it came from.
            source: Source,
            /// Whose rules it follows.
            platform: Platform,
            method: String,
            /// The path as received, percent-encoded, without the bot's secret.
            path: String,
            /// The event, where the platform has one.
            event: Option<String>,
            /// The user, where the platform names one.
            user: Option<String>,
            /// How far it has come.
            state: State,
            /// Who gave the answer.
            answered_by: Option<AnsweredBy>,
            /// The answer's status.
            status: Option<u16>,
            /// The length of the request's body, in bytes.
            request_bytes: u64,
            /// The length of the answer's body, in bytes.
            response_bytes: u64,
            /// From the head's arrival to the answer, in milliseconds.
            duration_ms: Option<f64>,
            /// When a held exchange answers itself.
            deadline: Option<UtcMillis>,
            /// The exchange it repeats.
            replay_of: Option<ExchangeId>,
            /// The developer's note.
            note: String,
            /// Kept whatever the retention says.
            pinned: bool,
            /// The wilful break of HTTP that it ended with, in place of a whole answer.
            fault: Option<FaultKind>,
            /// Why it failed or was abandoned, as a sentence.
            failure: Option<String>,
            /// The same for programs.
            failure_code: Option<FailureCode>,
            /// When the developer's own server had answered, in milliseconds since the head's
            /// arrival.
            upstream_after_ms: Option<f64>,
            /// The same where something else had gone out before.
            late_after_ms: Option<f64>,
            /// The exchange whose answer carried the variables of this one's late answer.
            delivered_with: Option<ExchangeId>,
            /// The exchange whose late answer's variables went out with this one's answer.
            carried: Option<ExchangeId>,
            /// The id of the rule that took the turn.
            rule: Option<String>,
            /// That rule's name as it is now; `null` where it is gone or has none.
            rule_name: Option<String>,
            /// The number of the turn among those that came to that rule.
            rule_call: Option<u64>,
            /// The exchange after whose answer a rule made this call.
            caused_by: Option<ExchangeId>,
            /// A server of the developer's was asked for the answer, and has neither answered nor
            /// failed.
            server_waiting: bool,
            /// Something else has gone out, and the call to the server is still open.
            late_waiting: bool,
            /// When that server was asked; `null` where none is waited for.
            server_asked_at: Option<UtcMillis>,
            $($own)*
        }
    };
}

/// Makes such a document of a summary.
macro_rules! summarised {
    ($name:ident, $summary:expr, $present:expr, $lang:expr, { $($own:tt)* }) => {{
        let summary: Summary = $summary;
        let (wait, rule_name): (ServerWait, Option<String>) = $present;
        let failure = summary.failure.as_ref();
        $name {
            failure: failure.map(|failure| failure.message().text($lang)),
            failure_code: failure.map(|failure| failure.code),
            upstream_after_ms: summary.upstream_after.map(Micros::as_ms),
            late_after_ms: summary.late_after.map(Micros::as_ms),
            delivered_with: summary.delivered_with,
            carried: summary.carried,
            rule_name,
            rule_call: summary.rule.as_ref().map(|rule| rule.call),
            rule: summary.rule.map(|rule| rule.id),
            caused_by: summary.caused_by,
            server_waiting: wait.is_asked,
            late_waiting: wait.is_late,
            server_asked_at: wait.since,
            id: summary.id,
            seq: summary.seq,
            at: summary.at,
            bot: summary.bot,
            source: summary.source,
            platform: summary.platform,
            method: summary.method,
            path: summary.path,
            event: summary.event,
            user: summary.user,
            state: summary.state,
            answered_by: summary.answered_by,
            status: summary.status,
            request_bytes: summary.request_bytes,
            response_bytes: summary.response_bytes,
            duration_ms: summary.duration_ms,
            deadline: summary.deadline,
            replay_of: summary.replay_of,
            note: summary.note,
            pinned: summary.pinned,
            fault: summary.fault,
            $($own)*
        }
    }};
}

with_summary! {
    /// An exchange as lists and the feed show it.
    #[derive(Debug, Serialize, ToSchema)]
    #[schema(as = Summary)]
    struct SummaryView {
        /// How many findings it has.
        findings: FindingCounts,
        /// Which attempt of a call it is, from the second on.
        attempt: Option<u32>,
        /// The first of them.
        attempt_of: Option<ExchangeId>,
    }
}

impl SummaryView {
    pub(crate) fn new(summary: Summary, engine: &Engine, lang: Lang) -> Self {
        let present = (engine.server_wait(&summary), rule_name(&summary, engine));
        let summary = summary.for_list();
        let findings = summary.findings;
        let attempt = summary.attempt.map(|of| of.number);
        let attempt_of = summary.attempt.map(|of| of.first);
        summarised!(Self, summary, present, lang, { findings, attempt, attempt_of })
    }
}

with_summary! {
    /// A turn of a conversation.
    #[derive(Debug, Serialize, ToSchema)]
    #[schema(as = Turn)]
    struct TurnView {
        /// How many findings it has.
        findings: FindingCounts,
        /// The text of the user's message, where the platform sends it.
        query_text: Option<String>,
        /// The user's variables that the answer made new or changed; none where it is not taken.
        changed: Vec<String>,
        /// Which attempt of a call it is, from the second on.
        attempt: Option<u32>,
        /// The first of them.
        attempt_of: Option<ExchangeId>,
        /// What became of the user's variables in its answer, once their next request is there.
        proof: Vec<ProofView>,
    }
}

impl TurnView {
    pub(crate) fn new(
        turn: ConversationTurn,
        proofs: Vec<Proof>,
        engine: &Engine,
        lang: Lang,
    ) -> Self {
        let proof = proofs.into_iter().map(ProofView::from).collect();
        let changed = turn
            .changed()
            .map(|variable| variable.name.clone())
            .collect();
        let query_text = turn.message_text;
        let summary = turn.summary;
        let present = (engine.server_wait(&summary), rule_name(&summary, engine));
        let summary = summary.for_list();
        let findings = summary.findings;
        let attempt = summary.attempt.map(|of| of.number);
        let attempt_of = summary.attempt.map(|of| of.first);
        summarised!(Self, summary, present, lang, {
            findings, query_text, changed, proof, attempt, attempt_of
        })
    }
}

with_summary! {
    /// An exchange with everything but its bodies.
    #[derive(Debug, Serialize, ToSchema)]
    #[schema(as = Exchange)]
    struct ExchangeView {
        platform_reason: PlatformReasonView,
        /// The program that sent it, where its platform tells those that call it apart: `bitrix24`
        /// or `amocrm`.
        sender: Option<&'static str>,
        request: RequestPart,
        /// `null` until there is an answer.
        response: Option<ResponsePart>,
        /// What the developer's own server answered, where a person might correct it.
        upstream: Option<UpstreamPart>,
        /// What a rule made of it: what a person starts from, and what goes out where nobody
        /// changes it.
        corrected: Option<CorrectedPart>,
        /// What it answered after something else had gone out.
        late: Option<LatePart>,
        /// What goes out where nobody answers; `null` where it is not held.
        hold: Option<HoldPart>,
        /// Which of the turns of one message it is, where that can be told.
        message: Option<MessagePart>,
        /// The text of the user's message, where the platform sends it.
        query_text: Option<String>,
        /// Which attempt of a call it is, where its platform makes failed calls again.
        attempt: Option<AttemptPart>,
        variables: Vec<Variable>,
        /// `null` until there is an answer.
        outcome: Option<Outcome>,
        findings: Vec<FindingView>,
        /// What became of the user's variables in its answer, once their next request is there.
        proof: Vec<ProofView>,
        timing: TimingPart,
    }
}

/// The request of an exchange.
#[derive(Debug, Serialize, ToSchema)]
struct RequestPart {
    query: Option<String>,
    /// `1.0`, `1.1` or `2`.
    http_version: &'static str,
    /// The caller's address.
    remote: String,
    /// Name and value, in order; repeats are separate pairs.
    headers: Vec<(String, String)>,
    /// The same for trailers.
    trailers: Vec<(String, String)>,
    body: BodyInfo,
}

/// The answer of an exchange.
#[derive(Debug, Serialize, ToSchema)]
struct ResponsePart {
    /// Name and value, in order.
    headers: Vec<(String, String)>,
    body: BodyInfo,
}

impl ResponsePart {
    fn new(recorded: RecordedMessage<'_>) -> Self {
        let RecordedMessage {
            headers,
            body,
            is_truncated,
        } = recorded;
        Self {
            headers: pairs(headers),
            body: protocol::body_info(headers, body, is_truncated),
        }
    }
}

/// An answer of the developer's own server.
#[derive(Debug, Serialize, ToSchema)]
struct UpstreamPart {
    #[schema(minimum = 200, maximum = 599)]
    status: u16,
    /// Name and value, in order.
    headers: Vec<(String, String)>,
    body: BodyInfo,
    /// When it had come, in milliseconds since the request's head arrived.
    after_ms: Option<f64>,
}

/// An answer of the developer's own server as a rule corrected it.
#[derive(Debug, Serialize, ToSchema)]
struct CorrectedPart {
    #[schema(minimum = 200, maximum = 599)]
    status: u16,
    /// Name and value, in order.
    headers: Vec<(String, String)>,
    body: BodyInfo,
}

/// An answer of the developer's own server that came after something else had gone out.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LatePart {
    #[schema(minimum = 200, maximum = 599)]
    status: u16,
    /// Name and value, in order.
    headers: Vec<(String, String)>,
    body: BodyInfo,
    /// When it had come, in milliseconds since the request's head arrived.
    after_ms: Option<f64>,
    /// The exchange whose answer carried its variables.
    delivered_with: Option<ExchangeId>,
    /// They are to go out with this user's next answer.
    queued: bool,
}

/// What goes out at the end of a hold.
#[derive(Debug, Serialize, ToSchema)]
struct HoldPart {
    /// An answer of the server's that has arrived goes before it.
    fallback: Fallback,
    /// The rule that took the turn says so, not the bot.
    by_rule: bool,
    /// Neither: the platform's own failure goes out.
    by_platform: bool,
}

impl From<HeldFallback> for HoldPart {
    fn from(held: HeldFallback) -> Self {
        Self {
            fallback: held.kind,
            by_rule: held.is_rules,
            by_platform: held.is_platforms,
        }
    }
}

/// What of an exchange is known while the app runs, and never recorded.
pub(crate) struct Present {
    wait: ServerWait,
    rule_name: Option<String>,
    hold: Option<HeldFallback>,
    is_queued: bool,
}

impl Present {
    pub(crate) fn of(summary: &Summary, engine: &Engine) -> Self {
        Self {
            wait: engine.server_wait(summary),
            rule_name: rule_name(summary, engine),
            hold: engine.held_fallback(summary.id),
            is_queued: engine.is_queued(summary.id),
        }
    }
}

/// The name that the rule which took the turn has now.
pub(crate) fn rule_name(summary: &Summary, engine: &Engine) -> Option<String> {
    let taken = summary.rule.as_ref()?;
    let bot = engine.bot(Some(summary.bot)).ok()?;
    let (_, rule) = bot.rules.find(&taken.id)?;
    let name = &rule.definition().name;
    (!name.is_empty()).then(|| protocol::list_name(name.clone()))
}

/// One of the turns that a bot makes of one message of a user's.
#[derive(Debug, Serialize, ToSchema)]
struct MessagePart {
    /// From 1.
    number: u32,
    /// The first of them.
    first: ExchangeId,
    /// From the first one's arrival to this one's, in milliseconds.
    used_ms: f64,
}

impl From<MessageTurn> for MessagePart {
    fn from(turn: MessageTurn) -> Self {
        Self {
            number: turn.number,
            first: turn.first,
            used_ms: turn.used.as_ms(),
        }
    }
}

/// One of the attempts of a call.
#[derive(Debug, Serialize, ToSchema)]
struct AttemptPart {
    /// From 1.
    number: u32,
    /// How many there are at most.
    most: u32,
    /// The first of them.
    of: ExchangeId,
    /// When the next one is due; `null` where it did not fail, or there is none.
    next_at: Option<UtcMillis>,
    /// It failed and there is no next one, so that the scenario stops.
    suspended: bool,
}

impl AttemptPart {
    fn new(summary: &Summary) -> Option<Self> {
        let retries = contract(summary.platform).retries()?;
        let attempt = summary.attempt.unwrap_or(AttemptOf {
            number: 1,
            first: summary.id,
        });
        let next = summary.status.map(|status| {
            let lasted = summary.duration_ms.unwrap_or_default().round() as i64;
            let ended = UtcMillis(summary.at.0.saturating_add(lasted));
            retries.after(attempt.number as usize, ended, status)
        });
        Some(Self {
            number: attempt.number,
            most: u32::try_from(retries.attempts()).unwrap_or(u32::MAX),
            of: attempt.first,
            next_at: next.and_then(|next| next.at),
            suspended: next.is_some_and(|next| next.suspended),
        })
    }
}

impl UpstreamPart {
    fn new(exchange: &Exchange) -> Option<Self> {
        let status = exchange.answers.get(Side::Upstream)?.status;
        let recorded = exchange.message(Side::Upstream)?;
        let ResponsePart { headers, body } = ResponsePart::new(recorded);
        Some(Self {
            status,
            headers,
            body,
            after_ms: exchange.summary.upstream_after.map(Micros::as_ms),
        })
    }
}

impl CorrectedPart {
    fn new(exchange: &Exchange) -> Option<Self> {
        let status = exchange.answers.get(Side::Corrected)?.status;
        let recorded = exchange.message(Side::Corrected)?;
        let ResponsePart { headers, body } = ResponsePart::new(recorded);
        Some(Self {
            status,
            headers,
            body,
        })
    }
}

impl LatePart {
    /// The late answer of an exchange, where it has one.
    pub(crate) fn new(exchange: &Exchange, is_queued: bool) -> Option<Self> {
        let status = exchange.answers.get(Side::Late)?.status;
        let recorded = exchange.message(Side::Late)?;
        let ResponsePart { headers, body } = ResponsePart::new(recorded);
        Some(Self {
            status,
            headers,
            body,
            after_ms: exchange.summary.late_after.map(Micros::as_ms),
            delivered_with: exchange.summary.delivered_with,
            queued: is_queued,
        })
    }
}

/// When things happened, in milliseconds since the request's head arrived.
#[derive(Debug, Serialize, ToSchema)]
struct TimingPart {
    received_ms: f64,
    decided_ms: Option<f64>,
    answered_ms: Option<f64>,
}

impl ExchangeView {
    /// The exchange; `bot` is `None` where its bot was removed.
    pub(crate) fn new(
        exchange: &Exchange,
        bot: Option<&Bot>,
        (present, proved): (Present, Proved),
        lang: Lang,
    ) -> Self {
        let reading = Reading::new(exchange, bot);
        let mut findings = reading.findings(exchange);
        findings.extend(proved.findings());
        let request = &exchange.request;
        let response = exchange.message(Side::Response).map(ResponsePart::new);
        let reason = reading.platform_reason(exchange, bot);
        let sender = reading.sender(exchange);
        let named = (present.wait, present.rule_name);
        summarised!(Self, exchange.summary.clone(), named, lang, {
            platform_reason: PlatformReasonView::new(&reason, lang),
            sender,
            request: RequestPart {
                query: request.query.clone(),
                http_version: request.http_version.as_str(),
                remote: request.remote.clone(),
                headers: pairs(&request.headers),
                trailers: pairs(&request.trailers),
                body: reading.request.body.clone(),
            },
            response,
            upstream: UpstreamPart::new(exchange),
            corrected: CorrectedPart::new(exchange),
            late: LatePart::new(exchange, present.is_queued),
            hold: present.hold.map(HoldPart::from),
            message: exchange.summary.message.map(MessagePart::from),
            query_text: reading.request.message_text(request),
            attempt: AttemptPart::new(&exchange.summary),
            variables: reading.variables(exchange),
            outcome: reading.outcome(exchange),
            findings: finding_views(&findings, lang),
            proof: proved.proofs.into_iter().map(ProofView::from).collect(),
            timing: TimingPart::new(exchange.timing),
        })
    }
}

pub(crate) fn pairs(headers: &Headers) -> Vec<(String, String)> {
    headers
        .texts()
        .map(|(name, value)| (name.to_owned(), value.into_owned()))
        .collect()
}

impl TimingPart {
    fn new(timing: Timing) -> Self {
        Self {
            received_ms: timing.received.as_ms(),
            decided_ms: timing.decided.map(Micros::as_ms),
            answered_ms: timing.answered.map(Micros::as_ms),
        }
    }
}

/// Something worth knowing about a message.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Finding)]
pub(crate) struct FindingView {
    code: Code,
    severity: Severity,
    /// Which message it is about.
    #[serde(rename = "where")]
    side: Side,
    /// A JSON pointer into the body; empty for the whole.
    pointer: String,
    message: String,
    /// The line, from 1, where it is about a position in a text.
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

pub(crate) fn finding_views(findings: &[Finding], lang: Lang) -> Vec<FindingView> {
    let view = |finding: &Finding| FindingView {
        code: finding.code,
        severity: finding.severity,
        side: finding.side,
        pointer: finding.pointer.clone(),
        message: finding.message().text(lang),
        line: finding.position.map(|position| position.line),
        column: finding.position.map(|position| position.column),
        offset: finding.position.map(|position| position.offset),
    };
    findings.iter().map(view).collect()
}

/// What an answer would do.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Preview {
    /// The length of the body, in bytes.
    pub(crate) bytes: u64,
    pub(crate) variables: Vec<Variable>,
    pub(crate) outcome: Outcome,
    pub(crate) findings: Vec<FindingView>,
}
