//! Opens files that nobody vouches for: regular ones only, without waiting, and up to a size.

use std::fs::{File, FileType, Metadata, OpenOptions};
use std::io::{self, Read as _};
use std::path::{Component, Path, PathBuf};

use crate::project::paths::normalize;

/// The most bytes that a configuration or an ignore file may have.
pub(crate) const SMALL: u64 = 1024 * 1024;

/// Why a file that a link leads to is not read.
pub(crate) const LINK_OUTSIDE: &str = "the link leads out of the directory";

/// Reads a regular file of at most `most` bytes; links are followed.
pub(crate) fn read_bytes(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    demand_size(read_most(path, most)?, most)
}

fn demand_size(bytes: Vec<u8>, most: u64) -> io::Result<Vec<u8>> {
    if bytes.len() as u64 > most {
        let most = most / (1024 * 1024);
        return Err(io::Error::other(format!(
            "the file is larger than {most} MiB, the most that batchlint reads"
        )));
    }
    Ok(bytes)
}

/// Reads a regular file, at most a byte more than `most`, so that a huge one costs no more than that.
pub(crate) fn read_most(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    read_open(&open(path)?, most)
}

/// Reads a regular file as text of at most `most` bytes; links are followed.
pub(crate) fn read_text(path: &Path, most: u64) -> io::Result<String> {
    text_within(read_most(path, most)?, most)
}

fn text_within(bytes: Vec<u8>, most: u64) -> io::Result<String> {
    String::from_utf8(demand_size(bytes, most)?).map_err(|_| io::Error::other("the file is not UTF-8"))
}

/// Reads a file that a tree brings along, as text: one that a link leads to has to be in the same repository, or
/// without one in the same directory.
pub(crate) fn read_own_text(path: &Path, most: u64) -> io::Result<String> {
    if is_link_outside(path) { Err(io::Error::other(LINK_OUTSIDE)) } else { read_text(path, most) }
}

/// Reads what the command line names, which may be a pipe that a shell opened: `<(helm template …)` is `/dev/fd/63`.
/// Nothing is in `/dev/null`, by which configurations are turned off.
pub(crate) fn read_named(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    read_open(&open_named(path)?, most)
}

/// Opens what the command line names, as [`read_named`] does.
pub(crate) fn open_named(path: &Path) -> io::Result<File> {
    let is_descriptor = path.starts_with("/dev/fd") || path.starts_with("/proc/self/fd");
    let is_known = ["/dev/stdin", "/dev/null"].iter().any(|it| path == Path::new(it));
    if is_descriptor || is_known { File::open(path) } else { open(path) }
}

/// Reads a text that the command line names, as [`read_named`] does.
pub(crate) fn read_named_text(path: &Path, most: u64) -> io::Result<String> {
    text_within(read_named(path, most)?, most)
}

/// Reads at most a byte more than `most`.
pub(crate) fn read_open(file: &File, most: u64) -> io::Result<Vec<u8>> {
    // One byte more than there is: the end is seen without growing.
    let size = file.metadata()?.len().min(most);
    let mut bytes = Vec::with_capacity(size as usize + 1);
    file.take(most + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Opens a regular file for reading. Whatever takes its place in between is neither waited for nor read.
pub(crate) fn open(path: &Path) -> io::Result<File> {
    // To open some devices is to do something.
    demand_regular(&std::fs::metadata(path)?)?;
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use rustix::fs::OFlags;
        let flags = OFlags::NONBLOCK | OFlags::NOCTTY;
        std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, flags.bits() as i32);
    }
    let file = options.open(path)?;
    demand_regular(&file.metadata()?)?;
    Ok(file)
}

fn demand_regular(metadata: &Metadata) -> io::Result<()> {
    if metadata.is_dir() {
        return Err(io::Error::from(io::ErrorKind::IsADirectory));
    }
    match special(metadata.file_type()) {
        Some(what) => Err(io::Error::other(not_regular(what))),
        None => Ok(()),
    }
}

/// Returns what is wrong with a file that is `what`.
pub(crate) fn not_regular(what: &str) -> String {
    format!("it is {what}, not a regular file")
}

/// Names a file type that is neither a regular file, a directory nor a link.
pub(crate) fn special(kind: FileType) -> Option<&'static str> {
    if kind.is_file() || kind.is_dir() || kind.is_symlink() {
        return None;
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt as _;
        if kind.is_fifo() {
            return Some("a named pipe");
        }
        if kind.is_socket() {
            return Some("a socket");
        }
        if kind.is_block_device() || kind.is_char_device() {
            return Some("a device");
        }
    }
    Some("something else")
}

/// Whether a path goes through a link, after its directory, that leads out of the directory's repository; without one, out of
/// the directory. A path with a `..` that is written in it is not a link.
pub(crate) fn is_link_outside(path: &Path) -> bool {
    let directory = path.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let Some(name) = path.file_name() else { return false };
    contains_link_outside(directory, Path::new(name))
}

/// Whether `inner`, relative to a directory, goes through a link that leads out of the directory's repository, or of the directory.
pub(crate) fn contains_link_outside(directory: &Path, inner: &Path) -> bool {
    let Ok(directory) = std::fs::canonicalize(directory) else { return false };
    let written = normalize(&directory.join(inner));
    match std::fs::canonicalize(&written) {
        Ok(real) => real != written && !is_within(&real, &home(&directory)),
        Err(_) => false,
    }
}

/// Whether a path that the command line names goes through a link that a repository brings along and that leads out of it;
/// without a repository, one below the working directory, or at the end of the path.
///
/// Links above a repository are the machine's own: `/tmp` leads to `/private/tmp` on macOS.
pub(crate) fn leads_out(path: &Path) -> bool {
    let Ok(working) = std::fs::canonicalize(".") else { return false };
    let mut real = working.clone();
    let mut parts = path.components().peekable();
    while let Some(part) = parts.next() {
        match part {
            Component::ParentDir => _ = real.pop(),
            Component::Normal(name) => {
                let directory = real.clone();
                real.push(name);
                if !real.symlink_metadata().is_ok_and(|it| it.is_symlink()) {
                    continue;
                }
                let Ok(target) = std::fs::canonicalize(&real) else { return false };
                let is_brought_along = parts.peek().is_none() || directory.starts_with(&working);
                let around = repository(&directory).or(is_brought_along.then_some(directory.as_path()));
                if around.is_some_and(|it| !is_within(&target, it)) {
                    return true;
                }
                real = target;
            }
            Component::Prefix(_) | Component::RootDir => {
                real.push(part);
                real = std::fs::canonicalize(&real).unwrap_or(real);
            }
            Component::CurDir => {}
        }
    }
    false
}

/// Whether a path without links is below a directory, and not in what `git` keeps there: credentials, for one.
pub(crate) fn is_within(real: &Path, directory: &Path) -> bool {
    let inner = real.strip_prefix(directory);
    inner.is_ok_and(|inner| inner.components().all(|it| it.as_os_str() != ".git"))
}

/// Returns the repository that a directory without links is in, or the directory.
pub(crate) fn home(directory: &Path) -> PathBuf {
    repository(directory).unwrap_or(directory).to_owned()
}

fn repository(directory: &Path) -> Option<&Path> {
    directory.ancestors().find(|it| it.join(".git").exists())
}
