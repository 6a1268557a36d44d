//! A body's bytes: all in memory, or the beginning in memory and the whole elsewhere.
//!
//! Most bodies are small and stay in memory. A large one lies in a file or in the database, behind
//! [`BodySource`]. What reads a body as text or JSON takes the bytes in memory, by the name of
//! [`Body::beginning`]; what passes all bytes on reads them with [`Body::read_at`].

use std::fmt;
use std::io;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};

/// A longer body lies outside of memory. The default limit of a body is as long, so that only who
/// raises it meets such bodies.
pub const IN_MEMORY_BYTES: usize = 16 << 20;

/// How much of a body outside of memory is in memory too, and is read as text or JSON.
pub const BEGINNING_BYTES: usize = 1 << 20;

/// Where the bytes of a body lie that are not in memory. Dropping the last handle gives up what
/// it holds, such as a file.
pub trait BodySource: fmt::Debug + Send + Sync {
    /// Reads up to `length` bytes from `offset` on, and at least one before the end. It blocks.
    ///
    /// # Errors
    /// The bytes cannot be read, or are there no more.
    fn read_at(&self, offset: u64, length: usize) -> io::Result<Bytes>;
}

/// A body's bytes.
#[derive(Clone, Debug, Default)]
pub struct Body {
    /// All of it, or its beginning where it lies outside.
    memory: Bytes,
    outside: Option<Outside>,
}

#[derive(Clone, Debug)]
struct Outside {
    length: u64,
    source: Arc<dyn BodySource>,
}

impl Body {
    /// A body that lies outside of memory, with its beginning.
    #[must_use]
    pub fn outside(beginning: Bytes, length: u64, source: Arc<dyn BodySource>) -> Self {
        Self {
            memory: beginning,
            outside: Some(Outside { length, source }),
        }
    }

    /// The bytes in memory: all of it, or its beginning where it lies outside.
    #[must_use]
    pub fn beginning(&self) -> &Bytes {
        &self.memory
    }

    /// All of it; `None` where it lies outside of memory.
    #[must_use]
    pub fn whole(&self) -> Option<&Bytes> {
        self.is_in_memory().then_some(&self.memory)
    }

    /// Whether it has no bytes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.length() == 0
    }

    /// The length of the whole body, in bytes.
    #[must_use]
    pub fn length(&self) -> u64 {
        self.outside
            .as_ref()
            .map_or(self.memory.len() as u64, |outside| outside.length)
    }

    /// Its first bytes, `length` at most.
    #[must_use]
    pub fn prefix(&self, length: u64) -> Self {
        let in_memory = usize::try_from(length).unwrap_or(usize::MAX);
        let memory = self.memory.slice(..in_memory.min(self.memory.len()));
        let outside = self.outside.as_ref().map(|outside| Outside {
            length: outside.length.min(length),
            source: Arc::clone(&outside.source),
        });
        Self {
            outside: outside.filter(|outside| outside.length > memory.len() as u64),
            memory,
        }
    }

    /// Whether all of it is in memory.
    #[must_use]
    pub fn is_in_memory(&self) -> bool {
        self.outside.is_none()
    }

    /// Reads up to `length` bytes from `offset` on; fewer only at the end. It blocks where the body
    /// lies outside of memory.
    ///
    /// # Errors
    /// The bytes cannot be read, or are there no more.
    pub fn read_at(&self, offset: u64, length: usize) -> io::Result<Bytes> {
        let from = usize::try_from(offset).unwrap_or(usize::MAX);
        let until = from.saturating_add(length);
        match &self.outside {
            Some(outside) if until > self.memory.len() => {
                let rest = outside.length.saturating_sub(offset);
                let rest = usize::try_from(rest).unwrap_or(usize::MAX);
                outside.fill(offset, length.min(rest))
            }
            _ => {
                let end = self.memory.len();
                Ok(self.memory.slice(from.min(end)..until.min(end)))
            }
        }
    }
}

