//! Errors of the API: a code for the program, a sentence for the person.
//!
//! An [`ApiError`] has no language yet. It travels beside its response, and the language layer
//! writes the document ([`crate::language::layer`]).

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use engine::{Error, InvalidKind};
use messages::{Lang, Message, Say as _};
use serde::Serialize;
use store::StoreError;
use utoipa::ToSchema;

use crate::words;

/// Every code an error of this API can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ErrorCode {
    /// The bearer token is missing or wrong.
    Unauthorized,
    /// The `Host` is not this address.
    ForbiddenHost,
    /// The `Origin` is not this address.
    ForbiddenOrigin,
    /// There is no such thing.
    NotFound,
    /// The route has no such method.
    MethodNotAllowed,
    /// The body is not JSON.
    BadJson,
    /// The body stopped arriving.
    BodyTimeout,
    /// A value does not fit.
    Invalid,
    /// The filter cannot be read.
    FilterInvalid,
    /// The exchange does not wait for an answer any more.
    NotHeld,
    /// The exchange is not over yet.
    NotSettled,
    /// The caller has gone.
    CallerLeft,
    /// The text is not JSON.
    NotJson,
    /// The body is too long to be worked on as a whole.
    BodyTooLong,
    /// The body has no such range.
    RangeNotSatisfiable,
    /// The text is broken JSON.
    JsonSyntax,
    /// A template cannot be parsed.
    TemplateSyntax,
    /// The address is the app's own.
    OwnAddress,
    /// There is no late answer.
    NoLateAnswer,
    /// The late answer has been delivered.
    AlreadyDelivered,
    /// The late answer is no JSON object.
    NotAnObject,
    /// Too many late answers wait to be delivered.
    QueueFull,
    /// Files of a folder are no rules.
    RuleFiles,
    /// A folder of rules cannot be read or written.
    RuleFolder,
    /// A turn of the simulated user is under way.
    TurnUnderWay,
    /// There is a simulated user of this name.
    UserExists,
    /// The simulator has no room.
    SimulatorFull,
    /// So many runs are under way that no other one can begin.
    RunsFull,
    /// The port is taken.
    PortInUse,
    /// The only bot cannot be removed.
    LastBot,
    /// The tunnel has no address.
    NoAddress,
    /// The body is too large.
    TooLarge,
    /// Other calls carry too many bytes.
    Busy,
    /// The change could not be written to disk.
    NotSaved,
    /// The app itself failed.
    Internal,
}

/// An error as the API tells it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ErrorBody {
    /// For the program.
    pub(crate) code: ErrorCode,
    /// A sentence for a person.
    pub(crate) message: String,
    /// The part of the document it is about, as a JSON pointer.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    pub(crate) pointer: Option<String>,
    /// The place in a text, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = u64, required = false)]
    pub(crate) line: Option<u64>,
    /// The place in the line, in characters, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = u64, required = false)]
    pub(crate) column: Option<u64>,
    /// The place in a text, in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = u64, required = false)]
    pub(crate) offset: Option<u64>,
    /// What can be written in the place of that part, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    pub(crate) suggestion: Option<String>,
    /// The files that are no rules, 20 at most.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub(crate) files: Vec<RuleFileError>,
}

/// Why a file is no rule.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct RuleFileError {
    /// Its name; empty where it is about the folder.
    file: String,
    /// The place in the file, from 1.
    line: Option<u64>,
    /// The place in the line, in characters, from 1.
    column: Option<u64>,
    /// The place in the rule, as a JSON pointer.
    pointer: Option<String>,
    /// A sentence for a person.
    message: String,
}

impl RuleFileError {
    pub(crate) fn new(error: &engine::FileError, lang: Lang) -> Self {
        Self {
            file: error.file.clone(),
            line: error.position.map(|position| position.line),
            column: error.position.map(|position| position.column),
            pointer: error.pointer.clone(),
            message: error.message().text(lang),
        }
    }
}

