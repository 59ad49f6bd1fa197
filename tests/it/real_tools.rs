//! `--render` with the real `helm` and `kustomize`: `tests/rendering/run` builds them, and names them in `HELM` and
//! `KUSTOMIZE`. Without these variables a program on the `PATH` is taken, and where there is none a test says so and passes.
#![cfg(unix)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::common::program::{Run, TempDirectory};
use crate::common::skip::skip;

/// Finds a program by its variable, which must be right where it is set, or on the `PATH`.
fn find(variable: &str, name: &str) -> Option<PathBuf> {
    if let Some(path) = std::env::var_os(variable).map(PathBuf::from) {
        assert!(path.is_file(), "{variable}: there is no {}", path.display());
        return Some(path);
    }
    let directories = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&directories).map(|it| it.join(name)).find(|it| it.is_file());
    if found.is_none() {
        skip(&format!("no `{name}`; tests/rendering/run builds it"));
    }
    found
}

/// Checks a directory with a program on the `PATH` under its own name.
fn check(directory: &TempDirectory, name: &str, program: &Path, arguments: &[&str]) -> Run {
    let bin = directory.0.join("bin");
    fs::create_dir_all(&bin).unwrap();
    let link = bin.join(name);
    if !link.exists() {
        std::os::unix::fs::symlink(fs::canonicalize(program).unwrap(), link).unwrap();
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_batchlint"));
    command.args(["check", "--format", "concise", "--render"]).args(arguments).current_dir(&directory.0);
    Run::from(command.env("PATH", bin).stdin(Stdio::null()).output().unwrap())
}

/// The place and rule of each finding.
fn places(run: &Run) -> Vec<&str> {
    let lines = run.out.lines().filter(|line| line.contains('['));
    lines.map(|line| &line[..=line.find(']').unwrap()]).collect()
}

/// Every file below a directory with its text.
fn contents(directory: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(contents(&path))
        } else {
            found.push((path.clone(), fs::read(&path).unwrap()))
        }
    }
    found.sort();
    found
}

