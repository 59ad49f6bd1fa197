//! What `.batchlint.yaml`, comments and annotations do to a run.

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
      - name: first
        image: registry.example.com/import
        resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi}}
      - name: second
        image: registry.example.com/export
        resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi}}
";

/// Checks files in a directory, and gives `line rule` for each finding of the rules named here.
fn found(name: &str, files: &[(&str, &str)], arguments: &[&str]) -> Vec<String> {
    let directory = TempDirectory::new(&format!("config-{name}"), files);
    let run = directory
        .run(&[&["check", "--quiet", "--format", "concise", "--as-of", "2026-11-24"], arguments].concat());
    let watched = ["missing-deadline", "missing-ttl", "mutable-image", "syntax-error"];
    let mut found = Vec::new();
    for line in run.out.lines() {
        let rule = line.split(['[', ']']).nth(1).unwrap();
        if watched.contains(&rule) || rule.contains("suppression") {
            let place: Vec<_> = line.split(':').collect();
            found.push(format!(
                "{}:{} {} {rule}",
                place[0],
                place[1],
                place[3].trim().split('[').next().unwrap()
            ));
        }
    }
    assert_eq!(run.err, "");
    found
}

#[test]
fn severities_can_be_set_and_rules_switched_off() {
    let config = "rules:\n  mutable-image: off\n  missing-ttl: {severity: info}\n  missing-deadline: error\n";
    let files = [("job.yaml", JOB), (".batchlint.yaml", config)];
    let expected = ["job.yaml:6 error missing-deadline", "job.yaml:6 info missing-ttl"];
    assert_eq!(found("severity", &files, &[]), expected);
}

/// What is set for a rule goes before the preset, whichever way: `info` shows under `default`, which has no infos, and a
/// rule that `security` lacks speaks. A flag that names rules goes before both.
#[test]
fn a_rule_that_is_set_speaks_whatever_the_preset_has() {
    let rules = "rules: {mutable-image: off, missing-deadline: info}\n\
                 overrides: [{names: [import], rules: {missing-ttl: error}}]\n";
    for preset in ["default", "strict", "security"] {
        let config = format!("preset: {preset}\n{rules}");
        let files = [("job.yaml", JOB), (".batchlint.yaml", config.as_str())];
        let both = ["job.yaml:6 info missing-deadline", "job.yaml:6 error missing-ttl"];
        assert_eq!(found("explicit", &files, &[]), both, "{preset}");
        assert_eq!(
            found("explicit-ignored", &files, &["--ignore", "missing-deadline"]),
            both[1..],
            "{preset}"
        );
        assert_eq!(
            found("explicit-selected", &files, &["--select", "missing-deadline"]),
            both[..1],
            "{preset}"
        );
    }
}

#[test]
fn an_option_alone_leaves_a_rule_to_the_preset() {
    let config = "preset: security\nrules: {short-ttl: {minimum: 300}}\n";
    let directory = TempDirectory::new("config-option", &[(".batchlint.yaml", config)]);
    let shown = directory.run(&["config"]).out;
    assert!(shown.lines().any(|line| line.starts_with("  short-ttl: off ")), "{shown}");
}

/// A template that fills a list in with nothing must not switch a policy off everywhere.
#[test]
fn an_override_selects_something() {
    let empty = |key: &str| format!("`{key}` must have at least one pattern");
    let needed = |keys: &str| format!("an override needs at least one of `{keys}`");
    for (config, refusal) in [
        ("overrides: [{paths: [], rules: {missing-ttl: off}}]\n", empty("paths")),
        ("overrides: [{paths: [a], namespaces: [], rules: {missing-ttl: off}}]\n", empty("namespaces")),
        ("overrides: [{names: [], rules: {missing-ttl: off}}]\n", empty("names")),
        ("overrides: [{rules: {missing-ttl: off}}]\n", needed("paths`, `namespaces`, `names")),
        ("admission: {overrides: [{namespaces: [], policy: advise}]}\n", empty("namespaces")),
        ("admission: {overrides: [{namespaces: [a], labels: {}, policy: advise}]}\n", empty("labels")),
        ("admission: {overrides: [{policy: advise}]}\n", needed("namespaces`, `labels")),
        (
            "admission: {overrides: [{namespaces: null, policy: advise}]}\n",
            "this setting must be a list".into(),
        ),
        ("admission: {overrides: [{labels: null, policy: advise}]}\n", "`labels` must map keys".into()),
    ] {
        let directory =
            TempDirectory::new("config-selectors", &[("job.yaml", JOB), (".batchlint.yaml", config)]);
        let run = directory.run(&["check", "--format", "concise"]);
        assert!(run.code == 2 && run.out.contains(&refusal), "{config}: {}", run.out);
    }
    for config in [
        "overrides: [{paths: ['**'], rules: {missing-ttl: off}}]\n",
        "admission: {overrides: [{namespaces: ['*'], policy: advise}, {labels: {team: '*'}, policy: strict}]}\n",
    ] {
        let directory =
            TempDirectory::new("config-selectors", &[("job.yaml", JOB), (".batchlint.yaml", config)]);
        assert_ne!(directory.run(&["check"]).code, 2, "{config}");
    }
}

