//! What the survey of a JSON text noticed, as findings.

use json_text::{
    Annotation, AnnotationKind, LONG_STRING_CHARS, MAX_PER_KIND, Positions, in_javascript,
};

use crate::document::Document;
use crate::finding::{Code, Finding, Severity};
use crate::names::Side;

/// Turns annotations into findings: those that the choice gives a severity.
pub(crate) fn add_annotations(
    findings: &mut Vec<Finding>,
    document: &Document,
    side: Side,
    choice: impl Fn(&Annotation) -> Option<Severity>,
) {
    let survey = &document.survey;
    if survey.annotations.is_empty() {
        return;
    }
    let mut positions = Positions::new(document.text());
    let mut kinds = Vec::new();
    for one in &survey.annotations {
        let Some(severity) = choice(one) else {
            continue;
        };
        let code = match one.kind {
            AnnotationKind::DuplicateKey => Code::JsonDuplicateKey,
            AnnotationKind::InexactNumber => Code::JsonNumberInexact,
            AnnotationKind::LoneSurrogate => Code::JsonLoneSurrogate,
            AnnotationKind::LongString => Code::StringTooLong,
        };
        let mut finding = Finding::new(code, side)
            .arg(one.detail.as_str())
            .at_pointer(one.pointer.as_str())
            .at_position(positions.of(one.offset))
            .with_severity(severity);
        match one.kind {
            AnnotationKind::LongString => finding = finding.arg(LONG_STRING_CHARS as u64),
            AnnotationKind::InexactNumber => {
                finding = finding.arg(in_javascript(number_at(document.text(), one.offset)));
            }
            AnnotationKind::DuplicateKey | AnnotationKind::LoneSurrogate => {}
        }
        findings.push(finding);
        if !kinds.contains(&one.kind) {
            kinds.push(one.kind);
        }
    }
    for kind in &survey.omitted {
        if kinds.contains(kind) {
            let shown = MAX_PER_KIND as u64;
            findings.push(Finding::new(Code::MoreFindings, side).arg(shown));
        }
    }
}

/// The text of a number that begins there.
fn number_at(text: &str, offset: usize) -> &str {
    let text = &text[offset..];
    let of_number = |c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.' | 'e' | 'E');
    let end = text.find(|c| !of_number(c)).unwrap_or(text.len());
    &text[..end]
}
