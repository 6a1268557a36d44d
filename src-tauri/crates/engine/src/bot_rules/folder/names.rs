//! The names of rules' files: their order is the rules'. A name begins with a number, so that a
//! rule can be put between two others, and goes on with the rule's name, so that a person finds it.

use std::collections::{HashMap, HashSet};

/// Between the numbers of two files that are made together.
const STEP: u64 = 10;

/// Digits of a number at least.
const WIDTH: usize = 3;

/// Characters of a rule's name in that of its file.
const NAME_CHARS: usize = 40;

/// Digits of a number at most: a place between two others, or below the last one, takes more digits
/// where there is no number left, so that no other file gets another name.
const DIGITS_MAX: usize = 30;

/// So many digits more a number below the last one has, then: room for a hundred.
const MORE_DIGITS: usize = 3;

/// Bytes of a name at most. Systems take 255.
const NAME_BYTES: usize = 200;

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
    /// Its file says no id: the name's words are it.
    pub(super) is_named_by_file: bool,
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
        let is_free = |number: &u64| taken.is_free(&named(u128::from(*number), width, rule));
        last = (free..).find(is_free).expect("few names are taken");
        named(u128::from(last), width, rule)
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
        let before = names.last().map(String::as_str);
        let after = rules.get(end).and_then(|next| next.present);
        names.extend(between(&rules[index..end], before, after, taken)?);
        index = end;
    }
    let mut known = HashSet::new();
    let all_differ = names.iter().all(|name| known.insert(name.to_lowercase()));
    all_differ.then_some(names)
}

/// Names for rules between two files that stay.
fn between(
    rules: &[Wanted<'_>],
    before: Option<&str>,
    after: Option<&str>,
    taken: &Taken,
) -> Option<Vec<String>> {
    let is_rising = |names: &Vec<String>| {
        let all = names.iter().map(String::as_str);
        let all = before.into_iter().chain(all).chain(after);
        all.is_sorted_by(|one, next| one < next)
    };
    let fits =
        |names: &Vec<String>| is_rising(names) && names.iter().all(|name| taken.is_free(name));
    let spaced = spaces(rules.len() as u128, before, after);
    let numbered = spaced.into_iter().map(|space| {
        let numbers = (1..).map(|place| space.first + space.step * place);
        let each = rules.iter().zip(numbers);
        let each = each.map(|(rule, number)| named(number, space.width, rule));
        each.collect::<Vec<String>>()
    });
    let mut all = numbered.chain(spoken(rules, before, after));
    all.find(fits)
}

/// Numbers that are as far from one another: those after the first.
struct Space {
    first: u128,
    step: u128,
    width: usize,
}

/// How rules may be numbered between two files, the best first. Names are compared from their
/// beginning, so that a number is as a fraction: 0105 stands between 010 and 011.
fn spaces(many: u128, before: Option<&str>, after: Option<&str>) -> Vec<Space> {
    let (first, digits) = match before.map(number_of) {
        Some(Some(number)) => number,
        // Nothing that begins with a digit stands below it.
        Some(None) => return Vec::new(),
        None => (0, 0),
    };
    let width = if digits == 0 { WIDTH } else { digits };
    // What begins with no digit stands below all numbers.
    let Some((last, last_digits)) = after.and_then(number_of) else {
        let more = (digits + MORE_DIGITS).max(WIDTH);
        let below = |step: u128, width: usize| Space {
            first: first * ten_to(width - width.min(digits)),
            step,
            width,
        };
        let wider = (more <= DIGITS_MAX).then(|| below(u128::from(STEP), more));
        let same = [u128::from(STEP), 1].map(|step| below(step, width));
        return same.into_iter().chain(wider).collect();
    };
    let even = last.checked_sub(first).map(|room| Space {
        first,
        step: room / (many + 1),
        width,
    });
    // On top of all others as below them: near the first one, as many come there one by one.
    let above = |step: u128, more: usize| {
        let width = last_digits + more;
        let last = last * ten_to(more);
        (before.is_none() && width <= DIGITS_MAX).then_some(())?;
        Some(Space {
            first: last.checked_sub(step * (many + 1))?,
            step,
            width,
        })
    };
    let above = [
        (u128::from(STEP), 0),
        (1, 0),
        (u128::from(STEP), MORE_DIGITS),
    ]
    .into_iter()
    .filter_map(move |(step, more)| above(step, more));
    let narrowest = digits.max(last_digits).max(1);
    let widths = narrowest..=(narrowest + MORE_DIGITS).min(DIGITS_MAX);
    let wider = widths.filter_map(|width| {
        let first = first * ten_to(width - digits.min(width));
        let last = last * ten_to(width - last_digits);
        Some(Space {
            first,
            step: last.checked_sub(first)? / (many + 1),
            width,
        })
    });
    let all = even.into_iter().chain(above).chain(wider);
    all.filter(|space| space.step > 0).collect()
}

fn ten_to(digits: usize) -> u128 {
    let digits = u32::try_from(digits).expect("a name has few digits");
    10_u128.pow(digits)
}

/// Names of words alone, as a person gives them: each by itself where it stands right, else after
/// the name that it has to follow.
fn spoken(rules: &[Wanted<'_>], before: Option<&str>, after: Option<&str>) -> Option<Vec<String>> {
    let mut names: Vec<String> = Vec::with_capacity(rules.len());
    for rule in rules {
        let last = names.last().map(String::as_str).or(before);
        let words = words_of(rule);
        let own = format!("{words}.yaml");
        let stands_right = last.is_none_or(|last| last < own.as_str())
            && after.is_none_or(|after| own.as_str() < after);
        let name = match (stands_right, last) {
            (true, _) => own,
            // With other words before its own it would be another rule's.
            (false, Some(last)) if !rule.is_named_by_file => {
                let stem = last.rsplit_once('.').map_or(last, |(stem, _)| stem);
                format!("{stem}_{words}.yaml")
            }
            (false, _) => return None,
        };
        if name.len() > NAME_BYTES {
            return None;
        }
        names.push(name);
    }
    Some(names)
}

/// The number that a name begins with, and its digits.
fn number_of(name: &str) -> Option<(u128, usize)> {
    let digits = name.len()
        - name
            .trim_start_matches(|one: char| one.is_ascii_digit())
            .len();
    let number = name[..digits].parse().ok()?;
    (digits <= DIGITS_MAX).then_some((number, digits))
}

fn named(number: u128, width: usize, rule: &Wanted<'_>) -> String {
    format!("{number:0width$}-{}.yaml", words_of(rule))
}

/// What a rule's file is called beside its number.
fn words_of(rule: &Wanted<'_>) -> String {
    // A file that names no id has its own words as the rule's: they stay.
    if let Some(present) = rule.present {
        return id_of(present).to_owned();
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
    (if words.is_empty() { "rule" } else { words }).to_owned()
}
