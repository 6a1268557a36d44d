//! How the stand-in behaves, what it was sent, and what can be sent through it. Plain values;
//! nothing here runs.

use std::fmt;

use serde_json::Value;

/// How the stand-in behaves. Changed at run time through [`Standin::knobs`](crate::Standin::knobs).
#[derive(Clone)]
pub struct Knobs {
    /// The tokens that are accepted; `standin-token` by default.
    pub tokens: Vec<String>,
    /// Answers every Auth with this, whatever the token.
    pub refuse_auth: Option<Refusal>,
    /// Answers every Bind with this.
    pub refuse_bind: Option<Refusal>,
    /// Leaves Auth without an answer, for as long as it is set.
    pub hang_auth: bool,
    /// Which public addresses are given.
    pub urls: Urls,
    /// Echoes heartbeats. While it is off they wait, and are echoed when it is on again.
    pub answer_heartbeats: bool,
}

impl Default for Knobs {
    fn default() -> Self {
        Self {
            tokens: vec!["standin-token".to_owned()],
            refuse_auth: None,
            refuse_bind: None,
            hang_auth: false,
            urls: Urls::Fixed,
            answer_heartbeats: true,
        }
    }
}

/// Which public addresses are given. The names are of the reserved domain `.test` unless the client
/// asks for one of its own: none of them leads anywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Urls {
    /// The domain that was asked for, otherwise the same name each time.
    Fixed,
    /// A new name for each session; one that comes back to an endpoint keeps its name.
    Random,
    /// Another name at each Bind, whatever was asked for.
    ChangedOnRebind,
    /// `http://127.0.0.1:PORT`, the edge itself, so that the address can be called as it is.
    PublicAddr,
}

/// An error as the service words it: a text, and a code on a line of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The code, such as `ERR_NGROK_108`.
    pub code: String,
    /// The text; its first line is a sentence.
    pub message: String,
}

impl Refusal {
    /// An error of any code.
    #[must_use]
    pub fn new(code: &str, message: &str) -> Self {
        Self {
            code: code.to_owned(),
            message: message.to_owned(),
        }
    }

    /// `ERR_NGROK_4018`: there is no token.
    #[must_use]
    pub fn no_token() -> Self {
        Self::new(
            "ERR_NGROK_4018",
            "Usage of ngrok requires a verified account and authtoken.\n\n\
             Sign up for an account: https://dashboard.ngrok.com/signup\n\
             Install your authtoken: https://dashboard.ngrok.com/get-started/your-authtoken",
        )
    }

    /// `ERR_NGROK_105`: the token does not look like one. As with the service, the text holds the
    /// token.
    #[must_use]
    pub fn malformed_token(token: &str) -> Self {
        Self::new(
            "ERR_NGROK_105",
            &format!(
                "The authtoken you specified does not look like a proper ngrok tunnel authtoken.\n\
                 Your authtoken: {token}\n\
                 Instructions to install your authtoken are on your ngrok dashboard:\n\
                 https://dashboard.ngrok.com/get-started/your-authtoken"
            ),
        )
    }

    /// `ERR_NGROK_107`: the token was reset or never existed. As with the service, the text holds
    /// the token.
    #[must_use]
    pub fn invalid_token(token: &str) -> Self {
        Self::new(
            "ERR_NGROK_107",
            &format!(
                "The authtoken you specified is properly formed, but it is invalid.\n\
                 Your authtoken: {token}\n\
                 This usually happens when:\n    \
                 - You reset your authtoken\n    \
                 - Your authtoken was for a team account that you were removed from"
            ),
        )
    }

    /// `ERR_NGROK_108`: as many agents as the plan allows.
    #[must_use]
    pub fn session_limit() -> Self {
        Self::new(
            "ERR_NGROK_108",
            "Your account is limited to 1 simultaneous ngrok agent sessions.\n\
             You can run multiple simultaneous tunnels from a single agent session using a configuration \
             file.",
        )
    }

    /// `ERR_NGROK_9040`: the service takes nothing from this address.
    #[must_use]
    pub fn region() -> Self {
        Self::new(
            "ERR_NGROK_9040",
            "We do not allow agents to connect to ngrok from your IP address (192.0.2.1).",
        )
    }

    /// `ERR_NGROK_334`: another agent has the address.
    #[must_use]
    pub fn busy(url: &str) -> Self {
        Self::new(
            "ERR_NGROK_334",
            &format!(
                "The endpoint '{url}' is already online. Either\n\
                 1. stop your existing endpoint first, or\n\
                 2. start both endpoints with `--pooling-enabled` to load balance between them."
            ),
        )
    }

    /// The text as it stands in an answer.
    pub(crate) fn wire_text(&self) -> String {
        format!("{}\r\n\r\n{}\r\n", self.message.trim_end(), self.code)
    }
}

/// What the service can send to an agent of its own accord.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// End the agent.
    Stop,
    /// Start it again.
    Restart,
    /// Bring it up to date.
    Update,
    /// End the newest endpoint. The client gives no answer.
    StopTunnel {
        /// Why.
        message: String,
        /// The code for it, if any.
        code: Option<String>,
    },
}

/// What a request was about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The start of a session.
    Auth,
    /// The start of an endpoint.
    Bind,
    /// Its end.
    Unbind,
}

/// A request of the client, as it came.
#[derive(Clone)]
pub struct Received {
    /// What it was about.
    pub kind: Kind,
    /// The whole document, with the token.
    pub json: Value,
}

impl fmt::Debug for Received {
    /// Without the token: this goes into the words of failed tests.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut json = self.json.clone();
        for secret in ["/Extra/AuthToken", "/Extra/Cookie", "/Extra/Token"] {
            if let Some(value) = json.pointer_mut(secret) {
                *value = Value::from("•••");
            }
        }
        write!(formatter, "{:?} {json}", self.kind)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_refusal_is_a_sentence_first_and_its_code_alone_on_a_line() {
        let text = Refusal::malformed_token("abc").wire_text();
        assert!(text.starts_with("The authtoken you specified does not look like"));
        assert!(text.contains("abc"), "the service repeats the token");
        assert!(text.lines().any(|line| line == "ERR_NGROK_105"));
    }

    #[test]
    fn what_was_received_is_shown_without_its_token() {
        let json = json!({"Extra": {"AuthToken": "hidden", "OS": "linux"}});
        let shown = format!(
            "{:?}",
            Received {
                kind: Kind::Auth,
                json
            }
        );
        assert!(
            !shown.contains("hidden") && shown.contains("linux"),
            "{shown}"
        );
    }
}
