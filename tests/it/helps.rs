//! The help says what to write in this manifest, and not what it has already.

use batchlint::diagnostic::finding::Finding;
use batchlint::engine::lint::lint;
use batchlint::text::source::Source;

use crate::common::strict;

/// Returns the findings of a rule in a Job with this name, these lines in its pod template, and these in its container.
fn findings(rule: &str, name: &str, template: &str, container: &str) -> Vec<Finding> {
    let text = format!(
        "apiVersion: batch/v1
kind: Job
metadata: {{name: {name}}}
spec:
  template:
{template}    spec:
      restartPolicy: Never
      containers:
      - &main
        name: main
        image: registry.example.com/import:1.4.2
{container}"
    );
    findings_in(&text, rule)
}

/// Returns the findings of a rule in a manifest.
fn findings_in(text: &str, rule: &str) -> Vec<Finding> {
    let mut findings = lint(Source::new("job.yaml", text), &strict(None)).findings;
    findings.retain(|it| it.rule.id == rule);
    findings
}

fn help(rule: &str, container: &str) -> String {
    only_help(rule, &findings(rule, "import", "", container))
}

/// Returns the help of a rule's only finding in a manifest.
fn help_in(text: &str, rule: &str) -> String {
    only_help(rule, &findings_in(text, rule))
}

fn only_help(rule: &str, findings: &[Finding]) -> String {
    let [finding] = findings else { panic!("{rule}: one finding is expected: {findings:?}") };
    finding.help.as_deref().unwrap_or_default().to_owned()
}

#[test]
fn capabilities_that_are_dropped_need_not_be_dropped_again() {
    let capabilities = |fields: &str| format!("        securityContext: {{capabilities: {{{fields}}}}}\n");
    let help = |fields: &str| help("added-capabilities", &capabilities(fields));
    assert_eq!(
        help("add: [IPC_LOCK]"),
        "set `capabilities.drop: [ALL]`, and list in `add` only what the program needs"
    );
    assert_eq!(help("drop: [ALL], add: [IPC_LOCK]"), "remove `IPC_LOCK`, unless the program needs it");
    assert_eq!(
        help("drop: [ALL], add: [IPC_LOCK, SYS_TIME]"),
        "remove `IPC_LOCK` and `SYS_TIME`, unless the program needs them"
    );
}

/// A real password in its place would be in plain text.
#[test]
fn a_credential_to_fill_in_is_read_from_a_secret() {
    let help = |env: &str| help("unsubstituted-placeholder", &format!("        env: [{env}]\n"));
    let (password, plain) =
        ("{name: SMTP_PASSWORD, value: changeme}", "{name: DD_SITE, value: your-site-url}");
    let write = "write your own value in place of the placeholder";
    assert_eq!(
        help(password),
        "remove `value`, and read the credential from a Secret: `valueFrom.secretKeyRef`"
    );
    assert_eq!(help(plain), write);
    let both = format!("{write}, and read a credential from a Secret: `valueFrom.secretKeyRef`");
    assert_eq!(help(&format!("{password}, {plain}")), both);
    let argument = "        args: [--db-password=<your-password>]\n";
    assert_eq!(only_help("argument", &findings("unsubstituted-placeholder", "import", "", argument)), both);
}

#[test]
fn a_key_that_a_merge_overrides_stays_if_the_merge_comes_first() {
    let help = |key: &str| help("duplicate-key", &format!("      - {key}\n        <<: *main\n"));
    assert_eq!(help("name: second"), "move `<<` above `name` to keep the explicit value, or remove `name`");
    assert_eq!(help("name: main"), "remove `name`: `<<` sets the same value");
}

/// Of the words only the program is shown: an argument may be a credential.
#[test]
fn a_command_in_one_string_becomes_a_list_of_words() {
    let help = |line: &str| help("wrong-type", &format!("        {line}\n"));
    let items = "write one item for each word, and one for each quoted string: ";
    assert_eq!(help("command: import"), "write a list: `[\"import\"]`");
    assert_eq!(help("command: import --full"), format!("{items}`[\"import\", …]`"));
    assert_eq!(
        help("command: /bin/sh -c \"exec ./run.sh\""),
        format!("{items}`[\"/bin/sh\", \"-c\", \"…\"]`")
    );
    assert_eq!(help("args: hunter2"), "write a list: `[\"…\"]`");
    assert_eq!(help("args: load hunter2"), format!("{items}`[\"first\", \"second\"]`"));
    assert_eq!(help("env: import"), "start each item with `- `");
    assert_eq!(help("env: {A: b}"), "write one item for each variable: `- {name: …, value: …}`");
}

