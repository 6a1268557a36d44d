//! What a person calls the users of a bot: shown in place of an id, and found by `user:`.

use std::collections::BTreeMap;
use std::sync::Arc;

use protocol::{BotId, Condition, Filter, Wanted};

use super::{Bot, Bots};
use crate::error::Invalid;
use crate::words;

/// Names by user, as the exchanges name it.
pub type UserNames = BTreeMap<String, String>;

/// What to change about them: `None` takes a name away, a user that is not named stays.
pub type UserNamesPatch = BTreeMap<String, Option<String>>;

/// The longest name, in characters, and the longest user: as a list shows both.
const NAME_CHARS: usize = 100;
const USER_CHARS: usize = 1_000;
/// Names of one bot: a guess at what a person gives by hand, far above it.
const NAMES: usize = 1_000;
/// Users that one text of a filter stands for at most.
const NAMED_BY_ONE: usize = 100;

impl Bot {
    /// Takes other names of its users.
    pub(super) fn name_users(&mut self, patch: UserNamesPatch) -> Result<(), Invalid> {
        if patch.is_empty() {
            return Ok(());
        }
        let mut names = UserNames::clone(&self.user_names);
        for (user, name) in patch {
            let at = || format!("/user_names/{}", user.replace('~', "~0").replace('/', "~1"));
            let name = name
                .as_deref()
                .map(str::trim)
                .filter(|name| !name.is_empty());
            let Some(name) = name else {
                names.remove(&user);
                continue;
            };
            if name.chars().count() > NAME_CHARS || user.chars().count() > USER_CHARS {
                return Err(Invalid::new(at(), words::USER_NAME.arg(NAME_CHARS as u64)));
            }
            // The history holds no such user: SQLite's texts end with it.
            if user.contains('\0') {
                return Err(Invalid::new(at(), &words::USER_NUL));
            }
            if !protocol::is_name(name) {
                return Err(Invalid::new(at(), &words::NAME_LINE));
            }
            names.insert(user, name.to_owned());
        }
        if names.len() > NAMES {
            let sentence = words::USER_NAMES.arg(NAMES as u64);
            return Err(Invalid::new("/user_names", sentence));
        }
        self.user_names = Arc::new(names);
        Ok(())
    }
}

impl Bots {
    /// A filter that finds users by the names they were given, too.
    pub(crate) fn with_user_names(&self, filter: Filter) -> Filter {
        with_names(filter, &self.list())
    }
}

fn with_names(mut filter: Filter, bots: &[Arc<Bot>]) -> Filter {
    for term in &mut filter.terms {
        let condition = std::mem::replace(&mut term.condition, Condition::Any(Vec::new()));
        term.condition = named(condition, bots);
    }
    filter
}

fn named(condition: Condition, bots: &[Arc<Bot>]) -> Condition {
    match condition {
        Condition::Any(all) => {
            Condition::Any(all.into_iter().map(|one| named(one, bots)).collect())
        }
        Condition::User(wanted) => {
            let users = users(&wanted, bots);
            if users.is_empty() {
                return Condition::User(wanted);
            }
            let users = users.into_iter();
            let of = users.map(|(bot, user)| Condition::UserOf { bot, user });
            Condition::Any([Condition::User(wanted)].into_iter().chain(of).collect())
        }
        other => other,
    }
}

/// The users whose name fits.
fn users(wanted: &Wanted, bots: &[Arc<Bot>]) -> Vec<(BotId, String)> {
    let text = wanted.text.to_lowercase();
    let fits = |name: &str| match wanted.whole {
        true => name.to_lowercase() == text,
        false => !text.is_empty() && name.to_lowercase().contains(&text),
    };
    let all = bots.iter().flat_map(|bot| {
        let names = bot.user_names.iter();
        names.map(|(user, name)| (bot.id, user, name))
    });
    let fitting = all.filter(|(_, _, name)| fits(name));
    let users = fitting.map(|(bot, user, _)| (bot, user.clone()));
    users.take(NAMED_BY_ONE).collect()
}

#[cfg(test)]
mod tests {
    use protocol::{FilterTime, PlatformChoice, parse_filter};

    use super::*;
    use crate::bots::new_bot;

    fn bot() -> Bot {
        let mut bot = new_bot("bot".to_owned(), PlatformChoice::Auto);
        let names = [("777", "Иван, тест"), ("5", "Пётр")];
        let names = names.map(|(user, name)| (user.to_owned(), Some(name.to_owned())));
        bot.name_users(names.into()).unwrap();
        bot
    }

    #[test]
    fn a_name_is_trimmed_taken_away_by_null_and_refused_with_its_place_where_it_does_not_fit() {
        let mut bot = bot();
        bot.name_users([("777".to_owned(), Some("  Анна ".to_owned()))].into())
            .unwrap();
        assert_eq!(bot.user_names["777"], "Анна");
        let gone = [
            ("777".to_owned(), None),
            ("5".to_owned(), Some(" ".to_owned())),
        ];
        bot.name_users(gone.into()).unwrap();
        assert!(bot.user_names.is_empty());
        let long = [("a/b".to_owned(), Some("я".repeat(NAME_CHARS + 1)))];
        let refused = bot.name_users(long.into()).unwrap_err();
        assert_eq!(refused.pointer, "/user_names/a~1b");
        let lines = [("5".to_owned(), Some("Анна\nОля".to_owned()))];
        let refused = bot.name_users(lines.into()).unwrap_err();
        assert_eq!(refused.pointer, "/user_names/5");
        let nul = [("a\0".to_owned(), Some("Анна".to_owned()))];
        let refused = bot.name_users(nul.into()).unwrap_err();
        assert_eq!(refused.pointer, "/user_names/a\0");
        let many = (0..=NAMES).map(|at| (at.to_string(), Some("x".to_owned())));
        assert_eq!(
            bot.name_users(many.collect()).unwrap_err().pointer,
            "/user_names"
        );
        assert!(bot.user_names.is_empty(), "what is refused changes nothing");
    }

    #[test]
    fn a_filter_finds_users_by_a_part_of_their_name_and_the_whole_in_quotes() {
        let bots = [Arc::new(bot())];
        let id = bots[0].id;
        let stands_for = |text: &str| {
            let filter = parse_filter(text, &FilterTime::default()).unwrap();
            let filter = with_names(filter, &bots);
            let Condition::Any(all) = &filter.terms[0].condition else {
                return Vec::new();
            };
            let of = |one: &Condition| match one {
                Condition::UserOf { bot, user } if *bot == id => vec![user.clone()],
                Condition::Any(inner) => inner
                    .iter()
                    .filter_map(|one| match one {
                        Condition::UserOf { user, .. } => Some(user.clone()),
                        _ => None,
                    })
                    .collect(),
                _ => Vec::new(),
            };
            all.iter().flat_map(of).collect::<Vec<_>>()
        };
        assert_eq!(stands_for("user:иВАН"), ["777"]);
        assert_eq!(stands_for("-user:пётр,тест"), ["5", "777"]);
        assert_eq!(stands_for("user:\"Пётр\""), ["5"]);
        assert_eq!(stands_for("user:\"Пёт\""), [""; 0]);
        assert_eq!(stands_for("user:\"\""), [""; 0]);
        assert_eq!(stands_for("event:иван"), [""; 0]);
    }
}
