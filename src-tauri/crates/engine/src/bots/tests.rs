//! Addresses, and rows with parts that this version cannot read.

use serde_json::json;

use super::*;
use crate::documents::DocumentKind;

#[test]
fn a_path_belongs_to_a_secret_only_as_a_whole_segment() {
    assert_eq!(below_secret("/abc", "abc"), Some("/"));
    assert_eq!(below_secret("/abc/", "abc"), Some("/"));
    assert_eq!(below_secret("/abc/x%20y", "abc"), Some("/x%20y"));
    assert_eq!(below_secret("/abcd", "abc"), None);
    assert_eq!(below_secret("/x/abc", "abc"), None);
}

#[test]
fn a_secret_has_26_characters_and_never_repeats() {
    let secret = new_secret();
    assert_eq!(secret.len(), 26);
    assert!(
        secret
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    );
    assert_ne!(secret, new_secret());
}

const ANSWERING: &str = r#"{"mode":"dream","hold":{"seconds":9,"fallback":"default"}}"#;
const ENDPOINT: &str = r#"{"access":{"methods":["POST"],"countries":["FI"]},"old":[]}"#;

/// A bot with these documents, and its store.
async fn with_documents(dir: &std::path::Path) -> (Store, Bots, BotId) {
    let options = store::StoreOptions::new(dir, clock::now);
    let (store, _) = Store::open(&options).unwrap();
    let mut row = new_bot("a".to_owned(), PlatformChoice::Auto).stored(0);
    ANSWERING.clone_into(&mut row.answering);
    ENDPOINT.clone_into(&mut row.endpoint);
    store.create_bot(row).await.unwrap();
    let bots = Bots::load(store.clone(), RuleMemory::default(), "a")
        .await
        .unwrap();
    let id = bots.first().id;
    (store, bots, id)
}

fn unreadable(bot: &Bot) -> Vec<String> {
    let reports = bot.reports().into_iter();
    reports.flat_map(|report| report.unreadable).collect()
}

#[tokio::test]
async fn a_rename_leaves_unreadable_documents_as_they_are() {
    let dir = tempfile::tempdir().unwrap();
    let (store, bots, id) = with_documents(dir.path()).await;
    let bot = bots.first();
    assert_eq!(unreadable(&bot), ["/mode", "/access/countries"]);
    assert!(bot.access.closed);
    let patch = BotPatch {
        name: Some("b".to_owned()),
        ..BotPatch::default()
    };
    let bot = bots.patch(id, patch).await.unwrap();
    assert_eq!(unreadable(&bot), ["/mode", "/access/countries"]);
    let row = store.bots().await.unwrap().remove(0);
    assert_eq!(
        (row.name.as_str(), row.answering.as_str()),
        ("b", ANSWERING)
    );
    assert_eq!(row.endpoint, ENDPOINT);
    store.close().await;
}

#[tokio::test]
async fn a_renewed_secret_keeps_the_rules_that_could_not_be_read() {
    let dir = tempfile::tempdir().unwrap();
    let (store, bots, id) = with_documents(dir.path()).await;
    let renew = |bot: &mut Bot| {
        bot.renew_secret();
        Ok(())
    };
    bots.change(id, renew).await.unwrap();
    let again = Bots::load(store.clone(), RuleMemory::default(), "a")
        .await
        .unwrap()
        .first();
    assert_eq!(unreadable(&again), ["/mode", "/access/countries"]);
    assert!(again.access.closed);
    assert_eq!(again.old.len(), 1);
    store.close().await;
}

#[tokio::test]
async fn access_opens_and_its_report_ends_only_by_a_change_that_names_every_rule() {
    let dir = tempfile::tempdir().unwrap();
    let (store, bots, id) = with_documents(dir.path()).await;
    let admit = async |change: AccessChange| {
        let admitted = bots.change(id, |bot| bot.admit(change)).await;
        admitted.unwrap()
    };
    let bot = admit(AccessChange::default()).await;
    assert_eq!(unreadable(&bot), ["/mode", "/access/countries"]);
    assert!(bot.access.closed);
    let partial = AccessChange {
        methods: Some(vec!["GET".to_owned()]),
        ..AccessChange::default()
    };
    let refused = bots.change(id, |bot| bot.admit(partial)).await;
    assert!(matches!(refused, Err(Error::Invalid(_))), "{refused:?}");
    assert!(bots.first().access.closed);
    let whole = AccessChange {
        login: Some(None),
        addresses: Some(Vec::new()),
        methods: Some(vec!["GET".to_owned()]),
    };
    admit(whole).await;
    let again = Bots::load(store.clone(), RuleMemory::default(), "a")
        .await
        .unwrap()
        .first();
    assert_eq!(unreadable(&again), ["/mode"]);
    assert!(
        !again.access.closed,
        "the rule that is unknown here is gone"
    );
    let key = DocumentKind::Endpoint.key_of(id);
    let aside = store.setting(&format!("{key}.unreadable")).await.unwrap();
    assert_eq!(aside.as_deref(), Some(ENDPOINT));
    store.close().await;
}

