use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::{Store, StoreOptions};

use super::*;

/// A document with a number, a group of two, and a map.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct Sample {
    number: u8,
    group: Group,
    map: std::collections::BTreeMap<String, u8>,
    perhaps: Option<Group>,
    list: Vec<Group>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct Group {
    text: String,
    flag: bool,
}

impl Default for Sample {
    fn default() -> Self {
        Self {
            number: 7,
            group: Group::default(),
            map: Default::default(),
            perhaps: None,
            list: Vec::new(),
        }
    }
}

impl Default for Group {
    fn default() -> Self {
        Self {
            text: "usual".to_owned(),
            flag: false,
        }
    }
}

impl Stored for Sample {
    const MIGRATIONS: &'static [fn(&mut Object)] = &[renamed, doubled];

    fn fits(&self) -> bool {
        self.number <= 100
    }
}

/// Version 0 called it `count`.
fn renamed(object: &mut Object) {
    if let Some(count) = object.remove("count") {
        object.insert("number".to_owned(), count);
    }
}

/// Version 1 counted in pairs.
fn doubled(object: &mut Object) {
    if let Some(number) = object.get("number").and_then(Value::as_u64) {
        object.insert("number".to_owned(), (number * 2).into());
    }
}

fn loaded(document: &Value) -> Loaded<Sample> {
    read(Some(&document.to_string()))
}

#[test]
fn a_document_comes_from_any_earlier_version() {
    assert_eq!(loaded(&json!({"count": 4})).value.number, 8);
    assert_eq!(loaded(&json!({"version": 1, "number": 4})).value.number, 8);
    assert_eq!(loaded(&json!({"version": 2, "number": 4})).value.number, 4);
    assert_eq!(read::<Sample>(None).value, Sample::default());
}

#[test]
fn one_wrong_field_leaves_the_others_alone_and_is_named() {
    let found = loaded(&json!({
        "version": 2, "number": 101, "group": {"text": 5, "flag": true}, "map": {"a": 1}
    }));
    assert_eq!(found.unreadable, ["/group/text", "/number"]);
    assert_eq!(found.value.number, 7, "out of range");
    assert_eq!(found.value.group.text, "usual");
    assert!(found.value.group.flag);
    assert_eq!(found.value.map["a"], 1);
}

#[test]
fn what_is_no_document_at_all_is_named_as_a_whole() {
    for text in ["", "{", "[]", "null", "\u{0}"] {
        let found = read::<Sample>(Some(text));
        assert_eq!(found.unreadable, [""], "{text}");
        assert_eq!(found.value, Sample::default());
    }
}

#[test]
fn a_newer_document_keeps_its_version_and_what_is_unknown_here() {
    let newer = json!({
        "version": 9, "number": 1, "colour": "red",
        "group": {"text": "a", "flag": true, "depth": 3}, "map": {"gone": 1},
        "perhaps": {"text": "b", "flag": false, "depth": 4},
        "list": [{"text": "c", "flag": true, "depth": 5}, {"text": "d", "flag": true, "depth": 6}]
    });
    let found = loaded(&newer);
    assert_eq!(found.unreadable, Vec::<String>::new());
    let unknown = [
        "/colour",
        "/group/depth",
        "/list/0/depth",
        "/list/1/depth",
        "/perhaps/depth",
    ];
    assert_eq!(found.unknown, unknown);
    assert!(found.is_newer);
    let mut value = found.value;
    value.number = 2;
    value.map.clear();
    value.list.insert(0, Group::default());
    value.list.remove(1);
    let saved: Value = serde_json::from_str(&write(&value, &found.origin)).unwrap();
    let expected = json!({
        "version": 9, "number": 2, "colour": "red",
        "group": {"text": "a", "flag": true, "depth": 3}, "map": {},
        "perhaps": {"text": "b", "flag": false, "depth": 4},
        "list": [
            {"text": "usual", "flag": false, "depth": 5}, {"text": "d", "flag": true, "depth": 6}
        ]
    });
    assert_eq!(saved, expected);
}

#[test]
fn a_saved_document_has_this_version_and_reads_back() {
    let value = loaded(&json!({"count": 4})).value;
    let text = write(&value, &Origin::default());
    assert!(text.contains("\"version\":2"), "{text}");
    assert_eq!(read::<Sample>(Some(&text)).value, value);
}

fn open(dir: &std::path::Path) -> Store {
    Store::open(&StoreOptions::new(dir, crate::clock::now))
        .unwrap()
        .0
}

