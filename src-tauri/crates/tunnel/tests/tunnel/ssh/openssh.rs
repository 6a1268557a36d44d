//! The real OpenSSH server, private to each test: its own host key, its own settings, on loopback.
//! Where it is not installed nothing is tested, and that is said.

#![allow(
    clippy::print_stderr,
    reason = "helpers of tests are no tests to the lint"
)]

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use bytes::Bytes;
use hyper::StatusCode;
use messages::Lang;
use ngrok_standin::ReservedPort;
use russh::keys::ssh_key::LineEnding;
use russh::keys::{Algorithm, HashAlg, PrivateKey};
use tempfile::TempDir;
use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpSocket, TcpStream};
use tokio::process::{Child, Command};
use tunnel::{Key, Plan, SshPlan, State, TunnelErrorKind};

use super::server::rng;
use crate::support::{Rig, TIMEOUT, alert, get, now, post};

/// Where it is installed.
const PROGRAM: &str = "/usr/sbin/sshd";
/// Where it locks itself in when it runs as root; its service makes this folder.
const EMPTY: &str = "/run/sshd";

/// A server with settings of its own; it ends when it is dropped.
struct Sshd {
    folder: TempDir,
    process: Option<Child>,
    port: ReservedPort,
    user: String,
    key: Key,
    host_key: String,
}

impl Sshd {
    /// One that is running; `None`, said aloud, where there is none to run.
    async fn start(settings: &str) -> Option<Self> {
        let skipped = |why: &str| {
            eprintln!("skipped: {why}");
            None
        };
        if !Path::new(PROGRAM).exists() {
            return skipped("OpenSSH's server is not installed (`cargo xtask setup` brings it)");
        }
        let user = said("id", &["-un"]).await;
        if user == "root" && fs::create_dir_all(EMPTY).is_err() {
            return skipped("/run/sshd is missing");
        }
        let folder = tempfile::tempdir().unwrap();
        let host_key = PrivateKey::random(&mut rng(), Algorithm::Ed25519).unwrap();
        let key = Key::generate().unwrap();
        let file = private(folder.path(), "host_key", &host_key);
        let keys = folder.path().join("authorized_keys");
        fs::write(&keys, &key.public).unwrap();
        let port = ReservedPort::take();
        let config = format!(
            "ListenAddress {}\nHostKey {}\nAuthorizedKeysFile {}\nPidFile none\n\
             UsePAM no\nStrictModes no\nGatewayPorts clientspecified\nPermitRootLogin yes\n\
             PasswordAuthentication no\nKbdInteractiveAuthentication no\n{settings}\n",
            port.addr(),
            file.display(),
            keys.display(),
        );
        fs::write(folder.path().join("config"), config).unwrap();
        let mut sshd = Self {
            folder,
            process: None,
            port,
            user,
            key,
            host_key: host_key.fingerprint(HashAlg::Sha256).to_string(),
        };
        sshd.run().await;
        Some(sshd)
    }

