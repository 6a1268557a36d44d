//! Secrets, with key stores that refuse, change and are slow.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use parking_lot::Mutex;
use tunnel::Secret;

use super::*;

const NAME: &str = "ngrok-authtoken";

#[tokio::test]
async fn a_session_keeps_secrets_in_memory_alone() {
    let secrets = Secrets::new(KeyStore::Session);
    assert_eq!(secrets.get(NAME).await, None);
    secrets.set(NAME, Secret::new(" abc\n")).await;
    assert_eq!(secrets.get(NAME).await.unwrap().expose(), "abc");
    secrets.keep_in(KeyStore::Session).await;
    assert_eq!(secrets.get(NAME).await.unwrap().expose(), "abc");
    secrets.forget(NAME).await;
    assert_eq!(secrets.get(NAME).await, None);
    assert_eq!(secrets.key_store(), KeyStore::Session);
}

#[tokio::test]
async fn a_key_store_that_refused_is_asked_again_once_it_is_chosen_again() {
    let keyring = Arc::new(OneSecret::with("saved"));
    let secrets = Secrets::with_keyring(KeyStore::System, Arc::<OneSecret>::clone(&keyring));
    keyring.locked.store(true, Ordering::Relaxed);
    assert_eq!(secrets.get(NAME).await, None);
    assert_eq!(secrets.key_store(), KeyStore::Session);
    keyring.locked.store(false, Ordering::Relaxed);
    secrets.keep_in(KeyStore::System).await;
    assert_eq!(secrets.get(NAME).await.unwrap().expose(), "saved");
    assert_eq!(secrets.key_store(), KeyStore::System);
}

#[tokio::test]
async fn a_key_store_chosen_again_may_have_what_was_missing() {
    let keyring = Arc::new(OneSecret::with("saved"));
    let saved = keyring.secret.lock().take();
    let secrets = Secrets::with_keyring(KeyStore::System, Arc::<OneSecret>::clone(&keyring));
    assert_eq!(secrets.get(NAME).await, None);
    *keyring.secret.lock() = saved;
    assert_eq!(
        secrets.get(NAME).await,
        None,
        "it is not asked at every look"
    );
    secrets.keep_in(KeyStore::System).await;
    assert_eq!(secrets.get(NAME).await.unwrap().expose(), "saved");
}

#[tokio::test]
async fn what_was_forgotten_while_the_key_store_was_not_asked_does_not_come_back() {
    for (wanted, locked) in [(KeyStore::Session, false), (KeyStore::System, true)] {
        let keyring = Arc::new(OneSecret::with("saved"));
        keyring.locked.store(locked, Ordering::Relaxed);
        let secrets = Secrets::with_keyring(wanted, Arc::<OneSecret>::clone(&keyring));
        secrets.forget(NAME).await;
        assert!(keyring.secret.lock().is_some(), "{wanted:?} could not");
        keyring.locked.store(false, Ordering::Relaxed);
        secrets.keep_in(KeyStore::System).await;
        assert_eq!(secrets.get(NAME).await, None, "{wanted:?}");
        assert_eq!(*keyring.secret.lock(), None, "it is removed there, too");
    }
}

#[tokio::test]
async fn a_key_store_chosen_again_is_tried_before_it_is_said_to_work() {
    let keyring = Arc::new(OneSecret::with("saved"));
    let secrets = Secrets::with_keyring(KeyStore::System, Arc::<OneSecret>::clone(&keyring));
    keyring.locked.store(true, Ordering::Relaxed);
    secrets.set(NAME, Secret::new("new")).await;
    secrets.keep_in(KeyStore::Session).await;
    secrets.keep_in(KeyStore::System).await;
    assert_eq!(
        secrets.key_store(),
        KeyStore::Session,
        "it refuses still, and the secret lasts until the app ends"
    );
    assert_eq!(secrets.get(NAME).await.unwrap().expose(), "new");
}

