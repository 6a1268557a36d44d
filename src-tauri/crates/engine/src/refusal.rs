//! What a caller gets whom the server itself turns away: an answer of its own, and the finding that
//! says why.

use messages::{Lang, Say as _};
use protocol::{Answer, Code, Failure, Finding, Headers, OwnFinding};

/// A request that is answered by the server itself, because it broke a limit or a rule of access.
#[derive(Debug)]
pub(crate) struct Refusal {
    /// What goes back, or why nothing does.
    pub(crate) answer: Result<Answer, Failure>,
    pub(crate) finding: OwnFinding,
}

impl Refusal {
    /// A status without a body, and the finding that names the cause.
    pub(crate) fn bare(status: u16, code: Code, detail: String) -> Self {
        let answer = Answer {
            status,
            headers: Headers::default(),
            body: protocol::Body::default(),
        };
        Self {
            answer: Ok(answer),
            finding: OwnFinding::new(code, [detail]),
        }
    }

    /// An answer that says what is wrong, and the finding that does.
    pub(crate) fn told(status: u16, finding: OwnFinding) -> Self {
        Self {
            answer: Ok(told(status, &finding)),
            finding,
        }
    }

    /// The same with a header field in its answer.
    pub(crate) fn with_header(mut self, name: &str, value: &str) -> Self {
        if let Ok(answer) = &mut self.answer {
            answer.headers.0.push((name.to_owned(), value.into()));
        }
        self
    }
}

/// An answer that says what is wrong, in English: whoever reads it is at the sender.
pub(crate) fn told(status: u16, finding: &OwnFinding) -> Answer {
    let found = Finding::from(finding);
    let document = serde_json::json!({
        "code": found.code,
        "message": found.message().text(Lang::En),
    });
    Answer::json(status, document.to_string())
}
