//! The chats of platforms that the app stands in for: what was said, who has each, and what the
//! next call gets. They are a stored document, so that they outlast a restart.

use std::collections::{BTreeMap, HashMap};

use parking_lot::Mutex;
use protocol::platform::{Chat, ChatAction, ChatEvent, ChatMessage, ChatStep, Place};
use protocol::{BotId, UtcMillis};
use serde::{Deserialize, Serialize};
use store::{Store, StoreError};

use crate::clock;
use crate::documents::numbered;
use crate::documents::{Author, Change, Document, DocumentKind, DocumentReport, Object, Stored};

/// Chats at most, of all bots; beyond, the one that nobody has spoken in for the longest is gone.
const CHATS_MAX: usize = 1000;

/// Messages of a chat at most: more than a person follows. Beyond, the oldest are gone.
const MESSAGES_MAX: usize = 500;

/// The longest message that is kept whole, in bytes.
const MESSAGE_BYTES_MAX: usize = 64 << 10;

/// How long all chats together may be, in bytes: the document is written as a whole with each
/// message.
const BYTES_MAX: usize = 8 << 20;

/// All chats.
pub(crate) struct Chats {
    document: Document<StoredChats>,
    /// The name of the answer to the next call, by bot.
    next: Mutex<HashMap<BotId, &'static str>>,
}

/// A chat as it is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct StoredChat {
    chat: Chat,
    changed: Option<UtcMillis>,
}

/// Chats by bot and id.
type Bots = BTreeMap<String, BTreeMap<String, StoredChat>>;

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct StoredChats {
    bots: Bots,
}

impl Stored for StoredChats {
    const MIGRATIONS: &'static [fn(&mut Object)] = &[numbered];
    /// What cannot be read begins anew.
    const KEEPS_UNREADABLE: bool = false;
}

/// A chat in a list.
pub(crate) struct ListedChat {
    pub(crate) id: String,
    pub(crate) changed: Option<UtcMillis>,
}

impl Chats {
    /// Reads those of the last run.
    pub(crate) async fn load(store: &Store) -> Result<Self, StoreError> {
        Ok(Self {
            document: Document::load(store, DocumentKind::Chats).await?,
            next: Mutex::default(),
        })
    }

    /// What of them could not be read.
    pub(crate) fn report(&self) -> Option<DocumentReport> {
        self.document.report()
    }

    /// A chat.
    pub(crate) fn get(&self, bot: BotId, id: &str) -> Option<Chat> {
        let current = self.document.current();
        let found = current.bots.get(&bot.to_string())?.get(id)?;
        Some(found.chat.clone())
    }

    /// A bot's chats.
    pub(crate) fn list(&self, bot: BotId) -> Vec<ListedChat> {
        let current = self.document.current();
        let chats = current.bots.get(&bot.to_string()).into_iter().flatten();
        let listed = chats.map(|(id, one)| ListedChat {
            id: id.clone(),
            changed: one.changed,
        });
        listed.collect()
    }

    /// A visitor's event has gone out; `false` where its chat is closed, and nothing is done.
    pub(crate) async fn event(&self, bot: BotId, event: ChatEvent) -> bool {
        let mut writing = self.document.change(Author::App).await;
        let mut next = StoredChats::clone(&writing.current());
        let chats = next.bots.entry(bot.to_string()).or_default();
        let known = chats.entry(event.chat).or_default();
        if event.begins {
            known.chat = Chat::default();
        }
        if known.chat.place == Place::Closed {
            return false;
        }
        known.chat.messages.extend(event.message.map(shortened));
        known.changed = Some(clock::now());
        keep(&mut writing, next).await;
        true
    }

    /// A bot's call does something; `false` where there is no such chat, or it is closed.
    pub(crate) async fn act(&self, bot: BotId, action: ChatAction) -> bool {
        let mut writing = self.document.change(Author::App).await;
        let mut next = StoredChats::clone(&writing.current());
        let chats = next.bots.get_mut(&bot.to_string());
        let Some(known) = chats.and_then(|chats| chats.get_mut(&action.chat)) else {
            return false;
        };
        let step = match action.step {
            ChatStep::Say(message) => ChatStep::Say(shortened(message)),
            step @ ChatStep::Move(_) => step,
        };
        if !known.chat.apply(step) {
            return false;
        }
        known.changed = Some(clock::now());
        keep(&mut writing, next).await;
        true
    }

