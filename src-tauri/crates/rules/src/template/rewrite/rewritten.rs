//! A source with additions, and where its offsets were before.

/// A source with additions.
#[derive(Debug)]
pub(in crate::template) struct Rewritten {
    /// As it was written.
    pub(in crate::template) source: String,
    /// With the additions.
    pub(in crate::template) text: String,
    additions: Vec<Addition>,
}

#[derive(Debug)]
pub(super) struct Addition {
    /// Where in the source it is put.
    pub(super) at: usize,
    /// What an error in it is about, in the source.
    pub(super) about: usize,
    pub(super) text: String,
}

impl Rewritten {
    /// Puts additions into a source.
    pub(super) fn new(source: &str, mut additions: Vec<Addition>) -> Self {
        additions.sort_by_key(|addition| addition.at);
        let mut text = String::with_capacity(source.len() + additions.len() * 24);
        let mut from = 0;
        for addition in &additions {
            text.push_str(&source[from..addition.at]);
            text.push_str(&addition.text);
            from = addition.at;
        }
        text.push_str(&source[from..]);
        Self {
            source: source.to_owned(),
            text,
            additions,
        }
    }

    /// The offset in the source of an offset in the text; inside an addition it is the beginning
    /// of what the addition is about.
    pub(in crate::template) fn origin(&self, offset: usize) -> usize {
        let mut added = 0;
        for addition in &self.additions {
            let start = addition.at + added;
            if offset < start {
                break;
            }
            if offset < start + addition.text.len() {
                return addition.about;
            }
            added += addition.text.len();
        }
        offset - added
    }

    /// The same for the end of a range: inside an addition it is where that was put.
    pub(in crate::template) fn origin_of_end(&self, offset: usize) -> usize {
        let mut added = 0;
        for addition in &self.additions {
            let start = addition.at + added;
            if offset <= start {
                break;
            }
            if offset <= start + addition.text.len() {
                return addition.at;
            }
            added += addition.text.len();
        }
        offset - added
    }
}
