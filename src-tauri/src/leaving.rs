//! Every way out of the app: a closed window, the system's quit, a signal. All answer what is held
//! and flush the history first, and only a person's own close is asked about.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use engine::Engine;
use tauri::{AppHandle, Manager as _, WindowEvent};
use tauri_plugin_dialog::{DialogExt as _, MessageDialogButtons, MessageDialogKind};

use crate::{window, words};

/// The engine gives itself five seconds; past this the process leaves without it.
const SHUTDOWN_AT_MOST: Duration = Duration::from_secs(6);

/// What the app runs over, and how far it is with leaving.
pub(crate) struct Shell {
    pub(crate) engine: Engine,
    pub(crate) router: Router,
    /// The question is on the screen.
    asking: AtomicBool,
    /// There is no way back.
    leaving: AtomicBool,
}

impl Shell {
    pub(crate) fn new(engine: Engine, router: Router) -> Self {
        Self {
            engine,
            router,
            asking: AtomicBool::new(false),
            leaving: AtomicBool::new(false),
        }
    }
}

/// A person closes the window: at once when nothing waits, else after a question.
pub(crate) fn on_window_event(app: &AppHandle, event: &WindowEvent) {
    let WindowEvent::CloseRequested { api, .. } = event else {
        return;
    };
    let Some(shell) = app.try_state::<Shell>() else {
        return;
    };
    api.prevent_close();
    match shell.engine.held_count() {
        0 => leave(app),
        held => ask(app, &shell, held),
    }
}

fn ask(app: &AppHandle, shell: &Shell, held: usize) {
    if shell.asking.swap(true, Ordering::Relaxed) {
        return;
    }
    let lang = control::system_language();
    let buttons = MessageDialogButtons::OkCancelCustom(
        words::CLOSE.template(lang).to_owned(),
        words::STAY.template(lang).to_owned(),
    );
    let mut dialog = app
        .dialog()
        .message(words::held(held, lang).text(lang))
        .title("Hookloupe")
        .kind(MessageDialogKind::Warning)
        .buttons(buttons);
    if let Some(window) = app.get_webview_window(window::LABEL) {
        dialog = dialog.parent(&window);
    }
    let app = app.clone();
    dialog.show(move |close| {
        if let Some(shell) = app.try_state::<Shell>() {
            shell.asking.store(false, Ordering::Relaxed);
        }
        if close {
            leave(&app);
        }
    });
}

/// Hides the window, answers what is held, flushes, exits. Called twice, it leaves once.
pub(crate) fn leave(app: &AppHandle) {
    let Some(shell) = app.try_state::<Shell>() else {
        return app.exit(0);
    };
    if shell.leaving.swap(true, Ordering::Relaxed) {
        return;
    }
    if let Some(window) = app.get_webview_window(window::LABEL) {
        // A window that cannot be hidden goes with the process a moment later.
        let _ = window.hide();
    }
    let (app, engine) = (app.clone(), shell.engine.clone());
    tauri::async_runtime::spawn(async move {
        finish(&engine).await;
        app.exit(0);
    });
}

/// The system ends the app without asking (macOS's quit, a session's end): the last moment to be
/// tidy.
pub(crate) fn on_exit(app: &AppHandle) {
    let Some(shell) = app.try_state::<Shell>() else {
        return;
    };
    if !shell.leaving.swap(true, Ordering::Relaxed) {
        tauri::async_runtime::block_on(finish(&shell.engine));
    }
}

async fn finish(engine: &Engine) {
    match tokio::time::timeout(SHUTDOWN_AT_MOST, engine.shutdown()).await {
        Ok(()) => tracing::info!("left"),
        Err(_) => tracing::error!("the engine did not end in {SHUTDOWN_AT_MOST:?}"),
    }
}

/// Leaves on Ctrl-C and SIGTERM, without a question: who sends a signal does not look at the
/// window.
pub(crate) async fn on_signal(app: AppHandle) {
    match signal().await {
        Ok(()) => leave(&app),
        Err(problem) => tracing::warn!("signals are not listened to: {problem}"),
    }
}

#[cfg(unix)]
async fn signal() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupt, mut terminate) = (
        signal(SignalKind::interrupt())?,
        signal(SignalKind::terminate())?,
    );
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    Ok(())
}

#[cfg(not(unix))]
async fn signal() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}
