//! A remote forward over SSH, through the crate `ssh-forward`.

use ssh_forward::{AddressSource, Config, KeySource};
use tunnel_session::{End, Session};

use crate::home;
use crate::plan::SshPlan;

pub(crate) async fn run(plan: &SshPlan, session: &Session) -> End {
    ssh_forward::run(&config(plan), session).await
}

/// The plan as the crate takes it. A chosen file goes before the app's own key.
fn config(plan: &SshPlan) -> Config {
    let host = plan.host.trim();
    let key = match (&plan.key_file, &plan.own_key) {
        (Some(path), _) => Some(KeySource::File {
            path: home::path(path),
            passphrase: plan.passphrase.clone(),
        }),
        (None, Some(own)) => Some(KeySource::Own(own.clone())),
        (None, None) => None,
    };
    let address = match &plan.public_url {
        Some(template) => AddressSource::Template(template.trim().to_owned()),
        None => AddressSource::Printed {
            domain: filled(plan.url_domain.as_deref())
                .unwrap_or(host)
                .to_owned(),
            command: filled(plan.url_command.as_deref()).map(ToOwned::to_owned),
        },
    };
    Config {
        host: host.to_owned(),
        port: plan.port,
        user: plan.user.trim().to_owned(),
        key,
        host_key: plan.host_key.as_deref().map(|key| key.trim().to_owned()),
        bind_address: plan.bind_address.trim().to_owned(),
        bind_port: plan.bind_port,
        address,
    }
}

/// The text, where there is anything in it.
fn filled(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}
