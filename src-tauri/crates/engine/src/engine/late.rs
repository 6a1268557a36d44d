//! What people may do with answers of their servers that came late.

use std::sync::Arc;

use protocol::{ExchangeId, Side};

use super::Engine;
use crate::error::{Error, Invalid};
use crate::feed::EventKind;
use crate::late::{LateDelivery, names, object_text};
use crate::words;

impl Engine {
    /// Whether the late answer of an exchange is to go out with this user's next answer.
    #[must_use]
    pub fn is_queued(&self, id: ExchangeId) -> bool {
        self.shared.deliveries.is_queued(id)
    }

    /// Stops waiting for a late answer; whether it was waited for.
    ///
    /// # Errors
    /// There is no such exchange.
    pub async fn stop_late(&self, id: ExchangeId) -> Result<bool, Error> {
        let is_stopped = self.shared.late_calls.stop(id);
        if !is_stopped {
            self.exchange(id).await?;
        }
        Ok(is_stopped)
    }

    /// Has variables of a late answer go out with this user's next answer; all where `names` is
    /// `None`.
    ///
    /// # Errors
    /// There is no such exchange, late answer or variable, it has been delivered, it is no JSON
    /// object, or too many wait already.
    pub async fn deliver_late(
        &self,
        id: ExchangeId,
        wanted: Option<Vec<String>>,
    ) -> Result<(), Error> {
        if wanted.as_ref().is_some_and(Vec::is_empty) {
            return Err(Invalid::new("/names", &words::NO_VARIABLES_NAMED).into());
        }
        let exchange = self.exchange(id).await?;
        let late = exchange.answers.get(Side::Late);
        let late = late.ok_or(Error::NoLateAnswer)?;
        if exchange.summary.delivered_with.is_some() {
            return Err(Error::AlreadyDelivered);
        }
        let object = object_text(late).ok_or(Error::NotAnObject)?;
        let known = names(&object);
        for (index, name) in wanted.iter().flatten().enumerate() {
            if !known.contains(name) {
                let pointer = format!("/names/{index}");
                return Err(Invalid::new(pointer, &words::NO_SUCH_VARIABLE).into());
            }
        }
        let delivery = LateDelivery {
            exchange: id,
            bot: exchange.summary.bot,
            user: exchange.summary.user.clone().unwrap_or_default(),
            names: wanted,
        };
        let shared = Arc::clone(&self.shared);
        self.to_its_end(async move { shared.deliveries.queue(delivery).await })
            .await?;
        self.announce(id).await;
        Ok(())
    }

    /// Takes a delivery back.
    ///
    /// # Errors
    /// There is no such exchange, or the change cannot be saved.
    pub async fn withdraw_late(&self, id: ExchangeId) -> Result<(), Error> {
        self.exchange(id).await?;
        let shared = Arc::clone(&self.shared);
        self.to_its_end(async move { shared.deliveries.withdraw(id).await })
            .await?;
        self.announce(id).await;
        Ok(())
    }

    /// Tells whoever looks on how an exchange stands now, with what waits for it.
    async fn announce(&self, id: ExchangeId) {
        if let Ok(Some(summary)) = self.shared.store.summary(id).await {
            let feed = &self.shared.feed;
            feed.exchange(EventKind::ExchangeChanged, Arc::new(summary));
        }
    }
}
