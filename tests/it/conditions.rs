//! What other files decide about a finding: whether OpenShift gives the pods a user, a tool applies the Job, a command fills in a name.

use crate::common::program::TempDirectory;

/// A CronJob of the service account `prune`, with an image.
fn cron_job(image: &str) -> String {
    format!(
        "apiVersion: batch/v1
kind: CronJob
metadata: {{name: prune, namespace: shop}}
spec:
  schedule: '0 3 * * *'
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          serviceAccountName: prune
          containers: [{{name: prune, image: '{image}'}}]
"
    )
}

/// How many findings of a rule there are in files that are checked together.
fn count(rule: &str, files: &[(&str, &str)]) -> usize {
    let run =
        TempDirectory::new("conditions", files).run(&["check", "--select", rule, "--format", "concise", "."]);
    assert_eq!(run.err, "", "nothing goes wrong");
    run.out.matches(rule).count()
}

const ROUTE: &str = "apiVersion: route.openshift.io/v1\nkind: Route\nmetadata: {name: shop}\n";

#[test]
fn openshift_gives_the_pods_a_user() {
    let job = cron_job("registry.example.com/shop/prune:1.4.2");
    let users =
        |files: &[(&str, &str)]| count("root-user", &[&[("shop/job.yaml", job.as_str())], files].concat());
    assert_eq!(users(&[]), 1);
    assert_eq!(users(&[("shop/route.yaml", ROUTE)]), 0, "in its directory");
    assert_eq!(users(&[("web/route.yaml", ROUTE)]), 1, "elsewhere");
    let overlay = "resources: [route.yaml, ../../shop]\n";
    let files = [("clusters/a/route.yaml", ROUTE), ("clusters/a/kustomization.yaml", overlay)];
    assert_eq!(users(&files), 0, "a kustomization builds both");
    let ingress = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: shop}\n";
    assert_eq!(users(&[("shop/ingress.yaml", ingress)]), 1, "every cluster has these");
    let machines =
        "apiVersion: machineconfiguration.openshift.io/v1\nkind: MachineConfig\nmetadata: {name: a}\n";
    assert_eq!(users(&[("clusters/a.yaml", machines)]), 0, "of the cluster itself");
    assert_eq!(count("root-user", &[("deploy/openshift/job.yaml", &job)]), 0, "so its directory says");
}

#[test]
fn a_service_account_may_have_privileges_on_openshift() {
    let job = cron_job("registry.example.com/shop/prune:1.4.2");
    let users = |privilege: &str| {
        count("root-user", &[("job.yaml", &job), ("route.yaml", ROUTE), ("privilege.yaml", privilege)])
    };
    let binding = |role: &str, account: &str| {
        format!(
            "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {{name: a, namespace: shop}}\n\
             roleRef: {{kind: ClusterRole, name: '{role}'}}\nsubjects: [{{kind: ServiceAccount, name: {account}}}]\n"
        )
    };
    let constraints = |user: &str| {
        format!(
            "apiVersion: security.openshift.io/v1\nkind: SecurityContextConstraints\nmetadata: {{name: a}}\n\
             users: ['system:serviceaccount:shop:{user}']\n"
        )
    };
    assert_eq!(users(&binding("system:openshift:scc:anyuid", "prune")), 1);
    assert_eq!(users(&binding("system:openshift:scc:anyuid", "other")), 0);
    assert_eq!(users(&binding("view", "prune")), 0);
    assert_eq!(users(&constraints("prune")), 1);
    assert_eq!(users(&constraints("other")), 0);
}

#[test]
fn a_tool_may_apply_the_job_from_another_repository() {
    let job = "apiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\nspec:\n  template:\n    spec:\n      restartPolicy: Never\n      \
        containers: [{name: a, image: 'a:1'}]\n";
    let missing = |files: &[(&str, &str)]| count("missing-ttl", &[&[("shop/job.yaml", job)], files].concat());
    let set = |path: &str| {
        format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {{name: a}}\nspec:\n  \
             generators: [{{clusters: {{}}}}]\n  template: {{spec: {{source: {{path: '{path}', repoURL: 'https://git.example.com/a'}}}}}}\n"
        )
    };
    assert_eq!(missing(&[]), 1);
    assert_eq!(missing(&[("argocd/a.yaml", &set("clusters/{{ name }}"))]), 0, "nobody knows which");
    assert_eq!(missing(&[("argocd/a.yaml", &set("clusters/a"))]), 0, "of another repository");
    assert_eq!(missing(&[("argocd/a.yaml", &set("argocd"))]), 1, "of this one, and not the Job");
    let signed = "apiVersion: v1\nkind: Service\nmetadata: {name: a, annotations: {argocd.argoproj.io/sync-wave: '1'}}\n";
    assert_eq!(missing(&[("web/a.yaml", signed)]), 0);
    assert_eq!(missing(&[("web/a.yaml", signed), ("argocd/a.yaml", &set("web"))]), 1, "it applies that part");
}

