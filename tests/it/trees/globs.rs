//! Patterns, ignore files and deep trees: time and memory follow what is there.

use std::collections::BTreeSet;
use std::process::{Command, Stdio};

use super::{JOB, check, finish, repository, run};
use crate::common::program::TempDirectory;

#[test]
fn patterns_that_are_too_long_or_too_deep_are_refused_where_they_stand() {
    let braces = |depth: usize| "{".repeat(depth) + "a" + &"}".repeat(depth);
    let too_deep = "its braces nest deeper than 10";
    for (pattern, why) in [
        ("{".repeat(20_000), "it is longer than 1024 bytes"),
        ("{".repeat(1_000), too_deep),
        (braces(11), too_deep),
        ("x".repeat(1_025), "it is longer than 1024 bytes"),
        ("{a,b}".repeat(20), "its braces have too many combinations"),
        ("{,}".repeat(300), "its braces have too many combinations"),
        ("[a".repeat(300), "a `[` is not closed, or its range runs backwards"),
        ("{a".to_owned(), "a `{` is not closed"),
        ("a}".to_owned(), "a `}` has no `{`"),
        ("[z-a]".to_owned(), "a `[` is not closed, or its range runs backwards"),
    ] {
        for (before, after) in [
            ("exclude: ['", "']"),
            ("overrides: [{paths: ['", "'], rules: {}}]"),
            ("overrides: [{names: ['", "'], rules: {}}]"),
            ("overrides: [{namespaces: ['", "'], rules: {}}]"),
            ("admission: {overrides: [{namespaces: ['", "'], policy: strict}]}"),
        ] {
            let config = format!("{before}{pattern}{after}\n");
            let directory =
                TempDirectory::new("globs-config", &[("job.yaml", JOB), (".batchlint.yaml", &config)]);
            let found = check(&directory.0, &[]);
            let place = format!(".batchlint.yaml:1:{}: ", before.len());
            let is_said = found.out.contains(&place) && found.out.contains(why);
            assert!(found.code == 2 && is_said, "{before}: {}", found.out);
        }
    }
    for pattern in
        [braces(10), "x".repeat(1_024), format!("{{{}a}}", "a,".repeat(300)), "{a,b}{c,d}/[!x-z]?".to_owned()]
    {
        let config = format!("exclude: ['{pattern}']\n");
        let directory =
            TempDirectory::new("globs-config", &[("job.yaml", JOB), (".batchlint.yaml", &config)]);
        assert_eq!(check(&directory.0, &[]).code, 1, "{pattern}");
    }
}

/// What is written out costs nothing to look up; wildcards may take so many steps for each path, and more is said.
#[test]
fn patterns_cost_no_more_than_their_share_for_each_path() {
    let lines = |line: &dyn Fn(usize) -> String, count: usize| (0..count).map(line).collect::<String>();
    for (name, patterns, is_too_costly) in [
        ("names", lines(&|it| format!("name-{it}\n"), 90_000), false),
        ("paths", lines(&|it| format!("/a/{it}/b/\n"), 60_000), false),
        ("endings", lines(&|it| format!("*.{it}\n"), 20_000), false),
        ("classes", lines(&|it| format!("*.py[cod]{it}\n"), 1_000), false),
        ("more endings than steps", lines(&|it| format!("*{it}\n"), 90_000), true),
        ("stars", lines(&|_| "*j*j*j*j*j*j*j*j*x\n".to_owned(), 50_000), true),
        ("folders", lines(&|_| "**/a/**/b\n".to_owned(), 90_000), true),
        ("a long class", lines(&|_| format!("*[{}]\n", "z".repeat(1_000)), 1_000), true),
    ] {
        let directory = TempDirectory::new("globs-cost", &[("job.yaml", JOB), (".gitignore", &patterns)]);
        repository(&directory);
        let found = check(&directory.0, &[]);
        let why = "its ignore files have too many patterns with wildcards and are not used";
        assert_eq!(found.out.contains(why), is_too_costly, "{name}: {}", found.out);
        assert_eq!(found.code, if is_too_costly { 2 } else { 1 }, "{name}");
        assert!(found.out.contains("job.yaml:4:1"), "{name}: {}", found.out);
    }
    for (config, why) in [
        (format!("exclude: [{}]\n", "'a*b', ".repeat(1_001)), "more than 1000 of them have wildcards"),
        (
            format!("overrides: [{}]\n", "{paths: [a], rules: {}}, ".repeat(1_001)),
            "there are more than 1000 overrides",
        ),
    ] {
        let directory =
            TempDirectory::new("globs-cost-config", &[("job.yaml", JOB), (".batchlint.yaml", &config)]);
        let found = check(&directory.0, &[]);
        assert!(found.code == 2 && found.out.contains(why), "{}", found.out);
    }
    let many = format!("exclude: [{}]\n", "'name', ".repeat(10_000));
    let directory = TempDirectory::new("globs-cost-config", &[("job.yaml", JOB), (".batchlint.yaml", &many)]);
    assert_eq!(check(&directory.0, &[]).code, 1);
}

