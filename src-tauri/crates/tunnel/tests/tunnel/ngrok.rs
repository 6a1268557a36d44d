//! ngrok's own client, against the stand-in of the service.

mod ending;
mod links;
mod proxies;
mod refusals;
mod secrets;
mod serving;

use ngrok_standin::{Kind, Knobs, Received, Standin, Wire};
use tunnel::{NgrokPlan, Plan, Secret};

use crate::support::Rig;

/// The token that the stand-in takes.
const TOKEN: &str = "standin-token";
/// A domain of the account.
const DOMAIN: &str = "bot.example.test";

/// A stand-in and a tunnel to it, not started yet.
async fn stage() -> (Standin, Rig) {
    let rig = Rig::new();
    (Standin::start(Knobs::default()).await, rig)
}

/// The same with a wire in between.
async fn stage_with_wire() -> (Standin, Wire, Rig) {
    let (standin, rig) = stage().await;
    let wire = Wire::start(standin.listen_addr()).await;
    (standin, wire, rig)
}

/// How to reach a stand-in.
fn ngrok(standin: &Standin) -> NgrokPlan {
    NgrokPlan {
        authtoken: Some(Secret::new(TOKEN)),
        domain: Some(DOMAIN.to_owned()),
        server_addr: Some(standin.server_addr()),
        ca_file: Some(standin.ca_file().display().to_string()),
        ..NgrokPlan::default()
    }
}

/// The same as a plan.
fn plan(standin: &Standin) -> Plan {
    Plan::Ngrok(ngrok(standin))
}

/// How to reach it through a wire.
fn plan_through(wire: &Wire, standin: &Standin) -> Plan {
    Plan::Ngrok(NgrokPlan {
        server_addr: Some(format!("localhost:{}", wire.addr().port())),
        ..ngrok(standin)
    })
}

/// What of a kind was received.
fn received(standin: &Standin, kind: Kind) -> Vec<Received> {
    let log = standin.log().into_iter();
    log.filter(|received| received.kind == kind).collect()
}

/// How many of a kind were received.
fn count(standin: &Standin, kind: Kind) -> usize {
    received(standin, kind).len()
}
