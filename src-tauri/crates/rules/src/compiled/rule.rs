//! A rule, compiled.

use std::collections::BTreeSet;
use std::sync::Arc;

use protocol::{DEFAULT_CONTENT_TYPE, FaultKind};

use crate::compiled::expression::within_allowance;
use crate::compiled::predicate::{Predicate, TextTest};
use crate::definition::{
    Action, AfterCall, Condition, Delay, Field, Forward, Hold, Op, Patch, Reply, Rule, Scope,
    SequenceEnd, Test,
};
use crate::error::RuleError;
use crate::facts::Needs;
use crate::template::{Mode, Template};

/// A rule that can decide, with the definition that it was made of.
#[derive(Debug)]
pub struct CompiledRule {
    definition: Rule,
    pub(crate) when: When,
    pub(crate) leaves: Vec<Leaf>,
    /// How many chances it has.
    pub(crate) chances: u32,
    /// Whether a condition asks for the number of the call.
    pub(crate) judges_calls: bool,
    /// Whether what it does depends on what was counted.
    pub(crate) uses_state: bool,
    /// The facts that its conditions and templates ask for.
    pub(crate) needs: Needs,
    pub(crate) action: CompiledAction,
    pub(crate) after: Vec<CompiledAfter>,
}

/// The conditions. A leaf is named by its index among the rule's leaves.
#[derive(Debug)]
pub(crate) enum When {
    All(Vec<Self>),
    Any(Vec<Self>),
    Not(Box<Self>),
    Leaf(usize),
}

/// A condition without parts.
#[derive(Debug)]
pub(crate) enum Leaf {
    Test {
        definition: Test,
        predicate: Predicate,
    },
    Chance {
        share: f64,
        text: String,
        /// Its number among the rule's chances.
        number: u32,
    },
}

impl Leaf {
    /// The test that it is, unless it is a chance.
    pub(crate) const fn test(&self) -> Option<&Test> {
        match self {
            Self::Test { definition, .. } => Some(definition),
            Self::Chance { .. } => None,
        }
    }
}

#[derive(Debug)]
pub(crate) enum CompiledAction {
    Reply(CompiledReply),
    Sequence(Vec<CompiledReply>, SequenceEnd),
    Hold(Hold),
    Forward(Forward, Option<Arc<CompiledPatch>>),
    Fault(FaultKind),
}

#[derive(Debug)]
pub(crate) struct CompiledReply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<CompiledField>,
    pub(crate) body: ReplyBody,
    pub(crate) delay: Delay,
}

/// A header field whose value is a text or a template of it.
pub(crate) type CompiledField = (String, ReplyBody);

#[derive(Debug)]
pub(crate) enum ReplyBody {
    Fixed(String),
    Template(Template),
}

/// A patch whose values are JSON text or templates of it.
#[derive(Debug)]
pub(crate) struct CompiledPatch {
    pub(crate) set: Vec<(String, ReplyBody)>,
    pub(crate) remove: Vec<String>,
}

#[derive(Debug)]
pub(crate) struct CompiledAfter {
    pub(crate) definition: AfterCall,
    pub(crate) headers: Vec<CompiledField>,
    pub(crate) body: ReplyBody,
}

impl CompiledRule {
    /// Compiles a definition.
    ///
    /// # Errors
    /// The first expression, schema or template that cannot be compiled, with its place.
    pub fn new(definition: Rule) -> Result<Self, RuleError> {
        within_allowance(|| Self::compile(definition))
    }

    fn compile(definition: Rule) -> Result<Self, RuleError> {
        let mut compiler = Compiler::default();
        let when = compiler.when(&definition.when, "/when")?;
        let (action, after) = (&definition.then.action, &definition.then.after);
        let action = compiler.action(action)?;
        let calls = after.iter().enumerate();
        let after: Vec<_> = calls
            .map(|(index, call)| compiler.after(call, &format!("/then/after/{index}")))
            .collect::<Result<_, _>>()?;
        let judges_calls = compiler.leaves.iter().any(|leaf| match leaf {
            Leaf::Test { predicate, .. } => predicate.is_number_of_calls(),
            Leaf::Chance { .. } => false,
        });
        let uses_state = judges_calls
            || compiler.names.contains("call")
            || matches!(action, CompiledAction::Sequence(..));
        let needs = needs(&definition, &compiler);
        Ok(Self {
            when,
            needs,
            leaves: compiler.leaves,
            chances: compiler.chances,
            judges_calls,
            uses_state,
            action,
            after,
            definition,
        })
    }

