//! Whether variables come back as they were answered, by a bot that works as the platform does.

use serde_json::{Map, Value, json};

use crate::support::{Instance, codes};

/// The longest session that the bot saves, as JSON in UTF-8.
const SESSION_BYTES: usize = 102_400;

/// A bot that holds numbers as JavaScript does and refuses what is too long.
struct Bot<'a> {
    app: &'a Instance,
    session: Map<String, Value>,
    messages: u32,
}

/// A value as JavaScript writes it that has read it.
fn written(value: &Value) -> String {
    match value {
        Value::Number(number) => number.as_f64().unwrap().to_string(),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(written).collect();
            format!("[{}]", items.join(","))
        }
        Value::Object(members) => {
            let members = members.iter();
            let members: Vec<String> = members
                .map(|(name, value)| format!("{}:{}", json!(name), written(value)))
                .collect();
            format!("{{{}}}", members.join(","))
        }
        other => other.to_string(),
    }
}

impl<'a> Bot<'a> {
    fn new(app: &'a Instance) -> Self {
        Self {
            app,
            session: Map::new(),
            messages: 0,
        }
    }

    /// The user says something: the turn's id. `status`, `body`: what is answered to it.
    async fn say(&mut self, status: u16, body: &str) -> Value {
        self.messages += 1;
        self.call(status, body).await
    }

    /// A turn of the same message.
    async fn call(&mut self, status: u16, body: &str) -> Value {
        let answer = json!({"status": status, "body": body});
        self.app.answering(json!({"default_answer": answer})).await;
        let number = self.messages;
        let mut request = self.session.clone();
        request.insert("action".to_owned(), json!("pay"));
        request.insert("userId".to_owned(), json!("u1"));
        request.insert("queryText".to_owned(), json!(format!("text {number}")));
        request.insert("rawRequest".to_owned(), json!({"id": number.to_string()}));
        let sent = self.app.turn(written(&Value::Object(request)));
        let answer = sent.await.unwrap();
        if answer.status() == 200
            && let Ok(answered) =
                serde_json::from_str::<Map<String, Value>>(&answer.text().await.unwrap())
        {
            let mut merged = self.session.clone();
            merged.extend(answered);
            let text = written(&Value::Object(merged));
            if text.len() <= SESSION_BYTES {
                self.session = serde_json::from_str(&text).unwrap();
            }
        }
        self.app.newest().await["id"].clone()
    }
}

/// An exchange once every turn is in its conversation: on a busy machine that takes longer than one
/// answer waits.
async fn settled(app: &Instance, id: &Value) -> Value {
    while app.get("conversations?limit=1").await["catching_up"] != false {}
    app.exchange(id).await
}

/// Names, verdicts and what came back.
fn told(exchange: &Value) -> Vec<[Value; 3]> {
    let proofs = exchange["proof"].as_array().unwrap().iter();
    proofs
        .map(|one| ["name", "verdict", "came_back"].map(|field| one[field].clone()))
        .collect()
}

fn proof_codes(exchange: &Value) -> Vec<&str> {
    let codes = codes(exchange).into_iter();
    codes.filter(|code| code.starts_with("proof_")).collect()
}

fn rule<'v>(proof: &'v Value, name: &str) -> &'v Value {
    let rules = proof["rules"].as_array().unwrap();
    rules.iter().find(|rule| rule["rule"] == name).unwrap()
}

#[tokio::test]
async fn what_a_bot_makes_of_answers_is_told_with_its_cause() {
    let app = Instance::start();
    let mut bot = Bot::new(&app);
    let [first, second] = numbers_are_written_anew(&app, &mut bot).await;
    findings_are_counted(&app, &first).await;
    answers_are_not_taken_or_not_saved(&app, &mut bot, &second).await;
    let conversations = app.get("conversations").await;
    let id = conversations["conversations"][0]["id"].as_str().unwrap();
    let detail = app.get(&format!("conversations/{id}")).await;
    let turns = detail["turns"].as_array().unwrap();
    for turn in turns {
        assert_eq!(turn["proof"], settled(&app, &turn["id"]).await["proof"]);
    }
    rules_are_seen(&app).await;
}

