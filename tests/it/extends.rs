//! What `extends` makes of several configuration files, and what a team's own parameters do where they come from several places.

use crate::common::program::TempDirectory;

const JOB: &str = "\
apiVersion: batch/v1
kind: Job
metadata:
  name: import
  namespace: shop
spec:
  template:
    metadata: {labels: {app.kubernetes.io/name: import}}
    spec:
      restartPolicy: Never
      securityContext: {runAsNonRoot: true}
      containers:
      - name: import
        image: registry.example.com/import:1.4.2
        resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi}}
";

/// Makes a repository: `extends` stays within one.
fn repository(name: &str, files: &[(&str, &str)]) -> TempDirectory {
    let directory = TempDirectory::new(&format!("extends-{name}"), files);
    directory.write(".git/HEAD", b"ref: refs/heads/main\n");
    directory
}

/// Returns `place: severity[rule]` of the findings.
fn found(directory: &TempDirectory, arguments: &[&str]) -> Vec<String> {
    let check = ["check", "--quiet", "--format", "concise", "--ignore", "missing-backoff-limit"];
    let run = directory.run(&[&check[..], arguments].concat());
    assert_eq!(run.err, "");
    run.out.lines().map(|line| line.split(']').next().unwrap().to_owned() + "]").collect()
}

#[test]
fn a_file_wins_over_what_it_extends_and_lists_at_the_top_are_appended() {
    let base = "preset: strict\nexclude: [gen/]\nrules:\n  missing-ttl: off\n  missing-deadline: error\n\
                overrides: [{paths: ['legacy/**'], rules: {missing-deadline: off}}]\n\
                suppressions: {forbidden: [missing-ttl]}\n";
    let own = "extends: [../base.yaml]\npreset: default\nexclude: [/tmp]\nrules: {missing-deadline: info}\n\
               suppressions: {forbidden: [missing-deadline]}\n";
    let directory = repository(
        "wins",
        &[
            ("base.yaml", base),
            ("team/.batchlint.yaml", own),
            ("team/job.yaml", JOB),
            ("team/gen/job.yaml", JOB),
            ("team/tmp/job.yaml", JOB),
            ("legacy/.batchlint.yaml", "extends: ../base.yaml\npreset: default\n"),
            ("legacy/job.yaml", JOB),
        ],
    );
    // Paths are relative to the directory of the file that has them: `legacy/**` to the top.
    assert_eq!(found(&directory, &["."]), ["team/job.yaml:6:1: info[missing-deadline]"]);
    let shown = directory.run(&["config", "--changed", "team/job.yaml"]).out;
    let expected = "\
# for team/job.yaml, from team/.batchlint.yaml, which extends base.yaml
preset: default                                 # team/.batchlint.yaml:2
exclude:
  - \"gen/\"                                      # base.yaml:2
  - \"/tmp\"                                      # team/.batchlint.yaml:3
suppressions:
  require-reason: false
  forbidden:
    - missing-deadline                          # team/.batchlint.yaml:5
    - missing-ttl                               # base.yaml:7
rules:
  missing-deadline: info                        # team/.batchlint.yaml:4
  missing-ttl: off                              # base.yaml:4
";
    assert_eq!(shown, expected);
}

