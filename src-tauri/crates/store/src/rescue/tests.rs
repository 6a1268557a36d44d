//! Steps of a rescue, and what is done between them.

use std::path::Path;

use bytes::Bytes;
use protocol::{BotId, ExchangeId, Micros, Side, State, Timing, UtcMillis};

use super::*;
use crate::coding::{Coding, StoredBody};
use crate::convert::from_sql;
use crate::documents::Documents;
use crate::last_turns::{LastTurns, TurnBefore};
use crate::maintenance::Step;
use crate::open::{StoreOptions, anew};
use crate::session::Session;
use crate::table::body_pieces;
use crate::table::exchanges::NewRow;
use crate::table::messages::{self, StoredMessage};

fn database(path: &Path) -> Connection {
    let options = StoreOptions::new(path.parent().unwrap(), || UtcMillis(0));
    let made = anew(path, &options, |_| Ok(()));
    made.ok().unwrap().0
}

/// Stores a turn of a user with so many pieces of a long request.
fn store_turn(conn: &Connection, seq: u64, pieces: u64) {
    let summary = Summary {
        id: ExchangeId(uuid::Uuid::from_u128(u128::from(seq))),
        seq,
        user: Some("u1".to_owned()),
        state: State::Answered,
        ..Summary::default()
    };
    let row = NewRow {
        summary: &summary,
        timing: Timing {
            received: Micros(1),
            ..Timing::default()
        },
        duration_ms: None,
        platform_choice: None,
        rule_context: None,
        own_findings: None,
    };
    exchanges::insert(conn, &row).unwrap();
    let stored = |coding| StoredBody {
        coding,
        bytes: Bytes::from_static(b"piece"),
    };
    let coding = if pieces > 0 {
        Coding::Pieces
    } else {
        Coding::Raw
    };
    let request = StoredMessage {
        side: Side::Request,
        head: Vec::new(),
        body: stored(coding),
    };
    messages::insert(conn, seq, &[request]).unwrap();
    for number in 0..pieces {
        let place = (seq, Side::Request, number);
        body_pieces::put(conn, place, &stored(Coding::Raw)).unwrap();
    }
}

fn pieces(conn: &Connection) -> u64 {
    let sql = "SELECT count(*) FROM body_pieces";
    conn.query_row(sql, [], |row| row.get(0).map(from_sql))
        .unwrap()
}

#[test]
fn pieces_of_a_body_that_is_taken_over_in_steps_are_not_stale_between_them() {
    let dir = tempfile::tempdir().unwrap();
    let old_path = dir.path().join("old");
    let old = database(&old_path);
    let many = STEP_PIECES as u64 + 4;
    store_turn(&old, 7, many);
    let conn = database(&dir.path().join("new"));
    let rescue = Rescue::new(Some(old), &conn, (&old_path, 7), noticed(false));
    let mut session = Session {
        documents: Documents::read(&conn).unwrap(),
        conn,
        shown_by: 0,
        newest: 7,
        indexed: 0,
        grouped: 0,
        proved: Default::default(),
        stale: vec![(0, 7)],
        write_gate: Default::default(),
        log: Default::default(),
        has_pieces: true,
        changes_documents: false,
        rule_changes: Vec::new(),
        rescue: Some(rescue),
    };
    // Of an exchange that was never written.
    store_turn(&session.conn, 3, 2);
    messages::remove(&session.conn, 3).unwrap();
    let step = |session: &mut Session| {
        let rescue = session.rescue.as_mut().unwrap();
        rescue.step(&session.conn, 0, false).unwrap().is_done
    };
    assert!(!step(&mut session));
    assert_eq!(pieces(&session.conn), STEP_PIECES as u64 + 2);
    assert!(Step::Sweep.take(&mut session).unwrap());
    assert_eq!(pieces(&session.conn), STEP_PIECES as u64);
    assert!(step(&mut session));
    session.stale.push((0, 7));
    assert!(Step::Sweep.take(&mut session).unwrap());
    assert_eq!(pieces(&session.conn), many);
}

#[test]
fn turns_that_are_taken_over_are_known_behind_those_that_came_since() {
    let dir = tempfile::tempdir().unwrap();
    let old_path = dir.path().join("old");
    let old = database(&old_path);
    store_turn(&old, 5, 0);
    store_turn(&old, 7, 0);
    let to = database(&dir.path().join("new"));
    let mut rescue = Rescue::new(Some(old), &to, (&old_path, 7), noticed(false));
    store_turn(&to, 9, 0);
    let turns = LastTurns::default();
    turns.begin();
    turns.read(&to).unwrap();
    let before = |seq| turns.before(BotId::default(), "u1", seq);
    assert_eq!(before(9), TurnBefore::None);
    turns.taken_over(&rescue.step(&to, 0, false).unwrap().exchanges);
    assert_eq!(before(9), TurnBefore::At(7));
    assert!(!turns.are_unread());
}

