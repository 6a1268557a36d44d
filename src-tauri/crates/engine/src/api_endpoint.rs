//! Where the API of this app is served, and the token that opens it. Neither is for bots: what
//! comes to a bot's address is written down, and may be sent on.

use std::net::SocketAddr;

use data_encoding::BASE64;
use protocol::{Code, Headers, OwnFinding, Request};

/// Where the API is served.
#[derive(Debug)]
pub(crate) struct ApiEndpoint {
    pub(crate) address: SocketAddr,
    token: String,
}

impl ApiEndpoint {
    pub(crate) const fn new(address: SocketAddr, token: String) -> Self {
        Self { address, token }
    }

    /// Puts asterisks in the place of the token, wherever it stands in a request as text or as a
    /// part of a login; says so where it does.
    pub(crate) fn conceal(&self, request: &mut Request) -> Option<OwnFinding> {
        let is_here = [
            self.conceal_text(&mut request.path),
            request
                .query
                .as_mut()
                .is_some_and(|query| self.conceal_text(query)),
            self.conceal_fields(&mut request.headers),
            self.conceal_fields(&mut request.trailers),
            self.conceal_body(request),
        ];
        let args = [self.address.to_string()];
        is_here
            .contains(&true)
            .then(|| OwnFinding::new(Code::ApiToken, args))
    }

    fn conceal_text(&self, text: &mut String) -> bool {
        let is_here = text.contains(&self.token);
        if is_here {
            *text = text.replace(&self.token, &"*".repeat(self.token.len()));
        }
        is_here
    }

    fn conceal_fields(&self, fields: &mut Headers) -> bool {
        let mut is_here = false;
        for (_, value) in &mut fields.0 {
            is_here |= self.conceal_bytes(value) || self.conceal_login(value);
        }
        is_here
    }

    fn conceal_bytes(&self, bytes: &mut [u8]) -> bool {
        let token = self.token.as_bytes();
        let mut is_here = false;
        while let Some(at) = memchr::memmem::find(bytes, token) {
            bytes[at..at + token.len()].fill(b'*');
            is_here = true;
        }
        is_here
    }

    /// Of `Basic` the whole login goes: it has no other secret.
    fn conceal_login(&self, value: &mut [u8]) -> bool {
        const SCHEME: &[u8] = b"basic ";
        let Some((scheme, login)) = value.split_at_mut_checked(SCHEME.len()) else {
            return false;
        };
        if !scheme.eq_ignore_ascii_case(SCHEME) {
            return false;
        }
        let decoded = BASE64.decode(login.trim_ascii()).unwrap_or_default();
        let is_here = memchr::memmem::find(&decoded, self.token.as_bytes()).is_some();
        if is_here {
            login.fill(b'*');
        }
        is_here
    }

    fn conceal_body(&self, request: &mut Request) -> bool {
        let whole = request.body.whole();
        let found =
            whole.filter(|body| memchr::memmem::find(body, self.token.as_bytes()).is_some());
        let Some(body) = found else { return false };
        let mut body = body.to_vec();
        self.conceal_bytes(&mut body);
        request.body = body.into();
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "abcdefghijklmnopqrstuvwxyz";
    const HIDDEN: &str = "**************************";

    fn endpoint() -> ApiEndpoint {
        ApiEndpoint::new(([127, 0, 0, 1], 4567).into(), TOKEN.to_owned())
    }

    #[test]
    fn a_token_is_hidden_wherever_it_stands_and_nothing_else_changes() {
        let mut request = Request {
            path: format!("/a/{TOKEN}/b"),
            query: Some(format!("token={TOKEN}&x=1")),
            headers: [
                ("Authorization", format!("Bearer {TOKEN}")),
                ("cookie", format!("a=1; t={TOKEN}; u={TOKEN}")),
                (
                    "authorization",
                    format!("Basic {}", BASE64.encode(format!("me:{TOKEN}").as_bytes())),
                ),
                ("X-Other", "Basic bWU6cGFzcw==".to_owned()),
            ]
            .into_iter()
            .collect(),
            body: format!("{{\"token\":\"{TOKEN}\"}}").into(),
            ..Request::default()
        };
        let lengths: Vec<_> = request
            .headers
            .0
            .iter()
            .map(|field| field.1.len())
            .collect();
        let finding = endpoint().conceal(&mut request);
        let expected = OwnFinding::new(Code::ApiToken, ["127.0.0.1:4567".to_owned()]);
        assert_eq!(finding, Some(expected));
        assert_eq!(request.path, format!("/a/{HIDDEN}/b"));
        assert_eq!(request.query.unwrap(), format!("token={HIDDEN}&x=1"));
        let fields: Vec<_> = request.headers.texts().collect();
        assert_eq!(fields[0].1, format!("Bearer {HIDDEN}"));
        assert_eq!(fields[1].1, format!("a=1; t={HIDDEN}; u={HIDDEN}"));
        assert_eq!(fields[2].1.trim_matches('*'), "Basic ");
        assert_eq!(fields[3].1, "Basic bWU6cGFzcw==");
        for (length, field) in lengths.iter().zip(&request.headers.0) {
            assert_eq!(*length, field.1.len());
        }
        let body = format!("{{\"token\":\"{HIDDEN}\"}}");
        assert_eq!(request.body.whole().unwrap(), body.as_bytes());
    }

    #[test]
    fn a_request_without_it_stays_as_it_is() {
        let request = Request {
            path: "/".to_owned(),
            headers: [("Authorization", "Basic ?"), ("a", "basi")]
                .into_iter()
                .collect(),
            body: TOKEN[1..].into(),
            ..Request::default()
        };
        let mut same = request.clone();
        assert_eq!(endpoint().conceal(&mut same), None);
        assert_eq!(same, request);
    }
}
