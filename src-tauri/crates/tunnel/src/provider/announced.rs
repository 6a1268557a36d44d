//! The address that a program's whole output announces: line after line, from two pipes. Pure.

use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};

use regex::Regex;

use super::announcement::{Said, gives_way, is_at, plain, said_by};
use super::output::{Line, Pipe};

/// What a program has printed so far.
pub(super) struct Output {
    pattern: Regex,
    /// A later address takes the place of an earlier one.
    address_changes: bool,
    /// Where this app's API listens, once it does.
    api: Arc<OnceLock<SocketAddr>>,
    url: Option<String>,
    /// One was printed that can stand in no bot's settings.
    has_unusable: bool,
    /// The pipe whose last line the address is, where that had not ended: the rest of it may come.
    unfinished_url: Option<Pipe>,
    /// Of each pipe: an error was printed, to which indented lines belong.
    in_error: [bool; 2],
}

impl Output {
    pub(super) const fn new(
        pattern: Regex,
        address_changes: bool,
        api: Arc<OnceLock<SocketAddr>>,
    ) -> Self {
        Self {
            pattern,
            address_changes,
            api,
            url: None,
            has_unusable: false,
            unfinished_url: None,
            in_error: [false; 2],
        }
    }

    /// The address that was announced.
    pub(super) fn url(&self) -> Option<&str> {
        self.url.as_deref()
    }

    /// Whether an address was announced that can stand in no bot's settings.
    pub(super) const fn has_unusable(&self) -> bool {
        self.has_unusable
    }

    /// Reads one more line; gives the address where it is another one than before.
    pub(super) fn read(&mut self, line: &Line) -> Option<&str> {
        let in_error = &mut self.in_error[usize::from(line.pipe == Pipe::Stderr)];
        let is_indented = plain(&line.text).starts_with([' ', '\t']);
        let said = match said_by(&self.pattern, &line.text) {
            _ if is_indented && *in_error => Said::Error,
            said => said,
        };
        if line.is_whole {
            *in_error = said == Said::Error;
        }
        self.has_unusable |= said == Said::Unusable;
        let Said::Address(url) = said else {
            return None;
        };
        if self.api.get().is_some_and(|api| is_at(&url, *api)) {
            // A program that looks at what listens on this machine prints it, too.
            self.has_unusable = true;
            return None;
        }
        if !self.takes(&url, line.pipe) {
            return None;
        }
        self.unfinished_url = (!line.is_whole).then_some(line.pipe);
        if self.url.as_deref() == Some(&url) {
            return None;
        }
        Some(self.url.insert(url))
    }

    /// Whether an address that is announced is the tunnel's from now on.
    fn takes(&self, url: &str, from: Pipe) -> bool {
        let Some(taken) = &self.url else {
            return true;
        };
        self.address_changes || self.unfinished_url == Some(from) || gives_way(taken, url)
    }
}

#[cfg(test)]
mod tests {
    use Pipe::{Stderr, Stdout};

    use super::*;

    fn output() -> Output {
        let pattern = Regex::new(r"https?://\S+").unwrap();
        let api = Arc::new(OnceLock::from(SocketAddr::from(([127, 0, 0, 1], 4571))));
        Output::new(pattern, false, api)
    }

    /// The addresses that lines announce one after the other.
    fn announced<'t>(lines: impl IntoIterator<Item = (Pipe, &'t str, bool)>) -> Vec<String> {
        let mut output = output();
        let mut urls = Vec::new();
        for (pipe, text, is_whole) in lines {
            let line = Line {
                pipe,
                text: text.to_owned(),
                is_whole,
            };
            urls.extend(output.read(&line).map(str::to_owned));
        }
        urls
    }

    #[test]
    fn a_line_without_its_end_is_gone_on_with_by_its_own_pipe_alone() {
        let urls = announced([
            (Stdout, "https://a.example", false),
            (Stderr, "see https://b.example", true),
            (Stdout, "https://a.example/hook", true),
            (Stdout, "https://c.example", true),
        ]);
        assert_eq!(urls, ["https://a.example", "https://a.example/hook"]);
    }

    #[test]
    fn an_address_that_is_passed_over_is_remembered() {
        let mut output = output();
        for (text, has_unusable) in [("starting", false), ("https://a.example/?b", true)] {
            let line = Line {
                pipe: Stdout,
                text: text.to_owned(),
                is_whole: true,
            };
            assert_eq!(output.read(&line), None);
            assert_eq!(output.has_unusable(), has_unusable, "{text}");
        }
    }

    #[test]
    fn the_address_of_the_apps_own_api_is_no_tunnels() {
        let urls = announced([
            (Stdout, "http://127.0.0.1:4571", true),
            (Stdout, "http://localhost.:4571/x", true),
            (Stdout, "http://[::ffff:127.0.0.1]:4571", true),
            (Stdout, "http://0.0.0.0:4571", true),
            (Stdout, "http://127.0.0.1:4572", true),
            (Stdout, "https://a.example:4571", true),
        ]);
        assert_eq!(urls, ["http://127.0.0.1:4572", "https://a.example:4571"]);
    }

    #[test]
    fn an_address_of_this_machine_gives_way_to_a_later_one() {
        let urls = announced([
            (Stdout, "interface at http://127.0.0.1:4040", true),
            (Stdout, "http://localhost:1", true),
            (Stdout, "https://a.example", true),
            (Stdout, "https://b.example", true),
        ]);
        assert_eq!(urls, ["http://127.0.0.1:4040", "https://a.example"]);
    }

    #[test]
    fn indented_lines_are_of_the_error_before_them_until_another_line_or_a_blank_one() {
        let error = (Stdout, "Error: request failed", true);
        let indented = "\u{1b}[90m    at https://x.example\u{1b}[0m";
        for (line, urls) in [
            ((Stdout, indented, true), [].as_slice()),
            ((Stderr, indented, true), &["https://x.example"]),
        ] {
            let below = (Stdout, "  by https://x.example/v2", true);
            assert_eq!(announced([error, line, below]), urls, "{line:?}");
        }
        let blank = [error, (Stdout, "", true), (Stdout, indented, true)];
        assert_eq!(announced(blank), ["https://x.example"]);
    }
}
