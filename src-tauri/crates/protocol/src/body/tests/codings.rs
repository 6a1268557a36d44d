//! Codings undone, alone and in a row, and bodies of which the beginning alone is in memory.

use std::io::Write;

use proptest::prelude::*;

use super::*;

fn encode(name: &str, bytes: &[u8]) -> Vec<u8> {
    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
    let mut out = Vec::new();
    match name {
        "gzip" => GzEncoder::new(&mut out, Compression::fast())
            .write_all(bytes)
            .unwrap(),
        "deflate" => ZlibEncoder::new(&mut out, Compression::fast())
            .write_all(bytes)
            .unwrap(),
        "raw" => DeflateEncoder::new(&mut out, Compression::fast())
            .write_all(bytes)
            .unwrap(),
        "br" => brotli::CompressorWriter::new(&mut out, 4096, 3, 20)
            .write_all(bytes)
            .unwrap(),
        _ => out = zstd::encode_all(bytes, 1).unwrap(),
    }
    out
}

fn decoded(names: &str, body: Vec<u8>) -> Result<Vec<u8>, Finding> {
    let body = Bytes::from(body);
    coding::decode(Some(names), &body, Extent::Whole).map(Cow::into_owned)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn every_coding_is_undone_alone_and_in_a_row(
        bytes in proptest::collection::vec(any::<u8>(), 1..600),
        row in proptest::collection::vec(
            proptest::sample::select(vec!["gzip", "deflate", "br", "zstd"]), 1..4),
    ) {
        let coded = row.iter().fold(bytes.clone(), |bytes, name| encode(name, &bytes));
        prop_assert_eq!(decoded(&row.join(", "), coded).unwrap(), bytes);
    }

    #[test]
    fn no_bytes_make_a_decoder_panic(
        bytes in proptest::collection::vec(any::<u8>(), 0..200),
        name in proptest::sample::select(vec!["gzip", "deflate", "br", "zstd", "x"]),
    ) {
        let _ = decoded(name, bytes);
    }
}

#[test]
fn codings_in_two_fields_and_deflate_without_its_frame_are_undone() {
    assert_eq!(
        decoded("deflate", encode("raw", b"{\"a\":1}")).unwrap(),
        b"{\"a\":1}"
    );
    let raw = encode("raw", b"{\"a\":1}");
    let byte_by_byte: Vec<u8> = raw
        .iter()
        .flat_map(|byte| encode("gzip", &[*byte]))
        .collect();
    assert_eq!(
        decoded("deflate, gzip", byte_by_byte).unwrap(),
        b"{\"a\":1}"
    );
    let body = Bytes::from(encode("br", &encode("gzip", b"text")));
    let fields = headers(&[("Content-Encoding", "gzip"), ("content-encoding", "br")]);
    assert_eq!(decode_text(&fields, &body).text.as_deref(), Some("text"));
}

#[test]
fn a_bomb_stops_at_the_limit() {
    let refused = decoded("gzip", encode("gzip", &vec![0; DECODED_LIMIT + 1])).unwrap_err();
    assert_eq!(refused.code, Code::DecodedTooLarge);
    assert_eq!(
        decoded("x", vec![1]).unwrap_err().code,
        Code::EncodingUnknown
    );
    assert_eq!(
        decoded("gzip", vec![1]).unwrap_err().code,
        Code::EncodingBroken
    );
}

#[test]
fn members_and_frames_in_a_row_are_one_body() {
    for name in ["gzip", "zstd"] {
        let row = [
            encode(name, b"{\"a\":"),
            encode(name, b""),
            encode(name, b"1}"),
        ]
        .concat();
        assert_eq!(decoded(name, row).unwrap(), b"{\"a\":1}", "{name}");
        let mut cut = encode(name, b"text");
        cut.extend_from_slice(b"garbage");
        let refused = decoded(name, cut).unwrap_err();
        assert_eq!(refused.code, Code::EncodingBroken, "{name}");
    }
}

#[test]
fn members_without_an_end_are_refused_in_every_layer() {
    for name in ["gzip", "zstd"] {
        let many = encode(name, b"").repeat(100_001);
        let refused = decoded(name, many.clone()).unwrap_err();
        assert_eq!(refused.code, Code::CodingMembers, "{name}");
        let hidden = decoded(
            &format!("{name}, br, gzip"),
            encode("gzip", &encode("br", &many)),
        );
        assert_eq!(hidden.unwrap_err().code, Code::CodingMembers, "{name}");
    }
}

