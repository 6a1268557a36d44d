//! The app's state at a glance, and what a person should know once.

use engine::{DocumentReport, Engine};
use messages::{Arg, Lang, Message, Say as _, Words};
use protocol::{BotId, UtcMillis};
use serde::Serialize;
use store::{Damaged, DocumentKind};
use utoipa::ToSchema;

use crate::dto::tunnel::State;
use crate::words;

/// The app's state at a glance.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Status)]
pub(crate) struct StatusView {
    version: &'static str,
    data_dir: String,
    /// Where the log's files are; `null` where it goes to stderr alone.
    log_dir: Option<String>,
    webhook: WebhookPart,
    /// The first bot's public address, while a tunnel is online.
    public_url: Option<String>,
    tunnel: State,
    counts: CountsPart,
    /// Exchanges that a server of the developer's was asked for, and that are not answered yet.
    server_waiting: WaitingPart,
    /// Those that were answered by something else while the call is still open.
    late_waiting: WaitingPart,
    database_bytes: u64,
    /// Requests to the public address without a secret.
    strangers: u64,
    history: HistoryPart,
    /// Exchanges not yet found by a text search.
    search_lag: u64,
    /// Stored documents that could not be read, in whole or in part; each is a notice too.
    documents: Vec<DocumentPart>,
    notices: Vec<Notice>,
}

