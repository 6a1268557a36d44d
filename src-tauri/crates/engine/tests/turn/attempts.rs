//! A platform that was answered an error makes its call again.

use std::sync::Arc;

use protocol::platform::{Retries, contracts};
use protocol::{Answer, AttemptOf, Platform, PlatformChoice};
use tokio::time::sleep;

use super::harness::App;

fn platform() -> (Platform, &'static Retries) {
    let mut all = contracts().iter();
    let found = all.find_map(|one| Some((one.platform(), one.retries()?)));
    found.expect("one platform calls again")
}

/// The platform's bot.
fn app(status: u16) -> Arc<App> {
    let app = App::new();
    app.change_bot(|bot| {
        bot.platform = PlatformChoice::Fixed(platform().0);
        bot.given_answer = Some(Answer::json(status, "{}"));
    });
    app
}

/// Which attempt a call is.
async fn called(app: &Arc<App>, body: &'static str) -> Option<AttemptOf> {
    let call = app.call(body);
    let id = call.id;
    call.received().await;
    let exchange = app.history.get(id).expect("it is written down");
    exchange.summary.attempt
}

#[tokio::test(start_paused = true)]
async fn failed_calls_that_come_again_by_the_delays_are_attempts_of_one() {
    let app = app(500);
    let first = app.call("a=1");
    let id = first.id;
    first.received().await;
    let recorded = app.history.get(id).expect("it is written down");
    assert_eq!(recorded.summary.attempt, None);
    for (number, delay) in (2..).zip(platform().1.delays) {
        sleep(*delay).await;
        if number == 2 {
            assert_eq!(called(&app, "b=1").await, None, "another body");
        }
        let attempt = Some(AttemptOf { number, first: id });
        assert_eq!(called(&app, "a=1").await, attempt);
    }
    sleep(platform().1.delays[0]).await;
    assert_eq!(called(&app, "a=1").await, None, "there are no more");
}

#[tokio::test(start_paused = true)]
async fn a_call_that_was_answered_or_comes_at_another_time_is_one_of_its_own() {
    let delay = platform().1.delays[0];
    let sound = app(200);
    assert_eq!(called(&sound, "a=1").await, None);
    sleep(delay).await;
    assert_eq!(called(&sound, "a=1").await, None);
    let failing = app(500);
    assert_eq!(called(&failing, "a=1").await, None);
    assert_eq!(called(&failing, "a=1").await, None, "too soon");
    sleep(4 * delay).await;
    assert_eq!(called(&failing, "a=1").await, None, "too late");
    sleep(delay).await;
    let second = called(&failing, "a=1").await;
    assert_eq!(second.map(|of| of.number), Some(2));
}