async fn numbers_are_written_anew(app: &Instance, bot: &mut Bot<'_>) -> [Value; 2] {
    let numbers = r#"{"n": 1.0, "id": 9007199254740993, "text": "a", "o": {"a": 1, "b": [2.50]}}"#;
    let first = bot.say(200, numbers).await;
    assert_eq!(settled(app, &first).await["proof"], json!([]));
    let second = bot.say(500, r#"{"n": 5, "more": 1}"#).await;
    let exchange = settled(app, &first).await;
    assert_eq!(
        exchange["proof"][0],
        json!({"name": "n", "sent": "1.0", "came_back": "1", "verdict": "same_number",
            "turn": second, "chain": false})
    );
    assert_eq!(
        told(&exchange),
        [
            [json!("n"), json!("same_number"), json!("1")],
            [json!("id"), json!("rounded"), json!("9007199254740992")],
            [json!("text"), json!("kept"), json!("\"a\"")],
            [
                json!("o"),
                json!("same_number"),
                json!(r#"{"a":1,"b":[2.5]}"#)
            ],
        ]
    );
    assert_eq!(
        proof_codes(&exchange),
        ["proof_same_number", "proof_rounded", "proof_same_number"]
    );
    let mut findings = exchange["findings"].as_array().unwrap().iter();
    let finding = findings.find(|one| one["code"] == "proof_rounded").unwrap();
    assert_eq!(
        [&finding["pointer"], &finding["where"], &finding["severity"]],
        ["/id", "response", "warning"]
    );
    [first, second]
}

/// The list counts them, and the feed has said so.
async fn findings_are_counted(app: &Instance, first: &Value) {
    let count = |exchange: &Value| exchange["findings"]["warning"].as_u64().unwrap();
    let changed = app
        .event(|event| {
            event["kind"] == "exchange_changed"
                && event["exchange"]["id"] == *first
                && count(&event["exchange"]) >= 3
        })
        .await;
    let listed = app.get("exchanges?limit=2").await["exchanges"][1].clone();
    assert_eq!(listed["id"], *first);
    assert_eq!(count(&listed), count(&changed["exchange"]));
}

async fn answers_are_not_taken_or_not_saved(app: &Instance, bot: &mut Bot<'_>, second: &Value) {
    let long = json!({"n": 7, "long": "ы".repeat(51_200)}).to_string();
    let third = bot.say(200, &long).await;
    assert_eq!(
        told(&settled(app, second).await),
        [
            [json!("n"), json!("not_taken"), json!("1")],
            [json!("more"), json!("not_taken"), Value::Null],
        ]
    );
    let fourth = bot.say(200, r#"{"text": null, "o": {"c": 1}}"#).await;
    let exchange = settled(app, &third).await;
    assert_eq!(
        told(&exchange),
        [
            [json!("n"), json!("not_saved"), json!("1")],
            [json!("long"), json!("not_saved"), Value::Null],
        ]
    );
    assert_eq!(proof_codes(&exchange), ["proof_not_saved"; 2]);
    bot.say(200, "{}").await;
    assert_eq!(
        told(&settled(app, &fourth).await),
        [
            [json!("o"), json!("kept"), json!(r#"{"c":1}"#)],
            [json!("text"), json!("kept"), json!("null")],
        ]
    );
}

async fn rules_are_seen(app: &Instance) {
    let proof = app.get("proof").await;
    for (name, held) in [
        ("merge_shallow", 2),
        ("null_overwrites", 1),
        ("missing_keeps", 1),
        ("only_200", 1),
        ("js_numbers", 1),
        ("session_limit", 1),
    ] {
        let rule = rule(&proof, name);
        assert_eq!(
            (&rule["held"], &rule["broken"]),
            (&json!(held), &json!(0)),
            "{name}"
        );
        assert_eq!(rule["examples"].as_array().unwrap().len(), held, "{name}");
    }
    let nobody = app
        .get("proof?bot=01980000-0000-7000-8000-000000000000")
        .await;
    assert_eq!(rule(&nobody, "merge_shallow")["held"], 0);
}

#[tokio::test]
async fn a_change_within_a_message_is_the_platforms_and_goes_with_the_turn_that_showed_it() {
    let app = Instance::start();
    let mut bot = Bot::new(&app);
    let first = bot.say(200, r#"{"n": 1, "o": {"a": 1}}"#).await;
    bot.call(200, r#"{"o": {"b": 2}}"#).await;
    // A bot that merges levels and changes a value by itself.
    bot.session.insert("o".to_owned(), json!({"a": 1, "b": 2}));
    bot.session.insert("n".to_owned(), json!(3));
    let third = bot.call(200, "{}").await;
    let second = settled(&app, &first).await["proof"][0]["turn"].clone();
    let exchange = settled(&app, &second).await;
    assert_eq!(
        told(&exchange),
        [[
            json!("o"),
            json!("value_changed"),
            json!(r#"{"a":1,"b":2}"#)
        ]]
    );
    assert_eq!(exchange["proof"][0]["chain"], true);
    assert_eq!(proof_codes(&exchange), ["proof_value_changed"]);
    let proof = app.get("proof").await;
    let merged = rule(&proof, "merge_shallow");
    assert_eq!((&merged["held"], &merged["broken"]), (&json!(1), &json!(1)));
    assert_eq!(merged["examples"], json!([second, first]));
    assert_eq!(rule(&proof, "missing_keeps")["broken"], 1);

    // Without the turn that showed it nothing is known, and it comes back with it.
    let warnings = async || {
        let list = app.get("exchanges?limit=10").await;
        let all = list["exchanges"].as_array().unwrap().clone();
        let one = all.into_iter().find(|one| one["id"] == second).unwrap();
        one["findings"]["warning"].as_u64().unwrap()
    };
    let before = warnings().await;
    let route = format!("exchanges/{}", third.as_str().unwrap());
    let (status, deletion) = app.call(reqwest::Method::DELETE, &route, None).await;
    assert_eq!(status, 200);
    assert_eq!(settled(&app, &second).await["proof"], json!([]));
    assert_eq!(warnings().await, before - 1);
    let undo = json!({"undo": deletion["undo"]});
    let (status, answer) = app.post("exchanges/restore", undo).await;
    assert_eq!(status, 200, "{answer}");
    assert_eq!(settled(&app, &second).await, exchange);
    assert_eq!(warnings().await, before);
}

#[tokio::test]
async fn the_proof_of_a_turn_is_that_of_the_platform_it_is_read_as() {
    let app = Instance::start();
    let mut bot = Bot::new(&app);
    let first = bot.say(200, r#"{"n": 1.0}"#).await;
    bot.say(200, "{}").await;
    let exchange = settled(&app, &first).await;
    assert_eq!(proof_codes(&exchange), ["proof_same_number"]);
    let route = format!("exchanges/{}", first.as_str().unwrap());
    for (platform, proofs) in [("webim", 0), ("graph", 1)] {
        let patch = json!({"platform": platform});
        let (status, answer) = app.call(reqwest::Method::PATCH, &route, Some(patch)).await;
        assert_eq!(status, 200, "{answer}");
        let now = settled(&app, &first).await;
        assert_eq!(now["proof"].as_array().unwrap().len(), proofs, "{platform}");
        let listed = app.get("exchanges?limit=2").await["exchanges"][1].clone();
        let counted = listed["findings"]["warning"].as_u64().unwrap();
        let shown = now["findings"].as_array().unwrap().iter();
        let shown = shown.filter(|one| one["severity"] == "warning").count();
        assert_eq!(counted, shown as u64, "{platform}");
    }
}
