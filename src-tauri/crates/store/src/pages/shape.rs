//! Which table a row is of, by the kinds of its values: the columns are typed. The first table that
//! fits counts: a row of `messages` fits `bodies`, too, whose rows are longer.

use rusqlite::Connection;
use rusqlite::types::Value;

use super::cell::Kind;
use super::record::Stored;
use crate::schema;
use crate::table::bodies;

/// The tables that are looked for. `bodies` is one of versions 1 to 6.
const TABLES: [&str; 10] = [
    "exchanges",
    "messages",
    "body_pieces",
    "bodies",
    "bots",
    "user_names",
    "rules",
    "rule_states",
    "settings",
    "counters",
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Type {
    Integer,
    Real,
    Text,
    Blob,
}

#[derive(Debug)]
struct Column {
    name: String,
    kind: Type,
    may_be_null: bool,
    /// It is the row's number, which is not among its values.
    is_number: bool,
    /// What it is in a row of before it was added.
    default: Value,
}

/// A table.
#[derive(Debug)]
pub(crate) struct Shape {
    pub(crate) table: &'static str,
    kind: Kind,
    /// In the order in which their values lie.
    columns: Vec<Column>,
    /// A row has so many of them at least: further ones were added by later versions.
    least: usize,
}

/// All of them.
#[derive(Debug)]
pub(crate) struct Shapes(Vec<Shape>);

impl Shapes {
    /// Those of a sound database of the present version.
    pub(crate) fn of(sound: &Connection) -> rusqlite::Result<Self> {
        let earlier = Connection::open_in_memory()?;
        earlier.execute_batch(bodies::CREATE)?;
        let shapes = TABLES.iter().map(|table| match *table {
            "bodies" => Shape::of(&earlier, table),
            _ => Shape::of(sound, table),
        });
        Ok(Self(shapes.collect::<rusqlite::Result<_>>()?))
    }

    /// Those of the present version.
    pub(crate) fn known() -> rusqlite::Result<Self> {
        let mut sound = Connection::open_in_memory()?;
        schema::migrate(&mut sound)?;
        Self::of(&sound)
    }

    /// The table that a row with such values is of.
    pub(super) fn of_row(&self, kind: Kind, stored: &[Stored]) -> Option<&Shape> {
        self.0.iter().find(|shape| shape.fits(kind, stored))
    }

    pub(crate) fn named(&self, table: &str) -> Option<&Shape> {
        self.0.iter().find(|shape| shape.table == table)
    }
}

impl Shape {
    fn of(conn: &Connection, table: &'static str) -> rusqlite::Result<Self> {
        let without_numbers: bool = conn.query_row(
            "SELECT wr FROM pragma_table_list WHERE name = ?1",
            [table],
            |row| row.get(0),
        )?;
        // Generated ones are stored nowhere.
        let sql = "SELECT name, type, \"notnull\", pk, dflt_value FROM pragma_table_xinfo(?1) \
             WHERE hidden = 0 ORDER BY iif(?2 AND pk > 0, pk, 1000 + cid)";
        let mut found = conn.prepare(sql)?;
        let rows = found.query_map((table, without_numbers), |row| {
            let (declared, key): (String, i64) = (row.get(1)?, row.get(3)?);
            let default: Option<String> = row.get(4)?;
            Ok(Column {
                name: row.get(0)?,
                is_number: !without_numbers && key > 0 && declared == "INTEGER",
                kind: match declared.as_str() {
                    "INTEGER" => Type::Integer,
                    "REAL" => Type::Real,
                    "TEXT" => Type::Text,
                    _ => Type::Blob,
                },
                may_be_null: !row.get::<_, bool>(2)? && key == 0,
                default: match default {
                    Some(sql) => conn.query_row(&format!("SELECT {sql}"), [], |row| row.get(0))?,
                    None => Value::Null,
                },
            })
        })?;
        let columns: Vec<Column> = rows.collect::<rusqlite::Result<_>>()?;
        let is_there = |column: &Column| !column.may_be_null && column.default == Value::Null;
        Ok(Self {
            table,
            kind: match without_numbers {
                true => Kind::Keys,
                false => Kind::Rows,
            },
            least: columns
                .iter()
                .rposition(is_there)
                .map_or(0, |last| last + 1),
            columns,
        })
    }

    fn fits(&self, kind: Kind, stored: &[Stored]) -> bool {
        let kind = match kind {
            Kind::InnerKeys => Kind::Keys,
            other => other,
        };
        let many = self.least..=self.columns.len();
        let mut both = self.columns.iter().zip(stored);
        kind == self.kind
            && many.contains(&stored.len())
            && both.all(|(column, stored)| column.fits(*stored))
    }

    /// The place of a column among a row's values.
    pub(super) fn place(&self, column: &str) -> Option<usize> {
        self.columns.iter().position(|one| one.name == column)
    }

    /// The names of the columns, as an `INSERT` has them.
    pub(crate) fn names(&self) -> String {
        let names: Vec<&str> = self.columns.iter().map(|one| one.name.as_str()).collect();
        names.join(", ")
    }

    /// A row as the present version has it.
    pub(super) fn completed(&self, number: Option<i64>, values: Vec<Value>) -> Vec<Value> {
        let mut values = values.into_iter();
        let columns = self.columns.iter();
        columns
            .map(|column| match (values.next(), column.is_number, number) {
                (_, true, Some(number)) => Value::Integer(number),
                // A whole number takes less room than a fraction.
                (Some(Value::Integer(whole)), ..) if column.kind == Type::Real => {
                    Value::Real(whole as f64)
                }
                (Some(value), ..) => value,
                (None, ..) => column.default.clone(),
            })
            .collect()
    }
}

impl Column {
    const fn fits(&self, stored: Stored) -> bool {
        match stored {
            Stored::Null => self.may_be_null || self.is_number,
            _ if self.is_number => false,
            Stored::Integer(..) => matches!(self.kind, Type::Integer | Type::Real),
            Stored::Real => matches!(self.kind, Type::Real),
            Stored::Text(_) => matches!(self.kind, Type::Text),
            Stored::Blob(_) => matches!(self.kind, Type::Blob),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The kinds of values of a row with as much as it may have, or as little.
    fn row(shape: &Shape, is_full: bool) -> Vec<Stored> {
        let columns = shape.columns.iter();
        let all = columns.map(|column| match column.kind {
            _ if column.is_number || (column.may_be_null && !is_full) => Stored::Null,
            Type::Integer => Stored::Integer(1, None),
            Type::Real => Stored::Real,
            Type::Text => Stored::Text(3),
            Type::Blob => Stored::Blob(3),
        });
        all.collect()
    }

    #[test]
    fn a_row_is_of_its_table() {
        let shapes = Shapes::known().unwrap();
        assert_eq!(shapes.0.len(), TABLES.len());
        for shape in &shapes.0 {
            for is_full in [true, false] {
                let row = row(shape, is_full);
                let table = shapes.of_row(shape.kind, &row).map(|shape| shape.table);
                assert_eq!(table, Some(shape.table), "{row:?}");
            }
        }
    }
}
