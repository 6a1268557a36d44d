//! How much a folder may hold.

use super::*;

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