    /// A chat is there, whatever there was.
    pub(crate) async fn ensure(&self, bot: BotId, id: String) {
        if self
            .get(bot, &id)
            .is_none_or(|chat| chat.place == Place::Closed)
        {
            let event = ChatEvent {
                chat: id,
                begins: true,
                message: None,
            };
            self.event(bot, event).await;
        }
    }

    /// Removes a chat.
    pub(crate) async fn remove(&self, bot: BotId, id: &str) {
        let mut writing = self.document.change(Author::App).await;
        let mut next = StoredChats::clone(&writing.current());
        let Some(chats) = next.bots.get_mut(&bot.to_string()) else {
            return;
        };
        if chats.remove(id).is_none() {
            return;
        }
        if chats.is_empty() {
            next.bots.remove(&bot.to_string());
        }
        keep(&mut writing, next).await;
    }

    /// A bot is removed, and its chats with it.
    pub(crate) async fn forget(&self, bot: BotId) {
        self.next.lock().remove(&bot);
        let mut writing = self.document.change(Author::App).await;
        let mut next = StoredChats::clone(&writing.current());
        if next.bots.remove(&bot.to_string()).is_some() {
            keep(&mut writing, next).await;
        }
    }

    /// What the next call to a bot's platform gets.
    pub(crate) fn set_next(&self, bot: BotId, answer: &'static str) {
        self.next.lock().insert(bot, answer);
    }

    /// The same, taken.
    pub(crate) fn take_next(&self, bot: BotId) -> Option<&'static str> {
        self.next.lock().remove(&bot)
    }
}

/// Readers have it at once.
async fn keep(writing: &mut Change<'_, StoredChats>, mut next: StoredChats) {
    shorten(&mut next.bots);
    if let Err(error) = writing.apply(next).await {
        tracing::warn!(%error, "what was said in a chat is known until the app ends");
    }
}

/// A message of a length that is kept.
fn shortened(mut message: ChatMessage) -> ChatMessage {
    if message.json.len() > MESSAGE_BYTES_MAX {
        message.json = "null".to_owned();
        message.text = message.text.map(|text| {
            let end = text.floor_char_boundary(MESSAGE_BYTES_MAX / 2);
            format!("{}…", &text[..end])
        });
    }
    message.kind = protocol::list_name(message.kind);
    message
}

fn bytes(one: &StoredChat) -> usize {
    let message = |message: &ChatMessage| {
        message.json.len() + message.text.as_ref().map_or(0, String::len) + message.kind.len()
    };
    one.chat.messages.iter().map(message).sum()
}

/// Leaves out what is beyond the limits: old messages, then the chats that were quiet for the
/// longest.
fn shorten(bots: &mut Bots) {
    let (mut count, mut sum) = (0, 0);
    for one in bots.values_mut().flat_map(BTreeMap::values_mut) {
        let over = one.chat.messages.len().saturating_sub(MESSAGES_MAX);
        one.chat.messages.drain(..over);
        count += 1;
        sum += bytes(one);
    }
    while (count > CHATS_MAX || sum > BYTES_MAX) && count > 1 {
        let all = bots
            .iter()
            .flat_map(|(bot, chats)| chats.iter().map(move |(id, one)| (one.changed, bot, id)));
        let Some((_, bot, id)) = all.min() else {
            return;
        };
        let (bot, id) = (bot.clone(), id.clone());
        let removed = bots.get_mut(&bot).and_then(|chats| chats.remove(&id));
        sum -= removed.as_ref().map_or(0, bytes);
        count -= 1;
    }
}

#[cfg(test)]
mod tests {
    use protocol::platform::Speaker;
    use store::StoreOptions;
    use tempfile::TempDir;

    use super::*;

