use messages::{Lang, Say};

use crate::analysis::{read_answer, read_request, variables};
use crate::answer::Answer;
use crate::body::BodyKind;
use crate::finding::{Code, Finding, OwnFinding};
use crate::outcome::{Outcome, Saved};
use crate::variable::{Change, Variable};
use crate::words;

use super::*;

fn post(body: &str) -> Request {
    Request {
        method: "POST".into(),
        path: "/".into(),
        body: body.to_owned().into(),
        ..Request::default()
    }
}

fn context(request: &Request) -> RequestContext<'_> {
    RequestContext {
        request,
        document: None,
        error: None,
        kind: BodyKind::Form,
        settings: None,
    }
}

#[test]
fn every_name_has_its_contract_and_words() {
    for platform in Platform::ALL {
        let contract = contract(*platform);
        assert_eq!(contract.platform(), *platform);
        assert_eq!(contract.name().code, platform.as_str());
        assert!(!contract.roles().is_empty());
    }
    assert_eq!(LIST.len(), Platform::ALL.len());
}

/// Settings under which each side of every platform is played.
fn settings_of_doors() -> PlatformSettings {
    let settings = r#"{
        "chatapp":{"token":"t","fields":["chat_id"]},
        "nocobase":{"key":"k","auth":{"user":"u","password":"p"}},
        "webim":{"role":"webim","token":"t"}
    }"#;
    serde_json::from_str(settings).unwrap()
}

#[test]
fn a_sample_is_its_platforms_and_passes_its_door() {
    for settings in [PlatformSettings::default(), settings_of_doors()] {
        let settings = std::sync::Arc::new(settings);
        for platform in Platform::ALL {
            let choice = PlatformChoice::Fixed(*platform);
            let request = sample(choice, &settings).unwrap();
            let read_as = crate::analysis::ReadAs {
                choice,
                settings: Some(std::sync::Arc::clone(&settings)),
            };
            let view = read_request(read_as, &request);
            let asked = view.context(&request);
            assert_eq!(contract(*platform).answer(&asked), None, "{platform}");
            let wanted = match platform {
                Platform::Plain | Platform::GraphHttp => Some(Platform::Graph),
                platform => Some(*platform),
            };
            let found = match recognise(&asked) {
                Sender::Platform(platform, _) => Some(platform),
                Sender::Neighbour(_) | Sender::Foreign(_) | Sender::Unknown => None,
            };
            assert_eq!(found, wanted);
        }
    }
    let graph = sample(PlatformChoice::Auto, &PlatformSettings::default()).unwrap();
    assert_eq!(
        recognise_whole(&graph).sure_platform(),
        Some(Platform::Graph)
    );
}

#[test]
fn what_was_shown_can_be_given_back() {
    let before = settings_of_doors();
    let shown = serde_json::to_value(shown_settings(&before, Some("http://h"))).unwrap();
    let changed = change_settings(&before, shown.as_object().unwrap().clone());
    assert_eq!(changed, Ok(before.clone()));
    let user = serde_json::json!({"nocobase": {
        "auth": {"user": "v", "password": null, "password_set": true},
    }});
    let changed = change_settings(&before, user.as_object().unwrap().clone()).unwrap();
    let auth = &changed.0[&Platform::Nocobase]["auth"];
    assert_eq!(auth, &serde_json::json!({"user": "v", "password": "p"}));
    let token = serde_json::json!({"chatapp": {"token": null}});
    let changed = change_settings(&before, token.as_object().unwrap().clone()).unwrap();
    assert_eq!(
        changed.0[&Platform::Chatapp].get("token"),
        None,
        "null alone removes"
    );
}

#[test]
fn the_variables_of_the_graph_sample_have_the_names_that_a_bot_sends() {
    let request = sample(
        PlatformChoice::Fixed(Platform::Graph),
        &PlatformSettings::default(),
    )
    .unwrap();
    let document: serde_json::Value = serde_json::from_slice(request.body.beginning()).unwrap();
    let names: Vec<_> = document
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    for name in [
        "action",
        "userId",
        "queryText",
        "rawRequest",
        "orderId",
        "total",
    ] {
        assert!(names.contains(&name), "{name} of {names:?}");
    }
    for name in names {
        assert!(!name.contains('"'), "{name}");
    }
}

