use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::workload::Container;
use crate::rule::{Check, Reporter, Rule};
use crate::text::placeholder::is_placeholder;
use crate::value::program::{advice_for_line, base_name};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "exec-as-one-string",
        summary: "A probe or a hook has its whole command line in one item",
        category: Category::Scripts,
        severity: Severity::Error,
        confidence: Confidence::High,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Container(check),
};

/// What runs a command in the container, and what becomes of the container when the command cannot be found.
const HANDLERS: [(&str, Severity, &str); 5] = [
    (
        "livenessProbe",
        Severity::Warning,
        "the probe never runs, so the kubelet does not notice when the container hangs",
    ),
    ("readinessProbe", Severity::Warning, "the probe never runs, so the pod is never ready"),
    ("startupProbe", Severity::Warning, "the probe never runs, so the container never counts as started"),
    ("lifecycle.postStart", Severity::Error, "the hook always fails, so the kubelet kills the container"),
    (
        "lifecycle.preStop",
        Severity::Warning,
        "the hook always fails, so what it is meant to do before the container stops is not done",
    ),
];

fn check(container: Container<'_>, reporter: &mut Reporter<'_>) {
    // `C:\Program Files` has a space in its name.
    if container.pod.is_windows() {
        return;
    }
    for (handler, severity, consequence) in HANDLERS {
        let mut words =
            container.node.field(handler).node().into_iter().flat_map(|it| it.field("exec.command").items());
        let (Some(word), None) = (words.next(), words.next()) else { continue };
        // A placeholder may stand for a single word.
        let is_line = |it: &&str| it.contains([' ', '\n']) && !it.contains(":\\") && !is_placeholder(it);
        let Some(line) = word.text().map(str::trim).filter(is_line) else { continue };
        let program = base_name(line.split_whitespace().next().unwrap_or_default());
        let message = format!(
            "{consequence}: this whole line, not only `{program}`, is treated as the name of the program"
        );
        reporter.report_as(severity, word, message).help(advice_for_line(line));
    }
}
