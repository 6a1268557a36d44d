use proptest::prelude::*;

use super::*;
use crate::Answer;
use crate::analysis::{read_answer, read_request};
use crate::message::Request;
use crate::outcome::Reason;
use crate::platform::PlatformChoice;

mod charsets;
mod codings;

fn headers(fields: &[(&str, &str)]) -> Headers {
    fields.iter().map(|(name, value)| (*name, *value)).collect()
}

fn info(content_type: &str, body: &[u8]) -> BodyInfo {
    let headers = headers(&[("Content-Type", content_type)]);
    body_info(&headers, &body.to_vec().into(), false)
}

fn kind(content_type: &str, body: &str) -> BodyKind {
    info(content_type, body.as_bytes()).kind
}

fn codes(findings: &[Finding]) -> Vec<&'static str> {
    findings
        .iter()
        .map(|finding| finding.code.as_str())
        .collect()
}

/// The text of a body and the codes of its findings.
fn text_of(content_type: &str, body: &[u8]) -> (Option<String>, Vec<&'static str>) {
    let body = Bytes::copy_from_slice(body);
    let headers = headers(&[("Content-Type", content_type)]);
    let decoded = decode_text(&headers, &body);
    (decoded.text.map(Cow::into_owned), codes(&decoded.findings))
}

#[test]
fn a_json_body_is_json_whatever_the_header_says() {
    for header in [
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "image/png",
        "text/xml",
    ] {
        for body in ["{\"a\":1}", " [1]\n", "\"text\"", "5"] {
            assert_eq!(kind(header, body), BodyKind::Json, "{body} as {header}");
        }
    }
    assert_eq!(kind("application/json", "{oops"), BodyKind::Json);
    assert_eq!(kind("text/plain", "{\"a\":1,}"), BodyKind::Json);
    assert_eq!(kind("text/plain", ""), BodyKind::Empty);
}

#[test]
fn the_content_tells_the_kind_before_the_header() {
    let part = "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--x--";
    for (text, header, kind_of_it) in [
        ("a=1&b=%D0%9F", "", BodyKind::Form),
        (
            "a=1&b=2",
            "application/x-www-form-urlencoded; charset=utf-8",
            BodyKind::Form,
        ),
        ("a = 1", "", BodyKind::Text),
        (part, "", BodyKind::Multipart),
        (part, "multipart/form-data; boundary=x", BodyKind::Multipart),
        ("<?xml version=\"1.0\"?><a/>", "text/plain", BodyKind::Xml),
        ("<a>1</a>", "", BodyKind::Xml),
        ("<!DOCTYPE html><html></html>", "text/html", BodyKind::Text),
        ("<html></html>", "", BodyKind::Text),
        ("привет", "application/octet-stream", BodyKind::Text),
    ] {
        assert_eq!(kind(header, text), kind_of_it, "{text} as {header}");
    }
    assert_eq!(
        info("image/png", b"\x89PNG\r\n\x1a\n\0\0\0\x0d").kind,
        BodyKind::Binary
    );
    assert_eq!(
        info("", b"\x89PNG\r\n\x1a\n\0\0\0\x0d").kind,
        BodyKind::Binary
    );
}

#[test]
fn a_control_character_makes_json_wrong_and_not_binary() {
    for body in ["{\"action\":\"e\",\"a\":\"\u{1}\"}", "[\"\0\"]"] {
        for header in ["application/json", ""] {
            let headers = headers(&[("Content-Type", header)]);
            let body = Body::from(body);
            let request = Request {
                method: "POST".into(),
                headers,
                body,
                ..Request::default()
            };
            let view = read_request(PlatformChoice::Auto, &request);
            assert_eq!(view.body.kind, BodyKind::Json);
            assert_eq!(codes(&view.findings), ["json_syntax"], "{header}");
        }
    }
}

