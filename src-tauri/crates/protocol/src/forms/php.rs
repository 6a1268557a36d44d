//! PHP's array: keys in the order in which they were set, and a number for the next item.

use indexmap::IndexMap;

use super::json::push_text;
use super::name::Step;

/// A value of PHP's, as far as forms have any.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PhpValue {
    /// A text.
    Text(String),
    /// An array.
    Array(PhpArray),
}

/// An array of PHP's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PhpArray {
    members: IndexMap<String, PhpValue>,
    /// The next item's number; the smallest where no number was used yet.
    next: i64,
}

impl Default for PhpArray {
    fn default() -> Self {
        Self {
            members: IndexMap::new(),
            next: i64::MIN,
        }
    }
}

impl PhpArray {
    /// Sets a text at a place; what stands in the way is replaced.
    pub(crate) fn set(&mut self, root: String, steps: Vec<Step>, text: String) {
        let mut place = Some(self.entry(root));
        for step in steps {
            let Some(value) = place else { return };
            if let PhpValue::Text(_) = value {
                *value = PhpValue::Array(Self::default());
            }
            let PhpValue::Array(array) = value else {
                return;
            };
            place = match step {
                Step::Key(key) => Some(array.entry(key)),
                Step::Next => array.next_entry(),
            };
        }
        if let Some(value) = place {
            *value = PhpValue::Text(text);
        }
    }

    /// Removes what stands under a name.
    pub(crate) fn remove(&mut self, root: &str) {
        self.members.shift_remove(root);
    }

    /// The members in their order.
    pub(crate) fn members(&self) -> impl Iterator<Item = (&str, &PhpValue)> {
        self.members.iter().map(|(key, value)| (&**key, value))
    }

    /// The value of a key; a new one is an empty text.
    fn entry(&mut self, key: String) -> &mut PhpValue {
        if let Some(number) = number(&key)
            && number >= self.next
        {
            self.next = number.saturating_add(1);
        }
        let entry = self.members.entry(key);
        entry.or_insert_with(|| PhpValue::Text(String::new()))
    }

    /// A new item; `None` where the numbers are used up.
    fn next_entry(&mut self) -> Option<&mut PhpValue> {
        let number = if self.next == i64::MIN { 0 } else { self.next };
        let key = number.to_string();
        (!self.members.contains_key(&key)).then(|| self.entry(key))
    }

    /// The whole as JSON: an object, as a set of variables is.
    pub(crate) fn json(&self) -> String {
        let mut json = String::new();
        self.push_object(&mut json);
        json
    }

    /// As deep as names lead at most, which is bounded.
    fn push_json(&self, json: &mut String) {
        let mut numbers = self.members.keys().zip(0_u64..);
        let is_list = numbers.all(|(key, number)| *key == number.to_string());
        if !is_list {
            self.push_object(json);
            return;
        }
        json.push('[');
        for (index, value) in self.members.values().enumerate() {
            if index > 0 {
                json.push(',');
            }
            value.push_json(json);
        }
        json.push(']');
    }

    fn push_object(&self, json: &mut String) {
        json.push('{');
        for (index, (key, value)) in self.members.iter().enumerate() {
            if index > 0 {
                json.push(',');
            }
            push_text(json, key);
            json.push(':');
            value.push_json(json);
        }
        json.push('}');
    }
}

impl PhpValue {
    /// As JSON text.
    pub(crate) fn json(&self) -> String {
        let mut json = String::new();
        self.push_json(&mut json);
        json
    }

    fn push_json(&self, json: &mut String) {
        match self {
            Self::Text(text) => push_text(json, text),
            Self::Array(array) => array.push_json(json),
        }
    }
}

/// A key that is a whole number in its shortest form.
fn number(key: &str) -> Option<i64> {
    let number = key.parse::<i64>().ok()?;
    (number.to_string() == key).then_some(number)
}
