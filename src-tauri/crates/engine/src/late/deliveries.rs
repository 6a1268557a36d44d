//! Late answers that wait to go out with their user's next answer. They are a stored document, so
//! that they outlast a restart.
//!
//! One leaves the document before the answer that carries it goes out, and comes back where that
//! answer does not arrive: however the app ends, none goes out twice.

use std::collections::HashMap;

use parking_lot::Mutex;
use protocol::{BotId, ExchangeId};
use serde::{Deserialize, Serialize};
use store::{NotSaved, Store, StoreError};

use crate::documents::{Author, Document, DocumentKind, DocumentReport, Object, Stored, numbered};
use crate::error::Error;

/// Deliveries that wait at most, by guess more than a person has in view; each is a few hundred
/// bytes of a document that is written as a whole.
const QUEUED_MAX: usize = 1000;

/// A late answer that is to go out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LateDelivery {
    /// Whose late answer.
    pub(crate) exchange: ExchangeId,
    pub(crate) bot: BotId,
    /// Empty where turns name no user.
    pub(crate) user: String,
    /// The variables; all where it is `None`.
    #[serde(default)]
    pub(crate) names: Option<Vec<String>>,
}

impl LateDelivery {
    fn is_for(&self, bot: BotId, user: Option<&str>) -> bool {
        self.bot == bot && self.user == user.unwrap_or_default()
    }
}

/// What became of a delivery that was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DeliveryEnd {
    /// It went out with this exchange's answer.
    WentOut(ExchangeId),
    /// The answer that carried it was lost: it waits for the next one.
    Lost,
    /// There is nothing to deliver: the late answer is gone, was delivered, or is no object.
    Impossible,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct StoredDeliveries {
    queued: Vec<LateDelivery>,
}

impl Stored for StoredDeliveries {
    const MIGRATIONS: &'static [fn(&mut Object)] = &[numbered];
}

/// All that wait.
pub(crate) struct Deliveries {
    document: Document<StoredDeliveries>,
    /// Those that are on their way out, with what waits again where they do not arrive; `None`:
    /// nothing. Changed only by who changes the document.
    under_way: Mutex<HashMap<ExchangeId, Option<LateDelivery>>>,
}

impl Deliveries {
    /// Reads what waited when the app ended.
    pub(crate) async fn load(store: &Store) -> Result<Self, StoreError> {
        Ok(Self {
            document: Document::load(store, DocumentKind::LateDeliveries).await?,
            under_way: Mutex::default(),
        })
    }

    /// What of it could not be read.
    pub(crate) fn report(&self) -> Option<DocumentReport> {
        self.document.report()
    }

    /// Whether an exchange's late answer waits or is on its way out.
    pub(crate) fn is_queued(&self, exchange: ExchangeId) -> bool {
        let current = self.document.current();
        let mut queued = current.queued.iter();
        let under_way = self.under_way.lock();
        matches!(under_way.get(&exchange), Some(Some(_)))
            || queued.any(|one| one.exchange == exchange)
    }

    /// Whether something waits for an answer to this user.
    pub(crate) fn has_for(&self, bot: BotId, user: Option<&str>) -> bool {
        let current = self.document.current();
        current.queued.iter().any(|one| one.is_for(bot, user))
    }

    /// A late answer is to go out; one of the same exchange before it is replaced. Where that one
    /// is on its way out, this one waits only if it does not arrive.
    ///
    /// # Errors
    /// Too many wait, or the change cannot be saved.
    pub(crate) async fn queue(&self, delivery: LateDelivery) -> Result<(), Error> {
        let mut writing = self.document.change(Author::App).await;
        if let Some(again) = self.under_way.lock().get_mut(&delivery.exchange) {
            *again = Some(delivery);
            return Ok(());
        }
        let mut next = StoredDeliveries::clone(&writing.current());
        let queued = &mut next.queued;
        queued.retain(|one| one.exchange != delivery.exchange);
        if queued.len() >= QUEUED_MAX {
            return Err(Error::QueueFull(QUEUED_MAX));
        }
        queued.push(delivery);
        Ok(writing.save(next).await?)
    }

    /// An exchange's late answer is not to go out any more.
    ///
    /// # Errors
    /// The change cannot be saved.
    pub(crate) async fn withdraw(&self, exchange: ExchangeId) -> Result<(), NotSaved> {
        let mut writing = self.document.change(Author::App).await;
        if let Some(again) = self.under_way.lock().get_mut(&exchange) {
            *again = None;
        }
        let mut next = StoredDeliveries::clone(&writing.current());
        let before = next.queued.len();
        next.queued.retain(|one| one.exchange != exchange);
        match next.queued.len() == before {
            true => Ok(()),
            false => writing.save(next).await,
        }
    }

    /// Takes what goes out with an answer to this user. `None` also where it cannot be saved that
    /// it goes out: it would go out again after a restart.
    pub(crate) async fn take(&self, bot: BotId, user: Option<&str>) -> Option<LateDelivery> {
        let mut writing = self.document.change(Author::App).await;
        let mut next = StoredDeliveries::clone(&writing.current());
        let at = next.queued.iter().position(|one| one.is_for(bot, user))?;
        let taken = next.queued.remove(at);
        if let Err(error) = writing.save(next).await {
            tracing::warn!(%error, "a late answer waits for a disk that takes changes");
            return None;
        }
        let again = Some(taken.clone());
        self.under_way.lock().insert(taken.exchange, again);
        Some(taken)
    }

