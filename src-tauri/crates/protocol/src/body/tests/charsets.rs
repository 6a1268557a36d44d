//! Charsets that a body names itself, and the table that the page's reader shares.

use encoding_rs::{Encoding, IBM866, KOI8_R, UTF_8, WINDOWS_1251};

use super::*;

const GREETING: &str = "Привет, мир";

/// A body in a charset.
fn coded(encoding: &'static Encoding, text: &str) -> Vec<u8> {
    let (bytes, _, has_missing) = encoding.encode(text);
    assert!(!has_missing, "{text}");
    bytes.into_owned()
}

/// A multipart body with this part, and a part without a charset before it.
fn multipart(part: &str) -> String {
    let field = "--b\r\nContent-Disposition: form-data; name=\"n\"\r\n\r\n1\r\n";
    format!("{field}--b\r\n{part}\r\n--b--\r\n")
}

/// A Content-Type, and a body that names `{charset}` itself.
fn naming() -> Vec<(&'static str, String)> {
    let part = multipart(
        "Content-Disposition: form-data; name=\"a\"\r\nContent-Type: text/plain; charset={charset}\
         \r\n\r\nПривет, мир",
    );
    let field = multipart(
        "Content-Disposition: form-data; name=\"_charset_\"\r\n\r\n{charset}\r\n--b\r\n\
         Content-Disposition: form-data; name=\"имя\"\r\n\r\nПривет, мир",
    );
    vec![
        (
            "application/xml",
            "<?xml version=\"1.0\" encoding=\"{charset}\"?><a>Привет, мир</a>".into(),
        ),
        (
            "",
            "<?xml version='1.0' encoding = '{charset}' standalone='no'?><a>Привет, мир</a>".into(),
        ),
        (
            "text/plain",
            "\n<?xml encoding=\"{charset}\"?><a>Привет, мир</a>".into(),
        ),
        (
            "text/html",
            "<!doctype html><meta charset={charset}><p>Привет, мир".into(),
        ),
        (
            "text/html",
            "<HTML><META CHARSET='{charset}' /><p>Привет, мир</HTML>".into(),
        ),
        (
            "",
            "<html><!-- <meta charset=utf-8> --><metadata charset=utf-8><meta http-equiv=\
             'Content-Type' content='text/html; charset={charset}'>Привет, мир</html>"
                .into(),
        ),
        (
            "application/x-www-form-urlencoded",
            "a=Привет, мир&_charset_={charset}".into(),
        ),
        (
            "application/x-www-form-urlencoded",
            "_charset_={charset}&a=Привет, мир\r\n".into(),
        ),
        ("", "_charset_={charset}&a=Привет, мир".into()),
        ("multipart/form-data; boundary=b", part.clone()),
        ("multipart/form-data; boundary=\"b\"", field.clone()),
        ("multipart/form-data; boundary=\"b;c\"", part.clone()),
        ("", part),
        ("", field),
    ]
}

#[test]
fn a_charset_that_the_body_names_is_read_and_what_is_edited_goes_out_in_it() {
    for (encoding, label) in [
        (KOI8_R, "koi8-r"),
        (KOI8_R, "KOI8-R"),
        (IBM866, "ibm866"),
        (IBM866, "cp866"),
        (WINDOWS_1251, "windows-1251"),
        (UTF_8, "utf-8"),
    ] {
        for (content_type, body) in naming() {
            let text = body.replace("{charset}", label);
            let what = format!("{content_type}: {text}");
            let bytes = coded(encoding, &text);
            let (read, findings) = text_of(content_type, &bytes);
            assert_eq!(read.as_ref(), Some(&text), "{what}");
            assert_eq!(findings, [""; 0], "{what}");
            let charset = info(content_type, &bytes).charset.unwrap();
            assert_eq!(charset, encoding.name().to_ascii_lowercase(), "{what}");
            let mut fields = headers(&[("Content-Type", content_type)]);
            assert_eq!(encode_text(&mut fields, &text), bytes, "{what}");
            // A letter that it lacks: all is in UTF-8, and named so.
            let foreign = text.replace(GREETING, "你好");
            let expected = match encoding == UTF_8 {
                true => foreign.clone(),
                false => foreign.replace(label, "utf-8"),
            };
            let sent = encode_text(&mut fields, &foreign);
            assert_eq!(String::from_utf8_lossy(&sent), expected, "{what}");
            assert_eq!(fields, headers(&[("Content-Type", content_type)]), "{what}");
        }
    }
}

#[test]
fn a_text_in_utf8_that_says_otherwise_of_itself_is_read_as_utf8_and_found() {
    for (content_type, body) in naming().into_iter().take(9) {
        let text = body.replace("{charset}", "koi8-r");
        let read = text_of(content_type, text.as_bytes());
        assert_eq!(read, (Some(text), vec!["charset_doubtful"]));
    }
}

