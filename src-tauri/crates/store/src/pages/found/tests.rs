//! How many pages are read at once, and which of two places of a row counts.

use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::*;
use crate::{connection, schema};

/// A database with so many pieces of a body, whose first page is lost.
fn headless(dir: &Path, pieces: i64) -> PathBuf {
    let path = dir.join("history.sqlite3");
    let mut conn = connection::writer(&path).unwrap();
    schema::migrate(&mut conn).unwrap();
    for number in 0..pieces {
        let sql = "INSERT INTO body_pieces (seq, side, number, coding, bytes) \
             VALUES (7, 1, ?1, 0, ?2)";
        conn.execute(sql, (number, vec![7_u8; 3000])).unwrap();
    }
    drop(conn);
    let mut bytes = fs::read(&path).unwrap();
    bytes[..100].fill(0xff);
    fs::write(&path, bytes).unwrap();
    path
}

fn found(path: &Path) -> Found {
    let mut sound = Connection::open_in_memory().unwrap();
    schema::migrate(&mut sound).unwrap();
    Found::new(PageFile::open(path).unwrap(), Shapes::of(&sound).unwrap())
}

#[test]
fn a_step_reads_so_many_pages_where_the_header_is_lost_too() {
    let dir = tempfile::tempdir().unwrap();
    let mut found = found(&headless(dir.path(), 100));
    assert!(found.file.last > 40);
    assert!(!found.look(5));
    assert!(found.file.reads.get() <= 6, "{}", found.file.reads.get());
}

#[test]
fn a_piece_of_which_one_place_cannot_be_read_is_read_at_another_one() {
    let dir = tempfile::tempdir().unwrap();
    let mut found = found(&headless(dir.path(), 3));
    while !found.look(u32::MAX) {}
    let before = (7, -1, -1);
    let pieces = |found: &Found, limit| {
        let rows = found.pieces(7, (before.1, before.2), limit)?;
        Some(rows.iter().map(|row| row[2].clone()).collect::<Vec<_>>())
    };
    let numbers = [0, 1, 2].map(Value::Integer);
    assert_eq!(pieces(&found, 8).unwrap(), numbers);
    let lost = Place {
        page: 1,
        index: 900,
    };
    // Before the sound place, and behind it.
    found.pieces.insert(1, ((7, 1, 1), lost));
    assert_eq!(pieces(&found, 8).unwrap(), numbers);
    assert_eq!(pieces(&found, 2).unwrap(), numbers[..2]);
    found.pieces.insert(3, ((7, 1, 1), lost));
    assert_eq!(pieces(&found, 8).unwrap(), numbers);
    found.pieces.remove(2);
    assert_eq!(pieces(&found, 8), None, "no place of it can be read");
}

#[test]
fn what_the_log_has_of_a_row_counts_before_what_the_file_has() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("history.sqlite3");
    let mut conn = connection::writer(&path).unwrap();
    connection::use_log(&conn).unwrap();
    schema::migrate(&mut conn).unwrap();
    connection::empty_log(&conn).unwrap();
    conn.execute("INSERT INTO counters VALUES ('starts', 1)", [])
        .unwrap();
    let mut found = found(&path);
    let in_log = (1..=found.file.last).find(|page| found.file.is_in_log(*page));
    let in_log = in_log.unwrap();
    let in_file = (1..in_log).find(|page| !found.file.is_in_log(*page));
    let places = [in_file.unwrap(), in_log].map(|page| Place { page, index: 0 });
    found.exchanges = places.map(|place| (3, place)).to_vec();
    found.sort();
    assert_eq!(found.exchanges[0].1.page, in_log);
}
