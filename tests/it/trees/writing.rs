//! What is written: fixes, reports and baselines.

use std::fs::{self, File, Permissions};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};

use super::{JOB, check, link, run};
use crate::common::program::TempDirectory;

const FIX: &[&str] = &["--select", "missing-backoff-limit", "--fix"];

fn is_fixed(directory: &TempDirectory, name: &str) -> bool {
    fs::read_to_string(directory.0.join(name)).unwrap().contains("backoffLimit: 6")
}

#[test]
fn a_fix_keeps_the_permissions_but_not_the_right_to_run_as_the_owner() {
    let directory = TempDirectory::new("writing-mode", &[("job.yaml", JOB)]);
    let file = directory.0.join("job.yaml");
    // Only root gives files away; the group stays then, too.
    let is_root = chown(&file, Some(1234), Some(1235)).is_ok();
    fs::set_permissions(&file, Permissions::from_mode(0o6751)).unwrap();
    check(&directory.0, FIX);
    let metadata = fs::metadata(&file).unwrap();
    assert!(is_fixed(&directory, "job.yaml"));
    assert_eq!(metadata.mode() & 0o7777, 0o751);
    if is_root {
        assert_eq!((metadata.uid(), metadata.gid()), (1234, 1235));
    }
}

/// Without its access list, the group would get what the list's mask allows to others.
#[test]
fn a_fix_keeps_access_lists_and_attributes() {
    use rustix::fs::{XattrFlags, getxattr, setxattr};
    let directory = TempDirectory::new("writing-attributes", &[("job.yaml", JOB)]);
    let path = directory.0.join("job.yaml");
    // Version 2; the owner rw, the user 1234 rw, the group none, the mask rw, others none.
    let list = [
        2, 0, 0, 0, 1, 0, 6, 0, 255, 255, 255, 255, 2, 0, 6, 0, 210, 4, 0, 0, 4, 0, 0, 0, 255, 255, 255, 255,
        16, 0, 6, 0, 255, 255, 255, 255, 32, 0, 0, 0, 255, 255, 255, 255,
    ];
    for (name, value) in [("user.note", &b"kept"[..]), ("system.posix_acl_access", &list)] {
        // Not every file system has them.
        if setxattr(&path, name, value, XattrFlags::empty()).is_err() {
            continue;
        }
        fs::write(&path, JOB).unwrap();
        check(&directory.0, &[FIX, &["job.yaml"]].concat());
        assert!(is_fixed(&directory, "job.yaml"), "{name}");
        let mut found = [0; 64];
        let length = getxattr(&path, name, &mut found[..]).unwrap();
        assert_eq!(&found[..length], value, "{name}");
    }
}

/// As text, both names are the same.
#[test]
fn a_fix_is_written_to_the_file_itself_whatever_its_name() {
    use std::os::unix::ffi::OsStrExt as _;
    let directory = TempDirectory::new("writing-names", &[]);
    let odd = directory.0.join(std::ffi::OsStr::from_bytes(b"a\xff.yaml"));
    let other = directory.0.join("a\u{fffd}.yaml");
    fs::write(&odd, JOB).unwrap();
    fs::write(&other, "precious: 1\n").unwrap();
    check(&directory.0, &[FIX, &["."]].concat());
    assert!(fs::read_to_string(&odd).unwrap().contains("backoffLimit: 6"));
    assert_eq!(fs::read_to_string(&other).unwrap(), "precious: 1\n");
}

#[test]
fn a_file_that_is_read_only_or_has_other_names_stays() {
    let directory = TempDirectory::new(
        "writing-refused",
        &[("read-only.yaml", JOB), ("one.yaml", JOB), ("job.yaml", JOB)],
    );
    fs::set_permissions(directory.0.join("read-only.yaml"), Permissions::from_mode(0o444)).unwrap();
    fs::hard_link(directory.0.join("one.yaml"), directory.0.join("other.txt")).unwrap();
    let found = check(&directory.0, FIX);
    assert_eq!(
        (found.code, found.err.as_str()),
        (
            2,
            "error: one.yaml: it cannot be written: it has 1 other name (hard links), which would keep the old content\n\
             error: read-only.yaml: it cannot be written: it is read-only\n\
             applied 1 fix\n"
        )
    );
    // What is wrong in these files is reported as without `--fix`; the third one is fixed.
    let lines: Vec<_> = found.out.lines().map(|it| it.split('`').next().unwrap()).collect();
    assert_eq!(
        lines,
        [
            "job.yaml:4:1: warning[missing-deadline] a Job that hangs keeps running until someone deletes it: ",
            "one.yaml:4:1: warning[missing-backoff-limit] ",
            "one.yaml:4:1: warning[missing-deadline] a Job that hangs keeps running until someone deletes it: ",
            "read-only.yaml:4:1: warning[missing-backoff-limit] ",
            "read-only.yaml:4:1: warning[missing-deadline] a Job that hangs keeps running until someone deletes it: ",
            "checked 3 objects in 3 files: 5 warnings; 2 fixable with "
        ],
        "{}",
        found.out
    );
    for name in ["read-only.yaml", "one.yaml", "other.txt"] {
        assert!(!is_fixed(&directory, name), "{name}");
    }
    assert!(is_fixed(&directory, "job.yaml"));
    assert_eq!(fs::metadata(directory.0.join("one.yaml")).unwrap().nlink(), 2);
}

