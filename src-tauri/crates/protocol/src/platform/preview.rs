//! What a person in a channel sees of an answer, where the channel shows less than was sent.

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use crate::finding::{Code, Finding};
use crate::names::Side;

/// A button under a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreviewButton {
    /// What stands on it.
    pub text: String,
    /// The address that it opens, where it is a link.
    pub url: Option<String>,
}

/// A message as it is seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreviewMessage {
    /// The text.
    pub text: String,
    /// The buttons under it.
    pub buttons: Vec<String>,
}

/// What is seen, and what was lost on the way.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Preview {
    /// The messages in order.
    pub messages: Vec<PreviewMessage>,
    /// What was lost.
    pub findings: Vec<Finding>,
}

/// What is seen where Markdown is plain text and a link on a button is an address.
pub(super) fn plain(text: &str, buttons: &[PreviewButton]) -> Preview {
    let mut preview = Preview::default();
    let finding = |code| Finding::new(code, Side::Response);
    let plain = match plain_text(text) {
        Some(plain) => {
            preview.findings.push(finding(Code::ChannelNoMarkdown));
            plain
        }
        None => text.trim().to_owned(),
    };
    let kept = buttons.iter().filter(|one| one.url.is_none());
    let kept: Vec<String> = kept.map(|one| one.text.clone()).collect();
    if !plain.is_empty() || !kept.is_empty() {
        preview.messages.push(PreviewMessage {
            text: plain,
            buttons: kept,
        });
    }
    let links = buttons
        .iter()
        .filter_map(|one| Some((&one.text, one.url.as_ref()?)));
    for (text, url) in links {
        preview.messages.push(PreviewMessage {
            text: with_address(text, url),
            buttons: Vec::new(),
        });
    }
    if buttons.iter().any(|one| one.url.is_some()) {
        preview.findings.push(finding(Code::ChannelNoLinkButtons));
    }
    preview
}

fn with_address(text: &str, url: &str) -> String {
    match text.trim() {
        text if text.is_empty() || text == url => url.to_owned(),
        text => format!("{text} {url}"),
    }
}

/// The text of Markdown, with the addresses of its links; `None` where nothing is marked. A list,
/// an empty line and an indent are plain text already.
fn plain_text(markdown: &str) -> Option<String> {
    let mut plain = String::with_capacity(markdown.len());
    let mut links: Vec<(usize, String)> = Vec::new();
    let mut numbers: Vec<Option<u64>> = Vec::new();
    let mut is_marked = false;
    for event in Parser::new_ext(markdown, Options::ENABLE_STRIKETHROUGH) {
        is_marked |= marks(&event);
        match event {
            Event::Text(text) | Event::Code(text) | Event::Html(text) | Event::InlineHtml(text) => {
                plain.push_str(&text)
            }
            Event::SoftBreak | Event::HardBreak => plain.push('\n'),
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                // Of links inside of each other the outer one counts.
                links.push((plain.len(), dest_url.into_string()));
            }
            Event::End(TagEnd::Link | TagEnd::Image) => {
                if let Some((start, url)) = links.pop().filter(|_| links.is_empty()) {
                    let text = plain.split_off(start);
                    plain.push_str(&with_address(&text, &url));
                }
            }
            Event::Start(Tag::List(first)) => {
                new_line(&mut plain);
                numbers.push(first);
            }
            Event::End(TagEnd::List(_)) => drop(numbers.pop()),
            Event::Start(Tag::Item) => {
                new_line(&mut plain);
                match numbers.last_mut() {
                    Some(Some(number)) => {
                        plain.push_str(&format!("{number}. "));
                        *number += 1;
                    }
                    _ => plain.push_str("- "),
                }
            }
            Event::Start(Tag::Paragraph | Tag::Heading { .. } | Tag::CodeBlock(_))
                if numbers.is_empty() && !plain.is_empty() =>
            {
                new_line(&mut plain);
                plain.push('\n');
            }
            _ => {}
        }
    }
    is_marked.then(|| plain.trim().to_owned())
}

/// Whether a part is shown otherwise than it is written.
const fn marks(event: &Event<'_>) -> bool {
    matches!(
        event,
        Event::Code(_)
            | Event::Start(
                Tag::Strong
                    | Tag::Emphasis
                    | Tag::Strikethrough
                    | Tag::Link { .. }
                    | Tag::Image { .. }
                    | Tag::Heading { .. }
                    | Tag::BlockQuote(_)
                    | Tag::CodeBlock(CodeBlockKind::Fenced(_))
            )
    )
}

fn new_line(text: &mut String) {
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn seen(text: &str, buttons: &[(&str, Option<&str>)]) -> (Vec<String>, Vec<Code>) {
        let buttons = buttons.iter().map(|(text, url)| PreviewButton {
            text: (*text).to_owned(),
            url: url.map(str::to_owned),
        });
        let preview = plain(text, &buttons.collect::<Vec<_>>());
        let messages = preview.messages.into_iter().map(|one| {
            let buttons = one.buttons.iter().map(|text| format!(" [{text}]"));
            one.text.clone() + &buttons.collect::<String>()
        });
        (
            messages.collect(),
            preview.findings.iter().map(|one| one.code).collect(),
        )
    }

    #[test]
    fn markdown_is_plain_text_and_links_are_addresses() {
        let (markdown, links) = (Code::ChannelNoMarkdown, Code::ChannelNoLinkButtons);
        for (text, buttons, messages, codes) in [
            (
                "**Привет** [сайт](https://x.ru)",
                &[("Сайт", Some("https://x.ru"))][..],
                &["Привет сайт https://x.ru", "Сайт https://x.ru"][..],
                &[markdown, links][..],
            ),
            ("Привет, мир", &[], &["Привет, мир"], &[]),
            ("строка\nещё", &[("Да", None)], &["строка\nещё [Да]"], &[]),
            (
                "# Заголовок\n\n*раз* `два` ~~три~~",
                &[],
                &["Заголовок\n\nраз два три"],
                &[markdown],
            ),
            ("* раз\n* два", &[], &["* раз\n* два"], &[]),
            (
                "раз  два &amp; 3\n\n    четыре",
                &[],
                &["раз  два &amp; 3\n\n    четыре"],
                &[],
            ),
            (
                "**а**\n\nб\n\n1. в\n2. г",
                &[],
                &["а\n\nб\n1. в\n2. г"],
                &[markdown],
            ),
            ("<https://x.ru>", &[], &["https://x.ru"], &[markdown]),
            ("", &[("Да", None), ("Нет", None)], &[" [Да] [Нет]"], &[]),
            (
                "",
                &[("https://x.ru", Some("https://x.ru"))],
                &["https://x.ru"],
                &[links],
            ),
            ("", &[], &[], &[]),
        ] {
            let wanted = messages.iter().map(|one| (*one).to_owned()).collect();
            assert_eq!(seen(text, buttons), (wanted, codes.to_vec()), "{text}");
        }
    }

    proptest! {
        #[test]
        fn letters_and_spaces_stay(text in "[а-яa-z]{1,9}( [а-яa-z]{1,9}){0,9}") {
            prop_assert_eq!(seen(&text, &[]), (vec![text], vec![]));
        }

        #[test]
        fn a_text_that_is_not_marked_is_seen_as_it_is(text in "\\PC{0,200}") {
            let (messages, codes) = seen(&text, &[]);
            if codes.is_empty() {
                prop_assert_eq!(messages.concat(), text.trim());
            }
        }
    }
}
