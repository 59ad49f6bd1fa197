//! `--new-from`: what the files had in a commit, through the user's own `git`.
#![expect(clippy::disallowed_methods, reason = "`git` is run here, and asked which files are gone")]

mod checkout;

use std::collections::{HashMap, HashSet};
use std::io::{self, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use super::args::Check;
use super::files::{self, Checked, charts_around, display, is_manifest_name, plain};
use super::patches::Patches;
use super::render::{Plan, Rendered};
use super::settings::Settings;
use crate::diagnostic::comparison::Entry;
use crate::engine::fleet::lint_fleet;
use crate::engine::lint::lint;
use crate::engine::outcome::Outcome;
use crate::text::source::Source;
use checkout::Checkout;

/// Longer than this no call of `git` may take that lists something.
const LIMIT: Duration = Duration::from_secs(60);

/// Where a commit is found, and what it has.
struct Commit {
    /// The folder of the repository, without links.
    top: PathBuf,
    /// All that is in it, as `git ls-tree -z` lists it.
    listing: String,
}

/// A file or link of a commit.
struct Blob<'l> {
    /// Relative to the repository.
    path: &'l Path,
    object: &'l str,
    is_link: bool,
}

/// A file as a commit has it.
struct Version {
    /// The name that today's file has in the run; of a file that is gone, the one it would have.
    name: String,
    object: String,
}

/// Judges what a commit has of the files of a run, and of those that are gone since, by today's configuration.
///
/// `file_of` makes a path relative to the working folder.
pub(crate) fn entries(
    reference: &str,
    arguments: &Check,
    settings: &Settings,
    checked: &Checked,
    file_of: &(dyn Fn(&str) -> String + Sync),
) -> Result<Vec<Entry>, String> {
    let judged = || {
        let commit = Commit::find(reference)?;
        let blobs = commit.blobs();
        if !arguments.render {
            return judge(&versions(&commit.top, &blobs, checked, &|_| false, settings, file_of), settings);
        }
        let checkout = Checkout::new(&blobs)?;
        let here = |path: &Path| checkout.path_of(&real(path), &commit.top);
        let today = |path: &Path| path.strip_prefix(&checkout.files).map(|path| commit.top.join(path)).ok();
        let name_of = |path: &Path| match today(path) {
            Some(path) => file_of(&path.to_string_lossy()),
            None => display(path),
        };
        let paths: Vec<_> = arguments.paths.iter().filter_map(|path| here(path)).collect();
        let values = |file: &Path| here(file).filter(|it| it.is_file()).unwrap_or_else(|| file.to_owned());
        let values: Vec<_> = arguments.helm_values.iter().map(|set| set.map(values)).collect();
        let excludes = |path: &Path| settings.excludes(&today(path).unwrap_or_else(|| path.to_owned()));
        let mut rendered = Rendered::new(&paths, &values, &excludes, &name_of);
        let is_gone = |folder: &Path| {
            folder.strip_prefix(&checkout.files).is_ok_and(|folder| !commit.top.join(folder).exists())
        };
        rendered.plan.extend(Plan::of(std::slice::from_ref(&checkout.files), &excludes), is_gone);
        let covers = |path: &Path| rendered.plan.covers(&checkout.files.join(path));
        let mut outcome =
            judge(&versions(&commit.top, &blobs, checked, &covers, settings, file_of), settings)?;
        outcome.add(rendered.check(settings));
        Ok(outcome)
    };
    let outcome = judged().map_err(|error: String| format!("`--new-from {reference}`: {error}"))?;
    Ok(outcome.findings.iter().filter_map(|it| Entry::of(it, file_of(&it.source.name))).collect())
}

impl Commit {
    fn find(reference: &str) -> Result<Self, String> {
        let top = run(&["rev-parse", "--show-toplevel"])?;
        let top = PathBuf::from(String::from_utf8_lossy(&top).trim_end_matches(['\r', '\n']).to_owned());
        let top =
            std::fs::canonicalize(&top).map_err(|error| format!("{}: {}", top.display(), plain(&error)))?;
        let listing = run(&["ls-tree", "-r", "-z", "--full-tree", &tree_of(reference)?])?;
        Ok(Commit { top, listing: String::from_utf8_lossy(&listing).into_owned() })
    }

    fn blobs(&self) -> Vec<Blob<'_>> {
        self.listing.split('\0').filter_map(Blob::read).collect()
    }
}

