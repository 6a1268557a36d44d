//! What a second start says on its way out.
//!
//! The single-instance plugin ends a second process inside its own set-up, with no callback on that
//! side; all it does first is drop the app's resources. So a resource does the talking: it is laid
//! out before that plugin and taken away as soon as the start goes on.

use std::sync::atomic::{AtomicBool, Ordering};

use tauri::plugin::{Builder, TauriPlugin};
use tauri::{AppHandle, Manager as _, Resource, ResourceId, Wry};

use crate::{start, words};

struct Sentence {
    needed: AtomicBool,
}

struct SentenceId(ResourceId);

impl Resource for Sentence {}

impl Drop for Sentence {
    fn drop(&mut self) {
        if self.needed.load(Ordering::Relaxed) {
            start::say(words::ALREADY_OPEN.template(control::system_language()));
        }
    }
}

/// To be registered just before the single-instance plugin.
pub(crate) fn plugin() -> TauriPlugin<Wry> {
    Builder::new("second-start")
        .setup(|app, _| {
            let id = app.resources_table().add(Sentence {
                needed: AtomicBool::new(true),
            });
            app.manage(SentenceId(id));
            Ok(())
        })
        .build()
}

/// To be called once every plugin is set up.
pub(crate) fn this_is_the_first(app: &AppHandle) {
    let id = app.state::<SentenceId>().0;
    if let Ok(sentence) = app.resources_table().take::<Sentence>(id) {
        sentence.needed.store(false, Ordering::Relaxed);
    }
}
