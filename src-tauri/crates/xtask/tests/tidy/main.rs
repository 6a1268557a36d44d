//! The repository's own rules, checked by code: which crate may know what, how long a file may be,
//! what may not be written anywhere. Every message says which rule, where, and what to do about it.

mod crates;
mod files;
mod manifests;
mod modules;
mod platforms;
mod sizes;
mod sources;
mod width;

use std::fmt::Write as _;

/// Fails with all offenders at once, a line each.
#[track_caller]
fn none(rule: &str, offenders: &[String]) {
    let mut message = format!("{rule}\n");
    for offender in offenders {
        // Writing to a string cannot fail.
        let _ = writeln!(message, "  {offender}");
    }
    assert!(offenders.is_empty(), "{message}");
}
