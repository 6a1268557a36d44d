//! How large a rule may be. The numbers are guesses far above what people write by hand; they keep
//! a rule from somewhere else from taking memory or time.

/// Bytes of a rule's JSON text.
pub const RULE_MAX_BYTES: usize = 4 << 20;

/// Conditions in one rule, groups included.
pub const CONDITIONS_MAX: usize = 200;

/// Levels of groups within groups.
pub const DEPTH_MAX: usize = 16;

/// Levels of lists and objects in one value, schemas included.
pub const VALUE_DEPTH_MAX: usize = 32;

/// Values in one `in`.
pub const LIST_MAX: usize = 1_000;

/// Bytes of one text of a condition, expressions and schemas included.
pub const TEXT_MAX_BYTES: usize = 64 << 10;

/// Characters of a name, a group or an id.
pub const NAME_MAX_CHARS: usize = 200;

/// Bytes of one body or template.
pub const BODY_MAX_BYTES: usize = 1 << 20;

/// Replies in a sequence.
pub const REPLIES_MAX: usize = 100;

/// Variables that a patch sets or removes.
pub const PATCH_MAX: usize = 200;

/// Calls after an answer.
pub const AFTER_MAX: usize = 10;

/// The longest delay, in milliseconds: as long as the longest hold.
pub const DELAY_MAX_MS: u64 = 3_600_000;

/// The longest hold, in seconds, as in the bot's own settings.
pub const HOLD_MAX_SECONDS: u64 = 3_600;
