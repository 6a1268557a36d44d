//! The paths a Rust file names inside its own crate: `crate::…` and `super::…`, in `use` and
//! elsewhere, macros included. Comments, strings and `#[cfg(test)]` items name nothing.

use std::iter::Peekable;
use std::vec::IntoIter;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// A path from the crate's root: `["filter", "parse", "condition"]`.
pub(crate) type Path = Vec<String>;

type Tokens = Peekable<IntoIter<TokenTree>>;

/// Every path that the text of a module names, the module itself lying at `here`.
pub(crate) fn named(text: &str, here: &[String]) -> Vec<Path> {
    let mut paths = Vec::new();
    walk(parse(text), here, &mut paths);
    paths
}

/// What the crate's root gives on from its modules: the full path of each `use` of a module.
pub(crate) fn exported(root: &str) -> Vec<Path> {
    let mut paths = Vec::new();
    let mut tokens = tokens(parse(root));
    while let Some(token) = tokens.next() {
        if is_ident(&token, "use") {
            tree(&mut tokens, Vec::new(), &mut paths);
        }
    }
    paths
}

fn parse(text: &str) -> TokenStream {
    text.parse()
        .expect("a Rust file of ours has balanced brackets")
}

fn tokens(stream: TokenStream) -> Tokens {
    stream
        .into_iter()
        .collect::<Vec<_>>()
        .into_iter()
        .peekable()
}

fn walk(stream: TokenStream, here: &[String], paths: &mut Vec<Path>) {
    let mut tokens = tokens(stream);
    // `$crate::…` in a macro is for other crates, `pub(in crate::…)` a visibility.
    let mut names_nothing = false;
    while let Some(token) = tokens.next() {
        let after = std::mem::replace(
            &mut names_nothing,
            is_punct(&token, '$') || is_ident(&token, "in"),
        );
        match token {
            TokenTree::Group(group) => walk(group.stream(), here, paths),
            TokenTree::Punct(punct) if punct.as_char() == '#' && is_test(&mut tokens) => {
                skip_item(&mut tokens);
            }
            TokenTree::Ident(ident) if ident == "mod" => inline(&mut tokens, here, paths),
            TokenTree::Ident(ident) if !after && ident == "crate" && separator(&mut tokens) => {
                tree(&mut tokens, Vec::new(), paths);
            }
            TokenTree::Ident(ident) if !after && ident == "super" && separator(&mut tokens) => {
                tree(&mut tokens, parent(here), paths);
            }
            _ => {}
        }
    }
}

/// `mod name { … }`, whose `super` is this file.
fn inline(tokens: &mut Tokens, here: &[String], paths: &mut Vec<Path>) {
    let Some(TokenTree::Ident(name)) = tokens.next() else {
        return;
    };
    if let Some(TokenTree::Group(body)) = tokens.next_if(|next| matches!(next, TokenTree::Group(_)))
    {
        let inside = [here, &[name.to_string()]].concat();
        walk(body.stream(), &inside, paths);
    }
}

/// The rest of a path after its `::`, up to its end or its groups' ends.
fn tree(tokens: &mut Tokens, mut base: Path, paths: &mut Vec<Path>) {
    match tokens.next() {
        Some(TokenTree::Ident(ident)) if ident == "super" => base = parent(&base),
        Some(TokenTree::Ident(ident)) if ident == "self" => {}
        Some(TokenTree::Ident(ident)) => base.push(ident.to_string()),
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
            let mut inner = self::tokens(group.stream());
            while inner.peek().is_some() {
                tree(&mut inner, base.clone(), paths);
                // Past `as Other` and the comma.
                for token in inner.by_ref() {
                    if is_punct(&token, ',') {
                        break;
                    }
                }
            }
            return;
        }
        // `*` and turbofish: what stands before is named.
        _ => {
            paths.push(base);
            return;
        }
    }
    if separator(tokens) {
        tree(tokens, base, paths);
    } else if !tokens.peek().is_some_and(|next| is_punct(next, '!')) {
        // A macro is known in the whole crate.
        paths.push(base);
    }
}

/// Takes `::` where it is next.
fn separator(tokens: &mut Tokens) -> bool {
    let first = tokens.next_if(|next| is_punct(next, ':'));
    first.is_some() && tokens.next_if(|next| is_punct(next, ':')).is_some()
}

/// Takes an attribute's brackets, and says whether they hold `cfg(test)`.
fn is_test(tokens: &mut Tokens) -> bool {
    tokens.next_if(|next| is_punct(next, '!'));
    let attribute = tokens.next_if(|next| matches!(next, TokenTree::Group(_)));
    attribute.is_some_and(|attribute| attribute.to_string().replace(' ', "") == "[cfg(test)]")
}

/// To an item's end: its body or its semicolon.
fn skip_item(tokens: &mut Tokens) {
    for token in tokens.by_ref() {
        let body =
            matches!(&token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace);
        if body || is_punct(&token, ';') {
            break;
        }
    }
}

fn parent(path: &[String]) -> Path {
    path[..path.len().saturating_sub(1)].to_vec()
}

fn is_punct(token: &TokenTree, wanted: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == wanted)
}

fn is_ident(token: &TokenTree, wanted: &str) -> bool {
    matches!(token, TokenTree::Ident(ident) if ident == wanted)
}

#[test]
fn paths_are_read_off_uses_expressions_and_macros() {
    let text = r#"
        //! Not `crate::doc`.
        pub(crate) use crate::{a, b::{self, c as d, e::*}, Root};
        pub(in crate::nowhere) use super::sibling::X;
        fn f() { crate::g::<u8>(); log!("crate::text", crate::h::K); crate::made!(super::super::up); }
        mod inside { use super::own; }
        #[cfg(test)]
        mod tests { use crate::only_in_tests; }
    "#;
    let here = ["m".to_owned(), "n".to_owned()];
    let paths: Vec<String> = named(text, &here)
        .iter()
        .map(|path| path.join("::"))
        .collect();
    assert_eq!(
        paths,
        [
            "a",
            "b",
            "b::c",
            "b::e",
            "Root",
            "m::sibling::X",
            "g",
            "h::K",
            "up",
            "m::n::own"
        ]
    );
}
