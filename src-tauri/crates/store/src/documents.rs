//! What is stored beside the history, as it was committed last. It is in memory too, so that a
//! database that takes the place of a damaged one begins with it.

use std::collections::HashMap;

use protocol::{BotId, ExchangeId};
use rusqlite::Connection;
use rusqlite::types::Value;

use crate::convert::from_sql;
use crate::pages::Found;
use crate::table::{bots, copied, rules, settings, user_names};
use crate::types::{Bot, DocumentKind, LostRows, RuleUses, StoredRule, StoredRuleState, UserName};

/// What is stored beside the history.
#[derive(Default)]
pub(crate) struct Documents {
    rows: DocumentRows,
    memory: RuleMemory,
}

/// Bots, their users' names, their rules and the settings: a few rows, read anew after a change.
#[derive(Default)]
pub(crate) struct DocumentRows {
    bots: Vec<Bot>,
    user_names: Vec<UserName>,
    settings: Vec<(String, String)>,
    rules: Vec<StoredRule>,
}

/// What rules remember, by bot and rule. Turns change it: it is followed, not read anew. A state
/// takes some hundred bytes.
type RuleMemory = HashMap<BotId, HashMap<String, MemoryOfRule>>;

#[derive(Default)]
struct MemoryOfRule {
    hits: u64,
    last_hit: Option<ExchangeId>,
    /// By key: how many turns were counted, and the position.
    states: HashMap<Box<str>, (u64, u32)>,
}

/// Whether all rows of a table can be read.
type IsReadable = fn(&Connection) -> bool;

/// A kind, and whether all of its rows can be read.
type KindTable = (DocumentKind, IsReadable);

const TABLES: [KindTable; 5] = [
    (DocumentKind::Bots, |conn| bots::all(conn).is_ok()),
    (DocumentKind::UserNames, |conn| {
        user_names::all(conn).is_ok()
    }),
    (DocumentKind::Rules, |conn| rules::all(conn).is_ok()),
    (DocumentKind::RuleStates, |conn| rules::states(conn).is_ok()),
    (DocumentKind::Settings, |conn| settings::all(conn).is_ok()),
];

/// How often a table is read, at most, to find out which of the rows that are added spoil it. One
/// row among 100,000 takes some 34 reads.
const LOOKS: usize = 500;

/// Copies from a damaged database what can be read of it, by SQLite and by its pages; what cannot
/// be read whole.
pub(crate) fn copy(
    from: Option<&Connection>,
    mut found: Option<&mut Found>,
    to: &Connection,
) -> rusqlite::Result<Vec<LostRows>> {
    let mut lost = Vec::new();
    for (kind, is_readable) in TABLES {
        let table = kind.as_str();
        let mut is_whole = match from {
            Some(from) => copied::copy_table(from, to, table)?,
            None => false,
        };
        if !is_whole || !is_readable(to) {
            is_whole = match found.as_deref_mut() {
                Some(found) => copy_found(found, to, (table, is_readable))?,
                None => is_whole,
            };
        }
        if !is_readable(to) {
            // Values that no version has written: a page may be damaged and sound as a page.
            to.execute(&format!("DELETE FROM {table}"), [])?;
            is_whole = false;
        }
        if !is_whole {
            let sql = format!("SELECT count(*) FROM {table}");
            let taken = to.query_row(&sql, [], |row| row.get(0).map(from_sql))?;
            lost.push(LostRows { kind, taken });
        }
    }
    Ok(lost)
}

/// Copies the rows of a table that its pages hold; whether those are all of them.
fn copy_found(
    found: &mut Found,
    to: &Connection,
    (table, is_readable): (&str, IsReadable),
) -> rusqlite::Result<bool> {
    let (rows, is_whole) = found.documents(table);
    let columns = found.columns(table);
    if !is_readable(to) {
        // What SQLite has read of it spoils it.
        to.execute(&format!("DELETE FROM {table}"), [])?;
    }
    let mut added = Added::default();
    let table = Table {
        to,
        name: table,
        columns: &columns,
        is_readable: &is_readable,
    };
    table.add(&rows, &mut added)?;
    Ok(is_whole && !added.differ)
}

/// A table that rows are added to which were found in pages.
struct Table<'t> {
    to: &'t Connection,
    name: &'t str,
    columns: &'t str,
    is_readable: &'t dyn Fn(&Connection) -> bool,
}

#[derive(Debug, Default, PartialEq, Eq)]
struct Added {
    /// So many rows are new.
    taken: u64,
    /// It has not all of those that were found: it has others, or they cannot be read.
    differ: bool,
    /// How often the table was read.
    looks: usize,
}

impl Table<'_> {
    /// Adds rows; none of those that spoil the table. Where some do, the halves are tried.
    fn add(&self, rows: &[Vec<Value>], added: &mut Added) -> rusqlite::Result<()> {
        if rows.is_empty() {
            return Ok(());
        }
        if added.looks == LOOKS {
            added.differ = true;
            return Ok(());
        }
        let (mut taken, mut differ) = (0, false);
        self.to.execute_batch("SAVEPOINT rows")?;
        for row in rows {
            let is_new = copied::insert_if_it_fits(self.to, self.name, self.columns, row)?;
            taken += u64::from(is_new);
            differ |= !is_new && !copied::has_row(self.to, self.name, self.columns, row)?;
        }
        added.looks += 1;
        let is_readable = (self.is_readable)(self.to);
        if !is_readable {
            self.to.execute_batch("ROLLBACK TO rows")?;
        }
        self.to.execute_batch("RELEASE rows")?;
        if is_readable {
            added.taken += taken;
            added.differ |= differ;
            return Ok(());
        }
        let (first, second) = rows.split_at(rows.len() / 2);
        if first.is_empty() {
            added.differ = true;
            return Ok(());
        }
        self.add(first, added)?;
        self.add(second, added)
    }
}

