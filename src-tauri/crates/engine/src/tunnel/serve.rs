//! What comes through the tunnel: each connection goes the way of every other one, by the door that leads to
//! secrets only.

use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tunnel::{Connection, Incoming};

use super::usage::Counted;
use crate::door::Door;
use crate::engine::Inner;
use crate::server::Caller;

/// What a connection over the limit is told.
const FULL: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nRetry-After: 1\r\n\
    Connection: close\r\n\r\n";
/// How long that may take.
const FULL_TIME: Duration = Duration::from_secs(5);

/// Takes connections as fast as they come, until the app stops.
pub(crate) async fn serve(inner: Arc<Inner>, mut incoming: Incoming) {
    loop {
        let connection = tokio::select! {
            () = inner.stop.cancelled() => return,
            next = incoming.next() => match next {
                Some(connection) => connection,
                None => return,
            },
        };
        let one = one(Arc::clone(&inner), connection);
        inner.tasks.spawn(one);
    }
}

async fn one(inner: Arc<Inner>, connection: Connection) {
    let (over_limit, remote) = (connection.over_limit, connection.peer);
    let (stream, place) = connection.into_parts();
    let count = inner.tunnel.usage.count();
    count.request();
    let stream = Counted::new(stream, count);
    if over_limit {
        let _ = tokio::time::timeout(FULL_TIME, tell_full(stream)).await;
    } else {
        let stop = inner.stop.clone();
        let caller = Caller {
            inner,
            remote,
            door: Door::Tunnel,
        };
        caller.connection(stream, stop).await;
    }
    drop(place);
}

/// Reads what the caller sends first, so that the answer is not lost to a reset connection.
async fn tell_full<S>(mut stream: S) -> std::io::Result<()>
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin,
{
    let mut piece = [0_u8; 4096];
    if stream.read(&mut piece).await? == 0 {
        return Ok(());
    }
    stream.write_all(FULL).await?;
    stream.shutdown().await?;
    while stream.read(&mut piece).await? > 0 {}
    Ok(())
}
