//! Answers of servers that come after their bots have been answered: a developer who stops at a
//! breakpoint loses nothing. The call goes on, its answer is kept, and its variables can go out
//! with the next answer to the same user.

mod calls;
mod deliveries;
mod merge;

pub(crate) use calls::{LATE_MOST, LateCalls};
pub(crate) use deliveries::{Deliveries, DeliveryEnd, LateDelivery};
pub(crate) use merge::{has_room, merged, names, object_text};