#[tokio::test]
async fn what_was_set_meanwhile_is_saved_in_a_key_store_that_is_chosen() {
    for (wanted, locked) in [(KeyStore::Session, false), (KeyStore::System, true)] {
        let keyring = Arc::new(OneSecret::with("saved"));
        keyring.locked.store(locked, Ordering::Relaxed);
        let secrets = Secrets::with_keyring(wanted, Arc::<OneSecret>::clone(&keyring));
        secrets.set(NAME, Secret::new("new")).await;
        assert_eq!(keyring.secret.lock().as_ref().unwrap().expose(), "saved");
        keyring.locked.store(false, Ordering::Relaxed);
        secrets.keep_in(KeyStore::Session).await;
        secrets.keep_in(KeyStore::System).await;
        assert_eq!(secrets.key_store(), KeyStore::System);
        assert_eq!(keyring.secret.lock().as_ref().unwrap().expose(), "new");
    }
}

#[tokio::test]
async fn a_locked_key_store_is_not_said_to_work_though_it_answers_what_it_lacks() {
    let keyring = Arc::new(OneSecret::default());
    keyring.locked.store(true, Ordering::Relaxed);
    let secrets = Secrets::with_keyring(KeyStore::Session, Arc::<OneSecret>::clone(&keyring));
    secrets.keep_in(KeyStore::System).await;
    assert_eq!(secrets.key_store(), KeyStore::Session);
    keyring.locked.store(false, Ordering::Relaxed);
    secrets.keep_in(KeyStore::System).await;
    assert_eq!(secrets.key_store(), KeyStore::System);
    assert_eq!(*keyring.probe.lock(), None, "the probe leaves nothing");
}

/// A key store that works, and looks at what is said of it while it is asked.
#[derive(Default)]
struct Watching {
    secrets: std::sync::OnceLock<std::sync::Weak<Secrets>>,
    said: Mutex<Vec<KeyStore>>,
}

impl Watching {
    fn look(&self) {
        let secrets = self.secrets.get().and_then(std::sync::Weak::upgrade);
        self.said.lock().push(secrets.unwrap().key_store());
    }
}

impl Keyring for Watching {
    fn read(&self, _: &str) -> keyring_core::Result<Option<Secret>> {
        self.look();
        Ok(None)
    }

    fn write(&self, _: &str, _: &Secret) -> keyring_core::Result<()> {
        self.look();
        Ok(())
    }

    fn delete(&self, _: &str) -> keyring_core::Result<()> {
        self.look();
        Ok(())
    }
}

#[tokio::test]
async fn a_key_store_is_said_to_work_after_it_has_shown_so() {
    let keyring = Arc::new(Watching::default());
    let watched = Arc::<Watching>::clone(&keyring);
    let secrets = Arc::new(Secrets::with_keyring(KeyStore::Session, watched));
    keyring.secrets.set(Arc::downgrade(&secrets)).unwrap();
    secrets.keep_in(KeyStore::System).await;
    let said = keyring.said.lock().clone();
    assert!(!said.is_empty());
    assert!(
        said.iter().all(|said| *said == KeyStore::Session),
        "{said:?}"
    );
    assert_eq!(secrets.key_store(), KeyStore::System);
}

#[tokio::test]
async fn a_key_store_that_refused_is_tried_when_the_same_one_is_chosen() {
    let keyring = Arc::new(OneSecret::with("saved"));
    let secrets = Secrets::with_keyring(KeyStore::System, Arc::<OneSecret>::clone(&keyring));
    keyring.locked.store(true, Ordering::Relaxed);
    assert_eq!(secrets.get(NAME).await, None);
    keyring.locked.store(false, Ordering::Relaxed);
    secrets.choose(|| KeyStore::System).await;
    assert_eq!(secrets.key_store(), KeyStore::System);
    assert_eq!(secrets.get(NAME).await.unwrap().expose(), "saved");
    // One that works is not asked: it could ask for its password.
    keyring.locked.store(true, Ordering::Relaxed);
    secrets.choose(|| KeyStore::System).await;
    assert_eq!(secrets.key_store(), KeyStore::System);
}

/// A key store whose first write waits to be let go on; it keeps what is written last.
#[derive(Default)]
struct Slow {
    secret: Mutex<Option<Secret>>,
    first: Mutex<
        Option<(
            std::sync::mpsc::SyncSender<()>,
            std::sync::mpsc::Receiver<()>,
        )>,
    >,
}

