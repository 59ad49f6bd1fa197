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

/// The image is built from the Dockerfile with its name, or from the one above the manifest.
#[test]
fn a_dockerfile_gives_the_image_a_user() {
    let job = cron_job("registry.example.com/shop/prune:1.4.2");
    let stated = job.replace("image:", "securityContext: {runAsUser: 0}, image:");
    let user = "FROM alpine:3.22\nUSER 10001\n";
    let users = |job: &str, dockerfiles: &[(&str, &str)]| {
        count("root-user", &[&[("shop/k8s/job.yaml", job)], dockerfiles].concat())
    };
    assert_eq!(users(&job, &[]), 1);
    assert_eq!(users(&job, &[("shop/Dockerfile", user)]), 0, "above the manifest");
    assert_eq!(users(&job, &[("shop/Dockerfile", "FROM alpine:3.22\n")]), 1, "it sets no user");
    assert_eq!(users(&job, &[("web/Dockerfile", user)]), 1, "of another image");
    assert_eq!(users(&job, &[("web/Dockerfile.prune", user)]), 0, "it has the name of the image");
    assert_eq!(users(&stated, &[("shop/Dockerfile", user)]), 1, "the manifest decides");
}

/// Returns a Kustomization of Flux that applies a path.
fn kustomization(path: &str) -> String {
    format!(
        "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {{name: apps}}\nspec: {{path: {path}, prune: true}}\n"
    )
}

/// Returns an Application of Argo CD with a source.
fn application(source: &str) -> String {
    format!(
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: shop}}\nspec:\n  source: {{repoURL: 'https://git.example.com/a', {source}}}\n"
    )
}

/// Who writes that the work is idempotent knows that it runs again.
#[test]
fn a_comment_says_that_the_job_may_run_again() {
    let job = "apiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\nspec:\n  ttlSecondsAfterFinished: 600\n  template:\n    spec:\n      \
        restartPolicy: Never\n      containers: [{name: a, image: 'a:1'}]\n";
    let recreated = |comment: &str| {
        let job = format!("{comment}{job}");
        count("ttl-recreates-job", &[("shop/job.yaml", &job), ("flux.yaml", &kustomization("./shop"))])
    };
    assert_eq!(recreated("# Seeds the settings.\n"), 1);
    assert_eq!(recreated("# Idempotent: Flux can recreate the Job after its TTL.\n"), 0);
}

/// What is wrong with a key of Argo CD does not matter to Flux.
#[test]
fn keys_of_argo_cd_are_not_judged_where_flux_applies_the_files() {
    for (rule, annotation) in [
        ("misspelled-metadata", "argocd.argoproj.io/hook-weight: '10'"),
        ("unknown-metadata-value", "argocd.argoproj.io/sync-options: Prune=no"),
        ("ignored-annotation", "argocd.argoproj.io/hook-delete-policy: HookSucceeded"),
        ("ignored-hook-weight", "argocd.argoproj.io/sync-wave: first"),
        (
            "unknown-delete-policy",
            "argocd.argoproj.io/hook: PreSync, argocd.argoproj.io/hook-delete-policy: Always",
        ),
        ("unknown-hook", "argocd.argoproj.io/hook: BeforeSync"),
        (
            "failed-hook-deleted",
            "argocd.argoproj.io/hook: PreSync, argocd.argoproj.io/hook-delete-policy: HookFailed",
        ),
    ] {
        let job = format!(
            "apiVersion: batch/v1\nkind: Job\nmetadata: {{name: a, annotations: {{{annotation}}}}}\nspec:\n  template:\n    spec:\n      \
             restartPolicy: Never\n      containers: [{{name: a, image: 'a:1'}}]\n"
        );
        let found =
            |files: &[(&str, &str)]| count(rule, &[&[("shop/job.yaml", job.as_str())], files].concat());
        assert_eq!(found(&[]), 1, "{rule}: nothing says who applies it");
        assert_eq!(found(&[("flux.yaml", &kustomization("./shop"))]), 0, "{rule}: Flux does");
        assert_eq!(found(&[("argocd.yaml", &application("path: shop"))]), 1, "{rule}: Argo CD does");
    }
}

#[test]
fn an_annotation_for_argo_cd_says_nothing_where_flux_applies_the_files() {
    let job = cron_job("registry.example.com/shop/prune:1.4.2")
        .replace("namespace: shop", "namespace: shop, annotations: {argocd.argoproj.io/sync-wave: '1'}");
    let degraded = |files: &[(&str, &str)]| {
        count("degraded-application", &[&[("shop/job.yaml", job.as_str())], files].concat())
    };
    assert_eq!(degraded(&[]), 1, "nothing else says who applies it");
    let (flux, argo_cd) = (kustomization("./shop"), application("path: shop"));
    assert_eq!(degraded(&[("flux.yaml", &flux)]), 0);
    assert_eq!(degraded(&[("flux.yaml", &kustomization("./clusters"))]), 0, "of another repository, perhaps");
    assert_eq!(degraded(&[("argo-cd.yaml", &argo_cd)]), 1);
    assert_eq!(degraded(&[("argo-cd.yaml", &argo_cd), ("flux.yaml", &kustomization("./argocd"))]), 1);
    let release = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: a}\nspec: {chart: {spec: {chart: ./shop}}}\n";
    assert_eq!(degraded(&[("release.yaml", release)]), 0, "a chart may well have annotations for both");
    let kustomize =
        "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [job.yaml]\n";
    assert_eq!(degraded(&[("shop/kustomization.yaml", kustomize)]), 1, "both tools build these");
    let installed = job.replace("annotations: {", "annotations: {meta.helm.sh/release-name: a, ");
    assert_eq!(count("degraded-application", &[("shop/job.yaml", &installed)]), 0, "Helm has installed it");
}

