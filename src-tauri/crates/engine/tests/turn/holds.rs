//! Holds: a deadline, a fallback, and exactly one answer whatever races.

use std::sync::atomic::Ordering;
use std::time::Duration;

use bytes::Bytes;
use protocol::{Answer, AnsweredBy, Code, FailureCode, Finding, FindingCounts, State};
use tokio::sync::oneshot::{self, error::TryRecvError};
use tokio::time::{Instant, advance};

use super::harness::{App, TURN};
use crate::answering::{Fallback, Mode};
use crate::error::Error;
use crate::feed::EventKind;
use crate::holds::Command;
use crate::turn::Host as _;

const fn seconds(number: u64) -> Duration {
    Duration::from_secs(number)
}

#[tokio::test(start_paused = true)]
async fn a_persons_answer_goes_out_as_it_is_after_it_was_written_down() {
    let app = App::holding(60);
    let call = app.held(TURN).await;
    let id = call.id;
    let body = "{ \"variable1\" : 51.0,\n\"x\":\"\\u0430\" }\n";
    let (answered, received) = tokio::join!(app.answer(id, body), async {
        let written = call.reaches(State::Answered).await;
        (written, call.answered().await)
    });
    answered.unwrap();
    let (written, received) = received;
    assert_eq!(received, body);
    assert_eq!(written.summary.answered_by, Some(AnsweredBy::Hand));
    assert_eq!(written.summary.deadline, None);
    assert_eq!(written.answer().unwrap().body.length(), body.len() as u64);
}

#[tokio::test(start_paused = true)]
async fn the_person_hears_of_an_answer_when_its_last_byte_has_left() {
    let app = App::holding(60);
    let call = app.held(TURN).await;
    let id = call.id;
    let mut answering = std::pin::pin!(app.answer(id, "{}"));
    tokio::select! {
        biased;
        answered = &mut answering => panic!("{answered:?} before it left"),
        _ = call.reaches(State::Answered) => {}
    }
    let (answered, _) = tokio::join!(answering, call.received());
    answered.unwrap();
}

#[tokio::test(start_paused = true)]
async fn at_its_deadline_and_not_before_the_fallback_goes_out() {
    let app = App::holding(3600);
    let begun = Instant::now();
    let call = app.held(TURN).await;
    let id = call.id;
    assert_eq!(call.answered().await, "{}");
    assert_eq!(begun.elapsed().as_secs(), 3600);
    let exchange = app.history.get(id).unwrap();
    assert_eq!(exchange.summary.answered_by, Some(AnsweredBy::Fallback));
    assert!(matches!(app.answer(id, "{}").await, Err(Error::NotHeld)));
    assert!(matches!(app.extend(id, 60).await, Err(Error::NotHeld)));
}

#[tokio::test(start_paused = true)]
async fn more_time_is_added_to_what_remains() {
    let app = App::holding(60);
    let begun = Instant::now();
    let call = app.held(TURN).await;
    let id = call.id;
    advance(seconds(40)).await;
    let deadline = app.extend(id, 30).await.unwrap();
    assert_eq!(deadline.0, app.now().0 + 50_000);
    let exchange = app.history.get(id).unwrap();
    assert_eq!(exchange.summary.deadline, Some(deadline));
    advance(seconds(45)).await;
    app.extend(id, 5).await.unwrap();
    call.received().await;
    assert_eq!(begun.elapsed().as_secs(), 95);
}

