//! What can go wrong in the app itself: a code for the program, a sentence for the person.

use std::net::SocketAddr;

use messages::Say as _;
use protocol::{Failure, Lang};
use store::{NotSaved, OpenError, StoreError};

/// Why something cannot be accepted; `pointer` names the part of the JSON document.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{en}")]
pub struct Invalid {
    /// A JSON pointer; empty for the whole document.
    pub pointer: String,
    /// It would fit, were the mode part of this version.
    pub mode_unavailable: bool,
    en: String,
    ru: String,
}

impl Invalid {
    /// Something that does not fit, in both languages.
    pub(crate) fn new(
        pointer: impl Into<String>,
        en: impl Into<String>,
        ru: impl Into<String>,
    ) -> Self {
        Self {
            pointer: pointer.into(),
            en: en.into(),
            ru: ru.into(),
            mode_unavailable: false,
        }
    }

    pub(crate) fn mode_unavailable(pointer: &str) -> Self {
        let en =
            "This version answers by rules and by hand; forwarding to your own server comes later.";
        let ru = "Эта версия отвечает правилами и руками; пересылка на свой сервер появится позже.";
        Self {
            mode_unavailable: true,
            ..Self::new(pointer, en, ru)
        }
    }

    /// A tunnel that cannot be started so.
    fn plan(error: &tunnel::PlanError) -> Self {
        Self::new(
            &error.pointer,
            error.message().text(Lang::En),
            error.message().text(Lang::Ru),
        )
    }

    /// An answer that HTTP cannot carry, found below `at`.
    pub(crate) fn answer(at: &str, error: &protocol::AnswerError) -> Self {
        let pointer = format!("{at}{}", error.pointer);
        let message = error.message();
        Self::new(pointer, message.text(Lang::En), message.text(Lang::Ru))
    }

    /// A sentence for a person.
    #[must_use]
    pub fn message(&self, lang: Lang) -> &str {
        match lang {
            Lang::En => &self.en,
            Lang::Ru => &self.ru,
        }
    }
}

/// Why the engine could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such thing.
    #[error("There is no such {0}.")]
    NotFound(&'static str),
    /// The exchange does not wait for an answer any more.
    #[error("This exchange does not wait for an answer any more.")]
    NotHeld,
    /// The caller has gone.
    #[error("The caller has gone, so nobody can get this answer.")]
    CallerLeft,
    /// The last bot cannot be removed.
    #[error("This is the only bot. Add another one first.")]
    LastBot,
    /// What was given does not fit.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// The port is taken.
    #[error("Port {0} is taken by another program.")]
    PortInUse(u16),
    /// The change could not be written to disk.
    #[error("The change could not be saved: {0}")]
    NotSaved(#[from] NotSaved),
    /// The history could not be read.
    #[error("The history could not be read: {0}")]
    Store(#[from] StoreError),
    /// The tunnel has no address.
    #[error("The tunnel has no address yet: start it first.")]
    NoAddress,
    /// A key could not be made.
    #[error(transparent)]
    Key(#[from] tunnel::KeyError),
    /// A request could not be sent.
    #[error("{}", .0.message())]
    Sending(Failure),
}

impl From<tunnel::PlanError> for Error {
    fn from(error: tunnel::PlanError) -> Self {
        Self::Invalid(Invalid::plan(&error))
    }
}

/// Why the engine did not start. Nothing was changed on disk.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The data directory could not be used.
    #[error(transparent)]
    Store(#[from] OpenError),
    /// The address asked for could not be listened on.
    #[error("{address}: {cause}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        cause: std::io::Error,
    },
    /// The client for sending requests could not be made.
    #[error("{0}")]
    Client(#[from] reqwest::Error),
    /// The history could not be read.
    #[error(transparent)]
    History(#[from] StoreError),
    /// The history could not be written.
    #[error(transparent)]
    NotSaved(#[from] NotSaved),
}

impl StartError {
    /// What happened and the next step, in one sentence.
    #[must_use]
    pub fn sentence(&self, lang: Lang) -> String {
        match (self, lang) {
            (Self::Store(error), lang) => error.message().text(lang),
            (Self::Listen { address, cause }, Lang::En)
                if cause.kind() == std::io::ErrorKind::AddrInUse =>
            {
                format!(
                    "The address {address} is taken by another program: choose another port, or 0 for any free one."
                )
            }
            (Self::Listen { address, cause }, Lang::Ru)
                if cause.kind() == std::io::ErrorKind::AddrInUse =>
            {
                format!(
                    "Адрес {address} занят другой программой: выберите другой порт или 0 — тогда подойдёт любой свободный."
                )
            }
            (Self::Listen { address, cause }, Lang::En) => {
                format!(
                    "The address {address} cannot be listened on ({cause}): choose another one."
                )
            }
            (Self::Listen { address, cause }, Lang::Ru) => {
                format!("Адрес {address} не удаётся открыть ({cause}): выберите другой.")
            }
            (other, Lang::En) => format!("Hookloupe could not start: {other}."),
            (other, Lang::Ru) => format!("Не удалось запустить Hookloupe: {other}."),
        }
    }
}
