//! Bots, names of their users, their rules, and settings.

use protocol::BotId;

use super::Store;
use crate::documents::RuleChange;
use crate::error::{NotSaved, StoreError};
use crate::notices;
use crate::session::Session;
use crate::table::{bots, rules, settings, user_names};
use crate::types::{Bot, RuleUses, StoredRule, StoredRuleState, UserName};

impl Store {
    /// The bots, in their order.
    ///
    /// # Errors
    /// The history cannot be read.
    pub async fn bots(&self) -> Result<Vec<Bot>, StoreError> {
        self.inner.readers.read(|conn| Ok(bots::all(conn)?)).await
    }

    /// A person has read what was told of damage; whether it was there.
    ///
    /// # Errors
    /// The change is not on disk.
    pub async fn dismiss(&self, notice: &str) -> Result<bool, NotSaved> {
        let id = notice.to_owned();
        let is_there = self
            .change_documents(move |session| notices::dismiss(&session.conn, &id))
            .await?;
        self.inner.health_sender.dismissed(notice);
        Ok(is_there)
    }

    /// Adds a bot.
    ///
    /// # Errors
    /// It is not on disk, or its id or secret exists already.
    pub async fn create_bot(&self, bot: Bot) -> Result<(), NotSaved> {
        self.change_documents(move |session| bots::insert(&session.conn, &bot))
            .await
    }

    /// Replaces a bot; whether it was there.
    ///
    /// # Errors
    /// The change is not on disk.
    pub async fn update_bot(&self, bot: Bot) -> Result<bool, NotSaved> {
        self.change_documents(move |session| bots::update(&session.conn, &bot))
            .await
    }

    /// Replaces a bot with the names of its users and its rules, all of it or nothing: names each
    /// with its user before it, rules each with its id before it. `None` stays as it is.
    ///
    /// # Errors
    /// The change is not on disk.
    pub async fn update_bot_with(
        &self,
        bot: Bot,
        names: Option<Vec<(String, String)>>,
        rules: Option<Vec<(String, String)>>,
    ) -> Result<bool, NotSaved> {
        self.change_documents(move |session| {
            // First: it may be refused, and what a job has written before would stay.
            let is_there = bots::update(&session.conn, &bot)?;
            if let Some(names) = &names {
                user_names::replace(&session.conn, bot.id, names)?;
            }
            if let Some(rules) = &rules {
                replace_rules(session, bot.id, rules)?;
            }
            Ok(is_there)
        })
        .await
    }

    /// Removes a bot; whether it was there. Its exchanges stay.
    ///
    /// # Errors
    /// The change is not on disk.
    pub async fn delete_bot(&self, id: BotId) -> Result<bool, NotSaved> {
        self.change_documents(move |session| {
            user_names::remove(&session.conn, id)?;
            rules::remove(&session.conn, id)?;
            let removed = bots::remove(&session.conn, id)?;
            session.rule_changes.push(RuleChange::Removed(id));
            Ok(removed)
        })
        .await
    }

    /// The names of users, by bot and user.
    ///
    /// # Errors
    /// The history cannot be read.
    pub async fn user_names(&self) -> Result<Vec<UserName>, StoreError> {
        self.inner
            .readers
            .read(|conn| Ok(user_names::all(conn)?))
            .await
    }

    /// Puts these names, each with its user before it, in place of a bot's.
    ///
    /// # Errors
    /// The change is not on disk.
    pub async fn set_user_names(
        &self,
        bot: BotId,
        names: Vec<(String, String)>,
    ) -> Result<(), NotSaved> {
        self.change_documents(move |session| user_names::replace(&session.conn, bot, &names))
            .await
    }

    /// The rules, by bot and order.
    ///
    /// # Errors
    /// The history cannot be read.
    pub async fn rules(&self) -> Result<Vec<StoredRule>, StoreError> {
        self.inner.readers.read(|conn| Ok(rules::all(conn)?)).await
    }

    /// Puts these rules, each with its id before it, in place of a bot's. Those that stay keep
    /// what they remember.
    ///
    /// # Errors
    /// The change is not on disk.
    pub async fn set_rules(
        &self,
        bot: BotId,
        rules: Vec<(String, String)>,
    ) -> Result<(), NotSaved> {
        self.change_documents(move |session| replace_rules(session, bot, &rules))
            .await
    }

    /// What the rules remember between turns.
    ///
    /// # Errors
    /// The history cannot be read.
    pub async fn rule_states(&self) -> Result<Vec<StoredRuleState>, StoreError> {
        self.inner
            .readers
            .read(|conn| Ok(rules::states(conn)?))
            .await
    }

    /// Writes down what turns have changed of what rules remember. `uses` is asked when it is
    /// written: changes come one after the other, and the last one has the last word.
    ///
    /// # Errors
    /// The change is not on disk.
    pub async fn save_rule_uses(
        &self,
        uses: impl FnOnce() -> RuleUses + Send + 'static,
    ) -> Result<(), NotSaved> {
        self.change(move |session| {
            let uses = uses();
            rules::save_uses(&session.conn, &uses)?;
            session.rule_changes.push(RuleChange::Used(uses));
            Ok(())
        })
        .await
    }

    /// Forgets what a rule remembers: of one key, or of all.
    ///
    /// # Errors
    /// The change is not on disk.
    pub async fn reset_rule(
        &self,
        bot: BotId,
        rule: &str,
        key: Option<&str>,
    ) -> Result<(), NotSaved> {
        let (rule, key) = (rule.to_owned(), key.map(str::to_owned));
        self.change(move |session| {
            rules::reset(&session.conn, bot, &rule, key.as_deref())?;
            session.rule_changes.push(RuleChange::Reset(bot, rule, key));
            Ok(())
        })
        .await
    }

    /// A setting's JSON text.
    ///
    /// # Errors
    /// The history cannot be read.
    pub async fn setting(&self, key: &str) -> Result<Option<String>, StoreError> {
        let key = key.to_owned();
        self.inner
            .readers
            .read(move |conn| Ok(settings::get(conn, &key)?))
            .await
    }

    /// Writes a setting's JSON text.
    ///
    /// # Errors
    /// The change is not on disk.
    pub async fn set_setting(&self, key: &str, json: &str) -> Result<(), NotSaved> {
        let (key, json) = (key.to_owned(), json.to_owned());
        self.change_documents(move |session| settings::set(&session.conn, &key, &json))
            .await
    }

    /// Keeps a text under a key, and whatever was kept there before: where the key has another
    /// text, under `<key>.2`, `<key>.3` and so on.
    ///
    /// # Errors
    /// The text is not on disk.
    pub async fn set_aside(&self, key: &str, text: &str) -> Result<(), NotSaved> {
        let (key, text) = (key.to_owned(), text.to_owned());
        self.change_documents(move |session| settings::add(&session.conn, &key, &text))
            .await
    }

    /// A change of what stands in memory beside the database, too.
    async fn change_documents<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Session) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, NotSaved> {
        self.change(move |session| {
            session.changes_documents = true;
            work(session)
        })
        .await
    }
}

fn replace_rules(
    session: &mut Session,
    bot: BotId,
    rules: &[(String, String)],
) -> rusqlite::Result<()> {
    rules::replace(&session.conn, bot, rules)?;
    let ids = rules.iter().map(|(id, _)| id.clone()).collect();
    session.rule_changes.push(RuleChange::Replaced(bot, ids));
    Ok(())
}
