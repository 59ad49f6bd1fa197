//! Bash's `extglob`: from where on a script may have its patterns.

/// Returns where the line ends that turns Bash's `extglob` on, or may do so: a line is read as a whole before it runs.
pub(super) fn extglob_from(text: &str) -> Option<usize> {
    let mut end = 0;
    text.split_inclusive('\n').find_map(|line| {
        end += line.len();
        // What another script does is not known.
        let mut words = line.split_ascii_whitespace();
        (line.contains("extglob") || words.any(|it| matches!(it, "." | "source" | "eval"))).then_some(end)
    })
}
