//! A chat of a platform that we stand in for: what was said, and who has it now.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Who says something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Speaker {
    /// The person in the chat.
    Visitor,
    /// The program that is tested.
    Bot,
}

impl Speaker {
    /// As the API spells it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Visitor => "visitor",
            Self::Bot => "bot",
        }
    }
}

/// What was said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChatMessage {
    /// By whom.
    pub from: Speaker,
    /// The platform's name for what it is.
    pub kind: String,
    /// The text, where it has one.
    pub text: Option<String>,
    /// The whole as JSON text, as it came.
    pub json: String,
}

/// Who has a chat.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// The bot.
    #[default]
    Bot,
    /// Nobody yet.
    Queue,
    /// The operators of a department.
    Department(String),
    /// An operator.
    Operator(String),
    /// Nobody any more.
    Closed,
}

/// As the API spells it.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bot => f.write_str("bot"),
            Self::Queue => f.write_str("queue"),
            Self::Department(key) => write!(f, "department:{key}"),
            Self::Operator(id) => write!(f, "operator:{id}"),
            Self::Closed => f.write_str("closed"),
        }
    }
}

/// What a bot's call does in a chat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChatAction {
    /// The chat's id; numbers and texts of the same digits are one id.
    pub chat: String,
    /// What is done.
    pub step: ChatStep,
}

/// What is done in a chat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChatStep {
    /// Something is said.
    Say(ChatMessage),
    /// Somebody else gets it, or it is closed.
    Move(Place),
}

/// What a composed event says in a chat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChatEvent {
    /// The chat's id.
    pub chat: String,
    /// The chat begins with it, whatever there was before.
    pub begins: bool,
    /// What the visitor says.
    pub message: Option<ChatMessage>,
}

/// A chat.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chat {
    /// Who has it.
    pub place: Place,
    /// What was said, in order.
    pub messages: Vec<ChatMessage>,
}

impl Chat {
    /// Does what a bot's call says; `false` where the chat is closed, and nothing is done.
    pub fn apply(&mut self, step: ChatStep) -> bool {
        if self.place == Place::Closed {
            return false;
        }
        match step {
            ChatStep::Say(message) => self.messages.push(message),
            ChatStep::Move(place) => self.place = place,
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closed_chat_takes_nothing_more() {
        let mut chat = Chat::default();
        let message = ChatMessage {
            from: Speaker::Bot,
            kind: "operator".into(),
            text: Some("да".into()),
            json: "{}".into(),
        };
        assert!(chat.apply(ChatStep::Say(message.clone())));
        for (place, text) in [
            (Place::Queue, "queue"),
            (Place::Department("sales".into()), "department:sales"),
            (Place::Operator("5".into()), "operator:5"),
            (Place::Closed, "closed"),
        ] {
            assert!(chat.apply(ChatStep::Move(place)));
            assert_eq!(chat.place.to_string(), text);
        }
        assert!(!chat.apply(ChatStep::Say(message.clone())));
        assert!(!chat.apply(ChatStep::Move(Place::Bot)));
        assert_eq!(chat.messages, [message]);
    }
}
