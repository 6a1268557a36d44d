//! A place in a rule's JSON text: what is expected there, and the error that names it.

use std::borrow::Cow;

use json_text::{Kind, NodeIndex, Tree, push_index, push_key, unescape_lossy};
use messages::{Arg, Message, Words};

use crate::definition::limits::{NAME_MAX_CHARS, TEXT_MAX_BYTES};
use crate::error::RuleError;
use crate::words::{kinds, problems};

/// A value of the text and its JSON pointer.
pub struct Cursor<'t> {
    tree: &'t Tree<&'t str>,
    node: NodeIndex,
    pointer: String,
}

/// The members of an object, all of them known.
pub struct Fields<'t> {
    cursor: Cursor<'t>,
}

impl<'t> Cursor<'t> {
    /// The whole text.
    #[must_use]
    pub const fn root(tree: &'t Tree<&'t str>) -> Self {
        Self {
            tree,
            node: Tree::<&str>::ROOT,
            pointer: String::new(),
        }
    }

    /// What is wrong with this value.
    #[must_use]
    pub fn error(&self, message: impl Into<Message>) -> RuleError {
        RuleError::new(self.pointer.clone(), message)
    }

    /// The value as it is written.
    #[must_use]
    pub fn json(&self) -> &'t str {
        self.tree.span(self.node).of(self.text())
    }

    /// Its place, a JSON pointer.
    #[must_use]
    pub fn pointer(&self) -> &str {
        &self.pointer
    }

    /// What the value is.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.tree.kind(self.node)
    }

    /// Levels of lists and objects in it.
    #[must_use]
    pub fn depth(&self) -> usize {
        self.tree.depth(self.node)
    }

    /// Whether it is `null`.
    #[must_use]
    pub fn is_null(&self) -> bool {
        self.kind() == Kind::Null
    }

    /// The whole text that is read, which outlives the tree's borrow.
    fn text(&self) -> &'t str {
        let tree: &'t Tree<&'t str> = self.tree;
        tree.text()
    }

    fn expect(&self, wanted: Kind) -> Result<(), RuleError> {
        if self.kind() == wanted {
            return Ok(());
        }
        Err(self.unfit(words_of(wanted)))
    }

    /// Something else is wanted here.
    #[must_use]
    pub fn unfit(&self, wanted: impl Into<Arg>) -> RuleError {
        self.error(problems::WRONG_TYPE.arg(wanted).arg(words_of(self.kind())))
    }

    /// An object that has no other members than these, and none twice.
    ///
    /// # Errors
    /// It is something else.
    pub fn object(&self, known: &[&str]) -> Result<Fields<'t>, RuleError> {
        self.object_ignoring(known, &[])
    }

    /// The same, with members that are passed over, whatever they are.
    ///
    /// # Errors
    /// It is something else.
    pub fn object_ignoring(
        &self,
        known: &[&str],
        ignored: &[&str],
    ) -> Result<Fields<'t>, RuleError> {
        self.expect(Kind::Object)?;
        for child in self.tree.children(self.node) {
            let name = self.tree.name(child);
            if ignored.contains(&&*name) {
                continue;
            }
            let cursor = self.below(child, &name);
            if !known.contains(&&*name) {
                let message = problems::UNKNOWN_FIELD.arg(&*name);
                return Err(cursor.error(message.arg(known.join(", "))));
            }
            if self.tree.is_superseded(child) {
                return Err(cursor.error(problems::REPEATED_FIELD.arg(&*name)));
            }
        }
        let cursor = self.at(self.node, self.pointer.clone());
        Ok(Fields { cursor })
    }

    /// The members of an object whose names are free, none of them twice.
    ///
    /// # Errors
    /// It is something else.
    pub fn entries(&self, most: usize) -> Result<Vec<(String, Self)>, RuleError> {
        self.expect(Kind::Object)?;
        let mut entries = Vec::new();
        for child in self.tree.children(self.node) {
            let name = self.tree.name(child).into_owned();
            let cursor = self.below(child, &name);
            if self.tree.is_superseded(child) {
                return Err(cursor.error(problems::REPEATED_FIELD.arg(name)));
            }
            entries.push((name, cursor));
        }
        self.at_most(entries.len(), most)?;
        Ok(entries)
    }

    /// The items of a list.
    ///
    /// # Errors
    /// It is none, or one of more items than `most`.
    pub fn list(&self, most: usize) -> Result<Vec<Self>, RuleError> {
        self.expect(Kind::Array)?;
        let items = self.tree.children(self.node).enumerate();
        let items: Vec<_> = items
            .map(|(index, node)| {
                let mut pointer = self.pointer.clone();
                push_index(&mut pointer, index);
                self.at(node, pointer)
            })
            .collect();
        self.at_most(items.len(), most)?;
        Ok(items)
    }

    fn at_most(&self, length: usize, most: usize) -> Result<(), RuleError> {
        if length > most {
            return Err(self.error(problems::TOO_MANY.arg(most as u64)));
        }
        Ok(())
    }

    fn below(&self, node: NodeIndex, name: &str) -> Self {
        let mut pointer = self.pointer.clone();
        push_key(&mut pointer, name);
        self.at(node, pointer)
    }

    const fn at(&self, node: NodeIndex, pointer: String) -> Self {
        Self {
            tree: self.tree,
            node,
            pointer,
        }
    }

    /// A text.
    ///
    /// # Errors
    /// It is none, or one of more bytes than `most`.
    pub fn text_up_to(&self, most: usize) -> Result<String, RuleError> {
        self.expect(Kind::String)?;
        let text: Cow<'_, str> = unescape_lossy(self.json());
        if text.len() > most {
            return Err(self.error(problems::TOO_LONG.arg(most as u64)));
        }
        Ok(text.into_owned())
    }

    /// A text of a condition.
    ///
    /// # Errors
    /// It is something else.
    pub fn short_text(&self) -> Result<String, RuleError> {
        self.text_up_to(TEXT_MAX_BYTES)
    }

    /// A name that lists show: short.
    ///
    /// # Errors
    /// It is something else.
    pub fn name_text(&self) -> Result<String, RuleError> {
        let text = self.short_text()?;
        if text.chars().count() > NAME_MAX_CHARS {
            return Err(self.error(problems::TOO_MANY_CHARS.arg(NAME_MAX_CHARS as u64)));
        }
        Ok(text)
    }

    /// `true` or `false`.
    ///
    /// # Errors
    /// It is neither.
    pub fn boolean(&self) -> Result<bool, RuleError> {
        self.expect(Kind::Bool)?;
        Ok(self.json() == "true")
    }

    /// A whole number of a range, written without fraction and exponent.
    ///
    /// # Errors
    /// It is something else.
    pub fn whole(&self, least: u64, most: u64) -> Result<u64, RuleError> {
        let number = match self.kind() {
            Kind::Number => self.json().parse().ok(),
            _ => return Err(self.unfit(problems::WHOLE.arg(least).arg(most))),
        };
        number
            .filter(|number| (least..=most).contains(number))
            .ok_or_else(|| self.error(problems::NOT_WHOLE.arg(least).arg(most)))
    }

    /// A word of a vocabulary.
    ///
    /// # Errors
    /// It is none of these.
    pub fn one_of<T: Copy>(
        &self,
        all: &[T],
        text: impl Fn(T) -> &'static str,
    ) -> Result<T, RuleError> {
        let said = self.short_text()?;
        let found = all.iter().copied().find(|one| text(*one) == said);
        found.ok_or_else(|| {
            let all: Vec<_> = all.iter().map(|one| text(*one)).collect();
            self.error(problems::NOT_ONE_OF.arg(said).arg(all.join(", ")))
        })
    }
}

