//! The bots as the engine uses them: read at every request, so held in memory ready to use.

mod platform_settings;
mod stored;
mod user_names;

use std::collections::HashMap;
use std::sync::Arc;

use data_encoding::BASE32_NOPAD;
use parking_lot::{Mutex, RwLock};
use protocol::platform::{PlatformSettings, change_settings, default_answer};
use protocol::{Answer, BotId, PlatformChoice, ReadAs, Request, RequestView, UtcMillis};
use serde::Serialize;
use serde_json::{Map, Value};
use store::Store;
use utoipa::ToSchema;

use stored::BotDocuments;
pub use user_names::{UserNames, UserNamesPatch};

use crate::access::{Access, AccessChange};
use crate::answering::{AnswerText, Answering};
use crate::bot_rules::{BotRules, RuleMemory};
use crate::error::{Error, Invalid, StartError, Subject};
use crate::{clock, words};

/// Old addresses that are remembered of each bot.
const OLD_ADDRESSES: usize = 10;
/// Bits of a seed: those that a number of JavaScript's holds exactly.
const SEED_BITS: u32 = 53;
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
    /// What is set for its platforms.
    pub platform_settings: Arc<PlatformSettings>,
    /// The unguessable part of its address: 128 bits as 26 lower-case letters and digits.
    pub secret: String,
    /// Who answers it.
    pub answering: Answering,
    /// The default answer that it was given, ready to send.
    pub given_answer: Option<Answer>,
    /// Who may use its address.
    pub access: Access,
    /// The addresses it had before, the latest first; they lead nowhere.
    pub old: Vec<OldAddress>,
    /// What a person calls its users.
    pub user_names: Arc<UserNames>,
    /// The rules that answer it.
    pub rules: Arc<BotRules>,
    /// What the chances of its rules are rolled from; below 2⁵³.
    pub seed: u64,
    /// What its stored documents hold beyond that.
    documents: BotDocuments,
}

/// An address that a bot had before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct OldAddress {
    /// The secret it was made of.
    pub secret: String,
    /// When it was replaced.
    pub until: UtcMillis,
    /// Requests that came to it since, in this run of the app.
    pub requests: u64,
}

/// What to change about a bot; what is absent stays.
#[derive(Clone, Debug, Default)]
pub struct BotPatch {
    /// A new name.
    pub name: Option<String>,
    /// A new platform.
    pub platform: Option<PlatformChoice>,
    /// Settings of platforms, by name; fields that are not named stay.
    pub platform_settings: Option<Map<String, Value>>,
    /// Names of users; those of others stay.
    pub user_names: Option<UserNamesPatch>,
    /// What the chances of its rules are rolled from.
    pub seed: Option<u64>,
}

/// A bot to add.
#[derive(Clone, Debug, Default)]
pub struct NewBot {
    /// Its name.
    pub name: String,
    /// Its platform.
    pub platform: PlatformChoice,
    /// Settings of platforms, by name.
    pub platform_settings: Map<String, Value>,
}

/// All bots, in their order. The first one answers for paths that name none.
pub(crate) struct Bots {
    store: Store,
    /// What their rules remember, which follows what rules there are.
    memory: RuleMemory,
    list: RwLock<Arc<Vec<Arc<Bot>>>>,
    /// Requests to old addresses in this run, by secret.
    late: Mutex<HashMap<String, u64>>,
    /// One change at a time: the list and the store must not drift apart.
    changing: tokio::sync::Mutex<()>,
}

impl Bots {
    pub(crate) async fn load(
        store: Store,
        memory: RuleMemory,
        first_name: &str,
    ) -> Result<Self, StartError> {
        let mut stored = store.bots().await?;
        if stored.is_empty() {
            let bot = new_bot(first_name.to_owned(), PlatformChoice::Auto).stored(0);
            store.create_bot(bot.clone()).await?;
            stored.push(bot);
        }
        let mut list = Vec::with_capacity(stored.len());
        let names = store.user_names().await?;
        let rules = store.rules().await?;
        for bot in stored {
            let mut bot = Bot::read(bot, &store).await;
            let own = names.iter().filter(|one| one.bot == bot.id);
            let own = own.map(|one| (one.user.clone(), one.name.clone()));
            bot.user_names = Arc::new(own.collect());
            bot.rules = Arc::new(BotRules::read(&rules, bot.id));
            list.push(Arc::new(bot));
        }
        Ok(Self {
            store,
            memory,
            list: RwLock::new(Arc::new(list)),
            late: Mutex::default(),
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
                .ok_or(Error::NotFound(Subject::Bot)),
        }
    }

    /// The bot named, or the first one where it was removed.
    pub(crate) fn get_or_first(&self, id: BotId) -> Arc<Bot> {
        self.get(Some(id)).unwrap_or_else(|_| self.first())
    }

    /// The first one: paths that name no bot are its, on this machine.
    pub(crate) fn first(&self) -> Arc<Bot> {
        Arc::clone(&self.list.read()[0])
    }

    /// The bot whose secret begins a path, and the path without it.
    pub(crate) fn by_secret<'p>(&self, path: &'p str) -> Option<(Arc<Bot>, &'p str)> {
        let list = self.list.read();
        list.iter()
            .find_map(|bot| below_secret(path, &bot.secret).map(|below| (Arc::clone(bot), below)))
    }

