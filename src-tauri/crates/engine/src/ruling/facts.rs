//! What rules are asked about: read of a turn as far as the rules need it.

use std::borrow::Cow;

use protocol::{Exchange, ReadAs, Request, RequestView, Summary};
use rules::{FactVariable, Facts, Needs, PreviousTurn};

use crate::bots::Bot;

/// A turn's variables, as JSON texts by name.
type Variables = Vec<(String, String)>;

/// What rules need of a turn beyond what it is at hand.
#[derive(Debug, Default)]
pub(crate) struct TurnFacts {
    variables: Variables,
    body: Option<String>,
    event: Option<String>,
    user: Option<String>,
    previous: Option<PreviousFacts>,
    conversation: Option<String>,
}

/// What rules may ask of the user's turn before.
#[derive(Debug)]
pub(crate) struct PreviousFacts {
    event: Option<String>,
    variables: Variables,
}

impl PreviousFacts {
    pub(crate) fn of(exchange: &Exchange, read_as: ReadAs) -> Self {
        let view = protocol::read_request(read_as, &exchange.request);
        Self {
            variables: variables(&view, &exchange.request),
            event: view.event,
        }
    }
}

impl TurnFacts {
    /// `previous`: the user's turn before, where there was one.
    pub(crate) fn read(
        needs: Needs,
        request: &Request,
        view: &RequestView,
        previous: Option<PreviousFacts>,
    ) -> Self {
        let body = needs.body.then(|| {
            let decoded = protocol::decode_text(&request.headers, request.body.beginning());
            decoded.text.map(Cow::into_owned)
        });
        Self {
            variables: variables(view, request),
            body: body.flatten().filter(|text| !text.is_empty()),
            event: view.event.clone(),
            user: view.user.clone(),
            previous,
            conversation: None,
        }
    }

    /// The same in a conversation.
    pub(crate) fn in_conversation(self, conversation: Option<String>) -> Self {
        Self {
            conversation,
            ..self
        }
    }

    /// All that rules may ask of a recorded turn.
    pub(crate) fn recorded(
        bot: &Bot,
        exchange: &Exchange,
        previous: Option<PreviousFacts>,
    ) -> Self {
        let request = &exchange.request;
        let view = protocol::read_request(bot.read_as(), request);
        let all = Needs {
            body: true,
            previous_turn: true,
            ..Needs::default()
        };
        Self::read(all, request, &view, previous)
    }

    /// Asks something about them.
    pub(crate) fn ask<R>(
        &self,
        request: &Request,
        summary: &Summary,
        ask: impl FnOnce(&Facts<'_>) -> R,
    ) -> R {
        let variables = borrowed(&self.variables);
        let before = self.previous.as_ref();
        let before_variables = before.map(|before| borrowed(&before.variables));
        let previous = before.map(|before| PreviousTurn {
            event: before.event.as_deref(),
            variables: before_variables.as_deref().unwrap_or_default(),
        });
        ask(&Facts {
            method: &request.method,
            path: &request.path,
            query: request.query.as_deref(),
            headers: Some(&request.headers),
            platform: summary.platform.as_str(),
            source: summary.source.as_str(),
            event: self.event.as_deref(),
            user: self.user.as_deref(),
            conversation: self.conversation.as_deref(),
            body: self.body.as_deref(),
            variables: &variables,
            previous,
        })
    }
}

fn variables(view: &RequestView, request: &Request) -> Variables {
    let all = protocol::variables(view, request, None).into_iter();
    all.filter_map(|one| Some((one.name, one.before?)))
        .collect()
}

fn borrowed(variables: &Variables) -> Vec<FactVariable<'_>> {
    let variables = variables.iter();
    variables
        .map(|(name, json)| FactVariable { name, json })
        .collect()
}
