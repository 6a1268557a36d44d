//! Makes SQL of a filter.
//!
//! Terms over small columns become plain comparisons. Texts of three letters and more are looked
//! up in the search index, and what the index does not hold yet (or not whole) is read through.
//! Shorter texts are looked for in the names, and in the newest bodies only.

use protocol::{Condition, Filter, Having, Mark, Term};
use rusqlite::types::Value;

use crate::table::exchanges::number;
use crate::text;

/// The index knows texts from this many letters on.
const INDEXED_LETTERS: usize = 3;

/// How many of the newest bodies are read through for a shorter text.
const BODIES_READ_FOR_SHORT: u64 = 2_000;

/// How many of the newest bodies are read through where the index lags behind.
const BODIES_READ_UNINDEXED: u64 = 200_000;

/// The columns that hold an exchange's messages, as the SQL functions take them.
const MESSAGES: &str = "b.request_head, b.request_coding, b.request_body, b.answer_head, \
    b.answer_coding, b.answer_body";

/// A filter as a condition over `exchanges e`. Its first two parameters are the lowest and the
/// highest number that is looked at.
pub(crate) struct Compiled {
    /// The condition; never empty.
    pub(crate) sql: String,
    /// The values for `?3` and on.
    pub(crate) values: Vec<Value>,
    /// It looks into texts: better asked in several steps than for everything at once.
    pub(crate) reads_texts: bool,
}

/// Compiles the filter.
pub(crate) fn compile(filter: &Filter) -> Compiled {
    let mut compiled = Compiled {
        sql: "e.hidden = 0".to_owned(),
        values: Vec::new(),
        reads_texts: false,
    };
    for term in &filter.terms {
        let condition = compiled.condition(term);
        let sign = if term.negated { "NOT " } else { "" };
        // Unknown is no: a missing status is not 200, and its opposite holds.
        compiled
            .sql
            .push_str(&format!(" AND {sign}coalesce(({condition}), 0)"));
    }
    compiled
}

impl Compiled {
    /// Adds a value and gives its place.
    pub(crate) fn bind(&mut self, value: impl Into<Value>) -> String {
        self.values.push(value.into());
        format!("?{}", self.values.len() + 2)
    }

    fn condition(&mut self, term: &Term) -> String {
        match &term.condition {
            Condition::Text(text) => self.text(text),
            Condition::Event(text) => self.equals("e.event", text),
            Condition::User(text) => self.equals("e.user", text),
            Condition::Status { from, to } => {
                format!("e.status BETWEEN {from} AND {to}")
            }
            Condition::By(who) => self.is("e.answered_by", who.as_str()),
            Condition::Is(Mark::State(state)) => self.is("e.state", state.as_str()),
            Condition::Is(Mark::Pinned) => "e.pinned <> 0".to_owned(),
            Condition::Is(Mark::Replay) => "e.replay_of IS NOT NULL".to_owned(),
            Condition::Has(having) => having_sql(*having).to_owned(),
            Condition::Method(text) => self.equals("e.method", text),
            Condition::Path(text) => self.path(text),
            Condition::Source(source) => self.is("e.source", source.as_str()),
            Condition::Platform(platform) => self.is("e.platform", platform.as_str()),
            Condition::Bot(text) => self.bot(text),
            Condition::Body(text) => self.body(text),
            Condition::Note(text) => {
                let part = self.bind(text::folded(text));
                format!("e.note <> '' AND text_contains(e.note, {part})")
            }
            Condition::Id(text) => self.id(text),
            Condition::At(comparison, moment) => {
                let moment = self.bind(moment.0);
                format!("e.at {} {moment}", comparison.as_str())
            }
            Condition::Duration(comparison, milliseconds) => {
                let milliseconds = self.bind(*milliseconds);
                format!("e.duration_ms {} {milliseconds}", comparison.as_str())
            }
            Condition::Size(comparison, bytes) => {
                let bytes = self.bind(number(*bytes));
                format!("e.request_bytes {} {bytes}", comparison.as_str())
            }
            Condition::Variable { name, value } => self.variable(name, value),
            Condition::Header { name, value } => self.header(name, value),
        }
    }

    fn is(&mut self, column: &str, name: &str) -> String {
        let name = self.bind(name.to_owned());
        format!("{column} = {name}")
    }

    fn equals(&mut self, column: &str, text: &str) -> String {
        let text = self.bind(text::folded(text));
        format!("text_equals({column}, {text})")
    }

    fn bot(&mut self, text: &str) -> String {
        let name = self.bind(text::folded(text));
        let id = uuid::Uuid::try_parse(text).map(|id| id.as_bytes().to_vec());
        let id = self.bind(id.unwrap_or_default());
        format!("e.bot IN (SELECT id FROM bots WHERE text_equals(name, {name}) OR id = {id})")
    }

    /// An id or its beginning, as a range of the index.
    fn id(&mut self, text: &str) -> String {
        let digits: String = text.chars().filter(|letter| *letter != '-').collect();
        if digits.is_empty() || digits.len() > 32 || !digits.bytes().all(|b| b.is_ascii_hexdigit())
        {
            return "0".to_owned();
        }
        let bound = |filler: char| {
            let whole = format!("{digits}{}", filler.to_string().repeat(32 - digits.len()));
            u128::from_str_radix(&whole, 16)
                .unwrap_or_default()
                .to_be_bytes()
                .to_vec()
        };
        let (low, high) = (self.bind(bound('0')), self.bind(bound('f')));
        format!("e.id BETWEEN {low} AND {high}")
    }

