//! What someone meets who calls the program for the first time: help, lists, empty runs.

use std::process::Command;

use crate::common::manifests::{HEALTHY, without_deadline};
use crate::common::program::{Run, TempDirectory};

/// Returns the ids that `rules` lists with these filters.
fn listed(directory: &TempDirectory, filters: &[&str]) -> Vec<String> {
    let run = directory.run(&[&["rules", "--format", "json"], filters].concat());
    let rules: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    rules.as_array().unwrap().iter().map(|rule| rule["id"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn help_is_a_command_too() {
    let directory = TempDirectory::new("help", &[]);
    for (command, flag) in [
        (&["help"][..], &["--help"][..]),
        (&["help", "check"], &["check", "--help"]),
        (&["help", "dry-run"], &["dry-run", "--help"]),
        (&["help", "rules"], &["rules", "--help"]),
    ] {
        let (command, flag) = (directory.run(command), directory.run(flag));
        assert_eq!((command.code, command.out.as_str(), command.err.as_str()), (0, flag.out.as_str(), ""));
        assert!(command.out.contains("Usage: batchlint") && !command.out.contains("***"), "{}", command.out);
    }
}

#[test]
fn explain_without_a_name_lists_the_rules_and_topics() {
    let directory = TempDirectory::new("explain-all", &[]);
    let run = directory.run(&["explain"]);
    let rules = directory.run(&["rules"]).out;
    assert_eq!(run.code, 0);
    let rest = run.out.strip_prefix(&rules).expect("the list of rules comes first");
    assert_eq!(
        rest,
        "\nTopics: `exit-codes`, `retries`. `batchlint explain NAME` shows the page of a rule or topic.\n"
    );
}

#[test]
fn rules_are_filtered_by_preset_category_and_fix() {
    let directory = TempDirectory::new("rules", &[]);
    let all = listed(&directory, &[]);
    let has = |filters: &[&str], id: &str| listed(&directory, filters).contains(&id.to_owned());
    assert_eq!(listed(&directory, &["--preset", "strict"]), all);
    // An info is on only under `strict`, and what cannot be read is always reported.
    assert!(!has(&["--preset", "default"], "missing-image-digest"));
    assert!(has(&["--preset", "default"], "missing-deadline"));
    assert!(
        has(&["--preset", "security"], "literal-secret") && has(&["--preset", "security"], "syntax-error")
    );
    assert!(!has(&["--preset", "security"], "missing-deadline"));
    assert!(has(&["--category", "schedule"], "busy-minute"));
    assert!(!has(&["--category", "schedule"], "literal-secret"));
    assert!(has(&["--category", "schedule,secrets"], "literal-secret"));
    assert!(has(&["--fixable"], "duplicate-key") && !has(&["--fixable"], "missing-deadline"));
    assert!(!has(&["--fixable", "--category", "schedule"], "duplicate-key"), "all filters must match");
    let wrong = directory.run(&["rules", "--category", "secret"]);
    assert!(wrong.code == 2 && wrong.err.contains("'secrets'"), "{}", wrong.err);
}

#[test]
fn the_help_says_where_to_begin_in_whole_lines() {
    let help = TempDirectory::new("help", &[]).run(&["--help"]).out;
    let (_, end) = help.split_once("Print version\n").unwrap();
    assert!(end.contains("`batchlint check`") && end.contains(batchlint::diagnostic::meta::SITE), "{end}");
    for paragraph in end.trim().split("\n\n") {
        let lines: Vec<_> = paragraph.lines().collect();
        for pair in lines.windows(2) {
            let word = pair[1].split(' ').next().unwrap();
            assert!(pair[0].len() + 1 + word.len() > 100, "it breaks off: {}", pair[0]);
        }
    }
}

/// `cargo test --no-default-features --features cli --test it first_steps` runs it.
#[cfg(not(feature = "webhook"))]
#[test]
fn a_small_build_says_how_to_get_the_other_commands() {
    let run = TempDirectory::new("small", &[]).run(&["serve", "--local"]);
    let said = "error: this build has no `serve`: its feature `webhook` was left out; releases have it, and so does `cargo \
                install --locked batchlint --features webhook`\n";
    assert_eq!((run.code, run.out.as_str(), run.err.as_str()), (2, "", said));
}

const SERVICE: &str = "apiVersion: v1\nkind: Service\nmetadata: {name: shop}\n";

#[test]
fn a_run_without_a_job_says_so_and_can_fail() {
    let directory = TempDirectory::new("empty", &[("a/service.yaml", SERVICE), ("b/note.md", "no manifest")]);
    let run = |arguments: &[&str]| {
        let run = directory.run(&[&["check"], arguments].concat());
        (run.code, run.out)
    };
    let said = |text: &str| text.to_owned();
    assert_eq!(run(&["a"]), (0, said("no Job or CronJob in 1 file; skipped: 1 of other kinds\n")));
    assert_eq!(run(&["b"]), (0, said("no Job or CronJob in 0 files\n")));
    for more in [&[][..], &["--fix-only"], &["--diff"], &["--format", "json"]] {
        let (code, out) = run(&[&["--fail-if-empty"], more].concat());
        assert_eq!(code, 1, "{more:?}: {out}");
    }
    directory.write("a/job.yaml", HEALTHY.as_bytes());
    assert_eq!(run(&["--fail-if-empty"]).0, 0, "one is enough");
    directory.write("a/broken.yaml", b"kind: Job\nspec: [\n");
    assert_eq!(run(&["--fail-if-empty", "a/broken.yaml"]).0, 2, "what cannot be read is not empty");
}

#[test]
fn a_version_without_quotes_is_read_as_it_is_written() {
    let directory = TempDirectory::new("version", &[]);
    let shown = |version: &str| {
        directory.write(".batchlint.yaml", format!("kubernetes-version: {version}\n").as_bytes());
        directory.run(&["config", "--changed"]).out
    };
    for version in ["1.30", "1.36", "\"1.30\"", "'1.36'"] {
        let plain = version.trim_matches(['"', '\'']);
        let out = shown(version);
        assert!(out.contains(&format!("kubernetes-version: \"{plain}\" ")), "{version}: {out}");
    }
    for wrong in ["1.3", "9", "yes", "[1.36]", "1.36e0"] {
        let out = shown(wrong);
        assert!(
            out.contains(".batchlint.yaml:1:21") && out.contains("invalid-configuration"),
            "{wrong}: {out}"
        );
    }
}

#[test]
fn a_setting_that_is_written_twice_is_a_mistake() {
    let twice = "rules:\n  missing-ttl: off\n  mutable-image: off\n  missing-ttl: error\npreset: strict\n";
    let merged = "overrides:\n- &all {paths: [a], rules: {missing-ttl: off}}\n- {<<: *all, paths: [b]}\n";
    let directory = TempDirectory::new("twice", &[(".batchlint.yaml", twice), ("job.yaml", HEALTHY)]);
    let run = directory.run(&["check", "--format", "concise"]);
    let said = ".batchlint.yaml:4:3: error[invalid-configuration] `missing-ttl` appears twice, first in line 2: keep only the \
                one you mean\n";
    assert!(run.code == 2 && run.out.starts_with(said), "{}", run.out);
    directory.write(".batchlint.yaml", merged.as_bytes());
    assert_eq!(directory.run(&["check"]).code, 0, "merges are for overriding keys");
}

/// Every input can be read here: it is the configuration that cannot be used.
#[test]
fn mistakes_in_the_configuration_have_an_id_of_their_own() {
    let files = [(".batchlint.yaml", "preset: strickt\n"), ("a/job.yaml", HEALTHY), ("job.yaml", HEALTHY)];
    let directory = TempDirectory::new("misconfigured", &files);
    let run = directory.run(&["check", "--format", "concise", "--fail-on", "never"]);
    let said = ".batchlint.yaml:1:9: error[invalid-configuration] a preset must be `default`, `strict` or `security`\n\
                checked 0 objects in 2 files: 1 error; skipped: 2 because of mistakes in the configuration; 1 configuration \
                could not be used\n";
    assert_eq!((run.code, run.out.as_str()), (2, said));
    let report = directory.run(&["check", "--format", "json"]).out;
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    let summary = &report["summary"];
    assert_eq!((&summary["unread"], &summary["misconfigured"]), (&0.into(), &1.into()), "{report}");
    let answers = directory.run(&["dry-run", "."]);
    assert_eq!(answers.code, 2);
    assert!(answers.out.ends_with("; 1 configuration could not be used\n"), "{}", answers.out);
    assert!(directory.run(&["explain", "invalid-configuration"]).out.contains("have not been checked"));
    let ignored = directory.run(&["check", "--ignore", "invalid-configuration"]);
    assert!(ignored.code == 2 && ignored.err.contains("cannot be turned off"), "{}", ignored.err);
}

/// As `exclude` in the configuration has them, but relative to the working directory.
#[test]
fn flags_exclude_files_besides_those_of_the_configuration() {
    let files = [
        ("job.yaml", HEALTHY),
        ("vendor/job.yaml", HEALTHY),
        ("a/vendor/job.yaml", HEALTHY),
        ("a/gen/job.yaml", HEALTHY),
        ("gen/job.yaml", HEALTHY),
        ("old/job.yaml", HEALTHY),
        (".batchlint.yaml", "exclude: [old/]\n"),
    ];
    let directory = TempDirectory::new("exclude", &files);
    let files = |flags: &[&str]| {
        let run = directory.run(&[&["check", "--format", "json", "--preset", "strict"], flags].concat());
        let report: serde_json::Value = serde_json::from_str(&run.out).unwrap();
        let findings = report["findings"].as_array().unwrap();
        let mut files: Vec<_> = findings.iter().map(|it| it["file"].as_str().unwrap().to_owned()).collect();
        files.dedup();
        files
    };
    assert_eq!(files(&["--exclude", "vendor/"]), ["a/gen/job.yaml", "gen/job.yaml", "job.yaml"]);
    assert_eq!(files(&["--exclude", "{/gen,vendor/}"]), ["a/gen/job.yaml", "job.yaml"]);
    assert_eq!(files(&["--exclude", "/gen", "--exclude", "a"]), ["job.yaml", "vendor/job.yaml"]);
    let with_old = files(&["--exclude", "!old/", "--exclude", "vendor/"]);
    assert!(with_old.contains(&"old/job.yaml".to_owned()), "{with_old:?}");
    let answers = directory.run(&["dry-run", "--exclude", "vendor", "--exclude", "gen"]).out;
    assert!(
        answers.ends_with("1 accepted, 0 rejected (Kubernetes 1.37); skipped: 5 excluded\n"),
        "{answers}"
    );
    let wrong = directory.run(&["check", "--exclude", "[z-a]"]);
    assert!(wrong.code == 2 && wrong.err.contains("`[z-a]`"), "{}", wrong.err);
}

#[test]
fn every_flag_has_a_variable() {
    let directory = TempDirectory::new("variables", &[("job.yaml", &without_deadline())]);
    let run = |variables: &[(&str, &str)], arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_batchlint"));
        let command = command.args(arguments).envs(variables.iter().copied()).current_dir(&directory.0);
        Run::from(command.output().unwrap())
    };
    let check = |variables: &[(&str, &str)], flags: &[&str]| {
        run(variables, &[&["check", "--select", "missing-deadline"], flags].concat())
    };
    assert_eq!(check(&[], &[]).code, 1);
    assert_eq!(check(&[("BATCHLINT_FAIL_ON", "error")], &[]).code, 0);
    assert_eq!(check(&[("BATCHLINT_FAIL_ON", "error")], &["--fail-on", "info"]).code, 1, "a flag goes first");
    let concise = [("BATCHLINT_FORMAT", "concise")];
    let line = check(&[concise[0], ("BATCHLINT_QUIET", "1")], &[]).out;
    assert!(
        line.starts_with("job.yaml:4:1: warning[missing-deadline]") && line.lines().count() == 1,
        "{line}"
    );
    for off in ["0", "false", "no", ""] {
        assert_eq!(check(&[concise[0], ("BATCHLINT_QUIET", off)], &[]).out.lines().count(), 2, "{off}");
    }
    // Each command has formats of its own.
    assert!(run(&concise, &["rules"]).out.starts_with("Validity\n"));
    assert!(run(&[("BATCHLINT_RULES_FORMAT", "json")], &["rules"]).out.starts_with('['));
    assert_eq!(run(&[("BATCHLINT_KUBERNETES_VERSION", "1.99")], &["dry-run"]).code, 2);
    // A flag also goes before a variable that contradicts it.
    let missing = ("BATCHLINT_CONFIG", "missing.yaml");
    assert_eq!(check(&[missing], &[]).code, 2, "there is no such file");
    assert_eq!(check(&[missing], &["--no-config"]).code, 1);
    assert_eq!(
        check(&[missing, ("BATCHLINT_NO_CONFIG", "0")], &[]).code,
        2,
        "a switch that is off says nothing"
    );
    assert_eq!(check(&[("BATCHLINT_NO_CONFIG", "1")], &["--config", "missing.yaml"]).code, 2);
    let both = check(&[("BATCHLINT_NO_CONFIG", "1"), missing], &[]);
    assert!(both.code == 2 && both.err.contains("cannot be used with"), "{}", both.err);
    // A path of the machine is nothing for a page that everyone reads.
    let help = run(&[("BATCHLINT_CONFIG", "/home/someone/a.yaml")], &["check", "--help"]);
    assert!(help.code == 0 && !help.out.contains("someone"), "{}", help.out);
    let help = run(&[], &["--help"]).out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(help.contains("`BATCHLINT_FAIL_ON=error` is `--fail-on error`"), "{help}");
}

#[test]
fn formats_and_output_have_short_flags() {
    let directory = TempDirectory::new("short", &[("job.yaml", &without_deadline())]);
    assert_eq!(directory.run(&["check", "-f", "concise", "-o", "report.txt"]).out, "");
    let long = directory.run(&["check", "--format", "concise"]).out;
    assert_eq!(std::fs::read_to_string(directory.0.join("report.txt")).unwrap(), long);
    for command in [&["rules"][..], &["dry-run"], &["timeline", "job.yaml"], &["calendar"]] {
        let json = directory.run(&[command, &["-f", "json"]].concat()).out;
        assert!(serde_json::from_str::<serde_json::Value>(&json).is_ok(), "{command:?}: {json}");
    }
}

#[test]
fn nushell_has_completions() {
    let script = TempDirectory::new("nushell", &[]).run(&["completions", "nushell"]).out;
    assert!(script.contains("export extern \"batchlint check\"") && script.contains("--fail-on"), "{script}");
}
