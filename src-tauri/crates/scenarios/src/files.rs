//! Scenarios from files: what they include, a run for each row, and that every name has a value.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use json_text::{Position, Tree};
use messages::{Arg, Message};
use protocol::Platform;
use protocol::platform::Members;

use crate::definition::{Definition, FileError, STEPS_MAX, Source, Step, below, first_platform};
use crate::expect::{Expect, pointer};
use crate::send::Send;
use crate::table::Table;
use crate::template::{UnknownName, Value, Values, fill, fill_text};
use crate::words::files;

/// Files that include each other, in levels.
const DEPTH_MAX: usize = 100;

/// The user that a scenario plays where it names none.
const USER: &str = "u1";

/// What a name that an earlier step keeps stands for while nothing was sent: a number and a text.
const UNKNOWN_YET: &str = "1";

/// Why a file has no text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadError {
    /// It is not there.
    Missing,
    /// It is in another charset.
    NotUtf8,
    /// The system's own words.
    Other(String),
}

/// Where files come from.
pub type ReadFile<'r> = &'r dyn Fn(&Path) -> Result<String, ReadError>;

/// One run of a scenario: all that it needs, checked.
#[derive(Clone, Debug)]
pub struct Case {
    /// Its name.
    pub name: String,
    /// The file, as it was named.
    pub file: PathBuf,
    /// The row of its table, from 1, where it has one.
    pub row: Option<usize>,
    /// Whose rules it follows.
    pub platform: Platform,
    /// The user that it plays.
    pub user: String,
    /// The address that its file names.
    pub target: Option<String>,
    /// The state at the start.
    pub(crate) variables: Members,
    pub(crate) values: Values,
    pub(crate) steps: Arc<[Step]>,
}

/// A file with all its runs.
#[derive(Clone, Debug, Default)]
pub struct Loaded {
    /// The runs, one for each row.
    pub cases: Vec<Case>,
    /// The files that it includes, directly or not.
    pub included: Vec<PathBuf>,
}

impl Case {
    /// How many steps it has.
    #[must_use]
    pub fn steps(&self) -> usize {
        self.steps.len()
    }

    /// The events that its steps send, where its platform has events.
    #[must_use]
    pub fn events(&self) -> BTreeSet<String> {
        let kept = BTreeSet::new();
        let lookup = self.lookup(&kept);
        let sends = self.steps.iter().filter_map(|step| {
            let filled = fill(&step.send, &lookup).ok()?;
            Send::event(&filled.json)
        });
        sends.collect()
    }

    /// The values of names before anything was sent.
    fn lookup<'c>(&'c self, kept: &'c BTreeSet<&str>) -> impl Fn(&str) -> Option<Value> + 'c {
        move |name| {
            let given = self.values.get(name).cloned();
            let later = || kept.contains(name).then(|| UNKNOWN_YET.to_owned());
            given.or_else(later).map(Value::Text)
        }
    }
}

/// Reads a file, what it includes and its table.
///
/// # Errors
/// What is wrong with it, with its place.
pub fn load(path: &Path, values: &Values, read: ReadFile<'_>) -> Result<Loaded, FileError> {
    let text = read(path).map_err(|error| FileError {
        file: path.to_owned(),
        position: Position::START,
        pointer: String::new(),
        message: said(path, &error),
    })?;
    let definition = Definition::read(path.to_owned(), text)?;
    let mut including = Including {
        read,
        stack: vec![plain(path)],
        included: Vec::new(),
        steps: Vec::new(),
    };
    including.add(&definition)?;
    let Including {
        included, steps, ..
    } = including;
    if steps.is_empty() {
        return Err(definition.source.wrong("/steps", &files::NO_STEPS));
    }
    let steps: Arc<[Step]> = steps.into();
    let cases = match &definition.rows {
        None => vec![case(&definition, &steps, values.clone(), None)?],
        Some(rows) => {
            let table = table(&definition.source, rows, read)?;
            let each = table.rows().enumerate().map(|(index, row)| {
                let mut all = values.clone();
                all.extend(row);
                case(&definition, &steps, all, Some(index + 1))
            });
            each.collect::<Result<_, _>>()?
        }
    };
    Ok(Loaded { cases, included })
}

/// Reads a scenario that is in no file, and so takes no other files.
///
/// # Errors
/// What is wrong with it, with its place.
pub fn load_text(name: &str, text: &str) -> Result<Case, FileError> {
    let definition = Definition::read(PathBuf::from(name), text.to_owned())?;
    let refused = |field: &str| {
        let message = files::NO_FILES.arg(field);
        definition.source.wrong(&pointer("", field), message)
    };
    if !definition.include.is_empty() {
        return Err(refused("include"));
    }
    if definition.rows.is_some() {
        return Err(refused("rows"));
    }
    if definition.steps.is_empty() {
        return Err(definition.source.wrong("/steps", &files::NO_STEPS));
    }
    let steps: Arc<[Step]> = definition.steps.clone().into();
    case(&definition, &steps, Values::new(), None)
}

/// Why a file has no text.
fn said(path: &Path, error: &ReadError) -> Message {
    let path = path.display().to_string();
    match error {
        ReadError::Missing => files::MISSING.arg(path),
        ReadError::NotUtf8 => files::NOT_UTF8.arg(path),
        ReadError::Other(cause) => files::UNREADABLE.arg(path).arg(cause.as_str()),
    }
}

