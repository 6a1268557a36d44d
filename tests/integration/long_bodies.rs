//! Bodies too long for memory pass through the program by piece, and come back whole.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

#[cfg(unix)]
use crate::support::other_program;
use crate::support::{Instance, TIMEOUT, codes};

/// The length of every body here.
const LENGTH: usize = 200_000_000;

/// What the program may need more for one of them than without it.
const GROWTH_KIB: u64 = 32 * 1024;

/// The bytes of a body from an offset on: nothing compresses them, and each tells its place.
fn bytes(offset: usize, length: usize) -> Vec<u8> {
    let mix = |at: usize| {
        let mixed = (at as u64 / 8 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        (mixed ^ (mixed >> 29)).to_le_bytes()[at % 8]
    };
    (offset..offset + length).map(mix).collect()
}

/// Writes the body in pieces.
async fn write(stream: &mut TcpStream) {
    const PIECE: usize = 1 << 20;
    let mut offset = 0;
    while offset < LENGTH {
        let length = PIECE.min(LENGTH - offset);
        stream.write_all(&bytes(offset, length)).await.unwrap();
        offset += length;
    }
}

async fn with_limit_raised() -> Instance {
    let app = Instance::start();
    let (status, settings) = app
        .call(
            Method::PATCH,
            "settings",
            Some(json!({"body_limit_bytes": 300_000_000, "body_timeout_s": 300})),
        )
        .await;
    assert_eq!(status, 200, "{settings}");
    // What every exchange needs is there before memory is compared.
    app.turn("{}").await.unwrap();
    app
}

/// Posts the long body and gives the exchange.
async fn post(app: &Instance) -> Value {
    let mut stream = TcpStream::connect(app.webhook_host()).await.unwrap();
    let head = format!(
        "POST /long HTTP/1.1\r\nHost: bot\r\nConnection: close\r\n\
         Content-Type: application/octet-stream\r\nContent-Length: {LENGTH}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    write(&mut stream).await;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    assert!(
        answer.starts_with(b"HTTP/1.1 200 "),
        "{}",
        String::from_utf8_lossy(&answer)
    );
    app.exchange(&app.newest().await["id"]).await
}

/// Downloads a body by piece and compares it.
async fn assert_comes_back(app: &Instance, route: &str) {
    let mut response = reqwest::Client::builder()
        .no_proxy()
        .build()
        .unwrap()
        .get(app.control(route))
        .bearer_auth(app.ready["token"].as_str().unwrap())
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.content_length(), Some(LENGTH as u64));
    let mut offset = 0;
    while let Some(piece) = response.chunk().await.unwrap() {
        assert!(piece == bytes(offset, piece.len()), "at {offset}");
        offset += piece.len();
    }
    assert_eq!(offset, LENGTH);
}

/// A line of `/proc/<process>/status`, in KiB.
#[cfg(target_os = "linux")]
fn memory(app: &Instance, name: &str) -> u64 {
    let path = format!("/proc/{}/status", app.process.id());
    let status = std::fs::read_to_string(path).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let number = line.unwrap().split_whitespace().nth(1).unwrap();
    number.parse().unwrap()
}

/// How much memory some work needs at its peak beyond what is used before it. Pages of the
/// program's own file are not counted: they come and go as the system likes.
#[cfg(target_os = "linux")]
async fn growth<T>(app: &Instance, work: impl Future<Output = T>) -> (T, u64) {
    let before = memory(app, "RssAnon");
    // Sets the peak back to the present use.
    std::fs::write(format!("/proc/{}/clear_refs", app.process.id()), "5").unwrap();
    let done = work.await;
    let peak = memory(app, "VmHWM").saturating_sub(memory(app, "RssFile"));
    (done, peak.saturating_sub(before))
}

/// Other systems tell no peak that can be set back: there it is the bytes that are compared.
#[cfg(not(target_os = "linux"))]
async fn growth<T>(_app: &Instance, work: impl Future<Output = T>) -> (T, u64) {
    (work.await, 0)
}

