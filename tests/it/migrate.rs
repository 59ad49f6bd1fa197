//! `migrate`: what kube-linter, kube-score and Polaris are told, as a configuration and as suppressions.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;

use crate::common::program::{Run, TempDirectory};
use crate::guides::compare_table;
use batchlint::diagnostic::meta::Scope;
use batchlint::migrate::check::Check;
use batchlint::migrate::checks::Tool;
use batchlint::rules;

/// A Job whose container runs as root without limits, and whose pods use the network of their node.
const JOB: &str = "\
apiVersion: batch/v1
kind: Job
metadata:
  name: import
  annotations:
    team: shop
spec:
  backoffLimit: 2
  activeDeadlineSeconds: 600
  ttlSecondsAfterFinished: 3600
  template:
    metadata:
      annotations:
        team: shop # of the pods
    spec:
      restartPolicy: Never
      hostNetwork: true
      containers:
      - name: import
        image: registry.example.com/import:latest
        resources: {requests: {cpu: 100m}}
";

/// Returns the Job with annotations in place of its own, the pods' with those that follow `template`.
fn job(annotations: &[&str], template: &[&str]) -> String {
    let lines =
        |indent: &str, all: &[&str]| all.iter().map(|it| format!("{indent}{it}\n")).collect::<String>();
    JOB.replacen("    team: shop\n", &lines("    ", annotations), 1).replacen(
        "        team: shop # of the pods\n",
        &lines("        ", template),
        1,
    )
}

/// Returns the lines that a diff adds, and demands that it removes none.
fn added(run: &Run) -> Vec<String> {
    let lines = run.out.lines().filter(|it| !it.starts_with("+++") && !it.starts_with("---"));
    assert!(lines.clone().all(|it| !it.starts_with('-')), "{}", run.out);
    lines.filter_map(|it| it.strip_prefix('+')).map(|it| it.trim().to_owned()).collect()
}

#[test]
fn ignored_checks_become_suppressions_next_to_them_with_their_reason() {
    let annotations = [
        "ignore-check.kube-linter.io/latest-tag: \"built nightly; always the newest\"",
        "ignore-check.kube-linter.io/host-network: \"\"",
        "polaris.fairwinds.com/runAsRootAllowed-exempt: \"TRUE\"",
        "polaris.fairwinds.com/memoryLimitsMissing-exempt: \"false\"",
    ];
    let before = job(&annotations, &["kube-score/ignore: container-resources,container-image-tag"]);
    let directory = TempDirectory::new("migrate", &[("job.yaml", &before)]);
    let shown = directory.run(&["migrate"]);
    assert_eq!(shown.code, 1, "{}", shown.err);
    assert_eq!(
        added(&shown),
        [
            "batchlint.dev/ignore: \"host-namespaces: ignored for kube-linter; mutable-image: built nightly, always the \
             newest; root-user: exempt from Polaris\"",
            "batchlint.dev/ignore: \"missing-memory-limit: ignored for kube-score; missing-resource-requests: ignored for \
             kube-score; mutable-image: ignored for kube-score\"",
        ]
    );
    assert_eq!(fs::read_to_string(directory.0.join("job.yaml")).unwrap(), before, "it is only shown");
    let written = directory.run(&["migrate", "--fix"]);
    assert_eq!((written.code, written.out.as_str()), (0, ""), "{}", written.err);
    let after = fs::read_to_string(directory.0.join("job.yaml")).unwrap();
    let kept: Vec<&str> = after.lines().filter(|it| !it.contains("batchlint.dev")).collect();
    assert_eq!(kept, before.lines().collect::<Vec<_>>(), "nothing else changes");
    let again = directory.run(&["migrate", "--fix"]);
    assert_eq!((again.code, again.out.as_str()), (0, ""), "{}", again.err);
    assert_eq!(
        fs::read_to_string(directory.0.join("job.yaml")).unwrap(),
        after,
        "a second run changes nothing"
    );
    let checked = directory.run(&["check", "--preset", "strict", "--format", "concise"]);
    for id in ["mutable-image", "host-namespaces", "root-user", "missing-memory-limit", "unused-suppression"]
    {
        assert!(!checked.out.contains(&format!("[{id}]")), "{id}: {}", checked.out);
    }
}