/// `yes` is a boolean of YAML, not of JSON, and no number fits a boolean.
#[test]
fn quotes_are_removed_where_the_value_then_fits() {
    let help = |line: &str| help("wrong-type", &format!("        {line}\n"));
    assert_eq!(help("tty: \"yes\""), "write `true` without quotes");
    assert_eq!(help("tty: \"1\""), "");
}

/// After the script of `sh -c` further items would be its arguments, and only a shell interprets operators.
#[test]
fn a_whole_line_gets_a_shell_only_where_that_helps() {
    let help = |command: &str| help("command-as-one-string", &format!("        command: {command}\n"));
    let shell = "put `sh`, `-c` before the line, ";
    assert_eq!(
        help("['load orders']"),
        "write each word as a separate item, or put `sh`, `-c` before the line"
    );
    assert_eq!(help("['load orders', --all]"), "write each word as a separate item");
    assert_eq!(
        help("['load a && load b']"),
        format!("{shell}so that a shell interprets its quotes and operators")
    );
    assert_eq!(help("['load a && load b', --all]"), format!("{shell}and move the other items into the line"));
}

/// Docker Hub has no tag with a version of these images any more, as `frozen-registry` says.
#[test]
fn an_image_of_bitnami_is_pinned_by_its_digest() {
    let manifest = |image: &str| {
        format!(
            "apiVersion: batch/v1\nkind: Job\nmetadata: {{name: a}}\nspec: {{template: {{spec: {{restartPolicy: Never, \
             containers: [{{name: a, image: {image}}}]}}}}}}\n"
        )
    };
    let help = |image: &str| help_in(&manifest(image), "mutable-image");
    assert_eq!(
        help("bitnami/kubectl:latest"),
        "pin the digest, `bitnami/kubectl@sha256:…`, or use an image whose publisher tags its versions: Docker Hub has \
         only `latest` of Bitnami's tags"
    );
    assert_eq!(
        help("busybox:latest"),
        "pin the tested version, `busybox:<version>`, or its digest, `busybox@sha256:…`"
    );
}

/// `: ` in the middle of an argument makes a mapping of it.
#[test]
fn an_argument_that_yaml_reads_as_a_mapping_gets_quotes() {
    let help = |item: &str| {
        let findings = findings("wrong-type", "import", "", &format!("        args:\n        - {item}\n"));
        findings[0].help.as_deref().unwrap_or_default().to_owned()
    };
    let quotes = "put the whole item in quotes: `: ` in a value without quotes makes it a mapping";
    assert_eq!(help("-H \"Accept: text/plain\""), quotes);
    assert_eq!(help("echo done: all"), quotes);
    assert_ne!(help("{name: import}"), quotes);
}

/// A volume that is there but invalid is not missing.
#[test]
fn a_mode_without_its_zero_is_explained_and_not_its_mount() {
    let pod = |volume: &str| {
        format!(
            "backoffLimit: 1, template: {{spec: {{restartPolicy: Never, volumes: [{{name: scripts, configMap: {{name: run, \
             {volume}}}}}], containers: [{{name: main, image: 'a.example/b:1.2.3', volumeMounts: [{{name: scripts, \
             mountPath: /scripts}}]}}]}}}}"
        )
    };
    let text = format!(
        "apiVersion: batch/v1\nkind: Job\nmetadata: {{name: import}}\nspec: {{{}}}\n",
        pod("defaultMode: 755")
    );
    let helps: Vec<_> = findings_in(&text, "invalid-value").into_iter().filter_map(|it| it.help).collect();
    assert_eq!(
        helps,
        [
            "write `defaultMode: 0755`",
            "correct the volume `scripts` first: the API server rejects its definition too, so it does not find the volume"
        ]
    );
}

