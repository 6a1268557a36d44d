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
    previous: Option<(Option<String>, Variables)>,
}

impl TurnFacts {
    /// `previous`: the user's turn before, where there was one.
    pub(crate) fn read(
        needs: Needs,
        request: &Request,
        view: &RequestView,
        previous: Option<&Exchange>,
        read_as: impl Fn() -> ReadAs,
    ) -> Self {
        let body = needs.body.then(|| {
            let decoded = protocol::decode_text(&request.headers, request.body.beginning());
            decoded.text.map(Cow::into_owned)
        });
        let previous = previous.map(|previous| {
            let view = protocol::read_request(read_as(), &previous.request);
            let variables = variables(&view, &previous.request);
            (view.event, variables)
        });
        Self {
            variables: variables(view, request),
            body: body.flatten().filter(|text| !text.is_empty()),
            event: view.event.clone(),
            user: view.user.clone(),
            previous,
        }
    }

    /// All that rules may ask of a recorded turn.
    pub(crate) fn recorded(bot: &Bot, exchange: &Exchange, previous: Option<&Exchange>) -> Self {
        let request = &exchange.request;
        let view = protocol::read_request(bot.read_as(), request);
        let all = Needs {
            body: true,
            previous_turn: true,
            ..Needs::default()
        };
        Self::read(all, request, &view, previous, || bot.read_as())
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
        let before_variables = before.map(|(_, variables)| borrowed(variables));
        let previous = before.map(|(event, _)| PreviousTurn {
            event: event.as_deref(),
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
            conversation: None,
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
