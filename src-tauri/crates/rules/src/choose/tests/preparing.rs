//! What follows from the rule that was chosen.

use super::*;

#[test]
fn each_action_is_prepared() {
    let headers = headers();
    let facts = facts(&headers, None);
    let chosen = |then: Value| {
        let set = RuleSet::new(vec![rule("r", &json!({"all": []}), &then)]);
        let choice = set.choose(&facts, &StatesInMemory::default(), Turn::default());
        let matched = set.prepare(&choice.taken.unwrap(), &facts, Turn::default());
        (matched.chosen, matched.after)
    };
    let (reply, after) = chosen(json!({
        "reply": {"status": 201, "body": "{\"n\": {{ vars.n + call }}}", "template": true, "delay_ms": [5, 9]},
        "after": [{"url": "http://127.0.0.1:1/x", "body": "{\"u\": {{ user }}}", "template": true, "delay_ms": 3}],
    }));
    let Chosen::Reply(reply) = reply else {
        panic!("{reply:?}")
    };
    let answer = reply.answer.unwrap();
    assert_eq!(
        (answer.status, answer.body.beginning().as_ref()),
        (201, &b"{\"n\": 51}"[..])
    );
    assert_eq!(
        answer.headers.get("content-type").unwrap(),
        protocol::DEFAULT_CONTENT_TYPE
    );
    assert!((5..=9).contains(&reply.delay_ms));
    assert_eq!(
        (after[0].body.as_deref().unwrap(), after[0].delay_ms),
        ("{\"u\": \"77\"}", 3)
    );
    let (hold, _) = chosen(json!({"hold": {"seconds": 15, "fallback": "last"}}));
    assert!(
        matches!(
            hold,
            Chosen::Hold(PreparedHold {
                seconds: Some(15),
                ..
            })
        ),
        "{hold:?}"
    );
    let (fault, _) = chosen(json!({"fault": {"kind": "reset"}}));
    assert!(matches!(fault, Chosen::Fault(protocol::FaultKind::Reset)));
    let patch = json!({"set": {"n": "{{ answer.n * 2 }}", "who": "{{ user }}"}, "remove": ["debug"], "template": true});
    let (forward, _) =
        chosen(json!({"forward": {"upstream": "http://127.0.0.1:5000", "patch": patch}}));
    let Chosen::Forward(forward) = forward else {
        panic!("{forward:?}")
    };
    let patched = forward
        .patch
        .unwrap()
        .apply("{\"n\": 1.50, \"debug\": 1, \"z\": [ ]}", &facts)
        .unwrap();
    assert_eq!(patched, "{\"n\": 3.0, \"z\": [ ], \"who\": \"77\"}");
}

#[test]
fn templates_are_in_the_values_of_fields_too_as_plain_text_on_one_line() {
    let headers = headers();
    let facts = facts(&headers, None);
    let prepared = |template: bool, value: &str| {
        let fields = json!([["Content-Type", "application/json"], ["X-A", value]]);
        let then = json!({
            "reply": {"body": "{}", "template": template, "headers": fields},
            "after": [{"url": "http://127.0.0.1:1/x", "headers": fields, "template": template}],
        });
        let set = RuleSet::new(vec![rule("r", &json!({"all": []}), &then)]);
        let choice = set.choose(&facts, &StatesInMemory::default(), Turn::default());
        let matched = set.prepare(&choice.taken.unwrap(), &facts, Turn::default());
        let Chosen::Reply(reply) = matched.chosen else {
            panic!("{:?}", matched.chosen)
        };
        let call = matched.after.into_iter().next().unwrap();
        let of_call = call.body.map(|_| call.headers);
        let of_reply = reply.answer.map(|answer| answer.headers);
        assert_eq!(of_call, of_reply, "{value}");
        of_reply.map(|headers| headers.get("x-a").unwrap().into_owned())
    };
    for (value, expected) in [
        ("{{ user }}-{{ vars.n + 1 }}", "77-51"),
        ("{{ '\"a\"' }} я", "\"a\" я"),
        ("{% if vars.n > 1 %} many {% endif %}", "many"),
        ("{ as it is }", "{ as it is }"),
    ] {
        assert_eq!(prepared(true, value).unwrap(), expected, "{value}");
        assert_eq!(prepared(false, value).unwrap(), value);
    }
    for value in [
        "{{ 'a\\r\\nSet-Cookie: b' }}",
        "{{ 'a\\nb' }}",
        "{{ 'a\\u0000' }}",
    ] {
        let error = prepared(true, value).unwrap_err();
        assert_eq!(error.message.code(), "field", "{value}: {error}");
    }
    let undefined = prepared(true, "{{ vars.nothing }}").unwrap_err();
    assert_eq!(undefined.message.code(), "undefined");
    let broken = json!({"version": 1, "when": {"all": []}, "then": {"reply": {"template": true,
        "headers": [["X-A", "1"], ["X-B", "{{"]]}}});
    let error = CompiledRule::from_json(&broken.to_string()).unwrap_err();
    assert_eq!(error.pointer, "/then/reply/headers/1/1");
}

#[test]
fn all_templates_of_a_turn_share_its_fuel() {
    let busy = "{% for n in range(4000) %}{{ n }}{% endfor %}";
    let after = json!({"url": "http://127.0.0.1:1/x", "body": busy, "template": true});
    let then = json!({
        "reply": {"body": busy, "template": true, "headers": []},
        "after": [after, after, after, after],
    });
    let set = RuleSet::new(vec![rule("r", &json!({"all": []}), &then)]);
    let taken = Taken {
        index: 0,
        call: 1,
        position: 0,
    };
    let matched = set.prepare(&taken, &Facts::default(), Turn::default());
    let Chosen::Reply(reply) = matched.chosen else {
        panic!("{:?}", matched.chosen)
    };
    assert!(reply.answer.is_ok());
    let failed = matched.after.iter().filter(|call| call.body.is_err());
    assert!(failed.count() > 1);
}
