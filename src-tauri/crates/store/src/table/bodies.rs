//! The table `bodies`: heads and bytes, one row for each exchange.

use protocol::{Answer, OwnFinding, Request};
use rusqlite::{Connection, params};

use crate::coding::{self, Coding, StoredBody};
use crate::convert::to_sql;
use crate::error::StoreError;

pub(crate) const CREATE: &str = "
CREATE TABLE bodies (
    seq             INTEGER PRIMARY KEY,
    request_head    BLOB    NOT NULL,
    request_coding  INTEGER NOT NULL,
    request_body    BLOB    NOT NULL,
    answer_head     BLOB,
    answer_coding   INTEGER,
    answer_body     BLOB,
    own_findings    TEXT
) STRICT;
";

/// Every column but `seq`, as [`get`] reads them.
pub(crate) const COLUMNS: &str = "request_head, request_coding, request_body, answer_head, \
                                  answer_coding, answer_body, own_findings";

/// A request and perhaps an answer as they are stored.
#[derive(Clone, Debug)]
pub(crate) struct StoredMessages {
    pub(crate) request_head: Vec<u8>,
    pub(crate) request_body: StoredBody,
    pub(crate) answer: Option<StoredAnswer>,
    pub(crate) own_findings: Option<String>,
}

/// An answer as it is stored.
#[derive(Clone, Debug)]
pub(crate) struct StoredAnswer {
    pub(crate) head: Vec<u8>,
    pub(crate) body: StoredBody,
}

impl StoredMessages {
    /// Whether one of the bodies lies in pieces.
    pub(crate) fn has_pieces(&self) -> bool {
        let answer = self.answer.as_ref();
        let is_in_pieces = |body: &StoredBody| body.coding == Coding::Pieces;
        is_in_pieces(&self.request_body) || answer.is_some_and(|one| is_in_pieces(&one.body))
    }
}

impl StoredAnswer {
    pub(crate) fn bytes(&self) -> usize {
        self.head.len() + self.body.bytes.len()
    }
}

/// A row, unpacked. A body in pieces has its beginning here.
pub(crate) struct Messages {
    pub(crate) request: Request,
    pub(crate) answer: Option<Answer>,
    pub(crate) own_findings: Vec<OwnFinding>,
    /// The whole lengths of bodies in pieces.
    pub(crate) request_length: Option<u64>,
    pub(crate) answer_length: Option<u64>,
}

/// Adds the row of a new exchange.
pub(crate) fn insert(conn: &Connection, seq: u64, row: &StoredMessages) -> rusqlite::Result<()> {
    let answer = row.answer.as_ref();
    conn.prepare_cached(
        "INSERT INTO bodies (seq, request_head, request_coding, request_body, answer_head, \
         answer_coding, answer_body, own_findings) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?
    .execute(params![
        to_sql(seq),
        row.request_head,
        row.request_body.coding as i64,
        &row.request_body.bytes[..],
        answer.map(|answer| &answer.head),
        answer.map(|answer| answer.body.coding as i64),
        answer.map(|answer| &answer.body.bytes[..]),
        row.own_findings,
    ])?;
    Ok(())
}

/// Adds or replaces the answer of an exchange.
pub(crate) fn set_answer(
    conn: &Connection,
    seq: u64,
    answer: &StoredAnswer,
) -> rusqlite::Result<()> {
    conn.prepare_cached(
        "UPDATE bodies SET answer_head = ?2, answer_coding = ?3, answer_body = ?4 WHERE seq = ?1",
    )?
    .execute(params![
        to_sql(seq),
        answer.head,
        answer.body.coding as i64,
        &answer.body.bytes[..]
    ])?;
    Ok(())
}

/// Adds to the app's own findings of an exchange.
pub(crate) fn add_own_finding(
    conn: &Connection,
    seq: u64,
    finding: &OwnFinding,
) -> rusqlite::Result<()> {
    let json = serde_json::to_string(finding).expect("texts in a list are always JSON");
    conn.prepare_cached(
        "UPDATE bodies SET own_findings = \
         json_insert(coalesce(own_findings, '[]'), '$[#]', json(?2)) WHERE seq = ?1",
    )?
    .execute(params![to_sql(seq), json])?;
    Ok(())
}

/// Reads the row; method and path are in the other table.
pub(crate) fn get(conn: &Connection, seq: u64) -> Result<Option<Messages>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM bodies WHERE seq = ?1");
    let mut statement = conn.prepare_cached(&sql)?;
    let mut rows = statement.query([to_sql(seq)])?;
    let Some(row) = rows.next()? else {
        return Ok(None);
    };
    let mut request = coding::unpack_request(blob(row, 0)?)?;
    request.body = coding::unpack(row.get(1)?, blob(row, 2)?)?
        .into_owned()
        .into();
    let request_length = coding::length_in_pieces(row.get(1)?, blob(row, 2)?);
    let mut answer_length = None;
    let answer = match row
        .get_ref(3)?
        .as_blob_or_null()
        .map_err(rusqlite::Error::from)?
    {
        None => None,
        Some(head) => {
            answer_length = coding::length_in_pieces(row.get(4)?, blob(row, 5)?);
            let body = coding::unpack(row.get(4)?, blob(row, 5)?)?.into_owned();
            Some(coding::unpack_answer(head, body.into())?)
        }
    };
    let own_findings = match row
        .get_ref(6)?
        .as_str_or_null()
        .map_err(rusqlite::Error::from)?
    {
        None => Vec::new(),
        Some(json) => serde_json::from_str(json)
            .map_err(|error| StoreError::Unreadable(format!("own findings: {error}")))?,
    };
    Ok(Some(Messages {
        request,
        answer,
        own_findings,
        request_length,
        answer_length,
    }))
}

/// Removes a row.
pub(crate) fn remove(conn: &Connection, seq: u64) -> rusqlite::Result<()> {
    conn.prepare_cached("DELETE FROM bodies WHERE seq = ?1")?
        .execute([to_sql(seq)])?;
    Ok(())
}

fn blob<'row>(row: &'row rusqlite::Row<'_>, column: usize) -> rusqlite::Result<&'row [u8]> {
    Ok(row.get_ref(column)?.as_blob()?)
}
