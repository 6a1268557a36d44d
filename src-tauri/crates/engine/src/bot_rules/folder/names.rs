//! The names of rules' files: their order is the rules'. A name begins with a number, so that a
//! rule can be put between two others, and goes on with the rule's name, so that a person finds it.

use std::collections::{HashMap, HashSet};

/// Between the numbers of two files that are made together.
const STEP: u64 = 10;

/// Digits of a number at least.
const WIDTH: usize = 3;

/// Characters of a rule's name in that of its file.
const NAME_CHARS: usize = 40;

/// The id of a rule whose file names none: the file's name without number and ending, which stays
/// when the file gets another place.
pub(super) fn id_of(file: &str) -> &str {
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let name = stem.trim_start_matches(|one: char| one.is_ascii_digit());
    let name = name.trim_start_matches(['-', '_', ' ']);
    if name.is_empty() { stem } else { name }
}

/// A rule that needs a file.
pub(super) struct Wanted<'r> {
    /// The name that it has by now.
    pub(super) present: Option<&'r str>,
    pub(super) id: &'r str,
    pub(super) name: &'r str,
}

/// The names that no file of a rule may get.
pub(super) struct Taken {
    /// Names of files that stay, in small letters.
    strangers: HashSet<String>,
    /// All files that are there, as they are written, by their names in small letters: where names
    /// that differ in case alone are one file, another spelling of it is no new one.
    present: HashMap<String, String>,
}

impl Taken {
    /// `strangers`: in small letters.
    pub(super) fn new(strangers: HashSet<String>, present: Vec<String>) -> Self {
        let present = present.into_iter();
        Self {
            strangers,
            present: present.map(|name| (name.to_lowercase(), name)).collect(),
        }
    }

    fn is_free(&self, name: &str) -> bool {
        let folded = name.to_lowercase();
        let is_other = |there: &String| there != name;
        !self.strangers.contains(&folded) && !self.present.get(&folded).is_some_and(is_other)
    }
}

/// The names of the files of rules in this order: as many as fit stay.
pub(super) fn assigned(rules: &[Wanted<'_>], taken: &Taken) -> Vec<String> {
    let stays = rising(rules);
    let fitted = fitted(rules, &stays, taken);
    fitted.unwrap_or_else(|| numbered(rules, taken))
}

/// All numbered anew, past names that are taken.
fn numbered(rules: &[Wanted<'_>], taken: &Taken) -> Vec<String> {
    // Each name that is taken may move those after it by one.
    let most = rules.len() as u64 * STEP + (taken.strangers.len() + taken.present.len()) as u64;
    let width = WIDTH.max(most.to_string().len());
    let mut last = 0;
    let names = rules.iter().zip(1..).map(|(rule, place)| {
        let free = (last + 1).max(place * STEP);
        let is_free = |number: &u64| taken.is_free(&named(*number, width, rule));
        last = (free..).find(is_free).expect("few names are taken");
        named(last, width, rule)
    });
    names.collect()
}

/// Which rules keep their names: the most whose names rise in the rules' order.
fn rising(rules: &[Wanted<'_>]) -> Vec<bool> {
    // The longest run that ends with each, and what stands before it in that.
    let mut runs: Vec<Option<(usize, Option<usize>)>> = vec![None; rules.len()];
    for (index, rule) in rules.iter().enumerate() {
        let Some(name) = rule.present else {
            continue;
        };
        let before = (0..index)
            .filter(|before| rules[*before].present.is_some_and(|other| other < name))
            .max_by_key(|before| runs[*before].map_or(0, |(length, _)| length));
        let length = before
            .and_then(|before| runs[before])
            .map_or(0, |(length, _)| length);
        runs[index] = Some((length + 1, before));
    }
    let mut stays = vec![false; rules.len()];
    let mut next =
        (0..rules.len()).max_by_key(|index| runs[*index].map_or(0, |(length, _)| length));
    while let Some(index) = next {
        let Some((_, before)) = runs[index] else {
            break;
        };
        stays[index] = true;
        next = before;
    }
    stays
}

/// The names where those that stay leave room; `None` where they do not.
fn fitted(rules: &[Wanted<'_>], stays: &[bool], taken: &Taken) -> Option<Vec<String>> {
    let mut names: Vec<String> = Vec::with_capacity(rules.len());
    let mut index = 0;
    while index < rules.len() {
        if stays[index] {
            names.push(rules[index].present?.to_owned());
            index += 1;
            continue;
        }
        let end = (index..rules.len())
            .find(|next| stays[*next])
            .unwrap_or(rules.len());
        let many = (end - index) as u64;
        let (before, width) = match names.last() {
            Some(name) => number_of(name)?,
            None => (0, WIDTH),
        };
        let step = match rules.get(end) {
            Some(next) => (number_of(next.present?)?.0.checked_sub(before)?) / (many + 1),
            None => STEP,
        };
        if step == 0 {
            return None;
        }
        let numbers = (1..).map(|place| before + step * place);
        let made = rules[index..end].iter().zip(numbers);
        names.extend(made.map(|(rule, number)| named(number, width, rule)));
        index = end;
    }
    let mut known = HashSet::new();
    let all_differ = names.iter().all(|name| known.insert(name.to_lowercase()));
    let are_free = names
        .iter()
        .zip(stays)
        .all(|(name, stays)| *stays || taken.is_free(name));
    (all_differ && are_free && names.is_sorted()).then_some(names)
}

/// The number that a name begins with, and its digits.
fn number_of(name: &str) -> Option<(u64, usize)> {
    let digits = name.len()
        - name
            .trim_start_matches(|one: char| one.is_ascii_digit())
            .len();
    let number = name[..digits].parse().ok()?;
    (digits <= 12).then_some((number, digits))
}

fn named(number: u64, width: usize, rule: &Wanted<'_>) -> String {
    // A file that names no id has its own words as the rule's: they stay.
    if let Some(present) = rule.present {
        return format!("{number:0width$}-{}.yaml", id_of(present));
    }
    let spoken = if rule.name.is_empty() {
        rule.id
    } else {
        rule.name
    };
    let mut words = String::new();
    for one in spoken.chars().flat_map(char::to_lowercase).take(NAME_CHARS) {
        match one.is_alphanumeric() {
            true => words.push(one),
            false if !words.is_empty() && !words.ends_with('-') => words.push('-'),
            false => {}
        }
    }
    let words = words.trim_end_matches('-');
    let words = if words.is_empty() { "rule" } else { words };
    format!("{number:0width$}-{words}.yaml")
}
