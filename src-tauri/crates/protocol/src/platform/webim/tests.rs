use std::sync::Arc;

use messages::{Lang, Say as _};

use super::*;
use crate::analysis::{ReadAs, RequestView, read_answer, read_request, variables};
use crate::finding::{Code, Finding};
use crate::platform::recorded::request;
use crate::platform::{
    ChatStep, Place, PlatformChoice, PlatformSettings, change_settings, shown_settings,
};

macro_rules! sample {
    ($name:literal) => {
        include_str!(concat!("../../../../../../tests/fixtures/samples/", $name))
    };
}

fn settings(own: Value) -> Arc<PlatformSettings> {
    let changes = Map::from_iter([("webim".to_owned(), own)]);
    Arc::new(change_settings(&PlatformSettings::default(), changes).unwrap())
}

fn view_of(request: &Request, own: Value) -> RequestView {
    let read_as = ReadAs {
        choice: PlatformChoice::Fixed(Platform::Webim),
        settings: Some(settings(own)),
    };
    read_request(read_as, request)
}

fn event(fields: &[(&str, &str)], path: &str, body: &str) -> Request {
    Request {
        method: "POST".into(),
        path: path.into(),
        headers: fields.iter().copied().collect(),
        body: body.to_owned().into(),
        ..Request::default()
    }
}

const V2: &[(&str, &str)] = &[("X-Bot-API-Version", "2.0")];
const V1: &[(&str, &str)] = &[("X-Bot-API-Version", "1.0")];

#[test]
fn an_event_is_recognised_by_version_path_or_body() {
    let found = |request: &Request| {
        let view = read_request(PlatformChoice::Auto, request);
        let reason = view.platform_reason(request, PlatformChoice::Auto);
        (view.platform, reason.message().code())
    };
    let (v1, v2) = (
        sample!("webim-v1-new-message.json"),
        sample!("webim-v2-new-message-text.json"),
    );
    for (fields, path, body, wanted) in [
        (V2, "/", v2, (Platform::Webim, "version_field")),
        (V1, "/x", v1, (Platform::Webim, "version_field")),
        (&[][..], "/bot/v2", v2, (Platform::Webim, "version_path")),
        (&[], "/bot/v1/", v1, (Platform::Webim, "version_path")),
        (&[], "/", v2, (Platform::Plain, "event_body")),
        (
            &[],
            "/v2",
            "{\"event\":\"new_chat\"}",
            (Platform::Plain, "no_marks"),
        ),
        (
            &[("X-Bot-API-Version", "3.0")],
            "/v2",
            v2,
            (Platform::Plain, "no_marks"),
        ),
        (
            &[("X-GitHub-Event", "push")],
            "/v2",
            v2,
            (Platform::Plain, "github"),
        ),
    ] {
        assert_eq!(
            found(&event(fields, path, body)),
            wanted,
            "{fields:?} {path}"
        );
    }
    let both = r#"{"event":"new_message","chat_id":1,"action":"Оплата"}"#;
    assert_eq!(
        found(&event(&[], "/v2", both)),
        (Platform::Graph, "graph_event")
    );
    let to_call = event(V2, "/api/bot/v2/send_message", v2);
    assert_eq!(found(&to_call), (Platform::Webim, "version_field"));
    let webhook = request(sample!("webim-v2-webhook.http"));
    assert_eq!(found(&webhook), (Platform::Webim, "version_field"));
    let call = request(sample!("webim-v2-send-message.http"));
    assert_eq!(found(&call), (Platform::Plain, "bot_call"));
}

/// The event, the chat, and rows as `name value`.
fn said(fields: &[(&str, &str)], body: &str) -> (String, String, Vec<String>) {
    let request = event(fields, "/", body);
    let view = view_of(&request, json!({}));
    assert_eq!(view.findings, [], "{body}");
    let rows = variables(&view, &request, None).into_iter();
    let rows = rows.map(|row| {
        let json = json_text::compact(&row.before.unwrap()).unwrap();
        format!("{} {json}", row.name)
    });
    let rows = rows.collect();
    (view.event.unwrap(), view.user.unwrap(), rows)
}

const BUTTON: &str = "button {\"id\":\"say_hi\",\"text\":\"Поздороваться\"}";
const TEXT: &str = "text \"Где мой заказ?\"";

