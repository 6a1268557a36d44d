//! Rules on their way into a folder and out of it.

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
    let written = write(dir, rules, None).unwrap();
    let expected: Vec<&str> = rules.iter().map(|rule| rule.id()).collect();
    assert_eq!(ids(dir), expected);
    written
}

#[test]
fn rules_come_back_in_their_order_and_only_files_that_differ_are_written() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path();
    let [a, b, c] = [
        rule("a", "Город есть"),
        rule("b", "Pay / late"),
        rule("c", ""),
    ];
    let written = put(dir, &[a.clone(), b.clone(), c.clone()]);
    assert_eq!(
        (written.written, written.removed, written.unchanged),
        (3, 0, 0)
    );
    assert_eq!(
        names(dir),
        ["010-город-есть.yaml", "020-pay-late.yaml", "030-c.yaml"]
    );
    fs::write(dir.join("README.md"), "of a person").unwrap();
    let written = put(dir, &[a.clone(), b.clone(), c.clone()]);
    assert_eq!(
        (written.written, written.removed, written.unchanged),
        (0, 0, 3)
    );
    // One between two others, and one moved to the top: the others keep their names.
    let d = rule("d", "between");
    let written = put(dir, &[c.clone(), a, d.clone(), b.clone()]);
    assert_eq!(
        names(dir),
        [
            "005-c.yaml",
            "010-город-есть.yaml",
            "015-between.yaml",
            "020-pay-late.yaml",
            "README.md"
        ]
    );
    assert_eq!(
        (written.written, written.removed, written.unchanged),
        (2, 0, 2)
    );
    // One that is gone.
    let written = put(dir, &[c, d, b]);
    assert_eq!(
        (written.written, written.removed, written.unchanged),
        (0, 1, 3)
    );
}

#[test]
fn what_a_person_wrote_stays_as_it_is_where_it_says_the_same() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path();
    let own = "# why\n{version: 1, name: 'own', then: {fault: {kind: close}}}\n";
    fs::write(dir.join("07_own.yml"), own).unwrap();
    let found = read(dir, |_| None).unwrap();
    assert_eq!(found[0].rule.id(), "own", "by its file");
    let all = [rule("first", ""), Arc::clone(&found[0].rule)];
    put(dir, &all);
    assert_eq!(names(dir), ["003-first.yaml", "07_own.yml"]);
    assert_eq!(fs::read_to_string(dir.join("07_own.yml")).unwrap(), own);
    // Without room between the names all are numbered anew, and the text stays.
    let many: Vec<_> = (0..9)
        .map(|number| rule(&format!("n{number}"), ""))
        .collect();
    let all: Vec<_> = many
        .into_iter()
        .chain([Arc::clone(&found[0].rule)])
        .collect();
    put(dir, &all);
    assert_eq!(fs::read_to_string(dir.join("100-own.yaml")).unwrap(), own);
}

#[test]
fn a_file_that_is_no_rule_is_named_with_its_place_and_nothing_is_half_read() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path();
    put(dir, &[rule("a", ""), rule("b", "")]);
    let text = fs::read_to_string(dir.join("020-b.yaml")).unwrap();
    for (broken, line, pointer) in [
        (text.replace("enabled", "enable"), 4, "/enable"),
        (text.replace("version: 1", "version: 2"), 1, "/version"),
        (text.replace("id: b", "id: a"), 0, "/id"),
        (text.replace("version: 1\n", ""), 1, "/version"),
        (
            text.replace("template: false", "template: fa"),
            0,
            "/then/reply/template",
        ),
    ] {
        fs::write(dir.join("020-b.yaml"), &broken).unwrap();
        let Err(Unread::Files(errors)) = read(dir, |_| None) else {
            panic!("it is read: {broken}");
        };
        assert_eq!(errors.len(), 1);
        assert_eq!(errors[0].file, "020-b.yaml");
        assert_eq!(
            errors[0].pointer.as_deref().unwrap_or_default(),
            pointer,
            "{broken}"
        );
        let found = errors[0].position.map_or(0, |position| position.line);
        assert!(line == 0 || found == line, "{found}: {broken}");
        assert!(!errors[0].message().text(Lang::Ru).is_empty());
        // Whose it is is not known to who writes without having read it before.
        let refused = write(dir, &[rule("a", "")], None);
        let is_a_rule = pointer == "/id";
        assert_eq!(
            matches!(refused, Err(NotWritten::Files(_))),
            !is_a_rule,
            "{broken}"
        );
        put_back(dir, &text);
    }
    fs::write(dir.join("030-bytes.yaml"), [0xff, 0xfe]).unwrap();
    assert!(matches!(read(dir, |_| None), Err(Unread::Files(_))));
}

fn put_back(dir: &Path, text: &str) {
    fs::write(dir.join("020-b.yaml"), text).unwrap();
}

#[test]
fn a_broken_file_is_left_alone_where_it_is_known_whose_it_is() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path();
    let [a, b] = [rule("a", ""), rule("b", "")];
    let known = put(dir, &[a.clone(), b.clone()]).names;
    fs::write(dir.join("099-mine.yaml"), "half: [").unwrap();
    let done = write(dir, &[b.clone(), a], Some(&known)).unwrap();
    assert_eq!(done.removed, 0);
    assert_eq!(
        fs::read_to_string(dir.join("099-mine.yaml")).unwrap(),
        "half: ["
    );
    let done = write(dir, &[b], Some(&done.names)).unwrap();
    assert_eq!(done.removed, 1);
    assert!(dir.join("099-mine.yaml").exists());
}

#[test]
fn a_folder_is_bounded() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path();
    assert!(matches!(
        read(&dir.join("none"), |_| None),
        Err(Unread::Missing(_))
    ));
    for number in 0..=crate::bot_rules::RULES_MAX {
        fs::write(dir.join(format!("{number:05}.yaml")), "").unwrap();
    }
    let Err(Unread::Files(errors)) = read(dir, |_| None) else {
        panic!("too many are refused")
    };
    assert_eq!((errors.len(), errors[0].file.as_str()), (1, ""));
    fs::remove_file(dir.join("00000.yaml")).unwrap();
    let Err(Unread::Files(errors)) = read(dir, |_| None) else {
        panic!("empty files are no rules")
    };
    assert_eq!(errors.len(), ERRORS_MAX);
}
