//! Files that a person edits, adds or removes while the app has not read them.

use super::*;

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
