//! `ngrok-standin`: the stand-in as a program, for trying the tunnel without an account.

use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Parser;
use ngrok_standin::{Addresses, Knobs, Standin, Urls};
use serde_json::{Value, json};

/// Plays the ngrok service on this computer, for trying a tunnel without an account.
///
/// It speaks the service's protocol on the loopback. Tell the agent the address that is printed as
/// "server", the token, and the file with the certificate; the tunnel then comes up with the
/// address printed as "public", and what is sent there arrives at the agent. Nothing leaves this
/// computer.
///
/// The first line of output is a JSON document: {"server": "localhost:PORT", "public":
/// "http://127.0.0.1:PORT", "ca_file": "PATH", "tokens": ["TOKEN"]}. It runs until Ctrl-C.
///
/// A token that is not among those accepted is refused with the codes of the service:
/// ERR_NGROK_4018 where it is empty, ERR_NGROK_105 where it does not look like one, ERR_NGROK_107
/// otherwise.
#[derive(Parser)]
#[command(version)]
struct Options {
    /// Where agents connect to; port 0 for any that is free. Loopback only.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// Where callers connect to, by plain HTTP; port 0 for any that is free. Loopback only.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    public: SocketAddr,
    /// A token to accept; may be given more than once.
    #[arg(long = "token", value_name = "TOKEN", default_value = "standin-token")]
    tokens: Vec<String>,
    /// Where to leave the certificate that agents are to trust, in PEM. A new one is made at each
    /// start and replaces what is there. Without it: a temporary file, deleted at the end.
    #[arg(long, value_name = "PATH")]
    ca_file: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let options = Options::parse();
    let knobs = Knobs {
        tokens: options.tokens.clone(),
        // An address that can be called as it is.
        urls: Urls::PublicAddr,
        ..Knobs::default()
    };
    let addresses = Addresses {
        listen: options.listen,
        public: options.public,
    };
    let standin = Standin::start_at(knobs, addresses).await?;
    let ca_file = match options.ca_file {
        Some(path) => {
            std::fs::copy(standin.ca_file(), &path)?;
            path
        }
        None => standin.ca_file().to_owned(),
    };
    let line = json!({
        "server": standin.server_addr(),
        "public": format!("http://{}", standin.public_addr()),
        "ca_file": ca_file,
        "tokens": options.tokens,
    });
    // Polled before the line is out: its reader may interrupt at once.
    let mut interrupted = std::pin::pin!(tokio::signal::ctrl_c());
    tokio::select! {
        biased;
        ended = &mut interrupted => ended?,
        line = print(&line) => {
            line?;
            interrupted.await?;
        }
    }
    standin.stop().await;
    Ok(())
}

/// The one line of output.
async fn print(line: &Value) -> std::io::Result<()> {
    let mut stdout = std::io::stdout();
    writeln!(stdout, "{line}")?;
    stdout.flush()
}
