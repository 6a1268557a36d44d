//! The bots as the engine uses them: read at every request, so held in memory ready to use.

use std::sync::Arc;

use data_encoding::BASE32_NOPAD;
use parking_lot::RwLock;
use protocol::{Answer, BotId, PlatformChoice};
use store::Store;
use uuid::Uuid;

use crate::feed::EventKind;
use crate::{Answering, Engine, Error, Invalid, StartError};

/// The longest name a bot can have, in characters.
const NAME_CHARS: usize = 100;

/// One thing that is being debugged.
#[derive(Clone, Debug)]
pub struct Bot {
    /// Its identity.
    pub id: BotId,
    /// What the developer calls it.
    pub name: String,
    /// Its platform, or `auto`.
    pub platform: PlatformChoice,
    /// The unguessable part of its address: 128 bits as 26 lower-case letters and digits.
    pub secret: String,
    /// Who answers it.
    pub answering: Answering,
    /// Its default answer, ready to send.
    pub default_answer: Answer,
}

/// What to change about a bot; what is absent stays.
#[derive(Clone, Debug, Default)]
pub struct BotPatch {
    /// A new name.
    pub name: Option<String>,
    /// A new platform.
    pub platform: Option<PlatformChoice>,
}

/// All bots, in their order. The first one answers for paths that name none.
pub(crate) struct Bots {
    store: Store,
    list: RwLock<Arc<Vec<Arc<Bot>>>>,
    /// One change at a time: the list and the store must not drift apart.
    changing: tokio::sync::Mutex<()>,
}

impl Bots {
    pub(crate) async fn load(store: Store, first_name: &str) -> Result<Self, StartError> {
        let mut stored = store.bots().await?;
        if stored.is_empty() {
            let bot = stored_bot(&new_bot(first_name.to_owned(), PlatformChoice::Auto), 0);
            store.create_bot(bot.clone()).await?;
            stored.push(bot);
        }
        let list = stored.into_iter().map(|bot| Arc::new(ready(bot))).collect();
        Ok(Self {
            store,
            list: RwLock::new(Arc::new(list)),
            changing: tokio::sync::Mutex::default(),
        })
    }

    pub(crate) fn list(&self) -> Arc<Vec<Arc<Bot>>> {
        Arc::clone(&self.list.read())
    }

    /// The bot named, or the first one.
    pub(crate) fn get(&self, id: Option<BotId>) -> Result<Arc<Bot>, Error> {
        let list = self.list.read();
        match id {
            None => Ok(Arc::clone(&list[0])),
            Some(id) => list
                .iter()
                .find(|bot| bot.id == id)
                .cloned()
                .ok_or(Error::NotFound("bot")),
        }
    }

    /// Whose request it is, and the path without the secret. Paths that name no bot are the
    /// first one's, as they are.
    pub(crate) fn route<'p>(&self, path: &'p str) -> (Arc<Bot>, &'p str) {
        let list = self.list.read();
        for bot in list.iter() {
            if let Some(below) = below_secret(path, &bot.secret) {
                return (Arc::clone(bot), below);
            }
        }
        (Arc::clone(&list[0]), path)
    }

    pub(crate) async fn create(
        &self,
        name: String,
        platform: PlatformChoice,
    ) -> Result<Arc<Bot>, Error> {
        let name = checked_name(&name)?;
        let _one = self.changing.lock().await;
        let bot = Arc::new(new_bot(name, platform));
        let mut list = Vec::clone(&self.list());
        self.store.create_bot(stored_bot(&bot, list.len())).await?;
        list.push(Arc::clone(&bot));
        *self.list.write() = Arc::new(list);
        Ok(bot)
    }

    /// Changes one bot, in the store first.
    pub(crate) async fn change(
        &self,
        id: BotId,
        change: impl FnOnce(&mut Bot) -> Result<(), Error> + Send,
    ) -> Result<Arc<Bot>, Error> {
        let _one = self.changing.lock().await;
        let mut list = Vec::clone(&self.list());
        let place = list
            .iter()
            .position(|bot| bot.id == id)
            .ok_or(Error::NotFound("bot"))?;
        let mut bot = Bot::clone(&list[place]);
        change(&mut bot)?;
        self.store.update_bot(stored_bot(&bot, place)).await?;
        let bot = Arc::new(bot);
        list[place] = Arc::clone(&bot);
        *self.list.write() = Arc::new(list);
        Ok(bot)
    }

    pub(crate) async fn patch(&self, id: BotId, patch: BotPatch) -> Result<Arc<Bot>, Error> {
        let name = patch.name.as_deref().map(checked_name).transpose()?;
        self.change(id, |bot| {
            bot.name = name.unwrap_or_else(|| std::mem::take(&mut bot.name));
            bot.platform = patch.platform.unwrap_or(bot.platform);
            Ok(())
        })
        .await
    }

    pub(crate) async fn delete(&self, id: BotId) -> Result<(), Error> {
        let _one = self.changing.lock().await;
        let mut list = Vec::clone(&self.list());
        let place = list
            .iter()
            .position(|bot| bot.id == id)
            .ok_or(Error::NotFound("bot"))?;
        if list.len() == 1 {
            return Err(Error::LastBot);
        }
        self.store.delete_bot(id).await?;
        list.remove(place);
        *self.list.write() = Arc::new(list);
        Ok(())
    }
}

impl Engine {
    /// All bots, in their order.
    #[must_use]
    pub fn bots(&self) -> Arc<Vec<Arc<Bot>>> {
        self.inner.bots.list()
    }

    /// The bot named, or the first one.
    ///
    /// # Errors
    /// There is no such bot.
    pub fn bot(&self, id: Option<BotId>) -> Result<Arc<Bot>, Error> {
        self.inner.bots.get(id)
    }

