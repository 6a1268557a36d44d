//! An address that leads here already: a reverse proxy, a router, a tunnel started elsewhere.
//! Nothing is started and nothing can be lost; the self-check finds whether it leads here.

use tunnel_session::{End, Session};

use crate::plan::UrlPlan;

pub(crate) async fn run(plan: &UrlPlan, session: &Session) -> End {
    session.online(plan.url.trim());
    session.stop().cancelled().await;
    End::Stopped
}
