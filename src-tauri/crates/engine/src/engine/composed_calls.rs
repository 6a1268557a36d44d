//! Calls that a person composed, made in the place of a platform or of a program that calls one;
//! a failed one is made again as the platform would.

use std::sync::Arc;
use std::time::Duration;

use protocol::platform::{
    After, ChatAction, ChatStep, Contract, Repeat, Retries, Sending, contract, contracts,
};
use protocol::{AttemptOf, BotId, Exchange, ExchangeId, Failure, Platform, Source};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::Engine;
use super::simulator::pointer;
use crate::bots::Bot;
use crate::error::{Error, Invalid, Subject};
use crate::read_aside::read_aside;
use crate::reading::Reading;
use crate::replay::{Target, destination};
use crate::simulated_calls::RunningCall;
use crate::words;

/// How much faster the compressed clock goes: an hour is a second.
const COMPRESSION: u32 = 3600;

/// A call to make.
#[derive(Clone, Debug)]
pub struct ComposedCall {
    /// Whose rules it follows.
    pub platform: Platform,
    /// The call: the text of an object.
    pub composed: Option<String>,
    /// Where it goes, where it has no address of its own.
    pub target: Option<Target>,
}

/// A call that was made.
#[derive(Clone, Debug)]
pub struct CallMade {
    /// The exchange of the first attempt.
    pub id: ExchangeId,
    /// The status of the last answer.
    pub status: Option<u16>,
    /// What the platform's user has afterwards, where the platform keeps something of a call.
    pub after: Option<After>,
    /// Why there is no answer.
    pub failure: Option<Failure>,
    /// All attempts, where the platform makes more than one.
    pub attempts: Option<Vec<Attempt>>,
    /// The last attempt that there is has failed.
    pub suspended: bool,
}

/// An attempt of a call.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// Its exchange.
    pub id: ExchangeId,
    /// The status of its answer.
    pub status: Option<u16>,
    /// When it is made by the platform's clock, since the first one.
    pub offset: Duration,
}

/// A call that can be made.
struct Prepared {
    bot: Arc<Bot>,
    platform: Platform,
    composed: Arc<str>,
    sending: Sending,
    target: Target,
}

/// A call as it went.
struct Attempted {
    id: ExchangeId,
    status: Option<u16>,
    failure: Option<Failure>,
    after: Option<After>,
    /// What the answer does in a chat.
    steps: Vec<ChatStep>,
}

impl Attempted {
    fn fails(&self) -> bool {
        self.status.is_some_and(Retries::fails)
    }
}

impl Engine {
    /// Makes a call. Returns when it is answered or has failed; with the compressed clock, when its
    /// last attempt is.
    ///
    /// # Errors
    /// There is no such bot, or the call does not fit.
    pub async fn call_composed(
        &self,
        bot: Option<BotId>,
        call: ComposedCall,
    ) -> Result<CallMade, Error> {
        let prepared = prepare(self.bot(bot)?, call)?;
        let engine = self.clone();
        // Apart from whoever asks: a closed window does not cut a call short.
        self.to_its_end(async move { engine.make(prepared).await })
            .await
    }

    /// Makes no further attempt of a call.
    ///
    /// # Errors
    /// None is to come.
    pub fn stop_call(&self, first: ExchangeId) -> Result<(), Error> {
        match self.shared.calls.stop(first) {
            true => Ok(()),
            false => Err(Error::NotFound(Subject::SimulatedCall)),
        }
    }

    async fn make(&self, call: Prepared) -> Result<CallMade, Error> {
        let chat = contract(call.platform).chat_event(&call.composed);
        let id = chat.as_ref().map(|event| event.chat.clone());
        // Before it is sent: a bot may call back at once.
        if let Some(event) = chat
            && !self.shared.chats.event(call.bot.id, event).await
        {
            let at = format!("/{}/chat", call.platform.as_str());
            return Err(Invalid::new(at, &words::CHAT_CLOSED).into());
        }
        let mut last = self.attempt(&call, None).await?;
        if let Some(chat) = id {
            for step in std::mem::take(&mut last.steps) {
                let chat = chat.clone();
                self.shared
                    .chats
                    .act(call.bot.id, ChatAction { chat, step })
                    .await;
            }
        }
        let id = last.id;
        let retries = contract(call.platform).retries();
        let mut attempts = vec![Attempt {
            id,
            status: last.status,
            offset: Duration::ZERO,
        }];
        let mut suspended = false;
        if let Some(retries) = retries.filter(|_| last.fails()) {
            match call.sending.repeat {
                Repeat::Off => {}
                Repeat::Compressed => {
                    let running = self.shared.calls.begin(id);
                    let repeated = self.repeat(&call, retries, running, &mut attempts).await;
                    last = repeated.unwrap_or(last);
                    suspended = attempts.len() == retries.attempts() && last.fails();
                }
                Repeat::Real => {
                    // Begun before anybody knows its id, who may stop it at once.
                    let running = self.shared.calls.begin(id);
                    let engine = self.clone();
                    self.shared.tasks.spawn(async move {
                        engine
                            .repeat(&call, retries, running, &mut Vec::new())
                            .await;
                    });
                }
            }
        }
        let attempts = retries.map(|_| attempts);
        Ok(CallMade {
            id,
            status: last.status,
            after: last.after,
            failure: last.failure,
            attempts,
            suspended,
        })
    }

