//! The ngrok service's side of its protocol, on loopback.
//!
//! The real, unmodified `ngrok` client connects to a [`Standin`] as it does to the service: TLS,
//! muxado, Auth and Bind, and connections that come in through a public edge. [`Knobs`] make it
//! refuse, hang and change its mind, [`Standin::log`] shows what the client sent, a [`Wire`] in
//! front of it plays the network that fails, and a [`Proxy`] the one that lets nobody out directly.
//! A [`ReservedPort`] stays free for the test that has it.
//!
//! It is made from the client's side of the protocol, so it proves that the client copes and not
//! that the service does the same. It is for tests and trials only: no crate of the product depends
//! on it. Everything a stand-in, a wire or a proxy started ends when it is dropped.
//!
//! Absent: TCP and TLS endpoints, labelled binds, upgrades to WebSocket, HTTP/2 and TLS at the
//! edge.

#![warn(missing_docs)]

mod delegate;
mod edge;
mod knobs;
mod port;
mod proxy;
mod rpc;
mod session;
mod standin;
mod state;
mod tls;
mod watch;
mod wire;

pub use knobs::{Command, Kind, Knobs, Received, Refusal, Urls};
pub use port::ReservedPort;
pub use proxy::{Proxy, ProxyKind};
pub use standin::{Addresses, KnobsGuard, Standin};
pub use tls::PROXY_ONLY_NAME;
pub use wire::Wire;
