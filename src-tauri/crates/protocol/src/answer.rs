//! An answer: what goes back to the caller, byte for byte.

use messages::{Message, Say};

use crate::content::Body;
use crate::message::Headers;
use crate::words::answers;

/// The content type of an answer given without headers.
pub const DEFAULT_CONTENT_TYPE: &str = "application/json; charset=utf-8";

/// Header fields that an answer may have. Clients take 100 to 256 as they come; far beyond them the
/// HTTP library itself gives up.
const FIELDS_MAX: usize = 512;

/// A status, header fields and a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The status code, 200–599.
    pub status: u16,
    /// The header fields as they are sent. Fields that frame the message are the server's own.
    pub headers: Headers,
    /// The body, sent as it stands.
    pub body: Body,
}

/// Why an answer cannot be sent; `pointer` names the part of the JSON document it came in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.message())]
pub struct AnswerError {
    /// A JSON pointer, `/status` or `/headers/2/0`.
    pub pointer: String,
    /// What HTTP cannot carry.
    pub problem: AnswerProblem,
}

/// What HTTP cannot carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnswerProblem {
    /// A status outside 200–599.
    Status,
    /// More fields than clients take.
    HeaderCount,
    /// A field name with bytes that no name may have.
    HeaderName,
    /// A field value with control bytes.
    HeaderValue,
}

impl Say for AnswerError {
    fn message(&self) -> Message {
        let words = match self.problem {
            AnswerProblem::Status => &answers::STATUS,
            AnswerProblem::HeaderCount => &answers::HEADER_COUNT,
            AnswerProblem::HeaderName => &answers::HEADER_NAME,
            AnswerProblem::HeaderValue => &answers::HEADER_VALUE,
        };
        words.into()
    }
}

impl Answer {
    /// An answer with a JSON body and the default content type.
    #[must_use]
    pub fn json(status: u16, body: impl Into<Body>) -> Self {
        let headers = [("Content-Type", DEFAULT_CONTENT_TYPE)]
            .into_iter()
            .collect();
        Self {
            status,
            headers,
            body: body.into(),
        }
    }

    /// Checks what HTTP cannot carry: the status range, field names and control bytes in values.
    ///
    /// # Errors
    /// The first part that cannot be sent.
    pub fn check(&self) -> Result<(), AnswerError> {
        if !(200..=599).contains(&self.status) {
            return Err(AnswerError {
                pointer: "/status".into(),
                problem: AnswerProblem::Status,
            });
        }
        if self.headers.0.len() > FIELDS_MAX {
            return Err(AnswerError {
                pointer: "/headers".into(),
                problem: AnswerProblem::HeaderCount,
            });
        }
        for (index, (name, value)) in self.headers.0.iter().enumerate() {
            if !is_token(name) {
                return Err(AnswerError {
                    pointer: format!("/headers/{index}/0"),
                    problem: AnswerProblem::HeaderName,
                });
            }
            if value
                .iter()
                .any(|byte| (*byte < 0x20 && *byte != b'\t') || *byte == 0x7f)
            {
                return Err(AnswerError {
                    pointer: format!("/headers/{index}/1"),
                    problem: AnswerProblem::HeaderValue,
                });
            }
        }
        Ok(())
    }
}

/// Whether a text is a token, as names of header fields and methods are, RFC 9110 §5.6.2.
#[must_use]
pub fn is_token(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !text.is_empty() && text.bytes().all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_that_http_cannot_carry_names_the_part() {
        let mut answer = Answer::json(200, "{}");
        assert_eq!(answer.check(), Ok(()));
        answer.headers = std::iter::repeat_n(("X-A", "1"), FIELDS_MAX).collect();
        assert_eq!(answer.check(), Ok(()));
        answer.headers.0.push(("X-A".to_owned(), b"1".to_vec()));
        assert_eq!(answer.check().unwrap_err().pointer, "/headers");
        answer.headers.0.truncate(1);
        answer.headers.0.push(("X-A".into(), b"a\r\nb".to_vec()));
        assert_eq!(answer.check().unwrap_err().pointer, "/headers/1/1");
        answer.status = 99;
        assert_eq!(answer.check().unwrap_err().pointer, "/status");
    }
}
