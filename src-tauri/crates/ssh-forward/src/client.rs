//! Our side of a session, as `russh` calls it: the host key is compared, connections of our
//! forward are accepted, and everything else is refused.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use parking_lot::Mutex;
use russh::client::{ChannelOpenHandle, DisconnectReason, Handler, Msg, Session as Russh};
use russh::keys::{HashAlg, PublicKeyOrCertificate};
use russh::{Channel, ChannelOpenFailure};
use tokio_util::sync::DropGuard;
use tunnel_session::{Session, redact};

use crate::channel_stream;
use crate::host_key;

/// The port that the server was asked to listen at. Cloning gives another handle to the same.
#[derive(Clone)]
pub(crate) struct Forward(Arc<AtomicU32>);

/// No port has this number.
const NONE: u32 = u32::MAX;
/// Whatever port the server takes.
const ANY: u32 = 0;

impl Default for Forward {
    fn default() -> Self {
        Self(Arc::new(AtomicU32::new(NONE)))
    }
}

impl Forward {
    /// The server was asked for this port, or has reported it; 0 while it may be any.
    pub(crate) fn set_port(&self, port: u32) {
        self.0.store(port, Ordering::Relaxed);
    }

    /// The server does not listen.
    pub(crate) fn clear(&self) {
        self.set_port(NONE);
    }

    /// The port, where the server was asked to listen.
    pub(crate) fn port(&self) -> Option<u32> {
        Some(self.0.load(Ordering::Relaxed)).filter(|&port| port != NONE)
    }

    /// Whether a connection to this port is for us. Servers write the address in many ways, and
    /// there is one forward only: the port is enough.
    fn is_ours(&self, port: u32) -> bool {
        self.port()
            .is_some_and(|requested| requested == ANY || requested == port)
    }
}

/// Our side of a session.
pub(crate) struct Client {
    pub(crate) session: Session,
    /// The fingerprint that the server must show.
    pub(crate) host_key: Option<String>,
    /// The one it has shown, where it was refused.
    pub(crate) shown: Arc<Mutex<Option<String>>>,
    pub(crate) forward: Forward,
    pub(crate) said: Arc<Mutex<String>>,
    /// Cancelled by the end of the session's task.
    pub(crate) _ended: DropGuard,
}

impl Handler for Client {
    type Error = russh::Error;

    async fn check_server_key(
        &mut self,
        key: &PublicKeyOrCertificate,
    ) -> Result<bool, Self::Error> {
        let shown = key.public_key().fingerprint(HashAlg::Sha256).to_string();
        let shown = host_key::fingerprint(&shown);
        let right = self.host_key.as_ref() == Some(&shown);
        if !right {
            *self.shown.lock() = Some(shown);
        }
        Ok(right)
    }

    async fn server_channel_open_forwarded_tcpip(
        &mut self,
        channel: Channel<Msg>,
        _connected_address: &str,
        connected_port: u32,
        originator_address: &str,
        originator_port: u32,
        reply: ChannelOpenHandle,
        _session: &mut Russh,
    ) -> Result<(), Self::Error> {
        if !self.forward.is_ours(connected_port) {
            reply
                .reject(ChannelOpenFailure::AdministrativelyProhibited)
                .await;
            return Ok(());
        }
        // The permit first: an accepted connection must be served.
        let Some(reserved) = self.session.reserve() else {
            reply.reject(ChannelOpenFailure::ResourceShortage).await;
            return Ok(());
        };
        reply.accept().await;
        // A quarter: well before the whole link would count as dead.
        let limit = self.session.timing().tolerance / 4;
        let stream = channel_stream::stream(channel, limit);
        reserved.deliver(Box::new(stream), peer(originator_address, originator_port));
        Ok(())
    }

    // The library accepts the channels below by itself. None of them is ours; dropping the reply
    // refuses.

    async fn server_channel_open_forwarded_streamlocal(
        &mut self,
        _channel: Channel<Msg>,
        _socket_path: &str,
        _reply: ChannelOpenHandle,
        _session: &mut Russh,
    ) -> Result<(), Self::Error> {
        Ok(())
    }

    async fn server_channel_open_agent_forward(
        &mut self,
        _channel: Channel<Msg>,
        _reply: ChannelOpenHandle,
        _session: &mut Russh,
    ) -> Result<(), Self::Error> {
        Ok(())
    }

    async fn server_channel_open_session(
        &mut self,
        _channel: Channel<Msg>,
        _reply: ChannelOpenHandle,
        _session: &mut Russh,
    ) -> Result<(), Self::Error> {
        Ok(())
    }

    async fn server_channel_open_direct_tcpip(
        &mut self,
        _channel: Channel<Msg>,
        _host_to_connect: &str,
        _port_to_connect: u32,
        _originator_address: &str,
        _originator_port: u32,
        _reply: ChannelOpenHandle,
        _session: &mut Russh,
    ) -> Result<(), Self::Error> {
        Ok(())
    }

    async fn server_channel_open_direct_streamlocal(
        &mut self,
        _channel: Channel<Msg>,
        _socket_path: &str,
        _reply: ChannelOpenHandle,
        _session: &mut Russh,
    ) -> Result<(), Self::Error> {
        Ok(())
    }

    async fn server_channel_open_x11(
        &mut self,
        _channel: Channel<Msg>,
        _originator_address: &str,
        _originator_port: u32,
        _reply: ChannelOpenHandle,
        _session: &mut Russh,
    ) -> Result<(), Self::Error> {
        Ok(())
    }

    async fn disconnected(
        &mut self,
        reason: DisconnectReason<Self::Error>,
    ) -> Result<(), Self::Error> {
        let said = match &reason {
            DisconnectReason::ReceivedDisconnect(disconnect) => disconnect.message.clone(),
            DisconnectReason::Error(error) => error.to_string(),
        };
        *self.said.lock() = redact(&said);
        match reason {
            DisconnectReason::ReceivedDisconnect(_) => Ok(()),
            DisconnectReason::Error(error) => Err(error),
        }
    }
}

/// Who called, as the server reports it; a name or nonsense becomes the unspecified address.
fn peer(address: &str, port: u32) -> SocketAddr {
    match (address.parse::<IpAddr>(), u16::try_from(port)) {
        (Ok(address), Ok(port)) => SocketAddr::new(address, port),
        _ => SocketAddr::new(Ipv4Addr::UNSPECIFIED.into(), 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_caller_is_told_as_it_is_or_not_at_all() {
        assert_eq!(peer("203.0.113.9", 4711).to_string(), "203.0.113.9:4711");
        assert_eq!(peer("2001:db8::1", 1).to_string(), "[2001:db8::1]:1");
        for (address, port) in [("caller.example", 1), ("", 0), ("203.0.113.9", 70_000)] {
            assert_eq!(peer(address, port).to_string(), "0.0.0.0:0");
        }
    }

    #[test]
    fn only_connections_of_the_forward_are_ours() {
        let forward = Forward::default();
        assert!(!forward.is_ours(80), "nothing was asked for");
        forward.set_port(0);
        assert!(forward.is_ours(80), "any port was asked for");
        forward.set_port(8080);
        assert!(forward.is_ours(8080) && !forward.is_ours(80));
        forward.clear();
        assert!(!forward.is_ours(8080) && forward.port().is_none());
    }
}