#[test]
fn a_fix_works_for_the_longest_names_and_leaves_nothing_behind() {
    let long = "n".repeat(250) + ".yaml";
    let directory = TempDirectory::new("writing-long", &[(&long, JOB)]);
    check(&directory.0, FIX);
    assert!(is_fixed(&directory, &long));
    assert_eq!(fs::read_dir(&directory.0).unwrap().count(), 1);
}

/// A run that is killed cannot clean up; whoever still writes holds a lock.
#[test]
fn a_fix_removes_what_a_killed_run_has_left() {
    let left = [".batchlint-fix-1-0.tmp", ".batchlint-fix-4194304-17.tmp"];
    let files = [
        ("job.yaml", JOB),
        (left[0], "half"),
        (left[1], ""),
        (".batchlint-fix-2-0.tmp", "in use"),
        (".batchlint-fix-notes", ""),
    ];
    let directory = TempDirectory::new("writing-left", &files);
    link(&directory, "job.yaml", ".batchlint-fix-3-0.tmp");
    let held = File::options().write(true).open(directory.0.join(".batchlint-fix-2-0.tmp")).unwrap();
    held.lock().unwrap();
    check(&directory.0, FIX);
    assert!(is_fixed(&directory, "job.yaml"));
    let mut names: Vec<_> = fs::read_dir(&directory.0)
        .unwrap()
        .map(|it| it.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(
        names,
        [".batchlint-fix-2-0.tmp", ".batchlint-fix-3-0.tmp", ".batchlint-fix-notes", "job.yaml"]
    );
}

#[test]
fn a_report_replaces_nothing_that_the_run_reads() {
    let config = "rules: {missing-ttl: off}\n";
    let files = [
        ("in/job.yaml", JOB),
        ("in/values.yaml", "a: 1\n"),
        ("in/object.json", r#"{"apiVersion": "v1", "kind": "Secret"}"#),
        ("in/.batchlint.yaml", config),
        ("in/.gitignore", "ignored.yaml\n"),
        ("named.txt", JOB),
        ("config", config),
    ];
    let directory = TempDirectory::new("writing-output", &files);
    link(&directory, "job.yaml", "in/link.json");
    fs::hard_link(directory.0.join("in/job.yaml"), directory.0.join("hard.json")).unwrap();
    link(&directory, "in/job.yaml", "link-in.json");
    let before: Vec<_> = files.iter().map(|(name, _)| fs::read(directory.0.join(name)).unwrap()).collect();
    for file in [
        "in/job.yaml",
        "in/link.json",
        "./in/../in/job.yaml",
        "link-in.json",
        "hard.json",
        "in/values.yaml",
        "in/object.json",
        "in/.batchlint.yaml",
        "named.txt",
        "config",
    ] {
        for flag in
            [&["--output", file][..], &["--format", &format!("json={file}")], &["--write-baseline", file]]
        {
            let found = check(&directory.0, &[&["--config", "config", "in", "named.txt"], flag].concat());
            assert_eq!(found.code, 2, "{flag:?}: {}{}", found.out, found.err);
            assert!(
                found.err.contains(&format!("{file}`: ")) || found.err.contains("in/../in/"),
                "{flag:?}: {}",
                found.err
            );
        }
    }
    let after: Vec<_> = files.iter().map(|(name, _)| fs::read(directory.0.join(name)).unwrap()).collect();
    assert!(before == after);
    // What an earlier run has written there is no input, though it has the name of a manifest.
    for _ in 0..2 {
        for flag in [
            &["--format", "json=in/report.json"][..],
            &["--format", "sarif=in/report.sarif.json"],
            &["--format", "gitlab=in/gitlab.json"],
            &["--write-baseline", "in/base.json"],
        ] {
            let found = check(&directory.0, &[&["in"], flag].concat());
            assert_eq!(
                (found.code, found.err.as_str()),
                (if flag[0] == "--format" { 1 } else { 0 }, ""),
                "{flag:?}: {}",
                found.out
            );
        }
    }
}

#[test]
fn a_report_waits_for_no_pipe_of_the_tree() {
    let directory = TempDirectory::new("writing-pipe", &[("job.yaml", JOB)]);
    run("mkfifo", &["report.txt"], &directory.0);
    for flag in ["--output", "--write-baseline"] {
        let found = check(&directory.0, &[flag, "report.txt", "."]);
        let why = format!("`{flag} report.txt`: it is a named pipe, not a regular file");
        assert!(found.code == 2 && found.err.contains(&why), "{}{}", found.out, found.err);
    }
}

#[test]
fn a_report_goes_through_no_link_of_the_tree() {
    let directory = TempDirectory::new(
        "writing-through",
        &[
            ("in/job.yaml", JOB),
            ("in/.git/HEAD", ""),
            ("out/precious", "precious"),
            ("in/reports/old.txt", ""),
        ],
    );
    link(&directory, "../out/precious", "in/report.txt");
    link(&directory, "../out/new", "in/new.txt");
    link(&directory, "../out", "in/folder");
    link(&directory, "reports/old.txt", "in/inside.txt");
    let place = directory.0.join("in");
    for file in [
        "report.txt",
        "./report.txt",
        "new.txt",
        "folder/new.txt",
        "folder/precious",
        "reports/../report.txt",
    ] {
        for flag in ["--output", "--write-baseline"] {
            let found = check(&place, &["job.yaml", flag, file]);
            assert!(
                found.code == 2 && found.err.contains("link"),
                "{flag} {file}: {}{}",
                found.out,
                found.err
            );
        }
    }
    assert_eq!(fs::read_to_string(directory.0.join("out/precious")).unwrap(), "precious");
    assert_eq!(fs::read_dir(directory.0.join("out")).unwrap().count(), 1);
    // Where a shell redirects, or the user says it, or a link stays inside.
    let elsewhere = directory.0.join("elsewhere.txt");
    for file in ["/dev/stdout", "/dev/fd/1", "inside.txt", "../plain.txt", elsewhere.to_str().unwrap()] {
        let found = check(&place, &["job.yaml", "--output", file]);
        assert_eq!((found.code, found.err.as_str()), (1, ""), "{file}");
    }
    run("test", &["-s", "reports/old.txt"], &place);
}

/// Whoever writes such a path knows where it is, but not where a link of the repository leads.
#[test]
fn a_report_goes_through_no_link_of_the_repository_from_anywhere() {
    let files = [
        ("work/in/job.yaml", JOB),
        ("work/.git/HEAD", ""),
        ("work/reports/old.txt", ""),
        ("out/precious", "precious"),
    ];
    let directory = TempDirectory::new("writing-anywhere", &files);
    link(&directory, "../out", "work/folder");
    link(&directory, "../out/precious", "work/link.txt");
    link(&directory, "folder", "work/chain");
    link(&directory, "reports", "work/inside");
    link(&directory, "work", "above");
    link(&directory, "../../out", "work/in/deep");
    let here = directory.0.to_str().unwrap();
    let [job, reached] = ["work/in/job.yaml", "above/folder/new"].map(|it| format!("{here}/{it}"));
    let absolute = format!("{here}/work/folder/precious");
    let cases = [
        ("work/in", "../folder/precious"),
        ("work/in", "../folder/new"),
        ("work/in", "../chain/new"),
        ("work/in", "../link.txt"),
        ("work/in", "deep/new"),
        ("work", "in/deep/new"),
        ("work", "in/../folder/new"),
        (".", "work/folder/new"),
        ("out", "../work/folder/new"),
        ("/", &absolute),
        ("out", &absolute),
        ("/", &reached),
        ("work/reports", &reached),
    ];
    for (place, file) in cases {
        let place = directory.0.join(place);
        for flag in
            [&["--output", file][..], &["--format", &format!("json={file}")], &["--write-baseline", file]]
        {
            let found = check(&place, &[&[job.as_str()], flag].concat());
            let is_refused = found.code == 2 && found.err.contains("a link leads out of the directory");
            assert!(is_refused, "{place:?} {flag:?}: {}{}", found.out, found.err);
        }
    }
    assert_eq!(fs::read_to_string(directory.0.join("out/precious")).unwrap(), "precious");
    assert_eq!(fs::read_dir(directory.0.join("out")).unwrap().count(), 1);
    // What is above the repository belongs to the machine, and what stays in it to the repository.
    let above = format!("{here}/above/report.txt");
    let cases = [
        ("/", above.as_str()),
        ("work/in", "../inside/old.txt"),
        ("above/in", "../report.txt"),
        (".", "above/a"),
    ];
    for (place, file) in cases {
        let found = check(&directory.0.join(place), &[&job, "--output", file]);
        assert_eq!((found.code, found.err.as_str()), (1, ""), "{place} {file}");
    }
}

#[test]
fn manual_pages_go_through_no_link_of_the_repository() {
    let directory =
        TempDirectory::new("writing-manual", &[("work/.git/HEAD", ""), ("out/precious", "precious")]);
    link(&directory, "../out", "work/folder");
    link(&directory, "../../out/precious", "work/pages/batchlint-check.1");
    let found = ["work/folder", "work/pages"].map(|it| directory.run(&["man", it]));
    assert!(found.iter().all(|it| it.code == 2 && it.err.contains("a link leads out of the directory")));
    assert_eq!(fs::read_to_string(directory.0.join("out/precious")).unwrap(), "precious");
    assert_eq!(fs::read_dir(directory.0.join("out")).unwrap().count(), 1);
}
