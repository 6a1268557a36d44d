//! What of a text is seen where it is shown, and what that means for names.

/// Whether a character is not seen, as the page marks it: control and format characters of Unicode
/// (Cc, Cf, Zl, Zp), what its property `Default_Ignorable_Code_Point` names (letters that are drawn
/// as nothing, selectors that can carry a hidden text), and the blank of Braille. Not the joiner of
/// emoji, the two selectors of their look, and the signs that stand round Arabic numbers.
#[must_use]
pub fn is_unseen(one: char) -> bool {
    one.is_control()
        || matches!(
            one,
            '\u{ad}'
                | '\u{34f}'
                | '\u{61c}'
                | '\u{70f}'
                | '\u{890}'..='\u{891}'
                | '\u{8e2}'
                | '\u{115f}'..='\u{1160}'
                | '\u{17b4}'..='\u{17b5}'
                | '\u{180b}'..='\u{180f}'
                | '\u{200b}'..='\u{200c}'
                | '\u{200e}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{2800}'
                | '\u{3164}'
                | '\u{fe00}'..='\u{fe0d}'
                | '\u{feff}'
                | '\u{ffa0}'
                | '\u{fff0}'..='\u{fffb}'
                | '\u{110bd}'
                | '\u{110cd}'
                | '\u{13430}'..='\u{1343f}'
                | '\u{1bca0}'..='\u{1bca3}'
                | '\u{1d173}'..='\u{1d17a}'
                | '\u{e0000}'..='\u{e0fff}'
        )
}

/// Whether a name that somebody gives stands on one line and shows all that it has: two that look
/// alike would else be two, and one could turn the text round that stands beside it.
#[must_use]
pub fn is_name(name: &str) -> bool {
    let mut before = None;
    let mut all = name.chars().peekable();
    while let Some(one) = all.next() {
        let is_drawn = match one {
            // Between two emoji it makes one of them, elsewhere nothing is seen of it.
            '\u{200d}' => before.is_some_and(joins) && all.peek().is_some_and(|next| joins(*next)),
            _ => !is_unseen(one),
        };
        if !is_drawn {
            return false;
        }
        before = Some(one);
    }
    name.is_empty() || !name.trim().is_empty()
}

/// Whether a character may stand beside the joiner of emoji.
fn joins(one: char) -> bool {
    !one.is_ascii() && !one.is_alphanumeric() && !one.is_whitespace() && one != '\u{200d}'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_shows_all_that_it_has() {
        for name in [
            "",
            "Касса 1",
            "بوت",
            "👨\u{200d}👩\u{200d}👧",
            "❤\u{fe0f}\u{200d}🔥",
            "a-b_c",
        ] {
            assert!(is_name(name), "{name:?}");
        }
        for name in [
            " ",
            "\u{3000}",
            "a\nb",
            "a\u{7}",
            "a\u{2028}b",
            "gpj\u{202e}",
            "\u{200b}",
            "a\u{200b}b",
            "\u{2066}a\u{2069}",
            "a\u{200d}b",
            "👨\u{200d}",
            "\u{200d}",
            "a\u{ad}b",
            "\u{feff}a",
            "\u{3164}",
            "a\u{115f}",
            "a\u{2800}b",
            "a\u{fe00}\u{e0101}",
            "a\u{e0041}",
        ] {
            assert!(!is_name(name), "{name:?}");
        }
    }
}
