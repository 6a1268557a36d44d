//! The public address: filled into a template, or found in what the server prints.
//!
//! Servers print it in many ways: in a sentence, coloured, as JSON. It is found anywhere in a line;
//! what counts is that it is `https`, belongs to the expected domain and has no path, as links to a
//! service's pages have.

use std::sync::LazyLock;

use regex::Regex;
use url::{Host, Url};

/// The longest line searched, in bytes; a longer one is cut into several. A guess.
const LINE_BYTES: usize = 8 * 1024;

/// Colours and other commands for a terminal: CSI and OSC sequences, and the short ones.
static TERMINAL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[ -/]*[0-Z\\^-~])")
        .expect("a pattern of ours is well formed")
});
/// Anything that looks like an address.
static ADDRESS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"(?i)https://[^\s\x00-\x1f\x7f"'`<>\\|^{}()\[\],;]+"#)
        .expect("a pattern of ours is well formed")
});

/// The address with the bound port for `{port}`.
pub(crate) fn fill(template: &str, port: u32) -> String {
    template.trim().replace("{port}", &port.to_string())
}

/// Reads what a server prints, line by line, and finds addresses of one domain.
pub(crate) struct Printed {
    /// The domain, as addresses write it.
    domain: String,
    /// The line that has not ended yet.
    line: Vec<u8>,
    /// The last line with anything in it.
    last: String,
    taken: usize,
}

impl Printed {
    /// Looks for addresses of `domain` and of what is under it.
    pub(crate) fn new(domain: &str) -> Self {
        let domain = domain.trim().trim_start_matches("*.");
        // Names of other alphabets are written in ASCII in an address.
        let written = Url::parse(&format!("https://{domain}"))
            .ok()
            .and_then(|url| url.host_str().map(ToOwned::to_owned));
        Self {
            domain: written.unwrap_or_else(|| domain.to_ascii_lowercase()),
            line: Vec::new(),
            last: String::new(),
            taken: 0,
        }
    }

    /// Takes what was printed; the newest address of the lines that have ended with it.
    pub(crate) fn push(&mut self, bytes: &[u8]) -> Option<String> {
        self.taken += bytes.len();
        let mut found = None;
        for &byte in bytes {
            if byte != b'\n' && byte != b'\r' {
                self.line.push(byte);
                if self.line.len() < LINE_BYTES {
                    continue;
                }
            }
            found = self.settled().or(found);
            self.line.clear();
        }
        found
    }

    /// The newest address of the line that has not ended, for when nothing more comes.
    pub(crate) fn settled(&mut self) -> Option<String> {
        let text = plain(&self.line);
        if text.trim().is_empty() {
            return None;
        }
        text.trim().clone_into(&mut self.last);
        let found = ADDRESS.find_iter(&text);
        found
            .filter_map(|found| self.address(found.as_str()))
            .last()
    }

    /// How many bytes were printed.
    pub(crate) fn taken(&self) -> usize {
        self.taken
    }

    /// The last line with anything in it: most often says why there is no address.
    pub(crate) fn last_line(&self) -> &str {
        &self.last
    }

    /// The address, where it is one that a tunnel of this domain can have.
    fn address(&self, text: &str) -> Option<String> {
        let url = Url::parse(text.trim_end_matches(['.', ':', '!', '?', '*', '_'])).ok()?;
        let bare = url.path() == "/"
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none();
        let ours = match url.host()? {
            Host::Domain(host) => host
                .strip_suffix(&self.domain)
                .is_some_and(|subdomain| subdomain.is_empty() || subdomain.ends_with('.')),
            host => host.to_string() == self.domain,
        };
        (bare && ours).then(|| url.as_str().trim_end_matches('/').to_owned())
    }
}

