//! What a platform is asked about: a request, an answer, a turn to be made.

use std::sync::Arc;

use json_text::JsonError;
use serde_json::{Map, Value};

use crate::answer::Answer;
use crate::body::BodyKind;
use crate::document::Document;
use crate::message::Request;
use crate::outcome::Outcome;
use crate::platform::name::Platform;
use crate::platform::settings::PlatformSettings;

/// A request whose body is read.
#[derive(Clone, Copy)]
pub struct RequestContext<'a> {
    /// The request as it arrived.
    pub request: &'a Request,
    /// Its body, where it is JSON.
    pub document: Option<&'a Document>,
    /// Why a text is not JSON.
    pub error: Option<&'a JsonError>,
    /// What the body is.
    pub kind: BodyKind,
    /// What is set for the bot's platforms.
    pub settings: Option<&'a Arc<PlatformSettings>>,
}

impl<'a> RequestContext<'a> {
    /// What is set for one platform.
    #[must_use]
    pub fn settings_of(&self, platform: Platform) -> Option<&'a Map<String, Value>> {
        self.settings?.of(platform)
    }
}

/// An answer whose body is read, and the request it belongs to.
#[derive(Clone, Copy)]
pub struct AnswerContext<'a> {
    /// The request.
    pub request: &'a RequestContext<'a>,
    /// The answer as it is sent.
    pub answer: &'a Answer,
    /// Its body, where it is JSON.
    pub document: Option<&'a Document>,
    /// Why a text is not JSON.
    pub error: Option<&'a JsonError>,
    /// Nothing about its text is a guess.
    pub certain: bool,
    /// What the body is.
    pub kind: BodyKind,
}

/// An answer that was judged, for the rows of its variables.
#[derive(Clone, Copy)]
pub struct JudgedAnswer<'a> {
    /// The answer as it is sent.
    pub answer: &'a Answer,
    /// Its body, where it is JSON.
    pub document: Option<&'a Document>,
    /// What becomes of it.
    pub outcome: Outcome,
}

/// The event and the user of a request, and the message that led to it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    /// The event, where the platform has one.
    pub event: Option<String>,
    /// The user, where the platform names one.
    pub user: Option<String>,
    /// Equal for requests that one message of a user's led to, where that can be told.
    pub message: Option<u64>,
}

/// What a request says of the session that it belongs to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SessionMarks {
    /// It is the first of a session.
    pub is_new: bool,
    /// The session's id.
    pub id: Option<String>,
    /// It says when the user was seen before.
    pub was_seen: bool,
}

/// A turn of a user, of which a request is made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SampleTurn {
    /// The event.
    pub event: String,
    /// The user.
    pub user: String,
    /// The user's variables: names and JSON texts, in order.
    pub variables: Vec<(String, String)>,
}
