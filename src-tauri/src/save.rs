//! Saves a file that the page hands over where the person says.

use std::borrow::Cow;
use std::io::ErrorKind;
use std::path::Path;

use tauri::ipc::{InvokeBody, Request};
use tauri::{AppHandle, Url};
use tauri_plugin_dialog::{DialogExt as _, FilePath};

use crate::words;

/// Asks where to, and writes the bytes there; whether it did. The page proposes a name and no
/// place.
#[tauri::command(async)]
#[expect(
    clippy::needless_pass_by_value,
    reason = "Tauri hands both to a command by value"
)]
pub(crate) fn save_file(app: AppHandle, request: Request<'_>) -> Result<bool, String> {
    let named = request.headers().get("name");
    let name = file_name(
        named
            .and_then(|name| name.to_str().ok())
            .unwrap_or_default(),
    );
    let asking = app.dialog().file().set_file_name(name);
    save_to(asking.blocking_save_file(), request.body())
}

/// Writes what the page handed over to the file that was chosen; `false` where none was.
fn save_to(chosen: Option<FilePath>, body: &InvokeBody) -> Result<bool, String> {
    let Some(chosen) = chosen else {
        return Ok(false);
    };
    let path = chosen
        .into_path()
        .map_err(|problem| sentence(problem.to_string()))?;
    let bytes = bytes_of(body).ok_or_else(|| sentence(ErrorKind::InvalidData.to_string()))?;
    std::fs::write(path, bytes).map_err(|problem| sentence(problem.to_string()))?;
    Ok(true)
}

/// Where the web view hands bodies over as messages, bytes are a list of numbers.
fn bytes_of(body: &InvokeBody) -> Option<Cow<'_, [u8]>> {
    match body {
        InvokeBody::Raw(bytes) => Some(Cow::Borrowed(bytes)),
        InvokeBody::Json(list) => {
            let numbers = list.as_array()?.iter().map(|one| one.as_u64());
            numbers.map(|one| u8::try_from(one?).ok()).collect()
        }
    }
}

fn sentence(cause: String) -> String {
    words::NOT_SAVED.arg(cause).text(control::system_language())
}

/// The name of a file, of a text that is percent-encoded because a header holds ASCII alone.
fn file_name(encoded: &str) -> String {
    let url = Url::parse(&format!("name:?name={encoded}"));
    let name = url.ok().and_then(|url| {
        let (_, name) = url.query_pairs().next()?;
        Some(
            Path::new(&*name)
                .file_name()?
                .to_string_lossy()
                .into_owned(),
        )
    });
    name.unwrap_or_else(|| "hookloupe".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_all_letters_and_no_path() {
        assert_eq!(
            file_name("%D1%85%D0%BE%D0%B4%20%26%2B1.json"),
            "ход &+1.json"
        );
        assert_eq!(file_name("..%2F..%2Fetc%2Fpasswd"), "passwd");
        assert_eq!(file_name(""), "hookloupe");
        assert_eq!(file_name(".."), "hookloupe");
    }

    #[test]
    fn the_chosen_file_holds_the_bytes_however_the_web_view_hands_them_over() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("ход.bin");
        let raw = InvokeBody::Raw(vec![0, 255, 10]);
        let list = InvokeBody::Json("[1, 0, 254]".parse().expect("JSON"));
        for (body, bytes) in [(raw, [0, 255, 10]), (list, [1, 0, 254])] {
            assert_eq!(save_to(Some(path.clone().into()), &body), Ok(true));
            assert_eq!(std::fs::read(&path).expect("the file"), bytes);
        }
    }

    #[test]
    fn what_is_not_saved_is_said_and_where_nothing_was_chosen_nothing_is() {
        let directory = tempfile::tempdir().expect("a directory");
        let body = InvokeBody::Raw(b"text".to_vec());
        assert_eq!(save_to(None, &body), Ok(false));
        save_to(Some(directory.path().to_owned().into()), &body).expect_err("it is a directory");
        let path = directory.path().join("numbers");
        for no_bytes in ["[1, 256]", "[-1]", "{}"] {
            let body = InvokeBody::Json(no_bytes.parse().expect("JSON"));
            save_to(Some(path.clone().into()), &body).expect_err("no list of bytes");
        }
        assert!(!path.exists(), "and nothing is written");
    }
}
