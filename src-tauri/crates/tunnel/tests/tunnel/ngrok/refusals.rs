//! Starts that come to nothing: each ends with its class, its code and a way on.

use std::time::Duration;

use messages::{Lang, Say as _};
use ngrok_standin::{Kind, Knobs, Refusal, ReservedPort, Standin};
use tokio::net::TcpListener;
use tunnel::{ErrorClass, NgrokPlan, Plan, Secret, State, Status, Timing, TunnelErrorKind};

use super::{DOMAIN, count, ngrok, plan, stage};
use crate::support::{Rig, now, timing};

/// Starts against a service that refuses Auth; the status it ends with.
async fn refused(refusal: Refusal) -> Status {
    let (standin, rig) = stage().await;
    standin.knobs().refuse_auth = Some(refusal);
    let status = rig.failed(plan(&standin)).await;
    assert_eq!(count(&standin, Kind::Auth), 1, "one try and no more");
    standin.until(|standin| standin.sessions() == 0).await;
    status
}

fn class_and_code(status: &Status) -> (ErrorClass, Option<&str>) {
    let error = status.error.as_ref().unwrap();
    (error.class(), error.code.as_deref())
}

#[tokio::test]
async fn a_malformed_token_is_refused_without_being_repeated() {
    let (standin, rig) = stage().await;
    let status = rig
        .failed(Plan::Ngrok(NgrokPlan {
            authtoken: Some(Secret::new("not-a-proper-one")),
            ..ngrok(&standin)
        }))
        .await;
    assert_eq!(
        class_and_code(&status),
        (ErrorClass::Token, Some("ERR_NGROK_105"))
    );
    let error = status.error.unwrap();
    assert!(!error.can_retry());
    assert!(
        error.detail.text(Lang::En).contains("•••"),
        "{}",
        error.detail.text(Lang::En)
    );
    assert!(!format!("{error:?}{}", error.message().text(Lang::En)).contains("not-a-proper-one"));
    let help = error.help_url();
    assert_eq!(
        help.as_deref(),
        Some("https://ngrok.com/docs/errors/err_ngrok_105")
    );
}

#[tokio::test]
async fn a_revoked_token_is_refused_without_being_repeated() {
    let token = "2abcDEFghiJKLmnoPQRstu_4aBcDeFgHiJkLmNoPq";
    let (standin, rig) = stage().await;
    let status = rig
        .failed(Plan::Ngrok(NgrokPlan {
            authtoken: Some(Secret::new(token)),
            ..ngrok(&standin)
        }))
        .await;
    assert_eq!(
        class_and_code(&status),
        (ErrorClass::Token, Some("ERR_NGROK_107"))
    );
    assert!(!format!("{status:?}").contains(token));
}

#[tokio::test]
async fn a_missing_token_is_no_reason_to_dial() {
    let (standin, rig) = stage().await;
    let status = rig
        .failed(Plan::Ngrok(NgrokPlan {
            authtoken: None,
            ..ngrok(&standin)
        }))
        .await;
    assert_eq!(status.error.unwrap().kind, TunnelErrorKind::TokenMissing);
    assert_eq!(count(&standin, Kind::Auth), 0);
}

#[tokio::test]
async fn the_session_limit_ends_a_first_start() {
    let status = refused(Refusal::session_limit()).await;
    assert_eq!(
        class_and_code(&status),
        (ErrorClass::SessionLimit, Some("ERR_NGROK_108"))
    );
    assert!(status.error.unwrap().can_retry());
}

#[tokio::test]
async fn a_region_that_is_not_served_ends_a_start() {
    let status = refused(Refusal::region()).await;
    assert_eq!(
        class_and_code(&status),
        (ErrorClass::Region, Some("ERR_NGROK_9040"))
    );
    assert!(!status.error.unwrap().can_retry());
}

#[tokio::test]
async fn a_blocked_account_ends_a_start() {
    let status = refused(Refusal::new("ERR_NGROK_8014", "blocked")).await;
    assert_eq!(
        class_and_code(&status),
        (ErrorClass::Account, Some("ERR_NGROK_8014"))
    );
}

#[tokio::test]
async fn an_unknown_code_is_shown_with_its_text() {
    let status = refused(Refusal::new("ERR_NGROK_77777", "something new")).await;
    assert_eq!(
        class_and_code(&status),
        (ErrorClass::Other, Some("ERR_NGROK_77777"))
    );
    assert_eq!(status.error.unwrap().detail.text(Lang::En), "something new");
}

#[tokio::test]
async fn an_address_that_another_agent_has_ends_a_first_start() {
    let (standin, rig) = stage().await;
    standin.knobs().refuse_bind = Some(Refusal::busy("https://bot.example.test"));
    let status = rig.failed(plan(&standin)).await;
    assert_eq!(
        class_and_code(&status),
        (ErrorClass::AddressBusy, Some("ERR_NGROK_334"))
    );
    assert_eq!(count(&standin, Kind::Bind), 1);
    standin.until(|standin| standin.sessions() == 0).await;
}

