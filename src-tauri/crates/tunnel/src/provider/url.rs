//! An address that leads here already: by a reverse proxy, a router, a tunnel started elsewhere. Nothing is
//! started and nothing can be lost; whether it leads here is found by the self-check.

use crate::UrlPlan;
use crate::session::{End, Session};

pub(crate) async fn run(plan: &UrlPlan, session: &Session) -> End {
    session.online(plan.url.trim());
    session.stop().cancelled().await;
    End::Stopped
}
