//! `--new-from`: only what the files did not have in a commit, with the real `git`.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use crate::common::manifests::without_deadline_named as job;
use crate::common::program::{Folder, Run, run_in};

/// Runs `git` without anyone's configuration.
fn git(folder: &Path, arguments: &[&str]) {
    let mut command = Command::new("git");
    command.args(["-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"]);
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    let output = command.args(arguments).current_dir(folder).output().unwrap();
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// Makes a repository with one commit of these files; nothing where there is no `git`.
fn repository(name: &str, files: &[(&str, &str)]) -> Option<Folder> {
    if Command::new("git").arg("--version").output().is_err() {
        // Past the test harness, which shows nothing of a test that passes.
        std::io::stderr().write_all(b"SKIPPED: there is no `git` on the PATH\n").unwrap();
        return None;
    }
    let folder = Folder::new(name, files);
    git(&folder.0, &["init", "--quiet", "--initial-branch", "main"]);
    commit(&folder.0);
    Some(folder)
}

fn commit(folder: &Path) {
    git(folder, &["add", "--all"]);
    git(folder, &["commit", "--quiet", "--message", "A commit"]);
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
    let Some(folder) = repository("new-from", &[("old.yaml", &job("old")), ("edited.yaml", &job("a"))])
    else {
        return;
    };
    folder.write("edited.yaml", format!("# moved\n{}---\n{}", job("a"), job("b")).as_bytes());
    folder.write("untracked.yaml", job("c").as_bytes());
    let run = folder.run(CHECK);
    let expected = "checked 4 objects in 3 files: 2 warnings; 2 known from main";
    assert_eq!(news(&run), (1, vec!["edited.yaml", "untracked.yaml"], expected), "{}", run.err);
    // Whatever is committed on a branch is compared with the other one.
    git(&folder.0, &["checkout", "--quiet", "-b", "feature"]);
    commit(&folder.0);
    assert_eq!(news(&folder.run(CHECK)).1, ["edited.yaml", "untracked.yaml"]);
    let run = folder.run(&["check", "--new-from", "HEAD"]);
    assert_eq!((run.code, run.out.contains("4 known from HEAD")), (0, true), "{}", run.out);
}

#[test]
fn renames_are_followed_and_copies_are_new() {
    let Some(folder) = repository("new-from-renames", &[("jobs/a.yaml", &job("a")), ("b.yaml", &job("b"))])
    else {
        return;
    };
    fs::rename(folder.0.join("jobs"), folder.0.join("batch")).unwrap();
    folder.write("copy.yaml", job("b").as_bytes());
    let run = folder.run(CHECK);
    assert_eq!(news(&run).1, ["copy.yaml"], "{}", run.err);
    // Also where a run looks into one file: what another one still has is not moved.
    let one = |path| folder.run(&[CHECK, &[path]].concat());
    assert_eq!(news(&one("copy.yaml")).1, ["copy.yaml"]);
    assert_eq!(news(&one("batch/a.yaml")).0, 0);
}

#[test]
fn what_is_gone_is_counted_as_fixed() {
    let Some(folder) = repository("new-from-fixed", &[("a.yaml", &job("a")), ("b.yaml", &job("b"))]) else {
        return;
    };
    fs::remove_file(folder.0.join("a.yaml")).unwrap();
    let run = folder.run(CHECK);
    let expected = "checked 1 object in 1 file: no new findings; 1 known from main; 1 fixed since main";
    assert_eq!(news(&run), (0, vec![], expected));
}

#[test]
fn it_works_below_the_top_in_worktrees_through_links_and_in_shallow_clones() {
    let Some(folder) = repository("new-from-places", &[("jobs/a.yaml", &job("a")), ("b.yaml", &job("b"))])
    else {
        return;
    };
    let check = |place: &Path, arguments: &[&str]| {
        let run = run_in(place, &[CHECK, arguments].concat(), "");
        assert_eq!(run.err, "", "{arguments:?}");
        run.out
    };
    let jobs = folder.0.join("jobs");
    assert!(check(&jobs, &[]).ends_with("1 known from main\n"));
    assert!(check(&jobs, &[".."]).ends_with("2 known from main\n"));
    assert!(check(&folder.0, &[jobs.to_str().unwrap()]).ends_with("1 known from main\n"));

    git(&folder.0, &["worktree", "add", "--quiet", "../new-from-places-tree", "-b", "other"]);
    let tree = folder.0.with_file_name("new-from-places-tree");
    assert!(check(&tree, &[]).ends_with("2 known from main\n"));
    fs::remove_dir_all(&tree).unwrap();

    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("jobs", folder.0.join("current")).unwrap();
        let out = check(&folder.0, &["current"]);
        assert!(out.contains("no new findings; 1 known from main"), "{out}");
        // Whatever leads to a file, it is checked once.
        let out = check(&folder.0, &[]);
        assert!(out.contains("no new findings; 2 known from main"), "{out}");
        fs::remove_file(folder.0.join("current")).unwrap();
    }

    commit_more(&folder);
    let clone = Folder::new("new-from-clone", &[]);
    let url = format!("file://{}", folder.0.display());
    git(&clone.0, &["clone", "--quiet", "--depth", "1", &url, "clone"]);
    let place = clone.0.join("clone");
    assert!(check(&place, &[]).ends_with("3 known from main\n"));
    let run = run_in(&place, &["check", "--new-from", "HEAD~1"], "");
    assert_eq!((run.code, run.out.as_str()), (2, ""));
    assert!(run.err.contains("`--new-from HEAD~1`") && run.err.contains("--unshallow"), "{}", run.err);
}

