//! Pipes, devices and sockets: an open one may wait for ever, or do something.

use std::os::unix::net::UnixListener;

use super::{JOB, batchlint, check, finish, link, repository, run, within_a_minute};
use crate::common::program::TempDirectory;

#[test]
fn what_is_no_regular_file_is_named_and_not_read() {
    let directory = TempDirectory::new("special", &[("job.yaml", JOB)]);
    run("mkfifo", &["pipe.yaml", "pipe.txt"], &directory.0);
    let _socket = UnixListener::bind(directory.0.join("socket.json")).unwrap();
    link(&directory, "pipe.yaml", "link.yml");
    let found = check(&directory.0, &[]);
    assert_eq!(found.code, 2, "{}", found.out);
    for said in [
        "pipe.yaml: error[syntax-error] the file cannot be read: it is a named pipe, not a regular file\n",
        "link.yml: error[syntax-error] the file cannot be read: it is a named pipe, not a regular file\n",
        "socket.json: error[syntax-error] the file cannot be read: it is a socket, not a regular file\n",
        "job.yaml:4:1: warning[missing-deadline]",
        "3 inputs could not be read",
    ] {
        assert!(found.out.contains(said), "{said}: {}", found.out);
    }
    assert!(!found.out.contains("pipe.txt"), "a walk does not read such names: {}", found.out);
    // Named one by one, too.
    for (name, what) in [
        ("pipe.yaml", "a named pipe"),
        ("pipe.txt", "a named pipe"),
        ("link.yml", "a named pipe"),
        ("socket.json", "a socket"),
        ("/dev/zero", "a device"),
    ] {
        let found = check(&directory.0, &[name]);
        assert!(found.code == 2 && found.out.contains(&format!("it is {what}, ")), "{name}: {}", found.out);
    }
    for command in ["dry-run", "timeline", "calendar", "alerts"] {
        let mut program = batchlint();
        let found = finish(program.args([command, "."]).current_dir(&directory.0));
        assert_eq!(found.code, 2, "{command}: {}{}", found.out, found.err);
        assert!((found.out + &found.err).contains("it is a named pipe, not a regular file"), "{command}");
    }
}

/// Files that are read beside the manifests.
#[test]
fn a_pipe_in_the_place_of_any_other_file_is_named() {
    for name in [
        ".gitignore",
        ".ignore",
        ".git/info/exclude",
        ".batchlint.yaml",
        ".batchlint.yml",
        "kustomization.yaml",
        "kustomization.yml",
        "Chart.yaml",
    ] {
        for rendered in [&[][..], &["--render"]] {
            let directory =
                TempDirectory::new("special-others", &[("job.yaml", JOB), (".git/info/attributes", "")]);
            run("mkfifo", &[name], &directory.0);
            let found = check(&directory.0, rendered);
            let said = format!("{name}: error[syntax-error] the file cannot be read: it is a named pipe");
            assert!(found.code == 2 && found.out.contains(&said), "{name} {rendered:?}: {}", found.out);
        }
    }
    let directory = TempDirectory::new("special-flags", &[("job.yaml", JOB)]);
    run("mkfifo", &["pipe"], &directory.0);
    for flag in ["--config", "--baseline", "--helm-values"] {
        for file in ["pipe", "/dev/zero", "/dev/tty"] {
            let render: &[&str] = if flag == "--helm-values" { &["--render"] } else { &[] };
            let found = check(&directory.0, &[&[flag, file, "job.yaml"], render].concat());
            assert_eq!(found.code, 2, "{flag} {file}: {}{}", found.out, found.err);
        }
    }
}

/// A chart or kustomization is looked through before a program reads it.
#[test]
fn a_pipe_in_a_chart_or_kustomization_is_found_before_it_is_rendered() {
    let kustomization = "resources: [base]\n";
    let directory = TempDirectory::new(
        "special-render",
        &[
            ("chart/Chart.yaml", "name: a\nversion: 1.0.0\n"),
            ("chart/templates/job.yaml", JOB),
            ("overlay/kustomization.yaml", kustomization),
            ("overlay/base/kustomization.yaml", "resources: [pipe.yaml]\n"),
        ],
    );
    run("mkfifo", &["chart/templates/pipe.tpl", "overlay/base/pipe.yaml"], &directory.0);
    let found = check(&directory.0, &["--render"]);
    for said in [
        "the chart is not checked: chart/templates/pipe.tpl: it is a named pipe",
        "the kustomization is not checked: overlay/base/pipe.yaml: it is a named pipe",
    ] {
        assert!(found.code == 2 && found.out.contains(said), "{said}: {}", found.out);
    }
}

/// Users name pipes: `check <(helm template chart)`.
#[test]
fn what_a_shell_pipes_in_is_read() {
    let directory = TempDirectory::new(
        "special-shell",
        &[("job.yaml", JOB), ("config", "rules: {missing-deadline: error}\n")],
    );
    repository(&directory);
    let program = env!("CARGO_BIN_EXE_batchlint");
    for script in [
        format!("{program} check --format concise <(cat job.yaml)"),
        format!("cat job.yaml | {program} check --format concise /dev/stdin"),
        format!("{program} check --format concise /dev/stdin < job.yaml"),
        format!("cat job.yaml | {program} check --format concise -"),
        format!("{program} check --format concise --config <(cat config) job.yaml"),
    ] {
        let found = finish(within_a_minute("bash").args(["-c", &script]).current_dir(&directory.0));
        assert!(found.out.contains("[missing-deadline]"), "{script}: {}{}", found.out, found.err);
        assert_eq!(found.code, 1, "{script}");
    }
}
