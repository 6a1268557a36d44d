//! XML as an object. That the block makes one is stated, how it does so is inferred: by the rules
//! of the Java library that platforms of this kind use (`org.json.XML`), with values left as
//! texts.

use indexmap::IndexMap;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::attributes::Attribute;
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use serde_json::Value;

/// Elements within each other at most. Deeper ones are no answer of a service.
const DEPTH_MAX: usize = 128;

/// The name of a text beside attributes or elements.
const CONTENT: &str = "content";

/// An element that is being read.
#[derive(Default)]
struct Element {
    name: String,
    /// Values as JSON texts, those of one name together.
    fields: IndexMap<String, Vec<String>>,
    text: String,
}

impl Element {
    /// An element with the attributes of its first tag; `None` where one is broken.
    fn begin(tag: &BytesStart<'_>) -> Option<Self> {
        let mut element = Self {
            name: tag.name().into_inner().to_owned(),
            ..Self::default()
        };
        for attribute in tag.attributes() {
            let attribute: Attribute<'_> = attribute.ok()?;
            let value = attribute.normalized_value(XmlVersion::Implicit1_0).ok()?;
            element.add(attribute.key.into_inner(), json(&value));
        }
        Some(element)
    }

    fn add(&mut self, name: &str, value: String) {
        self.fields.entry(name.to_owned()).or_default().push(value);
    }

    /// Its value as JSON text.
    fn end(mut self) -> String {
        let text = json(self.text.trim());
        if self.fields.is_empty() {
            return text;
        }
        if !self.text.trim().is_empty() {
            self.add(CONTENT, text);
        }
        let fields = self.fields.into_iter().map(|(name, mut values)| {
            let value = match values.len() {
                1 => values.swap_remove(0),
                _ => format!("[{}]", values.join(",")),
            };
            format!("{}:{value}", json(&name))
        });
        let fields: Vec<String> = fields.collect();
        format!("{{{}}}", fields.join(","))
    }
}

fn json(text: &str) -> String {
    Value::from(text).to_string()
}

/// The object that a document is, as JSON text; `None` where it is no XML.
pub(super) fn to_json(text: &str) -> Option<String> {
    let mut reader = Reader::from_str(text);
    // What stands around the one root.
    let mut open = vec![Element::default()];
    loop {
        let event = reader.read_event().ok()?;
        match event {
            Event::Start(tag) => {
                open.push(Element::begin(&tag)?);
                if open.len() > DEPTH_MAX {
                    return None;
                }
            }
            Event::Empty(tag) => close(&mut open, Element::begin(&tag)?)?,
            Event::End(_) => {
                let element = open.pop()?;
                close(&mut open, element)?;
            }
            Event::Text(part) => open.last_mut()?.text.push_str(&part.xml10_content()),
            Event::CData(part) => open.last_mut()?.text.push_str(&part.xml10_content()),
            Event::GeneralRef(name) => {
                let text = &mut open.last_mut()?.text;
                match name.resolve_char_ref().ok()? {
                    Some(sign) => text.push(sign),
                    None => text.push_str(resolve_predefined_entity(&name)?),
                }
            }
            Event::Eof => break,
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
        }
    }
    let document = open.pop().filter(|_| open.is_empty())?;
    let is_one = document.fields.values().map(Vec::len).sum::<usize>() == 1;
    (is_one && document.text.trim().is_empty()).then(|| document.end())
}

/// An element has ended inside of another one.
fn close(open: &mut [Element], element: Element) -> Option<()> {
    let name = element.name.clone();
    open.last_mut()?.add(&name, element.end());
    Some(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn elements_are_fields_and_those_of_one_name_a_list() {
        for (text, wanted) in [
            ("<a/>", r#"{"a":""}"#),
            ("<a>1.0</a>", r#"{"a":"1.0"}"#),
            (
                "<?xml version=\"1.0\"?><!-- x --><a> <b>1</b><c/><b x='2'> т&amp;&#33; </b></a>\n",
                r#"{"a":{"b":["1",{"x":"2","content":"т&!"}],"c":""}}"#,
            ),
            (
                "<s:a xmlns:s=\"u\"><![CDATA[<1>]]></s:a>",
                r#"{"s:a":{"xmlns:s":"u","content":"<1>"}}"#,
            ),
            ("<a b='&lt;\"'/>", r#"{"a":{"b":"<\""}}"#),
        ] {
            assert_eq!(to_json(text).as_deref(), Some(wanted), "{text}");
        }
    }

    #[test]
    fn what_is_no_document_stays_a_text() {
        for text in [
            "",
            " ",
            "text",
            "<a>",
            "<a></b>",
            "</a>",
            "<a/><b/>",
            "<a/>x",
            "<a b/>",
            "<a b='1' b='2'/>",
            "<a>&nbsp;</a>",
            "<a>&#0;</a>",
            "<a",
        ] {
            assert_eq!(to_json(text), None, "{text}");
        }
        let deep = |depth: usize| format!("{}{}", "<a>".repeat(depth), "</a>".repeat(depth));
        assert!(to_json(&deep(DEPTH_MAX - 1)).is_some());
        assert_eq!(to_json(&deep(DEPTH_MAX)), None);
        assert_eq!(to_json(&"<a>".repeat(1 << 20)), None);
    }

    proptest! {
        #[test]
        fn any_text_is_read_to_json_or_not_at_all(text in "(<[/ab!?]{0,2}|>|&|;|=|'|\\PC){0,40}") {
            if let Some(json) = to_json(&text) {
                prop_assert!(json_text::Tree::new(json.as_str()).is_ok());
            }
        }
    }
}