/// A path without `.` and, as far as that can be told from its text, without `..`.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir
                if matches!(plain.components().next_back(), Some(Component::Normal(_))) =>
            {
                plain.pop();
            }
            part => plain.push(part),
        }
    }
    plain
}

/// A path beside the file that names it.
fn beside(source: &Source, named: &str) -> PathBuf {
    let folder = source.path.parent().unwrap_or(Path::new(""));
    plain(&folder.join(named))
}

/// The steps of a file with those that it includes.
struct Including<'r> {
    read: ReadFile<'r>,
    /// The files that are being read, each included by the one before.
    stack: Vec<PathBuf>,
    included: Vec<PathBuf>,
    steps: Vec<Step>,
}

impl Including<'_> {
    fn add(&mut self, definition: &Definition) -> Result<(), FileError> {
        for (at, named) in &definition.include {
            let source = &definition.source;
            let path = beside(source, named);
            if self.stack.contains(&path) {
                let names = self.stack.iter().chain([&path]);
                let names: Vec<_> = names.map(|path| path.display().to_string()).collect();
                return Err(source.wrong(at, files::CIRCLE.arg(names.join(" → "))));
            }
            if self.stack.len() > DEPTH_MAX {
                return Err(source.wrong(at, files::DEEP.arg(DEPTH_MAX as u64)));
            }
            let text = (self.read)(&path).map_err(|error| source.wrong(at, said(&path, &error)))?;
            let included = Definition::read(path.clone(), text)?;
            self.stack.push(path.clone());
            self.add(&included)?;
            self.stack.pop();
            if !self.included.contains(&path) {
                self.included.push(path);
            }
        }
        self.steps.extend(definition.steps.iter().cloned());
        if self.steps.len() > STEPS_MAX {
            let message = files::STEPS.arg(STEPS_MAX as u64);
            return Err(definition.source.wrong("/steps", message));
        }
        Ok(())
    }
}

fn table(source: &Source, named: &str, read: ReadFile<'_>) -> Result<Table, FileError> {
    let path = beside(source, named);
    let text = read(&path).map_err(|error| source.wrong("/rows", said(&path, &error)))?;
    Table::read(&text).map_err(|(position, message)| FileError {
        file: path,
        position,
        pointer: String::new(),
        message,
    })
}

/// A run with these values, checked.
fn case(
    definition: &Definition,
    steps: &Arc<[Step]>,
    values: Values,
    row: Option<usize>,
) -> Result<Case, FileError> {
    let source = &definition.source;
    let lookup = |name: &str| values.get(name).cloned().map(Value::Text);
    let unknown = |name: &str| not_given(name, values.keys().map(String::as_str));
    let text = |at: &str, text: &str| {
        fill_text(text, &lookup).map_err(|name| source.wrong(at, unknown(&name)))
    };
    let stem = || {
        let stem = source.path.file_stem().unwrap_or_default();
        stem.to_string_lossy().into_owned()
    };
    let name = match &definition.name {
        Some(name) => text("/name", name)?,
        None => stem(),
    };
    let user = match &definition.user {
        Some(user) => text("/user", user)?,
        None => USER.to_owned(),
    };
    let target = definition.target.as_ref();
    let target = target.map(|target| text("/target", target)).transpose()?;
    let mut variables = Members::new();
    for (name, json) in &definition.variables {
        let filled = fill(json, &lookup).map_err(|error| {
            let at = pointer("/variables", name) + &error.pointer;
            source.wrong(&at, unknown(&error.name))
        })?;
        variables.insert(name.clone(), filled.json);
    }
    let case = Case {
        name,
        file: source.path.clone(),
        row,
        platform: definition.platform.unwrap_or_else(first_platform),
        user,
        target,
        variables,
        values,
        steps: Arc::clone(steps),
    };
    check(&case)?;
    Ok(case)
}

/// That nobody gives a name a value.
fn not_given<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> Message {
    let known: Vec<&str> = known.collect();
    let known = match known.is_empty() {
        true => Arg::from(&files::NONE),
        false => Arg::from(known.join(", ")),
    };
    files::NAME.arg(name).arg(known)
}

/// That each step can be sent and judged, as far as that is known before anything is sent.
fn check(case: &Case) -> Result<(), FileError> {
    let mut kept: BTreeSet<&str> = BTreeSet::new();
    for (index, step) in case.steps.iter().enumerate() {
        let lookup = case.lookup(&kept);
        let known = || {
            case.values
                .keys()
                .map(String::as_str)
                .chain(kept.iter().copied())
        };
        let wrong = |at: &str, error: UnknownName| {
            let at = below(step, at) + &error.pointer;
            step.source.wrong(&at, not_given(&error.name, known()))
        };
        let send = fill(&step.send, &lookup).map_err(|error| wrong("send", error))?;
        let read = Send::read(case.platform, &send.json, index == 0);
        read.map_err(|error| step.source.error(&error.inside(&below(step, "send"))))?;
        if let Some(expect) = &step.expect {
            let filled = fill(expect, &lookup).map_err(|error| wrong("expect", error))?;
            // The text was made from a document that was read.
            if let Ok(tree) = Tree::new(filled.json.as_str()) {
                let read = Expect::read(&rules::source::Cursor::root(&tree), &filled.untyped);
                read.map_err(|error| step.source.error(&error.inside(&below(step, "expect"))))?;
            }
        }
        drop(lookup);
        kept.extend(step.capture.iter().map(|(name, _)| name.as_str()));
    }
    Ok(())
}