    /// Adds a bot.
    ///
    /// # Errors
    /// The name does not fit, or the change cannot be saved.
    pub async fn create_bot(
        &self,
        name: String,
        platform: PlatformChoice,
    ) -> Result<Arc<Bot>, Error> {
        let bot = self.inner.bots.create(name, platform).await?;
        self.inner.feed.note(EventKind::BotsChanged, Some(bot.id));
        Ok(bot)
    }

    /// Changes a bot.
    ///
    /// # Errors
    /// There is no such bot, the name does not fit, or the change cannot be saved.
    pub async fn patch_bot(&self, id: BotId, patch: BotPatch) -> Result<Arc<Bot>, Error> {
        let bot = self.inner.bots.patch(id, patch).await?;
        self.inner.feed.note(EventKind::BotsChanged, Some(id));
        Ok(bot)
    }

    /// Gives a bot another address.
    ///
    /// # Errors
    /// There is no such bot, or the change cannot be saved.
    pub async fn renew_secret(&self, id: BotId) -> Result<Arc<Bot>, Error> {
        let change = |bot: &mut Bot| {
            bot.secret = new_secret();
            Ok(())
        };
        let bot = self.inner.bots.change(id, change).await?;
        self.inner.feed.note(EventKind::BotsChanged, Some(id));
        Ok(bot)
    }

    /// Removes a bot; its exchanges stay in the history.
    ///
    /// # Errors
    /// There is no such bot, it is the only one, or the change cannot be saved.
    pub async fn delete_bot(&self, id: BotId) -> Result<(), Error> {
        self.inner.bots.delete(id).await?;
        self.inner.feed.note(EventKind::BotsChanged, Some(id));
        Ok(())
    }

    /// Sets who answers a bot, or the first one.
    ///
    /// # Errors
    /// The definition does not fit, there is no such bot, or the change cannot be saved.
    pub async fn set_answering(
        &self,
        bot: Option<BotId>,
        answering: Answering,
    ) -> Result<Arc<Bot>, Error> {
        let id = self.inner.bots.get(bot)?.id;
        let bot = self
            .inner
            .bots
            .change(id, |bot| bot.answer_by(answering))
            .await?;
        self.inner.feed.note(EventKind::AnsweringChanged, Some(id));
        Ok(bot)
    }
}

/// The path below `/<secret>`, `/` for the secret alone; `None` where the path is another one.
fn below_secret<'p>(path: &'p str, secret: &str) -> Option<&'p str> {
    let rest = path.strip_prefix('/')?.strip_prefix(secret)?;
    match rest {
        "" => Some("/"),
        below if below.starts_with('/') => Some(below),
        _ => None,
    }
}

fn checked_name(name: &str) -> Result<String, Invalid> {
    let trimmed = name.trim();
    if trimmed.is_empty() || trimmed.chars().count() > NAME_CHARS {
        let en = format!("A bot's name has 1 to {NAME_CHARS} characters.");
        return Err(Invalid::new(
            "/name",
            en,
            format!("В имени бота от 1 до {NAME_CHARS} символов."),
        ));
    }
    Ok(trimmed.to_owned())
}

/// A fresh secret: 128 random bits, in an alphabet that survives any address field.
#[must_use]
pub fn new_secret() -> String {
    let mut bits = [0_u8; 16];
    getrandom::fill(&mut bits).expect("the system has a source of random bytes");
    BASE32_NOPAD.encode(&bits).to_lowercase()
}

fn new_bot(name: String, platform: PlatformChoice) -> Bot {
    let answering = Answering::default();
    let default_answer = prepared(&answering);
    Bot {
        id: BotId(Uuid::now_v7()),
        name,
        platform,
        secret: new_secret(),
        answering,
        default_answer,
    }
}

fn prepared(answering: &Answering) -> Answer {
    answering
        .default_answer
        .to_answer("")
        .unwrap_or_else(|_| Answer::json(200, "{}"))
}

/// A bot as stored, made ready. An answering document that cannot be read (from another version)
/// falls back to the default one: the bot must get an answer.
fn ready(stored: store::Bot) -> Bot {
    let answering: Answering = serde_json::from_str(&stored.answering).unwrap_or_default();
    let default_answer = prepared(&answering);
    Bot {
        id: stored.id,
        name: stored.name,
        platform: stored.platform,
        secret: stored.secret,
        answering,
        default_answer,
    }
}

fn stored_bot(bot: &Bot, position: usize) -> store::Bot {
    store::Bot {
        id: bot.id,
        name: bot.name.clone(),
        platform: bot.platform,
        secret: bot.secret.clone(),
        answering: serde_json::to_string(&bot.answering).unwrap_or_default(),
        position: i64::try_from(position).unwrap_or(i64::MAX),
    }
}

impl Bot {
    /// Takes another way of answering.
    pub(crate) fn answer_by(&mut self, answering: Answering) -> Result<(), Error> {
        answering.check()?;
        self.default_answer = answering.default_answer.to_answer("/default_answer")?;
        self.answering = answering;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_belongs_to_a_secret_only_as_a_whole_segment() {
        assert_eq!(below_secret("/abc", "abc"), Some("/"));
        assert_eq!(below_secret("/abc/", "abc"), Some("/"));
        assert_eq!(below_secret("/abc/x%20y", "abc"), Some("/x%20y"));
        assert_eq!(below_secret("/abcd", "abc"), None);
        assert_eq!(below_secret("/x/abc", "abc"), None);
    }

    #[test]
    fn a_secret_has_26_characters_and_never_repeats() {
        let secret = new_secret();
        assert_eq!(secret.len(), 26);
        assert!(
            secret
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        );
        assert_ne!(secret, new_secret());
    }
}
