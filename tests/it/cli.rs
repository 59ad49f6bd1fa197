//! The program as people call it: what it prints, and its exit codes 0, 1 and 2.

use std::fs;
use std::io::Read as _;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::common::manifests::{HEALTHY, without_deadline};
use crate::common::program::{TempDirectory, run_in};

#[test]
fn a_healthy_manifest_is_clean() {
    let directory = TempDirectory::new("healthy", &[("job.yaml", HEALTHY)]);
    let run = directory.run(&["check"]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    assert!(run.out.contains("1 object"), "{}", run.out);
}

/// Whole manifests as they should be, on which the default preset says nothing.
#[test]
fn clean_manifests_are_clean_and_the_demo_is_not() {
    let run = |directory| run_in(Path::new(env!("CARGO_MANIFEST_DIR")), &["check", directory], "");
    let (clean, demo) = (run("testdata/clean"), run("testdata/demo"));
    assert_eq!((clean.code, demo.code), (0, 1), "{}", clean.out);
}

#[test]
fn a_finding_names_the_file_the_place_and_the_rule_and_ends_with_1() {
    let directory = TempDirectory::new("finding", &[("jobs/job.yaml", &without_deadline())]);
    let run = directory.run(&["check", "--format", "concise"]);
    assert_eq!(run.code, 1);
    assert!(run.out.starts_with("jobs/job.yaml:4:1: warning[missing-deadline] "), "{}", run.out);
}

#[test]
fn fail_on_says_which_severity_counts() {
    let directory = TempDirectory::new("fail-on", &[("job.yaml", &without_deadline())]);
    let codes =
        ["info", "warning", "error", "never"].map(|least| directory.run(&["check", "--fail-on", least]).code);
    assert_eq!(codes, [1, 1, 0, 0]);
}

#[test]
fn what_cannot_be_read_is_a_finding_and_2_whatever_fail_on_says() {
    let broken = format!("kind: [\n---\n{}", without_deadline());
    let directory = TempDirectory::new("broken", &[("broken.yaml", &broken)]);
    let run = directory.run(&["check", "--format", "concise", "--fail-on", "never"]);
    assert_eq!(run.code, 2);
    assert!(run.out.contains("broken.yaml:") && run.out.contains("error[syntax-error]"), "{}", run.out);
    assert!(run.out.contains("warning[missing-deadline]"), "the next document is judged: {}", run.out);
}

#[test]
fn unreadable_files_do_not_hide_their_neighbours() {
    let directory = TempDirectory::new("unreadable", &[("job.yaml", &without_deadline())]);
    directory.write("utf16.yaml", b"\xff\xfek\0i\0n\0d\0:\0");
    directory.write("binary.yaml", b"\0\xffa");
    directory.write("latin1.yaml", b"kind: caf\xe9\n");
    let run = directory.run(&["check", "--format", "concise", ".", "missing.yaml"]);
    assert_eq!(run.code, 2);
    for name in ["utf16.yaml", "binary.yaml", "latin1.yaml", "missing.yaml"] {
        assert!(
            run.out.contains(&format!("{name}: error[syntax-error] the file cannot be read: ")),
            "{name}: {}",
            run.out
        );
    }
    assert!(run.out.contains("job.yaml:4:1: warning[missing-deadline]"), "{}", run.out);
}

#[test]
fn a_merge_conflict_is_one_finding() {
    let side = |name: &str| {
        format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}}}\n---\n{}", without_deadline())
    };
    let conflict = |start: &str| format!("{start}{}=======\n{}>>>>>>> 0eb0e95\n", side("a"), side("b"));
    let errors = |text: &str| {
        let run =
            TempDirectory::new("conflict", &[("job.yaml", text)]).run(&["check", "--format", "concise"]);
        assert_eq!(run.code, 2, "{}", run.out);
        let lines = run.out.lines().filter(|it| it.contains("error[syntax-error]"));
        lines.map(|it| it.split(" error").next().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let commented = conflict("<<<<<<< HEAD\n# a comment\n");
    assert_eq!(errors(&commented), ["job.yaml:1:1:"]);
    assert_eq!(errors(&conflict("<<<<<<< HEAD\n")), ["job.yaml:1:1:"]);
    assert_eq!(errors(&format!("{commented}---\nkind: [\n")).len(), 2, "another error of another document");
    assert_eq!(errors(&format!("{commented}---\n{commented}")).len(), 2, "two conflicts");
}

/// macOS keeps in `._job.yaml` what other file systems cannot keep of `job.yaml`.
#[test]
fn what_macos_keeps_next_to_a_file_is_not_read() {
    let directory = TempDirectory::new("finder", &[("job.yaml", &without_deadline())]);
    directory.write("._job.yaml", b"\0\x05\x16\x07\0\x02\0\0Mac OS X");
    let run = directory.run(&["check", "--format", "concise"]);
    assert_eq!((run.code, run.out.contains("._job.yaml")), (1, false), "{}", run.out);
    assert_eq!(directory.run(&["check", "._job.yaml"]).code, 2, "unless it is named");
}

/// Settings of other programs beside the manifests: none is for a linter of Jobs, and all are counted and named.
const OTHERS: [(&str, &str); 4] = [
    (".eslintrc.json", "{\n  // the house style\n  \"rules\": {},\n}\n"),
    (
        ".devcontainer/settings.json",
        "{\n  // \"all\" kinds\n  \"a\": \"b // c\\\" /* d\", // e\n  \"f\": [1, 2,],\n}\n",
    ),
    ("renovate.json", "{\n  \"extends\": [\"config:base\"] // all\n}\n"),
    ("tsconfig.json", "{\n  /* compiler */\n  \"strict\": true,\n}\n"),
];

#[test]
fn json_with_comments_is_left_aside_and_said() {
    let directory = TempDirectory::new("others", &OTHERS);
    directory.write("inventory.yaml", b"{% for it in hosts %}\n{{ it }}: {}\n{% endfor %}\n");
    directory.write("job.yaml", HEALTHY.as_bytes());
    let run = directory.run(&["check"]);
    let said = "checked 1 object in 6 files: no findings; skipped: 1 template (`inventory.yaml`), 4 in JSON with comments \
                (`.devcontainer/settings.json`, `.eslintrc.json`, `renovate.json` and 1 more)\n";
    assert_eq!((run.code, run.out.as_str(), run.err.as_str()), (0, said, ""));
    let run = directory.run(&["check", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    let skipped = &report["summary"]["skipped"];
    let files: Vec<_> = skipped.as_array().unwrap().iter().map(|it| it["file"].as_str().unwrap()).collect();
    let names =
        [".devcontainer/settings.json", ".eslintrc.json", "inventory.yaml", "renovate.json", "tsconfig.json"];
    assert_eq!(files, names);
    assert!(skipped[4]["reason"].as_str().is_some_and(|it| !it.is_empty()), "{skipped}");
}

/// The lines at which these cannot be parsed are statements of FreeMarker and ERB, and a placeholder.
#[test]
fn templates_of_other_engines_are_skipped() {
    let head = "apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: a\n";
    for rest in [
        "  annotations:\n<#if config.mail>\n    a: ${config.mail}\n</#if>\n",
        "<% if mail %>\n  labels: {}\n<% end %>\n",
        "  namespace: %%NAMESPACE%%\n",
        "  annotations:\n    <CERT_ANNOTATIONS>\n    a: b\n",
        "  MAIL_LABELS\n  labels: {}\n",
        "  labels:\n    a: b\n    ${LABELS}\nspec: {}\n",
        "  MAIL-LABELS_2|-labels: \"\"-| # by default\n  annotations: {}\n",
    ] {
        let directory = TempDirectory::new("engines", &[("job.yaml", &format!("{head}{rest}"))]);
        let run = directory.run(&["check", "--format", "concise"]);
        assert!(run.code == 0 && run.out.contains("1 template"), "{rest}: {}", run.out);
    }
    for rest in [
        "  namespace: %NAMESPACE\n",
        "  annotations:\n  <a\n  b: c\n",
        "  LABELS\n  labels: {}\n",
        "  mail_labels\n  labels: {}\n",
        // An error that is none of a placeholder is never hidden by one.
        "  MAIL_LABELS\n  labels: {}\n---\nkind: Job\nmetadata:\n  a: b: c\n",
    ] {
        let directory = TempDirectory::new("no-engine", &[("job.yaml", &format!("{head}{rest}"))]);
        let run = directory.run(&["check", "--format", "concise"]);
        assert!(run.code == 2 && run.out.contains("error[syntax-error]"), "{rest}: {}", run.out);
    }
}

/// pre-commit names the files of a commit one by one. What standard input has is meant to be checked.
#[test]
fn a_named_file_in_json_with_comments_is_left_aside_too_and_standard_input_never() {
    let directory = TempDirectory::new("others-named", &OTHERS);
    let run = directory.run(&["check", "tsconfig.json"]);
    let said = "no Job or CronJob in 1 file; skipped: 1 in JSON with comments (`tsconfig.json`)\n";
    assert_eq!((run.code, run.out.as_str()), (0, said));
    let run = directory.run_with(&["check", "--format", "concise", "-"], OTHERS[3].1);
    assert!(run.code == 2 && run.out.contains("<stdin>:2:3: error[syntax-error]"), "{}", run.out);
}

/// Placeholders, other dialects and other encodings of YAML: none has a key of a manifest.
const OTHER_YAML: [(&str, &[u8]); 4] = [
    ("camera.yaml", b"%YAML:1.0\n---\na: 1\n"),
    ("values.yaml", b"# kind: Job\nimage: %TAG%\n"),
    ("results.json", b"no test of the kind was found\n{\"passed\": 1 \"failed\": 2}\n"),
    ("compose.yml", b"\xff\xfea\0:\0 \x001\0"),
];

#[test]
fn yaml_for_other_programs_that_cannot_be_parsed_is_skipped_and_said() {
    let directory = TempDirectory::new("other-yaml", &[("job.yaml", HEALTHY)]);
    OTHER_YAML.iter().for_each(|(name, text)| directory.write(name, text));
    let run = directory.run(&["check"]);
    let said = "checked 1 object in 5 files: no findings; skipped: 4 without `apiVersion` or `kind` that cannot be parsed \
                (`camera.yaml`, `compose.yml`, `results.json` and 1 more)\n";
    assert_eq!((run.code, run.out.as_str()), (0, said));
    let run = directory.run(&["check", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(report["summary"]["aside"], serde_json::json!({"not-manifest": 4}));
    assert_eq!(report["summary"]["skipped"].as_array().map(Vec::len), Some(4));
    let run = directory.run(&["calendar", "."]);
    assert!(run.code == 0 && run.err.contains("4 without `apiVersion` or `kind`"), "{}", run.err);
    let run = directory.run(&["dry-run", "."]);
    assert!(run.code == 0 && run.out.contains("4 without `apiVersion` or `kind`"), "{}", run.out);
}

/// Who names a file means it, and what a kustomization names is a part of a manifest.
#[test]
fn yaml_that_is_named_is_reported_if_it_cannot_be_parsed() {
    for (name, text) in OTHER_YAML {
        let directory = TempDirectory::new("other-yaml-named", &[]);
        directory.write(name, text);
        assert_eq!(directory.run(&["check", name]).code, 2, "{name}");
        if let Ok(text) = std::str::from_utf8(text) {
            assert_eq!(directory.run_with(&["check", "-"], text).code, 2, "{name}");
        }
    }
    let kustomization = "patches: [{path: patch.yaml, target: {kind: Job}}]\n";
    let files = [("kustomization.yaml", kustomization), ("patch.yaml", "- op: add\n path: /a\n")];
    let directory = TempDirectory::new("other-yaml-patch", &files);
    assert_eq!(directory.run(&["check"]).code, 2);
    let directory = TempDirectory::new("other-yaml-overlay", &[("kustomization.yaml", "resources: [\n")]);
    assert_eq!(directory.run(&["check"]).code, 2);
}

/// A broken Service is nothing that a linter for Jobs fails for, in a directory; what may be about Jobs is.
#[test]
fn other_kinds_that_cannot_be_parsed_are_skipped_and_said() {
    let service = "apiVersion: v1\nkind: Service # web\nmetadata:\n  name: a\n   labels: {}\n";
    let directory = TempDirectory::new("broken-service", &[("job.yaml", HEALTHY), ("service.yaml", service)]);
    let run = directory.run(&["check"]);
    let said = "checked 1 object in 2 files: no findings; skipped: 1 of other kinds that cannot be parsed (`service.yaml`)\n";
    assert_eq!((run.code, run.out.as_str()), (0, said));
    let report = directory.run(&["check", "--format", "json"]).out;
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    assert_eq!(report["summary"]["aside"], serde_json::json!({"unread-kind": 1}));
    assert_eq!(directory.run(&["check", "service.yaml"]).code, 2);
    for more in [
        "---\napiVersion: batch/v1\nmetadata: {name: b}\n",
        "---\nkind: CronJob\n",
        "---\napiVersion: v1\n",
        "kind: {{ a }}\n",
    ] {
        directory.write("service.yaml", format!("{service}{more}").as_bytes());
        assert_eq!(directory.run(&["check"]).code, 2, "{more}");
    }
    directory.write("service.yaml", service.replace("Service", "List").as_bytes());
    assert_eq!(directory.run(&["check"]).code, 2);
}

/// Whatever else cannot be read is said aloud.
#[test]
fn whatever_else_is_broken_is_never_skipped() {
    for (name, text) in [
        ("a.yaml", "kind: [\n"),
        ("a.yaml", "{\n  // in YAML this is not a comment\n  \"kind\": 1\n}\n"),
        ("a.yaml", "apiVersion: batch/v1\n kind: Job\n"),
        ("a.json", "{\"kind\": 1 \"b\": 2}\n"),
        ("a.json", "{\"a\": 1, \"apiVersion\": [1, 2 // never closed\n"),
        ("a.json", "{\"apiVersion\": \"batch/v1\", // later\n\"kind\": \"Job\"}\n"),
    ] {
        let directory = TempDirectory::new("broken", &[(name, text)]);
        let run = directory.run(&["check", "--format", "concise"]);
        let is_said = run.out.contains(&format!("{name}:")) && run.out.contains("syntax-error");
        assert!(run.code == 2 && is_said, "{text}: {}", run.out);
    }
}

#[cfg(unix)]
#[test]
fn links_that_lead_nowhere_or_in_circles_lose_nothing() {
    let directory = TempDirectory::new("links", &[("jobs/job.yaml", HEALTHY)]);
    // Nothing is missed in it that anybody could apply: `git-hooks.nix` leaves such links in repositories.
    std::os::unix::fs::symlink("nowhere.yaml", directory.0.join("dangling.yaml")).unwrap();
    // What is above is searched already, and once.
    std::os::unix::fs::symlink(".", directory.0.join("circle")).unwrap();
    std::os::unix::fs::symlink("..", directory.0.join("jobs/above")).unwrap();
    let run = directory.run(&["check", "--format", "concise"]);
    assert_eq!(run.code, 0, "{}", run.out);
    assert!(run.out.contains("checked 1 object"), "{}", run.out);
    assert!(!run.out.contains("error") && run.out.contains("1 link to nowhere"), "{}", run.out);
}

#[test]
fn a_list_may_be_longer_than_what_is_read_at_once() {
    let padding = "x ".repeat(1 << 19);
    let job = HEALTHY_JOB.replace("PADDING", &padding);
    let broken = HEALTHY_JOB.replace("PADDING", "").replace("Never", "Always");
    let list = format!(
        r#"{{"apiVersion": "v1", "items": [{}, {broken}], "kind": "List"}}"#,
        vec![job; 34].join(",")
    );
    let directory = TempDirectory::new("long", &[("list.json", &list)]);
    let run = directory.run_with(&["check", "--select", "restart-policy", "--format", "concise", "-"], &list);
    assert_eq!(run.code, 1, "{}", run.out);
    assert!(run.out.contains("error[restart-policy]") && run.out.contains("35 objects"), "{}", run.out);
    let of_file = |size| {
        directory.run(&[
            "check",
            "--select",
            "restart-policy",
            "--format",
            "concise",
            "--max-size",
            size,
            "list.json",
        ])
    };
    assert_eq!(of_file("1Gi").out.replace("list.json", "<stdin>"), run.out);
    assert!(of_file("33Mi").out.contains("the file is larger than 33 MiB"), "{}", of_file("33Mi").out);
    for size in ["0", "x", "10MB"] {
        assert!(of_file(size).err.contains("it must be a size such as `100Mi`"), "{}", of_file(size).err);
    }
    // Changes need the whole text.
    let diff = directory.run_with(&["check", "--diff", "-"], &list);
    assert_eq!((diff.code, diff.out.as_str()), (2, ""));
}

const HEALTHY_JOB: &str = r#"{"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "a", "annotations": {"a": "PADDING"}},
    "spec": {"template": {"spec": {"restartPolicy": "Never", "containers": [{"name": "a", "image": "a:1"}]}}}}"#;

#[test]
fn a_huge_file_is_not_read() {
    let directory = TempDirectory::new("huge", &[]);
    directory.write("huge.yaml", &vec![b'#'; 33 * 1024 * 1024]);
    let run = directory.run(&["check", "--format", "concise", "huge.yaml"]);
    assert_eq!(run.code, 2);
    assert!(run.out.contains("huge.yaml: error[syntax-error]") && run.out.contains("32 MiB"), "{}", run.out);
}

#[test]
fn a_wrong_call_names_the_nearest_right_one() {
    let directory = TempDirectory::new("wrong-call", &[]);
    for (arguments, hint) in [
        (["check", "--fromat", "json"], "--format"),
        (["check", "--format", "sarfi"], "did you mean `sarif`?"),
        (["check", "--format", "foo"], "the formats are `human`, `concise`, `json`, "),
        (["check", "--select", "missing-dedline"], "missing-deadline"),
        (["check", "--ignore", "missing-i"], "did you mean `missing-image-digest`?"),
        (["check", "--ignore", "missing"], "`missing-backoff-limit`, `missing-concurrency-policy`, "),
        (["check", "--ignore", "missing-x*"], "no rule matches `missing-x*`"),
        (["check", "--select", ","], "no rule is given"),
        (["check", "--kubernetes-version", "1.99"], "1.37"),
        (["check", "--as-of", "yesterday"], "yesterday"),
        (["explain", "missing-deadlines", "--"], "missing-deadline"),
    ] {
        let run = directory.run(&arguments);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{arguments:?}");
        assert!(run.err.starts_with("error: ") && run.err.contains(hint), "{arguments:?}: {}", run.err);
    }
}

#[test]
fn standard_input_has_the_name_it_is_given() {
    let directory = TempDirectory::new("stdin", &[]);
    let run = directory.run_with(&["check", "--format", "concise", "-"], &without_deadline());
    assert!(run.out.starts_with("<stdin>:4:1: warning[missing-deadline]"), "{}", run.out);
    let named = ["check", "--format", "concise", "--stdin-filename", "jobs/a.yaml", "-"];
    let run = directory.run_with(&named, &without_deadline());
    assert!(run.out.starts_with("jobs/a.yaml:4:1: warning[missing-deadline]"), "{}", run.out);
}

#[test]
fn rules_are_selected_and_ignored_by_id() {
    let directory = TempDirectory::new(
        "select",
        &[("job.yaml", &without_deadline().replace("  backoffLimit: 2\n", "  backofLimit: 2\n"))],
    );
    let rules = |arguments: &[&str]| {
        let run = directory.run(&[&["check", "--quiet", "--format", "concise"], arguments].concat());
        let ids = run.out.lines().map(|line| line.split(['[', ']']).nth(1).unwrap().to_owned());
        ids.collect::<Vec<_>>()
    };
    assert_eq!(rules(&["--select", "unknown-field"]), ["unknown-field"]);
    assert_eq!(
        rules(&["--select", "unknown-field,missing-deadline", "--ignore", "unknown-field"]),
        ["missing-deadline"]
    );
    assert!(!rules(&["--ignore", "missing-deadline"]).contains(&"missing-deadline".to_owned()));
    // `*` stands for any part of an id, and a comma at the end for nothing.
    assert_eq!(
        rules(&["--select", "unknown-f*,", "--select", "*-deadline"]),
        ["missing-deadline", "unknown-field"]
    );
    assert_eq!(rules(&["--select", "*-deadline,unknown-field", "--ignore", "missing-*"]), ["unknown-field"]);
}

#[test]
fn what_is_not_judged_is_counted() {
    let template = "kind: Job\nmetadata: {name: {{ .Values.name }}}\n";
    let deployment = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\n";
    let files = [
        ("chart/Chart.yaml", "name: chart\n"),
        ("chart/templates/job.yaml", HEALTHY),
        ("plain/templates/job.yaml", HEALTHY),
        ("template.yaml", template),
        ("deployment.yaml", deployment),
        ("ignored.yaml", "kind: Job\n["),
        (".git/config.yaml", "kind: Job\n["),
        (".gitignore", "ignored.yaml\n"),
        ("notes.txt", "kind: Job\n["),
        (".hidden/job.yml", HEALTHY),
    ];
    let directory = TempDirectory::new("aside", &files);
    let run = directory.run(&["check", "--format", "json"]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    let report: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    let summary = &report["summary"];
    assert_eq!(summary["objects"], 2, "{summary}");
    assert_eq!(summary["aside"]["template"], 2, "{summary}");
    assert_eq!(summary["aside"]["other-kind"], 1, "{summary}");
    assert_eq!(summary["aside"]["not-kubernetes"], 1, "{summary}");
}

/// A finding that names what is wrong is about an object that was checked. A patch has the kind of what it completes.
#[test]
fn a_wrong_kind_is_no_patch() {
    let cases = [
        ("patch", "apiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\nspec: {backoffLimit: 3}\n", (0, 1)),
        ("kind", "apiVersion: batch/v1\nkind: Cronjob\nmetadata: {name: a}\nspec: {suspend: true}\n", (1, 0)),
        ("version", "apiVersion: v1\nkind: Job\nmetadata: {name: a}\nspec: {backoffLimit: 3}\n", (1, 0)),
        ("other", &HEALTHY.replace("kind: Job", "kind: CronJob"), (1, 0)),
        ("case", &HEALTHY.replace("kind: Job", "kind: job"), (1, 0)),
    ];
    for (name, text, expected) in cases {
        let directory = TempDirectory::new(&format!("wrong-kind-{name}"), &[("job.yaml", text)]);
        let run = directory.run(&["check", "--format", "json"]);
        let report: serde_json::Value = serde_json::from_str(&run.out).unwrap();
        let summary = &report["summary"];
        let patches = summary["aside"]["patch"].as_u64().unwrap_or_default();
        assert_eq!((summary["objects"].as_u64().unwrap(), patches), expected, "{name}: {summary}");
        assert_eq!(report["findings"].as_array().unwrap().is_empty(), name == "patch", "{}", run.out);
    }
}

/// `kubectl get cronjobs,jobs -A -o json | batchlint check -`: defaults are in, and runs of CronJobs are not checked.
#[test]
fn live_objects_are_judged_by_what_was_stated() {
    let live = |name: &str, metadata: &str| {
        format!(
            r#"{{"apiVersion":"batch/v1","kind":"Job","metadata":{{"name":"{name}","uid":"1"{metadata}}},
            "spec":{{"backoffLimit":6,"completions":1,"parallelism":1,"activeDeadlineSeconds":60,
            "template":{{"spec":{{"restartPolicy":"Never","containers":[{{"name":"a","image":"a:1"}}]}}}}}}}}"#
        )
    };
    let applied = r#","annotations":{"kubectl.kubernetes.io/last-applied-configuration":"{\"spec\":{}}"}"#;
    let stated = r#","annotations":{"kubectl.kubernetes.io/last-applied-configuration":"{\"spec\":{\"backoffLimit\":6}}"}"#;
    let owned = r#","ownerReferences":[{"kind":"CronJob","name":"a","uid":"2","controller":true}]"#;
    let items =
        [live("unknown", ""), live("not-stated", applied), live("stated", stated), live("run", owned)];
    let list = format!(r#"{{"apiVersion":"v1","kind":"List","items":[{}]}}"#, items.join(","));
    let directory = TempDirectory::new("live", &[]);
    let run =
        directory.run_with(&["check", "--format", "json", "--select", "missing-backoff-limit", "-"], &list);
    let report: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    let found: Vec<_> =
        report["findings"].as_array().unwrap().iter().map(|it| &it["object"]["name"]).collect();
    assert_eq!(found, ["not-stated"], "{}", run.out);
    assert_eq!(
        (&report["findings"][0]["item"], &report["summary"]["aside"]["owned"]),
        (&1.into(), &1.into())
    );
}

/// What an operator makes, kept as a file for its tests: nobody writes it, and nobody can change it.
#[test]
fn what_a_controller_owns_is_skipped_in_files_too() {
    let owner = "{ownerReferences: [{apiVersion: a/v1, kind: A, name: a, controller: true}], name: import,";
    let owned = without_deadline().replace("{name: import,", owner);
    let other = owned.replace("controller: true", "controller: false");
    let directory = TempDirectory::new("owned", &[("owned.yaml", &owned), ("other.yaml", &other)]);
    let run = directory.run(&["check", "--select", "missing-deadline", "--format", "json", "."]);
    let report: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    let files: Vec<_> = report["findings"].as_array().unwrap().iter().map(|it| &it["file"]).collect();
    assert_eq!(
        (files, &report["summary"]["aside"]),
        (vec![&"other.yaml".into()], &serde_json::json!({"owned": 1}))
    );
}

/// A checkout without the key has nothing to check, and is not broken.
#[test]
fn what_git_crypt_has_encrypted_is_skipped_unless_it_is_named() {
    let directory = TempDirectory::new("encrypted", &[]);
    directory.write("secret.yaml", b"\0GITCRYPT\0\xff\xfe\0a");
    directory.write("other.yaml", b"\0GITCRYPU\0\xff\xfe\0a");
    let run = directory.run(&["check", "--format", "json", "."]);
    let report: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!((run.code, &report["summary"]["aside"]), (2, &serde_json::json!({"encrypted": 1})));
    assert_eq!(report["findings"][0]["file"], "other.yaml");
    assert_eq!(directory.run(&["check", "secret.yaml"]).code, 2);
}

/// The log of a program is JSON, one object after the other, and no manifest.
#[test]
fn a_log_of_json_objects_is_for_other_programs() {
    let log = "{\n  \"system\": \"grpc\",\n}\n{\n  \"system\": \"grpc\"\n}\n";
    let directory = TempDirectory::new("log", &[("a.log.json", log)]);
    assert_eq!(directory.run(&["check", "."]).code, 0);
    let run = directory.run(&["check", "a.log.json"]);
    assert!(
        run.out.contains("Kubernetes does not read what follows the first value of a document"),
        "{}",
        run.out
    );
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let many = format!("{}---\n", without_deadline()).repeat(2_000);
    let directory = TempDirectory::new("broken-pipe", &[("jobs.yaml", &many)]);
    let mut command = Command::new(env!("CARGO_BIN_EXE_batchlint"));
    let mut child = command
        .args(["check", "--format", "json"])
        .current_dir(&directory.0)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdout.take().unwrap().read_exact(&mut [0; 10]).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(1), &b""[..]));
}

#[test]
fn a_report_goes_to_a_file() {
    let directory = TempDirectory::new("output", &[("job.yaml", &without_deadline())]);
    let run = directory.run(&["check", "--format", "sarif", "--output", "report.sarif"]);
    assert_eq!((run.code, run.out.as_str()), (1, ""));
    assert!(fs::read_to_string(directory.0.join("report.sarif")).unwrap().contains("\"2.1.0\""));
}

#[test]
fn two_runs_print_the_same() {
    let files: Vec<_> = (0..60).map(|number| (format!("job-{number}.yaml"), without_deadline())).collect();
    let files: Vec<_> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let directory = TempDirectory::new("stable", &files);
    let first = directory.run(&["check", "--format", "json"]).out;
    assert_eq!(first, directory.run(&["check", "--format", "json"]).out);
}

#[test]
fn fingerprints_survive_moved_lines_and_tell_findings_apart() {
    let directory = TempDirectory::new("fingerprints", &[("job.yaml", &without_deadline())]);
    let fingerprints = |text: &str| {
        directory.write("job.yaml", text.as_bytes());
        let report: serde_json::Value =
            serde_json::from_str(&directory.run(&["check", "--format", "json", "--preset", "strict"]).out)
                .unwrap();
        report["findings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| it["fingerprint"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let before = fingerprints(&without_deadline());
    assert_eq!(before, fingerprints(&format!("# a comment\n\n{}", without_deadline())));
    let twice = fingerprints(&format!("{0}---\n{0}", without_deadline()));
    let mut distinct = twice.clone();
    distinct.sort();
    distinct.dedup();
    assert_eq!(distinct.len(), twice.len(), "the same object twice has findings with their own fingerprints");
}

#[test]
fn the_program_explains_itself() {
    let directory = TempDirectory::new("explain", &[]);
    assert!(directory.run(&["explain", "missing-deadline"]).out.contains("activeDeadlineSeconds"));
    assert!(directory.run(&["rules"]).out.contains("missing-deadline"));
    let rules: serde_json::Value =
        serde_json::from_str(&directory.run(&["rules", "--format", "json"]).out).unwrap();
    assert!(rules.as_array().unwrap().iter().any(|rule| rule["id"] == "missing-deadline"));
    assert!(directory.run(&["completions", "bash"]).out.contains("batchlint"));
    assert_eq!(directory.run(&["--version"]).out, format!("batchlint {}\n", env!("CARGO_PKG_VERSION")));
}

/// Completion knows the words; help, which would be pages long, and `NAME=FILE` do without.
#[test]
fn completion_offers_rules_and_formats_and_help_does_not() {
    let directory = TempDirectory::new("completion", &[("job.yaml", &without_deadline())]);
    for shell in ["bash", "zsh", "fish"] {
        let script = directory.run(&["completions", shell]).out;
        for word in ["missing-deadline", "exit-codes", "gitlab"] {
            assert!(script.contains(word), "{shell} does not offer {word}");
        }
    }
    for command in ["check", "explain", "config", "lsp"] {
        let help = directory.run(&[command, "--help"]).out;
        assert!(
            !help.contains("missing-concurrency-policy") && !help.contains("possible values: human"),
            "{help}"
        );
    }
    let run = directory.run(&[
        "check",
        "--format",
        "json=report.json",
        "--select",
        "missing-deadline,unknown-field",
    ]);
    assert_eq!((run.code, run.err.as_str()), (1, ""));
    assert!(directory.0.join("report.json").exists());
}

/// What is in the repository is there after `cargo install` too.
#[test]
fn schemas_are_printed() {
    let directory = TempDirectory::new("schema", &[]);
    for (of, file) in [("config", "schemas/config.schema.json"), ("report", "schemas/report.schema.json")] {
        let expected = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap();
        assert_eq!(directory.run(&["schema", of]).out, expected);
    }
}

#[test]
fn pages_go_to_pipes_without_the_comments_of_their_writers() {
    let page = TempDirectory::new("explain-pipe", &[]).run(&["explain", "missing-deadline"]).out;
    assert!(page.starts_with("# missing-deadline\n\n| severity |") && !page.contains("<!--"), "{page}");
    assert!(page.contains("](https://batchlint.dev/docs/practices)"), "links lead to the site: {page}");
}

#[test]
fn a_dry_run_prints_the_answer_to_each_document() {
    let wrong =
        HEALTHY.replace("backoffLimit: 2", "backoffLimit: -2").replace("name: import,", "name: other,");
    let both = format!("{HEALTHY}---\n{wrong}");
    let other = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n";
    let files =
        [("good.yaml", HEALTHY), ("both.yaml", &both), ("other.yaml", other), ("broken.yaml", "kind: ]")];
    let directory = TempDirectory::new("dry-run", &files);
    let good = directory.run(&["dry-run", "good.yaml", "other.yaml"]);
    assert_eq!(good.code, 0);
    assert!(good.out.contains("accepted job.batch/import in good.yaml (201 Created)"), "{}", good.out);
    assert!(good.out.ends_with("1 accepted, 0 rejected (Kubernetes 1.37); skipped: 1 of other kinds\n"));
    let both = directory.run(&["dry-run", "both.yaml"]);
    assert_eq!(both.code, 1);
    let line = "both.yaml:21: spec.backoffLimit: Invalid value: -2: must be greater than or equal to 0";
    assert!(both.out.contains(line), "{}", both.out);
    let json = directory.run(&["dry-run", "both.yaml", "--format", "json"]);
    let answers: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(answers[0]["accepted"], true);
    let message = "Job.batch \"other\" is invalid: spec.backoffLimit: Invalid value: -2: must be greater than or equal to 0";
    let cause = serde_json::json!({
        "type": "FieldValueInvalid",
        "field": "spec.backoffLimit",
        "message": "Invalid value: -2: must be greater than or equal to 0",
    });
    let expected = serde_json::json!({
        "file": "both.yaml", "doc": 1, "kind": "batch/v1, Kind=Job", "accepted": false, "stage": "invalid",
        "code": 422, "reason": "Invalid", "message": message, "causes": [cause],
    });
    assert_eq!(answers[1], expected);
    let all = directory.run(&["dry-run", "."]);
    assert_eq!(all.code, 2);
    let expected =
        "2 accepted, 1 rejected (Kubernetes 1.37); skipped: 1 of other kinds; 1 input could not be read\n";
    assert!(all.out.ends_with(expected), "{}", all.out);
    let new = HEALTHY.replace("  backoffLimit: 2\n", "  backoffLimit: 2\n  managedBy: example.com/queue\n");
    let old = directory.run_with(&["dry-run", "--kubernetes-version", "1.29", "-"], &new);
    assert!(
        old.out.contains("unknown field \"spec.managedBy\"\n  Kubernetes 1.30 and later take it\n"),
        "{}",
        old.out
    );
    let twice = HEALTHY.replace("  backoffLimit: 2\n", "  backoffLimit: 2\n  backoffLimit: 2\n");
    assert_eq!(directory.run_with(&["dry-run", "-"], &twice).code, 1);
    assert_eq!(directory.run_with(&["dry-run", "--as", "kubectl", "-"], &twice).code, 0);
}

/// The same version as `check`'s: a flag, or else the configuration, or else the newest.
#[test]
fn a_dry_run_asks_the_version_of_the_configuration() {
    let directory =
        TempDirectory::new("dry-run-config", &[("old/.batchlint.yaml", "kubernetes-version: \"1.30\"\n")]);
    directory.write("old/job.yaml", HEALTHY.as_bytes());
    directory.write("job.yaml", HEALTHY.as_bytes());
    let last = |arguments: &[&str]| {
        let run = directory.run(&[&["dry-run"], arguments].concat());
        (run.code, run.out.lines().last().unwrap().to_owned())
    };
    let accepted =
        |number: usize, versions: &str| (0, format!("{number} accepted, 0 rejected (Kubernetes {versions})"));
    assert_eq!(last(&["old"]), accepted(1, "1.30"));
    assert_eq!(last(&["old", "job.yaml"]), accepted(2, "1.30 and 1.37"));
    assert_eq!(last(&["old", "--kubernetes-version", "1.36"]), accepted(1, "1.36"));
    assert_eq!(last(&["old", "--no-config"]), accepted(1, "1.37"));
    assert_eq!(last(&["job.yaml", "--config", "old/.batchlint.yaml"]), accepted(1, "1.30"));
    directory.write("old/.batchlint.yaml", b"kubernetes-version: 9\n");
    let run = directory.run(&["dry-run", "."]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("old/.batchlint.yaml:1:21"), "{}", run.err);
    let said = "1 accepted, 0 rejected (Kubernetes 1.37); skipped: 1 because of mistakes in the configuration; 1 \
                configuration could not be used\n";
    assert!(run.out.ends_with(said), "{}", run.out);
}

/// A directory holds more than manifests: a dry-run skips what `check` does, and says so in the same words.
#[test]
fn a_dry_run_of_a_directory_skips_what_is_not_for_the_server() {
    let template = HEALTHY.replace("name: import,", "name: {{ .Release.Name }},");
    let patch = "apiVersion: batch/v1\nkind: Job\nmetadata: {name: import}\nspec: {backoffLimit: 1}\n";
    let old_patch = patch.replace("kind: Job", "kind: CronJob").replace("batch/v1", "batch/v1beta1");
    let files = [
        ("job.yaml", HEALTHY),
        ("app/Chart.yaml", "name: app\nversion: 1.0.0\n"),
        ("app/values.yaml", "tag: 1.0.0\n"),
        ("app/templates/job.yaml", &template),
        ("app/ci-values.yaml", "kind: CronJob\nschedule: \"0 3 * * *\"\n"),
        ("loose.yaml", &template),
        ("prod/kustomization.yaml", "resources: [../job.yaml]\n"),
        ("prod/patch.yaml", patch),
        ("prod/old-patch.yaml", &old_patch),
    ];
    let directory = TempDirectory::new("dry-run-aside", &files);
    let run = directory.run(&["dry-run"]);
    let aside = "4 that are not Kubernetes objects, 2 patches";
    assert_eq!(run.code, 0, "{}", run.out);
    assert!(
        run.out
            .ends_with(&format!("1 accepted, 0 rejected (Kubernetes 1.37); skipped: 2 templates, {aside}\n")),
        "{}",
        run.out
    );
    let check = directory.run(&["check", "--select", "syntax-error"]).out;
    let templates = "skipped: 2 templates (`app/templates/job.yaml`, `loose.yaml`), ";
    assert!(check.contains(&format!("{templates}{aside}")), "{check}");

    // Who names such a file hears what the server would say.
    let run = directory.run(&["dry-run", "app/values.yaml"]);
    assert_eq!(run.code, 1);
    assert!(run.out.contains("app/values.yaml:1: Object 'Kind' is missing"), "{}", run.out);
    assert_eq!(directory.run(&["dry-run", "prod/patch.yaml"]).code, 1);
    // JSON has the answer to each document.
    let json = directory.run(&["dry-run", "--format", "json"]);
    let answers: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    let stages: Vec<_> = answers.as_array().unwrap().iter().map(|it| it["stage"].as_str().unwrap()).collect();
    assert_eq!(stages, ["route", "route", "route", "ok", "route", "route", "invalid"], "{}", json.out);
}
