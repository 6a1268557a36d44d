//! What people are told of a document that could not be read.

use messages::{Arg, Message, Say};
use protocol::BotId;

use super::shape;
use crate::{conversation_words, words};

/// Which document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DocumentKind {
    /// The settings.
    Settings,
    /// A bot's platform.
    Platform,
    /// What is set for a bot's platforms.
    PlatformSettings,
    /// How a bot answers.
    Answering,
    /// Who may use a bot's address, and the addresses it had before.
    Endpoint,
    /// What is remembered of the tunnel.
    Tunnel,
    /// What went through the tunnel this month.
    TunnelUsage,
    /// Late answers that are to go out.
    LateDeliveries,
    /// How long callers wait.
    Patience,
    /// The folders that bots' rules are kept in.
    RuleFolders,
    /// The users that the simulator plays.
    Simulator,
    /// The chats of platforms that the app stands in for.
    Chats,
    /// The folder after whose saves conversations are sent.
    Watch,
}

impl DocumentKind {
    /// Its name in the API, and its key among the settings.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Settings => "settings",
            Self::Platform => "platform",
            Self::PlatformSettings => "platform_settings",
            Self::Answering => "answering",
            Self::Endpoint => "endpoint",
            Self::Tunnel => "tunnel",
            Self::TunnelUsage => "tunnel_usage",
            Self::LateDeliveries => "late_deliveries",
            Self::Patience => "patience",
            Self::RuleFolders => "rule_folders",
            Self::Simulator => "simulator",
            Self::Chats => "chats",
            Self::Watch => "watch",
        }
    }

    /// What names a bot's document, which is no setting and has no key of its own.
    pub(crate) fn key_of(self, bot: BotId) -> String {
        format!("bot.{bot}.{}", self.key())
    }
}

/// A document of which something could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentReport {
    /// Which one.
    pub kind: DocumentKind,
    /// Whose it is, by identity and name, where it belongs to a bot.
    pub bot: Option<(BotId, String)>,
    /// JSON pointers to what could not be read; the empty one is the whole document.
    pub unreadable: Vec<String>,
    /// The bot's address takes nobody until its access is set anew.
    pub closed: bool,
}

impl DocumentReport {
    /// A report on a document of the app.
    pub(crate) const fn of(kind: DocumentKind, unreadable: Vec<String>) -> Self {
        Self {
            kind,
            bot: None,
            unreadable,
            closed: false,
        }
    }

    /// Whether the document could not be read at all.
    pub(crate) fn is_whole(&self) -> bool {
        self.unreadable.iter().any(String::is_empty)
    }

    /// Whether a field of the document could not be read.
    pub(crate) fn names(&self, field: &str) -> bool {
        let fields = [field.to_owned()];
        let mut unreadable = self.unreadable.iter();
        self.is_whole() || unreadable.any(|pointer| shape::is_of(pointer, &fields))
    }

    /// What remains of it once these fields are set; `None` where that is nothing.
    pub(super) fn without(mut self, fields: &[String]) -> Option<Self> {
        // Of a document that could not be read at all nothing is preserved by any save.
        if self.is_whole() {
            return None;
        }
        self.unreadable
            .retain(|pointer| !shape::is_of(pointer, fields));
        (!self.unreadable.is_empty()).then_some(self)
    }

    /// The fields by name, or that it is all of them.
    fn fields(&self) -> Arg {
        if self.is_whole() {
            return (&words::DOCUMENT_WHOLE).into();
        }
        let names = self.unreadable.iter().map(|pointer| &pointer[1..]);
        names.collect::<Vec<_>>().join(", ").into()
    }
}

/// What could not be read, what holds instead, and the next step.
impl Say for DocumentReport {
    fn message(&self) -> Message {
        let name = self.bot.as_ref().map_or("", |(_, name)| name.as_str());
        match self.kind {
            DocumentKind::Settings => words::DOCUMENT_SETTINGS.arg(self.fields()),
            DocumentKind::Platform => words::DOCUMENT_PLATFORM.arg(name),
            DocumentKind::PlatformSettings => words::DOCUMENT_PLATFORM_SETTINGS
                .arg(name)
                .arg(self.fields()),
            DocumentKind::Answering => words::DOCUMENT_ANSWERING.arg(name).arg(self.fields()),
            DocumentKind::Endpoint if self.closed => words::DOCUMENT_ACCESS.arg(name),
            DocumentKind::Endpoint => words::DOCUMENT_OLD_ADDRESSES.arg(name),
            DocumentKind::Tunnel => words::DOCUMENT_TUNNEL.arg(self.fields()),
            DocumentKind::TunnelUsage => words::DOCUMENT_TUNNEL_USAGE.arg(self.fields()),
            DocumentKind::LateDeliveries => words::DOCUMENT_LATE_DELIVERIES.arg(self.fields()),
            DocumentKind::Patience => words::DOCUMENT_PATIENCE.arg(self.fields()),
            DocumentKind::RuleFolders => words::DOCUMENT_RULE_FOLDERS.arg(self.fields()),
            DocumentKind::Simulator => words::DOCUMENT_SIMULATOR.arg(self.fields()),
            DocumentKind::Chats => words::DOCUMENT_CHATS.arg(self.fields()),
            DocumentKind::Watch => conversation_words::DOCUMENT_WATCH.arg(self.fields()),
        }
    }
}
