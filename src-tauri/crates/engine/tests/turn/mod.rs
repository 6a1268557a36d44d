//! Turns in this process, under a clock that goes on only when everybody waits: an hour's hold
//! takes no time, and what happens at one moment happens in one order.

mod attempts;
mod circles;
mod ends;
mod harness;
mod holds;
mod late;
mod patience;
mod rules;
mod servers;