fn commit_more(folder: &Folder) {
    folder.write("c.yaml", job("c").as_bytes());
    commit(&folder.0);
}

/// What the old version broke hides nothing, and what is broken now is said: exit code 2.
#[test]
fn what_cannot_be_read_is_never_known() {
    let Some(folder) = repository("new-from-broken", &[("a.yaml", "kind: Job\na: [\n")]) else { return };
    let run = folder.run(CHECK);
    assert_eq!((run.code, run.out.contains("error[syntax-error]")), (2, true), "{}", run.out);
}

/// A rule that is switched on today was silent then because of the configuration, not because of the manifest.
#[test]
fn the_configuration_of_today_is_used_for_both() {
    let off = "rules: {missing-deadline: off}\n";
    let Some(folder) = repository("new-from-config", &[("a.yaml", &job("a")), (".batchlint.yaml", off)])
    else {
        return;
    };
    folder.write(".batchlint.yaml", b"rules: {missing-deadline: error}\n");
    let run = folder.run(CHECK);
    assert_eq!((run.code, run.out.contains("1 known from main")), (0, true), "{}", run.out);
}

#[test]
fn templates_of_charts_are_no_manifests_in_the_past_either() {
    let files =
        [("chart/Chart.yaml", "name: chart\n"), ("chart/templates/job.yaml", "kind: {{ .Values.a }}\n")];
    let Some(folder) = repository("new-from-chart", &files) else { return };
    fs::remove_dir_all(folder.0.join("chart")).unwrap();
    let run = folder.run(CHECK);
    assert_eq!(run.out, "checked 0 objects in 0 files: no new findings; 0 known from main\n", "{}", run.err);
}

/// With `--render`, the commit's charts are rendered too, in a folder that is gone afterwards.
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
    let Some(folder) = repository("new-from-render", &files) else { return };
    fs::set_permissions(folder.0.join("bin/helm"), fs::Permissions::from_mode(0o755)).unwrap();
    let temporary = Folder::new("new-from-render-temporary", &[]);
    let check = |place: &Path, arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_batchlint"));
        command.args(CHECK).arg("--render").args(arguments).current_dir(place);
        let path = format!("{}:/usr/bin:/bin", folder.0.join("bin").display());
        let run = Run::from(command.env("PATH", path).env("TMPDIR", &temporary.0).output().unwrap());
        assert_eq!((run.err.as_str(), fs::read_dir(&temporary.0).unwrap().count()), ("", 0), "{}", run.out);
        run
    };
    assert!(check(&folder.0, &[]).out.contains("1 object in 2 files: no new findings; 1 known from main"));
    assert!(check(&folder.0.join("charts/app"), &[]).out.contains("no new findings; 1 known from main"));

    let latest = job("a").replace("1.4.2", "latest");
    folder.write("charts/app/templates/job.yaml", latest.as_bytes());
    folder.write("charts/app/output", output(&latest).as_bytes());
    let run = check(&folder.0, &["charts"]);
    let place = "charts/app/templates/job.yaml:13:16: warning[mutable-image]";
    assert!(run.out.starts_with(place) && run.out.contains("1 warning; 1 known from main"), "{}", run.out);

    fs::rename(folder.0.join("charts"), folder.0.join("helm")).unwrap();
    let run = check(&folder.0, &["helm"]);
    assert!(run.out.contains("1 warning; 1 known from main"), "a chart can move: {}", run.out);
    let status = Command::new("git").args(["status", "--porcelain"]).current_dir(&folder.0).output().unwrap();
    let status = String::from_utf8(status.stdout).unwrap();
    assert!(
        status.lines().all(|line| line.starts_with(" D") || line.starts_with("??") || line.starts_with(" M")),
        "{status}"
    );
}

#[test]
fn errors_say_what_is_missing() {
    let Some(folder) = repository("new-from-errors", &[("a.yaml", &job("a"))]) else { return };
    let run = folder.run(&["check", "--new-from", "mian"]);
    assert_eq!((run.code, run.out.as_str()), (2, ""));
    let expected = "error: `--new-from mian`: there is no such commit, branch or tag in this repository; try \
                    `git fetch`\n";
    assert_eq!(run.err, expected);

    let program = env!("CARGO_BIN_EXE_batchlint");
    let output = Command::new(program).args(CHECK).current_dir(&folder.0).env("PATH", "").output().unwrap();
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