fn recognise_whole(request: &Request) -> Sender {
    let view = read_request(PlatformChoice::Auto, request);
    recognise(&view.context(request))
}

#[test]
fn a_platform_is_taken_when_sure_and_only_named_when_likely() {
    let reason = |body: &str, choice: PlatformChoice| {
        let request = post(body);
        let view = read_request(choice, &request);
        let reason = view.platform_reason(&request, choice);
        (view.platform, reason.how, reason.message().code())
    };
    let (auto, graph) = (PlatformChoice::Auto, PlatformChoice::Fixed(Platform::Graph));
    let likely = r#"{"userId":"1","queryText":"hi"}"#;
    for (body, choice, expected) in [
        (
            r#"{"action":"e"}"#,
            auto,
            (Platform::Graph, ReasonKind::Sure, "graph_event"),
        ),
        (
            likely,
            auto,
            (Platform::Plain, ReasonKind::Likely, "graph_variables"),
        ),
        ("{}", auto, (Platform::Plain, ReasonKind::Sure, "no_marks")),
        (
            likely,
            graph,
            (Platform::Graph, ReasonKind::Chosen, "chosen"),
        ),
    ] {
        assert_eq!(reason(body, choice), expected, "{body}");
    }
}

#[test]
fn a_platform_chosen_earlier_stays_chosen_after_the_bot_changes() {
    let request = post("{}");
    let view = read_request(PlatformChoice::Fixed(Platform::Graph), &request);
    let reason = view.platform_reason(&request, PlatformChoice::Auto);
    assert_eq!(reason.how, ReasonKind::Chosen);
    assert_ne!(
        reason.message().text(Lang::En),
        reason.message().text(Lang::Ru)
    );
}