#[tokio::test]
async fn what_has_failed_starts_again_by_a_retry() {
    let (standin, rig) = stage().await;
    standin.knobs().refuse_auth = Some(Refusal::session_limit());
    rig.failed(plan(&standin)).await;
    standin.knobs().refuse_auth = None;
    assert!(rig.tunnel.retry().await);
    rig.until(|status| status.state == State::Online).await;
}

#[tokio::test]
async fn a_certificate_of_somebody_else_ends_a_start() {
    let (standin, rig) = stage().await;
    let other = Standin::start(Knobs::default()).await;
    let status = rig
        .failed(Plan::Ngrok(NgrokPlan {
            ca_file: Some(other.ca_file().display().to_string()),
            ..ngrok(&standin)
        }))
        .await;
    let error = status.error.unwrap();
    assert_eq!(error.kind, TunnelErrorKind::CertificateUnknown);
    assert_eq!(count(&standin, Kind::Auth), 0);
}

#[tokio::test]
async fn the_services_own_root_is_the_default() {
    let (standin, rig) = stage().await;
    let status = rig
        .failed(Plan::Ngrok(NgrokPlan {
            ca_file: None,
            ..ngrok(&standin)
        }))
        .await;
    assert_eq!(
        status.error.unwrap().kind,
        TunnelErrorKind::CertificateUnknown
    );
}

#[tokio::test]
async fn the_systems_certificates_do_not_know_the_stand_in() {
    let (standin, rig) = stage().await;
    let status = rig
        .failed(Plan::Ngrok(NgrokPlan {
            ca_file: None,
            system_certificates: true,
            ..ngrok(&standin)
        }))
        .await;
    let kind = status.error.unwrap().kind;
    assert!(
        matches!(
            kind,
            TunnelErrorKind::CertificateUnknown | TunnelErrorKind::TlsFailed
        ),
        "{kind:?}"
    );
}

#[tokio::test]
async fn a_file_without_certificates_ends_a_start() {
    let (standin, rig) = stage().await;
    let empty = tempfile::NamedTempFile::new().unwrap();
    for path in [
        empty.path().display().to_string(),
        "/nowhere/ca.pem".to_owned(),
    ] {
        let status = rig
            .failed(Plan::Ngrok(NgrokPlan {
                ca_file: Some(path),
                ..ngrok(&standin)
            }))
            .await;
        assert_eq!(status.error.unwrap().kind, TunnelErrorKind::CertificateFile);
        rig.tunnel.stop().await;
    }
}

/// Waits for the second try, which tells of the first, and checks that it has a time.
async fn tries_again(rig: &Rig, plan: Plan) -> TunnelErrorKind {
    rig.tunnel.start(plan).await;
    let status = rig
        .until(|status| status.state == State::Reconnecting && status.attempt >= 2)
        .await;
    assert!(status.next_try_at.is_some(), "{status:?}");
    assert_eq!(status.url, None, "there has been no address yet");
    let error = status.error.unwrap();
    assert_eq!(error.class(), ErrorClass::Network);
    assert!(error.can_retry());
    error.kind
}

#[tokio::test]
async fn a_refused_connection_is_tried_again() {
    let (standin, rig) = stage().await;
    let nobody = ReservedPort::take();
    let plan = Plan::Ngrok(NgrokPlan {
        server_addr: Some(nobody.addr().to_string()),
        ..ngrok(&standin)
    });
    assert_eq!(tries_again(&rig, plan).await, TunnelErrorKind::Unreachable);
}

#[tokio::test]
async fn a_name_that_nobody_knows_is_tried_again() {
    let (standin, _) = stage().await;
    let rig = impatient();
    let plan = Plan::Ngrok(NgrokPlan {
        server_addr: Some("nowhere.invalid:443".to_owned()),
        ..ngrok(&standin)
    });
    // Where the system's resolver is silent, it is the time limit that tells.
    let kind = tries_again(&rig, plan).await;
    assert!(
        matches!(
            kind,
            TunnelErrorKind::NameUnknown | TunnelErrorKind::NoAnswer
        ),
        "{kind:?}"
    );
}

#[tokio::test]
async fn a_server_that_says_nothing_is_given_up_and_tried_again() {
    let (standin, _) = stage().await;
    let rig = impatient();
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let plan = Plan::Ngrok(NgrokPlan {
        server_addr: Some(silent.local_addr().unwrap().to_string()),
        ..ngrok(&standin)
    });
    assert_eq!(tries_again(&rig, plan).await, TunnelErrorKind::NoAnswer);
}

#[tokio::test]
async fn a_service_that_never_answers_auth_is_given_up_and_tried_again() {
    let (standin, _) = stage().await;
    let rig = impatient();
    standin.knobs().hang_auth = true;
    assert_eq!(
        tries_again(&rig, plan(&standin)).await,
        TunnelErrorKind::NoAnswer
    );
    standin.knobs().hang_auth = false;
    let status = rig.until(|status| status.state == State::Online).await;
    assert_eq!(
        status.url.as_deref(),
        Some(format!("https://{DOMAIN}").as_str())
    );
    standin.until(|standin| standin.sessions() == 1).await;
}

/// A tunnel that waits for nothing long.
fn impatient() -> Rig {
    let timing = Timing {
        dial: Duration::from_secs(1),
        handshake: Duration::from_secs(1),
        ..timing()
    };
    Rig::with(timing, now)
}
