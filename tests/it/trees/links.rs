//! Links that lead out of the directory on the command line.

use std::fs;

use super::{JOB, batchlint, check, finish, link, repository};
use crate::common::program::TempDirectory;

/// What lies next to the directory `in`, which is the one that is checked.
fn outside(name: &str) -> TempDirectory {
    TempDirectory::new(name, &[("in/own.yaml", JOB), ("out/job.yaml", JOB), ("out/more/job.yaml", JOB)])
}

#[test]
fn they_are_not_followed_but_named_and_counted() {
    let directory = outside("links-out");
    link(&directory, "../out/job.yaml", "in/file.yaml");
    link(&directory, "../out", "in/folder");
    link(&directory, "..", "in/above");
    link(&directory, "file.yaml", "in/chain.yaml");
    link(&directory, "/proc/self/environ", "in/environ.yaml");
    link(&directory, "/dev/stdin", "in/stdin.yaml");
    link(&directory, "../in/../out/more", "in/roundabout");
    link(&directory, "../out/notes.txt", "in/notes.txt");
    directory.write("out/notes.txt", b"no manifest");
    let found = check(&directory.0, &["in"]);
    let last = "checked 1 object in 1 file: 1 warning; skipped: 7 links out of the directory (`in/above`, `in/chain.yaml`, \
                `in/environ.yaml` and 4 more)\n";
    assert!(found.out.ends_with(last), "{}", found.out);
    let report = check(&directory.0, &["in", "--format", "json=/dev/stderr"]);
    let report: serde_json::Value = serde_json::from_str(&report.err).unwrap();
    let skipped = report["summary"]["skipped"].as_array().unwrap();
    assert_eq!(skipped.len(), 7, "{report}");
    assert!(
        skipped
            .iter()
            .all(|it| it["aside"] == "outside" && it["reason"] == "the link leads out of the directory")
    );
    // From inside, with another spelling, and through a link that the call names.
    for (place, path) in [("in", "."), (".", "./in/"), ("out", "../in"), (".", "named")] {
        let _ = std::os::unix::fs::symlink("in", directory.0.join("named"));
        let found = check(&directory.0.join(place), &[path]);
        assert!(
            found.out.contains("checked 1 object") && found.out.contains("7 links"),
            "{path}: {}",
            found.out
        );
    }
    for command in ["dry-run", "timeline", "calendar", "alerts"] {
        let mut program = batchlint();
        let found =
            finish(program.args([command, "in"]).current_dir(&directory.0).env("MARK", "from-environ"));
        let said = found.out + &found.err;
        // A timeline is of some objects, and says nothing about the others.
        let is_said = command == "timeline" || said.contains("7 links out of the directory");
        assert!(is_said && !said.contains("from-environ"), "{command}: {said}");
    }
}

/// `venv/bin/python3` leads to a file of another machine in many repositories.
#[test]
fn one_that_leads_nowhere_is_said_only_if_it_is_named_like_a_manifest() {
    let directory = TempDirectory::new("links-nowhere", &[("in/job.yaml", JOB)]);
    link(&directory, "/opt/homebrew/bin/python3", "in/venv/bin/python3");
    link(&directory, "gone.txt", "in/notes.txt");
    let found = check(&directory.0, &["in"]);
    assert_eq!((found.code, found.out.contains("syntax-error")), (1, false), "{}", found.out);
    link(&directory, "gone.yaml", "in/other.yaml");
    let found = check(&directory.0, &["in"]);
    let said = found.out + &found.err;
    assert!(found.code == 1 && said.contains("skipped: 1 link to nowhere (`in/other.yaml`)"), "{said}");
}

#[test]
fn nothing_is_written_through_them() {
    let directory = outside("links-fix");
    link(&directory, "../out/job.yaml", "in/file.yaml");
    link(&directory, "../out", "in/folder");
    for change in [&["--fix"][..], &["--fix-only"], &["--fix", "--unsafe-fixes"], &["--add-ignore", "later"]]
    {
        check(&directory.0, &[&["--select", "all", "in"], change].concat());
        for file in ["out/job.yaml", "out/more/job.yaml"] {
            assert_eq!(fs::read_to_string(directory.0.join(file)).unwrap(), JOB, "{change:?} {file}");
        }
    }
    assert_ne!(fs::read_to_string(directory.0.join("in/own.yaml")).unwrap(), JOB);
    // The user names it.
    check(&directory.0, &["--select", "missing-backoff-limit", "--fix", "in/file.yaml"]);
    assert!(fs::read_to_string(directory.0.join("out/job.yaml")).unwrap().contains("backoffLimit: 6"));
    assert!(directory.0.join("in/file.yaml").symlink_metadata().unwrap().is_symlink());
}

