//! What handlers take from a request: ids, queries and JSON bodies, each with an error of this API
//! where it does not fit.

mod misfit;
mod value;

use axum::RequestExt as _;
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use engine::{Engine, Error, RunId, Subject};
use http_body_util::BodyExt as _;
use json_text::AnnotationKind;
use percent_encoding::percent_decode_str;
use protocol::{BotId, ConversationId, ExchangeId};
use serde::de::{DeserializeOwned, IgnoredAny};

use crate::arrival_error::ArrivalError;
use crate::error::{ApiError, ErrorCode};
use crate::extract::value::Value;
use crate::words;

/// A name in a path: any text.
pub(crate) struct PathName(pub(crate) String);

impl FromRequestParts<Engine> for PathName {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, engine: &Engine) -> Result<Self, ApiError> {
        let text = Path::<String>::from_request_parts(parts, engine).await;
        // What is no text names nothing.
        Ok(Self(text.map_or_else(|_| String::new(), |Path(text)| text)))
    }
}

/// The one that is given of several fields.
///
/// # Errors
/// None of them is given, or more than one.
pub(crate) fn exactly_one<T, const N: usize>(
    fields: [(&str, Option<T>); N],
) -> Result<T, ApiError> {
    let names = fields.each_ref().map(|(name, _)| *name);
    let mut given = fields.into_iter().filter_map(|(_, value)| value);
    let message = || words::EITHER_OF.arg(names.join(", "));
    match (given.next(), given.next()) {
        (Some(value), None) => Ok(value),
        (None, _) => Err(ApiError::invalid(format!("/{}", names[0]), message())),
        (Some(_), Some(_)) => Err(ApiError::invalid("", message())),
    }
}

/// The id in a path.
///
/// What is no id names nothing; that is told by [`PathId::get`], after the rest of the request was
/// read: a body that does not fit is 422 whatever the path names.
pub(crate) struct PathId<T>(Option<T>);

/// An id that can stand in a path.
pub(crate) trait Identity: Sized {
    /// The id that the text is.
    fn parse(text: &str) -> Option<Self>;

    /// What is told where there is none.
    fn not_found() -> ApiError;
}

impl Identity for ExchangeId {
    fn parse(text: &str) -> Option<Self> {
        text.parse().map(Self).ok()
    }

    fn not_found() -> ApiError {
        Error::NotFound(Subject::Exchange).into()
    }
}

impl Identity for ConversationId {
    fn parse(text: &str) -> Option<Self> {
        text.parse().map(Self).ok()
    }

    fn not_found() -> ApiError {
        Error::NotFound(Subject::Conversation).into()
    }
}

impl Identity for RunId {
    fn parse(text: &str) -> Option<Self> {
        text.parse().ok()
    }

    fn not_found() -> ApiError {
        Error::NotFound(Subject::Run).into()
    }
}

impl Identity for BotId {
    fn parse(text: &str) -> Option<Self> {
        text.parse().map(Self).ok()
    }

    fn not_found() -> ApiError {
        Error::NotFound(Subject::Bot).into()
    }
}

impl<T: Identity> PathId<T> {
    /// The id; 404 where the path has none.
    pub(crate) fn get(self) -> Result<T, ApiError> {
        self.0.ok_or_else(T::not_found)
    }
}

impl<T: Identity> FromRequestParts<Engine> for PathId<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, engine: &Engine) -> Result<Self, ApiError> {
        let text = Path::<String>::from_request_parts(parts, engine).await;
        Ok(Self(text.ok().and_then(|Path(text)| T::parse(&text))))
    }
}

/// A query string; 422 where it does not fit.
pub(crate) struct ApiQuery<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequestParts<Engine> for ApiQuery<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &Engine) -> Result<Self, ApiError> {
        read_query(parts.uri.query().unwrap_or_default()).map(Self)
    }
}

fn read_query<T: DeserializeOwned>(query: &str) -> Result<T, ApiError> {
    // What is no text would be read as one of other letters.
    let is_text = |part: &&str| percent_decode_str(part).decode_utf8().is_ok();
    if let Some(other) = query.split('&').find(|part| !is_text(part)) {
        let (name, _) = other.split_once('=').unwrap_or((other, ""));
        let name = percent_decode_str(name).decode_utf8_lossy();
        return Err(ApiError::invalid(format!("/{name}"), &words::NO_TEXT));
    }
    let members = form_urlencoded::parse(query.as_bytes())
        .map(|(name, value)| (name.into_owned(), Value::Query(value.into_owned())));
    Ok(T::deserialize(Value::Object(members.collect()))?)
}

/// A JSON body, whatever its content type; 400 where it is no JSON, 422 with a pointer where a
/// value does not fit.
pub(crate) struct ApiJson<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<Engine> for ApiJson<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &Engine) -> Result<Self, ApiError> {
        let bytes = body_bytes(request).await?;
        read_json(&bytes).map(Self)
    }
}