#[test]
fn a_workflow_fills_in_a_placeholder() {
    let job = cron_job("registry.example.com/shop/prune:<VERSION>");
    let workflow = |command: &str| format!("on: push\njobs: {{a: {{steps: [{{run: \"{command}\"}}]}}}}\n");
    let left = |command: &str| {
        let files = [("k8s/job.yaml", &*job), (".github/workflows/deploy.yaml", &workflow(command))];
        count("unsubstituted-placeholder", &files)
    };
    assert_eq!(left("kubectl apply -f k8s"), 1);
    assert_eq!(left("sed -i 's|<VERSION>|1.4.2|' k8s/job.yaml"), 0);
    assert_eq!(left("sed -i 's|<TAG>|1.4.2|' k8s/job.yaml"), 1);
}

#[test]
fn a_workflow_fills_in_an_image_that_cannot_be_parsed() {
    let workflow = |command: &str| format!("on: push\njobs: {{a: {{steps: [{{run: \"{command}\"}}]}}}}\n");
    let left = |image: &str, command: &str| {
        let files =
            [("k8s/job.yaml", &*cron_job(image)), (".github/workflows/deploy.yaml", &workflow(command))];
        count("invalid-image-reference", &files)
    };
    let constant = "IMAGE_TAG_PLACEHOLDER";
    assert_eq!(left(constant, "kubectl apply -f k8s"), 1);
    assert_eq!(left(constant, "sed 's|IMAGE_TAG_PLACEHOLDER|a:1|' k8s/job.yaml | kubectl apply -f -"), 0);
    assert_eq!(left(constant, "sed -i 's|OTHER_IMAGE|a:1|' k8s/job.yaml"), 1);
    assert_eq!(
        left("shop/Prune:1.4.2", "sed -i 's|Prune|prune|' k8s/job.yaml"),
        1,
        "a mistake, and no constant"
    );
}

/// A base can leave variables to its overlays.
#[test]
fn an_overlay_sets_the_variable_that_a_base_refers_to() {
    let job = cron_job("a:1").replace("image: 'a:1'", "image: 'a:1', command: [load, $(BUCKET)]");
    let overlay = |name: &str| {
        format!(
            "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [../base]\npatches:\n- patch: |\n    \
             env:\n    - name: {name}\n      value: a\n"
        )
    };
    let undefined = |name: &str| {
        let files = [("base/job.yaml", &*job), ("prod/kustomization.yaml", &overlay(name))];
        count("undefined-reference", &files)
    };
    assert_eq!(undefined("BUCKET"), 0);
    assert_eq!(undefined("OTHER_BUCKET"), 1);
    assert_eq!(count("undefined-reference", &[("base/job.yaml", &job)]), 1);
}

/// A guide or a script fills in a placeholder as a workflow does.
#[test]
fn a_guide_or_a_script_fills_in_a_placeholder() {
    let job = cron_job("gcr.io/YOUR_PROJECT_ID/prune:1.4.2");
    let left = |name: &str, text: &str| {
        count("unsubstituted-placeholder", &[("k8s/job.yaml", job.as_str()), (name, text)])
    };
    let command = "sed -i \"s/YOUR_PROJECT_ID/$PROJECT_ID/g\" k8s/*.yaml\n";
    let guide = format!("# Deploy\n\n```bash\n{command}kubectl apply -f k8s\n```\n");
    assert_eq!(left("README.md", &guide), 0);
    assert_eq!(left("docs/Deploy.MD", &guide), 0);
    assert_eq!(left("deploy.sh", command), 0);
    assert_eq!(left("Makefile", &format!("deploy:\n\t{command}")), 0);
    assert_eq!(left("notes.txt", command), 1, "nobody runs these");
    assert_eq!(left("README.md", "Replace YOUR_PROJECT_ID by the name of your project.\n"), 1);
}
