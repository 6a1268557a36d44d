//! One turn while its rule is chosen: what was asked for is kept.
//!
//! Nothing is copied or parsed before a condition asks for it: the text of a field is taken, a
//! variable's JSON is read into a tree, and a test that several rules have in common is judged,
//! once in a choice, whichever and however many rules ask.

use std::borrow::Cow;
use std::cell::{Cell, OnceCell};

use protocol::{Headers, text_with_escapes};

use crate::definition::Field;
use crate::facts::Facts;
use crate::paths::{Found, FoundValues, PathIndex, PathValues};
use crate::work::{STEPS_MAX, Work};

/// What rules ask for: the fields and tests of a set, each with a number.
#[derive(Debug, Default)]
pub(crate) struct Asked {
    /// The fields that hold texts.
    pub(crate) texts: Vec<Field>,
    pub(crate) paths: PathIndex,
    /// How many tests there are that differ.
    pub(crate) tests: usize,
}

/// The numbers that a set gave a test.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Numbers {
    /// Of the field, among those of texts or among the paths.
    pub(crate) field: usize,
    pub(crate) test: usize,
}

/// What a text field holds: several values where headers and parameters are repeated.
#[derive(Debug)]
enum Texts<'f> {
    One(Option<Cow<'f, str>>),
    Many(Vec<Option<Cow<'f, str>>>),
}

/// What a test came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TestResult {
    NotJudged,
    Holds,
    Fails,
    NotFoundOut,
}

/// One turn while its rule is chosen.
pub(crate) struct Reading<'r, 'f> {
    pub(crate) facts: &'f Facts<'f>,
    pub(crate) work: Work,
    asked: &'r Asked,
    texts: Vec<OnceCell<Texts<'f>>>,
    /// The body with its escapes resolved.
    searched_body: OnceCell<Option<Cow<'f, str>>>,
    /// Made when a condition asks for the first path.
    paths: OnceCell<PathValues<'r, 'f>>,
    previous: OnceCell<Option<PathValues<'r, 'f>>>,
    results: Vec<Cell<TestResult>>,
}

impl<'r, 'f> Reading<'r, 'f> {
    pub(crate) fn new(facts: &'f Facts<'f>, asked: &'r Asked) -> Self {
        Self {
            facts,
            work: Work::new(STEPS_MAX),
            asked,
            texts: asked.texts.iter().map(|_| OnceCell::new()).collect(),
            searched_body: OnceCell::new(),
            paths: OnceCell::new(),
            previous: OnceCell::new(),
            results: vec![Cell::new(TestResult::NotJudged); asked.tests],
        }
    }

    /// What a test came to, by its number; `None` where that is not found out.
    pub(crate) fn result(&self, test: usize, judge: impl FnOnce() -> Option<bool>) -> Option<bool> {
        let cell = &self.results[test];
        match cell.get() {
            TestResult::Holds => Some(true),
            TestResult::Fails => Some(false),
            TestResult::NotFoundOut => None,
            TestResult::NotJudged => {
                let result = judge();
                cell.set(match result {
                    Some(true) => TestResult::Holds,
                    Some(false) => TestResult::Fails,
                    None => TestResult::NotFoundOut,
                });
                result
            }
        }
    }

    /// The values of a field of texts, by its number.
    pub(crate) fn texts(&self, number: usize) -> &[Option<Cow<'f, str>>] {
        match self.texts[number].get_or_init(|| self.read(&self.asked.texts[number])) {
            Texts::One(text) => std::slice::from_ref(text),
            Texts::Many(texts) => texts,
        }
    }

    /// The body as a filter looks for a part in it: what its escapes mean stands behind it. `None`
    /// where reading it is more work than there is left.
    pub(crate) fn searched_body(&self) -> Option<Option<&str>> {
        let Some(body) = self.facts.body else {
            return Some(None);
        };
        if self.searched_body.get().is_none() {
            self.work.budget.charge(body.len() as u64)?;
        }
        let searched = self.searched_body.get_or_init(|| {
            let no_fields = Headers::default();
            let headers = self.facts.headers.unwrap_or(&no_fields);
            Some(text_with_escapes(headers, body))
        });
        Some(searched.as_deref())
    }

    /// Whether a field of texts is the body.
    pub(crate) fn is_body(&self, number: usize) -> bool {
        self.asked.texts[number] == Field::Body
    }

    /// What a path leads to, by its number; `None` where that is not found out.
    pub(crate) fn path(&self, number: usize) -> Option<FoundValues<'_, 'f>> {
        let paths = self
            .paths
            .get_or_init(|| PathValues::new(&self.asked.paths, self.facts.variables));
        paths.get(number, &self.work.budget)
    }

    /// Where a value of a variable stands, with the numbers of its items: `cart[1].sku`.
    pub(crate) fn path_of(&self, found: &Found<'f>) -> Option<String> {
        self.paths.get()?.path_of(found)
    }

    /// Whether a path leads to something else than in the user's turn before.
    pub(crate) fn changed(&self, number: usize) -> Option<bool> {
        let previous = self.previous.get_or_init(|| {
            let previous = self.facts.previous?;
            Some(PathValues::new(&self.asked.paths, previous.variables))
        });
        let Some(previous) = previous else {
            return Some(false);
        };
        let now = self.path(number)?;
        let before = previous.get(number, &self.work.budget)?;
        let (now, before) = (now.as_slice(), before.as_slice());
        if now.len() != before.len() {
            return Some(true);
        }
        for (one, other) in now.iter().zip(before) {
            let same = match (one.json, other.json) {
                (Some(one), Some(other)) => self.work.same_value(one, other)?,
                (one, other) => one == other,
            };
            if !same {
                return Some(true);
            }
        }
        Some(false)
    }

    fn read(&self, field: &Field) -> Texts<'f> {
        let facts = self.facts;
        let text = |text: Option<&'f str>| Texts::One(text.map(Cow::Borrowed));
        let texts = |mut all: Vec<Option<Cow<'f, str>>>| match all.len() {
            0 | 1 => Texts::One(all.pop().flatten()),
            _ => Texts::Many(all),
        };
        match field {
            Field::Event => text(facts.event),
            Field::Method => text(Some(facts.method)),
            Field::Path => text(Some(facts.path)),
            Field::Platform => text(Some(facts.platform)),
            Field::Source => text(Some(facts.source)),
            Field::User => text(facts.user),
            Field::Body => text(facts.body),
            Field::PreviousEvent => text(facts.previous.and_then(|turn| turn.event)),
            Field::Header(name) => {
                let all = facts.headers.into_iter().flat_map(Headers::texts);
                let all = all.filter(|(field, _)| field.eq_ignore_ascii_case(name));
                texts(all.map(|(_, value)| Some(value)).collect())
            }
            Field::Query(name) => texts(facts.query_values(name).map(Some).collect()),
            // A number of calls belongs to a rule, and a variable is no text.
            Field::Call | Field::Variable(_) => Texts::Many(Vec::new()),
        }
    }
}
