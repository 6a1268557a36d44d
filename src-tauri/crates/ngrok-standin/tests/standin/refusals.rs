//! What the client makes of errors: codes, texts, and a server that does not answer.

use std::time::Duration;

use ngrok::Error;
use ngrok_standin::{Kind, Knobs, Refusal, Standin};

use crate::support::{Agent, client, soon};

/// A token of the right form that nobody gave out.
const WELL_FORMED: &str = "2abcDEFghiJKLmnoPQRstuVWXyz_4aBcDeFgHiJkLmNoPqRsT";
/// Long enough that an answer on loopback would have come.
const A_WHILE: Duration = Duration::from_millis(200);

/// The code and the text that a token is refused with.
async fn refused(standin: &Standin, token: &str) -> (String, String) {
    let mut client = client(standin);
    client.authtoken(token);
    let Err(error) = soon(client.connect()).await else {
        panic!("the token is let in");
    };
    (error.error_code().unwrap().to_owned(), error.msg())
}

#[tokio::test]
async fn a_wrong_token_is_refused_as_the_service_does() {
    let standin = Standin::start(Knobs::default()).await;
    let (code, text) = refused(&standin, WELL_FORMED).await;
    assert_eq!(code, "ERR_NGROK_107");
    assert!(text.starts_with("The authtoken you specified is properly formed"));
    assert!(text.contains(WELL_FORMED), "the service repeats the token");
    assert_eq!(refused(&standin, "").await.0, "ERR_NGROK_4018");
    let (code, text) = refused(&standin, "a typing error").await;
    assert_eq!(code, "ERR_NGROK_105");
    assert!(text.contains("a typing error"));
    assert!(standin.endpoints().is_empty());
}

#[tokio::test]
async fn every_auth_can_be_refused_and_let_in_again() {
    let standin = Standin::start(Knobs::default()).await;
    for refusal in [Refusal::session_limit(), Refusal::region()] {
        let wanted = refusal.code.clone();
        standin.knobs().refuse_auth = Some(refusal);
        assert_eq!(refused(&standin, "standin-token").await.0, wanted);
    }
    standin.knobs().refuse_auth = None;
    soon(client(&standin).connect()).await.unwrap();
}

#[tokio::test]
async fn a_bind_can_be_refused_and_the_session_lives_on() {
    let standin = Standin::start(Knobs::default()).await;
    let refusal = Refusal::busy("https://bot.example.test");
    standin.knobs().refuse_bind = Some(refusal);
    let session = soon(client(&standin).connect()).await.unwrap();
    let endpoint = session.http_endpoint();
    let listening = ngrok::config::TunnelBuilder::listen(&endpoint);
    let error = soon(listening).await.err().unwrap();
    assert_eq!(error.error_code(), Some("ERR_NGROK_334"));
    assert!(standin.endpoints().is_empty());

    standin.knobs().refuse_bind = None;
    soon(ngrok::config::TunnelBuilder::listen(&endpoint))
        .await
        .unwrap();
}

#[tokio::test]
async fn an_endpoint_other_than_http_is_refused_in_words() {
    let standin = Standin::start(Knobs::default()).await;
    let session = soon(client(&standin).connect()).await.unwrap();
    let endpoint = session.tcp_endpoint();
    let listening = ngrok::config::TunnelBuilder::listen(&endpoint);
    let error = soon(listening).await.err().unwrap();
    assert!(
        error.msg().contains("http and https only"),
        "{}",
        error.msg()
    );
}

#[tokio::test]
async fn auth_hangs_for_as_long_as_the_knob_is_set() {
    let standin = Standin::start(Knobs {
        hang_auth: true,
        ..Knobs::default()
    })
    .await;
    let client = client(&standin);
    let mut connecting = tokio::spawn(async move { client.connect().await });
    standin
        .until(|one| one.log().iter().any(|received| received.kind == Kind::Auth))
        .await;
    let waited = tokio::time::timeout(A_WHILE, &mut connecting).await;
    assert!(waited.is_err(), "there is no answer");
    standin.knobs().hang_auth = false;
    soon(connecting).await.unwrap().unwrap();
}

#[tokio::test]
async fn a_client_that_trusts_others_does_not_connect() {
    let standin = Standin::start(Knobs::default()).await;
    let other = Standin::start(Knobs::default()).await;
    let mut client = client(&standin);
    client.ca_cert(std::fs::read(other.ca_file()).unwrap().into());
    let error = soon(client.connect()).await.err().unwrap();
    assert!(
        matches!(error, ngrok::session::ConnectError::Tls(_)),
        "{error:?}"
    );
    standin.until(|one| one.sessions() == 0).await;
}

#[tokio::test]
async fn the_words_of_a_wait_in_vain_are_the_log_without_the_token() {
    let standin = Standin::start(Knobs::default()).await;
    let _agent = Agent::start(&client(&standin), "").await;
    let shown = format!("{:?}", standin.log());
    assert!(
        shown.contains("Auth") && shown.contains("ForwardsTo"),
        "{shown}"
    );
    assert!(!shown.contains("standin-token"), "{shown}");
}
