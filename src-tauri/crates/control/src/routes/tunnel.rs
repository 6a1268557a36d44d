//! The tunnel: its state, and what can be done with it.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use engine::{Engine, KeyStore, Usage};
use messages::Say as _;
use protocol::{Lang, Micros, UtcMillis};
use serde::{Deserialize, Serialize};
use tunnel::TunnelError;
use utoipa::ToSchema;

use crate::dto::tunnel::{
    ErrorClass, PlanView, Provider, Secret, State as TunnelState, Step, TunnelStart,
};
use crate::error::{ApiError, ErrorBody};
use crate::extract::ApiJson;
use crate::language::Language;

/// Why the tunnel failed or was lost.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TunnelError)]
pub(crate) struct TunnelErrorView {
    class: ErrorClass,
    /// The service's own code, such as `ERR_NGROK_105`.
    code: Option<String>,
    /// What happened and the next step.
    message: String,
    /// What the other side or the system said, or what a program printed last.
    detail: Option<String>,
    /// Where to read more.
    help_url: Option<String>,
    /// Whether trying again as it is may help.
    can_retry: bool,
    /// The fingerprint that an SSH server showed and that nobody has confirmed.
    host_key: Option<String>,
}

impl TunnelErrorView {
    fn new(error: &TunnelError, lang: Lang) -> Self {
        Self {
            class: error.class().into(),
            code: error.code.clone(),
            message: error.message().text(lang),
            detail: Some(error.detail.text(lang).into_owned()).filter(|detail| !detail.is_empty()),
            help_url: error.help_url(),
            can_retry: error.can_retry(),
            host_key: error.host_key.clone(),
        }
    }
}

/// What a self-check found.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TunnelCheck)]
pub(crate) struct CheckView {
    /// When it began.
    at: UtcMillis,
    /// The address that was called.
    url: String,
    outcome: CheckResult,
    /// How long the call took to arrive, in milliseconds.
    arrived_ms: Option<u64>,
    /// The status of an answer that came from somewhere else.
    status: Option<u16>,
    /// The service's own code in it.
    code: Option<String>,
    /// What was found and the next step.
    message: String,
}

/// What came of a self-check.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = TunnelCheckOutcome)]
pub(crate) enum CheckResult {
    /// The call arrived.
    Arrived,
    /// Somebody else answered.
    Answered,
    /// Nobody answered.
    Nothing,
}

impl CheckView {
    fn new(check: &engine::Check, lang: Lang) -> Self {
        let (outcome, arrived_ms, status, code) = match &check.outcome {
            engine::CheckOutcome::Arrived(ms) | engine::CheckOutcome::Unguarded { ms, .. } => {
                (CheckResult::Arrived, Some(*ms), None, None)
            }
            engine::CheckOutcome::Answered { status, code } => {
                (CheckResult::Answered, None, Some(*status), code.clone())
            }
            engine::CheckOutcome::Nothing(_) => (CheckResult::Nothing, None, None, None),
        };
        Self {
            at: check.at,
            url: check.url.clone(),
            outcome,
            arrived_ms,
            status,
            code,
            message: check.message().text(lang),
        }
    }
}

/// What should be known of a tunnel that is online.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TunnelWarning)]
pub(crate) struct WarningView {
    /// `private_address`, `forward_port_changed` or `unguarded`.
    code: &'static str,
    /// What is wrong and the next step.
    message: String,
}

impl WarningView {
    fn new(warning: &engine::TunnelWarning, lang: Lang) -> Self {
        Self {
            code: warning.code(),
            message: warning.message().text(lang),
        }
    }
}

/// The tunnel at a glance.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Tunnel)]
pub(crate) struct TunnelView {
    state: TunnelState,
    /// What it does while it connects.
    step: Option<Step>,
    provider: Option<Provider>,
    /// The public address, without the secret.
    url: Option<String>,
    /// The first bot's public address.
    webhook_url: Option<String>,
    /// The public address before this one, until `acknowledge` says that the new one is pasted.
    previous_url: Option<String>,
    /// Since when it is in this state.
    since: UtcMillis,
    /// The number of the try that is waited for, 0 where none is.
    attempt: u32,
    next_try_at: Option<UtcMillis>,
    error: Option<TunnelErrorView>,
    /// How long the last sign of life took, in milliseconds.
    latency_ms: Option<f64>,
    /// Where a program or a proxy of your own must lead: a port of this machine that takes only
    /// what names a secret. Known from the first such start on, open while such a tunnel runs.
    forward_to: Option<String>,
    /// What should be known though it is online.
    warnings: Vec<WarningView>,
    /// Requests without a secret, turned away in this run.
    strangers: u64,
    /// The same in the last minute.
    strangers_minute: u32,
    /// What went through this month, as counted by this app.
    usage: Usage,
    /// What the last self-check found.
    check: Option<CheckView>,
    /// The last start, without its secrets.
    plan: Option<PlanView>,
    /// Whether a token of ngrok is kept.
    has_authtoken: bool,
    /// The public half of the app's own SSH key.
    ssh_public_key: Option<String>,
    /// Where secrets are kept.
    key_store: KeyStore,
}

