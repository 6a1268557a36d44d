//! What a template sees.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use minijinja::value::Value;
use minijinja::{Error, ErrorKind};
use protocol::UtcMillis;

use crate::facts::{FactVariable, Facts, query_pairs};
use crate::seeded::{Draw, draw, draw_below};
use crate::template::values::{Allowance, NamedJson, Texts, Variables};

/// What the templates of a turn see, owned, as the template library wants it.
#[derive(Clone, Debug)]
pub struct Inputs {
    event: Option<String>,
    user: Option<String>,
    method: String,
    path: String,
    query: Vec<(String, String)>,
    headers: Vec<(String, String)>,
    variables: Value,
    answer: Option<Value>,
    allowance: Arc<Allowance>,
    call: u64,
    now: UtcMillis,
    seed: u64,
}

impl Inputs {
    /// Of a turn, its number among the rule's calls, the present moment, and what its random
    /// numbers come from.
    #[must_use]
    pub fn new(facts: &Facts<'_>, call: u64, now: UtcMillis, seed: u64) -> Self {
        let text = |(name, value): (&str, std::borrow::Cow<'_, str>)| {
            (name.to_owned(), value.into_owned())
        };
        let headers = facts.headers.into_iter().flat_map(protocol::Headers::texts);
        let query = query_pairs(facts.query);
        let allowance = Allowance::new();
        Self {
            event: facts.event.map(str::to_owned),
            user: facts.user.map(str::to_owned),
            method: facts.method.to_owned(),
            path: facts.path.to_owned(),
            query: query
                .map(|(name, value)| (name.into_owned(), value.into_owned()))
                .collect(),
            headers: headers.map(text).collect(),
            variables: object(facts.variables, &allowance),
            answer: None,
            allowance,
            call,
            now,
            seed,
        }
    }

    /// The same with the variables of a server's answer, under `answer`.
    #[must_use]
    pub fn with_answer(mut self, variables: &[FactVariable<'_>]) -> Self {
        self.answer = Some(object(variables, &self.allowance));
        self
    }

    /// Whether reading the variables was more work than a turn's templates may do.
    pub(super) fn is_exceeded(&self) -> bool {
        self.allowance.is_exceeded()
    }

    /// The names and values of a template.
    pub(super) fn context(&self) -> Value {
        let text = |text: &Option<String>| Value::from(text.as_deref());
        let texts =
            |pairs: &[(String, String)], any_case| Value::from_object(Texts::new(pairs, any_case));
        let now = self.now.to_string();
        let mut names = vec![
            ("vars", self.variables.clone()),
            ("event", text(&self.event)),
            ("user", text(&self.user)),
            ("method", Value::from(self.method.as_str())),
            ("path", Value::from(self.path.as_str())),
            ("query", texts(&self.query, false)),
            ("headers", texts(&self.headers, true)),
            ("call", Value::from(self.call)),
            ("now", Value::from_function(move || now.clone())),
            ("uuid", uuid(self.seed)),
            ("random", random(self.seed)),
        ];
        if let Some(answer) = &self.answer {
            names.push(("answer", answer.clone()));
        }
        Value::from_pairs(names)
    }
}

/// Variables as one value, which all templates of a turn look into.
fn object(variables: &[FactVariable<'_>], allowance: &Arc<Allowance>) -> Value {
    let named = variables.iter();
    let named: NamedJson = named
        .map(|one| (one.name.to_owned(), Arc::from(one.json)))
        .collect();
    Value::from_object(Variables::new(&named, allowance))
}

/// `uuid()`: a UUID of version 4, another one each time.
fn uuid(seed: u64) -> Value {
    let asked = AtomicU64::new(0);
    Value::from_function(move || {
        let number = asked.fetch_add(1, Ordering::Relaxed);
        let halves = [0, 1].map(|half| draw(seed, Draw::Uuid, number * 2 + half));
        let bits = u128::from(halves[0]) << 64 | u128::from(halves[1]);
        // The version and the variant, RFC 9562 §5.4.
        let bits = bits & !(0xf << 76) | 4 << 76;
        let bits = bits & !(0b11 << 62) | 0b10 << 62;
        let hex = format!("{bits:032x}");
        let parts = [
            &hex[..8],
            &hex[8..12],
            &hex[12..16],
            &hex[16..20],
            &hex[20..],
        ];
        parts.join("-")
    })
}

/// `random(a, b)`: a whole number from the first to the second, both included.
fn random(seed: u64) -> Value {
    let asked = AtomicU64::new(0);
    Value::from_function(move |least: i64, most: i64| {
        let Ok(span) = u64::try_from(i128::from(most) - i128::from(least)) else {
            let detail = "random(a, b) takes the smaller number first";
            return Err(Error::new(ErrorKind::InvalidOperation, detail));
        };
        let number = asked.fetch_add(1, Ordering::Relaxed);
        let drawn = draw_below(draw(seed, Draw::Random, number), span.saturating_add(1));
        let drawn = i128::from(least) + i128::from(drawn);
        i64::try_from(drawn).map_err(|_| ErrorKind::InvalidOperation.into())
    })
}