    /// Makes a failed call again until it does not fail, by the platform's delays; the last attempt
    /// that was made. Ends where the app does, and where a person stops it.
    async fn repeat(
        &self,
        call: &Prepared,
        retries: &Retries,
        running: RunningCall,
        attempts: &mut Vec<Attempt>,
    ) -> Option<Attempted> {
        let mut last = None;
        let first = running.first();
        let later = (2..).zip(retries.offsets().skip(1));
        for (delay, (number, offset)) in retries.delays.iter().zip(later) {
            let pause = match call.sending.repeat {
                Repeat::Compressed => *delay / COMPRESSION,
                Repeat::Real | Repeat::Off => *delay,
            };
            if !self.pause(pause, running.token()).await {
                break;
            }
            // A history that cannot be read tells of no further attempt.
            let attempt = AttemptOf { number, first };
            let Ok(next) = self.attempt(call, Some(attempt)).await else {
                break;
            };
            attempts.push(Attempt {
                id: next.id,
                status: next.status,
                offset,
            });
            if !last.insert(next).fails() {
                break;
            }
        }
        last
    }

    /// Whether a pause went by to its end.
    async fn pause(&self, pause: Duration, stopped: &CancellationToken) -> bool {
        tokio::select! {
            () = stopped.cancelled() => false,
            () = self.shared.stop.cancelled() => false,
            () = sleep(pause) => true,
        }
    }

    async fn attempt(
        &self,
        call: &Prepared,
        attempt: Option<AttemptOf>,
    ) -> Result<Attempted, Error> {
        let (sending, target) = (call.sending.clone(), call.target.clone());
        let at = pointer("", call.platform.as_str());
        let sent = self.send_composed(
            &call.bot,
            call.platform,
            sending,
            target,
            Source::Simulator,
            attempt,
        );
        let id = sent.await.map_err(|error| match error {
            Error::Invalid(invalid) => Error::Invalid(invalid.moved("/edit", &at)),
            error => error,
        })?;
        let exchange = self.exchange(id).await?;
        let (bot, composed) = (Arc::clone(&call.bot), Arc::clone(&call.composed));
        let platform = call.platform;
        let read = move |exchange: &Exchange| {
            let reading = Reading::new(exchange, Some(&bot));
            let answer = exchange.answer().zip(reading.answer.as_ref());
            let steps = protocol::answer_steps(platform, &composed, answer);
            (protocol::after_sending(platform, &composed, answer), steps)
        };
        let (exchange, (after, steps)) = read_aside(true, exchange, read).await;
        let misfit = |error| Invalid::composed(&at, &error);
        Ok(Attempted {
            id,
            status: exchange.summary.status,
            failure: exchange.summary.failure,
            after: after.transpose().map_err(misfit)?,
            steps,
        })
    }
}

/// A call with the address that it goes to.
fn prepare(bot: Arc<Bot>, call: ComposedCall) -> Result<Prepared, Invalid> {
    let ComposedCall {
        platform,
        composed,
        target,
    } = call;
    let name = platform.as_str();
    let at = pointer("", name);
    if !is_played(contract(platform)) {
        let played = contracts().iter().filter(|one| is_played(**one));
        let played: Vec<&str> = played.map(|one| one.platform().as_str()).collect();
        let message = words::NOT_PLAYED.arg(played.join(", "));
        return Err(Invalid::new("/platform", message));
    }
    let needed = || Invalid::new(at.as_str(), words::CALL_NEEDED.arg(name));
    let composed: Arc<str> = composed.ok_or_else(needed)?.into();
    let sending = contract(platform).sending(&composed).ok_or_else(needed)?;
    let sending = sending.map_err(|error| Invalid::composed(&at, &error))?;
    let query = sending.request.query.as_deref();
    let target = match (&sending.address, target) {
        (Some(_), Some(_)) => return Err(Invalid::new("/target", &words::OWN_TARGET)),
        (Some(address), None) => Target::Url(with_query(address, query)),
        (None, Some(Target::Url(url))) => Target::Url(with_query(&url, query)),
        (None, Some(target)) => target,
        (None, None) => usual_target(&bot, platform),
    };
    if let Err(error) = destination(target.clone(), &Exchange::default(), None) {
        return Err(match sending.address {
            Some(_) => error.moved("/target", &at),
            None => error,
        });
    }
    Ok(Prepared {
        bot,
        platform,
        composed,
        sending,
        target,
    })
}

/// Where a call goes where nothing is said.
fn usual_target(bot: &Bot, platform: Platform) -> Target {
    let own = bot.platform_settings.of(platform);
    let usual = own.and_then(|own| contract(platform).usual_target(own));
    usual.map_or(Target::Itself, |url| Target::Url(url.to_owned()))
}

/// Whether turns or calls of a platform can be made in its place.
fn is_played(contract: &dyn Contract) -> bool {
    contract.sending("{}").is_some() || contract.lifetime("").is_some()
}

/// An address with a query behind its own.
pub(super) fn with_query(address: &str, query: Option<&str>) -> String {
    let address = address.split('#').next().unwrap_or_default();
    match query {
        None => address.to_owned(),
        Some(query) => {
            let joint = if address.contains('?') { '&' } else { '?' };
            format!("{address}{joint}{query}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_goes_behind_the_one_that_an_address_has() {
        for (address, query, wanted) in [
            ("http://h", None, "http://h"),
            ("http://h", Some("a=1"), "http://h?a=1"),
            ("http://h/p?x=2#y", Some("a=1"), "http://h/p?x=2&a=1"),
        ] {
            assert_eq!(with_query(address, query), wanted);
        }
    }
}