impl Keyring for Slow {
    fn read(&self, _: &str) -> keyring_core::Result<Option<Secret>> {
        Ok(self.secret.lock().clone())
    }

    fn write(&self, name: &str, secret: &Secret) -> keyring_core::Result<()> {
        if name != NAME {
            return Ok(());
        }
        let first = self.first.lock().take();
        if let Some((begun, go_on)) = first {
            begun.send(()).unwrap();
            go_on.recv().unwrap();
        }
        *self.secret.lock() = Some(secret.clone());
        Ok(())
    }

    fn delete(&self, name: &str) -> keyring_core::Result<()> {
        if name == NAME {
            *self.secret.lock() = None;
        }
        Ok(())
    }
}

#[tokio::test]
async fn a_key_store_that_works_is_said_before_what_it_lacks_is_written() {
    let keyring = Arc::new(Slow::default());
    let secrets = Secrets::with_keyring(KeyStore::Session, Arc::<Slow>::clone(&keyring));
    let secrets = Arc::new(secrets);
    secrets.set(NAME, Secret::new("lacking")).await;
    let (begun, has_begun) = std::sync::mpsc::sync_channel(1);
    let (go, go_on) = std::sync::mpsc::sync_channel(1);
    *keyring.first.lock() = Some((begun, go_on));
    let mut changes = secrets.changes();
    let choosing = tokio::spawn({
        let secrets = Arc::clone(&secrets);
        async move { secrets.choose(|| KeyStore::System).await }
    });
    tokio::task::spawn_blocking(move || has_begun.recv().unwrap())
        .await
        .unwrap();
    changes.changed().await.unwrap();
    assert_eq!(*changes.borrow_and_update(), KeyStore::System);
    go.send(()).unwrap();
    choosing.await.unwrap();
    let kept = keyring.secret.lock().clone();
    assert_eq!(kept.as_ref().map(Secret::expose), Some("lacking"));
}

#[tokio::test]
async fn a_key_store_that_refuses_is_said_by_whoever_asks_it() {
    let keyring = Arc::new(OneSecret::with("saved"));
    let secrets = Secrets::with_keyring(KeyStore::System, Arc::<OneSecret>::clone(&keyring));
    let changes = secrets.changes();
    keyring.locked.store(true, Ordering::Relaxed);
    assert!(!changes.has_changed().unwrap());
    assert_eq!(secrets.get(NAME).await, None);
    assert!(changes.has_changed().unwrap());
    assert_eq!(*changes.borrow(), KeyStore::Session);
}

/// A key store during whose probe a secret is set and another one is removed.
#[derive(Default)]
struct Interrupted {
    secrets: std::sync::OnceLock<std::sync::Weak<Secrets>>,
    kept: Mutex<HashMap<String, Secret>>,
}

impl Interrupted {
    fn is_probed(&self, name: &str) {
        let secrets = self.secrets.get().and_then(std::sync::Weak::upgrade);
        if let Some(secrets) = secrets.filter(|_| name == super::keyring::PROBE) {
            let mut memory = secrets.memory.lock();
            memory.insert(NAME, Known::Unsaved(Secret::new("meanwhile")));
        }
    }
}

impl Keyring for Interrupted {
    fn read(&self, name: &str) -> keyring_core::Result<Option<Secret>> {
        Ok(self.kept.lock().get(name).cloned())
    }

    fn write(&self, name: &str, secret: &Secret) -> keyring_core::Result<()> {
        self.is_probed(name);
        self.kept.lock().insert(name.to_owned(), secret.clone());
        Ok(())
    }

    fn delete(&self, name: &str) -> keyring_core::Result<()> {
        self.kept.lock().remove(name);
        Ok(())
    }
}

