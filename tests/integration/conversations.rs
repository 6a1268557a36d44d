//! Turns of one dialog together.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::Instance;

async fn turn(app: &Instance, body: Value) -> Value {
    app.turn(body.to_string()).await.unwrap();
    app.newest().await["id"].clone()
}

async fn listed(app: &Instance, query: &str) -> Vec<Value> {
    loop {
        let list = app.get(&format!("conversations{query}")).await;
        // On a busy machine what is behind takes longer than one answer waits.
        if list["catching_up"] == false {
            return list["conversations"].as_array().unwrap().clone();
        }
    }
}

/// Three turns of one user, and between them one of another's.
async fn recorded(app: &Instance) -> [Value; 4] {
    let default = json!({"default_answer": {"status": 200, "body": "{\"n\": 51, \"new\": [1.0]}"}});
    app.answering(default).await;
    let first = json!({"action": "start", "userId": "u/1", "queryText": "привет", "n": 50});
    let first = turn(app, first).await;
    let same = json!({"action": "start", "userId": "u/1", "queryText": "ещё", "n": 51, "x": "y"});
    let second = turn(app, same).await;
    let other = turn(app, json!({"action": "start", "userId": "другой"})).await;
    let third = json!({"action": "pay", "userId": "u/1", "n": 51, "new": [1]});
    let third = turn(app, third).await;
    let replay = format!("exchanges/{}/replay", third.as_str().unwrap());
    assert_eq!(app.post(&replay, json!({"target": "self"})).await.0, 201);
    [first, second, third, other]
}

#[tokio::test]
async fn turns_of_a_user_are_listed_as_a_conversation_with_its_events() {
    let app = Instance::start();
    let [first, second, _, other] = recorded(&app).await;
    let all = listed(&app, "").await;
    assert_eq!(all.len(), 2, "{all:?}");
    assert_eq!(
        (
            &all[0]["id"],
            &all[0]["user"],
            &all[0]["turns"],
            &all[0]["events"]
        ),
        (&first, &json!("u/1"), &json!(3), &json!(["start", "pay"]))
    );
    assert_eq!(all[0]["platform"], "graph");
    assert_eq!((&all[1]["id"], &all[1]["user"]), (&other, &json!("другой")));
    let of_turn = format!("?turn={}", second.as_str().unwrap());
    assert_eq!(listed(&app, &of_turn).await, all[..1]);
    let unknown = "conversations?turn=019aa6d2-0000-7000-8000-000000000000";
    let (status, _) = app.call(Method::GET, unknown, None).await;
    assert_eq!(status, 404);
    let of_one = listed(&app, "?user=u%2F1&limit=5").await;
    assert_eq!(of_one, all[..1]);
    let page = app.get("conversations?limit=1").await;
    let before = page["next_before"].as_str().unwrap();
    let rest = app
        .get(&format!("conversations?limit=1&before={before}"))
        .await;
    assert_eq!(
        (&rest["conversations"][0], &rest["next_before"]),
        (&all[1], &Value::Null)
    );
}

#[tokio::test]
async fn a_conversation_has_its_turns_their_findings_and_its_variables_over_time() {
    let app = Instance::start();
    let [first, second, third, _] = recorded(&app).await;
    listed(&app, "").await;
    let route = format!("conversations/{}", first.as_str().unwrap());
    let detail = app.get(&route).await;
    let turns = detail["turns"].as_array().unwrap();
    let ids: Vec<&Value> = turns.iter().map(|turn| &turn["id"]).collect();
    assert_eq!(ids, [&first, &second, &third]);
    assert_eq!(turns[0]["query_text"], "привет");
    assert_eq!(turns[2]["query_text"], Value::Null);
    assert_eq!(turns[0]["changed"], json!(["n", "new"]));
    assert_eq!(turns[1]["changed"], json!(["new"]));
    assert_eq!(turns[2]["changed"], json!([]));
    let sum: u64 = turns
        .iter()
        .map(|turn| turn["findings"]["warning"].as_u64().unwrap())
        .sum();
    assert_eq!(detail["findings"]["warning"], sum);

    let matrix = app.get(&format!("{route}/matrix")).await;
    assert_eq!(matrix["variables"], json!(["n", "new", "x"]));
    assert_eq!(matrix["turns"], json!([first, second, third]));
    assert_eq!(
        matrix["cells"],
        json!([
            [{"in": "50", "after": "51", "change": "changed"},
             {"in": "51", "after": "51", "change": "same"},
             {"in": "51", "after": "51", "change": "same"}],
            [{"in": null, "after": "[1.0]", "change": "new"},
             {"in": null, "after": "[1.0]", "change": "new"},
             {"in": "[1]", "after": "[1.0]", "change": "same"}],
            [null, {"in": "\"y\"", "after": "\"y\"", "change": "untouched"}, null],
        ])
    );
    let unknown = "conversations/01980000-0000-7000-8000-000000000000";
    let (status, error) = app.call(reqwest::Method::GET, unknown, None).await;
    assert_eq!(
        (status.as_u16(), &error["code"]),
        (404, &json!("not_found"))
    );
}