#[test]
fn an_event_of_version_2_gives_its_chat_and_what_was_said() {
    let id = "chat_id 12345";
    for (body, wanted) in [
        (
            sample!("webim-v2-new-message-text.json"),
            [id, "kind \"visitor\"", TEXT],
        ),
        (
            sample!("webim-v2-new-message-button.json"),
            [id, "kind \"keyboard_response\"", BUTTON],
        ),
    ] {
        let (event, chat, rows) = said(V2, body);
        assert_eq!((event.as_str(), chat.as_str()), ("new_message", "12345"));
        assert_eq!(rows, wanted);
    }
    let (event, _, rows) = said(V2, sample!("webim-v2-new-chat.json"));
    assert_eq!(
        (event.as_str(), rows[2].as_str()),
        ("new_chat", TEXT),
        "the last message"
    );
    let (_, _, rows) = said(V2, sample!("webim-v2-new-message-file.json"));
    assert!(rows[2].starts_with("file {\"url\""), "{rows:?}");
}

#[test]
fn an_event_of_version_1_gives_its_chat_and_what_was_said() {
    let uuid = "9401b039-ace3-4619-b884-a24e0aaf7adb";
    let id = format!("chat_id \"{uuid}\"");
    let visitor = "visitor {\"id\":\"51b6d2d74ac24af38cbfbb7cf5529845\"}";
    for (body, name, wanted) in [
        (
            sample!("webim-v1-new-message.json"),
            "new_message",
            &[&*id, "kind \"visitor\"", TEXT][..],
        ),
        (
            sample!("webim-v1-button.json"),
            "new_message",
            &[&id, "kind \"keyboard_response\"", BUTTON],
        ),
        (
            sample!("webim-v1-new-chat.json"),
            "new_chat",
            &[&id, "kind \"visitor\"", "text \"Здравствуйте\"", visitor],
        ),
    ] {
        let (event, chat, rows) = said(V1, body);
        assert_eq!((event.as_str(), chat.as_str()), (name, uuid));
        assert_eq!(rows, wanted);
    }
}

/// The outcome as `merged reason saved`, and the first finding.
fn judged(fields: &[(&str, &str)], status: u16, answer: &str) -> (String, Option<Finding>) {
    let body = match fields == V1 {
        true => sample!("webim-v1-new-message.json"),
        false => sample!("webim-v2-new-message-text.json"),
    };
    let request = event(fields, "/", body);
    let view = view_of(&request, json!({}));
    let judged = read_answer(&view, &request, &Answer::json(status, answer.to_owned()));
    let outcome = serde_json::to_value(judged.outcome).unwrap();
    let word = |name: &str| outcome[name].as_str().unwrap_or("-").to_owned();
    let wire = format!("{} {} {}", outcome["merged"], word("reason"), word("saved"));
    (wire, judged.findings.into_iter().next())
}

#[test]
fn in_version_2_an_answer_acknowledges() {
    for (status, answer, wanted, code) in [
        (200, sample!("webim-v2-ack.json"), "true - -", None),
        (204, "", "true - -", None),
        (500, "", "false status -", Some(Code::WebimNotAcknowledged)),
        (
            200,
            "{\"has_answer\":false}",
            "true - -",
            Some(Code::WebimAnswerOfV1),
        ),
    ] {
        let (outcome, finding) = judged(V2, status, answer);
        assert_eq!(outcome, wanted, "{answer}");
        assert_eq!(finding.map(|one| one.code), code, "{answer}");
    }
}

#[test]
fn in_version_1_an_answer_holds_the_messages_or_leads_to_the_queue() {
    let queue = Some(Code::WebimToQueue);
    for (status, answer, wanted, code) in [
        (
            200,
            sample!("webim-v1-response-answer.json"),
            "true - messages",
            None,
        ),
        (
            200,
            sample!("webim-v1-response-to-queue.json"),
            "true - queue",
            queue,
        ),
        (500, "{}", "false status queue", queue),
        (200, "", "false not_json queue", queue),
        (200, "[]", "false not_object queue", queue),
    ] {
        let (outcome, finding) = judged(V1, status, answer);
        assert_eq!(outcome, wanted, "{answer}");
        assert_eq!(finding.map(|one| one.code), code, "{answer}");
    }
    let invalid = r#"{"has_answer":true,"messages":[{"kind":"operator","text":"a"},{"kind":"x"}]}"#;
    let (outcome, finding) = judged(V1, 200, invalid);
    let finding = finding.unwrap();
    assert_eq!(outcome, "true - messages");
    assert_eq!(
        (finding.code, &*finding.pointer),
        (Code::WebimMessageInvalid, "/messages/1")
    );
}

