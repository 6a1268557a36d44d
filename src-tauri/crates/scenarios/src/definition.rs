//! A scenario as it is written: one document, its steps as JSON texts with their places.

use std::path::PathBuf;
use std::sync::Arc;

use json_text::{Kind, Position, Tree};
use messages::Message;
use protocol::Platform;
use protocol::platform::{Members, contract, contracts};
use rules::RuleError;
use rules::source::{Cursor, File, read};

use crate::expect::pointer;
use crate::words::problems;

/// The version of the format that this code reads.
pub const VERSION: u32 = 1;

/// The schema without the platforms' names.
const SCHEMA: &str = include_str!("schema.json");

/// Steps of a file at most.
pub(crate) const STEPS_MAX: usize = 10_000;

/// Members of an object at most.
const MEMBERS_MAX: usize = 10_000;

/// The longest text that is not a value, in bytes.
const TEXT_MAX: usize = 64 << 10;

/// A text that a scenario is read from.
#[derive(Debug)]
pub(crate) struct Source {
    /// As a person named it, or found it from there.
    pub(crate) path: PathBuf,
    text: String,
    file: File,
}

/// What is wrong with a file, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileError {
    /// The file, as a person named it or as it was found from there.
    pub file: PathBuf,
    /// Where in it.
    pub position: Position,
    /// The place in the document, a JSON pointer.
    pub pointer: String,
    /// What was expected.
    pub message: Message,
}

impl Source {
    /// Reads a document.
    pub(crate) fn read(path: PathBuf, text: String) -> Result<Self, FileError> {
        match read(&text) {
            Ok(file) => Ok(Self { path, text, file }),
            Err(error) => Err(FileError {
                file: path,
                position: error.position.unwrap_or(Position::START),
                pointer: error.pointer.clone(),
                message: messages::Say::message(&error),
            }),
        }
    }

    /// The error with its place in the file.
    pub(crate) fn error(&self, error: &RuleError) -> FileError {
        FileError {
            file: self.path.clone(),
            position: self.file.position(&self.text, error),
            pointer: error.pointer.clone(),
            message: messages::Say::message(error),
        }
    }

    /// What is wrong with the value at a pointer.
    pub(crate) fn wrong(&self, pointer: &str, message: impl Into<Message>) -> FileError {
        self.error(&RuleError::new(pointer, message))
    }

    /// The line of a value.
    pub(crate) fn line(&self, pointer: &str) -> u64 {
        let location = self.file.locations.find(pointer);
        location.map_or(1, |location| location.value.line)
    }
}

/// A scenario as it is written.
#[derive(Clone, Debug)]
pub(crate) struct Definition {
    pub(crate) source: Arc<Source>,
    pub(crate) name: Option<String>,
    pub(crate) platform: Option<Platform>,
    pub(crate) user: Option<String>,
    /// The state at the start: names and JSON texts.
    pub(crate) variables: Members,
    pub(crate) target: Option<String>,
    /// The files whose steps come first, each with its pointer.
    pub(crate) include: Vec<(String, String)>,
    pub(crate) rows: Option<String>,
    pub(crate) steps: Vec<Step>,
}

/// A step as it is written.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) source: Arc<Source>,
    /// `/steps/3`
    pub(crate) pointer: String,
    pub(crate) name: Option<String>,
    pub(crate) send: String,
    pub(crate) expect: Option<String>,
    /// Names, and where their values are.
    pub(crate) capture: Vec<(String, String)>,
}

impl Definition {
    /// Reads a scenario from the text of a file.
    pub(crate) fn read(path: PathBuf, text: String) -> Result<Self, FileError> {
        let source = Arc::new(Source::read(path, text)?);
        let tree = Tree::new(source.file.json.as_str());
        let tree = tree.map_err(|_| source.wrong("", &problems::EMPTY))?;
        let definition = Self::of(&source, &Cursor::root(&tree));
        definition.map_err(|error| source.error(&error))
    }

