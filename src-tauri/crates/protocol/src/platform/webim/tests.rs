use std::sync::Arc;

use messages::{Lang, Say as _};

use super::*;
use crate::analysis::{ReadAs, RequestView, read_answer, read_request, variables};
use crate::finding::Code;
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
            (Platform::Plain, "other_sender"),
        ),
    ] {
        assert_eq!(
            found(&event(fields, path, body)),
            wanted,
            "{fields:?} {path}"
        );
    }
    let webhook = request(sample!("webim-v2-webhook.http"));
    assert_eq!(found(&webhook), (Platform::Webim, "version_field"));
    let call = request(sample!("webim-v2-send-message.http"));
    assert_eq!(found(&call), (Platform::Plain, "bot_call"));
}

#[test]
fn an_event_gives_its_event_its_chat_and_what_was_said() {
    let button = "button {\"id\":\"say_hi\",\"text\":\"Поздороваться\"}";
    let uuid = "9401b039-ace3-4619-b884-a24e0aaf7adb";
    let quoted = format!("chat_id \"{uuid}\"");
    for (fields, body, name, chat, wanted) in [
        (
            V2,
            sample!("webim-v2-new-message-text.json"),
            "new_message",
            "12345",
            &[
                "chat_id 12345",
                "kind \"visitor\"",
                "text \"Где мой заказ?\"",
            ][..],
        ),
        (
            V2,
            sample!("webim-v2-new-message-button.json"),
            "new_message",
            "12345",
            &["chat_id 12345", "kind \"keyboard_response\"", button],
        ),
        (
            V1,
            sample!("webim-v1-new-message.json"),
            "new_message",
            uuid,
            &[&quoted, "kind \"visitor\"", "text \"Где мой заказ?\""],
        ),
        (
            V1,
            sample!("webim-v1-button.json"),
            "new_message",
            uuid,
            &[&quoted, "kind \"keyboard_response\"", button],
        ),
        (
            V1,
            sample!("webim-v1-new-chat.json"),
            "new_chat",
            uuid,
            &[
                &quoted,
                "kind \"visitor\"",
                "text \"Здравствуйте\"",
                "visitor {\"id\":\"51b6d2d74ac24af38cbfbb7cf5529845\"}",
            ],
        ),
    ] {
        let request = event(fields, "/", body);
        let view = view_of(&request, json!({}));
        let user = view.user.as_deref();
        assert_eq!((view.event.as_deref(), user), (Some(name), Some(chat)));
        assert_eq!(view.findings, [], "{body}");
        let rows = variables(&view, &request, None).into_iter();
        let rows: Vec<String> = rows
            .map(|row| {
                let json = json_text::compact(&row.before.unwrap()).unwrap();
                format!("{} {json}", row.name)
            })
            .collect();
        assert_eq!(rows, wanted);
    }
    let new_chat = event(V2, "/", sample!("webim-v2-new-chat.json"));
    let rows = variables(&view_of(&new_chat, json!({})), &new_chat, None);
    let text = rows.iter().find(|row| row.name == "text").unwrap();
    assert_eq!(
        text.before.as_deref(),
        Some("\"Где мой заказ?\""),
        "the last message"
    );
    let file = event(V2, "/", sample!("webim-v2-new-message-file.json"));
    let rows = variables(&view_of(&file, json!({})), &file, None);
    assert_eq!(rows.last().unwrap().name, "file");
}

