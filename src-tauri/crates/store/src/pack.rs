//! Makes rows of messages before they are queued, so that the writer does nothing but write.

use bytes::Bytes;
use protocol::{Answer, LARGEST_BODY, OwnFinding};

use crate::coding::{self, COMPRESS_ASIDE, StoredBody};
use crate::error::{NotSaved, NotSavedKind};
use crate::table::bodies::StoredAnswer;

/// Packs a body, a large one on a blocking thread.
pub(crate) async fn body(body: Bytes) -> Result<StoredBody, NotSaved> {
    let packed = if body.len() > COMPRESS_ASIDE {
        tokio::task::spawn_blocking(move || StoredBody::pack(&body)).await
    } else {
        Ok(StoredBody::pack(&body))
    };
    match packed {
        Ok(packed) if packed.bytes.len() <= LARGEST_BODY => Ok(packed),
        Ok(packed) => {
            let detail = format!("{} > {LARGEST_BODY}", packed.bytes.len());
            Err(NotSaved::new(NotSavedKind::TooLarge, detail))
        }
        Err(error) => Err(NotSaved::new(NotSavedKind::Other, error.to_string())),
    }
}

/// An answer as it is stored.
pub(crate) async fn answer(answer: Option<&Answer>) -> Result<Option<StoredAnswer>, NotSaved> {
    let Some(answer) = answer else {
        return Ok(None);
    };
    let body = self::body(answer.body.clone()).await?;
    Ok(Some(StoredAnswer {
        head: coding::pack_answer(answer),
        body,
    }))
}

/// The findings as JSON; `None` where there are none.
pub(crate) fn findings(found: &[OwnFinding]) -> Option<String> {
    let found = Some(found).filter(|found| !found.is_empty())?;
    Some(serde_json::to_string(found).expect("texts in a list are always JSON"))
}
