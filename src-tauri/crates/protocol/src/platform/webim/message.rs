//! Messages as bots send them.

use json_text::{Kind, NodeIndex, Tree, unescape_lossy};

use crate::platform::chat::{ChatMessage, Speaker};

/// A kind of message and what it needs.
type Needs = fn(&Tree<&str>, NodeIndex) -> Result<(), &'static str>;

/// What a bot can send, from the vendor's sample bot, (23).
const KINDS: [(&str, Needs); 3] = [
    ("operator", needs_text),
    ("keyboard", needs_buttons),
    ("file_operator", needs_file),
];

/// The member at the end of a way.
pub(super) fn member(tree: &Tree<&str>, node: NodeIndex, way: &[&str]) -> Option<NodeIndex> {
    way.iter()
        .try_fold(node, |node, name| tree.member(node, name))
}

/// The text at the end of a way.
pub(super) fn text(tree: &Tree<&str>, node: NodeIndex, way: &[&str]) -> Option<String> {
    let node = member(tree, node, way)?;
    let is_text = tree.kind(node) == Kind::String;
    is_text.then(|| unescape_lossy(tree.json(node)).into_owned())
}

/// An id as text: numbers are taken, too.
pub(super) fn id(tree: &Tree<&str>, node: NodeIndex, way: &[&str]) -> Option<String> {
    let node = member(tree, node, way)?;
    match tree.kind(node) {
        Kind::Number => Some(tree.json(node).to_owned()),
        Kind::String => {
            Some(unescape_lossy(tree.json(node)).into_owned()).filter(|id| !id.is_empty())
        }
        _ => None,
    }
}

/// A message as the bot says it.
pub(super) fn of_bot(tree: &Tree<&str>, node: NodeIndex) -> ChatMessage {
    ChatMessage {
        from: Speaker::Bot,
        kind: text(tree, node, &["kind"]).unwrap_or_default(),
        text: text(tree, node, &["text"]),
        json: tree.json(node).to_owned(),
    }
}

/// Whether a message can be sent.
pub(super) fn check(tree: &Tree<&str>, node: NodeIndex) -> Result<(), &'static str> {
    let kind = text(tree, node, &["kind"]).ok_or("message.kind is missing")?;
    let known = KINDS.iter().find(|(name, _)| *name == kind);
    let (_, needs) = known.ok_or("message.kind is unknown: operator, keyboard, file_operator")?;
    needs(tree, node)
}

fn needs_text(tree: &Tree<&str>, node: NodeIndex) -> Result<(), &'static str> {
    let text = text(tree, node, &["text"]).filter(|text| !text.is_empty());
    text.map(|_| ()).ok_or("message.text is missing")
}

fn needs_buttons(tree: &Tree<&str>, node: NodeIndex) -> Result<(), &'static str> {
    const WRONG: &str =
        "message.buttons is a list of rows, each a list of buttons with id and text";
    let is_list = |node: NodeIndex| tree.kind(node) == Kind::Array;
    let rows = member(tree, node, &["buttons"])
        .filter(|rows| is_list(*rows))
        .ok_or(WRONG)?;
    let mut count = 0;
    for row in tree.children(rows) {
        if !is_list(row) {
            return Err(WRONG);
        }
        for button in tree.children(row) {
            if id(tree, button, &["id"]).is_none() || text(tree, button, &["text"]).is_none() {
                return Err(WRONG);
            }
            count += 1;
        }
    }
    if count == 0 { Err(WRONG) } else { Ok(()) }
}

fn needs_file(tree: &Tree<&str>, node: NodeIndex) -> Result<(), &'static str> {
    let is_there = |name: &&str| text(tree, node, &["data", name]).is_some();
    let all = ["url", "name", "media_type"];
    let whole = all.iter().all(is_there);
    whole
        .then_some(())
        .ok_or("message.data needs url, name and media_type")
}
