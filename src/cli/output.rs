//! Files that the program writes for its user: reports and baselines. None of them replaces what the run reads.
#![expect(clippy::disallowed_methods, reason = "reports and baselines are written here")]

use std::fs::{File, Metadata};
use std::io::{self, BufWriter, Write as _};
use std::path::Path;

use crate::baseline;
use crate::manifest::workload::is_manifest;
use crate::policy::config::file::is_configuration;
use crate::project::contents::MAX_BYTES;
use crate::project::open::{leads_out, not_regular, read_text, special};
use crate::project::paths::{display, is_manifest_name, without_os_code};

/// Whether `flag FILE` may be written, which is asked before a run: not an input of it, and not what a link in the tree
/// leads to.
pub(crate) fn ensure_writable(flag: &str, file: &Path, inputs: &[&Path]) -> Result<(), String> {
    let refused = |why: &str| Err(format!("`{flag} {}`: {why}", display(file)));
    let is_link = file.symlink_metadata().is_ok_and(|it| it.is_symlink());
    let Ok(metadata) = std::fs::metadata(file) else {
        return if is_link {
            refused("the link points nowhere, and no file is created there")
        } else {
            ensure_inside(flag, file)
        };
    };
    // `/dev/stdout`, and pipes that a shell opened.
    if file.starts_with("/dev") || file.starts_with("/proc/self/fd") {
        return Ok(());
    }
    // To write into a pipe is to wait until somebody reads it.
    if let Some(what) = special(metadata.file_type()) {
        return refused(&not_regular(what));
    }
    if metadata.is_dir() {
        return refused("it is a directory");
    }
    ensure_inside(flag, file)?;
    #[cfg(unix)]
    if std::os::unix::fs::MetadataExt::nlink(&metadata) > 1 {
        return refused("it has other names (hard links) and may be a file that must not change");
    }
    let is_named =
        |input: &&Path| std::fs::metadata(input).is_ok_and(|it| is_same(&it, &metadata, input, file));
    if inputs.iter().any(is_named) {
        return refused("it is an input of this run, which the report would overwrite");
    }
    let directories = inputs.iter().filter(|it| it.is_dir()).filter_map(|it| std::fs::canonicalize(it).ok());
    let real = std::fs::canonicalize(file).unwrap_or_else(|_| file.to_owned());
    if is_configuration(&real) {
        return refused("it is a configuration, which the report would overwrite");
    }
    let is_found = is_manifest_name(&real) && directories.into_iter().any(|it| real.starts_with(it));
    if is_found && !is_report(&real) {
        return refused("it is a manifest of this run, which the report would overwrite");
    }
    Ok(())
}

/// Whether a file with the name of a manifest is an earlier report or baseline: those are JSON, and no Kubernetes objects.
fn is_report(file: &Path) -> bool {
    let Ok(text) = read_text(file, MAX_BYTES) else { return false };
    let is_json = file.extension().is_some_and(|it| it.eq_ignore_ascii_case("json"));
    is_json && !is_object(&text) || baseline::parse(&text).is_ok()
}

fn is_object(text: &str) -> bool {
    let value = serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(text);
    value.map_or_else(|_| is_manifest(text), |it| it.contains_key("apiVersion") || it.contains_key("kind"))
}

/// Rejects a path that a link leads out of the repository, or of the directory.
pub(crate) fn ensure_inside(flag: &str, file: &Path) -> Result<(), String> {
    if leads_out(file) {
        Err(format!("`{flag} {}`: a link leads out of the directory: name the file itself", display(file)))
    } else {
        Ok(())
    }
}

#[cfg(unix)]
fn is_same(left: &Metadata, right: &Metadata, _: &Path, _: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    (left.dev(), left.ino()) == (right.dev(), right.ino())
}

#[cfg(not(unix))]
fn is_same(_: &Metadata, _: &Metadata, left: &Path, right: &Path) -> bool {
    std::fs::canonicalize(left).ok() == std::fs::canonicalize(right).ok()
}

/// Writes a file.
pub(crate) fn write_file(file: &Path, bytes: &[u8]) -> Result<(), String> {
    write_file_with(file, |out| out.write_all(bytes))
}

/// Writes to a file what a function writes, without keeping all of it.
pub(crate) fn write_file_with(
    file: &Path,
    write: impl FnOnce(&mut dyn io::Write) -> io::Result<()>,
) -> Result<(), String> {
    let written = File::create(file).and_then(|file| {
        let mut out = BufWriter::new(file);
        write(&mut out)?;
        out.flush()
    });
    written.map_err(|error| format!("{}: it cannot be written: {}", display(file), without_os_code(&error)))
}
