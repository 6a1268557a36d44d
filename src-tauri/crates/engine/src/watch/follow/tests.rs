//! With a target whose comings and goings stand in a list, and time that stands still.

use std::path::Path;
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::task::JoinHandle;

use super::*;

/// What a target of a test does.
#[derive(Default)]
struct Plan {
    /// What it answers.
    answer: u32,
    is_there: bool,
    /// It goes away while it is asked for this time, from 1.
    dies_at: Option<usize>,
    sent: usize,
    told: Vec<(String, u32, u32)>,
    stands: Vec<(WatchState, bool)>,
    learned: usize,
}

#[derive(Clone, Default)]
struct Target(Arc<Mutex<Plan>>);

impl Sender for Target {
    type Answers = u32;

    async fn is_there(&self) -> bool {
        self.0.lock().is_there
    }

    async fn send(&self) -> Pass<u32> {
        let mut plan = self.0.lock();
        plan.sent += 1;
        let is_cut = plan.dies_at == Some(plan.sent);
        plan.is_there &= !is_cut;
        Pass {
            answers: plan.answer,
            is_cut,
        }
    }

    async fn learn(&self, _: &u32, _: &u32) {
        self.0.lock().learned += 1;
    }

    async fn tell(&self, saved: String, before: &u32, now: &u32) {
        self.0.lock().told.push((saved, *before, *now));
    }

    fn stands(&self, state: WatchState, is_away: bool) {
        self.0.lock().stands.push((state, is_away));
    }
}

struct Watched {
    target: Target,
    saves: Arc<Saves>,
    following: JoinHandle<()>,
}

impl Watched {
    async fn start(plan: Plan) -> Self {
        let target = Target(Arc::new(Mutex::new(plan)));
        let saves = Arc::new(Saves::new(Path::new("/bot")));
        let (sender, followed) = (target.clone(), Arc::clone(&saves));
        let following = tokio::spawn(async move { follow(&sender, &followed).await });
        let watched = Self {
            target,
            saves,
            following,
        };
        watched.pass(Duration::from_secs(1)).await;
        watched
    }

    /// Time passes, and all that is to happen in it happens.
    async fn pass(&self, time: Duration) {
        sleep(time).await;
    }

    fn save(&self, name: &str) {
        self.saves.saved(&Path::new("/bot").join(name));
    }

    fn set(&self, change: impl FnOnce(&mut Plan)) {
        change(&mut self.target.0.lock());
    }

    fn told(&self) -> Vec<(String, u32, u32)> {
        self.target.0.lock().told.clone()
    }

    fn sent(&self) -> usize {
        self.target.0.lock().sent
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.following.abort();
    }
}

fn there(answer: u32) -> Plan {
    Plan {
        answer,
        is_there: true,
        ..Plan::default()
    }
}

fn row(saved: &str, before: u32, now: u32) -> (String, u32, u32) {
    (saved.to_owned(), before, now)
}

#[tokio::test(start_paused = true)]
async fn it_learns_twice_and_tells_once_for_each_save() {
    let watched = Watched::start(there(1)).await;
    assert_eq!((watched.sent(), watched.told()), (2, vec![]));
    assert_eq!(watched.target.0.lock().learned, 1);
    watched.set(|plan| plan.answer = 2);
    watched.save("pay.py");
    watched.pass(Duration::from_secs(10)).await;
    assert_eq!(watched.told(), [row("pay.py", 1, 2)]);
    // One that changes nothing is told of, too, and is compared with the run before.
    watched.save("a.py");
    watched.pass(Duration::from_secs(10)).await;
    assert_eq!(watched.told()[1..], [row("a.py", 2, 2)]);
    assert_eq!(watched.sent(), 4);
}

#[tokio::test(start_paused = true)]
async fn a_run_that_met_the_old_process_is_repeated_when_that_goes_away() {
    let watched = Watched::start(there(1)).await;
    watched.save("pay.py");
    watched.pass(Duration::from_secs(1)).await;
    assert_eq!(watched.told(), [row("pay.py", 1, 1)]);
    watched.set(|plan| plan.is_there = false);
    watched.pass(Duration::from_secs(60)).await;
    assert_eq!(watched.sent(), 3, "nothing is sent to nobody");
    assert_eq!(
        watched.target.0.lock().stands.last(),
        Some(&(WatchState::Waiting, true))
    );
    watched.set(|plan| (plan.is_there, plan.answer) = (true, 2));
    // Within two seconds of its return.
    watched.pass(Duration::from_millis(200)).await;
    assert_eq!(watched.told()[1..], [row("pay.py", 1, 2)]);
    watched.pass(Duration::from_secs(60)).await;
    assert_eq!(watched.sent(), 4);
}

#[tokio::test(start_paused = true)]
async fn one_that_goes_away_later_is_not_asked_again() {
    let watched = Watched::start(there(1)).await;
    watched.save("pay.py");
    watched.pass(Duration::from_millis(2500)).await;
    watched.set(|plan| plan.is_there = false);
    watched.pass(Duration::from_secs(5)).await;
    watched.set(|plan| plan.is_there = true);
    watched.pass(Duration::from_secs(60)).await;
    assert_eq!((watched.sent(), watched.told().len()), (3, 1));
}

#[tokio::test(start_paused = true)]
async fn a_target_that_is_away_is_waited_for_and_one_that_dies_meanwhile_is_asked_anew() {
    let watched = Watched::start(Plan::default()).await;
    assert_eq!(watched.sent(), 0);
    watched.set(|plan| *plan = there(1));
    // It dies in the second pass of learning, which begins anew.
    watched.set(|plan| plan.dies_at = Some(2));
    watched.pass(Duration::from_secs(1)).await;
    assert_eq!(watched.target.0.lock().learned, 0);
    watched.set(|plan| (plan.is_there, plan.dies_at) = (true, Some(5)));
    watched.pass(Duration::from_secs(1)).await;
    assert_eq!((watched.sent(), watched.target.0.lock().learned), (4, 1));
    watched.save("pay.py");
    watched.pass(Duration::from_secs(1)).await;
    assert_eq!(watched.told(), [], "half a run says nothing");
    watched.set(|plan| (plan.is_there, plan.answer) = (true, 2));
    watched.pass(Duration::from_secs(60)).await;
    assert_eq!(watched.told(), [row("pay.py", 1, 2)]);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_each_run_brings_down_is_told_of_after_three() {
    let watched = Watched::start(there(1)).await;
    watched.save("pay.py");
    for number in 3..=5 {
        watched.set(|plan| (plan.is_there, plan.dies_at) = (true, Some(number)));
        watched.pass(Duration::from_secs(1)).await;
        assert_eq!(watched.sent(), number);
    }
    assert_eq!(watched.told(), [row("pay.py", 1, 1)]);
}

#[tokio::test(start_paused = true)]
async fn a_save_meanwhile_is_a_run_of_its_own() {
    let watched = Watched::start(there(1)).await;
    watched.save("a.py");
    watched.pass(Duration::from_secs(1)).await;
    watched.save("b.py");
    watched.pass(Duration::from_secs(60)).await;
    assert_eq!(watched.told(), [row("a.py", 1, 1), row("b.py", 1, 1)]);
}