/// An error on its way out.
#[derive(Clone, Debug)]
pub(crate) struct ApiError {
    status: StatusCode,
    code: ErrorCode,
    message: Message,
    pointer: Option<String>,
    position: Option<Box<Position>>,
    suggestion: Option<String>,
    files: Vec<engine::FileError>,
}

/// A position in a text, as far as it is known.
#[derive(Clone, Debug, Default)]
pub(crate) struct Position {
    /// From 1.
    pub(crate) line: Option<u64>,
    /// In characters, from 1.
    pub(crate) column: Option<u64>,
    /// In bytes.
    pub(crate) offset: Option<u64>,
}

impl From<json_text::Position> for Position {
    fn from(position: json_text::Position) -> Self {
        Self {
            line: Some(position.line),
            column: Some(position.column),
            offset: Some(position.offset),
        }
    }
}

impl ApiError {
    pub(crate) fn new(status: StatusCode, code: ErrorCode, message: impl Into<Message>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
            pointer: None,
            position: None,
            suggestion: None,
            files: Vec::new(),
        }
    }

    /// The same, about a part of the document.
    pub(crate) fn at(mut self, pointer: impl Into<String>) -> Self {
        self.pointer = Some(pointer.into());
        self
    }

    /// The same, where the part stands deeper in the document.
    pub(crate) fn inside(mut self, pointer: &str) -> Self {
        if let Some(within) = &mut self.pointer {
            within.insert_str(0, pointer);
        }
        self
    }

    /// The same, about a position in a text.
    pub(crate) fn positioned(mut self, position: Position) -> Self {
        self.position = Some(Box::new(position));
        self
    }

    /// There is something, but not for this method.
    pub(crate) fn method_not_allowed() -> Self {
        let status = StatusCode::METHOD_NOT_ALLOWED;
        Self::new(status, ErrorCode::MethodNotAllowed, &words::NO_SUCH_METHOD)
    }

    /// A value that does not fit.
    pub(crate) fn invalid(pointer: impl Into<String>, message: impl Into<Message>) -> Self {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        Self::new(status, ErrorCode::Invalid, message).at(pointer)
    }

    /// A number outside its range.
    pub(crate) fn out_of_range(pointer: &str, least: u64, most: u64) -> Self {
        let range = words::WHOLE_BETWEEN.arg(least).arg(most);
        Self::invalid(pointer, words::WRONG_VALUE.arg(range))
    }

    /// A body outside of memory where all of it is needed.
    pub(crate) fn body_too_long(message: impl Into<Message>) -> Self {
        Self::new(StatusCode::CONFLICT, ErrorCode::BodyTooLong, message)
    }

    /// There is no such thing.
    pub(crate) fn not_found(message: impl Into<Message>) -> Self {
        Self::new(StatusCode::NOT_FOUND, ErrorCode::NotFound, message)
    }

    /// The status it goes out with.
    #[cfg(test)]
    pub(crate) const fn status(&self) -> StatusCode {
        self.status
    }

    /// The code it goes out with.
    pub(crate) const fn code(&self) -> ErrorCode {
        self.code
    }

    /// The document in a language.
    pub(crate) fn body(&self, lang: Lang) -> ErrorBody {
        let position = self.position.as_deref().cloned().unwrap_or_default();
        ErrorBody {
            code: self.code,
            message: self.message.text(lang),
            pointer: self.pointer.clone(),
            line: position.line,
            column: position.column,
            offset: position.offset,
            suggestion: self.suggestion.clone(),
            files: self
                .files
                .iter()
                .map(|error| RuleFileError::new(error, lang))
                .collect(),
        }
    }

    /// Puts the document into the response that stands for this error; its headers stay.
    pub(crate) fn write(&self, lang: Lang, response: &Response) -> Response {
        let headers = response.headers().clone();
        let mut written = (self.status, Json(self.body(lang))).into_response();
        written.headers_mut().extend(headers);
        written
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        let (status, code) = status_and_code(&error);
        if status.is_server_error() {
            tracing::error!(%error, "the control API failed");
        }
        let answer = Self::new(status, code, error.message());
        match error {
            Error::Invalid(invalid) => {
                let answer = Self {
                    suggestion: invalid.suggestion,
                    ..answer.at(invalid.pointer)
                };
                match invalid.position {
                    Some(position) => answer.positioned(position.into()),
                    None => answer,
                }
            }
            Error::PortInUse(_) => answer.at("/listen_port"),
            Error::RuleFiles { files, .. } => Self { files, ..answer },
            Error::RuleFolder(_)
            | Error::NotFound(_)
            | Error::NotHeld
            | Error::NotSettled
            | Error::CallerLeft
            | Error::LastBot
            | Error::NoAddress
            | Error::NotSaved(_)
            | Error::Store(_)
            | Error::Key(_)
            | Error::NoLateAnswer
            | Error::AlreadyDelivered
            | Error::NotAnObject
            | Error::QueueFull(_)
            | Error::TurnUnderWay
            | Error::UserExists
            | Error::SimulatorFull(_)
            | Error::RunsFull
            | Error::ExportTooLong(_)
            | Error::Sending(_) => answer,
        }
    }
}

