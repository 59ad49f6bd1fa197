//! Walks directories on all processors: without what ignore files name, and without leaving the directories through links. Each
//! file is visited once, by its own name where that is in the directories, however many links lead to it.

use crate::project::entry::EntryKind;
use crate::project::entry::WalkEntry;
use std::collections::{HashMap, HashSet};
use std::fs::DirEntry;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, PoisonError};

use super::ignores::IgnoreLevel;
use super::open::{is_within, special};
use crate::manifest::kustomization::FILE_NAMES;
use crate::project::paths::{display, without_os_code};
use crate::text::pattern::TooCostly;

/// How many times a directory is entered through links at most: links to directories with links multiply.
const MAX_ENTRIES: usize = 16;

/// So many files go to a thread at a time.
const BATCH: usize = 32;

/// Walks the paths of a command line. `visit` gets everything in no set order, but of the files only those that
/// `is_wanted` asks for by their paths, and says of a directory whether it is entered.
pub(crate) fn walk(
    paths: &[&PathBuf],
    is_wanted: &(dyn Fn(&Path) -> bool + Sync),
    visit: &(dyn Fn(&WalkEntry) -> bool + Sync),
) {
    let real = |path: &&&PathBuf| std::fs::canonicalize(path).ok().filter(|it| it.is_dir());
    let roots: HashSet<PathBuf> = paths.iter().filter_map(|it| real(&it)).collect();
    let (entries, said, visited, linked) = Default::default();
    let walk = Walk { roots, is_wanted, visit, entries, said, visited, linked };
    walk.work_off(paths.iter().filter_map(|path| walk.named(path)).collect());
    // Only now is it known which files have been visited by their own names.
    let mut linked = std::mem::take(&mut *walk.linked.lock().unwrap_or_else(PoisonError::into_inner));
    linked.sort_by(|(_, left), (_, right)| left.path.cmp(&right.path));
    let left = linked.into_iter().filter_map(|(real, entry)| walk.is_new(real).then_some(entry));
    walk.work_off(left.map(|entry| Work::Files(vec![entry])).collect());
}

/// Returns the files below directories, in their order: those that are wanted, in directories that are entered.
pub(crate) fn files(
    directories: &[&PathBuf],
    is_wanted: &(dyn Fn(&Path) -> bool + Sync),
    enters: &(dyn Fn(&Path) -> bool + Sync),
) -> Vec<PathBuf> {
    let found: Mutex<Vec<PathBuf>> = Mutex::default();
    let keep = |entry: &WalkEntry| {
        if matches!(entry.kind, EntryKind::File) {
            found.lock().unwrap_or_else(PoisonError::into_inner).push(entry.path.clone());
        }
        enters(&entry.path)
    };
    walk(directories, is_wanted, &keep);
    let mut found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
    found.sort();
    found
}

struct Walk<'w> {
    /// The directories on the command line, without links.
    roots: HashSet<PathBuf>,
    is_wanted: &'w (dyn Fn(&Path) -> bool + Sync),
    visit: &'w (dyn Fn(&WalkEntry) -> bool + Sync),
    /// How many times a directory was entered through a link.
    entries: Mutex<HashMap<PathBuf, usize>>,
    /// The ignore files that were said to be unusable.
    said: Mutex<HashSet<PathBuf>>,
    /// The files that were visited, and the directories that the command line names, without links.
    visited: Mutex<HashSet<PathBuf>>,
    /// The files that links lead to, and where they really are.
    linked: Mutex<Vec<(PathBuf, WalkEntry)>>,
}

/// What a thread takes on.
enum Work {
    Directory(Directory),
    Files(Vec<WalkEntry>),
}

/// A directory that is to be looked into.
struct Directory {
    path: PathBuf,
    /// Where it really is.
    real: PathBuf,
    /// The absolute path, through the links that were followed.
    full: String,
    level: Option<Arc<IgnoreLevel>>,
    links: Option<Arc<Link>>,
}

/// A link that was followed: the directory that it is in, and those before it.
struct Link {
    real: PathBuf,
    before: Option<Arc<Link>>,
}

struct Queue {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    waiting: Vec<Work>,
    running: usize,
}

/// Marks a piece of work as done when dropped, even after a panic.
struct Done<'q>(&'q Queue);

impl Drop for Done<'_> {
    fn drop(&mut self) {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner).running -= 1;
        self.0.changed.notify_all();
    }
}

