//! Moments in a filter: a day, a time of today, both, or how long ago; local unless they end with
//! `Z` or an offset.

use jiff::civil::{Date, DateTime, Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, ToSpan};

use super::{Comparison, Condition, FilterTime};
use crate::names::UtcMillis;

/// A moment, and the first one after what was named: the end of the day, minute or second.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Moment {
    from: UtcMillis,
    until: UtcMillis,
    /// A whole day: nothing of it is later than it.
    is_day: bool,
}

/// Which of several days is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Day {
    /// The last one there was: nothing has come since.
    Last,
    /// That, or one that is soon: what was before tomorrow is asked for on the eve of it, too.
    LastOrSoon,
}

impl Day {
    /// The one that a comparison means.
    pub(super) const fn of(comparison: Comparison) -> Self {
        match comparison {
            Comparison::Less | Comparison::AtMost => Self::LastOrSoon,
            Comparison::Greater | Comparison::AtLeast => Self::Last,
        }
    }
}

impl Moment {
    /// Understands `12:00`, `12:00:05.250`, `2026-11-22`, `25.11`, `25.11.2026`, `today`, `monday`,
    /// a day with a time after `T` or a space, the same with `Z` or an offset such as `+03:00`, and
    /// `1h`: an hour ago.
    pub(super) fn read(text: &str, time: &FilterTime, meant: Day) -> Option<Self> {
        let text = text.trim().to_lowercase();
        let now = Timestamp::from_millisecond(time.now.0).ok()?;
        if let Some(ago) = age(&text) {
            return Some(Self {
                from: millis(now.checked_sub(ago).ok()?),
                until: time.now,
                is_day: false,
            });
        }
        if let Ok(exact) = text.parse::<Timestamp>() {
            let until = exact.checked_add(precision(&text)).ok()?;
            return Some(Self {
                from: millis(exact),
                until: millis(until),
                is_day: false,
            });
        }
        let (text, zone) = match text.strip_suffix('z') {
            Some(utc) => (utc, TimeZone::UTC),
            None => (text.as_str(), time.zone.clone()),
        };
        let today = now.to_zoned(zone.clone()).date();
        let parts = text.split_once(' ').or_else(|| text.split_once('t'));
        let (local, length, is_day) = match parts {
            Some((day, clock)) if starts_with_digit(clock) => {
                let local = date(day, today, meant)?.to_datetime(clock_time(clock)?);
                (local, precision(clock), false)
            }
            _ => match date(text, today, meant) {
                Some(day) => (day.to_datetime(Time::midnight()), 1.day(), true),
                None => (today.to_datetime(clock_time(text)?), precision(text), false),
            },
        };
        let at = |local: DateTime| Some(millis(local.to_zoned(zone.clone()).ok()?.timestamp()));
        Some(Self {
            from: at(local)?,
            until: at(local.checked_add(length).ok()?)?,
            is_day,
        })
    }

    /// `at:` it.
    pub(super) fn span(self) -> Condition {
        Condition::AtSpan {
            from: self.from,
            until: self.until,
        }
    }

    /// `at<` or another comparison with it. A day belongs to `<=` and not to `>`, as a reader means
    /// it.
    pub(super) fn compared(self, comparison: Comparison) -> Condition {
        match comparison {
            Comparison::AtMost if self.is_day => Condition::At(Comparison::Less, self.until),
            Comparison::Greater if self.is_day => Condition::At(Comparison::AtLeast, self.until),
            comparison => Condition::At(comparison, self.from),
        }
    }
}

fn millis(at: Timestamp) -> UtcMillis {
    UtcMillis(at.as_millisecond())
}

fn starts_with_digit(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_digit())
}

