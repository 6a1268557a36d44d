//! The calls that a rule makes once its answer has gone: each an exchange of its own, which names
//! the one that caused it. Nobody waits for them.

use std::sync::Arc;
use std::time::Duration;

use protocol::{
    Body, BotId, Code, Exchange, Failure, FailureCode, OwnFinding, Request, Source, Summary,
};
use rules::PreparedCallback;
use tokio::sync::SemaphorePermit;
use url::Url;

use super::Turn;
use super::deliver::Reply;
use super::host::Host;
use super::record::AfterAnswer;
use super::rule::with_template_error;
use crate::callbacks::{CALLS_MAX, Callbacks, REST, UNDER_WAY_MAX, WAITING_MAX, WINDOW};
use crate::circles::{HELD_BACK_FROM, Passage, circle_finding};
use crate::client::{Address, Edit, EditedBody, Hops, Unanswered, prepare};
use crate::outgoing::{Given, Outgoing};

/// Why a call is not made.
type NotMade = (Failure, Option<OwnFinding>);

/// What is to be sent, and what of it is not as it was given; or why it is not sent.
type Sendable = Result<(Request, Address, Vec<OwnFinding>), NotMade>;

impl<H: Host> Turn<H> {
    /// The calls that a rule makes once this turn's answer has gone.
    pub(super) fn after_answer(&mut self) -> Option<AfterAnswer> {
        if self.after.is_empty() {
            return None;
        }
        let (host, calls) = (Arc::clone(&self.host), std::mem::take(&mut self.after));
        let lineage = Lineage {
            hops: Hops::of(&self.exchange.request.headers),
            depth: self.depth + 1,
        };
        Some(Box::new(move |cause| {
            make_calls(&host, cause, calls, &lineage);
        }))
    }
}

/// What a call comes of.
#[derive(Clone)]
struct Lineage {
    /// How often the app has sent on what caused it, as that says.
    hops: Hops,
    /// How many calls in a row it is, by its body.
    depth: u32,
}

/// Makes calls, each by itself.
fn make_calls<H: Host>(
    host: &Arc<H>,
    cause: &Arc<Summary>,
    calls: Vec<PreparedCallback>,
    lineage: &Lineage,
) {
    for call in calls {
        let (host, cause, lineage) = (Arc::clone(host), Arc::clone(cause), lineage.clone());
        let tasks = host.tasks().clone();
        tasks.spawn(async move { make_call(host, &cause, call, lineage).await });
    }
}

async fn make_call<H: Host>(
    host: Arc<H>,
    cause: &Summary,
    call: PreparedCallback,
    lineage: Lineage,
) {
    let waited = wait(&*host, call.delay_ms).await;
    // A bot that was removed meanwhile has no calls.
    let Some(bot) = host.bot(cause.bot) else {
        return;
    };
    let mut unsent = shown(&call);
    let (mut shown, mut sendable) = match waited {
        Ok(()) => sendable(call, &lineage.hops),
        Err(why) => (unsent.clone(), Err(why)),
    };
    let mut permit = None;
    if let Ok((request, address, findings)) = &mut sendable {
        let allowed = match passage(&*host, bot.id, (&*request, &*address), lineage.depth).await {
            Ok(finding) => {
                findings.extend(finding);
                allowed(host.callbacks(), bot.id)
            }
            Err(why) => Err(why),
        };
        match allowed {
            Ok(allowed) => permit = Some(allowed),
            Err(why) => {
                put_target(&mut unsent, address);
                (shown, sendable) = (unsent, Err(why));
            }
        }
    }
    let receipt = host.receipt(Source::Callback);
    let mut turn = Turn::begin(Arc::clone(&host), bot, receipt, shown).await;
    turn.exchange.summary.caused_by = Some(cause.id);
    let (outgoing, findings) = match sendable {
        Err((failure, finding)) => (Outgoing::Nothing(failure), finding.into_iter().collect()),
        Ok((request, address, findings)) => {
            turn.record_open().await;
            let circles = host.circles();
            circles.sent(turn.bot.id, &request.body, lineage.depth);
            (sent(host.send(&request, &address).await), findings)
        }
    };
    drop(permit);
    let mut given = Given::by_nobody(outgoing);
    given.findings.extend(findings);
    turn.end(given, Reply::Nobody, None).await;
}

