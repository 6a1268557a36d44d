//! A run of a scenario, step by step: it gives the request to send and takes its answer. Sending
//! is somebody else's.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use json_text::Tree;
use messages::Message;
use protocol::platform::Members;
use protocol::{Answer, Request, UtcMillis};
use rules::source::Cursor;
use uuid::Uuid;

use crate::definition::Step;
use crate::expect::{Expect, Failure, Taken, pointer, taken};
use crate::files::Case;
use crate::mutation::{Mutations, mutations};
use crate::send::{Send, call};
use crate::template::{UnknownName, Value, fill};
use crate::words::differences;

/// A request to send.
#[derive(Clone, Debug)]
pub struct Outbound {
    /// What is sent. Its query goes behind one that the address has.
    pub request: Request,
    /// How long an answer is waited for, where that is less than for any request.
    pub limit: Option<Duration>,
}

/// What comes next of a run.
#[derive(Debug)]
pub enum Next {
    /// This is sent, and its answer given to [`Play::take`].
    Send(Box<Outbound>),
    /// A step that cannot be sent.
    Over(Box<StepResult>),
    /// Nothing.
    Done,
}

/// What came of a request.
#[derive(Clone, Debug)]
pub enum Reply {
    /// An answer, and how long it took.
    Answer(Answer, Duration),
    /// None, and why.
    Nothing(Message),
}

/// How a step went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepState {
    /// As expected.
    Passed,
    /// Otherwise.
    Failed,
    /// There was no answer.
    Unanswered,
    /// It was not sent.
    NotRun,
}

/// A step that is over.
#[derive(Clone, Debug)]
pub struct StepResult {
    /// Its number, from 0.
    pub index: usize,
    /// Its name, or what it sends.
    pub name: String,
    /// The file that it stands in.
    pub file: PathBuf,
    /// The line that it begins at.
    pub line: u64,
    /// How it went.
    pub state: StepState,
    /// What was not as expected.
    pub failures: Vec<Failure>,
    /// What is worth knowing, and no failure.
    pub warnings: Vec<Message>,
    /// Why there is no answer, or why it was not sent.
    pub message: Option<Message>,
    /// The status of the answer.
    pub status: Option<u16>,
    /// How long the answer took.
    pub took: Duration,
}

/// A step under way, or the last one.
#[derive(Debug)]
struct Sent {
    request: Request,
    composed: Option<String>,
    expect: Expect,
}

/// A run.
#[derive(Debug)]
pub struct Play {
    case: Arc<Case>,
    /// What the ids of messages are made from.
    seed: u64,
    index: usize,
    state: Members,
    kept: BTreeMap<String, String>,
    seen: Option<UtcMillis>,
    /// The id and the text of the message that was sent last.
    message: Option<(String, String)>,
    sent: Option<Sent>,
    /// The last step's, once it was answered.
    answer: Option<Answer>,
    /// Why no further step is sent.
    ended: Option<Message>,
}

impl Play {
    /// Begins a run. The same seed makes the same requests.
    #[must_use]
    pub fn new(case: Arc<Case>, seed: u64) -> Self {
        Self {
            seed,
            index: 0,
            state: case.variables.clone(),
            kept: BTreeMap::new(),
            seen: None,
            message: None,
            sent: None,
            answer: None,
            ended: None,
            case,
        }
    }

    /// Whose run it is.
    #[must_use]
    pub fn case(&self) -> &Arc<Case> {
        &self.case
    }

    /// The user's variables as they are now.
    #[must_use]
    pub fn state(&self) -> &Members {
        &self.state
    }

    /// No further step is sent: somebody ended the run.
    pub fn interrupt(&mut self) {
        self.ended = Some(Message::from(&differences::INTERRUPTED));
    }

