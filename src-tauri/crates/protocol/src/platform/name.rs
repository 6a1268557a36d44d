//! The names of the platforms, and how a bot chooses one.

use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

use crate::names::{UnknownName, text_schema, vocabulary};

vocabulary! {
    /// Whose rules a request follows.
    #[derive(Default)]
    Platform {
        /// Sber's SaluteBot Graph.
        Graph = "graph",
        /// Graph's HTTP-request block.
        GraphHttp = "graph_http",
        /// LeadConverter.
        Leadconverter = "leadconverter",
        /// ChatApp.
        Chatapp = "chatapp",
        /// Webim.
        Webim = "webim",
        /// NocoBase.
        Nocobase = "nocobase",
        /// Anything else.
        #[default]
        Plain = "plain",
    }
}

/// The choice of no platform.
const AUTO: &str = "auto";

/// A bot's platform setting: recognised from each request, or fixed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(into = "String")]
pub enum PlatformChoice {
    /// Each request is recognised by what it looks like.
    #[default]
    Auto,
    /// Every request follows this platform.
    Fixed(Platform),
}

impl PlatformChoice {
    /// The texts of all choices.
    pub const NAMES: &'static [&'static str] = &names();

    /// `auto` or the platform's text.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Auto => AUTO,
            Self::Fixed(platform) => platform.as_str(),
        }
    }
}

impl utoipa::PartialSchema for PlatformChoice {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        text_schema(Self::NAMES.iter().copied())
    }
}

impl ToSchema for PlatformChoice {}

/// `auto`, then every platform.
const fn names() -> [&'static str; Platform::ALL.len() + 1] {
    let mut names = [AUTO; Platform::ALL.len() + 1];
    let mut index = 0;
    while index < Platform::ALL.len() {
        names[index + 1] = Platform::ALL[index].as_str();
        index += 1;
    }
    names
}

impl<'de> Deserialize<'de> for PlatformChoice {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let choice = text.parse();
        choice.map_err(|_| D::Error::unknown_variant(&text, Self::NAMES))
    }
}

impl FromStr for PlatformChoice {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, UnknownName> {
        if text == AUTO {
            Ok(Self::Auto)
        } else {
            text.parse().map(Self::Fixed)
        }
    }
}

impl From<PlatformChoice> for String {
    fn from(choice: PlatformChoice) -> Self {
        choice.as_str().to_owned()
    }
}
