//! Whether variables come back as they were answered: the user's next request against the answer
//! before it, and what that shows of the platform's inferred rules.

mod values;

use std::collections::HashMap;

use json_text::{MAX_PER_KIND, compact, push_key, same_value};
use protocol::platform::contract;
use protocol::{
    Answer, Change, Code, ExchangeId, Finding, Outcome, PlatformChoice, ReadAs, Reason, Request,
    Role, Severity, Side, Summary, Variable,
};

use self::values::{Compared, ThroughJavaScript, compare, is_deep_merge};

/// What became of a variable that was answered. The later, the worse.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// It came back as it was answered.
    Kept,
    /// A number came back in another form.
    SameNumber,
    /// A number came back without the digits that JavaScript cannot hold.
    Rounded,
    /// It came back as a value of another type.
    TypeChanged,
    /// It came back as another value.
    ValueChanged,
    /// It did not come back, or a part of it.
    Missing,
    /// The answer was not merged.
    NotTaken,
    /// Nothing of the answer was saved: the session was over the platform's limit.
    NotSaved,
    /// The next request begins another conversation, or cannot be read.
    Unknown,
}

impl Verdict {
    /// The finding that tells of it; `is_chained`: both turns are of one message.
    fn code(self, is_chained: bool) -> Option<Code> {
        match self {
            Self::Kept | Self::Unknown => None,
            Self::SameNumber => Some(Code::ProofSameNumber),
            Self::Rounded => Some(Code::ProofRounded),
            Self::NotTaken => Some(Code::ProofNotTaken),
            Self::NotSaved => Some(Code::ProofNotSaved),
            // With a new message the scenario may have done it.
            Self::TypeChanged => is_chained.then_some(Code::ProofTypeChanged),
            Self::ValueChanged => is_chained.then_some(Code::ProofValueChanged),
            Self::Missing => is_chained.then_some(Code::ProofMissing),
        }
    }
}

/// What became of one variable of an answer. Values are JSON text as it was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// The variable.
    pub name: String,
    /// What was answered.
    pub sent: String,
    /// What came with the next request.
    pub came_back: Option<String>,
    /// What that means.
    pub verdict: Verdict,
    /// The next request's turn.
    pub turn: ExchangeId,
    /// Both turns are of one message: what changed between them the platform changed.
    pub is_chained: bool,
    /// The answer would have changed nothing: it gives back what came.
    is_echo: bool,
}

/// A rule of a platform's that is inferred, and shows in what comes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InferredRule {
    /// An answer's variables replace the bot's, objects as a whole.
    MergeShallow,
    /// A null of an answer replaces a value.
    NullOverwrites,
    /// A variable that an answer leaves out stays.
    MissingKeeps,
    /// Only an answer of status 200 is merged.
    Only200,
    /// Numbers come back as JavaScript writes them.
    JsNumbers,
    /// Above the platform's limit nothing of an answer is saved.
    SessionLimit,
}

impl InferredRule {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 6] = [
        Self::MergeShallow,
        Self::NullOverwrites,
        Self::MissingKeeps,
        Self::Only200,
        Self::JsNumbers,
        Self::SessionLimit,
    ];

    /// The bits of an evidence that say that it held, and that it was broken.
    #[must_use]
    pub const fn bits(self) -> [u16; 2] {
        let first: u16 = 1 << (2 * self as u16);
        [first, first << 1]
    }
}

/// Which rules an answer and the next request show to hold, or to be broken: two bits a rule, of
/// which one is set at most.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Evidence(pub u16);

impl Evidence {
    /// Whether a rule held; `None` where nothing was seen of it.
    #[must_use]
    pub const fn of(self, rule: InferredRule) -> Option<bool> {
        let [held, broken] = rule.bits();
        match (self.0 & broken != 0, self.0 & held != 0) {
            (true, _) => Some(false),
            (false, true) => Some(true),
            (false, false) => None,
        }
    }

