//! `--new-from`: only what the files did not have in a commit, with the real `git`.

mod changes;
mod renderings;

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::common::manifests::without_deadline_named as job;
use crate::common::program::{Run, TempDirectory, run_in};
use crate::common::skip::skip;

/// Runs `git` without anyone's configuration.
fn git(directory: &Path, arguments: &[&str]) {
    let mut command = Command::new("git");
    command.args(["-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"]);
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    let output = command.args(arguments).current_dir(directory).output().unwrap();
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// Makes a repository with one commit of these files; nothing where there is no `git`.
fn repository(name: &str, files: &[(&str, &str)]) -> Option<TempDirectory> {
    if Command::new("git").arg("--version").output().is_err() {
        skip("there is no `git` on the PATH");
        return None;
    }
    let directory = TempDirectory::new(name, files);
    git(&directory.0, &["init", "--quiet", "--initial-branch", "main"]);
    commit(&directory.0);
    Some(directory)
}

fn commit(directory: &Path) {
    git(directory, &["add", "--all"]);
    git(directory, &["commit", "--quiet", "--message", "A commit"]);
}

/// The findings' files, and the summary's last line.
fn news(run: &Run) -> (i32, Vec<&str>, &str) {
    let mut lines: Vec<_> = run.out.lines().collect();
    let last = lines.pop().unwrap_or_default();
    (run.code, lines.into_iter().map(|line| line.split(':').next().unwrap()).collect(), last)
}

const CHECK: &[&str] = &["check", "--format", "concise", "--new-from", "main"];

#[test]
fn what_was_there_is_known_and_uncommitted_and_untracked_files_are_new() {
    let Some(directory) = repository("new-from", &[("old.yaml", &job("old")), ("edited.yaml", &job("a"))])
    else {
        return;
    };
    directory.write("edited.yaml", format!("# moved\n{}---\n{}", job("a"), job("b")).as_bytes());
    directory.write("untracked.yaml", job("c").as_bytes());
    let run = directory.run(CHECK);
    let expected = "checked 4 objects in 3 files: 2 warnings; 2 known from main";
    assert_eq!(news(&run), (1, vec!["edited.yaml", "untracked.yaml"], expected), "{}", run.err);
    // Whatever is committed on a branch is compared with the other one.
    git(&directory.0, &["checkout", "--quiet", "-b", "feature"]);
    commit(&directory.0);
    assert_eq!(news(&directory.run(CHECK)).1, ["edited.yaml", "untracked.yaml"]);
    let run = directory.run(&["check", "--new-from", "HEAD"]);
    assert_eq!((run.code, run.out.contains("4 known from HEAD")), (0, true), "{}", run.out);
}

#[test]
fn renames_are_followed_and_copies_are_new() {
    let Some(directory) =
        repository("new-from-renames", &[("jobs/a.yaml", &job("a")), ("b.yaml", &job("b"))])
    else {
        return;
    };
    fs::rename(directory.0.join("jobs"), directory.0.join("batch")).unwrap();
    directory.write("copy.yaml", job("b").as_bytes());
    let run = directory.run(CHECK);
    assert_eq!(news(&run).1, ["copy.yaml"], "{}", run.err);
    // Also where a run looks into one file: what another one still has is not moved.
    let one = |path| directory.run(&[CHECK, &[path]].concat());
    assert_eq!(news(&one("copy.yaml")).1, ["copy.yaml"]);
    assert_eq!(news(&one("batch/a.yaml")).0, 0);
}

#[test]
fn what_is_gone_is_counted_as_fixed() {
    let Some(directory) = repository("new-from-fixed", &[("a.yaml", &job("a")), ("b.yaml", &job("b"))])
    else {
        return;
    };
    fs::remove_file(directory.0.join("a.yaml")).unwrap();
    let run = directory.run(CHECK);
    let expected = "checked 1 object in 1 file: no new findings; 1 known from main; 1 fixed since main";
    assert_eq!(news(&run), (0, vec![], expected));
}

#[test]
fn it_works_below_the_top_in_worktrees_through_links_and_in_shallow_clones() {
    let Some(directory) = repository("new-from-places", &[("jobs/a.yaml", &job("a")), ("b.yaml", &job("b"))])
    else {
        return;
    };
    let check = |place: &Path, arguments: &[&str]| {
        let run = run_in(place, &[CHECK, arguments].concat(), "");
        assert_eq!(run.err, "", "{arguments:?}");
        run.out
    };
    let jobs = directory.0.join("jobs");
    assert!(check(&jobs, &[]).ends_with("1 known from main\n"));
    assert!(check(&jobs, &[".."]).ends_with("2 known from main\n"));
    assert!(check(&directory.0, &[jobs.to_str().unwrap()]).ends_with("1 known from main\n"));

    git(&directory.0, &["worktree", "add", "--quiet", "../new-from-places-tree", "-b", "other"]);
    let tree = directory.0.with_file_name("new-from-places-tree");
    assert!(check(&tree, &[]).ends_with("2 known from main\n"));
    fs::remove_dir_all(&tree).unwrap();

    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("jobs", directory.0.join("current")).unwrap();
        let out = check(&directory.0, &["current"]);
        assert!(out.contains("no new findings; 1 known from main"), "{out}");
        // Whatever leads to a file, it is checked once.
        let out = check(&directory.0, &[]);
        assert!(out.contains("no new findings; 2 known from main"), "{out}");
        fs::remove_file(directory.0.join("current")).unwrap();
    }

    commit_more(&directory);
    let clone = TempDirectory::new("new-from-clone", &[]);
    let url = format!("file://{}", directory.0.display());
    git(&clone.0, &["clone", "--quiet", "--depth", "1", &url, "clone"]);
    let place = clone.0.join("clone");
    assert!(check(&place, &[]).ends_with("3 known from main\n"));
    let run = run_in(&place, &["check", "--new-from", "HEAD~1"], "");
    assert_eq!((run.code, run.out.as_str()), (2, ""));
    assert!(run.err.contains("`--new-from HEAD~1`") && run.err.contains("--unshallow"), "{}", run.err);
}

