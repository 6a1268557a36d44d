//! Bytes that are no text: where they begin to differ.

use super::change::{Change, ChangeKind};

/// The first byte that differs.
pub(super) fn compare(left: &[u8], right: &[u8]) -> Option<Change> {
    let common = left.iter().zip(right).take_while(|(a, b)| a == b).count();
    let shown = |bytes: &[u8]| bytes.get(common).map(|byte| format!("{byte:02x}"));
    let (left, right) = (shown(left), shown(right));
    let kind = match (&left, &right) {
        (None, None) => return None,
        (None, Some(_)) => ChangeKind::Added,
        (Some(_), None) => ChangeKind::Removed,
        (Some(_), Some(_)) => ChangeKind::Changed,
    };
    Some(Change {
        pointer: format!("/{common}"),
        kind,
        left,
        right,
    })
}