/// A text in UTF-32, the smaller byte first or the bigger one.
fn utf32(text: &str, is_little: bool) -> Vec<u8> {
    let bytes = |letter: char| match is_little {
        true => u32::from(letter).to_le_bytes(),
        false => u32::from(letter).to_be_bytes(),
    };
    text.chars().flat_map(bytes).collect()
}

#[test]
fn four_bytes_a_character_are_said_to_be_so_and_not_read_as_two() {
    let json = "{\"имя\":\"😀\"}";
    for (is_little, name) in [(true, "utf-32le"), (false, "utf-32be")] {
        for (mark, content_type) in [
            ("\u{feff}", "application/json"),
            ("\u{feff}", "application/json; charset=utf-16"),
            ("", "application/json"),
            ("\u{feff}", ""),
        ] {
            let bytes = utf32(&format!("{mark}{json}"), is_little);
            let (text, findings) = text_of(content_type, &bytes);
            assert_eq!(text.as_deref(), Some(json), "{name} {content_type}");
            assert_eq!(findings.contains(&"byte_order_mark"), !mark.is_empty());
            assert_eq!(info(content_type, &bytes).charset.as_deref(), Some(name));
        }
        let named = format!("text/plain; charset={name}");
        let plain = text_of(&named, &utf32("Привет", is_little));
        assert_eq!(plain, (Some("Привет".to_owned()), vec![]), "{name}");
        let broken = [utf32("\u{feff}[1", is_little), vec![1, 2]].concat();
        assert_eq!(text_of("", &broken).0.as_deref(), Some("[1\u{fffd}"));
    }
    let unnamed = text_of("text/plain; charset=utf-32", "Привет!!".as_bytes());
    assert_eq!(
        unnamed,
        (Some("Привет!!".to_owned()), vec!["charset_unknown"])
    );
}

#[test]
fn json_in_seven_bits_or_four_bytes_a_character_is_read_and_found() {
    let japanese = b"{\"a\":\"\x1b$B$\"\x1b(B\"}".to_vec();
    let content_type = "application/json; charset=ISO-2022-JP";
    let (text, findings) = text_of(content_type, &japanese);
    assert_eq!(text.as_deref(), Some("{\"a\":\"\u{3042}\"}"));
    assert_eq!(findings, [""; 0]);
    for (content_type, bytes, name) in [
        (content_type, japanese, "ISO-2022-JP"),
        ("application/json", utf32("{\"a\":1}", true), "utf-32le"),
        ("application/json", utf32("{\"a\":1}", false), "utf-32be"),
    ] {
        let fields = headers(&[("Content-Type", content_type)]);
        let parsed = ParsedBody::new(&fields, &Body::from(bytes), false, Side::Request);
        assert_eq!(parsed.info.charset.as_deref(), Some(name));
        let found = parsed.findings.iter().map(|one| one.code);
        assert_eq!(Vec::from_iter(found), [Code::JsonNotUtf8], "{name}");
    }
}

#[test]
fn a_mark_of_utf_8_under_another_name_is_followed_and_both_are_found() {
    for (content_type, text, code) in [
        (
            "application/json; charset=ISO-8859-1",
            "{\"a\":\"é\"}",
            "charset_ignored",
        ),
        (
            "text/plain; charset=windows-1251",
            "Привет",
            "charset_doubtful",
        ),
    ] {
        let (read, findings) = text_of(content_type, format!("\u{feff}{text}").as_bytes());
        assert_eq!(read.as_deref(), Some(text));
        assert_eq!(findings, ["byte_order_mark", code]);
    }
    let right = text_of("text/plain; charset=utf-8", "\u{feff}Привет".as_bytes());
    assert_eq!(right.1, ["byte_order_mark"]);
}

#[test]
fn what_the_header_names_outranks_what_the_body_names() {
    let text = "<?xml version=\"1.0\" encoding=\"koi8-r\"?><a>Привет, мир</a>";
    let bytes = coded(WINDOWS_1251, text);
    let read = text_of("text/xml; charset=windows-1251", &bytes);
    assert_eq!(read, (Some(text.to_owned()), vec![]));
}

#[test]
fn parts_of_several_charsets_are_read_each_in_its_own() {
    let part = |name: &str, label: &str, encoding| {
        let head = format!(
            "--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\
             content-type: text/plain; charset={label}\r\n\r\n"
        );
        [head.as_bytes(), &coded(encoding, GREETING), b"\r\n"].concat()
    };
    let body = [
        part("a", "koi8-r", KOI8_R),
        part("b", "windows-1251", WINDOWS_1251),
        part("c", "utf-8", UTF_8),
        part("d", "klingon", UTF_8),
        b"--b--\r\n".to_vec(),
    ]
    .concat();
    let (text, findings) = text_of("multipart/form-data; boundary=b", &body);
    let text = text.unwrap();
    assert_eq!(text.matches(GREETING).count(), 4, "{text}");
    assert_eq!(findings, ["charset_unknown"]);
    let mut fields = headers(&[("Content-Type", "multipart/form-data; boundary=b")]);
    assert_eq!(encode_text(&mut fields, &text), body);
}