    fn path(&mut self, text: &str) -> String {
        self.reads_texts = true;
        let part = self.bind(text::folded(text));
        let in_query = format!(
            "EXISTS (SELECT 1 FROM bodies b WHERE b.seq = e.seq AND query_contains(b.request_head, {part}))"
        );
        let Some(phrase) = self.phrase("names", text) else {
            return format!("text_contains(e.path, {part}) OR {in_query}");
        };
        // The index holds other names too, so what it finds is looked at.
        let indexed = indexed(&phrase, "0");
        format!("e.seq IN ({indexed}) AND (text_contains(e.path, {part}) OR {in_query})")
    }

    fn body(&mut self, text: &str) -> String {
        self.reads_texts = true;
        let part = self.bind(text::folded(text));
        let contains = format!("body_contains({MESSAGES}, {part})");
        match self.phrase("body", text) {
            Some(phrase) => format!("e.seq IN ({})", indexed(&phrase, &contains)),
            None => format!("e.seq IN ({})", newest_bodies(&contains)),
        }
    }

    fn text(&mut self, text: &str) -> String {
        self.reads_texts = true;
        let part = self.bind(text::folded(text));
        let contains = format!(
            "(body_contains({MESSAGES}, {part}) OR query_contains(b.request_head, {part}))"
        );
        let Some(phrase) = self.phrase("{names body}", text) else {
            return format!(
                "{} OR e.seq IN ({})",
                in_names("e", &part),
                newest_bodies(&contains)
            );
        };
        // Candidates are united rather than joined by OR, so that no row is looked at in vain.
        format!(
            "e.seq IN ({} UNION ALL SELECT n.seq FROM exchanges n WHERE n.note <> '' \
             AND n.seq BETWEEN ?1 AND ?2 AND text_contains(n.note, {part}) \
             UNION ALL SELECT n.seq FROM exchanges n WHERE n.seq > {} \
             AND n.seq BETWEEN ?1 AND ?2 AND ({}))",
            indexed(&phrase, &contains),
            unindexed(),
            in_names("n", &part),
        )
    }

    fn variable(&mut self, name: &str, value: &str) -> String {
        self.reads_texts = true;
        let name = self.bind(text::folded(name));
        let value = self.bind(text::folded(value));
        format!(
            "EXISTS (SELECT 1 FROM bodies b WHERE b.seq = e.seq \
             AND variable_is({MESSAGES}, e.platform, {name}, {value}))"
        )
    }

    fn header(&mut self, name: &str, value: &str) -> String {
        self.reads_texts = true;
        let name = self.bind(text::folded(name));
        let value = self.bind(text::folded(value));
        format!(
            "EXISTS (SELECT 1 FROM bodies b WHERE b.seq = e.seq \
             AND header_contains(b.request_head, {name}, {value}))"
        )
    }

    /// What the index is asked for; `None` where the text is too short for it.
    fn phrase(&mut self, columns: &str, text: &str) -> Option<String> {
        if text.chars().count() < INDEXED_LETTERS {
            return None;
        }
        let quoted = text.replace('"', "\"\"");
        Some(self.bind(format!("{columns} : \"{quoted}\"")))
    }
}

/// Exchanges that the index finds, and of those that it does not hold whole, the ones whose names
/// or body contain the text. `contains` is about `bodies b`; names are let through unseen there
/// when it is `0`, for the caller to look at.
fn indexed(phrase: &str, contains: &str) -> String {
    let below = unindexed();
    let unindexed = if contains == "0" { "1" } else { contains };
    format!(
        "SELECT rowid FROM search WHERE search MATCH {phrase} AND rowid BETWEEN ?1 AND ?2 \
         UNION ALL SELECT b.seq FROM bodies b WHERE b.seq > {below} \
         AND b.seq BETWEEN ?1 AND ?2 AND {unindexed} \
         UNION ALL SELECT b.seq FROM bodies b WHERE b.seq IN (SELECT seq FROM search_again \
         UNION ALL SELECT seq FROM search_cut) AND b.seq BETWEEN ?1 AND ?2 AND {contains}"
    )
}

/// The number above which exchanges are read through, because the index does not hold them.
fn unindexed() -> String {
    let newest = newest(BODIES_READ_UNINDEXED);
    format!("max(coalesce((SELECT value FROM counters WHERE name = 'indexed_seq'), 0), {newest})")
}

fn newest_bodies(contains: &str) -> String {
    let newest = newest(BODIES_READ_FOR_SHORT);
    format!(
        "SELECT b.seq FROM bodies b WHERE b.seq > {newest} AND b.seq BETWEEN ?1 AND ?2 AND {contains}"
    )
}

/// The number below which there are this many newer ones at most.
fn newest(many: u64) -> String {
    format!("coalesce((SELECT max(seq) FROM exchanges), 0) - {many}")
}

fn in_names(table: &str, part: &str) -> String {
    ["event", "user", "path", "note"]
        .map(|column| format!("text_contains({table}.{column}, {part})"))
        .join(" OR ")
}

fn having_sql(having: Having) -> &'static str {
    match having {
        Having::Finding => "e.errors + e.warnings + e.infos > 0",
        Having::Error => "e.errors > 0",
        Having::Warning => "e.warnings > 0",
        Having::Info => "e.infos > 0",
        Having::Note => "e.note <> ''",
    }
}
