//! What is around the program names one version and says the same everywhere; `packages/test` drives it all for real.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use crate::common::program::TempDirectory;
use batchlint::text::source::Source;
use serde_json::Value;

const VERSION: &str = env!("CARGO_PKG_VERSION");

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// Reads the documents of a YAML file.
fn documents(path: &str) -> Vec<Value> {
    let stream = batchlint::manifest::document::read(&Arc::new(Source::new(path, read(path))));
    assert!(stream.problems.is_empty(), "{path}: {:?}", stream.problems);
    stream.documents.iter().map(|document| document.root().to_json()).collect()
}

#[test]
fn every_package_is_of_this_version() {
    let pinned = format!("dependencies = [\"batchlint=={VERSION}\"]");
    assert!(read("packages/pre-commit/pyproject.toml").contains(&pinned), "the hook's wheel");
    assert!(read("packages/pre-commit/README.md").contains(&format!("rev: v{VERSION}")), "the hook's README");
    assert_eq!(documents("action.yml")[0]["inputs"]["version"]["default"], VERSION, "the action");
    let chart = documents("charts/batchlint/Chart.yaml").remove(0);
    assert_eq!(chart["version"], VERSION, "the chart");
    assert_eq!(chart["appVersion"], VERSION, "the chart's image");
    let template = "packages/gitlab/batchlint.yml";
    assert_eq!(documents(template)[0]["spec"]["inputs"]["version"]["default"], VERSION, "GitLab's template");
    for page in
        [template, "README.md", "docs/pre-commit.md", "docs/ci.md", "docs/baseline.md", "docs/operate.md"]
    {
        let text = read(page);
        let named = |before: &str| text.split(before).skip(1).map(str::to_owned).collect::<Vec<_>>();
        let versions = ["rev: v", "batchlint/v", "batchlint@v", "batchlint/batchlint:"].map(named).concat();
        assert!(!versions.is_empty(), "{page} names no version");
        for version in versions {
            let version = version.split_whitespace().next().unwrap_or_default();
            let version = version.split('/').next().unwrap_or_default().trim_end_matches("-alpine");
            assert_eq!(version, VERSION, "{page} names another version");
        }
    }
    let changes = read("CHANGELOG.md");
    let heading = changes.lines().find_map(|line| line.strip_prefix("## ")).expect("changes of a version");
    let newest = heading.split(' ').next().unwrap_or_default();
    assert!(["Unreleased", VERSION].contains(&newest), "CHANGELOG.md has the changes of {newest} first");
}

/// The hooks from a wheel are those from source, but for how they are installed.
#[test]
fn both_hook_files_say_the_same() {
    let hooks = documents(".pre-commit-hooks.yaml").remove(0);
    let mut from_wheel = documents("packages/pre-commit/.pre-commit-hooks.yaml").remove(0);
    for hook in from_wheel.as_array_mut().unwrap() {
        assert_eq!(hook["language"], "python");
        hook["language"] = "rust".into();
    }
    assert_eq!(hooks, from_wheel);
}

/// The released image, which no Dockerfile makes, runs the program as that of the Dockerfile does.
#[test]
fn both_images_run_the_same() {
    let (dockerfile, image) = (read("Dockerfile"), read("packages/release/image.py"));
    for (by_docker, by_release) in [
        ("USER 65532:65532", "USER = \"65532:65532\""),
        ("EXPOSE 10250 8081", "\"ExposedPorts\": {\"10250/tcp\": {}, \"8081/tcp\": {}}"),
        ("ENTRYPOINT [\"/batchlint\"]", "\"Entrypoint\": [\"/batchlint\"]"),
        ("CMD [\"serve\"]", "\"Cmd\": [\"serve\"]"),
    ] {
        assert!(dockerfile.contains(by_docker) && image.contains(by_release), "{by_docker}");
    }
}

/// Every action is pinned by its digest, with the release that it is beside it.
#[test]
fn actions_are_pinned() {
    let workflows = ["ci", "release", "site"].map(|it| format!(".github/workflows/{it}.yml"));
    for path in workflows.iter().map(String::as_str).chain(["action.yml"]) {
        for used in read(path).split("uses: ").skip(1) {
            let used = used.lines().next().unwrap();
            let Some((_, version)) = used.split_once('@') else {
                assert!(used.starts_with("./ "), "{path}: {used}");
                continue;
            };
            let (digest, release) = version.split_once(" # v").unwrap_or_else(|| panic!("{path}: {used}"));
            assert!(digest.len() == 40 && digest.bytes().all(|it| it.is_ascii_hexdigit()), "{path}: {used}");
            assert_eq!(release.split('.').count(), 3, "{path}: {used}");
        }
    }
}

#[test]
fn there_is_a_manual_page_for_every_command() {
    let directory = TempDirectory::new("man", &[("file", "")]);
    let run = directory.run(&["man", "man/pages"]);
    assert_eq!((run.code, run.out.as_str()), (0, ""), "{}", run.err);
    let help = directory.run(&["--help"]).out;
    let commands = help.split("Commands:\n").nth(1).unwrap().split("\n\n").next().unwrap();
    let names = commands.lines().filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    let names: Vec<_> = names.map(|line| line.split_whitespace().next().unwrap()).collect();
    assert!(names.contains(&"check") && names.contains(&"timeline"), "{help}");
    for name in names.into_iter().filter(|name| *name != "help") {
        let page = fs::read_to_string(directory.0.join(format!("man/pages/batchlint-{name}.1"))).unwrap();
        assert!(page.contains(".SH SYNOPSIS"), "{name}");
    }
    let page = fs::read_to_string(directory.0.join("man/pages/batchlint.1")).unwrap();
    assert!(page.contains("The linter for Kubernetes Job and CronJob manifests"), "{page}");

    let run = directory.run(&["man", "file"]);
    assert!(run.code == 2 && run.err.starts_with("error: file: "), "{}", run.err);
}

/// The rehearsal of a release has the jobs of the workflow, in its order.
#[test]
fn the_rehearsal_has_the_jobs_of_the_release() {
    let workflow = read(".github/workflows/release.yml");
    let (_, jobs) = workflow.split_once("\njobs:\n").unwrap();
    let jobs: Vec<_> = jobs
        .lines()
        .filter_map(|line| line.strip_prefix("  ")?.strip_suffix(':'))
        .filter(|name| name.bytes().all(|it| it.is_ascii_lowercase()))
        .collect();
    let rehearsal = read("packages/release/rehearse");
    let rehearsed: Vec<_> = rehearsal.lines().filter_map(|line| line.strip_prefix("job ")).collect();
    assert_eq!(jobs, rehearsed);
}
