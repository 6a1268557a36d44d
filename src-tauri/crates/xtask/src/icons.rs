//! `cargo xtask icons`: every committed icon is drawn from `icons/icon.svg` by Tauri's own tool,
//! which the npm registry carries ready built, so that nobody compiles a renderer for six pictures.

use std::fs;

use anyhow::{Context as _, Result};

use crate::process;
use crate::setup::{self, Needs};
use crate::{dist, paths};

/// The pictures named in `tauri.conf.json`.
const SIZES: &[u32] = &[32, 128, 256, 512];

pub(crate) fn run(_: &[String]) -> Result<()> {
    setup::ensure(Needs {
        page: true,
        ..Needs::default()
    })?;
    let drawn = paths::work_dir().join("icons");
    let icons = paths::root().join("icons");
    let draw = |options: &[String]| {
        let mut tool = dist::tauri_tool();
        tool.args(["icon", "icons/icon.svg", "--output"])
            .arg(&drawn)
            .args(options);
        process::output(&mut tool)
    };
    draw(&[])?;
    draw(
        &SIZES
            .iter()
            .flat_map(|size| ["--png".to_owned(), size.to_string()])
            .collect::<Vec<_>>(),
    )?;
    let mut files: Vec<(String, String)> = SIZES
        .iter()
        .map(|size| (format!("{size}x{size}.png"), format!("{size}.png")))
        .collect();
    files.extend(["icon.ico", "icon.icns"].map(|name| (name.to_owned(), name.to_owned())));
    for (from, to) in &files {
        fs::copy(drawn.join(from), icons.join(to))
            .with_context(|| format!("{from} was not drawn"))?;
        println!("icons/{to}");
    }
    Ok(())
}
