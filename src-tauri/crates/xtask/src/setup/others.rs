//! Systems that this program does not install on: it looks, and names the line that brings each
//! thing.

use super::{Needs, apt, node};
use crate::process::{self, program};

/// What is missing, a line each, with how to get it.
pub(crate) fn missing(needs: Needs) -> Vec<String> {
    let system = System::look();
    let mut lines = Vec::new();
    let mut lacks = |what: &str, how: &str| lines.push(format!("  {what}. {how}"));
    if needs.desktop
        && let Some(what) = system.lacks_desktop()
    {
        lacks(what, system.desktop_line());
    }
    if needs.page
        && let Some(complaint) = node::Found::look().complaint()
    {
        lacks(&complaint, system.node_line());
    }
    if needs.browser && !has_browser() {
        lacks(
            "Chromium or Chrome is missing (for tests)",
            system.browser_line(),
        );
    }
    if needs.window && system.is_linux() {
        for name in ["WebKitWebDriver", "Xvfb"] {
            if process::find(name).is_none() {
                lacks(
                    &format!("{name} is missing (for tests)"),
                    system.window_line(),
                );
            }
        }
    }
    lines
}

fn has_browser() -> bool {
    apt::browser().is_some() || cfg!(any(windows, target_os = "macos"))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum System {
    Fedora,
    Arch,
    OtherLinux,
    MacOs,
    Windows,
}

impl System {
    fn look() -> Self {
        if cfg!(windows) {
            Self::Windows
        } else if cfg!(target_os = "macos") {
            Self::MacOs
        } else if process::find("dnf").is_some() {
            Self::Fedora
        } else if process::find("pacman").is_some() {
            Self::Arch
        } else {
            Self::OtherLinux
        }
    }

    fn is_linux(self) -> bool {
        !matches!(self, Self::MacOs | Self::Windows)
    }

    fn lacks_desktop(self) -> Option<&'static str> {
        match self {
            // The Rust toolchain that runs this cannot link without Microsoft's tools, and Windows
            // 10 and 11 bring WebView2.
            Self::Windows => None,
            Self::MacOs => {
                let there = process::output(program("xcode-select").arg("-p")).is_ok();
                (!there).then_some("Apple's command line tools are missing")
            }
            Self::Fedora | Self::Arch | Self::OtherLinux => {
                let there =
                    process::output(program("pkg-config").args(["--exists", "webkit2gtk-4.1"]))
                        .is_ok();
                (!there).then_some("The headers of WebKitGTK 4.1 or pkg-config are missing")
            }
        }
    }

    fn desktop_line(self) -> &'static str {
        match self {
            Self::Fedora => {
                "sudo dnf install gcc gcc-c++ make pkgconf webkit2gtk4.1-devel librsvg2-devel \
                 libappindicator-gtk3-devel"
            }
            Self::Arch => {
                "sudo pacman -S --needed base-devel webkit2gtk-4.1 librsvg libayatana-appindicator"
            }
            Self::OtherLinux => {
                "Install the development packages of WebKitGTK 4.1, librsvg 2 and ayatana-appindicator 3, a \
                 C compiler and pkg-config"
            }
            Self::MacOs => "xcode-select --install",
            Self::Windows => "",
        }
    }

    fn node_line(self) -> &'static str {
        match self {
            Self::Fedora => "sudo dnf install nodejs npm",
            Self::Arch => "sudo pacman -S --needed nodejs npm",
            Self::OtherLinux => "Install Node.js 24 with npm",
            Self::MacOs => "brew install node",
            Self::Windows => "winget install OpenJS.NodeJS.LTS",
        }
    }

    fn browser_line(self) -> &'static str {
        match self {
            Self::Fedora => "sudo dnf install chromium",
            Self::Arch => "sudo pacman -S --needed chromium",
            Self::OtherLinux | Self::MacOs | Self::Windows => "Install Chromium or Chrome",
        }
    }

    fn window_line(self) -> &'static str {
        match self {
            Self::Fedora => "sudo dnf install webkit2gtk-driver xorg-x11-server-Xvfb",
            Self::Arch => "sudo pacman -S --needed webkit2gtk-4.1 xorg-server-xvfb",
            Self::OtherLinux => "Install WebKitGTK's WebDriver and Xvfb",
            Self::MacOs | Self::Windows => "",
        }
    }
}