/// The last line that matches decides, also between names that are written out and wildcards.
#[test]
fn later_lines_of_either_kind_go_before_earlier_ones() {
    for (patterns, is_ignored) in [
        ("job.yaml\n!*.yaml\n", false),
        ("!*.yaml\njob.yaml\n", true),
        ("*.yaml\n!job.yaml\n", false),
        ("!job.yaml\n*.yaml\n", true),
        ("!job.yaml\n/job.yaml\n", true),
        ("/job.yaml\n!job.yaml\n", false),
        ("job.yaml\n!job.yaml\njob.yaml\n", true),
        ("job.yaml/\n", false),
        ("job.yaml\n!job.yaml/\n", true),
    ] {
        let directory = TempDirectory::new("globs-order", &[("job.yaml", JOB), (".gitignore", patterns)]);
        repository(&directory);
        assert_eq!(check(&directory.0, &[]).code, if is_ignored { 0 } else { 1 }, "{patterns}");
    }
}

#[test]
fn a_line_of_an_ignore_file_that_cannot_be_used_is_named_and_the_others_hold() {
    for (line, why) in [
        ("{".repeat(50_000), "line 2 is not a valid pattern: it is longer than 1024 bytes"),
        ("[".repeat(50_000), "line 2 is not a valid pattern: it is longer than 1024 bytes"),
        ("[".repeat(500), "line 2 is not a valid pattern: a `[` is not closed"),
        ("a\\".to_owned(), "line 2 is not a valid pattern: nothing follows its last `\\`"),
    ] {
        for name in [".gitignore", ".ignore", ".git/info/exclude"] {
            let text = format!("left.yaml\n{line}\nout.yaml\n");
            let files = [("left.yaml", JOB), ("out.yaml", JOB), ("job.yaml", JOB), (name, &text)];
            let directory = TempDirectory::new("globs-ignore", &files);
            repository(&directory);
            let found = check(&directory.0, &[]);
            assert!(found.code == 2 && found.out.contains(why), "{name}: {}", found.out);
            assert!(found.out.contains("checked 1 object"), "{name}: {}", found.out);
        }
    }
    // Braces mean nothing to `git`, however many.
    let directory =
        TempDirectory::new("globs-braces", &[("job.yaml", JOB), (".gitignore", &"{".repeat(1_000))]);
    repository(&directory);
    assert_eq!(check(&directory.0, &[]).code, 1);
}

#[test]
fn ignore_files_and_configurations_have_a_size() {
    let large = "# nothing\n".repeat(120_000);
    for name in [".gitignore", ".ignore", ".git/info/exclude", ".batchlint.yaml"] {
        let directory = TempDirectory::new("globs-size", &[("job.yaml", JOB), (name, &large)]);
        repository(&directory);
        let found = check(&directory.0, &[]);
        let why =
            format!("{name}: error[syntax-error] the file cannot be read: the file is larger than 1 MiB");
        assert!(found.code == 2 && found.out.contains(&why), "{name}: {}", found.out);
    }
}