#[tokio::test]
async fn what_is_set_while_a_key_store_is_chosen_is_saved_in_it() {
    let keyring = Arc::new(Interrupted::default());
    let watched = Arc::<Interrupted>::clone(&keyring);
    let secrets = Arc::new(Secrets::with_keyring(KeyStore::Session, watched));
    keyring.secrets.set(Arc::downgrade(&secrets)).unwrap();
    secrets.keep_in(KeyStore::System).await;
    let kept = keyring.kept.lock().get(NAME).cloned();
    assert_eq!(kept.as_ref().map(Secret::expose), Some("meanwhile"));

    // And many at once, whichever of them comes before and which after the choice.
    let names: [&'static str; 16] = [
        "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p",
    ];
    secrets.keep_in(KeyStore::Session).await;
    let mut setting = tokio::task::JoinSet::new();
    for name in names {
        let secrets = Arc::clone(&secrets);
        setting.spawn(async move { secrets.set(name, Secret::new(name)).await });
    }
    tokio::join!(secrets.keep_in(KeyStore::System), setting.join_all());
    let kept = keyring.kept.lock().clone();
    for name in names {
        assert_eq!(kept.get(name).map(Secret::expose), Some(name));
    }
}

#[tokio::test]
async fn what_is_offered_takes_the_place_of_nothing() {
    let keyring = Arc::new(OneSecret::default());
    let secrets = Secrets::with_keyring(KeyStore::System, Arc::<OneSecret>::clone(&keyring));
    secrets.set(NAME, Secret::new("set")).await;
    secrets.offer(NAME, Secret::new("offered")).await;
    assert_eq!(secrets.get(NAME).await.unwrap().expose(), "set");
    assert_eq!(keyring.secret.lock().as_ref().unwrap().expose(), "set");

    let secrets = Secrets::new(KeyStore::Session);
    secrets.offer(NAME, Secret::new("first")).await;
    secrets.offer(NAME, Secret::new("second")).await;
    assert_eq!(secrets.get(NAME).await.unwrap().expose(), "first");

    // Removed while the key store was locked: it has the old one still, which nobody wants.
    let keyring = Arc::new(OneSecret::with("old"));
    let secrets = Secrets::with_keyring(KeyStore::Session, Arc::<OneSecret>::clone(&keyring));
    secrets.forget(NAME).await;
    secrets.offer(NAME, Secret::new("anew")).await;
    secrets.keep_in(KeyStore::System).await;
    assert_eq!(keyring.secret.lock().as_ref().unwrap().expose(), "anew");
}

#[tokio::test]
async fn a_write_that_was_slow_leaves_what_was_set_meanwhile() {
    for (forgets, left) in [(false, Some("new")), (true, None)] {
        let keyring = Arc::new(Slow::default());
        let secrets = Secrets::with_keyring(KeyStore::System, Arc::<Slow>::clone(&keyring));
        let secrets = Arc::new(secrets);
        let (begun, has_begun) = std::sync::mpsc::sync_channel(1);
        let (go, go_on) = std::sync::mpsc::sync_channel(1);
        *keyring.first.lock() = Some((begun, go_on));
        let old = tokio::spawn({
            let secrets = Arc::clone(&secrets);
            async move { secrets.set(NAME, Secret::new("old")).await }
        });
        tokio::task::spawn_blocking(move || has_begun.recv().unwrap())
            .await
            .unwrap();
        match forgets {
            true => secrets.forget(NAME).await,
            false => secrets.set(NAME, Secret::new("new")).await,
        }
        go.send(()).unwrap();
        old.await.unwrap();
        let kept = keyring.secret.lock().clone();
        assert_eq!(kept.as_ref().map(Secret::expose), left);
        let known = secrets.get(NAME).await;
        assert_eq!(known.as_ref().map(Secret::expose), left);
    }
}

#[tokio::test]
async fn of_two_choices_at_once_the_one_that_is_stored_last_counts() {
    let keyring = Arc::new(OneSecret::default());
    let secrets = Secrets::with_keyring(KeyStore::Session, Arc::<OneSecret>::clone(&keyring));
    let stored = Mutex::new(KeyStore::System);
    let first = secrets.choose(|| {
        *stored.lock() = KeyStore::Session;
        KeyStore::System
    });
    let second = secrets.choose(|| *stored.lock());
    tokio::join!(first, second);
    assert_eq!(secrets.key_store(), KeyStore::Session);
}
