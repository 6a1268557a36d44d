//! Rows that were found in pages, added to a table.

use super::*;

fn row(key: u64, value: &str) -> Vec<Value> {
    vec![
        Value::Text(format!("{key:06}")),
        Value::Text(value.to_owned()),
    ]
}

/// Adds rows to the settings, of which those with the value `spoils` cannot be read.
fn add(there: &[Vec<Value>], rows: &[Vec<Value>]) -> (Added, u64) {
    let conn = Connection::open_in_memory().unwrap();
    conn.execute_batch(settings::CREATE).unwrap();
    for row in there {
        copied::insert_if_it_fits(&conn, "settings", "key, value", row).unwrap();
    }
    let is_readable = |conn: &Connection| {
        let all = settings::all(conn).unwrap();
        all.iter().all(|(_, value)| value != "spoils")
    };
    let table = Table {
        to: &conn,
        name: "settings",
        columns: "key, value",
        is_readable: &is_readable,
    };
    let mut added = Added::default();
    table.add(rows, &mut added).unwrap();
    assert!(is_readable(&conn));
    (added, settings::all(&conn).unwrap().len() as u64)
}

#[test]
fn rows_that_fit_are_added_with_one_look_at_the_table() {
    let rows: Vec<_> = (0..10_000).map(|key| row(key, "{}")).collect();
    let (added, there) = add(&rows[..10], &rows);
    let expected = Added {
        taken: 9_990,
        differ: false,
        looks: 1,
    };
    assert_eq!((added, there), (expected, 10_000));
}

#[test]
fn a_row_that_spoils_the_table_costs_itself_is_not_counted_and_tells_that_something_is_lost() {
    let mut rows: Vec<_> = (0..10_000).map(|key| row(key, "{}")).collect();
    rows[7_000] = row(7_000, "spoils");
    let (added, there) = add(&[], &rows);
    assert_eq!((added.taken, added.differ, there), (9_999, true, 9_999));
    // Two for each of 14 halvings.
    assert!(added.looks < 30, "{}", added.looks);
}

#[test]
fn rows_that_all_spoil_the_table_end_soon() {
    let rows: Vec<_> = (0..10_000).map(|key| row(key, "spoils")).collect();
    let (added, there) = add(&[row(1, "{}")], &rows);
    assert_eq!((added.taken, added.differ, there), (0, true, 1));
    assert_eq!(added.looks, LOOKS);
}

#[test]
fn a_row_of_which_there_is_another_state_is_told() {
    let (added, there) = add(&[row(1, "{}")], &[row(1, "[]"), row(2, "{}")]);
    assert_eq!((added.taken, added.differ, there), (1, true, 2));
}
