//! What `git`, `helm` and `kustomize` are made to do by a repository.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use super::{JOB, batchlint, check, finish, link, run};
use crate::common::program::{Run, TempDirectory};

fn script(directory: &TempDirectory, name: &str, text: &str) {
    directory.write(name, format!("#!/bin/sh\n{text}").as_bytes());
    fs::set_permissions(directory.0.join(name), fs::Permissions::from_mode(0o755)).unwrap();
}

fn git(directory: &Path, arguments: &[&str]) {
    let who = ["-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"];
    run("git", &[&who, arguments].concat(), directory);
}

/// Everything that a repository can have `git` run leaves a mark, and none does.
#[test]
fn nothing_that_a_repository_configures_is_run() {
    let files = [
        ("repo/chart/Chart.yaml", "name: a\nversion: 1.0.0\n"),
        ("repo/chart/templates/job.yaml", JOB),
        ("repo/gone.yaml", JOB),
    ];
    let directory = TempDirectory::new("programs-git", &files);
    let repo = directory.0.join("repo");
    git(&repo, &["init", "--quiet", "--initial-branch", "main"]);
    git(&repo, &["add", "--all"]);
    git(&repo, &["commit", "--quiet", "--message", "A commit"]);
    fs::remove_file(repo.join("gone.yaml")).unwrap();
    let attributes = "*.yaml filter=evil diff=evil merge=evil working-tree-encoding=UTF-16\n";
    directory.write("repo/.gitattributes", attributes.as_bytes());
    directory.write("repo/.git/info/attributes", attributes.as_bytes());
    let mark = directory.0.join("mark");
    let evil = directory.0.join("evil");
    script(&directory, "evil", &format!("echo \"$0 $*\" >> {}\ncat\n", mark.display()));
    let evil = evil.to_str().unwrap();
    fs::create_dir_all(repo.join(".git/hooks")).unwrap();
    for hook in [
        "post-checkout",
        "post-index-change",
        "reference-transaction",
        "pre-auto-gc",
        "fsmonitor-watchman",
        "pre-commit",
    ] {
        fs::copy(evil, repo.join(".git/hooks").join(hook)).unwrap();
    }
    for (key, value) in [
        ("core.fsmonitor", evil),
        ("core.hooksPath", ".git/hooks"),
        ("core.pager", evil),
        ("core.editor", evil),
        ("core.askPass", evil),
        ("core.sshCommand", evil),
        ("core.gitProxy", evil),
        ("core.alternateRefsCommand", evil),
        ("credential.helper", evil),
        ("filter.evil.smudge", evil),
        ("filter.evil.clean", evil),
        ("filter.evil.process", evil),
        ("filter.evil.required", "true"),
        ("diff.external", evil),
        ("diff.evil.textconv", evil),
        ("diff.evil.command", evil),
        ("merge.evil.driver", evil),
        ("gpg.program", evil),
        ("log.showSignature", "true"),
        ("pager.ls-tree", evil),
        ("pager.cat-file", evil),
        ("pager.rev-parse", evil),
        ("alias.cat-file", &format!("!{evil}")),
        ("alias.ls-tree", &format!("!{evil}")),
        ("protocol.allow", "always"),
        ("protocol.ext.allow", "always"),
        ("remote.origin.url", &format!("ext::{evil}")),
        ("remote.origin.promisor", "true"),
        ("remote.origin.partialclonefilter", "blob:none"),
        ("remote.origin.uploadpack", evil),
        ("extensions.partialClone", "origin"),
        ("core.repositoryFormatVersion", "1"),
    ] {
        run("git", &["config", key, value], &repo);
    }
    script(
        &directory,
        "bin/helm",
        "cat <<END\n---\n# Source: a/templates/job.yaml\nEND\ncat \"$2/templates/job.yaml\"\n",
    );
    let compare =
        |arguments: &[&str], directory: &Path| with_programs(&self::bin(directory, 1), directory, arguments);
    for arguments in [&["--new-from", "main"][..], &["--new-from", "main", "--render"]] {
        let found = compare(arguments, &repo);
        assert!(!mark.exists(), "{arguments:?}: {}", fs::read_to_string(&mark).unwrap());
        assert!(found.out.contains("known from main"), "{arguments:?}: {}{}", found.out, found.err);
    }
    // An object that is not there would be fetched from the remote, which is a program.
    let objects =
        Command::new("git").args(["rev-parse", "main:gone.yaml"]).current_dir(&repo).output().unwrap();
    let object = String::from_utf8(objects.stdout).unwrap();
    let (head, rest) = object.trim().split_at(2);
    fs::remove_file(repo.join(".git/objects").join(head).join(rest)).unwrap();
    for arguments in [&["--new-from", "main"][..], &["--new-from", "main", "--render"]] {
        let found = compare(arguments, &repo);
        assert!(!mark.exists(), "{arguments:?}: {}", fs::read_to_string(&mark).unwrap());
        assert!(found.code == 2 && found.err.contains("`git cat-file` cannot read"), "{}", found.err);
    }
}

