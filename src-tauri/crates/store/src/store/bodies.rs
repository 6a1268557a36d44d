//! Bodies on their way into the database: packed into their row, or by pieces before it.

use std::io;

use protocol::{Answer, Body, ExchangeId, OwnFinding, Side};

use super::Store;
use crate::coding::{self, StoredBody};
use crate::error::{NotSaved, NotSavedKind};
use crate::pack;
use crate::session::Session;
use crate::table::body_pieces;
use crate::table::exchanges;
use crate::table::messages::StoredMessage;

/// What goes into the row.
pub(super) struct Packed {
    pub(super) body: StoredBody,
    /// It is the beginning alone: the whole could not be written.
    pub(super) cut: Option<OwnFinding>,
}

impl Packed {
    const fn whole(body: StoredBody) -> Self {
        Self { body, cut: None }
    }

    /// The row, and what is said of it.
    pub(super) fn row(self, side: Side, head: Vec<u8>) -> (StoredMessage, Option<OwnFinding>) {
        let body = self.body;
        (StoredMessage { side, head, body }, self.cut)
    }
}

impl Store {
    /// Packs a body for its row. The pieces of one outside of memory are committed before it
    /// returns; where they cannot be, the exchange is recorded with the beginning.
    pub(super) async fn store_body(
        &self,
        seq: u64,
        side: Side,
        body: &Body,
    ) -> Result<Packed, NotSaved> {
        let beginning = body.beginning().clone();
        if body.is_in_memory() {
            return Ok(Packed::whole(pack::body(beginning).await?));
        }
        match self.write_pieces(seq, side, body).await {
            Ok(()) => {
                let packed = pack::beginning(beginning, body.length()).await?;
                Ok(Packed::whole(packed))
            }
            Err(error) => {
                if self.remove_pieces(seq, side, 0).await.is_err() {
                    tracing::warn!("pieces of a long body remain until the next start");
                }
                self.cut(side, body, &error).await
            }
        }
    }

    /// The row of an answer, and what is said of it where it is its beginning alone.
    pub(super) async fn store_answer(
        &self,
        seq: u64,
        side: Side,
        answer: &Answer,
    ) -> Result<(StoredMessage, Option<OwnFinding>), NotSaved> {
        let packed = self.store_body(seq, side, &answer.body).await?;
        Ok(packed.row(side, coding::pack_answer(answer)))
    }

    /// The same for an exchange that is stored already.
    pub(super) async fn store_later_answer(
        &self,
        id: ExchangeId,
        side: Side,
        answer: &Answer,
    ) -> Result<(StoredMessage, Option<OwnFinding>), NotSaved> {
        let body = &answer.body;
        let head = coding::pack_answer(answer);
        if body.is_in_memory() {
            let packed = pack::body(body.beginning().clone()).await?;
            return Ok(Packed::whole(packed).row(side, head));
        }
        // Not on the writer: where that fails, the change itself still has to get into the backlog.
        let seq = self
            .inner
            .readers
            .read_for_caller(move |conn| Ok(exchanges::seq_of(conn, id)?));
        let error = match seq.await {
            Ok(Some(seq)) => return self.store_answer(seq, side, answer).await,
            Ok(None) => NotSaved::new(NotSavedKind::Other, "the exchange is not written yet"),
            Err(error) => NotSaved::new(NotSavedKind::Other, error.to_string()),
        };
        Ok(self.cut(side, body, &error).await?.row(side, head))
    }

    /// The beginning alone, and everything that tells of it.
    async fn cut(&self, side: Side, body: &Body, error: &NotSaved) -> Result<Packed, NotSaved> {
        tracing::warn!(%error, length = body.length(), "only the beginning of a body is recorded");
        self.inner.health_sender.cut();
        let lengths = [body.beginning().len() as u64, body.length()];
        Ok(Packed {
            body: pack::body(body.beginning().clone()).await?,
            cut: Some(OwnFinding::new(
                side.not_saved(),
                lengths.map(|length| length.to_string()),
            )),
        })
    }

