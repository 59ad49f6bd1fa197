//! Rules about neighbours, where their objects are stated in odd ways.

use crate::common::program::TempDirectory;

/// Returns what a rule finds in some files, with the place of each.
fn found(rule: &str, files: &[(&str, &str)]) -> Vec<String> {
    let arguments = ["check", "--select", rule, "--format", "concise", "."];
    let run = TempDirectory::new("neighbour-rules", files).run(&arguments);
    assert_eq!(run.err, "", "nothing goes wrong");
    run.out.lines().filter(|it| it.contains(&format!("[{rule}]"))).map(str::to_owned).collect()
}

/// Returns a CronJob that keeps the Jobs of some runs.
fn cron_job(name: &str, successful: &str, failed: &str) -> String {
    format!(
        "apiVersion: batch/v1\nkind: CronJob\nmetadata: {{name: {name}, namespace: shop}}\nspec:\n  schedule: '0 * * * *'\n  \
         successfulJobsHistoryLimit: {successful}\n  failedJobsHistoryLimit: {failed}\n  jobTemplate:\n    spec:\n      \
         template: {{spec: {{restartPolicy: Never, containers: [{{name: a, image: 'a:1'}}]}}}}\n"
    )
}

fn quota(hard: &str) -> String {
    format!(
        "apiVersion: v1\nkind: ResourceQuota\nmetadata: {{name: objects, namespace: shop}}\nspec: {{hard: {{{hard}}}}}\n"
    )
}

/// Returns what fills the quota of some Jobs: the messages about it.
fn full(jobs: u8, files: &[(&str, &str)]) -> Vec<String> {
    let quota = quota(&format!("count/jobs.batch: {jobs}"));
    found("history-fills-quota", &[&[("quota.yaml", quota.as_str())], files].concat())
}

#[test]
fn the_last_job_that_fits_decides() {
    let message = |jobs| full(jobs, &[("job.yaml", &cron_job("report", "3", "2"))]).concat();
    assert_eq!(message(6), "");
    assert!(
        message(5).contains("no run starts after 3 successful runs and 2 failed runs, and"),
        "{}",
        message(5)
    );
    assert!(message(4).contains("after 3 successful runs and 1 failed run, and"), "{}", message(4));
    assert!(message(3).contains("after 3 successful runs, and"), "{}", message(3));
    assert!(message(1).contains("after 1 successful run, and") && message(1).contains("allows 1 Job in"));
    assert!(message(0).contains("no run starts, and") && message(0).contains("allows no Jobs in"));
    let none =
        |limits: [&str; 2]| full(1, &[("job.yaml", &cron_job("report", limits[0], limits[1]))]).is_empty();
    assert!(none(["0", "0"]), "a run has its place when the one before it is deleted");
    assert!(none(["-1", "-1"]), "the API server rejects them");
    assert!(none(["$(KEPT)", "0"]), "who knows");
    assert!(!none(["0", "1"]), "a failed run is the last one");
}

#[test]
fn cron_jobs_are_added_up_once_in_a_directory() {
    let [report, other] = ["report", "other"].map(|name| cron_job(name, "3", "1"));
    assert_eq!(full(8, &[("a.yaml", &report), ("b.yaml", &other)]).len(), 1, "one of them speaks for both");
    assert!(full(9, &[("a.yaml", &report), ("b.yaml", &other)]).is_empty());
    assert!(full(8, &[("a.yaml", &report), ("b.yaml", &report)]).is_empty(), "the same one again");
    assert!(
        full(8, &[("a/a.yaml", &report), ("b/b.yaml", &other)]).is_empty(),
        "one may be of another cluster"
    );
    let generated = other.replace("name: other", "generateName: other-");
    assert!(full(8, &[("a.yaml", &report), ("b.yaml", &generated)]).is_empty());
    let suspended = other.replace("spec:\n  sch", "spec:\n  suspend: true\n  sch");
    assert!(full(8, &[("a.yaml", &report), ("b.yaml", &suspended)]).is_empty());
    assert!(full(3, &[("b.yaml", &suspended)]).is_empty());
}

#[test]
fn scopes_do_not_count_jobs() {
    let quota = quota("count/jobs.batch: 1").replace("spec: {", "spec: {scopes: [BestEffort], ");
    let report = cron_job("report", "3", "1");
    assert!(found("history-fills-quota", &[("job.yaml", &report), ("quota.yaml", &quota)]).is_empty());
}

