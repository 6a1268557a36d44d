//! By whom a certificate was issued, read from its DER (RFC 5280, 4.1): the one thing of it that a
//! person needs to find out why it is not trusted.

/// Tags of DER (X.690, 8.1.2) that lead to the issuer.
const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
const OID: u8 = 0x06;
const VERSION: u8 = 0xa0;

/// The names that tell an issuer, the best one first: common name, organisation.
const NAMES: [&[u8]; 2] = [&[0x55, 0x04, 0x03], &[0x55, 0x04, 0x0a]];

/// The issuer's common name, else its organisation.
pub(super) fn issuer(certificate: &[u8]) -> Option<String> {
    let (_, certificate, _) = value(certificate, SEQUENCE)?;
    let (_, mut rest, _) = value(certificate, SEQUENCE)?;
    if rest.first() == Some(&VERSION) {
        rest = any(rest)?.2;
    }
    // The serial number and the algorithm of the signature.
    rest = any(rest)?.2;
    rest = any(rest)?.2;
    let (_, name, _) = value(rest, SEQUENCE)?;
    NAMES.iter().find_map(|wanted| attribute(name, wanted))
}

/// The first attribute of a name that has this type.
fn attribute(mut name: &[u8], wanted: &[u8]) -> Option<String> {
    while !name.is_empty() {
        let (_, set, rest) = value(name, SET)?;
        name = rest;
        let (_, pair, _) = value(set, SEQUENCE)?;
        let (_, kind, after) = value(pair, OID)?;
        if kind == wanted {
            let (_, text, _) = any(after)?;
            return Some(String::from_utf8_lossy(text).into_owned());
        }
    }
    None
}

/// The next value, which has this tag.
fn value(bytes: &[u8], tag: u8) -> Option<(u8, &[u8], &[u8])> {
    any(bytes).filter(|(found, ..)| *found == tag)
}

/// The next value: its tag, its content and what follows it.
fn any(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&tag, rest) = bytes.split_first()?;
    let (&first, rest) = rest.split_first()?;
    let (length, rest) = match first {
        0..=0x7f => (usize::from(first), rest),
        // Four bytes tell of more than any certificate has.
        0x81..=0x84 => {
            let (length, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
            let length = length.iter();
            (
                length.fold(0, |sum, byte| sum << 8 | usize::from(*byte)),
                rest,
            )
        }
        _ => return None,
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some((tag, content, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn der(tag: u8, content: &[u8]) -> Vec<u8> {
        let length = content.len();
        let mut bytes = vec![tag];
        match length {
            0..=0x7f => bytes.push(length as u8),
            _ => bytes.extend([0x82, (length >> 8) as u8, length as u8]),
        }
        bytes.extend_from_slice(content);
        bytes
    }

    fn name(attributes: &[(&[u8], &str)]) -> Vec<u8> {
        let sets = attributes.iter().map(|(kind, text)| {
            let pair = [der(OID, kind), der(0x0c, text.as_bytes())].concat();
            der(SET, &der(SEQUENCE, &pair))
        });
        der(SEQUENCE, &sets.collect::<Vec<_>>().concat())
    }

    fn certificate(issuer: &[(&[u8], &str)]) -> Vec<u8> {
        let parts = [
            der(VERSION, &der(0x02, &[2])),
            der(0x02, &[0x7f; 20]),
            der(SEQUENCE, &[]),
            name(issuer),
            der(SEQUENCE, &[0; 300]),
        ];
        der(SEQUENCE, &der(SEQUENCE, &parts.concat()))
    }

    #[test]
    fn the_issuer_is_told_by_its_common_name_else_by_its_organisation() {
        let both = certificate(&[(NAMES[1], "Рога и копыта"), (NAMES[0], "Dev CA")]);
        assert_eq!(issuer(&both).as_deref(), Some("Dev CA"));
        let organisation = certificate(&[(NAMES[1], "Рога и копыта")]);
        assert_eq!(issuer(&organisation).as_deref(), Some("Рога и копыта"));
        assert_eq!(issuer(&certificate(&[])), None);
    }

    #[test]
    fn a_certificate_that_is_cut_anywhere_has_no_issuer_and_harms_nobody() {
        let whole = certificate(&[(NAMES[0], "Dev CA")]);
        for end in 0..whole.len() {
            assert_eq!(issuer(&whole[..end]), None, "{end}");
        }
    }
}
