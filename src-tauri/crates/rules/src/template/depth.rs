//! How deep a template's tree is, counted by its tokens before anything is parsed.
//!
//! The library bounds brackets and blocks within each other. What stands in a row it does not:
//! operators, `not`, signs, filters, subscripts, `else if` and `elif` make the tree one level
//! deeper each, and parsing, compiling and dropping it goes down level by level on the stack of the
//! thread. A stack that overflows ends the whole process.
//!
//! The count is never below the depth of the tree: each of its levels needs a token of its own.

use minijinja::machinery::{Token, Tokenizer};

use super::{NAME, rewrite};

/// Levels at most. A debug build takes some 3 KB of stack for the dearest, the `elif`, and the
/// threads of a server have 2 MB; tests compile every shape of this size within half of that.
pub(super) const DEPTH_MAX: usize = 250;

/// Brackets and blocks within each other at most. Each takes the stack of a dozen levels, and the
/// library's own bound of them, 75, is close to what a debug build's thread has. A call and a
/// subscript count twice, within each other and in a row: what is added to the source puts them
/// into brackets of their own.
pub(super) const NESTING_MAX: usize = 40;

/// Where a template becomes deeper than it may be; `None` where it does not. A source that is not
/// even tokens is for the parser to refuse.
pub(super) fn too_deep_at(source: &str) -> Option<usize> {
    let mut tokens = Tokenizer::new(source, NAME, false, rewrite::syntax());
    let mut depth = Depth::default();
    while let Ok(Some((token, span))) = tokens.next_token() {
        depth.take(&token);
        if depth.is_exceeded() {
            return Some(span.start_offset as usize);
        }
    }
    None
}

/// What stands between two brackets, or in a whole tag, up to the token at hand.
#[derive(Default)]
struct Level {
    /// Tokens since the last comma or colon that make a tree deeper.
    links: usize,
    /// The deepest brackets since then.
    inner: usize,
    /// The deepest of the parts before.
    before: usize,
    /// Brackets around it.
    nesting: usize,
    /// Those that the calls and subscripts in a row come to.
    applied: usize,
}

impl Level {
    fn depth(&self) -> usize {
        self.before.max(self.links + self.inner)
    }

    fn part_ends(&mut self) {
        self.before = self.depth();
        self.links = 0;
        self.inner = 0;
        self.applied = 0;
    }
}

#[derive(Default)]
struct Depth {
    /// The blocks that are open, each with how many `elif` it has.
    blocks: Vec<usize>,
    elifs: usize,
    /// The brackets that are open within a tag, and the tag itself.
    levels: Vec<Level>,
    /// The links of all of them but the innermost.
    outer_links: usize,
    /// The first word of a tag that is a statement.
    statement: Option<Statement>,
    before: Before,
}

/// What the token before was.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Before {
    /// The end of a value: a bracket behind it is a call or a subscript.
    Value,
    /// A dot: a number behind it is a subscript.
    Dot,
    #[default]
    Other,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Statement {
    /// Its first word is next.
    Begins,
    /// A block with an end of its own.
    Block,
    /// One that is a block unless something is assigned.
    Set,
    Other,
}

impl Depth {
    fn take(&mut self, token: &Token<'_>) {
        let before = std::mem::take(&mut self.before);
        match token {
            Token::VariableStart => self.tag(None),
            Token::BlockStart => self.tag(Some(Statement::Begins)),
            Token::VariableEnd => self.levels.clear(),
            Token::BlockEnd => self.tag_ends(),
            Token::Ident(word) if self.statement == Some(Statement::Begins) => {
                self.statement = Some(self.first_word(word));
            }
            Token::Ident("and" | "or" | "not" | "is" | "in" | "if" | "else") => self.link(),
            Token::BracketOpen | Token::ParenOpen | Token::BraceOpen => {
                self.open(before == Before::Value);
            }
            Token::BracketClose | Token::ParenClose | Token::BraceClose => self.close(),
            Token::Comma | Token::Colon => self.level(Level::part_ends),
            Token::Assign => {
                if self.levels.len() == 1 && self.statement == Some(Statement::Set) {
                    self.statement = Some(Statement::Other);
                }
            }
            Token::TemplateData(_) => {}
            Token::Int(_) | Token::Int128(_) => {
                self.before = Before::Value;
                let applied = if before == Before::Dot { 2 } else { 0 };
                self.level(|level| level.applied += applied);
            }
            Token::Ident(_) | Token::Str(_) | Token::String(_) | Token::Float(_) => {
                self.before = Before::Value;
            }
            Token::Dot => {
                self.before = Before::Dot;
                self.level(|level| level.links += 1);
            }
            Token::Plus
            | Token::Minus
            | Token::Mul
            | Token::Div
            | Token::FloorDiv
            | Token::Pow
            | Token::Mod
            | Token::Tilde
            | Token::Pipe
            | Token::Eq
            | Token::Ne
            | Token::Gt
            | Token::Gte
            | Token::Lt
            | Token::Lte => self.link(),
        }
    }

    fn is_exceeded(&self) -> bool {
        let level = self.levels.last();
        let within = level.map_or(0, Level::depth);
        let nesting = level.map_or(0, |level| level.nesting + level.applied);
        let blocks = self.blocks.len();
        blocks + nesting > NESTING_MAX
            || blocks + self.elifs + self.levels.len() + self.outer_links + within > DEPTH_MAX
    }

    fn tag(&mut self, statement: Option<Statement>) {
        self.statement = statement;
        self.outer_links = 0;
        self.levels.clear();
        self.levels.push(Level::default());
    }

    fn first_word(&mut self, word: &str) -> Statement {
        match word {
            "if" | "for" | "with" | "autoescape" | "filter" | "macro" | "call" => Statement::Block,
            "set" => Statement::Set,
            "elif" => {
                if let Some(elifs) = self.blocks.last_mut() {
                    *elifs += 1;
                    self.elifs += 1;
                }
                Statement::Other
            }
            _ => {
                if word.starts_with("end") {
                    self.elifs -= self.blocks.pop().unwrap_or_default();
                }
                Statement::Other
            }
        }
    }

    fn tag_ends(&mut self) {
        if matches!(
            self.statement.take(),
            Some(Statement::Block | Statement::Set)
        ) {
            self.blocks.push(0);
        }
        self.levels.clear();
    }

    fn level(&mut self, change: impl FnOnce(&mut Level)) {
        if let Some(level) = self.levels.last_mut() {
            change(level);
        }
    }

    fn link(&mut self) {
        self.level(|level| {
            level.links += 1;
            level.applied = 0;
        });
    }

    /// `applies`: it is a call or a subscript.
    fn open(&mut self, applies: bool) {
        let mut opened = Level::default();
        if let Some(level) = self.levels.last_mut() {
            level.links += 1;
            level.applied += if applies { 2 } else { 0 };
            let own = if applies { 0 } else { 1 };
            opened.nesting = level.nesting + level.applied + own;
            self.outer_links += level.links;
        }
        self.levels.push(opened);
    }

    fn close(&mut self) {
        if self.levels.len() < 2 {
            return;
        }
        self.before = Before::Value;
        let closed = self.levels.pop().map_or(0, |level| level.depth());
        if let Some(level) = self.levels.last_mut() {
            self.outer_links -= level.links;
            level.inner = level.inner.max(closed);
        }
    }
}

#[cfg(test)]
mod tests;
