//! ngrok's service, through ngrok's own client. The client is kept on a short lead: it lives on a thread of its
//! own ([`apart`]), gets its links from here ([`connector`]), and what it does not notice is noticed here.

mod apart;
mod codes;
mod connector;
mod course;
mod dial;
mod link;
mod order;
mod proxy;
mod trust;

use std::future;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;
use ngrok::config::{HttpTunnelBuilder, TunnelBuilder as _};
use ngrok::conn::ConnInfo as _;
use ngrok::session::{self, SessionBuilder};
use ngrok::tunnel::{AcceptError, EndpointInfo as _, HttpTunnel, TunnelInfo as _};
use tokio::time::timeout;

use self::connector::Connector;
use self::course::Course;
use self::dial::{Goal, Trouble};
use self::proxy::Proxy;
use crate::session::{End, Session};
use crate::{NgrokPlan, Secret, Step, TunnelError, TunnelErrorKind};

/// Where ngrok's service is.
const SERVER: &str = "connect.ngrok-agent.com:443";
/// What ngrok's dashboard shows as the kind of agent, and as what an endpoint leads to. The client's own words
/// would be the laptop's name and the path of this program.
const NAME: &str = "hookloupe";
/// How long the service may take to confirm that an address is given back.
const UNBIND: Duration = Duration::from_secs(2);
/// And at most this part of what a whole stop may take.
const UNBIND_PART: f64 = 0.6;

/// Runs sessions until one ends for another reason than that our own lost one is still in the way.
pub(crate) async fn run(plan: &NgrokPlan, session: &Session) -> End {
    let Some(token) = plan.authtoken.clone().filter(|token| !token.is_empty()) else {
        return End::Failed(TunnelError::new(TunnelErrorKind::TokenMissing, ""));
    };
    let mut busy_since = None;
    let mut attempt = 0;
    loop {
        let work = one_session(plan.clone(), token.clone(), session.clone());
        let end = apart::apart(work).await.unwrap_or_else(|apart::Crash| {
            End::Lost(TunnelError::new(TunnelErrorKind::LinkLost, "crashed"))
        });
        let error = match end {
            End::Lost(error) if codes::is_busy(&error) => error,
            end => return end,
        };
        let since = *busy_since.get_or_insert_with(tokio::time::Instant::now);
        if !session.held_lately() || since.elapsed() >= session.timing().busy {
            return End::Failed(error);
        }
        attempt += 1;
        let pause = session.timing().busy_pause;
        if session.wait(&error, attempt, pause).await.is_err() {
            return End::Stopped;
        }
    }
}

/// One session with the service, from the first dial to the last byte.
async fn one_session(plan: NgrokPlan, token: Secret, session: Session) -> End {
    let opened = tokio::select! {
        biased;
        // Nothing has to be given back yet; the sockets go with the thread.
        () = session.stop().cancelled() => return End::Stopped,
        opened = Open::open(&plan, &token, &session) => opened,
    };
    match opened {
        Ok(mut open) => {
            let end = open.serve().await;
            open.close().await;
            end
        }
        Err(Trouble {
            error,
            lasting: true,
        }) => End::Failed(error),
        Err(Trouble {
            error,
            lasting: false,
        }) => End::Lost(error),
    }
}

/// A session that has its address.
struct Open {
    course: Arc<Course>,
    client: ngrok::Session,
    listener: HttpTunnel,
}

impl Open {
    async fn open(plan: &NgrokPlan, token: &Secret, session: &Session) -> Result<Self, Trouble> {
        let proxy = match &plan.proxy {
            Some(address) if !address.is_empty() => Some(Proxy::parse(address.expose())?),
            _ => None,
        };
        let mut secrets = vec![token.expose().to_owned()];
        secrets.extend(proxy.iter().flat_map(Proxy::secrets));
        let course = Course::new(session.clone(), secrets);
        let mut builder = builder(plan, token, &course)?;
        trust::apply(&mut builder, plan).await?;
        let connector = Arc::new(Connector {
            course: Arc::clone(&course),
            proxy,
        });
        builder.connector(move |host: String, port, tls, loss| {
            let connector = Arc::clone(&connector);
            async move { connector.connect(Goal { host, port, tls }, loss).await }
        });
        let client = connect(&builder, &course).await?;
        session.step(Step::Bind);
        let listener = listen(&client, plan, &course).await?;
        session.online(listener.url());
        Ok(Self {
            course,
            client,
            listener,
        })
    }

