//! What a platform's text with variables becomes.

use json_text::{Kind, Tree, unescape_lossy};

use crate::platform::paths;

/// The longest path in braces, in bytes.
const PATH_MAX: usize = 1000;

/// How a platform writes a variable in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Template {
    /// Between an opening and a closing mark, `({a.b})` or `{{a[0].b}}`; spaces inside count
    /// nothing.
    Between(&'static str, &'static str),
    /// Behind a dollar sign, `$a` or `${a}`, `$a.b[0].c`.
    Dollar,
}

/// A variable that a text names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Used {
    /// The path as it is written.
    pub path: String,
    /// The value as JSON text, where there is one.
    pub value: Option<String>,
}

/// A text with its variables put in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filled {
    /// The text; what was not found leaves nothing.
    pub text: String,
    /// Each occurrence of a variable, in order.
    pub used: Vec<Used>,
}

impl Template {
    /// A text with variables, from a JSON object of them, put in.
    #[must_use]
    pub fn fill(self, text: &str, variables: &Tree<&str>) -> Filled {
        let filled = self.fill_within(text, variables, usize::MAX);
        filled.expect("nothing is as long as the address space")
    }

    /// The same; `None` where the text and all values that it uses would have more bytes.
    #[must_use]
    pub fn fill_within(self, text: &str, variables: &Tree<&str>, most: usize) -> Option<Filled> {
        let mut filled = Filled::default();
        let mut rest = text;
        let mut used_bytes = 0_usize;
        while let Some((before, path, after)) = self.next(rest) {
            filled.text.push_str(before);
            let node = paths::find(variables, path);
            if let Some(node) = node {
                let json = variables.json(node);
                filled.text.push_str(&match variables.kind(node) {
                    Kind::String => unescape_lossy(json),
                    // A value that is empty shows nothing.
                    Kind::Null => "".into(),
                    _ => json.into(),
                });
            }
            filled.used.push(Used {
                path: path.to_owned(),
                value: node.map(|node| variables.json(node).to_owned()),
            });
            rest = after;
            used_bytes += path.len() + node.map_or(0, |node| variables.json(node).len());
            if filled.text.len() + used_bytes > most {
                return None;
            }
        }
        filled.text.push_str(rest);
        Some(filled)
    }

    /// What stands before the next variable, its path, and what stands behind it.
    fn next(self, text: &str) -> Option<(&str, &str, &str)> {
        match self {
            Self::Between(open, close) => {
                let start = text.find(open)?;
                let inside = &text[start + open.len()..];
                let end = inside.find(close)?;
                let path = inside[..end].trim();
                Some((&text[..start], path, &inside[end + close.len()..]))
            }
            Self::Dollar => {
                let mut from = 0;
                loop {
                    let start = from + text[from..].find('$')?;
                    let after = &text[start + 1..];
                    if let Some((path, after)) = dollar_path(after) {
                        return Some((&text[..start], path, after));
                    }
                    from = start + 1;
                }
            }
        }
    }
}

/// The path behind a dollar sign and what follows it.
fn dollar_path(text: &str) -> Option<(&str, &str)> {
    if let Some(inside) = text.strip_prefix('{') {
        let end = inside[..inside.floor_char_boundary(PATH_MAX)].find('}')?;
        return Some((inside[..end].trim(), &inside[end + 1..]));
    }
    let mut end = name_length(text)?;
    loop {
        let rest = &text[end..];
        if let Some(name) = rest.strip_prefix('.')
            && let Some(length) = name_length(name)
        {
            end += 1 + length;
        } else if let Some(inside) = rest.strip_prefix('[')
            && let digits = inside.bytes().take_while(u8::is_ascii_digit).count()
            && digits > 0
            && inside[digits..].starts_with(']')
        {
            end += digits + 2;
        } else {
            return Some((&text[..end], rest));
        }
    }
}