/// A Job that connects to something.
const JOB: &str = "\
apiVersion: batch/v1
kind: Job
metadata: {name: report, namespace: shop}
spec:
  template:
    metadata: {labels: {app: report}}
    spec:
      restartPolicy: Never
      containers:
      - {name: report, image: 'report:1', command: [curl, 'https://api.example.com']}
";

/// Returns a NetworkPolicy of a namespace.
fn policy(name: &str, spec: &str) -> String {
    format!(
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: {name}, namespace: shop}}\nspec: {{{spec}}}\n---\n"
    )
}

const DENY: &str = "podSelector: {}, policyTypes: [Egress]";
const ALLOW_WEB: &str = "podSelector: {matchLabels: {app: web}}, egress: [{}]";

/// Whether the Job is denied its connections by a default and another policy.
fn is_denied(job: &str, other: &str) -> bool {
    let policies =
        [("deny", DENY), ("web", ALLOW_WEB), ("other", other)].map(|(name, spec)| policy(name, spec));
    !found("denied-egress", &[("job.yaml", job), ("policies.yaml", &policies.concat())]).is_empty()
}

#[test]
fn what_another_policy_allows_counts() {
    let to =
        |ports: &str| format!("podSelector: {{}}, policyTypes: [Egress], egress: [{{ports: [{ports}]}}]");
    for allowed in [
        "{port: 443}",
        "{port: https}",
        "{protocol: TCP}",
        "{port: 1, endPort: 65535}",
        "{port: 53, endPort: 54}",
    ] {
        assert!(!is_denied(JOB, &to(allowed)), "{allowed}");
    }
    assert!(is_denied(JOB, &to("{port: 53, protocol: UDP}")), "the name of the host is all that it gets");
    assert!(is_denied(JOB, "podSelector: {}, policyTypes: [Ingress]"), "about something else");
    assert!(is_denied(JOB, "podSelector: {}"), "only ingress by default");
    let expression =
        "podSelector: {matchExpressions: [{key: app, operator: OPERATOR, values: [report]}]}, egress: [{}]";
    assert!(!is_denied(JOB, &expression.replace("OPERATOR", "In")));
    assert!(is_denied(JOB, &expression.replace("OPERATOR", "NotIn")));
    let by_job = "podSelector: {matchLabels: {batch.kubernetes.io/job-name: report}}, egress: [{}]";
    assert!(!is_denied(JOB, by_job));
    assert!(is_denied(JOB, &by_job.replace("report", "import")), "it is about another Job");
    let exists = "podSelector: {matchExpressions: [{key: job-name, operator: Exists}]}, egress: [{}]";
    assert!(!is_denied(JOB, exists));
}

#[test]
fn a_job_that_needs_no_network_or_that_of_its_node_is_not_denied() {
    let other = "podSelector: {matchLabels: {app: db}}";
    assert!(is_denied(JOB, other));
    assert!(!is_denied(&JOB.replace("curl, 'https://api.example.com'", "report, /data"), other));
    assert!(!is_denied(
        &JOB.replace("curl, 'https://api.example.com'", "report, 'http://localhost:80'"),
        other
    ));
    assert!(!is_denied(&JOB.replace("restartPolicy", "hostNetwork: true\n      restartPolicy"), other));
    assert!(!is_denied(&JOB.replace(", namespace: shop", ""), other), "where is it?");
    assert!(is_denied(&JOB.replace("name: report, namespace", "generateName: report-, namespace"), other));
}

#[test]
fn many_policies_are_not_compared() {
    let many: String =
        (0..30).map(|it| policy(&format!("p{it}"), &ALLOW_WEB.replace("web", &format!("w{it}")))).collect();
    let deny = policy("deny", DENY);
    assert!(found("denied-egress", &[("job.yaml", JOB), ("p.yaml", &(deny + &many))]).is_empty());
}

/// A base and an overlay say the same: the files are for several clusters, and all of them have these policies.
#[test]
fn policies_that_are_the_same_in_two_directories_hold_for_jobs_in_others() {
    let all = policy("deny", DENY) + &policy("web", ALLOW_WEB);
    let denied = |overlay: &str| {
        let files =
            [("base/p.yaml", all.as_str()), ("overlays/prod/p.yaml", overlay), ("jobs/job.yaml", JOB)];
        found("denied-egress", &files).len()
    };
    assert_eq!(denied(&all), 1);
    assert_eq!(denied(&(policy("deny", ALLOW_WEB) + &policy("web", ALLOW_WEB))), 0, "not in each cluster");
    assert_eq!(denied(&policy("web", ALLOW_WEB)), 0, "not in each cluster");
    let allowed =
        policy("report", "podSelector: {matchLabels: {app: report}}, policyTypes: [Egress], egress: [{}]");
    assert_eq!(denied(&(all.clone() + &allowed)), 0, "in one of them the pods may connect");
}

