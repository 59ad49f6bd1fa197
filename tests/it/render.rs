//! `--render`: charts and overlays as `helm` and `kustomize` make them. Scripts stand in for the two, with what the real
//! ones print; `tests/rendering/run` has the real ones.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Stdio};

use crate::common::manifests::without_deadline;
use crate::common::program::{Run, TempDirectory};
use serde_json::{Value, json};

/// A healthy Job, but for the deadline, which it lacks where `deadline` is empty.
fn job(name: &str, deadline: &str) -> String {
    let metadata = format!("metadata:\n  name: {name}\n  annotations: {{helm.sh/hook: post-install}}\n");
    without_deadline()
        .replace("metadata: {name: import, annotations: {helm.sh/hook: post-install}}\n", &metadata)
        .replace("  backoffLimit: 2\n", &format!("  backoffLimit: 2\n{deadline}"))
}

const DEADLINE: &str = "  activeDeadlineSeconds: 60\n";

fn program(directory: &TempDirectory, name: &str, script: &str) {
    let name = format!("bin/{name}");
    directory.write(&name, format!("#!/bin/sh\n{script}").as_bytes());
    fs::set_permissions(directory.0.join(name), fs::Permissions::from_mode(0o755)).unwrap();
}

/// Checks with the directory's own programs, and those of the system.
fn check(directory: &TempDirectory, arguments: &[&str]) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_batchlint"));
    command.args(["check", "--format", "concise"]).args(arguments).current_dir(&directory.0);
    let path = format!("{}:/usr/bin:/bin", directory.0.join("bin").display());
    Run::from(command.env("PATH", path).stdin(Stdio::null()).output().unwrap())
}

/// The first two words of each finding, without the summary: `a.yaml:4:1: warning[missing-deadline]`.
fn places(run: &Run) -> Vec<String> {
    let lines = run.out.lines().filter(|line| line.contains('['));
    lines.map(|line| line.split(' ').take(2).collect::<Vec<_>>().join(" ")).collect()
}

const TEMPLATE: &str = "\
{{- if .Values.enabled }}
apiVersion: batch/v1
kind: Job
metadata:
  name: {{ .Release.Name }}-import
  annotations: {helm.sh/hook: post-install}
spec:
  backoffLimit: {{ .Values.retries }}
  template:
    metadata: {labels: {app.kubernetes.io/name: import}}
    spec:
      restartPolicy: Never
      securityContext: {runAsNonRoot: true}
      containers:
      - name: import
        image: registry.example.com/import:{{ .Values.tag }}
        resources: {{- toYaml .Values.resources | nindent 10 }}
{{- end }}
";

/// A chart whose `helm` prints what stands in the file `rendered`, and keeps its arguments.
fn chart(name: &str, rendered: &str) -> TempDirectory {
    let files = [("app/Chart.yaml", "apiVersion: v2\nname: app\n"), ("app/templates/job.yaml", TEMPLATE)];
    let directory = TempDirectory::new(name, &files);
    directory.write("rendered", rendered.as_bytes());
    program(&directory, "helm", "echo \"$@\" >> arguments\ncat rendered\n");
    directory
}

fn source(text: &str) -> String {
    format!("---\n# Source: app/templates/job.yaml\n{text}")
}

#[test]
fn what_the_configuration_excludes_is_not_rendered() {
    let directory = chart("render-exclude", &source(&job("release-name-import", "")));
    directory.write(".batchlint.yaml", b"exclude: [app/, overlays/]\n");
    directory.write("overlays/kustomization.yaml", b"resources: [job.yaml]\n");
    let run = check(&directory, &["--render"]);
    let said = "no Job or CronJob in 0 files; skipped: 2 excluded\n";
    assert_eq!((run.code, run.out.as_str()), (0, said));
    assert!(!directory.0.join("arguments").exists(), "`helm` was run");
}

#[test]
fn findings_point_at_the_template() {
    let rendered = job("release-name-import", "").replace("1.4.2", "latest").replace(
        "resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi}}",
        "resources:\n          limits:\n            memory: 64MB",
    );
    let directory = chart("render-template", &source(&rendered));
    let run = check(&directory, &["--render"]);
    let expected = [
        "app/templates/job.yaml:7:1: warning[missing-deadline]",
        "app/templates/job.yaml:16:44: warning[mutable-image]",
        "app/templates/job.yaml:17:20: error[invalid-value]",
        "app/templates/job.yaml:17:20: warning[missing-resource-requests]",
    ];
    assert_eq!((run.code, places(&run)), (1, expected.map(str::to_owned).to_vec()), "{}", run.out);
    let arguments = fs::read_to_string(directory.0.join("arguments")).unwrap();
    let path = directory.0.join("app").display().to_string();
    assert_eq!(
        arguments,
        format!(
            "template {path} --namespace release-namespace --kube-version v1.37.0 --api-versions batch/v1/CronJob\n"
        )
    );
}

/// A name that the template makes anew in each release does not keep the next one from being applied.
#[test]
fn a_name_that_changes_with_each_release_is_told_by_the_template() {
    let is_immutable = |template: &str| {
        let directory = chart("render-name", &source(&job("release-name-xkfwq", "")));
        let template = TEMPLATE.replace("{{ .Release.Name }}-import\n", template);
        let without_hook = |text: &str| text.replace("  annotations: {helm.sh/hook: post-install}\n", "");
        directory.write("app/templates/job.yaml", without_hook(&template).as_bytes());
        directory.write("rendered", without_hook(&source(&job("release-name-xkfwq", ""))).as_bytes());
        check(&directory, &["--render", "--select", "immutable-job"]).out.contains("immutable-job")
    };
    assert!(is_immutable("{{ .Release.Name }}-xkfwq\n"));
    assert!(!is_immutable("{{ .Release.Name }}-{{ randAlphaNum 5 | lower }}\n"));
    assert!(!is_immutable("{{ .Release.Name }}-{{ now | unixEpoch }}\n"));
    assert!(
        !is_immutable("{{ .Release.Name }}-xkfwq # {{ .Release.IsInstall }}\n"),
        "it is not there any more"
    );
}

