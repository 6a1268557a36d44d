//! Changes whose client leaves while they are being written.

mod rule_folders;

use std::net::SocketAddr;
use std::task::Poll;

use serde_json::json;

use super::{Engine, EngineConfig, Listen};
use crate::answering::Mode;
use crate::bots::NewBot;
use crate::settings::Theme;

async fn started(dir: &std::path::Path) -> Engine {
    // A second test in this process finds it installed.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let config = EngineConfig {
        log_dir: None,
        data_dir: dir.to_owned(),
        listen: Listen::Fixed(SocketAddr::from(([127, 0, 0, 1], 0))),
        version: "0",
        first_bot: "first".to_owned(),
    };
    Engine::start(config).await.unwrap()
}

/// Polls a call once and drops it, as happens to the call of a client that leaves.
async fn leave(call: impl Future) {
    let mut call = Box::pin(call);
    let polled = std::future::poll_fn(|context| Poll::Ready(call.as_mut().poll(context))).await;
    assert!(polled.is_pending(), "it waits for the disk");
}

#[tokio::test]
async fn a_bot_whose_client_leaves_is_changed_on_disk_and_in_memory() {
    let dir = tempfile::tempdir().unwrap();
    let engine = started(dir.path()).await;
    let new = NewBot {
        name: "other".to_owned(),
        ..NewBot::default()
    };
    let other = engine.create_bot(new).await.unwrap();
    let mut answering = engine.bot(None).unwrap().answering.clone();
    answering.mode = Mode::Hold;
    leave(engine.set_answering(None, answering)).await;
    // Begins after the change before, and writes nothing of it.
    engine.delete_bot(other.id).await.unwrap();
    let row = engine.shared.store.bots().await.unwrap().remove(0);
    assert!(
        row.answering.contains(r#""mode":"hold""#),
        "{}",
        row.answering
    );
    assert_eq!(engine.bot(None).unwrap().answering.mode, Mode::Hold);
    engine.shutdown().await;
}

#[tokio::test]
async fn settings_whose_client_leaves_are_in_force_as_they_are_stored() {
    let dir = tempfile::tempdir().unwrap();
    let engine = started(dir.path()).await;
    let patch = json!({"theme": "dark"});
    leave(engine.patch_settings(patch.as_object().unwrap())).await;
    let nothing = serde_json::Map::new();
    engine.patch_settings(&nothing).await.unwrap();
    assert_eq!(engine.settings().theme, Theme::Dark);
    let stored = engine.shared.store.setting("settings").await.unwrap();
    assert!(stored.unwrap().contains(r#""theme":"dark""#));
    engine.shutdown().await;
}
