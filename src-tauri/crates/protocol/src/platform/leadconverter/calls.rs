//! The calls that LeadConverter makes.

use form_urlencoded::Serializer;
use json_text::{Kind, Tree, unescape_lossy};
use serde_json::Value;

use super::{DEFAULT_RESULT, TEMPLATE};
use crate::forms::{PhpArray, nested_name};
use crate::message::{Headers, Request};
use crate::platform::context::SampleTurn;
use crate::platform::sending::{Composed, Repeat, Sending};
use crate::platform::settings::SettingsError;

/// The parameters of the page's example of nested names: dots lead a level down, (1).
const SAMPLE: [(&str, &str); 4] = [
    ("user.name", "\"Иван\""),
    ("user.last_name", "\"Петров\""),
    ("group.id", "\"204815\""),
    ("group.channel_name", "\"Пицца Демо\""),
];

/// The block's methods, (1), and how each sends its parameters. All but JSON POST is inferred.
const METHODS: [(&str, &str, Parameters); 6] = [
    ("POST", "POST", Parameters::Form),
    ("GET", "GET", Parameters::Query),
    ("JSON POST", "POST", Parameters::Json),
    ("PUT", "PUT", Parameters::Form),
    ("PATCH", "PATCH", Parameters::Form),
    ("DELETE", "DELETE", Parameters::Form),
];

/// How the form of a POST is named, "like a contact form", (1). Inferred.
const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";

/// Where parameters go.
#[derive(Clone, Copy)]
enum Parameters {
    Query,
    Form,
    Json,
}

const CLOCKS: [(&str, Repeat); 3] = [
    ("off", Repeat::Off),
    ("real", Repeat::Real),
    ("compressed", Repeat::Compressed),
];

/// The fields of a composed call.
const VARIABLES: &str = "variables";
const RESULT: &str = "result";
const FIELDS: [&str; 6] = [
    "method",
    "headers",
    "parameters",
    VARIABLES,
    RESULT,
    "retry",
];

pub(super) fn sample() -> SampleTurn {
    let variables = SAMPLE
        .iter()
        .map(|(name, json)| ((*name).to_owned(), (*json).to_owned()));
    SampleTurn {
        variables: variables.collect(),
        ..SampleTurn::default()
    }
}

/// A POST with each variable as a parameter.
pub(super) fn compose(turn: &SampleTurn) -> Request {
    let parameters = turn
        .variables
        .iter()
        .map(|(name, json)| (name.clone(), parameter(json)));
    let parameters: Vec<_> = parameters.collect();
    call("POST", Parameters::Form, Headers::default(), &parameters)
}

/// A call of the block as a person filled it in.
pub(super) fn sending(composed: &str) -> Result<Sending, SettingsError> {
    let composed = Composed::read(composed, &FIELDS)?;
    let variables = composed.object(VARIABLES)?;
    let filled = |text: &str| match Tree::new(variables) {
        Ok(tree) => TEMPLATE.fill(text, &tree).text,
        Err(_) => text.to_owned(),
    };
    let names: Vec<&str> = METHODS.iter().map(|(name, ..)| *name).collect();
    let chosen = composed.choice("method", &names)?;
    let (_, method, place) = METHODS[names.iter().position(|one| *one == chosen).unwrap_or(0)];
    let clocks: Vec<&str> = CLOCKS.iter().map(|(name, _)| *name).collect();
    let clock = composed.choice("retry", &clocks)?;
    let clock = CLOCKS.iter().find(|(name, _)| *name == clock);
    let headers = composed.pairs("headers")?.into_iter();
    let headers = headers.map(|(name, value)| (name, filled(&value)));
    let parameters = composed.pairs("parameters")?.into_iter();
    let parameters: Vec<_> = parameters
        .map(|(name, value)| (name, filled(&value)))
        .collect();
    Ok(Sending {
        address: None,
        request: call(method, place, headers.collect(), &parameters),
        repeat: clock.map(|(_, clock)| *clock).unwrap_or_default(),
        ..Sending::default()
    })
}

/// The variables of a composed call, with the answer's in its place.
pub(super) fn after(composed: &str, answer: Option<&str>) -> Result<String, SettingsError> {
    let composed = Composed::read(composed, &FIELDS)?;
    let variables = composed.object(VARIABLES)?;
    let Some(answer) = answer else {
        return Ok(variables.to_owned());
    };
    let result = composed.text(RESULT)?.filter(|name| !name.is_empty());
    let result = result.unwrap_or_else(|| DEFAULT_RESULT.to_owned());
    let mut json = String::from("{");
    let mut push = |name: &str, value: &str| {
        let comma = if json.len() > 1 { "," } else { "" };
        json.push_str(&format!("{comma}{}:{value}", Value::from(name)));
    };
    if let Ok(tree) = Tree::new(variables) {
        for node in tree.members(Tree::<&str>::ROOT) {
            let name = tree.name(node);
            if name != result {
                push(&name, tree.json(node));
            }
        }
    }
    push(&result, answer);
    json.push('}');
    Ok(json)
}

fn call(
    method: &str,
    place: Parameters,
    mut headers: Headers,
    parameters: &[(String, String)],
) -> Request {
    let form = || {
        let mut form = Serializer::new(String::new());
        for (name, value) in parameters {
            form.append_pair(&bracketed(name), value);
        }
        form.finish()
    };
    let (query, kind, body) = match place {
        Parameters::Query => (
            Some(form()).filter(|form| !form.is_empty()),
            None,
            String::new(),
        ),
        Parameters::Form => (None, Some(FORM), form()),
        Parameters::Json => (None, Some(JSON), nested_json(parameters)),
    };
    if let Some(kind) = kind
        && headers.get("content-type").is_none()
    {
        headers.0.push(("Content-Type".to_owned(), kind.into()));
    }
    Request {
        method: method.to_owned(),
        path: "/".into(),
        query,
        headers,
        body: body.into(),
        ..Request::default()
    }
}

/// The parameters as one object; that values are texts is inferred.
fn nested_json(parameters: &[(String, String)]) -> String {
    let mut all = PhpArray::default();
    for (name, value) in parameters {
        let (root, steps) = nested_name(name);
        all.set(root, steps, value.clone());
    }
    all.json()
}

/// `user.name` as `user[name]`. That a level is written in brackets is inferred, (2).
fn bracketed(name: &str) -> String {
    let mut parts = name.split('.');
    let root = parts.next().unwrap_or_default().to_owned();
    parts.fold(root, |name, part| format!("{name}[{part}]"))
}

/// A value as the text of a parameter.
fn parameter(json: &str) -> String {
    match Tree::new(json) {
        Ok(tree) if tree.kind(Tree::<&str>::ROOT) == Kind::String => {
            unescape_lossy(json).into_owned()
        }
        _ => json.to_owned(),
    }
}
