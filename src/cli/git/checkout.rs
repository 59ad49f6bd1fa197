//! The files of a commit in a directory of their own, for programs that render: outside of the repository, gone afterwards.
#![expect(clippy::disallowed_methods, reason = "a temporary directory is made and removed here")]

use std::fs::{DirBuilder, File};
use std::io::Write as _;
use std::path::{Component, Path, PathBuf};

use crate::cli::git::objects::{Blob, read_blobs};
use crate::project::paths::{normalize, without_os_code};

/// More bytes than this are not written.
const MAX_BYTES: usize = 1024 * 1024 * 1024;

/// A directory with the files of a commit; dropping it removes it.
pub(crate) struct Checkout {
    directory: PathBuf,
    /// Where the files are.
    pub(crate) files: PathBuf,
}

impl Checkout {
    /// Writes the files of a commit as they are stored: without the filters and hooks that the repository may configure,
    /// and without what leads out of the directory.
    pub(crate) fn new(blobs: &[Blob<'_>]) -> Result<Self, String> {
        let directory = make_directory()?;
        let checkout = Checkout { files: directory.join("files"), directory };
        let failed = |path: &Path, error| {
            format!("{}: it cannot be written: {}", path.display(), without_os_code(&error))
        };
        std::fs::create_dir(&checkout.files).map_err(|error| failed(&checkout.files, error))?;
        let (mut links, mut size) = (Vec::new(), 0);
        let blobs: Vec<_> = blobs.iter().filter(|it| stays_inside(it.path)).collect();
        let objects: Vec<_> =
            blobs.iter().map(|it| (it.object, it.path.to_str().unwrap_or_default())).collect();
        read_blobs(&objects, &mut |index, bytes| {
            // What is too large is not a manifest either.
            let Ok(bytes) = bytes else { return Ok(()) };
            size += bytes.len();
            if size > MAX_BYTES {
                return Err("it is not rendered, because its files have more than 1 GiB".to_owned());
            }
            let (path, target) = (blobs[index].path, checkout.files.join(blobs[index].path));
            if blobs[index].is_link {
                links.push((path, String::from_utf8_lossy(&bytes).into_owned()));
                return Ok(());
            }
            let directory = target.parent().unwrap_or(&checkout.files);
            std::fs::create_dir_all(directory).map_err(|error| failed(path, error))?;
            let written = File::create_new(&target).and_then(|mut file| file.write_all(&bytes));
            written.map_err(|error| failed(path, error))
        })?;
        // Once all files are there, none is written through a link.
        for (path, target) in links {
            checkout.link(path, Path::new(&target)).map_err(|error| failed(path, error))?;
        }
        Ok(checkout)
    }

    fn link(&self, path: &Path, target: &Path) -> std::io::Result<()> {
        let directory = path.parent().unwrap_or(Path::new(""));
        if target.is_absolute() || !stays_inside(&normalize(&directory.join(target))) {
            return Ok(());
        }
        let path = self.files.join(path);
        std::fs::create_dir_all(path.parent().unwrap_or(&self.files))?;
        #[cfg(unix)]
        return std::os::unix::fs::symlink(target, path);
        #[cfg(not(unix))]
        Ok(())
    }

    /// Returns where a file of the repository is in the checkout; nothing for files outside of it.
    pub(crate) fn path_of(&self, path: &Path, top: &Path) -> Option<PathBuf> {
        path.strip_prefix(top).ok().map(|path| self.files.join(path)).filter(|path| path.exists())
    }
}

/// Whether a relative path stays below its directory, as it is written.
fn stays_inside(path: &Path) -> bool {
    path.components().all(|it| matches!(it, Component::Normal(_)))
}

impl Drop for Checkout {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.directory);
    }
}

/// Makes a directory that nobody else can look into.
fn make_directory() -> Result<PathBuf, String> {
    let place = std::env::temp_dir();
    let place = std::fs::canonicalize(&place).unwrap_or(place);
    #[cfg_attr(not(unix), expect(unused_mut, reason = "only Unix has modes"))]
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    for number in 0..100 {
        let directory = place.join(format!("batchlint-{}-{number}", std::process::id()));
        match builder.create(&directory) {
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(format!("{}: {}", directory.display(), without_os_code(&error))),
            Ok(()) => return Ok(directory),
        }
    }
    Err(format!("{}: cannot find a name for a temporary directory", place.display()))
}
