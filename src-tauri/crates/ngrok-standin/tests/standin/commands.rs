//! What the service sends of its own accord.

use ngrok_standin::{Command, Knobs, Standin};

use crate::support::{Agent, client, soon};

#[tokio::test]
async fn an_agent_answers_commands() {
    let standin = Standin::start(Knobs::default()).await;
    assert_eq!(
        standin.command(Command::Stop).await,
        None,
        "nobody is there"
    );
    let mut client = client(&standin);
    client
        .handle_stop_command(|_| async { Ok(()) })
        .handle_restart_command(|_| async { Err("not now".to_owned()) });
    let _session = soon(client.connect()).await.unwrap();
    assert_eq!(standin.command(Command::Stop).await.unwrap(), "{}");
    let answer = standin.command(Command::Restart).await.unwrap();
    assert_eq!(answer, r#"{"Error":"not now"}"#);
    let answer = standin.command(Command::Update).await.unwrap();
    assert!(answer.contains("no defined callback"), "{answer}");
}

#[tokio::test]
async fn a_tunnel_is_stopped_from_outside() {
    let standin = Standin::start(Knobs::default()).await;
    let mut agent = Agent::start(&client(&standin), "").await;
    standin.until(|one| !one.endpoints().is_empty()).await;
    let command = Command::StopTunnel {
        message: "Stopped in the dashboard.".to_owned(),
        code: Some("ERR_NGROK_1".to_owned()),
    };
    assert_eq!(
        standin.command(command).await,
        None,
        "no answer belongs to it"
    );
    let end = soon(agent.ended.recv()).await.unwrap();
    let Some(ngrok::tunnel::AcceptError::ListenerClosed {
        message,
        error_code,
    }) = end
    else {
        panic!("the listener ended with {end:?}");
    };
    assert_eq!(message, "Stopped in the dashboard.");
    assert_eq!(error_code.as_deref(), Some("ERR_NGROK_1"));
}
