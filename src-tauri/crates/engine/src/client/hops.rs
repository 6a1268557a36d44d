//! How often the app has sent a request on, so that a circle is cut: a count in a header field,
//! with the mark of this run. What another run has counted goes along, so that one of a circle of
//! several cuts it; anything else in such a field is its caller's own.

use std::sync::LazyLock;

use data_encoding::HEXLOWER;
use protocol::Headers;

/// The field that has the counts.
const HOPS: &str = "X-Hookloupe-Hops";

/// How often a request may be sent on before it is cut: a server behind a server of the developer's
/// is one more, and a circle comes to it at once.
const HOPS_MAX: u32 = 2;

/// The bytes of a run's mark.
const MARK_BYTES: usize = 4;

/// The mark of this run.
static RUN: LazyLock<String> = LazyLock::new(|| {
    let mut bytes = [0; MARK_BYTES];
    getrandom::fill(&mut bytes).expect("the system has a source of random bytes");
    HEXLOWER.encode(&bytes)
});

/// How often a request was sent on before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Hops {
    /// By this run.
    own: u32,
    /// By others, as they have said it.
    others: Vec<String>,
}

impl Hops {
    pub(crate) fn of(headers: &Headers) -> Self {
        let mut hops = Self::default();
        let fields = headers.texts().filter(|(name, _)| is_hops(name));
        for (_, value) in fields {
            for (element, count, run) in value.split(',').filter_map(counted) {
                match run == *RUN {
                    true => hops.own = hops.own.max(count),
                    false => hops.others.push(element.to_owned()),
                }
            }
        }
        hops
    }

    /// How often this run has sent it on.
    pub(crate) const fn made(&self) -> u32 {
        self.own
    }

    /// Whether it has come round so often that it is not sent on again.
    pub(crate) const fn is_circle(&self) -> bool {
        self.own >= HOPS_MAX
    }

    /// Puts into the fields of what is sent on that it is, once more.
    pub(crate) fn count(&self, fields: &mut Headers) {
        let has_counts = |value: &[u8]| {
            let text = String::from_utf8_lossy(value);
            text.split(',').any(|element| counted(element).is_some())
        };
        let is_before = |(name, value): &(String, Vec<u8>)| is_hops(name) && has_counts(value);
        fields.0.retain(|field| !is_before(field));
        let own = format!("{};{}", self.own + 1, *RUN);
        let mut elements: Vec<&str> = self.others.iter().map(String::as_str).collect();
        elements.push(&own);
        let value = elements.join(", ").into_bytes();
        fields.0.push((HOPS.to_owned(), value));
    }
}

fn is_hops(name: &str) -> bool {
    name.eq_ignore_ascii_case(HOPS)
}

/// An element of the field that a run has written: it, its count, and the run's mark.
fn counted(element: &str) -> Option<(&str, u32, &str)> {
    let element = element.trim();
    let (count, run) = element.split_once(';')?;
    let is_mark = run.len() == 2 * MARK_BYTES && run.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_mark.then_some((element, count.parse().ok()?, run))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(values: &[&str]) -> Headers {
        values.iter().map(|value| (HOPS, *value)).collect()
    }

    #[test]
    fn this_runs_own_count_is_believed_and_nothing_else() {
        for value in [
            "",
            "2",
            "9",
            "abc",
            "2;",
            "2;abc",
            "2;zzzzzzzz",
            "x;00000000",
        ] {
            let hops = Hops::of(&headers(&[value]));
            assert_eq!(hops, Hops::default(), "{value}");
        }
        let mut fields = headers(&["2"]);
        for made in 1..=3 {
            Hops::of(&fields).count(&mut fields);
            let hops = Hops::of(&fields);
            assert_eq!((hops.made(), hops.is_circle()), (made, made >= 2));
            // The caller's own field goes along.
            assert_eq!(fields.0.len(), 2, "{fields:?}");
            assert_eq!(fields.0[0].1, b"2");
        }
    }

    #[test]
    fn what_other_runs_have_counted_goes_along_however_the_fields_are_joined() {
        let (other, own) = ("1;00000000", format!("1;{}", *RUN));
        for came in [
            headers(&[other, &own]),
            headers(&[&format!("{own},{other}")]),
        ] {
            let hops = Hops::of(&came);
            assert_eq!(hops.made(), 1);
            let mut fields = came;
            hops.count(&mut fields);
            let value = format!("{other}, 2;{}", *RUN);
            assert_eq!(fields, headers(&[&value]));
        }
    }
}