    /// Removes the pieces of one side from a number on, some at a time.
    async fn remove_pieces(&self, seq: u64, side: Side, number: u64) -> Result<(), NotSaved> {
        loop {
            let removing = move |session: &mut Session| {
                body_pieces::remove_some_from(&session.conn, (seq, side, number))
            };
            if self.change(removing).await? {
                return Ok(());
            }
        }
    }

    /// One piece after the other, each in a transaction of its own, so that other changes go
    /// between them.
    async fn write_pieces(&self, seq: u64, side: Side, body: &Body) -> Result<(), NotSaved> {
        let (mut offset, mut number) = (0, 0);
        let mut pieces = pack::pieces(body.clone());
        while let Some(piece) = pieces.recv().await {
            let unread =
                |error: io::Error| NotSaved::new(NotSavedKind::DiskError, error.to_string());
            let (piece, length) = piece.map_err(unread)?;
            self.change_of(piece.bytes.len(), move |session| {
                session.has_pieces = true;
                body_pieces::put(&session.conn, (seq, side, number), &piece)
            })
            .await?;
            offset += length;
            number += 1;
        }
        if offset < body.length() {
            let detail = format!("a body of {} bytes ends at {offset}", body.length());
            return Err(NotSaved::new(NotSavedKind::DiskError, detail));
        }
        // A longer answer may have stood here before.
        self.remove_pieces(seq, side, number).await
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::{Arc, mpsc};

    use bytes::Bytes;
    use protocol::{Answers, BodySource, State, UtcMillis};
    use tokio::sync::oneshot;

    use super::*;
    use crate::open::StoreOptions;
    use crate::sample::{ending, exchange, id};
    use crate::types::{Change, Stopwatch};

    #[derive(Debug)]
    struct Zeros;

    impl BodySource for Zeros {
        fn read_at(&self, _: u64, length: usize) -> io::Result<Bytes> {
            Ok(vec![0; length].into())
        }
    }

    #[tokio::test]
    async fn a_long_answer_ends_its_exchange_although_what_is_written_with_it_fails() {
        let dir = tempfile::tempdir().unwrap();
        let (store, _) = Store::open(&StoreOptions {
            max_pages: Some(60),
            ..StoreOptions::new(dir.path(), || UtcMillis(0))
        })
        .unwrap();
        let mut held = exchange(1);
        held.summary.state = State::Held;
        held.answers = Answers::default();
        store.insert(held, Stopwatch::start()).await.unwrap();
        // Both jobs wait for one transaction while the writer is at work.
        let (started, running) = oneshot::channel();
        let (go, gate) = mpsc::sync_channel::<()>(1);
        let at_work = store.change(move |_| {
            started.send(()).unwrap();
            gate.recv().unwrap();
            Ok(())
        });
        let mut answer = Answer::json(200, "");
        answer.body = Body::outside(Bytes::new(), 3_000_000, Arc::new(Zeros));
        let change = Change {
            ending: Some(ending(&answer)),
            answers: answer.into(),
            ..Change::default()
        };
        let mut large = exchange(2);
        // Twice what there is room for; a path is not compressed.
        large.summary.path = "x".repeat(1_000_000);
        let waiting = async {
            running.await.unwrap();
            let release = async { go.send(()).unwrap() };
            tokio::join!(
                store.update(id(1), change),
                store.insert(large, Stopwatch::start()),
                release
            )
        };
        let (_, (_, inserted, ())) = tokio::join!(at_work, waiting);
        assert!(inserted.is_err());
        store.set_max_pages(100_000).await.unwrap();
        let mut health = store.health();
        health.wait_for(|health| health.saving).await.unwrap();
        let found = store.get(id(1)).await.unwrap().unwrap();
        assert_eq!(found.summary.state, State::Answered);
    }
}