/// The line as a terminal shows it. JSON may write a slash with a backslash before it.
fn plain(line: &[u8]) -> String {
    let text = String::from_utf8_lossy(line);
    TERMINAL.replace_all(&text, "").replace(r"\/", "/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(domain: &str, text: &str) -> Option<String> {
        let mut printed = Printed::new(domain);
        printed.push(text.as_bytes()).or_else(|| printed.settled())
    }

    #[test]
    fn a_template_takes_the_port() {
        assert_eq!(
            fill(" https://{port}.bots.example.org ", 4567),
            "https://4567.bots.example.org"
        );
        assert_eq!(fill("https://example.org", 80), "https://example.org");
    }

    #[test]
    fn an_address_is_found_however_it_is_printed() {
        for text in [
            "https://abc.lhr.life",
            "abc.lhr.life tunneled with tls termination, https://abc.lhr.life\r\n",
            "\u{1b}[1;32mhttps://abc.lhr\u{1b}[0m.life\u{1b}[0m\n",
            "\u{1b}]8;;https://other.example\u{7}https://abc.lhr.life\u{1b}]8;;\u{7}\n",
            r#"{"address":"abc.lhr.life","message":"tunneled, https://abc.lhr.life","status":"success"}"#,
            r#"{"url":"https:\/\/abc.lhr.life\/","port":80}"#,
            "Open <https://abc.lhr.life/>.\n",
            "Yours: https://ABC.lhr.life.\n",
            "**https://abc.lhr.life**",
        ] {
            assert_eq!(
                found("lhr.life", text).as_deref(),
                Some("https://abc.lhr.life"),
                "{text:?}"
            );
        }
    }

    #[test]
    fn other_addresses_are_not_taken() {
        for text in [
            "http://abc.lhr.life",
            "https://lhr.life.example.com",
            "https://notlhr.life",
            "https://abc.lhr.life@evil.example",
            "https://user:word@abc.lhr.life",
            "https://lhr.life/docs/forever-free/",
            "https://abc.lhr.life?next=1",
            "https://evil.example/https://abc.lhr.life",
            "https://localhost.run",
            "https://",
            "",
        ] {
            assert_eq!(found("lhr.life", text), None, "{text:?}");
        }
    }

    #[test]
    fn the_domain_itself_a_port_and_other_alphabets_are_taken() {
        let expect =
            |domain, text, url: &str| assert_eq!(found(domain, text).as_deref(), Some(url));
        expect(
            "example.org",
            "https://example.org\n",
            "https://example.org",
        );
        expect(
            "*.Example.org",
            "https://a.example.org:8443/\n",
            "https://a.example.org:8443",
        );
        expect(
            "пример.рф",
            "https://бот.пример.рф\n",
            "https://xn--90a0am.xn--e1afmkfd.xn--p1ai",
        );
        expect("192.0.2.7", "https://192.0.2.7\n", "https://192.0.2.7");
        assert_eq!(found("2.0.7", "https://192.0.2.7\n"), None);
    }

    #[test]
    fn an_address_may_come_in_pieces_and_change() {
        let mut printed = Printed::new("lhr.life");
        assert_eq!(printed.push(b"welcome\nhttps://ab"), None);
        assert_eq!(
            printed.push(b"c.lhr.life\nhttps://de"),
            Some("https://abc.lhr.life".into())
        );
        assert_eq!(printed.push(b"f.lhr.life"), None);
        assert_eq!(printed.settled(), Some("https://def.lhr.life".into()));
        assert_eq!(
            printed.push(b"\nhttps://one.lhr.life https://two.lhr.life\n\n"),
            Some("https://two.lhr.life".into())
        );
        assert_eq!(
            printed.last_line(),
            "https://one.lhr.life https://two.lhr.life"
        );
    }

    #[test]
    fn a_flood_without_a_line_end_stays_small() {
        let mut printed = Printed::new("lhr.life");
        for _ in 0..100 {
            assert_eq!(printed.push(&[b'x'; 1000]), None);
        }
        assert!(printed.line.len() <= LINE_BYTES);
        assert_eq!(printed.taken(), 100_000);
    }

    #[test]
    fn bytes_that_are_no_text_do_no_harm() {
        assert_eq!(
            found("lhr.life", "\u{1b}[\u{1b}]\u{0}https://abc.lhr.life\u{1b}["),
            Some("https://abc.lhr.life".into())
        );
        let mut printed = Printed::new("lhr.life");
        assert_eq!(
            printed.push(b"\xff\xfehttps://abc.lhr.life \xff\n"),
            Some("https://abc.lhr.life".into())
        );
    }
}
