//! What the name of a parameter says about its place.

/// How many levels PHP nests, `max_input_nesting_level`: a name with more brackets is dropped
/// together with everything under its root.
const PHP_LEVELS_MAX: usize = 64;

/// How many levels are nested where the reader is no known program.
const LEVELS_MAX: usize = 32;

/// A parameter's place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Name {
    /// Its top-level name and the way from there.
    Nested(String, Vec<Step>),
    /// It is dropped, and so is everything under its top-level name.
    TooDeep(String),
    /// It is dropped.
    Dropped,
}

/// A step to a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// To the member of this key.
    Key(String),
    /// To a new item behind the last one.
    Next,
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The bytes with what PHP has in no name of a variable replaced.
fn php_variable(bytes: &[u8], also: Option<u8>) -> Vec<u8> {
    let replaced = bytes.iter().map(|byte| match byte {
        b' ' | b'.' => b'_',
        byte if Some(*byte) == also => b'_',
        byte => *byte,
    });
    replaced.collect()
}

/// PHP's `php_register_variable_ex`, as PHP 8.2 does it.
pub(super) fn php_name(name: &[u8]) -> Name {
    let name = &name[name.iter().take_while(|byte| **byte == b' ').count()..];
    // A zero byte ends a text of C.
    let name = name.split(|byte| *byte == 0).next().unwrap_or_default();
    let open = memchr::memchr(b'[', name).unwrap_or(name.len());
    let root = php_variable(&name[..open], None);
    let is_disguised = |prefix: &[u8]| root.starts_with(prefix) && !name.starts_with(prefix);
    if root.is_empty() || is_disguised(b"__Host-") || is_disguised(b"__Secure-") {
        return Name::Dropped;
    }
    let mut steps = Vec::new();
    let mut at = open;
    while name.get(at) == Some(&b'[') {
        if steps.len() == PHP_LEVELS_MAX {
            return Name::TooDeep(text(&root));
        }
        let inside = &name[at + 1..];
        let spaces = usize::from(inside.first().is_some_and(|byte| is_space(*byte)));
        if inside.get(spaces) == Some(&b']') {
            steps.push(Step::Next);
            at += spaces + 2;
            continue;
        }
        match memchr::memchr(b']', inside) {
            Some(close) => {
                steps.push(Step::Key(text(&inside[..close])));
                at += close + 2;
            }
            // The bracket is part of the name; behind another one it is passed over.
            None if steps.is_empty() => {
                return Name::Nested(text(&php_variable(name, Some(b'['))), steps);
            }
            None => break,
        }
    }
    Name::Nested(text(&root), steps)
}

/// C's `isspace`.
const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | 0x0b | 0x0c | b'\r')
}

/// A name in which both brackets and dots lead a level down. What is neither (a bracket without
/// its end, a dot with nothing beside it) leaves the whole name as it is.
pub(crate) fn nested_name(name: &str) -> (String, Vec<Step>) {
    let literal = || (name.to_owned(), Vec::new());
    let Some(first) = name.find(['[', '.']).filter(|at| *at > 0) else {
        return literal();
    };
    let (root, mut rest) = name.split_at(first);
    let mut steps = Vec::new();
    while !rest.is_empty() {
        if steps.len() == LEVELS_MAX {
            steps.push(Step::Key(rest.to_owned()));
            break;
        }
        if let Some(inside) = rest.strip_prefix('[') {
            let Some(close) = inside.find(']') else {
                return literal();
            };
            let key = &inside[..close];
            steps.push(match key.is_empty() {
                true => Step::Next,
                false => Step::Key(key.to_owned()),
            });
            rest = &inside[close + 1..];
        } else if let Some(after) = rest.strip_prefix('.') {
            let end = after.find(['[', '.']).unwrap_or(after.len());
            if end == 0 {
                return literal();
            }
            steps.push(Step::Key(after[..end].to_owned()));
            rest = &after[end..];
        } else {
            return literal();
        }
    }
    (root.to_owned(), steps)
}