/// Whoever writes this believes that broken files pass from now on: they never do.
#[test]
fn syntax_errors_cannot_be_switched_off() {
    let refusal = "`syntax-error` cannot be turned off: unreadable input is always reported";
    for config in [
        "rules: {syntax-error: off}\n",
        "rules: {syntax-error: {severity: off}}\n",
        "overrides: [{paths: ['vendor/**'], rules: {syntax-error: off}}]\n",
    ] {
        let directory =
            TempDirectory::new("config-syntax-error", &[("job.yaml", JOB), (".batchlint.yaml", config)]);
        let run = directory.run(&["check", "--format", "concise"]);
        assert!(run.code == 2 && run.out.contains(refusal), "{config}: {}", run.out);
    }
    let directory = TempDirectory::new("config-ignore-syntax-error", &[("job.yaml", JOB)]);
    let run = directory.run(&["check", "--ignore", "missing-ttl,syntax-error"]);
    assert_eq!((run.code, run.out.as_str(), run.err), (2, "", format!("error: {refusal}\n")));
}

/// One cause, one finding: `500m` of memory is half a byte.
#[test]
fn a_general_rule_speaks_where_the_specific_one_is_off() {
    let job = JOB.replace("requests: {cpu: 100m, memory: 64Mi}", "requests: {cpu: 100m, memory: 500m}");
    let directory = TempDirectory::new("config-specific", &[("job.yaml", &job)]);
    let select = ["check", "--format", "concise", "--select", "api-warning,implausible-quantity"];
    let both = directory.run(&select);
    let general = directory.run(&[&select[..], &["--ignore", "implausible-quantity"]].concat());
    assert!(
        both.out.contains("[implausible-quantity]") && !both.out.contains("[api-warning]"),
        "{}",
        both.out
    );
    assert!(general.out.contains("[api-warning]"), "{}", general.out);
}

#[test]
fn flags_go_before_the_file_and_no_config_ignores_it() {
    let files =
        [("job.yaml", JOB), (".batchlint.yaml", "rules: {missing-deadline: off, missing-ttl: off}\n")];
    assert_eq!(found("flags", &files, &["--select", "missing-ttl"]), ["job.yaml:6 warning missing-ttl"]);
    let all = found("no-config", &files, &["--no-config", "--ignore", "mutable-image"]);
    assert_eq!(all, ["job.yaml:6 warning missing-deadline", "job.yaml:6 warning missing-ttl"]);
}

#[test]
fn the_nearest_file_upward_counts() {
    let files = [
        ("a/job.yaml", JOB),
        ("a/b/job.yaml", JOB),
        (".batchlint.yaml", "rules: {missing-ttl: off, mutable-image: off}\n"),
        ("a/b/.batchlint.yaml", "rules: {missing-deadline: off, mutable-image: off}\n"),
    ];
    let expected = ["a/b/job.yaml:6 warning missing-ttl", "a/job.yaml:6 warning missing-deadline"];
    assert_eq!(found("upward", &files, &[]), expected);
}

