//! The wait for a person, at most until the deadline.

use std::sync::Arc;
use std::time::Duration;

use protocol::platform::NoAnswer;
use protocol::{Answer, AnsweredBy, FailureCode, State, UtcMillis};
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

use super::Turn;
use super::deliver::Reply;
use super::forward::ServerSide;
use super::host::{Calling, Host};
use super::record::undelivered;
use super::respond::FallbackAnswer;
use crate::answering::Fallback;
use crate::holds::{Ack, Command, HeldFallback};
use crate::outgoing::{Given, Outgoing};

/// How often a hold looks whether the wall clock was set; by guess soon enough for a countdown.
const CLOCK_LOOK: Duration = Duration::from_secs(5);
/// How far the wall clock may part from the monotonic one before that is said: a time service
/// moves it by milliseconds.
const TOLERANCE_MS: u64 = 1000;

/// Why a hold ended.
enum HoldEnd {
    Hand(Answer, Ack<()>),
    Fallback(Option<Ack<()>>),
    Disconnected,
}

impl<H: Host> Turn<H> {
    /// `server`: what is asked of the developer's own server meanwhile.
    pub(super) async fn hold(
        mut self: Box<Self>,
        seconds: u32,
        mut reply: Reply,
        mut server: ServerSide,
    ) {
        let wait = match self.is_probe {
            true => Duration::from_secs(seconds.into()),
            false => self.remaining(seconds),
        };
        let mut deadline = self.before_platform_deadline(Instant::now() + wait);
        let wait = deadline.saturating_duration_since(Instant::now());
        self.exchange.summary.state = State::Held;
        self.exchange.summary.deadline = Some(self.later(wait));
        self.exchange.timing.decided = Some(self.clock.elapsed());
        let id = self.exchange.summary.id;
        // Begun before it is seen: whoever reads of it in the feed can answer it.
        let fallback = self.held_fallback(&server);
        let held = Arc::from(self.exchange.clone());
        let Some(mut commands) = self.host.holds().begin(held, fallback) else {
            return self.unheld(server, reply).await;
        };
        // A probe that was ended before has not found it among what is held.
        if self.is_probe && !self.is_probed() {
            deadline = Instant::now();
        }
        // Where it cannot be saved the person is asked all the same; the status says it.
        self.record_open().await;
        let is_body_given_up = self.give_up_body().await;
        let waiting = self.wait(deadline, &mut commands, &mut reply, &mut server);
        let end = waiting.await;
        self.hold_ended(&end);
        if !matches!(end, HoldEnd::Disconnected) {
            self.resume(is_body_given_up).await;
        }
        let (given, ack) = match end {
            HoldEnd::Hand(answer, ack) => {
                let by = match server.answer {
                    Some(_) => AnsweredBy::UpstreamEdited,
                    None => AnsweredBy::Hand,
                };
                (Given::answer(answer, by), Some(ack))
            }
            HoldEnd::Fallback(ack) => {
                let given = self.unanswered(&mut server, &mut reply, ack.is_some());
                (given.await, ack)
            }
            HoldEnd::Disconnected => {
                let host = Arc::clone(&self.host);
                self.disconnected(reply, None, server.call).await;
                // Commands sent too late learn why they came to nothing.
                commands.close();
                while let Some(command) = commands.recv().await {
                    command.caller_left();
                }
                host.holds().forget_deserted(id);
                return;
            }
        };
        if reply.is_disconnected() {
            return self.disconnected(reply, ack, server.call).await;
        }
        self.end_with_call(given, reply, ack, server.call).await;
    }

    /// What is to go out at the end: a server that has failed, or that there is none of, is not
    /// asked then.
    fn held_fallback(&self, server: &ServerSide) -> HeldFallback {
        let may_ask = !server.is_asked() && self.bot.answering.server().is_some();
        let kind = match self.fallback_kind() {
            Fallback::Upstream if !may_ask => Fallback::Default,
            kind => kind,
        };
        HeldFallback {
            kind,
            is_rules: self.fallback.is_some(),
            is_platforms: self.platform_answer(NoAnswer::TooLate).is_some(),
        }
    }

