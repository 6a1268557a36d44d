//! The port of this machine that a program or a proxy of the user's leads to. It is open to
//! loopback alone, and what arrives there came from the internet.

use std::hash::{BuildHasher as _, RandomState};
use std::net::Ipv4Addr;
use std::ops::Range;
use std::time::Duration;

use tokio::net::{TcpListener, TcpSocket};
use tunnel_session::{Session, TunnelError, TunnelErrorKind};

/// Ports that no system gives out by itself, to the near end of a connection for instance: those
/// begin at 32 768 (Linux) and 49 152 (macOS, Windows). One of these is more likely to be free at
/// the next start.
const PORTS: Range<u16> = 20_000..32_000;
/// Ports tried among them before any free one is taken. A guess.
const TRIES: u16 = 64;
/// Connections that the system takes while the program is busy. More than may be served and
/// refused at once, so that those limits decide; `TcpListener::bind` takes 128.
const BACKLOG: u32 = 1024;
/// The pause after the port could not accept, most likely for want of file handles. A
/// guess.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Opens the port of the last time where it is free, and otherwise another one; the status tells
/// which.
pub(super) fn open(session: &Session, remembered: Option<u16>) -> Result<TcpListener, TunnelError> {
    // A try after a loss keeps to the port of the try before.
    let last = session.forward_to().map(|address| address.port());
    let opened = bind(last.or(remembered)).and_then(|listener| {
        let address = listener.local_addr()?;
        Ok((listener, address))
    });
    let (listener, address) =
        opened.map_err(|error| TunnelError::new(TunnelErrorKind::NoPort, error.to_string()))?;
    session.forwards(address);
    Ok(listener)
}

fn bind(wanted: Option<u16>) -> std::io::Result<TcpListener> {
    let length = PORTS.end - PORTS.start;
    // Two programs that start at the same moment begin at different ones.
    let random = RandomState::new().hash_one(()) % u64::from(length);
    let random = u16::try_from(random).unwrap_or_default();
    let others = (0..TRIES).map(|step| PORTS.start + (random + step) % length);
    for port in wanted.into_iter().chain(others) {
        if let Ok(listener) = listen(port) {
            return Ok(listener);
        }
    }
    listen(0)
}

fn listen(port: u16) -> std::io::Result<TcpListener> {
    let socket = TcpSocket::new_v4()?;
    // As `TcpListener::bind` does; on Windows it would share the port with other programs.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    socket.bind((Ipv4Addr::LOCALHOST, port).into())?;
    socket.listen(BACKLOG)
}

/// Delivers what comes in, until it is dropped.
pub(super) async fn accept(listener: &TcpListener, session: &Session) -> std::convert::Infallible {
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                let _ = stream.set_nodelay(true);
                session.deliver(Box::new(stream), peer);
            }
            Err(error) => {
                tracing::warn!(%error, "a connection to the tunnel's port could not be accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}