/// A permit of a call, or why it is not made.
fn allowed(callbacks: &Callbacks, bot: BotId) -> Result<SemaphorePermit<'_>, NotMade> {
    let permit = callbacks.under_way.try_acquire();
    let permit = permit.map_err(|_| full(UNDER_WAY_MAX))?;
    // After it: a call that has no room is none that was made.
    match callbacks.may_call(bot) {
        true => Ok(permit),
        false => Err(too_often()),
    }
}

/// Waits where a call may be one of a circle, and says so; or why it is not made.
async fn passage(
    host: &impl Host,
    bot: BotId,
    (request, address): (&Request, &Address),
    depth: u32,
) -> Result<Option<OwnFinding>, NotMade> {
    // One that is held back is one that waits.
    let waiting = (depth >= HELD_BACK_FROM).then(|| host.callbacks().waiting.try_acquire());
    let _permit = waiting.transpose().map_err(|_| full(WAITING_MAX))?;
    let body = (bot, &request.body);
    let passage = host.circles().passage(body, depth, host.stop()).await;
    let finding = circle_finding(passage, depth, address.host_field());
    match passage {
        Passage::Free | Passage::HeldBack(_) => Ok(finding),
        Passage::Cut => Err((Failure::new(FailureCode::NoRoom, ""), finding)),
    }
}

/// Waits for a call's moment, or says why it does not come.
async fn wait(host: &impl Host, delay_ms: u64) -> Result<(), NotMade> {
    if delay_ms == 0 {
        return Ok(());
    }
    let permit = host.callbacks().waiting.try_acquire();
    let _permit = permit.map_err(|_| full(WAITING_MAX))?;
    tokio::select! {
        biased;
        () = tokio::time::sleep(Duration::from_millis(delay_ms)) => Ok(()),
        () = host.stop().cancelled() => {
            Err((Failure::new(FailureCode::ProcessEnded, ""), None))
        }
    }
}

fn full(most: usize) -> NotMade {
    let finding = OwnFinding::new(Code::CallbackLimit, [most.to_string()]);
    (Failure::new(FailureCode::NoRoom, ""), Some(finding))
}

fn too_often() -> NotMade {
    let minutes = WINDOW.as_secs() / 60;
    let args = [
        CALLS_MAX.to_string(),
        minutes.to_string(),
        REST.as_secs().to_string(),
    ];
    let finding = OwnFinding::new(Code::CallbackRate, args);
    (Failure::new(FailureCode::NoRoom, ""), Some(finding))
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

/// The request as it is recorded where it is not sent: as one that is, without what the address
/// says of a user and a password.
fn shown(call: &PreparedCallback) -> Request {
    let url = Url::parse(&call.url).ok().filter(Url::has_host);
    let query = url.as_ref().and_then(Url::query).map(str::to_owned);
    Request {
        method: call.method.clone(),
        path: url.map_or_else(|| call.url.clone(), |url| url.path().to_owned()),
        query,
        headers: call.headers.clone(),
        remote: "rule".to_owned(),
        ..Request::default()
    }
}

/// A call framed for its target; what is recorded of it comes with it.
fn sendable(call: PreparedCallback, hops: &Hops) -> (Request, Sendable) {
    let unsent = shown(&call);
    let bad = |detail: String| (Failure::new(FailureCode::BadTarget, detail), None);
    let body = match call.body {
        Ok(body) => body,
        Err(error) => {
            let finding = OwnFinding::new(Code::CallbackTemplateFailed, []);
            let finding = with_template_error(finding, &error);
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
    let prepared = prepare(&blank, edit, &address.host_field());
    let Ok((mut request, findings)) = prepared else {
        return (unsent, Err(bad(call.url)));
    };
    address.log_in(&mut request.headers);
    put_target(&mut request, &address);
    "rule".clone_into(&mut request.remote);
    (request.clone(), Ok((request, address, findings)))
}

fn put_target(request: &mut Request, address: &Address) {
    let (path, query) = address.path_and_query();
    path.clone_into(&mut request.path);
    request.query = query.map(str::to_owned);
}