    fn of(source: &Arc<Source>, document: &Cursor<'_>) -> Result<Self, RuleError> {
        let known = [
            "scenario",
            "name",
            "platform",
            "user",
            "variables",
            "target",
            "include",
            "rows",
            "steps",
        ];
        let fields = document.object(&known)?;
        let version = fields.required("scenario")?;
        let number = version.whole(1, u64::from(u32::MAX))?;
        if number != u64::from(VERSION) {
            let message = problems::VERSION.arg(number).arg(u64::from(VERSION));
            return Err(version.error(message));
        }
        let text = |name: &str| {
            let value = fields.get(name).map(|value| filled_text(&value));
            value.transpose()
        };
        let platform = fields.get("platform").map(|value| platform(&value));
        let variables = fields.get("variables").map(|value| members(&value));
        let include = match fields.get("include") {
            None => Vec::new(),
            Some(value) if value.kind() == Kind::Array => {
                let items = value.list(STEPS_MAX)?;
                let items = items
                    .iter()
                    .map(|item| Ok((item.pointer().to_owned(), filled_text(item)?)));
                items.collect::<Result<_, RuleError>>()?
            }
            Some(value) => vec![(value.pointer().to_owned(), filled_text(&value)?)],
        };
        let steps = match fields.get("steps") {
            None if !include.is_empty() => Vec::new(),
            None => {
                return Err(fields
                    .required("steps")
                    .err()
                    .unwrap_or_else(|| document.error(&problems::EMPTY)));
            }
            Some(value) => {
                let items = value.list(STEPS_MAX)?;
                let items = items.iter().map(|item| step(source, item));
                items.collect::<Result<_, _>>()?
            }
        };
        Ok(Self {
            source: Arc::clone(source),
            name: text("name")?,
            platform: platform.transpose()?,
            user: text("user")?,
            variables: variables.transpose()?.unwrap_or_default(),
            target: text("target")?,
            include,
            rows: text("rows")?,
            steps,
        })
    }
}

fn step(source: &Arc<Source>, value: &Cursor<'_>) -> Result<Step, RuleError> {
    let fields = value.object(&["name", "send", "expect", "capture"])?;
    let send = fields.required("send")?;
    // That it is one, before anything of it is replaced.
    send.entries(MEMBERS_MAX)?;
    let expect = fields.get("expect");
    if let Some(expect) = &expect {
        expect.entries(MEMBERS_MAX)?;
    }
    let capture = match fields.get("capture") {
        None => Vec::new(),
        Some(value) => {
            let entries = value.entries(MEMBERS_MAX)?.into_iter();
            let entries = entries.map(|(name, value)| Ok((name, filled_text(&value)?)));
            entries.collect::<Result<_, RuleError>>()?
        }
    };
    let name = fields.get("name").map(|value| filled_text(&value));
    Ok(Step {
        source: Arc::clone(source),
        pointer: value.pointer().to_owned(),
        name: name.transpose()?,
        send: send.json().to_owned(),
        expect: expect.map(|expect| expect.json().to_owned()),
        capture,
    })
}

/// A text that is not empty; a number is taken as it is written.
fn filled_text(value: &Cursor<'_>) -> Result<String, RuleError> {
    let text = match value.kind() {
        Kind::Number => value.json().to_owned(),
        _ => value.text_up_to(TEXT_MAX)?,
    };
    match text.trim().is_empty() {
        true => Err(value.error(&problems::EMPTY)),
        false => Ok(text),
    }
}

/// Names and JSON texts of an object.
pub(crate) fn members(value: &Cursor<'_>) -> Result<Members, RuleError> {
    let entries = value.entries(MEMBERS_MAX)?.into_iter();
    Ok(entries
        .map(|(name, value)| (name, value.json().to_owned()))
        .collect())
}

fn platform(value: &Cursor<'_>) -> Result<Platform, RuleError> {
    let name = value.text_up_to(TEXT_MAX)?;
    let names: Vec<&str> = played().map(Platform::as_str).collect();
    let found = name.parse().ok();
    let message = || problems::PLATFORM.arg(name.as_str()).arg(names.join(", "));
    found
        .filter(|platform| is_played(*platform))
        .ok_or_else(|| value.error(message()))
}

/// The format as a JSON schema, for editors.
#[must_use]
pub fn schema() -> serde_json::Value {
    let mut schema: serde_json::Value = serde_json::from_str(SCHEMA).unwrap_or_default();
    let names = played().map(|platform| platform.as_str().into()).collect();
    schema["properties"]["platform"]["enum"] = serde_json::Value::Array(names);
    schema
}

/// The platforms that a scenario can play.
fn played() -> impl Iterator<Item = Platform> {
    let own = contracts().iter().filter(|one| one.part_of().is_none());
    let platforms = own.map(|one| one.platform());
    platforms.filter(|platform| is_played(*platform))
}

/// The platform of a scenario that names none.
pub(crate) fn first_platform() -> Platform {
    played().next().unwrap_or_default()
}

/// Whether turns or calls of a platform can be made in its place.
fn is_played(platform: Platform) -> bool {
    keeps_users(platform) || contract(platform).sending("{}").is_some()
}

/// Whether a platform keeps variables from turn to turn.
pub(crate) fn keeps_users(platform: Platform) -> bool {
    contract(platform).lifetime("").is_some()
}

/// The place of a member of a step.
pub(crate) fn below(step: &Step, name: &str) -> String {
    pointer(&step.pointer, name)
}
