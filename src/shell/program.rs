//! The program that a command starts.

/// Says whether a shell would run the text as it stands: one command, nothing to expand.
pub fn is_plain(script: &str) -> bool {
    !script.trim().contains(|it: char| "\n;|&<>$`\"'\\(){}*?[]#~!".contains(it))
}

/// Returns the name of a program without its folder.
pub fn base_name(program: &str) -> &str {
    program.rsplit('/').next().unwrap_or(program)
}
