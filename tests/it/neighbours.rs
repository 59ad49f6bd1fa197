//! What stands around a Job: which objects of other kinds count for it, and that they are neither checked nor counted.

use crate::common::program::{Run, TempDirectory};

/// A Job whose pods have a limit of 4Gi.
const JOB: &str = "\
apiVersion: batch/v1
kind: Job
metadata: {name: resize}
spec:
  template:
    spec:
      restartPolicy: Never
      containers:
      - {name: resize, image: 'resize:1', resources: {limits: {memory: 4Gi}}}
";

/// A LimitRange that refuses it.
const LIMITS: &str = "\
apiVersion: v1
kind: LimitRange
metadata: {name: limits}
spec: {limits: [{type: Container, max: {memory: 2Gi}}]}
";

const SELECT: [&str; 5] = ["check", "--select", "refused-by-limit-range", "--format", "concise"];

/// Returns an object in a namespace.
fn within(namespace: &str, object: &str) -> String {
    object.replacen("{name: ", &format!("{{namespace: {namespace}, name: "), 1)
}

/// Whether the LimitRange counts for the Job when files are checked together.
fn counts(files: &[(&str, &str)], arguments: &[&str]) -> bool {
    let run = TempDirectory::new("context", files).run(&[&SELECT, arguments].concat());
    assert_eq!(run.err, "", "nothing goes wrong");
    run.out.contains("refused-by-limit-range")
}

#[test]
fn a_neighbour_of_the_same_namespace_counts_wherever_it_is() {
    let (job, limits) = (within("media", JOB), within("media", LIMITS));
    assert!(counts(&[("apps/job.yaml", &job), ("namespaces/limits.yaml", &limits)], &["."]));
    assert!(!counts(&[("apps/job.yaml", &job), ("namespaces/limits.yaml", &within("web", LIMITS))], &["."]));
}

#[test]
fn without_namespaces_both_must_be_in_one_directory() {
    assert!(counts(&[("job.yaml", JOB), ("limits.yaml", LIMITS)], &["."]));
    assert!(!counts(&[("a/job.yaml", JOB), ("b/limits.yaml", LIMITS)], &["."]), "who knows what b is for");
    assert!(
        !counts(&[("job.yaml", JOB), ("limits.yaml", &within("media", LIMITS))], &["."]),
        "only one states it"
    );
    let other = LIMITS.replace("name: limits", "name: others");
    assert!(
        !counts(&[("job.yaml", JOB), ("limits.yaml", LIMITS), ("others.yaml", &other)], &["."]),
        "which of them?"
    );
}

#[test]
fn a_tree_of_several_clusters_is_told_by_objects_that_are_stated_twice() {
    let (job, limits) = (within("media", JOB), within("media", LIMITS));
    let quota = "apiVersion: v1\nkind: ResourceQuota\nmetadata: {namespace: media, name: q}\nspec: {hard: {pods: 9}}\n";
    let mut files = vec![("a/jobs/job.yaml", job.as_str()), ("b/limits.yaml", &limits)];
    files.extend([("a/quota.yaml", quota), ("b/quota.yaml", quota)]);
    assert!(!counts(&files, &["."]), "the LimitRange is that of another cluster");
    files.push(("b/job.yaml", &job));
    assert!(counts(&files, &["."]), "this Job is next to it");
}

#[test]
fn a_kustomization_gives_its_namespace_to_its_directory() {
    let kustomization = "namespace: media\nresources: [job.yaml]\n";
    let limits = within("media", LIMITS);
    let mut files = vec![("app/job.yaml", JOB), ("namespaces/limits.yaml", limits.as_str())];
    assert!(!counts(&files, &["."]));
    files.push(("app/kustomization.yaml", kustomization));
    assert!(counts(&files, &["."]));
}

