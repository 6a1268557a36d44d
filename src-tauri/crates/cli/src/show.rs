//! `show`: one exchange as a page of text.

use anyhow::Result;
use reqwest::Method;
use serde_json::Value;

use crate::client::Instance;
use crate::output;
use crate::table::Table;
use crate::visible::visible;
use crate::words;

/// Shows one exchange: request, answer, variables and findings.
#[derive(Debug, clap::Args)]
pub(crate) struct Show {
    /// The exchange: its id or the end of it, `last` or `held`.
    exchange: String,
    /// Print it as JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    instance: Instance,
}

impl Show {
    pub(crate) async fn run(self) -> Result<()> {
        let client = self.instance.connect().await?;
        let id = client.exchange(&self.exchange).await?;
        let route = format!("exchanges/{id}");
        let exchange = client.call(Method::GET, &route, &[], None).await?;
        if self.json {
            return output::print_json(exchange);
        }
        let table = Table::new(output::width());
        output::print_coloured(table.head())?;
        output::print_coloured(table.row(&exchange))?;
        if let Some(failure) = exchange["failure"].as_str() {
            output::print(visible(failure))?;
        }
        for sentence in findings(&exchange, None) {
            output::print(sentence)?;
        }
        for (side, title) in [("request", &words::REQUEST), ("response", &words::RESPONSE)] {
            if exchange[side].is_null() {
                continue;
            }
            output::print(format_args!("\n{}", words::text(title)))?;
            for header in exchange[side]["headers"].as_array().into_iter().flatten() {
                let [name, value] = [&header[0], &header[1]].map(visible_text);
                output::print(format_args!("{name}: {value}"))?;
            }
            let route = format!("{route}/{side}/body");
            let body = client.text(&route, &[("decoded", "1".to_owned())]).await?;
            if !body.is_empty() {
                let lines = body.lines().map(visible).collect::<Vec<_>>();
                output::print(format_args!("\n{}", lines.join("\n")))?;
            }
        }
        Ok(())
    }
}

/// The sentences of the findings of one side, or of both.
pub(crate) fn findings<'e>(
    exchange: &'e Value,
    side: Option<&'e str>,
) -> impl Iterator<Item = String> + 'e {
    let all = exchange["findings"].as_array().into_iter().flatten();
    all.filter(move |finding| side.is_none_or(|side| finding["where"] == side))
        .map(|finding| {
            let [severity, message] =
                ["severity", "message"].map(|field| visible_text(&finding[field]));
            format!("{severity}: {message}")
        })
}

fn visible_text(value: &Value) -> String {
    visible(value.as_str().unwrap_or_default())
}