/// A JSON body that may be left away: its default then.
pub(crate) struct OptionalJson<T>(pub(crate) T);

impl<T: DeserializeOwned + Default> FromRequest<Engine> for OptionalJson<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &Engine) -> Result<Self, ApiError> {
        let bytes = body_bytes(request).await?;
        match bytes.is_empty() {
            true => Ok(Self(T::default())),
            false => read_json(&bytes).map(Self),
        }
    }
}

/// A JSON body as its text, in which numbers keep their digits; 400 where it is no JSON.
pub(crate) struct ApiText(pub(crate) String);

impl FromRequest<Engine> for ApiText {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &Engine) -> Result<Self, ApiError> {
        let bytes = body_bytes(request).await?;
        serde_json::from_slice::<IgnoredAny>(&bytes).map_err(|_| bad_json(&bytes))?;
        let text = std::str::from_utf8(&bytes).map_err(|_| bad_json(&bytes))?;
        Ok(Self(text.to_owned()))
    }
}

async fn body_bytes(request: Request) -> Result<Bytes, ApiError> {
    let body = request.into_limited_body().collect().await;
    Ok(body.map_err(|error| ArrivalError::of(&error))?.to_bytes())
}

/// A value of the bytes of a JSON document.
pub(crate) fn read_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ApiError> {
    let first = bytes.iter().find(|byte| !byte.is_ascii_whitespace());
    let value: Value = if first == Some(&b'[') {
        // No document of this API is a list: its items, millions perhaps, are not built.
        serde_json::from_slice::<IgnoredAny>(bytes)
            .map(|_| Value::List(Vec::new()))
            .map_err(|_| bad_json(bytes))?
    } else {
        serde_json::from_slice(bytes).map_err(|_| bad_json(bytes))?
    };
    Ok(T::deserialize(value)?)
}

/// What is wrong with a body that `serde_json` refuses. Where it is no JSON, or no text could
/// hold its strings, that is 400; JSON that this reader alone cannot hold is 422.
fn bad_json(bytes: &[u8]) -> ApiError {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let end = error.valid_up_to();
            let text = String::from_utf8_lossy(&bytes[..end]);
            return not_json(&text, end, false);
        }
    };
    match json_text::survey(text) {
        Err(error) => {
            let ends = text[error.offset..].trim().is_empty();
            not_json(text, error.offset, ends)
        }
        Ok(survey) => {
            let mut annotations = survey.annotations.iter();
            match annotations.find(|one| one.kind == AnnotationKind::LoneSurrogate) {
                Some(surrogate) => not_json(text, surrogate.offset, false),
                None => ApiError::invalid("", &words::BEYOND_READING),
            }
        }
    }
}

fn not_json(text: &str, offset: usize, ends_early: bool) -> ApiError {
    let at = json_text::Position::in_text(text, offset);
    let message = if ends_early {
        (&words::JSON_ENDS).into()
    } else {
        words::NOT_JSON_BODY.arg(at.line).arg(at.column)
    };
    ApiError::new(StatusCode::BAD_REQUEST, ErrorCode::BadJson, message).positioned(at.into())
}

#[cfg(test)]
mod tests {
    use messages::Lang;
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Default, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Kind {
        #[default]
        One,
        Other,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(
        dead_code,
        reason = "what is read is not looked at, what is refused is"
    )]
    struct Sample {
        name: String,
        #[serde(default)]
        port: Option<u16>,
        #[serde(default)]
        kind: Kind,
        #[serde(default)]
        pairs: Vec<(String, String)>,
        #[serde(default)]
        on: bool,
    }

