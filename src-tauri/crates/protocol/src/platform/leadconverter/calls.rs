//! The calls that LeadConverter makes.

use form_urlencoded::Serializer;
use json_text::{Kind, Tree};

use crate::message::Request;
use crate::platform::context::SampleTurn;

/// The parameters of the page's example of nested names: dots lead a level down, (1).
const SAMPLE: [(&str, &str); 4] = [
    ("user.name", "\"Иван\""),
    ("user.last_name", "\"Петров\""),
    ("group.id", "\"204815\""),
    ("group.channel_name", "\"Пицца Демо\""),
];

/// How the form of a POST is named, "like a contact form", (1). Inferred.
const FORM: &str = "application/x-www-form-urlencoded";

pub(super) fn sample() -> SampleTurn {
    let variables = SAMPLE
        .iter()
        .map(|(name, json)| ((*name).to_owned(), (*json).to_owned()));
    SampleTurn {
        variables: variables.collect(),
        ..SampleTurn::default()
    }
}

/// A POST with each variable as a parameter. That a level is written in brackets is inferred, (2).
pub(super) fn compose(turn: &SampleTurn) -> Request {
    let mut form = Serializer::new(String::new());
    for (name, json) in &turn.variables {
        form.append_pair(&bracketed(name), &parameter(json));
    }
    Request {
        method: "POST".into(),
        path: "/".into(),
        headers: [("Content-Type", FORM)].into_iter().collect(),
        body: form.finish().into(),
        ..Request::default()
    }
}

/// `user.name` as `user[name]`.
fn bracketed(name: &str) -> String {
    let mut parts = name.split('.');
    let root = parts.next().unwrap_or_default().to_owned();
    parts.fold(root, |name, part| format!("{name}[{part}]"))
}

/// A value as the text of a parameter.
fn parameter(json: &str) -> String {
    match Tree::new(json) {
        Ok(tree) if tree.kind(Tree::<&str>::ROOT) == Kind::String => {
            json_text::unescape_lossy(json).into_owned()
        }
        _ => json.to_owned(),
    }
}