#[test]
fn each_charset_is_read_and_doubts_are_said() {
    let cp1251 = encoding_rs::WINDOWS_1251
        .encode("Привет, мир")
        .0
        .into_owned();
    let koi8 = encoding_rs::KOI8_R.encode("Привет, мир").0.into_owned();
    let hello = || Some("Привет, мир".to_owned());
    assert_eq!(text_of("", "Привет, мир".as_bytes()), (hello(), vec![]));
    assert_eq!(text_of("", &cp1251), (hello(), vec!["charset_guessed"]));
    assert_eq!(
        text_of("text/plain; Charset=\"Windows-1251\"", &cp1251),
        (hello(), vec![])
    );
    assert_eq!(
        text_of("text/plain; charset=koi8-r", &koi8),
        (hello(), vec![])
    );
    assert_eq!(
        text_of("text/plain; charset=utf-8", &cp1251),
        (hello(), vec!["invalid_utf8"])
    );
    assert_eq!(
        text_of("text/plain; charset=klingon", &cp1251).1[0],
        "charset_unknown"
    );
    assert_eq!(
        text_of("text/plain; charset=iso-8859-1", "я".as_bytes()).1,
        ["charset_doubtful"]
    );
    assert_eq!(info("", &cp1251).charset.as_deref(), Some("windows-1251"));
}

#[test]
fn of_json_the_bytes_outrank_the_charset_that_is_named() {
    let event = "{\"action\":\"Оплата\"}";
    for label in ["ISO-8859-1", "windows-1251", "koi8-r", "us-ascii"] {
        for media_type in ["application/json", "text/plain"] {
            let header = format!("{media_type}; charset={label}");
            let (text, findings) = text_of(&header, event.as_bytes());
            assert_eq!(text.as_deref(), Some(event), "{header}");
            assert_eq!(findings, ["charset_ignored"], "{header}");
        }
    }
    let ascii = "{\"a\":1}";
    let read = text_of("application/json; charset=ISO-8859-1", ascii.as_bytes());
    assert_eq!(read, (Some(ascii.to_owned()), vec![]));
}

#[test]
fn a_fault_of_json_in_utf8_has_its_position_under_a_label_of_two_bytes_a_character() {
    for label in ["utf-16", "utf-16be", "iso-2022-kr"] {
        let header = format!("application/json; charset={label}");
        let (text, findings) = text_of(&header, b"{\"a\":\"\x80\"}");
        assert_eq!(text.as_deref(), Some("{\"a\":\"\u{fffd}\"}"), "{label}");
        assert_eq!(findings, ["charset_ignored", "invalid_utf8"], "{label}");
        let (text, findings) = text_of(&header, b"{\"a\":\"\x01\"}");
        assert_eq!(text.as_deref(), Some("{\"a\":\"\u{1}\"}"), "{label}");
        assert_eq!(findings, ["charset_ignored"], "{label}");
    }
}

#[test]
fn of_json_in_utf8_the_bytes_outrank_a_label_that_has_other_bytes_for_ascii() {
    for event in [
        "{\"action\":\"pay\",\"userId\":\"1\"}",
        " {\"action\":\"pay\",\"имя\":\"я\"}",
    ] {
        for label in ["utf-16", "utf-16le", "UTF-16BE", "unicode", "iso-2022-kr"] {
            for media_type in ["application/json", "text/plain"] {
                let header = [("Content-Type", &*format!("{media_type}; charset={label}"))];
                let decoded_from = Bytes::from(event);
                let decoded = decode_text(&headers(&header), &decoded_from);
                assert_eq!(decoded.text.as_deref(), Some(event), "{header:?}");
                assert_eq!(codes(&decoded.findings), ["charset_ignored"], "{header:?}");
                let said = messages::Say::message(&decoded.findings[0]).text(messages::Lang::En);
                assert!(said.contains(label), "{said}");
                let request = Request {
                    method: "POST".into(),
                    headers: headers(&header),
                    body: Body::from(event),
                    ..Request::default()
                };
                let view = read_request(PlatformChoice::Auto, &request);
                assert_eq!(view.event.as_deref(), Some("pay"), "{header:?}");
                let answer = Answer {
                    headers: headers(&header),
                    ..Answer::json(200, "{\"a\":\"1\"}")
                };
                let judged = read_answer(&view, &request, &answer);
                assert_eq!(judged.outcome.reason(), None, "{header:?}");
            }
        }
    }
}

