//! What must hold for every table: both languages are there and say the same.

use std::collections::BTreeSet;

use crate::Words;

/// Fails where an entry lacks a language, where the two take different values, or where two
/// entries share a code. [`messages!`](crate::messages) makes a test of it for every table.
///
/// # Panics
/// With the codes of all entries that do not hold.
#[track_caller]
pub fn assert_parity(table: &[&Words]) {
    let mut codes = BTreeSet::new();
    let problems: Vec<String> = table
        .iter()
        .filter_map(|words| {
            let unique = codes.insert(words.code);
            let problem = if unique {
                problem(words)
            } else {
                Some("stands twice")
            };
            problem.map(|problem| format!("{}: {problem}", words.code))
        })
        .collect();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

fn problem(words: &Words) -> Option<&'static str> {
    let cyrillic = |text: &str| {
        text.chars()
            .any(|one| matches!(one, 'а'..='я' | 'А'..='Я' | 'ё' | 'Ё'))
    };
    let letters = |text: &str| text.chars().any(|one| one.is_ascii_alphabetic());
    match () {
        () if words.en.is_empty() || words.ru.is_empty() => Some("lacks a language"),
        () if cyrillic(words.en) => Some("the English words hold Russian"),
        // A text of symbols and names alone, such as `null`, is the same in both.
        () if words.en != words.ru && letters(words.en) && !cyrillic(words.ru) => {
            Some("the Russian words are not Russian")
        }
        () if placeholders(words.en) != placeholders(words.ru) => Some("takes different values"),
        () => None,
    }
}

/// The indices of the placeholders in a template.
fn placeholders(template: &str) -> BTreeSet<usize> {
    template
        .split('{')
        .skip(1)
        .filter_map(|part| part.split_once('}')?.0.parse().ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn words(code: &'static str, en: &'static str, ru: &'static str) -> Words {
        Words { code, en, ru }
    }

    #[test]
    fn what_does_not_hold_is_named() {
        assert_eq!(problem(&words("a", "One {0}.", "Один {0}.")), None);
        assert_eq!(problem(&words("a", "null", "null")), None);
        assert_eq!(
            problem(&words("a", "One {0}.", "Один.")),
            Some("takes different values")
        );
        assert_eq!(
            problem(&words("a", "One.", "One!")),
            Some("the Russian words are not Russian")
        );
        assert_eq!(
            problem(&words("a", "Один.", "Один.")),
            Some("the English words hold Russian")
        );
        assert_eq!(problem(&words("a", "", "Один.")), Some("lacks a language"));
    }

    #[test]
    #[should_panic(expected = "twice: stands twice")]
    fn a_code_stands_once() {
        let one = words("twice", "One.", "Один.");
        assert_parity(&[&one, &one]);
    }
}
