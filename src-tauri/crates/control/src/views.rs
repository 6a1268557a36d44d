//! The shapes of the API that differ from the engine's own: words in the reader's language,
//! milliseconds in place of microseconds, bodies described and not carried.

use engine::{Bot, DocumentReport, Engine, Event, EventKind, OldAddress, Reading};
use messages::Say as _;
use protocol::platform::{PlatformReason, ReasonKind};
use protocol::{
    BodyInfo, BotId, Exchange, ExchangeId, FailureCode, FindingView, Headers, Lang, Outcome,
    PlatformChoice, Summary, Timing, UtcMillis, Variable,
};
use serde::Serialize;
use utoipa::ToSchema;

/// An exchange as lists and the feed show it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ExchangeSummary)]
pub(crate) struct SummaryView {
    #[serde(flatten)]
    summary: Summary,
    /// Why it failed or was abandoned, as a sentence.
    failure: Option<String>,
    /// The same for programs.
    failure_code: Option<FailureCode>,
}

impl SummaryView {
    pub(crate) fn new(summary: Summary, lang: Lang) -> Self {
        let failure = summary
            .failure
            .as_ref()
            .map(|failure| failure.message().text(lang));
        let failure_code = summary.failure.as_ref().map(|failure| failure.code);
        Self {
            summary,
            failure,
            failure_code,
        }
    }
}

/// A page of the history.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ExchangeList {
    /// Newest first.
    pub(crate) exchanges: Vec<SummaryView>,
    /// Where the next page begins, `null` at the end.
    pub(crate) next_before: Option<u64>,
    /// The feed's position this was read at.
    pub(crate) seq: u64,
}

/// The request of an exchange.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RequestPart {
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
pub(crate) struct ResponsePart {
    /// Name and value, in order.
    headers: Vec<(String, String)>,
    body: BodyInfo,
}

/// When things happened, in milliseconds since the request's head arrived.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TimingPart {
    received_ms: f64,
    decided_ms: Option<f64>,
    answered_ms: Option<f64>,
}

/// Why an exchange is read as one platform's.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PlatformReason)]
pub(crate) struct PlatformReasonView {
    how: ReasonKind,
    /// The reason for programs.
    code: &'static str,
    /// The reason in the reader's language.
    message: String,
}

impl PlatformReasonView {
    fn new(reason: &PlatformReason, lang: Lang) -> Self {
        let message = reason.message();
        Self {
            how: reason.how,
            code: message.code(),
            message: message.text(lang),
        }
    }
}

/// An exchange with everything but its bodies.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Exchange)]
pub(crate) struct ExchangeView {
    #[serde(flatten)]
    summary: SummaryView,
    platform_reason: PlatformReasonView,
    request: RequestPart,
    /// `null` until there is an answer.
    response: Option<ResponsePart>,
    variables: Vec<Variable>,
    /// `null` until there is an answer.
    outcome: Option<Outcome>,
    /// Named apart from the summary's counts by being a list.
    #[serde(rename = "findings")]
    finding_list: Vec<FindingView>,
    timing: TimingPart,
}

impl ExchangeView {
    /// The exchange, whose bot chooses its platform so.
    pub(crate) fn new(exchange: &Exchange, choice: PlatformChoice, lang: Lang) -> Self {
        let reading = Reading::new(exchange);
        let request = &exchange.request;
        let reason = reading.platform_reason(exchange, choice);
        let response = exchange.answer.as_ref().map(|answer| ResponsePart {
            headers: pairs(&answer.headers),
            body: protocol::body_info(&answer.headers, &answer.body, false),
        });
        Self {
            platform_reason: PlatformReasonView::new(&reason, lang),
            request: RequestPart {
                query: request.query.clone(),
                http_version: request.http_version.as_str(),
                remote: request.remote.clone(),
                headers: pairs(&request.headers),
                trailers: pairs(&request.trailers),
                body: reading.request.body.clone(),
            },
            response,
            variables: reading.variables(exchange),
            outcome: reading.outcome(exchange),
            finding_list: finding_views(&reading.findings(exchange), lang),
            timing: TimingPart::new(exchange.timing),
            summary: SummaryView::new(exchange.summary.clone(), lang),
        }
    }
}