    /// One variable shows it. One that shows that it is broken outweighs all others.
    fn show(&mut self, rule: InferredRule, holds: bool) {
        let [held, broken] = rule.bits();
        match (holds, self.0 & broken != 0) {
            (true, false) => self.0 |= held,
            (true, true) => {}
            (false, _) => self.0 = (self.0 & !held) | broken,
        }
    }
}

/// A turn as the proof sees it.
#[derive(Clone, Copy, Debug)]
pub struct ProofTurn<'a> {
    /// What lists show of it.
    pub summary: &'a Summary,
    /// Its variables; `None` where its request cannot be read.
    pub variables: Option<&'a [Variable]>,
    /// What became of its answer; `None` where it has none.
    pub outcome: Option<Outcome>,
}

/// A turn that was read for the proof.
#[derive(Clone, Debug)]
pub struct ReadTurn {
    summary: Summary,
    variables: Option<Vec<Variable>>,
    outcome: Option<Outcome>,
}

impl ReadTurn {
    /// Reads a turn by its platform's rules.
    #[must_use]
    pub fn new(summary: &Summary, request: &Request, answer: Option<&Answer>) -> Self {
        let read_as = ReadAs::from(PlatformChoice::Fixed(summary.platform));
        let view = protocol::read_request(read_as, request);
        let undelivered = summary.undelivered();
        let judged = answer.map(|answer| {
            let read = protocol::read_answer(&view, request, answer);
            let read = match undelivered {
                Some(outcome) => read.undelivered(outcome),
                None => read,
            };
            (answer, read)
        });
        let of_answer = judged.as_ref().map(|(answer, read)| (*answer, read));
        let variables = protocol::variables(&view, request, of_answer);
        Self {
            summary: summary.clone(),
            variables: view.has_variables().then_some(variables),
            outcome: judged.map(|(_, read)| read.outcome),
        }
    }

    /// The turn as the proof sees it.
    #[must_use]
    pub fn turn(&self) -> ProofTurn<'_> {
        ProofTurn {
            summary: &self.summary,
            variables: self.variables.as_deref(),
            outcome: self.outcome,
        }
    }
}

/// Whether a value came back as it was, numbers as JavaScript writes them.
pub(crate) fn is_kept(sent: &str, came: &str) -> bool {
    compare(sent, came).verdict <= Verdict::Rounded
}

/// What the next request shows of an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proved {
    /// What became of each variable that was answered, in the order in which they are shown.
    pub proofs: Vec<Proof>,
    /// What that shows of the platform's rules.
    pub evidence: Evidence,
}

impl Proved {
    /// The findings of the answered turn.
    #[must_use]
    pub fn findings(&self) -> Vec<Finding> {
        let mut counts: Vec<(Code, usize)> = Vec::new();
        let mut findings = Vec::new();
        for proof in self.proofs.iter().filter(|proof| !proof.is_echo) {
            let Some(code) = proof.verdict.code(proof.is_chained) else {
                continue;
            };
            let count = match counts.iter_mut().find(|(known, _)| *known == code) {
                Some((_, count)) => count,
                None => &mut counts.push_mut((code, 0)).1,
            };
            *count += 1;
            if *count <= MAX_PER_KIND {
                let mut pointer = String::new();
                push_key(&mut pointer, &proof.name);
                let finding = Finding::new(code, Side::Response).arg(proof.name.as_str());
                findings.push(finding.at_pointer(pointer));
            } else if *count == MAX_PER_KIND + 1 {
                let finding = Finding::new(Code::MoreFindings, Side::Response);
                let finding = finding.arg(MAX_PER_KIND as u64);
                findings.push(finding.with_severity(Severity::Warning));
            }
        }
        findings
    }
}

