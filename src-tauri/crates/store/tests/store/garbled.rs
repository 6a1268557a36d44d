//! A damaged database holds values that are not what their columns hold.

use crate::home::{self, Home, exchange, fill, numbers};

#[tokio::test]
async fn an_exchange_that_is_garbled_costs_no_other_one() {
    for garbled in [
        "UPDATE exchanges SET at = 'noise' WHERE seq = 3",
        "UPDATE exchanges SET id = x'0102' WHERE seq = 3",
        "UPDATE exchanges SET bot = x'0102' WHERE seq = 3",
        "UPDATE exchanges SET user = CAST(x'ff' AS TEXT) WHERE seq = 3",
        "UPDATE exchanges SET message_number = 1, message_first = x'01' WHERE seq = 3",
    ] {
        let home = Home::new();
        let store = home.open();
        fill(&store, 1..=5).await;
        store.close().await;
        garble(&home, garbled);
        let (store, report) = home.open_reported();
        assert!(report.set_aside.is_some(), "{garbled}");
        home::insert(&store, exchange(6)).await;
        store.idle().await;
        assert_eq!(numbers(&store, "").await, [6, 5, 4, 2, 1], "{garbled}");
        let found = store.health().borrow().set_aside.clone().unwrap();
        assert_eq!((found.rescued, found.goes_on), (4, false), "{garbled}");
        let user = exchange(6).summary.user.unwrap();
        store.previous_turn(home::BOT, &user, 6).await.unwrap();
    }
}

/// Takes the types away from the table's columns, and a column too: the database is set aside at
/// the next opening.
fn garble(home: &Home, garbled: &str) {
    let conn = || rusqlite::Connection::open(home.database()).unwrap();
    let untyped = "PRAGMA writable_schema = ON; UPDATE sqlite_schema \
         SET sql = replace(sql, 'STRICT', '') WHERE name = 'exchanges';";
    conn().execute_batch(untyped).unwrap();
    let without = "ALTER TABLE exchanges DROP COLUMN fault;";
    conn()
        .execute_batch(&format!("{without} {garbled};"))
        .unwrap();
}
