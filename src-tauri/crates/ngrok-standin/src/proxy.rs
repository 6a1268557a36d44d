//! The proxies that tests go through: HTTP CONNECT and SOCKS5, with a login or without.
//!
//! They resolve names themselves, lead to the loopback only, and ask no resolver: they know
//! `localhost` and one name that nobody else does.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::tls::PROXY_ONLY_NAME;

/// Connections at once. A guess.
const CONNECTIONS: usize = 256;
/// How long a client may take to name its target. A guess: a busy machine does not reach it.
const GREETING: Duration = Duration::from_secs(30);
/// The longest head of a CONNECT, in bytes: the usual limit of HTTP servers.
const HEAD_MAX: u64 = 8 * 1024;
/// The pause after the system refused a connection, most likely for want of file handles. A
/// guess.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// What a proxy speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProxyKind {
    /// `CONNECT host:port` of HTTP.
    Connect,
    /// SOCKS5.
    Socks5,
}

/// A running proxy; it ends with all its connections when it is dropped.
pub struct Proxy {
    shared: Arc<Shared>,
    addr: SocketAddr,
}

struct Shared {
    kind: ProxyKind,
    login: Option<(String, String)>,
    used: AtomicUsize,
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl Proxy {
    /// Starts one; with a login, only those who give it are let through.
    ///
    /// # Panics
    /// The loopback has no free port.
    pub async fn start(kind: ProxyKind, login: Option<(&str, &str)>) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await;
        let listener = listener.expect("the loopback has a free port");
        let addr = listener
            .local_addr()
            .expect("a bound socket has an address");
        let stop = CancellationToken::new();
        let shared = Arc::new(Shared {
            kind,
            login: login.map(|(user, password)| (user.to_owned(), password.to_owned())),
            used: AtomicUsize::new(0),
            stop: stop.clone(),
            tasks: TaskTracker::new(),
        });
        let accepting = accept(Arc::clone(&shared), listener);
        shared
            .tasks
            .spawn(stop.run_until_cancelled_owned(accepting));
        Self { shared, addr }
    }

    /// Its address as an agent wants it, with the login, percent-encoded.
    #[must_use]
    pub fn url(&self) -> String {
        let scheme = match self.shared.kind {
            ProxyKind::Connect => "http",
            ProxyKind::Socks5 => "socks5",
        };
        let login = self
            .shared
            .login
            .as_ref()
            .map_or_else(String::new, |(user, password)| {
                format!("{}:{}@", percent_encoded(user), percent_encoded(password))
            });
        format!("{scheme}://{login}{}", self.addr)
    }

    /// Connections that were let through.
    #[must_use]
    pub fn used(&self) -> usize {
        self.shared.used.load(Ordering::SeqCst)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.shared.stop.cancel();
        self.shared.tasks.close();
    }
}

async fn accept(shared: Arc<Shared>, listener: TcpListener) {
    let permits = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let permit = Arc::clone(&permits).acquire_owned().await;
        let permit = permit.expect("the semaphore is never closed");
        let Ok((client, _)) = listener.accept().await else {
            tokio::time::sleep(ACCEPT_PAUSE).await;
            continue;
        };
        let serving = Arc::clone(&shared);
        let serving = async move {
            if let Err(error) = serve(&serving, client).await {
                tracing::debug!(%error, "a connection through the proxy ended");
            }
            drop(permit);
        };
        let stop = shared.stop.clone();
        shared.tasks.spawn(stop.run_until_cancelled_owned(serving));
    }
}

async fn serve(shared: &Shared, client: TcpStream) -> io::Result<()> {
    client.set_nodelay(true)?;
    let mut client = BufReader::new(client);
    let greeting = async {
        match shared.kind {
            ProxyKind::Connect => connect(shared, &mut client).await,
            ProxyKind::Socks5 => socks5(shared, &mut client).await,
        }
    };
    let greeted = tokio::time::timeout(GREETING, greeting).await;
    let mut server = greeted.map_err(|_| io::ErrorKind::TimedOut)??;
    tokio::io::copy_bidirectional(&mut client, &mut server).await?;
    Ok(())
}

/// Connects to a name that only the proxy resolves.
async fn dial(shared: &Shared, name: &str, port: u16) -> io::Result<TcpStream> {
    let ip = match name {
        "localhost" | PROXY_ONLY_NAME => IpAddr::V4(Ipv4Addr::LOCALHOST),
        literal => literal
            .parse()
            .map_err(|_| io::ErrorKind::PermissionDenied)?,
    };
    if !ip.is_loopback() {
        return Err(io::ErrorKind::PermissionDenied.into());
    }
    let server = TcpStream::connect((ip, port)).await?;
    server.set_nodelay(true)?;
    shared.used.fetch_add(1, Ordering::SeqCst);
    Ok(server)
}

/// Why nobody is let through, as an error of the connection.
fn turned_away(why: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::PermissionDenied, why)
}

