//! Why a variable has its value: the turn of its conversation that set it, and what happened to it
//! since. Nothing is guessed: the turn that is named gave the value, and without it there would be
//! another one.

use std::cmp::Ordering;

use json_text::{compare_numbers, same_value};

/// A variable in a turn, as much of it as counts here. Values are JSON text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VariableTurn {
    /// What came in.
    pub before: Option<String>,
    /// What the answer had.
    pub sent: Option<String>,
    /// The bot took the answer.
    pub is_taken: bool,
    /// It belongs to the same message as the turn before it.
    pub is_chained: bool,
}

/// What a turn did to a variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepKind {
    /// It came with the request, and no answer before had given it.
    Came,
    /// The answer gave it.
    Answered,
    /// The answer had it and was not taken.
    NotTaken,
    /// It came back in another form, or as another value within one message.
    CameBack,
    /// It came with another value with a new message.
    ChangedByBot,
    /// It did not come any more.
    Absent,
}

/// One step of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueStep {
    /// The turn, by its index.
    pub turn: usize,
    /// What happened.
    pub kind: StepKind,
    /// The value that it has since, or that was not taken; `None` where there is none.
    pub value: Option<String>,
}

/// The step that set the value with which the last turn's request came, and what was remarkable
/// since; none where the variable never was.
#[must_use]
pub fn why(turns: &[VariableTurn]) -> Vec<ValueStep> {
    let mut walk = Walk::default();
    for (turn, variable) in turns.iter().enumerate() {
        walk.comes(turn, variable);
        if turn + 1 < turns.len() {
            walk.is_answered(turn, variable);
        }
    }
    walk.steps
}

#[derive(Default)]
struct Walk {
    /// What the bot has.
    value: Option<String>,
    steps: Vec<ValueStep>,
}

impl Walk {
    fn comes(&mut self, turn: usize, variable: &VariableTurn) {
        let kind = match (&self.value, &variable.before) {
            (None, None) => return,
            (None, Some(_)) => StepKind::Came,
            (Some(_), None) => StepKind::Absent,
            (Some(had), Some(came)) if had == came => return,
            (Some(had), Some(came)) if is_same_number(had, came) => StepKind::CameBack,
            (Some(had), Some(came)) if same_value(had, came) => return,
            (Some(_), Some(_)) if variable.is_chained => StepKind::CameBack,
            (Some(_), Some(_)) => StepKind::ChangedByBot,
        };
        if matches!(kind, StepKind::Came | StepKind::ChangedByBot) {
            self.steps.clear();
        }
        self.value.clone_from(&variable.before);
        self.push(turn, kind, variable.before.clone());
    }

    fn is_answered(&mut self, turn: usize, variable: &VariableTurn) {
        let Some(sent) = &variable.sent else { return };
        // Without an answer that gives back what there was, there would be the same.
        let had = self.value.as_ref();
        if had.is_some_and(|had| same_value(had, sent)) {
            return;
        }
        if !variable.is_taken {
            return self.push(turn, StepKind::NotTaken, Some(sent.clone()));
        }
        self.steps.clear();
        self.value = Some(sent.clone());
        self.push(turn, StepKind::Answered, Some(sent.clone()));
    }

    fn push(&mut self, turn: usize, kind: StepKind, value: Option<String>) {
        self.steps.push(ValueStep { turn, kind, value });
    }
}

