//! Reads what a rule does.

use json_text::{Kind, Tree};
use protocol::{Answer, FaultKind, Headers, is_token};

use crate::definition::cursor::{Cursor, Fields};
use crate::definition::limits::{
    AFTER_MAX, BODY_MAX_BYTES, DELAY_MAX_MS, HOLD_MAX_SECONDS, PATCH_MAX, REPLIES_MAX,
};
use crate::definition::then::{
    Action, AfterCall, Delay, Fallback, Fault, Forward, Hold, Patch, Reply, Sequence, SequenceEnd,
    Then,
};
use crate::error::RuleError;
use crate::words::problems;

/// How an action is read.
type Read = fn(&Cursor<'_>) -> Result<Action, RuleError>;

/// The actions and how each is read.
const ACTIONS: &[(&str, Read)] = &[
    ("reply", |cursor| reply(cursor).map(Action::Reply)),
    ("sequence", |cursor| sequence(cursor).map(Action::Sequence)),
    ("hold", |cursor| hold(cursor).map(Action::Hold)),
    ("forward", |cursor| forward(cursor).map(Action::Forward)),
    ("fault", |cursor| fault(cursor).map(Action::Fault)),
];

pub(in crate::definition) fn read(cursor: &Cursor<'_>) -> Result<Then, RuleError> {
    let mut known: Vec<&str> = ACTIONS.iter().map(|(name, _)| *name).collect();
    let list = known.join(", ");
    known.push("after");
    let fields = cursor.object(&known)?;
    let mut actions = ACTIONS
        .iter()
        .filter_map(|(name, read)| Some((fields.get(name)?, read)));
    let (Some((cursor, read)), None) = (actions.next(), actions.next()) else {
        return Err(fields.error(problems::ONE_ACTION.arg(list)));
    };
    let action = read(&cursor)?;
    let calls = fields.get("after").map(|cursor| cursor.list(AFTER_MAX));
    let calls = calls.transpose()?.unwrap_or_default();
    let after = calls.iter().map(after_call);
    Ok(Then {
        action,
        after: after.collect::<Result<_, _>>()?,
    })
}

fn reply(cursor: &Cursor<'_>) -> Result<Reply, RuleError> {
    let fields = cursor.object(&["status", "headers", "body", "template", "delay_ms"])?;
    let status = fields
        .get("status")
        .map(|cursor| cursor.whole(200, 599))
        .transpose()?;
    let headers = fields
        .get("headers")
        .map(|cursor| headers(&cursor))
        .transpose()?;
    Ok(Reply {
        status: status
            .and_then(|status| u16::try_from(status).ok())
            .unwrap_or(200),
        headers,
        body: body(&fields)?,
        template: flag(&fields, "template")?,
        delay_ms: delay(&fields)?,
    })
}

fn body(fields: &Fields<'_>) -> Result<String, RuleError> {
    let body = fields
        .get("body")
        .map(|cursor| cursor.text_up_to(BODY_MAX_BYTES));
    Ok(body.transpose()?.unwrap_or_default())
}

fn flag(fields: &Fields<'_>, name: &str) -> Result<bool, RuleError> {
    Ok(fields
        .get(name)
        .map(|cursor| cursor.boolean())
        .transpose()?
        .unwrap_or(false))
}

fn delay(fields: &Fields<'_>) -> Result<Delay, RuleError> {
    let Some(cursor) = fields.get("delay_ms") else {
        return Ok(Delay::default());
    };
    if cursor.kind() != Kind::Array {
        return Ok(Delay::Fixed(cursor.whole(0, DELAY_MAX_MS)?));
    }
    let bounds = cursor.list(2)?;
    let [least, most] = bounds.as_slice() else {
        return Err(cursor.error(&problems::DELAY_RANGE));
    };
    let (least, most) = (least.whole(0, DELAY_MAX_MS)?, most.whole(0, DELAY_MAX_MS)?);
    if least > most {
        return Err(cursor.error(&problems::DELAY_RANGE));
    }
    Ok(Delay::Between(least, most))
}

/// Header fields that HTTP can carry, as pairs.
fn headers(cursor: &Cursor<'_>) -> Result<Vec<(String, String)>, RuleError> {
    let mut pairs = Vec::new();
    for pair in cursor.list(usize::MAX)? {
        let parts = pair.list(2)?;
        let [name, value] = parts.as_slice() else {
            return Err(pair.error(&problems::HEADER_PAIR));
        };
        pairs.push((name.short_text()?, value.short_text()?));
    }
    let fields: Headers = pairs
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let answer = Answer {
        status: 200,
        headers: fields,
        body: protocol::Body::default(),
    };
    match answer.check() {
        Ok(()) => Ok(pairs),
        Err(error) => {
            let below = error.pointer.strip_prefix("/headers").unwrap_or_default();
            let message = messages::Say::message(&error);
            Err(cursor.error(message).below(below))
        }
    }
}

fn sequence(cursor: &Cursor<'_>) -> Result<Sequence, RuleError> {
    let fields = cursor.object(&["replies", "end"])?;
    let list = fields.required("replies")?;
    let replies = list.list(REPLIES_MAX)?;
    let replies = replies.iter().map(reply);
    let replies: Vec<_> = replies.collect::<Result<_, _>>()?;
    if replies.is_empty() {
        return Err(list.error(&problems::NO_REPLIES));
    }
    let end = fields
        .get("end")
        .map(|cursor| cursor.one_of(SequenceEnd::ALL, SequenceEnd::as_str));
    Ok(Sequence {
        replies,
        end: end.transpose()?.unwrap_or_default(),
    })
}

fn hold(cursor: &Cursor<'_>) -> Result<Hold, RuleError> {
    let fields = cursor.object(&["seconds", "fallback"])?;
    let seconds = fields
        .get("seconds")
        .map(|cursor| cursor.whole(1, HOLD_MAX_SECONDS))
        .transpose()?;
    let fallback = fields
        .get("fallback")
        .map(|cursor| cursor.one_of(Fallback::ALL, Fallback::as_str));
    Ok(Hold {
        seconds: seconds.and_then(|seconds| u32::try_from(seconds).ok()),
        fallback: fallback.transpose()?,
    })
}

fn forward(cursor: &Cursor<'_>) -> Result<Forward, RuleError> {
    let fields = cursor.object(&["upstream", "hold", "patch"])?;
    Ok(Forward {
        upstream: fields
            .get("upstream")
            .map(|cursor| address(&cursor))
            .transpose()?,
        hold: flag(&fields, "hold")?,
        patch: fields.get("patch").as_ref().map(patch).transpose()?,
    })
}

fn patch(cursor: &Cursor<'_>) -> Result<Patch, RuleError> {
    let fields = cursor.object(&["set", "remove", "template"])?;
    let template = flag(&fields, "template")?;
    let entries = fields
        .get("set")
        .map(|cursor| cursor.entries(PATCH_MAX))
        .transpose()?;
    let mut set = Vec::new();
    for (name, cursor) in entries.unwrap_or_default() {
        let json = cursor.text_up_to(BODY_MAX_BYTES)?;
        if !template && let Err(error) = Tree::new(json.as_str()) {
            let message = messages::Say::message(&error.locate(&json));
            return Err(cursor.error(problems::NOT_JSON.arg(message)));
        }
        set.push((name, json));
    }
    let names = fields
        .get("remove")
        .map(|cursor| cursor.list(PATCH_MAX))
        .transpose()?;
    let names = names.unwrap_or_default();
    let remove = names.iter().map(|cursor| cursor.short_text());
    Ok(Patch {
        set,
        remove: remove.collect::<Result<_, _>>()?,
        template,
    })
}

fn fault(cursor: &Cursor<'_>) -> Result<Fault, RuleError> {
    let fields = cursor.object(&["kind"])?;
    let kind = fields.required("kind")?;
    Ok(Fault {
        kind: kind.one_of(FaultKind::ALL, FaultKind::as_str)?,
    })
}

fn after_call(cursor: &Cursor<'_>) -> Result<AfterCall, RuleError> {
    let fields = cursor.object(&["method", "url", "headers", "body", "template", "delay_ms"])?;
    let method = match fields.get("method") {
        None => "POST".to_owned(),
        Some(cursor) => {
            let method = cursor.short_text()?;
            if !is_token(&method) {
                return Err(cursor.error(problems::METHOD.arg(method)));
            }
            method
        }
    };
    let given = fields
        .get("headers")
        .map(|cursor| headers(&cursor))
        .transpose()?;
    Ok(AfterCall {
        method,
        url: address(&fields.required("url")?)?,
        headers: given.unwrap_or_default(),
        body: body(&fields)?,
        template: flag(&fields, "template")?,
        delay_ms: delay(&fields)?,
    })
}

/// The address of a server: `http` or `https`, a host, nothing that no address has.
fn address(cursor: &Cursor<'_>) -> Result<String, RuleError> {
    let text = cursor.short_text()?;
    let rest = ["http://", "https://"].iter().find_map(|scheme| {
        let (start, rest) = text.split_at_checked(scheme.len())?;
        start.eq_ignore_ascii_case(scheme).then_some(rest)
    });
    let host = rest.map(|rest| rest.split(['/', '?', '#']).next().unwrap_or_default());
    let has_host = host.is_some_and(|host| !host.trim_start_matches(':').is_empty());
    if !has_host
        || text
            .chars()
            .any(|one| one.is_whitespace() || one.is_control())
    {
        return Err(cursor.error(problems::ADDRESS.arg(text)));
    }
    Ok(text)
}
