//! What a change does to objects that charts and kustomizations become.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use super::changes::{CRON_JOB, JOB};
use super::repository;
use crate::common::program::{Run, TempDirectory};

/// Scripts that stand in for the programs: they print the files `output` of a directory, and a word that is never the same.
const PROGRAMS: [(&str, &str); 2] = [
    ("bin/helm", "#!/bin/sh\nsed \"s/RANDOM/a$$/\" \"$2\"/output\n"),
    ("bin/kustomize", "#!/bin/sh\ncat \"$2\"/output\n"),
];

/// Makes a repository with a commit of these files.
fn committed(name: &str, files: &[(&str, &str)]) -> Option<TempDirectory> {
    let directory = repository(name, &[&PROGRAMS, files].concat())?;
    for (program, _) in PROGRAMS {
        fs::set_permissions(directory.0.join(program), fs::Permissions::from_mode(0o755)).unwrap();
    }
    Some(directory)
}

/// Checks what has changed since.
fn check(directory: &TempDirectory, rules: &str) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_batchlint"));
    command.args(["check", "--render", "--new-from", "main", "--format", "concise", "--select", rules]);
    let path = format!("{}:/usr/bin:/bin", directory.0.join("bin").display());
    let run = Run::from(command.env("PATH", path).current_dir(&directory.0).output().unwrap());
    assert_eq!(run.err, "");
    run
}

/// What Helm prints of a template.
fn output(text: &str) -> String {
    format!("---\n# Source: app/templates/job.yaml\n{text}")
}

/// A chart with one template, committed.
fn chart(name: &str, template: &str, rendered: &str) -> Option<TempDirectory> {
    let files = [
        ("app/Chart.yaml", "name: app\n"),
        ("app/templates/job.yaml", template),
        ("app/output", &output(rendered)),
    ];
    committed(name, &files)
}

#[test]
fn a_change_of_values_is_found_in_the_template() {
    let template = JOB.replace("2.3.0", "{{ .Values.tag }}");
    let Some(directory) = chart("new-from-chart-change", &template, JOB) else { return };
    let rule = "immutable-field-changed";
    let run = check(&directory, rule);
    assert_eq!((run.code, run.out.contains("no new findings")), (0, true), "{}", run.out);
    directory.write("app/values.yaml", b"tag: 2.4.0\n");
    directory.write("app/output", output(&JOB.replace("2.3.0", "2.4.0")).as_bytes());
    let run = check(&directory, rule);
    let place =
        "app/templates/job.yaml:11:50: warning[immutable-field-changed] the API server rejects this change";
    assert!(run.out.starts_with(place), "{}", run.out);
    assert!(run.out.contains("checked 1 object in 3 files: 1 warning"), "counted once: {}", run.out);
    // A failure of today is reported once, and nothing is compared with it.
    directory.write("bin/helm", b"#!/bin/sh\nexit 1\n");
    let run = check(&directory, rule);
    assert_eq!((run.code, run.out.matches("the chart is not checked").count()), (2, 1), "{}", run.out);
}

#[test]
fn what_differs_in_every_rendering_is_no_change() {
    let with_roll = |text: &str| {
        text.replace("  template:\n", "  template:\n    metadata: {annotations: {roll: RANDOM}}\n")
    };
    let Some(directory) = chart("new-from-chart-random", &with_roll(JOB), &with_roll(JOB)) else { return };
    let rule = "immutable-field-changed";
    let run = check(&directory, rule);
    assert_eq!((run.code, run.out.contains("no new findings")), (0, true), "{}", run.out);
    directory.write("app/output", output(&with_roll(JOB).replace("2.3.0", "2.4.0")).as_bytes());
    let run = check(&directory, rule);
    assert!(run.out.contains("warning[immutable-field-changed]"), "{}", run.out);
}

/// `helm template` always renders the first revision.
#[test]
fn a_name_of_the_revision_is_another_one_in_each_upgrade() {
    let template = JOB.replace("name: shop-migrate", "name: shop-migrate-{{ .Release.Revision }}");
    let Some(directory) = chart("new-from-chart-revision", &template, JOB) else { return };
    directory.write("app/output", output(&JOB.replace("2.3.0", "2.4.0")).as_bytes());
    let run = check(&directory, "immutable-field-changed");
    assert!(run.out.contains("no new findings"), "{}", run.out);
}

/// Helm deletes what a chart no longer has; `kubectl apply -k` does not.
#[test]
fn a_renamed_cron_job_stays_where_nothing_deletes_it() {
    let renamed = CRON_JOB.replace("name: report}", "name: daily-report}");
    let Some(directory) = chart("new-from-chart-rename", CRON_JOB, CRON_JOB) else { return };
    directory.write("app/output", output(&renamed).as_bytes());
    let rule = "renamed-cron-job";
    assert!(check(&directory, rule).out.contains("no new findings"));

    let files = [
        ("base/kustomization.yaml", "resources: [job.yaml]\n"),
        ("base/job.yaml", CRON_JOB),
        ("base/output", CRON_JOB),
    ];
    let Some(directory) = committed("new-from-kustomization-rename", &files) else { return };
    ["base/job.yaml", "base/output"].iter().for_each(|file| directory.write(file, renamed.as_bytes()));
    let run = check(&directory, rule);
    assert!(run.out.starts_with("base/job.yaml:3:18: warning[renamed-cron-job]"), "{}", run.out);
    // Another directory has it now.
    directory.write("other/kustomization.yaml", b"resources: [job.yaml]\n");
    ["other/job.yaml", "other/output"].iter().for_each(|file| directory.write(file, CRON_JOB.as_bytes()));
    assert!(check(&directory, rule).out.contains("no new findings"));
}

#[test]
fn an_overlay_that_changes_is_named() {
    let suspended = CRON_JOB.replace("  jobTemplate:", "  suspend: true\n  jobTemplate:");
    let overlay = "resources: [../base]\npatches: [{path: patch.yaml}]\n";
    let patch = "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: report}\nspec: {suspend: true}\n";
    let files = [
        ("base/kustomization.yaml", "resources: [job.yaml]\n"),
        ("base/job.yaml", CRON_JOB),
        ("prod/kustomization.yaml", overlay),
        ("prod/patch.yaml", patch),
        ("prod/output", &suspended),
        ("test/kustomization.yaml", overlay),
        ("test/patch.yaml", patch),
        ("test/output", &suspended),
    ];
    let Some(directory) = committed("new-from-overlays", &files) else { return };
    directory.write("prod/output", CRON_JOB.as_bytes());
    let run = check(&directory, "resume-starts-run");
    assert!(run.out.starts_with("base/job.yaml:"), "{}", run.out);
    assert!(run.out.contains("`startingDeadlineSeconds` is not set (with `prod`)"), "{}", run.out);
    directory.write("test/output", CRON_JOB.as_bytes());
    let run = check(&directory, "resume-starts-run");
    assert_eq!(
        (run.out.matches("resume-starts-run").count(), run.out.contains("(with")),
        (1, false),
        "{}",
        run.out
    );
}