impl Queue {
    fn next(&self) -> Option<Work> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(work) = state.waiting.pop() {
                state.running += 1;
                return Some(work);
            }
            if state.running == 0 {
                return None;
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn add(&self, work: Vec<Work>) {
        if !work.is_empty() {
            self.state.lock().unwrap_or_else(PoisonError::into_inner).waiting.extend(work);
            self.changed.notify_all();
        }
    }
}

impl Walk<'_> {
    fn work_off(&self, waiting: Vec<Work>) {
        let has_directory = waiting.iter().any(|it| matches!(it, Work::Directory(_)));
        // A few files are read sooner than threads are started.
        let threads = if has_directory || waiting.len() > 8 {
            std::thread::available_parallelism().map_or(1, usize::from)
        } else {
            1
        };
        let queue = Queue { state: Mutex::new(State { waiting, running: 0 }), changed: Condvar::new() };
        if threads == 1 {
            return self.work(&queue);
        }
        std::thread::scope(|scope| (0..threads).for_each(|_| _ = scope.spawn(|| self.work(&queue))));
    }

    /// Whether a path without links is seen for the first time.
    fn is_new(&self, real: PathBuf) -> bool {
        self.visited.lock().unwrap_or_else(PoisonError::into_inner).insert(real)
    }

    fn work(&self, queue: &Queue) {
        while let Some(work) = queue.next() {
            let _done = Done(queue);
            match work {
                Work::Files(entries) => entries.iter().for_each(|entry| _ = (self.visit)(entry)),
                Work::Directory(directory) => queue.add(self.visit_directory(directory)),
            }
        }
    }

    /// Starts at a path that the command line names.
    fn named(&self, path: &Path) -> Option<Work> {
        let entry = |kind| WalkEntry { path: path.to_owned(), is_named: true, kind };
        let found = match std::fs::metadata(path) {
            Err(error) => Err(error),
            // The pipes that a shell passes as `/dev/fd/…` may have no path.
            Ok(metadata) if !metadata.is_dir() => {
                let is_new = std::fs::canonicalize(path).map_or(true, |real| self.is_new(real));
                return is_new.then(|| Work::Files(vec![entry(EntryKind::File)]));
            }
            Ok(_) => std::fs::canonicalize(path),
        };
        match found {
            Ok(real) if !self.is_new(real.clone()) => None,
            Err(error) => Some(Work::Files(vec![entry(EntryKind::Failed(without_os_code(&error)))])),
            Ok(real) if (self.visit)(&entry(EntryKind::Directory)) => {
                let level = IgnoreLevel::above(&real, &|path, why| self.report_ignore_error(path, why));
                let full = display(&real);
                Some(Work::Directory(Directory { path: path.to_owned(), real, full, level, links: None }))
            }
            Ok(_) => None,
        }
    }

    /// Visits what is in a directory, and returns the work that this makes.
    fn visit_directory(&self, mut directory: Directory) -> Vec<Work> {
        let entries =
            match std::fs::read_dir(&directory.path).and_then(Iterator::collect::<io::Result<Vec<_>>>) {
                Ok(entries) => entries,
                Err(error) => {
                    let kind = EntryKind::Failed(without_os_code(&error));
                    (self.visit)(&WalkEntry { path: directory.path, is_named: false, kind });
                    return Vec::new();
                }
            };
        let has = |name: &str| entries.iter().any(|it| it.file_name() == name);
        directory.level =
            IgnoreLevel::enter(directory.level, &directory.path, directory.full.len(), &has, &|path, why| {
                self.report_ignore_error(path, why)
            });
        let (mut work, mut files) = (Vec::new(), Vec::new());
        for entry in entries {
            work.extend(self.entry(&directory, &entry, &mut files));
        }
        // What goes last is taken first: files before directories keep few directories waiting.
        while files.len() > BATCH {
            work.push(Work::Files(files.split_off(files.len() - BATCH)));
        }
        files.iter().for_each(|entry| _ = (self.visit)(entry));
        work
    }