/// What a rendered kustomization leaves out is checked alone, and Flux does not apply it.
#[test]
fn a_kustomization_that_is_rendered_says_what_it_leaves_out() {
    let job = job("import", "").replace("  annotations: {helm.sh/hook: post-install}\n", "");
    let job = job.replace("spec:\n  backoffLimit", "spec:\n  ttlSecondsAfterFinished: 3600\n  backoffLimit");
    let flux = "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: apps}\nspec: {path: ./apps, prune: true}\n";
    let namespace = "apiVersion: v1\nkind: Namespace\nmetadata: {name: apps}\n";
    let recreated = |kustomization: &str| {
        let files = [
            ("apps/flux.yaml", flux),
            ("apps/namespace.yaml", namespace),
            ("apps/scripts/job.yaml", &job),
            (kustomization, "resources: [namespace.yaml, flux.yaml]\n"),
        ];
        let directory = TempDirectory::new("render-left-out", &files);
        program(&directory, "kustomize", "echo '{}'\n");
        check(&directory, &["--render", "--select", "ttl-recreates-job"]).out.contains("[ttl-recreates-job]")
    };
    assert!(!recreated("apps/kustomization.yaml"), "it lists other files");
    assert!(recreated("web/kustomization.yaml"), "it is that of another directory");
}

/// Who applies an overlay decides what is said of the Jobs in it, rendered or not.
#[test]
fn who_applies_an_overlay_is_known_where_it_is_rendered() {
    let job = job("import", "").replace("helm.sh/hook: post-install", "argocd.argoproj.io/hook-weight: '1'");
    let job = job.replace("spec:\n  backoffLimit", "spec:\n  ttlSecondsAfterFinished: 3600\n  backoffLimit");
    let flux = "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: apps}\nspec: {path: ./apps, prune: true}\n";
    let found = |kind: &str| {
        let files = [
            ("flux/apps.yaml", flux.replace("Kustomization", kind)),
            ("apps/kustomization.yaml", "resources: [job.yaml]\n".to_owned()),
            ("apps/job.yaml", job.clone()),
        ];
        let files: Vec<_> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
        let directory = TempDirectory::new("render-applied", &files);
        directory.write("built", job.as_bytes());
        program(&directory, "kustomize", "cat built\n");
        let out = check(&directory, &["--render", "--select", "misspelled-metadata,ttl-recreates-job"]).out;
        ["misspelled-metadata", "ttl-recreates-job"].map(|it| out.contains(&format!("[{it}]")))
    };
    assert_eq!(found("Kustomization"), [false, true], "Flux applies it");
    assert_eq!(found("Other"), [true, false], "nothing says who does");
}

/// What no line of the template explains is shown as it was rendered, with the template's name.
#[test]
fn what_the_template_does_not_explain_stays_where_it_was_rendered() {
    let other = job("x", "").replace("spec:\n  backoffLimit", "spec: # from a helper\n  backoffLimit");
    let directory = chart("render-unexplained", &source(&other));
    let run = check(&directory, &["--render"]);
    assert!(
        run.out.starts_with("app/templates/job.yaml (rendered):6:1: warning[missing-deadline]"),
        "{}",
        run.out
    );
}

/// The objects of a rendering are all objects of one installation: rules about several objects see these, once.
#[test]
fn a_busy_minute_of_a_chart_is_reported_once() {
    let cron_job = |number: usize| {
        source(&format!(
            "apiVersion: batch/v1\nkind: CronJob\nmetadata: {{name: c{number}}}\nspec:\n  schedule: 0 3 * * *\n  \
             jobTemplate: {{spec: {{template: {{spec: {{restartPolicy: Never, containers: [{{name: a, image: 'a:1'}}]}}}}}}}}\n"
        ))
    };
    let directory = chart("render-busy", &(0..5).map(cron_job).collect::<String>());
    let run = check(&directory, &["--render", "--select", "busy-minute"]);
    assert_eq!(run.out.matches("5 CronJobs start at 03:00").count(), 1, "{}", run.out);
}

#[test]
fn each_value_set_is_a_rendering_and_what_all_have_is_there_once() {
    let directory = chart("render-sets", "");
    directory.write("good", source(&job("release-name-import", DEADLINE)).as_bytes());
    directory.write("bad", source(&job("release-name-import", "").replace("1.4.2", "latest")).as_bytes());
    directory.write("worse", source(&job("release-name-import", "")).as_bytes());
    program(
        &directory,
        "helm",
        "case \"$*\" in *'prod.yaml --values eu.yaml') cat good ;; *dev.yaml) cat bad ;; *) cat worse ;; esac\n",
    );
    ["prod.yaml", "eu.yaml", "dev.yaml", "test.yaml"]
        .iter()
        .for_each(|file| directory.write(file, b"a: 1\n"));
    let with = |sets: &[&str]| {
        let flags = sets.iter().flat_map(|set| ["--helm-values", *set]);
        check(&directory, &["--render"].into_iter().chain(flags).collect::<Vec<_>>())
    };
    let run = with(&["prod.yaml,eu.yaml", "dev.yaml", "test.yaml"]);
    let lines: Vec<_> = run.out.lines().collect();
    assert_eq!(lines.len(), 3, "{}", run.out);
    assert!(
        lines[0].contains("missing-deadline") && lines[0].contains("(with `dev.yaml`; `test.yaml`)"),
        "{}",
        run.out
    );
    assert!(lines[1].contains("mutable-image") && lines[1].contains("(with `dev.yaml`)"), "{}", run.out);
    assert!(lines[2].starts_with("checked 3 objects"), "{}", run.out);
    // What all renderings have names none of them.
    let run = with(&["dev.yaml", "test.yaml"]);
    assert!(run.out.lines().next().is_some_and(|line| !line.contains("(with")), "{}", run.out);
}

/// A call with a file that is not there is wrong, whatever the charts are: nothing runs.
#[test]
fn a_value_file_that_is_missing_is_said_before_anything_runs() {
    let directory = chart("render-values-missing", &source(&job("release-name-import", "")));
    directory.write("prod.yaml", b"a: 1\n");
    let run = check(&directory, &["--render", "--helm-values", "prod.yaml,nope.yaml"]);
    assert_eq!((run.code, run.out.as_str()), (2, ""));
    assert_eq!(run.err, "error: `--helm-values nope.yaml`: there is no such file\n");
    assert!(!directory.0.join("arguments").exists());
}