/// Compares an answer with its user's next request. `begins`: that one begins another conversation.
/// Nothing where the platform keeps no variables from turn to turn.
#[must_use]
pub fn prove(answered: ProofTurn<'_>, next: ProofTurn<'_>, begins: bool) -> Proved {
    let platform = contract(answered.summary.platform);
    let (Some(variables), Some(outcome)) = (answered.variables, answered.outcome) else {
        return Proved::default();
    };
    if platform.lifetime("a").is_none() {
        return Proved::default();
    }
    let messages = [answered, next].map(|turn| turn.summary.message.map(|message| message.first));
    let mut proving = Proving {
        own: variables.iter().filter(|one| is_own(one)).collect(),
        is_merged: outcome.is_merged(),
        next: next.summary.id,
        is_chained: messages[0].is_some() && messages[0] == messages[1],
        came: HashMap::new(),
        evidence: Evidence::default(),
    };
    let Some(came) = next.variables.filter(|_| !begins) else {
        return proving.nothing_known();
    };
    let came = came.iter().filter(|one| is_own(one));
    proving.came = came
        .filter_map(|one| Some((one.name.as_str(), one.before.as_deref()?)))
        .collect();
    let is_over = proving.is_merged
        && platform
            .session_limit()
            .is_some_and(|limit| is_longer(variables, limit));
    if is_over && proving.is_as_before() {
        return proving.not_saved();
    }
    let is_refused = outcome.reason() == Some(Reason::STATUS);
    proving.compared(is_over, is_refused)
}

fn is_own(variable: &Variable) -> bool {
    variable.role.id() == Role::USER.id()
}

/// Whether the answer makes it another value.
fn is_changed(variable: &Variable) -> bool {
    matches!(
        variable.change,
        Change::New | Change::Changed | Change::TypeChanged
    )
}

/// Whether the variables that the bot has after an answer are longer than this, as the text of an
/// object without white space.
fn is_longer(variables: &[Variable], limit: usize) -> bool {
    let after = || {
        variables
            .iter()
            .filter_map(|one| one.after.as_deref().map(|after| (one, after)))
    };
    let escaped = |name: &str| {
        let more = name
            .chars()
            .filter(|one| matches!(one, '"' | '\\') || *one < ' ');
        name.len() + more.count()
    };
    // The braces, and of each member the quotes, the colon and the comma but for the last one.
    let around: usize = 1 + after()
        .map(|(one, _)| escaped(&one.name) + 4)
        .sum::<usize>();
    // White space only makes it longer.
    if around + after().map(|(_, after)| after.len()).sum::<usize>() <= limit {
        return false;
    }
    let values = after().map(|(_, after)| compact(after).map_or(after.len(), |text| text.len()));
    around + values.sum::<usize>() > limit
}

struct Proving<'a> {
    /// The user's variables of the answered turn.
    own: Vec<&'a Variable>,
    is_merged: bool,
    next: ExchangeId,
    is_chained: bool,
    /// The user's variables as they came with the next request.
    came: HashMap<&'a str, &'a str>,
    evidence: Evidence,
}

impl<'a> Proving<'a> {
    fn proof(&self, variable: &Variable, sent: &str, verdict: Verdict) -> Proof {
        Proof {
            name: variable.name.clone(),
            sent: sent.to_owned(),
            came_back: self.came(variable).map(str::to_owned),
            verdict,
            turn: self.next,
            is_chained: self.is_chained,
            is_echo: !is_changed(variable) && verdict == Verdict::NotTaken,
        }
    }