#[test]
fn what_comes_out_is_bounded_over_all_layers_together() {
    let long = encode("gzip", &vec![0; DECODED_LIMIT]);
    let twice = encode("gzip", &long);
    assert_eq!(decoded("gzip, gzip", twice).unwrap().len(), DECODED_LIMIT);
    // 64 MiB of empty blocks (RFC 1951 §3.2.4) between a head and nothing.
    let empty_blocks = b"\x00\x00\x00\xff\xff".repeat(3 * DECODED_LIMIT / 5);
    let refused = decoded("deflate, gzip", encode("gzip", &empty_blocks)).unwrap_err();
    assert_eq!(refused.code, Code::DecodedTooLarge);
}

#[test]
fn the_coding_that_is_broken_is_named_whichever_layer_it_is() {
    for (names, body) in [
        ("gzip, br", encode("br", b"no gzip")),
        ("br, gzip", b"no gzip".to_vec()),
        ("zstd, gzip, br", encode("br", b"no gzip")),
    ] {
        let refused = decoded(names, body).unwrap_err();
        assert_eq!(refused.code, Code::EncodingBroken, "{names}");
        let said = messages::Say::message(&refused).text(messages::Lang::En);
        assert!(said.contains("decompress as gzip:"), "{names}: {said}");
    }
}

#[test]
fn of_a_long_body_only_the_beginning_is_decoded_where_no_more_is_wanted() {
    let text = "слово ".repeat(100_000);
    let plain = Bytes::from(text.clone());
    let coded = Bytes::from(encode("gzip", text.as_bytes()));
    let gzip = headers(&[("Content-Encoding", "gzip")]);
    for (fields, body) in [(Headers::default(), plain), (gzip, coded)] {
        let beginning = decode_beginning(&fields, &body, 1_001).unwrap();
        assert!(text.starts_with(&*beginning) && (990..=1_001).contains(&beginning.len()));
    }
}

#[test]
fn a_compressed_body_is_read_and_its_length_is_the_one_on_the_wire() {
    let body = Body::from(encode("gzip", "{\"имя\":\"Иван\"}".as_bytes()));
    let headers = headers(&[
        ("content-encoding", "GZIP"),
        ("Content-Type", "application/json"),
    ]);
    let info = body_info(&headers, &body, false);
    assert_eq!((info.kind, info.bytes), (BodyKind::Json, body.length()));
    assert_eq!(
        (info.charset.as_deref(), info.encoding.as_deref()),
        (Some("utf-8"), Some("GZIP"))
    );
    assert_eq!(
        decode_text(&headers, body.beginning()).text.as_deref(),
        Some("{\"имя\":\"Иван\"}")
    );
}

#[test]
fn what_was_cut_is_not_the_senders_fault() {
    let cut = "{\"action\":\"я".as_bytes();
    let gzip = encode("gzip", "привет ".repeat(500).as_bytes());
    for (encoding, body) in [
        ("identity", &cut[..cut.len() - 1]),
        ("gzip", &gzip[..gzip.len() - 9]),
    ] {
        let headers = headers(&[
            ("Content-Type", "application/json"),
            ("Content-Encoding", encoding),
        ]);
        let body = Body::from(body.to_vec());
        let request = Request {
            headers,
            body,
            truncated: true,
            ..Request::default()
        };
        let view = read_request(PlatformChoice::Auto, &request);
        assert_eq!(view.findings, [], "{encoding}");
        assert!(view.body.truncated);
    }
}

/// A body outside of memory whose bytes nobody reads here.
#[derive(Debug)]
struct Unread;

impl crate::content::BodySource for Unread {
    fn read_at(&self, _: u64, _: usize) -> std::io::Result<Bytes> {
        Err(std::io::Error::other("the beginning is enough"))
    }
}

fn outside(beginning: impl Into<Bytes>) -> Body {
    Body::outside(beginning.into(), 200_000_000, std::sync::Arc::new(Unread))
}

