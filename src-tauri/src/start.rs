//! The start: the engine first, then the window over it, or one sentence why not.

use std::process::ExitCode;

use engine::{Engine, EngineConfig, Listen};
use messages::Say as _;
use tauri::{App, AppHandle, Manager as _, RunEvent};
use tauri_plugin_dialog::{DialogExt as _, MessageDialogKind};
use tauri_plugin_window_state::StateFlags;

use crate::leaving::{self, Shell};
use crate::options::{DataDir, Options};
use crate::{log, save, scheme, second_start, window, words};

/// The exit code of every start that failed, as in `hookloupe-cli`.
const REFUSED: u8 = 2;

/// Runs the app until it is left.
pub(crate) fn run(options: Options) -> ExitCode {
    let language = control::system_language();
    let Some(data_dir) = options.data_dir() else {
        return refuse_on_stderr(words::NO_HOME.template(language));
    };
    if !has_display() {
        return refuse_on_stderr(&words::NO_WINDOW.arg(&words::NO_DISPLAY).text(language));
    }
    match build(data_dir) {
        Ok(app) => {
            let code = app.run_return(|app, event| {
                if matches!(event, RunEvent::Exit) {
                    leaving::on_exit(app);
                }
            });
            u8::try_from(code).map_or(ExitCode::FAILURE, ExitCode::from)
        }
        Err(problem) => refuse_on_stderr(&words::NO_WINDOW.arg(problem.to_string()).text(language)),
    }
}

/// Whether a display is named. Without one the window library would panic instead of failing.
fn has_display() -> bool {
    let named = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || named("DISPLAY") || named("WAYLAND_DISPLAY")
}

fn build(data_dir: DataDir) -> tauri::Result<App> {
    let mut context = tauri::generate_context!();
    context.config_mut().identifier = data_dir.identifier(&context.config().identifier);
    let window_state = tauri_plugin_window_state::Builder::new()
        .with_filename(data_dir.path.join("window.json").to_string_lossy())
        // Shown when its page has loaded, and never reopened over the whole screen by surprise.
        .with_state_flags(StateFlags::POSITION | StateFlags::SIZE | StateFlags::MAXIMIZED)
        .build();
    tauri::Builder::default()
        .plugin(second_start::plugin())
        .plugin(tauri_plugin_single_instance::init(|app, _, _| {
            window::focus(app)
        }))
        .plugin(window_state)
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_clipboard_manager::init())
        .plugin(tauri_plugin_notification::init())
        .plugin(tauri_plugin_opener::init())
        .register_asynchronous_uri_scheme_protocol(scheme::SCHEME, |context, request, responder| {
            let Some(shell) = context.app_handle().try_state::<Shell>() else {
                return;
            };
            let answer = scheme::answer(shell.router.clone(), request);
            tauri::async_runtime::spawn(async move { responder.respond(answer.await) });
        })
        .invoke_handler(tauri::generate_handler![log::open_log, save::save_file])
        .on_window_event(|window, event| leaving::on_window_event(window.app_handle(), event))
        .setup(move |app| {
            second_start::this_is_the_first(app.handle());
            if let Err(problem) = start(app, &data_dir) {
                let sentence = words::NO_WINDOW.arg(problem.to_string());
                refuse_in_a_dialog(app.handle(), sentence.text(control::system_language()));
            }
            Ok(())
        })
        .build(context)
}

/// Starts the engine and opens the window. What fails is shown in a dialog: handed back to Tauri,
/// it would be a panic.
fn start(app: &App, data_dir: &DataDir) -> tauri::Result<()> {
    let config = EngineConfig {
        log_dir: Some(log::dir(&data_dir.path)),
        data_dir: data_dir.path.clone(),
        listen: Listen::Remembered,
        version: env!("CARGO_PKG_VERSION"),
        first_bot: words::FIRST_BOT
            .template(control::system_language())
            .to_owned(),
    };
    let engine = match tauri::async_runtime::block_on(Engine::start(config)) {
        Ok(engine) => engine,
        Err(problem) => {
            let sentence = problem.message().text(control::system_language());
            refuse_in_a_dialog(app.handle(), sentence);
            return Ok(());
        }
    };
    if let Err(problem) = log::start(&data_dir.path) {
        // A log is worth less than the app.
        let sentence = words::NO_LOG.arg(problem.to_string());
        say(&sentence.text(control::system_language()));
    }
    tracing::info!(version = env!("CARGO_PKG_VERSION"), webhook = %engine.webhook_addr(), "started");
    let router = control::app(&engine);
    app.manage(Shell::new(engine, router));
    app.manage(log::LogOf(data_dir.path.clone()));
    tauri::async_runtime::spawn(leaving::on_signal(app.handle().clone()));
    window::open(app.handle(), &data_dir.path)
}

/// Says why there is no start, to whoever started this from a terminal.
pub(crate) fn refuse_on_stderr(sentence: &str) -> ExitCode {
    say(sentence);
    ExitCode::from(REFUSED)
}

#[expect(
    clippy::print_stderr,
    reason = "before the log exists, stderr is all there is"
)]
pub(crate) fn say(sentence: &str) {
    eprintln!("{sentence}");
}

/// Who starts the app from an icon sees no stderr.
fn refuse_in_a_dialog(app: &AppHandle, sentence: String) {
    say(&sentence);
    let leave = app.clone();
    app.dialog()
        .message(sentence)
        .title("Hookloupe")
        .kind(MessageDialogKind::Error)
        .show(move |_| leave.exit(i32::from(REFUSED)));
}