#[test]
fn an_answer_acknowledges_or_holds_the_messages() {
    let (v1, v2) = (
        sample!("webim-v1-new-message.json"),
        sample!("webim-v2-new-message-text.json"),
    );
    let wire = |merged: bool, reason: &str, saved: &str| {
        let mut wanted = json!({"merged": merged, "reason": null});
        if !reason.is_empty() {
            wanted["reason"] = reason.into();
        }
        if !saved.is_empty() {
            wanted["saved"] = saved.into();
        }
        wanted
    };
    let invalid = r#"{"has_answer":true,"messages":[{"kind":"operator","text":"a"},{"kind":"x"}]}"#;
    for (fields, body, status, answer, wanted, code) in [
        (
            V2,
            v2,
            200,
            sample!("webim-v2-ack.json"),
            wire(true, "", ""),
            None,
        ),
        (V2, v2, 204, "", wire(true, "", ""), None),
        (
            V2,
            v2,
            500,
            "",
            wire(false, "status", ""),
            Some(Code::WebimNotAcknowledged),
        ),
        (
            V2,
            v2,
            200,
            "{\"has_answer\":false}",
            wire(true, "", ""),
            Some(Code::WebimAnswerOfV1),
        ),
        (
            V1,
            v1,
            200,
            sample!("webim-v1-response-answer.json"),
            wire(true, "", "messages"),
            None,
        ),
        (
            V1,
            v1,
            200,
            sample!("webim-v1-response-to-queue.json"),
            wire(true, "", "queue"),
            Some(Code::WebimToQueue),
        ),
        (
            V1,
            v1,
            500,
            "{}",
            wire(false, "status", "queue"),
            Some(Code::WebimToQueue),
        ),
        (
            V1,
            v1,
            200,
            "",
            wire(false, "not_json", "queue"),
            Some(Code::WebimToQueue),
        ),
        (
            V1,
            v1,
            200,
            "[]",
            wire(false, "not_object", "queue"),
            Some(Code::WebimToQueue),
        ),
        (
            V1,
            v1,
            200,
            invalid,
            wire(true, "", "messages"),
            Some(Code::WebimMessageInvalid),
        ),
    ] {
        let request = event(fields, "/", body);
        let view = view_of(&request, json!({}));
        let judged = read_answer(&view, &request, &Answer::json(status, answer));
        assert_eq!(
            serde_json::to_value(judged.outcome).unwrap(),
            wanted,
            "{answer}"
        );
        let found = judged
            .findings
            .first()
            .map(|one| (one.code, one.pointer.clone()));
        let pointer = if answer == invalid { "/messages/1" } else { "" };
        assert_eq!(
            found,
            code.map(|code| (code, pointer.to_owned())),
            "{answer}"
        );
    }
    for (fields, body, wanted) in [
        (V2, v2, "{\"result\":\"ok\"}"),
        (V1, v1, "{\"has_answer\":false}"),
    ] {
        let request = event(fields, "/", body);
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

#[test]
fn a_call_that_does_not_fit_is_refused_as_webim_does() {
    let call = |path: &str, token: &str, body: &str| {
        let mut request = request(sample!("webim-v2-send-message.http"));
        request.path = format!("/api/bot/v2/{path}");
        request.headers = [("Authorization", token)].into_iter().collect();
        request.body = body.to_owned().into();
        let view = view_of(&request, played());
        let own = Webim.answer(&view.context(&request))?;
        let body: Value = serde_json::from_slice(own.answer.body.beginning()).unwrap();
        Some((
            own.answer.status,
            body["error"].as_str().unwrap().to_owned(),
        ))
    };
    let good = "Token my-secret-token";
    let say = |message: &str| format!(r#"{{"chat_id":"c1","message":{message}}}"#);
    let fine = say(r#"{"kind":"operator","text":"да"}"#);
    assert_eq!(call("send_message", good, &fine), None);
    assert_eq!(call("send_message", "token my-secret-token", &fine), None);
    for (path, token, body, wanted) in [
        (
            "send_message",
            "Token other",
            fine.clone(),
            (401, "unauthorized"),
        ),
        (
            "send_message",
            "Bearer my-secret-token",
            fine.clone(),
            (401, "unauthorized"),
        ),
        ("send_message", "", fine.clone(), (401, "unauthorized")),
        ("delete_chat", good, fine.clone(), (404, "unknown-method")),
        ("", good, fine.clone(), (404, "unknown-method")),
        ("send_message", good, say("{}"), (400, "invalid-message")),
        (
            "send_message",
            good,
            say(r#"{"kind":"dance"}"#),
            (400, "invalid-message"),
        ),
        (
            "send_message",
            good,
            say(r#"{"kind":"operator"}"#),
            (400, "invalid-message"),
        ),
        (
            "send_message",
            good,
            say(r#"{"kind":"keyboard","buttons":[]}"#),
            (400, "invalid-message"),
        ),
        (
            "send_message",
            good,
            say(r#"{"kind":"keyboard","buttons":[{}]}"#),
            (400, "invalid-message"),
        ),
        (
            "send_message",
            good,
            say(r#"{"kind":"file_operator"}"#),
            (400, "invalid-message"),
        ),
        (
            "send_message",
            good,
            "{broken".into(),
            (400, "invalid-message"),
        ),
        ("close_chat", good, "{}".into(), (400, "invalid-message")),
        (
            "redirect_chat",
            good,
            r#"{"chat_id":1,"dep_key":[]}"#.into(),
            (400, "invalid-message"),
        ),
    ] {
        let wanted = Some((wanted.0, wanted.1.to_owned()));
        assert_eq!(call(path, token, &body), wanted, "{path} {token} {body}");
    }
    let unknown = Webim.unknown_chat().unwrap().answer;
    assert_eq!(
        (unknown.status, unknown.body),
        (400, "{\"error\":\"chat-not-found\"}".into())
    );
    let elsewhere = event(&[("Authorization", good)], "/", "{}");
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

#[test]
fn the_five_settings_have_their_conditions() {
    let check = |own: Value| {
        let changes = Map::from_iter([("webim".to_owned(), own)]);
        let error = change_settings(&PlatformSettings::default(), changes).err();
        error.map(|error| {
            assert!(!error.message().text(Lang::Ru).is_empty());
            (error.pointer, error.suggestion)
        })
    };
    let whole = json!({
        "role": "bot", "token": "t", "domain": "salutebot.webim.ru", "to": "department",
        "department": "sales", "operator": null, "version": "10.5.62", "bot_url": null,
    });
    assert_eq!(check(whole.clone()), None);
    assert_eq!(check(json!({})), None);
    assert_eq!(check(json!({"role": "bot", "version": "10.4"})), None);
    assert_eq!(check(played()), None);
    let with = |name: &str, value: Value| {
        let mut own = whole.clone();
        own[name] = value;
        own
    };
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
    let shown = serde_json::to_value(shown_settings(&settings(whole), None)).unwrap();
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
