//! The platforms that the program knows, from the code that decides by them.

use axum::Json;
use messages::{Message, Say as _};
use protocol::platform::{Contract, PlatformSide, contracts};
use protocol::{Lang, Platform, Reason};
use serde::Serialize;
use utoipa::ToSchema;

use crate::language::Language;

/// Every platform.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Platforms {
    platforms: Vec<PlatformView>,
}

/// A platform.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PlatformInfo)]
pub(crate) struct PlatformView {
    id: Platform,
    /// In the reader's language.
    name: String,
    /// Whose its variables can be.
    roles: Vec<RoleView>,
    /// Why it may not take an answer.
    reasons: Vec<ReasonView>,
    /// What it does with a call or an answer.
    contract: Vec<FactView>,
    /// The pages that what is stated there is from.
    sources: &'static [&'static str],
    /// Which sides of its webhook the program plays.
    acts_as: Vec<PlatformSide>,
    /// The JSON schema of its settings; an empty object where there is nothing to set.
    #[schema(value_type = Object)]
    settings_schema: serde_json::Value,
    /// What of it sends requests of its own kind, each with an id that an exchange may have too.
    #[schema(no_recursion)]
    parts: Vec<Self>,
}

/// A role of variables.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PlatformRole)]
pub(crate) struct RoleView {
    /// As `role` of a variable spells it.
    id: &'static str,
    /// In the reader's language.
    name: String,
    /// Whether such variables are the developer's own; all others are the platform's.
    own: bool,
}

/// Why an answer may not be taken.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PlatformOutcomeReason)]
pub(crate) struct ReasonView {
    /// As `reason` of an outcome spells it.
    id: &'static str,
    /// In the reader's language.
    name: String,
}

/// A fact about a platform.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PlatformFact)]
pub(crate) struct FactView {
    code: &'static str,
    /// In the reader's language.
    text: String,
    /// It is inferred; no page of the platform's states it.
    assumed: bool,
}

impl PlatformView {
    fn new(contract: &dyn Contract, lang: Lang) -> Self {
        let roles = contract.roles().iter().map(|role| RoleView {
            id: role.id(),
            name: Message::from(role.words()).text(lang),
            own: role.is_own(),
        });
        let reasons = contract
            .reasons()
            .iter()
            .chain(&[Reason::CALLER_LEFT, Reason::NO_ANSWER]);
        let reasons = reasons.map(|reason| ReasonView {
            id: reason.id(),
            name: Message::from(reason.words()).text(lang),
        });
        let facts = contract.facts().into_iter().map(|fact| FactView {
            code: fact.message().code(),
            text: fact.message().text(lang),
            assumed: fact.assumed,
        });
        Self {
            id: contract.platform(),
            contract: facts.collect(),
            sources: contract.sources(),
            name: Message::from(contract.name()).text(lang),
            roles: roles.collect(),
            reasons: reasons.collect(),
            acts_as: contract.acts_as().to_vec(),
            settings_schema: contract
                .settings_schema()
                .unwrap_or_else(|| serde_json::json!({})),
            parts: views(Some(contract.platform()), lang),
        }
    }
}

/// Those that are parts of a platform, or of none.
fn views(of: Option<Platform>, lang: Lang) -> Vec<PlatformView> {
    let parts = contracts().iter().filter(|one| one.part_of() == of);
    parts.map(|one| PlatformView::new(*one, lang)).collect()
}

/// The platforms, with their words in the reader's language.
#[utoipa::path(get, path = "/platforms", tag = "bots", responses((status = 200, body = Platforms)))]
pub(crate) async fn list(Language(lang): Language) -> Json<Platforms> {
    let platforms = views(None, lang);
    Json(Platforms { platforms })
}
