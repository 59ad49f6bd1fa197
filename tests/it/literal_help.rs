//! A help asks for what is not there yet, and works when it is followed to the letter.

use crate::common::{findings, only_finding};

fn job(pod: &str, container: &str) -> String {
    format!(
        "apiVersion: batch/v1
kind: Job
metadata: {{name: import}}
spec:
  template:
    spec:
      restartPolicy: Never
{pod}      containers:
      - name: import
        image: registry.example.com/import:1.4.2
{container}"
    )
}

fn script(line: &str) -> String {
    format!("        command:\n        - bash\n        - -ec\n        - |\n          {line}\n")
}

#[test]
fn a_mode_that_a_file_has_is_not_asked_for() {
    let help = |line: &str, mode: &str| {
        let pod = format!("      volumes: [{{name: scripts, configMap: {{name: scripts{mode}}}}}]\n");
        let mount = "        volumeMounts: [{name: scripts, mountPath: /scripts}]\n";
        only_finding("write-to-read-only-volume", &job(&pod, &(script(line) + mount))).1
    };
    let set =
        "set `defaultMode` in the volume's `configMap`, or `mode` in its `items`, and remove the command";
    for (line, mode) in [
        ("chmod +x /scripts/run.sh", ""),
        ("chmod +x /scripts/run.sh", ", defaultMode: 0744"),
        ("chmod 0755 /scripts/run.sh", ", defaultMode: 0744"),
        ("chmod 600 /scripts/key", ""),
    ] {
        assert_eq!(help(line, mode), set, "{line} {mode}");
    }
    for (line, mode, has) in [
        ("chmod +x /scripts/run.sh", ", defaultMode: 0755", "0755"),
        ("chmod a+x /scripts/run.sh", ", defaultMode: 0555", "0555"),
        ("chmod 755 /scripts/run.sh", ", defaultMode: 0555", "0555"),
        ("chmod -R 0600 /scripts", ", defaultMode: 0400", "0400"),
    ] {
        let expected = format!("remove the command: the mode of the file is {has} already");
        assert_eq!(help(line, mode), expected, "{line} {mode}");
    }
}

#[test]
fn what_is_in_the_home_of_root_has_to_move_first() {
    let help = |container: &str| only_finding("root-user", &job("", container)).1;
    let first = "first move the files that `import` uses out of `/root`, which only root can enter; then set";
    for container in [
        script("cd /root/migrations; goose up").as_str(),
        "        workingDir: /root\n",
        "        env: [{name: KUBECONFIG, value: /root/.kube/config}]\n",
        "        args: [--config=/root/app.yaml]\n",
    ] {
        assert!(help(container).starts_with(first), "{container}");
    }
    for container in [
        script("chroot /rootfs run; cp a /data/root/b; aws s3 cp a s3://backups/root").as_str(),
        "        workingDir: /srv/root\n",
        "        env: [{name: ROOT, value: /roots/a}]\n",
    ] {
        assert!(help(container).starts_with("set `securityContext"), "{container}");
    }
}

#[test]
fn sql_is_compressed_only_once() {
    let help = |line: &str| {
        let pod = "      volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]\n";
        let mount = "        volumeMounts: [{name: data, mountPath: /data}]\n";
        only_finding("misleading-file-name", &job(pod, &(script(line) + mount))).1
    };
    for (line, expected) in [
        ("pg_dump -Fc -Z 9 | gzip > /data/a.sql.gz", "`--format=plain` without `-Z`"),
        ("pg_dump -Fc --compress=9 | gzip > /data/a.sql.gz", "`--format=plain` without `--compress=9`"),
        ("pg_dump -Fc -Z0 | gzip > /data/a.sql.gz", "`--format=plain`"),
        ("pg_dump -Fc | gzip > /data/a.sql.gz", "`--format=plain`"),
    ] {
        let help = help(line);
        assert!(help.ends_with(expected), "{line}: {help}");
    }
}

#[test]
fn an_amount_of_bytes_is_rounded_up() {
    let help = |amount: &str| {
        only_finding(
            "api-warning",
            &job("", &format!("        resources: {{limits: {{memory: {amount}}}}}\n")),
        )
        .1
    };
    assert_eq!(help("0.2Gi"), "write a whole number of bytes, such as `205Mi`");
    assert_eq!(help("1000.1Mi"), "write a whole number of bytes, such as `1001Mi`");
}

