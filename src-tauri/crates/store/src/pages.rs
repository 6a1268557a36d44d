//! A damaged database page by page, without SQLite, which reads nothing behind a header, a schema
//! or an inner page that is lost: each page that holds rows tells by itself which they are.
//!
//! The format is SQLite's: <https://sqlite.org/fileformat2.html>. Nothing is written.

mod cell;
mod file;
mod found;
mod index;
pub(crate) mod log;
mod number;
mod record;
mod shape;
mod tree;

pub(crate) use file::PageFile;
pub(crate) use found::Found;
pub(crate) use shape::Shapes;
