//! Bodies that may take long to read are read on a thread of their own, so that capture goes on
//! beside them.

use protocol::{Body, Headers};
use tokio::sync::Semaphore;

/// Bodies above this are read aside: below it, handing them over costs more than reading them.
pub(crate) const BIG_BODY: usize = 256 << 10;

/// Bodies read aside at once. Each may take a processor for half a second, and capture needs one.
static AT_ONCE: Semaphore = Semaphore::const_new(2);

/// Whether reading a body may take longer than the threads that serve all callers have, which is
/// some milliseconds.
pub(crate) fn takes_long(headers: &Headers, body: &Body) -> bool {
    let bytes = body.beginning().len();
    bytes >= BIG_BODY || (bytes > 0 && protocol::is_compressed(headers))
}

/// Reads a subject, aside where that may take long, and gives it back with what was read.
pub(crate) async fn read_aside<T, R>(
    takes_long: bool,
    subject: T,
    read: impl FnOnce(&T) -> R + Send + 'static,
) -> (T, R)
where
    T: Send + 'static,
    R: Send + 'static,
{
    if !takes_long {
        let found = read(&subject);
        return (subject, found);
    }
    let _permit = AT_ONCE.acquire().await;
    let reading = tokio::task::spawn_blocking(move || {
        let found = read(&subject);
        (subject, found)
    });
    reading.await.expect("reading a body does not panic")
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    fn headers(coding: &str) -> Headers {
        [("Content-Encoding", coding)].into_iter().collect()
    }

    #[test]
    fn long_bodies_and_compressed_ones_take_long() {
        let body = |bytes| Body::from(vec![b'a'; bytes]);
        let plain = Headers::default();
        assert!(!takes_long(&plain, &body(BIG_BODY - 1)));
        assert!(takes_long(&plain, &body(BIG_BODY)));
        assert!(takes_long(&headers("gzip"), &body(1)));
        assert!(!takes_long(&headers("gzip"), &body(0)));
        assert!(!takes_long(&headers("identity"), &body(1)));
    }

    #[tokio::test]
    async fn only_what_takes_long_leaves_the_thread() {
        let here = thread::current().id();
        let (_, short) = read_aside(false, (), |()| thread::current().id()).await;
        let (_, long) = read_aside(true, (), |()| thread::current().id()).await;
        assert_eq!(short, here);
        assert_ne!(long, here);
    }
}
