//! Variables set and removed in an answer's JSON text, every other byte as it came.
//!
//! Only the members that a patch names are touched: a value is replaced where it stands, in every
//! repeat of its name; a removed member goes with the comma beside it; a new one goes last,
//! spaced as the members before it are. A name that is both set and removed is set.

use std::cell::OnceCell;
use std::ops::Range;
use std::sync::Arc;

use json_text::{Kind, Position, Tree};
use messages::{Message, Say};
use protocol::{Answer, UtcMillis};

use crate::compiled::{CompiledPatch, ReplyBody};
use crate::facts::{FactVariable, Facts};
use crate::template::{Fuel, Inputs, quoted};
use crate::words::patches;

/// Sets and removes members of a JSON object's text; `None` where the text is no JSON object.
///
/// The values have to be JSON text, since they are put in as they are. A byte order mark stays.
#[must_use]
pub fn patch(text: &str, set: &[(&str, &str)], remove: &[&str]) -> Option<String> {
    const MARK: &str = "\u{feff}";
    if let Some(unmarked) = text.strip_prefix(MARK) {
        return Some(format!("{MARK}{}", patch(unmarked, set, remove)?));
    }
    let tree = Tree::new(text).ok()?;
    if tree.kind(Tree::<&str>::ROOT) != Kind::Object {
        return None;
    }
    let members: Vec<Member<'_>> = tree
        .children(Tree::<&str>::ROOT)
        .map(|node| {
            let (key, value) = (tree.key_span(node), tree.span(node));
            let name = tree.name(node);
            let new = set.iter().rfind(|(wanted, _)| *wanted == name);
            Member {
                key: key.start()..key.end(),
                value: value.start()..value.end(),
                new: new.map(|(_, value)| *value),
                is_removed: new.is_none() && remove.contains(&&*name),
            }
        })
        .collect();
    let known = |name: &str| {
        let mut nodes = tree.children(Tree::<&str>::ROOT);
        nodes.any(|node| tree.name(node) == name)
    };
    // Of a name that is set twice the last one counts, as in JSON.
    let is_last =
        |index: usize, name: &str| set[index + 1..].iter().all(|(other, _)| *other != name);
    let added = set.iter().enumerate();
    let added = added.filter(|(index, (name, _))| is_last(*index, name) && !known(name));
    let added: Vec<_> = added.map(|(_, (name, value))| (*name, *value)).collect();
    let root = tree.span(Tree::<&str>::ROOT);
    Some(put_together(text, root.start(), &members, &added))
}

/// A member of the object and what becomes of it.
struct Member<'p> {
    key: Range<usize>,
    value: Range<usize>,
    new: Option<&'p str>,
    is_removed: bool,
}

fn put_together(text: &str, open: usize, members: &[Member<'_>], added: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(text.len());
    let first = members.first().map_or(open + 1, |member| member.key.start);
    out.push_str(&text[..first]);
    let mut is_empty = true;
    for (index, member) in members.iter().enumerate() {
        if member.is_removed {
            continue;
        }
        if !is_empty {
            out.push_str(&text[members[index - 1].value.end..member.key.start]);
        }
        is_empty = false;
        out.push_str(&text[member.key.start..member.value.start]);
        out.push_str(member.new.unwrap_or(&text[member.value.clone()]));
    }
    let (comma, colon) = spacing(text, open, members);
    for (name, value) in added {
        if !is_empty {
            out.push_str(&comma);
        }
        is_empty = false;
        out.push_str(&quoted(name));
        out.push_str(colon);
        out.push_str(value);
    }
    let end = members.last().map_or(open + 1, |member| member.value.end);
    out.push_str(&text[end..]);
    out
}

/// What stands between two members, and between a name and its value.
fn spacing<'t>(text: &'t str, open: usize, members: &[Member<'_>]) -> (String, &'t str) {
    let Some(last) = members.last() else {
        return (",".to_owned(), ":");
    };
    let comma = match members {
        [.., before, last] => text[before.value.end..last.key.start].to_owned(),
        // A single member: as it stands apart from the bracket.
        _ => format!(",{}", &text[open + 1..last.key.start]),
    };
    (comma, &text[last.key.end..last.value.start])
}

/// A rule's patch, which waits for a server's answer. It holds nothing of the turn but numbers:
/// whoever applies it has the turn's facts still.
#[derive(Clone, Debug)]
pub struct PreparedPatch {
    pub(crate) compiled: Arc<CompiledPatch>,
    pub(crate) call: u64,
    pub(crate) now: UtcMillis,
    pub(crate) seed: u64,
}

/// Why a patch was not applied: the answer goes out unchanged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatchError {
    message: Message,
    /// Where in the template of a value, and that value's place in the rule.
    pub place: Option<(String, Position)>,
}