#[test]
fn a_unit_in_a_name_does_not_hide_what_was_meant() {
    let help = |field: &str| {
        let text = job("", "").replace("spec:\n  template", &format!("spec:\n  {field}: 3\n  template"));
        let found = findings("unknown-field", &text);
        (found[0].help.as_deref().unwrap_or_default().to_owned(), found[0].fix.is_some())
    };
    assert_eq!(help("backupOffLimitSeconds"), ("did you mean `backoffLimit`?".to_owned(), false));
    assert_eq!(help("activeDeadline"), ("did you mean `activeDeadlineSeconds`?".to_owned(), false));
    assert_eq!(help("ownSeconds"), (String::new(), false));
}

#[test]
fn a_file_of_a_node_is_not_called_a_directory() {
    let found = |volume: &str, mount: &str| {
        let pod = format!("      volumes: [{{name: node, hostPath: {volume}}}]\n");
        let mounts = format!("        volumeMounts: [{{name: node, mountPath: {mount}}}]\n");
        only_finding("host-path", &job(&pod, &mounts)).0
    };
    let one = "the file stays there, and each node has its own";
    let many = "the files stay there, and pods on other nodes see them only if nodes share that directory";
    assert!(found("{path: /srv/net/subnet.env}", "/etc/subnet.env").ends_with(one));
    assert!(found("{path: /srv/net/subnet, type: FileOrCreate}", "/etc/subnet").ends_with(one));
    assert!(found("{path: /srv/net/subnet.env}", "/data").ends_with(many));
    assert!(found("{path: /srv/net/conf.d}", "/etc/conf.d").ends_with(many));
    assert!(found("{path: /srv/net/a.b, type: DirectoryOrCreate}", "/etc/a.b").ends_with(many));
}

#[test]
fn a_job_of_a_chart_is_created_again_by_the_next_upgrade() {
    let chart =
        job("", "").replace("{name: import}", "{name: import, labels: {app.kubernetes.io/managed-by: Helm}}");
    let help = only_finding("missing-ttl", &chart).1;
    assert!(
        help.contains(
            "if it can run again: the next `helm upgrade` creates a deleted Job again; otherwise make"
        ),
        "{help}"
    );
    for other in [job("", ""), chart.replace("name: import,", "name: import-1.4.2,")] {
        assert!(!only_finding("missing-ttl", &other).1.contains("helm"), "{other}");
    }
}

#[test]
fn a_stand_in_for_an_image_is_not_pinned() {
    let found = |image: &str| {
        findings("mutable-image", &job("", "").replace("registry.example.com/import:1.4.2", image)).len()
    };
    for image in ["replaced-by-kustomize", "placeholder", "agent_image"] {
        assert_eq!(found(image), 0, "{image}");
    }
    assert_eq!(found("shop/replaced"), 1);
}

/// Without its `&`, a command takes what follows on its line for arguments.
#[test]
fn an_ampersand_is_removed_only_at_the_end_of_a_line() {
    let help = |text: &str| only_finding("background-without-wait", &job("", &script(text))).1;
    let dump = "pg_dump -f /tmp/orders.sql orders";
    let upload = "aws s3 cp /tmp/orders.sql s3://backups/";
    assert_eq!(help(&format!("{dump} & {upload}")), "write `&&` instead of the `&`");
    let two_lines = format!("{dump} &\n          {upload}");
    assert_eq!(help(&two_lines), "remove the `&`, or write `&&` if that was meant");
}

#[test]
fn the_annotation_for_flux_is_asked_for_only_where_it_is_missing() {
    let help = |force: &str| {
        let labels =
            "labels: {kustomize.toolkit.fluxcd.io/name: shop, kustomize.toolkit.fluxcd.io/namespace: shop}";
        let text = job("", "").replace(
            "metadata: {name: import}\nspec:\n",
            &format!("metadata: {{name: import, {labels}{force}}}\nspec:\n  ttlSecondsAfterFinished: 600\n"),
        );
        only_finding("ttl-recreates-job", &text).1
    };
    let force = "kustomize.toolkit.fluxcd.io/force: enabled";
    assert!(help("").contains(force));
    let closed = help(&format!(", annotations: {{{force}}}"));
    assert!(!closed.contains(force) && closed.contains("Flux replaces it"), "{closed}");
}