#[test]
fn an_ignored_seccomp_annotation_is_told_its_field() {
    let help = |annotation: &str, value: &str| {
        let metadata = format!("name: import, annotations: {{{annotation}: {value}}}");
        let finding = finding_in("ignored-annotation", "Job", &metadata, POD);
        finding.help.as_deref().unwrap_or_default().to_owned()
    };
    let pod = "seccomp.security.alpha.kubernetes.io/pod";
    let field = "securityContext.seccompProfile.type`";
    assert_eq!(
        help(pod, "runtime/default"),
        format!("remove it, and set the pod's `{field} to `RuntimeDefault`")
    );
    assert_eq!(
        help(pod, "localhost/import.json"),
        format!(
            "remove it, and set the pod's `{field} to `Localhost` and `localhostProfile` to `import.json`"
        )
    );
    let container = "container.seccomp.security.alpha.kubernetes.io/main";
    assert!(help(container, "runtime/default").contains("the container's"));
}

#[test]
fn an_annotation_with_the_name_of_a_field_does_not_set_it() {
    let metadata = "name: import, annotations: {ttlSecondsAfterFinished: \"300\"}";
    let finding = finding_in("ignored-annotation", "Job", metadata, POD);
    assert_eq!(finding.help.as_deref(), Some("remove it, and set `ttlSecondsAfterFinished`"));
    let spec = format!("schedule: 5 * * * *, jobTemplate: {{spec: {{{POD}}}}}");
    let finding = finding_in("ignored-annotation", "CronJob", metadata, &spec);
    assert!(finding.help.is_some_and(|it| it.starts_with("remove it: the history limits of a CronJob")));
}

/// A hook that is a CronJob can be deleted before its first run.
#[test]
fn a_cron_job_is_not_told_to_become_a_hook() {
    let metadata = "name: import, annotations: {helm.sh/hook-delete-policy: hook-succeeded}";
    let spec = format!("schedule: 5 * * * *, jobTemplate: {{spec: {{{POD}}}}}");
    let help = |kind: &str, spec: &str| finding_in("ignored-annotation", kind, metadata, spec).help;
    assert_eq!(help("CronJob", &spec).as_deref(), Some("remove the policy"));
    assert!(help("Job", POD).is_some_and(|it| it.starts_with("add the annotation `helm.sh/hook`")));
}

#[test]
fn an_exit_code_gets_a_name_with_its_own_number() {
    let script = "        command: [\"sh\", \"-c\", \"import || exit 3\"]\n";
    assert!(help("undocumented-exit-codes", script).ends_with("such as `EXIT_NO_INPUT=3`"));
}

/// The API server copies the name into a label of the pods, and rejects both.
#[test]
fn a_label_that_is_a_copy_of_the_name_is_not_reported_next_to_it() {
    let causes = |name: &str, template: &str| -> Vec<String> {
        let findings = findings("invalid-value", name, template, "");
        let cause = |it: &Finding| it.message.split(": ").nth(1).unwrap_or_default().to_owned();
        findings.iter().map(cause).collect()
    };
    assert_eq!(causes("note-", ""), ["metadata.name"]);
    let written = "    metadata: {labels: {app: note-}}\n";
    assert!(
        causes("note-", written).contains(&"spec.template.labels".to_owned()),
        "this one is in the manifest"
    );
    let too_long = format!("{}-", "a".repeat(63));
    let both = causes(&too_long, "");
    assert!(
        both.contains(&"spec.template.labels".to_owned()),
        "a correct name can still be too long: {both:?}"
    );
}

/// Returns the only finding of a rule in an object with this `metadata` and `spec`.
fn finding_in(rule: &str, kind: &str, metadata: &str, spec: &str) -> Finding {
    let text = format!("apiVersion: batch/v1\nkind: {kind}\nmetadata: {{{metadata}}}\nspec: {{{spec}}}\n");
    let mut findings = findings_in(&text, rule);
    assert_eq!(findings.len(), 1, "{rule}: {text}{findings:?}");
    findings.remove(0)
}

fn help_of(rule: &str, kind: &str, spec: &str) -> String {
    finding_in(rule, kind, "name: import", spec).help.as_deref().unwrap_or_default().to_owned()
}

const POD: &str =
    "template: {spec: {restartPolicy: Never, containers: [{name: main, image: 'a.example/b:1.2.3'}]}}";