/// Returns where a file really is: folders may be links.
fn real(path: &Path) -> PathBuf {
    std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

/// Finds the files of a commit that are to be judged.
fn versions(
    top: &Path,
    blobs: &[Blob<'_>],
    checked: &Checked,
    is_rendered: &dyn Fn(&Path) -> bool,
    settings: &Settings,
    file_of: &dyn Fn(&str) -> String,
) -> Vec<Version> {
    let files = blobs.iter().filter(|it| !it.is_link);
    let mut objects: HashMap<&Path, &str> = files.map(|it| (it.path, it.object)).collect();
    let paths: HashSet<&Path> = objects.keys().copied().collect();
    let is_template = |path: &Path| {
        is_rendered(path)
            || charts_around(path).any(|chart| paths.contains(chart.join("Chart.yaml").as_path()))
    };
    let mut versions = Vec::new();
    let mut judged = HashSet::new();
    for name in &checked.files {
        let real = real(Path::new(name));
        let real = real.strip_prefix(top).unwrap_or(&real);
        if let Some(object) = objects.get(real).filter(|_| !is_template(real)) {
            versions.push(Version { name: name.clone(), object: (*object).to_owned() });
            judged.insert(real.to_owned());
        }
    }
    objects.retain(|path, _| {
        let today = top.join(path);
        let is_gone = is_manifest_name(path) && !judged.contains(*path) && !today.exists();
        is_gone && !is_template(path) && !settings.excludes(&today)
    });
    versions.extend(objects.into_iter().map(|(path, object)| Version {
        name: file_of(&top.join(path).to_string_lossy()),
        object: object.to_owned(),
    }));
    versions.sort_by(|left, right| left.name.cmp(&right.name));
    versions
}

/// Returns the tree of a commit.
fn tree_of(reference: &str) -> Result<String, String> {
    let name = format!("{reference}^{{tree}}");
    let output = output(&["rev-parse", "--verify", "--quiet", "--end-of-options", &name])?;
    let tree = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    if output.status.success() && !tree.is_empty() {
        return Ok(tree);
    }
    let shallow = run(&["rev-parse", "--is-shallow-repository"])?;
    let hint = match shallow.starts_with(b"true") {
        true => {
            "this clone is shallow: fetch it whole (`git fetch --unshallow`; `fetch-depth: 0` in GitHub Actions)"
        }
        false => "`git fetch` may bring it",
    };
    Err(format!("there is no such commit, branch or tag in this repository; {hint}"))
}

impl<'l> Blob<'l> {
    /// Reads `100644 blob 1234…<tab>path`; submodules are none.
    fn read(line: &'l str) -> Option<Self> {
        let (head, path) = line.split_once('\t')?;
        let mut words = head.split(' ');
        let mode = words.next()?;
        let is_blob = words.next()? == "blob";
        let object = words.next()?;
        is_blob.then_some(Blob { path: Path::new(path), object, is_link: mode == "120000" })
    }
}

/// Judges files, one after the other as `git` gives them.
fn judge(versions: &[Version], settings: &Settings) -> Result<Outcome, String> {
    let (mut outcome, patches) = (Outcome::default(), Patches::default());
    let wanted: Vec<_> = versions.iter().map(|it| (it.object.as_str(), it.name.as_str())).collect();
    read_blobs(&wanted, &mut |index, bytes| {
        let name = &versions[index].name;
        // What that version had of unreadable things hides nothing.
        let Ok(Ok(text)) = bytes.map(files::text_of) else { return Ok(()) };
        let found = settings.for_file(Path::new(name));
        if let Some(config) = found.config(Path::new(name)) {
            let mut source = Source::new(name.as_str(), text);
            // Where a file is a patch now, its older version was one too.
            source.is_patch = patches.names(Path::new(name));
            outcome.add(lint(source, &config));
        }
        Ok(())
    })?;
    lint_fleet(&mut outcome, &|name| settings.config_for(name));
    Ok(outcome)
}

/// A blob that has more bytes than a manifest may have.
struct TooLarge;

/// Gives `take` the bytes of objects, each with a name for messages, in their order, until it fails.
fn read_blobs(
    objects: &[(&str, &str)],
    take: &mut dyn FnMut(usize, Result<Vec<u8>, TooLarge>) -> Result<(), String>,
) -> Result<(), String> {
    let mut child = command(&["cat-file", "--batch"]);
    let child = child.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = child.spawn().map_err(|error| not_started(&error))?;
    let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
    let (Some(mut stdin), Some(stdout)) = (stdin, stdout) else {
        return Err("`git` has no pipes".to_owned());
    };
    let taken = std::thread::scope(|scope| {
        // Who asks for everything before reading anything waits for ever.
        scope.spawn(move || {
            let asked = objects.iter().try_for_each(|(object, _)| writeln!(stdin, "{object}"));
            // The reader says what went wrong.
            drop((asked, stdin));
        });
        let mut answers = BufReader::new(stdout);
        objects.iter().enumerate().try_for_each(|(index, (_, name))| {
            let bytes = next_object(&mut answers)
                .map_err(|error| format!("`git cat-file` does not give {name}: {}", plain(&error)))?;
            take(index, bytes)
        })
    });
    let _ = child.wait();
    taken
}

/// Reads `<object> blob <bytes>`, the bytes, and a line end.
fn next_object(answers: &mut impl io::BufRead) -> io::Result<Result<Vec<u8>, TooLarge>> {
    let mut head = String::new();
    answers.read_line(&mut head)?;
    let length = head.trim_end().rsplit_once(' ').and_then(|(_, length)| length.parse::<u64>().ok());
    let length = length.ok_or_else(|| {
        io::Error::other(if head.is_empty() { "it has ended" } else { "the repository lacks the object" })
    })?;
    if length > files::MAXIMUM_BYTES {
        io::copy(&mut answers.by_ref().take(length + 1), &mut io::sink())?;
        return Ok(Err(TooLarge));
    }
    let mut bytes = vec![0; length as usize];
    answers.read_exact(&mut bytes)?;
    answers.read_exact(&mut [0])?;
    Ok(Ok(bytes))
}

/// Runs `git` and returns what it prints; the error is its own message.
fn run(arguments: &[&str]) -> Result<Vec<u8>, String> {
    let output = output(arguments)?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let message = String::from_utf8_lossy(&output.stderr);
    Err(format!("git says: {}", message.lines().next().unwrap_or("nothing").trim_start_matches("fatal: ")))
}

fn output(arguments: &[&str]) -> Result<Output, String> {
    output_within(LIMIT, arguments)
}

/// Runs `git` for so long at most: it waits for ever where a file that it keeps is a named pipe.
fn output_within(limit: Duration, arguments: &[&str]) -> Result<Output, String> {
    let mut command = command(arguments);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let child = child.map_err(|error| not_started(&error))?;
    let id = child.id();
    let (done, is_done) = mpsc::channel::<()>();
    std::thread::scope(|scope| {
        let watch = scope.spawn(move || {
            let is_late = is_done.recv_timeout(limit) == Err(mpsc::RecvTimeoutError::Timeout);
            if is_late {
                end(id);
            }
            is_late
        });
        let output = child.wait_with_output();
        drop(done);
        match watch.join() {
            Ok(true) => Err(format!("`git` has not ended after {limit:?}, and was ended")),
            _ => output.map_err(|error| not_started(&error)),
        }
    })
}

#[cfg(unix)]
fn end(process: u32) {
    use rustix::process::{Pid, Signal, kill_process};
    if let Some(process) = i32::try_from(process).ok().and_then(Pid::from_raw) {
        let _ = kill_process(process, Signal::KILL);
    }
}

#[cfg(not(unix))]
fn end(_: u32) {}

/// What a repository may configure to be run, or to be asked of others: none of it is. What `rev-parse`, `ls-tree` and
/// `cat-file` do not use today stands here too, for other versions of `git` may.
const OFF: &[&str] = &[
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.attributesFile=/dev/null",
    "core.pager=cat",
    "core.askPass=",
    "core.sshCommand=false",
    "core.gitProxy=",
    "core.alternateRefsCommand=false",
    "credential.helper=",
    "diff.external=",
    "gpg.program=false",
    "log.showSignature=false",
    "protocol.allow=never",
    "protocol.ext.allow=never",
    "protocol.file.allow=never",
    "fetch.recurseSubmodules=false",
    "submodule.recurse=false",
    "gc.auto=0",
    "maintenance.auto=false",
    // A bare repository can be committed into another one, with a configuration of its own.
    "safe.bareRepository=explicit",
];

/// Makes a call of `git` that runs nothing else, fetches nothing, asks nobody and writes nothing.
fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new("git");
    for setting in OFF {
        command.args(["-c", setting]);
    }
    command.arg("--no-pager").args(arguments).env("LC_ALL", "C").stdin(Stdio::null());
    command.env("GIT_NO_LAZY_FETCH", "1").env("GIT_TERMINAL_PROMPT", "0").env("GIT_OPTIONAL_LOCKS", "0");
    // No protocol has this name: older versions fetch what is missing even so.
    command.env("GIT_ALLOW_PROTOCOL", "none").env("GIT_PROTOCOL_FROM_USER", "0");
    command.env("GIT_ASKPASS", "").env("SSH_ASKPASS", "").env("GIT_SSH_COMMAND", "false");
    command.env_remove("GIT_EXTERNAL_DIFF").env_remove("GIT_PROXY_COMMAND").env_remove("GIT_TRACE2");
    command
}

fn not_started(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "it needs `git`, which is not on the `PATH`".to_owned(),
        _ => format!("`git` does not start: {}", plain(error)),
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    /// `git` opens `HEAD` and waits for somebody who writes into it.
    #[test]
    fn a_repository_with_a_named_pipe_holds_nobody_up() {
        let folder = std::env::temp_dir().join(format!("batchlint-git-pipe-{}", std::process::id()));
        std::fs::create_dir_all(folder.join("objects")).unwrap();
        std::fs::create_dir_all(folder.join("refs")).unwrap();
        assert!(Command::new("mkfifo").arg(folder.join("HEAD")).status().unwrap().success());
        let place = format!("--git-dir={}", folder.display());
        let failure = output_within(Duration::from_millis(300), &[&place, "rev-parse", "HEAD"]).unwrap_err();
        assert_eq!(failure, "`git` has not ended after 300ms, and was ended");
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