#[tokio::test]
async fn a_request_of_200_mb_needs_less_than_32_mib_and_comes_back_whole() {
    let app = with_limit_raised().await;
    // What the history needs for a long body is there before memory is compared.
    post(&app).await;
    let (exchange, taken) = growth(&app, post(&app)).await;
    assert!(taken < GROWTH_KIB, "{taken} KiB to take it");
    let body = &exchange["request"]["body"];
    assert_eq!(
        (&body["bytes"], &body["truncated"]),
        (&json!(LENGTH), &json!(false))
    );
    assert!(
        codes(&exchange).contains(&"body_read_in_part"),
        "{exchange}"
    );
    let route = format!(
        "exchanges/{}/request/body",
        exchange["id"].as_str().unwrap()
    );
    assert_eq!(
        files(&app.dir()).len(),
        0,
        "its file went with its exchange"
    );
    let ((), given) = growth(&app, assert_comes_back(&app, &route)).await;
    assert!(given < GROWTH_KIB, "{given} KiB to give it back");
    // Decoding leaves these bytes as they are: it gives all of them, too.
    for route in [route.clone(), format!("{route}?decoded=1")] {
        let part = read(&app, &route, Some("bytes=150000000-150000009")).await;
        assert_eq!(part.status(), 206, "{route}");
        let range = &part.headers()["content-range"];
        assert_eq!(range, "bytes 150000000-150000009/200000000", "{route}");
        assert!(part.bytes().await.unwrap() == bytes(150_000_000, 10));
    }
    let (status, error) = app
        .call(Method::GET, &format!("{route}?pretty=1"), None)
        .await;
    assert_eq!(
        (status.as_u16(), &error["code"]),
        (409, &json!("body_too_long"))
    );
}

async fn read(app: &Instance, route: &str, range: Option<&str>) -> reqwest::Response {
    let mut request = app
        .http
        .get(app.control(route))
        .bearer_auth(app.ready["token"].as_str().unwrap());
    if let Some(range) = range {
        request = request.header("Range", range);
    }
    request.send().await.unwrap()
}

/// A server that takes the long body, and answers with it.
async fn long_server() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let head = read_head(&mut stream).await;
        let head = String::from_utf8_lossy(&head).into_owned();
        assert!(
            head.contains(&format!("Content-Length: {LENGTH}\r\n")),
            "{head}"
        );
        assert_body(&mut stream).await;
        let head =
            format!("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {LENGTH}\r\n\r\n");
        stream.write_all(head.as_bytes()).await.unwrap();
        write(&mut stream).await;
    });
    url
}

/// Reads a head to its empty line, and no byte more.
async fn read_head(stream: &mut TcpStream) -> Vec<u8> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    head
}

/// Reads the long body, and compares it.
async fn assert_body(stream: &mut TcpStream) {
    let mut piece = vec![0; 1 << 20];
    let mut offset = 0;
    while offset < LENGTH {
        let most = piece.len().min(LENGTH - offset);
        let read = stream.read(&mut piece[..most]).await.unwrap();
        assert!(read > 0, "it ends at {offset}");
        assert!(piece[..read] == bytes(offset, read), "at {offset}");
        offset += read;
    }
}

#[tokio::test]
async fn a_body_of_200_mb_goes_to_a_server_and_back_in_less_than_32_mib() {
    let app = with_limit_raised().await;
    // What the history needs for a long body is there before memory is compared.
    post(&app).await;
    let url = long_server().await;
    let asking = json!({"mode": "upstream", "upstream": url, "hold": {"seconds": 3000}});
    app.answering(asking).await;
    let passing = async {
        let mut stream = TcpStream::connect(app.webhook_host()).await.unwrap();
        let head = format!(
            "POST /long HTTP/1.1\r\nHost: bot\r\nConnection: close\r\n\
             Content-Type: application/octet-stream\r\nContent-Length: {LENGTH}\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        write(&mut stream).await;
        let head = read_head(&mut stream).await;
        let head = String::from_utf8_lossy(&head).to_ascii_lowercase();
        assert!(
            head.contains(&format!("content-length: {LENGTH}\r\n")),
            "{head}"
        );
        assert_body(&mut stream).await;
    };
    let ((), taken) = growth(&app, passing).await;
    assert!(taken < GROWTH_KIB, "{taken} KiB to pass it on");
    let answered = app
        .event(|event| event["exchange"]["answered_by"] == "upstream")
        .await;
    let exchange = app.exchange(&answered["id"]).await;
    assert_eq!(exchange["status"], 200);
    let body = &exchange["response"]["body"];
    assert_eq!(
        (&body["bytes"], &body["truncated"]),
        (&json!(LENGTH), &json!(false))
    );
    let route = format!(
        "exchanges/{}/response/body",
        exchange["id"].as_str().unwrap()
    );
    assert_comes_back(&app, &route).await;
}

/// Text as gzip, packed but not compressed: it is as long.
fn gzip(text: &str) -> Vec<u8> {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::none());
    gzip.write_all(text.as_bytes()).unwrap();
    gzip.finish().unwrap()
}

