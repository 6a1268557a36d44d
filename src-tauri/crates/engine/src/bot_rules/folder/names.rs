//! The names of rules' files: their order is the rules'. A name begins with a number, so that a
//! rule can be put between two others, and goes on with the rule's name, so that a person finds it.

use std::collections::HashSet;

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

/// The names of the files of rules in this order: as many as fit stay. `taken`: in small letters.
pub(super) fn assigned(rules: &[Wanted<'_>], taken: &HashSet<String>) -> Vec<String> {
    let stays = rising(rules);
    let fitted = fitted(rules, &stays, taken);
    fitted.unwrap_or_else(|| numbered(rules, taken))
}

/// All numbered anew, past names that are taken.
fn numbered(rules: &[Wanted<'_>], taken: &HashSet<String>) -> Vec<String> {
    // Each name that is taken may move those after it by one.
    let most = rules.len() as u64 * STEP + taken.len() as u64;
    let width = WIDTH.max(most.to_string().len());
    let mut last = 0;
    let names = rules.iter().zip(1..).map(|(rule, place)| {
        let free = (last + 1).max(place * STEP);
        let is_free = |number: &u64| !taken.contains(&named(*number, width, rule).to_lowercase());
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
fn fitted(rules: &[Wanted<'_>], stays: &[bool], taken: &HashSet<String>) -> Option<Vec<String>> {
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
    let mut known = taken.clone();
    let all_differ = names.iter().all(|name| known.insert(name.to_lowercase()));
    (all_differ && names.is_sorted()).then_some(names)
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