/// `@every` replaces all fields, so only a schedule without other conditions can become one.
#[test]
fn a_step_that_is_longer_than_its_field_becomes_an_interval_or_one_run() {
    let help = |schedule: &str| {
        let spec = format!("schedule: '{schedule}', jobTemplate: {{spec: {{{POD}}}}}");
        help_of("uneven-step", "CronJob", &spec)
    };
    let day = "for a run every 48 hours, use `@every 48h`; for one run a day, write `0`";
    assert_eq!(help("30 */48 * * *"), day);
    assert_eq!(
        help("*/90 * * * *"),
        "for a run every 90 minutes, use `@every 90m`; for one run an hour, write `0`"
    );
    assert_eq!(
        help("0 6 */40 * *"),
        "for a run every 40 days, use `@every 960h`; for one run a month, write `1`"
    );
    assert_eq!(
        help("0 6,18 */40 * *"),
        "write `1`, which matches the same day; five fields cannot express an interval of 40 days"
    );
    // `@every` would run at weekends too, or instead of 60 times a day.
    let same = "write `0`, which matches the same times";
    let cannot = format!("{same}; five fields cannot express an interval of 48 hours");
    assert_eq!(["0 */48 * * 1-5", "* */48 * * *"].map(help), [&*cannot, &*cannot]);
    assert_eq!(help("0 */99999 * * *"), same);
    let step = "use a step that divides 24 evenly";
    assert_eq!(help("0 */5 * * *"), format!("{step}, list the hours, or use `@every 5h`"));
    assert_eq!(help("0 */5 * * 1-5"), format!("{step}, or list the hours"));
}

/// The API server rejects these without `completionMode: Indexed`.
#[test]
fn what_needs_an_index_goes_with_the_completion_mode() {
    let help = |fields: &str| {
        let spec = format!("completionMode: Indexed, completions: 5, parallelism: 5{fields}, {POD}");
        help_of("unused-index", "Job", &spec)
    };
    let remove = "pass `$(JOB_COMPLETION_INDEX)` in `args`, or read the variable in the script; if the pods need no index, \
        remove `completionMode`";
    assert_eq!(help(""), remove);
    assert_eq!(
        help(", backoffLimitPerIndex: 2"),
        format!("{remove} and what requires `Indexed`: `backoffLimitPerIndex`")
    );
    assert_eq!(
        help(", backoffLimitPerIndex: 2, maxFailedIndexes: 1, successPolicy: {rules: [{succeededCount: 1}]}"),
        format!(
            "{remove} and what requires `Indexed`: `backoffLimitPerIndex`, `maxFailedIndexes` and `successPolicy`"
        )
    );
    let spec = format!("completionMode: Indexed, completions: 1, {POD}");
    assert_eq!(
        help_of("unused-index", "Job", &spec),
        "remove `completionMode`; to divide the work among several pods, raise `completions` and pass \
         `$(JOB_COMPLETION_INDEX)` in `args`, or read the variable in the script"
    );
}

/// Flux has no hooks for a manifest of a Kustomization, and reconciles instead of syncing.
#[test]
fn a_job_that_cannot_change_is_replaced_in_the_way_of_its_tool() {
    let finding = |sign: &str| finding_in("immutable-job", "Job", &format!("name: import, {sign}"), POD);
    let flux = finding("labels: {kustomize.toolkit.fluxcd.io/name: shop}");
    assert_eq!(
        flux.help.as_deref(),
        Some(
            "let Flux replace the Job (with the annotation `kustomize.toolkit.fluxcd.io/force: enabled`), or give it a name that changes \
             with its content"
        )
    );
    assert_eq!(flux.related[0].text, "Flux applies this Job again at every reconciliation");
    let argo_cd = finding("annotations: {argocd.argoproj.io/sync-wave: '1'}");
    assert!(argo_cd.help.as_deref().unwrap_or_default().contains("`argocd.argoproj.io/hook: PreSync`"));
    assert_eq!(argo_cd.related[0].text, "Argo CD applies this Job again at every sync");
    for sign in
        ["app.kubernetes.io/managed-by: Helm", "helm.toolkit.fluxcd.io/name: shop", "heritage: Tiller"]
    {
        let helm = finding(&format!("labels: {{{sign}}}"));
        assert!(
            helm.help
                .as_deref()
                .unwrap_or_default()
                .starts_with("make the Job a hook (`helm.sh/hook: pre-upgrade,pre-install`, or ")
        );
        assert_eq!(helm.related[0].text, "Helm applies this Job again on every upgrade");
    }
}