/// Each line of the first text is a pattern, each of the second a file; the real `git` says which of them are ignored.
#[test]
fn files_are_ignored_as_git_ignores_them() {
    const PATTERNS: &str = "\
vendor/\n/top.yaml\n*.gen.yaml\n!keep.gen.yaml\ndoc/*.yaml\ndeep/**/x.yaml\n**/any/y.yaml\nall/**\n# comment\n\\#hash.yaml\n\
\\!bang.yaml\ntrail.yaml   \nclass[0-9].yaml\nnot[!a-c].yaml\nposix[[:digit:]].yaml\nq?.yaml\n**/name.yaml\na/b/**\n\
{br,ace}.yaml\nstar*star*.yaml\n/only/here/\nfile-no-dir.yaml/\nesc\\[.yaml\n*/one.yaml\n!all/again.yaml\n[]]x.yaml\nm/**/**/n.yaml\n";
    const FILES: &[&str] = &[
        "vendor/a.yaml",
        "x/vendor/a.yaml",
        "top.yaml",
        "x/top.yaml",
        "a.gen.yaml",
        "keep.gen.yaml",
        "x/keep.gen.yaml",
        "doc/a.yaml",
        "x/doc/a.yaml",
        "doc/x/a.yaml",
        "deep/x.yaml",
        "deep/a/x.yaml",
        "deep/a/b/x.yaml",
        "any/y.yaml",
        "z/any/y.yaml",
        "all/a.yaml",
        "all/b/c.yaml",
        "all/again.yaml",
        "#hash.yaml",
        "!bang.yaml",
        "trail.yaml",
        "class1.yaml",
        "classx.yaml",
        "nota.yaml",
        "notd.yaml",
        "posix1.yaml",
        "posixa.yaml",
        "q1.yaml",
        "q12.yaml",
        "name.yaml",
        "x/y/name.yaml",
        "a/b/c.yaml",
        "b/a/b/c.yaml",
        "br.yaml",
        "{br,ace}.yaml",
        "starXstarY.yaml",
        "star.yaml",
        "only/here/a.yaml",
        "x/only/here/a.yaml",
        "file-no-dir.yaml",
        "esc[.yaml",
        "x/one.yaml",
        "one.yaml",
        "x/y/one.yaml",
        "]x.yaml",
        "m/n.yaml",
        "m/a/b/n.yaml",
        "sub/local.yaml",
        "local.yaml",
        "sub/again.gen.yaml",
    ];
    let directory = TempDirectory::new(
        "globs-git",
        &[(".gitignore", PATTERNS), ("sub/.gitignore", "/local.yaml\n!again.gen.yaml\n")],
    );
    FILES.iter().for_each(|name| directory.write(name, JOB.as_bytes()));
    run("git", &["init", "--quiet"], &directory.0);
    let command = &[
        "-c",
        "core.excludesFile=",
        "-c",
        "core.quotePath=false",
        "ls-files",
        "-z",
        "--others",
        "--exclude-standard",
        "*.yaml",
    ];
    let listed =
        Command::new("git").args(command).current_dir(&directory.0).stderr(Stdio::null()).output().unwrap();
    let expected: BTreeSet<&str> =
        std::str::from_utf8(&listed.stdout).unwrap().split_terminator('\0').collect();
    let found = check(&directory.0, &[]);
    let found: BTreeSet<&str> =
        found.out.lines().filter_map(|line| line.split_once(":4:1")).map(|(name, _)| name).collect();
    assert_eq!(found, expected);
    assert!(
        expected.len() > 15 && expected.len() < FILES.len() - 15,
        "the patterns part the files: {expected:?}"
    );
}

/// Makes directories in each other, however long the path becomes, with a manifest in the last one. Those that are there stay.
fn deep(directory: &TempDirectory, depth: usize) {
    use rustix::fs::{Mode, OFlags, mkdirat, open, openat};
    let flags = OFlags::DIRECTORY | OFlags::CLOEXEC;
    let mut place = open(&directory.0, flags, Mode::empty()).unwrap();
    for _ in 0..depth {
        let made = mkdirat(&place, "d", Mode::RWXU);
        assert!(matches!(made, Ok(()) | Err(rustix::io::Errno::EXIST)), "{made:?}");
        place = openat(&place, "d", flags, Mode::empty()).unwrap();
    }
    let file = openat(&place, "job.yaml", OFlags::WRONLY | OFlags::CREATE, Mode::RUSR).unwrap();
    rustix::io::write(&file, JOB.as_bytes()).unwrap();
}

/// Each of them takes in the next.
#[test]
fn a_long_chain_of_kustomizations_is_followed() {
    let directory = TempDirectory::new("globs-chain", &[]);
    const LENGTH: usize = 500;
    for number in 0..LENGTH {
        let text = format!("resources: [../{}]\n", number + 1);
        directory.write(&format!("{number}/kustomization.yaml"), text.as_bytes());
    }
    directory.write(&format!("{LENGTH}/kustomization.yaml"), b"resources: []\n");
    // No program builds it: what is looked for here is the way through it.
    let mut command = Command::new(env!("CARGO_BIN_EXE_batchlint"));
    let found = finish(
        command.args(["check", "--render", "--format", "concise"]).current_dir(&directory.0).env("PATH", ""),
    );
    assert!(found.code == 2 && found.out.contains("neither is on the `PATH`"), "{}{}", found.out, found.err);
}

#[test]
fn deep_trees_are_walked_and_paths_that_are_too_long_are_named() {
    let directory = TempDirectory::new(
        "globs-deep",
        &[(".batchlint.yaml", "exclude: ['**/x/*y*']\noverrides: [{paths: ['z/**'], rules: {}}]\n")],
    );
    deep(&directory, 1_500);
    for arguments in [&[][..], &["--render"], &["--fix"]] {
        let found = check(&directory.0, arguments);
        assert!(found.out.contains("checked 1 object in 1 file"), "{arguments:?}: {}", found.out);
    }
    // The system opens no path of more than 4,096 bytes: what is deeper is never reached. To remove directories takes longer than
    // to walk them, so the same ones are used.
    deep(&directory, 2_100);
    let found = check(&directory.0, &[]);
    run("rm", &["-r", "d"], &directory.0);
    assert!(
        found.code == 2 && found.out.contains("the file cannot be read: File name too long"),
        "{}",
        found.out
    );
}