#[test]
fn overrides_hold_for_paths_namespaces_and_names() {
    let off = "{missing-deadline: off, missing-ttl: off, mutable-image: off}";
    let config = format!(
        "overrides:\n\
         - {{paths: ['vendor/**'], rules: {off}, reason: third-party}}\n\
         - {{namespaces: [team-*], rules: {off}}}\n\
         - {{names: [import], namespaces: [shop], rules: {{missing-ttl: off, mutable-image: off}}}}\n"
    );
    let team = JOB.replace("namespace: shop", "namespace: team-a");
    let files =
        [("job.yaml", JOB), ("vendor/x/job.yaml", JOB), ("team.yaml", &team), (".batchlint.yaml", &config)];
    assert_eq!(found("overrides", &files, &[]), ["job.yaml:6 warning missing-deadline"]);
}

#[test]
fn mistakes_in_the_file_have_places_and_end_with_2() {
    let config = "preset: strickt\nrules:\n  missing-ttl: of\n  missing-tll: off\nkubernetes-version: yes\n";
    let directory = TempDirectory::new("config-mistakes", &[("job.yaml", JOB), (".batchlint.yaml", config)]);
    let run = directory.run(&["check", "--format", "concise"]);
    assert_eq!(run.code, 2);
    for (place, hint) in
        [("1:9", "`strict`"), ("3:16", "`off`"), ("4:3", "missing-ttl"), ("5:21", "written like `1.36`")]
    {
        let is_said =
            |line: &str| line.starts_with(&format!(".batchlint.yaml:{place}: error")) && line.contains(hint);
        assert!(run.out.lines().any(is_said), "{place} {hint}: {}", run.out);
    }
}

#[test]
fn a_comment_hides_findings_of_its_line_or_of_the_line_below() {
    let job = JOB
        .replace(
            "spec:\n  template",
            "# batchlint: ignore[missing-deadline, missing-ttl] the loader ends itself\nspec:\n  template",
        )
        .replace(
            "registry.example.com/import\n",
            "registry.example.com/import # batchlint: ignore[mutable-image] no versions\n",
        );
    assert_eq!(found("comment", &[("job.yaml", &job)], &[]), ["job.yaml:18 warning mutable-image"]);
}

#[test]
fn a_comment_on_a_container_reaches_the_whole_container() {
    let job = JOB
        .replace("- name: second", "- name: second # batchlint: ignore[mutable-image] no versions")
        .replace(
            "spec:\n  template",
            "spec: # batchlint: ignore[missing-deadline,missing-ttl] fine\n  template",
        );
    assert_eq!(found("container", &[("job.yaml", &job)], &[]), ["job.yaml:14 warning mutable-image"]);
}

#[test]
fn an_annotation_reaches_what_is_below_it() {
    let annotation =
        "annotations: {batchlint.dev/ignore: \"mutable-image: no versions; missing-ttl: by hand\"}";
    let on_pod = JOB.replace("    metadata: {labels", &format!("    metadata: {{{annotation}, labels"));
    let expected = [
        "job.yaml:6 warning missing-deadline",
        "job.yaml:6 warning missing-ttl",
        "job.yaml:8 warning unused-suppression",
    ];
    assert_eq!(found("annotation-pod", &[("job.yaml", &on_pod)], &[]), expected);
    let on_object = JOB.replace("  namespace: shop", &format!("  namespace: shop\n  {annotation}"));
    assert_eq!(
        found("annotation", &[("job.yaml", &on_object)], &[]),
        ["job.yaml:7 warning missing-deadline"]
    );
}

#[test]
fn suppressions_end_with_their_date() {
    let job = |until: &str| {
        let comment = format!(
            "spec: # batchlint: ignore[missing-deadline until={until}, missing-ttl] soon\n  template"
        );
        JOB.replace("spec:\n  template", &comment)
            .replace("example.com/import", "example.com/import:1")
            .replace("export", "export:1")
    };
    assert_eq!(found("until", &[("job.yaml", &job("2026-11-24"))], &[]), Vec::<String>::new());
    let expected = ["job.yaml:6 warning missing-deadline", "job.yaml:6 warning expired-suppression"];
    assert_eq!(found("expired", &[("job.yaml", &job("2026-11-23"))], &[]), expected);
}