#[test]
fn json_in_utf16_is_told_by_its_zero_bytes_whatever_the_label_and_no_bot_takes_it() {
    for event in ["{\"action\":\"pay\"}", "{\r\n\"action\":\"Оплата\"}"] {
        let little: Vec<u8> = event.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = event.encode_utf16().flat_map(u16::to_be_bytes).collect();
        for (body, name) in [(little, "utf-16le"), (big, "utf-16be")] {
            for label in [
                "",
                "; charset=ISO-8859-1",
                "; charset=utf-8",
                "; charset=utf-16",
            ] {
                let header = [("Content-Type", &*format!("application/json{label}"))];
                let request = Request {
                    method: "POST".into(),
                    headers: headers(&header),
                    body: Body::from(body.clone()),
                    ..Request::default()
                };
                let view = read_request(PlatformChoice::Auto, &request);
                assert_eq!(view.body.charset.as_deref(), Some(name), "{label}");
                assert!(view.event.is_some(), "{label}: {name}");
                assert_eq!(codes(&view.findings), ["json_not_utf8"], "{label}: {name}");
                let answer = Answer {
                    headers: headers(&header),
                    body: Body::from(body.clone()),
                    ..Answer::json(200, "{}")
                };
                let judged = read_answer(&view, &request, &answer);
                assert_eq!(judged.outcome.reason(), Some(Reason::NOT_JSON), "{label}");
            }
        }
    }
    // Text that is no JSON keeps the charset that is named.
    let text: Vec<u8> = "привет".encode_utf16().flat_map(u16::to_le_bytes).collect();
    for media_type in ["text/plain", "application/json"] {
        let (read, _) = text_of(&format!("{media_type}; charset=utf-16"), &text);
        assert_eq!(read.as_deref(), Some("привет"), "{media_type}");
    }
}

#[test]
fn json_in_another_charset_is_read_and_found_and_no_bot_takes_it() {
    let event = "{\"action\":\"Оплата\"}";
    let cp1251 = encoding_rs::WINDOWS_1251.encode(event).0.into_owned();
    let header = [("Content-Type", "application/json; charset=windows-1251")];
    let request = Request {
        method: "POST".into(),
        headers: headers(&header),
        body: Body::from(cp1251.clone()),
        ..Request::default()
    };
    let view = read_request(PlatformChoice::Auto, &request);
    assert_eq!(view.event.as_deref(), Some("Оплата"));
    assert_eq!(codes(&view.findings), ["json_not_utf8"]);
    let answer = Answer {
        headers: headers(&header),
        body: Body::from(cp1251),
        ..Answer::json(200, "{}")
    };
    let judged = read_answer(&view, &request, &answer);
    assert_eq!(judged.outcome.reason(), Some(Reason::NOT_JSON));
    assert!(codes(&judged.findings).contains(&"json_not_utf8"));
}

#[test]
fn a_byte_order_mark_wins_and_is_left_out() {
    let utf16: Vec<u8> = "\u{feff}Жук"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let expected = (Some("Жук".to_owned()), vec!["byte_order_mark"]);
    assert_eq!(text_of("text/plain; charset=utf-8", &utf16), expected);
    let body = Bytes::from_static("\u{feff}привет".as_bytes());
    let decoded = decode_text(&Headers::default(), &body);
    assert!(
        matches!(decoded.text, Some(Cow::Borrowed("привет"))),
        "lent and not copied"
    );
}