#[test]
fn what_with_names_counts_for_all_and_is_not_checked() {
    let limits = within("media", LIMITS);
    let broken = "apiVersion: v1\nkind: LimitRange\nmetadata: {name: [\n";
    let files = [
        ("app/job.yaml", JOB),
        ("cluster/limits.yaml", limits.as_str()),
        ("cluster/other-job.yaml", JOB),
        ("cluster/broken.yaml", broken),
    ];
    assert!(!counts(&files, &["app"]));
    let whole = &files[..3];
    assert!(counts(whole, &["app", "--with", "cluster"]), "a Job without a namespace is in theirs");
    let directory = TempDirectory::new("with", &files);
    let run = directory.run(&["check", "--select", "missing-deadline", "app", "--with", "cluster"]);
    let Run { code, out, err } = run;
    assert!(out.contains("checked 1 object in 1 file: 1 warning; 1 input could not be read"), "{out}");
    // What cannot be read is never passed over.
    assert!(code == 2 && err.contains("cluster/broken.yaml:3"), "{code} {err}");
    let run = directory.run(&["check", "app", "--with", "nothing"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("`--with nothing`: there is no such file or directory"), "{}", run.err);
}

#[test]
fn a_list_and_standard_input_are_one_place() {
    let stream = format!("{LIMITS}---\n{JOB}");
    let run = TempDirectory::new("stream", &[]).run_with(&[&SELECT[..], &["-"]].concat(), &stream);
    assert!(run.out.contains("refused-by-limit-range"), "{}", run.out);
    let indent = |text: &str| format!("- {}\n", text.trim_end().replace('\n', "\n  "));
    let list = format!("apiVersion: v1\nkind: List\nitems:\n{}{}", indent(JOB), indent(LIMITS));
    assert!(counts(&[("list.yaml", &list)], &["list.yaml"]));
}

#[test]
fn the_summary_counts_what_jobs_were_compared_with() {
    let last = |files: &[(&str, &str)]| {
        let run = TempDirectory::new("compared", files).run(&["check", "--select", "refused-*", "."]);
        run.out.lines().find(|it| it.starts_with("checked")).unwrap_or_default().to_owned()
    };
    let [limits, elsewhere] = ["shop", "web"].map(|it| within(it, LIMITS));
    let job = within("shop", JOB);
    assert!(last(&[("job.yaml", &job), ("limits.yaml", &limits)]).contains("; compared with 1 neighbour;"));
    let silent = last(&[("job.yaml", &job), ("limits.yaml", &elsewhere)]);
    assert!(silent.contains("no findings; skipped: 1 of other kinds"), "{silent}");
}

#[test]
fn reports_name_the_place_of_the_neighbour() {
    let files = [("job.yaml", JOB), ("limits.yaml", LIMITS)];
    let directory = TempDirectory::new("reports", &files);
    let report =
        |format: &str| directory.run(&["check", "--select", "refused-*", "--format", format, "."]).out;
    assert!(
        report("human").contains("see:  limits.yaml:3:18: this LimitRange does not allow these pods"),
        "{}",
        report("human")
    );
    assert!(report("junit").contains("limits.yaml:3:18: this LimitRange"));
    assert!(report("html").contains("limits.yaml:3:18: this LimitRange"));
    let json: serde_json::Value = serde_json::from_str(&report("json")).unwrap();
    assert_eq!(json["summary"]["neighbours"], 1);
    let place = &json["findings"][0]["elsewhere"][0];
    assert_eq!(
        (place["file"].as_str(), place["span"]["start"]["line"].as_i64()),
        (Some("limits.yaml"), Some(3))
    );
    let sarif: serde_json::Value = serde_json::from_str(&report("sarif")).unwrap();
    let place = &sarif["runs"][0]["results"][0]["relatedLocations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "limits.yaml");
}

#[test]
fn suppressions_hide_what_neighbours_cause() {
    let suppressed = JOB
        .replace("metadata: {", "metadata: {annotations: {batchlint.dev/ignore: refused-by-limit-range}, ");
    assert!(!counts(&[("job.yaml", &suppressed), ("limits.yaml", LIMITS)], &["."]));
    let commented = JOB.replace(
        "      - {name",
        "      # batchlint: ignore[refused-by-limit-range] a webhook lowers it\n      - {name",
    );
    assert!(!counts(&[("job.yaml", &commented), ("limits.yaml", LIMITS)], &["."]));
}

/// Returns the severity of what a rule finds in some files, with a configuration and flags.
fn severity(rule: &str, files: [&str; 2], config: &str, flags: &[&str]) -> Option<String> {
    let files = [("job.yaml", files[0]), ("around.yaml", files[1]), (".batchlint.yaml", config)];
    let run = TempDirectory::new("neighbours-config", &files)
        .run(&[&["check", "--format", "concise"], flags].concat());
    let (place, _) = run.out.lines().find_map(|it| it.split_once(&format!("[{rule}]")))?;
    place.rsplit_once(": ").map(|(_, severity)| severity.to_owned())
}

#[test]
fn configurations_decide_about_what_neighbours_cause_as_about_other_findings() {
    let (job, limits) = (within("media", JOB), within("media", LIMITS));
    let severity = |config: &str, flags: &[&str]| {
        severity("refused-by-limit-range", [&job, &limits], config, flags).unwrap_or_default()
    };
    let with = |selector: &str, level: &str| {
        format!("overrides: [{{{selector}, rules: {{refused-by-limit-range: {level}}}}}]")
    };
    assert_eq!(severity("preset: default", &[]), "warning");
    assert_eq!(severity("rules: {refused-by-limit-range: error}", &[]), "error");
    assert_eq!(severity("rules: {refused-by-limit-range: off}", &[]), "");
    assert_eq!(severity("preset: default", &["--ignore", "refused-by-limit-range"]), "");
    assert_eq!(severity("preset: security", &[]), "", "it is about resources");
    assert_eq!(severity(&with("namespaces: [media]", "off"), &[]), "");
    assert_eq!(severity(&with("namespaces: [web]", "off"), &[]), "warning");
    assert_eq!(severity(&with("names: [resize]", "info"), &[]), "info");
    assert_eq!(severity(&with("paths: ['around.yaml']", "off"), &[]), "warning", "the Job counts");
    assert_eq!(severity(&with("paths: ['job.yaml']", "off"), &[]), "");
}

#[test]
fn a_milder_finding_is_shown_where_its_preset_has_it() {
    let job = within("media", JOB).replacen("spec:", "spec:\n  parallelism: 4", 1);
    let quota = "apiVersion: v1\nkind: ResourceQuota\nmetadata: {namespace: media, name: q}\nspec: {hard: {limits.memory: 9Gi}}\n";
    let severity = |config: &str, flags: &[&str]| {
        severity("refused-by-quota", [&job, quota], config, flags).unwrap_or_default()
    };
    assert_eq!(severity("preset: default", &[]), "");
    assert_eq!(severity("preset: strict", &[]), "info");
    assert_eq!(severity("preset: default", &["--select", "refused-by-quota"]), "info");
    assert_eq!(severity("rules: {refused-by-quota: warning}", &[]), "warning");
    assert_eq!(
        severity("overrides: [{namespaces: [media], rules: {refused-by-quota: error}}]", &[]),
        "error"
    );
}

#[test]
fn credentials_are_hidden_in_what_neighbours_cause() {
    let job =
        JOB.replace("image: 'resize:1',", "image: 'resize:1', args: [--password=hunter2-correct-horse],");
    let files = [("job.yaml", job.as_str()), ("limits.yaml", LIMITS)];
    let run = TempDirectory::new("neighbours-masked", &files).run(&[
        "check",
        "--select",
        "refused-*",
        "--format",
        "human",
    ]);
    assert!(run.out.contains("refused-by-limit-range") && run.out.contains("=***"), "{}", run.out);
    assert!(!run.out.contains("hunter2"), "{}", run.out);
}

#[test]
fn each_job_of_a_file_has_its_own_neighbours() {
    let other = within("web", JOB);
    let indent = |text: &str| format!("- {}\n", text.trim_end().replace('\n', "\n  "));
    let (job, limits) = (within("media", JOB), within("media", LIMITS));
    let list = format!("apiVersion: v1\nkind: List\nitems:\n{}{}", indent(&other), indent(&job));
    let stream = format!("{other}---\n\n---\n{list}---\n{job}");
    let directory =
        TempDirectory::new("neighbours-stream", &[("jobs.yaml", &stream), ("limits.yaml", &limits)]);
    let out = directory.run(&SELECT).out;
    let lines: Vec<usize> =
        stream.lines().enumerate().filter(|(_, it)| it.contains("4Gi")).map(|(at, _)| at + 1).collect();
    let found: Vec<usize> =
        out.lines().filter_map(|it| it.strip_prefix("jobs.yaml:")?.split(':').next()?.parse().ok()).collect();
    assert_eq!(found, [lines[2], lines[3]], "{out}");
}

/// An overlay may add the key: who knows which of them is applied.
#[test]
fn keys_that_a_kustomization_patches_in_are_there() {
    let job = JOB.replace(
        "image: 'resize:1'",
        "image: 'resize:1', env: [{name: ENV, valueFrom: {configMapKeyRef: {name: settings, key: ENV}}}]",
    );
    let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {A: b}\n";
    let overlay = "\
resources: [../base]
patches:
- target: {kind: ConfigMap, name: settings}
  patch: '[{op: add, path: /data/ENV, value: dev}]'
";
    let lacks = |files: &[(&str, &str)]| {
        let run = TempDirectory::new("patched-keys", files).run(&["check", "--select", "undefined-key"]);
        run.out.contains("undefined-key")
    };
    let base = [("base/job.yaml", job.as_str()), ("base/map.yaml", map)];
    assert!(lacks(&base));
    assert!(!lacks(&[base[0], base[1], ("dev/kustomization.yaml", overlay)]));
    // What shows how to write the object is not the object.
    for name in ["base/map.example.yaml", "base/settings-template.yml", "base/map.sample.yaml"] {
        assert!(!lacks(&[base[0], (name, map)]), "{name}");
    }
    assert!(lacks(&[("base/jobs.example.yaml", &format!("{job}---\n{map}"))]));
}

/// A Job with a name and a line of its `spec`.
fn job(name: &str, line: &str) -> String {
    JOB.replace("resize}\n", &format!("{name}}}\n"))
        .replace("spec:\n  template", &format!("spec:\n{line}  template"))
}

/// What the rules about a TTL find in files: the files with a missing one, and those with one that runs the Job again.
fn ttl(files: &[(&str, &str)], arguments: &[&str]) -> [Vec<String>; 2] {
    let select = ["check", "--format", "json", "--select", "missing-ttl,ttl-recreates-job"];
    let run = TempDirectory::new("ttl", files).run(&[&select, arguments].concat());
    let report: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    ["missing-ttl", "ttl-recreates-job"].map(|rule| {
        let found = report["findings"].as_array().unwrap().iter().filter(|it| it["rule"] == rule);
        found.map(|it| it["file"].as_str().unwrap().to_owned()).collect()
    })
}

#[test]
fn what_flux_and_argo_cd_apply_is_told_by_their_own_objects() {
    let (plain, with_ttl) = (job("a", ""), job("b", "  ttlSecondsAfterFinished: 3600\n"));
    let flux = |path: &str| {
        format!(
            "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {{name: a}}\nspec: {{path: '{path}'}}\n"
        )
    };
    let argo = |spec: &str| {
        format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: a}}\nspec: {{{spec}}}\n"
        )
    };
    let set = "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: a}\nspec:\n  generators:\n  - git: \
        {directories: [{path: apps/*}]}\n  template: {spec: {source: {path: '{{path}}'}}}\n";
    let jobs = [("apps/shop/a.yaml", plain.as_str()), ("apps/shop/b.yaml", with_ttl.as_str())];
    let [missing, recreates] = ["apps/shop/a.yaml", "apps/shop/b.yaml"].map(|it| vec![it.to_owned()]);
    let with = |name: &str, text: &str| ttl(&[&jobs[..], &[(name, text)]].concat(), &["."]);
    for applied in [
        flux("./apps/shop"),
        flux("apps"),
        argo("source: {path: apps/shop}"),
        argo("sources: [{chart: a}, {path: apps/}]"),
        set.to_owned(),
    ] {
        assert_eq!(with("clusters/home/shop.yaml", &applied), [vec![], recreates.clone()], "{applied}");
    }
    let chart = argo("source: {chart: shop}");
    assert_eq!(with("clusters/home/shop.yaml", &chart), [missing.clone(), vec![]]);
    // Nobody knows whether these mean the Jobs.
    for other in [flux("./apps/sho"), flux("./"), flux("${path}"), argo("source: {path: ../apps}")] {
        assert!(with("clusters/home/shop.yaml", &other).concat().is_empty(), "{other}");
    }
    assert_eq!(ttl(&jobs, &["."]), [missing.clone(), vec![]]);
}