    /// What became of a delivery that was taken.
    pub(crate) async fn end(&self, exchange: ExchangeId, end: DeliveryEnd) {
        let mut writing = self.document.change(Author::App).await;
        let again = self.under_way.lock().remove(&exchange).flatten();
        let (Some(again), DeliveryEnd::Lost) = (again, end) else {
            return;
        };
        let mut next = StoredDeliveries::clone(&writing.current());
        next.queued.insert(0, again);
        if let Err(error) = writing.apply(next).await {
            tracing::warn!(%error, "a late answer waits until the app ends");
        }
    }
}

#[cfg(test)]
mod tests {
    use store::StoreOptions;
    use tempfile::TempDir;
    use uuid::Uuid;

    use super::*;

    fn delivery(exchange: u128, user: &str) -> LateDelivery {
        LateDelivery {
            exchange: ExchangeId(Uuid::from_u128(exchange)),
            bot: BotId::default(),
            user: user.to_owned(),
            names: None,
        }
    }

    async fn store() -> (TempDir, Store) {
        let dir = tempfile::tempdir().unwrap();
        let options = StoreOptions::new(dir.path(), crate::clock::now);
        let (store, _) = Store::open(&options).unwrap();
        (dir, store)
    }

    async fn next(deliveries: &Deliveries, user: &str) -> Option<LateDelivery> {
        deliveries.take(BotId::default(), Some(user)).await
    }

    #[tokio::test]
    async fn what_waits_outlasts_a_restart_and_goes_to_its_user_once() {
        let (_dir, store) = store().await;
        let deliveries = Deliveries::load(&store).await.unwrap();
        let (first, second) = (delivery(1, "77"), delivery(2, "77"));
        deliveries.queue(first.clone()).await.unwrap();
        deliveries.queue(second.clone()).await.unwrap();
        let again = Deliveries::load(&store).await.unwrap();
        assert!(!again.has_for(BotId::default(), Some("78")));
        assert_eq!(next(&again, "78").await, None);
        assert_eq!(next(&again, "77").await, Some(first.clone()));
        assert_eq!(next(&again, "77").await, Some(second));
        assert_eq!(next(&again, "77").await, None);
        again.end(first.exchange, DeliveryEnd::Lost).await;
        assert_eq!(next(&again, "77").await, Some(first.clone()));
        let went_out = DeliveryEnd::WentOut(ExchangeId::default());
        again.end(first.exchange, went_out).await;
        assert_eq!(next(&again, "77").await, None);
        assert!(!again.is_queued(first.exchange));
        store.close().await;
    }

    #[tokio::test]
    async fn what_is_on_its_way_out_when_the_app_is_killed_does_not_go_out_again() {
        let (_dir, store) = store().await;
        let deliveries = Deliveries::load(&store).await.unwrap();
        deliveries.queue(delivery(1, "77")).await.unwrap();
        assert!(next(&deliveries, "77").await.is_some());
        let after_the_kill = Deliveries::load(&store).await.unwrap();
        assert_eq!(next(&after_the_kill, "77").await, None);
        store.close().await;
    }

    #[tokio::test]
    async fn where_it_cannot_be_saved_that_it_goes_out_it_waits() {
        let (_dir, store) = store().await;
        let deliveries = Deliveries::load(&store).await.unwrap();
        let waiting = delivery(1, "77");
        deliveries.queue(waiting.clone()).await.unwrap();
        store.close().await;
        assert_eq!(next(&deliveries, "77").await, None);
        assert!(deliveries.withdraw(waiting.exchange).await.is_err());
        assert!(deliveries.is_queued(waiting.exchange));
        assert_eq!(next(&deliveries, "77").await, None, "once more");
    }

    #[tokio::test]
    async fn what_a_person_changes_while_it_is_on_its_way_holds_where_it_does_not_arrive() {
        let (_dir, store) = store().await;
        let went_out = DeliveryEnd::WentOut(ExchangeId::default());
        let all = delivery(1, "77");
        let named = LateDelivery {
            names: Some(vec!["paid".to_owned()]),
            ..all.clone()
        };
        for (is_queued_anew, end, expected) in [
            (false, DeliveryEnd::Lost, None),
            (true, DeliveryEnd::Lost, Some(named.clone())),
            (true, went_out, None),
            (true, DeliveryEnd::Impossible, None),
        ] {
            let deliveries = Deliveries::load(&store).await.unwrap();
            deliveries.queue(all.clone()).await.unwrap();
            assert_eq!(next(&deliveries, "77").await, Some(all.clone()));
            deliveries.withdraw(all.exchange).await.unwrap();
            assert!(!deliveries.is_queued(all.exchange));
            if is_queued_anew {
                deliveries.queue(named.clone()).await.unwrap();
                assert!(deliveries.is_queued(all.exchange));
                assert_eq!(next(&deliveries, "77").await, None, "it is on its way");
            }
            deliveries.end(all.exchange, end).await;
            assert_eq!(next(&deliveries, "77").await, expected, "{end:?}");
        }
        store.close().await;
    }

    #[tokio::test]
    async fn beyond_the_limit_a_person_is_told_and_none_is_given_up() {
        let (_dir, store) = store().await;
        let deliveries = Deliveries::load(&store).await.unwrap();
        let full = StoredDeliveries {
            queued: (0..QUEUED_MAX as u128)
                .map(|one| delivery(one, "77"))
                .collect(),
        };
        let mut writing = deliveries.document.change(Author::App).await;
        writing.save(full).await.unwrap();
        drop(writing);
        let over = deliveries.queue(delivery(QUEUED_MAX as u128, "77")).await;
        assert!(matches!(over, Err(Error::QueueFull(QUEUED_MAX))));
        assert!(deliveries.queue(delivery(7, "77")).await.is_ok(), "again");
        assert_eq!(next(&deliveries, "77").await, Some(delivery(0, "77")));
        store.close().await;
    }
}
