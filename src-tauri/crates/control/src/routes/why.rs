//! Why a variable has its value.

use std::ops::ControlFlow;

use axum::Json;
use axum::extract::State;
use conversations::{StepKind, ValueStep, VariableTurn, why as steps_of};
use engine::{ConversationTurn, Engine};
use messages::Message;
use protocol::{AnsweredBy, ExchangeId, Summary};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::dto::exchange::rule_name;
use crate::error::{ApiError, ErrorBody};
use crate::extract::{ApiQuery, PathId};
use crate::language::Language;
use crate::words;

/// Which variable.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct WhyParams {
    /// The variable's name.
    name: String,
}

/// Why a variable has the value with which a request came.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ValueReason {
    /// The value, as JSON text; `null` where the request has none.
    value: Option<String>,
    /// What set it, and what was remarkable since, oldest first; none where it never was.
    steps: Vec<ReasonStep>,
    /// The same as a sentence.
    message: String,
}

/// A step of a value.
#[derive(Debug, Serialize, ToSchema)]
struct ReasonStep {
    turn: ExchangeId,
    what: StepName,
    /// The value since, or the one that was not taken.
    value: Option<String>,
    /// Who gave the answer: `hand`, `upstream`, `rule:NAME`.
    by: Option<String>,
}

/// What a turn did to a variable.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = StepKind)]
enum StepName {
    Came,
    Answered,
    NotTaken,
    CameBack,
    ChangedByBot,
    Absent,
}

impl From<StepKind> for StepName {
    fn from(kind: StepKind) -> Self {
        match kind {
            StepKind::Came => Self::Came,
            StepKind::Answered => Self::Answered,
            StepKind::NotTaken => Self::NotTaken,
            StepKind::CameBack => Self::CameBack,
            StepKind::ChangedByBot => Self::ChangedByBot,
            StepKind::Absent => Self::Absent,
        }
    }
}

/// The turn of the conversation that set a variable as it came with this request.
#[utoipa::path(get, path = "/exchanges/{id}/why", tag = "conversations",
    params(("id" = String, Path), WhyParams), responses((status = 200, body = ValueReason),
    (status = 404, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub(crate) async fn why(
    State(engine): State<Engine>,
    Language(lang): Language,
    id: PathId<ExchangeId>,
    ApiQuery(params): ApiQuery<WhyParams>,
) -> Result<Json<ValueReason>, ApiError> {
    let ids = engine.turns_until(id.get()?).await?;
    let mut turns = Vec::with_capacity(ids.len());
    let mut summaries: Vec<Summary> = Vec::with_capacity(ids.len());
    let mut rule_names = Vec::with_capacity(ids.len());
    engine
        .read_turns(ids, |turn| {
            let message = summaries.last().and_then(|before| before.message);
            turns.push(variable_of(
                &turn,
                &params.name,
                message.map(|one| one.first),
            ));
            summaries.push(turn.summary);
            rule_names.push(turn.rule_name);
            ControlFlow::Continue(())
        })
        .await?;
    let value = turns.last().and_then(|turn| turn.before.clone());
    let steps = steps_of(&turns);
    let by = |step: &ValueStep| {
        let answers = matches!(step.kind, StepKind::Answered | StepKind::NotTaken);
        let name = rule_names[step.turn].as_deref();
        answered_by(&summaries[step.turn], name, &engine).filter(|_| answers)
    };
    let message = sentence(&params.name, &steps, &summaries, by).text(lang);
    let steps = steps.iter().map(|step| ReasonStep {
        turn: summaries[step.turn].id,
        what: step.kind.into(),
        value: step.value.clone(),
        by: by(step),
    });
    Ok(Json(ValueReason {
        value,
        steps: steps.collect(),
        message,
    }))
}

fn variable_of(turn: &ConversationTurn, name: &str, message: Option<ExchangeId>) -> VariableTurn {
    let found = turn.variables.iter().find(|variable| variable.name == name);
    let own = turn.summary.message.map(|message| message.first);
    VariableTurn {
        before: found.and_then(|variable| variable.before.clone()),
        sent: found.and_then(|variable| variable.sent.clone()),
        is_taken: turn.is_taken,
        is_chained: own.is_some() && own == message,
    }
}

/// Who gave an answer; a rule by what it was called then. Of a turn of an earlier version only the
/// name that it has now is known.
fn answered_by(summary: &Summary, then: Option<&str>, engine: &Engine) -> Option<String> {
    let by = summary.answered_by?;
    let rule = summary.rule.as_ref().filter(|_| by == AnsweredBy::Rule);
    Some(match rule {
        Some(rule) => {
            let name = then.map(str::to_owned);
            let name = name.or_else(|| rule_name(summary, engine));
            let name = name.unwrap_or_else(|| rule.id.clone());
            format!("rule:{name}")
        }
        None => by.as_str().to_owned(),
    })
}

fn sentence(
    name: &str,
    steps: &[ValueStep],
    summaries: &[Summary],
    by: impl Fn(&ValueStep) -> Option<String>,
) -> Message {
    let at = |step: &ValueStep| summaries[step.turn].at.to_string();
    let setting = steps.first();
    let said = match setting.map(|step| (step, step.kind)) {
        Some((step, StepKind::Came)) => words::VALUE_CAME.arg(at(step)),
        Some((step, StepKind::Answered)) => {
            let by = by(step).unwrap_or_default();
            words::VALUE_ANSWERED.arg(at(step)).arg(by)
        }
        Some((step, StepKind::ChangedByBot)) => words::VALUE_CHANGED_BY_BOT.arg(at(step)),
        Some((step, StepKind::NotTaken)) => words::VALUE_NOT_TAKEN.arg(at(step)),
        Some((_, StepKind::CameBack | StepKind::Absent)) | None => {
            words::VALUE_NEVER.arg(name.to_owned())
        }
    };
    match steps.iter().find(|step| step.kind == StepKind::Absent) {
        Some(step) => words::VALUE_ABSENT.arg(said).arg(at(step)),
        None => said,
    }
}
