//! The exchange at its beginning, and what its platform makes of the request.

use std::sync::Arc;

use protocol::platform::{Retries, contract};
use protocol::{
    Code, Exchange, Finding, MessageTurn, OwnFinding, Request, RequestView, Source, State, Summary,
    Timing, UtcMillis,
};

use super::Turn;
use super::host::{History as _, Host};
use super::patience::is_bots;
use super::record::Entry;
use crate::attempts::{CallKey, can_repeat, remembered};
use crate::bots::Bot;
use crate::read_aside::{read_aside, takes_long};
use crate::receipt::Receipt;

/// HTTP calls that the dialog engine makes for one message at most: Sber's documentation of its
/// Code projects, by inference of Graph's webhook too; and how many are worth a note.
const CALLS_MAX: u32 = 15;
const CALLS_NOTED: u32 = 10;

impl<H: Host> Turn<H> {
    pub(crate) async fn begin(
        host: Arc<H>,
        bot: Arc<Bot>,
        receipt: Receipt,
        request: Request,
    ) -> Box<Self> {
        let received = receipt.clock.elapsed();
        let read_as = bot.read_as();
        let read = move |request: &Request| protocol::read_request(read_as, request);
        let (request, view) =
            read_aside(takes_long(&request.headers, &request.body), request, read).await;
        let depth = match is_bots(receipt.source) {
            true => host.circles().depth(bot.id, &request.body),
            false => 0,
        };
        let timing = Timing {
            received,
            ..Timing::default()
        };
        let mut exchange = Box::new(Exchange {
            summary: summary(&bot, &receipt, &request, &view),
            request,
            timing,
            platform_choice: Some(bot.platform),
            ..Exchange::default()
        });
        exchange.summary.attempt = receipt.attempt;
        let retries = contract(view.platform).retries();
        let call = match retries.filter(|_| can_repeat(receipt.source)) {
            None => None,
            // In a box of its own: most turns carry less for it.
            Some(retries) => Some(Box::pin(call(&*host, retries, &mut exchange)).await),
        };
        let message = message(&*host, &receipt, &bot, &view);
        exchange.summary.message = message;
        let calls = message.and_then(calls_finding);
        for finding in receipt.findings.into_iter().chain(calls) {
            exchange.summary.findings += protocol::count([&Finding::from(&finding)]);
            exchange.own_findings.push(finding);
        }
        Box::new(Self {
            host,
            bot,
            clock: receipt.clock,
            arrived: receipt.arrived,
            exchange,
            view,
            entry: Entry::New,
            framing: receipt.framing,
            fallback: None,
            number: None,
            server_asked: None,
            patch: None,
            uses: None,
            after: Vec::new(),
            is_probe: false,
            depth,
            call,
        })
    }
}

/// Which of the turns of its message it is, where its bot sent it.
fn message(
    host: &impl Host,
    receipt: &Receipt,
    bot: &Bot,
    view: &RequestView,
) -> Option<MessageTurn> {
    let is_bots = matches!(
        receipt.source,
        Source::Webhook | Source::Tunnel | Source::Simulator
    );
    let (user, message) = view.user.as_deref().zip(view.message)?;
    let turn = || {
        let chains = host.chains();
        chains.turn((bot.id, user), message, receipt.id, receipt.arrived)
    };
    is_bots.then(turn)
}

/// What a call has in common with the other attempts of one; which of them it is goes into its
/// summary.
async fn call(host: &impl Host, retries: &Retries, exchange: &mut Exchange) -> CallKey {
    let (platform, at) = (exchange.summary.platform, exchange.summary.at);
    let since = i64::try_from(remembered(retries).as_millis()).unwrap_or(i64::MAX);
    let since = UtcMillis(at.0.saturating_sub(since));
    let attempts = host.attempts();
    let failed = || host.history().failed_calls(platform, since);
    attempts.read_once(failed).await;
    let key = attempts.key(exchange.summary.bot, &exchange.request);
    exchange.summary.attempt = attempts.arrived(key, retries, at);
    key
}

/// What is said of a message that leads to many calls.
fn calls_finding(turn: MessageTurn) -> Option<OwnFinding> {
    let code = match turn.number {
        CALLS_NOTED => Code::MessageCalls,
        CALLS_MAX.. => Code::MessageCallsOver,
        _ => return None,
    };
    let numbers = [turn.number, CALLS_MAX].map(|number| number.to_string());
    Some(OwnFinding::new(code, numbers))
}

fn summary(bot: &Bot, receipt: &Receipt, request: &Request, view: &RequestView) -> Summary {
    Summary {
        id: receipt.id,
        seq: receipt.seq,
        at: receipt.at,
        bot: bot.id,
        source: receipt.source,
        platform: view.platform,
        method: request.method.clone(),
        path: request.path.clone(),
        event: view.event.clone().map(protocol::list_name),
        user: view.user.clone().map(protocol::list_name),
        state: State::Answering,
        request_bytes: request.body.length(),
        findings: protocol::count(&view.findings),
        replay_of: receipt.replay_of,
        ..Summary::default()
    }
}
