//! Callers that end their sending half when their request is whole, and wait for the answer.

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::{Instance, TIMEOUT, codes};

const TURN: &str = r#"{"action":"e","userId":"1"}"#;

/// A head without its end.
const CUT_HEAD: &str = "POST /cut HTTP/1.1\r\nHost: bot\r\nX-H: ";

/// A whole request, framed in each way that HTTP/1 knows.
fn requests() -> [String; 4] {
    let length = TURN.len();
    [
        "GET / HTTP/1.1\r\nHost: bot\r\n\r\n".to_owned(),
        format!("POST / HTTP/1.1\r\nHost: bot\r\nContent-Length: {length}\r\n\r\n{TURN}"),
        format!("POST / HTTP/1.0\r\nContent-Length: {length}\r\n\r\n{TURN}"),
        format!(
            "POST / HTTP/1.1\r\nHost: bot\r\nTransfer-Encoding: chunked\r\n\r\n\
             {length:x}\r\n{TURN}\r\n0\r\n\r\n"
        ),
    ]
}

/// Sends bytes and ends the sending half.
async fn send(app: &Instance, bytes: &[u8]) -> TcpStream {
    let mut stream = TcpStream::connect(app.webhook_host()).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    stream.shutdown().await.unwrap();
    stream
}

async fn rest(mut stream: TcpStream) -> String {
    let mut answer = Vec::new();
    tokio::time::timeout(TIMEOUT, stream.read_to_end(&mut answer))
        .await
        .expect("the connection ends after its answer")
        .unwrap();
    String::from_utf8(answer).unwrap()
}

fn assert_answered(answer: &str, request: &str) {
    assert!(
        answer.starts_with("HTTP/1.1 200 OK\r\n") || answer.starts_with("HTTP/1.0 200 OK\r\n"),
        "{request:?}: {answer:?}"
    );
    assert!(answer.ends_with("\r\n\r\n{}"), "{request:?}: {answer:?}");
}

#[tokio::test]
async fn a_caller_that_ended_its_sending_half_is_answered_every_time() {
    let app = Instance::start();
    for request in requests().iter().cycle().take(40) {
        let answer = rest(send(&app, request.as_bytes()).await).await;
        assert_answered(&answer, request);
    }
    let list = app.get("exchanges?limit=1000").await["exchanges"].clone();
    let list = list.as_array().unwrap();
    assert_eq!(list.len(), 40);
    assert!(
        list.iter().all(|one| one["state"] == "answered"),
        "{list:?}"
    );
}

#[tokio::test]
async fn two_requests_before_the_end_of_the_sending_half_get_two_answers() {
    let app = Instance::start();
    let [get, post, ..] = requests();
    let answer = rest(send(&app, format!("{get}{post}").as_bytes()).await).await;
    assert_eq!(answer.matches("HTTP/1.1 200 OK\r\n").count(), 2, "{answer}");
    assert_eq!(answer.matches("\r\n\r\n{}").count(), 2, "{answer}");
}

#[tokio::test]
async fn a_held_caller_that_ended_its_sending_half_gets_the_persons_answer() {
    let app = Instance::start();
    app.hold(60).await;
    for request in requests() {
        let stream = send(&app, request.as_bytes()).await;
        let held = held(&app).await;
        let route = format!("exchanges/{}/answer", held["id"].as_str().unwrap());
        let (status, told) = app.post(&route, json!({"body": "{}"})).await;
        assert_eq!((status.as_u16(), told), (200, json!({"delivered": true})));
        assert_answered(&rest(stream).await, &request);
        assert_eq!(app.exchange(&held["id"]).await["state"], "answered");
    }
}

/// The exchange that is held now.
async fn held(app: &Instance) -> Value {
    app.in_state("held").await;
    loop {
        let list = app.get("exchanges?filter=is:held").await;
        if let Some(held) = list["exchanges"].as_array().unwrap().first() {
            return held.clone();
        }
    }
}

#[tokio::test]
async fn a_held_caller_that_resets_its_connection_after_ending_its_half_has_gone() {
    let app = Instance::start();
    app.hold(60).await;
    let stream = send(&app, requests()[1].as_bytes()).await;
    app.in_state("held").await;
    stream.set_zero_linger().unwrap();
    drop(stream);
    app.in_state("abandoned").await;
}

#[tokio::test]
async fn every_whole_request_is_recorded_though_nobody_waits_for_its_answer() {
    const CALLERS: usize = 200;
    let app = Instance::start();
    for _ in 0..CALLERS {
        let mut stream = TcpStream::connect(app.webhook_host()).await.unwrap();
        stream.write_all(requests()[1].as_bytes()).await.unwrap();
    }
    let recorded = |list: &Value| {
        let list = list["exchanges"].as_array().unwrap();
        let settled = |one: &Value| one["state"] != "answering" && one["state"] != "held";
        list.iter().filter(|one| settled(one)).count()
    };
    let all = async { while recorded(&app.get("exchanges?limit=1000").await) < CALLERS {} };
    tokio::time::timeout(TIMEOUT, all)
        .await
        .expect("all are recorded");
    let list = app.get("exchanges?limit=1000").await["exchanges"].clone();
    let list = list.as_array().unwrap();
    assert_eq!(list.len(), CALLERS);
    for one in list {
        assert_eq!(one["request_bytes"], TURN.len(), "{one}");
    }
}

