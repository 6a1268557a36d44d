//! Real programs as an own command: shell scripts that print an address and call the port they were
//! given.

use std::time::Duration;

use http_body_util::Full;
use hyper::Request;
use messages::{Lang, Say as _};
use tempfile::TempDir;
use tokio::net::TcpStream;
use tunnel::{CommandPlan, ErrorClass, Plan, State, Status, Timing, TunnelErrorKind};

use crate::support::{Rig, ask, get, now, timing};

/// Runs a script with the port as its first argument.
fn script(text: &str) -> Plan {
    Plan::Command(CommandPlan {
        program: "/bin/sh".to_owned(),
        args: vec!["-c".into(), text.into(), "script".into(), "{port}".into()],
        url_pattern: r"https://\S+".to_owned(),
        address_changes: false,
        forward_port: None,
    })
}

/// Whether a process runs; one that has ended and was not fetched yet does not.
fn runs(pid: &str) -> bool {
    std::fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| !stat.contains(") Z "))
}

async fn until(what: &str, holds: impl Fn() -> bool) {
    let waiting = async {
        while !holds() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let waited = tokio::time::timeout(crate::support::TIMEOUT, waiting).await;
    assert!(waited.is_ok(), "waited in vain for {what}");
}

#[tokio::test]
async fn the_address_is_found_in_either_stream_and_its_port_leads_here() {
    let rig = Rig::new();
    let plan = script("echo starting; echo port $1 at https://$1.example >&2; exec sleep 60");
    let status = rig.online(plan).await;
    let url = status.url.unwrap();
    let port: u16 = url
        .trim_start_matches("https://")
        .trim_end_matches(".example")
        .parse()
        .unwrap();
    let answer = get(([127, 0, 0, 1], port).into(), "any.example", "/hello").await;
    assert!(answer.status().is_success());
    rig.tunnel.stop().await;
    // Another test may be listening there by now, which answers or does not.
    let request = Request::get("/after-the-stop")
        .body(Full::default())
        .unwrap();
    if TcpStream::connect(("127.0.0.1", port)).await.is_ok() {
        let _ = ask(([127, 0, 0, 1], port).into(), request).await;
    }
    assert_eq!(rig.paths(), ["/hello"]);
}

#[tokio::test]
async fn a_stop_ends_the_whole_tree_even_one_that_does_not_listen() {
    let dir = TempDir::new().unwrap();
    let pids = dir.path().join("pids");
    let text = format!(
        "trap '' TERM; (trap '' TERM; echo $$ >> {0}; sh -c 'echo $$ >> {0}; sleep 60'; sleep 60) & \
         echo https://a.example; wait; sleep 60",
        pids.display()
    );
    let rig = Rig::new();
    rig.online(script(&text)).await;
    let written = || std::fs::read_to_string(&pids).unwrap_or_default();
    until("both processes", || written().lines().count() == 2).await;
    rig.tunnel.stop().await;
    assert_eq!(rig.tunnel.status().state, State::Offline);
    until("the tree to end", || !written().lines().any(runs)).await;
}

#[tokio::test]
async fn a_program_that_is_not_there_is_named() {
    let rig = Rig::new();
    let plan = Plan::Command(CommandPlan {
        program: "no-such-program-anywhere".to_owned(),
        args: Vec::new(),
        url_pattern: r"https://\S+".to_owned(),
        address_changes: false,
        forward_port: None,
    });
    let error = rig.failed(plan).await.error.unwrap();
    assert_eq!(
        (error.kind, error.class()),
        (TunnelErrorKind::CommandMissing, ErrorClass::Config)
    );
    let sentence = error.message().text(Lang::Ru);
    assert!(sentence.contains("no-such-program-anywhere"), "{sentence}");
    assert!(!sentence.contains("os error"), "{sentence}");
    assert_ne!(error.detail.text(Lang::Ru), "");
}

#[tokio::test]
async fn a_program_that_prints_no_address_fails_with_what_it_printed() {
    let timing = Timing {
        address: Duration::from_secs(2),
        ..timing()
    };
    let rig = Rig::with(timing, now);
    let error = rig
        .failed(script("echo please log in first; exec sleep 60"))
        .await
        .error
        .unwrap();
    assert_eq!(error.kind, TunnelErrorKind::NoAddress);
    assert!(
        error.detail.text(Lang::En).contains("please log in first"),
        "{error:?}"
    );
}

#[tokio::test]
async fn an_address_with_a_query_is_passed_over_until_another_one_comes() {
    let both = "echo https://a.example/base?x=1; echo https://b.example; exec sleep 60";
    let status = Rig::new().online(script(both)).await;
    assert_eq!(status.url.as_deref(), Some("https://b.example"));
}

#[tokio::test]
async fn a_program_that_ends_is_started_again() {
    let dir = TempDir::new().unwrap();
    let once = dir.path().join("once");
    let text = format!(
        "echo https://a.example; if mkdir {} 2>/dev/null; then echo; echo out of memory >&2; exit 3; fi; exec sleep 60",
        once.display()
    );
    let rig = Rig::new();
    rig.tunnel.start(script(&text)).await;
    let lost = rig
        .until(|status| status.state == State::Reconnecting)
        .await;
    let error = lost.error.unwrap();
    assert_eq!(
        (error.kind, lost.attempt),
        (TunnelErrorKind::CommandEnded, 1)
    );
    let detail = error.detail.text(Lang::En);
    assert!(detail.starts_with("exit status: 3\n"), "{detail}");
    assert!(detail.contains("out of memory"), "{detail}");
    assert!(detail.lines().all(|line| !line.is_empty()), "{detail:?}");
    let sentence = error.message().text(Lang::Ru);
    assert!(
        sentence.starts_with("Программа «/bin/sh» завершилась."),
        "{sentence}"
    );
    rig.until(|status| status.state == State::Online).await;
}

/// A script whose plan takes other addresses than the first, or does not.
fn changing(text: &str, address_changes: bool) -> Plan {
    match script(text) {
        Plan::Command(plan) => Plan::Command(CommandPlan {
            address_changes,
            ..plan
        }),
        other => other,
    }
}

#[tokio::test]
async fn a_later_address_is_taken_only_where_the_plan_says_so() {
    let rig = Rig::new();
    let two = "echo https://a.example; echo https://b.example";
    rig.tunnel.start(changing(two, false)).await;
    // By its end all that it printed is read.
    rig.until(|status| status.state == State::Reconnecting)
        .await;
    let is_second = |status: &Status| status.url.as_deref() == Some("https://b.example");
    assert!(!rig.history().iter().any(is_second), "{:?}", rig.history());
    let text = format!("{two}; exec sleep 60");
    rig.tunnel.start(changing(&text, true)).await;
    rig.until(is_second).await;
}

#[tokio::test]
async fn the_address_of_an_error_does_not_make_a_tunnel() {
    let rig = Rig::new();
    let Plan::Command(plan) = script(
        r#"echo 'failed to request quick Tunnel: Post "https://api.trycloudflare.com/tunnel": EOF'
           echo 'INF |  https://blue-sky.trycloudflare.com  |'; exec sleep 60"#,
    ) else {
        unreachable!("a command")
    };
    let plan = CommandPlan {
        url_pattern: r"https://[-a-z0-9]+\.trycloudflare\.com".to_owned(),
        ..plan
    };
    rig.online(Plan::Command(plan)).await;
    let urls: Vec<_> = rig
        .history()
        .into_iter()
        .filter_map(|status| status.url)
        .collect();
    let right = |url: &String| url == "https://blue-sky.trycloudflare.com";
    assert!(urls.iter().all(right), "{urls:?}");
}

#[tokio::test]
async fn an_indented_line_behind_an_error_is_of_the_error_and_the_other_stream_is_not() {
    let rig = Rig::new();
    let text = "echo 'Error: request failed'; echo '  at https://127.0.0.1:9/v1'; \
                echo '  by https://127.0.0.1:9/v2'; echo 'now https://a.example'; exec sleep 60";
    let status = rig.online(script(text)).await;
    assert_eq!(status.url.as_deref(), Some("https://a.example"));
    let text = "echo 'Error: request failed' >&2; echo '  * https://b.example'; exec sleep 60";
    let is_second = |status: &Status| status.url.as_deref() == Some("https://b.example");
    rig.tunnel.start(script(text)).await;
    rig.until(is_second).await;
}

#[tokio::test]
async fn an_address_at_the_end_of_the_output_needs_no_line_break() {
    let rig = Rig::new();
    let status = rig
        .online(script("printf https://a.example; exec sleep 60"))
        .await;
    assert_eq!(status.url.as_deref(), Some("https://a.example"));
}

#[tokio::test]
async fn nothing_is_read_by_a_shell() {
    let dir = TempDir::new().unwrap();
    let made = dir.path().join("made");
    let rig = Rig::new();
    let plan = Plan::Command(CommandPlan {
        program: "echo".to_owned(),
        args: vec![format!("https://a.example; touch {}", made.display())],
        url_pattern: r"https://[a-z.]+".to_owned(),
        address_changes: false,
        forward_port: None,
    });
    rig.tunnel.start(plan).await;
    rig.until(|status| status.state == State::Reconnecting)
        .await;
    assert!(!made.exists());
}

#[tokio::test]
async fn lines_without_end_and_broken_text_do_no_harm() {
    let rig = Rig::new();
    let text = r"head -c 300000 /dev/zero | tr '\0' x; printf '\377\376\n'; echo https://a.example; exec sleep 60";
    rig.online(script(text)).await;
}