impl Outside {
    fn fill(&self, offset: u64, length: usize) -> io::Result<Bytes> {
        if length == 0 {
            return Ok(Bytes::new());
        }
        let first = self.source.read_at(offset, length)?;
        if first.is_empty() || first.len() == length {
            return Ok(first);
        }
        let mut all = BytesMut::from(first);
        while all.len() < length {
            let next = offset + all.len() as u64;
            let part = self.source.read_at(next, length - all.len())?;
            if part.is_empty() {
                break;
            }
            all.extend_from_slice(&part);
        }
        Ok(all.freeze())
    }
}

macro_rules! in_memory {
    ($($kind:ty),+) => {$(
        impl From<$kind> for Body {
            fn from(bytes: $kind) -> Self {
                Self {
                    memory: bytes.into(),
                    outside: None,
                }
            }
        }
    )+};
}

in_memory!(Bytes, Vec<u8>, String, &'static str, &'static [u8]);

impl FromIterator<u8> for Body {
    fn from_iter<I: IntoIterator<Item = u8>>(bytes: I) -> Self {
        Bytes::from_iter(bytes).into()
    }
}

/// Bodies outside of memory are equal where they are the same one: their bytes are not read.
impl PartialEq for Body {
    fn eq(&self, other: &Self) -> bool {
        let same = match (&self.outside, &other.outside) {
            (None, None) => true,
            (Some(one), Some(two)) => {
                one.length == two.length && Arc::ptr_eq(&one.source, &two.source)
            }
            _ => false,
        };
        same && self.memory == other.memory
    }
}

impl Eq for Body {}

impl PartialEq<&str> for Body {
    fn eq(&self, text: &&str) -> bool {
        self.is_in_memory() && self.memory == *text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The whole of a body that pretends to lie elsewhere.
    #[derive(Debug)]
    struct Elsewhere(Bytes);

    impl BodySource for Elsewhere {
        fn read_at(&self, offset: u64, length: usize) -> io::Result<Bytes> {
            let from = usize::try_from(offset).unwrap().min(self.0.len());
            // Two at a time, as a source may.
            Ok(self.0.slice(from..self.0.len().min(from + length.min(2))))
        }
    }

    #[test]
    fn a_prefix_of_a_body_lies_outside_of_memory_only_where_it_reaches_beyond_its_beginning() {
        let whole = Bytes::from_static(b"0123456789");
        let source = Arc::new(Elsewhere(whole.clone()));
        let outside = Body::outside(whole.slice(..4), 10, source);
        for (length, read, in_memory) in [
            (0, "", true),
            (4, "0123", true),
            (7, "0123456", false),
            (11, "0123456789", false),
        ] {
            let prefix = outside.prefix(length);
            assert_eq!(prefix.length(), read.len() as u64);
            assert_eq!(prefix.read_at(0, 20).unwrap(), read);
            assert_eq!(prefix.is_in_memory(), in_memory, "{length}");
            assert_eq!(Body::from(whole.clone()).prefix(length), read);
        }
        assert_ne!(outside.prefix(7), outside);
    }

    #[test]
    fn a_body_is_read_by_piece_wherever_it_lies() {
        let whole = Bytes::from_static(b"0123456789");
        let source = Arc::new(Elsewhere(whole.clone()));
        let outside = Body::outside(whole.slice(..4), 10, source);
        let inside = Body::from(whole);
        assert_eq!((outside.length(), inside.length()), (10, 10));
        let in_memory = |body: &Body| body.beginning().len();
        assert_eq!((in_memory(&outside), in_memory(&inside)), (4, 10));
        assert!(outside.whole().is_none() && inside.whole().is_some());
        for body in [outside, inside] {
            assert_eq!(body.read_at(1, 2).unwrap(), "12", "in memory");
            assert_eq!(body.read_at(3, 4).unwrap(), "3456", "across the edge");
            assert_eq!(body.read_at(8, 9).unwrap(), "89", "up to the end");
            assert_eq!(body.read_at(10, 1).unwrap(), "");
            assert_eq!(body.read_at(u64::MAX, usize::MAX).unwrap(), "");
        }
    }
}