    /// Hands connections on until it is over.
    async fn serve(&mut self) -> End {
        let course = Arc::clone(&self.course);
        let session = &course.session;
        // One future for all rounds: a wake-up between two rounds must not be missed.
        let mut woke = std::pin::pin!(session.woke());
        let mut stuck = std::pin::pin!(course.stuck());
        loop {
            tokio::select! {
                biased;
                () = session.stop().cancelled() => return End::Stopped,
                end = course.finished() => return end,
                () = &mut woke => {
                    course.cut(TunnelError::new(TunnelErrorKind::Slept, ""));
                    woke.set(session.woke());
                }
                () = course.proved() => session.online(self.listener.url()),
                error = &mut stuck => return End::Lost(error),
                next = self.listener.next() => match next {
                    Some(Ok(connection)) => {
                        let peer = connection.remote_addr();
                        // One that finds no room ends here: waiting would stop all the others.
                        let _ = session.deliver(Box::new(connection), peer);
                    }
                    Some(Err(error)) => return ended(&course, &error),
                    None => return End::Lost(TunnelError::new(TunnelErrorKind::LinkLost, "")),
                },
            }
        }
    }

    /// Gives the address back and ends the link. The order matters: the client closes nothing by itself, and
    /// without its `close` it would make a new link.
    async fn close(mut self) {
        let limit = UNBIND.min(self.course.session.timing().stop.mul_f64(UNBIND_PART));
        if self.course.is_linked() {
            let id = self.listener.id().to_owned();
            let closing = timeout(limit, self.client.close_tunnel(id));
            // Closing waits for a lock that is held as long as a connection finds no taker.
            tokio::select! {
                _ = closing => {}
                () = drain(&mut self.listener) => {}
            }
        }
        let _ = timeout(limit, self.client.close()).await;
        self.course
            .cut(TunnelError::new(TunnelErrorKind::LinkLost, ""));
    }
}

/// Takes connections only to drop them.
async fn drain(listener: &mut HttpTunnel) {
    while let Some(Ok(_)) = listener.next().await {}
    future::pending().await
}

/// All of a session but its trust and its links.
fn builder(
    plan: &NgrokPlan,
    token: &Secret,
    course: &Arc<Course>,
) -> Result<SessionBuilder, Trouble> {
    let timing = *course.session.timing();
    let mut builder = ngrok::Session::builder();
    let server = plan.server_addr.as_deref().unwrap_or(SERVER);
    let unfit = || Trouble::lasting(TunnelErrorKind::NameUnknown, server);
    builder.server_addr(server.trim()).map_err(|_| unfit())?;
    builder
        .heartbeat_interval(timing.heartbeat)
        .map_err(|_| unfit())?;
    builder
        .heartbeat_tolerance(timing.tolerance)
        .map_err(|_| unfit())?;
    builder
        .authtoken(token.expose())
        .client_info(NAME, env!("CARGO_PKG_VERSION"), None::<String>)
        .metadata(NAME);
    let session = course.session.clone();
    builder.handle_heartbeat(move |latency: Option<Duration>| {
        if let Some(latency) = latency {
            session.latency(latency);
        }
        async { Ok(()) }
    });
    let course = Arc::clone(course);
    builder.handle_stop_command(move |_: session::Stop| {
        let stopped = TunnelError::new(TunnelErrorKind::StoppedOutside, "");
        course.finish(End::Failed(stopped));
        async { Ok(()) }
    });
    Ok(builder)
}

async fn connect(builder: &SessionBuilder, course: &Course) -> Result<ngrok::Session, Trouble> {
    let timing = course.session.timing();
    match timeout(timing.dial + timing.handshake, builder.connect()).await {
        Ok(Ok(client)) => Ok(client),
        Ok(Err(error)) => {
            let trouble = course.take_trouble();
            let trouble =
                trouble.unwrap_or_else(|| codes::of_connect(&error, |text| course.hide(text)));
            Err(course.hidden(trouble))
        }
        Err(_) => Err(silent(timing.handshake)),
    }
}

async fn listen(
    client: &ngrok::Session,
    plan: &NgrokPlan,
    course: &Course,
) -> Result<HttpTunnel, Trouble> {
    let limit = course.session.timing().handshake;
    let mut endpoint: HttpTunnelBuilder = client.http_endpoint();
    endpoint.forwards_to(NAME);
    if let Some(domain) = plan
        .domain
        .as_deref()
        .map(str::trim)
        .filter(|domain| !domain.is_empty())
    {
        endpoint.domain(domain);
    }
    match timeout(limit, endpoint.listen()).await {
        Ok(Ok(listener)) => Ok(listener),
        Ok(Err(error)) => Err(codes::of_rpc(&error, |text| course.hide(text))),
        Err(_) => Err(silent(limit)),
    }
}

fn silent(limit: Duration) -> Trouble {
    Trouble::passing(
        TunnelErrorKind::NoAnswer,
        format!("{} s", limit.as_secs_f32()),
    )
}

/// Why the listener ended.
fn ended(course: &Course, error: &AcceptError) -> End {
    match error {
        AcceptError::ListenerClosed {
            message,
            error_code,
        } => {
            let stopped = TunnelError::new(TunnelErrorKind::StoppedOutside, course.hide(message));
            End::Failed(match error_code {
                Some(code) if !code.is_empty() => stopped.with_code(course.hide(code)),
                _ => stopped,
            })
        }
        other => End::Lost(TunnelError::new(
            TunnelErrorKind::LinkLost,
            course.hide(&other.to_string()),
        )),
    }
}
