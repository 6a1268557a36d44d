//! How soon the tunnel is back after a loss, with the product's own times: a session dropped by the
//! service, a network that swallows everything, and one that refuses for a minute.

use std::time::{Duration, Instant};

use anyhow::Result;
use ngrok_standin::{Knobs, Standin, Urls, Wire};

use crate::app::App;
use crate::claims::Claims;
use crate::latency::Visitor;
use crate::server::median;

/// Sessions dropped; the median is told.
const DROPS: usize = 3;
/// How long a link may be silent until it counts as dead, as `Timing::silence` has it: 20 s.
const SILENCE: Duration = Duration::from_secs(20);
/// How long after a silent link was noticed the network stays silent: a try hangs in it meanwhile.
const STILL_SILENT: Duration = Duration::from_secs(3);
/// How long the network refuses.
const OUTAGE: Duration = Duration::from_secs(60);
/// The way back that is claimed after a loss that is over at once, in seconds.
const BACK_S: f64 = 2.0;
/// And after an outage.
const BACK_FROM_OUTAGE_S: f64 = 5.0;

/// One tunnel through a network that fails.
struct Rig {
    standin: Standin,
    wire: Wire,
    app: App,
    visitor: Visitor,
}

/// Measures every loss.
pub(crate) async fn measure(claims: &mut Claims) -> Result<()> {
    let standin = Standin::start(Knobs {
        urls: Urls::PublicAddr,
        ..Knobs::default()
    })
    .await;
    let wire = Wire::start(standin.listen_addr()).await;
    let mut app = App::start().await?;
    app.online(&standin, &wire.addr().to_string(), None).await?;
    let edge = standin.public_addr();
    let visitor = Visitor::new(edge, &edge.to_string(), &app.path().await?);
    let mut rig = Rig {
        standin,
        wire,
        app,
        visitor,
    };
    let mut drops = Vec::new();
    for number in 1..=DROPS {
        let took = rig.dropped().await?;
        println!("session dropped, {number} of {DROPS}: online after {took:.2} s");
        drops.push(took);
    }
    claims.below("session dropped → online", median(drops), BACK_S, " s");
    rig.healed_when_noticed(claims).await?;
    rig.healed_later(claims).await?;
    rig.outage(claims).await
}

impl Rig {
    /// The service drops the session and takes a new one at once.
    async fn dropped(&mut self) -> Result<f64> {
        let begun = Instant::now();
        self.standin.drop_sessions();
        self.app.until("reconnecting").await?;
        self.back(begun).await
    }

    /// The network is silent until the program has noticed.
    async fn healed_when_noticed(&mut self, claims: &mut Claims) -> Result<()> {
        println!("a black hole until it is noticed: up to {SILENCE:?} …");
        let begun = Instant::now();
        self.wire.black_hole();
        self.app.until("reconnecting").await?;
        let noticed = begun.elapsed().as_secs_f64();
        self.wire.pass();
        let limit = SILENCE.as_secs_f64();
        println!("noticed after {noticed:.2} s");
        let back = self.back(begun).await?;
        let what = "black hole, healed when noticed → online";
        claims.below(what, back, limit + BACK_S, " s");
        claims.below("the same from the healing on", back - noticed, BACK_S, " s");
        Ok(())
    }

    /// The network is silent for longer: the way back begins in a try that hangs.
    async fn healed_later(&mut self, claims: &mut Claims) -> Result<()> {
        println!("a black hole until {STILL_SILENT:?} after it was noticed …");
        self.wire.black_hole();
        self.app.until("reconnecting").await?;
        tokio::time::sleep(STILL_SILENT).await;
        let healed = Instant::now();
        self.wire.pass();
        let back = self.back(healed).await?;
        let what = "black hole, healed during a try → online";
        claims.below(what, back, BACK_S, " s");
        Ok(())
    }

    /// The network refuses every connection for a minute.
    async fn outage(&mut self, claims: &mut Claims) -> Result<()> {
        println!("an outage of {OUTAGE:?} …");
        let before = self.wire.attempts();
        self.wire.refuse();
        self.wire.cut();
        self.app.until("reconnecting").await?;
        tokio::time::sleep(OUTAGE).await;
        println!("{} tries meanwhile", self.wire.attempts() - before);
        let healed = Instant::now();
        self.wire.pass();
        let back = self.back(healed).await?;
        claims.below("outage of 60 s → online", back, BACK_FROM_OUTAGE_S, " s");
        Ok(())
    }

    /// Waits until the tunnel says that it is back, and sees whether that is true.
    async fn back(&mut self, since: Instant) -> Result<f64> {
        let online = self.app.until("online").await?;
        self.visitor.get().await?;
        Ok(online.duration_since(since).as_secs_f64())
    }
}
