//! The providers of a public address. A provider runs from its first step to the loss of its link
//! and says how it ended; the supervisor decides about retries.

mod announced;
mod announcement;
mod command;
mod forward;
mod guard;
mod ngrok;
mod output;
mod ssh;
mod url;

use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};

use tunnel_session::{End, Session};

use crate::plan::Plan;

/// Runs a plan's provider until it ends. `api`: where this app's own API listens.
/// Dropping the future drops everything it holds.
pub(crate) async fn run(plan: &Plan, session: &Session, api: &Arc<OnceLock<SocketAddr>>) -> End {
    match plan {
        Plan::Ngrok(plan) => ngrok::run(plan, session).await,
        Plan::Ssh(plan) => ssh::run(plan, session).await,
        Plan::Command(plan) => command::run(plan, session, api).await,
        Plan::Url(plan) => url::run(plan, session).await,
    }
}