#[test]
fn the_policy_can_forbid_suppressions_and_ask_for_reasons() {
    let config =
        "suppressions: {require-reason: true, forbidden: [missing-ttl]}\nrules: {mutable-image: off}\n";
    let job = JOB
        .replace("spec:\n  template", "spec: # batchlint: ignore[missing-deadline,missing-ttl]\n  template");
    let expected = [
        "job.yaml:6 warning missing-ttl",
        "job.yaml:6 warning suppression-without-reason",
        "job.yaml:6 warning suppression-without-reason",
        "job.yaml:6 warning unused-suppression",
    ];
    assert_eq!(found("policy", &[("job.yaml", &job), (".batchlint.yaml", config)], &[]), expected);
}

#[test]
fn init_writes_a_file_that_is_valid_and_never_overwrites() {
    let directory = TempDirectory::new("config-init", &[("job.yaml", JOB)]);
    assert_eq!(directory.run(&["init"]).code, 0);
    assert_eq!(directory.run(&["check", "--fail-on", "never"]).code, 0);
    let again = directory.run(&["init"]);
    assert_eq!(again.code, 2);
    assert!(again.err.contains("already exists; not overwriting it"), "{}", again.err);
}

#[test]
fn config_shows_what_is_in_force_and_where_it_comes_from() {
    let config =
        "rules: {missing-ttl: info}\noverrides: [{paths: ['vendor/**'], rules: {mutable-image: off}}]\n";
    let directory =
        TempDirectory::new("config-show", &[("vendor/job.yaml", JOB), (".batchlint.yaml", config)]);
    let shown = directory.run(&["config", "vendor/job.yaml", "--preset", "strict"]).out;
    let line =
        |rule: &str| shown.lines().find(|line| line.trim_start().starts_with(rule)).unwrap().to_owned();
    assert!(
        line("missing-ttl:").contains("info") && line("missing-ttl:").ends_with(".batchlint.yaml:1"),
        "{shown}"
    );
    assert!(
        line("mutable-image:").contains("off") && line("mutable-image:").ends_with(".batchlint.yaml:2"),
        "{shown}"
    );
    assert!(line("missing-deadline:").contains("warning"), "{shown}");
    assert!(shown.contains("preset: strict"), "{shown}");
}

#[test]
fn either_name_of_the_file_is_read_and_both_in_a_directory_are_a_mistake() {
    let config = "rules: {missing-ttl: off, mutable-image: off}\n";
    let files = [("a/job.yaml", JOB), (".batchlint.yml", config)];
    assert_eq!(found("yml", &files, &[]), ["a/job.yaml:6 warning missing-deadline"]);
    let both = [("job.yaml", JOB), (".batchlint.yml", config), (".batchlint.yaml", config)];
    let directory = TempDirectory::new("config-both", &both);
    let run = directory.run(&["check", "--format", "concise"]);
    let said = "`.batchlint.yml` is in this directory too, but only one configuration is allowed: remove one of the two";
    assert!(
        run.code == 2 && run.out.starts_with(".batchlint.yaml:1:1: error") && run.out.contains(said),
        "{}",
        run.out
    );
    // Whoever names one has chosen.
    assert_eq!(directory.run(&["check", "--config", ".batchlint.yml", "--fail-on", "never"]).code, 0);
    std::fs::remove_file(directory.0.join(".batchlint.yaml")).unwrap();
    let run = directory.run(&["init"]);
    assert_eq!(
        (run.code, run.err.as_str()),
        (2, "error: .batchlint.yml already exists; not overwriting it\n")
    );
}

