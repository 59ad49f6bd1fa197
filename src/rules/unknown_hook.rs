use crate::diagnostic::meta::{Admission, Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::gitops;
use crate::manifest::edit::{Edit, Safety};
use crate::manifest::hook::{Tool, Words, helm_hooks_of_argo_cd, hooks_of};
use crate::manifest::live;
use crate::manifest::workload::Object;
use crate::rule::{Check, Reporter, Rule};
use crate::text::nearest::nearest;

pub(crate) static RULE: Rule = Rule {
    meta: Meta {
        id: "unknown-hook",
        summary: "A hook that no tool runs",
        category: Category::Metadata,
        severity: Severity::Error,
        confidence: Confidence::High,
        // What reaches an API server was created by someone.
        admission: Admission::Never,
        since: "0.1.0",
        fix: Some(Safety::Unsafe),
        ..Meta::DEFAULT
    },
    check: Check::Object(check),
};

fn check(object: Object<'_>, reporter: &mut Reporter<'_>) {
    if live::is_live(object) {
        return;
    }
    for tool in Tool::ALL {
        let Some(words) = Words::of(object.node, tool.hook_key()) else { continue };
        let known = hooks_of(object.node, tool);
        let is_unknown = |word: &&str| tool.reads(word, tool.hooks()).is_none();
        // Argo CD ignores what is empty, Helm does not.
        let unknown: Vec<&str> =
            words.iter().filter(is_unknown).filter(|it| tool == Tool::Helm || !it.is_empty()).collect();
        let is_skipped = known == ["Skip"];
        if (unknown.is_empty() && !known.is_empty()) || is_skipped {
            continue;
        }
        let what = match (unknown.iter().find(|it| !it.is_empty()), known.is_empty()) {
            (Some(word), _) => format!("{} has no hook `{word}`", tool.as_str()),
            (None, true) => format!("`{}` names no hook", tool.hook_key()),
            (None, false) => "nothing follows a comma in the list of hooks".to_owned(),
        };
        let kind = object.kind_name();
        let by_helm = helm_hooks_of_argo_cd(object.node);
        let (severity, effect) = match (tool, &known[..], by_helm.first()) {
            (Tool::Helm, ..) => {
                (Severity::Error, format!("Helm leaves the {kind} out of the release, without an error"))
            }
            (_, [], None) => {
                (Severity::Error, format!("Argo CD never applies the {kind}, and reports no error"))
            }
            (_, [], Some(hook)) => {
                (Severity::Warning, format!("Argo CD runs the {kind} as Helm's hook `{hook}` instead"))
            }
            (_, [_, ..], _) => {
                (Severity::Warning, format!("Argo CD runs the {kind} only as `{}`", known.join("`, `")))
            }
        };
        let node = words.entry.value;
        let near = |word: &str| nearest(word, tool.hooks().iter().copied());
        let finding = reporter.report_as(severity, node, format!("{effect}: {what}"));
        finding.condition = gitops::condition_of(words.entry.key);
        let text =
            words.map(|word| if tool.reads(word, tool.hooks()).is_some() { Some(word) } else { near(word) });
        if unknown.iter().any(|it| !it.is_empty() && near(it).is_none()) || text.is_empty() {
            let hooks = tool.hooks().iter().filter(|it| !matches!(**it, "test-success" | "Skip")).copied();
            finding.help(format!("use one of `{}`", hooks.collect::<Vec<_>>().join("`, `")));
            continue;
        }
        finding.help(format!("write `{text}`")).fix(
            format!("write `{text}`"),
            Safety::Unsafe,
            Edit::replace_text(node, &text),
        );
    }
}