#[test]
fn a_body_outside_of_memory_is_decoded_whole_only_where_its_bytes_are_the_text() {
    let text = "привет, мир; ".repeat(50_000);
    // The beginning ends within a character, too.
    let cut = &text.as_bytes()[..501];
    for (content_type, body) in [
        ("text/plain", cut),
        ("application/octet-stream", &[0, 1, 2]),
    ] {
        let body = outside(body.to_vec());
        let fields = headers(&[
            ("Content-Type", content_type),
            ("Content-Encoding", "identity"),
        ]);
        let decoded = decode_body(&fields, &body, false);
        assert!(decoded.body == body && !decoded.in_part, "{content_type}");
    }
    let wide: Vec<u8> = "привет".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let fields = headers(&[("Content-Type", "text/plain; charset=utf-16le")]);
    let decoded = decode_body(&fields, &outside(wide), false);
    assert!(decoded.body == "привет" && decoded.in_part);
}

#[test]
fn what_comes_out_of_a_compressed_beginning_before_its_cut_is_text() {
    // Numbers do not compress well: half of the coded bytes are some hundred kilobytes.
    let numbers = (0..300_000_u64).map(|number| format!("{}я ", number * number % 1_000_003));
    let text: String = numbers.collect();
    for encoding in ["gzip", "deflate", "br", "zstd"] {
        let coded = encode(encoding, text.as_bytes());
        let beginning = coded[..coded.len() / 2].to_vec();
        let fields = headers(&[
            ("Content-Encoding", encoding),
            ("Content-Type", "text/plain"),
        ]);
        let body = outside(beginning.clone());
        let decoded = decode_body(&fields, &body, false);
        assert!(decoded.in_part, "{encoding}");
        let decoded = decoded.body.beginning().clone();
        assert!(decoded.len() > 100_000, "{encoding}: {}", decoded.len());
        assert!(text.as_bytes().starts_with(&decoded), "{encoding}");
        let info = body_info(&fields, &body, false);
        assert_eq!(info.charset.as_deref(), Some("utf-8"), "{encoding}");
        let recorded = decode_body(&fields, &beginning.into(), true);
        assert!(recorded.body.beginning() == &decoded, "cut by the limit");
        assert!(!recorded.in_part, "{encoding}");
    }
}

#[test]
fn of_a_body_outside_of_memory_the_beginning_is_read_and_a_finding_says_so() {
    let beginning = Bytes::from_static(b"{\"action\":\"e\",\"long\":\"xxxxxxxx");
    let body = outside(beginning);
    let request = Request {
        headers: headers(&[("Content-Type", "application/json")]),
        body,
        ..Request::default()
    };
    let view = read_request(PlatformChoice::Auto, &request);
    assert_eq!(view.body.bytes, 200_000_000, "the whole length");
    assert_eq!(
        (view.body.kind, view.body.truncated),
        (BodyKind::Json, false),
        "all of it is recorded"
    );
    let codes: Vec<Code> = view.findings.iter().map(|one| one.code).collect();
    assert_eq!(
        codes,
        [Code::BodyReadInPart],
        "what is cut is no broken JSON"
    );
}

#[test]
fn an_edited_text_goes_out_in_the_codings_that_its_fields_name() {
    let lengths = [0, 1, 5, 65_535, 65_536, 65_537, 200_000];
    for named in [
        "gzip", "X-GZip", "deflate", "br", "zstd", "gzip, br", "identity", "",
    ] {
        for length in lengths {
            let text: String = ('a'..='z').cycle().take(length).collect();
            let mut fields = headers(&[("Content-Encoding", named)]);
            let body = encode_text(&mut fields, &text);
            assert_eq!(fields, headers(&[("Content-Encoding", named)]));
            assert_eq!(
                decoded(named, body.to_vec()).unwrap(),
                text.as_bytes(),
                "{named}"
            );
            let read = decode_text(&fields, &body);
            assert_eq!(read.text.as_deref(), Some(&*text), "{named} {length}");
        }
    }
    let mut fields = headers(&[
        ("content-encoding", "gzip"),
        ("Content-Type", "text/plain; charset=koi8-r"),
        ("Content-Encoding", "br"),
    ]);
    let body = encode_text(&mut fields, "Привет");
    let koi8 = decoded("gzip, br", body.to_vec()).unwrap();
    assert_eq!(koi8, encoding_rs::KOI8_R.encode("Привет").0.into_owned());
}

#[test]
fn a_coding_that_cannot_be_put_on_is_not_named() {
    let many = "gzip, ".repeat(9);
    for named in ["compress", "gzip, aws-chunked", &many] {
        let mut fields = headers(&[("Content-Encoding", named), ("X-A", "1")]);
        assert_eq!(encode_text(&mut fields, "{}"), "{}");
        assert_eq!(fields, headers(&[("X-A", "1")]), "{named}");
    }
}
