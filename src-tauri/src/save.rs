//! Saves a file that the page hands over where the person says.

use std::path::Path;

use tauri::ipc::{InvokeBody, Request};
use tauri::{AppHandle, Url};
use tauri_plugin_dialog::DialogExt as _;

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
    let Some(place) = asking.blocking_save_file() else {
        return Ok(false);
    };
    let say = |cause: String| {
        let sentence = words::NOT_SAVED.arg(cause);
        sentence.text(control::system_language())
    };
    let path = place
        .into_path()
        .map_err(|problem| say(problem.to_string()))?;
    let written = match request.body() {
        InvokeBody::Raw(bytes) => std::fs::write(path, bytes),
        // Where the web view hands bodies over as messages, bytes are a list of numbers.
        InvokeBody::Json(list) => {
            let numbers = list.as_array().into_iter().flatten();
            let bytes = numbers.map(|one| one.as_u64().and_then(|one| u8::try_from(one).ok()));
            let bytes: Option<Vec<u8>> = bytes.collect();
            std::fs::write(path, bytes.unwrap_or_default())
        }
    };
    written.map_err(|problem| say(problem.to_string()))?;
    Ok(true)
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
}