#[tokio::test]
async fn an_unreadable_document_is_set_aside_and_reported_until_it_is_saved() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let broken = r#"{"version":2,"number":"many"}"#;
    store.set_setting("settings", broken).await.unwrap();
    let kind = DocumentKind::Settings;
    let document = Document::<Sample>::load(&store, kind).await.unwrap();
    assert_eq!(document.report().unwrap().unreadable, ["/number"]);
    let mut change = document.change(Author::App).await;
    change.save(Sample::default()).await.unwrap();
    assert_eq!(document.report().unwrap().unreadable, ["/number"]);
    let saved = store.setting("settings").await.unwrap().unwrap();
    assert!(saved.contains(r#""number":"many""#), "{saved}");
    drop(change);
    let mut change = document.change(Author::Person).await;
    change.save(Sample::default()).await.unwrap();
    assert_eq!(document.report(), None);
    let saved = store.setting("settings").await.unwrap();
    assert_eq!(read::<Sample>(saved.as_deref()).unreadable, [""; 0]);
    let aside = store.setting("settings.unreadable").await.unwrap();
    assert_eq!(aside.as_deref(), Some(broken));
    store.close().await;
}

#[test]
fn a_field_that_stands_twice_holds_nothing_and_stays_unreadable_until_it_is_set() {
    for (text, pointer) in [
        (r#"{"version":2,"number":5,"number":6}"#, "/number"),
        (
            r#"{"version":2,"group":{"flag":false,"flag":true}}"#,
            "/group/flag",
        ),
        (r#"{"version":2,"list":[],"list":[{"text":"a"}]}"#, "/list"),
        (r#"{"version":2,"map":{"a":1,"a":2}}"#, "/map/a"),
    ] {
        let loaded = read::<Sample>(Some(text));
        assert_eq!(loaded.unreadable, [pointer], "{text}");
        assert_eq!(loaded.value, Sample::default(), "{text}");
        let written = write(&loaded.value, &loaded.origin);
        let again = read::<Sample>(Some(&written));
        assert!(
            !again.unreadable.is_empty() || pointer.starts_with("/map"),
            "{text} became {written}"
        );
        assert_eq!(again.value, Sample::default(), "{text} became {written}");
    }
    let many = [r#"{"text":"a","text":"b"}"#; 30].join(",");
    let loaded = read::<Sample>(Some(&format!(r#"{{"number":5,"list":[{many}]}}"#)));
    assert_eq!(loaded.unreadable, [""], "not all of them are listed");
    assert_eq!(loaded.value, Sample::default());
}

#[tokio::test]
async fn what_cannot_be_set_aside_is_not_overwritten() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let broken = format!(r#"{{"number":"many","long":"{}"}}"#, "x".repeat(200_000));
    store.set_setting("settings", &broken).await.unwrap();
    // No page more: the long text has no room twice.
    store.set_max_pages(1).await.unwrap();
    let kind = DocumentKind::Settings;
    let document = Document::<Sample>::load(&store, kind).await.unwrap();
    let mut change = document.change(Author::Person).await;
    let error = change.save(Sample::default()).await.unwrap_err();
    assert_eq!(error.kind, store::NotSavedKind::DiskFull);
    let stored = store.setting("settings").await.unwrap();
    assert_eq!(stored.as_ref(), Some(&broken));
    assert_eq!(document.report().unwrap().unreadable, ["/number"]);

    store.set_max_pages(10_000).await.unwrap();
    change.save(Sample::default()).await.unwrap();
    let aside = store.setting("settings.unreadable").await.unwrap();
    assert_eq!(aside.as_ref(), Some(&broken));
    assert_eq!(document.report(), None);
    store.close().await;
}

#[tokio::test]
async fn of_two_unreadable_texts_the_later_one_leaves_the_earlier_one() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let kind = DocumentKind::Settings;
    let texts = [r#"{"number":"many"}"#, r#"{"number":"few"}"#];
    for text in [texts[0], texts[1], texts[0]] {
        store.set_setting("settings", text).await.unwrap();
        let document = Document::<Sample>::load(&store, kind).await.unwrap();
        let mut change = document.change(Author::Person).await;
        change.save(Sample::default()).await.unwrap();
    }
    let mut found = Vec::new();
    for suffix in ["", ".2", ".3"] {
        let key = format!("settings.unreadable{suffix}");
        found.push(store.setting(&key).await.unwrap());
    }
    let expected = [Some(texts[0].to_owned()), Some(texts[1].to_owned()), None];
    assert_eq!(found, expected);
    store.close().await;
}

#[tokio::test]
async fn of_many_changes_at_once_none_is_lost() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let kind = DocumentKind::Tunnel;
    let document = Document::<Sample>::load(&store, kind).await.unwrap();
    let changes = (0..100_u8).map(|number| {
        let document = &document;
        async move {
            let mut change = document.change(Author::App).await;
            let mut next = Sample::clone(&change.current());
            next.map.insert(number.to_string(), number);
            if number % 2 == 0 {
                change.save(next).await
            } else {
                change.apply(next).await
            }
        }
    });
    for saved in futures_util::future::join_all(changes).await {
        saved.unwrap();
    }
    let text = store.setting("tunnel").await.unwrap();
    assert_eq!(read::<Sample>(text.as_deref()).value.map.len(), 100);
    assert_eq!(document.current().map.len(), 100);
    store.close().await;
}
