//! Conversations as files.

use messages::Lang;
use protocol::platform::{ExportedConversation, ExportedFile, ExportedTurn, contract, contracts};
use protocol::{ConversationId, Exchange, ExchangeId};

use super::Engine;
use super::runs::RUN_TURNS_MAX;
use crate::conversation_words as words;
use crate::error::{Error, Invalid};
use crate::read_aside::read_aside;
use crate::reading::Reading;

/// Bytes of bodies in one file at most: they lie in memory while it is made.
const BYTES_MAX: usize = 64 << 20;

/// Requested and answered texts of one turn, and how long they are.
type Read = (Option<ExportedTurn>, usize);

impl Engine {
    /// Writes a conversation as a file. `url`: the address that its platform calls.
    ///
    /// # Errors
    /// There is no such conversation or format, the format is another platform's, or the
    /// conversation is too long.
    pub async fn export_conversation(
        &self,
        format: &str,
        id: ConversationId,
        url: Option<String>,
        lang: Lang,
    ) -> Result<ExportedFile, Error> {
        let having = contracts()
            .iter()
            .filter(|one| one.export_formats().contains(&format));
        let having: Vec<&str> = having.map(|one| one.platform().as_str()).collect();
        if having.is_empty() {
            let all = contracts().iter().flat_map(|one| one.export_formats());
            let all: Vec<&str> = all.copied().collect();
            let message = words::EXPORT_FORMAT.arg(all.join(", "));
            return Err(Invalid::new("/format", message).into());
        }
        if let Some(url) = &url
            && !is_http(url)
        {
            return Err(Invalid::new("/url", &words::EXPORT_URL).into());
        }
        let (conversation, turns) = self.newest_turns(id, RUN_TURNS_MAX).await?;
        let platform = contract(conversation.platform);
        let other = || {
            Invalid::new(
                "/conversation",
                words::EXPORT_PLATFORM.arg(having.join(", ")),
            )
        };
        if !platform.export_formats().contains(&format) {
            return Err(other().into());
        }
        let exported = ExportedConversation {
            name: format!("{} {}", conversation.user, conversation.started),
            url,
            turns: self.exported_turns(turns).await?,
            lang,
        };
        let format = format.to_owned();
        let write = move |exported: &ExportedConversation| platform.export(&format, exported);
        let (_, file) = read_aside(true, exported, write).await;
        Ok(file.ok_or_else(other)?)
    }

    async fn exported_turns(&self, ids: Vec<ExchangeId>) -> Result<Vec<ExportedTurn>, Error> {
        let (mut turns, mut bytes) = (Vec::with_capacity(ids.len()), 0);
        let mut message = None;
        for id in ids {
            let Some(exchange) = self.shared.store.get(id).await? else {
                continue;
            };
            let own = exchange.summary.message.map(|message| message.first);
            let is_chained = own.is_some() && own == message;
            message = own;
            let (_, (turn, length)) = read_aside(true, exchange, read).await;
            bytes += length;
            match turn {
                Some(turn) if bytes <= BYTES_MAX => turns.push(ExportedTurn { is_chained, ..turn }),
                _ => return Err(Error::ExportTooLong(BYTES_MAX as u64 >> 20)),
            }
        }
        Ok(turns)
    }
}

/// Whether a text is an address that can be called, and that XML holds.
fn is_http(text: &str) -> bool {
    let is_held = !text.chars().any(char::is_control);
    let url = url::Url::parse(text);
    is_held && url.is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

/// A turn as it is written; none where not all of its bodies lie in memory.
fn read(exchange: &Exchange) -> Read {
    let reading = Reading::new(exchange, None);
    let mut length = exchange.request.body.beginning().len();
    if exchange.request.body.whole().is_none() {
        return (None, length);
    }
    let answer = match exchange.answer().zip(reading.answer.as_ref()) {
        None => None,
        Some((answer, view)) => {
            length += answer.body.beginning().len();
            match protocol::exported_answer(answer, view) {
                Some(answer) => Some(answer),
                None => return (None, length),
            }
        }
    };
    let variables = reading.variables(exchange).into_iter();
    let own = variables.filter(|variable| variable.role.is_own());
    let turn = ExportedTurn {
        event: reading.request.event.clone().unwrap_or_default(),
        text: reading.request.message_text(&exchange.request),
        is_chained: false,
        variables: own
            .filter_map(|one| Some((one.name, one.before?)))
            .collect(),
        answer,
    };
    (Some(turn), length)
}
