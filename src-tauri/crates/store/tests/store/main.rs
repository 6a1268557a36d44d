//! Claims about the store, each over a real database in a directory of its own.

mod deletion;
mod failure;
mod filtering;
mod home;
mod kill;
mod listing;
mod opening;
mod recording;
mod retention;