    /// Counts a request that came to an address some bot had before.
    pub(crate) fn count_old_address(&self, path: &str) {
        let list = self.list();
        let mut old = list.iter().flat_map(|bot| &bot.old);
        if let Some(one) = old.find(|one| below_secret(path, &one.secret).is_some()) {
            *self.late.lock().entry(one.secret.clone()).or_default() += 1;
        }
    }

    /// The addresses a bot had before, with the requests that still came to them.
    pub(crate) fn old_addresses(&self, bot: &Bot) -> Vec<OldAddress> {
        let late = self.late.lock();
        let counted = |one: &OldAddress| OldAddress {
            requests: late.get(&one.secret).copied().unwrap_or_default(),
            ..one.clone()
        };
        bot.old.iter().map(counted).collect()
    }

    pub(crate) async fn create(&self, new: NewBot) -> Result<Arc<Bot>, Error> {
        let name = checked_name(&new.name)?;
        let mut bot = new_bot(name, new.platform);
        bot.set_platforms(new.platform_settings)?;
        let bot = Arc::new(bot);
        let _one = self.changing.lock().await;
        let mut list = Vec::clone(&self.list());
        self.store.create_bot(bot.stored(list.len())).await?;
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
        let index = list
            .iter()
            .position(|bot| bot.id == id)
            .ok_or(Error::NotFound(Subject::Bot))?;
        let mut bot = Bot::clone(&list[index]);
        change(&mut bot)?;
        bot.documents.secure(&self.store).await?;
        let before = &list[index];
        let names = (!Arc::ptr_eq(&bot.user_names, &before.user_names)).then(|| {
            let names = bot.user_names.iter();
            names
                .map(|(user, name)| (user.clone(), name.clone()))
                .collect()
        });
        let rules = (!Arc::ptr_eq(&bot.rules, &before.rules)).then(|| bot.rules.rows());
        let has_other_rules = rules.is_some();
        let stored = bot.stored(index);
        self.store.update_bot_with(stored, names, rules).await?;
        if has_other_rules {
            self.memory.keep(id, bot.rules.ids());
        }
        let bot = Arc::new(bot);
        list[index] = Arc::clone(&bot);
        *self.list.write() = Arc::new(list);
        Ok(bot)
    }

    /// Replaces the digest of a bot's login by a better one of the same password.
    pub(crate) async fn renew_digest(
        &self,
        id: BotId,
        before: &str,
        digest: String,
    ) -> Result<(), Error> {
        self.change(id, |bot| {
            if let Some(login) = &mut bot.access.login {
                login.renew(before, digest);
                bot.documents.digest_is_renewed();
            }
            Ok(())
        })
        .await?;
        Ok(())
    }

    pub(crate) async fn patch(&self, id: BotId, patch: BotPatch) -> Result<Arc<Bot>, Error> {
        self.change(id, |bot| {
            // One that is stored already is not looked at.
            if let Some(name) = patch.name.filter(|name| *name != bot.name) {
                bot.name = checked_name(&name)?;
            }
            if let Some(platform) = patch.platform {
                bot.platform = platform;
                bot.documents.platform_is_set();
            }
            bot.set_platforms(patch.platform_settings.unwrap_or_default())?;
            bot.name_users(patch.user_names.unwrap_or_default())?;
            if let Some(seed) = patch.seed {
                bot.seed = checked_seed(seed)?;
            }
            Ok(())
        })
        .await
    }

