//! What was answered to an event: equal answers as one version, newest first.

use std::collections::HashMap;

use protocol::{
    Answer, AnsweredBy, BodyInfo, BotId, Condition, Exchange, ExchangeId, Filter, IN_MEMORY_BYTES,
    Side, State, Summary, Term, UtcMillis, Wanted, body_info,
};
use sha2::{Digest, Sha256};
use store::ListQuery;

use super::Engine;
use crate::error::Error;
use crate::read_aside::{read_aside, takes_long};
use crate::turn::as_given;

/// Turns that are read for one page.
const TURNS_MAX: usize = 2_000;

/// Bytes of answers that are read for one page: some tenths of a second.
const BYTES_MAX: u64 = 64 << 20;

/// Turns that are listed at once.
const STEP: usize = 200;

/// Lists that are read for one page: where a filter finds little, each looks back a long way.
const STEPS_MAX: usize = 20;

/// Bytes of a body that are carried as text.
const TEXT_BYTES: u64 = 64 * 1024;

/// Which answers are asked for.
#[derive(Clone, Debug, Default)]
pub struct AnswerQuery {
    /// Of one bot alone.
    pub bot: Option<BotId>,
    /// To one event alone, by its whole name.
    pub event: Option<String>,
    /// Only to turns before this number.
    pub before: Option<u64>,
    /// How many versions at most.
    pub limit: usize,
}

/// A turn that had an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnsweredTurn {
    /// The exchange.
    pub id: ExchangeId,
    /// Its number.
    pub seq: u64,
    /// When it arrived.
    pub at: UtcMillis,
}

/// An answer, and how often it was given.
#[derive(Clone, Debug)]
pub struct AnswerVersion {
    /// The newest turn that it was given to.
    pub newest: Summary,
    /// The oldest one within the page.
    pub first: AnsweredTurn,
    /// How often it was given within the page.
    pub times: u64,
    /// Its status.
    pub status: u16,
    /// The fields that somebody gave: without those of the server.
    pub headers: Vec<(String, String)>,
    /// What its body is.
    pub body: BodyInfo,
    /// The body, where it is text and not long.
    pub text: Option<String>,
}

/// A part of the versions.
#[derive(Clone, Debug, Default)]
pub struct AnswerPage {
    /// Newest first.
    pub versions: Vec<AnswerVersion>,
    /// What to ask for as `before` to go on; `None` at the end.
    pub next_before: Option<u64>,
}

/// What makes two answers the same version.
type Sameness = [u8; 32];

#[derive(Default)]
struct Gathered {
    versions: Vec<AnswerVersion>,
    known: HashMap<Sameness, usize>,
}

impl Engine {
    /// The versions of answers that were given, newest first, each once.
    ///
    /// # Errors
    /// There is no such bot, or the history cannot be read.
    pub async fn answer_versions(&self, asked: AnswerQuery) -> Result<AnswerPage, Error> {
        if asked.bot.is_some() {
            self.bot(asked.bot)?;
        }
        let event = asked.event.as_deref().map(|event| Term {
            negated: false,
            condition: Condition::Event(Wanted::whole(event)),
        });
        let mut query = ListQuery {
            limit: STEP,
            before: asked.before,
            bot: asked.bot,
            filter: Filter {
                terms: event.into_iter().collect(),
                ..Filter::default()
            },
            ..ListQuery::default()
        };
        let (mut gathered, mut budget) = (Gathered::default(), Budget::default());
        for _ in 0..STEPS_MAX {
            let page = self.shared.store.list(query.clone()).await?;
            for summary in page.summaries {
                let is_asked = asked.event.is_none() || summary.event == asked.event;
                if !is_asked || !has_answer(&summary) {
                    continue;
                }
                // The next page begins with it.
                let begins_here = Some(summary.seq.saturating_add(1));
                if !budget.takes(summary.response_bytes) {
                    return Ok(gathered.page(begins_here));
                }
                let found = self.shared.store.get_side(summary.id, Side::Response);
                // One that was deleted meanwhile is none.
                if let Some(found) = found.await?
                    && !gathered.take(found, asked.limit).await
                {
                    return Ok(gathered.page(begins_here));
                }
            }
            let Some(next) = page.next_before else {
                return Ok(gathered.page(None));
            };
            query.before = Some(next);
        }
        let next_before = query.before;
        Ok(gathered.page(next_before))
    }
}

/// What may still be read for a page.
struct Budget {
    turns: usize,
    bytes: u64,
}

impl Default for Budget {
    fn default() -> Self {
        Self {
            turns: TURNS_MAX,
            bytes: BYTES_MAX,
        }
    }
}

impl Budget {
    /// Whether an answer of so many bytes is read, the first one however long it is.
    fn takes(&mut self, bytes: u64) -> bool {
        let bytes = bytes.min(IN_MEMORY_BYTES as u64);
        if self.turns == 0 || (bytes > self.bytes && self.turns < TURNS_MAX) {
            return false;
        }
        self.turns -= 1;
        self.bytes = self.bytes.saturating_sub(bytes);
        true
    }
}

/// Whether a turn was answered as a whole: what the platform answered itself as a server was no
/// answer to a bot, and one that a fault cut off came to none.
fn has_answer(summary: &Summary) -> bool {
    summary.state == State::Answered
        && summary.fault.is_none()
        && summary
            .answered_by
            .is_some_and(|by| by != AnsweredBy::Platform)
}