/// As `.gitignore` has them: `vendor/` anywhere, `/gen` here only, `!` takes a file in again.
#[test]
fn excluded_files_are_left_out_of_walks_and_counted() {
    let config = "exclude: [vendor/, /gen, '*.tmpl.yaml', '!keep.tmpl.yaml', 'deep/**/x.yaml']\n\
                  rules: {missing-ttl: off, mutable-image: off}\n";
    let files = [
        (".batchlint.yaml", config),
        ("job.yaml", JOB),
        ("vendor/job.yaml", JOB),
        ("apps/vendor/more/job.yaml", JOB),
        ("gen/job.yaml", JOB),
        ("apps/gen/job.yaml", JOB),
        ("a.tmpl.yaml", JOB),
        ("keep.tmpl.yaml", JOB),
        ("deep/er/x.yaml", JOB),
        ("gen.md", "no manifest"),
    ];
    let expected = ["apps/gen/job.yaml", "job.yaml", "keep.tmpl.yaml"];
    let expected = expected.map(|name| format!("{name}:6 warning missing-deadline"));
    assert_eq!(found("exclude", &files, &[]), expected);
    // Where a walk starts does not matter, but a file that is named is checked.
    let directory = TempDirectory::new("config-exclude", &files);
    let run = directory.run(&["check", "--fail-on", "never", "--format", "concise", "vendor"]);
    assert_eq!(run.out, "no Job or CronJob in 0 files; skipped: 1 excluded\n");
    assert_eq!(directory.run(&["check", "vendor/job.yaml"]).code, 1);
    let report = directory.run(&["check", "--format", "json"]).out;
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    assert_eq!(report["summary"]["aside"], serde_json::json!({"excluded": 5}), "{report}");
    let shown = directory.run(&["config"]).out;
    let expected = format!("exclude:\n{:48}# .batchlint.yaml:1\n{:48}# ", "  - \"vendor/\"", "  - \"/gen\"");
    assert!(shown.contains(&expected), "{shown}");
}

#[test]
fn wrong_patterns_have_places() {
    let config = "exclude:\n- '[z-a]'\n- '#x'\n- 7\n";
    let directory =
        TempDirectory::new("config-exclude-wrong", &[("job.yaml", JOB), (".batchlint.yaml", config)]);
    let run = directory.run(&["check", "--format", "concise"]);
    assert_eq!(run.code, 2);
    for said in [
        "yaml:2:3: error[invalid-configuration] `[z-a]` is not a valid pattern",
        "yaml:3:3: error[invalid-configuration] `#x` is not a valid pattern",
        "yaml:4:3: ",
    ] {
        assert!(run.out.contains(said), "{said}: {}", run.out);
    }
}

/// What nobody sees is counted at least, for each way to hide it, also of rules about several objects.
#[test]
fn the_last_line_counts_what_is_suppressed() {
    let cron_job = |name: &str| {
        format!(
            "apiVersion: batch/v1\nkind: CronJob\nmetadata: {{name: {name}}}\nspec:\n  schedule: '0 0 * * *' \
             # batchlint: ignore[busy-minute] few\n  jobTemplate: {{spec: {{template: {{spec: {{restartPolicy: Never, \
             containers: [{{name: a, image: 'a:1'}}]}}}}}}}}\n---\n"
        )
    };
    let crowd: String = (0..40).map(|number| cron_job(&format!("job-{number}"))).collect();
    let job = JOB.replace(
        "spec:\n  template",
        "spec: # batchlint: ignore[missing-deadline, missing-ttl] fine\n  template",
    );
    let directory = TempDirectory::new("config-suppressed", &[("job.yaml", &job), ("crowd.yaml", &crowd)]);
    let run = directory.run(&["check", "--select", "missing-deadline,missing-ttl", "job.yaml"]);
    assert_eq!(run.out, "checked 1 object in 1 file: no findings; 2 suppressed\n");
    let run = directory.run(&["check", "--select", "busy-minute", "--format", "json", "crowd.yaml"]);
    let report: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(
        (&report["summary"]["suppressed"], &report["findings"]),
        (&1.into(), &serde_json::json!([])),
        "{report}"
    );
    let run = directory.run(&["check", "--select", "missing-ttl", "--format", "markdown", "job.yaml"]);
    assert!(run.out.contains("no findings; 1 suppressed"), "{}", run.out);
}