    pub(crate) async fn delete(&self, id: BotId) -> Result<(), Error> {
        let _one = self.changing.lock().await;
        let mut list = Vec::clone(&self.list());
        let index = list
            .iter()
            .position(|bot| bot.id == id)
            .ok_or(Error::NotFound(Subject::Bot))?;
        if list.len() == 1 {
            return Err(Error::LastBot);
        }
        self.store.delete_bot(id).await?;
        self.memory.forget_bot(id);
        list.remove(index);
        *self.list.write() = Arc::new(list);
        Ok(())
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
        return Err(Invalid::new(
            "/name",
            words::BOT_NAME.arg(NAME_CHARS as u64),
        ));
    }
    if !protocol::is_name(trimmed) {
        return Err(Invalid::new("/name", &words::NAME_LINE));
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

fn checked_seed(seed: u64) -> Result<u64, Invalid> {
    let most = (1 << SEED_BITS) - 1;
    match seed <= most {
        true => Ok(seed),
        false => Err(Invalid::new(
            "/seed",
            words::NUMBER_RANGE.arg(0_u64).arg(most),
        )),
    }
}

/// An id of version 7: the time, then noise.
fn new_id() -> BotId {
    let mut noise = [0_u8; 10];
    getrandom::fill(&mut noise).expect("the system has a source of random bytes");
    let now = u64::try_from(clock::now().0).unwrap_or_default();
    BotId(uuid::Builder::from_unix_timestamp_millis(now, &noise).into_uuid())
}

/// Other than that of any other bot; exact as a number of JavaScript's.
fn new_seed() -> u64 {
    let mut bits = [0_u8; 8];
    getrandom::fill(&mut bits).expect("the system has a source of random bytes");
    u64::from_le_bytes(bits) >> (64 - SEED_BITS)
}

/// A bot that answers by default.
pub(crate) fn new_bot(name: String, platform: PlatformChoice) -> Bot {
    Bot {
        id: new_id(),
        name,
        platform,
        platform_settings: Arc::default(),
        secret: new_secret(),
        answering: Answering::default(),
        given_answer: None,
        access: Access::default(),
        old: Vec::new(),
        user_names: Arc::default(),
        rules: Arc::default(),
        seed: new_seed(),
        documents: BotDocuments::default(),
    }
}

impl Bot {
    /// How its requests are read.
    pub(crate) fn read_as(&self) -> ReadAs {
        ReadAs {
            choice: self.platform,
            settings: Some(Arc::clone(&self.platform_settings)),
        }
    }

    /// What goes out to a request when nothing else answers.
    pub(crate) fn default_answer(&self, view: &RequestView, request: &Request) -> Answer {
        let given = self.given_answer.clone();
        given.unwrap_or_else(|| view.default_answer(request))
    }

    /// What goes out when nothing else answers, as far as no request decides it.
    #[must_use]
    pub fn default_answer_text(&self) -> AnswerText {
        let given = self.answering.default_answer.clone();
        given.unwrap_or_else(|| {
            AnswerText::from_answer(&default_answer(self.platform))
                .expect("a platform's default answer is short")
        })
    }

    /// Takes other settings of platforms.
    fn set_platforms(&mut self, changes: Map<String, Value>) -> Result<(), Invalid> {
        if changes.is_empty() {
            return Ok(());
        }
        self.documents.platforms_are_set(&changes);
        let changed = change_settings(&self.platform_settings, changes);
        let changed = changed.map_err(|error| Invalid::platform_settings(&error))?;
        self.platform_settings = Arc::new(changed);
        Ok(())
    }

    /// Takes another address; the present one is remembered.
    pub(crate) fn renew_secret(&mut self) {
        let old = OldAddress {
            secret: std::mem::replace(&mut self.secret, new_secret()),
            until: clock::now(),
            requests: 0,
        };
        self.old.insert(0, old);
        self.old.truncate(OLD_ADDRESSES);
        self.documents.old_addresses_are_set();
    }

    /// Takes another way of answering.
    pub(crate) fn answer_by(&mut self, answering: Answering) -> Result<(), Error> {
        answering.check()?;
        answering.check_names(&self.answering)?;
        self.given_answer = answering.given_answer()?;
        self.answering = answering;
        self.documents.answering_is_set();
        Ok(())
    }

    /// Takes other rules of who may use its address.
    pub(crate) fn admit(&mut self, change: AccessChange) -> Result<(), Error> {
        let says_something = change.says_something();
        self.access = self.access.changed(change)?;
        if says_something {
            self.documents.access_is_set();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
