//! Answers that were changed and are carried on: how far each has come, and what was answered
//! since. In memory alone.

use std::sync::Arc;

use messages::Message;
use parking_lot::Mutex;
use protocol::ExchangeId;
use serde::Serialize;
use tokio_util::sync::CancellationToken;
use utoipa::ToSchema;

use crate::runs::{Registry, Remembered, ReplayedTurn, RunId};

/// Bytes of one answer's text that are kept.
const ANSWER_BYTES: usize = 64 << 10;

/// Bytes of all of them.
const ANSWERS_BYTES: usize = 4 << 20;

/// Whether it goes on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WhatIfState {
    /// It sends one turn after the other.
    #[default]
    Running,
    /// All turns were sent.
    Done,
    /// A person has stopped it, or its target could not be reached.
    Stopped,
    /// The bot would probably have gone elsewhere.
    Parted,
}

/// An answer, its text as far as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShortAnswer {
    /// Its status.
    pub status: u16,
    /// Its body, where it is text and there is room.
    pub body: Option<String>,
    /// Only the beginning of the body is here.
    pub is_cut: bool,
}

impl ShortAnswer {
    /// `text`: the whole body's, where it is one.
    pub(crate) fn new(status: u16, text: Option<&str>) -> Self {
        let kept = text.map(|text| &text[..text.floor_char_boundary(ANSWER_BYTES)]);
        Self {
            status,
            is_cut: text.map(str::len) != kept.map(str::len),
            body: kept.map(str::to_owned),
        }
    }
}

/// A recorded turn that was sent with what differs.
#[derive(Clone, Debug)]
pub struct CarriedTurn {
    /// It beside the recorded one; nothing of it is in the history.
    pub turn: ReplayedTurn,
    /// The variables that the change put into its request.
    pub carried: Vec<String>,
    /// Its answer.
    pub answer: Option<ShortAnswer>,
    /// What is not known of it.
    pub remark: Option<Message>,
}

/// As it is now.
#[derive(Clone, Debug, Default)]
pub struct WhatIfView {
    /// Whether it goes on.
    pub state: WhatIfState,
    /// How many turns there are behind the changed one.
    pub total: usize,
    /// Those that are over, in their order.
    pub turns: Vec<CarriedTurn>,
    /// Why the bot would have gone elsewhere.
    pub message: Option<Message>,
    /// The turn that would not have come.
    pub parted_at: Option<ExchangeId>,
}

/// A changed answer.
pub(crate) struct WhatIf {
    view: Mutex<WhatIfView>,
    /// It ends at once.
    pub(crate) stop: CancellationToken,
}

impl WhatIf {
    pub(crate) fn view(&self) -> WhatIfView {
        self.view.lock().clone()
    }

    pub(crate) fn add(&self, mut row: CarriedTurn) {
        let mut view = self.view.lock();
        let kept = view
            .turns
            .iter()
            .filter_map(|turn| turn.answer.as_ref()?.body.as_ref());
        let kept: usize = kept.map(String::len).sum();
        if let Some(answer) = &mut row.answer
            && answer
                .body
                .as_ref()
                .is_some_and(|body| kept + body.len() > ANSWERS_BYTES)
        {
            (answer.body, answer.is_cut) = (None, true);
        }
        view.turns.push(row);
    }

    /// It is over; one that was stopped stays so.
    pub(crate) fn end(&self, state: WhatIfState) {
        let mut view = self.view.lock();
        if view.state == WhatIfState::Running {
            view.state = state;
        }
    }

    /// The bot would have gone elsewhere before this turn.
    pub(crate) fn part(&self, at: ExchangeId, message: Message) {
        let mut view = self.view.lock();
        if view.state == WhatIfState::Running {
            view.state = WhatIfState::Parted;
            (view.parted_at, view.message) = (Some(at), Some(message));
        }
    }

    /// Stops it, and the call that is under way.
    pub(crate) fn cancel(&self) {
        self.end(WhatIfState::Stopped);
        self.stop.cancel();
    }
}

impl Remembered for WhatIf {
    fn is_running(&self) -> bool {
        self.view.lock().state == WhatIfState::Running
    }

    fn forget(&self) {
        self.stop.cancel();
    }
}

/// Those that are remembered.
pub(crate) type WhatIfs = Registry<WhatIf>;

impl WhatIfs {
    /// A new one with so many turns; `None` where too many are under way.
    pub(crate) fn begin(&self, total: usize) -> Option<(RunId, Arc<WhatIf>)> {
        let view = WhatIfView {
            total,
            ..WhatIfView::default()
        };
        self.add(WhatIf {
            view: Mutex::new(view),
            stop: CancellationToken::new(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(body: &str) -> CarriedTurn {
        CarriedTurn {
            turn: ReplayedTurn {
                original: ExchangeId::default(),
                replay: None,
                status: Some(200),
                is_equal: false,
                changes: 0,
                failure: None,
            },
            carried: Vec::new(),
            answer: Some(ShortAnswer::new(200, Some(body))),
            remark: None,
        }
    }

    #[test]
    fn answers_are_kept_as_far_as_there_is_room_and_cut_between_characters() {
        let long = ShortAnswer::new(200, Some(&"я".repeat(ANSWER_BYTES)));
        assert_eq!(long.body.unwrap().len(), ANSWER_BYTES);
        assert!(long.is_cut);
        assert!(!ShortAnswer::new(200, Some("я")).is_cut);
        assert!(!ShortAnswer::new(200, None).is_cut);
        let (_, run) = WhatIfs::default().begin(100).unwrap();
        let body = "x".repeat(ANSWER_BYTES);
        for _ in 0..100 {
            run.add(row(&body));
        }
        let kept = run
            .view()
            .turns
            .into_iter()
            .filter_map(|turn| turn.answer?.body);
        assert_eq!(kept.count(), ANSWERS_BYTES / ANSWER_BYTES);
    }

    #[test]
    fn one_that_was_stopped_stays_so() {
        let (_, run) = WhatIfs::default().begin(1).unwrap();
        run.cancel();
        run.end(WhatIfState::Done);
        run.part(ExchangeId::default(), (&crate::words::NO_RUN).into());
        let view = run.view();
        assert_eq!(
            (view.state, view.message.is_none()),
            (WhatIfState::Stopped, true)
        );
        assert!(run.stop.is_cancelled() && !run.is_running());
    }
}