#[test]
fn an_annotation_for_app_armor_is_removed_and_not_set_to_a_type() {
    let key = "container.apparmor.security.beta.kubernetes.io/main";
    let template = format!("    metadata: {{annotations: {{{key}: unconfined}}}}\n");
    let old = &findings("unconfined-apparmor", "import", &template, "")[0];
    assert_eq!(old.message, "`main` runs without AppArmor confinement: its annotation is `unconfined`");
    assert_eq!(
        old.help.as_deref(),
        Some(
            "remove the annotation; to choose a profile, set `securityContext.appArmorProfile.type` to \
             `RuntimeDefault`, or to `Localhost` with a profile of your own"
        )
    );
    let field =
        help("unconfined-apparmor", "        securityContext: {appArmorProfile: {type: Unconfined}}\n");
    assert!(field.starts_with("remove `appArmorProfile`, or set its `type`"), "{field}");
}

#[test]
fn a_directory_contains_the_socket() {
    let message = |path: &str| {
        let mount = "        volumeMounts: [{name: run, mountPath: /run}]\n";
        let volume = format!("{mount}      volumes: [{{name: run, hostPath: {{path: '{path}'}}}}]\n");
        findings("container-socket", "import", "", &volume)[0].message.to_string()
    };
    for path in ["/run/containerd", "/run/containerd/", "/var/run/crio", "/run/k3s"] {
        assert!(message(path).ends_with(&format!("`{path}` contains the socket of the container runtime")));
    }
    for path in ["/run/containerd/containerd.sock", "/var/run/docker.sock", r"\\.\pipe\docker_engine"] {
        assert!(message(path).ends_with(&format!("`{path}` is the socket of the container runtime")));
    }
}

#[test]
fn items_of_a_list_have_a_conjunction() {
    let added = "        securityContext: {capabilities: {add: [SYS_ADMIN, NET_ADMIN, BPF]}}\n";
    let message = &findings("added-capabilities", "import", "", added)[0].message;
    assert!(message.starts_with("`main` gets `SYS_ADMIN`, `NET_ADMIN` and `BPF`: "), "{message}");
    let labels = "    metadata: {labels: {team: shop}}\n";
    let message = &findings("missing-recommended-labels", "import", labels, "")[0].message;
    assert!(message.contains("` or `app.kubernetes.io/"), "{message}");
}

