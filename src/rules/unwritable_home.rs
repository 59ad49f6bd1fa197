use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::image::Image;
use crate::manifest::workload::Container;
use crate::rule::{Check, Reporter, Rule};
use crate::shell::Script;
use crate::shell::syntax::{Command, Word};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "unwritable-home",
        summary: "A client cannot save its configuration in the home directory",
        category: Category::Scripts,
        severity: Severity::Warning,
        confidence: Confidence::High,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Script(check),
};

/// `mc` saves its configuration before it does anything else (`initMC`, `cmd/main.go`).
fn check(script: &Script<'_>, reporter: &mut Reporter<'_>) {
    let container = script.container();
    // The image has the users of the system, among them `nobody`.
    let user =
        container.deciding("securityContext.runAsUser").integer().filter(|it| *it >= 1000 && *it != 65534);
    let Some(user) = user.filter(|_| has_no_home(container)) else { return };
    // What is set in the script, or comes from another file, may name a directory.
    let others = ["HOME", "MC_CONFIG_DIR", "source ", "\n. ", "/etc/passwd"];
    if script.function("mc").is_some() || others.iter().any(|it| script.text().contains(it)) {
        return;
    }
    let is_told = |it: &Word<'_>| {
        ["-C", "--config-dir", "--help", "--version"].iter().any(|option| it.prefix().starts_with(option))
    };
    let fails = |it: &&&Command<'_>| {
        it.is("mc") && !it.arguments().iter().any(|it| is_told(it) || script.may_hold_options(it))
    };
    let Some(command) = script.commands().iter().find(fails) else { return };
    let message = format!(
        "`mc` fails with \"mkdir /.mc: permission denied\": the image has no user {user}, so `HOME` is `/`, where only root can write"
    );
    reporter.report(script.name_place(command), message).help(
        "set the variable `MC_CONFIG_DIR` to a directory that the user can write to, such as `/tmp/.mc`, or `HOME` to one above it",
    );
}

/// Whether the image of a container has no home for its users, and nothing gives it one.
fn has_no_home(container: Container<'_>) -> bool {
    let image = container.image().text().and_then(Image::parse);
    let is_mc =
        image.is_some_and(|it| matches!(it.name, "minio/mc" | "docker.io/minio/mc" | "quay.io/minio/mc"));
    let mut variables = container.env().items().filter_map(|it| it.field("name").text());
    let mut mounts = container.volume_mounts().items().filter_map(|it| it.field("mountPath").text());
    is_mc
        && !container.env_from().is_set()
        && !variables.any(|it| matches!(it, "HOME" | "MC_CONFIG_DIR"))
        && !mounts.any(|it| it.starts_with("/.mc") || it.starts_with("/etc"))
}
