//! The calls that a rule makes once its answer has gone: each an exchange of its own, which names
//! the one that caused it. Nobody waits for them.

use std::sync::Arc;
use std::time::Duration;

use messages::{Lang, Say as _};
use protocol::{Body, Code, Exchange, Failure, FailureCode, OwnFinding, Request, Source, Summary};
use rules::PreparedCallback;

use super::Turn;
use super::deliver::Reply;
use super::host::Host;
use super::record::AfterAnswer;
use crate::client::{Address, Edit, EditedBody, Hops, Unanswered, prepare};
use crate::outgoing::{Given, Outgoing};

/// Calls of rules under way at most, those included that wait for their moment. A guess: a rule
/// has ten, and a caller of theirs that is silent takes a minute.
pub(crate) const CALLBACKS_MAX: usize = 256;

/// What is to be sent, or why it is not.
type Sendable = Result<(Request, Address), (Failure, Option<OwnFinding>)>;

impl<H: Host> Turn<H> {
    /// The calls that a rule makes once this turn's answer has gone.
    pub(super) fn after_answer(&mut self) -> Option<AfterAnswer> {
        if self.after.is_empty() {
            return None;
        }
        let (host, calls) = (Arc::clone(&self.host), std::mem::take(&mut self.after));
        let hops = Hops::of(&self.exchange.request.headers);
        Some(Box::new(move |cause| {
            make_calls(&host, cause, calls, &hops);
        }))
    }
}

/// Makes calls, each by itself. `hops`: how often the app has sent on what caused them.
fn make_calls<H: Host>(
    host: &Arc<H>,
    cause: &Arc<Summary>,
    calls: Vec<PreparedCallback>,
    hops: &Hops,
) {
    for call in calls {
        let (host, cause, hops) = (Arc::clone(host), Arc::clone(cause), hops.clone());
        let tasks = host.tasks().clone();
        tasks.spawn(async move { make_call(host, &cause, call, hops).await });
    }
}

async fn make_call<H: Host>(host: Arc<H>, cause: &Summary, call: PreparedCallback, hops: Hops) {
    let permit = Arc::clone(host.callbacks()).try_acquire_owned();
    if permit.is_ok() {
        let moment = tokio::time::sleep(Duration::from_millis(call.delay_ms));
        let stop = host.stop().clone();
        tokio::select! {
            () = moment => {}
            () = stop.cancelled() => return,
        }
    }
    // A bot that was removed meanwhile has no calls.
    let Some(bot) = host.bot(cause.bot) else {
        return;
    };
    let full = || {
        let most = CALLBACKS_MAX.to_string();
        let finding = OwnFinding::new(Code::CallbackLimit, [most]);
        (Failure::new(FailureCode::NoRoom, ""), Some(finding))
    };
    let target = call.url.clone();
    let (shown, sendable) = match permit {
        Ok(_) => sendable(call, &hops),
        Err(_) => (shown(&call, &target), Err(full())),
    };
    let receipt = host.receipt(Source::Callback);
    let mut turn = Turn::begin(Arc::clone(&host), bot, receipt, shown).await;
    turn.exchange.summary.caused_by = Some(cause.id);
    let (outgoing, finding) = match sendable {
        Err((failure, finding)) => (Outgoing::Nothing(failure), finding),
        Ok((request, address)) => {
            turn.record_open().await;
            (sent(host.send(&request, &address).await), None)
        }
    };
    let mut given = Given::by_nobody(outgoing);
    given.findings.extend(finding);
    turn.end(given, Reply::Nobody, None).await;
}

fn sent(answered: Result<protocol::Answer, Unanswered>) -> Outgoing {
    match answered {
        Ok(answer) => Outgoing::Answer(answer),
        Err(Unanswered {
            failure,
            part: Some(part),
        }) => Outgoing::Part(part, failure),
        Err(Unanswered {
            failure,
            part: None,
        }) => Outgoing::Nothing(failure),
    }
}

/// The request as it is recorded where it cannot be sent.
fn shown(call: &PreparedCallback, target: &str) -> Request {
    Request {
        method: call.method.clone(),
        path: target.to_owned(),
        headers: call.headers.clone(),
        remote: "rule".to_owned(),
        ..Request::default()
    }
}

/// A call framed for its target; what is recorded of it comes with it.
fn sendable(call: PreparedCallback, hops: &Hops) -> (Request, Sendable) {
    let unsent = shown(&call, &call.url);
    let bad = |detail: String| (Failure::new(FailureCode::BadTarget, detail), None);
    let body = match call.body {
        Ok(body) => body,
        Err(error) => {
            let args = [
                error.position.line.to_string(),
                error.position.column.to_string(),
                error.message().text(Lang::En),
            ];
            let finding = OwnFinding::new(Code::CallbackTemplateFailed, args);
            let failure = Failure::new(FailureCode::Other, "");
            return (unsent, Err((failure, Some(finding))));
        }
    };
    let blank = Exchange {
        request: Request {
            method: call.method.clone(),
            path: "/".to_owned(),
            body: Body::default(),
            ..Request::default()
        },
        ..Exchange::default()
    };
    let Ok(address) = Address::new(&call.url, &blank, None) else {
        return (unsent, Err(bad(call.url)));
    };
    if hops.is_circle() {
        let args = [hops.made().to_string(), address.host_field()];
        let finding = OwnFinding::new(Code::UpstreamLoop, args);
        let failure = Failure::new(FailureCode::BadTarget, call.url);
        let mut request = unsent;
        put_target(&mut request, &address);
        return (request, Err((failure, Some(finding))));
    }
    let mut headers = call.headers;
    hops.count(&mut headers);
    let edit = Edit {
        method: None,
        path: None,
        headers: Some(headers),
        body: Some(EditedBody::Text(body)),
    };
    let Ok((mut request, _)) = prepare(&blank, edit, &address.host_field()) else {
        return (unsent, Err(bad(call.url)));
    };
    put_target(&mut request, &address);
    "rule".clone_into(&mut request.remote);
    (request.clone(), Ok((request, address)))
}

fn put_target(request: &mut Request, address: &Address) {
    let (path, query) = address.path_and_query();
    path.clone_into(&mut request.path);
    request.query = query.map(str::to_owned);
}
