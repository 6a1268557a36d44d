//! From the JSON text of a definition to YAML.

use json_text::{Kind, NodeIndex, Tree, unescape_lossy};

use crate::file::read::resolved;
use crate::template::quoted;

/// Words that older readers of YAML take for something else than a text.
const OTHER_WORDS: &[&str] = &["y", "n", "yes", "no", "on", "off"];

/// Writes a JSON object as a YAML document.
pub(super) fn write(json: &str) -> String {
    let mut out = String::new();
    if let Ok(tree) = Tree::new(json) {
        let mut writer = Writer {
            tree: &tree,
            out: &mut out,
        };
        writer.block(Tree::<&str>::ROOT, 0);
    }
    out
}

struct Writer<'t> {
    tree: &'t Tree<&'t str>,
    out: &'t mut String,
}

impl Writer<'_> {
    /// The members or items of a value, one a line. A definition has some twenty levels, and a
    /// schema in it as many as it was allowed.
    fn block(&mut self, node: NodeIndex, level: usize) {
        let is_object = self.tree.kind(node) == Kind::Object;
        for (index, child) in self.tree.children(node).enumerate() {
            // The first line of an item stands behind its dash.
            if index > 0 || !self.out.ends_with("- ") {
                self.indent(level);
            }
            if is_object {
                self.out.push_str(&text(&self.tree.name(child)));
                self.out.push(':');
                self.member(child, level);
            } else {
                self.out.push_str("- ");
                self.item(child, level);
            }
        }
    }

    fn member(&mut self, node: NodeIndex, level: usize) {
        match self.is_line(node) {
            true => {
                self.out.push(' ');
                self.line(node, level);
            }
            false => {
                self.out.push('\n');
                self.block(node, level + 1);
            }
        }
    }

    fn item(&mut self, node: NodeIndex, level: usize) {
        match self.is_line(node) {
            true => self.line(node, level),
            false => self.block(node, level + 1),
        }
    }

    /// Whether a value goes behind its name: a scalar, or a list of scalars.
    fn is_line(&self, node: NodeIndex) -> bool {
        let is_scalar = |node| !matches!(self.tree.kind(node), Kind::Array | Kind::Object);
        match self.tree.kind(node) {
            Kind::Object => self.tree.children(node).next().is_none(),
            Kind::Array => self.tree.children(node).all(is_scalar),
            _ => true,
        }
    }

    fn line(&mut self, node: NodeIndex, level: usize) {
        match self.tree.kind(node) {
            Kind::Object => self.out.push_str("{}"),
            Kind::Array => {
                // JSON is YAML within brackets.
                let items = self
                    .tree
                    .children(node)
                    .map(|item| match self.tree.kind(item) {
                        Kind::String => quoted(&unescape_lossy(self.tree.json(item))),
                        _ => self.tree.json(item).to_owned(),
                    });
                let items: Vec<_> = items.collect();
                self.out.push_str(&format!("[{}]", items.join(", ")));
            }
            Kind::String => {
                let value = unescape_lossy(self.tree.json(node));
                match is_block(&value) {
                    true => return self.literal(&value, level),
                    false => self.out.push_str(&text(&value)),
                }
            }
            _ => self.out.push_str(self.tree.json(node)),
        }
        self.out.push('\n');
    }

    /// A literal block: the text line by line, as it is.
    fn literal(&mut self, value: &str, level: usize) {
        let (sign, lines) = match value.strip_suffix('\n') {
            Some(lines) => ("|\n", lines),
            None => ("|-\n", value),
        };
        self.out.push_str(sign);
        for line in lines.split('\n') {
            if !line.is_empty() {
                self.indent(level + 1);
                self.out.push_str(line);
            }
            self.out.push('\n');
        }
    }

    fn indent(&mut self, level: usize) {
        self.out.extend(std::iter::repeat_n("  ", level));
    }
}

/// Whether a text of several lines is one that a literal block holds as it is.
fn is_block(value: &str) -> bool {
    let is_ordinary = |one: char| one == '\n' || !is_special(one);
    let starts_well = !value.starts_with(['\n', ' ', '\t']);
    value.trim_end_matches('\n').contains('\n')
        && !value.ends_with("\n\n")
        && starts_well
        && value.chars().all(is_ordinary)
        // A line of spaces alone is nothing that an editor keeps.
        && value.split('\n').all(|line| line.is_empty() || !line.trim().is_empty())
}

/// Whether a character is one that YAML does not hold as it is, or takes for a line's end.
fn is_special(one: char) -> bool {
    one.is_control()
        || matches!(one, '\u{85}' | '\u{2028}' | '\u{2029}' | '\u{feff}')
        || (one as u32) & 0xfffe == 0xfffe
        || ('\u{fdd0}'..='\u{fdef}').contains(&one)
}

/// A text on one line: plain where no reader takes it for anything else, otherwise in quotes.
fn text(value: &str) -> String {
    let starts_well = value.starts_with(|first: char| first.is_alphabetic() || first == '/');
    let ends_well = !value.ends_with([' ', ':']);
    let is_plain = |one: char| one.is_alphanumeric() || " _-./,+=%()".contains(one);
    let mut after = value.chars().skip(1).chain(std::iter::once(' '));
    let all_plain = value.chars().all(|one| {
        let next = after.next();
        is_plain(one) || (one == ':' && next.is_some_and(|next| next != ' '))
    });
    let is_word = OTHER_WORDS.contains(&value.to_lowercase().as_str());
    let is_text = resolved(value).starts_with('"');
    match starts_well && ends_well && all_plain && !is_word && is_text {
        true => value.to_owned(),
        false => escaped(value),
    }
}

/// A text in quotes, with escapes that JSON and YAML share.
fn escaped(value: &str) -> String {
    let mut out = String::with_capacity(value.len() + 2);
    for one in quoted(value).chars() {
        match is_special(one) && (one as u32) < 0x1_0000 {
            true => out.push_str(&format!("\\u{:04x}", one as u32)),
            false => out.push(one),
        }
    }
    out
}
