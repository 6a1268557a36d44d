//! Rules on their way into a folder and out of it.

use std::collections::HashSet;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

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
        let refused = write(dir, &[rule("a", "")], &Purpose::Export);
        assert!(matches!(refused, Err(NotWritten::Files(_))), "{broken}");
        put_back(dir, &text);
    }
    fs::write(dir.join("030-bytes.yaml"), [0xff, 0xfe]).unwrap();
    assert!(matches!(read(dir, |_| None), Err(Unread::Files(_))));
}

fn put_back(dir: &Path, text: &str) {
    fs::write(dir.join("020-b.yaml"), text).unwrap();
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

#[test]
fn a_file_that_was_edited_and_not_read_is_never_written_over_or_removed() {
    for text in [
        "half: [",
        "version: 1\nid: b\nname: edited\nthen: {reply: {body: new}}\n",
    ] {
        let home = tempfile::tempdir().unwrap();
        let dir = home.path();
        let [a, b, c] = [rule("a", ""), rule("b", ""), rule("c", "")];
        let in_force = watched(dir, &[a.clone(), b.clone(), c.clone()]);
        fs::write(dir.join("020-b.yaml"), text).unwrap();
        // Others are changed, moved and removed around it.
        let other = rule("c", "another");
        let all = [a.clone(), b.clone(), other];
        let done = made(dir, &all, &in_force, &["010-a.yaml", "020-b.yaml"]);
        assert_eq!((done.written, done.unchanged), (1, 2));
        let now = InForce {
            rules: all.to_vec(),
            names: done.names,
        };
        made(
            dir,
            &[a.clone(), b.clone()],
            &now,
            &["010-a.yaml", "020-b.yaml"],
        );
        // What needs it is refused: another text of its rule, its removal, another place.
        refused(dir, &[a.clone(), rule("b", "changed")], &now, "020-b.yaml");
        refused(dir, std::slice::from_ref(&a), &now, "020-b.yaml");
    }
}

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
fn new_files_stay_whatever_the_app_changes() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path();
    let [a, b] = [rule("a", ""), rule("b", "")];
    let in_force = watched(dir, &[a.clone(), b.clone()]);
    // Of a pull: a rule, something broken, and a copy that still has its id.
    fs::write(
        dir.join("005-new.yaml"),
        "version: 1\nid: n\nthen: {reply: {}}\n",
    )
    .unwrap();
    fs::write(dir.join("030-conflict.yaml"), "<<<<<<< HEAD").unwrap();
    let copy = fs::read_to_string(dir.join("010-a.yaml")).unwrap();
    fs::write(
        dir.join("015-copy.yaml"),
        copy.replace("body: a", "body: edited"),
    )
    .unwrap();
    let new = ["005-new.yaml", "015-copy.yaml", "030-conflict.yaml"];
    let done = made(dir, &[b.clone(), a.clone()], &in_force, &new);
    assert_eq!(done.removed, 0);
    let now = InForce {
        rules: vec![b.clone(), a],
        names: done.names,
    };
    // With its copy there the rule would come back.
    refused(dir, std::slice::from_ref(&b), &now, "015-copy.yaml");
    fs::remove_file(dir.join("015-copy.yaml")).unwrap();
    let new = ["005-new.yaml", "030-conflict.yaml"];
    let done = made(dir, std::slice::from_ref(&b), &now, &new);
    assert_eq!(done.removed, 1);
    // A name that a new rule would have is passed by, in whatever letters it is written.
    let now = InForce {
        rules: vec![b.clone()],
        names: done.names,
    };
    let next = rule("conflict", "");
    let done = made(dir, &[b.clone(), next], &now, &new);
    let name = &done.names["conflict"];
    assert!(
        !new.contains(&name.as_str()) && dir.join(name).exists(),
        "{name}"
    );
    // A rule of an id that a new file has.
    let now = InForce {
        rules: vec![b.clone()],
        names: now.names,
    };
    refused(dir, &[b, rule("n", "")], &now, "005-new.yaml");
}

#[test]
fn after_a_start_with_a_broken_folder_its_file_is_not_written_over_either() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path();
    let [a, b] = [rule("a", ""), rule("b", "")];
    let rules = watched(dir, &[a.clone(), b.clone()]).rules;
    fs::write(dir.join("020-b.yaml"), "half: [").unwrap();
    // Nothing was read yet: no file is known by its name.
    let in_force = InForce {
        rules,
        names: NamesById::default(),
    };
    refused(
        dir,
        &[rule("a", "changed"), b.clone()],
        &in_force,
        "020-b.yaml",
    );
    refused(dir, &[b.clone(), a.clone()], &in_force, "020-b.yaml");
    let text = fs::read(dir.join("010-a.yaml")).unwrap();
    fs::write(dir.join("020-b.yaml"), write_again(&b)).unwrap();
    made(dir, &[b, a], &in_force, &[]);
    assert!(texts(dir).iter().any(|(_, now)| now.as_bytes() == text));
}

