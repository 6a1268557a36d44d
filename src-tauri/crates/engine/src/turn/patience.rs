//! How long the caller of a turn has waited: learned where it leaves without its answer, and found
//! out on purpose by a probe.

use protocol::{Code, OwnFinding, Source};

use super::Turn;
use super::host::Host;
use crate::feed::EventKind;
use crate::patience::{CallerWait, ProbeEnd};

/// Whether an exchange came from a bot, whose waiting is its platform's.
pub(super) const fn is_bots(source: Source) -> bool {
    matches!(source, Source::Webhook | Source::Tunnel)
}

impl<H: Host> Turn<H> {
    /// For how many seconds it is held, where a probe waits for its bot's next request.
    pub(super) fn take_probe(&mut self) -> Option<u32> {
        let summary = &self.exchange.summary;
        // Nobody is held beyond the limit, on purpose either.
        if !is_bots(summary.source) || !self.is_turn() || !self.host.holds().has_room() {
            return None;
        }
        let seconds = self.host.probes().take(summary.bot, summary.id)?;
        self.is_probe = true;
        self.note(OwnFinding::new(Code::PatienceProbe, [seconds.to_string()]));
        self.probe_changed();
        Some(seconds)
    }

    /// Whether it is what a bot sends, and not what a browser asks for beside a page.
    fn is_turn(&self) -> bool {
        let method = self.exchange.request.method.as_str();
        let is_named = self.view.event.is_some() || self.view.user.is_some();
        is_named || matches!(method, "POST" | "PUT" | "PATCH")
    }

    /// The caller has left without its answer.
    pub(super) fn caller_left(&self) {
        let summary = &self.exchange.summary;
        if !is_bots(summary.source) {
            return;
        }
        let ms = u64::try_from(self.arrived.elapsed().as_millis()).unwrap_or(u64::MAX);
        if self.is_probe {
            self.end_probe(ProbeEnd::Left(ms));
        }
        let wait = CallerWait {
            ms,
            at: self.host.now(),
            exchange: summary.id,
            probe: self.is_probe,
        };
        self.host.caller_left(summary.bot, summary.platform, wait);
    }

    /// What a probe held is answered; `is_over`: by nobody.
    pub(super) fn probe_answered(&self, is_over: bool) {
        if self.is_probe {
            let is_outlasted = is_over && !self.host.stop().is_cancelled();
            self.end_probe(match is_outlasted {
                true => ProbeEnd::Outlasted,
                false => ProbeEnd::Answered,
            });
        }
    }

    /// Whether the probe that it was taken for is still there.
    pub(super) fn is_probed(&self) -> bool {
        let summary = &self.exchange.summary;
        self.host.probes().holds(summary.bot, summary.id)
    }

    fn end_probe(&self, end: ProbeEnd) {
        let summary = &self.exchange.summary;
        if self.host.probes().end(summary.bot, summary.id, end) {
            self.probe_changed();
        }
    }

    fn probe_changed(&self) {
        let bot = Some(self.exchange.summary.bot);
        self.host.feed().emit(EventKind::PatienceChanged, bot);
    }
}