#[test]
fn an_overlay_takes_what_it_builds_on_with_it() {
    let with_ttl = job("b", "  ttlSecondsAfterFinished: 3600\n");
    let argo = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: a}\nspec: {source: {path: overlays/dev}}\n";
    let files = [
        ("base/b.yaml", with_ttl.as_str()),
        ("base/kustomization.yaml", "resources: [b.yaml]\n"),
        ("overlays/dev/kustomization.yaml", "resources: [../middle]\n"),
        ("overlays/middle/kustomization.yaml", "resources: [../../base]\n"),
        ("argo/app.yaml", argo),
    ];
    assert_eq!(ttl(&files, &["."]), [vec![], vec!["base/b.yaml".to_owned()]]);
    assert!(ttl(&files[..4], &["."]).concat().is_empty());
    let directory = TempDirectory::new("ttl", &files);
    let run = directory.run(&["check", "--select", "ttl-recreates-job", "."]);
    assert!(run.out.contains("see:  argo/app.yaml:4:23: Argo CD applies this path"), "{}", run.out);
}

#[test]
fn what_a_kustomization_leaves_out_is_not_applied() {
    let flux = "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: a}\nspec: {path: app}\n";
    let [listed, left_out] = ["a", "b"].map(|name| job(name, "  ttlSecondsAfterFinished: 3600\n"));
    let applied = |resources: &str| {
        let kustomization = format!("resources: {resources}\n");
        let files = [
            ("flux.yaml", flux),
            ("app/kustomization.yaml", kustomization.as_str()),
            ("app/listed.yaml", &listed),
            ("app/left-out.yaml", &left_out),
            ("app/part/kustomization.yaml", "resources: [./listed.yaml]\n"),
            ("app/part/listed.yaml", &listed),
            ("app/part/left-out.yaml", &left_out),
            ("app/plain/job.yaml", &left_out),
        ];
        ttl(&files, &["."])[1].join(" ")
    };
    assert_eq!(applied("[listed.yaml]"), "app/listed.yaml");
    assert_eq!(applied("[listed.yaml, part/]"), "app/listed.yaml app/part/listed.yaml");
    assert_eq!(applied("[plain]"), "app/plain/job.yaml");
    // What is yet to be filled in may be any of the files.
    assert_eq!(
        applied("['${files}']"),
        "app/left-out.yaml app/listed.yaml app/part/left-out.yaml app/part/listed.yaml app/plain/job.yaml"
    );
}