/// A bare repository can be committed into another one, and has a configuration too.
#[test]
fn a_repository_inside_of_a_tree_is_not_taken_for_the_tree_s_own() {
    let directory = TempDirectory::new("programs-bare", &[("bare/job.yaml", JOB)]);
    git(&directory.0.join("bare"), &["init", "--quiet", "--bare"]);
    let found = check(&directory.0.join("bare"), &["--new-from", "main"]);
    assert!(found.code == 2 && found.err.contains("git says: "), "{}{}", found.out, found.err);
}

/// Links and paths of a commit lead nowhere else when it is written out for `helm`.
#[test]
fn a_commit_is_written_out_without_links_that_leave_it() {
    let directory = TempDirectory::new(
        "programs-checkout",
        &[
            ("secret", "s3cr3t\n"),
            ("repo/chart/Chart.yaml", "name: a\nversion: 1.0.0\n"),
            ("repo/chart/templates/job.yaml", JOB),
        ],
    );
    let repo = directory.0.join("repo");
    link(&directory, "../../../secret", "repo/chart/templates/secret.yaml");
    link(&directory, "/proc/self/environ", "repo/chart/environ");
    link(&directory, "templates", "repo/chart/inside");
    git(&repo, &["init", "--quiet", "--initial-branch", "main"]);
    git(&repo, &["add", "--all"]);
    git(&repo, &["commit", "--quiet", "--message", "A commit"]);
    fs::remove_file(repo.join("chart/templates/secret.yaml")).unwrap();
    fs::remove_file(repo.join("chart/environ")).unwrap();
    let seen = directory.0.join("seen");
    script(&directory, "bin/helm", &format!("find \"$2\" -type l >> {}\nexit 1\n", seen.display()));
    with_programs(&bin(&repo, 1), &repo, &["--new-from", "main", "--render"]);
    let seen = fs::read_to_string(seen).unwrap();
    assert!(
        seen.contains("/chart/inside") && !seen.contains("secret") && !seen.contains("environ"),
        "{seen}"
    );
}

#[test]
fn what_is_elsewhere_is_not_fetched() {
    for address in [
        "https://example.com/base.yaml",
        "http://127.0.0.1:1/base.yaml",
        "github.com/owner/repository?ref=main",
        "git@github.com:owner/repository.git",
        "ssh://git@example.com/repository",
        "git::https://example.com/repository",
        "file:///etc",
    ] {
        for key in ["resources", "bases", "components"] {
            let text = format!("{key}: ['{address}']\n");
            let directory = TempDirectory::new("programs-remote", &[("overlay/kustomization.yaml", &text)]);
            script(&directory, "bin/kustomize", &format!("touch {}\n", directory.0.join("ran").display()));
            let found = with_programs(&bin(&directory.0, 0), &directory.0, &["overlay", "--render"]);
            let why = format!(
                "the kustomization is not checked: `{address}` in overlay/kustomization.yaml is not a file"
            );
            assert!(found.code == 2 && found.out.contains(&why), "{address}: {}", found.out);
            assert!(!directory.0.join("ran").exists(), "{address}");
        }
    }
    // Of a base, and by other means than resources.
    let directory = TempDirectory::new(
        "programs-remote-base",
        &[
            ("overlay/kustomization.yaml", "resources: [../base]\n"),
            (
                "base/kustomization.yaml",
                "configMapGenerator: [{name: a, files: ['a=https://example.com/a']}]\n",
            ),
        ],
    );
    let found = with_programs(&bin(&directory.0, 0), &directory.0, &["overlay", "--render"]);
    assert!(found.out.contains("`https://example.com/a` in "), "{}", found.out);
}

#[test]
fn programs_that_render_are_kept_off_the_network_and_off_plugins() {
    let directory = TempDirectory::new(
        "programs-offline",
        &[
            ("chart/Chart.yaml", "name: a\nversion: 1.0.0\n"),
            ("overlay/kustomization.yaml", "resources: [job.yaml]\n"),
            ("overlay/job.yaml", JOB),
        ],
    );
    let seen = directory.0.join("seen");
    for name in ["helm", "kustomize"] {
        script(&directory, &format!("bin/{name}"), &format!("env >> {}\nexit 1\n", seen.display()));
    }
    with_programs(&bin(&directory.0, 0), &directory.0, &["--render"]);
    let seen = fs::read_to_string(seen).unwrap();
    for set in [
        "HTTPS_PROXY=http://127.0.0.1:9",
        "GIT_ALLOW_PROTOCOL=none",
        "GIT_TERMINAL_PROMPT=0",
        "HELM_NO_PLUGINS=1",
    ] {
        assert_eq!(seen.lines().filter(|line| *line == set).count(), 2, "{set}: {seen}");
    }
}

/// Returns the directory `bin` that is so many directories above another one.
fn bin(directory: &Path, above: usize) -> String {
    directory.ancestors().nth(above).unwrap().join("bin").display().to_string()
}

fn with_programs(bin: &str, directory: &Path, arguments: &[&str]) -> Run {
    let mut command = batchlint();
    command.args(["check", "--select", "missing-deadline", "--format", "concise"]).args(arguments);
    command.current_dir(directory).env("PATH", format!("{bin}:/usr/bin:/bin"));
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    finish(&mut command)
}
