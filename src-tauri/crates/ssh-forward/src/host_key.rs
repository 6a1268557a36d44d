//! Fingerprints of host keys in one form, so that a confirmed one can be compared.

/// A fingerprint as `russh` writes it: some tools add the padding of base64.
pub(crate) fn fingerprint(text: &str) -> String {
    text.trim().trim_end_matches('=').to_owned()
}