/// The controller looks back no further than the starting deadline for when a run was due, and `@every` counts from there.
#[test]
fn an_interval_needs_a_starting_deadline_that_is_longer() {
    let help = |line: &str| {
        let text = format!(
            "apiVersion: batch/v1
kind: CronJob
metadata: {{name: import}}
spec:
  schedule: \"0 */48 * * *\"
{line}  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          containers: [{{name: import, image: \"registry.example.com/import:1.4.2\"}}]
"
        );
        help_in(&text, "uneven-step")
    };
    let every = "for a run every 48 hours, use `@every 48h`; for one run a day, write `0`";
    assert_eq!(help(""), every);
    assert_eq!(help("  startingDeadlineSeconds: 200000\n"), every);
    let cannot =
        "write `0`, which matches the same times; five fields cannot express an interval of 48 hours";
    assert_eq!(help("  startingDeadlineSeconds: 600\n"), cannot);
}

/// The API server accepts a `podFailurePolicy` only with `Never`.
#[test]
fn a_migration_is_not_retried_blindly() {
    let help = |limit: u32, policy: &str| {
        let text = format!(
            "apiVersion: batch/v1
kind: Job
metadata: {{name: migrate}}
spec:
  backoffLimit: {limit}
  template:
    spec:
      restartPolicy: {policy}
      containers:
      - name: migrate
        image: registry.example.com/shop/migrator:2.0.1
        command: [orders, migrate, up]
"
        );
        help_in(&text, "retried-migration")
    };
    let rest = "either `backoffLimit: 0` or a `podFailurePolicy` whose `FailJob` rule has `operator: NotIn` and the exit \
                codes after which a retry is safe";
    assert_eq!(help(2, "Never"), format!("set {rest}"));
    assert_eq!(help(2, "OnFailure"), format!("set `restartPolicy: Never`, and {rest}"));
    let never = "set `restartPolicy: Never`: only then does `backoffLimit: 0` rule out a retry";
    assert_eq!(help(0, "OnFailure"), never);
}

/// Capital letters in a reference are most often a value that nobody filled in, and an unknown variable a slip.
#[test]
fn names_that_were_meant_otherwise_are_asked_for() {
    let help = |rule: &str, container: &str| {
        let spec = format!(
            "template: {{spec: {{restartPolicy: Never, containers: [{{name: import, {container}}}]}}}}"
        );
        help_of(rule, "Job", &spec)
    };
    let form = "write `[host[:port]/]repository[:tag][@sha256:…]`, with the repository in lower case";
    assert_eq!(
        help("invalid-image-reference", "image: gcr.io/PROJECT_ID/import:1.4.2"),
        format!("if `PROJECT_ID` stands for a value, fill it in; otherwise {form}")
    );
    assert_eq!(help("invalid-image-reference", "image: gcr.io/shop/Import:1.4.2"), form);
    assert_eq!(
        help("invalid-image-reference", "image: 'https://gcr.io/shop/import:1.4.2'"),
        "write `gcr.io/shop/import:1.4.2`, without the scheme"
    );
    let container = |name: &str| {
        format!(
            "image: 'gcr.io/shop/import:1.4.2', args: [--day, $({name})], env: [{{name: DAY, value: monday}}]"
        )
    };
    let missing = |name: &str| {
        format!("add `{name}` to the container's `env`, or write `$$({name})` if the literal text is meant")
    };
    assert_eq!(help("undefined-reference", &container("REGION")), missing("REGION"));
    assert_eq!(
        help("undefined-reference", &container("DYA")),
        format!("did you mean `$(DAY)`? Otherwise {}", missing("DYA"))
    );
}

/// Root without `DAC_OVERRIDE` cannot read what other users have closed to all but them.
#[test]
fn root_keeps_its_rights_over_the_files_of_others() {
    let help = |script: &str, fields: &str| {
        let volumes = "      volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]\n";
        let container = format!(
            "        command: [sh, -ec, '{script}']\n        volumeMounts: [{{name: data, mountPath: /data}}]\n{fields}{volumes}"
        );
        help("capabilities-not-dropped", &container)
    };
    let free = "set `securityContext.capabilities.drop: [ALL]`, and add back what the program needs";
    let kept = |program: &str, need: &str| format!("{free}; no fix is offered because `{program}` {need}");
    let files = "can need `DAC_OVERRIDE` for files of other users in the mounted volumes";
    assert_eq!(help("tar -czf /tmp/a.tgz -C /data .", ""), kept("tar", files));
    assert_eq!(help("cd /data; find . -mtime +7 -delete", ""), kept("find", files));
    let owners = "needs `CHOWN`, and perhaps `DAC_OVERRIDE` and `FOWNER`";
    assert_eq!(help("rsync -a /data/ nas:/data", ""), kept("rsync", owners));
    assert_eq!(help("chown -R 1000 /data", ""), kept("chown", owners));
    assert_eq!(help("su-exec app import", ""), kept("su-exec", "needs `SETUID` and `SETGID`"));
    let user = "        securityContext: {runAsUser: 1000}\n";
    assert_eq!(help("tar -czf /tmp/a.tgz -C /data .", user), free, "it has no rights to lose");
    assert_eq!(help("import /data", ""), free);
}

/// A word in capitals is a word of the name; what stands for another value has an underscore, or is `DATE` or the like.
#[test]
fn a_name_in_capitals_is_no_placeholder() {
    let help = |name: &str| only_help("invalid-value", &findings("invalid-value", name, "", ""));
    let filled = |name: &str| format!("write `{name}`, or the value that the placeholder stands for");
    assert_eq!(help("autopost-9pm-REVIEW"), "write `autopost-9pm-review`");
    assert_eq!(help("import-JOB_SUFFIX"), filled("import-job-suffix"));
    assert_eq!(help("import-DATE"), filled("import-date"));
    assert_eq!(help("JOB_NAME"), filled("job-name"));
    let reference = "        envFrom: [{secretRef: {name: s3_credentials}}]\n";
    assert_eq!(
        self::help("invalid-value", reference),
        "write the name that the object has, such as `s3-credentials`"
    );
}

#[test]
fn a_request_that_is_there_need_not_be_set() {
    let text = "\
apiVersion: v1
kind: LimitRange
metadata: {name: limits, namespace: shop}
spec: {limits: [{type: Container, maxLimitRequestRatio: {cpu: 4}}]}
---
apiVersion: batch/v1
kind: Job
metadata: {name: a, namespace: shop}
spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: 'a:1', resources: RESOURCES}]}}}
";
    let help = |resources: &str| help_in(&text.replace("RESOURCES", resources), "refused-by-limit-range");
    assert_eq!(help("{requests: {cpu: 1}}"), "set a cpu limit of at most 4 times the request");
    assert_eq!(help("{}"), "set a cpu request, and a limit of at most 4 times that");
}

