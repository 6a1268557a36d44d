//! The names that files get in a new order.

use std::collections::HashSet;

use super::*;

#[test]
fn a_new_order_gives_a_file_that_is_not_read_another_name_and_leaves_its_text() {
    for text in [
        "half: [",
        "version: 1\nid: b\nname: edited\nthen: {reply: {body: new}}\n",
    ] {
        let home = tempfile::tempdir().unwrap();
        let dir = home.path();
        let [a, b] = [rule("a", ""), rule("b", "")];
        let now = watched(dir, &[a.clone(), b.clone()]);
        fs::write(dir.join("020-b.yaml"), text).unwrap();
        let many: Vec<_> = (0..12)
            .map(|number| rule(&format!("n{number}"), ""))
            .collect();
        let crowded: Vec<_> = [a].into_iter().chain(many).chain([b]).collect();
        let done = made(dir, &crowded, &now, &["010-a.yaml"]);
        assert_eq!(done.names["b"], "140-b.yaml");
        assert_eq!(fs::read_to_string(dir.join("140-b.yaml")).unwrap(), text);
        assert_eq!(names(dir).len(), 14, "its old name is nobody's");
    }
}

#[test]
fn a_rule_whose_file_names_no_id_keeps_its_id_wherever_it_is_put() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path();
    let own = "version: 1\nname: Город есть\nthen: {reply: {}}\n";
    fs::write(dir.join("07_own.yml"), own).unwrap();
    fs::write(dir.join("08.yaml"), own).unwrap();
    let found = read(dir, |_| None).unwrap();
    let rules: Vec<_> = found.iter().map(|one| Arc::clone(&one.rule)).collect();
    let named = found
        .iter()
        .map(|one| (one.rule.id().to_owned(), one.file.clone()));
    let in_force = InForce {
        names: named.collect(),
        rules,
    };
    let mut turned = in_force.rules.clone();
    turned.reverse();
    made(dir, &turned, &in_force, &[]);
    assert_eq!(ids(dir), ["08", "own"]);
    assert!(
        texts(dir).iter().all(|(_, text)| text == own),
        "{:?}",
        texts(dir)
    );
}

#[test]
fn names_that_differ_in_case_alone_are_no_two_files() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path();
    let text = |id: &str| write_again(&rule(id, "Pay"));
    for (file, id) in [
        ("001-Pay.yaml", "a"),
        ("010-Pay.yaml", "b"),
        ("011-x.yaml", "c"),
    ] {
        fs::write(dir.join(file), text(id)).unwrap();
    }
    let found = read(dir, |_| None).unwrap();
    let rules: Vec<_> = found.iter().map(|one| Arc::clone(&one.rule)).collect();
    let named = found
        .iter()
        .map(|one| (one.rule.id().to_owned(), one.file.clone()));
    let in_force = InForce {
        names: named.collect(),
        rules: rules.clone(),
    };
    let all: Vec<_> = [rule("new", "Pay")].into_iter().chain(rules).collect();
    made(dir, &all, &in_force, &[]);
    assert_eq!(ids(dir), ["new", "a", "b", "c"]);
    let folded: HashSet<String> = names(dir).iter().map(|name| name.to_lowercase()).collect();
    assert_eq!(folded.len(), 4, "{:?}", names(dir));
}