impl Gathered {
    /// Takes an exchange's answer; `false` where it is one more version than there may be.
    async fn take(&mut self, mut exchange: Exchange, limit: usize) -> bool {
        let is_truncated = exchange
            .message(Side::Response)
            .is_some_and(|recorded| recorded.is_truncated);
        let Some(answer) = exchange.answers.take(Side::Response).map(as_given) else {
            return true;
        };
        let summary = exchange.summary;
        let turn = AnsweredTurn {
            id: summary.id,
            seq: summary.seq,
            at: summary.at,
        };
        let aside = takes_long(&answer.headers, &answer.body);
        let hash = |(summary, answer): &(Summary, Answer)| sameness(summary, answer);
        let ((summary, answer), same) = read_aside(aside, (summary, answer), hash).await;
        if let Some(known) = self.known.get(&same) {
            let version = &mut self.versions[*known];
            version.times += 1;
            version.first = turn;
            return true;
        }
        if self.versions.len() == limit {
            return false;
        }
        let read = move |answer: &Answer| body_info(&answer.headers, &answer.body, is_truncated);
        let (answer, body) = read_aside(aside, answer, read).await;
        self.known.insert(same, self.versions.len());
        let short = answer.body.length() <= TEXT_BYTES && !is_truncated;
        let bytes = answer.body.whole().filter(|_| short);
        let text = bytes.and_then(|bytes| std::str::from_utf8(bytes).ok());
        let pairs = answer.headers.texts();
        self.versions.push(AnswerVersion {
            newest: summary,
            first: turn,
            times: 1,
            status: answer.status,
            headers: pairs
                .map(|(name, value)| (name.to_owned(), value.into_owned()))
                .collect(),
            text: text.map(str::to_owned),
            body,
        });
        true
    }

    fn page(self, next_before: Option<u64>) -> AnswerPage {
        AnswerPage {
            versions: self.versions,
            next_before,
        }
    }
}

/// What of an answer and its turn makes a version. Of a long body it is the length and the
/// beginning.
fn sameness(summary: &Summary, answer: &Answer) -> Sameness {
    let mut hash = Sha256::new();
    let mut part = |bytes: &[u8]| {
        hash.update((bytes.len() as u64).to_le_bytes());
        hash.update(bytes);
    };
    part(summary.bot.0.as_bytes());
    part(&[u8::from(summary.event.is_some())]);
    part(summary.event.as_deref().unwrap_or_default().as_bytes());
    part(
        summary
            .answered_by
            .map_or("", AnsweredBy::as_str)
            .as_bytes(),
    );
    part(summary.rule.as_ref().map_or("", |rule| &rule.id).as_bytes());
    part(&answer.status.to_le_bytes());
    for (name, value) in &answer.headers.0 {
        part(name.as_bytes());
        part(value);
    }
    part(&[]);
    part(&answer.body.length().to_le_bytes());
    part(answer.body.beginning());
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turn(seq: u64, event: &str, body: &str) -> Exchange {
        Exchange {
            summary: Summary {
                seq,
                event: Some(event.to_owned()),
                state: State::Answered,
                answered_by: Some(AnsweredBy::Hand),
                ..Summary::default()
            },
            answers: Answer::json(200, body.to_owned()).into(),
            ..Exchange::default()
        }
    }

    #[test]
    fn a_page_reads_so_many_turns_and_bytes_and_one_answer_at_least() {
        let mut budget = Budget::default();
        let many = (0..).take_while(|_| budget.takes(2)).count();
        assert_eq!(many, TURNS_MAX);
        let mut budget = Budget::default();
        let long = IN_MEMORY_BYTES as u64;
        let many = (0..).take_while(|_| budget.takes(10 * long)).count();
        assert_eq!(many as u64, BYTES_MAX / long);
        let mut budget = Budget {
            bytes: 1,
            ..Budget::default()
        };
        assert_eq!(
            [long, 1, 0].map(|bytes| budget.takes(bytes)),
            [true, false, true]
        );
    }

    #[tokio::test]
    async fn equal_answers_are_one_version_and_what_differs_makes_another() {
        let mut gathered = Gathered::default();
        for (seq, event, body) in [
            (9, "pay", "{\"n\":1}"),
            (8, "pay", "{\"n\":1.0}"),
            (7, "start", "{\"n\":1}"),
            (6, "pay", "{\"n\":1}"),
        ] {
            assert!(gathered.take(turn(seq, event, body), 3).await, "{seq}");
        }
        let mut by_rule = turn(5, "pay", "{\"n\":1}");
        by_rule.summary.answered_by = Some(AnsweredBy::Rule);
        assert!(!gathered.take(by_rule, 3).await, "one more than asked for");
        let found = gathered.page(None).versions.into_iter().map(|version| {
            (
                version.newest.seq,
                version.first.seq,
                version.times,
                version.text,
            )
        });
        let text = |text: &str| Some(text.to_owned());
        let expected = [
            (9, 6, 2, text("{\"n\":1}")),
            (8, 8, 1, text("{\"n\":1.0}")),
            (7, 7, 1, text("{\"n\":1}")),
        ];
        assert_eq!(found.collect::<Vec<_>>(), expected);
    }
}