fn commit_more(directory: &TempDirectory) {
    directory.write("c.yaml", job("c").as_bytes());
    commit(&directory.0);
}

/// What the old version broke hides nothing, and what is broken now is said: exit code 2.
#[test]
fn what_cannot_be_read_is_never_known() {
    let Some(directory) = repository("new-from-broken", &[("a.yaml", "kind: Job\na: [\n")]) else { return };
    let run = directory.run(CHECK);
    assert_eq!((run.code, run.out.contains("error[syntax-error]")), (2, true), "{}", run.out);
}

/// A rule that is switched on today was silent then because of the configuration, not because of the manifest.
#[test]
fn the_configuration_of_today_is_used_for_both() {
    let off = "rules: {missing-deadline: off}\n";
    let Some(directory) = repository("new-from-config", &[("a.yaml", &job("a")), (".batchlint.yaml", off)])
    else {
        return;
    };
    directory.write(".batchlint.yaml", b"rules: {missing-deadline: error}\n");
    let run = directory.run(CHECK);
    assert_eq!((run.code, run.out.contains("1 known from main")), (0, true), "{}", run.out);
}

#[test]
fn templates_of_charts_are_no_manifests_in_the_past_either() {
    let files =
        [("chart/Chart.yaml", "name: chart\n"), ("chart/templates/job.yaml", "kind: {{ .Values.a }}\n")];
    let Some(directory) = repository("new-from-chart", &files) else { return };
    fs::remove_dir_all(directory.0.join("chart")).unwrap();
    let run = directory.run(CHECK);
    assert_eq!(run.out, "no Job or CronJob in 0 files; 0 known from main\n", "{}", run.err);
}

/// Helm leaves the Job out of every rendering.
#[test]
fn an_unknown_hook_that_a_template_had_is_known() {
    let hook = |name: &str| job("{{ .Values.name }}").replace("post-install", name);
    let files = [("chart/Chart.yaml", "name: chart\n"), ("chart/templates/job.yaml", &hook("post-instal"))];
    let Some(directory) = repository("new-from-hook", &files) else { return };
    let run = directory.run(CHECK);
    assert_eq!((run.code, run.out.contains("1 known from main")), (0, true), "{}", run.out);
    fs::rename(directory.0.join("chart"), directory.0.join("moved")).unwrap();
    directory.write("moved/templates/new.yaml", hook("pre-instal").as_bytes());
    assert_eq!(news(&directory.run(CHECK)).1, ["moved/templates/new.yaml"]);
}