pub(crate) fn finding_views(findings: &[protocol::Finding], lang: Lang) -> Vec<FindingView> {
    findings
        .iter()
        .map(|finding| FindingView::new(finding, lang))
        .collect()
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
            received_ms: milliseconds(timing.received_us),
            decided_ms: timing.decided_us.map(milliseconds),
            answered_ms: timing.answered_us.map(milliseconds),
        }
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "durations lie far below 2^53 microseconds"
)]
fn milliseconds(us: u64) -> f64 {
    us as f64 / 1000.0
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

/// One thing that happened.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FeedEvent)]
pub(crate) struct EventView {
    seq: u64,
    kind: EventKind,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<ExchangeId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bot: Option<BotId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exchange: Option<SummaryView>,
}

impl EventView {
    pub(crate) fn new(event: Event, lang: Lang) -> Self {
        let exchange = event
            .exchange
            .map(|summary| SummaryView::new(Summary::clone(&summary), lang));
        Self {
            seq: event.seq,
            kind: event.kind,
            id: event.id,
            bot: event.bot,
            exchange,
        }
    }
}

/// One reading of the feed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FeedBatch {
    /// Where the next reading goes on.
    pub(crate) next: u64,
    pub(crate) events: Vec<EventView>,
}

/// A bot.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Bot)]
pub(crate) struct BotView {
    id: BotId,
    name: String,
    platform: PlatformChoice,
    /// The unguessable part of its addresses.
    secret: String,
    /// Its address on this machine.
    webhook_url: String,
    /// Its public address, while a tunnel is online.
    public_url: Option<String>,
    /// Who may use its address.
    access: AccessView,
    /// The addresses it had before, the latest first; they lead nowhere.
    old_addresses: Vec<OldAddress>,
}

/// Who may use a bot's address.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Access)]
pub(crate) struct AccessView {
    /// The stored rules could not be read: nobody comes in until they are set anew.
    closed: bool,
    /// The user that is asked for; its password is never given back.
    login: Option<String>,
    /// The callers it takes; all where empty.
    addresses: Vec<String>,
    /// The methods it takes; all where empty.
    methods: Vec<String>,
}

impl BotView {
    pub(crate) fn new(bot: &Bot, engine: &Engine) -> Self {
        Self {
            id: bot.id,
            name: bot.name.clone(),
            platform: bot.platform,
            secret: bot.secret.clone(),
            webhook_url: engine.webhook_url(bot),
            public_url: engine.public_url(bot),
            access: AccessView {
                closed: bot.access.closed,
                login: bot.access.login.as_ref().map(|login| login.user.clone()),
                addresses: bot
                    .access
                    .addresses
                    .iter()
                    .map(ToString::to_string)
                    .collect(),
                methods: bot.access.methods.clone(),
            },
            old_addresses: engine.old_addresses(bot),
        }
    }
}

/// The app's state at a glance.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Status)]
pub(crate) struct StatusView {
    version: &'static str,
    data_dir: String,
    webhook: WebhookPart,
    /// The first bot's public address, while a tunnel is online.
    public_url: Option<String>,
    tunnel: tunnel::State,
    counts: CountsPart,
    database_bytes: u64,
    /// Requests to the public address without a secret.
    strangers: u64,
    history: HistoryPart,
    /// Exchanges not yet found by a text search.
    search_lag: u64,
    notices: Vec<Notice>,
    /// Stored documents that could not be read, in whole or in part; each is a notice too.
    documents: Vec<DocumentPart>,
}

/// The webhook server.
#[derive(Debug, Serialize, ToSchema)]
struct WebhookPart {
    /// The first bot's address on this machine.
    url: String,
    /// Host and port.
    addr: String,
    /// The port asked for, 0 for any.
    wanted_port: u16,
    /// The port asked for was taken by another program.
    port_taken: bool,
}

