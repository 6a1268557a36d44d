//! Claims about choosing, one file for each matter; here is what they share.

mod conditions;
mod counting;
mod explaining;
mod gates;
mod order;
mod preparing;
mod unjudged;

use std::sync::Arc;

use serde_json::{Value, json};

use super::*;
use crate::facts::{FactVariable, PreviousTurn};
use crate::state::StatesInMemory;

const VARIABLES: &[FactVariable<'_>] = &[
    FactVariable {
        name: "n",
        json: "50",
    },
    FactVariable {
        name: "big",
        json: "9007199254740993",
    },
    FactVariable {
        name: "price",
        json: "1290.00",
    },
    FactVariable {
        name: "city",
        json: "\"\\u041aазань\"",
    },
    FactVariable {
        name: "none",
        json: "null",
    },
    FactVariable {
        name: "cart",
        json: "[{\"sku\": \"A\", \"n\": 1}, {\"sku\": \"B\"}]",
    },
    FactVariable {
        name: "empty",
        json: "[]",
    },
    FactVariable {
        name: "address",
        json: "{\"city\": \"Тула\", \"old\": 1, \"old\": 2}",
    },
    FactVariable {
        name: "a.b",
        json: "7",
    },
    FactVariable {
        name: "broken",
        json: "{\"x\":",
    },
];

fn facts<'a>(headers: &'a protocol::Headers, previous: Option<PreviousTurn<'a>>) -> Facts<'a> {
    Facts {
        method: "POST",
        path: "/hook",
        query: Some("a=1&b=%D0%9F+x&a=2"),
        headers: Some(headers),
        platform: "graph",
        source: "tunnel",
        event: Some("checkOrder"),
        user: Some("77"),
        conversation: Some("c1"),
        body: Some("{\"n\": 50}"),
        variables: VARIABLES,
        previous,
    }
}

fn headers() -> protocol::Headers {
    [("X-Id", "abc"), ("X-Many", "1"), ("x-many", "2")]
        .into_iter()
        .collect()
}

fn rule(id: &str, when: &Value, then: &Value) -> Arc<CompiledRule> {
    let rule = json!({"version": 1, "id": id, "name": id, "when": when, "then": then});
    Arc::new(CompiledRule::from_json(&rule.to_string()).unwrap())
}

fn reply(body: &str) -> Value {
    json!({"reply": {"body": body}})
}

fn test(field: &str, op: &str, value: Value) -> Value {
    let mut test = json!({"field": field, "op": op});
    if !value.is_null() {
        test["value"] = value;
    }
    test
}

/// Which rules answer one turn after the other, by their ids; each turn's states are written.
fn walk(set: &RuleSet, users: &[&str]) -> Vec<String> {
    let headers = headers();
    let mut states = StatesInMemory::default();
    let turns = users.iter().enumerate().map(|(number, user)| {
        let facts = Facts {
            user: (!user.is_empty()).then_some(*user),
            ..facts(&headers, None)
        };
        let turn = Turn {
            exchange: number as u64 + 1,
            ..Turn::default()
        };
        let choice = set.choose(&facts, &states, turn);
        let again = set.choose(&facts, &states, turn);
        assert_eq!(choice, again, "choosing is a function");
        states.apply(&choice.changes);
        match choice.taken {
            None => String::new(),
            Some(taken) => match set.prepare(&taken, &facts, turn).chosen {
                Chosen::Reply(reply) => {
                    let body = reply.answer.unwrap().body;
                    String::from_utf8(body.beginning().to_vec()).unwrap()
                }
                other => format!("{other:?}"),
            },
        }
    });
    turns.collect()
}
