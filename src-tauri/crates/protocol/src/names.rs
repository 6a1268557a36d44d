//! The small closed vocabularies: one spelling each, the same in code, store and API.

use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// Declares an enum whose every value has one text, used by the API, the store and the filter.
macro_rules! vocabulary {
    ($(#[$doc:meta])* $name:ident { $($(#[$value_doc:meta])* $value:ident = $text:literal,)+ }) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord,
            serde::Serialize, serde::Deserialize,
        )]
        pub enum $name {
            $($(#[$value_doc])* #[serde(rename = $text)] $value,)+
        }

        impl $name {
            /// Every value, in the order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$value,)+];

            /// The value's text, as the API and the store spell it.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$value => $text,)+
                }
            }
        }

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                $crate::names::text_schema([$($text,)+])
            }
        }

        impl utoipa::ToSchema for $name {}

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::names::UnknownName;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::ALL.iter().copied().find(|value| value.as_str() == text).ok_or($crate::names::UnknownName)
            }
        }
    };
}

pub(crate) use vocabulary;

/// The schema of a value that is one of these texts. utoipa would name the enum's variants, for
/// it does not read a rename that is made by a macro.
pub(crate) fn text_schema<'a>(
    texts: impl IntoIterator<Item = &'a str>,
) -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
    utoipa::openapi::ObjectBuilder::new()
        .schema_type(utoipa::openapi::Type::String)
        .enum_values(Some(texts))
        .into()
}

/// The text is no value of the vocabulary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown name")]
pub struct UnknownName;

vocabulary! {
    /// Where an exchange came from.
    #[derive(Default)]
    Source {
        /// The loopback listener.
        #[default]
        Webhook = "webhook",
        /// The public address.
        Tunnel = "tunnel",
        /// A recorded request sent again.
        Replay = "replay",
        /// The simulator, playing the bot.
        Simulator = "simulator",
        /// A call that a rule made after its answer.
        Callback = "callback",
        /// A scenario that is played.
        Scenario = "scenario",
        /// A file.
        Import = "import",
    }
}

vocabulary! {
    /// How far an exchange has come.
    #[derive(Default)]
    State {
        /// Waits for a person.
        Held = "held",
        /// The answer is being made or written.
        #[default]
        Answering = "answering",
        /// The answer's bytes were written, or the fault that was given was carried out.
        Answered = "answered",
        /// The answer could not be written; see the failure.
        Failed = "failed",
        /// The caller left first.
        Abandoned = "abandoned",
    }
}

impl State {
    /// Whether the exchange has come to its end.
    #[must_use]
    pub const fn is_settled(self) -> bool {
        match self {
            Self::Held | Self::Answering => false,
            Self::Answered | Self::Failed | Self::Abandoned => true,
        }
    }
}

vocabulary! {
    /// Who gave the answer.
    AnsweredBy {
        /// The bot's default answer.
        Default = "default",
        /// A rule.
        Rule = "rule",
        /// A person.
        Hand = "hand",
        /// The fallback of a hold or of a failed upstream.
        Fallback = "fallback",
        /// The developer's own server.
        Upstream = "upstream",
        /// The developer's own server, corrected by a person.
        UpstreamEdited = "upstream_edited",
        /// The platform itself, as a server.
        Platform = "platform",
    }
}

vocabulary! {
    /// A message of an exchange: whose body it is, and what a finding is about. All but the request
    /// are answers. The history names each by its index, so a further one goes to the end.
    Side {
        /// What the bot sent.
        Request = "request",
        /// What goes back to it.
        Response = "response",
        /// What the developer's own server answered, where a person may correct it.
        Upstream = "upstream",
        /// What that server answered after something else had gone out.
        Late = "late",
        /// What a rule made of the developer's own server's answer, where a person may correct it.
        Corrected = "corrected",
    }
}

vocabulary! {
    /// A wilful break of HTTP.
    FaultKind {
        /// The connection closes before any byte.
        Close = "close",
        /// The connection is reset (RST).
        Reset = "reset",
        /// No answer until the caller leaves.
        Never = "never",
        /// Bytes that are not HTTP.
        Garbage = "garbage",
        /// A whole head and half of the body.
        Truncate = "truncate",
        /// A right answer, a byte of its body every 100 ms.
        Slow = "slow",
    }
}

/// An exchange's identity: a UUID of version 7, so that ids sort by time.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    ToSchema,
)]
#[serde(transparent)]
pub struct ExchangeId(pub Uuid);

/// A bot's identity.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    ToSchema,
)]
#[serde(transparent)]
pub struct BotId(pub Uuid);

impl ExchangeId {
    /// When its request arrived: every id is made of the moment. `None` for one that is not.
    #[must_use]
    pub fn arrived(self) -> Option<UtcMillis> {
        let (seconds, nanos) = self.0.get_timestamp()?.to_unix();
        let seconds = i64::try_from(seconds).ok()?;
        let millis = seconds
            .checked_mul(1000)?
            .checked_add(i64::from(nanos / 1_000_000))?;
        Some(UtcMillis(millis))
    }
}

/// A conversation's identity: that of the exchange which began it, and it stays when that is gone.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    ToSchema,
)]
#[serde(transparent)]
pub struct ConversationId(pub Uuid);

impl fmt::Display for ExchangeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for BotId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A moment: milliseconds since 1970-01-01 UTC. Its text is RFC 3339 with three decimals.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    ToSchema,
)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, format = DateTime, examples("2026-11-22T05:00:00.123Z"))]
pub struct UtcMillis(pub i64);

impl fmt::Display for UtcMillis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let moment =
            jiff::Timestamp::from_millisecond(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        write!(f, "{moment:.3}")
    }
}

impl From<UtcMillis> for String {
    fn from(moment: UtcMillis) -> Self {
        moment.to_string()
    }
}

impl TryFrom<String> for UtcMillis {
    type Error = jiff::Error;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Ok(Self(text.parse::<jiff::Timestamp>()?.as_millisecond()))
    }
}

/// A span of time in microseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Micros(pub u64);

impl Micros {
    /// In milliseconds, as durations are shown.
    #[must_use]
    pub fn as_ms(self) -> f64 {
        self.0 as f64 / 1000.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_written_with_three_decimals_and_read_back() {
        let moment = UtcMillis(1_763_787_600_120);
        assert_eq!(moment.to_string(), "2025-11-22T05:00:00.120Z");
        assert_eq!(UtcMillis::try_from(moment.to_string()).unwrap(), moment);
    }

    #[test]
    fn every_name_is_read_back_from_its_text() {
        for state in State::ALL {
            assert_eq!(state.as_str().parse(), Ok(*state));
        }
        assert_eq!("nobody".parse::<AnsweredBy>(), Err(UnknownName));
    }
}