const CHART: &[(&str, &str)] = &[
    ("app/Chart.yaml", "apiVersion: v2\nname: app-chart\nversion: 1.0.0\n"),
    (
        "app/values.yaml",
        "jobs: [clean, load]\ntag: 1.4.2\nretries: 2\nresources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi}}\n",
    ),
    (
        "app/templates/_helpers.tpl",
        "{{- define \"app.labels\" -}}\napp.kubernetes.io/name: {{ .Chart.Name }}\n{{- end }}\n",
    ),
    (
        "app/templates/jobs.yaml",
        "\
# The jobs of the application
{{- range .Values.jobs }}
---
apiVersion: batch/v1
kind: Job
metadata:
  name: {{ $.Release.Name }}-{{ . }}
  annotations: {helm.sh/hook: post-install}
  labels: {{- include \"app.labels\" $ | nindent 4 }}
spec:
  {{- with $.Values.deadline }}
  activeDeadlineSeconds: {{ . }}
  {{- end }}
  backoffLimit: {{ $.Values.retries }}
  template:
    metadata:
      labels:
        {{- include \"app.labels\" $ | nindent 8 }}
    spec:
      restartPolicy: Never
      securityContext: {runAsNonRoot: true}
      containers:
        - name: {{ . }}
          image: \"registry.example.com/{{ . }}:{{ required \"a tag is needed\" $.Values.tag }}\"
          resources:
            {{- toYaml $.Values.resources | nindent 12 }}
{{- end }}
",
    ),
];

#[test]
fn helm_renders_each_value_set_and_findings_are_in_the_template() {
    let Some(helm) = find("HELM", "helm") else { return };
    let directory = TempDirectory::new("real-helm", CHART);
    let files = contents(&directory.0.join("app"));
    let run = check(&directory, "helm", &helm, &[]);
    // The same line, once for each of the two jobs.
    let expected = ["app/templates/jobs.yaml:10:1: warning[missing-deadline]"; 2];
    assert_eq!((run.code, places(&run)), (1, expected.to_vec()), "{}", run.out);
    assert!(run.out.contains("checked 2 objects"), "{}", run.out);

    directory.write("prod.yaml", b"deadline: 600\nresources: {limits: {memory: 64MB}}\n");
    directory.write("tag.yaml", b"tag: latest\n");
    let sets = ["--helm-values", "prod.yaml,tag.yaml", "--helm-values", "prod.yaml", "app"];
    let run = check(&directory, "helm", &helm, &sets);
    let mut expected = vec!["app/templates/jobs.yaml:24:11: warning[mutable-image]"; 2];
    expected.extend(["app/templates/jobs.yaml:26:13: error[invalid-value]"; 2]);
    assert_eq!(places(&run), expected, "{}", run.out);
    assert!(run.out.lines().next().unwrap().ends_with("(with `prod.yaml` and `tag.yaml`)"), "{}", run.out);
    assert_eq!(contents(&directory.0.join("app")), files, "nothing is written into the chart");
}

/// Helm ends with 0, and what it prints has no trace of the Job.
#[test]
fn a_hook_that_helm_leaves_out_is_reported_in_the_template() {
    let Some(helm) = find("HELM", "helm") else { return };
    let directory = TempDirectory::new("real-helm-hook", CHART);
    let template = CHART[3].1.replace("helm.sh/hook: post-install}", "helm.sh/hook: post-instal}");
    directory.write("app/templates/jobs.yaml", template.as_bytes());
    let run = check(&directory, "helm", &helm, &[]);
    assert_eq!(
        (run.code, places(&run)),
        (1, vec!["app/templates/jobs.yaml:8:31: error[unknown-hook]"]),
        "{}",
        run.out
    );
    assert!(run.out.contains("checked 0 objects"), "{}", run.out);
}

/// The Job, the ConfigMap and the script are in three files.
#[test]
fn a_finding_in_a_script_of_a_chart_is_in_the_file_of_the_script() {
    let Some(helm) = find("HELM", "helm") else { return };
    let directory = TempDirectory::new("real-helm-script", CHART);
    directory.write("app/files/run.sh", b"#!/bin/sh\nset -e\n\tpg_dump shop | gzip > dump.gz\n");
    let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: scripts}\ndata:\n";
    let by_glob = "  {{- (.Files.Glob \"files/*.sh\").AsConfig | nindent 2 }}\n";
    let by_get = "  run.sh: |-\n{{ .Files.Get \"files/run.sh\" | indent 4 }}\n";
    let by_quote = "  run.sh: {{ .Files.Get \"files/run.sh\" | quote }}\n";
    let job = CHART[3].1.replace(
        "          resources:\n",
        "          command: [sh, /s/run.sh]\n          volumeMounts: [{name: s, mountPath: /s}]\n          resources:\n",
    );
    let job = job.replace(
        "      containers:",
        "      volumes: [{name: s, configMap: {name: scripts}}]\n      containers:",
    );
    directory.write("app/templates/jobs.yaml", job.as_bytes());
    for data in [by_glob, by_get, by_quote] {
        directory.write("app/templates/map.yaml", format!("{map}{data}").as_bytes());
        let run = check(&directory, "helm", &helm, &["--select", "missing-pipefail"]);
        let expected = vec!["app/files/run.sh:3:2: warning[missing-pipefail]"];
        assert_eq!((run.code, places(&run)), (1, expected), "{data}: {}", run.out);
    }
}

#[test]
fn what_helm_refuses_is_said_in_its_words() {
    let Some(helm) = find("HELM", "helm") else { return };
    let directory = TempDirectory::new("real-helm-fails", CHART);
    directory.write("no-tag.yaml", b"tag: null\n");
    let needs = "dependencies: [{name: redis, version: 1.0.0, repository: https://charts.example.com}]\n";
    directory.write("other/Chart.yaml", format!("{}{needs}", CHART[0].1).as_bytes());
    let run = check(&directory, "helm", &helm, &["--helm-values", "no-tag.yaml"]);
    assert_eq!(run.code, 2);
    let places = places(&run);
    assert_eq!(
        places,
        ["app/Chart.yaml:1:1: error[syntax-error]", "other/Chart.yaml:1:1: error[syntax-error]"]
    );
    assert!(run.out.contains("a tag is needed"), "{}", run.out);
    assert!(run.out.contains("missing in charts/ directory: redis"), "{}", run.out);
}

/// The chart of this repository, with all that its values can switch on.
#[test]
fn our_own_chart_is_clean() {
    let Some(helm) = find("HELM", "helm") else { return };
    let directory = TempDirectory::new("real-helm-own", &[]);
    let chart = Path::new(env!("CARGO_MANIFEST_DIR")).join("charts/batchlint");
    let run = check(&directory, "helm", &helm, &[chart.to_str().unwrap()]);
    assert_eq!((run.code, places(&run)), (0, vec![]), "{}", run.out);
    assert!(!run.out.contains("no Job or CronJob"), "{}", run.out);
}

const BASE: &str = "\
# Loads what came in over night
apiVersion: batch/v1
kind: CronJob
metadata:
  name: load
spec:
  schedule: '0 3 * * *'
  concurrencyPolicy: Forbid
  jobTemplate:
    spec:
      backoffLimit: 2
      template:
        metadata: {labels: {app.kubernetes.io/name: load}}
        spec:
          restartPolicy: Never
          securityContext: {runAsNonRoot: true}
          containers:
          - resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi}}
            name: load
            image: \"registry.example.com/load:latest\"
";

#[test]
fn kustomize_builds_overlays_and_findings_are_in_the_base_or_the_patch() {
    let Some(kustomize) = find("KUSTOMIZE", "kustomize") else { return };
    let patch = "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: load}\nspec:\n  jobTemplate: {spec: {activeDeadlineSeconds: 600}}\n";
    let wrong = patch.replace("activeDeadlineSeconds: 600", "activeDeadlineSeconds: 0");
    let dev = "namePrefix: dev-\nresources: [../../base]\npatches: [{path: patch.yaml}]\nimages: [{name: registry.example.com/load, newTag: 1.4.2}]\n";
    let files = [
        ("base/kustomization.yaml", "resources: [cron.yaml]\n"),
        ("base/cron.yaml", BASE),
        ("overlays/dev/kustomization.yaml", dev),
        ("overlays/dev/patch.yaml", &wrong),
        ("overlays/prod/kustomization.yaml", "resources: [../../base]\npatches: [{path: patch.yaml}]\n"),
        ("overlays/prod/patch.yaml", patch),
    ];
    let directory = TempDirectory::new("real-kustomize", &files);
    let before = contents(&directory.0);
    let run = check(&directory, "kustomize", &kustomize, &["base", "overlays"]);
    let expected = [
        "base/cron.yaml:20:20: warning[mutable-image]",
        "overlays/dev/patch.yaml:5:47: error[zero-deadline]",
    ];
    assert_eq!((run.code, places(&run)), (1, expected.to_vec()), "{}", run.out);
    fs::remove_dir_all(directory.0.join("bin")).unwrap();
    assert_eq!(contents(&directory.0), before, "nothing is written");

    directory.write("overlays/dev/kustomization.yaml", b"resources: [../../bsae]\n");
    let run = check(&directory, "kustomize", &kustomize, &["overlays"]);
    assert_eq!(run.code, 2);
    assert!(run.out.contains("overlays/dev/kustomization.yaml:1:1: error[syntax-error]"), "{}", run.out);
    assert!(run.out.contains("bsae") && run.out.contains("base/cron.yaml"), "{}", run.out);
}

/// Both ways in which kustomize writes the text of a file: as a block, and in quotes for spaces at the end of a line.
#[test]
fn scripts_that_kustomize_puts_into_a_config_map_are_checked_where_they_are() {
    let Some(kustomize) = find("KUSTOMIZE", "kustomize") else { return };
    let container = |name: &str, file: &str| {
        format!(
            "      - {{name: {name}, image: 'postgres:17.2', command: [sh, /s/{file}], volumeMounts: [{{name: s, mountPath: /s}}]}}\n"
        )
    };
    let job = format!(
        "apiVersion: batch/v1\nkind: Job\nmetadata: {{name: dump}}\nspec:\n  template:\n    spec:\n      restartPolicy: Never\n      \
         volumes: [{{name: s, configMap: {{name: scripts}}}}]\n      containers:\n{}{}",
        container("a", "run.sh"),
        container("b", "start.sh")
    );
    let files = [
        (
            "base/kustomization.yaml",
            "resources: [job.yaml]\nconfigMapGenerator:\n- {name: scripts, files: [scripts/run.sh, start.sh=scripts/odd.sh]}\n",
        ),
        ("base/job.yaml", job.as_str()),
        ("base/scripts/run.sh", "#!/bin/sh\nset -e\ncd /data\n  pg_dump shop | gzip > dump.gz\n"),
        ("base/scripts/odd.sh", "#!/bin/sh\n\techo \"a\\n\"  \nset -e\npg_dump shop | gzip > dump.gz\n"),
        ("prod/kustomization.yaml", "namePrefix: prod-\nresources: [../base]\n"),
    ];
    let directory = TempDirectory::new("real-generator", &files);
    let run = check(&directory, "kustomize", &kustomize, &["--select", "missing-pipefail", "."]);
    let expected = [
        "base/scripts/odd.sh:4:1: warning[missing-pipefail]",
        "base/scripts/run.sh:4:3: warning[missing-pipefail]",
    ];
    assert_eq!((run.code, places(&run)), (1, expected.to_vec()), "{}", run.out);
}