    /// Starts the program and waits until it listens.
    async fn run(&mut self) {
        let log = fs::File::create(self.folder.path().join("log")).unwrap();
        #[expect(clippy::disallowed_methods, reason = "the server under test")]
        let process = Command::new(PROGRAM)
            .args(["-D", "-e", "-f"])
            .arg(self.folder.path().join("config"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        self.process = Some(process);
        let listening = async {
            while TcpStream::connect(self.port.addr()).await.is_err() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        let listens = tokio::time::timeout(TIMEOUT, listening).await.is_ok();
        assert!(listens, "sshd does not listen: {}", self.log());
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    /// The processes of its sessions.
    async fn sessions(&self) -> Vec<String> {
        let listener = self.process.as_ref().unwrap().id().unwrap().to_string();
        descendants(&listener).await
    }

    /// Kills the listener and every session, as a crash of the machine would.
    async fn kill(&mut self) {
        let sessions = self.sessions().await;
        let mut process = self.process.take().unwrap();
        process.kill().await.unwrap();
        signal("-KILL", &sessions).await;
    }

    fn plan(&self, change: impl FnOnce(&mut SshPlan)) -> Plan {
        let mut plan = SshPlan {
            host: "127.0.0.1".into(),
            port: self.port.number(),
            user: self.user.clone(),
            key_file: None,
            passphrase: None,
            host_key: Some(self.host_key.clone()),
            bind_address: "127.0.0.1".into(),
            bind_port: 0,
            public_url: Some("http://127.0.0.1:{port}".into()),
            url_domain: None,
            url_command: None,
            own_key: Some(self.key.private.clone()),
        };
        change(&mut plan);
        Plan::Ssh(plan)
    }

    async fn online(&self, rig: &Rig, change: impl FnOnce(&mut SshPlan)) -> SocketAddr {
        let status = rig.online(self.plan(change)).await;
        let url = status.url.unwrap();
        url.strip_prefix("http://").unwrap().parse().unwrap()
    }
}

impl Drop for Sshd {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("sshd said: {}", self.log());
        }
    }
}

fn private(folder: &Path, name: &str, key: &PrivateKey) -> PathBuf {
    use std::io::Write as _;
    use std::os::unix::fs::OpenOptionsExt as _;
    let path = folder.join(name);
    let mut options = fs::OpenOptions::new();
    let mut file = options
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&path)
        .unwrap();
    file.write_all(key.to_openssh(LineEnding::LF).unwrap().as_bytes())
        .unwrap();
    path
}

async fn said(program: &str, args: &[&str]) -> String {
    #[expect(clippy::disallowed_methods, reason = "OpenSSH's own tools")]
    let output = Command::new(program).args(args).output().await.unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// The processes under a process, the nearest first.
async fn descendants(pid: &str) -> Vec<String> {
    let mut all = vec![pid.to_owned()];
    let mut next = 0;
    while next < all.len() {
        let path = format!("/proc/{0}/task/{0}/children", all[next]);
        let children = fs::read_to_string(path).unwrap_or_default();
        all.extend(children.split_whitespace().map(ToOwned::to_owned));
        next += 1;
    }
    all.split_off(1)
}

async fn signal(name: &str, processes: &[String]) {
    #[expect(
        clippy::disallowed_methods,
        reason = "there is no other way to a foreign process"
    )]
    let mut kill = Command::new("kill");
    kill.arg(name).args(processes).stderr(Stdio::null());
    kill.status().await.unwrap();
}

#[tokio::test]
async fn openssh_forwards_requests_big_bodies_and_many_callers() {
    let Some(sshd) = Sshd::start("").await else {
        return;
    };
    let rig = Rig::new();
    let port = ReservedPort::take();
    let public = sshd
        .online(&rig, |plan| plan.bind_port = port.number())
        .await;
    let answer = get(public, "bot", "/").await;
    assert!(
        answer.headers()["peer"]
            .to_str()
            .unwrap()
            .starts_with("127.0.0.1:")
    );
    let body = Bytes::from(vec![b'y'; 3 << 20]);
    assert!(*post(public, "bot", body.clone()).await.body() == body);
    let asking: Vec<_> = (0..50)
        .map(|_| tokio::spawn(get(public, "bot", "/")))
        .collect();
    for answer in asking {
        assert_eq!(answer.await.unwrap().status(), StatusCode::OK);
    }
    rig.tunnel.stop().await;
    assert!(
        TcpStream::connect(public).await.is_err(),
        "the port is free again"
    );
}

#[tokio::test]
async fn openssh_prints_the_address_in_the_session() {
    let settings = "ForceCommand echo 'Open https://abc.lhr.life now' && sleep 30";
    let Some(sshd) = Sshd::start(settings).await else {
        return;
    };
    let rig = Rig::new();
    let printed = sshd.plan(|plan| {
        plan.public_url = None;
        plan.url_domain = Some("lhr.life".into());
    });
    let status = rig.online(printed).await;
    assert_eq!(status.url.as_deref(), Some("https://abc.lhr.life"));
}

#[tokio::test]
async fn openssh_killed_is_reconnected_to_as_soon_as_it_is_there_again() {
    let Some(mut sshd) = Sshd::start("").await else {
        return;
    };
    let rig = Rig::new();
    let port = ReservedPort::take();
    let public = sshd
        .online(&rig, |plan| plan.bind_port = port.number())
        .await;
    get(public, "bot", "/").await;
    sshd.kill().await;
    let unreachable = |status: &tunnel::Status| {
        let error = status.error.as_ref();
        error.is_some_and(|error| {
            matches!(
                error.kind,
                TunnelErrorKind::Unreachable | TunnelErrorKind::PortRefused
            )
        })
    };
    let status = rig.until(unreachable).await;
    assert_eq!(status.state, State::Reconnecting);
    sshd.run().await;
    let back = rig.until(|status| status.state == State::Online).await;
    assert_eq!(back.url, Some(format!("http://{}", port.addr())));
    get(public, "bot", "/").await;
}

