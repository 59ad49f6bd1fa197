//! Paths of files and directories, as manifests write them.

/// A path has at most so many parts, and a file stands in at most so many directories: longer ones are not followed.
pub(super) const DEEPEST: usize = 32;

/// The longest path that is followed, in bytes.
pub(super) const LONGEST: usize = 512;

/// Returns a path and the directories in which it stands, the nearest first; the last is that in which the program runs.
pub(super) fn parents(path: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(path), |it| (!it.is_empty()).then(|| directory(it))).take(DEEPEST)
}

/// Returns the directory of a file.
pub(super) fn directory(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(directory, _)| directory)
}

/// Returns a path that is written in a directory, without `.` and `..`; `None` if it has too many parts.
pub(super) fn join(directory: &str, path: &str) -> Option<String> {
    let root = if directory.starts_with('/') { "/" } else { "" };
    let mut parts: Vec<&str> = Vec::new();
    for part in directory.split('/').chain(path.split('/')).filter(|it| !matches!(*it, "" | ".")) {
        match (part, parts.last()) {
            ("..", Some(last)) if *last != ".." => _ = parts.pop(),
            _ => parts.push(part),
        }
    }
    (parts.len() <= DEEPEST).then(|| format!("{root}{}", parts.join("/")))
}
