//! What is generated and committed: the OpenAPI document from the running code, the page's types
//! from the document, and the list of licences.

use std::fs;

use anyhow::{Context as _, Result, bail};

use crate::process::{self, cargo, npm, program};
use crate::setup::{self, Needs};
use crate::{licences, paths, ui};

/// `cargo xtask gen`.
pub(crate) fn run(_: &[String]) -> Result<()> {
    setup::ensure(Needs {
        page: true,
        ..Needs::default()
    })?;
    process::run(cargo().args(["build", "--workspace", "--bin", "hookloupe-cli"]))?;
    fs::write(paths::ui().join(DOCUMENT), document()?)?;
    ui::packages(&paths::ui())?;
    types()?;
    fs::write(paths::ui().join(licences::LIST), licences::text()?)?;
    let types = TYPES.join(", ui/");
    println!("Written: ui/{DOCUMENT}, ui/{types}, ui/{}.", licences::LIST);
    Ok(())
}

const DOCUMENT: &str = "openapi.json";
/// Its types, and the values that the page reads: vocabularies, ranges.
const TYPES: [&str; 2] = ["src/lib/api/schema.ts", "src/lib/api/values.ts"];

/// Fails when the committed document or types are not what would be generated now. Leaves both as
/// they are.
pub(crate) fn check() -> Result<()> {
    let folder = paths::ui();
    let read = |path: &std::path::Path| {
        fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))
    };
    if read(&folder.join(DOCUMENT))? != document()? {
        bail!("ui/{DOCUMENT} is not what the code says now: run `cargo xtask gen`");
    }
    let committed = TYPES
        .map(|types| read(&folder.join(types)))
        .into_iter()
        .collect::<Result<Vec<_>>>()?;
    types()?;
    let mut drifted = Vec::new();
    for (types, committed) in TYPES.iter().zip(&committed) {
        if read(&folder.join(types))? != *committed {
            fs::write(folder.join(types), committed)?;
            drifted.push(*types);
        }
    }
    if !drifted.is_empty() {
        bail!(
            "ui/{} does not fit ui/{DOCUMENT}: run `cargo xtask gen`",
            drifted.join(", ui/")
        );
    }
    Ok(())
}

/// The document as the built program prints it, ending in one line break.
fn document() -> Result<String> {
    Ok(process::output(program(paths::built("hookloupe-cli")).arg("openapi"))? + "\n")
}

fn types() -> Result<()> {
    process::output(
        npm()
            .args(["run", "--silent", "gen:api"])
            .current_dir(paths::ui()),
    )
    .map(drop)
}
