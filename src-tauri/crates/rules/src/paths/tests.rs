use json_text::Tree;
use proptest::prelude::*;
use protocol::{NameCase, values_below};

use super::*;
use crate::facts::FactVariable;
use crate::work::Budget;

fn variables<'a>(pairs: &'a [(String, String)]) -> Vec<FactVariable<'a>> {
    let variables = pairs.iter();
    variables
        .map(|(name, json)| FactVariable { name, json })
        .collect()
}

/// What a path leads to, walked for itself by the filter's function.
fn walked(path: &VariablePath, pairs: &[(String, String)]) -> Vec<Option<String>> {
    let mut by_variable = Vec::new();
    for (at, (name, json)) in pairs.iter().enumerate() {
        let is_last = pairs[at + 1..].iter().all(|(other, _)| other != name);
        let Some(below) = path.below(name, NameCase::Exact).filter(|_| is_last) else {
            continue;
        };
        by_variable.push(match Tree::new(json.as_str()) {
            _ if below.is_empty() => vec![Some(json.clone())],
            Err(_) => vec![None],
            Ok(tree) => {
                let nodes = values_below(&tree, below, NameCase::Exact).into_iter();
                nodes
                    .map(|node| node.map(|node| tree.json(node).to_owned()))
                    .collect()
            }
        });
    }
    if by_variable.is_empty() {
        return vec![None];
    }
    let has_it = |values: &Vec<Option<String>>| values.iter().any(Option::is_some);
    if by_variable.iter().any(has_it) {
        by_variable.retain(has_it);
    }
    let mut all = by_variable.concat();
    all.sort();
    all
}

fn found(path: usize, values: &PathValues<'_, '_>) -> Vec<Option<String>> {
    let values = values.get(path, &Budget::new(1_000_000)).unwrap();
    let found = values.as_slice().iter();
    let mut found: Vec<_> = found.map(|one| one.json.map(str::to_owned)).collect();
    found.sort();
    found
}

fn json() -> impl Strategy<Value = String> {
    let scalar = prop::sample::select(&["1", "\"x\"", "null", "{}", "[]", "{\"a\": tru"][..]);
    scalar
        .prop_map(str::to_owned)
        .prop_recursive(4, 24, 4, |inner| {
            let name =
                prop::sample::select(&["a", "b", "c", "d", "e", "f", "\\u0061", "\\ud800"][..]);
            let members = prop::collection::vec((name, inner.clone()), 0..6);
            prop_oneof![
                members.prop_map(|members| {
                    let members = members
                        .iter()
                        .map(|(name, json)| format!("\"{name}\": {json}"));
                    format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
                }),
                prop::collection::vec(inner, 0..7)
                    .prop_map(|items| format!("[{}]", items.join(", "))),
            ]
        })
}

fn path() -> impl Strategy<Value = String> {
    let step = prop::sample::select(
        &[
            ".a", ".b", ".c", ".d", ".e", ".f", ".\"a\"", "[0]", "[1]", "[2]", "[3]", "[4]", "[*]",
        ][..],
    );
    let first = prop::sample::select(&["a", "b", "\"a\""][..]);
    (first, prop::collection::vec(step, 0..4))
        .prop_map(|(first, steps)| format!("{first}{}", steps.concat()))
}

proptest! {
    #[test]
    fn many_paths_at_once_lead_to_what_each_leads_to_for_itself(
        texts in prop::collection::vec(path(), 1..40),
        named in prop::collection::vec((prop::sample::select(
            &["a", "b", "a.b", "a[0]", "\"a\"", "a.a.b"][..]), json()), 0..5),
    ) {
        let pairs: Vec<(String, String)> =
            named.into_iter().map(|(name, json)| (name.to_owned(), json)).collect();
        let variables = variables(&pairs);
        let mut index = PathIndex::default();
        let paths: Vec<VariablePath> = texts.iter().map(|text| text.parse().unwrap()).collect();
        let numbers: Vec<usize> = paths.iter().map(|path| index.add(path)).collect();
        let values = PathValues::new(&index, &variables);
        for (path, number) in paths.iter().zip(numbers) {
            prop_assert_eq!(found(number, &values), walked(path, &pairs), "{}", path.text());
        }
    }
}

#[test]
fn a_variable_that_is_too_much_to_read_is_not_found_out() {
    let pairs = [("a".to_owned(), format!("[{}1]", "1,".repeat(1_000)))];
    let variables = variables(&pairs);
    let mut index = PathIndex::default();
    let [whole, item, deeper] =
        ["a", "a[1]", "a[*].b"].map(|text| index.add(&text.parse().unwrap()));
    let values = PathValues::new(&index, &variables);
    let budget = Budget::new(1_000);
    assert!(values.get(whole, &budget).is_some(), "nothing is read");
    assert!(values.get(item, &budget).is_none());
    assert!(values.get(deeper, &budget).is_none());
}
