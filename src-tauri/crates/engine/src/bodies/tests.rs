//! Where bodies lie, what bounds them, and that nothing of them is left behind.

use super::*;

fn piece(number: usize) -> Bytes {
    Bytes::from(vec![number as u8; 1 << 20])
}

async fn collected(bodies: &Bodies, pieces: usize) -> Body {
    let mut collector = bodies.collect();
    for number in 0..pieces {
        collector.push(piece(number)).await.unwrap();
    }
    assert_eq!(collector.length(), (pieces << 20) as u64);
    collector.finish().await.unwrap()
}

fn files(dir: &Path) -> usize {
    fs::read_dir(dir.join(DIR)).map_or(0, Iterator::count)
}

#[tokio::test]
async fn only_a_body_too_long_for_memory_stays_in_its_file_and_takes_it_along() {
    let dir = tempfile::tempdir().unwrap();
    let bodies = Bodies::new(dir.path(), Bounds::default());
    let middle = collected(&bodies, 6).await;
    assert!(middle.is_in_memory());
    assert_eq!((middle.length(), files(dir.path())), (6 << 20, 0));
    let long = collected(&bodies, 20).await;
    assert_eq!(
        (long.length(), long.beginning().len()),
        (20 << 20, BEGINNING_BYTES)
    );
    assert_eq!(files(dir.path()), 1);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let file = fs::read_dir(dir.path().join(DIR))
            .unwrap()
            .next()
            .unwrap()
            .unwrap();
        let mode = file.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    for number in [0, 3, 4, 19] {
        let read = long.read_at((number << 20) as u64, 1 << 20).unwrap();
        assert!(read == piece(number), "piece {number}");
    }
    drop(long);
    assert_eq!(files(dir.path()), 0);
    assert_eq!(bodies.on_disk.load(Ordering::Relaxed), 0);
}

#[tokio::test(start_paused = true)]
async fn bodies_in_flight_are_bounded_and_the_next_one_is_refused_after_a_wait() {
    let dir = tempfile::tempdir().unwrap();
    let bodies = Bodies::new(dir.path(), Bounds::default());
    let most = Bounds::default().memory_bytes / piece(1).len();
    let mut held = Vec::new();
    for _ in 0..most {
        let mut collector = bodies.collect();
        collector.push(piece(1)).await.unwrap();
        held.push(collector.cut());
    }
    let refused = bodies.collect().push(piece(1)).await;
    assert!(
        matches!(refused, Err(CollectError::Busy { .. })),
        "{refused:?}"
    );
    let mut small = bodies.collect();
    small.push(Bytes::from_static(b"{}")).await.unwrap();
    held.pop();
    bodies.collect().push(piece(1)).await.unwrap();
}

#[tokio::test]
async fn the_beginning_of_a_body_whose_file_fails_at_its_end_is_kept() {
    let dir = tempfile::tempdir().unwrap();
    let bodies = Bodies::new(dir.path(), Bounds::default());
    let mut collector = bodies.collect();
    for number in 0..5 {
        collector.push(piece(number)).await.unwrap();
    }
    let writing = collector.file.as_mut().unwrap();
    // A file that takes nothing says so when it is flushed, as a full disk may.
    writing.file = tokio::fs::File::open(&writing.kept.path).await.unwrap();
    collector.push(Bytes::from_static(b"more")).await.unwrap();
    let unfinished = collector.finish().await.unwrap_err();
    assert!(matches!(unfinished.error, CollectError::Disk(_)));
    assert!(unfinished.beginning.whole() == Some(&piece(0)));
    assert_eq!(files(dir.path()), 0);
}

#[tokio::test(start_paused = true)]
async fn a_body_that_memory_has_no_room_for_stays_in_its_file() {
    let dir = tempfile::tempdir().unwrap();
    let bodies = Bodies::new(dir.path(), Bounds::default());
    let mut collector = bodies.collect();
    for number in 0..6 {
        collector.push(piece(number)).await.unwrap();
    }
    let others = Arc::clone(&bodies.in_memory);
    let all = u32::try_from(others.available_permits()).unwrap();
    let others = others.acquire_many_owned(all).await;
    let body = collector.finish().await.unwrap();
    assert!(!body.is_in_memory());
    assert_eq!(body.length(), 6 << 20);
    assert!(body.read_at(5 << 20, 1 << 20).unwrap() == piece(5));
    drop(others);
}

#[tokio::test]
async fn files_of_a_process_that_was_killed_are_removed() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join(DIR)).unwrap();
    fs::write(dir.path().join(DIR).join("0.body"), "left").unwrap();
    Bodies::new(dir.path(), Bounds::default());
    assert_eq!(files(dir.path()), 0);
}

#[tokio::test]
async fn bytes_in_files_are_bounded_and_given_back_with_their_file() {
    let dir = tempfile::tempdir().unwrap();
    let bounds = Bounds {
        file_bytes: 27 << 20,
        ..Bounds::default()
    };
    let bodies = Bodies::new(dir.path(), bounds);
    let first = collected(&bodies, 20).await;
    let mut second = bodies.collect();
    let mut pushed = Ok(());
    for number in 0..8 {
        pushed = second.push(piece(number)).await;
    }
    let most_bytes = bounds.file_bytes;
    assert!(
        matches!(pushed, Err(CollectError::FilesFull { most_bytes: most }) if most == most_bytes),
        "{pushed:?}"
    );
    assert_eq!(second.cut().length(), BEGINNING_BYTES as u64);
    assert_eq!(files(dir.path()), 1, "the file of what is cut goes");
    drop(first);
    assert_eq!(collected(&bodies, 20).await.length(), 20 << 20);
}

#[tokio::test]
async fn a_file_that_stands_there_already_is_passed_over() {
    let dir = tempfile::tempdir().unwrap();
    let bodies = Bodies::new(dir.path(), Bounds::default());
    let left = dir.path().join(DIR).join("0.body");
    fs::create_dir(dir.path().join(DIR)).unwrap();
    fs::write(&left, "left").unwrap();
    assert_eq!(collected(&bodies, 20).await.length(), 20 << 20);
    assert_eq!(fs::read(left).unwrap(), b"left");
}