/// The length of a name of JavaScript's that stands at the beginning.
fn name_length(text: &str) -> Option<usize> {
    let is_part = |sign: char| sign.is_ascii_alphanumeric() || sign == '_';
    let begins = text.starts_with(|sign: char| is_part(sign) && !sign.is_ascii_digit());
    begins.then(|| text.find(|sign| !is_part(sign)).unwrap_or(text.len()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const VARIABLES: &str = r#"{"result":{"promo":{"code":"ABC","percent":15.0}},"a":"A",
        "items":[{"name":"Вася"},{"name":"Петя"}],"nothing":null,"httpResponse":{"data":[7]},
        "имя подписчика":"Иван"}"#;
    const LEAD: Template = Template::Between("({", "})");
    const CHAT: Template = Template::Between("{{", "}}");

    /// Whether a text becomes another one, with these paths and their values.
    fn assert_filled(template: Template, text: &str, wanted: &str, used: &[(&str, Option<&str>)]) {
        let tree = Tree::new(VARIABLES).unwrap();
        let filled = template.fill(text, &tree);
        assert_eq!(filled.text, wanted, "{text}");
        let found = filled.used.iter();
        let found: Vec<_> = found
            .map(|one| (one.path.as_str(), one.value.as_deref()))
            .collect();
        assert_eq!(found, used, "{text}");
    }

    #[test]
    fn each_syntax_finds_its_variables() {
        for (template, text, wanted, used) in [
            (
                LEAD,
                "Код ({result.promo.code})",
                "Код ABC",
                &[("result.promo.code", Some("\"ABC\""))][..],
            ),
            (
                LEAD,
                "({ имя подписчика })!",
                "Иван!",
                &[("имя подписчика", Some("\"Иван\""))],
            ),
            (
                LEAD,
                "({a})({b})({a",
                "A({a",
                &[("a", Some("\"A\"")), ("b", None)],
            ),
            (
                CHAT,
                "{{items[0].name}} и {{ items[1].name }}",
                "Вася и Петя",
                &[
                    ("items[0].name", Some("\"Вася\"")),
                    ("items[1].name", Some("\"Петя\"")),
                ],
            ),
            (
                CHAT,
                "{{items[2].name}}{a}",
                "{a}",
                &[("items[2].name", None)],
            ),
            (
                Template::Dollar,
                "$a, ${a}! $httpResponse.data[0] $result.promo.percent. $5 $ $$a",
                "A, A! 7 15.0. $5 $ $A",
                &[
                    ("a", Some("\"A\"")),
                    ("a", Some("\"A\"")),
                    ("httpResponse.data[0]", Some("7")),
                    ("result.promo.percent", Some("15.0")),
                    ("a", Some("\"A\"")),
                ],
            ),
            (
                Template::Dollar,
                "$nothing|$none|",
                "||",
                &[("nothing", Some("null")), ("none", None)],
            ),
        ] {
            assert_filled(template, text, wanted, used);
        }
    }

    #[test]
    fn a_text_that_would_become_too_long_is_not_filled() {
        let long = format!(r#"{{"a":"{}"}}"#, "x".repeat(1000));
        let tree = Tree::new(long.as_str()).unwrap();
        let text = "({a})".repeat(10);
        // Each occurrence is there as text, as JSON with its quotes and by its path.
        assert!(LEAD.fill_within(&text, &tree, 10 * 2003).is_some());
        assert_eq!(LEAD.fill_within(&text, &tree, 10 * 2003 - 1), None);
    }

    proptest! {
        #[test]
        fn a_text_without_marks_stays(text in "[^${}]{0,60}") {
            let tree = Tree::new(VARIABLES).unwrap();
            for template in [LEAD, CHAT, Template::Dollar] {
                prop_assert_eq!(&template.fill(&text, &tree).text, &text);
            }
        }

        #[test]
        fn any_text_is_filled(text in "([${}()\\[\\].a]|\\PC){0,60}") {
            let tree = Tree::new(VARIABLES).unwrap();
            for template in [LEAD, CHAT, Template::Dollar] {
                let filled = template.fill(&text, &tree);
                prop_assert!(filled.used.len() <= text.len());
            }
        }
    }
}
