//! Makes SQL of a filter.
//!
//! Terms over small columns become plain comparisons. For texts of three letters and more the
//! search index names candidates, which are then read; what the index does not hold yet (or not
//! whole) is read too. Shorter texts are looked for in the names, and in the newest bodies only.

use protocol::{Condition, Filter, Having, Mark, Side, VariablePath, VariableTest, Wanted};

use crate::compiled_filter::CompiledFilter;
use crate::convert::to_sql;
use crate::table::messages::{self, OF_E, READ};
use crate::text;

/// The index knows texts from this many letters on.
const INDEXED_LETTERS: usize = 3;

/// How many of a text's triples the index is asked for.
const TRIPLES_ASKED: usize = 16;

/// How many of the newest bodies are read through for a shorter text.
const BODIES_READ_FOR_SHORT: u64 = 2_000;

/// Compiles the filter.
pub(crate) fn compile(filter: &Filter) -> CompiledFilter {
    let mut compiled = CompiledFilter::shown();
    for term in &filter.terms {
        let condition = compiled.condition(&term.condition);
        let sign = if term.negated { "NOT " } else { "" };
        // Unknown is no: a missing status is not 200, and its opposite holds.
        compiled
            .sql
            .push_str(&format!(" AND {sign}coalesce(({condition}), 0)"));
    }
    compiled
}

impl CompiledFilter {
    fn condition(&mut self, condition: &Condition) -> String {
        match condition {
            Condition::Any(conditions) => {
                let any = conditions
                    .iter()
                    .map(|one| format!("coalesce(({}), 0)", self.condition(one)));
                any.collect::<Vec<_>>().join(" OR ")
            }
            Condition::Text(text) => self.text(text),
            Condition::Event(wanted) => self.named("e.event", wanted),
            Condition::User(wanted) => self.named("e.user", wanted),
            Condition::UserOf { bot, user } => {
                let candidates = self.candidates(&[user]);
                let bot = self.bind(bot.0.as_bytes().to_vec());
                let user = self.bind(user.clone());
                format!("{candidates} AND e.bot = {bot} AND e.user = {user}")
            }
            Condition::Status { from, to } => {
                format!("e.status BETWEEN {from} AND {to}")
            }
            Condition::By(who) => self.is("e.answered_by", who.as_str()),
            Condition::Is(Mark::State(state)) => self.is("e.state", state.as_str()),
            Condition::Is(Mark::Pinned) => "e.pinned <> 0".to_owned(),
            Condition::Is(Mark::Replay) => "e.replay_of IS NOT NULL".to_owned(),
            Condition::Has(having) => having_sql(*having).to_owned(),
            Condition::Method(text) => self.equals("e.method", text),
            Condition::Path(wanted) => self.path(wanted),
            Condition::Source(source) => self.is("e.source", source.as_str()),
            Condition::Platform(platform) => self.is("e.platform", platform.as_str()),
            Condition::Bot(text) => self.bot(text),
            Condition::Body(text) => self.body(text),
            Condition::Note(text) => {
                let part = self.bind(text::folded(text));
                format!("e.note <> '' AND text_contains(e.note, {part})")
            }
            Condition::Id(text) => self.id(text, "e.id"),
            Condition::Of(text) => {
                let (repeats, follows) =
                    (self.id(text, "e.replay_of"), self.id(text, "e.caused_by"));
                format!("({repeats} OR {follows}) IS TRUE")
            }
            Condition::At(comparison, moment) => {
                let moment = self.bind(moment.0);
                format!("e.at {} {moment}", comparison.as_str())
            }
            Condition::AtSpan { from, until } => {
                let (from, until) = (self.bind(from.0), self.bind(until.0));
                format!("e.at >= {from} AND e.at < {until}")
            }
            Condition::Duration(comparison, milliseconds) => {
                let milliseconds = self.bind(*milliseconds);
                format!("e.duration_ms {} {milliseconds}", comparison.as_str())
            }
            Condition::Size(comparison, bytes) => {
                let bytes = self.bind(to_sql(*bytes));
                format!("e.request_bytes {} {bytes}", comparison.as_str())
            }
            Condition::Variable { path, test } => self.variable(path, test),
            Condition::Header { name, value } => self.header(name, value),
        }
    }

