//! Requests of web pages. Any page in a browser on this machine can post to the webhook port, and
//! no bot does: such a request is served as every other, and found.

use protocol::{Code, Headers, OwnFinding};

/// What tells that a web page sent a request: a browser names the page's origin in `Origin`, and
/// says in `Sec-Fetch-Site` that it is another one than the address's (Fetch Metadata, 2.4).
pub(super) fn web_page_finding(headers: &Headers) -> Option<OwnFinding> {
    let site = headers.get("sec-fetch-site");
    // `none`: a person entered the address.
    let is_foreign = site.is_some_and(|site| matches!(&*site, "cross-site" | "same-site"));
    let origin = headers.get("origin");
    if origin.is_none() && !is_foreign {
        return None;
    }
    let origin = origin.map_or_else(|| "?".to_owned(), std::borrow::Cow::into_owned);
    Some(OwnFinding::new(Code::FromWebPage, [origin]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_of_another_origin_is_told_from_a_server_and_from_a_person() {
        let found = |fields: &[(&str, &str)]| {
            let headers: Headers = fields.iter().copied().collect();
            web_page_finding(&headers)
        };
        let finding = |origin: &str| Some(OwnFinding::new(Code::FromWebPage, [origin.to_owned()]));
        let page = [
            ("Origin", "https://evil.example"),
            ("Sec-Fetch-Site", "cross-site"),
        ];
        assert_eq!(found(&page), finding("https://evil.example"));
        // A sandboxed frame, and an image.
        assert_eq!(found(&[("origin", "null")]), finding("null"));
        assert_eq!(found(&[("Sec-Fetch-Site", "cross-site")]), finding("?"));
        assert_eq!(found(&[("Sec-Fetch-Site", "none")]), None);
        assert_eq!(
            found(&[("Host", "a"), ("Content-Type", "text/plain")]),
            None
        );
    }
}
