//! Errors of the API: a code for the program, a sentence for the person, in their language.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use engine::{Error, InvalidKind};
use messages::Say as _;
use protocol::Lang;
use serde::Serialize;
use utoipa::ToSchema;

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
    /// A value does not fit.
    Invalid,
    /// The filter cannot be read.
    FilterInvalid,
    /// The exchange does not wait for an answer any more.
    NotHeld,
    /// The caller has gone.
    CallerLeft,
    /// The text is not JSON.
    NotJson,
    /// The text is broken JSON.
    JsonSyntax,
    /// This version has no such mode.
    ModeUnavailable,
    /// The port is taken.
    PortInUse,
    /// The only bot cannot be removed.
    LastBot,
    /// The tunnel has no address.
    NoAddress,
    /// The body is too large.
    TooLarge,
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
    pub(crate) pointer: Option<String>,
    /// The place in a text, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) line: Option<u64>,
    /// The place in the line, in characters, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) column: Option<u64>,
    /// The place in a text, in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) offset: Option<u64>,
}

/// An error on its way out.
#[derive(Debug)]
pub(crate) struct ApiError {
    status: StatusCode,
    body: ErrorBody,
}

impl ApiError {
    pub(crate) fn new(status: StatusCode, code: ErrorCode, message: impl Into<String>) -> Self {
        let message = message.into();
        let body = ErrorBody {
            code,
            message,
            pointer: None,
            line: None,
            column: None,
            offset: None,
        };
        Self { status, body }
    }

    /// The same, about a part of the document.
    pub(crate) fn at(mut self, pointer: impl Into<String>) -> Self {
        self.body.pointer = Some(pointer.into());
        self
    }

    /// The same, about a place in a text.
    pub(crate) fn placed(
        mut self,
        line: Option<u64>,
        column: Option<u64>,
        offset: Option<u64>,
    ) -> Self {
        (self.body.line, self.body.column, self.body.offset) = (line, column, offset);
        self
    }

    /// A value that does not fit.
    pub(crate) fn invalid(pointer: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            ErrorCode::Invalid,
            message,
        )
        .at(pointer)
    }

    /// There is nothing under this address.
    pub(crate) fn not_found(lang: Lang) -> Self {
        let message = match lang {
            Lang::En => "There is nothing under this address.",
            Lang::Ru => "По этому адресу ничего нет.",
        };
        Self::new(StatusCode::NOT_FOUND, ErrorCode::NotFound, message)
    }

    /// What the engine said, in words.
    pub(crate) fn from_engine(error: &Error, lang: Lang) -> Self {
        let (status, code, pointer) = parts(error);
        if status.is_server_error() {
            tracing::error!(%error, "the control API failed");
        }
        let answer = Self::new(status, code, error.message().text(lang));
        match pointer {
            Some(pointer) => answer.at(pointer),
            None => answer,
        }
    }
}

const fn parts(error: &Error) -> (StatusCode, ErrorCode, Option<&str>) {
    match error {
        Error::NotFound(_) => (StatusCode::NOT_FOUND, ErrorCode::NotFound, None),
        Error::NotHeld => (StatusCode::CONFLICT, ErrorCode::NotHeld, None),
        Error::CallerLeft => (StatusCode::GONE, ErrorCode::CallerLeft, None),
        Error::LastBot => (StatusCode::CONFLICT, ErrorCode::LastBot, None),
        Error::NoAddress => (StatusCode::CONFLICT, ErrorCode::NoAddress, None),
        Error::Invalid(invalid) => {
            let code = match invalid.kind {
                InvalidKind::Value => ErrorCode::Invalid,
                InvalidKind::ModeUnavailable => ErrorCode::ModeUnavailable,
            };
            let pointer = Some(invalid.pointer.as_str());
            (StatusCode::UNPROCESSABLE_ENTITY, code, pointer)
        }
        Error::PortInUse(_) => (
            StatusCode::UNPROCESSABLE_ENTITY,
            ErrorCode::PortInUse,
            Some("/listen_port"),
        ),
        Error::NotSaved(_) => (StatusCode::INSUFFICIENT_STORAGE, ErrorCode::NotSaved, None),
        Error::Key(_) | Error::Store(_) | Error::Sending(_) => {
            (StatusCode::INTERNAL_SERVER_ERROR, ErrorCode::Internal, None)
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        (self.status, Json(self.body)).into_response()
    }
}