    /// Reads and compiles a rule.
    ///
    /// # Errors
    /// The first place that does not fit.
    pub fn from_json(text: &str) -> Result<Self, RuleError> {
        Self::new(Rule::from_json(text)?)
    }

    /// What it was made of.
    #[must_use]
    pub const fn definition(&self) -> &Rule {
        &self.definition
    }

    /// Its identity; a draft's is empty.
    #[must_use]
    pub fn id(&self) -> &str {
        self.definition.id.as_deref().unwrap_or_default()
    }

    /// The events without which it does not answer; `None` where it may answer any.
    pub(crate) fn events(&self) -> Option<Vec<&str>> {
        events(&self.leaves, &self.when)
    }

    /// Whether what it does depends on what was counted: a rule of which this is false may be
    /// counted late.
    #[must_use]
    pub const fn uses_state(&self) -> bool {
        self.uses_state
    }
}

/// The events without which a condition does not hold; `None` where it may hold with any.
fn events<'r>(leaves: &'r [Leaf], when: &'r When) -> Option<Vec<&'r str>> {
    match when {
        When::All(parts) => parts.iter().find_map(|part| events(leaves, part)),
        When::Leaf(leaf) => match &leaves[*leaf] {
            Leaf::Test {
                definition,
                predicate: Predicate::Text(test),
                ..
            } if definition.field == Field::Event => match test {
                TextTest::Is(event) => Some(vec![event]),
                TextTest::In(events) => Some(events.iter().map(AsRef::as_ref).collect()),
                _ => None,
            },
            _ => None,
        },
        When::Any(_) | When::Not(_) => None,
    }
}

/// The facts that conditions and templates ask for.
fn needs(definition: &Rule, compiler: &Compiler) -> Needs {
    let mut needs = Needs {
        conversation: definition.scope == Scope::Conversation,
        headers: compiler.names.contains("headers"),
        query: compiler.names.contains("query"),
        variables: compiler.names.contains("vars"),
        may_take_long: compiler.has_templates,
        ..Needs::default()
    };
    for leaf in &compiler.leaves {
        if let Leaf::Test { definition, .. } = leaf {
            needs.add_field(&definition.field);
            needs.previous_turn |= definition.op == Op::Changed;
            // They name the charset that escapes of a form are in.
            needs.headers |= definition.field == Field::Body && definition.op == Op::Contains;
            needs.may_take_long |= matches!(definition.op, Op::Matches | Op::Schema);
        }
    }
    needs
}

#[derive(Default)]
struct Compiler {
    leaves: Vec<Leaf>,
    chances: u32,
    /// There are templates.
    has_templates: bool,
    /// Names that templates use.
    names: BTreeSet<String>,
}

impl Compiler {
    fn when(&mut self, condition: &Condition, pointer: &str) -> Result<When, RuleError> {
        let mut list = |list: &[Condition], name: &str| -> Result<Vec<When>, RuleError> {
            let parts = list.iter().enumerate();
            parts
                .map(|(index, one)| self.when(one, &format!("{pointer}/{name}/{index}")))
                .collect()
        };
        Ok(match condition {
            Condition::All { all } => When::All(list(all, "all")?),
            Condition::Any { any } => When::Any(list(any, "any")?),
            Condition::Not { not } => {
                When::Not(Box::new(self.when(not, &format!("{pointer}/not"))?))
            }
            Condition::Chance { chance } => {
                self.chances += 1;
                self.leaf(Leaf::Chance {
                    share: chance.as_str().parse().unwrap_or_default(),
                    text: chance.as_str().to_owned(),
                    number: self.chances - 1,
                })
            }
            Condition::Test(test) => {
                let predicate = Predicate::new(test).map_err(|(message, below)| {
                    RuleError::new(format!("{pointer}/value{below}"), message)
                })?;
                self.leaf(Leaf::Test {
                    definition: test.clone(),
                    predicate,
                })
            }
        })
    }