    /// Nobody finds it any more among what is held.
    fn hold_ended(&self, end: &HoldEnd) {
        let id = self.exchange.summary.id;
        match end {
            HoldEnd::Disconnected => self.host.holds().end_deserted(id),
            HoldEnd::Hand(..) | HoldEnd::Fallback(_) => {
                self.probe_answered(matches!(end, HoldEnd::Fallback(None)));
                self.host.holds().end(id);
            }
        }
    }

    /// Goes on without a person where too many exchanges wait for one already.
    async fn unheld(mut self: Box<Self>, server: ServerSide, reply: Reply) {
        self.probe_answered(false);
        if !server.is_asked() {
            return self.overload(reply).await;
        }
        self.exchange.summary.state = State::Answering;
        self.exchange.summary.deadline = None;
        // Its answer is read whole: it was asked for so.
        let (_, begun) = oneshot::channel();
        self.wait_alone(server, begun, reply).await;
    }

    /// What goes out where nobody has answered: what the developer's own server has, else the
    /// fallback. `is_released`: a person did not want to wait.
    async fn unanswered(
        &mut self,
        server: &mut ServerSide,
        reply: &mut Reply,
        is_released: bool,
    ) -> Given {
        if let Some(answer) = self.server_answer(server).await {
            return Given::answer(answer, AnsweredBy::Upstream);
        }
        let why = match is_released {
            true => NoAnswer::Failed,
            false => NoAnswer::TooLate,
        };
        if !server.is_asked() {
            let FallbackAnswer { given, call } = self.fallback(reply, why).await;
            server.call = call;
            return given;
        }
        let given = self.own_fallback(why).await;
        match server.timeout().filter(|_| !is_released) {
            Some(finding) => given.with_finding(finding),
            None => given,
        }
    }

    async fn wait(
        &mut self,
        mut deadline: Instant,
        commands: &mut mpsc::Receiver<Command>,
        reply: &mut Reply,
        server: &mut ServerSide,
    ) -> HoldEnd {
        let stop = self.host.stop().clone();
        let mut looks = tokio::time::interval(CLOCK_LOOK);
        looks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                biased;
                command = commands.recv() => match command {
                    Some(Command::Answer(answer, ack)) => return HoldEnd::Hand(answer, ack),
                    Some(Command::Release(ack)) => return HoldEnd::Fallback(Some(ack)),
                    Some(Command::Extend(by, ack)) => {
                        deadline += Duration::from_secs(by.into());
                        deadline = self.before_platform_deadline(deadline);
                        let moment = self.later(deadline.saturating_duration_since(Instant::now()));
                        self.exchange.summary.deadline = Some(moment);
                        self.record_open().await;
                        let _ = ack.send(Ok(moment));
                    }
                    None => return HoldEnd::Fallback(None),
                },
                ended = server.ended() => self.server_ended(server, ended).await,
                () = reply.disconnected() => return HoldEnd::Disconnected,
                () = tokio::time::sleep_until(deadline) => return HoldEnd::Fallback(None),
                () = stop.cancelled() => return HoldEnd::Fallback(None),
                _ = looks.tick() => self.follow_clock(deadline).await,
            }
        }
    }

    /// Says anew when the hold ends where the wall clock was set, or stood still with the machine:
    /// the hold itself counts by the monotonic clock.
    async fn follow_clock(&mut self, deadline: Instant) {
        let moment = self.later(deadline.saturating_duration_since(Instant::now()));
        let shown = self.exchange.summary.deadline.unwrap_or(moment);
        if moment.0.abs_diff(shown.0) > TOLERANCE_MS {
            self.exchange.summary.deadline = Some(moment);
            self.record_open().await;
        }
    }

    fn later(&self, by: Duration) -> UtcMillis {
        let by = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        UtcMillis(self.host.now().0.saturating_add(by))
    }

    /// Ends an exchange whose caller left while it waited.
    async fn disconnected(
        self: Box<Self>,
        reply: Reply,
        ack: Option<Ack<()>>,
        call: Option<Calling>,
    ) {
        self.caller_left();
        let failure = undelivered(self.clock, FailureCode::CallerLeft);
        let given = Given::by_nobody(Outgoing::Nothing(failure));
        self.end_with_call(given, reply, ack, call).await;
    }
}