#[test]
fn the_tool_that_runs_a_job_again_is_the_one_that_applies_it() {
    let job = "apiVersion: batch/v1\nkind: Job\nmetadata: {name: a, annotations: {argocd.argoproj.io/sync-wave: '1'}}\nspec:\n  \
        ttlSecondsAfterFinished: 600\n  template: {spec: {restartPolicy: Never, containers: [{name: a, image: 'a:1'}]}}\n";
    let next = |files: &[(&str, &str)]| {
        let files = [&[("shop/job.yaml", job)], files].concat();
        let arguments = ["check", "--select", "ttl-recreates-job", "--format", "concise", "."];
        let out = TempDirectory::new("conditions-again", &files).run(&arguments).out;
        ["Argo CD sync", "Flux reconciliation"].map(|it| out.matches(&format!("the next {it}")).count())
    };
    assert_eq!(next(&[]), [1, 0]);
    assert_eq!(next(&[("argo-cd.yaml", &application("path: shop"))]), [1, 0]);
    assert_eq!(next(&[("flux.yaml", &kustomization("./shop"))]), [0, 1]);
    assert_eq!(next(&[("flux.yaml", &kustomization("./clusters"))]), [0, 0]);
}

#[test]
fn flux_reads_no_hooks_where_it_alone_applies_them() {
    let job = "apiVersion: batch/v1\nkind: Job\nmetadata: {name: a, annotations: {argocd.argoproj.io/hook: PostSync}}\nspec:\n  \
        template: {spec: {restartPolicy: Never, containers: [{name: a, image: 'a:1'}]}}\n";
    let ignored =
        |file: &str, files: &[(&str, &str)]| count("hook-ignored-by-flux", &[&[(file, job)], files].concat());
    let (flux, argo_cd) = (kustomization("./shop"), application("path: shop"));
    assert_eq!(ignored("shop/job.yaml", &[]), 0);
    assert_eq!(ignored("shop/job.yaml", &[("flux.yaml", &flux)]), 1);
    assert_eq!(ignored("web/job.yaml", &[("flux.yaml", &flux)]), 0, "not in that path");
    assert_eq!(ignored("shop/templates/job.yaml", &[("flux.yaml", &flux)]), 0, "a template of a chart");
    assert_eq!(ignored("shop/job.yaml", &[("flux.yaml", &flux), ("argo-cd.yaml", &argo_cd)]), 0, "both do");
    let listed = |resources: &str| {
        format!(
            "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [{resources}]\n"
        )
    };
    let with = |resources: &str| {
        let list = listed(resources);
        ignored("shop/job.yaml", &[("flux.yaml", &flux), ("shop/kustomization.yaml", &list)])
    };
    assert_eq!((with("job.yaml"), with("web.yaml")), (1, 0), "what no kustomization lists is not applied");
}

/// An annotation for Flux does not mean that it applies the file: the kustomization around it may leave it out.
#[test]
fn flux_applies_nothing_that_no_kustomization_lists() {
    let job = "apiVersion: batch/v1\nkind: Job\nmetadata: {name: a, annotations: {kustomize.toolkit.fluxcd.io/force: enabled}}\nspec:\n  \
        ttlSecondsAfterFinished: 600\n  template: {spec: {restartPolicy: Never, containers: [{name: a, image: 'a:1'}]}}\n";
    let list = |resources: &str| {
        format!(
            "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [{resources}]\n"
        )
    };
    let recreated = |files: &[(&str, &str)]| {
        let files: Vec<(&str, String)> =
            files.iter().map(|(name, resources)| (*name, list(resources))).collect();
        let mut files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
        files.push(("shop/jobs/job.yaml", job));
        count("ttl-recreates-job", &files)
    };
    assert_eq!(recreated(&[]), 1, "Flux lists what a directory without a kustomization has");
    assert_eq!(recreated(&[("shop/jobs/kustomization.yaml", "job.yaml")]), 1);
    assert_eq!(recreated(&[("shop/kustomization.yaml", "jobs")]), 1);
    assert_eq!(recreated(&[("shop/jobs/kustomization.yaml", "web.yaml")]), 0);
    let above = ("shop/kustomization.yaml", "jobs");
    assert_eq!(recreated(&[("shop/jobs/kustomization.yaml", "web.yaml"), above]), 0);
    let other = ("web/kustomization.yaml", "../shop/jobs/job.yaml");
    assert_eq!(recreated(&[("shop/jobs/kustomization.yaml", "web.yaml"), other]), 1);
}

