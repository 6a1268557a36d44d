//! JSON pointers (RFC 6901).

use std::fmt::Write;

/// Adds a member's name to a pointer, `~` and `/` escaped.
pub fn push_key(pointer: &mut String, name: &str) {
    pointer.push('/');
    for character in name.chars() {
        match character {
            '~' => pointer.push_str("~0"),
            '/' => pointer.push_str("~1"),
            other => pointer.push(other),
        }
    }
}

/// Adds an item's index to a pointer.
pub fn push_index(pointer: &mut String, index: usize) {
    let _ = write!(pointer, "/{index}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pointer_finds_the_member_again() {
        let mut pointer = String::new();
        push_key(&mut pointer, "a/b~1");
        push_index(&mut pointer, 1);
        let document: serde_json::Value = serde_json::json!({"a/b~1": [0, "x"]});
        assert_eq!(document.pointer(&pointer), Some(&"x".into()));
    }
}