    /// A condition about any message of an exchange, `m`.
    fn in_messages(&mut self, condition: &str) -> String {
        self.exists(&format!("messages m WHERE {OF_E} AND {condition}"))
    }

    /// A condition about an exchange's request, `m`.
    fn in_request(&mut self, condition: &str) -> String {
        let key = messages::key_sql("e.seq", Side::Request);
        self.exists(&format!("messages m WHERE m.key = {key} AND {condition}"))
    }

    fn exists(&mut self, rows: &str) -> String {
        self.reads_texts = true;
        self.reads_messages = true;
        format!("EXISTS (SELECT 1 FROM {rows})")
    }

    fn is(&mut self, column: &str, name: &str) -> String {
        let name = self.bind(name.to_owned());
        format!("{column} = {name}")
    }

    fn equals(&mut self, column: &str, text: &str) -> String {
        let text = self.bind(text::folded(text));
        format!("text_equals({column}, {text})")
    }

    /// A name that the search index holds.
    fn named(&mut self, column: &str, wanted: &Wanted) -> String {
        let candidates = self.candidates(&[&wanted.text]);
        let part = self.bind(text::folded(&wanted.text));
        let compare = if wanted.whole {
            "text_equals"
        } else {
            "text_contains"
        };
        format!("{candidates} AND {compare}({column}, {part})")
    }

    fn bot(&mut self, text: &str) -> String {
        let name = self.bind(text::folded(text));
        let id = uuid::Uuid::try_parse(text).map(|id| id.as_bytes().to_vec());
        let id = self.bind(id.unwrap_or_default());
        format!("e.bot IN (SELECT id FROM bots WHERE text_equals(name, {name}) OR id = {id})")
    }

    /// An id or its beginning, as a range of the index.
    fn id(&mut self, text: &str, column: &str) -> String {
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
        format!("{column} BETWEEN {low} AND {high}")
    }

    fn path(&mut self, wanted: &Wanted) -> String {
        if wanted.whole {
            return self.named("e.path", wanted);
        }
        let part = self.bind(text::folded(&wanted.text));
        let in_query = self.in_request(&format!("query_contains(m.head, {part})"));
        let candidates = self.candidates(&[&wanted.text]);
        format!("{candidates} AND (text_contains(e.path, {part}) OR {in_query})")
    }

    fn body(&mut self, text: &str) -> String {
        let part = self.bind(text::folded(text));
        let in_body = self.in_messages(&format!("body_contains(?3, {READ}, {part})"));
        format!("{} AND {in_body}", self.body_candidates(text))
    }

    fn text(&mut self, text: &str) -> String {
        let part = self.bind(text::folded(text));
        let names = ["event", "user", "path", "note"]
            .map(|column| format!("text_contains(e.{column}, {part})"))
            .join(" OR ");
        let in_body = format!(
            "({} OR {})",
            self.in_messages(&format!("body_contains(?3, {READ}, {part})")),
            self.in_request(&format!("query_contains(m.head, {part})"))
        );
        if is_short(text) {
            return format!("{names} OR ({} AND {in_body})", self.body_candidates(text));
        }
        format!("{} AND ({names} OR {in_body})", self.candidates(&[text]))
    }

