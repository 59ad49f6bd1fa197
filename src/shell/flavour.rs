//! Which shell runs a script: what its name and the image say.

use crate::manifest::known_images::{BinSh, known_image};

/// A family of shells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flavour {
    /// Bash, also under the name `sh`.
    Bash,
    /// Debian's `dash`: POSIX and little more.
    Dash,
    /// The `ash` of BusyBox: POSIX with some of Bash.
    BusyBox,
    /// The `ash` of BusyBox before 1.34.
    OldBusyBox,
    /// A plain `sh` of which nothing is known.
    Unknown,
    /// No shell: a script in Python.
    Python,
    /// Another shell with a language of its own.
    Other,
}

/// Which shells lack a feature of Bash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lack {
    /// Only `dash`: BusyBox has it.
    Dash,
    /// `dash`, and BusyBox before 1.34.
    DashAndOldBusyBox,
    /// `dash` and BusyBox.
    Both,
}

impl Flavour {
    /// Whether the shell lacks a feature of Bash. Of an unknown `sh` only what no plain shell has is certain.
    pub fn lacks(self, lack: Lack) -> bool {
        match self {
            Flavour::Dash => true,
            Flavour::OldBusyBox => lack != Lack::Dash,
            Flavour::BusyBox | Flavour::Unknown => lack == Lack::Both,
            Flavour::Bash | Flavour::Python | Flavour::Other => false,
        }
    }

    /// Returns how to make the failure of any command in a pipeline end the script.
    pub fn pipefail_advice(self) -> &'static str {
        match self {
            Flavour::Bash | Flavour::BusyBox | Flavour::OldBusyBox => {
                "write `set -eo pipefail` at the top: without `pipefail` only the last command of a pipeline counts"
            }
            // `dash` has it in Debian 13 and Ubuntu 25.04 or later.
            _ => {
                "run the script with `bash`, and write `set -eo pipefail` at the top: without `pipefail` only the last \
                 command of a pipeline counts"
            }
        }
    }
}

/// Returns the family of the shell that an image has under a name.
pub fn flavour(shell: &str, image: &str) -> Flavour {
    match shell {
        "bash" | "rbash" => return Flavour::Bash,
        "ash" => return Flavour::BusyBox,
        "dash" => return Flavour::Dash,
        "python" | "python2" | "python3" => return Flavour::Python,
        "sh" => {}
        _ => return Flavour::Other,
    }
    match known_image(image).map(|it| it.sh) {
        Some(BinSh::Ash) => Flavour::BusyBox,
        Some(BinSh::OldAsh) => Flavour::OldBusyBox,
        Some(BinSh::Dash) => Flavour::Dash,
        Some(BinSh::Bash) => Flavour::Bash,
        Some(BinSh::None) | None => Flavour::Unknown,
    }
}