#[test]
fn wrong_bytes_are_marked_with_their_offset() {
    let body = Bytes::from_static(b"{\"a\":\"\xd0\xd0\x9f\x80\"}");
    let decoded = decode_text(&Headers::default(), &body);
    assert_eq!(codes(&decoded.findings), ["invalid_utf8"]);
    assert_eq!(decoded.findings[0].position.map(|one| one.offset), Some(6));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn no_body_makes_the_reading_panic(
        bytes in proptest::collection::vec(any::<u8>(), 0..100),
        header in "(application/json|text/plain|multipart/x|)(; charset=(utf-8|utf-16|koi8-r|x))?",
        truncated in any::<bool>(),
    ) {
        let info = body_info(&headers(&[("Content-Type", &header)]), &bytes.into(), truncated);
        prop_assert_eq!(info.truncated, truncated);
    }
}

#[test]
fn edited_text_is_sent_in_the_charset_that_is_named_or_the_name_follows() {
    let form = "application/x-www-form-urlencoded; charset=";
    let cyrillic = b"\xcf\xf0\xe8\xe2\xe5\xf2".as_slice();
    for (content_type, text, bytes, named) in [
        ("text/plain; charset=windows-1251", "Привет", cyrillic, None),
        (
            "text/plain; charset=\"CP1251\"; x=y",
            "Привет",
            cyrillic,
            None,
        ),
        (
            "text/plain; charset=\"windows-1251\"; x=y",
            "你",
            "你".as_bytes(),
            Some("text/plain; charset=\"utf-8\"; x=y"),
        ),
        (
            "text/plain; charset=utf-16",
            "a",
            b"a",
            Some("text/plain; charset=utf-8"),
        ),
        ("application/json; charset=windows-1251", "{}", b"{}", None),
        (
            "application/json; charset=windows-1251",
            "\"я\"",
            "\"я\"".as_bytes(),
            Some("application/json; charset=utf-8"),
        ),
        ("text/plain; charset=utf-8", "я", "я".as_bytes(), None),
        ("text/plain; charset=none-such", "я", "я".as_bytes(), None),
        ("text/plain", "я", "я".as_bytes(), None),
    ] {
        let mut headers: Headers = [("Content-Type", content_type)].into_iter().collect();
        assert_eq!(encode_text(&mut headers, text), bytes, "{content_type}");
        let expected = named.unwrap_or(content_type);
        assert_eq!(headers.get("content-type").unwrap(), expected);
    }
    let headers: Headers = [("Content-Type", &*format!("{form}koi8-r"))]
        .into_iter()
        .collect();
    let read = |headers: &Headers, bytes: &[u8]| unescaped_text(headers, bytes.to_vec());
    assert_eq!(read(&headers, b"\xf0\xd2").as_deref(), Some("Пр"));
    assert_eq!(read(&headers, "Пр".as_bytes()).as_deref(), Some("Пр"));
    assert_eq!(
        read(&Headers::default(), cyrillic).as_deref(),
        Some("Привет")
    );
    assert_eq!(read(&Headers::default(), b"\xff\x98"), None);
}

#[test]
fn a_charset_that_is_named_twice_in_a_content_type_is_replaced_in_its_parameter() {
    for (content_type, named) in [
        (
            "text/x-koi8-r; charset=koi8-r",
            "text/x-koi8-r; charset=utf-8",
        ),
        (
            "text/plain; x=\"koi8-r\"; Charset = \"koi8-r\" ; y=koi8-r",
            "text/plain; x=\"koi8-r\"; Charset = \"utf-8\" ; y=koi8-r",
        ),
    ] {
        let mut headers: Headers = [("Content-Type", content_type)].into_iter().collect();
        let _ = encode_text(&mut headers, "漢");
        assert_eq!(headers.get("content-type").as_deref(), Some(named));
    }
}
