//! Manifests that tests of the program start from.

/// A Job in which nothing is found.
pub(crate) const HEALTHY: &str = "\
apiVersion: batch/v1
kind: Job
metadata: {name: import, annotations: {helm.sh/hook: post-install}}
spec:
  backoffLimit: 2
  activeDeadlineSeconds: 600
  template:
    metadata: {labels: {app.kubernetes.io/name: import}}
    spec:
      restartPolicy: Never
      securityContext: {runAsNonRoot: true}
      containers:
      - name: import
        image: registry.example.com/import:1.4.2
        resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi}}
";

/// The same Job with one finding at `spec`, `missing-deadline`.
pub(crate) fn without_deadline() -> String {
    HEALTHY.replace("  activeDeadlineSeconds: 600\n", "")
}

/// The Job without a deadline, under another name.
pub(crate) fn without_deadline_named(name: &str) -> String {
    without_deadline().replace("{name: import,", &format!("{{name: {name},"))
}