/// A deadline ends the wait for what never comes; without one nothing does.
#[test]
fn a_deadline_ends_the_wait_for_a_missing_key() {
    let keys = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: app, namespace: shop}\ndata: {REGION: a}\n";
    let job = JOB.replace(
        "'report:1'",
        "'report:1', env: [{name: A, valueFrom: {configMapKeyRef: {name: app, key: BUCKET}}}]",
    );
    let message = |job: &str| found("undefined-key", &[("job.yaml", job), ("keys.yaml", keys)]).concat();
    let never =
        "the container never starts, which does not count as a failure: ConfigMap `app` has no key `BUCKET`";
    assert!(message(&job).contains(never), "{}", message(&job));
    let of_job =
        message(&job.replace("spec:\n  template", "spec:\n  activeDeadlineSeconds: 1800\n  template"));
    assert!(
        of_job.contains("never starts, and the Job fails only at its deadline, after 30 min: "),
        "{of_job}"
    );
    let of_pod = message(
        &job.replace("restartPolicy: Never", "restartPolicy: Never\n      activeDeadlineSeconds: 600"),
    );
    assert!(
        of_pod.contains("never starts, and the pod fails only at its deadline, after 10 min: "),
        "{of_pod}"
    );
    let too_long =
        message(&job.replace("spec:\n  template", "spec:\n  activeDeadlineSeconds: 99999999\n  template"));
    assert!(too_long.contains("does not count as a failure"), "{too_long}");
}

/// Returns a Service and a Deployment, each with the labels in braces.
fn service(name: &str, selector: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Service\nmetadata: {{name: {name}, namespace: shop}}\n\
         spec: {{selector: {{{selector}}}, ports: [{{port: 80}}]}}\n---\n"
    )
}

fn deployment(labels: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web, namespace: shop}}\n\
         spec: {{template: {{metadata: {{labels: {{{labels}}}}}}}}}\n---\n"
    )
}

#[test]
fn a_service_selects_by_accident_what_others_are_for() {
    let accidents = |files: &str| found("selected-by-accident", &[("job.yaml", JOB), ("web.yaml", files)]);
    let both = service("web", "app: report") + &service("api", "app: report");
    assert!(accidents(&both).is_empty(), "they are for the Job");
    assert!(accidents(&(both.clone() + &deployment("app: web"))).is_empty());
    let found = accidents(&(both.clone() + &deployment("app: report, tier: web")));
    assert_eq!(found.len(), 1, "one selector, one finding: {found:?}");
    let elsewhere = deployment("app: report").replace("namespace: shop", "namespace: other");
    assert!(accidents(&(both + &elsewhere)).is_empty(), "in another namespace");
}

/// What a LimitRange fills in is not missing, and what it leaves open is.
#[test]
fn limit_ranges_fill_in_what_containers_lack() {
    let range = |namespace: &str, item: &str| {
        format!(
            "apiVersion: v1\nkind: LimitRange\nmetadata: {{name: a, namespace: {namespace}}}\nspec: {{limits: [{{{item}}}]}}\n"
        )
    };
    let job = "apiVersion: batch/v1\nkind: Job\nmetadata: {name: a, namespace: shop}\nspec: {template: {spec: {restartPolicy: \
               Never, containers: [{name: a, image: 'a:1', resources: {requests: {ephemeral-storage: 1Gi}}}]}}}\n";
    let is_silent = |rule: &str, item: &str| {
        found(rule, &[("range.yaml", &range("shop", item)), ("job.yaml", job)]).is_empty()
    };
    for (rule, resource) in [
        ("missing-memory-limit", "memory"),
        ("missing-cpu-limit", "cpu"),
        ("missing-ephemeral-storage-limit", "ephemeral-storage"),
    ] {
        for list in ["default", "max"] {
            assert!(
                is_silent(rule, &format!("type: Container, {list}: {{{resource}: 1Gi}}")),
                "{rule}: {list}"
            );
        }
        assert!(
            !is_silent(rule, &format!("type: Pod, max: {{{resource}: 1Gi}}")),
            "{rule}: a pod is no container"
        );
        assert!(!is_silent(rule, "type: Container, default: {pods: 1}"), "{rule}");
        let other = range("other", &format!("type: Container, default: {{{resource}: 1Gi}}"));
        assert!(
            !found(rule, &[("range.yaml", &other), ("job.yaml", job)]).is_empty(),
            "{rule}: another namespace"
        );
    }
    for list in ["defaultRequest", "default", "max", "min"] {
        assert!(
            is_silent(
                "missing-resource-requests",
                &format!("type: Container, {list}: {{cpu: 1, memory: 1Gi}}")
            ),
            "{list}"
        );
    }
    let lists = "type: Container, defaultRequest: {memory: 1Gi}, min: {memory: 1Gi}";
    assert!(!is_silent("missing-memory-limit", lists), "a request is no limit");
}

