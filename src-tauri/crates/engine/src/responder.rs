//! Who answers: one file each, one line in a list. Pure: a responder looks at the request and
//! says what is to happen; the turn carries it out. Between the two lists the turn asks the bot's
//! rules (`turn/rule.rs`), which remember what they were asked.

mod at_once;
mod default;
mod hand;
#[cfg(test)]
pub(crate) mod ordered_fault;
mod platform;
mod upstream;

use std::time::Duration;

use protocol::{Answer, Request, RequestView};
use rules::PreparedPatch;

use crate::answering::{Fallback, Upstream};
use crate::bots::Bot;
use crate::outgoing::Given;

/// All that a decision rests on.
#[derive(Clone, Copy)]
pub(crate) struct Question<'q> {
    pub(crate) bot: &'q Bot,
    pub(crate) request: &'q Request,
    /// What its platform makes of the request.
    pub(crate) view: &'q RequestView,
    pub(crate) load: Load,
}

impl Question<'_> {
    /// What goes out when nobody else answers.
    fn default_answer(&self) -> Answer {
        self.bot.default_answer(self.view, self.request)
    }
}

/// How busy the app is.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Load {
    /// Exchanges that wait for a person.
    pub(crate) held: usize,
    /// And how many may.
    pub(crate) held_max: usize,
}

/// What is to happen with a request.
#[derive(Debug)]
pub(crate) enum Decision {
    /// This goes out now.
    Send(Given),
    /// This goes out after a while.
    Delay(Given, Duration),
    /// A person is asked, for so many seconds.
    Hold {
        seconds: u32,
        /// What goes out then; `None`: what the bot says.
        fallback: Option<Fallback>,
    },
    /// A server of the developer's is asked.
    Forward(Forward),
    /// A person would be asked, but too many exchanges wait already: the fallback goes out now.
    Overload,
}

/// Which server is asked, and how.
#[derive(Clone, Debug)]
pub(crate) struct Forward {
    pub(crate) server: Upstream,
    /// How long the bot is kept waiting for it.
    pub(crate) seconds: u32,
    /// A person may correct its answer meanwhile.
    pub(crate) holds: bool,
    /// What a rule changes in its answer.
    pub(crate) patch: Option<Box<PreparedPatch>>,
}

/// Says what is to happen with a request, or leaves it to the next one.
pub(crate) type Responder = fn(&Question) -> Option<Decision>;

/// Those that are asked before the bot's rules.
pub(crate) const BEFORE_RULES: &[Responder] = &[
    #[cfg(test)]
    ordered_fault::respond,
    platform::respond,
    at_once::respond,
];

/// Those that are asked after them, in this order. The last one always answers.
pub(crate) const AFTER_RULES: &[Responder] = &[hand::respond, upstream::respond, default::respond];
