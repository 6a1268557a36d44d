//! Rules on their way into a folder and out of it.

mod bounds;
mod edited;
mod order;
mod undo;
mod write;

use std::fs;
use std::path::Path;
use std::sync::Arc;

use messages::Lang;
use messages::Say as _;
use rules::{CompiledRule, Rule};

use super::*;

fn rule(id: &str, name: &str) -> Arc<CompiledRule> {
    let json = format!(
        r#"{{"version":1,"id":"{id}","name":"{name}","then":{{"reply":{{"body":"{id}"}}}}}}"#
    );
    Arc::new(CompiledRule::new(Rule::from_json(&json).unwrap()).unwrap())
}

fn names(dir: &Path) -> Vec<String> {
    let entries = fs::read_dir(dir).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

fn ids(dir: &Path) -> Vec<String> {
    let found = read(dir, |_| None).unwrap();
    found.iter().map(|one| one.rule.id().to_owned()).collect()
}

fn put(dir: &Path, rules: &[Arc<CompiledRule>]) -> Written {
    let written = write(dir, rules, &Purpose::Export).unwrap();
    let expected: Vec<&str> = rules.iter().map(|rule| rule.id()).collect();
    assert_eq!(ids(dir), expected);
    written
}

/// A watched folder: rules in force, and their files.
fn watched(dir: &Path, rules: &[Arc<CompiledRule>]) -> InForce {
    InForce {
        rules: rules.to_vec(),
        names: put(dir, rules).names,
    }
}

/// All files with their texts.
fn texts(dir: &Path) -> Vec<(String, String)> {
    let names = names(dir).into_iter();
    let text = |name: &String| fs::read_to_string(dir.join(name)).unwrap();
    names.map(|name| (name.clone(), text(&name))).collect()
}

/// That a change is refused by a file's name, and leaves every file as it is.
fn refused(dir: &Path, rules: &[Arc<CompiledRule>], in_force: &InForce, file: &str) {
    let before = texts(dir);
    match write(dir, rules, &Purpose::Change(in_force.clone())) {
        Err(NotWritten::Failed(message)) => {
            assert!(message.text(Lang::En).contains(file), "{message:?}");
        }
        other => panic!("{file}: {other:?}"),
    }
    assert_eq!(texts(dir), before);
}

/// That a change is made, and these files are as before.
fn made(dir: &Path, rules: &[Arc<CompiledRule>], in_force: &InForce, left: &[&str]) -> Written {
    let before: Vec<_> = texts(dir);
    let done = write(dir, rules, &Purpose::Change(in_force.clone())).unwrap();
    let after = texts(dir);
    for file in left {
        let of = |all: &[(String, String)]| all.iter().find(|(name, _)| name == file).cloned();
        assert!(of(&before).is_some() && of(&before) == of(&after), "{file}");
    }
    done
}

fn write_again(rule: &CompiledRule) -> String {
    rules::write_file(rule.definition())
}