/// `30m`, `1h`, `2d`, also with a minus, which says the same.
fn age(text: &str) -> Option<Span> {
    let text = text.strip_prefix('-').unwrap_or(text);
    let unit = text.find(|c: char| !c.is_ascii_digit())?;
    let number: i64 = text[..unit].parse().ok()?;
    let span = Span::new();
    match text[unit..].trim() {
        "s" | "sec" | "с" | "сек" => span.try_seconds(number),
        "m" | "min" | "м" | "мин" => span.try_minutes(number),
        "h" | "ч" | "час" => span.try_hours(number),
        // A timestamp knows no days: they are all of 24 hours here.
        "d" | "д" | "дн" => span.try_hours(number.checked_mul(24)?),
        "w" | "н" | "нед" => span.try_hours(number.checked_mul(7 * 24)?),
        _ => return None,
    }
    .ok()
}

/// How long what a time of day names lasts: a minute, a second, or a millisecond.
fn precision(clock: &str) -> Span {
    let clock = clock.rsplit(['t', ' ']).next().unwrap_or(clock);
    let clock = clock.split(['+', '-', 'z']).next().unwrap_or(clock);
    match (clock.contains('.'), clock.matches(':').count()) {
        (true, _) => 1.millisecond(),
        (false, 2) => 1.second(),
        _ => 1.minute(),
    }
}

/// How far ahead a day without a year is soon: `at<27.11` on the 26th means tomorrow. A week,
/// within which people name days without their month, too; in the other 51 it means last year's.
const SOON_DAYS: i64 = 7;
/// How many years back a day without a year is looked for: 29 February is every fourth year, and
/// was not in 1900, which a century's turn makes eight.
const YEARS_BACK: i16 = 8;

/// A day: `2026-11-25`, `25.11.2026`, `25.11`, or a word.
fn date(text: &str, today: Date, meant: Day) -> Option<Date> {
    let ago = |days: i64| today.checked_sub(days.days()).ok();
    match text {
        "today" | "сегодня" => return Some(today),
        "yesterday" | "вчера" => return ago(1),
        "позавчера" => return ago(2),
        _ => {}
    }
    if let Some(weekday) = weekday(text) {
        return ago(today.weekday().since(weekday).into());
    }
    if !text.contains('.') {
        return text.parse().ok();
    }
    let mut numbers = text.split('.').map(|part| {
        let is_number = part.len() <= 4 && part.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| part.parse::<i16>().ok()).flatten()
    });
    let (day, month) = (numbers.next()??, numbers.next()??);
    let (day, month) = (i8::try_from(day).ok()?, i8::try_from(month).ok()?);
    let year = numbers.next();
    if numbers.next().is_some() {
        return None;
    }
    match year {
        Some(year) => {
            let year = year?;
            let century = if year < 100 { 2000 } else { 0 };
            Date::new(century + year, month, day).ok()
        }
        None => {
            let latest = match meant {
                Day::Last => today,
                Day::LastOrSoon => today.checked_add(SOON_DAYS.days()).ok()?,
            };
            let years = (today.year() - YEARS_BACK..=today.year() + 1).rev();
            let mut days = years.filter_map(|year| Date::new(year, month, day).ok());
            days.find(|day| *day <= latest)
        }
    }
}

/// A day of the week, in full or in short: the last one there was, today included.
fn weekday(text: &str) -> Option<Weekday> {
    Some(match text {
        "monday" | "mon" | "понедельник" | "пн" => Weekday::Monday,
        "tuesday" | "tue" | "вторник" | "вт" => Weekday::Tuesday,
        "wednesday" | "wed" | "среда" | "среду" | "ср" => Weekday::Wednesday,
        "thursday" | "thu" | "четверг" | "чт" => Weekday::Thursday,
        "friday" | "fri" | "пятница" | "пятницу" | "пт" => Weekday::Friday,
        "saturday" | "sat" | "суббота" | "субботу" | "сб" => Weekday::Saturday,
        "sunday" | "sun" | "воскресенье" | "вс" => Weekday::Sunday,
        _ => return None,
    })
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