#[derive(Debug, Serialize, ToSchema)]
struct CountsPart {
    exchanges: u64,
    held: usize,
}

/// Whether history is being saved.
#[derive(Debug, Serialize, ToSchema)]
struct HistoryPart {
    saving: bool,
    /// Since when it is not.
    since: Option<UtcMillis>,
    /// Why not.
    reason: Option<String>,
    /// Changes that wait in memory.
    waiting: u64,
    /// Changes that found no room there.
    lost: u64,
}

/// A stored document that could not be read, until it is set anew.
#[derive(Debug, Serialize, ToSchema)]
struct DocumentPart {
    /// `settings`, `answering`, `endpoint` or `tunnel`.
    document: &'static str,
    /// Whose it is, where it belongs to a bot.
    bot: Option<BotId>,
    /// What of it could not be read, as JSON pointers; the empty one is the whole document.
    unreadable: Vec<String>,
    /// The bot's address takes nobody until its access is set anew.
    closed: bool,
    /// What holds instead, and the next step.
    message: String,
}

impl DocumentPart {
    fn new(report: &DocumentReport, lang: Lang) -> Self {
        Self {
            document: report.kind.key(),
            bot: report.bot.as_ref().map(|(id, _)| *id),
            unreadable: report.unreadable.clone(),
            closed: report.closed,
            message: report.message().text(lang),
        }
    }
}

/// Something a person should know once.
#[derive(Debug, Serialize, ToSchema)]
struct Notice {
    code: &'static str,
    message: String,
}

impl StatusView {
    pub(crate) async fn new(engine: &Engine, lang: Lang) -> Self {
        let status = engine.status().await;
        let first = engine.bot(None).ok();
        let url = first
            .as_ref()
            .map(|bot| engine.webhook_url(bot))
            .unwrap_or_default();
        Self {
            version: status.version,
            data_dir: status.data_dir.display().to_string(),
            webhook: WebhookPart {
                url,
                addr: status.webhook.to_string(),
                wanted_port: status.wanted_port,
                port_taken: status.wanted_port != 0 && status.wanted_port != status.webhook.port(),
            },
            public_url: first.as_ref().and_then(|bot| engine.public_url(bot)),
            tunnel: engine.tunnel_state(),
            counts: CountsPart {
                exchanges: status.exchanges,
                held: status.held,
            },
            database_bytes: status.database_bytes,
            strangers: engine.strangers(),
            notices: notices(&status, lang),
            documents: status
                .documents
                .iter()
                .map(|report| DocumentPart::new(report, lang))
                .collect(),
            history: HistoryPart {
                saving: status.history.saving,
                since: status.history.since,
                reason: status
                    .history
                    .reason
                    .map(|reason| reason.cause().text(lang)),
                waiting: status.history.waiting,
                lost: status.history.lost,
            },
            search_lag: status.search_lag,
        }
    }
}

fn notices(status: &engine::Status, lang: Lang) -> Vec<Notice> {
    let mut notices = Vec::new();
    if let Some(file) = &status.opened.set_aside {
        let file = file.display();
        let message = match lang {
            Lang::En => format!(
                "The history file was damaged. It was set aside as {file}, and a new history has begun."
            ),
            Lang::Ru => {
                format!("Файл истории был повреждён. Он отложен как {file}, начата новая история.")
            }
        };
        notices.push(Notice {
            code: "database_set_aside",
            message,
        });
    }
    let (wanted, port) = (status.wanted_port, status.webhook.port());
    if wanted != 0 && wanted != port {
        let message = match lang {
            Lang::En => format!(
                "Port {wanted} is taken by another program; the webhook server listens on {port}."
            ),
            Lang::Ru => {
                format!("Порт {wanted} занят другой программой; вебхук-сервер слушает порт {port}.")
            }
        };
        notices.push(Notice {
            code: "port_taken",
            message,
        });
    }
    notices.extend(status.documents.iter().map(|report| Notice {
        code: "document_unreadable",
        message: report.message().text(lang),
    }));
    notices
}