impl TunnelView {
    async fn new(engine: &Engine, lang: Lang) -> Self {
        let view = engine.tunnel().await;
        let status = view.status;
        Self {
            state: status.state.into(),
            step: status.step.map(Into::into),
            provider: status.provider.map(Into::into),
            url: status.url,
            webhook_url: view.webhook_url,
            previous_url: view.previous_url,
            since: status.since,
            attempt: status.attempt,
            next_try_at: status.next_try_at,
            error: status
                .error
                .as_ref()
                .map(|error| TunnelErrorView::new(error, lang)),
            latency_ms: status.latency_us.map(|us| Micros(us).as_ms()),
            forward_to: view.forward_to.map(|address| format!("http://{address}")),
            warnings: view
                .warnings
                .iter()
                .map(|warning| WarningView::new(warning, lang))
                .collect(),
            strangers: view.strangers,
            strangers_minute: view.strangers_minute,
            usage: view.usage,
            check: view.check.as_ref().map(|check| CheckView::new(check, lang)),
            plan: view.plan.and_then(PlanView::of),
            has_authtoken: view.has_authtoken,
            ssh_public_key: view.ssh_public_key,
            key_store: view.key_store,
        }
    }
}

/// The tunnel's state.
#[utoipa::path(get, path = "/tunnel", tag = "tunnel", responses((status = 200, body = TunnelView)))]
pub(crate) async fn get(
    State(engine): State<Engine>,
    Language(lang): Language,
) -> Json<TunnelView> {
    Json(TunnelView::new(&engine, lang).await)
}

/// Starts the tunnel, or starts it anew; the state tells how it goes on.
#[utoipa::path(post, path = "/tunnel/start", tag = "tunnel", request_body = TunnelStart, responses(
    (status = 202, body = TunnelView), (status = 422, body = ErrorBody)))]
pub(crate) async fn start(
    State(engine): State<Engine>,
    Language(lang): Language,
    ApiJson(start): ApiJson<TunnelStart>,
) -> Result<(StatusCode, Json<TunnelView>), ApiError> {
    engine.start_tunnel(start.into()).await?;
    Ok((
        StatusCode::ACCEPTED,
        Json(TunnelView::new(&engine, lang).await),
    ))
}

/// Stops the tunnel, in any state; it is offline when the answer comes.
#[utoipa::path(post, path = "/tunnel/stop", tag = "tunnel", responses((status = 200, body = TunnelView)))]
pub(crate) async fn stop(
    State(engine): State<Engine>,
    Language(lang): Language,
) -> Json<TunnelView> {
    engine.stop_tunnel().await;
    Json(TunnelView::new(&engine, lang).await)
}

/// Tries at once what waits for its next try, or starts again what was started last.
#[utoipa::path(post, path = "/tunnel/retry", tag = "tunnel", responses(
    (status = 202, body = TunnelView), (status = 404, body = ErrorBody)))]
pub(crate) async fn retry(
    State(engine): State<Engine>,
    Language(lang): Language,
) -> Result<(StatusCode, Json<TunnelView>), ApiError> {
    engine.retry_tunnel().await?;
    Ok((
        StatusCode::ACCEPTED,
        Json(TunnelView::new(&engine, lang).await),
    ))
}

/// Calls the public address and waits for the call to arrive.
#[utoipa::path(post, path = "/tunnel/check", tag = "tunnel", responses(
    (status = 200, body = CheckView), (status = 409, body = ErrorBody)))]
pub(crate) async fn check(
    State(engine): State<Engine>,
    Language(lang): Language,
) -> Result<Json<CheckView>, ApiError> {
    let check = engine.check_tunnel().await?;
    Ok(Json(CheckView::new(&check, lang)))
}

/// The new address is pasted: the previous one need not be shown any more.
#[utoipa::path(post, path = "/tunnel/acknowledge", tag = "tunnel", responses((status = 204)))]
pub(crate) async fn acknowledge(State(engine): State<Engine>) -> StatusCode {
    engine.acknowledge_address().await;
    StatusCode::NO_CONTENT
}

/// A token to keep.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Authtoken {
    authtoken: Secret,
}

/// Keeps ngrok's token in the key store; it is never given back.
#[utoipa::path(put, path = "/tunnel/authtoken", tag = "tunnel", request_body = Authtoken, responses((status = 204)))]
pub(crate) async fn put_authtoken(
    State(engine): State<Engine>,
    ApiJson(token): ApiJson<Authtoken>,
) -> StatusCode {
    engine.set_authtoken(Some(token.authtoken.into())).await;
    StatusCode::NO_CONTENT
}

/// Forgets ngrok's token.
#[utoipa::path(delete, path = "/tunnel/authtoken", tag = "tunnel", responses((status = 204)))]
pub(crate) async fn delete_authtoken(State(engine): State<Engine>) -> StatusCode {
    engine.set_authtoken(None).await;
    StatusCode::NO_CONTENT
}

/// Which key.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct SshKeyRequest {
    /// Makes another one; servers that know the present one must be told.
    anew: bool,
}

/// The public half of a key.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SshKey {
    /// One line, as `authorized_keys` takes it.
    public_key: String,
}

/// The app's own SSH key, made where there is none.
#[utoipa::path(post, path = "/tunnel/ssh-key", tag = "tunnel", request_body = SshKeyRequest, responses(
    (status = 200, body = SshKey), (status = 500, body = ErrorBody)))]
pub(crate) async fn ssh_key(
    State(engine): State<Engine>,
    ApiJson(which): ApiJson<SshKeyRequest>,
) -> Result<Json<SshKey>, ApiError> {
    let public_key = engine.ssh_key(which.anew).await?;
    Ok(Json(SshKey { public_key }))
}