/// Helm does not mention such a Job in what it renders; the template does, even if it is not rendered.
#[test]
fn a_hook_that_helm_leaves_out_is_reported_in_the_template() {
    let directory = chart("render-dropped-hook", "");
    let template = TEMPLATE.replace("post-install}", "post-instal} # as before");
    let named = "{{- define \"a\" }}\napiVersion: batch/v1\nkind: Job\nmetadata: {annotations: {helm.sh/hook: x}}\n{{ end }}\n";
    directory.write("app/templates/job.yaml", format!("{named}{template}").as_bytes());
    let given = TEMPLATE.replace("post-install}", "{{ .Values.hook }}}");
    directory.write("app/templates/given.yaml", given.as_bytes());
    directory.write("app/templates/a.yaml", TEMPLATE.replace("kind: Job", "kind: Pod").as_bytes());
    let expected = ["app/templates/job.yaml:11:31: error[unknown-hook]"];
    for arguments in
        [&["--render"][..], &[], &["app/templates/job.yaml"], &["--render", "app/templates/job.yaml"]]
    {
        let run = check(&directory, arguments);
        assert_eq!((run.code, places(&run)), (1, expected.map(str::to_owned).to_vec()), "{}", run.out);
        assert!(run.out.contains("Helm has no hook `post-instal`"), "{}", run.out);
    }
    let run = directory.run(&["check"]);
    assert!(run.out.contains("Job {{ .Release.Name }}-import"), "{}", run.out);
    directory.write(
        "app/templates/job.yaml",
        template.replace("# as before", "# batchlint: ignore[unknown-hook] off").as_bytes(),
    );
    assert_eq!((check(&directory, &[]).code, check(&directory, &["--render"]).code), (0, 0));
    directory.write("app/templates/job.yaml", template.as_bytes());
    assert_eq!(places(&check(&directory, &["--ignore", "unknown-hook"])), Vec::<String>::new());
    directory.write(".batchlint.yaml", b"rules: {unknown-hook: off}\n");
    assert_eq!(places(&check(&directory, &["--render"])), Vec::<String>::new());
}

#[test]
fn comments_in_templates_suppress() {
    let comment = "spec: # batchlint: ignore[missing-deadline] it ends itself\n";
    let directory = chart("render-comment", &source(&job("x", "").replacen("spec:\n", comment, 1)));
    directory.write("app/templates/job.yaml", TEMPLATE.replacen("spec:\n", comment, 1).as_bytes());
    let run = check(&directory, &["--render"]);
    assert_eq!((run.code, places(&run)), (0, vec![]), "{}", run.out);
    // One that hides nothing is named in the template.
    directory.write("rendered", source(&job("x", DEADLINE).replacen("spec:\n", comment, 1)).as_bytes());
    let run = check(&directory, &["--render"]);
    assert_eq!(places(&run), ["app/templates/job.yaml:7:7: warning[unused-suppression]"], "{}", run.out);
}

#[test]
fn a_chart_that_is_not_rendered_is_a_finding_and_the_run_goes_on() {
    let directory = chart("render-fails", "");
    directory.write("job.yaml", job("plain", "").as_bytes());
    program(
        &directory,
        "helm",
        "echo 'Error: no value for: name\nUse --debug flag to render out' >&2; exit 1\n",
    );
    let run = check(&directory, &["--render"]);
    assert_eq!(run.code, 2);
    assert_eq!(
        places(&run),
        ["app/Chart.yaml:1:1: error[syntax-error]", "job.yaml:6:1: warning[missing-deadline]"]
    );
    assert!(run.out.contains("the chart is not checked: `helm` fails: no value for: name\n"), "{}", run.out);
    fs::remove_file(directory.0.join("bin/helm")).unwrap();
    let run = check(&directory, &["--render", "app"]);
    let words = "the chart is not checked: `--render` needs `helm`, which is not on the `PATH`";
    assert_eq!((run.code, run.out.contains(words)), (2, true), "{}", run.out);
}

#[test]
fn nothing_is_run_without_the_flag_and_the_last_line_says_so() {
    let directory = chart("render-not", "");
    let run = check(&directory, &[]);
    assert_eq!(run.code, 0);
    assert!(
        run.out.contains("1 template (`app/templates/job.yaml`), ") && run.out.contains("use `--render`"),
        "{}",
        run.out
    );
    assert!(!directory.0.join("arguments").exists());
    directory.write("a.yaml", b"a: 1\n");
    let run = check(&directory, &["--helm-values", "a.yaml"]);
    assert_eq!((run.code, run.err.contains("--render")), (2, true), "{}", run.err);
}

/// A template by name (as pre-commit gives it) has its chart rendered, a subchart the chart above it, a library none.
#[test]
fn the_chart_of_a_file_is_rendered_once() {
    let subchart = "---\n# Source: app/charts/sub/templates/a.yaml\n";
    let directory = chart("render-once", &format!("{subchart}{}", job("x", "")));
    directory.write("app/charts/sub/Chart.yaml", b"name: sub\n");
    directory.write("app/charts/sub/templates/a.yaml", job("x", "").as_bytes());
    directory.write("lib/Chart.yaml", b"name: lib\ntype: library\n");
    directory.write("lib/templates/a.yaml", b"{{ define \"a\" }}{{ end }}\n");
    let expected = ["app/charts/sub/templates/a.yaml:6:1: warning[missing-deadline]"];
    assert_eq!(places(&check(&directory, &["--render"])), expected);
    assert_eq!(places(&check(&directory, &["--render", "app/templates/job.yaml"])), expected);
    assert_eq!(places(&check(&directory, &["--render", "app/charts/sub/templates/a.yaml"])), expected);
    let arguments = fs::read_to_string(directory.0.join("arguments")).unwrap();
    assert_eq!(arguments.lines().filter(|line| line.contains("/app ")).count(), 3, "{arguments}");
}

/// pre-commit gives the names of files: whatever a chart is made of renders it, and what only lies below it does not.
#[test]
fn a_file_of_a_chart_by_name_renders_the_chart() {
    let directory = chart("render-part-of-chart", &source(&job("release-name-import", "")));
    directory.write("app/values.yaml", b"retries: 2\n");
    directory.write("app/charts/sub/Chart.yaml", b"name: sub\n");
    directory.write("app/charts/sub/values.yaml", b"a: 1\n");
    directory.write("app/ci/other.yaml", b"retries: 2\n");
    for file in ["app/values.yaml", "app/charts/sub/values.yaml", "app/Chart.yaml", "app/templates/job.yaml"]
    {
        let run = check(&directory, &["--render", file]);
        assert_eq!(
            places(&run),
            ["app/templates/job.yaml:7:1: warning[missing-deadline]"],
            "{file}: {}",
            run.out
        );
    }
    assert_eq!(places(&check(&directory, &["--render", "app/ci/other.yaml"])), Vec::<String>::new());
    // The same from within the directory of the chart.
    let mut command = Command::new(env!("CARGO_BIN_EXE_batchlint"));
    let path = format!("{}:/usr/bin:/bin", directory.0.join("bin").display());
    directory.write("app/rendered", source(&job("release-name-import", "")).as_bytes());
    command.args(["check", "--format", "concise", "--render", "templates/job.yaml"]);
    let run = Run::from(command.current_dir(directory.0.join("app")).env("PATH", path).output().unwrap());
    assert_eq!(places(&run), ["templates/job.yaml:7:1: warning[missing-deadline]"], "{}", run.out);
    assert!(!run.out.contains("skipped:"), "{}", run.out);
}