impl Say for PatchError {
    fn message(&self) -> Message {
        self.message.clone()
    }
}

impl std::fmt::Display for PatchError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.message.fmt(f)
    }
}

impl std::error::Error for PatchError {}

impl PreparedPatch {
    /// Applies it to an answer, whose length is named anew where it was named.
    ///
    /// # Errors
    /// The answer is not whole, encoded or no JSON object, or a value of the patch could not be
    /// made.
    pub fn correct(&self, answer: &Answer, facts: &Facts<'_>) -> Result<Answer, PatchError> {
        let refused = |words| PatchError {
            message: Message::from(words),
            place: None,
        };
        let whole = answer.body.whole().ok_or_else(|| refused(&patches::CUT))?;
        if protocol::is_compressed(&answer.headers) {
            return Err(refused(&patches::COMPRESSED));
        }
        let text = std::str::from_utf8(whole).map_err(|_| refused(&patches::NOT_AN_OBJECT))?;
        let body = self.apply(text, facts)?;
        let mut corrected = answer.clone();
        for (name, value) in &mut corrected.headers.0 {
            if name.eq_ignore_ascii_case("content-length") {
                *value = body.len().to_string().into_bytes();
            }
        }
        corrected.body = body.into();
        Ok(corrected)
    }

    /// Applies it to the text of an answer's body. The facts are those of the turn, of which
    /// templates see what [`RuleSet::needs`](crate::RuleSet::needs) says.
    ///
    /// # Errors
    /// The answer is no JSON object, or a value of the patch could not be made.
    pub fn apply(&self, answer: &str, facts: &Facts<'_>) -> Result<String, PatchError> {
        let not_an_object = || PatchError {
            message: (&patches::NOT_AN_OBJECT).into(),
            place: None,
        };
        let unmarked = answer.strip_prefix('\u{feff}').unwrap_or(answer);
        let tree = Tree::new(unmarked).map_err(|_| not_an_object())?;
        if tree.kind(Tree::<&str>::ROOT) != Kind::Object {
            return Err(not_an_object());
        }
        let (inputs, fuel) = (OnceCell::new(), Fuel::full());
        let mut set = Vec::new();
        for (name, value) in &self.compiled.set {
            let json = match value {
                ReplyBody::Fixed(json) => json.clone(),
                ReplyBody::Template(template) => {
                    let inputs = inputs.get_or_init(|| self.inputs(&tree, facts));
                    template.render_with(inputs, &fuel).map_err(|error| {
                        let (line, column) = (error.position.line, error.position.column);
                        let message = patches::FAILED.arg(name.as_str()).arg(line).arg(column);
                        let message = message.arg(error.message());
                        let mut pointer = "/then/forward/patch/set".to_owned();
                        json_text::push_key(&mut pointer, name);
                        PatchError {
                            message,
                            place: Some((pointer, error.position)),
                        }
                    })?
                }
            };
            if Tree::new(json.as_str()).is_err() {
                let message = patches::NOT_JSON.arg(name.as_str());
                return Err(PatchError {
                    message,
                    place: None,
                });
            }
            set.push((name.as_str(), json));
        }
        let set: Vec<_> = set
            .iter()
            .map(|(name, json)| (*name, json.as_str()))
            .collect();
        let remove: Vec<_> = self.compiled.remove.iter().map(String::as_str).collect();
        patch(answer, &set, &remove).ok_or_else(not_an_object)
    }

    /// What the templates see: the turn and the members of the answer.
    fn inputs(&self, answer: &Tree<&str>, facts: &Facts<'_>) -> Inputs {
        let members: Vec<_> = answer.members(Tree::<&str>::ROOT).collect();
        let names: Vec<_> = members.iter().map(|node| answer.name(*node)).collect();
        let named = names.iter().zip(&members);
        let variables: Vec<_> = named
            .map(|(name, node)| FactVariable {
                name,
                json: answer.json(*node),
            })
            .collect();
        Inputs::new(facts, self.call, self.now, self.seed).with_answer(&variables)
    }
}

#[cfg(test)]
mod tests;