fn write_again(rule: &CompiledRule) -> String {
    rules::write_file(rule.definition())
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
fn a_file_that_a_person_removed_is_not_written_again() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path();
    let [a, b] = [rule("a", ""), rule("b", "")];
    let in_force = watched(dir, &[a.clone(), b.clone()]);
    fs::remove_file(dir.join("010-a.yaml")).unwrap();
    // The reading that follows removes the rule.
    made(
        dir,
        &[a.clone(), b.clone(), rule("c", "")],
        &in_force,
        &["020-b.yaml"],
    );
    assert_eq!(ids(dir), ["b", "c"]);
    // Nor where it would have another name.
    let in_force = InForce {
        names: in_force.names,
        rules: vec![a.clone(), b.clone(), rule("c", "")],
    };
    made(dir, &[b, rule("c", ""), a], &in_force, &[]);
    assert_eq!(ids(dir), ["b", "c"]);
}

#[test]
fn nothing_is_written_into_a_folder_that_lost_all_its_files() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path();
    let [a, b] = [rule("a", ""), rule("b", "")];
    let in_force = watched(dir, &[a.clone(), b.clone()]);
    for name in names(dir) {
        fs::remove_file(dir.join(name)).unwrap();
    }
    let place = dir.display().to_string();
    for next in [
        vec![a.clone(), b.clone(), rule("c", "")],
        vec![b.clone(), a.clone()],
        vec![b],
        vec![],
    ] {
        refused(dir, &next, &in_force, &place);
    }
    // Without rules it is empty by right.
    let nothing = InForce::default();
    made(dir, &[a], &nothing, &[]);
    assert_eq!(ids(dir), ["a"]);
}

#[test]
fn undoing_leaves_what_a_person_wrote_meanwhile_and_names_it() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path();
    let [a, b, c] = [rule("a", ""), rule("b", ""), rule("c", "")];
    let in_force = watched(dir, &[a, b, c]);
    let before = texts(dir);
    let next = [rule("a", "changed"), rule("b", "changed"), rule("d", "")];
    let done = made(dir, &next, &in_force, &[]);
    let edited = "# mine\n";
    for file in ["020-b.yaml", &done.names["d"]] {
        fs::write(dir.join(file), edited).unwrap();
    }
    // The file of `c` is gone, and somebody has made it anew.
    fs::write(dir.join("030-c.yaml"), edited).unwrap();
    let mut left = done.undo.carry_out(dir);
    left.sort_unstable();
    let mut named = vec!["020-b.yaml", "030-c.yaml", &done.names["d"]];
    named.sort_unstable();
    named.dedup();
    assert_eq!(left, named);
    for file in named {
        assert_eq!(fs::read_to_string(dir.join(file)).unwrap(), edited);
    }
    assert_eq!(texts(dir)[0], before[0]);
}

#[test]
fn what_a_process_left_behind_is_removed_once_it_is_old() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path();
    let in_force = watched(dir, &[rule("a", "")]);
    for (file, hours) in [
        (".rule-old.new", 2),
        (".rule-new.new", 0),
        (".mine.new", 2),
        (".rule-mine", 2),
    ] {
        let file = fs::File::create(dir.join(file)).unwrap();
        let now = file.metadata().unwrap().modified().unwrap();
        let then = now - Duration::from_hours(hours);
        file.set_modified(then).unwrap();
    }
    made(dir, &[rule("a", "changed")], &in_force, &[]);
    let left = [".mine.new", ".rule-mine", ".rule-new.new", "010-a.yaml"];
    assert_eq!(names(dir), left);
}

#[test]
fn nothing_is_written_that_could_not_be_read() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path();
    // As one that was stored before names were looked at.
    let json = r#"{"version":1,"id":"old","name":"a\u0000b","then":{"reply":{}}}"#;
    let old = Arc::new(CompiledRule::new(Rule::from_json(json).unwrap()).unwrap());
    assert!(rules::read_file(&write_again(&old)).is_err());
    match write(dir, &[rule("a", ""), old], &Purpose::Export) {
        Err(NotWritten::Failed(message)) => {
            assert!(
                message.text(Lang::En).contains("The rule old"),
                "{message:?}"
            );
        }
        other => panic!("{other:?}"),
    }
    // Together they are bounded, too.
    let long = "x".repeat(1 << 20);
    let many: Vec<_> = (0..32)
        .map(|number| {
            let json = format!(
                r#"{{"version":1,"id":"n{number}","then":{{"reply":{{"body":"{long}"}}}}}}"#
            );
            Arc::new(CompiledRule::new(Rule::from_json(&json).unwrap()).unwrap())
        })
        .collect();
    let done = write(dir, &many, &Purpose::Export);
    assert!(matches!(done, Err(NotWritten::Failed(_))));
    assert!(names(dir).is_empty());
    put(dir, &many[..31]);
}