/// With `--render`, the commit's charts are rendered too, in a directory that is gone afterwards.
#[cfg(unix)]
#[test]
fn charts_are_rendered_as_they_were() {
    use std::os::unix::fs::PermissionsExt as _;
    let output = |text: &str| format!("---\n# Source: app/templates/job.yaml\n{text}");
    let files = [
        ("charts/app/Chart.yaml", "name: app\n"),
        ("charts/app/templates/job.yaml", &job("a")),
        // The script that stands in for Helm prints this.
        ("charts/app/output", &output(&job("a"))),
        ("bin/helm", "#!/bin/sh\ncat \"$2\"/output\n"),
    ];
    let Some(directory) = repository("new-from-render", &files) else { return };
    fs::set_permissions(directory.0.join("bin/helm"), fs::Permissions::from_mode(0o755)).unwrap();
    let temporary = TempDirectory::new("new-from-render-temporary", &[]);
    let check = |place: &Path, arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_batchlint"));
        command.args(CHECK).arg("--render").args(arguments).current_dir(place);
        let path = format!("{}:/usr/bin:/bin", directory.0.join("bin").display());
        let run = Run::from(command.env("PATH", path).env("TMPDIR", &temporary.0).output().unwrap());
        assert_eq!((run.err.as_str(), fs::read_dir(&temporary.0).unwrap().count()), ("", 0), "{}", run.out);
        run
    };
    assert!(check(&directory.0, &[]).out.contains("1 object in 2 files: no new findings; 1 known from main"));
    assert!(check(&directory.0.join("charts/app"), &[]).out.contains("no new findings; 1 known from main"));

    let latest = job("a").replace("1.4.2", "latest");
    directory.write("charts/app/templates/job.yaml", latest.as_bytes());
    directory.write("charts/app/output", output(&latest).as_bytes());
    let run = check(&directory.0, &["charts"]);
    let place = "charts/app/templates/job.yaml:13:16: warning[mutable-image]";
    assert!(run.out.starts_with(place) && run.out.contains("1 warning; 1 known from main"), "{}", run.out);

    fs::rename(directory.0.join("charts"), directory.0.join("helm")).unwrap();
    let run = check(&directory.0, &["helm"]);
    assert!(run.out.contains("1 warning; 1 known from main"), "a chart can move: {}", run.out);
    let status =
        Command::new("git").args(["status", "--porcelain"]).current_dir(&directory.0).output().unwrap();
    let status = String::from_utf8(status.stdout).unwrap();
    assert!(
        status.lines().all(|line| line.starts_with(" D") || line.starts_with("??") || line.starts_with(" M")),
        "{status}"
    );
}

#[test]
fn errors_say_what_is_missing() {
    let Some(directory) = repository("new-from-errors", &[("a.yaml", &job("a"))]) else { return };
    let run = directory.run(&["check", "--new-from", "mian"]);
    assert_eq!((run.code, run.out.as_str()), (2, ""));
    let expected = "error: `--new-from mian`: there is no such commit, branch or tag in this repository; try \
                    `git fetch`\n";
    assert_eq!(run.err, expected);

    let program = env!("CARGO_BIN_EXE_batchlint");
    let output =
        Command::new(program).args(CHECK).current_dir(&directory.0).env("PATH", "").output().unwrap();
    let run = Run::from(output);
    assert_eq!(run.code, 2);
    assert_eq!(run.err, "error: `--new-from main`: it needs `git`, which is not on the `PATH`\n");

    let elsewhere = std::env::temp_dir().join(format!("batchlint-no-repository-{}", std::process::id()));
    fs::create_dir_all(&elsewhere).unwrap();
    let run = run_in(&elsewhere, CHECK, "");
    fs::remove_dir_all(&elsewhere).unwrap();
    assert_eq!(run.code, 2);
    assert!(run.err.starts_with("error: `--new-from main`: git says: not a git repository"), "{}", run.err);
}