    fn message(text: &str) -> ChatMessage {
        ChatMessage {
            from: Speaker::Visitor,
            kind: "visitor".into(),
            text: Some(text.into()),
            json: "{}".into(),
        }
    }

    fn event(chat: &str, begins: bool, text: &str) -> ChatEvent {
        ChatEvent {
            chat: chat.into(),
            begins,
            message: Some(message(text)),
        }
    }

    fn say(chat: &str, text: &str) -> ChatAction {
        ChatAction {
            chat: chat.into(),
            step: ChatStep::Say(message(text)),
        }
    }

    fn move_to(chat: &str, place: Place) -> ChatAction {
        ChatAction {
            chat: chat.into(),
            step: ChatStep::Move(place),
        }
    }

    #[tokio::test]
    async fn a_chat_is_there_from_its_first_event_on_until_it_is_closed_and_outlasts_a_restart() {
        let dir = TempDir::new().unwrap();
        let options = StoreOptions::new(dir.path(), clock::now);
        let (store, _) = Store::open(&options).unwrap();
        let chats = Chats::load(&store).await.unwrap();
        let bot = BotId::default();
        assert!(!chats.act(bot, say("1", "early")).await);
        assert!(chats.event(bot, event("1", true, "a")).await);
        assert!(chats.act(bot, say("1", "b")).await);
        let department = Place::Department("sales".into());
        assert!(chats.act(bot, move_to("1", department.clone())).await);
        assert!(chats.event(bot, event("1", false, "c")).await);
        let known = chats.get(bot, "1").unwrap();
        let said = known.messages.iter().map(|one| one.text.clone().unwrap());
        assert_eq!(said.collect::<Vec<_>>(), ["a", "b", "c"]);
        assert_eq!(known.place, department);
        let again = Chats::load(&store).await.unwrap();
        assert_eq!((again.get(bot, "1"), again.report()), (Some(known), None));
        assert!(chats.act(bot, move_to("1", Place::Closed)).await);
        assert!(!chats.act(bot, say("1", "late")).await);
        assert!(!chats.event(bot, event("1", false, "late")).await);
        chats.ensure(bot, "1".into()).await;
        assert_eq!(chats.get(bot, "1"), Some(Chat::default()));
        chats.remove(bot, "1").await;
        assert_eq!(chats.get(bot, "1"), None);
        assert!(chats.list(bot).is_empty());
    }

    #[test]
    fn beyond_the_limits_the_oldest_are_left_out() {
        let long = message(&"x".repeat(MESSAGE_BYTES_MAX));
        let cut = shortened(ChatMessage {
            json: "x".repeat(MESSAGE_BYTES_MAX + 1),
            ..long
        });
        assert_eq!(cut.json, "null");
        assert!(cut.text.unwrap().len() < MESSAGE_BYTES_MAX);
        let of = |messages: Vec<ChatMessage>, changed| StoredChat {
            chat: Chat {
                messages,
                ..Chat::default()
            },
            changed: Some(UtcMillis(changed)),
        };
        let many = vec![message("m"); MESSAGES_MAX + 3];
        let mut bots = Bots::from([("b".into(), [("1".into(), of(many, 1))].into())]);
        shorten(&mut bots);
        assert_eq!(bots["b"]["1"].chat.messages.len(), MESSAGES_MAX);
        let chats = (0..CHATS_MAX + 2).map(|one| (one.to_string(), of(Vec::new(), one as i64)));
        let mut bots = Bots::from([("b".into(), chats.collect())]);
        shorten(&mut bots);
        assert_eq!(bots["b"].len(), CHATS_MAX);
        assert!(!bots["b"].contains_key("1") && bots["b"].contains_key("2"));
        let heavy = || vec![message(&"x".repeat(BYTES_MAX / 2))];
        let chats = [("old", 1), ("new", 2), ("newest", 3)];
        let chats = chats.map(|(id, at)| (id.to_owned(), of(heavy(), at)));
        let mut bots = Bots::from([("b".into(), chats.into())]);
        shorten(&mut bots);
        assert_eq!(bots["b"].keys().collect::<Vec<_>>(), ["newest"]);
    }
}
