//! Which moments are meant: by words, by days without a year, and across a change of the clock.

use jiff::tz::TimeZone;

use super::*;

/// Central Europe, whose clock was set back on 25 October 2026, and forward on 28 March 2027.
fn berlin() -> TimeZone {
    TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap()
}

fn at(text: &str, now: &str, zone: TimeZone) -> String {
    let now: jiff::Timestamp = now.parse().unwrap();
    let now = UtcMillis(now.as_millisecond());
    let mut filter = parse_filter(text, &FilterTime { now, zone }).unwrap();
    match filter.terms.remove(0).condition {
        Condition::AtSpan { from, until } => format!("{from} {until}"),
        Condition::At(comparison, moment) => format!("{} {moment}", comparison.as_str()),
        other => panic!("{other:?}"),
    }
}

/// The day or the moment without what is always the same.
fn short(text: &str, now: &str) -> String {
    at(text, now, TimeZone::UTC).replace("T00:00:00.000Z", "")
}

#[test]
fn a_day_without_a_year_is_the_last_one_unless_what_was_before_it_is_asked_for() {
    for (now, text, meant) in [
        // On the eve of the day.
        ("2026-11-26T10:00Z", "at:27.11", "2025-11-27 2025-11-28"),
        ("2026-11-26T10:00Z", "at>27.11", ">= 2025-11-28"),
        ("2026-11-26T10:00Z", "at>=27.11", ">= 2025-11-27"),
        ("2026-11-26T10:00Z", "at<27.11", "< 2026-11-27"),
        ("2026-11-26T10:00Z", "at<=27.11", "< 2026-11-28"),
        ("2026-11-26T10:00Z", "at<3.12", "< 2026-12-03"),
        ("2026-11-26T10:00Z", "at<4.12", "< 2025-12-04"),
        ("2026-11-26T10:00Z", "at:26.11", "2026-11-26 2026-11-27"),
        (
            "2026-11-26T10:00Z",
            "at>\"27.11 12:00\"",
            "> 2025-11-27T12:00:00.000Z",
        ),
        (
            "2026-11-26T10:00Z",
            "at<\"27.11 12:00\"",
            "< 2026-11-27T12:00:00.000Z",
        ),
        // Around the new year.
        ("2026-12-30T10:00Z", "at:02.01", "2026-01-02 2026-01-03"),
        ("2026-12-30T10:00Z", "at>=1.1", ">= 2026-01-01"),
        ("2026-12-30T10:00Z", "at<1.1", "< 2027-01-01"),
        ("2026-12-30T10:00Z", "at<=31.12", "< 2027-01-01"),
        ("2027-01-01T00:30Z", "at:31.12", "2026-12-31 2027-01-01"),
        ("2027-01-01T00:30Z", "at:вчера", "2026-12-31 2027-01-01"),
        ("2027-01-02T10:00Z", "at>=30.12", ">= 2026-12-30"),
        // A day that few years have.
        ("2026-11-26T10:00Z", "at:29.02", "2024-02-29 2024-03-01"),
        ("2028-02-28T10:00Z", "at:29.02", "2024-02-29 2024-03-01"),
        ("2028-02-28T10:00Z", "at<29.02", "< 2028-02-29"),
        ("2103-05-05T10:00Z", "at:29.02", "2096-02-29 2096-03-01"),
    ] {
        assert_eq!(short(text, now), meant, "{text} on {now}");
    }
}

#[test]
fn a_word_for_a_day_means_the_day_with_every_sign() {
    // A Thursday.
    let now = "2026-11-26T10:00Z";
    for (text, meant) in [
        ("at:вчера", "2026-11-25 2026-11-26"),
        ("at>вчера", ">= 2026-11-26"),
        ("at>=вчера", ">= 2026-11-25"),
        ("at<вчера", "< 2026-11-25"),
        ("at<=вчера", "< 2026-11-26"),
        ("at>2026-11-25", ">= 2026-11-26"),
        ("at:позавчера", "2026-11-24 2026-11-25"),
        ("at:чт", "2026-11-26 2026-11-27"),
        ("at:Thursday", "2026-11-26 2026-11-27"),
        ("at:пятница", "2026-11-20 2026-11-21"),
        ("at:пятницу", "2026-11-20 2026-11-21"),
        ("at:fri", "2026-11-20 2026-11-21"),
        ("at>=Пн", ">= 2026-11-23"),
        ("at<mon", "< 2026-11-23"),
        ("at<=wed", "< 2026-11-26"),
        ("at>\"вт 18:00\"", "> 2026-11-24T18:00:00.000Z"),
        (
            "at:\"saturday 9:30\"",
            "2026-11-21T09:30:00.000Z 2026-11-21T09:31:00.000Z",
        ),
    ] {
        assert_eq!(short(text, now), meant, "{text}");
    }
}

#[test]
fn a_day_is_as_long_as_it_was_and_a_time_is_of_the_clock_of_its_day() {
    let now = "2026-10-26T10:00Z";
    for (text, meant) in [
        // Of 25 hours.
        (
            "at:25.10",
            "2026-10-24T22:00:00.000Z 2026-10-25T23:00:00.000Z",
        ),
        (
            "at:вчера",
            "2026-10-24T22:00:00.000Z 2026-10-25T23:00:00.000Z",
        ),
        (
            "at:24.10",
            "2026-10-23T22:00:00.000Z 2026-10-24T22:00:00.000Z",
        ),
        ("at>\"24.10 12:00\"", "> 2026-10-24T10:00:00.000Z"),
        ("at>12:00", "> 2026-10-26T11:00:00.000Z"),
        // Half past two was twice: the first one.
        ("at>\"25.10 02:30\"", "> 2026-10-25T00:30:00.000Z"),
        ("at>24h", "> 2026-10-25T10:00:00.000Z"),
    ] {
        assert_eq!(at(text, now, berlin()), meant, "{text}");
    }
    let now = "2027-03-29T10:00Z";
    for (text, meant) in [
        // Of 23 hours.
        (
            "at:вчера",
            "2027-03-27T23:00:00.000Z 2027-03-28T22:00:00.000Z",
        ),
        // Half past two was not: an hour later on the clock.
        ("at>\"вчера 02:30\"", "> 2027-03-28T01:30:00.000Z"),
    ] {
        assert_eq!(at(text, now, berlin()), meant, "{text}");
    }
}