/// A patch alone is not a manifest: what is built with it is checked.
#[test]
fn a_file_of_a_kustomization_by_name_builds_it() {
    let built = job("prod-import", "").replace("backoffLimit: 2", "backoffLimit: -1");
    let directory = overlay("render-part-of-overlay", &built);
    let kustomization = "resources: [../base]\npatches: [{path: patch.yaml}, {path: patches/more.yaml}]\n\
                         configMapGenerator: [{name: a, files: [settings=config/app.yaml]}]\n";
    directory.write("prod/kustomization.yaml", kustomization.as_bytes());
    directory.write("prod/patches/more.yaml", b"apiVersion: batch/v1\nkind: Job\nmetadata: {name: import}\n");
    directory.write("prod/config/app.yaml", b"a: 1\n");
    directory.write("prod/unlisted.yaml", b"a: 1\n");
    directory.write("prod/elsewhere/other.yaml", b"a: 1\n");
    let files = ["prod/patch.yaml", "prod/patches/more.yaml", "prod/config/app.yaml", "prod/unlisted.yaml"];
    for file in files {
        let run = check(&directory, &["--render", file]);
        let expected =
            ["base/job.yaml:6:1: warning[missing-deadline]", "prod/patch.yaml:5:17: error[invalid-value]"];
        assert_eq!(
            (run.code, places(&run)),
            (1, expected.map(str::to_owned).to_vec()),
            "{file}: {}",
            run.out
        );
    }
    let run = check(&directory, &["--render", "prod/elsewhere/other.yaml"]);
    assert_eq!((run.code, places(&run)), (0, vec![]), "{}", run.out);
}

/// The week of what charts become, which `calendar` leaves out otherwise.
#[test]
fn the_week_is_drawn_of_what_charts_become() {
    let cron_job = "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: x}\nspec:\n  schedule: 0 3 * * *\n  \
                    jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: a}]}}}}\n";
    let directory = chart("render-week", &source(cron_job));
    let week = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_batchlint"));
        command.args(["calendar", "--as-of", "2026-11-23"]).args(arguments).current_dir(&directory.0);
        let path = format!("{}:/usr/bin:/bin", directory.0.join("bin").display());
        Run::from(command.env("PATH", path).stdin(Stdio::null()).output().unwrap())
    };
    let run = week(&["--render"]);
    assert!(
        run.out.starts_with("1 CronJob from 2026-11-23: 7 starts\n") && run.err.is_empty(),
        "{}",
        run.err
    );
    let hint =
        "skipped: 1 template (app/templates/job.yaml); use `--render` to include charts and overlays\n";
    assert_eq!(week(&[]).err, format!("no CronJobs found\n{hint}"));
}

/// A base, and an overlay that gives its Job another name and a patch.
fn overlay(name: &str, built: &str) -> TempDirectory {
    let base = job("import", "");
    let files = [
        ("base/kustomization.yaml", "resources: [job.yaml]\n"),
        ("base/job.yaml", base.as_str()),
        (
            "prod/kustomization.yaml",
            "namePrefix: prod-\nresources: [../base]\npatches: [{path: patch.yaml}]\n",
        ),
        (
            "prod/patch.yaml",
            "apiVersion: batch/v1\nkind: Job\nmetadata: {name: import}\nspec:\n  backoffLimit: -1\n",
        ),
    ];
    let directory = TempDirectory::new(name, &files);
    directory.write("built", built.as_bytes());
    program(&directory, "kustomize", "echo \"$@\" >> arguments\ncat built\n");
    directory
}

#[test]
fn findings_in_what_is_built_point_at_the_base_or_the_patch() {
    let built = job("prod-import", "").replace("backoffLimit: 2", "backoffLimit: -1");
    let directory = overlay("render-overlay", &built);
    let run = check(&directory, &["--render"]);
    let expected =
        ["base/job.yaml:6:1: warning[missing-deadline]", "prod/patch.yaml:5:17: error[invalid-value]"];
    assert_eq!((run.code, places(&run)), (1, expected.map(str::to_owned).to_vec()), "{}", run.out);
    // The base is built as a part of the overlay, not alone.
    let arguments = fs::read_to_string(directory.0.join("arguments")).unwrap();
    assert_eq!(arguments, format!("build {}\n", directory.0.join("prod").display()));
}

/// A patch that sets an image looks like a Job that lacks most of what a Job needs; its kustomization tells.
#[test]
fn what_a_kustomization_names_as_a_patch_is_one_without_rendering_too() {
    let patch = "\
apiVersion: batch/v1
kind: Job
metadata: {name: import}
spec:
  template:
    spec:
      containers: [{name: import, image: registry.example.com/import:1.4.3}]
";
    let check = |file: &str, kustomization: &str, arguments: &[&str]| {
        let directory =
            TempDirectory::new("render-patch", &[(file, kustomization), ("jobs/import.yaml", patch)]);
        let run = directory.run_with(&[&["check", "--format", "concise"], arguments].concat(), patch);
        (run.code, run.out)
    };
    let ways = [
        ("kustomization.yaml", "patches: [{path: jobs/import.yaml}]\n"),
        ("kustomization.yml", "patchesStrategicMerge: [./jobs/../jobs/import.yaml]\n"),
        ("jobs/Kustomization", "patchesJson6902: [{target: {kind: Job, name: import}, path: import.yaml}]\n"),
    ];
    for (file, kustomization) in ways {
        let stdin = ["-", "--stdin-filename", "jobs/import.yaml"];
        for arguments in [&["jobs/import.yaml"][..], &["jobs/import.yaml", "--fix"], &stdin] {
            let expected = "no Job or CronJob in 1 file; skipped: 1 patch\n".to_owned();
            assert_eq!(check(file, kustomization, arguments), (0, expected), "{file} {arguments:?}");
        }
    }
    // Where nothing names it, it is a whole Job with mistakes.
    let (code, out) = check("kustomization.yaml", "resources: [jobs/import.yaml]\n", &["jobs/import.yaml"]);
    assert!(code == 1 && out.contains("jobs/import.yaml:6:5: error[restart-policy]"), "{out}");
}