#[tokio::test]
async fn a_conversation_keeps_its_id_and_begins_anew_after_the_gap_that_is_set() {
    let dir = tempfile::tempdir().unwrap();
    let app = Instance::start_in(dir.path());
    let body = json!({"action": "start", "userId": "u1", "n": 1});
    let first = turn(&app, body.clone()).await;
    turn(&app, body.clone()).await;
    let delete = format!("exchanges/{}", first.as_str().unwrap());
    let (status, _) = app.call(reqwest::Method::DELETE, &delete, None).await;
    assert_eq!(status, 200);
    let all = listed(&app, "").await;
    assert_eq!((&all[0]["id"], &all[0]["turns"]), (&first, &json!(1)));
    drop(app);
    let app = Instance::start_in(dir.path());
    turn(&app, body.clone()).await;
    let all = listed(&app, "").await;
    assert_eq!(
        (all.len(), &all[0]["id"], &all[0]["turns"]),
        (1, &first, &json!(2))
    );
    for (gap, status) in [(json!(0), 422), (json!(0.01), 200), (json!(30), 200)] {
        let patch = json!({"conversation_gap_minutes": gap});
        let (found, settings) = app
            .call(reqwest::Method::PATCH, "settings", Some(patch))
            .await;
        assert_eq!(found, status, "{settings}");
    }
    let begun = json!({"action": "start", "userId": "u1", "n": 1,
        "rawRequest": {"payload": {"new_session": true}}});
    let begun = turn(&app, begun).await;
    let all = listed(&app, "").await;
    assert_eq!((&all[0]["id"], &all[1]["id"]), (&begun, &first));
}

#[tokio::test]
async fn why_a_variable_is_so_names_the_turn_that_set_it() {
    let app = Instance::start();
    let reply = json!({"status": 200, "body": "{\"total\": 51.0}"});
    let rule = |name: &str| {
        json!({"version": 1, "name": name, "then": {"reply": reply},
            "when": {"field": "event", "op": "equals", "value": "pay"}})
    };
    let (status, made) = app.post("rules", rule("City known")).await;
    assert_eq!(status, 201);
    let first = json!({"action": "start", "userId": "u1", "total": 50, "gone": 1});
    let first = turn(&app, first).await;
    let paid = json!({"action": "pay", "userId": "u1", "total": 50, "gone": 1});
    let paid = turn(&app, paid).await;
    let last = turn(&app, json!({"action": "end", "userId": "u1", "total": 51})).await;
    // It is named as it was called then.
    let route = format!("rules/{}", made["id"].as_str().unwrap());
    let renamed = Some(rule("Another name"));
    assert_eq!(app.call(reqwest::Method::PUT, &route, renamed).await.0, 200);
    let why = async |id: &Value, name: &str| {
        let route = format!("exchanges/{}/why?name={name}", id.as_str().unwrap());
        app.get(&route).await
    };
    let found = why(&last, "total").await;
    assert_eq!(found["value"], "51");
    assert_eq!(
        found["steps"],
        json!([
            {"turn": paid, "what": "answered", "value": "51.0", "by": "rule:City known"},
            {"turn": last, "what": "came_back", "value": "51", "by": null},
        ])
    );
    let message = found["message"].as_str().unwrap();
    assert!(message.contains("rule:City known"), "{message}");
    let came = why(&paid, "total").await;
    let step = json!({"turn": first, "what": "came", "value": "50", "by": null});
    assert_eq!(
        (&came["value"], &came["steps"]),
        (&json!("50"), &json!([step]))
    );
    let gone = why(&last, "gone").await;
    assert_eq!(gone["value"], Value::Null);
    let what: Vec<&Value> = gone["steps"].as_array().unwrap().iter().collect();
    assert_eq!(
        (&what[0]["what"], &what[1]["what"]),
        (&json!("came"), &json!("absent"))
    );
    assert_eq!(what[1]["turn"], last);
    let never = why(&last, "never").await;
    assert_eq!(
        (&never["value"], &never["steps"]),
        (&Value::Null, &json!([]))
    );
    assert!(
        never["message"].as_str().unwrap().contains("never"),
        "{never}"
    );
    let nameless = format!("exchanges/{}/why", last.as_str().unwrap());
    let (status, error) = app.call(reqwest::Method::GET, &nameless, None).await;
    assert_eq!((status.as_u16(), &error["pointer"]), (422, &json!("/name")));
}

#[tokio::test]
async fn a_rule_of_scope_conversation_counts_each_conversation_for_itself() {
    let app = Instance::start();
    let reply = |text: &str| json!({"status": 200, "body": format!("{{\"n\": \"{text}\"}}")});
    let replies = [reply("first"), reply("second"), reply("last")];
    let rule = json!({"version": 1, "scope": "conversation",
        "then": {"sequence": {"replies": replies, "end": "last"}}});
    let (status, made) = app.post("rules", rule).await;
    assert_eq!(status, 201, "{made}");
    let said = async |user: &str, more: Value| {
        let mut body = json!({"action": "start", "userId": user, "n": 1});
        body.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        let answer = app.turn(body.to_string()).await.unwrap();
        let answer: Value = answer.json().await.unwrap();
        (answer["n"].clone(), app.newest().await["id"].clone())
    };
    let (answer, first) = said("u1", json!({})).await;
    assert_eq!(answer, "first");
    assert_eq!(said("u1", json!({})).await.0, "second");
    let (answer, other) = said("u2", json!({})).await;
    assert_eq!(answer, "first");
    let anew = json!({"rawRequest": {"payload": {"new_session": true}}});
    let (answer, second) = said("u1", anew).await;
    assert_eq!(answer, "first", "another conversation of the same user");
    assert_eq!(said("u1", json!({})).await.0, "second");
    let route = format!("rules/{}/state", made["id"].as_str().unwrap());
    let state = app.get(&route).await;
    let mut keys: Vec<&Value> = state["states"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["key"])
        .collect();
    let mut wanted = [&first, &other, &second];
    keys.sort_by_key(|key| key.as_str().unwrap());
    wanted.sort_by_key(|key| key.as_str().unwrap());
    assert_eq!(keys, wanted);
    let listed = listed(&app, "").await;
    let ids: Vec<&Value> = listed.iter().map(|one| &one["id"]).collect();
    assert_eq!(ids, [&second, &other, &first]);
}
