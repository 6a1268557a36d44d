use std::io::Write;

use super::*;
use crate::Code;

fn headers(fields: &[(&str, &str)]) -> Headers {
    fields.iter().map(|(name, value)| (*name, *value)).collect()
}

fn kind(content_type: &str, body: &'static str) -> BodyKind {
    let headers = headers(&[("Content-Type", content_type)]);
    body_info(&headers, &Bytes::from_static(body.as_bytes()), false).kind
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
        assert_eq!(kind(header, "{\"a\":1}"), BodyKind::Json, "{header}");
        assert_eq!(kind(header, " [1]\n"), BodyKind::Json, "{header}");
        assert_eq!(kind(header, "\"text\""), BodyKind::Json, "{header}");
    }
    assert_eq!(kind("application/json", "{oops"), BodyKind::Json);
    assert_eq!(kind("text/plain", "{\"a\":1,}"), BodyKind::Json);
    assert_eq!(kind("text/plain", "5"), BodyKind::Text);
    assert_eq!(kind("", "5"), BodyKind::Json);
    assert_eq!(kind("text/plain", "{{ name }}"), BodyKind::Text);
    assert_eq!(kind("text/plain", ""), BodyKind::Empty);
}

#[test]
fn a_compressed_body_is_read_and_its_length_is_the_one_on_the_wire() {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all("{\"имя\":\"Иван\"}".as_bytes()).unwrap();
    let body = Bytes::from(encoder.finish().unwrap());
    let headers = headers(&[
        ("content-encoding", "GZIP"),
        ("Content-Type", "application/json"),
    ]);
    let info = body_info(&headers, &body, false);
    assert_eq!((info.kind, info.bytes), (BodyKind::Json, body.len() as u64));
    assert_eq!(
        (info.charset.as_deref(), info.encoding.as_deref()),
        (Some("utf-8"), Some("GZIP"))
    );
    assert_eq!(
        decode_text(&headers, &body).text.as_deref(),
        Some("{\"имя\":\"Иван\"}")
    );
}

#[test]
fn a_plain_body_is_lent_and_not_copied() {
    let body = Bytes::from_static("\u{feff}привет".as_bytes());
    let decoded = decode_text(&Headers::default(), &body);
    assert_eq!(decoded.text, Some(Cow::Borrowed("привет")));
    assert!(matches!(decoded.text, Some(Cow::Borrowed(_))));
    assert_eq!(decoded.findings[0].code, Code::ByteOrderMark);
}

#[test]
fn a_body_that_does_not_decompress_stays_bytes_with_a_finding() {
    let headers = headers(&[("Content-Encoding", "gzip")]);
    let decoded = decode_text(&headers, &Bytes::from_static(b"{}"));
    assert_eq!(decoded.text, None);
    assert_eq!(decoded.findings[0].code, Code::EncodingBroken);
    assert!(decode_bytes(&headers, &Bytes::from_static(b"{}")).is_err());
}

#[test]
fn a_cut_body_is_no_wrong_json() {
    let headers = headers(&[("Content-Type", "application/json")]);
    let cut = "{\"a\":\"я".as_bytes();
    let body = read(
        &headers,
        &Bytes::copy_from_slice(&cut[..cut.len() - 1]),
        true,
        Side::Request,
    );
    assert_eq!(body.info.kind, BodyKind::Json);
    assert!(body.json.is_none() && body.findings.is_empty());
    assert_eq!(body.text(), "{\"a\":\"");
}
