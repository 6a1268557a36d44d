//! A folder that is followed by its path: which it is by now, and what tells of changes in it.

use notify::RecommendedWatcher;

use crate::bot_rules::folder::Identity;

/// Which folder a path leads to, and what tells of changes in it.
pub(in crate::engine) struct Following<W = RecommendedWatcher> {
    folder: Option<Identity>,
    watcher: Option<W>,
}

impl<W> Default for Following<W> {
    fn default() -> Self {
        Self {
            folder: None,
            watcher: None,
        }
    }
}

impl<W> Following<W> {
    /// Whether the system tells of changes.
    pub(in crate::engine) const fn is_told(&self) -> bool {
        self.watcher.is_some()
    }

    /// What tells of changes.
    pub(in crate::engine) const fn watcher(&self) -> Option<&W> {
        self.watcher.as_ref()
    }

    /// Whether the path leads to another folder than at the last look.
    pub(in crate::engine) fn is_another(&self, now: Option<&Identity>) -> bool {
        now != self.folder.as_ref()
    }

    /// Whether there was a folder at the last look.
    pub(in crate::engine) const fn is_there(&self) -> bool {
        self.folder.is_some()
    }

    /// Looks where the path leads to by now: by its name it may be another folder than before, a
    /// drive that is there again. Where nothing tells of changes a watcher is tried again: what it
    /// takes may be free by now. Whether something may have changed that nothing told of.
    pub(in crate::engine) fn look<E: std::fmt::Display>(
        &mut self,
        now: Option<Identity>,
        watcher: impl FnOnce() -> Result<W, E>,
    ) -> bool {
        let is_another = now != self.folder;
        if !is_another && self.watcher.is_some() {
            return false;
        }
        self.folder = now;
        self.watcher = None;
        if self.folder.is_some() {
            match watcher() {
                Ok(watcher) => self.watcher = Some(watcher),
                // Told once of a folder, however often it is tried.
                Err(error) if is_another => {
                    tracing::warn!(%error, "a folder cannot be watched");
                }
                Err(_) => {}
            }
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_watcher_that_cannot_be_made_is_tried_again_until_there_is_one() {
        let home = tempfile::tempdir().unwrap();
        let here = Identity::of(home.path());
        assert!(here.is_some());
        let mut following = Following::default();
        let too_many = || Err::<u8, _>("too many watches");
        let none = || -> Result<u8, &str> { panic!("there is one, or nothing to watch") };
        for _ in 0..2 {
            assert!(following.look(here.clone(), too_many));
            assert_eq!(following.watcher, None);
        }
        // Without one it is read in any case, and once more where one begins.
        assert!(following.look(here.clone(), || Ok::<_, &str>(1)));
        assert_eq!(following.watcher, Some(1));
        assert!(!following.look(here.clone(), none));
        // One that is gone is looked for; another one in its place has a watcher of its own.
        assert!(following.look(None, none));
        assert_eq!(following.watcher, None);
        assert!(following.look(None, none));
        assert!(following.look(here, || Ok::<_, &str>(2)));
        let other = tempfile::tempdir().unwrap();
        let there = Identity::of(other.path());
        assert!(following.look(there.clone(), || Ok::<_, &str>(3)));
        assert_eq!(following.watcher, Some(3));
        assert!(!following.look(there, none));
    }
}