/// Returns a Job that runs a command, with a volume at `/scripts`.
fn with_scripts(command: &str, volume: &str) -> String {
    format!(
        "apiVersion: batch/v1\nkind: Job\nmetadata: {{name: work}}\nspec:\n  template:\n    spec:\n      \
         restartPolicy: Never\n      containers:\n      - name: work\n        image: 'work:1'\n        command: \
         {command}\n        volumeMounts: [{{name: scripts, mountPath: /scripts}}]\n      volumes: [{{name: scripts, {volume}}}]\n"
    )
}

/// Returns what `script-not-found` finds of a Job that runs a command, with ConfigMap `scripts` at `/scripts`.
fn missing(command: &str, volume: &str, map: &str) -> Vec<String> {
    let job = with_scripts(command, volume);
    found("script-not-found", &[("job.yaml", &job), ("map.yaml", map)])
}

const SCRIPTS: &str = "\
apiVersion: v1
kind: ConfigMap
metadata: {name: scripts}
data: {a.sh: 'true', b.sh: 'true', c.sh: 'true', d.sh: 'true', e.sh: 'true', start.py: pass}
";

/// Rules about neighbours name those that report the same in better words, as others do: one finding stands for both.
#[test]
fn one_lacking_key_is_one_finding() {
    let both = |command: &str| {
        let job = with_scripts(command, "configMap: {name: scripts, defaultMode: 0755}");
        let files = [("job.yaml", job.as_str()), ("map.yaml", SCRIPTS)];
        let select = "script-not-found,file-not-in-config-map";
        let run =
            TempDirectory::new("one-key", &files).run(&["check", "--select", select, "-f", "json", "."]);
        let report: serde_json::Value = serde_json::from_str(&run.out).unwrap();
        let findings = report["findings"].as_array().unwrap().iter();
        findings.map(|it| format!("{} {}", it["rule"], it["also"])).collect::<Vec<_>>()
    };
    let folded = [r#""script-not-found" ["file-not-in-config-map"]"#];
    assert_eq!(both("[/scripts/run.sh]"), folded);
    assert_eq!(both("[sh, /scripts/run.sh]"), folded);
    // A program that reads a file is no script.
    assert_eq!(both("[load, --config=/scripts/load.yaml]"), [r#""file-not-in-config-map" []"#]);
}

#[test]
fn a_script_that_its_config_map_lacks_is_missed_however_it_is_started() {
    let volume = "configMap: {name: scripts, defaultMode: 0755}";
    for command in [
        "[/scripts/run.sh]",
        "[timeout, '60', /scripts/run.sh]",
        "[bash, -x, /scripts/run.sh]",
        "[python3, -u, /scripts/run.py]",
        "[sh, -c, /scripts/run.sh]",
        "[sh, -c, 'apk add curl && exec /scripts/run.sh now']",
        "[sh, -c, 'fetch; . /scripts/functions.sh; load']",
        "[sh, -c, 'cd /scripts; python run.py']",
        "[sh, -c, 'if ! sh /scripts/run.sh; then exit 3; fi']",
        "[/scripts/run]\n        workingDir: /scripts",
        "[sh, ./run.sh]\n        workingDir: /scripts",
        "[sh, run.sh]\n        workingDir: /scripts/more",
    ] {
        let found = missing(command, volume, SCRIPTS);
        assert_eq!(found.len(), 1, "{command}: {found:?}");
        assert!(
            found[0].contains("has only the keys `a.sh`, `b.sh`, `c.sh`, `d.sh` and 2 more"),
            "{found:?}"
        );
    }
    let projected = "projected: {sources: [{configMap: {name: scripts}}]}";
    assert_eq!(missing("[sh, /scripts/run.sh]", projected, SCRIPTS).len(), 1);
}

#[test]
fn a_script_that_may_be_there_is_not_missed() {
    let volume = "configMap: {name: scripts, defaultMode: 0755}";
    for (command, why) in [
        ("[sh, /scripts/a.sh]", "it is there"),
        ("[/scripts/..data/a.sh]", "it is there"),
        ("[sh, /opt/run.sh]", "it is in the image"),
        ("[sh, run.sh]", "nobody knows the directory"),
        ("[sh, '$(SCRIPT)']", "nobody knows the name"),
        ("[sh, -c, 'sh /scripts/run.sh || true']", "its failure does not matter"),
        ("[sh, -c, '[ -x /scripts/run.sh ] && /scripts/run.sh']", "the script looks"),
        ("[sh, -c, 'command -v /scripts/run.sh']", "the script only looks"),
        ("[sh, -c, 'until sh /scripts/run.sh; do sleep 1; done']", "it waits"),
        ("[sh, -c, 'load /scripts/run.sh']", "nothing starts it"),
        ("[sh, -c, 'sh /scripts/$(A)']\n        env: [{name: A, value: a.sh}]", "it is there"),
        ("[kubectl, exec, web, --, sh, /scripts/run.sh]", "it is in another pod"),
        ("[chroot, /host, /scripts/run.sh]", "it is on the node"),
    ] {
        assert_eq!(missing(command, volume, SCRIPTS), [""; 0], "{why}");
    }
    for (volume, map, why) in [
        ("configMap: {name: other}", SCRIPTS, "nobody knows it"),
        ("configMap: {name: scripts, items: [{key: a.sh, path: run.sh}]}", SCRIPTS, "it is there"),
        (
            "configMap: {name: scripts}",
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: scripts}\n",
            "it is filled in",
        ),
        ("emptyDir: {}", SCRIPTS, "anything may be there"),
        (
            "projected: {sources: [{configMap: {name: scripts}}, {secret: {name: a}}]}",
            SCRIPTS,
            "the Secret may have it",
        ),
        (
            "configMap: {name: scripts}",
            &format!("{SCRIPTS}---\n{}", SCRIPTS.replace("a.sh", "run.sh")),
            "one has it",
        ),
    ] {
        assert_eq!(missing("[sh, /scripts/run.sh]", volume, map), [""; 0], "{why}");
    }
}

/// Returns a CronJob that mounts the claim `data`, on nodes of a pool.
fn mounting(name: &str, schedule: &str, pool: &str) -> String {
    format!(
        "apiVersion: batch/v1\nkind: CronJob\nmetadata: {{name: {name}, namespace: shop}}\nspec:\n  schedule: '{schedule}'\n  \
         jobTemplate:\n    spec:\n      template:\n        spec:\n          restartPolicy: Never\n          \
         nodeSelector: {{pool: {pool}}}\n          containers: [{{name: a, image: 'a:1', volumeMounts: [{{name: data, mountPath: /data}}]}}]\n          \
         volumes: [{{name: data, persistentVolumeClaim: {{claimName: data}}}}]\n"
    )
}

#[test]
fn runs_that_start_together_cannot_share_a_claim_for_one_pod() {
    let claim = |mode: &str| {
        format!(
            "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {{name: data, namespace: shop}}\nspec: \
             {{accessModes: [{mode}]}}\n"
        )
    };
    let both = |mode: &str, one: &str, other: &str| {
        let claim = claim(mode);
        found("claim-held-by-other-run", &[("a.yaml", one), ("b.yaml", other), ("claim.yaml", &claim)])
    };
    let nightly = mounting("clean", "30 3 * * *", "big");
    let expected = "b.yaml:13:69: warning[claim-held-by-other-run] the pod of one run waits until that of the other ends: \
                    `clean` and `export` start at 03:30 on Sundays, and both use `data`, which is `ReadWriteOncePod`";
    assert_eq!(both("ReadWriteOncePod", &nightly, &mounting("export", "30 * * * 0", "big")), [expected]);
    assert_eq!(both("ReadWriteOnce", &nightly, &mounting("export", "30 * * * *", "small")).len(), 1);
    let hourly = |name: &str| mounting(name, "30 * * * *", "big");
    let often = both("ReadWriteOncePod", &hourly("clean"), &hourly("export"));
    assert!(often[0].contains("start together, for example at 00:30 every day, and"), "{often:?}");
    for (mode, other, why) in [
        ("ReadWriteMany", mounting("export", "30 3 * * *", "small"), "any pod can mount it"),
        ("ReadWriteOnce", mounting("export", "30 3 * * *", "big"), "they can run on one node"),
        ("ReadWriteOncePod", mounting("export", "31 3 * * *", "big"), "the first run may have ended"),
        ("ReadWriteOncePod", mounting("export", "30 3 30 2 *", "big"), "it never starts"),
        ("ReadWriteOncePod", mounting("clean", "30 3 * * *", "big"), "they are in two clusters"),
        (
            "ReadWriteOncePod",
            mounting("export", "30 3 * * *", "big").replace("jobTemplate:", "suspend: true\n  jobTemplate:"),
            "it starts no runs",
        ),
        (
            "ReadWriteOncePod",
            mounting("export", "30 3 * * *", "big")
                .replace("jobTemplate:", "timeZone: Etc/UTC\n  jobTemplate:"),
            "nobody knows the other's time zone",
        ),
        (
            "ReadWriteOncePod",
            mounting("export", "30 3 * * *", "big").replace("shop", "web"),
            "it is another claim",
        ),
    ] {
        assert_eq!(both(mode, &nightly, &other), [""; 0], "{why}");
    }
    let anywhere =
        |name: &str| mounting(name, "30 3 * * *", "big").replace("nodeSelector: {pool: big}", "priority: 0");
    let expected = "b.yaml:13:69: info[claim-held-by-other-run] if the scheduler puts them on different nodes, the pod of one run waits \
                    until that of the other ends: `clean` and `export` start at 03:30 every day, and both use `data`, which is \
                    `ReadWriteOnce`";
    assert_eq!(both("ReadWriteOnce", &anywhere("clean"), &anywhere("export")), [expected]);
    assert_eq!(
        both("ReadWriteOnce", &nightly, &anywhere("export")),
        [""; 0],
        "who wrote that has thought of nodes"
    );
    assert_eq!(both("ReadWriteMany", &anywhere("clean"), &anywhere("export")), [""; 0]);
}

/// Returns a CronJob in a namespace that starts at some time.
fn nightly(name: &str, schedule: &str) -> String {
    cron_job(name, "1", "1").replace("0 * * * *", schedule)
}

#[test]
fn a_cron_job_of_several_clusters_counts_once() {
    let names = ["import", "export", "check"];
    let file =
        |names: &[&str]| names.iter().map(|it| nightly(it, "10 2 * * *") + "---\n").collect::<String>();
    let (three, five) = (file(&names), file(&["import", "export", "check", "pack", "count"]));
    let busy = |files: &[(&str, &str)]| found("busy-minute", files);
    assert_eq!(busy(&[("east/a.yaml", &three), ("west/a.yaml", &three)]), [""; 0], "three in each cluster");
    assert_eq!(busy(&[("a.yaml", &three), ("b.yaml", &three)]), [""; 0], "whichever is applied last");
    let message = "info[busy-minute] 5 CronJobs start at 02:10 every day: `import`, `export`, `check`, `pack` and `count`";
    assert_eq!(
        busy(&[("east/a.yaml", &five), ("west/a.yaml", &three), ("west/b.yaml", &five)]),
        [format!("east/a.yaml:5:13: {message}"), format!("west/a.yaml:5:13: {message}")],
        "in both clusters"
    );
    let others = file(&["pack", "count"]);
    assert_eq!(busy(&[("a/a.yaml", &three), ("b/a.yaml", &others)]), [format!("a/a.yaml:5:13: {message}")]);
    // What is for both clusters starts with what each has of its own, and what is for one with that alone.
    let both = [("a/east/a.yaml", three.as_str()), ("a/west/a.yaml", &three), ("b/a.yaml", &others)];
    let in_each = ["east", "west"].map(|it| format!("a/{it}/a.yaml:5:13: {message}"));
    assert_eq!(busy(&both), in_each);
    let one = [("a/east/a.yaml", three.as_str()), ("a/west/a.yaml", &three), ("a/west/b/a.yaml", &others)];
    assert_eq!(busy(&one), [format!("a/west/a.yaml:5:13: {message}")]);
    let east_only = [("a/east/a.yaml", file(&["pack"])), ("a/west/a.yaml", file(&["pack", "count"]))];
    let files = [
        ("b/a.yaml", three.as_str()),
        ("a/east/a.yaml", &east_only[0].1),
        ("a/west/a.yaml", &east_only[1].1),
    ];
    assert_eq!(busy(&files).len(), 1, "there are four in the other one");
}

#[test]
fn a_cron_job_counts_in_the_cluster_that_its_path_names() {
    let file =
        |names: &[&str]| names.iter().map(|it| nightly(it, "10 2 * * *") + "---\n").collect::<String>();
    let (three, fourth, last) = (file(&["import", "export", "check"]), file(&["pack"]), file(&["count"]));
    let busy = |base: &str, one: &str, other: &str| {
        let path = |it: &str| format!("{it}/a.yaml");
        let files = [(path(base), &three), (path(one), &fourth), (path(other), &last)];
        found("busy-minute", &files.each_ref().map(|(path, text)| (path.as_str(), text.as_str()))).len()
    };
    for (one, other) in [
        ("a/production/cluster-1", "b/production/cluster-2"),
        ("a/prod", "b/staging"),
        ("shop/overlays/acme", "shop/overlays/other"),
        ("clusters/home", "clusters/office/apps"),
        ("eu-west-1/jobs", "us-east-1/jobs"),
    ] {
        assert_eq!(busy("base", one, other), 0, "{one} {other}");
    }
    for (one, other) in [
        ("shop/prod", "office/production"),
        ("production/shop", "production/office"),
        ("clusters/home/shop", "clusters/home/office"),
        ("a/production", "b/production/cluster-2"),
        ("shop/base", "office"),
    ] {
        assert_eq!(busy("base", one, other), 1, "{one} {other}");
    }
    assert_eq!(busy("a/production", "a/production/cluster-1", "b/production/cluster-1"), 1, "in one cluster");
}

#[test]
fn no_finding_about_starts_depends_on_the_day() {
    let some = ["a", "b", "c", "d"].map(|it| nightly(it, "10 2 * * *") + "---\n").concat();
    let directory = |last: &str| {
        TempDirectory::new("neighbour-days", &[("a.yaml", &some), ("b.yaml", &nightly("last", last))])
    };
    let busy = |last: &str, day: &str| {
        directory(last)
            .run(&["check", "--select", "busy-minute", "--as-of", day, "--format", "concise", "."])
            .out
    };
    for last in ["10 2 1 * *", "10 2 * 12 *", "10 2 */2 * *", "10 2 * * 1"] {
        assert_eq!(busy(last, "2026-11-30"), busy(last, "2026-12-03"), "{last}");
    }
    assert!(busy("10 2 * * 1", "2026-11-30").contains("5 CronJobs start at 02:10 on Mondays"));
    assert!(!busy("10 2 1 * *", "2026-11-30").contains("busy-minute"), "once a month");
}

/// A time zone that all have in common names the hour that people wrote, in summer and in winter.
#[test]
fn starts_are_named_in_the_zone_of_the_cron_jobs() {
    let zoned = |name: &str, zone: &str| {
        nightly(name, "10 2 * * *").replace("  jobTemplate", &format!("  timeZone: {zone}\n  jobTemplate"))
            + "---\n"
    };
    let in_zone = |zone: &str| ["a", "b", "c", "d", "e"].map(|it| zoned(it, zone)).concat();
    let berlin = found("busy-minute", &[("a.yaml", &in_zone("Europe/Berlin"))]);
    assert!(berlin[0].contains("start at 02:10 Europe/Berlin every day"), "{berlin:?}");
    let several = in_zone("Asia/Kolkata");
    assert!(
        found("busy-minute", &[("a.yaml", &several)])[0].contains("start at 02:10 Asia/Kolkata every day")
    );
}

const HOOK: &str = "\
apiVersion: batch/v1
kind: Job
metadata: {name: migrate, annotations: {helm.sh/hook: pre-upgrade}}
spec:
  activeDeadlineSeconds: 3600
  template: {spec: {restartPolicy: Never, containers: [{name: a, image: 'a:1'}]}}
";

/// Helm waits for what it installs, and installs only what is in a chart.
#[test]
fn helm_waits_only_for_hooks_of_charts() {
    let waits = |files: &[(&str, &str)]| found("hook-outlasts-wait", files).len();
    assert_eq!(waits(&[("app/templates/job.yaml", HOOK)]), 1, "a template of a chart");
    let rendered = format!("---\n# Source: app/templates/job.yaml\n{HOOK}");
    assert_eq!(waits(&[("rendered.yaml", &rendered)]), 1, "what `helm template` writes");
    assert_eq!(waits(&[("app/job.yaml", HOOK)]), 0, "who knows what applies it");
    let application = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: app}\nspec: {source: {path: app}}\n";
    let files = [("app/templates/job.yaml", HOOK), ("application.yaml", application)];
    assert_eq!(waits(&files), 0, "Argo CD waits without a limit");
}

/// BusyBox's `timeout` becomes the program, and lets a child send the signals, which process 1 ignores.
#[test]
fn busybox_ends_no_process_1() {
    let lasts = |image: &str, command: &str| {
        let plain = HOOK.replace("  activeDeadlineSeconds: 3600\n", "  backoffLimit: 0\n");
        let job = plain.replace("image: 'a:1'", &format!("image: '{image}', command: {command}"));
        found("hook-outlasts-wait", &[("app/templates/job.yaml", &job)]).len()
    };
    assert_eq!(lasts("debian:12.7", "[timeout, '3600', migrate]"), 1);
    assert_eq!(lasts("busybox:1.36", "[timeout, '3600', migrate]"), 0);
    assert_eq!(lasts("alpine:3.20", "[sh, -c, 'timeout 3600 migrate']"), 0, "`ash` replaces itself as well");
    assert_eq!(lasts("alpine:3.20", "[sh, -c, \"timeout 3600 migrate\\n\"]"), 1, "`ash` starts a process");
    assert_eq!(lasts("alpine:3.20", "[sh, -c, \"exec timeout 3600 migrate\\n\"]"), 0);
}

/// All that one call of `helm template` prints is in one namespace, though only some of it states which.
#[test]
fn a_release_in_a_file_has_one_namespace() {
    let part = |kind: &str| format!("---\n# Source: app/templates/{kind}.yaml\n");
    let service = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: x}, ports: [{port: 80, targetPort: 8080}]}\n";
    let pods = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  selector: {matchLabels: {app: x}}\n  \
        template: {metadata: {labels: {app: x}}, spec: {containers: [{name: a, image: 'a:1'}]}}\n";
    let job = "apiVersion: batch/v1\nkind: Job\nmetadata: {name: a, namespace: shop}\nspec:\n  template:\n    metadata: {labels: {app: x}}\n    \
        spec: {restartPolicy: Never, containers: [{name: a, image: 'a:1'}]}\n";
    let accidents = |before: &str, between: &str| {
        let all = format!("{before}{service}{between}{pods}{between}{job}");
        found("selected-by-accident", &[("all.yaml", &all)]).len()
    };
    assert!(accidents(&part("a"), &part("b")) > 0);
    assert_eq!(accidents("", "---\n"), 0, "nobody knows where the others are");
    let other = format!(
        "{}apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a, namespace: kube-system}}\n",
        part("c")
    );
    assert_eq!(accidents(&format!("{other}{}", part("a")), &part("b")), 0, "which of the two is it");
}

