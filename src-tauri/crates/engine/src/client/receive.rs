//! The body of an answer as far as it comes: what has arrived stays, however it ends.

use bytes::Bytes;
use http_body::Body as HttpBody;
use http_body_util::BodyExt as _;
use protocol::{Body, Failure, FailureCode};

use super::allowance::Allowance;
use crate::bodies::{Bodies, CollectError};

/// Receives a body; with why it is not whole where it is not. `limit`: the longest taken, in bytes.
pub(super) async fn receive(
    mut body: impl HttpBody<Data = Bytes, Error = Failure> + Unpin,
    bodies: &Bodies,
    allowance: &mut Allowance,
    limit: u64,
) -> (Body, Option<Failure>) {
    let mut collector = bodies.collect();
    let cut = loop {
        let next = async { body.frame().await.transpose() };
        let frame = match allowance.wait(next).await {
            Ok(Some(frame)) => frame,
            Ok(None) => break None,
            Err(failure) => break Some(unfinished(failure, allowance)),
        };
        let Ok(mut piece) = frame.into_data() else {
            continue;
        };
        allowance.received(piece.len());
        let room = limit - collector.length();
        let is_over = piece.len() as u64 > room;
        if is_over {
            piece.truncate(usize::try_from(room).unwrap_or(usize::MAX));
        }
        if let Err(error) = collector.push(piece).await {
            return (collector.cut(), Some(not_taken(error)));
        }
        if is_over {
            break Some(Failure::new(FailureCode::AnswerCut, format!("> {limit} B")));
        }
    };
    match collector.finish().await {
        Ok(body) => (body, cut),
        Err(unfinished) => (unfinished.beginning, Some(not_taken(unfinished.error))),
    }
}

/// Why the rest did not come: the time was over, or the connection.
fn unfinished(failure: Failure, allowance: &Allowance) -> Failure {
    let detail = match failure.code {
        FailureCode::TimedOut => format!("> {} s", allowance.seconds()),
        _ => failure.detail,
    };
    Failure::new(FailureCode::AnswerCut, detail)
}

fn not_taken(error: CollectError) -> Failure {
    let detail = match error {
        CollectError::Busy { most_bytes } | CollectError::FilesFull { most_bytes } => {
            format!("> {most_bytes} B")
        }
        CollectError::Disk(error) => error.to_string(),
    };
    Failure::new(FailureCode::NoRoom, detail)
}

#[cfg(test)]
mod tests {
    use futures_util::StreamExt as _;
    use futures_util::stream;
    use http_body::Frame;
    use http_body_util::StreamBody;

    use super::*;
    use crate::bodies::Bounds;

    /// Receives sixty events, and then what follows them.
    async fn received(then: Option<Failure>, limit: u64) -> (Body, Option<Failure>) {
        let dir = tempfile::tempdir().unwrap();
        let bodies = Bodies::new(dir.path(), Bounds::default());
        let event = || Ok(Frame::data(Bytes::from_static(b"data: 1\n\n")));
        let events = stream::iter(std::iter::repeat_with(event).take(60));
        let body = match then {
            Some(failure) => events.chain(stream::iter([Err(failure)])).boxed(),
            None => events.chain(stream::pending()).boxed(),
        };
        let mut allowance = Allowance::begin("bot.example", 0);
        receive(StreamBody::new(body), &bodies, &mut allowance, limit).await
    }

    #[tokio::test(start_paused = true)]
    async fn what_has_arrived_stays_however_it_ends() {
        let cut = |detail: &str| Some(Failure::new(FailureCode::AnswerCut, detail));
        let broken = Failure::new(FailureCode::BadAnswer, "bot.example: end of file");
        for (then, limit, length, failure) in [
            (None, 1000, 540, cut("> 60 s")),
            (None, 100, 100, cut("> 100 B")),
            (Some(broken), 1000, 540, cut("bot.example: end of file")),
        ] {
            let (body, because) = received(then, limit).await;
            assert_eq!(body.length(), length);
            assert_eq!(because, failure);
        }
    }
}
