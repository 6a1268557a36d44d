//! Conversations that are sent again after each save.

mod folder;
mod send;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use protocol::Exchange;
use url::{Host, Url};

use super::Engine;
use super::followed_folder::Following;
use crate::conversation_words as words;
use crate::error::{Error, Invalid, Subject};
use crate::replay::{Target, destination};
use crate::rule_folders::Silent;
use crate::watch::{Saves, WatchPlan, WatchView, Watching, follow};
use folder::Told;
use send::WatchedServer;

/// Conversations at once.
pub const WATCHED_MAX: usize = 50;

/// Turns of all of them: a server answers some hundreds in a second, and each save sends all.
const TURNS_MAX: usize = 1000;

impl Engine {
    /// How what is watched stands.
    ///
    /// # Errors
    /// Nothing is watched.
    pub fn watch(&self) -> Result<WatchView, Error> {
        let current = self.shared.watch.current();
        let current = current.ok_or(Error::NotFound(Subject::Watch))?;
        Ok(current.view())
    }

    /// Watches a folder, in place of what was watched before.
    ///
    /// # Errors
    /// There is no such conversation, something does not fit, or it cannot be saved.
    pub async fn set_watch(&self, plan: WatchPlan) -> Result<WatchView, Error> {
        check_target(&plan.target)?;
        if self.is_own_address(&plan.target).await {
            return Err(Invalid::own_address("/target").into());
        }
        let place = self.watchable(&plan.folder).await?;
        if plan.conversations.is_empty() || plan.conversations.len() > WATCHED_MAX {
            let message = words::WATCHED_CONVERSATIONS.arg(WATCHED_MAX as u64);
            return Err(Invalid::new("/conversations", message).into());
        }
        let mut turns = 0;
        for id in &plan.conversations {
            turns += self.newest_turns(*id, TURNS_MAX + 1).await?.1.len();
        }
        if turns > TURNS_MAX {
            let message = words::WATCHED_TURNS.arg(TURNS_MAX as u64);
            return Err(Invalid::new("/conversations", message).into());
        }
        let engine = self.clone();
        self.to_its_end(async move {
            let watching = engine.watching(plan, place);
            // Before it is told that it is watched: a save right behind that counts.
            let following = engine.look_first(&watching).await;
            engine.shared.watch.put(Some(Arc::clone(&watching))).await?;
            engine.begin_watching(Arc::clone(&watching), following);
            Ok(watching.view())
        })
        .await
    }

    /// Watches nothing any more.
    ///
    /// # Errors
    /// It cannot be saved.
    pub async fn end_watch(&self) -> Result<(), Error> {
        let engine = self.clone();
        self.to_its_end(async move { Ok(engine.shared.watch.put(None).await?) })
            .await
    }

    /// Goes on with what was watched in the last run.
    pub(crate) fn watch_stored(&self) {
        let Some(plan) = self.shared.watch.stored() else {
            return;
        };
        if check_target(&plan.target).is_err() {
            tracing::warn!("what was watched has a target on another machine, and is not watched");
            return;
        }
        let place = plan.folder.clone();
        let watching = self.watching(plan, place);
        self.shared.watch.begin(Some(Arc::clone(&watching)));
        self.begin_watching(watching, Following::default());
    }

    fn watching(&self, plan: WatchPlan, place: PathBuf) -> Arc<Watching> {
        let saves = Saves::new(&plan.folder).with_place(place);
        let stop = self.shared.stop.child_token();
        Arc::new(Watching::new(plan, saves, stop))
    }

    fn begin_watching(&self, watching: Arc<Watching>, following: Following<Told>) {
        let (engine, looked_at) = (self.clone(), Arc::clone(&watching));
        self.shared.tasks.spawn(async move {
            let stop = looked_at.stop.clone();
            let looking = engine.look_at(&looked_at, following);
            stop.run_until_cancelled(looking).await;
        });
        let server = WatchedServer::new(self.clone(), Arc::clone(&watching));
        self.shared.tasks.spawn(async move {
            let following = follow(&server, &watching.saves);
            watching.stop.run_until_cancelled(following).await;
        });
    }

    /// That a folder is there; its true name.
    async fn watchable(&self, folder: &Path) -> Result<PathBuf, Error> {
        let wrong = || Error::from(Invalid::new("/folder", &words::WATCHED_FOLDER));
        let is_text = folder.to_str().is_some_and(|text| !text.contains('\0'));
        if !folder.is_absolute() || !is_text {
            return Err(wrong());
        }
        let path = folder.to_owned();
        let look = move || path.is_dir().then(|| path.canonicalize().unwrap_or(path));
        let looked = self.shared.rule_folders.disks.work(folder, look, drop);
        match looked.await {
            Ok(Some(place)) => Ok(place),
            Ok(None) => Err(wrong()),
            Err(Silent) => {
                let message = words::WATCHED_SILENT.arg(folder.display().to_string());
                Err(Invalid::new("/folder", message).into())
            }
        }
    }
}

/// That an address is one of this machine's by its name: nothing is sent elsewhere unasked.
fn check_target(target: &str) -> Result<(), Error> {
    destination(Target::Below(target.to_owned()), &Exchange::default(), None)?;
    let url = Url::parse(target).ok();
    let is_here = match url.as_ref().and_then(Url::host) {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    };
    match is_here {
        true => Ok(()),
        false => Err(Invalid::new("/target", &words::WATCHED_TARGET).into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_by_its_own_names_is_asked() {
        for target in [
            "http://127.0.0.1:3000/hook",
            "http://127.8.8.8/",
            "https://[::1]:3000",
            "http://LOCALHOST:1/",
            "http://user:password@localhost/",
        ] {
            assert!(check_target(target).is_ok(), "{target}");
        }
        for target in [
            "",
            "localhost:3000",
            "upstream",
            "self",
            "ftp://localhost/",
            "http://0.0.0.0:3000/",
            "http://[::]:3000/",
            "http://[::ffff:127.0.0.1]/",
            "http://localhost.example/",
            "http://127.0.0.1.example/",
            "http://localhost@bot.example/",
            "http://192.168.0.7/",
            "http://bot.localhost/",
        ] {
            let error = check_target(target).unwrap_err();
            let Error::Invalid(invalid) = error else {
                panic!("{target}: {error}");
            };
            assert_eq!(invalid.pointer, "/target", "{target}");
        }
    }
}