/// A change of what rules remember, as a transaction makes it.
pub(crate) enum RuleChange {
    /// Turns were counted.
    Used(RuleUses),
    /// A rule forgets one key, or all.
    Reset(BotId, String, Option<String>),
    /// A bot has these rules alone.
    Replaced(BotId, Vec<String>),
    /// A bot has none.
    Removed(BotId),
}

impl DocumentRows {
    pub(crate) fn read(conn: &Connection) -> rusqlite::Result<Self> {
        Ok(Self {
            bots: bots::all(conn)?,
            user_names: user_names::all(conn)?,
            settings: settings::all(conn)?,
            rules: rules::all(conn)?,
        })
    }
}

impl Documents {
    pub(crate) fn read(conn: &Connection) -> rusqlite::Result<Self> {
        let rows = DocumentRows::read(conn)?;
        let mut memory = RuleMemory::default();
        for rule in &rows.rules {
            let of_rule = of_rule(&mut memory, rule.bot, &rule.id);
            (of_rule.hits, of_rule.last_hit) = (rule.hits, rule.last_hit);
        }
        for state in rules::states(conn)? {
            let of_rule = of_rule(&mut memory, state.bot, &state.rule);
            let (calls, position) = (state.calls, state.position);
            of_rule.states.insert(state.key.into(), (calls, position));
        }
        Ok(Self { rows, memory })
    }

    /// Takes over what a transaction has committed.
    pub(crate) fn committed(&mut self, rows: Option<DocumentRows>, changes: Vec<RuleChange>) {
        for change in changes {
            change.apply(&mut self.memory);
        }
        if let Some(rows) = rows {
            self.rows = rows;
        }
    }

    /// Writes them into a database that has none of them.
    pub(crate) fn write(&self, conn: &Connection) -> rusqlite::Result<()> {
        let rows = &self.rows;
        for bot in &rows.bots {
            bots::insert(conn, bot)?;
        }
        for name in &rows.user_names {
            user_names::insert(conn, name)?;
        }
        for (key, value) in &rows.settings {
            settings::set(conn, key, value)?;
        }
        for of_bot in rows.rules.chunk_by(|one, next| one.bot == next.bot) {
            let named = of_bot.iter();
            let named = named.map(|rule| (rule.id.clone(), rule.definition.clone()));
            rules::replace(conn, of_bot[0].bot, &named.collect::<Vec<_>>())?;
        }
        for (bot, memory) in &self.memory {
            for (rule, of_rule) in memory {
                rules::save_uses(conn, &of_rule.uses(*bot, rule))?;
            }
        }
        Ok(())
    }
}

fn of_rule<'a>(memory: &'a mut RuleMemory, bot: BotId, rule: &str) -> &'a mut MemoryOfRule {
    memory
        .entry(bot)
        .or_default()
        .entry(rule.to_owned())
        .or_default()
}

/// The same where there is such a rule: nothing is written of others.
fn known<'a>(memory: &'a mut RuleMemory, bot: BotId, rule: &str) -> Option<&'a mut MemoryOfRule> {
    memory.get_mut(&bot)?.get_mut(rule)
}

impl RuleChange {
    /// Does to the memory what `table::rules` does to the tables.
    fn apply(self, memory: &mut RuleMemory) {
        match self {
            Self::Used(uses) => {
                for state in uses.states {
                    if let Some(of_rule) = known(memory, state.bot, &state.rule) {
                        let counted = (state.calls, state.position);
                        of_rule.states.insert(state.key.into(), counted);
                    }
                }
                if let Some((bot, number)) = uses.number {
                    let states = &mut of_rule(memory, bot, "").states;
                    states.insert("".into(), (number, 0));
                }
                for (bot, rule, key) in uses.forgotten {
                    if let Some(of_rule) = known(memory, bot, &rule) {
                        of_rule.states.remove(&*key);
                    }
                }
                if let Some((bot, rule, hits, exchange)) = uses.hit
                    && let Some(of_rule) = known(memory, bot, &rule)
                {
                    (of_rule.hits, of_rule.last_hit) = (hits, Some(exchange));
                }
            }
            Self::Reset(bot, rule, Some(key)) => {
                of_rule(memory, bot, &rule).states.remove(&*key);
            }
            Self::Reset(bot, rule, None) => of_rule(memory, bot, &rule).states.clear(),
            Self::Replaced(bot, rules) => {
                let of_bot = memory.entry(bot).or_default();
                of_bot.retain(|rule, _| rule.is_empty() || rules.contains(rule));
                for rule in rules {
                    of_bot.entry(rule).or_default();
                }
            }
            Self::Removed(bot) => drop(memory.remove(&bot)),
        }
    }
}

impl MemoryOfRule {
    fn uses(&self, bot: BotId, rule: &str) -> RuleUses {
        if rule.is_empty() {
            let number = self.states.get("").map(|(number, _)| (bot, *number));
            return RuleUses {
                number,
                ..RuleUses::default()
            };
        }
        let states = self.states.iter();
        let states = states.map(|(key, &(calls, position))| StoredRuleState {
            bot,
            rule: rule.to_owned(),
            key: key.to_string(),
            calls,
            position,
        });
        let hit = self
            .last_hit
            .map(|exchange| (bot, rule.to_owned(), self.hits, exchange));
        RuleUses {
            states: states.collect(),
            hit,
            ..RuleUses::default()
        }
    }
}

#[cfg(test)]
mod tests;
