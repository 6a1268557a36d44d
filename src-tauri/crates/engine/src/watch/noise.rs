//! What differs between two answers to the same request without a change of the server's.

use conversations::{Comparison, ContentKind};

/// What of an answer is another one each time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Noise {
    /// JSON pointers to values.
    pointers: Vec<String>,
    /// The whole body, which is no JSON.
    is_whole: bool,
    is_status: bool,
}

impl Noise {
    /// What differs between two answers of the same server.
    pub(crate) fn new(found: &Comparison, has_same_status: bool) -> Self {
        let mut noise = Self {
            is_status: !has_same_status,
            ..Self::default()
        };
        match found.kind {
            ContentKind::Json => {
                let pointers = found.changes.iter().map(|change| change.pointer.clone());
                noise.pointers = pointers.collect();
            }
            ContentKind::Text | ContentKind::Binary => noise.is_whole = !found.changes.is_empty(),
        }
        noise
    }

    /// How much of what differs is no noise.
    pub(crate) fn without(&self, found: &Comparison, has_same_status: bool) -> usize {
        let is_noise = |pointer: &str| match found.kind {
            ContentKind::Json => self.pointers.iter().any(|noise| lies_in(pointer, noise)),
            ContentKind::Text | ContentKind::Binary => self.is_whole,
        };
        let changes = found.changes.iter();
        let changes = changes.filter(|change| !is_noise(&change.pointer)).count();
        changes + usize::from(!has_same_status && !self.is_status)
    }
}

/// Whether what a pointer leads to is, or lies in, what another one leads to.
fn lies_in(pointer: &str, outer: &str) -> bool {
    let inner = pointer.strip_prefix(outer);
    inner.is_some_and(|inner| inner.is_empty() || inner.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use conversations::{Contents, compare};

    use super::*;

    fn between(one: &str, other: &str) -> Comparison {
        compare(Contents::Text(one), Contents::Text(other)).unwrap()
    }

    #[test]
    fn what_is_another_one_each_time_is_left_out_and_nothing_else() {
        let learned = between(
            r#"{"id": "a", "at": {"s": 1}, "n": 1, "idle": 1}"#,
            r#"{"id": "b", "at": {"s": 2}, "n": 1, "idle": 1}"#,
        );
        let noise = Noise::new(&learned, true);
        let now = |text| between(r#"{"id": "b", "at": {"s": 2}, "n": 1, "idle": 1}"#, text);
        for (text, changes) in [
            (r#"{"id": "c", "at": {"s": 3}, "n": 1, "idle": 1}"#, 0),
            (
                r#"{"id": {"deep": 1}, "at": {"s": [1]}, "n": 1, "idle": 1}"#,
                0,
            ),
            (r#"{"id": "c", "at": {"s": 3}, "n": 2, "idle": 2}"#, 2),
            (
                r#"{"id": "c", "at": {"s": 3, "m": 1}, "n": 1, "idle": 1}"#,
                1,
            ),
            (r#"{"id": "c", "n": 1, "idle": 1}"#, 1),
        ] {
            assert_eq!(noise.without(&now(text), true), changes, "{text}");
        }
        assert_eq!(
            noise.without(
                &now(r#"{"id": "b", "at": {"s": 2}, "n": 1, "idle": 1}"#),
                false
            ),
            1
        );
        // No JSON any more: all of it.
        assert!(noise.without(&now("oops"), true) > 0);
    }

    #[test]
    fn a_text_that_is_another_one_each_time_is_noise_as_a_whole_and_so_is_a_status() {
        let noise = Noise::new(&between("12:00\nok", "12:01\nok"), false);
        assert_eq!(noise.without(&between("12:01\nok", "12:02\nno"), false), 0);
        let same = Noise::new(&between("ok", "ok"), true);
        assert_eq!(same.without(&between("ok", "no"), false), 2);
    }
}
