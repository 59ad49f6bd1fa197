//! Lists that have all objects of a kind: what `kubectl get` prints of a namespace, and what only looks like it.

use crate::common::program::TempDirectory;

/// A Job that runs as the ServiceAccount `report`.
const JOB: &str = "\
apiVersion: batch/v1
kind: Job
metadata: {name: report, namespace: shop}
spec:
  template:
    spec:
      serviceAccountName: report
      priorityClassName: low
      restartPolicy: Never
      containers:
      - {name: report, image: 'report:1', command: [kubectl, get, pods]}
";

/// Returns a list of objects, each a kind, a namespace and a name; `live` ones have a `uid`.
fn list(objects: &[(&str, &str, &str)], is_live: bool) -> String {
    let mut text = "apiVersion: v1\nkind: List\nmetadata: {resourceVersion: ''}\nitems:\n".to_owned();
    for (number, (kind, namespace, name)) in objects.iter().enumerate() {
        let version = match *kind {
            "PriorityClass" => "scheduling.k8s.io/v1",
            "RoleBinding" | "ClusterRoleBinding" => "rbac.authorization.k8s.io/v1",
            _ => "v1",
        };
        let namespace =
            if namespace.is_empty() { String::new() } else { format!(", namespace: {namespace}") };
        let uid = if is_live { format!(", uid: u{number}") } else { String::new() };
        text += &format!(
            "- {{apiVersion: {version}, kind: {kind}, metadata: {{name: {name}{namespace}{uid}}}}}\n"
        );
    }
    text
}

const ACCOUNTS: [(&str, &str, &str); 2] =
    [("ServiceAccount", "shop", "default"), ("ServiceAccount", "shop", "web")];

/// Returns what a rule finds in some files.
fn found(rule: &str, files: &[(&str, &str)], arguments: &[&str]) -> Vec<String> {
    let select = ["check", "--select", rule, "--format", "concise"];
    let run = TempDirectory::new("whole", files).run(&[&select, arguments].concat());
    assert_eq!(run.err, "", "nothing goes wrong");
    run.out.lines().filter(|it| it.contains(&format!("[{rule}]"))).map(str::to_owned).collect()
}

fn absent(list: &str) -> Vec<String> {
    found("absent-object", &[("job.yaml", JOB), ("list.yaml", list)], &["."])
}

#[test]
fn what_a_whole_list_does_not_have_is_absent() {
    let all = absent(&list(&ACCOUNTS, true));
    assert_eq!(all.len(), 1, "{all:?}");
    assert!(
        all[0].ends_with(
            "without the ServiceAccount `report`, the Job gets no pods, and only an event says why: \
             none of the 2 ServiceAccounts in the namespace `shop` has this name"
        ),
        "{all:?}"
    );
    let classes = [("PriorityClass", "", "system-node-critical")];
    let all = absent(&list(&classes, true));
    assert!(all[0].ends_with("the only PriorityClass in the cluster has another name"), "{all:?}");
    let both = [&ACCOUNTS[..], &[("ServiceAccount", "shop", "report")]].concat();
    assert!(absent(&list(&both, true)).is_empty());
}

#[test]
fn what_may_be_a_selection_proves_nothing() {
    assert!(absent(&list(&ACCOUNTS, false)).is_empty(), "nobody knows who wrote it");
    assert!(absent(&list(&ACCOUNTS[1..], true)).is_empty(), "a name or a selector may have picked it");
    let other = [("ServiceAccount", "post", "default")];
    assert!(absent(&list(&other, true)).is_empty(), "another namespace");
    let alone = "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: default, namespace: shop, uid: u}\n";
    assert!(absent(alone).is_empty(), "no list");
    let begun = list(&ACCOUNTS, true).replace("resourceVersion: ''", "continue: abc");
    assert!(absent(&begun).is_empty(), "the first page of it");
    let maps = [("ConfigMap", "shop", "kube-root-ca.crt")];
    assert!(absent(&list(&maps, true)).is_empty(), "nobody asked for ServiceAccounts");
    let mixed = [&maps[..], &ACCOUNTS[1..]].concat();
    assert_eq!(absent(&list(&mixed, true)).len(), 1, "all kinds that were asked for");
}