/// Mappings are merged by their keys, down to the bounds of a range and the keys of a map; lists of an option are replaced.
#[test]
fn options_come_from_several_files_and_each_value_shows_its_own() {
    let base = "rules:\n  missing-required-metadata:\n    labels:\n      team: \"?*\"\n      tier: \"{gold,silver}\"\n  \
                value-out-of-range:\n    activeDeadlineSeconds: {minimum: 60, maximum: 600}\n  \
                unlisted-value:\n    timeZone: [UTC]\n    serviceAccountName: [batch-*]\n";
    let own = "extends: [base.yaml]\nrules:\n  missing-required-metadata:\n    severity: error\n    labels:\n      \
               owner: \"*\"\n      tier: null\n  value-out-of-range:\n    activeDeadlineSeconds:\n      maximum: 3600\n  \
               unlisted-value:\n    timeZone: [Europe/Berlin]\n";
    let job = JOB.replace("spec:\n  template", "spec:\n  activeDeadlineSeconds: 30\n  template");
    let directory =
        repository("options", &[("base.yaml", base), (".batchlint.yaml", own), ("job.yaml", job.as_str())]);
    let select = [
        "check",
        "--format",
        "concise",
        "--select",
        "missing-required-metadata,value-out-of-range,unlisted-value",
    ];
    let out = directory.run(&select).out;
    let lines: Vec<_> = out.lines().collect();
    assert_eq!(
        lines[..3],
        [
            "job.yaml:3:1: error[missing-required-metadata] the configuration requires the labels `owner` and `team` on the Job",
            "job.yaml:7:26: warning[value-out-of-range] the configuration allows no less than 60: `activeDeadlineSeconds` is 30",
            "job.yaml:10:5: warning[unlisted-value] the configuration does not allow this value: \
             `serviceAccountName` is not set, which means `default`",
        ],
        "{out}"
    );
    let shown = directory.run(&["config", "--changed"]).out;
    let expected = "\
rules:
  missing-required-metadata:
    severity: error                             # .batchlint.yaml:4
    labels:
      \"owner\": \"*\"                              # .batchlint.yaml:6
      \"team\": \"?*\"                              # base.yaml:4
  unlisted-value:
    severity: warning                           # preset
    priorityClassName: []
    serviceAccountName: [\"batch-*\"]             # base.yaml:10
    timeZone: [\"Europe/Berlin\"]                 # .batchlint.yaml:12
  value-out-of-range:
    severity: warning                           # preset
    activeDeadlineSeconds:
      minimum: 60                               # base.yaml:7
      maximum: 3600                             # .batchlint.yaml:10
";
    assert!(shown.ends_with(expected), "{shown}");
}

/// An override changes one key or bound and keeps the others, whichever file it is in.
#[test]
fn overrides_change_parts_of_options() {
    let config = "rules:\n  missing-required-metadata: {labels: {team: '?*', tier: '*'}}\n  \
                  value-out-of-range: {activeDeadlineSeconds: {minimum: 60, maximum: 600}}\noverrides:\n\
                  - namespaces: [shop]\n  rules:\n    missing-required-metadata: {labels: {tier: null}}\n    \
                  value-out-of-range: {activeDeadlineSeconds: {maximum: 3600}}\n";
    let job = JOB.replace("spec:\n  template", "spec:\n  activeDeadlineSeconds: 1800\n  template");
    let elsewhere = job.replace("namespace: shop", "namespace: mail");
    let directory = TempDirectory::new(
        "extends-overrides",
        &[(".batchlint.yaml", config), ("a.yaml", job.as_str()), ("b.yaml", elsewhere.as_str())],
    );
    let run = directory.run(&[
        "check",
        "--format",
        "concise",
        "--select",
        "missing-required-metadata,value-out-of-range",
    ]);
    for line in
        ["the label `team` on the Job", "the labels `team` and `tier` on the Job", "allows no more than 600"]
    {
        assert_eq!(run.out.matches(line).count(), 1, "{line}: {}", run.out);
    }
    assert!(run.out.contains("b.yaml:7:26"), "{}", run.out);
}

#[test]
fn a_file_that_several_extend_is_read_once_and_first() {
    let directory = repository(
        "diamond",
        &[
            ("root.yaml", "rules: {missing-ttl: info, missing-deadline: info}\n"),
            ("a.yaml", "extends: root.yaml\nrules: {missing-ttl: error}\n"),
            ("b.yaml", "extends: [root.yaml]\nrules: {missing-deadline: error}\n"),
            (".batchlint.yaml", "extends: [a.yaml, b.yaml]\n"),
            ("job.yaml", JOB),
        ],
    );
    assert_eq!(
        found(&directory, &["."]),
        ["job.yaml:6:1: error[missing-deadline]", "job.yaml:6:1: error[missing-ttl]"]
    );
}

/// A tree may bring any configuration along; each of these ends with a place, the reason and a way out, and with exit code 2.
#[test]
fn what_cannot_be_extended_is_a_mistake_at_its_place() {
    let cases = [
        ("extends: ../../../../../../etc/passwd\n", "is not in the repository", ":1:10"),
        (
            "extends: [missing.yaml]\n",
            "`missing.yaml` cannot be read: No such file or directory; write its path relative",
            ":1:11",
        ),
        ("extends: [.git/HEAD]\n", "is not in the repository", ":1:11"),
        ("extends: [sub]\n", "`sub` cannot be read", ":1:11"),
        ("extends: [/etc/base.yaml]\n", "must be relative to the directory of this file", ":1:11"),
        ("extends: [~/base.yaml]\n", "must be relative to the directory of this file", ":1:11"),
        (
            "extends: ['https://example.com/base.yaml']\n",
            "only files can be extended: fetch it first",
            ":1:11",
        ),
        ("extends: [oci://example.com/base]\n", "only files can be extended", ":1:11"),
        ("extends: ['']\n", "this must be the path of a file", ":1:11"),
        ("extends: {a: b}\n", "this setting must be a string", ":1:10"),
        (
            "extends: [.batchlint.yaml]\n",
            "the files extend each other: `.batchlint.yaml` → `.batchlint.yaml`",
            ":1:11",
        ),
        ("preset: default\nextends: [link.yaml]\n", "is not in the repository", ":2:11"),
    ];
    for (config, message, place) in cases {
        let directory =
            repository("mistakes", &[("job.yaml", JOB), (".batchlint.yaml", config), ("sub/a.yaml", "")]);
        #[cfg(unix)]
        std::os::unix::fs::symlink("/etc/hostname", directory.0.join("link.yaml")).unwrap();
        let run = directory.run(&["check", "--format", "concise", "job.yaml"]);
        let first = run.out.lines().next().unwrap_or_default();
        assert_eq!(run.code, 2, "{config}: {}", run.out);
        assert!(
            first.starts_with(&format!(".batchlint.yaml{place}: error[invalid-configuration]"))
                && first.contains(message),
            "{config}: {}",
            run.out
        );
    }
}

#[test]
fn mistakes_of_a_base_are_shown_in_it_once() {
    let directory = repository(
        "base-mistakes",
        &[
            ("base.yaml", "presett: strict\n"),
            ("a.yaml", "extends: [base.yaml]\n"),
            ("team/.batchlint.yaml", "extends: [../base.yaml, ../a.yaml]\n"),
            ("team/job.yaml", JOB),
        ],
    );
    let run = directory.run(&["check", "--format", "concise", "team"]);
    assert_eq!(run.code, 2);
    assert_eq!(run.out.matches("base.yaml:1:1: error[invalid-configuration]").count(), 1, "{}", run.out);
    assert_eq!(run.out.lines().count(), 2, "{}", run.out);
}

/// Circles, long chains and wide trees end.
#[test]
fn the_files_of_a_configuration_are_bounded() {
    let directory = repository(
        "circle",
        &[
            ("job.yaml", JOB),
            (".batchlint.yaml", "extends: [a.yaml]\n"),
            ("a.yaml", "extends: [sub/b.yaml]\n"),
            ("sub/b.yaml", "preset: default\nextends: [../a.yaml]\n"),
        ],
    );
    let run = directory.run(&["check", "--format", "concise", "job.yaml"]);
    let said = "sub/b.yaml:2:11: error[invalid-configuration] the files extend each other: `a.yaml` → `sub/b.yaml` → `a.yaml`";
    assert!(run.code == 2 && run.out.starts_with(said), "{}", run.out);

    let chain: Vec<_> =
        (0..30).map(|at| (format!("{at}.yaml"), format!("extends: [{}.yaml]\n", at + 1))).collect();
    let mut files: Vec<_> = chain.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    files.extend([("job.yaml", JOB), (".batchlint.yaml", "extends: 0.yaml\n")]);
    let run = repository("chain", &files).run(&["check", "--format", "concise", "job.yaml"]);
    let said = "18.yaml:1:11: error[invalid-configuration] a configuration can be made of at most 20 files";
    assert!(run.code == 2 && run.out.starts_with(said), "{}", run.out);

    let wide = format!("extends: [{}]\n", vec!["a.yaml"; 25].join(", "));
    let directory = repository("wide", &[("job.yaml", JOB), (".batchlint.yaml", &wide), ("a.yaml", "")]);
    let run = directory.run(&["check", "--format", "concise", "job.yaml"]);
    assert!(run.code == 2 && run.out.contains("at most 20 files"), "{}", run.out);

    let large = format!("# {}\n", "x".repeat(1024 * 1024));
    let directory = repository(
        "large",
        &[("job.yaml", JOB), (".batchlint.yaml", "extends: a.yaml\n"), ("a.yaml", &large)],
    );
    let run = directory.run(&["check", "--format", "concise", "job.yaml"]);
    assert!(run.code == 2 && run.out.contains("larger than 1 MiB"), "{}", run.out);
}

/// Whoever names the configuration may read what it extends; a tree without a repository keeps to the directory.
#[test]
fn a_configuration_that_is_named_extends_files_anywhere() {
    let files = [
        ("shared/base.yaml", "rules: {missing-ttl: error, missing-deadline: off}\n"),
        ("team/.batchlint.yaml", "extends: [../shared/base.yaml]\n"),
        ("team/job.yaml", JOB),
    ];
    let directory = TempDirectory::new("extends-named", &files);
    // The tests' own directory is in a repository, which a directory without one of its own would count to.
    directory.write("team/.git/HEAD", b"");
    assert!(directory.run(&["check", "team"]).out.contains("is not in the repository"));
    assert_eq!(
        found(&directory, &["--config", "team/.batchlint.yaml", "team"]),
        ["team/job.yaml:6:1: error[missing-ttl]"]
    );
}

/// What a template engine replaces later can be anything.
#[test]
fn placeholders_are_not_held_to_a_teams_parameters() {
    let config = "rules:\n  missing-required-metadata: {labels: {team: '{shop,mail}'}, annotations: {a: b}}\n  \
                  forbidden-metadata: {labels: {tier: 'x*'}}\n  unlisted-value: {serviceAccountName: [batch]}\n";
    let job = |value: &str| {
        JOB.replace(
            "  namespace: shop\n",
            &format!(
                "  labels: {{team: \"{value}\", tier: \"x{value}\"}}\n  annotations: {{\"{value}\": b}}\n"
            ),
        )
        .replace(
            "restartPolicy: Never",
            &format!("restartPolicy: Never\n      serviceAccountName: \"{value}\""),
        )
    };
    let (filled, open) = (job("c"), job("${C}"));
    let files = [(".batchlint.yaml", config), ("a.yaml", filled.as_str()), ("b.yaml", open.as_str())];
    let directory = TempDirectory::new("extends-placeholders", &files);
    let rules = "missing-required-metadata,forbidden-metadata,unlisted-value";
    let run = directory.run(&["check", "--quiet", "--format", "concise", "--select", rules]);
    let found: Vec<_> = run.out.lines().map(|line| line.split(" warning").next().unwrap()).collect();
    assert_eq!(found, ["a.yaml:5:18:", "a.yaml:5:29:", "a.yaml:6:3:", "a.yaml:12:27:"], "{}", run.out);
}

#[test]
fn wrong_values_of_a_teams_parameters_have_places() {
    let config = "rules:\n  missing-required-metadata:\n    labels: [team]\n    annotations: {a: '[z-a]', '{b': x, c: 7}\n  \
                  value-out-of-range:\n    interval: 60\n    parallelism: {minimum: 5, maximum: 2}\n    backoffLimit: {max: 3}\n  \
                  unlisted-value: {timeZone: UTC}\n";
    let directory = TempDirectory::new("extends-values", &[("job.yaml", JOB), (".batchlint.yaml", config)]);
    let run = directory.run(&["check", "--format", "concise", "job.yaml"]);
    let expected = [
        (":3:13", "this option must map keys to patterns for their values"),
        (":4:22", "`[z-a]` is not a valid pattern"),
        (":4:31", "`{b` is not a valid pattern"),
        (":4:43", "this setting must be a string"),
        (":6:15", "this option must be a mapping with `minimum`, `maximum` or both"),
        (":7:18", "no value is both at least 5 and at most 2"),
        (":8:20", "there is no setting `max`; the settings are `minimum`, `maximum`"),
        (":9:30", "this setting must be a list"),
    ];
    for (place, message) in expected {
        let is_said =
            |line: &str| line.starts_with(&format!(".batchlint.yaml{place}")) && line.contains(message);
        assert!(run.out.lines().any(is_said), "{place} {message}: {}", run.out);
    }
    assert_eq!((run.code, run.out.lines().count()), (2, expected.len() + 1), "{}", run.out);
}