/// What counts is the image that the pod gets from the kustomization that lists the file.
#[test]
fn a_kustomization_pins_the_images_of_the_files_that_it_lists() {
    let moving = job("import", DEADLINE).replace("1.4.2", "latest");
    let check = |file: &str, kustomization: &str| {
        let files = [(file, kustomization), ("jobs/job.yaml", moving.as_str())];
        let directory = TempDirectory::new("render-pins", &files);
        let select = ["check", "--format", "concise", "--select", "mutable-image,stale-image"];
        let run = directory.run(&[&select[..], &["jobs"]].concat());
        (run.code, run.out)
    };
    let images = "images: [{name: registry.example.com/import, newTag: \"1.4.2\"}]\n";
    let digest =
        format!("images: [{{name: registry.example.com/import, digest: sha256:{}}}]\n", "0f".repeat(32));
    for (file, kustomization) in [
        ("jobs/kustomization.yaml", format!("resources: [job.yaml]\n{images}")),
        ("jobs/kustomization.yaml", format!("resources: [./job.yaml]\n{digest}")),
        ("kustomization.yaml", format!("resources: [jobs/job.yaml]\n{images}")),
    ] {
        let (code, out) = check(file, &kustomization);
        assert_eq!((code, out.contains("mutable-image")), (0, false), "{kustomization}{out}");
    }
    for (file, kustomization, image) in [
        // It lists another file.
        ("jobs/kustomization.yaml", format!("resources: [other.yaml]\n{images}"), "import:latest"),
        ("jobs/kustomization.yaml", "resources: [job.yaml]\n".to_owned(), "import:latest"),
        (
            "jobs/kustomization.yaml",
            format!("resources: [job.yaml]\n{}", images.replace("import", "export")),
            "import:latest",
        ),
        (
            "jobs/kustomization.yaml",
            format!("resources: [job.yaml]\n{}", images.replace("1.4.2", "stable")),
            "import:stable",
        ),
    ] {
        let (code, out) = check(file, &kustomization);
        assert!(
            code == 1
                && out.contains(&format!("`registry.example.com/{image}`"))
                && out.contains("has the moving tag"),
            "{kustomization}{out}"
        );
    }
}

/// What the overlay mends is no defect of its base, and what only the built object has is shown there.
#[test]
fn what_is_built_counts() {
    let directory = overlay("render-mended", &job("prod-import", DEADLINE));
    let run = check(&directory, &["--render"]);
    assert_eq!((run.code, places(&run)), (0, vec![]), "{}", run.out);
    directory.write("built", job("prod-import", DEADLINE).replace("1.4.2", "latest").as_bytes());
    let run = check(&directory, &["--render"]);
    assert!(
        run.out.starts_with("prod/kustomization.yaml (rendered):16:16: warning[mutable-image]"),
        "{}",
        run.out
    );
}

/// kustomize indents lists less than most people do: the lines of a script are the same all the same.
#[test]
fn a_line_of_a_script_is_found_under_another_indentation() {
    let with = |args: &str| job("import", DEADLINE) + args;
    let built = with(
        "        command: [sh, -c]\n        args:\n        - |\n          curl https://example.com/a\n          import\n",
    );
    let own = with(
        "        command: [sh, -c]\n        args:\n          - |\n              curl https://example.com/a\n              import\n",
    );
    let directory = overlay("render-indentation", &built);
    directory.write("base/job.yaml", own.as_bytes());
    let run = check(&directory, &["--render", "--select", "curl-without-fail"]);
    let line = 1 + own.lines().position(|it| it.contains("curl")).unwrap();
    assert_eq!(places(&run), [format!("base/job.yaml:{line}:15: warning[curl-without-fail]")], "{}", run.out);
}

/// The script is where people write it; kustomize quotes one with spaces at the end of a line.
#[test]
fn a_finding_in_a_generated_config_map_is_in_the_file_of_the_script() {
    let script = "#!/bin/sh\nset -e\ncd /data\n  pg_dump shop | gzip > dump.gz\n";
    let odd = "#!/bin/sh\nset -e\n\techo \"a\\n\"  \n  pg_dump shop | gzip > dump.gz\n";
    let directory = TempDirectory::new(
        "render-generated",
        &[
            (
                "base/kustomization.yaml",
                "resources: [job.yaml]\nconfigMapGenerator:\n- {name: scripts, files: [scripts/run.sh, start.sh=scripts/odd.sh]}\n",
            ),
            ("base/job.yaml", "x"),
            ("base/scripts/run.sh", script),
            ("base/scripts/odd.sh", odd),
            ("prod/kustomization.yaml", "resources: [../base]\n"),
        ],
    );
    let block = script.replace('\n', "\n    ");
    let quoted = "#!/bin/sh\\nset -e\\n\\techo \\\"a\\\\n\\\"  \\n  pg_dump shop | gzip > dump.gz\\n";
    let map = format!(
        "apiVersion: v1\ndata:\n  run.sh: |\n    {}\n  start.sh: \"{quoted}\"\nkind: ConfigMap\nmetadata:\n  name: scripts-hh854d89ch\n---\n",
        block.trim_end()
    );
    let container = |name: &str, file: &str| {
        format!(
            "      - name: {name}\n        image: postgres:17.2\n        command: [sh, /s/{file}]\n        volumeMounts: [{{name: s, mountPath: /s}}]\n"
        )
    };
    let job = job("dump", DEADLINE);
    let containers = job.find("      containers:").unwrap();
    let volumes = "      volumes: [{name: s, configMap: {name: scripts-hh854d89ch}}]\n      containers:\n";
    let built = map + &job[..containers] + volumes + &container("a", "run.sh") + &container("b", "start.sh");
    directory.write("built", built.as_bytes());
    program(&directory, "kustomize", "cat built\n");
    let run = check(&directory, &["--render", "--select", "missing-pipefail"]);
    let expected = ["base/scripts/odd.sh:4:3: ", "base/scripts/run.sh:4:3: "];
    assert_eq!(places(&run), expected.map(|it| format!("{it}warning[missing-pipefail]")), "{}", run.out);
    // The file is no longer what was built.
    directory.write("base/scripts/run.sh", b"echo\n");
    let run = check(&directory, &["--render", "--select", "missing-pipefail"]);
    assert!(run.out.contains("prod/kustomization.yaml (rendered):7:"), "{}", run.out);
}

