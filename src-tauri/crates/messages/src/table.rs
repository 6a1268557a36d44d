//! The table of a crate's sentences.

use crate::{Lang, Message};

/// One entry of a table: a code and its words in both languages.
///
/// `{0}`, `{1}` … stand for values, in the order in which [`Message::arg`] adds them.
#[derive(Debug, PartialEq, Eq)]
pub struct Words {
    /// For programs and logs; unique within its table.
    pub code: &'static str,
    /// In English.
    pub en: &'static str,
    /// In Russian.
    pub ru: &'static str,
}

impl Words {
    /// The words with their placeholders.
    #[must_use]
    pub const fn template(&self, lang: Lang) -> &'static str {
        match lang {
            Lang::En => self.en,
            Lang::Ru => self.ru,
        }
    }

    /// A message of these words, its first value.
    #[must_use]
    pub fn arg(&'static self, value: impl Into<crate::Arg>) -> Message {
        Message::from(self).arg(value)
    }
}

/// Declares a table of sentences: one entry each, and the test that both languages exist and
/// take the same values.
///
/// ```
/// messages::messages! {
///     /// Every sentence of this crate.
///     pub mod words;
///
///     /// The port cannot be listened on.
///     PORT_TAKEN = "port_taken",
///         "Port {0} is taken by another program. Choose another one.",
///         "Порт {0} занят другой программой. Выберите другой.";
/// }
///
/// let message = words::PORT_TAKEN.arg(8787);
/// assert!(message.text(messages::Lang::Ru).contains("8787"));
/// ```
#[macro_export]
macro_rules! messages {
    (
        $(#[$doc:meta])* $visibility:vis mod $table:ident;
        $($(#[$entry_doc:meta])* $name:ident = $code:literal, $en:literal, $ru:literal;)+
    ) => {
        $(#[$doc])*
        #[allow(unreachable_pub, reason = "the table's own visibility decides")]
        $visibility mod $table {
            $($(#[$entry_doc])* pub static $name: $crate::Words = $crate::Words { code: $code, en: $en, ru: $ru };)+

            // No list outside of tests: an entry that nothing says is dead code, and found as such.
            #[cfg(test)]
            #[test]
            fn both_languages_say_the_same() {
                $crate::assert_parity(&[$(&$name,)+]);
            }
        }
    };
}