#[tokio::test]
async fn the_decoded_beginning_of_a_long_compressed_body_says_that_it_is_the_beginning() {
    let app = with_limit_raised().await;
    let text = "привет, мир; ".repeat(1_000_000);
    let sent = app
        .http
        .post(app.webhook("/"))
        .header("Content-Type", "text/plain")
        .header("Content-Encoding", "gzip")
        .body(gzip(&text))
        .send();
    assert_eq!(sent.await.unwrap().status(), 200);
    let exchange = app.exchange(&app.newest().await["id"]).await;
    assert_eq!(exchange["request"]["body"]["kind"], "text");
    assert_eq!(exchange["request"]["body"]["truncated"], false);
    let id = exchange["id"].as_str().unwrap();
    let decoded = read(
        &app,
        &format!("exchanges/{id}/request/body?decoded=1"),
        None,
    )
    .await;
    assert_eq!(decoded.headers()["x-body-part"], "beginning");
    let decoded = decoded.text().await.unwrap();
    assert!(decoded.len() > 900_000 && text.starts_with(&decoded));
}

#[tokio::test]
async fn an_answer_of_200_mb_to_a_replay_needs_less_than_32_mib_and_comes_back_whole() {
    let app = with_limit_raised().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let target = format!("http://{}", listener.local_addr().unwrap());
    let serving = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut head = [0; 64 * 1024];
        assert!(stream.read(&mut head).await.unwrap() > 0);
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {LENGTH}\r\n\r\n");
        stream.write_all(head.as_bytes()).await.unwrap();
        write(&mut stream).await;
        // Until the program has read everything. What is left of the request is read too: to close
        // a connection over unread bytes resets it, and what the other side had not read is gone.
        let mut rest = [0; 1024];
        while stream.read(&mut rest).await.is_ok_and(|read| read > 0) {}
    });
    let route = format!(
        "exchanges/{}/replay",
        app.newest().await["id"].as_str().unwrap()
    );
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let replaying = async {
        let replayed = client
            .post(app.control(&route))
            .bearer_auth(app.ready["token"].as_str().unwrap())
            .json(&json!({"target": target}))
            .send()
            .await
            .unwrap();
        assert_eq!(replayed.status(), 201);
        replayed.json::<Value>().await.unwrap()
    };
    let (replayed, taken) = growth(&app, replaying).await;
    serving.abort();
    assert!(taken < GROWTH_KIB, "{taken} KiB to take it");
    let id = replayed["id"].as_str().unwrap();
    let exchange = app.exchange(&replayed["id"]).await;
    assert_eq!(exchange["response_bytes"], LENGTH);
    let route = format!("exchanges/{id}/response/body");
    let ((), given) = growth(&app, assert_comes_back(&app, &route)).await;
    assert!(given < GROWTH_KIB, "{given} KiB to give it back");
}

/// The files of bodies that are under way.
fn files(dir: &Path) -> Vec<PathBuf> {
    let found = std::fs::read_dir(dir.join("bodies"));
    found.map_or(Vec::new(), |found| {
        found.map(|entry| entry.unwrap().path()).collect()
    })
}

#[tokio::test]
async fn a_body_for_which_no_file_can_be_written_gets_507_and_its_beginning_is_kept() {
    let app = Instance::start();
    // A file stands where the directory has to be made.
    std::fs::write(app.dir().join("bodies"), "").unwrap();
    let response = app.turn(bytes(0, 8_000_000)).await.unwrap();
    assert_eq!(response.status(), 507);
    let exchange = app.exchange(&app.newest().await["id"]).await;
    assert_eq!(exchange["status"], 507);
    assert_eq!(exchange["request"]["body"]["truncated"], true);
    assert!(codes(&exchange).contains(&"body_no_space"), "{exchange}");
    assert_eq!(app.turn("{}").await.unwrap().status(), 200, "it goes on");
}

#[tokio::test]
async fn a_kill_in_the_middle_of_a_long_body_leaves_nothing_to_the_next_start() {
    let dir = tempfile::TempDir::new().unwrap();
    let mut app = Instance::start_in(dir.path());
    let mut stream = TcpStream::connect(app.webhook_host()).await.unwrap();
    let head = "POST / HTTP/1.1\r\nHost: bot\r\nContent-Length: 9000000\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(&bytes(0, 8_000_000)).await.unwrap();
    while files(dir.path()).is_empty() {
        tokio::task::yield_now().await;
    }
    app.process.kill().unwrap();
    app.process.wait().unwrap();
    assert_eq!(files(dir.path()).len(), 1, "it was there");
    let again = Instance::start_in(dir.path());
    assert_eq!(files(dir.path()).len(), 0);
    let response = again.turn(bytes(0, 8_000_000)).await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(files(dir.path()).len(), 0, "one that fits into memory");
}

