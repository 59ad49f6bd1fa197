//! Manifests and lists of the benchmark, made by rule so that every run measures the same ones.

use std::fmt::Write as _;
use std::fs;
use std::io::{self, BufWriter, Write as _};
use std::path::Path;

/// Makes a manifest like those people write: every third a CronJob, some with findings, some clean.
pub(crate) fn manifest(number: usize) -> String {
    let mut text = String::new();
    let is_cron_job = number.is_multiple_of(3);
    let kind = if is_cron_job { "CronJob" } else { "Job" };
    let _ = write!(
        text,
        "# Loads the partition {number} of the warehouse.\napiVersion: batch/v1\nkind: {kind}\n"
    );
    let _ = write!(
        text,
        "metadata:\n  name: load-{number}\n  namespace: team-{}\n  labels:\n    app.kubernetes.io/name: load\n",
        number % 40
    );
    let mut indent = "  ".to_owned();
    text += "spec:\n";
    if is_cron_job {
        let _ = write!(
            text,
            "  schedule: \"{} {} * * *\"\n  concurrencyPolicy: Forbid\n  jobTemplate:\n    spec:\n",
            number % 60,
            number % 24
        );
        indent = "      ".to_owned();
    }
    let mut body = String::new();
    if number.is_multiple_of(2) {
        body += "backoffLimit: 2\nactiveDeadlineSeconds: 1800\n";
    }
    body += "ttlSecondsAfterFinished: 86400\ntemplate:\n  metadata:\n    labels:\n      app.kubernetes.io/name: load\n  spec:\n";
    body += "    restartPolicy: Never\n    securityContext:\n      runAsNonRoot: true\n    containers:\n    - name: load\n";
    let _ = writeln!(body, "      image: registry.example.com/warehouse/load:3.{}.1", number % 20);
    body += "      command: [\"load\", \"--partition\", \"$(PARTITION)\"]\n      env:\n";
    let _ = write!(body, "      - name: PARTITION\n        value: \"{number}\"\n");
    body += "      - name: DATABASE_PASSWORD\n        valueFrom:\n          secretKeyRef: {name: warehouse, key: password}\n";
    body +=
        "      resources:\n        requests: {cpu: 250m, memory: 512Mi}\n        limits: {memory: 512Mi}\n";
    for line in body.lines() {
        let _ = writeln!(text, "{indent}{line}");
    }
    text
}

/// Writes so many manifests into a directory, each into a file of its own.
pub(crate) fn write_tree(directory: &Path, files: usize) -> io::Result<()> {
    fs::create_dir_all(directory)?;
    (0..files).try_for_each(|number| fs::write(directory.join(format!("{number:05}.yaml")), manifest(number)))
}

/// Writes a list of so many CronJobs as `kubectl get cronjobs --output json` prints one: with the API server's defaults, and
/// with `items` before `kind`.
pub(crate) fn write_list(file: &Path, items: usize) -> io::Result<()> {
    let mut out = BufWriter::new(fs::File::create(file)?);
    write!(out, "{{\n    \"apiVersion\": \"v1\",\n    \"items\": [\n")?;
    for number in 0..items {
        let item = LISTED_ITEM.replace("NUMBER", &number.to_string());
        let item =
            item.replace("MINUTE", &(number % 60).to_string()).replace("HOUR", &(number % 24).to_string());
        out.write_all(item.trim_end().as_bytes())?;
        out.write_all(if number + 1 < items { b",\n" } else { b"\n" })?;
    }
    write!(
        out,
        "    ],\n    \"kind\": \"List\",\n    \"metadata\": {{\n        \"resourceVersion\": \"\"\n    }}\n}}\n"
    )?;
    out.flush()
}

const LISTED_ITEM: &str = include_str!("listed-cron-job.json");