/// The platform in the bot's row.
async fn stored_platform(store: &Store) -> String {
    store.bots().await.unwrap().remove(0).platform
}

#[tokio::test]
async fn a_platform_of_a_later_version_is_kept_until_another_is_chosen() {
    let dir = tempfile::tempdir().unwrap();
    let options = store::StoreOptions::new(dir.path(), clock::now);
    let (store, _) = Store::open(&options).unwrap();
    let mut row = new_bot("a".to_owned(), PlatformChoice::Auto).stored(0);
    "pigeon".clone_into(&mut row.platform);
    store.create_bot(row).await.unwrap();
    let bots = Bots::load(store.clone(), RuleMemory::default(), "a")
        .await
        .unwrap();
    let bot = bots.first();
    assert_eq!(bot.platform.as_str(), "plain");
    assert_eq!(unreadable(&bot), ["/platform"]);
    let rename = BotPatch {
        name: Some("b".to_owned()),
        ..BotPatch::default()
    };
    bots.patch(bot.id, rename).await.unwrap();
    assert_eq!(stored_platform(&store).await, "pigeon");
    let choose = BotPatch {
        platform: Some(PlatformChoice::Auto),
        ..BotPatch::default()
    };
    let bot = bots.patch(bot.id, choose).await.unwrap();
    assert_eq!(unreadable(&bot), Vec::<String>::new());
    assert_eq!(stored_platform(&store).await, "auto");
    store.close().await;
}

#[tokio::test]
async fn a_bot_that_is_saved_has_its_documents_in_this_version() {
    let dir = tempfile::tempdir().unwrap();
    let options = store::StoreOptions::new(dir.path(), clock::now);
    let (store, _) = Store::open(&options).unwrap();
    let mut row = new_bot("a".to_owned(), PlatformChoice::Auto).stored(0);
    let current = (row.answering.clone(), row.endpoint.clone());
    r#"{"mode":"hold","later":1}"#.clone_into(&mut row.answering);
    "{}".clone_into(&mut row.endpoint);
    store.create_bot(row).await.unwrap();
    let bots = Bots::load(store.clone(), RuleMemory::default(), "a")
        .await
        .unwrap();
    let rename = BotPatch {
        name: Some("b".to_owned()),
        ..BotPatch::default()
    };
    bots.patch(bots.first().id, rename).await.unwrap();
    let row = store.bots().await.unwrap().remove(0);
    let mut answering: serde_json::Value = serde_json::from_str(&current.0).unwrap();
    answering["mode"] = "hold".into();
    answering["later"] = 1.into();
    let written: serde_json::Value = serde_json::from_str(&row.answering).unwrap();
    assert_eq!(written, answering, "what is unknown here stays");
    assert_eq!(row.endpoint, current.1);
    store.close().await;
}

/// A change of these settings of platforms.
fn setting(changes: &serde_json::Value) -> BotPatch {
    BotPatch {
        platform_settings: changes.as_object().cloned(),
        ..BotPatch::default()
    }
}

/// A bot whose row has this document of settings of platforms.
async fn with_settings(dir: &std::path::Path, text: &str) -> (Store, Bots, BotId) {
    let options = store::StoreOptions::new(dir, clock::now);
    let (store, _) = Store::open(&options).unwrap();
    let mut row = new_bot("a".to_owned(), PlatformChoice::Auto).stored(0);
    text.clone_into(&mut row.platform_settings);
    store.create_bot(row).await.unwrap();
    let bots = Bots::load(store.clone(), RuleMemory::default(), "a")
        .await
        .unwrap();
    let id = bots.first().id;
    (store, bots, id)
}

/// The document in the bot's row.
async fn stored_settings(store: &Store) -> Value {
    let row = store.bots().await.unwrap().remove(0);
    serde_json::from_str(&row.platform_settings).unwrap()
}

