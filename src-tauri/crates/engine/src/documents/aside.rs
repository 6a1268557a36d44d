//! Where a text goes that could not be read, before anything replaces it.

use store::{NotSaved, Store};

/// A text that is to be set aside beside its document, under `<key>.unreadable`; where an earlier
/// one is there already, a number follows.
#[derive(Clone, Debug, Default)]
pub(crate) struct Aside {
    key: String,
    /// Until it is set aside.
    text: Option<String>,
}

impl Aside {
    /// Sets a text aside. Where the disk refuses, the next save tries again before it writes.
    pub(crate) async fn keep(store: &Store, key: &str, text: &str, unreadable: &[String]) -> Self {
        tracing::warn!(
            document = key,
            fields = ?unreadable,
            "a stored document could not be read; it is set aside",
        );
        let mut aside = Self {
            key: format!("{key}.unreadable"),
            text: Some(text.to_owned()),
        };
        if let Err(error) = aside.secure(store).await {
            tracing::error!(
                %error,
                document = key,
                "an unreadable document could not be set aside; it stays as it is",
            );
        }
        aside
    }

    /// Returns once the text is set aside: it may be replaced then.
    pub(crate) async fn secure(&mut self, store: &Store) -> Result<(), NotSaved> {
        if let Some(text) = &self.text {
            store.set_aside(&self.key, text).await?;
            self.text = None;
        }
        Ok(())
    }
}