#[test]
fn an_object_that_is_ignored_as_a_whole_is_so_for_every_rule_with_a_counterpart() {
    for (key, reason) in [
        ("kube-linter.io/ignore-all: \"for the demo\"", "for the demo"),
        ("polaris.fairwinds.com/exempt: \"true\"", "exempt from Polaris"),
    ] {
        let directory = TempDirectory::new("migrate-all", &[("job.yaml", &job(&[key], &["a: b"]))]);
        let lines = added(&directory.run(&["migrate"]));
        let [line] = lines.as_slice() else { panic!("{lines:?}") };
        for id in ["host-namespaces", "mutable-image", "root-user", "missing-memory-limit"] {
            assert!(line.contains(&format!("{id}: {reason}")), "{line}");
        }
        assert!(!line.contains("missing-deadline") && !line.contains("privileged-container"), "{line}");
    }
}

/// Nothing says that the other check's defect may stay too.
#[test]
fn a_rule_is_suppressed_only_where_all_that_it_reports_was_ignored() {
    let both = job(&["ignore-check.kube-linter.io/host-network: known"], &["a: b"])
        .replace("hostNetwork: true", "hostNetwork: true\n      hostPID: true");
    let directory = TempDirectory::new("migrate-part", &[("job.yaml", &both)]);
    let run = directory.run(&["migrate"]);
    assert_eq!((run.code, run.out.as_str()), (0, ""), "{}", run.err);
    assert!(
        run.err.contains(
            "job.yaml:6: `host-network`: `host-namespaces` is not suppressed, because it also reports what `host-ipc`, \
             `host-pid` does"
        ),
        "{}",
        run.err
    );
    let ignored = both.replace(
        "host-network: known",
        "host-network: known\n    ignore-check.kube-linter.io/host-pid: known",
    );
    directory.write("job.yaml", ignored.as_bytes());
    assert_eq!(added(&directory.run(&["migrate"])), ["batchlint.dev/ignore: \"host-namespaces: known\""]);
}

#[test]
fn checks_without_a_counterpart_are_listed_with_their_places() {
    let before = job(
        &[
            "ignore-check.kube-linter.io/no-readiness-probe: none",
            "ignore-check.kube-linter.io/of-our-own: none",
            "ignore-check.kube-linter.io/dangling-service: none",
            "kube-score/ignore: \"pod-networkpolicy, service-type\"",
        ],
        &["a: b"],
    );
    let directory = TempDirectory::new("migrate-without", &[("job.yaml", &before), ("other.yaml", &before)]);
    let run = directory.run(&["migrate"]);
    assert_eq!((run.code, run.out.as_str()), (0, ""), "{}", run.err);
    for line in [
        "job.yaml:6 and 1 other place: `no-readiness-probe`: no rule does this, because nothing uses the readiness",
        "job.yaml:7 and 1 other place: `of-our-own`: kube-linter v0.8.1 has no such check of its own",
        "job.yaml:8 and 1 other place: `dangling-service`: no rule does this, because it is not about Jobs",
        "job.yaml:9 and 1 other place: `pod-networkpolicy`: no rule does this, because the policy of a namespace",
    ] {
        assert!(run.err.contains(line), "{line}\n{}", run.err);
    }
}

