//! Makes sure that the page's folder exists before the program that reads it is compiled.
//!
//! A debug build reads the page from disk, by the folder's path as it was when the program was
//! compiled. `rust-embed` resolves that path then, and only if the folder is there; unresolved, it
//! still holds `..` and every file in it looks as if it lay outside, so a page built later would
//! never be found.

use std::path::Path;

fn main() {
    let page = Path::new("../../../ui/dist");
    println!("cargo:rerun-if-changed=build.rs");
    if let Err(problem) = std::fs::create_dir_all(page) {
        println!("cargo:warning={} cannot be made: {problem}", page.display());
    }
}