#[test]
fn links_inside_are_followed_and_those_in_circles_end() {
    let directory = TempDirectory::new("links-inside", &[("a/job.yaml", JOB), ("b/none.yaml", "")]);
    link(&directory, "../a", "b/to-a");
    link(&directory, "../b", "a/to-b");
    link(&directory, "a/job.yaml", "file.yaml");
    let found = check(&directory.0, &[]);
    // What leads back to a directory above leads to nothing new.
    assert!(found.out.starts_with("a/job.yaml:4"), "{}", found.out);
    assert!(found.out.ends_with("checked 1 object in 2 files: 1 warning\n"), "{}", found.out);
    // Both directories are named: what leads from one into the other leads nowhere else.
    let found = check(&directory.0, &["a", "b"]);
    assert!(found.out.ends_with("checked 1 object in 2 files: 1 warning\n"), "{}", found.out);
}

/// A file has one place in a report, and one finding for each defect, whatever leads to it.
#[test]
fn each_file_is_checked_once_and_written_once() {
    let jobs =
        [("a/job.yaml", JOB), ("a/hidden.yaml", JOB), ("a/job.txt", JOB), (".ignore", "hidden.yaml\n")];
    let directory = TempDirectory::new("links-once", &jobs);
    link(&directory, "job.yaml", "a/again.yaml");
    link(&directory, "a", "0");
    link(&directory, "a/job.txt", "text.yaml");
    link(&directory, "0/job.txt", "text-too.yaml");
    link(&directory, "a/hidden.yaml", "seen.yaml");
    let here = directory.0.to_str().unwrap();
    for (paths, expected) in [
        // By its own name, if the walk comes to that; else by the first of the links.
        (&["."][..], &["a/job.yaml", "seen.yaml", "text-too.yaml"][..]),
        (&[".", here], &["a/job.yaml", "seen.yaml", "text-too.yaml"]),
        (&["a", "."], &["a/job.yaml", "seen.yaml", "text-too.yaml"]),
        // By the first name on the command line.
        (&[".", "a/again.yaml", "a/job.yaml"], &["a/again.yaml", "seen.yaml", "text-too.yaml"]),
        (&["a/job.yaml", "./a/job.yaml", "0/job.yaml"], &["a/job.yaml"]),
        (&["0"], &["0/job.yaml"]),
    ] {
        let found = check(&directory.0, paths);
        let names =
            found.out.lines().filter_map(|line| line.split_once(":4:1: warning")).map(|(name, _)| name);
        assert_eq!(names.collect::<Vec<_>>(), expected, "{paths:?}: {}", found.out);
        let plural = if expected.len() == 1 { "" } else { "s" };
        let files = format!("checked {0} object{plural} in {0} file{plural}", expected.len());
        assert!(found.out.contains(&files), "{paths:?}: {}", found.out);
    }
    let fixed = directory.run(&["check", "--select", "missing-backoff-limit", "--fix"]);
    assert!(fixed.err.contains("applied 3 fixes"), "{}{}", fixed.out, fixed.err);
    assert_eq!(
        fs::read_to_string(directory.0.join("a/job.yaml")).unwrap().matches("backoffLimit").count(),
        1
    );
}

/// Overlays may share a `kustomization.yaml`, which names other files from each directory that it is in.
#[test]
fn a_link_to_a_kustomization_is_a_kustomization_of_its_own() {
    let kustomization = "resources: [job.yaml]\n";
    let directory = TempDirectory::new("links-kustomization", &[("dev/kustomization.yaml", kustomization)]);
    link(&directory, "../dev/kustomization.yaml", "prod/kustomization.yaml");
    link(&directory, "prod", "again");
    let found = check(&directory.0, &[]);
    assert!(found.out.contains("2 that are not Kubernetes objects"), "{}", found.out);
}

/// What ignore files name is counted like everything else that is not checked.
#[test]
fn ignored_files_are_counted_and_templates_are_named() {
    let files = [
        (".gitignore", "build/\n*.gen.yaml\n*.txt\n"),
        ("build/job.yaml", JOB),
        ("build/more/job.yaml", JOB),
        ("a.gen.yaml", JOB),
        ("notes.txt", "no manifest"),
        ("job.yaml", JOB),
        ("chart/Chart.yaml", "name: a\nversion: 1.0.0\n"),
        ("chart/templates/job.yaml", JOB),
        ("loose.yaml", "{{ if .Values.a }}\nkind: Job\n{{ end }}\n"),
    ];
    let directory = TempDirectory::new("links-ignored", &files);
    fs::create_dir(directory.0.join(".git")).unwrap();
    let found = check(&directory.0, &[]);
    let last = "skipped: 2 templates (`chart/templates/job.yaml`, `loose.yaml`), 1 that is not a Kubernetes object, \
                2 ignored (use `--render` to check charts and overlays)\n";
    assert!(found.out.ends_with(last), "{}", found.out);
    let answered = finish(batchlint().arg("dry-run").current_dir(&directory.0));
    assert!(answered.out.contains("2 ignored"), "{}", answered.out);
}

