//! Requests of the samples, for the tests of the platforms.

use crate::message::Request;

/// A recorded request as it stands in a file: the head, an empty line, the body; `#` are notes.
pub(super) fn request(file: &str) -> Request {
    let lines: Vec<&str> = file.lines().filter(|line| !line.starts_with('#')).collect();
    let whole = lines.join("\n");
    let (head, body) = whole.split_once("\n\n").unwrap_or((&whole, ""));
    let mut lines = head.lines();
    let mut first = lines.next().unwrap().split(' ');
    let (method, target) = (first.next().unwrap(), first.next().unwrap());
    let (path, query) = match target.split_once('?') {
        Some((path, query)) => (path, Some(query.to_owned())),
        None => (target, None),
    };
    let fields = lines.filter_map(|line| line.split_once(": "));
    Request {
        method: method.to_owned(),
        path: path.to_owned(),
        query,
        headers: fields.collect(),
        body: body.to_owned().into(),
        ..Request::default()
    }
}