#[tokio::test]
async fn settings_of_platforms_are_checked_stored_and_read_with_each_request() {
    const TEXT: &str = r#"{"version":1,"platforms":{"graph":7,"pigeon":{}}}"#;
    let dir = tempfile::tempdir().unwrap();
    let (store, bots, id) = with_settings(dir.path(), TEXT).await;
    assert_eq!(unreadable(&bots.first()), ["/platforms/graph"]);
    let refused = bots.patch(id, setting(&json!({"graph": {"a": 1}}))).await;
    match refused {
        Err(Error::Invalid(invalid)) => {
            assert_eq!(invalid.pointer, "/platform_settings/graph/a");
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(unreadable(&bots.first()), ["/platforms/graph"]);
    let bot = bots.patch(id, setting(&json!({"plain": {}}))).await;
    assert_eq!(unreadable(&bot.unwrap()), ["/platforms/graph"]);
    let bot = bots.patch(id, setting(&json!({"graph": {}}))).await;
    let bot = bot.unwrap();
    assert_eq!(unreadable(&bot), Vec::<String>::new());
    let read_as = bot.read_as();
    assert_eq!(read_as.choice, PlatformChoice::Auto);
    let settings = serde_json::to_value(read_as.settings.unwrap().as_ref()).unwrap();
    assert_eq!(settings, json!({"graph": {}, "plain": {}}));
    assert_eq!(
        stored_settings(&store).await,
        json!({"version": 1, "platforms": {"graph": {}, "plain": {}, "pigeon": {}}})
    );
    let key = DocumentKind::PlatformSettings.key_of(id);
    let aside = store.setting(&format!("{key}.unreadable")).await.unwrap();
    assert_eq!(aside.as_deref(), Some(TEXT));
    store.close().await;
}

#[tokio::test]
async fn a_setting_that_was_saved_is_there_after_a_start_whatever_could_not_be_read() {
    for text in [
        r#"{"platforms":7}"#,
        r#"{"platforms":[]}"#,
        r#"{"platforms":{"plain":[1]}}"#,
        r#"{"version":"new","platforms":{"plain":7}}"#,
        "[]",
    ] {
        let dir = tempfile::tempdir().unwrap();
        let (store, bots, id) = with_settings(dir.path(), text).await;
        assert_ne!(unreadable(&bots.first()), Vec::<String>::new(), "{text}");
        let patched = bots.patch(id, setting(&json!({"plain": {}}))).await;
        let patched = patched.unwrap();
        let again = Bots::load(store.clone(), RuleMemory::default(), "a")
            .await
            .unwrap()
            .first();
        assert_eq!(unreadable(&again), Vec::<String>::new(), "{text}");
        assert_eq!(again.platform_settings, patched.platform_settings, "{text}");
        let settings = serde_json::to_value(&*again.platform_settings).unwrap();
        assert_eq!(settings, json!({"plain": {}}), "{text}");
        store.close().await;
    }
}

#[tokio::test]
async fn a_setting_of_a_later_version_stays_until_a_null_removes_it() {
    let text = r#"{"version":1,"platforms":{"graph":{"loft":3}}}"#;
    let dir = tempfile::tempdir().unwrap();
    let (store, bots, id) = with_settings(dir.path(), text).await;
    assert_eq!(unreadable(&bots.first()), Vec::<String>::new());
    for changes in [
        json!({}),
        json!({"graph": {}}),
        json!({"graph": {"other": null}}),
    ] {
        bots.patch(id, setting(&changes)).await.unwrap();
        let stored = stored_settings(&store).await;
        assert_eq!(
            stored["platforms"]["graph"],
            json!({"loft": 3}),
            "{changes}"
        );
    }
    let refused = bots
        .patch(id, setting(&json!({"graph": {"loft": 4}})))
        .await;
    assert!(matches!(refused, Err(Error::Invalid(_))), "{refused:?}");
    let bot = bots
        .patch(id, setting(&json!({"graph": {"loft": null}})))
        .await;
    let settings = serde_json::to_value(&*bot.unwrap().platform_settings).unwrap();
    assert_eq!(settings, json!({"graph": {}}));
    assert_eq!(
        stored_settings(&store).await,
        json!({"version": 1, "platforms": {"graph": {}}})
    );
    store.close().await;
}

#[test]
fn a_default_answer_that_is_given_is_the_bots_own_even_where_it_is_the_platforms() {
    let mut bot = new_bot("a".to_owned(), PlatformChoice::Auto);
    let usual = default_answer(PlatformChoice::Auto);
    let given = Answering {
        default_answer: AnswerText::from_answer(&usual),
        ..Answering::default()
    };
    bot.answer_by(given.clone()).unwrap();
    assert_eq!(bot.answering, given);
    assert_eq!(bot.given_answer, Some(usual));
    bot.answer_by(Answering::default()).unwrap();
    assert_eq!(bot.given_answer, None);
}