/// HTTP: reads a CONNECT, answers it.
async fn connect(shared: &Shared, client: &mut BufReader<TcpStream>) -> io::Result<TcpStream> {
    let mut head = String::new();
    let mut limited = (&mut *client).take(HEAD_MAX);
    while !head.ends_with("\r\n\r\n") {
        if limited.read_line(&mut head).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    let authorized = shared.login.as_ref().is_none_or(|(user, password)| {
        let expected = format!("Basic {}", STANDARD.encode(format!("{user}:{password}")));
        field(&head, "proxy-authorization") == Some(&expected)
    });
    if !authorized {
        let reply = b"HTTP/1.1 407 Proxy Authentication Required\r\n\
            Proxy-Authenticate: Basic realm=\"stand-in\"\r\nContent-Length: 0\r\n\r\n";
        client.write_all(reply).await?;
        return Err(turned_away("the login is missing or wrong"));
    }
    let Some((name, port)) = target(&head) else {
        client
            .write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
            .await?;
        return Err(turned_away("that was no CONNECT"));
    };
    match dial(shared, name, port).await {
        Ok(server) => {
            client
                .write_all(b"HTTP/1.1 200 Connection Established\r\n\r\n")
                .await?;
            Ok(server)
        }
        Err(error) => {
            client
                .write_all(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
                .await?;
            Err(error)
        }
    }
}

/// The value of a header, by its name in lower case.
fn field<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().skip(1).find_map(|line| {
        let (found, value) = line.split_once(':')?;
        found.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

/// Where a CONNECT leads.
fn target(head: &str) -> Option<(&str, u16)> {
    let target = head.strip_prefix("CONNECT ")?.split(' ').next()?;
    let (name, port) = target.rsplit_once(':')?;
    let name = name.trim_start_matches('[').trim_end_matches(']');
    Some((name, port.parse().ok()?))
}

/// The version byte of SOCKS5 and of its login.
const SOCKS: u8 = 5;
const LOGIN: u8 = 1;
/// Methods of authentication (RFC 1928, section 3): none, name and password, none acceptable.
const ANYBODY: u8 = 0;
const PASSWORD: u8 = 2;
const NOTHING: u8 = 0xFF;

/// SOCKS5: agrees on a login, reads a request, answers it (RFC 1928 and 1929).
async fn socks5(shared: &Shared, client: &mut BufReader<TcpStream>) -> io::Result<TcpStream> {
    if client.read_u8().await? != SOCKS {
        return Err(turned_away("that was no SOCKS5"));
    }
    let offered = counted(client).await?;
    let wanted = if shared.login.is_some() {
        PASSWORD
    } else {
        ANYBODY
    };
    if !offered.contains(&wanted) {
        client.write_all(&[SOCKS, NOTHING]).await?;
        return Err(turned_away("no method of authentication that is taken"));
    }
    client.write_all(&[SOCKS, wanted]).await?;
    if let Some((user, password)) = &shared.login {
        let _version = client.read_u8().await?;
        let given = (counted(client).await?, counted(client).await?);
        let right = given.0 == user.as_bytes() && given.1 == password.as_bytes();
        client.write_all(&[LOGIN, u8::from(!right)]).await?;
        if !right {
            return Err(turned_away("the login is wrong"));
        }
    }
    let (name, port) = socks5_target(client).await?;
    let dialled = dial(shared, &name, port).await;
    let code = match &dialled {
        Ok(_) => 0,
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => 2,
        Err(_) => 5,
    };
    // The bound address is of no use to anybody and may be left at zero.
    client
        .write_all(&[SOCKS, code, 0, 1, 0, 0, 0, 0, 0, 0])
        .await?;
    dialled
}

/// Where a request of SOCKS5 leads.
async fn socks5_target(client: &mut BufReader<TcpStream>) -> io::Result<(String, u16)> {
    /// The only command there is: connect.
    const CONNECT: u8 = 1;
    let mut request = [0; 4];
    client.read_exact(&mut request).await?;
    if request[1] != CONNECT {
        client
            .write_all(&[SOCKS, 7, 0, 1, 0, 0, 0, 0, 0, 0])
            .await?;
        return Err(turned_away("a command other than connect"));
    }
    let name = match request[3] {
        1 => Ipv4Addr::from(client.read_u32().await?).to_string(),
        3 => String::from_utf8_lossy(&counted(client).await?).into_owned(),
        4 => Ipv6Addr::from(client.read_u128().await?).to_string(),
        _ => return Err(turned_away("an address of no known kind")),
    };
    Ok((name, client.read_u16().await?))
}

/// Bytes behind a byte with their count.
async fn counted(client: &mut BufReader<TcpStream>) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; usize::from(client.read_u8().await?)];
    client.read_exact(&mut bytes).await?;
    Ok(bytes)
}

/// A part of a URL, with everything encoded that could mean something in one.
fn percent_encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                char::from(byte).to_string()
            }
            other => format!("%{other:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_stands_encoded_in_the_address() {
        assert_eq!(percent_encoded("p@ss:w/ö"), "p%40ss%3Aw%2F%C3%B6");
    }

    #[test]
    fn a_connect_tells_name_and_port() {
        assert_eq!(
            target("CONNECT a.b:443 HTTP/1.1\r\n\r\n"),
            Some(("a.b", 443))
        );
        assert_eq!(target("CONNECT [::1]:1 HTTP/1.1\r\n\r\n"), Some(("::1", 1)));
        assert_eq!(target("GET / HTTP/1.1\r\n\r\n"), None);
    }
}
