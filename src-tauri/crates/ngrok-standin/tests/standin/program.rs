//! The program, as a developer starts it.

use std::process::Stdio;

use ngrok::Session;
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::support::soon;

#[expect(clippy::disallowed_methods, reason = "the program under test")]
fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ngrok-standin"));
    command
        .args(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command
}

async fn first_line(program: &mut Child) -> Value {
    let mut line = String::new();
    let mut stdout = BufReader::new(program.stdout.take().unwrap());
    soon(stdout.read_line(&mut line)).await.unwrap();
    serde_json::from_str(&line).unwrap()
}

#[tokio::test]
async fn its_first_line_tells_all_that_an_agent_needs() {
    let directory = tempfile::tempdir().unwrap();
    let ca_file = directory.path().join("ca.pem");
    let ca_file = ca_file.to_str().unwrap();
    let arguments = ["--token", "one", "--token", "two", "--ca-file", ca_file];
    let mut program = program(&arguments)
        // It is killed below, and leaves its temporary file where it is.
        .env("TMPDIR", directory.path())
        .env("TMP", directory.path())
        .spawn()
        .unwrap();
    let printed = first_line(&mut program).await;
    assert_eq!(printed["ca_file"], ca_file);
    assert_eq!(printed["tokens"], serde_json::json!(["one", "two"]));

    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut client = Session::builder();
    client
        .authtoken("two")
        .server_addr(printed["server"].as_str().unwrap())
        .unwrap()
        .ca_cert(std::fs::read(ca_file).unwrap().into());
    let session = soon(client.connect()).await.unwrap();
    let endpoint = session.http_endpoint();
    let tunnel = soon(ngrok::config::TunnelBuilder::listen(&endpoint))
        .await
        .unwrap();
    let url = ngrok::tunnel::EndpointInfo::url(&tunnel);
    assert_eq!(printed["public"], url, "the address can be called as it is");
    soon(program.kill()).await.unwrap();
}

#[cfg(unix)]
#[tokio::test]
async fn it_ends_by_ctrl_c_and_takes_its_temporary_file_along() {
    let mut program = program(&[]).spawn().unwrap();
    let printed = first_line(&mut program).await;
    let ca_file = std::path::PathBuf::from(printed["ca_file"].as_str().unwrap());
    assert!(ca_file.exists());
    let id = program.id().unwrap().to_string();
    #[expect(
        clippy::disallowed_methods,
        reason = "there is no other way to a foreign process"
    )]
    let interrupted = Command::new("kill").args(["-INT", &id]).status();
    assert!(soon(interrupted).await.unwrap().success());
    let status = soon(program.wait()).await.unwrap();
    assert!(status.success(), "{status}");
    assert!(!ca_file.exists());
}

#[tokio::test]
async fn it_listens_on_the_loopback_only() {
    let output = soon(program(&["--public", "0.0.0.0:0"]).output())
        .await
        .unwrap();
    assert!(!output.status.success());
    let printed = String::from_utf8_lossy(&output.stderr);
    assert!(
        printed.contains("not an address of the loopback"),
        "{printed}"
    );
}
