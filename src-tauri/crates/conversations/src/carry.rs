//! A state that is another than the recorded one, carried into the next recorded request; and
//! whether that request's event could have followed from it.

use std::collections::HashMap;

use json_text::same_value;
use protocol::platform::Members;

use crate::proof::is_kept;

/// Under so many earlier cases nothing is concluded from them.
const CASES_LEAST: usize = 5;

/// A variable of the next request that the other state gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CarriedValue {
    /// Its name.
    pub name: String,
    /// The value, as JSON text; `None`: the request has no such variable.
    pub value: Option<String>,
}

/// What the next recorded request has of another state. Variables that the bot itself changed
/// before that request keep its value, and so do those of which both states say the same.
///
/// `recorded` and `altered`: the user's variables after the turn before; `came`: with which the
/// request came.
#[must_use]
pub fn carry(recorded: &Members, altered: &Members, came: &Members) -> Vec<CarriedValue> {
    let gone = recorded.keys().filter(|name| !altered.contains_key(*name));
    let names = altered.keys().chain(gone);
    let mut carried = Vec::new();
    for name in names {
        let (before, now) = (recorded.get(name), altered.get(name));
        let came = came.get(name);
        let is_untouched = match (before, came) {
            (Some(before), Some(came)) => is_kept(before, came),
            (before, came) => before.is_none() && came.is_none(),
        };
        if is_untouched && !are_same(before, now) && !are_same(now, came) {
            carried.push(CarriedValue {
                name: name.clone(),
                value: now.cloned(),
            });
        }
    }
    carried
}

fn are_same(one: Option<&String>, other: Option<&String>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => same_value(one, other),
        (one, other) => one.is_none() && other.is_none(),
    }
}

/// An earlier turn of the event that went before: what the user had after it, and what followed.
#[derive(Clone, Debug)]
pub struct EarlierTurn {
    /// The user's variables after it.
    pub after: Members,
    /// The event of the turn behind it.
    pub next: String,
}

/// Why an event would probably not have followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parting {
    /// The variable that tells.
    pub name: String,
    /// The value that it has now.
    pub now: Option<String>,
    /// The value with which the event came in each earlier turn, and how many those were.
    pub usual: Option<(String, usize)>,
    /// The event that most often followed the present value, how often, and of how many turns.
    pub instead: Option<(String, usize, usize)>,
}

/// Whether a recorded event follows from another state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Following {
    /// Nothing speaks against it.
    Probable,
    /// There are too few earlier cases: so many.
    Unknown(usize),
    /// It would have been another one.
    Improbable(Parting),
}

/// Whether an event follows although variables differ, by what went before in earlier turns.
///
/// `of_event`: with what the event came in earlier turns; `behind`: earlier turns of the event
/// before it.
#[must_use]
pub fn following(
    event: &str,
    carried: &[CarriedValue],
    of_event: &[Members],
    behind: &[EarlierTurn],
) -> Following {
    let mut most = of_event.len();
    for CarriedValue { name, value } in carried {
        let alike: Vec<&EarlierTurn> = behind
            .iter()
            .filter(|turn| value.is_some() && are_same(turn.after.get(name), value.as_ref()))
            .collect();
        most = most.max(alike.len());
        let is_elsewhere = alike.iter().all(|turn| turn.next != event);
        let usual = usual(name, value.as_ref(), of_event);
        let tells = is_elsewhere && (usual.is_some() || alike.len() >= CASES_LEAST);
        if tells {
            return Following::Improbable(Parting {
                name: name.clone(),
                now: value.clone(),
                usual: usual.map(|usual| (usual, of_event.len())),
                instead: most_frequent(&alike),
            });
        }
    }
    match most < CASES_LEAST {
        true => Following::Unknown(most),
        false => Following::Probable,
    }
}

/// The one value with which an event came in all earlier turns, where it is another than the
/// present one. Numbers tell nothing so: amounts are equal where the same dialog was tried again.
fn usual(name: &str, now: Option<&String>, of_event: &[Members]) -> Option<String> {
    if of_event.len() < CASES_LEAST {
        return None;
    }
    let first = of_event.first()?.get(name)?;
    let is_a_state = first.starts_with(['"', 't', 'f', 'n']);
    let is_one = of_event
        .iter()
        .all(|came| are_same(came.get(name), Some(first)));
    (is_a_state && is_one && !are_same(now, Some(first))).then(|| first.clone())
}

