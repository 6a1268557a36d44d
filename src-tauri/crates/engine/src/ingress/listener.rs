//! The listener of the webhook server: where it listens, and how many connections it takes.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpSocket};
use tokio_util::sync::CancellationToken;

use super::connection::Caller;
use super::route::ListenerKind;
use crate::settings::Settings;
use crate::shared::{Listening, Shared};

/// Files beside the connections: the database, the page, replays on their way out.
const OTHER_FILES: u64 = 512;

/// Lets the process have as many connections as the settings allow: some systems begin with 256
/// open files. How many there may be: fewer where the system allows fewer files.
pub(crate) fn allow_connections(settings: &Settings) -> usize {
    let wanted = settings.connection_limit;
    let allowed = rlimit::increase_nofile_limit(u64::from(wanted) + OTHER_FILES);
    let connections = match allowed {
        Ok(files) => connections_within(files, wanted),
        Err(error) => {
            tracing::warn!(%error, "the limit of open files could not be raised");
            wanted
        }
    };
    if connections < wanted {
        tracing::warn!(
            connections,
            wanted,
            "the system's limit of open files allows fewer connections than the settings"
        );
    }
    connections as usize
}

/// How many of the wanted connections so many open files allow. Where there are few, half of them
/// is for everything else: without a file the history cannot be written.
fn connections_within(files: u64, wanted: u32) -> u32 {
    let free = files.saturating_sub(OTHER_FILES.min(files / 2));
    u32::try_from(free).map_or(wanted, |free| free.clamp(1, wanted))
}

/// Accepts connections until its listener is told to stop.
pub(crate) async fn serve(shared: Arc<Shared>, listener: TcpListener, listening: Listening) {
    let _closing = listening.is_closed.drop_guard();
    accept(shared, listener, listening.stop).await;
}

async fn accept(shared: Arc<Shared>, listener: TcpListener, stop: CancellationToken) {
    // One line for a shortage, not one for each try.
    let mut is_short = false;
    let mut shrinks = shared.connections.shrinks();
    // Where the system does not say where it listens, the whole network may be there.
    let kind = listener
        .local_addr()
        .map_or(ListenerKind::Network, |address| {
            ListenerKind::at(address.ip())
        });
    loop {
        let permit = tokio::select! {
            () = stop.cancelled() => return,
            permit = shared.connections.acquire() => permit,
        };
        let (stream, remote) = tokio::select! {
            biased;
            () = stop.cancelled() => return,
            // This permit is of the larger limit, and may be one too many.
            Ok(()) = shrinks.changed() => continue,
            accepted = listener.accept() => match accepted {
                Ok(accepted) => {
                    is_short = false;
                    accepted
                }
                Err(error) => {
                    // Out of file handles, most likely: others must end before one can begin.
                    if !is_short {
                        tracing::warn!(%error, "connections cannot be accepted");
                    }
                    is_short = true;
                    tokio::select! {
                        () = stop.cancelled() => return,
                        () = tokio::time::sleep(Duration::from_millis(50)) => continue,
                    }
                }
            },
        };
        // Answers are small and wanted at once.
        let _ = stream.set_nodelay(true);
        let caller = Caller {
            shared: Arc::clone(&shared),
            remote,
            listener: kind,
        };
        let stop = stop.clone();
        shared.tasks.spawn(async move {
            caller.connection(stream, stop).await;
            drop(permit);
        });
    }
}

/// Opens the listener of the webhook server.
///
/// # Errors
/// What the system says.
pub(crate) async fn listen(address: SocketAddr) -> Result<TcpListener, std::io::Error> {
    /// Connections that the system takes while the app is busy; `TcpListener::bind` takes 128.
    const BACKLOG: u32 = 1024;
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        SocketAddr::V6(_) => TcpSocket::new_v6()?,
    };
    // As `TcpListener::bind` does; on Windows it would share the port with other programs.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// The address asked for, or the next free one above it.
pub(crate) async fn listen_near(address: SocketAddr) -> Result<TcpListener, std::io::Error> {
    /// Ports tried after the wanted one, before any free one is taken.
    const NEXT: u16 = 64;
    let mut result = listen(address).await;
    for step in 1..=NEXT {
        match &result {
            Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {
                let Some(port) = address.port().checked_add(step) else {
                    break;
                };
                result = listen(SocketAddr::new(address.ip(), port)).await;
            }
            _ => return result,
        }
    }
    match result {
        Ok(listener) => Ok(listener),
        Err(_) => listen(SocketAddr::new(address.ip(), 0)).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_leave_files_for_everything_else() {
        for (files, wanted, connections) in [
            (1536, 1024, 1024),
            (1_048_576, 1024, 1024),
            (u64::MAX, 16_384, 16_384),
            (1024, 1024, 512),
            (256, 1024, 128),
            (64, 1024, 32),
            (64, 8, 8),
            (0, 8, 1),
        ] {
            assert_eq!(
                connections_within(files, wanted),
                connections,
                "{files} files"
            );
        }
    }
}
