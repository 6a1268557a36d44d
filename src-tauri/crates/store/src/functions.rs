//! The functions that SQL calls: comparing without case in every alphabet, and looking into stored
//! messages.

use std::convert::Infallible;
use std::sync::{Arc, OnceLock};

use protocol::{BotId, Platform, PlatformChoice, ReadAs, VariablePath, VariableTest};
use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, ffi};
use uuid::Uuid;

use crate::deadline;
use crate::text::{self, Message, Reach};
use crate::types::SettingsOfBot;

/// What the functions read of bots; nothing until it is set.
pub(crate) type BotSettings = Arc<OnceLock<SettingsOfBot>>;

/// Registers all of them. Those that read bodies end where nobody waits for them any more, and
/// where the deadline is over that is their first argument.
pub(crate) fn register(
    conn: &Connection,
    bots: &BotSettings,
    is_given_up: impl Fn() -> bool + Clone + Send + 'static,
) -> rusqlite::Result<()> {
    let go_on = move |call: &Context<'_>| match is_given_up() || deadline::is_over(call.get_raw(0))
    {
        true => Err(interrupted()),
        false => Ok(()),
    };
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
    // body_contains(deadline, side, head, coding, body, folded part)
    let goes_on = go_on.clone();
    conn.create_scalar_function("body_contains", 6, flags, move |call| {
        goes_on(call)?;
        Ok(body_contains(call))
    })?;
    // header_fits(request_head, folded name, folded text, whether it is the whole value)
    conn.create_scalar_function("header_fits", 4, flags, |call| Ok(header_fits(call)))?;
    // variable_fits(deadline, head, coding and body of the request, the same of the answer,
    // platform, bot, path, sign, text)
    let bots = Arc::clone(bots);
    conn.create_scalar_function("variable_fits", 12, flags, move |call| {
        go_on(call)?;
        Ok(variable_fits(call, &bots))
    })
}

fn interrupted() -> rusqlite::Error {
    rusqlite::Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_INTERRUPT), None)
}

fn optional_text<'a>(call: &'a Context<'_>, index: usize) -> rusqlite::Result<Option<&'a str>> {
    Ok(call.get_raw(index).as_str_or_null()?)
}

fn part<'a>(call: &'a Context<'_>, index: usize) -> &'a str {
    call.get_raw(index).as_str().unwrap_or_default()
}

fn body_contains(call: &Context<'_>) -> bool {
    let Ok(message) = Message::of(|index| Ok::<_, Infallible>(call.get_raw(index + 1)));
    text::contains(&message.text(Reach::Whole), part(call, 5))
}

fn header_fits(call: &Context<'_>) -> bool {
    let head = call.get_raw(0).as_blob().ok();
    let Some(request) = head.and_then(|head| crate::coding::unpack_request(head).ok()) else {
        return false;
    };
    let (name, wanted) = (part(call, 1), part(call, 2));
    let whole = call.get_raw(3).as_i64().unwrap_or_default() != 0;
    let fits = |value: &str| match whole {
        true => text::folded(value) == wanted,
        false => text::contains(value, wanted),
    };
    request
        .headers
        .texts()
        .any(|(field, value)| text::folded(field) == name && fits(&value))
}

fn variable_fits(call: &Context<'_>, bots: &BotSettings) -> bool {
    let Ok(path) = part(call, 9).parse::<VariablePath>() else {
        return false;
    };
    let Some(test) = VariableTest::new(part(call, 10), part(call, 11)) else {
        return false;
    };
    let [head, code, body, answer_head, answer_code, answer_body]: [ValueRef<'_>; 6] =
        std::array::from_fn(|index| call.get_raw(index + 1));
    let Some(request) = text::stored_request(head, code, body) else {
        return false;
    };
    let platform: Platform = part(call, 7).parse().unwrap_or_default();
    let bot = call.get_raw(8).as_blob().ok();
    let bot = bot.and_then(|id| Uuid::from_slice(id).ok()).map(BotId);
    let read_as = ReadAs {
        choice: PlatformChoice::Fixed(platform),
        settings: bot.zip(bots.get()).and_then(|(bot, of)| of(bot)),
    };
    let view = protocol::read_request(read_as, &request);
    let answer = text::stored_answer(answer_head, answer_code, answer_body);
    let judged = answer.map(|answer| {
        let view = protocol::read_answer(&view, &request, &answer);
        (answer, view)
    });
    let judged = judged.as_ref().map(|(answer, view)| (answer, view));
    let variables = protocol::variables(&view, &request, judged);
    path.any(&variables, |json| test.fits(json))
}