    /// What comes next. `now`: the moment that it is sent at.
    pub fn next(&mut self, now: UtcMillis) -> Next {
        let case = Arc::clone(&self.case);
        let Some(step) = case.steps.get(self.index) else {
            return Next::Done;
        };
        if let Some(why) = self.ended.clone() {
            return self.over(step, StepState::NotRun, Vec::new(), why);
        }
        match self.prepare(step, now) {
            Ok(outbound) => Next::Send(Box::new(outbound)),
            Err(failure) => {
                let message = failure.message.clone();
                self.over(step, StepState::Failed, vec![failure], message)
            }
        }
    }

    /// A step that was not sent.
    fn over(
        &mut self,
        step: &Step,
        state: StepState,
        failures: Vec<Failure>,
        message: Message,
    ) -> Next {
        self.answer = None;
        let result = StepResult {
            state,
            failures,
            message: Some(message),
            ..self.result(step)
        };
        self.index += 1;
        Next::Over(Box::new(result))
    }

    fn result(&self, step: &Step) -> StepResult {
        let label = || Send::event(&step.send);
        let name = step.name.clone().or_else(label);
        StepResult {
            index: self.index,
            name: name.unwrap_or_else(|| self.case.platform.as_str().to_owned()),
            file: step.source.path.clone(),
            line: step.source.line(&step.pointer),
            state: StepState::Passed,
            failures: Vec::new(),
            warnings: Vec::new(),
            message: None,
            status: None,
            took: Duration::ZERO,
        }
    }

    /// What a step sends with the values of this run.
    fn prepare(&mut self, step: &Step, now: UtcMillis) -> Result<Outbound, Failure> {
        let (send, expect) = self.filled(step)?;
        let case = Arc::clone(&self.case);
        let (request, composed, limit) = match send {
            Send::Call(json) => {
                let (json, sending) = call(case.platform, &json, &self.state)
                    .map_err(|message| unfit("/send", message))?;
                (sending.request, Some(json), sending.limit)
            }
            Send::Turn(turn) => {
                let known = self.message.take().filter(|_| turn.same_message);
                let (id, text) = known.unwrap_or_else(|| {
                    let name = format!("{}/{}/{}", self.seed, case.name, self.index);
                    let id = Uuid::new_v5(&Uuid::NAMESPACE_OID, name.as_bytes());
                    (id.to_string(), turn.text.clone())
                });
                let since = self.seen.map(|seen| now.0.saturating_sub(seen.0) / 1000);
                let since = since.and_then(|seconds| u64::try_from(seconds).ok());
                let message = (id.as_str(), text.as_str());
                let request = turn.request(case.platform, &case.user, &self.state, message, since);
                let none = || unfit("/send", Message::from(&differences::NOT_RUN));
                let request = request.ok_or_else(none)?;
                self.message = Some((id, text));
                self.seen = Some(now);
                (request, None, None)
            }
        };
        self.sent = Some(Sent {
            request: request.clone(),
            composed,
            expect,
        });
        Ok(Outbound { request, limit })
    }

    fn filled(&self, step: &Step) -> Result<(Send, Expect), Failure> {
        let lookup = |name: &str| {
            let given = self.case.values.get(name).cloned().map(Value::Text);
            given.or_else(|| self.kept.get(name).cloned().map(Value::Json))
        };
        let unknown = |at: &str, error: UnknownName| Failure {
            pointer: at.to_owned() + &error.pointer,
            expected: None,
            actual: None,
            message: differences::NOT_CAPTURED.arg(error.name),
        };
        let send = fill(&step.send, &lookup).map_err(|error| unknown("/send", error))?;
        let send = Send::read(self.case.platform, &send.json, self.index == 0);
        let misfit = |at: &str, error: &rules::RuleError| {
            unfit(
                &(at.to_owned() + &error.pointer),
                messages::Say::message(error),
            )
        };
        let send = send.map_err(|error| misfit("/send", &error))?;
        let Some(expect) = &step.expect else {
            return Ok((send, Expect::default()));
        };
        let filled = fill(expect, &lookup).map_err(|error| unknown("/expect", error))?;
        let Ok(tree) = Tree::new(filled.json.as_str()) else {
            return Ok((send, Expect::default()));
        };
        let expect = Expect::read(&Cursor::root(&tree), &filled.untyped);
        Ok((send, expect.map_err(|error| misfit("/expect", &error))?))
    }

