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
        let [a, b, c] = [rule("a", ""), rule("b", ""), rule("c", "")];
        let now = watched(dir, &[a.clone(), b.clone(), c.clone()]);
        fs::write(dir.join("020-b.yaml"), text).unwrap();
        let done = made(dir, &[b, a, c], &now, &["010-a.yaml", "030-c.yaml"]);
        assert_eq!(done.names["b"], "005-b.yaml");
        assert_eq!(fs::read_to_string(dir.join("005-b.yaml")).unwrap(), text);
        assert_eq!(names(dir).len(), 3, "its old name is nobody's");
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

/// Where one more rule is put among so many.
type Place = fn(usize) -> usize;

#[test]
fn a_rule_that_has_a_file_keeps_its_name_however_many_come() {
    let places: [(&str, usize, Place); 4] = [
        ("below", 300, |many| many),
        ("on top", 300, |_| 0),
        ("below the first", 25, |_| 1),
        ("above the last", 25, |many| many - 1),
    ];
    for (place, many, at) in places {
        let mut files = vec!["010-a.yaml".to_owned(), "020-b.yaml".to_owned()];
        for number in 0..many {
            let at = at(files.len());
            let mut rules: Vec<names::Wanted<'_>> = files
                .iter()
                .map(|file| names::Wanted {
                    present: Some(file),
                    id: "a",
                    name: "",
                    is_named_by_file: false,
                })
                .collect();
            let new = names::Wanted {
                present: None,
                id: "new",
                name: "",
                is_named_by_file: false,
            };
            rules.insert(at, new);
            let taken = names::Taken::new(HashSet::new(), files.clone());
            let mut next = names::assigned(&rules, &taken);
            assert!(
                next.is_sorted_by(|one, next| one < next),
                "{place}: {next:?}"
            );
            let new = next[at].clone();
            next.remove(at);
            assert_eq!(next, files, "{place}: {number}");
            files.insert(at, new);
        }
        let longest = files.iter().map(String::len).max();
        assert!(longest < Some(50), "{place}: {longest:?}");
    }
}

/// A folder whose files have no numbers; what is said of each rule's id.
fn of_a_person(dir: &Path, id: impl Fn(&str) -> String) -> InForce {
    for name in ["city", "pay", "start"] {
        let text = format!("version: 1\n{}then: {{reply: {{}}}}\n", id(name));
        fs::write(dir.join(format!("{name}.yaml")), text).unwrap();
    }
    let found = read(dir, |_| None).unwrap();
    let named = found.iter();
    let named = named.map(|one| (one.rule.id().to_owned(), one.file.clone()));
    InForce {
        names: named.collect(),
        rules: found.iter().map(|one| Arc::clone(&one.rule)).collect(),
    }
}

#[test]
fn files_without_numbers_keep_their_names_where_rules_come_between_them() {
    for (at, id, file) in [
        (0, "fault", "010-fault.yaml"),
        (1, "hold", "hold.yaml"),
        (1, "apple", "city_apple.yaml"),
        (3, "zebra", "zebra.yaml"),
        (3, "default", "start_default.yaml"),
    ] {
        let home = tempfile::tempdir().unwrap();
        let dir = home.path();
        let now = of_a_person(dir, |name| format!("id: {name}\n"));
        let mut next = now.rules.clone();
        next.insert(at, rule(id, ""));
        let stay = ["city.yaml", "pay.yaml", "start.yaml"];
        let done = made(dir, &next, &now, &stay);
        assert_eq!((done.written, done.removed), (1, 0));
        assert_eq!(done.names[id], file);
        let expected: Vec<&str> = next.iter().map(|rule| rule.id()).collect();
        assert_eq!(ids(dir), expected);
    }
}

#[test]
fn a_rule_whose_file_names_no_id_keeps_it_where_no_name_has_room() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path();
    let now = of_a_person(dir, |_| String::new());
    let mut next = now.rules.clone();
    next.rotate_left(1);
    made(dir, &next, &now, &[]);
    assert_eq!(ids(dir), ["pay", "start", "city"]);
    assert_eq!(
        names(dir),
        ["010-pay.yaml", "020-start.yaml", "030-city.yaml"]
    );
    // One that says its id gets another name alone.
    let home = tempfile::tempdir().unwrap();
    let dir = home.path();
    let now = of_a_person(dir, |name| format!("id: {name}\n"));
    made(dir, &next, &now, &["pay.yaml", "start.yaml"]);
    assert_eq!(ids(dir), ["pay", "start", "city"]);
    assert_eq!(names(dir), ["pay.yaml", "start.yaml", "start_city.yaml"]);
}
