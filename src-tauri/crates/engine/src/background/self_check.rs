//! The self-check: the app calls its own public address, with a mark that only it knows, and sees
//! the call arrive. What the provider says of itself cannot tell whether a bot gets through; this
//! can.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use crate::bots::new_secret;
use crate::client::deepest_cause;
use crate::clock;
use crate::feed::EventKind;
use crate::shared::Shared;
use crate::tunnel::{CHECK_HEADER, Check, CheckOutcome};

/// How long the call may take.
const TIMEOUT: Duration = Duration::from_secs(15);

/// Calls the public address; `None` where there is none.
///
/// The first call goes to a path without any secret: an address that leads to somebody else (one
/// that was read from an error, an old one, a mistyped one) must not learn the bot's. Only when
/// that one has arrived the bot's own address is called.
pub(crate) async fn run(shared: &Arc<Shared>) -> Option<Check> {
    let url = shared.tunnel.tunnel.status().url?;
    let at = clock::now();
    let whole = format!("{url}/{}", shared.bots.first().secret);
    let calling = async {
        match call(shared, &format!("{url}/{}", new_secret())).await {
            CheckOutcome::Arrived(_) | CheckOutcome::Unguarded { .. } => call(shared, &whole).await,
            elsewhere => elsewhere,
        }
    };
    let outcome = tokio::select! {
        outcome = calling => outcome,
        () = shared.stop.cancelled() => CheckOutcome::Nothing(String::new()),
    };
    let check = Check { at, url, outcome };
    shared.tunnel.checks.found(check.clone());
    shared.feed.emit(EventKind::TunnelChanged, None);
    Some(check)
}

/// Calls an address with a mark of its own.
async fn call(shared: &Arc<Shared>, address: &str) -> CheckOutcome {
    let mark = new_secret();
    let (sender, mut arrived) = oneshot::channel();
    let _pending = shared.tunnel.checks.begin(&mark, sender);
    let begun = Instant::now();
    let request = shared.clients.get(address).map(|request| {
        request
            .header(CHECK_HEADER, mark.as_str())
            // ngrok shows browsers a page first; this header says that nobody needs it.
            .header("ngrok-skip-browser-warning", "1")
            .timeout(TIMEOUT)
    });
    let request = match request {
        Ok(request) => request,
        Err(error) => return CheckOutcome::Nothing(error),
    };
    let answer = request.send().await;
    if let Ok(arrival) = arrived.try_recv() {
        let ms = arrival.at.saturating_duration_since(begun).as_millis();
        let ms = u64::try_from(ms).unwrap_or(u64::MAX);
        if arrival.is_guarded {
            return CheckOutcome::Arrived(ms);
        }
        let forward_to = shared.tunnel.tunnel.status().forward_to;
        return CheckOutcome::Unguarded { ms, forward_to };
    }
    match answer {
        Ok(answer) => {
            let code = answer.headers().get("ngrok-error-code");
            CheckOutcome::Answered {
                status: answer.status().as_u16(),
                code: code.and_then(|code| code.to_str().ok()).map(str::to_owned),
            }
        }
        Err(error) => {
            // Not the error's own words: they hold the address with the secret.
            let cause = deepest_cause(&error);
            CheckOutcome::Nothing(cause.unwrap_or_else(|| "no connection".to_owned()))
        }
    }
}
