//! From YAML to the JSON text of a definition, with the places of both.

use std::collections::HashMap;

use json_text::{Kind, Position, Tree, push_index, push_key};
use messages::Message;
use saphyr_parser::{Event, Marker, Parser, ScalarStyle};

use crate::definition::RULE_MAX_BYTES;
use crate::error::RuleError;
use crate::template::quoted;
use crate::words::files;

/// Levels of a file: far more than a definition has, schemas included.
const LEVELS_MAX: usize = 100;

/// A rule's JSON text and where its places are in the file.
pub(super) struct File {
    pub(super) json: String,
    pub(super) places: HashMap<String, Place>,
}

/// Where a value is in the file.
#[derive(Clone, Copy)]
pub(super) struct Place {
    /// The member's name.
    pub(super) name: Position,
    pub(super) value: Position,
    /// It is a literal block.
    is_block: bool,
}

impl Place {
    /// Where a position of a block's text is in the file.
    pub(super) fn within(&self, text: &str, position: Position) -> Option<Position> {
        if !self.is_block {
            return None;
        }
        // The parser names the sign or the first line behind it.
        let row = usize::try_from(self.value.line).ok()?;
        let at_sign = text
            .lines()
            .nth(row - 1)?
            .trim_end()
            .ends_with(['|', '-', '+']);
        let at_sign = at_sign && text[usize::try_from(self.value.offset).ok()?..].starts_with('|');
        let first_row = if at_sign { row } else { row - 1 };
        let line = first_row as u64 + position.line;
        let mut lines = text
            .lines()
            .skip(first_row)
            .filter(|line| !line.trim().is_empty());
        let first = lines.next()?;
        let indented = (first.len() - first.trim_start_matches(' ').len()) as u64;
        let start: usize = text
            .split_inclusive('\n')
            .take(usize::try_from(line).ok()?.saturating_sub(1))
            .map(str::len)
            .sum();
        let before = usize::try_from(indented + position.column - 1).ok()?;
        let row = text.get(start..)?.lines().next().unwrap_or_default();
        let offset = row
            .char_indices()
            .nth(before)
            .map_or(row.len(), |(at, _)| at);
        Some(Position::in_text(text, start + offset))
    }
}

/// A list or an object that is open.
struct Open {
    is_object: bool,
    /// How many items or members it has.
    count: usize,
    /// The pointer's length without what is in it.
    pointer: usize,
    /// The name of the member whose value comes next, and where it is.
    name: Option<Position>,
}

struct Reader<'t> {
    text: &'t str,
    file: File,
    pointer: String,
    open: Vec<Open>,
    documents: usize,
}

/// Reads a file.
pub(super) fn read(text: &str) -> Result<File, RuleError> {
    if text.len() > RULE_MAX_BYTES {
        return Err(RuleError::new(
            "",
            files::TOO_LONG.arg(RULE_MAX_BYTES as u64),
        ));
    }
    let mut reader = Reader {
        text,
        file: File {
            json: String::new(),
            places: HashMap::new(),
        },
        pointer: String::new(),
        open: Vec::new(),
        documents: 0,
    };
    let mut parser = Parser::new_from_str(text);
    while let Some(event) = parser.next_event() {
        let (event, span) = event.map_err(|error| {
            let message = files::YAML.arg(error.info());
            RuleError::new("", message).at(reader.position(error.marker()))
        })?;
        reader.event(event, &span.start)?;
    }
    match reader.documents {
        0 => Err(RuleError::new("", &files::EMPTY).at(Position::START)),
        _ => Ok(reader.file),
    }
}

