//! Rules as files.

use engine::{Engine, RuleExport, RuleFolder, RuleFolderState, RuleImport};
use messages::Lang;
use protocol::{BotId, UtcMillis};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::RuleFileError;

/// A folder.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FolderPath {
    /// Its whole path, on the machine of the instance.
    pub(crate) path: String,
}

/// What an export did.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ExportedRules {
    /// Files written.
    written: u64,
    /// Files removed, whose rules are gone.
    removed: u64,
    /// Files that were as they have to be.
    unchanged: u64,
}

/// What an import did.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ImportedRules {
    /// Rules that were not there.
    added: u64,
    /// Rules that were others.
    changed: u64,
    /// Rules that are gone.
    removed: u64,
    /// Rules that are as they were.
    unchanged: u64,
}

/// The folder that a bot's rules are kept in.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FolderOfRules {
    /// `null` where they are kept in none.
    folder: Option<RuleFolderView>,
}

/// A folder of rules.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RuleFolder)]
pub(crate) struct RuleFolderView {
    path: String,
    state: RuleFolderStateName,
    /// What is the matter, as a sentence.
    message: Option<String>,
    /// The files that are no rules, 20 at most.
    files: Vec<RuleFileError>,
    /// How many rules were read last.
    rules: usize,
    /// When they were.
    read_at: Option<UtcMillis>,
}

/// How a folder of rules stands.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = RuleFolderState)]
enum RuleFolderStateName {
    /// All of it is read and in force.
    Watching,
    /// A file is no rule: the rules read last stay in force.
    Broken,
    /// It is not there, or cannot be read: the same.
    Missing,
    /// The system tells nothing of changes: it is looked at every 5 seconds.
    Unwatched,
}

impl From<RuleExport> for ExportedRules {
    fn from(done: RuleExport) -> Self {
        Self {
            written: done.written,
            removed: done.removed,
            unchanged: done.unchanged,
        }
    }
}

impl From<RuleImport> for ImportedRules {
    fn from(done: RuleImport) -> Self {
        Self {
            added: done.added,
            changed: done.changed,
            removed: done.removed,
            unchanged: done.unchanged,
        }
    }
}

impl FolderOfRules {
    pub(crate) fn of(engine: &Engine, bot: BotId, lang: Lang) -> Self {
        let folder = engine.rule_folder(bot);
        Self {
            folder: folder.map(|folder| RuleFolderView::new(&folder, lang)),
        }
    }
}

impl RuleFolderView {
    pub(crate) fn new(folder: &RuleFolder, lang: Lang) -> Self {
        Self {
            path: folder.path.display().to_string(),
            state: match folder.state {
                RuleFolderState::Watching => RuleFolderStateName::Watching,
                RuleFolderState::Broken => RuleFolderStateName::Broken,
                RuleFolderState::Missing => RuleFolderStateName::Missing,
                RuleFolderState::Unwatched => RuleFolderStateName::Unwatched,
            },
            message: folder.message.as_ref().map(|message| message.text(lang)),
            files: folder
                .files
                .iter()
                .map(|error| RuleFileError::new(error, lang))
                .collect(),
            rules: folder.rules,
            read_at: folder.read_at,
        }
    }
}
