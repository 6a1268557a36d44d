//! Variables of forms and queries for a reader that is no known program: brackets and dots both
//! lead a level down, in the order of first appearance, and the last value of a place counts.

use std::borrow::Cow;

use crate::body::{BodyKind, decode_text, unescaped_text};
use crate::finding::{Code, Finding};
use crate::forms::{PhpArray, difference, nested_name, parameters, unescape};
use crate::message::Headers;
use crate::names::Side;
use crate::platform::context::RequestContext;

/// How many parameters make variables.
pub(super) const PARAMETERS_MAX: usize = 20_000;

/// How many levels all names together lead down.
const LEVELS_MAX: usize = 100_000;

/// The variables of a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Nested {
    /// The variables in their order.
    pub(super) variables: PhpArray,
    /// There are more parameters, or more levels, than make variables.
    pub(super) is_cut: bool,
    /// How many levels the names lead down so far.
    levels: usize,
}

impl Nested {
    /// The variables of a query, then those of a form.
    pub(super) fn of(request: &RequestContext<'_>) -> Self {
        let mut nested = Self::default();
        if let Some(query) = &request.request.query {
            nested.add(&request.request.headers, query);
        }
        if let Some(form) = form(request) {
            nested.add(&request.request.headers, &form);
        }
        nested
    }

    fn add(&mut self, headers: &Headers, form: &str) {
        let bytes = form.as_bytes();
        for (index, one) in parameters(bytes).enumerate() {
            if index == PARAMETERS_MAX {
                self.is_cut = true;
                return;
            }
            let name = text(headers, unescape(&bytes[one.name]));
            let value = one
                .value
                .map(|value| text(headers, unescape(&bytes[value])));
            let (root, steps) = nested_name(&name);
            self.levels += steps.len();
            if self.levels > LEVELS_MAX {
                self.is_cut = true;
                return;
            }
            self.variables.set(root, steps, value.unwrap_or_default());
        }
    }
}

/// The top-level name of the first parameter of a form that leads a level down. Runs on every form
/// of a bot that recognises its senders: nothing is built.
pub(super) fn first_nested_name(request: &RequestContext<'_>) -> Option<String> {
    let form = form(request)?;
    let bytes = form.as_bytes();
    let names = parameters(bytes).take(PARAMETERS_MAX).filter_map(|one| {
        let name = unescape(&bytes[one.name]);
        let is_plain = memchr::memchr2(b'[', b'.', &name).is_none();
        (!is_plain).then(|| nested_name(&String::from_utf8_lossy(&name)))
    });
    let mut nested = names.filter(|(_, steps)| !steps.is_empty());
    nested.next().map(|(root, _)| root)
}

/// The text of a form, where the body is one.
pub(super) fn form<'a>(request: &RequestContext<'a>) -> Option<Cow<'a, str>> {
    if request.kind != BodyKind::Form {
        return None;
    }
    let request = request.request;
    decode_text(&request.headers, request.body.beginning()).text
}

fn text(headers: &Headers, bytes: Cow<'_, [u8]>) -> String {
    match String::from_utf8(bytes.into_owned()) {
        Ok(text) => text,
        Err(error) => {
            let lossy = String::from_utf8_lossy(error.as_bytes()).into_owned();
            unescaped_text(headers, error.into_bytes()).unwrap_or(lossy)
        }
    }
}

/// What is worth knowing about a form.
pub(super) fn check(request: &RequestContext<'_>, findings: &mut Vec<Finding>) {
    if Nested::of(request).is_cut {
        let finding = Finding::new(Code::FormCut, Side::Request);
        findings.push(finding.arg(PARAMETERS_MAX as u64));
    }
    if let Some(form) = form(request)
        && let Some((name, php, qs)) = difference(form.as_bytes())
    {
        let finding = Finding::new(Code::FormsDiffer, Side::Request);
        findings.push(finding.arg(name).arg(php).arg(qs));
    }
}
