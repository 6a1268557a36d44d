//! What the manifests say: the direction of the crates, who may know which library, and the
//! licences.

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

use serde_json::Value;
use spdx::Expression;

use crate::{crates, files, none};

/// Libraries that only some crates may name, by the start of the library's name.
const ONLY_IN: &[(&str, &[&str])] = &[
    ("tauri", &["hookloupe"]),
    ("rusqlite", &["store"]),
    ("ngrok", &["ngrok-client"]),
    ("russh", &["ssh-forward"]),
    ("minijinja", &["rules"]),
    ("jsonschema", &["rules"]),
    ("saphyr", &["rules"]),
    ("axum", &["engine", "control", "hookloupe"]),
    ("reqwest", &["engine", "hookloupe-cli"]),
];

/// What a crate without effects has no use for.
const NOT_IN_PURE: &[&str] = &[
    "tokio",
    "hyper",
    "axum",
    "reqwest",
    "rusqlite",
    "rand",
    "getrandom",
    "sys-locale",
    "directories",
];

#[expect(clippy::disallowed_methods, reason = "cargo itself is asked")]
fn metadata(extra: &[&str]) -> Value {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--offline"])
        .args(extra)
        .current_dir(files::root())
        .output()
        .expect("cargo, which runs this test, can be started");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "`cargo metadata` failed: {said}");
    serde_json::from_slice(&output.stdout).expect("`cargo metadata` prints JSON")
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_default()
}

/// Each of our packages with what it names outside of its tests.
fn dependencies(metadata: &Value) -> BTreeMap<String, Vec<String>> {
    let packages = metadata["packages"]
        .as_array()
        .expect("metadata lists packages");
    let named = |package: &Value| {
        let all = package["dependencies"]
            .as_array()
            .expect("a package lists dependencies");
        let used = all
            .iter()
            .filter(|dependency| text(dependency, "kind") != "dev");
        used.map(|dependency| text(dependency, "name").to_owned())
            .collect()
    };
    packages
        .iter()
        .map(|package| (text(package, "name").to_owned(), named(package)))
        .collect()
}

#[test]
fn crates_depend_in_one_direction() {
    let ours = dependencies(&metadata(&["--no-deps"]));
    let mut offenders = Vec::new();
    for (package, named) in &ours {
        let Some(member) = crates::named(package) else {
            offenders.push(format!("{package} has no line in MEMBERS"));
            continue;
        };
        let forbidden = named.iter().filter(|name| ours.contains_key(*name));
        let forbidden = forbidden.filter(|name| !member.may_name.contains(&name.as_str()));
        offenders.extend(forbidden.map(|name| format!("{package} depends on {name}")));
    }
    none(
        "Crates depend in one direction (see `may_name` in crates.rs).",
        &offenders,
    );
}

#[test]
fn libraries_stay_in_the_crates_they_belong_to() {
    let mut offenders = Vec::new();
    for (package, named) in dependencies(&metadata(&["--no-deps"])) {
        for name in named {
            // A crate of ours may begin with a library's name; `may_name` speaks of those.
            let mut libraries = ONLY_IN.iter().filter(|_| crates::named(&name).is_none());
            let elsewhere = libraries.find(|(library, crates)| {
                name.starts_with(library) && !crates.contains(&package.as_str())
            });
            if let Some((library, crates)) = elsewhere {
                offenders.push(format!(
                    "{package} names {name}: {library} belongs to {}",
                    crates.join(", ")
                ));
            }
            let pure = crates::named(&package).is_some_and(|member| member.pure);
            if pure && NOT_IN_PURE.contains(&name.as_str()) {
                offenders.push(format!(
                    "{package} names {name}, and is to be pure: pass values in"
                ));
            }
        }
    }
    none("Libraries stay in the crates they belong to.", &offenders);
}

#[test]
fn every_dependency_has_a_licence_that_is_allowed() {
    let settings =
        fs::read_to_string(files::root().join(".deny.toml")).expect(".deny.toml can be read");
    let settings: toml::Table = settings.parse().expect(".deny.toml is TOML");
    let allowed = settings["licenses"]["allow"]
        .as_array()
        .expect("licenses.allow is a list");
    let allowed: Vec<&str> = allowed
        .iter()
        .filter_map(|licence| licence.as_str())
        .collect();
    let metadata = metadata(&[]);
    let packages = metadata["packages"]
        .as_array()
        .expect("metadata lists packages");
    let mut offenders = Vec::new();
    for package in packages {
        let licence = text(package, "license");
        let fits = Expression::parse_mode(licence, spdx::ParseMode::LAX)
            .is_ok_and(|terms| terms.evaluate(|term| allowed.contains(&term.to_string().as_str())));
        if !fits {
            let (name, version) = (text(package, "name"), text(package, "version"));
            offenders.push(format!("{name} {version}: {licence:?}"));
        }
    }
    none(
        "Licences are those of .deny.toml; add one there with a reason.",
        &offenders,
    );
}