/// A body that finds no space gets 507, is recorded as far as it lies in memory, and gives back
/// what it took: the next ones are captured.
#[cfg(unix)]
async fn assert_no_space(app: &Instance) {
    const BODY: usize = 16_000_000;
    for _ in 0..2 {
        let response = app.turn(bytes(0, BODY)).await.unwrap();
        assert_eq!(response.status(), 507);
        let exchange = app.exchange(&app.newest().await["id"]).await;
        assert_eq!(
            (&exchange["status"], &exchange["state"]),
            (&json!(507), &json!("answered"))
        );
        assert_eq!(exchange["request"]["body"]["truncated"], true);
        assert_eq!(exchange["request"]["body"]["bytes"], 1 << 20);
        assert!(codes(&exchange).contains(&"body_no_space"), "{exchange}");
    }
    let response = app.turn(bytes(0, 1_000_000)).await.unwrap();
    assert_eq!(response.status(), 200, "one that fits");
    assert_eq!(app.get("status").await["history"]["saving"], true);
}

/// The program, started by another one whose last arguments it is.
#[cfg(unix)]
fn started_by(starter: &str, arguments: &[&str], dir: &Path) -> Instance {
    let mut command = other_program(starter);
    command
        .args(arguments)
        .arg(env!("CARGO_BIN_EXE_hookloupe-cli"))
        .args(["serve", "--listen", "127.0.0.1:0", "--data-dir"])
        .arg(dir)
        .env("LC_ALL", "en_US.UTF-8");
    Instance::spawn(command)
}

#[cfg(unix)]
#[tokio::test]
async fn a_body_longer_than_a_file_may_be_gets_507_and_leaves_nothing_behind() {
    // Blocks of 512 bytes: 12 MB.
    const LIMIT: &str = "ulimit -f 24000; exec \"$0\" \"$@\"";
    let dir = tempfile::tempdir().unwrap();
    let app = started_by("sh", &["-c", LIMIT], dir.path());
    assert_no_space(&app).await;
    assert_eq!(files(dir.path()).len(), 0);
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_body_too_long_for_a_full_disk_gets_507_and_the_disk_has_its_space_again() {
    let dir = tempfile::tempdir().unwrap();
    let mount = format!("mount -t tmpfs -o size=12m none '{}'", dir.path().display());
    let mut probe = other_program("unshare");
    let probe = probe.args(["-Urm", "sh", "-c", &mount]).status();
    if !probe.is_ok_and(|status| status.success()) {
        eprintln!("skipped: a small disk cannot be mounted here without being root");
        return;
    }
    let start = format!("{mount} && exec \"$0\" \"$@\"");
    let app = started_by("unshare", &["-Urm", "sh", "-c", &start], dir.path());
    assert_no_space(&app).await;
}

/// What glibc kept of a burst: 280 MB, in one heap or several.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[tokio::test]
async fn what_a_burst_of_long_bodies_took_is_given_back() {
    const BODIES: usize = 40;
    let app = Instance::start();
    app.hold(3600).await;
    let body = format!("{{\"action\":\"e\",\"x\":\"{}\"}}", "y".repeat(8 << 20));
    let turns: Vec<_> = (0..BODIES).map(|_| app.turn(body.clone())).collect();
    let held = async |count: usize| {
        while app.get("status").await["counts"]["held"] != count {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(TIMEOUT, held(BODIES)).await.unwrap();
    // Held ones are in the history alone.
    let given_back = async || {
        while memory(&app, "VmRSS") > 150_000 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let waited = tokio::time::timeout(TIMEOUT, given_back()).await;
    waited.unwrap_or_else(|_| panic!("{} KiB while they are held", memory(&app, "VmRSS")));
    app.post("exchanges/release", json!({})).await;
    for turn in turns {
        assert_eq!(turn.await.unwrap().status(), 200);
    }
    let waited = tokio::time::timeout(TIMEOUT, given_back()).await;
    waited.unwrap_or_else(|_| panic!("{} KiB afterwards", memory(&app, "VmRSS")));
}