#[test]
fn the_default_answer_fits_the_version() {
    for (fields, wanted) in [(V2, "{\"result\":\"ok\"}"), (V1, "{\"has_answer\":false}")] {
        let request = event(fields, "/", "{}");
        assert_eq!(
            view_of(&request, json!({})).default_answer(&request).body,
            wanted
        );
    }
}

const OWN_TOKEN: &str = "my-secret-token";

fn played() -> Value {
    json!({"role": "webim", "token": OWN_TOKEN})
}

#[test]
fn the_calls_of_a_bot_are_taken_and_say_what_they_do() {
    for (file, event, step) in [
        (
            sample!("webim-v2-send-message.http"),
            "send_message",
            Err(("operator", Some("Ваш заказ в пути"))),
        ),
        (
            sample!("webim-v2-send-keyboard.http"),
            "send_message",
            Err(("keyboard", None)),
        ),
        (
            sample!("webim-v2-send-file.http"),
            "send_message",
            Err(("file_operator", None)),
        ),
        (
            sample!("webim-v2-redirect-queue.http"),
            "redirect_chat",
            Ok(Place::Queue),
        ),
        (
            sample!("webim-v2-redirect-department.http"),
            "redirect_chat",
            Ok(Place::Department("my_department".into())),
        ),
        (
            sample!("webim-v2-redirect-operator.http"),
            "redirect_chat",
            Ok(Place::Operator("240001".into())),
        ),
        (
            sample!("webim-v2-close-chat.http"),
            "close_chat",
            Ok(Place::Closed),
        ),
    ] {
        let request = request(file);
        let view = view_of(&request, played());
        let context = view.context(&request);
        assert_eq!(Webim.answer(&context), None, "{file}");
        assert_eq!(
            (view.event.as_deref(), view.user.as_deref()),
            (Some(event), Some("12345"))
        );
        let action = Webim.chat_action(&context).unwrap();
        assert_eq!(action.chat, "12345");
        match (action.step, step) {
            (ChatStep::Move(place), Ok(wanted)) => assert_eq!(place, wanted),
            (ChatStep::Say(said), Err(wanted)) => {
                assert_eq!((said.kind.as_str(), said.text.as_deref()), wanted);
            }
            (step, wanted) => panic!("{step:?} {wanted:?}"),
        }
        assert_eq!(view.default_answer(&request).body, "{\"result\":\"ok\"}");
    }
}

const LOGIN: &str = "Token my-secret-token";

/// What is answered to a call that is refused.
fn refusal(path: &str, login: &str, body: &str) -> Option<(u16, String)> {
    let mut request = request(sample!("webim-v2-send-message.http"));
    request.path = format!("/api/bot/v2/{path}");
    request.headers = [("Authorization", login)].into_iter().collect();
    request.body = body.to_owned().into();
    let view = view_of(&request, played());
    let own = Webim.answer(&view.context(&request))?;
    let body: Value = serde_json::from_slice(own.answer.body.beginning()).unwrap();
    Some((
        own.answer.status,
        body["error"].as_str().unwrap().to_owned(),
    ))
}

