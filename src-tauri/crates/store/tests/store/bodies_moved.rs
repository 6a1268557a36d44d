//! The table of bodies of an earlier version is moved to the messages: in steps, and around damage.

use store::DeleteWhat;

use crate::home::{self, Home, exchange, fill, id};

/// Puts the messages of a history back as versions 1 to 6 had them.
fn as_version_6(conn: &rusqlite::Connection) {
    conn.execute_batch(
        "CREATE TABLE bodies (seq INTEGER PRIMARY KEY, request_head BLOB NOT NULL, \
         request_coding INTEGER NOT NULL, request_body BLOB NOT NULL, answer_head BLOB, \
         answer_coding INTEGER, answer_body BLOB, own_findings TEXT) STRICT; \
         INSERT INTO bodies SELECT q.seq, q.head, q.coding, q.body, a.head, a.coding, a.body, NULL \
         FROM messages q LEFT JOIN messages a ON a.key = q.key + 1 WHERE q.side = 0; \
         DELETE FROM messages;",
    )
    .unwrap();
}

#[tokio::test]
async fn a_long_history_is_moved_in_many_steps() {
    // Two steps and a part of a third.
    const MANY: u64 = 4_100;
    let home = Home::new();
    let store = home.open();
    fill(&store, 1..=MANY).await;
    store.close().await;
    as_version_6(&rusqlite::Connection::open(home.database()).unwrap());
    let store = home.open();
    for seq in [1, 2_000, 2_001, 4_000, MANY] {
        let found = store.get(id(seq)).await.unwrap().unwrap();
        assert_eq!(found.request.body, exchange(seq).request.body, "{seq}");
        assert_eq!(found.answers, exchange(seq).answers, "{seq}");
    }
    store.close().await;
    let conn = rusqlite::Connection::open(home.database()).unwrap();
    let of_before = "SELECT count(*) FROM sqlite_schema WHERE name LIKE 'bodies%'";
    let tables: i64 = conn.query_row(of_before, [], |row| row.get(0)).unwrap();
    assert_eq!(tables, 0);
}

#[tokio::test]
async fn a_damaged_page_of_an_earlier_history_costs_only_what_lies_in_it() {
    const MANY: u64 = 3_000;
    const PAGE: usize = 8192;
    let home = Home::new();
    let store = home.open();
    let marked = |seq| {
        let mut one = exchange(seq);
        one.request.body = format!("{{\"marked\":\"as number {seq}.\"}}")
            .into_bytes()
            .into();
        one
    };
    for seq in 1..=MANY {
        home::insert(&store, marked(seq)).await;
    }
    store.close().await;
    let conn = rusqlite::Connection::open(home.database()).unwrap();
    as_version_6(&conn);
    conn.execute_batch("VACUUM; PRAGMA wal_checkpoint(TRUNCATE);")
        .unwrap();
    drop(conn);
    let mut bytes = std::fs::read(home.database()).unwrap();
    let page = bytes
        .chunks_mut(PAGE)
        .find(|page| page.windows(16).any(|text| text == b"as number 1500.\""))
        .expect("the body is not compressed");
    page[..PAGE / 2].fill(0xee);
    std::fs::write(home.database(), &bytes).unwrap();

    let (store, report) = home.open_reported();
    assert!(report.set_aside.is_some(), "it is found at once");
    store.idle().await;
    let told = store.health().borrow().set_aside.clone().unwrap();
    assert_eq!(
        store.get(id(1_500)).await.unwrap(),
        None,
        "it lay in the page"
    );
    let mut lost = 0;
    for seq in 1..=MANY {
        match store.get(id(seq)).await.unwrap() {
            Some(found) => assert_eq!(found.request.body, marked(seq).request.body, "{seq}"),
            None => lost += 1,
        }
    }
    assert_eq!(told.unread, lost);
    assert!(lost < 100, "{lost} are lost with one page");
    home::insert(&store, exchange(MANY + 1)).await;
    store.close().await;
    let (store, report) = home.open_reported();
    assert_eq!(report.set_aside, None, "and it opens again");
    assert!(store.get(id(MANY + 1)).await.unwrap().is_some());
}

#[tokio::test]
async fn rows_that_a_half_move_of_a_damaged_history_left_twice_are_no_obstacle() {
    let home = Home::new();
    let store = home.open();
    fill(&store, 1..=20).await;
    store.close().await;
    let conn = rusqlite::Connection::open(home.database()).unwrap();
    conn.execute_batch("CREATE TABLE moved AS SELECT key, head, coding, body FROM messages")
        .unwrap();
    as_version_6(&conn);
    conn.execute_batch(
        "INSERT INTO messages (key, head, coding, body) SELECT * FROM moved WHERE key < 10 << 4; \
         DROP TABLE moved;",
    )
    .unwrap();
    drop(conn);
    let (store, report) = home.open_reported();
    assert_eq!(report.set_aside, None);
    for seq in 1..=20 {
        let found = store.get(id(seq)).await.unwrap().unwrap();
        assert_eq!(found.answers, exchange(seq).answers, "{seq}");
    }
}

#[tokio::test]
async fn what_a_damaged_history_left_behind_goes_with_its_exchanges() {
    let home = Home::new();
    let store = home.open();
    fill(&store, 1..=3).await;
    store.close().await;
    let conn = rusqlite::Connection::open(home.database()).unwrap();
    as_version_6(&conn);
    conn.execute_batch(
        "INSERT INTO messages (key, head, coding, body) SELECT seq << 4, request_head, \
         request_coding, request_body FROM bodies; \
         ALTER TABLE bodies RENAME TO bodies_damaged; \
         INSERT INTO bodies_damaged SELECT 3000, request_head, request_coding, request_body, \
         answer_head, answer_coding, answer_body, NULL FROM bodies_damaged WHERE seq = 1;",
    )
    .unwrap();
    let left = |conn: &rusqlite::Connection| -> Vec<i64> {
        let mut all = conn.prepare("SELECT seq FROM bodies_damaged").unwrap();
        let rows = all.query_map([], |row| row.get(0)).unwrap();
        rows.map(Result::unwrap).collect()
    };
    assert_eq!(left(&conn), [1, 2, 3, 3_000]);
    drop(conn);

    let store = home.open();
    let deletion = store.delete(DeleteWhat::Ids(vec![id(2)])).await.unwrap();
    assert_eq!(deletion.count, 1);
    store.close().await;
    let conn = rusqlite::Connection::open(home.database()).unwrap();
    assert_eq!(left(&conn), [1, 2, 3], "it can be undone for a minute");
    drop(conn);
    home.open().close().await;
    let conn = rusqlite::Connection::open(home.database()).unwrap();
    assert_eq!(left(&conn), [1, 3]);
}