#[test]
fn a_line_that_begins_like_a_boundary_is_no_part_and_a_thousand_parts_are_told_apart() {
    let head = "--b\r\nContent-Type: text/plain; charset=koi8-r\r\n\r\n";
    let text = format!("{head}Привет\r\n--bound\r\n\r\nПривет, мир\r\n--b--\r\n");
    let read = text_of("multipart/form-data; boundary=b", &coded(KOI8_R, &text));
    assert_eq!(read, (Some(text), vec![]));
    let text = format!("{head}Привет\r\n").repeat(3000);
    let (read, _) = text_of("multipart/form-data; boundary=b", &coded(KOI8_R, &text));
    assert_eq!(read.unwrap(), text);
}

#[test]
fn what_only_looks_like_a_name_of_a_charset_names_none() {
    let cp1251 = |text: &str| coded(WINDOWS_1251, text);
    for (content_type, text) in [
        ("text/html", "<p>meta charset=koi8-r Привет, мир"),
        ("text/html", "<metal charset=koi8-r>Привет, мир"),
        ("text/html", "<meta name=charset content=koi8-r>Привет, мир"),
        ("text/xml", "<a encoding=\"koi8-r\">Привет, мир</a>"),
        (
            "text/xml",
            "<?xml version=\"1.0\"?><a encoding=\"koi8-r\">Привет, мир</a>",
        ),
        (
            "application/x-www-form-urlencoded",
            "x_charset_=koi8-r&a=Привет, мир",
        ),
        (
            "application/x-www-form-urlencoded",
            "_charset_=&a=Привет, мир",
        ),
        ("text/plain", "_charset_=koi8-r&a=Привет, мир"),
        (
            "text/plain",
            "Content-Type: text/plain; charset=koi8-r\n\nПривет, мир",
        ),
    ] {
        let read = text_of(content_type, &cp1251(text));
        assert_eq!(read, (Some(text.to_owned()), vec!["charset_guessed"]));
    }
    // Read as ASCII, it has no two bytes a character.
    let text = "<?xml version=\"1.0\" encoding=\"utf-16\"?><a>Привет, мир</a>";
    assert_eq!(
        text_of("text/xml", text.as_bytes()),
        (Some(text.to_owned()), vec![])
    );
    for utf16 in [u16::to_le_bytes, u16::to_be_bytes] {
        let bytes: Vec<u8> = text.encode_utf16().flat_map(utf16).collect();
        assert_eq!(text_of("text/xml", &bytes), (Some(text.to_owned()), vec![]));
    }
}

#[test]
fn escapes_of_a_form_are_read_in_the_charset_that_it_names() {
    let form = headers(&[("Content-Type", "application/x-www-form-urlencoded")]);
    let bytes = |text: &str| coded(KOI8_R, text);
    let read = unescaped_text(&form, bytes("a=Привет, мир&_charset_=koi8-r"));
    assert_eq!(read.as_deref(), Some("a=Привет, мир&_charset_=koi8-r"));
    let info = info(
        "application/x-www-form-urlencoded",
        b"a=%F0&_charset_=koi8-r",
    );
    assert_eq!(info.charset.as_deref(), Some("koi8-r"));
}

/// The page names UTF-8 with the same cases in `ui/src/lib/exchange/charset.test.ts`.
#[test]
fn a_field_names_utf_8_for_the_texts_of_the_shared_table() {
    #[derive(serde::Deserialize)]
    struct Case {
        field: String,
        /// The field for a text that its charset has not.
        any: String,
        /// For a text of ASCII.
        ascii: String,
    }
    let table = include_str!("../../../../../../tests/fixtures/charset-fields.json");
    let cases: Vec<Case> = serde_json::from_str(table).unwrap();
    assert!(cases.len() > 20);
    for Case { field, any, ascii } in cases {
        for (text, expected) in [("a=%CF", ascii), ("\u{10ffff}", any)] {
            let mut fields = headers(&[("Content-Type", &*field)]);
            assert_eq!(encode_text(&mut fields, text), text, "{field}");
            assert_eq!(fields, headers(&[("Content-Type", &*expected)]), "{text}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_edited_in_any_beginning_is_encoded_without_a_panic_and_read_back(
        content_type in "(multipart/form-data; boundary=b|text/xml|application/x-www-form-urlencoded|)",
        text in "(--b|<\\?xml|<meta|_charset_|charset|=|&|\"|koi8-r|utf-16|\r\n|\n|: |content-type|name=|>|\\?>|я| ){0,24}",
    ) {
        let mut fields = headers(&[("Content-Type", &content_type)]);
        let bytes = encode_text(&mut fields, &text);
        let _ = decode_text(&fields, &bytes);
        let _ = unescaped_text(&fields, bytes.to_vec());
    }
}
