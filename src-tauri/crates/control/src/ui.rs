//! The page itself: built once, served alike to the window and to a browser.

use axum::http::{HeaderValue, Method, Uri, header};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;

use crate::error::ApiError;
use crate::words;

/// The built page. In debug builds it is read from disk, so that a rebuilt page needs no rebuilt
/// program.
#[derive(RustEmbed)]
#[folder = "../../../ui/dist"]
struct Page;

/// What the page may load: its own files and nothing else. `ipc:` is the window's own channel.
const POLICY: &str = "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; \
    font-src 'self'; script-src 'self'; connect-src 'self' ipc: http://ipc.localhost; object-src 'none'; \
    base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Files whose names change with their content.
const HASHED: &str = "assets/";

/// Answers any path that is not the API's.
pub(crate) async fn page(method: Method, uri: Uri) -> Response {
    if !matches!(method, Method::GET | Method::HEAD) {
        let allow = [(header::ALLOW, HeaderValue::from_static("GET, HEAD"))];
        return (allow, ApiError::method_not_allowed()).into_response();
    }
    let path = uri.path().trim_start_matches('/');
    let path = if path.is_empty() { "index.html" } else { path };
    let Some(file) = Page::get(path) else {
        return ApiError::not_found(if path == "index.html" {
            &words::NO_PAGE
        } else {
            &words::NOTHING_HERE
        })
        .into_response();
    };
    let kind = mime_guess::from_path(path).first_or_octet_stream();
    let mut response = file.data.into_response();
    let headers = response.headers_mut();
    let text = kind.type_() == "text" || kind.subtype() == "javascript";
    let kind = if text {
        format!("{kind}; charset=utf-8")
    } else {
        kind.to_string()
    };
    if let Ok(kind) = HeaderValue::from_str(&kind) {
        headers.insert(header::CONTENT_TYPE, kind);
    }
    let cache_control = if path.starts_with(HASHED) {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static(cache_control),
    );
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(POLICY),
    );
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    headers.insert(
        header::REFERRER_POLICY,
        HeaderValue::from_static("no-referrer"),
    );
    response
}

#[cfg(all(test, debug_assertions))]
mod tests {
    use super::*;

    /// A folder that is there in every checkout, named as the page's is.
    #[derive(RustEmbed)]
    #[folder = "../../../ui/public"]
    struct Public;

    #[test]
    fn a_folder_above_this_crate_is_read_from_disk() {
        let icon = Public::get("loupe.svg").unwrap();
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../ui");
        let file = std::fs::read(folder.join("public/loupe.svg")).unwrap();
        assert_eq!(icon.data.as_ref(), file);
        assert!(
            Public::get("../package.json").is_none(),
            "outside of the folder"
        );
    }
}