/// Where a rule about several objects is off, nobody wants to hear of the object: it does not count elsewhere either.
#[test]
fn a_rule_about_several_objects_counts_those_that_it_checks() {
    let cron_job = |name: &str| {
        format!(
            "apiVersion: batch/v1\nkind: CronJob\nmetadata: {{name: {name}}}\nspec:\n  schedule: '0 0 * * *'\n  \
             jobTemplate: {{spec: {{template: {{spec: {{restartPolicy: Never, containers: [{{name: a, image: 'a:1'}}]}}}}}}}}\n---\n"
        )
    };
    let crowd = ["try-1", "try-2", "a", "b", "c", "d", "e"].map(cron_job).concat();
    let overrides =
        "rules: {busy-minute: info}\noverrides:\n- names: ['try-*']\n  rules: {busy-minute: off}\n";
    let directory =
        TempDirectory::new("config-fleet", &[("crowd.yaml", &crowd), (".batchlint.yaml", overrides)]);
    let run = directory.run(&["check", "--format", "concise"]);
    let found: Vec<_> = run.out.lines().filter(|line| line.contains("[busy-minute]")).collect();
    assert_eq!(
        found,
        [
            "crowd.yaml:19:13: info[busy-minute] 5 CronJobs start at 00:00 every day: `a`, `b`, `c`, `d` and `e`"
        ],
        "{}",
        run.out
    );
}

#[test]
fn config_shows_only_what_is_changed_when_asked_to() {
    let config = "gitops: true\nrules: {missing-ttl: warning, mutable-image: off, short-ttl: {minimum: 7}}\n";
    let directory = TempDirectory::new("config-changed", &[("job.yaml", JOB), (".batchlint.yaml", config)]);
    let shown = directory.run(&["config", "--changed", "--ignore", "missing-deadline", "job.yaml"]).out;
    let expected = "\
# for job.yaml, from .batchlint.yaml
preset: default
gitops: true                                    # .batchlint.yaml:1
rules:
  missing-deadline: off                         # --ignore
  mutable-image: off                            # .batchlint.yaml:2
  short-ttl:
    severity: warning                           # preset
    minimum: 7                                  # .batchlint.yaml:2
";
    assert_eq!(shown, expected, "`missing-ttl` is a warning anyway");
    let nothing = directory.run(&["config", "--changed", "--no-config", "job.yaml"]).out;
    assert_eq!(nothing, "# for job.yaml, from no configuration file\npreset: default\nrules: {}\n");
}

#[test]
fn config_shows_the_admission_settings_and_where_they_are_set() {
    let base = "admission: {policy: standard, rules: {missing-ttl: audit}}\n";
    let own = "\
extends: [base.yaml]
admission:
  unjudged: deny
  rules:
    missing-ttl: {suppressions: ignore}
  controllers: [{user: 'system:serviceaccount:keda:keda-operator', owners: [ScaledJob.keda.sh]}]
  overrides:
  - namespaces: [shop-*]
    labels: {team: a}
    policy: strict
";
    let files = [("job.yaml", JOB), ("base.yaml", base), (".batchlint.yaml", own)];
    let directory = TempDirectory::new("config-admission", &files);
    let shown = directory.run(&["config", "--changed", "job.yaml"]).out;
    let expected = "\
# for job.yaml, from .batchlint.yaml, which extends base.yaml
preset: default
admission:
  policy: standard                              # base.yaml:1
  rules:
    missing-ttl:
      action: audit                             # base.yaml:1
      suppressions: ignore                      # .batchlint.yaml:5
  unjudged: deny                                # .batchlint.yaml:3
  controllers:
    - {user: \"system:serviceaccount:keda:keda-operator\", owners: [\"ScaledJob.keda.sh\"]}# .batchlint.yaml:6
  overrides:
    - namespaces: [\"shop-*\"]                    # .batchlint.yaml:8
      labels: {\"team\": \"a\"}                     # .batchlint.yaml:9
      policy: strict                            # .batchlint.yaml:10
rules: {}
";
    assert_eq!(shown, expected.replace("]}# ", "]} # "));
    // What is shown is a configuration that gives the same again.
    directory.write("again.yaml", shown.as_bytes());
    let again = directory.run(&["config", "--changed", "--config", "again.yaml", "job.yaml"]).out;
    let values = |text: &str| {
        let lines = text.lines().skip(1).filter_map(|it| it.split(" #").next());
        lines.map(|it| it.trim_end().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(values(&again), values(&shown));
    let plain = directory.run(&["config", "--no-config", "job.yaml"]).out;
    assert!(plain.contains("admission:\n  policy: advise\n  children: audit\nrules:\n"), "{plain}");
}