const fn status_and_code(error: &Error) -> (StatusCode, ErrorCode) {
    match error {
        Error::NotFound(_) => (StatusCode::NOT_FOUND, ErrorCode::NotFound),
        Error::NotHeld => (StatusCode::CONFLICT, ErrorCode::NotHeld),
        Error::NotSettled => (StatusCode::CONFLICT, ErrorCode::NotSettled),
        Error::NoLateAnswer => (StatusCode::NOT_FOUND, ErrorCode::NoLateAnswer),
        Error::AlreadyDelivered => (StatusCode::CONFLICT, ErrorCode::AlreadyDelivered),
        Error::NotAnObject => (StatusCode::CONFLICT, ErrorCode::NotAnObject),
        Error::QueueFull(_) => (StatusCode::CONFLICT, ErrorCode::QueueFull),
        Error::RuleFiles { .. } => (StatusCode::UNPROCESSABLE_ENTITY, ErrorCode::RuleFiles),
        Error::RuleFolder(_) => (StatusCode::CONFLICT, ErrorCode::RuleFolder),
        Error::TurnUnderWay => (StatusCode::CONFLICT, ErrorCode::TurnUnderWay),
        Error::UserExists => (StatusCode::CONFLICT, ErrorCode::UserExists),
        Error::SimulatorFull(_) => (StatusCode::CONFLICT, ErrorCode::SimulatorFull),
        Error::RunsFull => (StatusCode::CONFLICT, ErrorCode::RunsFull),
        Error::ExportTooLong(_) => (StatusCode::CONFLICT, ErrorCode::BodyTooLong),
        Error::CallerLeft => (StatusCode::GONE, ErrorCode::CallerLeft),
        Error::LastBot => (StatusCode::CONFLICT, ErrorCode::LastBot),
        Error::NoAddress => (StatusCode::CONFLICT, ErrorCode::NoAddress),
        Error::Invalid(invalid) => {
            let code = match invalid.kind {
                InvalidKind::Value => ErrorCode::Invalid,
                InvalidKind::OwnAddress => ErrorCode::OwnAddress,
                InvalidKind::TemplateSyntax => ErrorCode::TemplateSyntax,
            };
            (StatusCode::UNPROCESSABLE_ENTITY, code)
        }
        Error::PortInUse(_) => (StatusCode::UNPROCESSABLE_ENTITY, ErrorCode::PortInUse),
        Error::NotSaved(_) | Error::Store(StoreError::NotSaved(_)) => {
            (StatusCode::INSUFFICIENT_STORAGE, ErrorCode::NotSaved)
        }
        Error::Key(_) | Error::Store(_) | Error::Sending(_) => {
            (StatusCode::INTERNAL_SERVER_ERROR, ErrorCode::Internal)
        }
    }
}