#[tokio::test]
async fn openssh_frozen_holds_the_port_until_its_session_is_gone() {
    let Some(sshd) = Sshd::start("").await else {
        return;
    };
    let rig = Rig::with(alert(), now);
    let port = ReservedPort::take();
    let public = sshd
        .online(&rig, |plan| plan.bind_port = port.number())
        .await;
    let frozen = sshd.sessions().await;
    assert!(!frozen.is_empty());
    signal("-STOP", &frozen).await;
    let seen = |kind| {
        move |status: &tunnel::Status| {
            let error = status.error.as_ref();
            error.is_some_and(|error: &tunnel::TunnelError| error.kind == kind)
        }
    };
    rig.until(seen(TunnelErrorKind::LinkSilent)).await;
    rig.until(seen(TunnelErrorKind::PortHeld)).await;
    signal("-KILL", &frozen).await;
    rig.until(|status| status.state == State::Online).await;
    get(public, "bot", "/").await;
}

#[tokio::test]
async fn openssh_shows_its_host_key_and_refuses_what_it_is_told_to() {
    let Some(sshd) = Sshd::start("AllowTcpForwarding no").await else {
        return;
    };
    let rig = Rig::new();
    let error = rig
        .failed(sshd.plan(|plan| plan.host_key = None))
        .await
        .error
        .unwrap();
    assert_eq!(error.kind, TunnelErrorKind::HostKeyUnknown);
    assert_eq!(error.host_key.as_deref(), Some(sshd.host_key.as_str()));
    let stranger = Key::generate().unwrap().private;
    let error = rig
        .failed(sshd.plan(|plan| plan.own_key = Some(stranger)))
        .await
        .error
        .unwrap();
    assert_eq!(
        (error.kind, &*error.detail.text(Lang::En)),
        (TunnelErrorKind::KeyRefused, "publickey")
    );
    let error = rig.failed(sshd.plan(|_| {})).await.error.unwrap();
    assert_eq!(error.kind, TunnelErrorKind::ForwardRefused);
}

#[tokio::test]
async fn a_caller_that_does_not_read_its_answer_stops_nobody_else() {
    let Some(sshd) = Sshd::start("").await else {
        return;
    };
    let rig = Rig::new();
    let public = sshd.online(&rig, |_| {}).await;
    // A small receive buffer here, so that the answer waits in the channel's window.
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    let mut deaf = socket.connect(public).await.unwrap();
    let length = 8 << 20;
    let head = format!("POST / HTTP/1.1\r\nhost: bot\r\ncontent-length: {length}\r\n\r\n");
    let send = async {
        deaf.write_all(head.as_bytes()).await.unwrap();
        deaf.write_all(&vec![b'x'; length]).await.unwrap();
        // The answer has begun: it waits for the caller from here on.
        deaf.readable().await.unwrap();
        for _ in 0..20 {
            assert_eq!(get(public, "bot", "/").await.status(), StatusCode::OK);
        }
    };
    tokio::time::timeout(TIMEOUT, send).await.unwrap();
    assert!(rig.history().iter().all(|status| status.error.is_none()));
}

#[tokio::test]
async fn openssh_with_rsa_alone_is_spoken_to_and_a_chosen_rsa_key_logs_in() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("rsa").to_str().unwrap().to_owned();
    let settings = format!("HostKey {file}\nHostKeyAlgorithms rsa-sha2-512");
    if Path::new(PROGRAM).exists() {
        said(
            "ssh-keygen",
            &["-q", "-t", "rsa", "-b", "2048", "-N", "", "-f", &file],
        )
        .await;
    }
    let Some(sshd) = Sshd::start(&settings).await else {
        return;
    };
    let public = fs::read_to_string(format!("{file}.pub")).unwrap();
    fs::write(sshd.folder.path().join("authorized_keys"), &public).unwrap();
    let shown = russh::keys::PublicKey::from_openssh(&public).unwrap();
    let rig = Rig::new();
    let online = sshd.plan(|plan| {
        plan.host_key = Some(shown.fingerprint(HashAlg::Sha256).to_string());
        plan.key_file = Some(file);
    });
    rig.online(online).await;
}
