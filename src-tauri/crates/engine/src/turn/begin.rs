//! The exchange at its beginning, and what its platform makes of the request.

use std::sync::Arc;

use protocol::{Exchange, Finding, Request, RequestView, State, Summary, Timing};

use super::Turn;
use super::host::Host;
use super::record::Entry;
use crate::bots::Bot;
use crate::read_aside::{read_aside, takes_long};
use crate::receipt::Receipt;

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
        for finding in receipt.findings {
            exchange.summary.findings += protocol::count([&Finding::from(&finding)]);
            exchange.own_findings.push(finding);
        }
        Box::new(Self {
            host,
            bot,
            clock: receipt.clock,
            exchange,
            view,
            entry: Entry::New,
            framing: receipt.framing,
            fallback: None,
            uses: None,
            after: Vec::new(),
        })
    }
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
