//! From YAML to the JSON text of a definition, with where its values are in the file.

use json_text::{Kind, Position, Tree, push_index, push_key};
use messages::Message;
use saphyr_parser::{Event, Marker, Parser, ScalarStyle, Span};

use crate::definition::RULE_MAX_BYTES;
use crate::error::RuleError;
use crate::file::locations::{Characters, Location, Locations};
use crate::template::quoted;
use crate::words::files;

/// Levels of a file: far more than a definition has, schemas included.
const LEVELS_MAX: usize = 100;

/// A document's JSON text and where its values are in the file.
#[derive(Debug)]
pub struct File {
    /// The text.
    pub json: String,
    /// Where its values are.
    pub locations: Locations,
}

/// A list or an object that is open.
struct Open {
    is_object: bool,
    /// How many items or members it has.
    count: usize,
    /// The pointer's length without what is in it.
    pointer: usize,
    /// Its number among the locations.
    number: usize,
    /// The name of the member whose value comes next, and where it is.
    name: Option<(String, Position)>,
}

struct Reader<'t> {
    characters: Characters<'t>,
    file: File,
    pointer: String,
    open: Vec<Open>,
    documents: usize,
}

/// Reads a file.
///
/// # Errors
/// It is no YAML, or has what a definition has no use for.
pub fn read(text: &str) -> Result<File, RuleError> {
    if text.len() > RULE_MAX_BYTES {
        return Err(RuleError::new(
            "",
            files::TOO_LONG.arg(RULE_MAX_BYTES as u64),
        ));
    }
    let mut reader = Reader {
        characters: Characters::new(text),
        file: File {
            json: String::new(),
            locations: Locations::default(),
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
        reader.event(event, &span)?;
    }
    match reader.documents {
        0 => Err(RuleError::new("", &files::EMPTY).at(Position::START)),
        _ => Ok(reader.file),
    }
}

impl Reader<'_> {
    fn position(&self, marker: &Marker) -> Position {
        self.characters.position(marker.index())
    }

    fn error(&self, marker: &Marker, message: impl Into<Message>) -> RuleError {
        RuleError::new(self.pointer.clone(), message).at(self.position(marker))
    }

    fn event(&mut self, event: Event<'_>, span: &Span) -> Result<(), RuleError> {
        let at = &span.start;
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                self.plain(at, anchor, tag.is_some())?;
                self.scalar(&text, style, span)
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
                self.end(&span.end);
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

    fn scalar(&mut self, text: &str, style: ScalarStyle, span: &Span) -> Result<(), RuleError> {
        let position = self.position(&span.start);
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
            open.name = Some((text.to_owned(), position));
            self.file.json.push_str(&quoted(text));
            self.file.json.push(':');
            return Ok(());
        }
        let is_block = matches!(style, ScalarStyle::Literal);
        let end = self.position(&span.end);
        self.value(position, end, is_block);
        let json = match style {
            ScalarStyle::Plain => resolved(text),
            _ => quoted(text),
        };
        self.file.json.push_str(&json);
        self.done();
        Ok(())
    }

    /// Remembers where a value begins, and gives its number.
    fn value(&mut self, value: Position, end: Position, is_block: bool) -> usize {
        let Some(open) = self.open.last_mut() else {
            let location = Location {
                name: value,
                value,
                end,
                is_block,
            };
            return self.file.locations.add(None, location);
        };
        let (key, name) = match &open.name {
            Some((key, name)) if open.is_object => (key.clone(), *name),
            _ => {
                let key = open.count.to_string();
                self.pointer.truncate(open.pointer);
                push_index(&mut self.pointer, open.count);
                if open.count > 0 {
                    self.file.json.push(',');
                }
                open.count += 1;
                (key, value)
            }
        };
        let location = Location {
            name,
            value,
            end,
            is_block,
        };
        let parent = Some((open.number, key.as_str()));
        self.file.locations.add(parent, location)
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
        let number = self.value(position, position, false);
        self.file.json.push(if is_object { '{' } else { '[' });
        self.open.push(Open {
            is_object,
            count: 0,
            pointer: self.pointer.len(),
            number,
            name: None,
        });
        Ok(())
    }

    fn end(&mut self, at: &Marker) {
        if let Some(open) = self.open.pop() {
            let end = self.position(at);
            self.file.locations.end(open.number, end);
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