    fn variable(&mut self, path: &VariablePath, test: &VariableTest) -> String {
        // A number may be written in other ways than the filter's.
        let value = match test {
            VariableTest::Equals(text) if !starts_as_number(text) => Some(text.as_str()),
            VariableTest::Text(text) | VariableTest::Contains(text) => Some(text.as_str()),
            VariableTest::Equals(_) | VariableTest::Compare(..) => None,
        };
        let texts: Vec<&str> = path
            .names()
            .chain(value)
            .filter(|text| is_plain(text))
            .collect();
        let candidates = self.candidates(&texts);
        let path = self.bind(path.text().to_owned());
        let sign = self.bind(test.sign().to_owned());
        let text = self.bind(test.text().to_owned());
        let [request, answer] =
            [Side::Request, Side::Response].map(|side| messages::key_sql("e.seq", side));
        let fits = self.exists(&format!(
            "messages m LEFT JOIN messages a ON a.key = {answer} WHERE m.key = {request} \
             AND variable_fits(?3, m.head, m.coding, m.body, a.head, a.coding, a.body, \
             e.platform, e.bot, {path}, {sign}, {text})"
        ));
        format!("{candidates} AND {fits}")
    }

    fn header(&mut self, name: &str, wanted: &Wanted) -> String {
        let name = self.bind(text::folded(name));
        let value = self.bind(text::folded(&wanted.text));
        let whole = i64::from(wanted.whole);
        self.in_request(&format!("header_fits(m.head, {name}, {value}, {whole})"))
    }

    /// What may hold these texts: what the index names, what it does not hold yet or not whole,
    /// and the few that have a note, which is not indexed because it can change. Everything, where
    /// they are too short for the index.
    fn candidates(&mut self, texts: &[&str]) -> String {
        self.reads_texts = true;
        let mut all: Vec<String> = texts.iter().flat_map(|text| triples(text)).collect();
        if all.is_empty() {
            return "1".to_owned();
        }
        all.sort_unstable();
        all.dedup();
        // The index reads a list of exchanges for each: a few of them tell enough.
        let step = all.len().div_ceil(TRIPLES_ASKED);
        let asked: Vec<String> = all.into_iter().step_by(step).collect();
        let asked = self.bind(asked.join(" AND "));
        format!(
            "e.seq IN (SELECT rowid FROM search WHERE search MATCH {asked} \
             AND rowid BETWEEN ?1 AND ?2 \
             UNION ALL SELECT seq FROM exchanges WHERE seq BETWEEN ?1 AND ?2 AND seq > \
             coalesce((SELECT value FROM counters WHERE name = 'indexed_seq'), 0) \
             UNION ALL SELECT seq FROM search_again UNION ALL SELECT seq FROM search_cut \
             UNION ALL SELECT seq FROM exchanges WHERE note <> '')"
        )
    }

    /// The same for a text in a body; a short one is looked for in the newest only.
    fn body_candidates(&mut self, text: &str) -> String {
        if is_short(text) {
            self.reads_texts = true;
            return format!("e.seq > {}", newest(BODIES_READ_FOR_SHORT));
        }
        self.candidates(&[text])
    }
}

fn is_short(text: &str) -> bool {
    text.chars().count() < INDEXED_LETTERS
}

/// Whether a body that holds this name or value holds it letter by letter: it has nothing that
/// JSON or a form would write another way, beyond the escapes that are resolved for the index.
fn is_plain(text: &str) -> bool {
    text.chars()
        .all(|letter| letter.is_alphanumeric() || letter == '_')
}

/// Whether JSON may hold the value of this text as a number, with other digits.
fn starts_as_number(text: &str) -> bool {
    text.starts_with(|first: char| first == '-' || first.is_ascii_digit())
}

/// Every three letters in a row, as the index is asked for them.
fn triples(text: &str) -> Vec<String> {
    let letters: Vec<char> = text.chars().collect();
    letters
        .windows(INDEXED_LETTERS)
        .map(|triple| {
            format!(
                "\"{}\"",
                triple.iter().collect::<String>().replace('"', "\"\"")
            )
        })
        .collect()
}

/// The number below which there are this many newer ones at most.
fn newest(many: u64) -> String {
    format!("coalesce((SELECT max(seq) FROM exchanges), 0) - {many}")
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
