//! The reader's language: told by `Accept-Language`, else by the setting, else by the system.
//!
//! One layer reads it. Handlers whose answer holds sentences take it as [`Language`]; an error
//! carries a message without a language, and the layer writes its document.

use std::convert::Infallible;

use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::Response;
use engine::{Engine, LanguageChoice};
use messages::Lang;

use crate::error::ApiError;

/// The reader's language.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Language(pub(crate) Lang);

impl FromRequestParts<Engine> for Language {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, engine: &Engine) -> Result<Self, Infallible> {
        let known = parts.extensions.get::<Self>().copied();
        Ok(known.unwrap_or_else(|| Self::of(&parts.headers, engine)))
    }
}

impl Language {
    fn of(headers: &HeaderMap, engine: &Engine) -> Self {
        // Lines of one list are one list (RFC 9110 §5.3).
        let lines = headers.get_all(header::ACCEPT_LANGUAGE).iter();
        let lines: Vec<&str> = lines.filter_map(|line| line.to_str().ok()).collect();
        Self(choose(&lines.join(","), || {
            match engine.settings().language {
                LanguageChoice::Ru => Lang::Ru,
                LanguageChoice::En => Lang::En,
                LanguageChoice::System => system_language(),
            }
        }))
    }
}

/// The layer around everything else: whatever error comes out gets its words here.
pub(crate) async fn layer(
    State(engine): State<Engine>,
    mut request: Request,
    next: Next,
) -> Response {
    let language = Language::of(request.headers(), &engine);
    request.extensions_mut().insert(language);
    let mut response = next.run(request).await;
    match response.extensions_mut().remove::<ApiError>() {
        Some(error) => error.write(language.0, &response),
        None => response,
    }
}

/// The system's language, English where the app does not speak it.
#[must_use]
pub fn system_language() -> Lang {
    let locale = sys_locale::get_locale();
    locale
        .and_then(|locale| spoken(&locale))
        .unwrap_or_default()
}

/// The language that the app speaks and the reader likes most; the first of equals. Where the
/// reader names none it is the `usual` one, unless the reader refuses it and takes another.
fn choose(header: &str, usual: impl FnOnce() -> Lang) -> Lang {
    let mut best: Option<(Lang, f32)> = None;
    let mut refused = Vec::new();
    for item in header.split(',') {
        let (tag, parameters) = item.split_once(';').unwrap_or((item, ""));
        let Some(lang) = spoken(tag.trim()) else {
            continue;
        };
        let quality = quality(parameters);
        if quality == 0.0 {
            refused.push(lang);
        } else if best.is_none_or(|(_, before)| quality > before) {
            best = Some((lang, quality));
        }
    }
    best.map(|(lang, _)| lang).unwrap_or_else(|| {
        let usual = usual();
        let mut others = Lang::ALL.iter().filter(|lang| !refused.contains(lang));
        match others.next() {
            Some(other) if refused.contains(&usual) => *other,
            _ => usual,
        }
    })
}

/// The weight of an item, from 0 (not wanted) to 1. A weight that cannot be read counts as 0.
fn quality(parameters: &str) -> f32 {
    let weight = parameters.split(';').find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("q").then(|| value.trim())
    });
    let number = weight.map_or(Some(1.0), |weight| weight.parse().ok());
    number
        .filter(|number| (0.0..=1.0).contains(number))
        .unwrap_or_default()
}

/// The language of a tag such as `ru`, `en-GB` or `ru_RU.UTF-8`, where the app speaks it.
fn spoken(tag: &str) -> Option<Lang> {
    let primary = tag.split(['-', '_', '.']).next()?;
    primary.to_ascii_lowercase().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_with_the_greatest_weight_is_taken_if_the_app_speaks_it() {
        // `None`: the usual one.
        for (header, wanted) in [
            ("ru", Some(Lang::Ru)),
            ("RU-ru", Some(Lang::Ru)),
            ("en-GB,en;q=0.9", Some(Lang::En)),
            ("de-DE,ru;q=0.8,en;q=0.5", Some(Lang::Ru)),
            ("en;q=0.1, ru", Some(Lang::Ru)),
            ("en;q=0.1, ru;q=0.2", Some(Lang::Ru)),
            ("en ; q=0.5 , ru ; q=0.5", Some(Lang::En)),
            ("ru;q=0, en;q=0.1", Some(Lang::En)),
            ("ru;q=0", Some(Lang::En)),
            ("en;q=0", Some(Lang::Ru)),
            ("de, ru;q=0", Some(Lang::En)),
            ("ru;q=0, en;q=0", None),
            ("ru;q=NaN", Some(Lang::En)),
            ("ru;q=2, en;q=0.1", Some(Lang::En)),
            ("*", None),
            ("de", None),
            ("", None),
        ] {
            for usual in Lang::ALL.iter().copied() {
                let chosen = choose(header, || usual);
                assert_eq!(
                    chosen,
                    wanted.unwrap_or(usual),
                    "{header}, usually {usual:?}"
                );
            }
        }
    }

    #[test]
    fn a_locale_of_the_system_names_a_language() {
        assert_eq!(spoken("en_US.UTF-8"), Some(Lang::En));
        assert_eq!(spoken("ru_RU"), Some(Lang::Ru));
        assert_eq!(spoken("C"), None);
    }
}