/// Who applies the file decides which tool waits for the hook: of `helm.sh/hook`, Flux makes nothing and Argo CD a hook of its own.
#[test]
fn a_ttl_races_the_hook_only_of_the_tool_that_applies_it() {
    let job = |hook: &str| {
        format!(
            "apiVersion: batch/v1\nkind: Job\nmetadata: {{name: a, annotations: {{{hook}}}}}\nspec:\n  ttlSecondsAfterFinished: 0\n  \
             template: {{spec: {{restartPolicy: Never, containers: [{{name: a, image: 'a:1'}}]}}}}\n"
        )
    };
    let (flux, argo_cd) = (kustomization("./shop"), application("path: shop"));
    let races = |file: &str, hook: &str, others: &[(&str, &str)]| {
        let job = job(hook);
        count("ttl-races-hook", &[&[(file, job.as_str())], others].concat())
    };
    let (of_helm, of_argo_cd) = ("helm.sh/hook: pre-install", "argocd.argoproj.io/hook: PreSync");
    for hook in [of_helm, of_argo_cd] {
        assert_eq!(races("shop/job.yaml", hook, &[]), 1, "{hook}");
        assert_eq!(races("shop/job.yaml", hook, &[("flux.yaml", &flux)]), 0, "{hook}");
        assert_eq!(races("shop/job.yaml", hook, &[("argo-cd.yaml", &argo_cd)]), 1, "{hook}");
        assert_eq!(races("shop/templates/job.yaml", hook, &[("flux.yaml", &flux)]), 1, "a chart: {hook}");
    }
}

#[test]
fn argo_cd_runs_the_hooks_of_the_charts_that_it_applies() {
    let hook = "apiVersion: batch/v1\nkind: Job\nmetadata: {name: migrate, annotations: {helm.sh/hook: pre-upgrade}}\nspec:\n  \
        activeDeadlineSeconds: 3600\n  template: {spec: {restartPolicy: Never, containers: [{name: a, image: 'a:1'}]}}\n";
    let waits = |files: &[(&str, &str)]| {
        count("hook-outlasts-wait", &[&[("charts/shop/templates/job.yaml", hook)], files].concat())
    };
    assert_eq!(waits(&[]), 1);
    for (source, count) in [
        ("path: charts/shop", 0),
        ("path: charts/*", 0),
        ("path: charts/web", 1),
        ("path: deploy", 1),
        ("path: .", 1),
        ("path: '{{path}}'", 0),
        ("chart: shop", 0),
        ("chart: redis", 1),
        ("ref: values", 1),
    ] {
        assert_eq!(waits(&[("argocd/a.yaml", &application(source))]), count, "{source}");
    }
    assert_eq!(waits(&[("charts/shop/a.yaml", &application("path: ."))]), 0, "the chart is the repository");
    assert_eq!(waits(&[("flux.yaml", &kustomization("./charts"))]), 1, "the Helm controller waits");
    let signed = "apiVersion: v1\nkind: Service\nmetadata: {name: a, annotations: {argocd.argoproj.io/sync-wave: '1'}}\n";
    assert_eq!(waits(&[("charts/shop/templates/a.yaml", signed)]), 0, "of the same chart");
    assert_eq!(waits(&[("charts/web/templates/a.yaml", signed)]), 1, "of another chart");
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

/// What a base suspends, a kustomization can resume: only a patch of this object that sets `suspend: false` counts.
#[test]
fn a_patch_resumes_what_a_base_suspends() {
    let job = "apiVersion: batch/v1\nkind: Job\nmetadata: {name: load}\nspec:\n  suspend: true\n  template:\n    spec:\n      \
               restartPolicy: Never\n      containers: [{name: load, image: 'a:1'}]\n";
    let left = |patch: &str| {
        let kustomization = format!("resources: [job.yaml]\npatches:\n- patch: |-\n{patch}");
        count("suspended-job", &[("base/job.yaml", job), ("base/kustomization.yaml", &kustomization)])
    };
    let merge = |name: &str, value: &str| {
        format!(
            "    apiVersion: batch/v1\n    kind: Job\n    metadata: {{name: {name}}}\n    spec: {{suspend: {value}}}\n"
        )
    };
    assert_eq!(left(&merge("load", "false")), 0);
    assert_eq!(left(&merge("load", "true")), 1);
    assert_eq!(left(&merge("other", "false")), 1);
    let operations = "    - op: replace\n      path: /spec/suspend\n      value: false\n  target: {kind: Job, name: load}\n";
    assert_eq!(left(operations), 0);
    assert_eq!(count("suspended-job", &[("base/job.yaml", job)]), 1);
}