/// How a caller leaves that has sent all its requests.
#[derive(Clone, Copy, Debug)]
enum Leaves {
    Closes,
    EndsItsHalf,
    #[cfg(target_os = "linux")]
    Resets,
}

/// Waits until so many exchanges are settled: their paths in the order of their arrival, and the
/// states that they have.
async fn settled(app: &Instance, count: usize) -> (Vec<Value>, Vec<Value>) {
    let settled = |list: &Value| {
        let open = |one: &&Value| one["state"] == "answering" || one["state"] == "held";
        let list = list["exchanges"].as_array().unwrap();
        list.len() - list.iter().filter(open).count()
    };
    let all = async {
        loop {
            let list = app.get("exchanges?limit=1000").await;
            if settled(&list) >= count {
                break list["exchanges"].as_array().unwrap().clone();
            }
        }
    };
    let mut list = tokio::time::timeout(TIMEOUT, all)
        .await
        .expect("all are recorded");
    list.reverse();
    let of = |key: &str| list.iter().map(|one| one[key].clone()).collect();
    (of("path"), of("state"))
}

#[tokio::test]
async fn of_requests_that_are_sent_at_once_each_is_recorded_in_order_however_their_caller_leaves() {
    const COUNT: usize = 200;
    let ways = [
        Leaves::Closes,
        Leaves::EndsItsHalf,
        #[cfg(target_os = "linux")]
        Leaves::Resets,
    ];
    for leaves in ways {
        let app = Instance::start();
        let paths: Vec<Value> = (0..COUNT).map(|n| json!(format!("/\u{44f}{n}"))).collect();
        let requests: String = (0..COUNT)
            .map(|n| match n % 3 {
                0 => format!("GET /\u{44f}{n} HTTP/1.1\r\nHost: bot\r\n\r\n"),
                1 => format!(
                    "POST /\u{44f}{n} HTTP/1.1\r\nHost: bot\r\nContent-Length: {}\r\n\r\n{TURN}",
                    TURN.len()
                ),
                _ => format!(
                    "POST /\u{44f}{n} HTTP/1.1\r\nHost: bot\r\nTransfer-Encoding: chunked\r\n\r\n\
                     {:x}\r\n{TURN}\r\n0\r\n\r\n",
                    TURN.len()
                ),
            })
            .collect();
        let mut stream = TcpStream::connect(app.webhook_host()).await.unwrap();
        stream.write_all(requests.as_bytes()).await.unwrap();
        match leaves {
            Leaves::Closes => drop(stream),
            Leaves::EndsItsHalf => {
                stream.shutdown().await.unwrap();
                let answers = rest(stream).await;
                assert_eq!(answers.matches("HTTP/1.1 200 OK\r\n").count(), COUNT);
            }
            #[cfg(target_os = "linux")]
            Leaves::Resets => {
                stream.set_zero_linger().unwrap();
                drop(stream);
            }
        }
        assert_eq!(settled(&app, COUNT).await.0, paths, "{leaves:?}");
    }
}

#[tokio::test]
async fn requests_behind_a_held_one_are_recorded_as_abandoned_once_their_caller_leaves() {
    const COUNT: usize = 20;
    let app = Instance::start();
    app.hold(60).await;
    let mut stream = TcpStream::connect(app.webhook_host()).await.unwrap();
    let request = &requests()[1];
    stream
        .write_all(request.repeat(COUNT).as_bytes())
        .await
        .unwrap();
    app.in_state("held").await;
    drop(stream);
    let (_, states) = settled(&app, COUNT).await;
    assert_eq!(states, vec![json!("abandoned"); COUNT]);
}

#[tokio::test]
async fn a_head_that_breaks_off_leaves_a_row_and_is_answered_where_its_caller_waits() {
    let app = Instance::start();
    for cut in ["G", "POST /cut", CUT_HEAD] {
        let answer = rest(send(&app, cut.as_bytes()).await).await;
        assert!(answer.starts_with("HTTP/1.1 400 "), "{cut}: {answer}");
        let exchange = app.exchange(&app.newest().await["id"]).await;
        assert_eq!(exchange["status"], 400, "{exchange}");
        assert_eq!(codes(&exchange), ["head_without_end"], "{exchange}");
        let finding = exchange["findings"][0]["message"].as_str().unwrap();
        assert!(
            finding.contains(&format!(" {} bytes", cut.len())),
            "{finding}"
        );
    }
    let newest = app.exchange(&app.newest().await["id"]).await;
    assert_eq!(newest["path"], "/cut");
    assert_eq!(
        newest["request"]["headers"],
        json!([["Host", "bot"], ["X-H", ""]])
    );
}

#[tokio::test]
async fn a_head_that_breaks_off_behind_a_request_of_a_caller_that_left_is_an_abandoned_row() {
    let app = Instance::start();
    app.hold(60).await;
    let mut stream = TcpStream::connect(app.webhook_host()).await.unwrap();
    let both = [&requests()[1], CUT_HEAD].concat();
    stream.write_all(both.as_bytes()).await.unwrap();
    app.in_state("held").await;
    drop(stream);
    let (paths, states) = settled(&app, 2).await;
    assert_eq!(paths, ["/", "/cut"]);
    assert_eq!(states, ["abandoned", "abandoned"]);
    let cut = app.exchange(&app.newest().await["id"]).await;
    assert!(codes(&cut).contains(&"head_without_end"), "{cut}");
    assert_eq!(cut["status"], Value::Null, "{cut}");
}
