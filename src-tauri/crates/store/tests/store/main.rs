//! Claims about the store, each over a real database in a directory of its own.

#![allow(
    clippy::unwrap_used,
    reason = "helpers of tests are no tests to the lint"
)]

mod bodies_moved;
mod conversations;
mod damaged_start;
mod deletion;
mod failure;
mod filtered_in_memory;
mod filtering;
mod fixtures;
mod garbled;
mod home;
mod kill;
mod left;
mod listing;
mod long_bodies;
mod moved;
mod newer;
mod opening;
mod overwritten;
mod recording;
mod retention;
mod rules;
mod sample;
mod tables;