fn most_frequent(turns: &[&EarlierTurn]) -> Option<(String, usize, usize)> {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for turn in turns {
        *counts.entry(&turn.next).or_default() += 1;
    }
    // Of several the first by name, so that the answer is always the same.
    let most = counts.into_iter().max_by(|one, other| {
        let by_count = one.1.cmp(&other.1);
        by_count.then_with(|| other.0.cmp(one.0))
    })?;
    Some((most.0.to_owned(), most.1, turns.len()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn members(pairs: &[(&str, &str)]) -> Members {
        let pairs = pairs.iter();
        pairs
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    }

    fn value(name: &str, value: Option<&str>) -> CarriedValue {
        CarriedValue {
            name: name.to_owned(),
            value: value.map(str::to_owned),
        }
    }

    #[test]
    fn what_differs_is_carried_unless_the_bot_changed_it_itself() {
        let recorded = members(&[
            ("a", "1.0"),
            ("b", "\"x\""),
            ("c", "1"),
            ("same", "1"),
            ("d", "1"),
        ]);
        let altered = members(&[
            ("a", "2"),
            ("b", "\"y\""),
            ("same", "1.0"),
            ("d", "2"),
            ("new", "0"),
        ]);
        // `a` came through JavaScript, `b` was changed by the bot, and it set `d` to the same.
        let came = members(&[
            ("a", "1"),
            ("b", "\"z\""),
            ("c", "1"),
            ("same", "1"),
            ("d", "2"),
        ]);
        assert_eq!(
            carry(&recorded, &altered, &came),
            [
                value("a", Some("2")),
                value("new", Some("0")),
                value("c", None)
            ]
        );
        // One that the bot made itself is its own.
        let came = members(&[("new", "5")]);
        assert_eq!(carry(&recorded, &altered, &came), []);
    }

    fn any_members() -> impl Strategy<Value = Members> {
        prop::collection::btree_map("[a-d]", "[1-3]", 0..4)
            .prop_map(|all| all.into_iter().collect())
    }

    proptest! {
        #[test]
        fn an_answer_that_changes_nothing_carries_nothing(state in any_members(), came in any_members()) {
            prop_assert_eq!(carry(&state, &state, &came), []);
        }

        /// With a bot that changes nothing itself the next request has exactly the other state.
        #[test]
        fn the_next_request_has_the_other_state(recorded in any_members(), altered in any_members()) {
            let mut sent = recorded.clone();
            for CarriedValue { name, value } in carry(&recorded, &altered, &recorded) {
                match value {
                    Some(value) => sent.insert(name, value),
                    None => sent.shift_remove(&name),
                };
            }
            prop_assert_eq!(sent, altered);
        }
    }

    fn turns(count: usize, state: &str, next: &str) -> Vec<EarlierTurn> {
        let turn = EarlierTurn {
            after: members(&[("state", state)]),
            next: next.to_owned(),
        };
        vec![turn; count]
    }

    #[test]
    fn an_event_parts_by_what_followed_and_by_what_it_always_came_with() {
        let carried = [
            value("total", Some("9")),
            value("state", Some("\"refused\"")),
        ];
        let paid = members(&[("total", "5"), ("state", "\"paid\"")]);
        let cases = |count| vec![paid.clone(); count];
        let refused = |count| turns(count, "\"refused\"", "sorry");
        let found = following("receipt", &carried, &cases(5), &refused(2));
        assert_eq!(
            found,
            Following::Improbable(Parting {
                name: "state".to_owned(),
                now: Some("\"refused\"".to_owned()),
                usual: Some(("\"paid\"".to_owned(), 5)),
                instead: Some(("sorry".to_owned(), 2, 2)),
            })
        );
        // By what followed alone.
        let mut behind = refused(4);
        behind.extend(turns(1, "\"refused\"", "help"));
        let found = following("receipt", &carried, &cases(4), &behind);
        let Following::Improbable(parting) = found else {
            panic!("{found:?}");
        };
        assert_eq!(parting.usual, None);
        assert_eq!(parting.instead, Some(("sorry".to_owned(), 4, 5)));
        // Under five cases of either nothing is said.
        let found = following("receipt", &carried, &cases(4), &refused(4));
        assert_eq!(found, Following::Unknown(4));
        // It did follow this value, too.
        let mut behind = refused(9);
        behind.extend(turns(1, "\"refused\"", "receipt"));
        let found = following("receipt", &carried, &cases(9), &behind);
        assert_eq!(found, Following::Probable);
        // An amount that was always the same says nothing.
        let found = following("receipt", &carried[..1], &cases(9), &[]);
        assert_eq!(found, Following::Probable);
    }
}