/// A Job and the ConfigMap of its script are in different templates, and the script is a file of the chart.
#[test]
fn a_finding_in_a_script_of_a_chart_is_in_the_file_of_the_script() {
    let script = "#!/bin/sh\nset -e\ncd /data\n  pg_dump shop | gzip > dump.gz\n";
    let directory = chart("render-chart-script", "");
    directory.write("app/files/run.sh", script.as_bytes());
    let get = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: scripts}\ndata:\n{{ (.Files.Glob \"files/*\").AsConfig | indent 2 }}\n";
    directory.write("app/templates/map.yaml", get.as_bytes());
    let map = format!(
        "---\n# Source: app/templates/map.yaml\n{}  run.sh: |\n    {}\n",
        get.split("{{").next().unwrap(),
        script.trim_end().replace('\n', "\n    ")
    );
    let job = |name: &str| {
        let container =
            "        command: [sh, /s/run.sh]\n        volumeMounts: [{name: s, mountPath: /s}]\n";
        let job = job(name, DEADLINE) + container;
        let containers = job.find("      containers:").unwrap();
        let volumes = "      volumes: [{name: s, configMap: {name: scripts}}]\n";
        source(&format!("{}{volumes}{}", &job[..containers], &job[containers..]))
    };
    directory.write("rendered", format!("{}{map}{}", job("a"), job("b")).as_bytes());
    let check = || check(&directory, &["--render", "--select", "missing-pipefail"]);
    let run = check();
    assert_eq!(places(&run), ["app/files/run.sh:4:3: warning[missing-pipefail]"], "{}", run.out);
    assert!(run.out.contains("when `pg_dump` fails") && run.out.contains("checked 2 objects"), "{}", run.out);
    // Where the template writes the script itself, its line is there.
    let inline = map.replace("---\n# Source: app/templates/map.yaml\n", "");
    directory.write("app/templates/map.yaml", inline.as_bytes());
    directory.write("app/files/run.sh", b"echo\n");
    let run = check();
    assert_eq!(places(&run), ["app/templates/map.yaml:9:7: warning[missing-pipefail]"], "{}", run.out);
    // The line of the action stands for what it writes.
    directory.write("app/templates/map.yaml", get.as_bytes());
    let run = check();
    assert_eq!(places(&run), ["app/templates/map.yaml:5:1: warning[missing-pipefail]"], "{}", run.out);
    assert!(run.out.contains("when `pg_dump` fails"), "{}", run.out);
    let hidden =
        job("a").replace("annotations: {", "annotations: {batchlint.dev/ignore: 'missing-pipefail: known', ");
    directory.write("rendered", format!("{hidden}{map}").as_bytes());
    let run = check();
    assert_eq!((run.code, places(&run)), (0, vec![]), "{}", run.out);
}

/// Nobody gives the release that name: with a shorter one the CronJob is accepted.
#[test]
fn a_name_is_not_too_long_because_of_a_release_name_that_helm_made_up() {
    let cron_job = |name: &str| {
        format!(
            "apiVersion: batch/v1\nkind: CronJob\nmetadata:\n  name: {name}\nspec:\n  schedule: \"0 1 * * *\"\n  jobTemplate:\n    spec:\n      \
             template:\n        spec:\n          restartPolicy: Never\n          containers: [{{name: a, image: registry.example.com/a:1.4.2}}]\n"
        )
    };
    for (rest, code) in [(45, 0), (52, 1)] {
        let name = format!("release-name-{}", "a".repeat(rest - 1));
        let directory = chart("render-release-name", &source(&cron_job(&name)));
        let run = check(&directory, &["--render", "--select", "invalid-value"]);
        assert_eq!(run.code, code, "{}", run.out);
    }
}

/// A base gets its images from the overlays that build on it, wherever they are by convention. It has a finding where one of them
/// leaves an image as it is.
#[test]
fn overlays_pin_the_images_of_their_base() {
    let moving = job("import", DEADLINE).replace("1.4.2", "latest");
    let check = |files: &[(&str, &str)]| {
        let base = [
            ("app/base/job.yaml", moving.as_str()),
            ("app/base/kustomization.yaml", "resources: [job.yaml]\n"),
        ];
        let directory = TempDirectory::new("render-overlays-pin", &[&base[..], files].concat());
        fs::create_dir(directory.0.join(".git")).unwrap();
        let run = directory.run(&["check", "--format", "concise", "--select", "mutable-image", "app/base"]);
        run.out.contains("import:latest")
    };
    let pins = "resources: [../../base]\nimages: [{name: registry.example.com/import, newTag: \"1.4.2\"}]\n";
    let leaves = "resources: [../../base]\n";
    let next_to = "resources: [../base]\nimages: [{name: registry.example.com/import, newTag: \"1.4.2\"}]\n";
    let on_top = "resources: [../prod]\n";
    let (prod, test) = ("app/overlays/prod/kustomization.yaml", "app/overlays/test/kustomization.yaml");
    assert!(!check(&[(prod, pins), (test, pins)]));
    assert!(!check(&[("app/prod/kustomization.yaml", next_to)]));
    assert!(!check(&[(prod, pins), ("app/overlays/eu/kustomization.yaml", on_top)]));
    assert!(check(&[(prod, pins), (test, leaves)]));
    assert!(check(&[(
        prod,
        "resources: [../../other]\nimages: [{name: registry.example.com/import, newTag: \"1\"}]\n"
    )]));
    // Two that build on each other end, too.
    assert!(!check(&[(prod, &format!("{pins}bases: [../test]\n")), (test, on_top)]));
}

/// What kustomize writes counts: a version in the manifest does not help where the kustomization sets `latest`, and the help says
/// where to change that.
#[test]
fn the_tag_that_a_kustomization_sets_is_the_one_that_moves() {
    let check = |tag: &str, kustomization: &str| {
        let manifest = job("import", DEADLINE).replace("1.4.2", tag);
        let files = [("app/job.yaml", manifest.as_str()), ("app/kustomization.yaml", kustomization)];
        let directory = TempDirectory::new("render-new-tag", &files);
        fs::create_dir(directory.0.join(".git")).unwrap();
        directory.run(&["check", "--select", "mutable-image", "app"]).out
    };
    let latest = "resources: [job.yaml]\nimages: [{name: registry.example.com/import, newTag: latest}]\n";
    for written in ["1.4.2", "latest"] {
        let out = check(written, latest);
        let cause = "kustomize makes the image `registry.example.com/import:latest`, which has the moving tag `latest`";
        assert!(out.replace('\n', " ").contains(cause), "{written}: {out}");
        assert!(out.contains("help: set `newTag` of this image in the kustomization"), "{written}: {out}");
    }
    let pinned = latest.replace("newTag: latest", "newTag: 1.4.2");
    assert!(!check("latest", &pinned).contains("mutable-image"));
    // Another image's tag is none of this one's.
    let other = latest.replace("/import", "/export");
    assert!(check("latest", &other).contains("help: pin the tested version"));
    assert!(!check("1.4.2", &other).contains("mutable-image"));
}

#[test]
fn a_chart_is_rendered_for_the_release_name_that_the_user_gives() {
    let directory = chart("render-given-name", &source(&job("shop-import", DEADLINE)));
    let run = check(&directory, &["--render", "--release-name", "shop"]);
    assert_eq!(run.code, 0, "{}", run.out);
    let arguments = fs::read_to_string(directory.0.join("arguments")).unwrap();
    assert!(arguments.starts_with("template shop /"), "{arguments}");
    for name in ["--post-renderer=x", "Shop", "", "a..b", &"a".repeat(54)] {
        let run = check(&directory, &["--render", &format!("--release-name={name}")]);
        assert_eq!(run.code, 2, "{name}: {}", run.err);
    }
    // A name that is too long for a release of that name counts.
    let name = format!("shop-{}", "a".repeat(48));
    let cron_job = source(&job(&name, DEADLINE)).replace("kind: Job", "kind: CronJob");
    let directory = chart("render-long-name", &cron_job);
    let run = check(&directory, &["--render", "--release-name", "shop", "--select", "invalid-value"]);
    assert!(run.out.contains("52 characters"), "{}", run.out);
}

/// The commonest thing that an overlay gives is an image's tag: it is found where it is written.
#[test]
fn a_tag_that_the_kustomization_gives_is_found_in_it() {
    let directory = overlay("render-tag", &job("prod-import", DEADLINE).replace("1.4.2", "latest"));
    let images = "images: [{name: registry.example.com/import, newTag: latest}]\n";
    let kustomization = format!("resources: [../base]\n{images}");
    directory.write("prod/kustomization.yaml", kustomization.as_bytes());
    let run = check(&directory, &["--render"]);
    assert_eq!(places(&run), ["prod/kustomization.yaml:2:54: warning[mutable-image]"], "{}", run.out);
    // What stands beside it may be a secret that no excerpt must show.
    let secret = "secretGenerator: [{name: a, literals: [password=hunter2]}]\n";
    directory.write("prod/kustomization.yaml", format!("{kustomization}{secret}").as_bytes());
    check(&directory, &["--render", "--format", "human=report"]);
    let report = fs::read_to_string(directory.0.join("report")).unwrap();
    assert!(report.contains("prod/kustomization.yaml (rendered)") && !report.contains("hunter2"), "{report}");
}

/// Programs attach findings to files: they are given one that is there, and what was rendered is said beside it.
#[test]
fn reports_for_machines_name_files_that_are_there() {
    let built = job("prod-import", DEADLINE).replace("1.4.2", "latest");
    let directory = overlay("render-machines", &built);
    let report =
        |format: &str| check(&directory, &["--render", "--format", &format!("{format}=report")]).code;
    let read = |format| {
        assert_eq!(report(format), 1);
        fs::read_to_string(directory.0.join("report")).unwrap()
    };
    let value = |format| serde_json::from_str::<Value>(&read(format)).unwrap();

    let github = read("github");
    let expected =
        "::warning file=prod/kustomization.yaml,line=1,endLine=1,title=batchlint (mutable-image)::";
    assert!(github.starts_with(expected) && github.contains(" (rendered, line 16)%0Ahelp"), "{github}");

    let finding = &value("gitlab")[0];
    assert_eq!(
        finding["location"],
        json!({"path": "prod/kustomization.yaml", "lines": {"begin": 1, "end": 1}})
    );
    assert!(finding["description"].as_str().unwrap().contains(" (rendered, line 16) (help: "), "{finding}");

    let sarif = value("sarif");
    let result = &sarif["runs"][0]["results"][0];
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "prod/kustomization.yaml");
    assert_eq!(place["region"]["startLine"], 1);
    assert!(result["message"]["text"].as_str().unwrap().contains(" (rendered, line 16)\nhelp"), "{result}");

    let junit = read("junit");
    assert!(
        junit.contains("file=\"prod/kustomization.yaml\"") && junit.contains("(rendered, line 16)"),
        "{junit}"
    );
    assert!(!junit.contains("kustomization.yaml (rendered"), "{junit}");

    let finding = &value("json")["findings"][0];
    assert_eq!((&finding["file"], &finding["span"]), (&json!("prod/kustomization.yaml"), &Value::Null));
    assert_eq!(finding["rendered"]["document"], 1);
    assert_eq!(finding["rendered"]["span"]["start"]["line"], 16);
}

#[test]
fn kubectl_builds_where_there_is_no_kustomize_and_a_failure_is_a_finding() {
    let directory = overlay("render-kubectl", "");
    fs::remove_file(directory.0.join("bin/kustomize")).unwrap();
    program(
        &directory,
        "kubectl",
        "test \"$1\" = kustomize && echo 'error: no such file ../bsae' >&2; exit 1\n",
    );
    let run = check(&directory, &["--render"]);
    assert_eq!(run.code, 2);
    let expected = "prod/kustomization.yaml:1:1: error[syntax-error] the kustomization is not checked: `kubectl` fails: \
                    error: no such file ../bsae";
    assert!(run.out.starts_with(expected), "{}", run.out);
}

/// A baseline knows findings by the file that people write.
#[test]
fn rendered_findings_are_baselined() {
    let directory = chart("render-baseline", &source(&job("release-name-import", "")));
    let write = check(&directory, &["--render", "--write-baseline", "known.json"]);
    assert_eq!(write.code, 0, "{}", write.out);
    assert!(
        fs::read_to_string(directory.0.join("known.json"))
            .unwrap()
            .contains(r#""file":"app/templates/job.yaml""#)
    );
    let run = check(&directory, &["--render", "--baseline", "known.json"]);
    assert_eq!((run.code, run.out.contains("1 in the baseline")), (0, true), "{}", run.out);
    // A chart that cannot be rendered has what it had.
    program(&directory, "helm", "exit 1\n");
    let run = check(&directory, &["--render", "--baseline", "known.json"]);
    assert_eq!((run.code, run.out.contains("fixed")), (2, false), "{}", run.out);
}

/// A credential in a template or base is hidden there too: in the excerpt of every finding, of every value set.
#[test]
fn secrets_stay_hidden_in_the_files_that_people_write() {
    let env = "        env: [{name: DB_PASSWORD, value: 'hunter2-Tr0ub4dor&3'}]\n        resources:";
    let with_secret = |text: &str| text.replacen("        resources:", env, 1);
    let directory = chart("render-secret", &source(&with_secret(&job("release-name-import", ""))));
    directory.write("app/templates/job.yaml", with_secret(TEMPLATE).as_bytes());
    directory.write("without", source(&job("release-name-import", "").replace("1.4.2", "latest")).as_bytes());
    program(&directory, "helm", "case \"$*\" in *without.yaml) cat without ;; *) cat rendered ;; esac\n");
    ["without.yaml", "with.yaml"].iter().for_each(|file| directory.write(file, b"a: 1\n"));
    let sets = ["--helm-values", "without.yaml", "--helm-values", "with.yaml"];
    let overlaid = overlay("render-secret-overlay", &with_secret(&job("prod-import", "")));
    overlaid.write("base/job.yaml", with_secret(&job("import", "")).as_bytes());
    for format in ["human", "json", "sarif", "github", "gitlab", "junit"] {
        let places = [(&directory, &sets[..], "app/templates/job.yaml"), (&overlaid, &[], "base/job.yaml")];
        for (directory, sets, place) in places {
            let report = format!("{format}=report");
            let run = check(directory, &[&["--render", "--format", &report], sets].concat());
            let report = fs::read_to_string(directory.0.join("report")).unwrap();
            assert!(report.contains("DB_PASSWORD") && report.contains(place), "{format}: {report}");
            assert!(!report.contains("Tr0ub4dor") && !run.out.contains("Tr0ub4dor"), "{format}: {report}");
        }
    }
}

/// A word that may be a password somewhere in the files is also one of the words of a message.
#[test]
fn messages_about_what_is_built_keep_their_own_words() {
    let with_image =
        |name: &str| job(name, DEADLINE).replace("registry.example.com/import:1.4.2", "minio/mc:latest");
    let other = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  # the user's password from this secret.\n  a: b\n";
    let directory = overlay("render-words", &format!("{}---\n{other}", with_image("prod-import")));
    directory.write("base/job.yaml", with_image("import").as_bytes());
    directory.write("base/other.yaml", other.as_bytes());
    directory.write("base/kustomization.yaml", b"resources: [job.yaml, other.yaml]\n");
    let run = check(&directory, &["--render", "--select", "frozen-registry"]);
    assert!(run.out.contains("MinIO removed its repositories from Docker Hub"), "{}", run.out);
}

/// Helm applies what it renders: no label has to say so.
#[test]
fn a_rendered_job_is_applied_again_by_helm() {
    let job = |name: &str| {
        source(&job(name, DEADLINE).replace("  annotations: {helm.sh/hook: post-install}\n", ""))
    };
    let found = |name: &str| {
        let directory = chart("render-immutable", &job(name));
        check(&directory, &["--render", "--select", "immutable-job"]).out.contains("[immutable-job]")
    };
    assert!(found("release-name-import"));
    assert!(!found("release-name-1-import"), "the number of the release");
    assert!(!found("release-name-kq83hd02mz-import"), "a random part");
}

/// Overlays have an object in namespaces of their own: what only some of them have names these, and what all have names none.
#[test]
fn a_finding_names_the_overlays_that_have_it() {
    let job = "apiVersion: batch/v1\nkind: Job\nmetadata: {name: load}\nspec:\n  template:\n    spec:\n      restartPolicy: Never\n      \
        containers:\n      - name: load\n        image: load:1\n        env:\n        - name: URL\n          \
        valueFrom: {configMapKeyRef: {name: vars, key: url}}\n";
    let directory = TempDirectory::new("render-overlays", &[("base/job.yaml", job)]);
    directory.write("base/kustomization.yaml", b"resources: [job.yaml]\n");
    for (overlay, key) in [("dev", "url"), ("prod", "uri"), ("uat", "uri")] {
        let kustomization = format!("namespace: {overlay}\nresources: [../base]\n");
        let built = job.replace("{name: load}", &format!("{{name: load, namespace: {overlay}}}"));
        let built = built.replace("name: vars", &format!("name: vars-{overlay}"));
        let map = format!(
            "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: vars-{overlay}, namespace: {overlay}}}\ndata: {{{key}: a}}\n"
        );
        directory.write(&format!("{overlay}/kustomization.yaml"), kustomization.as_bytes());
        directory.write(&format!("{overlay}/built"), format!("{built}{map}").as_bytes());
    }
    program(&directory, "kustomize", "cat \"$2/built\"\n");
    let run = check(&directory, &["--render", "--select", "undefined-key,missing-deadline"]);
    let lines = |rule: &str| run.out.lines().filter(|it| it.contains(rule)).collect::<Vec<_>>();
    let keys = lines("[undefined-key]");
    assert_eq!(keys.len(), 2, "{}", run.out);
    assert!(keys[0].contains("`vars-prod`") && keys[0].ends_with("(with `prod`)"), "{}", run.out);
    assert!(keys[1].contains("`vars-uat`") && keys[1].ends_with("(with `uat`)"), "{}", run.out);
    assert!(lines("[missing-deadline]").iter().all(|it| !it.contains("(with")), "{}", run.out);
}

/// A kustomization that cannot be built next to one that can has no label for the message.
#[test]
fn what_is_not_rendered_says_nothing_of_renderings() {
    let directory = TempDirectory::new(
        "render-nothing",
        &[
            ("a/kustomization.yaml", "resources: [gone.yaml]\n"),
            ("c/kustomization.yaml", "resources: [job.yaml]\n"),
        ],
    );
    directory.write("c/job.yaml", job("import", "").as_bytes());
    program(
        &directory,
        "kustomize",
        "case $2 in *c) cat \"$2/job.yaml\" ;; *) echo 'no such file' >&2; exit 1 ;; esac\n",
    );
    let run = check(&directory, &["--render", "--select", "missing-deadline"]);
    assert!(run.out.contains("the kustomization is not checked: "), "{}", run.out);
    assert!(!run.out.contains("(with )"), "{}", run.out);
}