fn say(message: &str) -> String {
    format!(r#"{{"chat_id":"c1","message":{message}}}"#)
}

#[test]
fn a_call_without_the_token_or_of_another_name_is_refused() {
    let fine = say(r#"{"kind":"operator","text":"да"}"#);
    assert_eq!(refusal("send_message", LOGIN, &fine), None);
    assert_eq!(
        refusal("send_message", "token my-secret-token", &fine),
        None
    );
    for (path, login, status, code) in [
        ("send_message", "Token other", 401, "unauthorized"),
        (
            "send_message",
            "Bearer my-secret-token",
            401,
            "unauthorized",
        ),
        ("send_message", "", 401, "unauthorized"),
        ("delete_chat", LOGIN, 404, "unknown-method"),
        ("", LOGIN, 404, "unknown-method"),
    ] {
        let wanted = Some((status, code.to_owned()));
        assert_eq!(refusal(path, login, &fine), wanted, "{path} {login}");
    }
    let elsewhere = event(&[("Authorization", LOGIN)], "/", "{}");
    let view = view_of(&elsewhere, played());
    assert_eq!(
        Webim
            .answer(&view.context(&elsewhere))
            .unwrap()
            .answer
            .status,
        404
    );
    let bot = view_of(&elsewhere, json!({}));
    assert_eq!(
        Webim.answer(&bot.context(&elsewhere)),
        None,
        "we are the bot"
    );
}

#[test]
fn a_call_that_says_nothing_webim_knows_is_refused() {
    for (path, body) in [
        ("send_message", say("{}")),
        ("send_message", say(r#"{"kind":"dance"}"#)),
        ("send_message", say(r#"{"kind":"operator"}"#)),
        ("send_message", say(r#"{"kind":"keyboard","buttons":[]}"#)),
        ("send_message", say(r#"{"kind":"keyboard","buttons":[{}]}"#)),
        ("send_message", say(r#"{"kind":"file_operator"}"#)),
        ("send_message", "{broken".to_owned()),
        ("close_chat", "{}".to_owned()),
        ("redirect_chat", r#"{"chat_id":1,"dep_key":[]}"#.to_owned()),
    ] {
        let wanted = Some((400, "invalid-message".to_owned()));
        assert_eq!(refusal(path, LOGIN, &body), wanted, "{path} {body}");
    }
    let unknown = Webim.unknown_chat().unwrap().answer;
    let wanted = (400, "{\"error\":\"chat-not-found\"}".into());
    assert_eq!((unknown.status, unknown.body), wanted);
}

#[test]
fn the_token_alone_tells_whose_a_call_at_the_root_is() {
    let own = |own: Value| own.as_object().unwrap().clone();
    let call = request(sample!("webim-v2-send-message.http"));
    assert!(Webim.is_at_root(&own(played()), &call));
    let bot = json!({"token": OWN_TOKEN, "domain": "a.b", "department": "x"});
    for settings in [
        json!({"role": "webim", "token": "other"}),
        json!({"role": "webim"}),
        bot,
    ] {
        assert!(!Webim.is_at_root(&own(settings), &call));
    }
    let mut elsewhere = call;
    elsewhere.path = "/".into();
    assert!(!Webim.is_at_root(&own(played()), &elsewhere));
}

#[test]
fn wrong_answers_are_what_a_bot_counts_as_errors() {
    for name in Webim.trial_answers() {
        let answer = Webim.trial_answer(name).unwrap();
        assert_eq!(answer.check(), Ok(()));
        let json = serde_json::from_slice::<Value>(answer.body.beginning()).ok();
        let is_error = answer.status != 200 || json.is_none_or(|json| json.get("error").is_some());
        assert_eq!(is_error, *name != "ok", "{name}");
    }
    assert_eq!(Webim.trial_answer("pigeon"), None);
}

fn whole() -> Value {
    json!({
        "role": "bot", "token": "t", "domain": "salutebot.webim.ru", "to": "department",
        "department": "sales", "operator": null, "version": "10.5.62", "bot_url": null,
    })
}

fn with(name: &str, value: Value) -> Value {
    let mut own = whole();
    own[name] = value;
    own
}

/// Where settings do not fit, and what is suggested.
fn check(own: Value) -> Option<(String, Option<String>)> {
    let changes = Map::from_iter([("webim".to_owned(), own)]);
    let error = change_settings(&PlatformSettings::default(), changes).err()?;
    assert!(!error.message().text(Lang::Ru).is_empty());
    Some((error.pointer, error.suggestion))
}

#[test]
fn the_five_settings_have_their_conditions() {
    assert_eq!(check(whole()), None);
    assert_eq!(check(json!({})), None);
    assert_eq!(check(json!({"role": "bot", "version": "10.4"})), None);
    assert_eq!(check(played()), None);
    let mut operator = with("to", json!("operator"));
    operator["operator"] = json!(240_001);
    assert_eq!(check(operator), None);
    for (own, field) in [
        (json!({"role": "webim"}), "token"),
        (with("token", json!(null)), "token"),
        (with("token", json!("a b")), "token"),
        (with("domain", json!(null)), "domain"),
        (with("domain", json!("…")), "domain"),
        (with("department", json!(null)), "department"),
        (with("department", json!(" ")), "department"),
        (with("to", json!("operator")), "operator"),
        (with("to", json!("nobody")), "to"),
        (with("role", json!("visitor")), "role"),
        (with("version", json!("ten")), "version"),
        (with("bot_url", json!("bot.example.ru")), "bot_url"),
        (json!({"department": "sales"}), "token"),
    ] {
        assert_eq!(
            check(own.clone()),
            Some((format!("/webim/{field}"), None)),
            "{own}"
        );
    }
}

#[test]
fn a_domain_in_an_address_is_suggested_and_the_token_is_hidden() {
    for domain in [
        "https://salutebot.webim.ru/",
        "salutebot.webim.ru/",
        "salutebot.webim.ru:443",
        "http://u@SaluteBot.webim.ru:80/a?b#c",
    ] {
        let wanted = (
            "/webim/domain".to_owned(),
            Some("salutebot.webim.ru".to_owned()),
        );
        assert_eq!(
            check(with("domain", json!(domain))),
            Some(wanted),
            "{domain}"
        );
    }
    let shown = serde_json::to_value(shown_settings(&settings(whole()), None)).unwrap();
    let shown = &shown["webim"];
    assert_eq!(
        (&shown["token"], &shown["token_set"]),
        (&Value::Null, &json!(true))
    );
}

#[test]
fn the_sample_is_a_message_of_version_2() {
    let request = Webim.compose(&Webim.sample().unwrap()).unwrap();
    let view = read_request(PlatformChoice::Auto, &request);
    assert_eq!(view.platform, Platform::Webim);
    assert_eq!(
        (view.event.as_deref(), view.user.as_deref()),
        (Some("new_message"), Some("12345"))
    );
    assert_eq!(view.findings, []);
}

#[test]
fn a_composed_event_is_read_back_in_both_versions() {
    let button = r#"{"id":"say_hi","text":"Да"}"#;
    for (composed, event, chat, wanted) in [
        (
            r#"{"chat":"12345","text":"Привет"}"#.to_owned(),
            "new_message",
            "12345",
            vec!["chat_id", "kind", "text"],
        ),
        (
            format!(r#"{{"chat":"c1","kind":"keyboard_response","button":{button}}}"#),
            "new_message",
            "c1",
            vec!["chat_id", "kind", "button"],
        ),
        (
            format!(
                r#"{{"version":"1.0","chat":"c1","kind":"keyboard_response","button":{button}}}"#
            ),
            "new_message",
            "c1",
            vec!["chat_id", "kind", "button"],
        ),
        (
            r#"{"version":"1.0","event":"new_chat","chat":"c1","text":"a"}"#.to_owned(),
            "new_chat",
            "c1",
            vec!["chat_id", "kind", "text", "visitor"],
        ),
    ] {
        let request = Webim.sending(&composed).unwrap().unwrap().request;
        let view = read_request(PlatformChoice::Auto, &request);
        assert_eq!(view.platform, Platform::Webim);
        assert_eq!(
            (view.event.as_deref(), view.user.as_deref()),
            (Some(event), Some(chat))
        );
        assert_eq!(view.findings, []);
        let rows = variables(&view, &request, None);
        let names: Vec<&str> = rows.iter().map(|row| row.name.as_str()).collect();
        assert_eq!(names, wanted, "{composed}");
    }
    for (composed, pointer) in [
        ("{}", "/chat"),
        (r#"{"chat":"c","version":"3.0"}"#, "/version"),
    ] {
        assert_eq!(
            Webim.sending(composed).unwrap().unwrap_err().pointer,
            pointer
        );
    }
}

#[test]
fn the_address_of_the_stand_in_is_shown_where_we_stand_in() {
    let address = |role: &str| {
        let own = json!({"role": role, "token": "t", "domain": "a.webim.ru", "department": "d"});
        let shown = shown_settings(&settings(own), Some("https://h/s"));
        serde_json::to_value(shown).unwrap()["webim"]["address"].clone()
    };
    assert_eq!(address("webim"), json!("https://h/s/api/bot/v2/"));
    assert_eq!(address("bot"), Value::Null);
}
