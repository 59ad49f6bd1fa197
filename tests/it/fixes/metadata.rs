//! Labels and annotations that are moved to where their tool reads them.

use super::fixed;

const CRON_JOB: &str = "\
apiVersion: batch/v1
kind: CronJob
metadata:
  name: a
  annotations:
    # no mesh
    linkerd.io/inject: disabled
    config.linkerd.io/proxy-cpu-request: 10m
spec:
  schedule: \"@daily\"
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          containers: [{name: a, image: 'a:1'}]
";

#[test]
fn all_annotations_of_a_mapping_move_with_their_comments() {
    let after = CRON_JOB
        .replace(
            "  annotations:\n    # no mesh\n    linkerd.io/inject: disabled\n    config.linkerd.io/proxy-cpu-request: 10m\n",
            "",
        )
        .replace(
            "      template:\n",
            "      template:\n        metadata:\n          annotations:\n            # no mesh\n            linkerd.io/inject: disabled\n            config.linkerd.io/proxy-cpu-request: 10m\n",
        );
    assert_eq!(fixed("misplaced-metadata", CRON_JOB), after);
}

#[test]
fn other_annotations_stay_and_those_that_are_there_already_as_well() {
    let before = CRON_JOB
        .replace("    # no mesh\n", "    team: shop\n    # no mesh\n")
        .replace(
            "      template:\n",
            "      template:\n        metadata:\n          annotations:\n            # by hand\n            owner: shop\n",
        );
    let after = before
        .replace("    # no mesh\n    linkerd.io/inject: disabled\n    config.linkerd.io/proxy-cpu-request: 10m\n", "")
        .replace(
            "            # by hand\n",
            "            # no mesh\n            linkerd.io/inject: disabled\n            config.linkerd.io/proxy-cpu-request: 10m\n            # by hand\n",
        );
    assert_eq!(fixed("misplaced-metadata", &before), after);
}

#[test]
fn a_whole_mapping_moves_into_one_that_is_there() {
    let before = CRON_JOB.replace(
        "      template:\n",
        "      template:\n        metadata: \n          annotations:\n            owner: shop\n",
    );
    let after = before
        .replace(
            "  annotations:\n    # no mesh\n    linkerd.io/inject: disabled\n    config.linkerd.io/proxy-cpu-request: 10m\n",
            "",
        )
        .replace(
            "            owner: shop\n",
            "            # no mesh\n            linkerd.io/inject: disabled\n            config.linkerd.io/proxy-cpu-request: 10m\n            owner: shop\n",
        );
    assert_eq!(fixed("misplaced-metadata", &before), after);
}

/// The level is right, the kind of mapping is not.
#[test]
fn a_label_becomes_an_annotation() {
    let before = "\
apiVersion: batch/v1
kind: Job
metadata: {name: a}
spec:
  activeDeadlineSeconds: 60
  template:
    metadata:
      labels:
        app: a
        karpenter.sh/do-not-disrupt: \"true\"
    spec:
      restartPolicy: Never
      containers: [{name: a, image: 'a:1'}]
";
    let after = before.replace("        karpenter.sh/do-not-disrupt: \"true\"\n", "").replace(
        "    metadata:\n",
        "    metadata:\n      annotations:\n        karpenter.sh/do-not-disrupt: \"true\"\n",
    );
    assert_eq!(fixed("misplaced-metadata", before), after);
}

/// In a namespace without injection, Istio's webhook selects pods by the label alone.
#[test]
fn an_annotation_of_istio_becomes_the_label_of_the_pods() {
    let before = "\
apiVersion: batch/v1
kind: Job
metadata:
  name: a
  annotations:
    sidecar.istio.io/inject: \"true\"
    owner: shop
spec:
  activeDeadlineSeconds: 60
  template:
    metadata:
      labels:
        app: a
    spec:
      restartPolicy: Never
      containers: [{name: a, image: 'a:1'}]
";
    let after = before
        .replacen("    sidecar.istio.io/inject: \"true\"\n", "", 1)
        .replace("        app: a\n", "        sidecar.istio.io/inject: \"true\"\n        app: a\n");
    assert_eq!(fixed("misplaced-metadata", before), after);
}

/// Labels of CronJobs are for Kueue's Jobs, in flow style too.
#[test]
fn a_label_in_flow_style_moves_to_the_job_template() {
    let before = "\
apiVersion: batch/v1
kind: CronJob
metadata: {name: a, labels: {app: a, kueue.x-k8s.io/queue-name: nightly}}
spec:
  schedule: \"@daily\"
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          containers: [{name: a, image: 'a:1'}]
";
    let after = before.replace(", kueue.x-k8s.io/queue-name: nightly", "").replace(
        "  jobTemplate:\n",
        "  jobTemplate:\n    metadata:\n      labels:\n        kueue.x-k8s.io/queue-name: nightly\n",
    );
    assert_eq!(fixed("misplaced-metadata", before), after);
}

#[test]
fn values_are_written_in_their_quotes() {
    let before = "\
apiVersion: batch/v1
kind: Job
metadata:
  name: a
  annotations: {argocd.argoproj.io/sync-options: 'Force=true,Prune=False'}
spec:
  template:
    metadata:
      annotations:
        cluster-autoscaler.kubernetes.io/safe-to-evict: 'no'
        linkerd.io/inject: 'true'
        sidecar.istio.io/inject: enabled
    spec:
      restartPolicy: Never
      containers: [{name: a, image: 'a:1'}]
";
    let after = before
        .replace("Prune=False", "Prune=false")
        .replace("'no'", "'false'")
        .replace("inject: 'true'", "inject: 'enabled'")
        .replace("istio.io/inject: enabled", "istio.io/inject: \"true\"");
    assert_eq!(fixed("unknown-metadata-value", before), after);
}
