//! What handlers take from a request: the reader's language, ids, queries and JSON bodies, each
//! with an error of this API where it does not fit.

use std::convert::Infallible;

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Query, Request};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use engine::{Engine, LanguageChoice};
use protocol::Lang;
use serde::de::DeserializeOwned;

use crate::error::{ApiError, ErrorCode};

/// The language the reader wants: `Accept-Language`, else the setting, else the system's.
pub(crate) struct Language(pub(crate) Lang);

impl FromRequestParts<Engine> for Language {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, engine: &Engine) -> Result<Self, Infallible> {
        Ok(Self(language_of(parts, engine)))
    }
}

pub(crate) fn language_of(parts: &Parts, engine: &Engine) -> Lang {
    let asked = parts
        .headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok());
    if let Some(lang) = asked.and_then(known_language) {
        return lang;
    }
    match engine.settings().language {
        LanguageChoice::Ru => Lang::Ru,
        LanguageChoice::En => Lang::En,
        LanguageChoice::System => system_language(),
    }
}

/// The system's language.
#[must_use]
pub fn system_language() -> Lang {
    sys_locale::get_locale()
        .and_then(|locale| known_language(&locale))
        .unwrap_or_default()
}

/// The first language of the list that the app speaks.
fn known_language(list: &str) -> Option<Lang> {
    list.split(',').find_map(|item| {
        let tag = item.split([';', '-', '_', '.']).next()?.trim();
        tag.to_ascii_lowercase().parse().ok()
    })
}

/// A query string; 422 where it does not fit.
pub(crate) struct ApiQuery<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequestParts<Engine> for ApiQuery<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &Engine) -> Result<Self, ApiError> {
        let query = Query::<T>::try_from_uri(&parts.uri);
        query
            .map(|Query(query)| Self(query))
            .map_err(|error| ApiError::invalid("", error.body_text()))
    }
}

/// A JSON body, whatever its content type; 400 where it is no JSON, 422 with a pointer where a
/// value does not fit.
pub(crate) struct ApiJson<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<Engine> for ApiJson<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, engine: &Engine) -> Result<Self, ApiError> {
        let (parts, body) = request.into_parts();
        let lang = language_of(&parts, engine);
        let bytes = Bytes::from_request(Request::from_parts(parts, body), engine)
            .await
            .map_err(|error| {
                let message = match lang {
                    Lang::En => "The body is too large or was cut off.",
                    Lang::Ru => "Тело слишком большое или оборвалось.",
                };
                ApiError::new(error.status(), ErrorCode::TooLarge, message)
            })?;
        let mut reader = serde_json::Deserializer::from_slice(&bytes);
        let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
            let pointer = pointer(error.path());
            let inner = error.into_inner();
            if inner.is_data() {
                return ApiError::invalid(pointer, inner.to_string());
            }
            let message = match lang {
                Lang::En => format!("The body is not JSON: {inner}."),
                Lang::Ru => format!("Тело — не JSON: {inner}."),
            };
            let place = (inner.line() as u64, inner.column() as u64);
            ApiError::new(StatusCode::BAD_REQUEST, ErrorCode::BadJson, message).placed(
                Some(place.0),
                Some(place.1),
                None,
            )
        })?;
        reader.end().map_err(|error| {
            ApiError::new(
                StatusCode::BAD_REQUEST,
                ErrorCode::BadJson,
                error.to_string(),
            )
        })?;
        Ok(Self(value))
    }
}

fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    let mut pointer = String::new();
    for segment in path {
        match segment {
            Segment::Seq { index } => json_text::push_index(&mut pointer, *index),
            Segment::Map { key } => json_text::push_key(&mut pointer, key),
            Segment::Enum { .. } | Segment::Unknown => {}
        }
    }
    pointer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_language_that_is_spoken_is_taken() {
        assert_eq!(known_language("de-DE,ru;q=0.8,en;q=0.5"), Some(Lang::Ru));
        assert_eq!(known_language("en_US.UTF-8"), Some(Lang::En));
        assert_eq!(known_language("*"), None);
    }
}
