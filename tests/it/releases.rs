//! What is known of a Job because Helm has rendered it: its chart, its values, its template, and when it runs.

use crate::common::program::TempDirectory;

/// Returns what a rule finds in some files.
fn found(rule: &str, files: &[(&str, &str)]) -> Vec<String> {
    let arguments = ["check", "--select", rule, "--format", "concise", "."];
    let run = TempDirectory::new("releases", files).run(&arguments);
    assert_eq!(run.err, "", "nothing goes wrong");
    run.out.lines().filter(|it| it.contains(&format!("[{rule}]"))).map(str::to_owned).collect()
}

/// Returns an object as `helm template` prints it for a chart.
fn printed(chart: &str, object: &str) -> String {
    format!("---\n# Source: {chart}/templates/{}.yaml\n{object}", object.len())
}

/// Returns a hook whose container needs these ConfigMaps.
fn hook(maps: &[&str]) -> String {
    let sources: Vec<_> = maps.iter().map(|it| format!("{{configMapRef: {{name: {it}}}}}")).collect();
    format!(
        "apiVersion: batch/v1\nkind: Job\nmetadata: {{name: migrate, annotations: {{helm.sh/hook: pre-install}}}}\nspec:\n  \
         template: {{spec: {{restartPolicy: Never, containers: [{{name: a, image: 'a:1', envFrom: [{}]}}]}}}}\n",
        sources.join(", ")
    )
}

fn config_map(name: &str) -> String {
    format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}}}\ndata: {{region: north}}\n")
}

#[test]
fn only_the_chart_of_a_hook_creates_what_it_needs_too_late() {
    let later = |map: &str| {
        let job = printed("shop", &hook(&["settings"]));
        found("needs-later-object", &[("shop.yaml", &job), ("other.yaml", map)]).len()
    };
    assert_eq!(later(&printed("shop", &config_map("settings"))), 1, "of the same chart");
    assert_eq!(
        later(&printed("base", &config_map("settings"))),
        0,
        "another one may have been installed before"
    );
    assert_eq!(later(&config_map("settings")), 0, "nobody knows when it is applied");
}

#[test]
fn what_a_hook_lacks_of_one_kind_is_one_finding() {
    let maps = config_map("settings") + "---\n" + &config_map("regions");
    let all = format!("{}---\n{maps}", hook(&["settings", "regions"]));
    let found = found("needs-later-object", &[("a.yaml", &all)]);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(
        found[0].contains("creates the ConfigMaps `regions` and `settings`, without which"),
        "{found:#?}"
    );
}

#[test]
fn claims_that_a_hook_lacks_are_one_finding_too() {
    let claim = |name: &str| {
        format!(
            "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {{name: {name}}}\nspec:\n  accessModes: [ReadWriteOnce]\n  \
             resources: {{requests: {{storage: 1Gi}}}}\n---\n"
        )
    };
    let volumes = "volumes: [{name: a, persistentVolumeClaim: {claimName: files}}, {name: b, persistentVolumeClaim: {claimName: logs}}]";
    let job = hook(&[]).replace("restartPolicy: Never,", &format!("restartPolicy: Never, {volumes},"));
    let help = |claims: &str| {
        let arguments = ["check", "--select", "needs-later-object", "--format", "json", "."];
        let all = format!("{claims}{job}");
        let run = TempDirectory::new("releases-claims", &[("a.yaml", all.as_str())]).run(&arguments);
        let report: serde_json::Value = serde_json::from_str(&run.out).unwrap();
        assert_eq!(report["findings"].as_array().unwrap().len(), 1, "{}", run.out);
        report["findings"][0]["help"].as_str().unwrap().to_owned()
    };
    let end = "which Helm would delete, with";
    assert!(
        help(&claim("files"))
            .contains(&format!("create the claim outside the chart; do not make it a hook, {end} its data"))
    );
    let both = claim("files") + &claim("logs");
    assert!(
        help(&both).contains(&format!(
            "create the claims outside the chart; do not make them hooks, {end} their data"
        ))
    );
}

#[test]
fn pods_of_one_release_are_not_selected_by_services_of_another() {
    let service = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: x}, ports: [{port: 80, targetPort: 8080}]}\n";
    let pods = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  selector: {matchLabels: {app: x}}\n  \
        template: {metadata: {labels: {app: x}}, spec: {containers: [{name: a, image: 'a:1'}]}}\n";
    let accidents = |chart: &str, annotations: &str| {
        let job = format!(
            "apiVersion: batch/v1\nkind: Job\nmetadata: {{name: a, annotations: {{{annotations}}}}}\nspec:\n  template:\n    \
             metadata: {{labels: {{app: x}}}}\n    spec: {{restartPolicy: Never, containers: [{{name: a, image: 'a:1'}}]}}\n"
        );
        let web = printed("web", service) + &printed("web", pods);
        found("selected-by-accident", &[("web.yaml", &web), ("job.yaml", &printed(chart, &job))]).len()
    };
    assert_eq!(accidents("web", ""), 1);
    assert_eq!(accidents("shop", ""), 0, "its labels name another release");
    assert_eq!(accidents("web", "helm.sh/hook: post-delete"), 0, "nobody sends requests any more");
    assert_eq!(accidents("web", "helm.sh/hook: 'post-delete,post-install'"), 1);
}

#[test]
fn what_values_fill_in_is_for_those_who_install() {
    let job = |spec: &str| {
        format!(
            "apiVersion: batch/v1\nkind: Job\nmetadata: {{name: a}}\nspec:\n  template:\n    spec:\n      restartPolicy: Never\n      {spec}\n      \
             containers: [{{name: a, image: 'bitnami/kubectl:1.33.1', command: [kubectl, rollout, restart, deployment/a]}}]\n"
        )
    };
    let shared = |text: &str| found("default-service-account", &[("a.yaml", text)]).len();
    assert_eq!(shared(&job("serviceAccountName: ''")), 1);
    assert_eq!(shared(&printed("shop", &job("serviceAccountName: ''"))), 0, "the values have none");
    assert_eq!(shared(&printed("shop", &job("hostNetwork: false"))), 1, "the values cannot set it");
    let test = job("hostNetwork: false")
        .replace("{name: a}\nspec", "{name: a, annotations: {helm.sh/hook: test}}\nspec");
    assert_eq!(shared(&test), 0, "only `helm test` runs it");
}