/// `.git/config` has the token that a CI system clones with.
#[test]
fn what_git_keeps_is_outside() {
    let directory = TempDirectory::new("links-git", &[("job.yaml", JOB), (".git/config", "s3cr3t: [\n")]);
    link(&directory, ".git/config", "file.yaml");
    link(&directory, ".git", "folder");
    link(&directory, ".git/config", "kustomization.yaml");
    directory.write("sub/job.yaml", JOB.as_bytes());
    link(&directory, "../.git/config", "sub/.batchlint.yml");
    link(&directory, "../../.git/config", "chart/templates/config.yaml");
    directory.write("chart/Chart.yaml", b"name: a\nversion: 1.0.0\n");
    for arguments in [&[][..], &["--render"]] {
        let found = check(&directory.0, arguments);
        assert!(found.out.contains("4 links out of the directory"), "{}", found.out);
        assert!(!found.out.contains("s3cr3t"), "{}", found.out);
    }
    let found = directory.run(&["check", "--render"]);
    assert!(found.out.contains("the chart is not checked") && !found.out.contains("s3cr3t"), "{}", found.out);
}

/// 3 links in each of 30 directories would be 3³⁰ ways to the last one.
#[test]
fn links_that_multiply_are_cut_off() {
    let directory = TempDirectory::new("links-bomb", &[("30/job.yaml", JOB)]);
    for number in 0..30 {
        for name in ["x", "y", "z"] {
            link(&directory, &format!("../{}", number + 1), &format!("{number}/{name}"));
        }
    }
    let found = check(&directory.0, &[]);
    assert!(found.code == 2 && found.out.contains("more than 16 links lead to "), "{}", found.out);
}

/// Excerpts show what stands in a configuration, a kustomization or a template that cannot be used.
#[test]
fn no_other_file_of_the_tree_is_read_from_outside() {
    const SECRET: &str = "s3cr3t-of-somebody: [\n";
    for name in
        [".batchlint.yaml", ".batchlint.yml", "kustomization.yaml", "Chart.yaml", ".gitignore", ".ignore"]
    {
        for rendered in [&[][..], &["--render"]] {
            let directory = TempDirectory::new("links-others", &[("in/job.yaml", JOB), ("secret", SECRET)]);
            directory.write("in/.git/HEAD", b"ref: refs/heads/main\n");
            link(&directory, "../secret", &format!("in/{name}"));
            let found = check(&directory.0, &[&["in", "--format", "human=/dev/stderr"], rendered].concat());
            let said = found.out + &found.err;
            assert!(!said.contains("s3cr3t") && said.contains(&format!("in/{name}")), "{name}: {said}");
        }
    }
    // In one repository, configurations are shared by links.
    let directory = TempDirectory::new(
        "links-config",
        &[("a/job.yaml", JOB), (".batchlint.yaml", "rules: {missing-deadline: off}\n")],
    );
    repository(&directory);
    link(&directory, "../.batchlint.yaml", "a/.batchlint.yaml");
    let found = directory.run(&["check", "a", "--format", "concise"]);
    assert!(
        !found.out.contains("[missing-deadline]") && !found.out.contains("syntax-error"),
        "{}",
        found.out
    );
}

/// `templates/x.yaml` may be a link, or call itself something else.
#[test]
fn charts_and_kustomizations_with_links_out_are_not_rendered() {
    let directory = TempDirectory::new(
        "links-render",
        &[
            ("secret", "s3cr3t: 1\n"),
            ("in/.git/HEAD", ""),
            ("in/chart/Chart.yaml", "name: a\nversion: 1.0.0\n"),
            (
                "in/overlay/kustomization.yaml",
                "resources: [job.yaml]\nconfigMapGenerator: [{name: a, files: [b=deep/c]}]\n",
            ),
            ("in/overlay/job.yaml", JOB),
        ],
    );
    link(&directory, "../../../secret", "in/chart/templates/job.yaml");
    link(&directory, "../../../secret", "in/overlay/deep/c");
    let found = check(&directory.0, &["in", "--render"]);
    for said in [
        "the chart is not checked: in/chart/templates/job.yaml is a link that leads out of the directory",
        "the kustomization is not checked: in/overlay/deep/c is a link that leads out of the directory",
    ] {
        assert!(found.code == 2 && found.out.contains(said), "{said}: {}", found.out);
    }
}
