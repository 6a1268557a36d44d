//! The messages: Auth, Bind and Unbind from the agent, commands to it.
//!
//! A request is one JSON document on a stream that the agent does not finish, so the end of the
//! document is found by reading it; an answer is one document, and the stream is finished.

use std::io;
use std::time::Duration;

use muxado::typed::{StreamType, TypedOpenClose, TypedStream};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::knobs::{Command, Kind, Received, Refusal};
use crate::state::{Endpoint, Session, Shared, random_hex};

/// The longest document of an agent, in bytes. A guess: real ones have some hundred.
const DOCUMENT_MAX: usize = 256 * 1024;
/// How long an agent may take over a command. A guess: a busy machine does not reach it.
const COMMAND_LIMIT: Duration = Duration::from_secs(30);
/// The version of the protocol that is spoken.
const VERSION: &str = "3";

const RESTART: StreamType = StreamType::clamp(4);
const STOP: StreamType = StreamType::clamp(5);
const UPDATE: StreamType = StreamType::clamp(6);
const STOP_TUNNEL: StreamType = StreamType::clamp(9);

/// Lets the agent in, or not.
pub(crate) async fn auth(session: &Session, mut stream: TypedStream) -> io::Result<()> {
    let request = receive(session, Kind::Auth, &mut stream).await?;
    session.once(|knobs| !knobs.hang_auth).await;
    let token = text(&request, "/Extra/AuthToken");
    if let Some(refusal) = refusal(session, token) {
        return answer(stream, &refused(&refusal)).await;
    }
    let client_id = match text(&request, "/ClientId") {
        "" => format!("standin-client-{}", random_hex()),
        returning => returning.to_owned(),
    };
    if session.client_id.set(client_id.clone()).is_err() {
        let reply = "The session is authenticated already.";
        return answer(stream, &json!({"Error": reply})).await;
    }
    session.shared.enter(session.agent.clone());
    let extra = json!({
        "Version": env!("CARGO_PKG_VERSION"),
        "Region": "loopback",
        "Cookie": format!("standin-cookie-{client_id}"),
        "AccountName": "Stand-in",
        "SessionDuration": 0,
        "PlanName": "Free",
        "Banner": "",
    });
    let reply = json!({"Version": VERSION, "ClientId": client_id, "Extra": extra});
    answer(stream, &reply).await
}

/// Puts an endpoint online.
pub(crate) async fn bind(session: &Session, mut stream: TypedStream) -> io::Result<()> {
    let request = receive(session, Kind::Bind, &mut stream).await?;
    let scheme = text(&request, "/Proto");
    let problem = if session.client_id.get().is_none() {
        Some(json!({"Error": "The session is not authenticated."}))
    } else if !matches!(scheme, "http" | "https") {
        Some(json!({"Error": "The stand-in has endpoints of http and https only."}))
    } else {
        session
            .shared
            .knobs
            .lock()
            .refuse_bind
            .as_ref()
            .map(refused)
    };
    if let Some(problem) = problem {
        return answer(stream, &problem).await;
    }
    let (id, rebind) = match text(&request, "/Id") {
        "" => (format!("standin-endpoint-{}", random_hex()), false),
        returning => (returning.to_owned(), true),
    };
    let endpoint = Endpoint {
        url: session.shared.url(scheme, wanted_domain(&request), rebind),
        agent: session.agent.clone(),
        id,
    };
    let token = match text(&request, "/Extra/Token") {
        "" => format!("standin-bind-{}", random_hex()),
        returning => returning.to_owned(),
    };
    let mut options = request["Opts"].clone();
    options["Domain"] = Value::from(endpoint.authority());
    let reply = json!({
        "Id": endpoint.id,
        "URL": endpoint.url,
        "Proto": scheme,
        "Opts": options,
        "Extra": {"Token": token},
    });
    answer(stream, &reply).await?;
    // After the answer: the agent drops what comes for an endpoint that it does not know yet.
    session.shared.online(endpoint);
    Ok(())
}

/// Takes an endpoint offline. One that is not there is no error: the client unbinds twice.
pub(crate) async fn unbind(session: &Session, mut stream: TypedStream) -> io::Result<()> {
    let request = receive(session, Kind::Unbind, &mut stream).await?;
    let id = text(&request, "/Id");
    session.shared.offline(id, session.agent.number);
    answer(stream, &json!({})).await
}