#[test]
fn a_neighbour_is_named_with_its_budget_and_takes_no_platforms_rules() {
    let graph = r#"{"action":"opened","userId":"1"}"#;
    for (field, body, code) in [
        ("X-GitHub-Event", graph, "github"),
        ("stripe-signature", graph, "stripe"),
        ("X-Max-Bot-Api-Secret", "{}", "max"),
        ("X-WH-Request-Id", "", "sber_api"),
        (
            "Host",
            r#"{"ok":true,"updates":[{"update_id":1}]}"#,
            "yandex_messenger",
        ),
        ("Host", r#"{"updates":[{"id":1}]}"#, "no_marks"),
        ("Host", r#"{"updates":"\"update_id\""}"#, "no_marks"),
    ] {
        let mut request = post(body);
        request.headers = [(field, "1")].into_iter().collect();
        let view = read_request(PlatformChoice::Auto, &request);
        let reason = view.platform_reason(&request, PlatformChoice::Auto);
        let told = (view.platform, reason.how, reason.message().code());
        assert_eq!(
            told,
            (Platform::Plain, ReasonKind::Sure, code),
            "{field} {body}"
        );
    }
}

#[test]
fn the_marks_of_another_platform_or_sender_keep_a_request_from_being_taken() {
    for mark in ["x-gitlab-event", "X-Bot-API-Version"] {
        let mut request = post(r#"{"action":"e"}"#);
        request.headers = [("Host", "h"), (mark, "1")].into_iter().collect();
        assert_eq!(recognise_whole(&request), Sender::Foreign(mark.into()));
        let view = read_request(PlatformChoice::Auto, &request);
        let reason = view.platform_reason(&request, PlatformChoice::Auto);
        assert_eq!(
            (view.platform, reason.how),
            (Platform::Plain, ReasonKind::Sure)
        );
        let sentence = reason.message().text(Lang::En);
        assert_eq!(sentence, format!("The header {mark} shows another sender."));
    }
}

#[test]
fn facts_are_whole_sentences_in_both_languages() {
    for contract in LIST {
        for fact in contract.facts() {
            let [en, ru] = [Lang::En, Lang::Ru].map(|lang| fact.message().text(lang));
            assert!(
                en.ends_with('.') && ru.ends_with('.') && en != ru,
                "{en} {ru}"
            );
            let whole = |text: &str| !(0..9).any(|at| text.contains(&format!("{{{at}}}")));
            assert!(whole(&en) && whole(&ru), "{en} {ru}");
        }
    }
}

#[test]
fn a_choice_of_a_platform_is_one_of_its_names() {
    for name in PlatformChoice::NAMES {
        let choice: PlatformChoice = serde_json::from_value((*name).into()).unwrap();
        assert_eq!(choice.as_str(), *name);
    }
    assert_eq!(PlatformChoice::NAMES.len(), Platform::ALL.len() + 1);
    let error = serde_json::from_str::<PlatformChoice>("\"x\"").unwrap_err();
    assert!(error.to_string().contains("`auto`, `graph`"), "{error}");
}

#[test]
fn a_composed_turn_is_read_back_as_it_was_meant() {
    let variables = vec![
        ("total".to_owned(), "1098.00".to_owned()),
        ("action".to_owned(), "\"overwritten\"".to_owned()),
        ("_hidden".to_owned(), "1".to_owned()),
        ("имя \"".to_owned(), "{ \"a\" : 1 }".to_owned()),
    ];
    let turn = SampleTurn {
        event: "Оплата".to_owned(),
        user: "u\"1".to_owned(),
        variables,
    };
    let request = contract(Platform::Graph)
        .compose(&turn)
        .expect("Graph composes turns");
    let text = std::str::from_utf8(request.body.beginning()).unwrap();
    assert_eq!(
        text,
        r#"{"total":1098.00,"имя \"":{"a":1},"userId":"u\"1","action":"Оплата"}"#
    );
    let view = read_request(PlatformChoice::Auto, &request);
    assert_eq!(view.event.as_deref(), Some("Оплата"));
    assert_eq!(view.user.as_deref(), Some("u\"1"));
}

#[test]
fn settings_that_do_not_fit_are_refused_where_they_stand() {
    let none = PlatformSettings::default();
    for (changes, pointer, word) in [
        (
            serde_json::json!({"plain": {"a/b": 1}}),
            "/plain/a~1b",
            "a/b",
        ),
        (serde_json::json!({"pigeon": {}}), "/pigeon", "graph, "),
        (serde_json::json!({"plain": [1]}), "/plain", "object"),
        (serde_json::json!({"plain": null}), "/plain", "object"),
    ] {
        let changes = changes.as_object().unwrap().clone();
        let error = change_settings(&none, changes).unwrap_err();
        assert_eq!(error.pointer, pointer);
        let text = error.message().text(Lang::En);
        assert!(text.contains(word), "{text}");
    }
}

#[test]
fn a_change_of_settings_leaves_the_platforms_that_it_does_not_name() {
    let of = |value| serde_json::from_value::<PlatformSettings>(value).unwrap();
    let before = of(serde_json::json!({"plain": {}}));
    let changes = serde_json::json!({"graph": {}});
    let changed = change_settings(&before, changes.as_object().unwrap().clone());
    assert_eq!(
        changed,
        Ok(of(serde_json::json!({"plain": {}, "graph": {}})))
    );
}

/// A platform unlike Graph in everything that the contract leaves open: form variables, a row
/// for the answer as a whole, reasons and answers of its own.
struct FormHandler;

const PARAMETER: Role = Role::new(&words::kinds::STRING);
const RESULT: Role = Role::new(&words::kinds::OBJECT);
const BUSY: Reason = Reason::new(&words::failures::TIMED_OUT);

impl Contract for FormHandler {
    fn platform(&self) -> Platform {
        Platform::Plain
    }

    fn name(&self) -> &'static messages::Words {
        contract(Platform::Plain).name()
    }

    fn acts_as(&self) -> &'static [PlatformSide] {
        &[PlatformSide::Server, PlatformSide::Platform]
    }

    fn recognise(&self, request: &RequestContext<'_>) -> Option<Recognition> {
        (request.kind == BodyKind::Form).then(|| Recognition {
            certainty: Certainty::Likely,
            score: 1,
            reason: (&words::recognitions::NO_MARKS).into(),
        })
    }

    fn identify(&self, request: &RequestContext<'_>) -> Identity {
        Identity {
            event: request.request.query.clone(),
            user: None,
            ..Identity::default()
        }
    }

    fn outcome(&self, answer: &AnswerContext<'_>) -> Outcome {
        match answer.answer.status {
            503 => Outcome::NotMerged {
                reason: BUSY,
                saved: Some(Saved::Queue),
            },
            _ => Outcome::Merged {
                saved: Some(Saved::Text),
            },
        }
    }

    fn check_answer(&self, _: &AnswerContext<'_>, outcome: Outcome, findings: &mut Vec<Finding>) {
        if !outcome.is_merged() {
            let side = crate::names::Side::Response;
            findings.push(Finding::new(Code::ResponseStatus, side).arg(503));
        }
    }

    fn variables(
        &self,
        request: &RequestContext<'_>,
        answer: Option<&JudgedAnswer<'_>>,
    ) -> Vec<Variable> {
        let form = std::str::from_utf8(request.request.body.beginning()).unwrap_or_default();
        let pairs = form.split('&').filter_map(|pair| pair.split_once('='));
        let mut rows: Vec<Variable> = pairs
            .map(|(name, value)| Variable {
                name: name.to_owned(),
                role: PARAMETER,
                before: Some(format!("{value:?}")),
                sent: None,
                after: Some(format!("{value:?}")),
                change: Change::Untouched,
                assumed: false,
            })
            .collect();
        let name = request
            .settings_of(self.platform())
            .and_then(|own| own.get("result")?.as_str());
        let sent =
            answer.map(|one| format!("{:?}", String::from_utf8_lossy(one.answer.body.beginning())));
        rows.push(Variable {
            name: name.unwrap_or("result").to_owned(),
            role: RESULT,
            before: None,
            after: sent
                .clone()
                .filter(|_| answer.is_some_and(|one| one.outcome.is_merged())),
            sent,
            change: Change::New,
            assumed: false,
        });
        rows
    }

    fn answer(&self, request: &RequestContext<'_>) -> Option<PlatformAnswer> {
        let method = request.request.method.as_str();
        (method != "POST").then(|| PlatformAnswer {
            answer: Answer::json(405, ""),
            finding: OwnFinding::new(Code::AccessMethod, [method.to_owned()]),
        })
    }
}

#[test]
fn a_handler_of_forms_fits_into_the_contract() {
    let request = post("name=Ivan&city=Kazan");
    let mut asked = context(&request);
    let settings = serde_json::from_str(r#"{"plain":{"result":"answer"}}"#).unwrap();
    let settings = std::sync::Arc::new(settings);
    asked.settings = Some(&settings);
    let found = FormHandler.recognise(&asked).unwrap();
    assert_eq!((found.certainty, found.score), (Certainty::Likely, 1));
    for (status, merged, wire) in [
        (200, true, r#"{"merged":true,"reason":null,"saved":"text"}"#),
        (
            503,
            false,
            r#"{"merged":false,"reason":"timed_out","saved":"queue"}"#,
        ),
    ] {
        let answer = Answer::json(status, "ok");
        let outcome = FormHandler.outcome(&AnswerContext {
            request: &asked,
            answer: &answer,
            document: None,
            error: None,
            certain: true,
            kind: BodyKind::Text,
        });
        assert_eq!(serde_json::to_string(&outcome).unwrap(), wire);
        let judged = JudgedAnswer {
            answer: &answer,
            document: None,
            outcome,
        };
        let rows = FormHandler.variables(&asked, Some(&judged));
        let names: Vec<&str> = rows.iter().map(|row| row.name.as_str()).collect();
        assert_eq!(names, ["name", "city", "answer"]);
        assert_eq!(rows[0].role.id(), "string");
        assert_eq!(rows[2].after.is_some(), merged);
    }
}

#[test]
fn a_platform_may_answer_by_itself_and_says_why() {
    let mut request = post("");
    assert_eq!(FormHandler.answer(&context(&request)), None);
    request.method = "GET".into();
    let own = FormHandler.answer(&context(&request)).unwrap();
    let finding = Finding::from(&own.finding);
    assert_eq!((own.answer.status, finding.code), (405, Code::AccessMethod));
}

#[test]
fn without_rules_of_its_own_a_platform_shows_both_sides_and_answers_an_empty_object() {
    let plain = PlatformChoice::Fixed(Platform::Plain);
    let request = post(r#"{"a":1}"#);
    let view = read_request(plain, &request);
    let answer = Answer::json(200, r#"{"a":2}"#);
    let judged = read_answer(&view, &request, &answer);
    let rows = variables(&view, &request, Some((&answer, &judged)));
    assert_eq!(rows[0].after.as_deref(), Some("2"));
    let default = contract(Platform::Plain).default_answer(&view.context(&request));
    assert_eq!(default, default_answer(plain));
    assert_eq!((default.status, default.body), (200, "{}".into()));
    let content_type = default.headers.get("content-type");
    assert_eq!(content_type.as_deref(), Some("application/json"));
}

#[test]
fn a_platform_answers_by_itself_exactly_where_the_app_acts_as_it() {
    // Nobody is refused before it is set up.
    let settings = r#"{"chatapp":{"token":"t"},"nocobase":{"key":"k"},
        "webim":{"role":"webim","token":"t"}}"#;
    let settings = std::sync::Arc::new(serde_json::from_str(settings).unwrap());
    let all = LIST.iter().copied().chain([&FormHandler as &dyn Contract]);
    for contract in all {
        // Nothing that any platform takes as a server: no path, no login, no body.
        let answers = ["GET", "POST", "DELETE"].iter().any(|method| {
            let mut request = post("");
            request.method = (*method).to_owned();
            let mut asked = context(&request);
            asked.settings = Some(&settings);
            contract.answer(&asked).is_some()
        });
        let acts = contract.acts_as().contains(&PlatformSide::Platform);
        assert_eq!(answers, acts, "{}", contract.platform());
    }
}

#[test]
fn turns_of_one_message_are_told_by_its_text_and_by_what_the_channel_sent() {
    let message = |body: &str| {
        let choice = PlatformChoice::Fixed(Platform::Graph);
        read_request(choice, &post(body)).message
    };
    let first = r#"{"action":"a","userId":"7","queryText":"да","rawRequest":{"id":1}}"#;
    assert!(message(first).is_some());
    let next = first.replace("\"action\":\"a\"", "\"action\":\"b\",\"more\":1");
    assert_eq!(message(&next), message(first));
    for (from, to) in [("\"да\"", "\"нет\""), ("{\"id\":1}", "{\"id\":2}")] {
        let other = message(&first.replace(from, to));
        assert!(other.is_some());
        assert_ne!(other, message(first), "{to}");
    }
    for empty in ["{}", "{ }", "[]", "\"\"", "null"] {
        assert_eq!(
            message(&first.replace("{\"id\":1}", empty)),
            None,
            "{empty}"
        );
    }
    assert_eq!(
        message(r#"{"action":"a","userId":"7","queryText":"да"}"#),
        None
    );
    let samples = ["a", "b"]
        .map(|id| new_sample(PlatformChoice::Auto, &PlatformSettings::default(), id).unwrap());
    let samples = samples.map(|sample| read_request(PlatformChoice::Auto, &sample).message);
    assert!(samples[0].is_some() && samples[0] != samples[1]);
}
