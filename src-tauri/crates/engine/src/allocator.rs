//! What long bodies took goes back to the system when they are gone.
//!
//! glibc moves its threshold for memory that it maps apart with the first long body that is freed,
//! and keeps what comes after that in its heaps: after a burst hundreds of megabytes stay with the
//! process (measured: 60 bodies of 8 MB leave 289 MB, with a fixed threshold 31). The threshold is
//! fixed by a variable that glibc reads before `main` alone, or by a call that is unsafe.

/// Fixes the threshold: starts the program anew in this process, with the variable, unless it is
/// set. Called first of all in `main`; where it fails the program goes on as it is.
pub fn fix_allocator() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        use std::os::unix::process::CommandExt as _;
        use std::process::Command;

        const VARIABLE: &str = "MALLOC_MMAP_THRESHOLD_";
        /// glibc's own, as long as it does not move it.
        const BYTES: &str = "131072";

        let (None, Ok(program)) = (std::env::var_os(VARIABLE), std::env::current_exe()) else {
            return;
        };
        let mut arguments = std::env::args_os();
        #[expect(
            clippy::disallowed_methods,
            reason = "no other program is started, but this one in its own place"
        )]
        let mut again = Command::new(program);
        if let Some(name) = arguments.next() {
            again.arg0(name);
        }
        // Comes back where it failed alone.
        let _failed = again.args(arguments).env(VARIABLE, BYTES).exec();
    }
}
