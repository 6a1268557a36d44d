//! What a filter says about a request in memory.
//!
//! The store says it about rows, in SQL, with an index; this is the same meaning without either,
//! for what is in memory anyway and for tests that hold another evaluator against the filter. It
//! knows what stands in a request; of an exchange's end, its marks and its time it says nothing.

use std::borrow::Cow;

use crate::body::text_with_escapes;
use crate::filter::{Condition, Term, Wanted};
use crate::message::Headers;
use crate::names::Source;
use crate::platform::Platform;
use crate::variable::Variable;

/// A request, as far as filters speak of it.
#[derive(Clone, Copy, Debug, Default)]
pub struct FilteredRequest<'a> {
    /// The event.
    pub event: Option<&'a str>,
    /// The user.
    pub user: Option<&'a str>,
    /// The method.
    pub method: &'a str,
    /// The path as received.
    pub path: &'a str,
    /// What followed `?`, as received.
    pub query: Option<&'a str>,
    /// Where it came from.
    pub source: Source,
    /// Whose rules it follows.
    pub platform: Platform,
    /// The header fields.
    pub headers: Option<&'a Headers>,
    /// The variables.
    pub variables: &'a [Variable],
    /// The body as text.
    pub body: Option<&'a str>,
}

impl Term {
    /// Whether a request fulfils it; `None` where that is no matter of the request.
    #[must_use]
    pub fn holds(&self, request: &FilteredRequest<'_>) -> Option<bool> {
        let holds = self.condition.holds(request)?;
        Some(holds != self.negated)
    }
}

impl Condition {
    /// Whether a request fulfils it; `None` where that is no matter of the request.
    #[must_use]
    pub fn holds(&self, request: &FilteredRequest<'_>) -> Option<bool> {
        let no_fields = Headers::default();
        let headers = request.headers.unwrap_or(&no_fields);
        let body = request.body.map(|body| text_with_escapes(headers, body));
        let texts = [
            request.event,
            request.user,
            Some(request.path),
            request.query,
            body.as_deref(),
        ];
        Some(match self {
            Self::Any(conditions) => {
                let mut any = false;
                for condition in conditions {
                    any |= condition.holds(request)?;
                }
                any
            }
            Self::Text(part) => {
                let wanted = Wanted::part(part);
                texts.into_iter().flatten().any(|text| wanted.fits(text))
            }
            Self::Event(wanted) => request.event.is_some_and(|event| wanted.fits(event)),
            Self::User(wanted) => request.user.is_some_and(|user| wanted.fits(user)),
            Self::Method(text) => Wanted::whole(text).fits(request.method),
            Self::Path(wanted) => {
                let in_query = || request.query.is_some_and(|query| wanted.fits(query));
                wanted.fits(request.path) || (!wanted.whole && in_query())
            }
            Self::Source(source) => request.source == *source,
            Self::Platform(platform) => request.platform == *platform,
            Self::Body(part) => body.is_some_and(|body| Wanted::part(part).fits(&body)),
            Self::Variable { path, test } => path.any(request.variables, |json| test.fits(json)),
            Self::Header { name, value } => {
                let fields = request.headers.into_iter().flat_map(Headers::texts);
                let name = Wanted::whole(name);
                let fits =
                    |(field, text): (&str, Cow<'_, str>)| name.fits(field) && value.fits(&text);
                fields.into_iter().any(fits)
            }
            Self::UserOf { .. }
            | Self::Status { .. }
            | Self::By(_)
            | Self::Is(_)
            | Self::Has(_)
            | Self::Bot(_)
            | Self::Note(_)
            | Self::Id(_)
            | Self::Of(_)
            | Self::At(..)
            | Self::AtSpan { .. }
            | Self::Duration(..)
            | Self::Size(..) => return None,
        })
    }
}

impl Wanted {
    /// Whether a text is this one, or has it as a part, without case.
    #[must_use]
    pub fn fits(&self, text: &str) -> bool {
        let (text, wanted) = (text.to_lowercase(), self.text.to_lowercase());
        match self.whole {
            true => text == wanted,
            false => text.contains(&wanted),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::filter::{FilterTime, parse_filter};

    #[test]
    fn terms_hold_for_what_stands_in_a_request() {
        let headers = [("X-Id", "Abc")].into_iter().collect();
        let request = FilteredRequest {
            event: Some("Оплата картой"),
            method: "POST",
            path: "/hook",
            query: Some("token=1"),
            headers: Some(&headers),
            ..FilteredRequest::default()
        };
        for (text, wanted) in [
            ("event:ОПЛАТА", Some(true)),
            ("event:\"оплата картой\"", Some(true)),
            ("event:\"оплата\"", Some(false)),
            ("-user:77", Some(true)),
            ("path:token", Some(true)),
            ("path:\"token=1\"", Some(false)),
            ("header.x-id:abc", Some(true)),
            ("method:post", Some(true)),
            ("source:webhook,tunnel", Some(true)),
            ("картой", Some(true)),
            ("status:200", None),
            ("event:x,\"оплата картой\"", Some(true)),
        ] {
            let filter = parse_filter(text, &FilterTime::default()).unwrap();
            assert_eq!(filter.terms[0].holds(&request), wanted, "{text}");
        }
    }
}
