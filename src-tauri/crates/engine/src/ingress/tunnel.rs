//! What comes through the tunnel: each connection is served as one of the listener is, but only
//! secrets lead anywhere.

use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tunnel::{Connection, Incoming};

use super::connection::Caller;
use super::route::ListenerKind;
use crate::shared::Shared;
use crate::tunnel::counted;

/// What a connection over the limit is told.
const FULL: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nRetry-After: 1\r\n\
    Connection: close\r\n\r\n";
/// How long that may take.
const FULL_TIMEOUT: Duration = Duration::from_secs(5);

/// Takes connections as fast as they come, until the app stops.
pub(crate) async fn serve_tunnel(shared: Arc<Shared>, mut incoming: Incoming) {
    loop {
        let connection = tokio::select! {
            () = shared.stop.cancelled() => return,
            next = incoming.next() => match next {
                Some(connection) => connection,
                None => return,
            },
        };
        let one = one(Arc::clone(&shared), connection);
        shared.tasks.spawn(one);
    }
}

async fn one(shared: Arc<Shared>, connection: Connection) {
    let (over_limit, remote) = (connection.over_limit, connection.peer);
    let (stream, permit) = connection.into_parts();
    let count = shared.tunnel.usage.count();
    count.request();
    let stream = counted(stream, count);
    if over_limit {
        let _ = tokio::time::timeout(FULL_TIMEOUT, tell_full(stream)).await;
    } else {
        let stop = shared.stop.clone();
        let caller = Caller {
            shared,
            remote,
            listener: ListenerKind::Tunnel,
        };
        caller.connection(stream, stop).await;
    }
    drop(permit);
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