#[tokio::test(start_paused = true)]
async fn the_deadline_is_told_anew_when_the_wall_clock_jumps() {
    let app = App::holding(60);
    let call = app.held(TURN).await;
    let id = call.id;
    let deadline = || app.history.get(id).unwrap().summary.deadline.unwrap().0;
    let begun = app.now().0;
    assert_eq!(deadline(), begun + 60_000);
    let jumps = [7_200_000, 7_200_000, -3_600_000, -3_600_500];
    for (number, ahead) in (1..).zip(jumps) {
        app.clock_ahead_ms.store(ahead, Ordering::Relaxed);
        advance(seconds(10)).await;
        app.idle().await;
        // A clock that a time service moves a little is no jump.
        let told = if ahead == -3_600_500 {
            -3_600_000
        } else {
            ahead
        };
        assert_eq!(deadline(), begun + 60_000 + told, "jump {number}");
        let (kind, summary) = app.last_event(id).await;
        assert_eq!(kind, EventKind::ExchangeChanged);
        assert_eq!(summary.unwrap().deadline.unwrap().0, deadline());
    }
    // The hold itself ends by its own time.
    let passed = app.now().0 - app.clock_ahead_ms.load(Ordering::Relaxed) - begun;
    assert!((40_000..60_000).contains(&passed), "{passed}");
    assert_eq!(call.answered().await, "{}");
    let passed = app.now().0 - app.clock_ahead_ms.load(Ordering::Relaxed) - begun;
    assert_eq!(passed, 60_000);
}

#[tokio::test(start_paused = true)]
async fn an_answer_at_the_deadline_goes_before_the_fallback() {
    let app = App::holding(60);
    let call = app.held(TURN).await;
    let id = call.id;
    let (answered, (), received) = tokio::join!(
        biased;
        app.answer(id, "{\"late\":1}"),
        advance(seconds(60)),
        call.answered()
    );
    answered.unwrap();
    assert_eq!(received, "{\"late\":1}");
}

#[tokio::test(start_paused = true)]
async fn an_answer_after_the_fallback_was_taken_comes_to_nothing() {
    let app = App::holding(60);
    let call = app.held(TURN).await;
    let id = call.id;
    app.history.write_seconds.store(5, Ordering::Relaxed);
    // The fallback is being written down.
    tokio::time::sleep(seconds(62)).await;
    let late = app.answer(id, "{\"late\":1}").await;
    assert!(matches!(late, Err(Error::NotHeld)), "{late:?}");
    assert_eq!(call.answered().await, "{}");
}