fn noticed(at_start: bool) -> Noticed {
    Noticed {
        at: UtcMillis(1),
        at_start,
        damaged: match at_start {
            true => Damaged::File,
            false => Damaged::Overwritten,
        },
        lost: Vec::new(),
        may_miss_more: false,
    }
}

/// A rescue of a database that was damaged at a start.
fn at_start(dir: &Path, seqs: std::ops::RangeInclusive<u64>) -> (Connection, Rescue) {
    let (old_path, newest) = (dir.join("old"), *seqs.end());
    let old = database(&old_path);
    seqs.for_each(|seq| store_turn(&old, seq, 0));
    let sql = "UPDATE exchanges SET state = 'held' WHERE seq = 1";
    old.execute(sql, []).unwrap();
    let to = database(&dir.join("new"));
    let rescue = Rescue::new(Some(old), &to, (&old_path, newest), noticed(true));
    (to, rescue)
}

fn remove(conn: &Connection, seq: u64) {
    assert!(exchanges::has(conn, seq).unwrap(), "{seq}");
    exchanges::remove(conn, seq).unwrap();
    messages::remove(conn, seq).unwrap();
}

fn to_the_end(mut rescue: Rescue, to: &Connection) {
    while !rescue.step(to, 0, false).unwrap().is_done {}
}

#[test]
fn what_is_deleted_while_a_rescue_goes_on_does_not_come_back() {
    let dir = tempfile::tempdir().unwrap();
    let (to, mut rescue) = at_start(dir.path(), 1..=150);
    assert!(!rescue.step(&to, 0, false).unwrap().is_done);
    // It was open: it is among the first, and met again at the end.
    remove(&to, 1);
    while !rescue.progress.by_page {
        assert!(!rescue.step(&to, 0, false).unwrap().is_done);
    }
    remove(&to, 5);
    remove(&to, 150);
    to_the_end(rescue, &to);
    for seq in 1..=150 {
        let is_there = exchanges::has(&to, seq).unwrap();
        assert_eq!(is_there, ![1, 5, 150].contains(&seq), "{seq}");
    }
    let sql = "SELECT count(*) FROM sqlite_schema WHERE name LIKE 'rescue%'";
    let left: i64 = to.query_row(sql, [], |row| row.get(0)).unwrap();
    assert_eq!(left, 0, "nothing of it stays");
}

#[test]
fn what_was_deleted_before_a_rescue_goes_on_does_not_come_back_either() {
    let dir = tempfile::tempdir().unwrap();
    let (to, mut rescue) = at_start(dir.path(), 1..=150);
    while !rescue.progress.by_page {
        assert!(!rescue.step(&to, 0, false).unwrap().is_done);
    }
    rescue.store(&to, false).unwrap();
    drop(rescue);
    remove(&to, 5);
    let resumed = Rescue::resume(&to, dir.path()).unwrap().unwrap();
    to_the_end(resumed.rescue.unwrap(), &to);
    assert!(!exchanges::has(&to, 5).unwrap());
    assert!(exchanges::has(&to, 6).unwrap());
}

#[test]
fn what_a_database_is_begun_with_is_in_its_file_before_the_mark_of_the_repair_goes() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("new");
    let options = StoreOptions::new(dir.path(), || UtcMillis(0));
    let made = anew(&path, &options, |conn| settings::set(conn, "key", "1"));
    let (_conn, ()) = made.ok().unwrap();
    // The file alone, as a power failure leaves it that takes a log that was not synced.
    let left = dir.path().join("left");
    std::fs::copy(&path, &left).unwrap();
    let conn = Connection::open(left).unwrap();
    assert_eq!(settings::get(&conn, "key").unwrap().as_deref(), Some("1"));
}

#[test]
fn a_notice_that_was_put_away_stays_so_while_its_rescue_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    for is_read in [false, true] {
        let dir = dir.path().join(is_read.to_string());
        std::fs::create_dir(&dir).unwrap();
        let (to, mut rescue) = at_start(&dir, 1..=150);
        let id = rescue.replaced(true).id();
        written_down(&to, (&dir.join("old"), 150), &noticed(true)).unwrap();
        assert!(!rescue.step(&to, 0, false).unwrap().is_done);
        rescue.store(&to, false).unwrap();
        drop(rescue);
        if is_read {
            assert!(notices::dismiss(&to, &id).unwrap());
        }
        let resumed = Rescue::resume(&to, &dir).unwrap().unwrap();
        assert_eq!(resumed.found.is_none(), is_read);
        let mut rescue = resumed.rescue.unwrap();
        while !rescue.step(&to, 0, false).unwrap().is_done {}
        rescue.store(&to, true).unwrap();
        let kept: Vec<_> = notices::all(&to).unwrap();
        let kept: Vec<_> = kept.iter().map(|one| (one.id(), one.rescued)).collect();
        assert_eq!(kept, if is_read { vec![] } else { vec![(id, 150)] });
    }
}