/// The webhook server.
#[derive(Debug, Serialize, ToSchema)]
struct WebhookPart {
    /// The first bot's address on this machine.
    url: String,
    /// Host and port.
    addr: String,
    /// Other machines reach it, so that only `/<secret>` and what lies below it is captured.
    capture_only: bool,
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

/// Exchanges that wait for servers.
#[derive(Debug, Serialize, ToSchema)]
struct WaitingPart {
    total: usize,
    bots: Vec<WaitingOfBot>,
}

#[derive(Debug, Serialize, ToSchema)]
struct WaitingOfBot {
    bot: BotId,
    count: usize,
}

impl From<Vec<(BotId, usize)>> for WaitingPart {
    fn from(counts: Vec<(BotId, usize)>) -> Self {
        let counts = counts.into_iter();
        let mut bots: Vec<_> = counts
            .map(|(bot, count)| WaitingOfBot { bot, count })
            .collect();
        bots.sort_unstable_by_key(|one| one.bot);
        Self {
            total: bots.iter().map(|one| one.count).sum(),
            bots,
        }
    }
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
    /// `settings`, `platform`, `platform_settings`, `answering`, `endpoint`, `tunnel` or
    /// `tunnel_usage`.
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
    /// Its name in `DELETE /notices/{id}`. It stays over starts of the app until then; one whose id
    /// is `null` goes when its cause does.
    id: Option<String>,
    code: &'static str,
    message: String,
}

impl StatusView {
    pub(crate) async fn new(engine: &Engine, lang: Lang) -> Self {
        let status = engine.status().await;
        let waits = engine.server_waits();
        let network = engine.network_notice();
        let first = engine.bot(None).ok();
        let url = first
            .as_ref()
            .map(|bot| engine.webhook_url(bot))
            .unwrap_or_default();
        Self {
            version: status.version,
            data_dir: status.data_dir.display().to_string(),
            log_dir: status
                .log_dir
                .as_deref()
                .map(|dir| dir.display().to_string()),
            webhook: WebhookPart {
                url,
                addr: status.webhook.to_string(),
                capture_only: network.is_some(),
                wanted_port: status.wanted_port,
                port_taken: status.wanted_port != 0 && status.wanted_port != status.webhook.port(),
            },
            public_url: first.as_ref().and_then(|bot| engine.public_url(bot)),
            tunnel: engine.tunnel_state().into(),
            counts: CountsPart {
                exchanges: status.exchanges,
                held: status.held,
            },
            server_waiting: waits.asked.into(),
            late_waiting: waits.late.into(),
            database_bytes: status.database_bytes,
            strangers: engine.strangers(),
            documents: status
                .documents
                .iter()
                .map(|report| DocumentPart::new(report, lang))
                .collect(),
            notices: notices(&status, network, lang),
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

/// What became of a damaged history.
fn damaged_history(found: &store::Replaced) -> Message {
    let is_kept = !found.file.as_os_str().is_empty();
    let words = match found.damaged {
        Damaged::File => &words::DATABASE_SET_ASIDE,
        Damaged::Overwritten => &words::DATABASE_REPLACED,
        Damaged::Log => &words::LOG_DAMAGED,
        Damaged::LogEnd => return Message::from(&words::LOG_END_LOST),
        Damaged::Displaced => {
            return words::DATABASE_DISPLACED.arg(found.file.display().to_string());
        }
        Damaged::Gone if is_kept => &words::DATABASE_GONE_IN_PART,
        Damaged::Gone => return Message::from(&words::DATABASE_GONE),
    };
    let exchanges = match found.unread {
        0 if found.may_miss_more => Some(Arg::from(&words::EXCHANGES_MISSING)),
        0 => None,
        unread => Some(words::EXCHANGES_UNREAD.arg(unread).into()),
    };
    let kinds = found.lost.iter().map(|lost| {
        let taken = words::TAKEN_OVER.arg(named(lost.kind)).arg(lost.taken);
        Arg::from(taken)
    });
    let lost = match list(exchanges.into_iter().chain(kinds)) {
        Some(lost) => words::NOT_READ_WHOLE.arg(lost).into(),
        None => Arg::from(""),
    };
    let file = found.file.display().to_string();
    words.arg(file).arg(found.rescued).arg(lost)
}

fn named(kind: DocumentKind) -> &'static Words {
    match kind {
        DocumentKind::Bots => &words::BOTS,
        DocumentKind::UserNames => &words::USER_NAMES,
        DocumentKind::Rules => &words::RULES,
        DocumentKind::RuleStates => &words::RULE_STATES,
        DocumentKind::Settings => &words::SETTINGS,
    }
}

/// Several of them with commas; `None` where there are none.
fn list(mut listed: impl Iterator<Item = Arg>) -> Option<Arg> {
    let first = listed.next()?;
    Some(listed.fold(first, |before, next| {
        words::AND.arg(before).arg(next).into()
    }))
}

fn notices(status: &engine::Status, network: Option<Message>, lang: Lang) -> Vec<Notice> {
    let notice = |message: Message| Notice {
        id: None,
        code: message.code(),
        message: message.text(lang),
    };
    let mut notices = Vec::new();
    let history = &status.history;
    let damaged = history.set_aside.iter().chain(&history.replaced);
    for found in damaged.chain(&history.earlier) {
        notices.push(Notice {
            id: Some(found.id()),
            ..notice(damaged_history(found))
        });
    }
    let (wanted, port) = (status.wanted_port, status.webhook.port());
    if wanted != 0 && wanted != port {
        let message = words::PORT_TAKEN
            .arg(u64::from(wanted))
            .arg(u64::from(port));
        notices.push(notice(message));
    }
    notices.extend(network.map(notice));
    if status.history.cut > 0 {
        notices.push(notice(words::BODIES_CUT.arg(status.history.cut)));
    }
    notices.extend(status.documents.iter().map(|report| Notice {
        id: None,
        code: "document_unreadable",
        message: report.message().text(lang),
    }));
    notices
}

#[cfg(test)]
mod tests {
    use store::LostRows;

    use super::*;

    #[test]
    fn a_notice_about_a_damaged_history_names_what_could_not_be_read() {
        let mut found = store::Replaced {
            at: UtcMillis(1),
            file: "h.broken".into(),
            may_miss_more: false,
            damaged: Damaged::File,
            rescued: 7,
            unread: 0,
            goes_on: false,
            lost: Vec::new(),
        };
        let text = |found: &_, lang| damaged_history(found).text(lang);
        assert!(text(&found, Lang::En).ends_with("(exchanges: 7)."));
        let lost = |kind, taken| LostRows { kind, taken };
        found.lost = vec![lost(DocumentKind::Bots, 0), lost(DocumentKind::Rules, 3)];
        let english = text(&found, Lang::En);
        let expected = "May be missing in part: bots (came over: 0), rules (came over: 3). \
             Check them.";
        assert!(english.ends_with(expected), "{english}");
        found.unread = 12;
        let russian = text(&found, Lang::Ru);
        let expected = "не полностью: обмены (не меньше 12, целиком или частично), \
             боты (перенесено: 0), правила (перенесено: 3).";
        assert!(russian.contains(expected), "{russian}");
        found.damaged = Damaged::Log;
        let english = text(&found, Lang::En);
        assert!(
            english.starts_with("What was recorded last was damaged"),
            "{english}"
        );
    }
}