#[test]
fn where_one_file_cannot_be_changed_none_is() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path();
    let [a, b] = [rule("a", ""), rule("b", "")];
    let in_force = watched(dir, &[a, b]);
    // Where a file is to be, a folder stands.
    fs::create_dir(dir.join("030-c.yaml")).unwrap();
    let before = fs::read(dir.join("010-a.yaml")).unwrap();
    let all = [rule("a", "changed"), rule("b", "changed"), rule("c", "")];
    let done = write(dir, &all, &Purpose::Change(in_force.clone()));
    assert!(matches!(done, Err(NotWritten::Failed(_))), "{done:?}");
    assert_eq!(fs::read(dir.join("010-a.yaml")).unwrap(), before);
    assert_eq!(
        names(dir),
        ["010-a.yaml", "020-b.yaml", "030-c.yaml"],
        "nothing is left over"
    );
    // What was done is taken back.
    fs::remove_dir(dir.join("030-c.yaml")).unwrap();
    let before = texts(dir);
    let done = write(
        dir,
        &[all[2].clone(), all[0].clone()],
        &Purpose::Change(in_force),
    )
    .unwrap();
    assert_ne!(texts(dir), before);
    assert!(done.undo.carry_out(dir).is_empty());
    assert_eq!(texts(dir), before);
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

fn content(text: &[u8]) -> put::Content {
    put::Content {
        text: text.to_vec(),
        permissions: None,
    }
}

#[test]
fn what_was_changed_is_put_back_where_a_later_file_changed_meanwhile() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path();
    fs::write(dir.join("a.yaml"), "a").unwrap();
    fs::write(dir.join("b.yaml"), "edited since it was read").unwrap();
    let before = texts(dir);
    let change = |name: &str, before: Option<&[u8]>| {
        put::Change::write(name, before.map(content).as_ref(), content(b"x"))
    };
    for late in [
        change("b.yaml", Some(b"b")),
        change("b.yaml", None),
        change("c.yaml", Some(b"c")),
        put::Change::remove("b.yaml", &content(b"b")),
    ] {
        let changes = vec![change("a.yaml", Some(b"a")), change("new.yaml", None), late];
        assert!(matches!(
            put::carry_out(dir, changes),
            Err(NotWritten::Failed(_))
        ));
        assert_eq!(texts(dir), before);
    }
}

#[cfg(unix)]
#[test]
fn no_link_is_written_through() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("rules");
    fs::create_dir(&dir).unwrap();
    let a = rule("a", "");
    let in_force = watched(&dir, std::slice::from_ref(&a));
    let mode = fs::metadata(dir.join("010-a.yaml"))
        .unwrap()
        .permissions()
        .mode();
    assert_ne!(mode & 0o044, 0, "others may read it, as any file: {mode:o}");
    let elsewhere = home.path().join("precious");
    fs::write(&elsewhere, "precious").unwrap();
    symlink(&elsewhere, dir.join(".010-a.yaml.new")).unwrap();
    let changed = rule("a", "changed");
    write(
        &dir,
        std::slice::from_ref(&changed),
        &Purpose::Change(in_force.clone()),
    )
    .unwrap();
    assert_eq!(fs::read_to_string(&elsewhere).unwrap(), "precious");
    // A rule's file that is a link: read as any other, but not written.
    fs::rename(dir.join("010-a.yaml"), home.path().join("shared.yaml")).unwrap();
    symlink(home.path().join("shared.yaml"), dir.join("010-a.yaml")).unwrap();
    let in_force = InForce {
        rules: vec![changed.clone()],
        ..in_force
    };
    refused(&dir, &[a], &in_force, "010-a.yaml");
    // Nor where its place is another one.
    let many: Vec<_> = (0..12)
        .map(|number| rule(&format!("n{number}"), ""))
        .collect();
    let moved: Vec<_> = many.into_iter().chain([changed]).collect();
    refused(&dir, &moved, &in_force, "010-a.yaml");
}

#[cfg(unix)]
#[test]
fn a_file_that_others_may_not_read_stays_so() {
    use std::os::unix::fs::PermissionsExt as _;
    let home = tempfile::tempdir().unwrap();
    let dir = home.path();
    let in_force = watched(dir, &[rule("a", "")]);
    let file = dir.join("010-a.yaml");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    made(dir, &[rule("a", "changed")], &in_force, &[]);
    let private = |file: &str| {
        let mode = fs::metadata(dir.join(file)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{file}");
    };
    private("010-a.yaml");
    // Under another name, and where that is taken back, too.
    let changed = InForce {
        rules: vec![rule("a", "changed")],
        ..in_force
    };
    let many = (0..12).map(|number| rule(&format!("n{number}"), ""));
    let moved: Vec<_> = many.chain([rule("a", "changed")]).collect();
    let done = made(dir, &moved, &changed, &[]);
    let place = done.names["a"].as_str();
    assert_ne!(place, "010-a.yaml");
    private(place);
    assert!(done.undo.carry_out(dir).is_empty());
    private("010-a.yaml");
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
