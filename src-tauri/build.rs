//! Tauri's build step, told where this repository keeps what Tauri looks for beside the manifest.

fn main() {
    let capabilities = "src-tauri/capabilities/*.json";
    println!("cargo:rerun-if-changed=src-tauri/capabilities");
    let attributes = tauri_build::Attributes::new().capabilities_path_pattern(capabilities);
    if let Err(problem) = tauri_build::try_build(attributes) {
        println!("cargo:warning={problem:#}");
        std::process::exit(1);
    }
}
