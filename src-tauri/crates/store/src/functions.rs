//! The functions that SQL calls: comparing without case in every alphabet, and looking into stored
//! messages.

use protocol::{Platform, PlatformChoice};
use rusqlite::Connection;
use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::ValueRef;

use crate::text::{self, Reach};

/// Registers all of them.
pub(crate) fn register(conn: &Connection) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    // text_contains(text, folded part), text_equals(text, folded text)
    conn.create_scalar_function("text_contains", 2, flags, |call| {
        Ok(optional_text(call, 0)?.is_some_and(|text| text::contains(text, part(call, 1))))
    })?;
    conn.create_scalar_function("text_equals", 2, flags, |call| {
        Ok(optional_text(call, 0)?.is_some_and(|text| text::folded(text) == part(call, 1)))
    })?;
    // query_contains(request_head, folded part)
    conn.create_scalar_function("query_contains", 2, flags, |call| {
        let query = call.get_raw(0).as_blob().ok().and_then(text::query);
        Ok(query.is_some_and(|query| text::contains(&query, part(call, 1))))
    })?;
    // body_contains(request_head, request_coding, request_body, answer_head, answer_coding,
    // answer_body, folded part)
    conn.create_scalar_function("body_contains", 7, flags, |call| Ok(body_contains(call)))?;
    // header_contains(request_head, folded name, folded part)
    conn.create_scalar_function("header_contains", 3, flags, |call| {
        Ok(header_contains(call))
    })?;
    // variable_is(request_head … answer_body, platform, name, folded value)
    conn.create_scalar_function("variable_is", 9, flags, |call| Ok(variable_is(call)))
}

fn optional_text<'a>(call: &'a Context<'_>, index: usize) -> rusqlite::Result<Option<&'a str>> {
    Ok(call.get_raw(index).as_str_or_null()?)
}

fn part<'a>(call: &'a Context<'_>, index: usize) -> &'a str {
    call.get_raw(index).as_str().unwrap_or_default()
}

fn messages<'a>(call: &'a Context<'_>) -> [ValueRef<'a>; 6] {
    std::array::from_fn(|index| call.get_raw(index))
}

fn body_contains(call: &Context<'_>) -> bool {
    let [head, code, body, answer_head, answer_code, answer_body] = messages(call);
    let part = part(call, 6);
    text::contains(&text::request(head, code, body, Reach::Whole), part)
        || text::contains(
            &text::answer(answer_head, answer_code, answer_body, Reach::Whole),
            part,
        )
}

fn header_contains(call: &Context<'_>) -> bool {
    let head = call.get_raw(0).as_blob().ok();
    let Some(request) = head.and_then(|head| crate::coding::unpack_request(head).ok()) else {
        return false;
    };
    let (name, part) = (part(call, 1), part(call, 2));
    request
        .headers
        .texts()
        .any(|(field, value)| text::folded(field) == name && text::contains(&value, part))
}

fn variable_is(call: &Context<'_>) -> bool {
    let [head, code, body, answer_head, answer_code, answer_body] = messages(call);
    let Some(request) = text::stored_request(head, code, body) else {
        return false;
    };
    let platform: Platform = part(call, 6).parse().unwrap_or_default();
    let view = protocol::read_request(PlatformChoice::Fixed(platform), &request);
    let answer = text::stored_answer(answer_head, answer_code, answer_body);
    let judged = answer.map(|answer| {
        let view = protocol::read_answer(&view, &request, &answer);
        (answer, view)
    });
    let judged = judged.as_ref().map(|(answer, view)| (answer, view));
    let (name, wanted) = (part(call, 7), part(call, 8));
    protocol::variables(&view, &request, judged)
        .into_iter()
        .any(|variable| {
            text::folded(&variable.name) == name
                && [variable.before, variable.sent]
                    .into_iter()
                    .flatten()
                    .any(|json| is_value(&json, wanted))
        })
}

/// Whether JSON text is this value: a string by what it says, anything else by how it is written.
fn is_value(json: &str, wanted: &str) -> bool {
    if json.starts_with('"')
        && let Ok(text) = serde_json::from_str::<String>(json)
    {
        return text::folded(&text) == wanted;
    }
    text::folded(json) == wanted
}
