//! Bodies on their way into the database: packed into their row, or by pieces before it.

use std::io;

use protocol::{Body, ExchangeId};

use super::Store;
use crate::coding::StoredBody;
use crate::error::{NotSaved, NotSavedKind};
use crate::pack;
use crate::table::body_pieces::{self, Side};
use crate::table::exchanges;

/// What goes into the row, and why it is the beginning alone where the whole could not be written.
type Packed = (StoredBody, Option<NotSaved>);

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
            return Ok((pack::body(beginning).await?, None));
        }
        match self.write_pieces(seq, side, body).await {
            Ok(()) => Ok((pack::beginning(beginning, body.length()).await?, None)),
            Err(error) => {
                tracing::warn!(%error, "only the beginning of a long body is recorded");
                let removing = self
                    .change(move |session| body_pieces::remove_from(&session.conn, (seq, side, 0)));
                if removing.await.is_err() {
                    tracing::warn!("pieces of it remain until the exchange is purged");
                }
                Ok((pack::body(beginning).await?, Some(error)))
            }
        }
    }

    /// The same for the answer of an exchange that is stored already.
    pub(super) async fn store_answer_body(
        &self,
        id: ExchangeId,
        body: &Body,
    ) -> Result<Packed, NotSaved> {
        if body.is_in_memory() {
            return Ok((pack::body(body.beginning().clone()).await?, None));
        }
        let seq = self
            .change(move |session| exchanges::seq_of(&session.conn, id))
            .await?;
        match seq {
            Some(seq) => self.store_body(seq, Side::Answer, body).await,
            None => {
                let unknown = NotSaved::new(NotSavedKind::Other, "the exchange is not written yet");
                Ok((pack::body(body.beginning().clone()).await?, Some(unknown)))
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
        self.change(move |session| body_pieces::remove_from(&session.conn, (seq, side, number)))
            .await
    }
}
