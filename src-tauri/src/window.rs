//! The one window: its size, its colour before the page is there, and what the page may not do.

use std::path::Path;
use std::time::Duration;

use messages::Lang;
use tauri::utils::config::WebviewUrl;
use tauri::webview::{NewWindowResponse, PageLoadEvent};
use tauri::window::Color;
use tauri::{AppHandle, Manager as _, Theme, Url, WebviewWindow, WebviewWindowBuilder};

use crate::scheme;

/// The window's label, which the capabilities name.
pub(crate) const LABEL: &str = "main";

const FIRST_SIZE: (f64, f64) = (1280.0, 800.0);
const LEAST_SIZE: (f64, f64) = (900.0, 600.0);

/// The page's own background in `tokens.css`, so that nothing flashes before its first paint.
const LIGHT: Color = Color(0xff, 0xff, 0xff, 0xff);
const DARK: Color = Color(0x16, 0x17, 0x1c, 0xff);

/// A page that has not loaded by then is shown anyway: an empty window tells more than none.
const SHOWN_AT_LATEST: Duration = Duration::from_secs(3);

/// Opens the window, hidden until its page has loaded.
pub(crate) fn open(app: &AppHandle, data_dir: &Path) -> tauri::Result<()> {
    let page: Url = scheme::PAGE.parse().map_err(tauri::Error::InvalidUrl)?;
    let scheme_and_host = (page.scheme().to_owned(), page.host_str().map(str::to_owned));
    let window = WebviewWindowBuilder::new(app, LABEL, WebviewUrl::CustomProtocol(page))
        .title("Hookloupe")
        .inner_size(FIRST_SIZE.0, FIRST_SIZE.1)
        .min_inner_size(LEAST_SIZE.0, LEAST_SIZE.1)
        .visible(false)
        .initialization_script(language(control::system_language()))
        .data_directory(data_dir.join("webview"))
        // Files dropped on the window belong to the page.
        .disable_drag_drop_handler()
        .on_navigation(move |url| {
            (url.scheme(), url.host_str())
                == (scheme_and_host.0.as_str(), scheme_and_host.1.as_deref())
        })
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .on_page_load(|window, load| {
            if matches!(load.event(), PageLoadEvent::Finished) {
                show(&window);
            }
        })
        .build()?;
    let dark = matches!(window.theme(), Ok(Theme::Dark));
    window.set_background_color(Some(if dark { DARK } else { LIGHT }))?;
    tauri::async_runtime::spawn(async move {
        tokio::time::sleep(SHOWN_AT_LATEST).await;
        show(&window);
    });
    Ok(())
}

/// Tells the page the program's language: the web view knows the locales that the machine has, and
/// not what the environment names.
fn language(language: Lang) -> String {
    format!("window.hookloupeLanguage = \"{language}\";")
}

/// Brings the window to the front: for a second start.
pub(crate) fn focus(app: &AppHandle) {
    if let Some(window) = app.get_webview_window(LABEL) {
        let brought = window
            .show()
            .and_then(|()| window.unminimize())
            .and_then(|()| window.set_focus());
        if let Err(problem) = brought {
            tracing::warn!("the window could not be brought to the front: {problem}");
        }
    }
}

/// Shows the window once; later loads leave it as the person left it.
fn show(window: &WebviewWindow) {
    if matches!(window.is_visible(), Ok(false)) && window.show().is_ok() {
        tracing::debug!("window shown");
    }
}
