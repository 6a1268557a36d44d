//! What stands between a key and its value, and what the value of a variable is compared with.

use super::*;

/// What a variable's term asks for: its path, its sign and its text.
fn variable(text: &str) -> (String, &'static str, String) {
    match one(text) {
        Condition::Variable { path, test } => {
            (path.text().to_owned(), test.sign(), test.text().to_owned())
        }
        other => panic!("{text}: {other:?}"),
    }
}

#[test]
fn each_way_to_write_a_comparison_finds_the_values_it_names_and_no_others() {
    let values = [
        "1098",
        "1098.0",
        "\"1098\"",
        "50",
        "\"50\"",
        "\"\\\"50\\\"\"",
        "\"\"",
        "null",
        "\"null\"",
        "true",
        "{\"a\":1,\"b\":\"x y\"}",
        "[1,2]",
        "\"a,b\"",
        "\"Нижний Новгород\"",
    ];
    for (text, found) in [
        ("var.x=1098", &["1098", "1098.0", "\"1098\""][..]),
        ("var.x:1098", &["1098", "1098.0", "\"1098\""]),
        ("var.x=1098.00", &["1098", "1098.0"]),
        ("var.x=\"1098\"", &["\"1098\""]),
        ("var.x=\"1098.0\"", &[]),
        ("var.x=50", &["50", "\"50\""]),
        ("var.x=\"50\"", &["\"50\""]),
        ("var.x=\"\\\"50\\\"\"", &["\"\\\"50\\\"\""]),
        ("var.x=\"\"", &["\"\""]),
        ("var.x=null", &["null", "\"null\""]),
        ("var.x=\"null\"", &["\"null\""]),
        ("var.x=TRUE", &["true"]),
        ("var.x=\"true\"", &[]),
        (
            "var.x={\"b\":\"x y\",  \"a\": 1.0}",
            &["{\"a\":1,\"b\":\"x y\"}"],
        ),
        ("var.x=[1, 2]", &["[1,2]"]),
        ("var.x=a,b", &["\"a,b\""]),
        ("var.x=\"нижний новгород\"", &["\"Нижний Новгород\""]),
        ("var.x>50", &["1098", "1098.0", "\"1098\""]),
        ("var.x>\"50\"", &["1098", "1098.0", "\"1098\""]),
        ("var.x<=50", &["50", "\"50\""]),
        ("var.x~98", &["1098", "1098.0", "\"1098\""]),
        ("var.x~\"98\"", &["1098", "1098.0", "\"1098\""]),
        ("var.x~\"y\"", &["{\"a\":1,\"b\":\"x y\"}"]),
    ] {
        let Condition::Variable { test, .. } = one(text) else {
            panic!("{text}");
        };
        let fits = |json: &&str| test.fits(json);
        let fitting: Vec<&str> = values.into_iter().filter(fits).collect();
        assert_eq!(fitting, found, "{text}");
        let again = VariableTest::new(test.sign(), test.text());
        assert_eq!(
            again,
            Some(test),
            "{text}: the store makes it anew of its sign and text"
        );
    }
}

#[test]
fn a_value_in_brackets_is_read_to_its_end_and_a_broken_one_gets_a_note() {
    let object = "{\"city\": \"a } b\", \"l\": [1]}";
    let filter = parse_filter(&format!("var.a={object} is:held"), &MOSCOW).unwrap();
    assert_eq!((filter.terms.len(), filter.notes.len()), (2, 0));
    assert_eq!(variable(&format!("var.a={object}")).2, object);
    for (text, notes) in [
        ("var.a={\"city\":", 1),
        ("var.a=[x]", 1),
        ("var.a=\"[x]\"", 0),
        ("var.a=1,2", 1),
        ("var.a=\"1,2\"", 0),
        ("var.a=[1,2]", 0),
        ("var.a~1,2", 0),
    ] {
        assert_eq!(
            parse_filter(text, &MOSCOW).unwrap().notes.len(),
            notes,
            "{text}"
        );
    }
}

#[test]
fn signs_of_other_languages_and_missing_ones_are_refused_with_those_that_there_are() {
    for (text, column, words) in [
        ("var.total!=1", 10, "= ~ < <= > >="),
        ("var.total==1", 10, "= ~ < <= > >="),
        ("var.total=>1", 10, "= ~ < <= > >="),
        ("var.total<>1", 10, "= ~ < <= > >="),
        ("var.total=~1", 10, "= ~ < <= > >="),
        ("var.total!~1", 10, "= ~ < <= > >="),
        ("var.total:>1", 10, "= ~ < <= > >="),
        ("var.total>>1", 10, "= ~ < <= > >="),
        ("-var.total!=1", 11, "minus"),
        ("var.total", 10, "= ~ < <= > >="),
        ("var.total = 1", 10, "= ~ < <= > >="),
        ("var.cart[0].sku", 16, "= ~ < <= > >="),
        ("var.\"my city\"", 14, "= ~ < <= > >="),
        ("var.total=", 11, "Nothing follows"),
        ("var.total> 1", 11, "Nothing follows"),
        ("var.total~", 11, "Nothing follows"),
        ("var.total>abc", 11, "number"),
        ("var.total>1,5", 11, "number"),
        ("var.", 1, "name"),
        ("VAR.", 1, "name"),
        ("var.x[", 1, "path"),
        ("var.x[=1", 1, "path"),
        ("var.x[a]", 1, "path"),
        ("var.x.", 1, "path"),
        ("var.x[0", 1, "path"),
        ("event!=pay", 6, ":"),
        ("event==pay", 6, ":"),
        ("event~pay", 6, ":"),
        ("status!=200", 7, "minus"),
        ("status>=500", 7, "colon"),
        ("at!=today", 3, ": < <= > >="),
        ("size==5", 5, "< <= > >="),
        ("size=>5", 5, "< <= > >="),
        ("header.", 1, "name"),
        ("header.x-id", 12, ":"),
        ("header.x-id!=5", 12, "minus"),
        ("header.x-id~5", 12, "minus"),
        ("id:last", 4, "0193"),
        ("id:01900000000070008000000000000001a", 4, "0193"),
    ] {
        let error = parse_filter(text, &MOSCOW).expect_err(text);
        assert_eq!(error.column, column, "{text}: {error}");
        assert!(error.to_string().contains(words), "{text}: {error}");
    }
}

#[test]
fn signs_in_texts_stay_what_they_are() {
    for (text, condition) in [
        ("a~b", Condition::Text("a~b".into())),
        ("variable", Condition::Text("variable".into())),
        ("vars.total", Condition::Text("vars.total".into())),
        ("headers.x", Condition::Text("headers.x".into())),
        ("pay!", Condition::Text("pay!".into())),
        ("event!", Condition::Text("event!".into())),
        ("\"var.total!=1\"", Condition::Text("var.total!=1".into())),
        ("body:=<b>!", Condition::Body("=<b>!".into())),
        ("body=<b>", Condition::Body("<b>".into())),
        ("event:>1", Condition::Event(Wanted::part(">1"))),
        ("path:~a", Condition::Path(Wanted::part("~a"))),
    ] {
        assert_eq!(one(text), condition, "{text}");
    }
    assert_eq!(variable("var.x=\"=>\"").2, "=>");
    assert_eq!(variable("var.x=a=b!").2, "a=b!");
}