#[test]
fn helm_prints_the_logs_of_hooks_of_charts_only() {
    let policy = HOOK.replace("pre-upgrade", "pre-upgrade, helm.sh/hook-delete-policy: hook-failed");
    let help = |file: &str| {
        let arguments = ["check", "--select", "failed-hook-deleted", "--format", "json", "."];
        let run = TempDirectory::new("neighbour-hook", &[(file, policy.as_str())]).run(&arguments);
        let report: serde_json::Value = serde_json::from_str(&run.out).unwrap();
        report["findings"][0]["help"].as_str().unwrap().to_owned()
    };
    assert!(help("app/templates/job.yaml").contains("helm.sh/hook-output-log-policy"));
    assert_eq!(
        help("job.yaml"),
        "write `before-hook-creation`: a failed Job then stays until the hook runs again"
    );
}

#[test]
fn what_a_limit_range_refuses_in_one_container_is_one_finding() {
    let limits = |items: &str| {
        format!(
            "apiVersion: v1\nkind: LimitRange\nmetadata: {{name: limits, namespace: shop}}\nspec: {{limits: [{items}]}}\n"
        )
    };
    let job = |containers: &str| {
        format!(
            "apiVersion: batch/v1\nkind: Job\nmetadata: {{name: a, namespace: shop}}\nspec: {{template: {{spec: {{restartPolicy: \
             Never, containers: [{containers}]}}}}}}\n"
        )
    };
    let container = |name: &str| {
        format!("{{name: {name}, image: 'a:1', resources: {{limits: {{cpu: 8, memory: 9Gi}}}}}}")
    };
    let count = |items: &str, containers: &str| {
        found("refused-by-limit-range", &[("job.yaml", &job(containers)), ("limits.yaml", &limits(items))])
            .len()
    };
    let (one, two) = (container("a"), format!("{}, {}", container("a"), container("b")));
    let (each, all) =
        ("{type: Container, max: {cpu: 2, memory: 4Gi}}", "{type: Pod, max: {cpu: 2, memory: 4Gi}}");
    assert_eq!(count(each, &one), 1, "cpu and memory");
    assert_eq!(count(&format!("{each}, {all}"), &one), 1, "the pod has nothing else");
    assert_eq!(count(&format!("{each}, {all}"), &two), 3, "each container, and their sum");
}
