//! The webhook server: listener, connections, limits, and requests handed to their turns.

mod access;
mod body;
mod broken_head;
mod chunks;
mod connection;
mod frames;
mod framing;
mod head;
mod http2;
mod http2_stream;
mod left_behind;
mod listener;
mod open_requests;
mod recorded;
mod refusals;
mod response;
mod route;
mod sniff;
mod source;
mod streams;
mod target;
mod transport;
mod tunnel;
mod watched_stream;
mod web_page;
mod wire;
mod wire_head;

use std::time::Duration;

pub(crate) use listener::{allow_connections, listen, listen_near, serve};
pub(crate) use route::ListenerKind;
pub(crate) use tunnel::serve_tunnel;

/// How long what is being sent may take when the app ends.
pub(crate) const GRACE: Duration = Duration::from_secs(5);
