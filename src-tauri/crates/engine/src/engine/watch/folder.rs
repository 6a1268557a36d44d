//! The watched folder: what tells of saves in it, and whether it is there.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use notify::{Config, RecommendedWatcher, RecursiveMode, Watcher as _};

use crate::bot_rules::folder::Identity;
use crate::conversation_words as words;
use crate::engine::Engine;
use crate::engine::followed_folder::Following;
use crate::rule_folders::Silent;
use crate::watch::{Saves, Watching};

/// Between two looks whether the folder is there, and is the same.
const LOOK_AGAIN: Duration = Duration::from_secs(5);

/// What a look found.
struct Looked {
    following: Following<Told>,
    /// It is another folder than before, and something may have been saved in it.
    is_another: bool,
}

/// What tells of saves.
pub(super) struct Told {
    _watcher: RecommendedWatcher,
    /// In the folder's own files alone: the system watches no more folders.
    is_flat: bool,
}

impl Engine {
    /// Looks at the folder until it is not watched any more. One that comes later may have been
    /// saved in.
    pub(super) async fn look_at(&self, watching: &Arc<Watching>, mut following: Following<Told>) {
        let mut is_first = !following.is_there();
        loop {
            let looked = self.look_once(watching, following).await;
            following = looked.following;
            if looked.is_another && following.is_there() && !is_first {
                watching.saves.saved_something();
            }
            is_first = false;
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }

    /// Looks at it for the first time: from here on saves are told of.
    pub(super) async fn look_first(&self, watching: &Arc<Watching>) -> Following<Told> {
        let looked = self.look_once(watching, Following::default()).await;
        looked.following
    }

    async fn look_once(&self, watching: &Arc<Watching>, following: Following<Told>) -> Looked {
        let place = || watching.plan.folder.display().to_string();
        let looked = match self.looked(watching, following).await {
            Ok(looked) => looked,
            Err(Silent) => {
                watching.folder_is(Some(words::WATCHED_SILENT.arg(place())));
                return Looked {
                    following: Following::default(),
                    is_another: false,
                };
            }
        };
        let told = looked.following.watcher();
        watching.folder_is(match (looked.following.is_there(), told) {
            (false, _) => Some(words::WATCHED_GONE.arg(place())),
            (true, None) => Some(words::WATCHED_UNTOLD.arg(place())),
            (true, Some(told)) => told.is_flat.then(|| words::WATCHED_FLAT.arg(place())),
        });
        looked
    }

    async fn looked(
        &self,
        watching: &Arc<Watching>,
        following: Following<Told>,
    ) -> Result<Looked, Silent> {
        let (path, saves) = (watching.plan.folder.clone(), Arc::clone(&watching.saves));
        let look = move || {
            let mut following = following;
            let now = Identity::of(&path);
            let is_another = following.is_another(now.as_ref());
            following.look(now, || told_of(&path, &saves));
            Looked {
                following,
                is_another,
            }
        };
        let folder = &watching.plan.folder;
        self.shared
            .rule_folders
            .disks
            .work(folder, look, drop)
            .await
    }
}

/// Has the system tell of saves below a folder.
fn told_of(dir: &Path, saves: &Arc<Saves>) -> notify::Result<Told> {
    // Below a folder are as many watches as folders, of which the system may have too few.
    let mut failed = None;
    for (mode, is_flat) in [
        (RecursiveMode::Recursive, false),
        (RecursiveMode::NonRecursive, true),
    ] {
        let saves = Arc::clone(saves);
        let told = move |event: notify::Result<notify::Event>| match event {
            // Reading is no save, and what a folder says of itself neither.
            Ok(event) if event.kind.is_access() => {}
            Ok(event) if event.need_rescan() => saves.saved_something(),
            Ok(event) => {
                for path in &event.paths {
                    saves.saved(path);
                }
            }
            Err(error) => tracing::debug!(%error, "a save may have been missed"),
        };
        // A link may lead anywhere.
        let config = Config::default().with_follow_symlinks(false);
        let mut watcher = RecommendedWatcher::new(told, config)?;
        match watcher.watch(dir, mode) {
            Ok(()) => {
                return Ok(Told {
                    _watcher: watcher,
                    is_flat,
                });
            }
            Err(error) => failed = Some(error),
        }
    }
    Err(failed.unwrap_or_else(|| notify::Error::generic("nothing tells of changes")))
}