#[test]
fn a_job_that_a_tool_does_not_keep_needs_a_ttl_all_the_same() {
    let flux = "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: a}\nspec: {path: app}\n";
    let disabled =
        JOB.replace("resize}\n", "resize, annotations: {kustomize.toolkit.fluxcd.io/reconcile: disabled}}\n");
    assert_eq!(
        ttl(&[("app/job.yaml", &disabled), ("flux.yaml", flux)], &["."]),
        [vec!["app/job.yaml".to_owned()], vec![]]
    );
}

#[test]
fn a_workflow_that_makes_a_secret_gives_it_its_keys() {
    let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\ndata: {user: YQ==}\n";
    let reference =
        |key: &str| format!("{{name: {key}, valueFrom: {{secretKeyRef: {{name: db, key: {key}}}}}}}");
    let env = format!(", env: [{}, {}], resources:", reference("host"), reference("port"));
    let job = JOB.replace(", resources:", &env);
    let found = |files: &[(&str, &str)]| {
        let run = TempDirectory::new("keys", files).run(&[
            "check",
            "--select",
            "undefined-key",
            "--format",
            "concise",
            ".",
        ]);
        run.out.matches("undefined-key").count()
    };
    let files = [("k8s/job.yaml", job.as_str()), ("k8s/secret.yaml", secret)];
    assert_eq!(found(&files), 1, "two keys are missing for one reason");
    let workflow = "on: push\njobs:\n  a:\n    steps:\n    - run: |\n        kubectl create secret generic db -n shop \\\n          \
        --from-literal=host=a\n";
    assert_eq!(found(&[&files[..], &[(".github/workflows/deploy.yaml", workflow)]].concat()), 0);
}