    fn entry(&self, directory: &Directory, entry: &DirEntry, files: &mut Vec<WalkEntry>) -> Option<Work> {
        let name = entry.file_name();
        if name == ".git" {
            return None;
        }
        let path = entry.path();
        let kind = match entry.file_type() {
            Ok(kind) => kind,
            Err(error) => {
                files.push(WalkEntry {
                    path,
                    is_named: false,
                    kind: EntryKind::Failed(without_os_code(&error)),
                });
                return None;
            }
        };
        let is_link = kind.is_symlink();
        let (kind, real) = match special(kind) {
            Some(what) => (EntryKind::Special(what), None),
            None if is_link => self.follow(directory, &path)?,
            None if kind.is_dir() => (EntryKind::Directory, None),
            None => (EntryKind::File, None),
        };
        let is_directory = matches!(kind, EntryKind::Directory | EntryKind::Outside { is_directory: true });
        let is_failed = matches!(kind, EntryKind::Failed(_));
        if !is_directory && !is_failed && !(self.is_wanted)(&path) {
            return None;
        }
        let full = format!("{}/{}", directory.full.trim_end_matches('/'), name.to_string_lossy());
        match directory.level.as_ref().map_or(Ok(false), |it| it.is_ignored(&full, is_directory)) {
            Ok(true) => {
                files.push(WalkEntry { path, is_named: false, kind: EntryKind::Ignored });
                return None;
            }
            Ok(false) => {}
            Err(TooCostly) => {
                let why = "its ignore files have too many patterns with wildcards and are not used";
                self.report_ignore_error(&directory.path, EntryKind::Failed(why.to_owned()));
            }
        }
        // A chart or a kustomization is its directory, wherever its file comes from.
        let is_directory_file = name == "Chart.yaml" || FILE_NAMES.iter().any(|known| name == *known);
        let real =
            real.filter(|_| is_directory || !is_directory_file).unwrap_or_else(|| directory.real.join(name));
        let entry = WalkEntry { path, is_named: false, kind };
        match entry.kind {
            // The command line names it too: it is walked from there.
            EntryKind::Directory if self.roots.contains(&real) => return None,
            EntryKind::Directory if !(self.visit)(&entry) => return None,
            EntryKind::Directory => {}
            EntryKind::File if is_link && !is_directory_file || directory.links.is_some() => {
                self.linked.lock().unwrap_or_else(PoisonError::into_inner).push((real, entry));
                return None;
            }
            EntryKind::File if !self.is_new(real) => return None,
            _ => {
                files.push(entry);
                return None;
            }
        }
        let links = if is_link {
            Some(Arc::new(Link { real: directory.real.clone(), before: directory.links.clone() }))
        } else {
            directory.links.clone()
        };
        Some(Work::Directory(Directory {
            path: entry.path,
            real,
            full,
            level: directory.level.clone(),
            links,
        }))
    }

    /// Returns what a link leads to, with the real path of a file or directory; `None` for one that leads back to a directory
    /// above it, and for one more link to a directory that has been entered often enough, which is reported once.
    fn follow(&self, directory: &Directory, path: &Path) -> Option<(EntryKind, Option<PathBuf>)> {
        let found = std::fs::canonicalize(path).and_then(|real| Ok((std::fs::metadata(&real)?, real)));
        let (metadata, real) = match found {
            Ok(found) => found,
            // What it is meant to lead to has the same kind of name: that of a program is of no interest.
            Err(error) if error.kind() == ErrorKind::NotFound => return Some((EntryKind::Dangling, None)),
            Err(error) => return Some((EntryKind::Failed(without_os_code(&error)), None)),
        };
        if !self.roots.iter().any(|root| is_within(&real, root)) {
            return Some((EntryKind::Outside { is_directory: metadata.is_dir() }, None));
        }
        if let Some(what) = special(metadata.file_type()) {
            return Some((EntryKind::Special(what), None));
        }
        if !metadata.is_dir() {
            return Some((EntryKind::File, Some(real)));
        }
        let mut inside = directory.real.starts_with(&real);
        let mut link = directory.links.as_deref();
        while let Some(Link { real: from, before }) = link {
            inside |= from.starts_with(&real);
            link = before.as_deref();
        }
        // What is above is searched already.
        if inside {
            return None;
        }
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let entered = entries.entry(real.clone()).or_default();
        *entered += 1;
        if *entered > MAX_ENTRIES {
            let target = display(&real);
            let why = format!("more than {MAX_ENTRIES} links lead to {target}: it is not searched again");
            return (*entered == MAX_ENTRIES + 1).then_some((EntryKind::Failed(why), None));
        }
        Some((EntryKind::Directory, Some(real)))
    }

    /// Reports once what is wrong with an ignore file.
    fn report_ignore_error(&self, path: &Path, kind: EntryKind) {
        let is_new = self.said.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned());
        if is_new {
            (self.visit)(&WalkEntry { path: path.to_owned(), is_named: false, kind });
        }
    }
}
