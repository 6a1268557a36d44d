//! The token is nowhere to be read: not with every event of every crate written out, not in any
//! status, not in the words of a refusal that repeats it.
//!
//! A subscriber for all threads belongs to a process of its own, so the test runs itself once more
//! and reads what that run has printed.

use std::env;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::mpsc as blocking;
use std::thread;

use messages::{Lang, Say as _};
use ngrok_standin::{Knobs, Refusal, Standin};
use tokio::process::Command;
use tokio::sync::{mpsc, oneshot};
use tracing_subscriber::filter::LevelFilter;
use tunnel::{NgrokPlan, Plan, Secret, State, Status};

use crate::support::Rig;

/// Set in the run that is watched.
const WATCHED: &str = "HOOKLOUPE_TEST_WATCHED";
/// This test's name.
const NAME: &str = "ngrok::secrets::the_token_is_in_no_event_status_or_error";
/// Looks like a token of ngrok, so that the service's refusals repeat it.
const TOKEN: &str = "2secretSecretSecretSecret_4secretSecretSecret";
/// Printed last by the run that is watched.
const DONE: &str = "everything was done";

#[tokio::test]
async fn the_token_is_in_no_event_status_or_error() {
    if env::var_os(WATCHED).is_some() {
        return watched().await;
    }
    #[expect(clippy::disallowed_methods, reason = "the test runs itself again")]
    let output = Command::new(env::current_exe().unwrap())
        .args(["--exact", NAME, "--nocapture"])
        .env(WATCHED, "1")
        .stdin(Stdio::null())
        .output()
        .await
        .unwrap();
    let stdout = String::from_utf8_lossy(&output.stdout);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && stderr.contains(DONE), "{stdout}");
    assert!(stderr.contains("TRACE"), "every event is written out");
    for text in [stdout, stderr] {
        for part in [TOKEN, "4secretSecretSecret", "standin-cookie"] {
            let line = text.lines().find(|line| line.contains(part));
            assert_eq!(line, None, "{part}");
        }
    }
}

/// A life of a tunnel, with everything printed that anybody has to say.
async fn watched() {
    tracing_subscriber::fmt()
        .with_max_level(LevelFilter::TRACE)
        .with_writer(std::io::stderr)
        .init();
    let standin = Unheard::start();
    let plan = Plan::Ngrok(NgrokPlan {
        authtoken: Some(Secret::new(TOKEN)),
        server_addr: Some(standin.server_addr.clone()),
        ca_file: Some(standin.ca_file.display().to_string()),
        ..NgrokPlan::default()
    });
    tracing::trace!(?plan, "starts");
    let rig = Rig::new();
    rig.online(plan.clone()).await;
    standin.turn(|standin| standin.drop_sessions()).await;
    rig.until(|status| status.state == State::Reconnecting)
        .await;
    rig.until(|status| status.state == State::Online).await;
    for refusal in [
        Refusal::invalid_token(TOKEN),
        Refusal::malformed_token(TOKEN),
    ] {
        standin
            .turn(move |standin| {
                standin.knobs().refuse_auth = Some(refusal);
                standin.drop_sessions();
            })
            .await;
        let status = rig.until(|status| status.state == State::Failed).await;
        show(&status);
        rig.tunnel.stop().await;
        show(&rig.failed(plan.clone()).await);
    }
    standin
        .turn(|standin| standin.knobs().refuse_auth = None)
        .await;
    rig.online(plan).await;
    rig.tunnel.stop().await;
    for status in rig.history() {
        show(&status);
    }
    tracing::info!("{DONE}");
}

fn show(status: &Status) {
    tracing::info!(?status, "seen");
    if let Some(error) = &status.error {
        let sentences = [
            error.message().text(Lang::En),
            error.message().text(Lang::Ru),
        ];
        tracing::info!(?sentences, "every sentence");
    }
}

/// A stand-in on a thread that no subscriber hears: it is the other side, which knows the token.
struct Unheard {
    server_addr: String,
    ca_file: PathBuf,
    turns: mpsc::Sender<(Turn, oneshot::Sender<()>)>,
}

type Turn = Box<dyn FnOnce(&Standin) + Send>;

impl Unheard {
    fn start() -> Self {
        crate::support::install_tls();
        let (turns, mut requests) = mpsc::channel::<(Turn, oneshot::Sender<()>)>(1);
        let (started, start) = blocking::sync_channel(1);
        thread::spawn(move || {
            let _unheard = tracing::dispatcher::set_default(&tracing::Dispatch::none());
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            let standin = runtime.block_on(Standin::start(Knobs {
                tokens: vec![TOKEN.to_owned()],
                ..Knobs::default()
            }));
            let endpoint = (standin.server_addr(), standin.ca_file().to_owned());
            started.send(endpoint).unwrap();
            runtime.block_on(async {
                while let Some((turn, done)) = requests.recv().await {
                    turn(&standin);
                    let _ = done.send(());
                }
            });
        });
        let (server_addr, ca_file) = start.recv().unwrap();
        Self {
            server_addr,
            ca_file,
            turns,
        }
    }

    /// Does something to it.
    async fn turn(&self, turn: impl FnOnce(&Standin) + Send + 'static) {
        let (done, finished) = oneshot::channel();
        let request = (Box::new(turn) as Turn, done);
        assert!(self.turns.send(request).await.is_ok());
        finished.await.unwrap();
    }
}
