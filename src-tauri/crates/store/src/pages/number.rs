//! The numbers of the format, the most significant byte first.

/// Two bytes at an offset.
pub(super) fn two(bytes: &[u8], at: usize) -> Option<usize> {
    let bytes = bytes.get(at..at + 2)?;
    Some(usize::from(bytes[0]) << 8 | usize::from(bytes[1]))
}

/// Four bytes at an offset.
pub(super) fn four(bytes: &[u8], at: usize) -> Option<u32> {
    let bytes = bytes.get(at..at + 4)?;
    Some(u32::from_be_bytes(bytes.try_into().ok()?))
}

/// A number of one to nine bytes, and how many those are.
pub(super) fn varint(bytes: &[u8], at: usize) -> Option<(i64, usize)> {
    let mut value = 0_u64;
    for index in 0..9 {
        let byte = *bytes.get(at + index)?;
        if index == 8 {
            value = value << 8 | u64::from(byte);
            return Some((value.cast_signed(), 9));
        }
        value = value << 7 | u64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            return Some((value.cast_signed(), index + 1));
        }
    }
    None
}

/// A length of one to nine bytes, and how many those are.
pub(super) fn length(bytes: &[u8], at: usize) -> Option<(usize, usize)> {
    let (value, taken) = varint(bytes, at)?;
    Some((usize::try_from(value).ok()?, taken))
}
