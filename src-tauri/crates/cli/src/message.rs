//! Headers and body of a message, as `answer` and `replay` take them.

use std::io::Read as _;
use std::path::PathBuf;

use anyhow::{Context, Result};
use base64::Engine as _;
use serde_json::{Value, json};

use crate::words;

/// The headers and the body of a message.
#[derive(Debug, clap::Args)]
pub(crate) struct MessageArgs {
    /// A header, `Name: value`; where one is given, the default ones are not added.
    #[arg(long = "header", short = 'H', value_name = "NAME: VALUE", value_parser = header)]
    headers: Vec<(String, String)>,
    /// The body.
    #[arg(long, short = 'd', value_name = "TEXT", conflicts_with = "body_file")]
    body: Option<String>,
    /// A file that holds the body; - for standard input.
    #[arg(long, value_name = "FILE")]
    body_file: Option<PathBuf>,
}

impl MessageArgs {
    /// Writes what is given into a document of the API; the body is `otherwise` where none is
    /// given.
    pub(crate) fn write(self, document: &mut Value, otherwise: Option<&str>) -> Result<()> {
        if !self.headers.is_empty() {
            document["headers"] = json!(self.headers);
        }
        let bytes = match (self.body, self.body_file) {
            (Some(text), _) => text.into_bytes(),
            (None, Some(file)) if file.as_os_str() == "-" => {
                let mut bytes = Vec::new();
                std::io::stdin()
                    .read_to_end(&mut bytes)
                    .with_context(|| words::text(&words::INPUT_UNREADABLE))?;
                bytes
            }
            (None, Some(file)) => std::fs::read(&file).with_context(|| {
                words::text(words::FILE_UNREADABLE.arg(file.display().to_string()))
            })?,
            (None, None) => match otherwise {
                Some(text) => text.into(),
                None => return Ok(()),
            },
        };
        // As the API takes it: text where it is UTF-8, else base64.
        match String::from_utf8(bytes) {
            Ok(text) => document["body"] = text.into(),
            Err(error) => {
                let coded = base64::engine::general_purpose::STANDARD.encode(error.as_bytes());
                document["body_base64"] = coded.into();
            }
        }
        Ok(())
    }
}

/// `Name: value` as a pair.
fn header(text: &str) -> Result<(String, String), String> {
    let (name, value) = text
        .split_once(':')
        .ok_or_else(|| words::text(&words::NO_COLON))?;
    Ok((name.trim().to_owned(), value.trim().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(headers: &[&str], body: Option<&str>, file: Option<PathBuf>) -> MessageArgs {
        MessageArgs {
            headers: headers.iter().map(|text| header(text).unwrap()).collect(),
            body: body.map(str::to_owned),
            body_file: file,
        }
    }

    fn written(message: MessageArgs, otherwise: Option<&str>) -> Value {
        let mut document = json!({});
        message.write(&mut document, otherwise).unwrap();
        document
    }

    #[test]
    fn what_is_given_is_written_and_nothing_else() {
        assert_eq!(written(message(&[], None, None), None), json!({}));
        assert_eq!(
            written(message(&[], None, None), Some("{}")),
            json!({"body": "{}"})
        );
        assert_eq!(
            written(message(&["A: b: c"], Some("x"), None), Some("{}")),
            json!({"headers": [["A", "b: c"]], "body": "x"})
        );
    }

    #[test]
    fn bytes_that_are_no_text_go_as_base64() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("body");
        std::fs::write(&file, [0xff, 0x00]).unwrap();
        assert_eq!(
            written(message(&[], None, Some(file)), None),
            json!({"body_base64": "/wA="})
        );
    }
}
