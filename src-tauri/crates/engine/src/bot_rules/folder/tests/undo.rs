//! Changes that are taken back, and what is left beside the files.

use std::time::Duration;

use super::*;

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
    let all = [rule("a", "changed"), rule("b", ""), rule("c", "")];
    let changed = InForce {
        rules: all[..1].to_vec(),
        ..in_force
    };
    let done = made(dir, &all, &changed, &["010-a.yaml"]);
    let [a, b, c] = all;
    let changed = InForce {
        rules: vec![a.clone(), b.clone(), c.clone()],
        names: done.names,
    };
    let done = made(dir, &[b, c, a], &changed, &[]);
    let place = done.names["a"].as_str();
    assert_ne!(place, "010-a.yaml");
    private(place);
    assert!(done.undo.carry_out(dir).is_empty());
    private("010-a.yaml");
}