    fn leaf(&mut self, leaf: Leaf) -> When {
        self.leaves.push(leaf);
        When::Leaf(self.leaves.len() - 1)
    }

    fn action(&mut self, action: &Action) -> Result<CompiledAction, RuleError> {
        Ok(match action {
            Action::Reply(reply) => CompiledAction::Reply(self.reply(reply, "/then/reply")?),
            Action::Sequence(sequence) => {
                let replies = sequence.replies.iter().enumerate();
                let replies = replies.map(|(index, reply)| {
                    self.reply(reply, &format!("/then/sequence/replies/{index}"))
                });
                CompiledAction::Sequence(replies.collect::<Result<_, _>>()?, sequence.end)
            }
            Action::Hold(hold) => CompiledAction::Hold(hold.clone()),
            Action::Forward(forward) => {
                let patch = forward.patch.as_ref().map(|patch| self.patch(patch));
                CompiledAction::Forward(forward.clone(), patch.transpose()?.map(Arc::new))
            }
            Action::Fault(fault) => CompiledAction::Fault(fault.kind),
        })
    }

    fn reply(&mut self, reply: &Reply, pointer: &str) -> Result<CompiledReply, RuleError> {
        let default = || vec![("Content-Type".to_owned(), DEFAULT_CONTENT_TYPE.to_owned())];
        let pairs = reply.headers.clone().unwrap_or_else(default);
        let body = reply.template.then(|| mode(&pairs));
        Ok(CompiledReply {
            status: reply.status,
            headers: self.headers(&pairs, reply.template, pointer)?,
            body: self.body(&reply.body, body, format!("{pointer}/body"))?,
            delay: reply.delay_ms,
        })
    }

    /// Fields whose values are templates of plain text where they hold anything of one.
    fn headers(
        &mut self,
        pairs: &[(String, String)],
        template: bool,
        pointer: &str,
    ) -> Result<Vec<CompiledField>, RuleError> {
        let pairs = pairs.iter().enumerate();
        let fields = pairs.map(|(index, (name, value))| {
            let is_template =
                template && ["{{", "{%", "{#"].iter().any(|open| value.contains(open));
            let mode = is_template.then_some(Mode::Plain);
            let value = self.body(value, mode, format!("{pointer}/headers/{index}/1"))?;
            Ok((name.clone(), value))
        });
        fields.collect()
    }

    fn body(
        &mut self,
        source: &str,
        template: Option<Mode>,
        pointer: String,
    ) -> Result<ReplyBody, RuleError> {
        let Some(mode) = template else {
            return Ok(ReplyBody::Fixed(source.to_owned()));
        };
        let template = Template::new(source, mode)
            .map_err(|error| RuleError::template(pointer, error.position, error.message))?;
        self.has_templates = true;
        self.names.extend(template.names());
        Ok(ReplyBody::Template(template))
    }

    fn patch(&mut self, patch: &Patch) -> Result<CompiledPatch, RuleError> {
        let mut set = Vec::new();
        for (name, value) in &patch.set {
            let mut pointer = "/then/forward/patch/set".to_owned();
            json_text::push_key(&mut pointer, name);
            let mode = patch.template.then_some(Mode::Json);
            set.push((name.clone(), self.body(value, mode, pointer)?));
        }
        Ok(CompiledPatch {
            set,
            remove: patch.remove.clone(),
        })
    }

    fn after(&mut self, call: &AfterCall, pointer: &str) -> Result<CompiledAfter, RuleError> {
        let body = call.template.then(|| mode(&call.headers));
        Ok(CompiledAfter {
            headers: self.headers(&call.headers, call.template, pointer)?,
            body: self.body(&call.body, body, format!("{pointer}/body"))?,
            definition: call.clone(),
        })
    }
}

/// How a template's values are written: as JSON, unless a content type says otherwise.
fn mode(headers: &[(String, String)]) -> Mode {
    let is_type = |(name, _): &&(String, String)| name.eq_ignore_ascii_case("content-type");
    match headers.iter().find(is_type).map(|(_, kind)| kind) {
        Some(kind) if !kind.to_ascii_lowercase().contains("json") => Mode::Plain,
        _ => Mode::Json,
    }
}
