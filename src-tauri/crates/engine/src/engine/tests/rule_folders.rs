//! Folders of rules: what is not saved is taken back, and one bot's folder keeps no other waiting.

use std::fs;
use std::path::Path;

use messages::{Lang, Say as _};
use protocol::BotId;
use rules::{CompiledRule, Rule};

use super::{leave, started};
use crate::bots::NewBot;
use crate::engine::Engine;
use crate::error::Error;

/// The longest that anything is waited for here.
const LONGEST: std::time::Duration = std::time::Duration::from_secs(60);

fn rule(id: &str, body: &str) -> Rule {
    let json = format!(
        r#"{{"version":1,"id":"{id}","then":{{"reply":{{"status":200,"body":"{body}"}}}}}}"#
    );
    Rule::from_json(&json).unwrap()
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn ids(engine: &Engine, bot: BotId) -> Vec<String> {
    let bot = engine.bot(Some(bot)).unwrap();
    bot.rules.rules().map(|rule| rule.id().to_owned()).collect()
}

#[tokio::test]
async fn a_bot_whose_client_leaves_has_no_folder_any_more() {
    let dir = tempfile::tempdir().unwrap();
    let engine = started(dir.path()).await;
    let bot = engine.bot(None).unwrap().id;
    let folder = dir.path().join("rules");
    engine.keep_rules_in(None, text(&folder)).await.unwrap();
    let folders = &engine.shared.rule_folders;
    let other = folders.wait(bot).await;
    leave(engine.keep_rules_in_none(None)).await;
    drop(other);
    let ended = async {
        while engine.rule_folder(bot).is_some() {
            tokio::task::yield_now().await;
        }
    };
    let ended = tokio::time::timeout(LONGEST, ended).await;
    ended.expect("it is watched no more");
    assert!(folders.remembered(bot).is_none());
    engine.shutdown().await;
}

#[tokio::test]
async fn where_a_folder_cannot_be_remembered_neither_it_nor_the_rules_are_changed() {
    let dir = tempfile::tempdir().unwrap();
    let engine = started(dir.path()).await;
    let bot = engine.bot(None).unwrap().id;
    engine.add_rule(None, rule("mine", "{}")).await.unwrap();
    let [empty, full, missing] = ["empty", "full", "missing"].map(|name| dir.path().join(name));
    fs::create_dir(&empty).unwrap();
    fs::create_dir(&full).unwrap();
    let file = "version: 1\nid: other\nthen: {reply: {}}\n";
    fs::write(full.join("010-other.yaml"), file).unwrap();
    // From here on nothing is saved.
    engine.shared.store.close().await;
    for folder in [&empty, &full, &missing] {
        let error = engine.keep_rules_in(None, text(folder)).await.unwrap_err();
        assert!(matches!(error, Error::NotSaved(_)), "{error}");
        assert!(engine.rule_folder(bot).is_none());
        assert_eq!(ids(&engine, bot), ["mine"]);
    }
    assert_eq!(fs::read_dir(&empty).unwrap().count(), 0);
    assert_eq!(fs::read_dir(&full).unwrap().count(), 1);
    assert!(!missing.exists());
}

#[tokio::test]
async fn a_bot_waits_for_the_folder_of_no_other_and_for_its_own_not_without_an_end() {
    let dir = tempfile::tempdir().unwrap();
    let engine = started(dir.path()).await;
    let first = engine.bot(None).unwrap().id;
    let new = NewBot {
        name: "other".to_owned(),
        ..NewBot::default()
    };
    let other = engine.create_bot(new).await.unwrap().id;
    // As while a folder is read that does not answer.
    let reading = engine.shared.rule_folders.wait(first).await;
    let added = engine.add_rule(Some(other), rule("a", "{}"));
    let added = tokio::time::timeout(LONGEST, added).await;
    added
        .expect("the other bot's folder is nothing to it")
        .unwrap();
    tokio::time::pause();
    let error = engine.add_rule(Some(first), rule("a", "{}")).await;
    let Err(Error::RuleFolder(message)) = error else {
        panic!("it is refused: {error:?}");
    };
    assert!(message.text(Lang::En).contains("Nothing is changed"));
    assert!(ids(&engine, first).is_empty());
    tokio::time::resume();
    drop(reading);
    engine.add_rule(Some(first), rule("a", "{}")).await.unwrap();
    engine.shutdown().await;
}

#[tokio::test]
async fn files_that_cannot_be_put_back_are_named_and_the_others_are_put_back() {
    let dir = tempfile::tempdir().unwrap();
    let engine = started(dir.path()).await;
    for id in ["a", "b"] {
        engine.add_rule(None, rule(id, "before")).await.unwrap();
    }
    let folder = dir.path().join("rules");
    engine.keep_rules_in(None, text(&folder)).await.unwrap();
    let [a, b] = ["010-a.yaml", "020-b.yaml"].map(|name| folder.join(name));
    let before = [&a, &b].map(|file| fs::read_to_string(file).unwrap());
    let bot = engine.bot(None).unwrap();
    let changed = |rules: &crate::bot_rules::BotRules, id: &str| {
        let rule = CompiledRule::new(rule(id, "after")).unwrap();
        rules.replaced_by(rule.into()).unwrap()
    };
    let next = changed(&changed(&bot.rules, "a"), "b");
    for edited in [None, Some("# mine\n")] {
        let _one = engine.shared.rule_folders.wait(bot.id).await;
        let written = engine.write_folder(&bot, &next).await.unwrap();
        assert_ne!(fs::read_to_string(&a).unwrap(), before[0]);
        if let Some(text) = edited {
            fs::write(&b, text).unwrap();
        }
        // The change is not made, whatever the reason.
        let refused = written.and::<()>(Err(Error::LastBot)).await.unwrap_err();
        assert_eq!(fs::read_to_string(&a).unwrap(), before[0]);
        let there = fs::read_to_string(&b).unwrap();
        assert_eq!(there, edited.unwrap_or(&before[1]));
        match (edited, &refused) {
            (None, Error::LastBot) => {}
            (Some(_), Error::RuleFolder(message)) => {
                let said = message.text(Lang::En);
                let why = Error::LastBot.message().text(Lang::En);
                assert!(
                    said.contains("020-b.yaml") && !said.contains("010-a"),
                    "{said}"
                );
                assert!(said.contains(why.trim_end_matches('.')), "{said}");
                assert!(!message.text(Lang::Ru).is_empty());
            }
            _ => panic!("{edited:?}: {refused}"),
        }
    }
    engine.shutdown().await;
}
