//! The packager compresses a Debian package with gzip and has no setting for it. Debian's own tool
//! packs the same files with xz, which every dpkg since 2011 reads; where the tool is missing, gzip
//! stays.

use std::path::Path;

use anyhow::Result;

use crate::process::{self, program};

pub(super) fn shrink(package: &Path) -> Result<()> {
    if process::find("dpkg-deb").is_none() {
        return Ok(());
    }
    let files = package.with_extension("files");
    process::output(
        program("dpkg-deb")
            .arg("--raw-extract")
            .arg(package)
            .arg(&files),
    )?;
    let mut pack = program("dpkg-deb");
    pack.args(["--root-owner-group", "-Zxz", "-z9", "--build"]);
    process::output(pack.arg(&files).arg(package)).map(drop)
}
