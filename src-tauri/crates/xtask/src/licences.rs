//! The list of what the app is built from and under which licences, for the page about the app:
//! made of the metadata that cargo and npm have already, and committed, so that no build needs it
//! made.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::paths;
use crate::process::{self, cargo};

/// Where it lies, below `ui/`.
pub(crate) const LIST: &str = "src/lib/about/licences.json";

/// What people get: the window and the command line program.
const PRODUCTS: [&str; 2] = ["hookloupe", "hookloupe-cli"];

/// Name, version, licence and address.
type Entry = [String; 4];

/// The list as it is committed: one line an entry, its parts with tabs between them.
pub(crate) fn text() -> Result<String> {
    let everything = ["metadata", "--format-version", "1", "--locked", "--offline"];
    let metadata = process::output(cargo().args(everything))?;
    let metadata = serde_json::from_str(&metadata).context("cargo's metadata is JSON")?;
    let lock = paths::ui().join("package-lock.json");
    let lock = fs::read_to_string(lock).context("ui/package-lock.json cannot be read")?;
    let lock = serde_json::from_str(&lock).context("ui/package-lock.json is JSON")?;
    let mut entries = crates(&metadata);
    entries.extend(packages(&lock));
    let lines: Vec<String> = entries.iter().map(|entry| entry.join("\t")).collect();
    Ok(serde_json::to_string_pretty(&lines)? + "\n")
}

fn text_of(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_default().to_owned()
}

/// The crates of others that are in the programs, on whichever system.
fn crates(metadata: &Value) -> BTreeSet<Entry> {
    let all = |of: &Value| of.as_array().cloned().unwrap_or_default();
    let by_id = |list: &Value| -> BTreeMap<String, Value> {
        let list = all(list).into_iter();
        list.map(|one| (text_of(&one, "id"), one)).collect()
    };
    let (packages, nodes) = (
        by_id(&metadata["packages"]),
        by_id(&metadata["resolve"]["nodes"]),
    );
    let is_product = |id: &&String| PRODUCTS.contains(&text_of(&packages[*id], "name").as_str());
    let mut to_see: Vec<String> = packages.keys().filter(is_product).cloned().collect();
    let mut seen = BTreeSet::new();
    while let Some(id) = to_see.pop() {
        let Some(node) = nodes.get(&id).filter(|_| seen.insert(id.clone())) else {
            continue;
        };
        // A dependency of a build or a test is in no program.
        let is_in = |one: &Value| {
            all(&one["dep_kinds"])
                .iter()
                .any(|kind| kind["kind"].is_null())
        };
        let used = all(&node["deps"]).into_iter().filter(is_in);
        to_see.extend(used.map(|one| text_of(&one, "pkg")));
    }
    let of_others = seen.iter().filter_map(|id| packages.get(id)).filter(|one| {
        let makes_code = |target: &Value| target["kind"] == serde_json::json!(["proc-macro"]);
        !one["source"].is_null() && !all(&one["targets"]).iter().any(makes_code)
    });
    let entry = |one: &Value| {
        let address = ["repository", "homepage"].map(|name| text_of(one, name));
        let address = address.into_iter().find(|address| !address.is_empty());
        let [name, version, licence] =
            ["name", "version", "license"].map(|name| text_of(one, name));
        [name, version, licence, address.unwrap_or_default()]
    };
    of_others.map(entry).collect()
}

/// The packages of the page that are no development's.
fn packages(lock: &Value) -> BTreeSet<Entry> {
    let all = lock["packages"].as_object().into_iter().flatten();
    let shipped = all.filter(|(path, one)| !path.is_empty() && one["dev"] != Value::Bool(true));
    let entry = |(path, one): (&String, &Value)| {
        let name = path
            .rsplit_once("node_modules/")
            .map_or(path.as_str(), |(_, name)| name);
        let address = format!("https://www.npmjs.com/package/{name}");
        let licence = text_of(one, "license");
        [name.to_owned(), text_of(one, "version"), licence, address]
    };
    shipped.map(entry).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_list_that_is_committed_is_what_the_locks_say() {
        let committed = fs::read_to_string(paths::ui().join(LIST)).unwrap();
        let same = committed == text().unwrap();
        assert!(same, "ui/{LIST} is another: run `cargo xtask gen`");
    }

    #[test]
    fn what_only_builds_tests_or_makes_code_is_not_listed() {
        let package = |id: &str, name: &str, kind: &str| {
            let source = (name != "hookloupe").then_some("registry");
            json!({"id": id, "name": name, "version": "1.0.0", "license": "MIT", "source": source,
                "repository": null, "homepage": "https://h", "targets": [{"kind": [kind]}]})
        };
        let used = |id: &str, kinds: Value| json!({"pkg": id, "dep_kinds": kinds});
        let (normal, dev) = (json!([{"kind": null}]), json!([{"kind": "dev"}]));
        let metadata = json!({
            "packages": [package("0", "hookloupe", "bin"), package("1", "used", "lib"),
                package("2", "tests", "lib"), package("3", "derive", "proc-macro"),
                package("4", "below", "lib"), package("5", "unused", "lib")],
            "resolve": {"nodes": [
                {"id": "0", "deps": [used("1", normal.clone()), used("2", dev)]},
                {"id": "1", "deps": [used("3", normal.clone()), used("4", normal)]},
                {"id": "3", "deps": []}, {"id": "4", "deps": []}, {"id": "2", "deps": []}]},
        });
        let entry = |name: &str| [name, "1.0.0", "MIT", "https://h"].map(str::to_owned);
        assert_eq!(crates(&metadata), [entry("below"), entry("used")].into());
        let lock = json!({"packages": {"": {}, "node_modules/a/node_modules/@b/c":
            {"version": "2.0.0", "license": "ISC"}, "node_modules/d": {"dev": true}}});
        let address = "https://www.npmjs.com/package/@b/c";
        let found = ["@b/c", "2.0.0", "ISC", address].map(str::to_owned);
        assert_eq!(packages(&lock), [found].into());
    }
}
