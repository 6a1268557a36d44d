//! What became of answered variables, and what that shows of the platforms' rules.

use conversations::{InferredRule, Proof, Verdict};
use protocol::ExchangeId;
use serde::Serialize;
use store::RuleSeen;
use utoipa::ToSchema;

/// What became of one variable of an answer. Values are JSON text as it was sent.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Proof)]
pub(crate) struct ProofView {
    name: String,
    /// What was answered.
    sent: String,
    /// What came with the user's next request; `null` where nothing did, or that is not known.
    came_back: Option<String>,
    verdict: VerdictName,
    /// The turn of that request.
    turn: ExchangeId,
    /// Both turns are of one message: what changed between them the platform changed.
    chain: bool,
}

impl From<Proof> for ProofView {
    fn from(proof: Proof) -> Self {
        Self {
            name: proof.name,
            sent: proof.sent,
            came_back: proof.came_back,
            verdict: proof.verdict.into(),
            turn: proof.turn,
            chain: proof.is_chained,
        }
    }
}

/// What became of a variable that was answered.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = Verdict)]
enum VerdictName {
    Kept,
    SameNumber,
    Rounded,
    TypeChanged,
    ValueChanged,
    Missing,
    NotTaken,
    NotSaved,
    Unknown,
}

impl From<Verdict> for VerdictName {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Kept => Self::Kept,
            Verdict::SameNumber => Self::SameNumber,
            Verdict::Rounded => Self::Rounded,
            Verdict::TypeChanged => Self::TypeChanged,
            Verdict::ValueChanged => Self::ValueChanged,
            Verdict::Missing => Self::Missing,
            Verdict::NotTaken => Self::NotTaken,
            Verdict::NotSaved => Self::NotSaved,
            Verdict::Unknown => Self::Unknown,
        }
    }
}

/// How often a rule of the platforms' that is inferred was seen, by answers.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RuleEvidence)]
pub(crate) struct RuleEvidence {
    rule: RuleName,
    /// Answers that show it to hold.
    held: u64,
    /// Answers that show it to be broken.
    broken: u64,
    /// Up to five of them, broken ones first.
    examples: Vec<ExchangeId>,
}

impl From<RuleSeen> for RuleEvidence {
    fn from(seen: RuleSeen) -> Self {
        Self {
            rule: seen.rule.into(),
            held: seen.held,
            broken: seen.broken,
            examples: seen.examples,
        }
    }
}

/// A rule that is inferred.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = InferredRule)]
enum RuleName {
    /// An answer's variables replace the bot's, objects as a whole.
    MergeShallow,
    /// A null of an answer replaces a value.
    NullOverwrites,
    /// A variable that an answer leaves out stays.
    MissingKeeps,
    /// Only an answer of status 200 is merged.
    #[serde(rename = "only_200")]
    Only200,
    /// Numbers come back as JavaScript writes them.
    JsNumbers,
    /// Above the platform's limit nothing of an answer is saved.
    SessionLimit,
}

impl From<InferredRule> for RuleName {
    fn from(rule: InferredRule) -> Self {
        match rule {
            InferredRule::MergeShallow => Self::MergeShallow,
            InferredRule::NullOverwrites => Self::NullOverwrites,
            InferredRule::MissingKeeps => Self::MissingKeeps,
            InferredRule::Only200 => Self::Only200,
            InferredRule::JsNumbers => Self::JsNumbers,
            InferredRule::SessionLimit => Self::SessionLimit,
        }
    }
}
