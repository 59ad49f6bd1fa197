//! Which files `git` and `.ignore` files leave out. They are read within limits: nobody vouches for them.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use super::open::{SMALL, is_link_outside, read_text};
use crate::project::entry::EntryKind;
use crate::project::paths::without_os_code;
use crate::text::pattern::{Ignores, TooCostly};

/// The ignore files of a directory, and those of the directories above it. Directories without any share the one above them.
pub(crate) struct IgnoreLevel {
    above: Option<Arc<IgnoreLevel>>,
    /// How many bytes the absolute path of the directory has.
    length: usize,
    ignore: Ignores,
    gitignore: Ignores,
    /// `.git/info/exclude`
    exclude: Ignores,
    is_repository: bool,
    is_in_repository: bool,
}

/// Hears what is wrong with an ignore file.
type ReportIgnoreError<'c> = &'c dyn Fn(&Path, EntryKind);

impl IgnoreLevel {
    /// Reads the ignore files of the directories above one that is given without links.
    pub(crate) fn above(
        directory: &Path,
        report_ignore_error: ReportIgnoreError<'_>,
    ) -> Option<Arc<IgnoreLevel>> {
        let mut directories: Vec<&Path> = directory.ancestors().skip(1).collect();
        directories.reverse();
        let mut level = None;
        for directory in directories {
            let has = |name: &str| directory.join(name).symlink_metadata().is_ok();
            let length = directory.to_string_lossy().len();
            level = IgnoreLevel::enter(level, directory, length, &has, report_ignore_error);
        }
        level
    }

    /// Reads the ignore files of a directory, if it has some.
    pub(crate) fn enter(
        above: Option<Arc<IgnoreLevel>>,
        directory: &Path,
        length: usize,
        has: &dyn Fn(&str) -> bool,
        report_ignore_error: ReportIgnoreError<'_>,
    ) -> Option<Arc<IgnoreLevel>> {
        let is_repository = has(".git");
        let is_in_repository = is_repository || above.as_ref().is_some_and(|it| it.is_in_repository);
        let read = |is_there: bool, path: PathBuf| {
            if is_there { read_ignore_file(&path, report_ignore_error) } else { Ignores::default() }
        };
        let ignore = read(has(".ignore"), directory.join(".ignore"));
        let gitignore = read(is_in_repository && has(".gitignore"), directory.join(".gitignore"));
        let exclude = is_repository.then(|| git_directory(&directory.join(".git")).join("info/exclude"));
        let exclude = exclude.filter(|it| it.symlink_metadata().is_ok());
        let exclude = exclude.map(|it| read(true, it)).unwrap_or_default();
        if !is_repository && ignore.is_empty() && gitignore.is_empty() {
            return above;
        }
        Some(Arc::new(IgnoreLevel {
            above,
            length,
            ignore,
            gitignore,
            exclude,
            is_repository,
            is_in_repository,
        }))
    }

    /// Whether a file or directory, by its absolute path, is left out. A nearer file goes before one above it, `.ignore`
    /// before `.gitignore`, that before `.git/info/exclude`, and that before what the user always ignores.
    pub(crate) fn is_ignored(&self, path: &str, is_directory: bool) -> Result<bool, TooCostly> {
        let (mut by_ignore, mut by_git, mut by_exclude, mut by_user) = (None, None, None, None);
        let mut is_in_reach = true;
        let mut level = Some(self);
        while let Some(it) = level {
            let path = path[it.length..].trim_start_matches('/');
            if by_ignore.is_none() {
                by_ignore = it.ignore.decision(path, is_directory)?;
            }
            if is_in_reach && by_git.is_none() {
                by_git = it.gitignore.decision(path, is_directory)?;
            }
            // What is above a repository is none of its business.
            if is_in_reach && it.is_repository {
                by_exclude = it.exclude.decision(path, is_directory)?;
                by_user = users().decision(path, is_directory)?;
                is_in_reach = false;
            }
            level = it.above.as_deref();
        }
        Ok(by_ignore.or(by_git).or(by_exclude).or(by_user).unwrap_or(false))
    }
}

/// Reads an ignore file; what cannot be used of it is said, and ignores nothing.
fn read_ignore_file(path: &Path, report_ignore_error: ReportIgnoreError<'_>) -> Ignores {
    let mut ignores = Ignores::default();
    if is_link_outside(path) {
        report_ignore_error(path, EntryKind::Outside { is_directory: false });
        return ignores;
    }
    match super::open::read_bytes(path, SMALL) {
        Ok(bytes) => {
            let text = String::from_utf8_lossy(&bytes);
            for (index, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
                if let Err(error) = ignores.add(line) {
                    let why = format!("line {} is not a valid pattern: {error}", index + 1);
                    report_ignore_error(path, EntryKind::Failed(why));
                }
            }
        }
        Err(error) => report_ignore_error(path, EntryKind::Failed(without_os_code(&error))),
    }
    ignores
}

/// Returns the directory that the clone of a worktree has its `info` in.
fn git_directory(path: &Path) -> PathBuf {
    const LONGEST: u64 = 8 * 1024;
    let line = |file: &Path| read_text(file, LONGEST).ok().map(|it| it.trim_end().to_owned());
    // In a worktree `.git` is a file that names a directory, and that has a file which names the shared one.
    let Some(text) = line(path) else { return path.to_owned() };
    let Some(own) = text.strip_prefix("gitdir: ").map(|it| path.with_file_name(it)) else {
        return path.to_owned();
    };
    line(&own.join("commondir")).map_or(own.clone(), |shared| own.join(shared))
}

/// Returns what the user ignores in every repository.
fn users() -> &'static Ignores {
    static USERS: OnceLock<Ignores> = OnceLock::new();
    USERS.get_or_init(|| {
        let file = users_file().filter(|it| it.is_file());
        let text = file.and_then(|it| read_text(&it, SMALL).ok()).unwrap_or_default();
        let mut ignores = Ignores::default();
        // The user's own file is trusted: a line that `git` cannot use either is passed over, as `git` does.
        text.lines().for_each(|line| _ = ignores.add(line));
        ignores
    })
}

/// Returns the file that `core.excludesFile` names, or the one that `git` looks for without it.
fn users_file() -> Option<PathBuf> {
    let home = std::env::var_os("HOME").filter(|it| !it.is_empty()).map(PathBuf::from);
    let settings = std::env::var_os("XDG_CONFIG_HOME").filter(|it| !it.is_empty()).map(PathBuf::from);
    let settings = settings.or_else(|| Some(home.as_ref()?.join(".config")))?.join("git");
    let files = [home.as_ref().map(|it| it.join(".gitconfig")), Some(settings.join("config"))];
    for file in files.into_iter().flatten() {
        let text = read_text(&file, SMALL).unwrap_or_default();
        let value = |line: &str| {
            let (key, value) = line.split_once('=')?;
            key.trim().eq_ignore_ascii_case("excludesFile").then(|| value.trim().trim_matches('"').to_owned())
        };
        if let Some(value) = text.lines().filter_map(value).next_back() {
            let below_home = value.strip_prefix("~/").map(|it| Some(home.as_ref()?.join(it)));
            return below_home.unwrap_or_else(|| Some(PathBuf::from(value)));
        }
    }
    Some(settings.join("ignore"))
}
