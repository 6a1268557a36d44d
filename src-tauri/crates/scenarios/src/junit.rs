//! A report in JUnit's format, by the strictest of its schemas: attributes and elements that all
//! readers know, in the order that they are to have.

use std::io;
use std::time::Duration;

use messages::Lang;
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use crate::play::{StepResult, StepState};
use crate::words::differences;

/// One run of a scenario.
#[derive(Clone, Debug)]
pub struct Suite {
    /// Its name.
    pub name: String,
    /// The file that it is in.
    pub file: String,
    /// When it began: `2026-11-28T04:30:00`, in UTC.
    pub started: String,
    /// How long it took.
    pub took: Duration,
    /// Its steps.
    pub steps: Vec<StepResult>,
}

/// What is reported of a step beside its name.
enum Verdict {
    Passed,
    Failed(String, String),
    Error(String),
    Skipped,
}

/// Writes a report.
#[must_use]
pub fn junit(suites: &[Suite], hostname: &str, lang: Lang) -> String {
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    // Writing into memory does not fail.
    let _ = write(&mut writer, suites, hostname, lang);
    let mut text = String::from_utf8(writer.into_inner()).unwrap_or_default();
    text.push('\n');
    text
}

fn write(
    writer: &mut Writer<Vec<u8>>,
    suites: &[Suite],
    hostname: &str,
    lang: Lang,
) -> io::Result<()> {
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let all = writer.create_element("testsuites");
    all.write_inner_content(|writer| {
        for (id, suite) in suites.iter().enumerate() {
            self::suite(writer, id, suite, hostname, lang)?;
        }
        Ok(())
    })?;
    Ok(())
}

fn suite(
    writer: &mut Writer<Vec<u8>>,
    id: usize,
    suite: &Suite,
    hostname: &str,
    lang: Lang,
) -> io::Result<()> {
    let count = |state: &[StepState]| {
        let counted = suite
            .steps
            .iter()
            .filter(|step| state.contains(&step.state));
        counted.count().to_string()
    };
    let name = printable(&suite.name);
    let file = printable(&suite.file);
    let element = writer.create_element("testsuite").with_attributes([
        ("id", id.to_string().as_str()),
        ("package", file.as_str()),
        ("name", name.as_str()),
        ("timestamp", suite.started.as_str()),
        ("hostname", printable(hostname).as_str()),
        ("tests", suite.steps.len().to_string().as_str()),
        ("failures", count(&[StepState::Failed]).as_str()),
        ("errors", count(&[StepState::Unanswered]).as_str()),
        ("skipped", count(&[StepState::NotRun]).as_str()),
        ("time", seconds(suite.took).as_str()),
    ]);
    element.write_inner_content(|writer| {
        writer.create_element("properties").write_empty()?;
        for step in &suite.steps {
            case(writer, &name, step, lang)?;
        }
        let warnings: Vec<String> = suite
            .steps
            .iter()
            .flat_map(|step| warnings(step, lang))
            .collect();
        text(writer, "system-out", &warnings.join("\n"))?;
        text(writer, "system-err", "")
    })?;
    Ok(())
}

fn case(
    writer: &mut Writer<Vec<u8>>,
    suite: &str,
    step: &StepResult,
    lang: Lang,
) -> io::Result<()> {
    let name = format!("{}. {}", step.index, printable(&step.name));
    let element = writer.create_element("testcase").with_attributes([
        ("name", name.as_str()),
        ("classname", suite),
        ("time", seconds(step.took).as_str()),
    ]);
    let with = |element: quick_xml::writer::ElementWriter<'_, Vec<u8>>,
                name: &str,
                kind: &str,
                message: &str,
                text: &str|
     -> io::Result<()> {
        element.write_inner_content(|writer| {
            let inner = writer
                .create_element(name)
                .with_attributes([("message", message), ("type", kind)]);
            inner.write_text_content(BytesText::new(text))?;
            Ok(())
        })?;
        Ok(())
    };
    match verdict(step, lang) {
        Verdict::Passed => element.write_empty().map(drop),
        Verdict::Failed(message, details) => {
            with(element, "failure", "difference", &message, &details)
        }
        Verdict::Error(message) => with(element, "error", "no answer", &message, &message),
        // An attribute here is not in all of the schemas.
        Verdict::Skipped => {
            element.write_inner_content(|writer| {
                writer.create_element("skipped").write_empty()?;
                Ok(())
            })?;
            Ok(())
        }
    }
}

fn verdict(step: &StepResult, lang: Lang) -> Verdict {
    let said = |message: &Option<messages::Message>| match message {
        Some(message) => printable(&message.text(lang)),
        None => messages::Message::from(&differences::NOT_RUN).text(lang),
    };
    match step.state {
        StepState::Passed => Verdict::Passed,
        StepState::NotRun => Verdict::Skipped,
        StepState::Unanswered => Verdict::Error(said(&step.message)),
        StepState::Failed => {
            let lines = step.failures.iter().map(|failure| {
                let line = format!("{}: {}", failure.pointer, failure.message.text(lang));
                printable(&line)
            });
            let mut lines: Vec<String> = lines.collect();
            if lines.is_empty() {
                lines.push(said(&step.message));
            }
            let first = lines.first().cloned().unwrap_or_default();
            let place = format!("{}:{}", step.file.display(), step.line);
            Verdict::Failed(
                first,
                format!("{}\n{}", printable(&place), lines.join("\n")),
            )
        }
    }
}

fn warnings(step: &StepResult, lang: Lang) -> Vec<String> {
    let warnings = step.warnings.iter();
    warnings
        .map(|message| {
            printable(&format!(
                "{}. {}: {}",
                step.index,
                step.name,
                message.text(lang)
            ))
        })
        .collect()
}

fn text(writer: &mut Writer<Vec<u8>>, name: &str, text: &str) -> io::Result<()> {
    let element = writer.create_element(name);
    match text.is_empty() {
        true => element.write_empty().map(drop),
        false => element.write_text_content(BytesText::new(text)).map(drop),
    }
}

fn seconds(took: Duration) -> String {
    format!("{:.3}", took.as_secs_f64())
}

/// A text without what XML 1.0 cannot hold.
fn printable(text: &str) -> String {
    let holds = |one: char| {
        matches!(one, '\t' | '\n' | '\r') || one >= ' ' && !matches!(one, '\u{fffe}' | '\u{ffff}')
    };
    let signs = text.chars();
    signs
        .map(|one| if holds(one) { one } else { '\u{fffd}' })
        .collect()
}