    #[derive(Debug, Deserialize)]
    #[allow(
        dead_code,
        reason = "what is read is not looked at, what is refused is"
    )]
    struct SampleQuery {
        limit: Option<usize>,
        filter: Option<String>,
    }

    fn refused(json: &str) -> ApiError {
        read_json::<Sample>(json.as_bytes()).expect_err(json)
    }

    #[test]
    fn what_fits_is_read() {
        let json = r#"{"name": "a", "port": 65535, "kind": "other", "pairs": [["b", "c"]]}"#;
        let sample: Sample = read_json(json.as_bytes()).unwrap();
        assert_eq!(sample.port, Some(65535));
        assert_eq!(sample.pairs, [("b".to_owned(), "c".to_owned())]);
        assert!(matches!(sample.kind, Kind::Other));
        let sample: Sample = read_json(br#"{"name": "", "port": null}"#).unwrap();
        assert_eq!(sample.port, None);
    }

    /// A body, the place that is named, and a part of the sentence in English and in Russian.
    const MISFITS: &[(&str, &str, &str, &str)] = &[
        (
            r#"["a"]"#,
            "",
            "must be an object, not a list",
            "другое: объект, а не список",
        ),
        (
            "\"a\"",
            "",
            "must be an object, not a text",
            "другое: объект, а не строка",
        ),
        (
            "null",
            "",
            "must be an object, not null",
            "другое: объект, а не null",
        ),
        (
            "{}",
            "/name",
            "The field “name” is missing.",
            "Не хватает поля «name».",
        ),
        (
            r#"{"name": "a", "colour": 1}"#,
            "/colour",
            "no field “colour” here. Known: name, port",
            "Поля «colour» здесь нет. Есть: name, port",
        ),
        (
            r#"{"name": "a", "name": "b"}"#,
            "/name",
            "The field “name” stands twice.",
            "Поле «name» указано дважды.",
        ),
        (
            r#"{"name": 1}"#,
            "/name",
            "must be a text, not a number",
            "другое: строка, а не число",
        ),
        (
            r#"{"name": "a", "port": 65536}"#,
            "/port",
            "a whole number from 0 to 65535",
            "целое число от 0 до 65535",
        ),
        (
            r#"{"name": "a", "port": 1.5}"#,
            "/port",
            "a whole number from 0 to 65535",
            "целое число от 0 до 65535",
        ),
        (
            r#"{"name": "a", "port": -1}"#,
            "/port",
            "a whole number from 0 to 65535",
            "целое число от 0 до 65535",
        ),
        (
            r#"{"name": "a", "kind": "third"}"#,
            "/kind",
            "one of: one, other",
            "одно из: one, other",
        ),
        (
            r#"{"name": "a", "kind": 3}"#,
            "/kind",
            "one of: one, other",
            "одно из: one, other",
        ),
        (
            r#"{"name": "a", "pairs": [["b", "c"], ["d"]]}"#,
            "/pairs/1",
            "a list of 2",
            "список длины 2",
        ),
        (
            r#"{"name": "a", "pairs": [["b", 3]]}"#,
            "/pairs/0/1",
            "a text",
            "строка",
        ),
        (
            r#"{"name": "a", "on": "yes"}"#,
            "/on",
            "true or false",
            "true или false",
        ),
        (
            r#"{"name": 1e999}"#,
            "",
            "number too large",
            "слишком большое число",
        ),
    ];

    #[test]
    fn what_does_not_fit_is_422_with_its_place_in_both_languages() {
        for (json, pointer, en, ru) in MISFITS.iter().copied() {
            let error = refused(json);
            assert_eq!(error.status(), StatusCode::UNPROCESSABLE_ENTITY, "{json}");
            assert_eq!(
                error.body(Lang::En).pointer.as_deref(),
                Some(pointer),
                "{json}"
            );
            for (lang, words) in [(Lang::En, en), (Lang::Ru, ru)] {
                let message = error.body(lang).message;
                let found = message.to_lowercase().contains(&words.to_lowercase());
                assert!(found, "{json}: {message}");
            }
        }
    }

    #[test]
    fn what_is_no_json_is_400_with_its_place() {
        let cases: [(&[u8], u64, u64); 7] = [
            (b"", 1, 1),
            (b"[1, 2", 1, 6),
            (b"{\n\"a\": }", 2, 6),
            ("{\"имя\": }".as_bytes(), 1, 9),
            (b"{} {}", 1, 4),
            // What `JSON.stringify` writes of a text that was cut inside a character.
            (br#"{"name": "\ud83d"}"#, 1, 11),
            (b"{\"name\": \"\xff\"}", 1, 11),
        ];
        for (body, line, column) in cases {
            let json = String::from_utf8_lossy(body);
            let error = read_json::<Sample>(body).expect_err(&json);
            assert_eq!(error.status(), StatusCode::BAD_REQUEST, "{json}");
            let body = error.body(Lang::En);
            assert_eq!(body.code, ErrorCode::BadJson);
            assert_eq!(
                (body.line, body.column),
                (Some(line), Some(column)),
                "{json}"
            );
        }
    }

    #[test]
    fn a_query_is_read_from_texts_and_names_what_does_not_fit() {
        let query: SampleQuery = read_query("limit=12&filter=event%3Apay+x&other=1").unwrap();
        assert_eq!(query.limit, Some(12));
        assert_eq!(query.filter.as_deref(), Some("event:pay x"));
        let error = read_query::<SampleQuery>("limit=1&filter=a%FF").unwrap_err();
        let pointer = error.body(Lang::En).pointer;
        assert_eq!(pointer.as_deref(), Some("/filter"), "no text");
        for query in ["limit=x", "limit=-1", "limit=", "limit=1&limit=2"] {
            let error = read_query::<SampleQuery>(query).expect_err(query);
            assert_eq!(
                error.body(Lang::En).pointer.as_deref(),
                Some("/limit"),
                "{query}"
            );
        }
    }
}
