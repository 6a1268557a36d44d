//! Moments in a filter: a time of today, a day, or both, local unless it ends with `Z`.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{Offset, TimeZone};

use super::FilterTime;
use crate::names::UtcMillis;

/// Understands `12:00`, `12:00:05.250`, `2026-11-22`, `2026-11-22T05:00` and the last with `Z`
/// or an offset such as `+03:00`.
pub(super) fn moment(text: &str, time: FilterTime) -> Option<UtcMillis> {
    if let Ok(exact) = text.parse::<jiff::Timestamp>() {
        return Some(UtcMillis(exact.as_millisecond()));
    }
    if text.contains(['+', '[', 'Z', 'z']) {
        return with_short_offset(text);
    }
    let zone = local_zone(time.offset_minutes)?;
    let local = if text.contains('-') {
        date_time(text)?
    } else {
        let today = jiff::Timestamp::from_millisecond(time.now.0).ok()?;
        today
            .to_zoned(zone.clone())
            .date()
            .to_datetime(clock_time(text)?)
    };
    Some(UtcMillis(
        local.to_zoned(zone).ok()?.timestamp().as_millisecond(),
    ))
}

/// `2026-11-22T05:00Z`, without seconds.
fn with_short_offset(text: &str) -> Option<UtcMillis> {
    let local = date_time(text.strip_suffix(['Z', 'z'])?)?;
    let zoned = local.to_zoned(TimeZone::UTC).ok()?;
    Some(UtcMillis(zoned.timestamp().as_millisecond()))
}

fn local_zone(offset_minutes: i32) -> Option<TimeZone> {
    let offset = Offset::from_seconds(offset_minutes.checked_mul(60)?).ok()?;
    Some(TimeZone::fixed(offset))
}

fn date_time(text: &str) -> Option<DateTime> {
    let Some((day, clock)) = text.split_once(['T', 't']) else {
        return text
            .parse::<Date>()
            .ok()
            .map(|day| day.to_datetime(Time::midnight()));
    };
    Some(day.parse::<Date>().ok()?.to_datetime(clock_time(clock)?))
}

/// `5:00`, `05:00`, `05:00:07` or `05:00:07.250`.
fn clock_time(text: &str) -> Option<Time> {
    let (hour, rest) = text.split_once(':')?;
    if hour.is_empty() || hour.len() > 2 || !hour.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    if !rest
        .bytes()
        .all(|byte| byte.is_ascii_digit() || matches!(byte, b':' | b'.'))
    {
        return None;
    }
    format!("{hour:0>2}:{rest}").parse().ok()
}