    fn came(&self, variable: &Variable) -> Option<&'a str> {
        self.came.get(variable.name.as_str()).copied()
    }

    /// The variables of the answer with what was answered.
    fn sent(&self) -> impl Iterator<Item = (&'a Variable, &'a str)> + use<'a> {
        let own = self.own.clone().into_iter();
        own.filter_map(|one| one.sent.as_deref().map(|sent| (one, sent)))
    }

    fn nothing_known(self) -> Proved {
        let proofs = self
            .sent()
            .map(|(one, sent)| self.proof(one, sent, Verdict::Unknown));
        Proved {
            proofs: proofs.collect(),
            evidence: Evidence::default(),
        }
    }

    /// Whether the answer changed something, and all of that came as it had been.
    fn is_as_before(&self) -> bool {
        let mut changed = self.sent().filter(|(one, _)| is_changed(one)).peekable();
        changed.peek().is_some() && changed.all(|(one, _)| self.is_value_as_before(one))
    }

    fn is_value_as_before(&self, variable: &Variable) -> bool {
        match (&variable.before, self.came(variable)) {
            (None, None) => true,
            (Some(before), Some(came)) => same_value(before, came),
            _ => false,
        }
    }

    fn not_saved(mut self) -> Proved {
        self.evidence.show(InferredRule::SessionLimit, true);
        let proofs = self.sent().map(|(one, sent)| {
            let verdict = match is_changed(one) {
                true => Verdict::NotSaved,
                false => self.compare(one, sent).verdict,
            };
            self.proof(one, sent, verdict)
        });
        Proved {
            proofs: proofs.collect(),
            evidence: self.evidence,
        }
    }

    fn compare(&self, variable: &Variable, sent: &str) -> Compared {
        match self.came(variable) {
            Some(came) => compare(sent, came),
            None => Compared {
                verdict: Verdict::Missing,
                through_javascript: None,
            },
        }
    }

    fn compared(mut self, is_over: bool, is_refused: bool) -> Proved {
        let mut proofs = Vec::new();
        let (mut saved, mut changed) = (0, 0);
        for (one, sent) in self.sent() {
            let compared = self.compare(one, sent);
            let came_as_sent = compared.verdict <= Verdict::Rounded;
            if is_changed(one) {
                changed += 1;
                saved += usize::from(came_as_sent);
            }
            // One that is not merged may be taken all the same: that is told by its value.
            let is_as_before = self.is_value_as_before(one);
            let is_taken = self.is_merged || is_changed(one) && came_as_sent && !is_as_before;
            let verdict = match is_taken {
                true => compared.verdict,
                false => Verdict::NotTaken,
            };
            if self.is_merged {
                self.judge_merged(one, sent, compared);
            } else if is_refused && is_changed(one) && (is_as_before || came_as_sent) {
                self.evidence.show(InferredRule::Only200, is_as_before);
            }
            proofs.push(self.proof(one, sent, verdict));
        }
        if is_over && changed > 0 && saved == changed {
            self.evidence.show(InferredRule::SessionLimit, false);
        }
        if self.is_merged {
            self.judge_left_out();
        }
        Proved {
            proofs,
            evidence: self.evidence,
        }
    }

    /// What a variable of an answer that is merged shows.
    fn judge_merged(&mut self, one: &Variable, sent: &str, compared: Compared) {
        let came_as_sent = compared.verdict <= Verdict::Rounded;
        match compared.through_javascript {
            Some(ThroughJavaScript::Written) => self.evidence.show(InferredRule::JsNumbers, true),
            Some(ThroughJavaScript::Kept) => self.evidence.show(InferredRule::JsNumbers, false),
            None => {}
        }
        if !is_changed(one) {
            return;
        }
        let (before, came) = (one.before.as_deref(), self.came(one));
        if sent == "null" {
            let stays = before
                .zip(came)
                .is_some_and(|(before, came)| same_value(before, came));
            if before.is_some() && (came_as_sent || stays || self.is_chained) {
                self.evidence
                    .show(InferredRule::NullOverwrites, came_as_sent);
            }
            return;
        }
        let is_deep = || {
            let both = before.zip(came);
            both.is_some_and(|(before, came)| is_deep_merge(before, sent, came))
        };
        if came_as_sent {
            self.evidence.show(InferredRule::MergeShallow, true);
        } else if self.is_chained || is_deep() {
            self.evidence.show(InferredRule::MergeShallow, false);
        }
    }

    /// What the variables show that an answer left out.
    fn judge_left_out(&mut self) {
        let left_out: Vec<(&str, Option<&str>)> = self
            .own
            .iter()
            .filter(|one| one.sent.is_none())
            .filter_map(|one| Some((one.before.as_deref()?, self.came(one))))
            .collect();
        for (before, came) in left_out {
            let stays = came.is_some_and(|came| compare(before, came).verdict <= Verdict::Rounded);
            if stays || self.is_chained {
                self.evidence.show(InferredRule::MissingKeeps, stays);
            }
        }
    }
}

#[cfg(test)]
mod tests;
