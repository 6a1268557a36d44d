//! Big bodies read on a thread of their own, so that capture goes on beside them.

/// Bodies above this are read aside: below it, handing them over costs more than reading them.
const BIG_BODY: usize = 256 << 10;

/// Reads a subject whose bodies have `bytes` bytes together, and gives it back with what was read.
pub(crate) async fn read_aside<T, R>(
    bytes: usize,
    subject: T,
    read: impl FnOnce(&T) -> R + Send + 'static,
) -> (T, R)
where
    T: Send + 'static,
    R: Send + 'static,
{
    if bytes < BIG_BODY {
        let found = read(&subject);
        return (subject, found);
    }
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

    #[tokio::test]
    async fn only_big_bodies_leave_the_thread() {
        let here = thread::current().id();
        let (_, small) = read_aside(BIG_BODY - 1, (), |()| thread::current().id()).await;
        let (_, big) = read_aside(BIG_BODY, (), |()| thread::current().id()).await;
        assert_eq!(small, here);
        assert_ne!(big, here);
    }
}