#[tokio::test(start_paused = true)]
async fn of_many_answers_at_once_the_first_wins_and_the_others_learn_it() {
    let app = App::holding(60);
    let call = app.held(TURN).await;
    let id = call.id;
    let bodies: Vec<String> = (0..24)
        .map(|number| format!("{{\"n\":{number}}}"))
        .collect();
    let answers = bodies.iter().map(|body| app.answer(id, body));
    let answers = futures_util::future::join_all(answers);
    let (answers, received) = tokio::join!(answers, call.answered());
    assert_eq!(received, bodies[0]);
    let won: Vec<bool> = answers.iter().map(Result::is_ok).collect();
    assert!(won[0] && !won[1..].contains(&true), "{won:?}");
    for lost in &answers[1..] {
        assert!(matches!(lost, Err(Error::NotHeld)), "{lost:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_release_gives_the_fallback_at_once() {
    let app = App::holding(3600);
    let begun = Instant::now();
    let call = app.held(TURN).await;
    let release = app.holds.command(call.id, Command::Release);
    let (released, received) = tokio::join!(release, call.answered());
    released.unwrap();
    assert_eq!(received, "{}");
    assert_eq!(begun.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn the_fallback_is_what_the_bot_says_at_the_deadline() {
    let app = App::holding(60);
    let call = app.held(TURN).await;
    app.change_bot(|bot| bot.given_answer = Some(Answer::json(200, "changed")));
    assert_eq!(call.answered().await, "changed");
    // Of a bot that was removed meanwhile: what it said when the request came.
    let call = app.held(TURN).await;
    app.change_bot(|bot| bot.given_answer = Some(Answer::json(200, "changed again")));
    app.remove_bot();
    assert_eq!(call.answered().await, "changed");
}

#[tokio::test(start_paused = true)]
async fn the_fallback_can_be_the_newest_answer_to_the_same_event() {
    const OTHER: &str = r#"{"action":"other","userId":"77"}"#;
    let app = App::holding(60);
    app.set_fallback(Fallback::Last);
    for (turn, body) in [(TURN, "first"), (TURN, "second"), (OTHER, "other")] {
        let call = app.held(turn).await;
        let (answered, _) = tokio::join!(app.answer(call.id, body), call.received());
        answered.unwrap();
    }
    assert_eq!(app.held(TURN).await.answered().await, "second");
    assert_eq!(app.held(OTHER).await.answered().await, "other");
    let unknown = app.held(r#"{"action":"unknown"}"#).await;
    assert_eq!(unknown.answered().await, "{}", "the default answer");
}

#[tokio::test(start_paused = true)]
async fn a_last_answer_that_takes_too_long_to_find_is_said_in_a_finding() {
    let app = App::holding(60);
    app.set_fallback(Fallback::Last);
    app.history.is_slow.store(true, Ordering::Relaxed);
    let call = app.held(TURN).await;
    let id = call.id;
    assert_eq!(call.answered().await, "{}", "the default answer");
    let recorded = app.reaches(id, State::Answered).await;
    let [finding] = &recorded.own_findings[..] else {
        panic!("{:?}", recorded.own_findings);
    };
    assert_eq!(Finding::from(finding).code, Code::LastAnswerLate);
    assert_eq!(recorded.summary.findings.warning, 1);
}

#[tokio::test(start_paused = true)]
async fn a_caller_that_leaves_is_recorded_at_once_and_nobody_can_answer_it() {
    let app = App::holding(60);
    let begun = Instant::now();
    let call = app.held(TURN).await;
    let id = call.leaves();
    let left = app.reaches(id, State::Abandoned).await;
    assert_eq!(begun.elapsed(), Duration::ZERO);
    assert_eq!(left.summary.failure.unwrap().code, FailureCode::CallerLeft);
    assert_eq!(left.summary.status, None, "nobody was answered");
    assert_eq!(
        (left.summary.deadline, left.summary.answered_by),
        (None, None)
    );
    assert!(left.summary.duration_ms.is_some());
    assert_eq!(app.holds.len(), 0);
    assert!(matches!(app.answer(id, "{}").await, Err(Error::NotHeld)));
    let (_, event) = app.last_event(id).await;
    assert_eq!(event.unwrap().state, State::Abandoned);
}

#[tokio::test(start_paused = true)]
async fn an_answer_to_a_caller_that_left_meanwhile_learns_it() {
    let app = App::holding(60);
    // Before the turn has heard of it …
    let call = app.held(TURN).await;
    let id = call.id;
    drop(call);
    let answered = app.answer(id, "{}").await;
    assert!(matches!(answered, Err(Error::CallerLeft)), "{answered:?}");
    app.reaches(id, State::Abandoned).await;
    // … and while the answer is being written down.
    let call = app.held(TURN).await;
    let id = call.id;
    app.history.write_seconds.store(5, Ordering::Relaxed);
    let (answered, ()) = tokio::join!(app.answer(id, "{}"), async {
        tokio::time::sleep(seconds(2)).await;
        drop(call);
    });
    assert!(matches!(answered, Err(Error::CallerLeft)), "{answered:?}");
    let left = app.reaches(id, State::Abandoned).await;
    assert_eq!(left.summary.failure.unwrap().code, FailureCode::CallerLeft);
    assert_eq!(left.summary.status, None, "nobody was answered");
    assert_eq!(left.summary.answered_by, None, "nobody was answered");
}

#[tokio::test(start_paused = true)]
async fn an_answer_whose_bytes_are_lost_has_failed() {
    let app = App::holding(60);
    let call = app.held(TURN).await;
    let id = call.id;
    let (answered, ()) = tokio::join!(app.answer(id, "{}"), call.loses_it());
    assert!(matches!(answered, Err(Error::CallerLeft)), "{answered:?}");
    let failed = app.reaches(id, State::Failed).await;
    assert_eq!(
        failed.summary.failure.unwrap().code,
        FailureCode::WriteFailed
    );
}

#[tokio::test(start_paused = true)]
async fn when_the_app_ends_what_is_held_gets_its_fallback_at_once() {
    let app = App::holding(3600);
    let begun = Instant::now();
    let (first, second) = (app.held(TURN).await, app.held(TURN).await);
    app.stop.cancel();
    assert_eq!(first.answered().await, "{}");
    assert_eq!(second.answered().await, "{}");
    assert_eq!(begun.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn one_more_than_may_be_held_is_answered_at_once_with_a_finding() {
    let app = App::holding(3600);
    let begun = Instant::now();
    let mut held = Vec::new();
    for _ in 0..app.holds.limit() {
        held.push(app.held(TURN).await);
    }
    let call = app.call(TURN);
    let id = call.id;
    assert_eq!(call.answered().await, "{}");
    assert_eq!(begun.elapsed(), Duration::ZERO);
    let exchange = app.history.get(id).unwrap();
    assert_eq!(exchange.summary.answered_by, Some(AnsweredBy::Fallback));
    assert_eq!(
        Finding::from(&exchange.own_findings[0]).code,
        Code::HoldLimit
    );
    // As soon as one has its answer, there is room again.
    let one = held.pop().unwrap();
    let (answered, _) = tokio::join!(app.answer(one.id, "{}"), one.received());
    answered.unwrap();
    app.held(TURN).await;
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_written_down_is_held_and_answered_all_the_same() {
    let app = App::holding(60);
    app.history.is_full.store(true, Ordering::Relaxed);
    let call = app.call(TURN);
    let id = call.id;
    advance(seconds(1)).await;
    assert_eq!(app.holds.len(), 1);
    let (answered, received) = tokio::join!(app.answer(id, "{}"), call.answered());
    answered.unwrap();
    assert_eq!(received, "{}");
    let (kind, event) = app.last_event(id).await;
    assert_eq!(kind, EventKind::ExchangeChanged);
    assert_eq!(event.unwrap().state, State::Answered);
    // The same for a caller that leaves.
    let id = app.call(TURN).leaves();
    advance(seconds(1)).await;
    let (_, event) = app.last_event(id).await;
    assert_eq!(event.unwrap().state, State::Abandoned);
}

#[tokio::test(start_paused = true)]
async fn a_held_exchange_that_was_deleted_is_answered_and_shows_up_no_more() {
    let app = App::holding(60);
    let call = app.held(TURN).await;
    let id = call.id;
    app.history.delete(id);
    app.extend(id, 60).await.unwrap();
    let (answered, received) = tokio::join!(app.answer(id, "{}"), call.answered());
    answered.unwrap();
    assert_eq!(received, "{}");
    let (kind, event) = app.last_event(id).await;
    assert_eq!(kind, EventKind::ExchangeRemoved);
    assert!(event.is_none());
}

#[tokio::test(start_paused = true)]
async fn a_held_exchange_that_a_full_disk_lost_leaves_the_lists_with_its_answer() {
    let app = App::holding(60);
    app.history.is_full.store(true, Ordering::Relaxed);
    let call = app.call(TURN);
    advance(seconds(1)).await;
    assert_eq!(app.holds.len(), 1);
    app.history.is_full.store(false, Ordering::Relaxed);
    let id = call.id;
    let (answered, received) = tokio::join!(app.answer(id, "{}"), call.answered());
    answered.unwrap();
    assert_eq!(received, "{}");
    let (kind, event) = app.last_event(id).await;
    assert_eq!(kind, EventKind::ExchangeRemoved);
    assert!(event.is_none());
}

#[tokio::test(start_paused = true)]
async fn a_change_of_mode_leaves_what_is_held_to_its_person() {
    let app = App::holding(60);
    let call = app.held(TURN).await;
    app.change_bot(|bot| bot.answering.mode = Mode::Rules);
    let next = app.call(TURN);
    assert_eq!(next.answered().await, "{}");
    assert_eq!(app.holds.len(), 1);
    let (answered, _) = tokio::join!(app.answer(call.id, "{\"a\":1}"), call.received());
    answered.unwrap();
}

#[tokio::test(start_paused = true)]
async fn what_the_history_itself_finds_in_a_held_exchange_counts_at_its_end_too() {
    let app = App::holding(60);
    let before = app.held(TURN).await;
    let plain = app.history.get(before.id).unwrap().summary.findings;
    *app.history.added.lock() = FindingCounts {
        error: 1,
        ..FindingCounts::default()
    };
    let call = app.held(TURN).await;
    let id = call.id;
    app.extend(id, 30).await.unwrap();
    let held = app.history.get(id).unwrap().summary.findings;
    assert_eq!(held.error, plain.error + 1);
    call.received().await;
    let ended = app.reaches(id, State::Answered).await.summary.findings;
    assert_eq!(ended, held, "its answer has none");
    let (_, event) = app.last_event(id).await;
    assert_eq!(event.unwrap().findings, ended);
}

/// A turn of a hundred kilobytes whose bytes tell when the last handle to them is gone.
fn long_turn() -> (Bytes, oneshot::Receiver<()>) {
    struct Told(
        Vec<u8>,
        #[expect(dead_code, reason = "dropped with it")] oneshot::Sender<()>,
    );
    impl AsRef<[u8]> for Told {
        fn as_ref(&self) -> &[u8] {
            &self.0
        }
    }
    let (sender, gone) = oneshot::channel();
    let padded = format!(
        "{},\"long\":\"{}\"}}",
        &TURN[..TURN.len() - 1],
        "x".repeat(100_000)
    );
    (Bytes::from_owner(Told(padded.into_bytes(), sender)), gone)
}

#[tokio::test(start_paused = true)]
async fn a_long_body_takes_no_memory_while_a_person_is_waited_for_and_is_judged_all_the_same() {
    const ANSWER: &str = "{\"variable1\":\"text\"}";
    let at_once = App::new();
    at_once.change_bot(|bot| bot.given_answer = Some(Answer::json(200, ANSWER)));
    let (body, _) = long_turn();
    let expected = at_once.call(body).reaches(State::Answered).await;
    let app = App::holding(60);
    let (body, gone) = long_turn();
    let call = app.call(body);
    gone.await.unwrap_err();
    let held = call.reaches(State::Held).await;
    assert_eq!(held.request.body.length(), held.summary.request_bytes);
    let id = call.id;
    let (answered, received) = tokio::join!(app.answer(id, ANSWER), call.answered());
    answered.unwrap();
    assert_eq!(received, ANSWER);
    let long = app.reaches(id, State::Answered).await;
    assert_eq!(long.summary.findings, expected.summary.findings);
    assert!(long.summary.findings.warning > 0, "a type changed");
}

#[tokio::test(start_paused = true)]
async fn a_fallback_is_made_beside_the_long_body_that_is_taken_back_for_it() {
    let app = App::holding(60);
    app.set_fallback(Fallback::Last);
    let (body, gone) = long_turn();
    let call = app.call(body);
    gone.await.unwrap_err();
    assert_eq!(call.answered().await, "{}");
    assert_eq!(*app.history.reads.lock(), ["request_body", "last_answer"]);
}

#[tokio::test(start_paused = true)]
async fn a_long_body_stays_where_the_history_is_not_being_saved() {
    let app = App::holding(60);
    app.history.is_full.store(true, Ordering::Relaxed);
    let (body, mut gone) = long_turn();
    let call = app.call(body);
    // By the paused clock: until all that can be done is done.
    tokio::time::sleep(seconds(1)).await;
    assert_eq!(gone.try_recv(), Err(TryRecvError::Empty));
    let seen = app.holds.exchange(call.id).unwrap();
    assert_eq!(seen.request.body.length(), seen.summary.request_bytes);
    assert_eq!(call.answered().await, "{}", "the fallback");
}