    /// What came of the request that was sent last.
    pub fn take(&mut self, reply: Reply) -> Option<StepResult> {
        let case = Arc::clone(&self.case);
        let step = case.steps.get(self.index)?;
        let sent = self.sent.as_ref()?;
        let mut result = self.result(step);
        let (answer, took) = match reply {
            Reply::Answer(answer, took) => (answer, took),
            Reply::Nothing(why) => {
                self.answer = None;
                self.ended = Some(Message::from(&differences::LOST));
                self.index += 1;
                return Some(StepResult {
                    state: StepState::Unanswered,
                    message: Some(differences::NO_ANSWER.arg(why)),
                    ..result
                });
            }
        };
        let composed = sent.composed.as_deref();
        let taken = taken(case.platform, composed, &sent.request, &answer);
        result.status = Some(taken.status);
        result.took = took;
        result.failures = sent.expect.failures(&taken);
        let took_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        result.warnings.extend(sent.expect.slow(took_ms));
        result.failures.extend(self.keep(step, &taken));
        if !result.failures.is_empty() {
            result.state = StepState::Failed;
        }
        self.state = taken.after;
        self.answer = Some(answer);
        self.index += 1;
        Some(result)
    }

    /// Keeps the values that a step names; those that are not there.
    fn keep(&mut self, step: &Step, taken: &Taken) -> Vec<Failure> {
        let mut missing = Vec::new();
        for (name, from) in &step.capture {
            match find(taken, from) {
                Some(json) => drop(self.kept.insert(name.clone(), json)),
                None => missing.push(Failure {
                    pointer: pointer("", from),
                    expected: None,
                    actual: None,
                    message: differences::CAPTURE.arg(from.as_str()).arg(name.as_str()),
                }),
            }
        }
        missing
    }

    /// The answer to the step that is over.
    #[must_use]
    pub fn answer(&self) -> Option<&Answer> {
        self.answer.as_ref()
    }

    /// Which changes of the last answer its expectation would notice.
    #[must_use]
    pub fn mutations(&self) -> Option<Mutations> {
        let (sent, answer) = (self.sent.as_ref()?, self.answer.as_ref()?);
        let judge = |answer: &Answer| {
            let composed = sent.composed.as_deref();
            let taken = taken(self.case.platform, composed, &sent.request, answer);
            !sent.expect.failures(&taken).is_empty()
        };
        let composed = sent.composed.as_deref();
        let taken = taken(self.case.platform, composed, &sent.request, answer);
        Some(mutations(answer, &taken, judge))
    }
}

fn unfit(at: &str, message: Message) -> Failure {
    Failure {
        pointer: at.to_owned(),
        expected: None,
        actual: None,
        message: differences::UNFIT.arg(at).arg(message),
    }
}

/// A value by its name, by a path with dots, or by a JSON pointer: of the answer, then of the
/// user's variables.
fn find(taken: &Taken, from: &str) -> Option<String> {
    let all = [taken.sent.as_ref(), Some(&taken.after)];
    let mut all = all.into_iter().flatten();
    all.find_map(|members| {
        if let Some(json) = members.get(from) {
            return Some(json.clone());
        }
        let steps: Vec<String> = match from.strip_prefix('/') {
            Some(pointer) => {
                let steps = pointer.split('/');
                steps
                    .map(|step| step.replace("~1", "/").replace("~0", "~"))
                    .collect()
            }
            None => from.split('.').map(str::to_owned).collect(),
        };
        let (first, rest) = steps.split_first()?;
        let json = members.get(first)?;
        let tree = Tree::new(json.as_str()).ok()?;
        let mut node = Tree::<&str>::ROOT;
        for step in rest {
            let item = || tree.item(node, step.parse().ok()?);
            node = tree.member(node, step).or_else(item)?;
        }
        Some(tree.json(node).to_owned())
    })
}