#[test]
fn pods_that_fail_side_by_side_last_no_second() {
    let text = "\
apiVersion: batch/v1
kind: Job
metadata: {name: a}
spec:
  backoffLimit: 20
  parallelism: 50
  completions: 50
  template: {spec: {restartPolicy: Never, containers: [{name: a, image: 'a:1'}]}}
";
    let message = &findings_in(text, "excessive-retries")[0].message;
    assert_eq!(
        message,
        "if every attempt fails, the Job continues, with 20 new pods: no deadline ends it sooner"
    );
}

#[test]
fn a_key_does_not_start_with_the_bucket() {
    let message = |target: &str| {
        let command = format!("        command: [sh, -ec, 'FILE=/backup/newest.gz; {target}']\n");
        let found = findings("path-in-object-key", "import", "", &command);
        found[0].message.split('`').nth(1).unwrap().to_owned()
    };
    assert_eq!(message(r#"aws s3 cp "$FILE" "s3://shop/$FILE""#), "/backup/…");
    assert_eq!(message(r#"aws s3 cp "$FILE" "s3://shop/daily/$FILE""#), "daily//backup/…");
    assert_eq!(message(r#"mc cp "$FILE" "store/shop/$FILE""#), "/backup/…");
    assert_eq!(message(r#"mc cp "$FILE" "store/shop/daily/$FILE""#), "daily//backup/…");
}

/// A script that is a file can take its credential from the environment, as its default shows.
#[test]
fn a_default_in_a_mounted_script_gives_way_to_a_secret() {
    let help = |line: &str| {
        let text = format!(
            "apiVersion: v1
kind: ConfigMap
metadata: {{name: scripts}}
data:
  run.sh: |
    #!/bin/sh
    {line}
---
apiVersion: batch/v1
kind: Job
metadata: {{name: a}}
spec:
  template:
    spec:
      restartPolicy: Never
      containers: [{{name: a, image: 'a:1', command: [sh, /s/run.sh], volumeMounts: [{{name: s, mountPath: /s}}]}}]
      volumes: [{{name: s, configMap: {{name: scripts}}}}]
"
        );
        help_in(&text, "secret-in-config-map")
    };
    for line in
        ["DB_PASSWORD=\"${DB_PASSWORD:-Zk8vq2LmT4}\"", "login --password \"${DB_PASSWORD:-Zk8vq2LmT4}\""]
    {
        let help = help(line);
        assert!(help.starts_with("set the variable from a Secret with `valueFrom.secretKeyRef`"), "{help}");
    }
    let help = help("DB_PASSWORD=Zk8vq2LmT4");
    assert!(help.starts_with("keep the file in a Secret"), "{help}");
}

#[test]
fn a_set_e_that_comes_too_late_is_moved_up() {
    let script = "          fetch /data\n          set -eux\n          import /data\n";
    let text = format!(
        "apiVersion: batch/v1
kind: Job
metadata: {{name: a}}
spec:
  template:
    spec:
      restartPolicy: Never
      containers:
      - name: a
        image: a:1
        command: [bash, -c]
        args:
        - |
{script}"
    );
    assert_eq!(help_in(&text, "missing-errexit"), "move `set -eux` to the top of the script");
}
