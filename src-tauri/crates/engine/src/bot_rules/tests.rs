use uuid::Uuid;

use super::*;

const BOT: BotId = BotId(Uuid::from_u128(7));

fn definition(id: &str) -> String {
    format!(r#"{{"version":1,"id":"{id}","then":{{"reply":{{"status":200,"body":""}}}}}}"#)
}

fn rule(id: &str) -> Arc<CompiledRule> {
    Arc::new(CompiledRule::from_json(&definition(id)).unwrap())
}

/// Rules of these ids, in order; those in capitals are of a later version.
fn read(ids: &str) -> BotRules {
    let rows = ids.chars().map(|id| StoredRule {
        bot: BOT,
        id: id.to_string(),
        definition: match id.is_uppercase() {
            true => definition(&id.to_string()).replace(":1,", ":2,"),
            false => definition(&id.to_string()),
        },
        hits: 0,
        last_hit: None,
    });
    BotRules::read(&rows.collect::<Vec<_>>(), BOT)
}

fn order(rules: &BotRules) -> String {
    rules.rows().into_iter().map(|(id, _)| id).collect()
}

#[test]
fn rules_that_cannot_be_read_keep_their_places() {
    let rules = read("AbCDeF");
    assert_eq!(order(&rules), "AbCDeF");
    assert_eq!(rules.ids().collect::<String>(), "beACDF");
    assert_eq!(order(&rules.with(rule("g"))), "AbCDeFg");
    assert_eq!(order(&rules.without("b").unwrap()), "ACDeF");
    assert_eq!(order(&rules.without("e").unwrap()), "AbCDF");
    assert_eq!(order(&rules.without("C").unwrap()), "AbDeF");
    let shortened = rules.without("b").unwrap().with(rule("g"));
    assert_eq!(order(&shortened), "ACDeFg", "nothing moves when more come");
    assert!(rules.without("x").is_none());
}

#[test]
fn a_rule_takes_the_place_of_one_that_cannot_be_read() {
    let rules = read("AbCDeF");
    for id in ["A", "b", "C", "D", "e", "F"] {
        let replaced = rules.replaced_by(rule(id)).unwrap();
        assert_eq!(order(&replaced), "AbCDeF", "{id}");
        assert!(replaced.find(id).is_some(), "{id}");
        let without = replaced.without("b").unwrap_or_else(|| panic!("{id}"));
        assert_eq!(order(&without), "ACDeF", "{id}");
    }
    assert!(rules.replaced_by(rule("x")).is_none());
}
