//! Which events of the history the scenarios play.

use std::collections::BTreeSet;

use anyhow::{Result, anyhow};
use reqwest::Method;
use store::{ConversationQuery, Store, StoreOptions};

use super::report::Score;
use crate::client::Instance;
use crate::{output, words};

/// Conversations that are read at once.
const PAGE: usize = 500;

/// The events of the history, and those of them that are played.
pub(super) struct Coverage {
    missing: Vec<String>,
    pub(super) score: Score,
}

impl Coverage {
    pub(super) fn print(&self) -> Result<()> {
        // The words are the contract's, in either language.
        output::print(format!("coverage {}/{}", self.score.found, self.score.of))?;
        for event in &self.missing {
            output::print(format!("  {event}"))?;
        }
        Ok(())
    }
}

/// Compares with the history of the instance that runs, or of the directory where none does.
pub(super) async fn of(instance: Instance, played: &BTreeSet<String>) -> Result<Coverage> {
    let events = match instance.is_running() {
        true => of_instance(instance).await?,
        false => of_directory(&instance).await?,
    };
    let missing = events.difference(played).cloned().collect::<Vec<_>>();
    Ok(Coverage {
        score: Score {
            found: events.len() - missing.len(),
            of: events.len(),
        },
        missing,
    })
}

async fn of_instance(instance: Instance) -> Result<BTreeSet<String>> {
    let client = instance.connect().await?;
    let mut events = BTreeSet::new();
    let mut before: Option<String> = None;
    loop {
        let mut query = vec![("limit", PAGE.to_string())];
        query.extend(before.take().map(|before| ("before", before)));
        let page = client
            .call(Method::GET, "conversations", &query, None)
            .await?;
        let all = page["conversations"].as_array().into_iter().flatten();
        let found = all.flat_map(|one| one["events"].as_array().into_iter().flatten());
        events.extend(found.filter_map(|event| event.as_str().map(str::to_owned)));
        match page["next_before"].as_str() {
            Some(next) => before = Some(next.to_owned()),
            None => return Ok(events),
        }
    }
}

async fn of_directory(instance: &Instance) -> Result<BTreeSet<String>> {
    let dir = instance.data_dir().map(std::path::Path::to_owned);
    let dir = dir.or_else(engine::default_data_dir);
    let dir = dir.ok_or_else(|| anyhow!(words::text(&words::NO_HOME)))?;
    if !dir.is_dir() {
        return Err(anyhow!(words::text(
            words::NO_HISTORY.arg(dir.display().to_string())
        )));
    }
    let options = StoreOptions::new(&dir, engine::clock::now);
    let (store, _) = Store::open(&options).map_err(|error| anyhow!(words::said(error)))?;
    let mut events = BTreeSet::new();
    let mut query = ConversationQuery {
        limit: PAGE,
        before: None,
        bot: None,
        user: None,
    };
    loop {
        let page = store.conversations(query.clone()).await;
        let page = page.map_err(|error| anyhow!(words::said(error)))?;
        events.extend(page.conversations.into_iter().flat_map(|one| one.events));
        match page.next_before {
            Some(next) => query.before = Some(next),
            None => break,
        }
    }
    store.close().await;
    Ok(events)
}