#[test]
fn a_list_counts_for_its_directory_or_with_the_flag() {
    let text = list(&ACCOUNTS, true);
    let files = [("app/job.yaml", JOB), ("cluster/list.yaml", text.as_str())];
    assert!(found("absent-object", &files, &["."]).is_empty(), "it may be of another cluster");
    assert_eq!(found("absent-object", &files, &["app", "--with", "cluster"]).len(), 1);
    let twice = [("job.yaml", JOB), ("a.yaml", text.as_str()), ("b.yaml", text.as_str())];
    assert!(found("absent-object", &twice, &["."]).is_empty(), "which of them?");
    let both = [("job.yaml", JOB), ("list.yaml", text.as_str())];
    assert_eq!(found("absent-object", &both, &[".", "--with", "list.yaml"]).len(), 1, "the same list");
}

#[test]
fn what_a_file_defines_is_to_come() {
    let text = list(&ACCOUNTS, true);
    for namespace in ["", ", namespace: shop"] {
        let account =
            format!("apiVersion: v1\nkind: ServiceAccount\nmetadata: {{name: report{namespace}}}\n");
        let files = [("job.yaml", JOB), ("list.yaml", text.as_str()), ("account.yaml", &account)];
        assert!(found("absent-object", &files, &["."]).is_empty(), "{account}");
    }
    let elsewhere = "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: report, namespace: post}\n";
    let files = [("job.yaml", JOB), ("list.yaml", text.as_str()), ("account.yaml", elsewhere)];
    assert_eq!(found("absent-object", &files, &["."]).len(), 1, "that is another one");
}

#[test]
fn a_slip_is_reported_once() {
    let near = [ACCOUNTS[0], ("ServiceAccount", "shop", "reports")];
    let text = list(&near, true);
    let files = [("job.yaml", JOB), ("list.yaml", text.as_str())];
    let select = ["check", "--select", "absent-object,misspelled-name"];
    let run = TempDirectory::new("whole-slip", &files).run(&select);
    assert!(run.out.contains("[absent-object]") && !run.out.contains("[misspelled-name]"), "{}", run.out);
    assert!(run.out.contains("write `reports`, or create the ServiceAccount `report`"), "{}", run.out);
}

#[test]
fn what_only_makes_an_object_does_not_show_that_its_kind_was_asked_for() {
    let secret = JOB.replace("command:", "envFrom: [{secretRef: {name: token}}], command:");
    let sealed = "- {apiVersion: bitnami.com/v1alpha1, kind: SealedSecret, metadata: {name: other, namespace: shop, uid: s}}\n";
    let absent = |list: &str| found("absent-object", &[("job.yaml", &secret), ("list.yaml", list)], &["."]);
    let accounts = list(&[ACCOUNTS[0], ("ServiceAccount", "shop", "report")], true);
    assert!(absent(&(accounts.clone() + sealed)).is_empty());
    let real = sealed.replace("bitnami.com/v1alpha1", "v1").replace("SealedSecret", "Secret");
    assert_eq!(absent(&(accounts + &real)).len(), 1);
}

#[test]
fn bindings_count_only_where_all_are_known() {
    let unbound = |objects: &[(&str, &str, &str)]| {
        let text = list(&[&ACCOUNTS[..1], objects].concat(), true);
        !found("unbound-service-account", &[("job.yaml", JOB), ("list.yaml", &text)], &["."]).is_empty()
    };
    let both = [("RoleBinding", "shop", "web"), ("ClusterRoleBinding", "", "cluster-admin")];
    assert!(unbound(&both));
    assert!(!unbound(&both[..1]), "a ClusterRoleBinding may be the one");
    assert!(!unbound(&both[1..]), "a RoleBinding may be the one");
}
