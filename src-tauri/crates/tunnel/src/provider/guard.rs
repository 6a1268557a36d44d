//! A watch over a program that ends it where this process is killed. Nothing of this process runs
//! then, so that another one has to: it waits for the end of a pipe that only this one holds, and
//! ends the program's group. On Windows the program's job ends with its last handle.

#[cfg(unix)]
pub(super) use unix::Guard;

#[cfg(unix)]
mod unix {
    use std::process::{Child, ChildStdin, Stdio};

    /// Reads until the pipe ends. The group is the first argument; no text of a user is read.
    const WATCH: &str = "read -r _; kill -s TERM -- \"-$1\"; sleep 1; kill -s KILL -- \"-$1\"";

    /// The watching process; ended when dropped.
    pub(in crate::provider) struct Guard {
        watch: Child,
        _pipe: Option<ChildStdin>,
    }

    impl Guard {
        /// Watches over a process group. `None` where no shell could be started: the program then
        /// outlives a kill of this process, and everything else is as ever.
        pub(in crate::provider) fn over(group: u32) -> Option<Self> {
            match start(group) {
                Ok(mut watch) => {
                    let pipe = watch.stdin.take();
                    Some(Self { watch, _pipe: pipe })
                }
                Err(error) => {
                    tracing::warn!(%error, "nothing watches over the tunnel's program");
                    None
                }
            }
        }
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "it ends the tunnel's own command"
    )]
    fn start(group: u32) -> std::io::Result<Child> {
        use std::os::unix::process::CommandExt as _;
        std::process::Command::new("/bin/sh")
            .args(["-c", WATCH, "guard", &group.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // Ctrl-C in a terminal is meant for this process, which ends both.
            .process_group(0)
            .spawn()
    }

    impl Drop for Guard {
        fn drop(&mut self) {
            // Before the pipe ends: the group is ended by now, and its number may be another's.
            let _ = self.watch.kill();
            let _ = self.watch.wait();
        }
    }
}
