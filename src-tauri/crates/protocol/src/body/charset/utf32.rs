//! UTF-32, which no browser reads and `encoding_rs` does not know: four bytes a character, told by
//! its mark (which begins as that of UTF-16 does), its name, or JSON's first character between
//! three zero bytes (RFC 4627, 3).

use std::borrow::Cow;

use super::{DecodedText, at_byte, is_readable};
use crate::finding::Code;

/// Which byte of a character comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    Little,
    Big,
}

/// Text in UTF-32.
pub(super) struct Utf32 {
    order: Order,
    has_mark: bool,
}

impl Order {
    fn character(self, group: &[u8]) -> Option<char> {
        let group = <[u8; 4]>::try_from(group).ok()?;
        char::from_u32(match self {
            Self::Little => u32::from_le_bytes(group),
            Self::Big => u32::from_be_bytes(group),
        })
    }

    fn fits(self, bytes: &[u8]) -> bool {
        bytes.chunks(4).all(|group| self.character(group).is_some())
    }
}

/// The order that a name says; without one the bigger byte comes first (RFC 2781 has it so for
/// UTF-16).
pub(super) fn order_of(label: &str) -> Option<Order> {
    match label.to_ascii_lowercase().as_str() {
        "utf-32" | "utf32" | "utf-32be" | "utf32be" | "ucs-4" => Some(Order::Big),
        "utf-32le" | "utf32le" => Some(Order::Little),
        _ => None,
    }
}

impl Utf32 {
    /// What bytes are, and what is said of them.
    pub(super) fn of(named: Option<Order>, bytes: &[u8]) -> Option<Self> {
        let first = bytes.first_chunk::<4>()?;
        let is_json = |byte: u8| byte.is_ascii_whitespace() || matches!(byte, b'{' | b'[' | b'"');
        let (order, has_mark) = match *first {
            [0xff, 0xfe, 0, 0] => (Order::Little, true),
            [0, 0, 0xfe, 0xff] => (Order::Big, true),
            [byte, 0, 0, 0] if is_json(byte) => (Order::Little, false),
            [0, 0, 0, byte] if is_json(byte) => (Order::Big, false),
            // Text of another kind under this name makes no characters.
            _ => (named.filter(|order| order.fits(bytes))?, false),
        };
        Some(Self { order, has_mark })
    }

    pub(super) fn decode(self, bytes: &[u8]) -> DecodedText<'static> {
        let mark = if self.has_mark { 4 } else { 0 };
        let groups = bytes[mark..].chunks(4);
        let mut is_broken = false;
        let text: String = groups
            .map(|group| {
                self.order.character(group).unwrap_or_else(|| {
                    is_broken = true;
                    char::REPLACEMENT_CHARACTER
                })
            })
            .collect();
        if !is_readable(&text) {
            return DecodedText::default();
        }
        let findings = self.has_mark.then(|| at_byte(Code::ByteOrderMark, 0));
        DecodedText {
            text: Some(Cow::Owned(text)),
            charset: Some(match self.order {
                Order::Little => "utf-32le",
                Order::Big => "utf-32be",
            }),
            certain: !is_broken,
            findings: findings.into_iter().collect(),
        }
    }
}