/// Whether two texts are one number in two forms.
fn is_same_number(one: &str, other: &str) -> bool {
    one != other && compare_numbers(one, other) == Some(Ordering::Equal)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn turn(before: &str, sent: &str) -> VariableTurn {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        VariableTurn {
            before: some(before),
            sent: some(sent),
            is_taken: true,
            is_chained: false,
        }
    }

    fn said(turns: &[VariableTurn]) -> Vec<(usize, StepKind, Option<String>)> {
        let steps = why(turns).into_iter();
        steps
            .map(|step| (step.turn, step.kind, step.value))
            .collect()
    }

    fn one(turn: usize, kind: StepKind, value: &str) -> (usize, StepKind, Option<String>) {
        (turn, kind, Some(value.to_owned()))
    }

    #[test]
    fn the_last_turn_that_set_the_value_is_named_and_what_happened_since() {
        assert_eq!(said(&[turn("", ""), turn("", "")]), []);
        let came = [turn("50", ""), turn("50", "50.0"), turn("50", "")];
        assert_eq!(said(&came), [one(0, StepKind::Came, "50")]);
        let answered = [turn("50", "51.0"), turn("51", ""), turn("51", "60")];
        assert_eq!(
            said(&answered),
            [
                one(0, StepKind::Answered, "51.0"),
                one(1, StepKind::CameBack, "51")
            ]
        );
        let by_bot = [turn("50", "51"), turn("70", "")];
        assert_eq!(said(&by_bot), [one(1, StepKind::ChangedByBot, "70")]);
        let mut chained = by_bot;
        chained[1].is_chained = true;
        assert_eq!(
            said(&chained),
            [
                one(0, StepKind::Answered, "51"),
                one(1, StepKind::CameBack, "70")
            ]
        );
        let mut refused = [turn("50", "51"), turn("50", "")];
        refused[0].is_taken = false;
        assert_eq!(
            said(&refused),
            [
                one(0, StepKind::Came, "50"),
                one(0, StepKind::NotTaken, "51")
            ]
        );
        let gone = [turn("50", ""), turn("", ""), turn("", "")];
        assert_eq!(
            said(&gone),
            [one(0, StepKind::Came, "50"), (1, StepKind::Absent, None)]
        );
        let again = [turn("50", ""), turn("", ""), turn("50", "")];
        assert_eq!(said(&again), [one(2, StepKind::Came, "50")]);
    }

    proptest! {
        #[test]
        fn the_setting_turn_alone_gives_the_value_and_without_it_there_is_another(
            first in prop::option::of(0..3_u8),
            answers in prop::collection::vec((prop::option::of(0..3_u8), any::<bool>()), 1..12),
        ) {
            // A bot that keeps what it takes: each request carries what the answers before made.
            let mut value = first.map(|first| first.to_string());
            let mut turns = Vec::new();
            for (sent, is_taken) in answers {
                let sent = sent.map(|sent| sent.to_string());
                turns.push(VariableTurn {
                    before: value.clone(),
                    sent: sent.clone(),
                    is_taken,
                    is_chained: false,
                });
                if is_taken {
                    value = sent.or(value);
                }
            }
            turns.push(VariableTurn { before: value.clone(), ..VariableTurn::default() });
            let last = turns.len() - 1;
            let steps = why(&turns);
            match value {
                None => prop_assert!(steps.iter().all(|step| step.kind == StepKind::NotTaken)),
                Some(value) => {
                    let setting = &steps[0];
                    prop_assert_eq!(&setting.value, &Some(value.clone()));
                    let turn = setting.turn;
                    if setting.kind == StepKind::Answered {
                        // Its answer alone gives the value.
                        prop_assert!(turns[turn].is_taken);
                        prop_assert_eq!(&turns[turn].sent, &Some(value.clone()));
                        // Without it there is another one, until an answer gives the same again.
                        let before = turns[turn].before.clone();
                        prop_assert_ne!(before, Some(value.clone()));
                        let behind: Vec<usize> = (turn + 1..last).collect();
                        let others = behind.iter().filter_map(|index| {
                            let turn = &turns[*index];
                            turn.sent.clone().filter(|_| turn.is_taken)
                        });
                        prop_assert!(others.into_iter().all(|sent| sent == value));
                    } else {
                        prop_assert_eq!(setting.kind, StepKind::Came);
                        prop_assert_eq!(turn, 0);
                        prop_assert_eq!(&turns[0].before, &Some(value));
                    }
                }
            }
        }
    }
}
