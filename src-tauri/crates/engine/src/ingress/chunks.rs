//! A body in chunks (RFC 9112, 7.1), followed to its end without being read: what comes after it is
//! the next head.

/// Where in a body in chunks the bytes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Chunks {
    /// In the length of a chunk.
    Length(u64),
    /// Behind it, in the same line.
    Extension(u64),
    /// So many bytes before the end of a chunk.
    Data(u64),
    /// Between a chunk and the next one.
    AfterData,
    /// In the trailer section.
    Trailers,
    /// Behind the body.
    End,
}

impl Chunks {
    /// Before the first chunk.
    pub(super) const BEGIN: Self = Self::Length(0);

    /// How many of these bytes belong to the body. `trailers`: takes the trailer section, up to so
    /// many bytes in all.
    pub(super) fn skip(&mut self, bytes: &[u8], trailers: &mut Vec<u8>, most: usize) -> usize {
        let mut at = 0;
        while at < bytes.len() && *self != Self::End {
            if let Self::Data(remaining) = self {
                let skipped = usize::try_from(*remaining).unwrap_or(usize::MAX);
                let skipped = skipped.min(bytes.len() - at);
                *remaining -= skipped as u64;
                at += skipped;
                if *remaining == 0 {
                    *self = Self::AfterData;
                }
                continue;
            }
            self.step(bytes[at], trailers, most);
            at += 1;
        }
        at
    }

    fn step(&mut self, byte: u8, trailers: &mut Vec<u8>, most: usize) {
        *self = match (*self, byte) {
            (Self::Length(0) | Self::Extension(0), b'\n') => Self::Trailers,
            (Self::Length(length) | Self::Extension(length), b'\n') => Self::Data(length),
            (Self::Length(length), byte) => match (byte as char).to_digit(16) {
                Some(digit) => Self::Length(length.saturating_mul(16).saturating_add(digit.into())),
                None => Self::Extension(length),
            },
            (Self::AfterData, b'\n') => Self::BEGIN,
            (Self::Trailers, byte) => {
                if trailers.len() < most {
                    trailers.push(byte);
                }
                let is_end = byte == b'\n'
                    && (matches!(&trailers[..], b"\n" | b"\r\n")
                        || trailers.ends_with(b"\n\r\n")
                        || trailers.ends_with(b"\n\n"));
                if is_end { Self::End } else { Self::Trailers }
            }
            (same, _) => same,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_in_chunks_ends_behind_its_trailers_wherever_it_is_cut() {
        for (body, fields) in [
            (&b"0\r\n\r\n"[..], &b"\r\n"[..]),
            (b"2\r\nab\r\n0\r\n\r\n", b"\r\n"),
            (
                b"00a;n=v\r\n0\r\n\r\n0\r\n\r\n\r\n0;x\r\nX-A: 1\r\nx-b: 2\r\n\r\n",
                b"X-A: 1\r\nx-b: 2\r\n\r\n",
            ),
            (b"2\nab\n0\nA: 1\n\n", b"A: 1\n\n"),
        ] {
            let bytes = [body, b"GET / "].concat();
            for cut in 0..bytes.len() {
                let (mut chunks, mut trailers) = (Chunks::BEGIN, Vec::new());
                let mut skipped = chunks.skip(&bytes[..cut], &mut trailers, 1000);
                skipped += chunks.skip(&bytes[skipped..], &mut trailers, 1000);
                assert_eq!((skipped, chunks), (body.len(), Chunks::End), "{cut}");
                assert_eq!(trailers, fields);
            }
        }
    }
}
