//! Files that are written and read back.

use super::*;

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
    // However many come above it, its name and its text stay.
    let many: Vec<_> = (0..9)
        .map(|number| rule(&format!("n{number}"), ""))
        .collect();
    let all: Vec<_> = many
        .into_iter()
        .chain([Arc::clone(&found[0].rule)])
        .collect();
    put(dir, &all);
    assert_eq!(fs::read_to_string(dir.join("07_own.yml")).unwrap(), own);
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
    let [b, c] = [rule("b", ""), rule("c", "")];
    let all = [changed.clone(), b.clone(), c.clone()];
    let done = made(&dir, &all, &in_force, &["010-a.yaml"]);
    let in_force = InForce {
        rules: all.to_vec(),
        names: done.names,
    };
    refused(&dir, &[b, c, changed], &in_force, "010-a.yaml");
}