impl<'t> Fields<'t> {
    /// A member.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Cursor<'t>> {
        let node = self.cursor.tree.member(self.cursor.node, name)?;
        Some(self.cursor.below(node, name))
    }

    /// A member that has to be there. In the rule itself the error names the member's place:
    /// that of the whole rule says nothing.
    ///
    /// # Errors
    /// It is not there.
    pub fn required(&self, name: &str) -> Result<Cursor<'t>, RuleError> {
        self.get(name).ok_or_else(|| {
            let mut error = self.error(problems::MISSING_FIELD.arg(name));
            if error.pointer.is_empty() {
                push_key(&mut error.pointer, name);
            }
            error
        })
    }

    /// What is wrong with the object.
    #[must_use]
    pub fn error(&self, message: impl Into<Message>) -> RuleError {
        self.cursor.error(message)
    }

    /// The names of the members, in order.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        let tree = self.cursor.tree;
        let children = tree.children(self.cursor.node);
        children
            .map(|child| tree.name(child).into_owned())
            .collect()
    }
}

fn words_of(kind: Kind) -> &'static Words {
    match kind {
        Kind::Null => &kinds::NULL,
        Kind::Bool => &kinds::BOOL,
        Kind::Number => &kinds::NUMBER,
        Kind::String => &kinds::STRING,
        Kind::Array => &kinds::ARRAY,
        Kind::Object => &kinds::OBJECT,
    }
}