/// What the pod template says of kube-score goes before what the object says, and holds for the pods only.
#[test]
fn kube_scores_annotations_count_where_they_stand() {
    let before =
        job(&["kube-score/ignore: container-image-tag"], &["kube-score/enable: container-image-tag"]);
    let directory = TempDirectory::new("migrate-score", &[("job.yaml", &before)]);
    let run = directory.run(&["migrate"]);
    assert_eq!((run.code, run.out.as_str()), (0, ""), "{}", run.err);
    let enabled = job(&["a: b"], &["kube-score/enable: container-seccomp-profile"]);
    directory.write("job.yaml", enabled.as_bytes());
    let run = directory.run(&["migrate"]);
    let expected = "overrides:\n  - names: [\"import\"]\n    rules: {missing-seccomp-profile: warning}\n    reason: \
                    kube-score's container-seccomp-profile\n";
    assert!(run.code == 1 && run.out.ends_with(expected), "{}{}", run.out, run.err);
}

const KUBE_LINTER: &str = "\
checks:
  exclude: [host-network, latest-tag, duplicate-env-var]
  include:
  - required-label-owner
  - no-node-affinity
  - run-as-non-root
  ignorePaths:
  - vendor/**
  - /**/generated/*.yaml
  - ~/elsewhere/**
customChecks:
- {name: of-our-own, template: required-label, params: {key: app}}
";

#[test]
fn the_settings_of_kube_linter_become_a_configuration() {
    let directory = TempDirectory::new("migrate-linter", &[(".kube-linter.yaml", KUBE_LINTER)]);
    let run = directory.run(&["migrate"]);
    assert_eq!(run.code, 1, "{}", run.err);
    let (_, settings) = run.out.split_once("schema.json\n").unwrap();
    let settings: Vec<_> =
        settings.lines().map(|it| it.split_once(" #").map_or(it, |it| it.0.trim_end())).collect();
    assert_eq!(
        settings,
        [
            "exclude:",
            "  - \"/vendor/**\"",
            "  - \"**/generated/*.yaml\"",
            "rules:",
            "  capabilities-not-dropped: warning",
            "  missing-required-metadata: {severity: warning, labels: {owner: \"?*\"}}",
            "  mutable-image: off",
            "  writable-root-filesystem: warning",
        ]
    );
    for line in [
        ".kube-linter.yaml:2: `host-network`: `host-namespaces` stays on, because it also reports what `host-ipc`, `host-pid` does",
        ".kube-linter.yaml:2: `duplicate-env-var`: `api-warning` reports that and more, and stays on",
        ".kube-linter.yaml:5: `no-node-affinity`: no rule does this, because whether it is right",
        ".kube-linter.yaml:10: `~/elsewhere/**`: it is not relative to the working directory",
        ".kube-linter.yaml:12: `of-our-own`: this is a check of your own",
    ] {
        assert!(run.err.contains(line), "{line}\n{}", run.err);
    }
    let written = directory.run(&["migrate", "--write-config"]);
    assert_eq!((written.code, written.out.as_str()), (0, ""), "{}", written.err);
    assert_eq!(fs::read_to_string(directory.0.join(".batchlint.yaml")).unwrap(), run.out);
    let again = directory.run(&["migrate", "--write-config"]);
    assert_eq!((again.code, again.out.as_str()), (0, ""), "{}", again.err);
    directory.write(".batchlint.yaml", b"preset: strict\n");
    let refused = directory.run(&["migrate", "--write-config"]);
    assert_eq!(refused.code, 2);
    assert!(refused.err.contains(".batchlint.yaml already exists; not overwriting it"), "{}", refused.err);
    assert_eq!(fs::read(directory.0.join(".batchlint.yaml")).unwrap(), b"preset: strict\n");
}

/// To run no defaults but some is to turn the others off; every check there is wins over that.
#[test]
fn kube_linter_without_its_defaults_or_with_everything() {
    let directory = TempDirectory::new("migrate-defaults", &[]);
    directory.write(
        ".kube-linter.yml",
        b"checks:\n  doNotAutoAddDefaults: true\n  include: [privileged-container]\n",
    );
    let run = directory.run(&["migrate"]);
    assert!(run.out.contains("\n  mutable-image: off "), "{}", run.out);
    assert!(!run.out.contains("privileged-container: "), "{}", run.out);
    assert!(!run.out.contains("default-namespace"), "it was never on: {}", run.out);
    directory.write(".kube-linter.yml", b"checks: {doNotAutoAddDefaults: true, ADDALLBUILTIN: true}\n");
    let run = directory.run(&["migrate"]);
    assert!(run.out.contains("\n  default-namespace: warning "), "{}", run.out);
    assert!(!run.out.contains(": off"), "{}", run.out);
}

const POLARIS: &str = "\
checks:
  tagNotSpecified: danger
  pullPolicyNotAlways: ignore
  hostNetworkSet: warning
  hostPIDSet: danger
  cpuLimitsMissing: warning
  livenessProbeMissing: warning
exemptions:
- namespace: kube-system
  controllerNames: [backup, restore-]
  rules: [tagNotSpecified]
- controllerNames: [agent]
  rules: [hostNetworkSet]
- containerNames: [proxy]
  rules: [tagNotSpecified]
- namespace: kube-*
  rules: [tagNotSpecified]
";

#[test]
fn the_settings_of_polaris_become_a_configuration() {
    let directory = TempDirectory::new("migrate-polaris", &[("polaris.yaml", POLARIS)]);
    let run = directory.run(&["migrate"]);
    let (_, settings) = run.out.split_once("schema.json\n").unwrap_or_else(|| panic!("{}", run.err));
    let settings: Vec<_> =
        settings.lines().map(|it| it.split_once(" #").map_or(it, |it| it.0.trim_end())).collect();
    assert_eq!(
        settings,
        [
            "rules:",
            "  host-namespaces: error",
            "  missing-cpu-limit: warning",
            "  mutable-image: error",
            "  stale-image: off",
            "overrides:",
            "  - namespaces: [\"kube-system\"]",
            "    names: [\"backup*\", \"restore-*\"]",
            "    rules: {mutable-image: off}",
            "    reason: an exemption of Polaris",
        ]
    );
    for line in [
        "polaris.yaml:7: `livenessProbeMissing`: no rule does this, because Polaris itself does not apply it to Jobs",
        "polaris.yaml:12: `hostNetworkSet`: the exemption has no effect on `host-namespaces`, because it also reports what \
         `hostPIDSet` does",
        "polaris.yaml:14: `proxy`: an exemption for some containers only",
        "polaris.yaml:16: `kube-*`: this is not a name in Kubernetes",
    ] {
        assert!(run.err.contains(line), "{line}\n{}", run.err);
    }
    let exempt = job(&["polaris.fairwinds.com/exempt: \"true\""], &["a: b"]);
    directory.write("job.yaml", exempt.as_bytes());
    assert!(directory.run(&["migrate"]).out.contains("batchlint.dev/ignore"));
    directory.write("polaris.yaml", format!("{POLARIS}disallowAnnotationExemptions: true\n").as_bytes());
    assert!(!directory.run(&["migrate"]).out.contains("batchlint.dev/ignore"));
}

#[test]
fn the_flags_of_kube_score_become_a_configuration() {
    let directory = TempDirectory::new("migrate-flags", &[]);
    let run = directory.run(&[
        "migrate",
        "--ignore-test",
        "container-image-tag,pod-probes",
        "--ignore-test",
        "label-values",
    ]);
    assert!(run.out.contains("\n  mutable-image: off "), "{}", run.out);
    assert!(run.out.contains("\n  missing-starting-deadline: warning "), "{}", run.out);
    assert!(!run.out.contains("missing-seccomp-profile"), "{}", run.out);
    assert!(run.err.contains("`pod-probes`: no rule does this"), "{}", run.err);
    let run = directory.run(&["migrate", "--enable-optional-test=container-seccomp-profile"]);
    assert!(run.out.contains("\n  missing-seccomp-profile: warning "), "{}", run.out);
}

/// A decision of one linter does not end what another one does.
#[test]
fn what_one_linter_checks_stays_on_though_another_one_ignores_it() {
    let directory =
        TempDirectory::new("migrate-both", &[("polaris.yaml", "checks: {tagNotSpecified: warning}\n")]);
    let run = directory.run(&["migrate", "--ignore-test=container-image-tag"]);
    assert!(!run.out.contains("mutable-image"), "{}", run.out);
    assert!(run.err.contains("`container-image-tag`: `mutable-image` stays on"), "{}", run.err);
}

#[test]
fn a_broken_configuration_is_shown_with_its_place_and_nothing_is_printed() {
    for (text, place) in [
        ("checks:\n  exclude: latest-tag\n", ".kube-linter.yaml:2:12"),
        ("checks: [a\n", ".kube-linter.yaml:"),
        ("- a\n", ".kube-linter.yaml:1:1"),
        ("checks: {addAllBuiltIn: maybe}\n", ".kube-linter.yaml:1:25"),
    ] {
        let directory = TempDirectory::new("migrate-broken", &[(".kube-linter.yaml", text)]);
        let run = directory.run(&["migrate"]);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{text}{}", run.err);
        assert!(run.err.contains(place), "{place}: {}", run.err);
    }
    let directory = TempDirectory::new("migrate-missing", &[]);
    assert_eq!(directory.run(&["migrate", "--polaris", "none.yaml"]).code, 2);
    assert_eq!(directory.run(&["migrate", "--fix", "-"]).code, 2);
}

/// Manifests of Polaris itself may be in a file of that name.
#[test]
fn a_manifest_is_not_taken_for_settings() {
    let directory = TempDirectory::new("migrate-manifest", &[("polaris.yaml", JOB)]);
    let run = directory.run(&["migrate"]);
    assert_eq!((run.code, run.out.as_str()), (0, ""), "{}", run.err);
}

#[test]
fn every_style_of_manifest_keeps_its_own() {
    let annotation = "ignore-check.kube-linter.io/latest-tag: known";
    let windows = job(&[annotation], &["a: b"]).replace('\n', "\r\n");
    let json = "{\"apiVersion\": \"batch/v1\", \"kind\": \"Job\", \"metadata\": {\"name\": \"a\", \"annotations\": \
                {\"ignore-check.kube-linter.io/latest-tag\": \"known\"}}, \"spec\": {\"template\": {\"spec\": {\"restartPolicy\": \
                \"Never\", \"containers\": [{\"name\": \"a\", \"image\": \"a:latest\"}]}}}}\n";
    let listed = format!(
        "apiVersion: v1\nkind: List\nitems:\n- {}",
        job(&[annotation], &["a: b"]).trim_end().replace('\n', "\n  ")
    );
    let directory =
        TempDirectory::new("migrate-styles", &[("a.yaml", &windows), ("b.json", json), ("c.yaml", &listed)]);
    let run = directory.run(&["migrate", "--fix"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.err.contains("suppressed 3 findings in 3 files"), "{}", run.err);
    let read = |name: &str| fs::read_to_string(directory.0.join(name)).unwrap();
    let line = "    batchlint.dev/ignore: \"mutable-image: known\"\r\n";
    assert_eq!(read("a.yaml").replace(line, ""), windows);
    assert_eq!(read("b.json").replace("\"batchlint.dev/ignore\": \"mutable-image: known\", ", ""), json);
    assert_eq!(
        read("c.yaml").lines().filter(|it| !it.contains("batchlint.dev")).count(),
        listed.lines().count()
    );
    // What an alias repeats cannot be written in one place only.
    let shared = job(&[annotation], &["a: b"]).replacen("  annotations:\n", "  annotations: &all\n", 1);
    let shared = format!(
        "{shared}---\n{}",
        shared.replace("annotations: &all\n    ", "annotations: {").replace(": known\n", ": known}\n")
    );
    let directory = TempDirectory::new("migrate-shared", &[("job.yaml", &shared)]);
    let run = directory.run(&["migrate", "--fix"]);
    let again = directory.run(&["migrate"]);
    assert_eq!((run.code, again.out.as_str()), (0, ""), "{}{}", run.err, again.out);
}

/// A reason is repeated for each rule, and names are listed: neither may grow without end.
#[test]
fn hostile_annotations_cost_little() {
    let long = "x".repeat(100_000);
    let all = job(&[&format!("kube-linter.io/ignore-all: {long}")], &["a: b"]);
    let names: String = (0..20_000).fold(String::new(), |mut text, it| {
        let _ = write!(text, "n{it},");
        text
    });
    let many = job(&[&format!("kube-score/ignore: {names}container-image-tag")], &["a: b"]);
    let directory = TempDirectory::new("migrate-hostile", &[("all.yaml", &all), ("many.yaml", &many)]);
    let run = directory.run(&["migrate", "--fix"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.err.len() < 20_000, "{} bytes", run.err.len());
    let text = fs::read_to_string(directory.0.join("all.yaml")).unwrap();
    assert!(text.len() < all.len() + 20_000, "{} bytes", text.len());
}

/// Every rule of the tables exists and can be suppressed, and no check is there twice.
#[test]
fn the_tables_name_rules_that_exist() {
    for tool in Tool::ALL {
        let names: BTreeSet<_> = tool.checks().iter().map(|it| it.name).collect();
        assert_eq!(names.len(), tool.checks().len(), "{}", tool.name());
        for id in tool.checks().iter().flat_map(Check::reporters) {
            let rule = rules::registry().find(id).unwrap_or_else(|| panic!("there is no rule {id}"));
            assert_eq!(rule.scope, Scope::Object, "{id}");
        }
    }
}

/// Returns a text of the tables with links in the place of the rules that it names.
fn linked(text: &str) -> String {
    let part = |(at, it): (usize, &str)| match rules::registry().find(it) {
        _ if at % 2 == 0 => it.to_owned(),
        Some(rule) => format!("[{0}](../rules/{0}.md)", rule.id),
        None => format!("`{it}`"),
    };
    text.split('`').enumerate().map(part).collect()
}

#[test]
fn the_page_has_the_tables_of_the_program() {
    let mut page = String::new();
    for tool in Tool::ALL {
        let _ = write!(
            page,
            "\n## {}\n\nAs of {}.\n\n| check | rule | |\n|---|---|---|\n",
            tool.name(),
            tool.version()
        );
        for check in tool.checks().iter().filter(|it| it.reporters().next().is_some()) {
            let rules: Vec<_> = check.rules.iter().map(|it| linked(&format!("`{it}`"))).collect();
            let within: Vec<_> = check.within.iter().map(|it| linked(&format!("`{it}`"))).collect();
            let mut notes = vec![linked(check.note)];
            if !within.is_empty() {
                notes.push("The rule reports more".to_owned());
            }
            notes.retain(|it| !it.is_empty());
            let _ = writeln!(
                page,
                "| `{}` | {} | {} |",
                check.name,
                [rules, within].concat().join(", "),
                notes.join(". ")
            );
        }
        page += "\n| without a rule | because |\n|---|---|\n";
        let mut reasons: Vec<(&str, Vec<String>)> = Vec::new();
        for check in tool.checks().iter().filter(|it| it.reporters().next().is_none() && !it.note.is_empty())
        {
            let name = format!("`{}`", check.name);
            match reasons.iter_mut().find(|(why, _)| *why == check.note) {
                Some((_, names)) => names.push(name),
                None => reasons.push((check.note, vec![name])),
            }
        }
        for (why, names) in reasons {
            let _ = writeln!(page, "| {} | {} |", names.join(", "), linked(why));
        }
        let others: Vec<_> = tool
            .checks()
            .iter()
            .filter(|it| it.is_about_other_kinds())
            .map(|it| format!("`{}`", it.name))
            .collect();
        let _ = writeln!(page, "| {} | they are about other kinds |", others.join(", "));
    }
    page.push('\n');
    compare_table("docs/migrate.md", &page);
}