/// Answers a request that the stand-in does not know, such as a labelled bind.
pub(crate) async fn unknown(stream: TypedStream) -> io::Result<()> {
    let reply = format!("The stand-in knows no stream of type {}.", stream.typ());
    answer(stream, &json!({"Error": reply})).await
}

/// Sends a command to the newest agent and waits for its answer.
pub(crate) async fn command(shared: &Shared, command: Command) -> Option<String> {
    let (typ, document) = match command {
        Command::Stop => (STOP, json!({})),
        Command::Restart => (RESTART, json!({})),
        Command::Update => (UPDATE, json!({"Version": "", "PermitMajorVersion": false})),
        Command::StopTunnel { message, code } => {
            let id = shared.newest_endpoint()?.id;
            let document = json!({"Id": id, "Message": message, "ErrorCode": code});
            (STOP_TUNNEL, document)
        }
    };
    let mut agent = match typ {
        STOP_TUNNEL => shared.newest_endpoint()?.agent,
        _ => shared.newest_agent()?,
    };
    let asking = async {
        let mut stream = agent.open.open_typed(typ).await.ok()?;
        // In one piece: the client spins over a document that ends in the middle.
        let bytes = document.to_string();
        stream.write_all(bytes.as_bytes()).await.ok()?;
        let mut answer = String::new();
        let limit = DOCUMENT_MAX as u64;
        (&mut *stream)
            .take(limit)
            .read_to_string(&mut answer)
            .await
            .ok()?;
        (!answer.is_empty()).then_some(answer)
    };
    let asking = tokio::time::timeout(COMMAND_LIMIT, asking);
    agent.kill.run_until_cancelled(asking).await?.ok()?
}

/// Reads a request and puts it into the log.
async fn receive(session: &Session, kind: Kind, stream: &mut TypedStream) -> io::Result<Value> {
    let json = read_document(stream).await?;
    session.shared.record(Received {
        kind,
        json: json.clone(),
    });
    Ok(json)
}

/// Reads until a document is complete.
async fn read_document(stream: &mut TypedStream) -> io::Result<Value> {
    let mut bytes = Vec::new();
    loop {
        if stream.read_buf(&mut bytes).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        match serde_json::from_slice(&bytes) {
            Ok(document) => return Ok(document),
            Err(error) if error.is_eof() && bytes.len() <= DOCUMENT_MAX => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// Writes an answer and finishes the stream.
async fn answer(mut stream: TypedStream, document: &Value) -> io::Result<()> {
    stream.write_all(document.to_string().as_bytes()).await?;
    stream.shutdown().await
}

fn refused(refusal: &Refusal) -> Value {
    json!({"Error": refusal.wire_text()})
}

/// Why this token is not let in, if it is not.
fn refusal(session: &Session, token: &str) -> Option<Refusal> {
    let knobs = session.shared.knobs.lock();
    if let Some(refusal) = &knobs.refuse_auth {
        return Some(refusal.clone());
    }
    if knobs.tokens.iter().any(|valid| valid == token) {
        return None;
    }
    Some(match token {
        "" => Refusal::no_token(),
        token if looks_like_one(token) => Refusal::invalid_token(token),
        token => Refusal::malformed_token(token),
    })
}

/// A token of ngrok is two words of letters and digits, the first of some twenty, joined by `_`.
fn looks_like_one(token: &str) -> bool {
    /// The shortest first and second word.
    const WORDS: [usize; 2] = [20, 15];
    let Some((first, second)) = token.split_once('_') else {
        return false;
    };
    let fits = |word: &str, least| {
        word.len() >= least && word.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    fits(first, WORDS[0]) && fits(second, WORDS[1])
}

/// The name that was asked for; three fields can hold it, for old clients.
fn wanted_domain(request: &Value) -> &str {
    ["/Opts/Domain", "/Opts/Hostname", "/Opts/Subdomain"]
        .into_iter()
        .map(|pointer| text(request, pointer))
        .find(|name| !name.is_empty())
        .unwrap_or_default()
}

fn text<'a>(document: &'a Value, pointer: &str) -> &'a str {
    document
        .pointer(pointer)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_told_by_its_two_words() {
        assert!(looks_like_one("2abcDEFghiJKLmnoPQRstu_4aBcDeFgHiJkLmNoPq"));
        assert!(!looks_like_one("standin-token"));
        assert!(!looks_like_one("short_word"));
        assert!(!looks_like_one("2abcDEFghiJKLmnoPQRstu_4aBcDeFgHiJk LmNo"));
    }
}