/// Pods of a StatefulSet are numbered, and so are their claims: `data-db-7` is left over from a larger one.
#[test]
fn a_stateful_set_has_the_claims_of_the_pods_that_it_has() {
    let job = "\
apiVersion: batch/v1
kind: Job
metadata: {name: check}
spec:
  template:
    spec:
      restartPolicy: Never
      containers: [{name: check, image: 'check:1', volumeMounts: [{name: data, mountPath: /data}]}]
      volumes: [{name: data, persistentVolumeClaim: {claimName: data-db-2}}]
";
    let is_contested = |scale: &str| {
        let set = format!(
            "apiVersion: apps/v1
kind: StatefulSet
metadata: {{name: db}}
spec:
{scale}  selector: {{matchLabels: {{app: db}}}}
  template:
    metadata: {{labels: {{app: db}}}}
    spec: {{containers: [{{name: db, image: 'db:1'}}]}}
  volumeClaimTemplates:
  - metadata: {{name: data}}
    spec: {{accessModes: [ReadWriteOnce], resources: {{requests: {{storage: 1Gi}}}}}}
"
        );
        let files = [("job.yaml", job), ("db.yaml", set.as_str())];
        let run = TempDirectory::new("claims", &files).run(&["check", "--select", "contested-volume"]);
        run.out.contains("contested-volume")
    };
    for scale in ["  replicas: 3\n", "  replicas: 1\n  ordinals: {start: 2}\n", ""] {
        assert!(is_contested(scale), "{scale}");
    }
    let smallest = format!("  replicas: {}\n", i64::MIN);
    for scale in ["  replicas: 2\n", "  replicas: 1\n  ordinals: {start: 3}\n", "  replicas: 0\n", &smallest]
    {
        assert!(!is_contested(scale), "{scale}");
    }
}