impl Reader<'_> {
    fn position(&self, marker: &Marker) -> Position {
        let offset = self.text.char_indices().nth(marker.index());
        Position::in_text(self.text, offset.map_or(self.text.len(), |(at, _)| at))
    }

    fn error(&self, marker: &Marker, message: impl Into<Message>) -> RuleError {
        RuleError::new(self.pointer.clone(), message).at(self.position(marker))
    }

    fn event(&mut self, event: Event<'_>, at: &Marker) -> Result<(), RuleError> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                self.plain(at, anchor, tag.is_some())?;
                self.scalar(&text, style, at)
            }
            Event::SequenceStart(anchor, tag) => {
                self.plain(at, anchor, tag.is_some())?;
                self.begin(at, false)
            }
            Event::MappingStart(anchor, tag) => {
                self.plain(at, anchor, tag.is_some())?;
                self.begin(at, true)
            }
            Event::SequenceEnd | Event::MappingEnd => {
                self.end();
                Ok(())
            }
            Event::Alias(_) => Err(self.error(at, &files::ALIAS)),
            Event::DocumentStart(_) => {
                self.documents += 1;
                match self.documents {
                    1 => Ok(()),
                    _ => Err(self.error(at, &files::SEVERAL)),
                }
            }
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => Ok(()),
        }
    }

    /// Refuses anchors and tags.
    fn plain(&self, at: &Marker, anchor: usize, has_tag: bool) -> Result<(), RuleError> {
        match (anchor, has_tag) {
            (0, false) => Ok(()),
            (0, true) => Err(self.error(at, &files::TAG)),
            _ => Err(self.error(at, &files::ALIAS)),
        }
    }

    fn scalar(&mut self, text: &str, style: ScalarStyle, at: &Marker) -> Result<(), RuleError> {
        let position = self.position(at);
        if let Some(open) = self.open.last_mut()
            && open.is_object
            && open.name.is_none()
        {
            self.pointer.truncate(open.pointer);
            push_key(&mut self.pointer, text);
            if open.count > 0 {
                self.file.json.push(',');
            }
            open.count += 1;
            open.name = Some(position);
            self.file.json.push_str(&quoted(text));
            self.file.json.push(':');
            return Ok(());
        }
        let is_block = matches!(style, ScalarStyle::Literal);
        self.value(position, is_block);
        let json = match style {
            ScalarStyle::Plain => resolved(text),
            _ => quoted(text),
        };
        self.file.json.push_str(&json);
        self.done();
        Ok(())
    }

    /// Notes where a value begins.
    fn value(&mut self, value: Position, is_block: bool) {
        let mut name = value;
        if let Some(open) = self.open.last_mut() {
            if open.is_object {
                name = open.name.unwrap_or(value);
            } else {
                self.pointer.truncate(open.pointer);
                push_index(&mut self.pointer, open.count);
                if open.count > 0 {
                    self.file.json.push(',');
                }
                open.count += 1;
            }
        }
        let place = Place {
            name,
            value,
            is_block,
        };
        self.file.places.insert(self.pointer.clone(), place);
    }

    /// A value has ended.
    fn done(&mut self) {
        if let Some(open) = self.open.last_mut() {
            open.name = None;
        }
    }

    fn begin(&mut self, at: &Marker, is_object: bool) -> Result<(), RuleError> {
        if self
            .open
            .last()
            .is_some_and(|open| open.is_object && open.name.is_none())
        {
            return Err(self.error(at, &files::KEY));
        }
        if self.open.len() >= LEVELS_MAX {
            return Err(self.error(at, &files::DEEP));
        }
        let position = self.position(at);
        self.value(position, false);
        self.file.json.push(if is_object { '{' } else { '[' });
        self.open.push(Open {
            is_object,
            count: 0,
            pointer: self.pointer.len(),
            name: None,
        });
        Ok(())
    }

    fn end(&mut self) {
        if let Some(open) = self.open.pop() {
            self.pointer.truncate(open.pointer);
            self.file.json.push(if open.is_object { '}' } else { ']' });
        }
        self.done();
    }
}

/// What a plain scalar is, as JSON.
pub(super) fn resolved(text: &str) -> String {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return "null".to_owned(),
        "true" | "True" | "TRUE" => return "true".to_owned(),
        "false" | "False" | "FALSE" => return "false".to_owned(),
        _ => {}
    }
    let is_number = text.starts_with(|first: char| first == '-' || first.is_ascii_digit())
        && Tree::new(text).is_ok_and(|tree| tree.kind(Tree::<&str>::ROOT) == Kind::Number);
    match is_number {
        true => text.to_owned(),
        false => quoted(text),
    }
}
