//! An address that a proxy of the user's leads here: a web server, a router, a tunnel started
//! elsewhere. All that is done is to open a port for it to lead to; the self-check finds whether it
//! does.

use tunnel_session::{End, Session};

use super::forward;
use crate::plan::UrlPlan;

pub(crate) async fn run(plan: &UrlPlan, session: &Session) -> End {
    let listener = match forward::open(session, plan.forward_port) {
        Ok(listener) => listener,
        Err(error) => return End::Lost(error),
    };
    session.online(plan.url.trim());
    tokio::select! {
        () = session.stop().cancelled() => End::Stopped,
        never = forward::accept(&listener, session) => match never {},
    }
}
