//! Files and directories that nobody else on the machine may read.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

/// How the names of the store's files begin.
#[cfg(unix)]
const FILES: &[&str] = &["history.", "hookloupe."];

/// What the rest of the app keeps beside them: bodies in files, and the window's own.
#[cfg(unix)]
const OTHERS: &[&str] = &["bodies", "log", "webview", "window.json"];

/// Makes a directory where there is none: what bots send is for nobody else to read.
pub(crate) fn make_dir(dir: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)
}

/// Makes the database's file where there is none. SQLite gives the files beside it the same mode.
pub(crate) fn make_file(path: &Path) -> io::Result<()> {
    options().append(true).open(path).map(drop)
}

/// Writes a small file, in place of what it had. It is on the disk then.
pub(crate) fn write_file(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = options().write(true).truncate(true).open(path)?;
    file.write_all(bytes)?;
    // Windows flushes only what is open for writing.
    file.sync_all()
}

/// What a directory names is on the disk then. Elsewhere the system sees to it.
pub(crate) fn sync_dir(_dir: &Path) -> io::Result<()> {
    #[cfg(unix)]
    fs::File::open(_dir)?.sync_all()?;
    Ok(())
}

fn options() -> fs::OpenOptions {
    let mut options = fs::OpenOptions::new();
    options.create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Takes other users' rights away from files of the store that exist, as an earlier version, a copy
/// or a restored backup may have left them; and from the directory, where nothing else is in it.
/// What cannot be changed (another user's file) is only logged: the history opens as it is.
#[cfg(unix)]
pub(crate) fn narrow(dir: &Path) {
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) => return tracing::warn!(%error, "the data directory cannot be listed"),
    };
    let mut only_ours = true;
    for entry in entries.flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if FILES.iter().any(|begin| name.starts_with(begin)) {
            narrow_one(&entry.path());
        } else {
            only_ours &= OTHERS.contains(&name.as_ref());
        }
    }
    if only_ours {
        narrow_one(dir);
    }
}

/// On other systems a file has its directory's rights, which are the user's own by default.
#[cfg(not(unix))]
pub(crate) const fn narrow(_: &Path) {}

#[cfg(unix)]
fn narrow_one(path: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    let narrowed = fs::metadata(path).and_then(|metadata| {
        let mode = metadata.permissions().mode();
        match mode & 0o077 {
            0 => Ok(()),
            _ => fs::set_permissions(path, fs::Permissions::from_mode(mode & 0o7700)),
        }
    });
    if let Err(error) = narrowed {
        let path = path.display();
        tracing::warn!(%path, %error, "other users' rights cannot be taken away");
    }
}
