//! Hooks: objects that Helm and Argo CD create at certain moments of a release, as annotations say.

use crate::manifest::document::{Entry, Node};
use crate::manifest::kustomization::is_kustomization;
use crate::text::placeholder::is_placeholder;
use crate::text::source::{Origin, Source};

/// A tool that has hooks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    /// Helm 3 and 4, which interpret hooks alike.
    Helm,
    /// Argo CD.
    ArgoCd,
}

impl Tool {
    /// All of them.
    pub const ALL: [Tool; 2] = [Tool::Helm, Tool::ArgoCd];

    /// Returns the name that messages give it.
    pub fn as_str(self) -> &'static str {
        match self {
            Tool::Helm => "Helm",
            Tool::ArgoCd => "Argo CD",
        }
    }

    /// Returns the annotation that makes an object a hook.
    pub fn hook_key(self) -> &'static str {
        match self {
            Tool::Helm => "helm.sh/hook",
            Tool::ArgoCd => "argocd.argoproj.io/hook",
        }
    }

    /// Returns the names of its hooks: the moments at which it runs them (Helm: `pkg/release/v1/util/manifest_sorter.go`; Argo
    /// CD: `gitops-engine/pkg/sync/common/types.go`, and `controller/hook.go` for those that run on deletion).
    pub fn hooks(self) -> &'static [&'static str] {
        match self {
            Tool::Helm => &[
                "pre-install",
                "post-install",
                "pre-upgrade",
                "post-upgrade",
                "pre-rollback",
                "post-rollback",
                "pre-delete",
                "post-delete",
                "test",
                "test-success",
            ],
            // An object with `Skip` is never applied.
            Tool::ArgoCd => &["PreSync", "Sync", "PostSync", "SyncFail", "PreDelete", "PostDelete", "Skip"],
        }
    }

    /// Returns the annotation that says when it deletes a hook.
    pub fn policy_key(self) -> &'static str {
        match self {
            Tool::Helm => "helm.sh/hook-delete-policy",
            Tool::ArgoCd => "argocd.argoproj.io/hook-delete-policy",
        }
    }

    /// Returns the names of its delete policies: before the hook is created, after it has succeeded, after it has failed.
    pub fn policies(self) -> &'static [&'static str; 3] {
        match self {
            Tool::Helm => &["before-hook-creation", "hook-succeeded", "hook-failed"],
            Tool::ArgoCd => &["BeforeHookCreation", "HookSucceeded", "HookFailed"],
        }
    }

    /// Returns the one of `known` that the tool reads in a word: Helm ignores the case.
    pub fn reads(self, word: &str, known: &'static [&'static str]) -> Option<&'static str> {
        let lower = (self == Tool::Helm).then(|| word.to_lowercase());
        let word = lower.as_deref().unwrap_or(word);
        known.iter().find(|it| **it == word).copied()
    }
}

/// The words of an annotation that holds a list.
#[derive(Clone, Copy)]
pub struct Words<'d> {
    /// The annotation.
    pub entry: Entry<'d>,
    /// The list as it is written.
    pub text: &'d str,
}

impl<'d> Words<'d> {
    /// Returns the words of an annotation, unless something has yet to be filled in.
    pub fn of(object: Node<'d>, key: &str) -> Option<Self> {
        let entry = object.field("metadata.annotations").node()?.entries().find(|it| it.key == key)?;
        let text = entry.value.text().filter(|it| !is_placeholder(it))?;
        Some(Words { entry, text })
    }

    /// Returns them one by one, the empty ones too.
    pub fn iter(self) -> impl Iterator<Item = &'d str> {
        self.text.split(',').map(str::trim)
    }

    /// Returns the list in which `change` has replaced each word, or removed it.
    pub fn map(self, change: impl Fn(&'d str) -> Option<&'d str>) -> String {
        let parts = self.text.split(',').filter_map(|part| {
            let word = part.trim();
            let new = change(word)?;
            Some(if word.is_empty() { new.to_owned() } else { part.replacen(word, new, 1) })
        });
        parts.collect::<Vec<_>>().join(",")
    }
}

/// Returns the hooks of a tool that an object is, by the tool's own annotation.
pub fn hooks_of(object: Node<'_>, tool: Tool) -> Vec<&'static str> {
    let words = Words::of(object, tool.hook_key()).into_iter().flat_map(Words::iter);
    words.filter_map(|word| tool.reads(word, tool.hooks())).collect()
}

/// Returns the hooks of Helm as which Argo CD runs an object that has none of its own: it has only these, and does not ignore the case
/// (`gitops-engine/pkg/sync/hook/helm/type.go`).
pub fn helm_hooks_of_argo_cd(object: Node<'_>) -> Vec<&str> {
    let is_known = |it: &&str| matches!(*it, "pre-install" | "post-install" | "pre-upgrade" | "post-upgrade");
    Words::of(object, Tool::Helm.hook_key()).into_iter().flat_map(Words::iter).filter(is_known).collect()
}

/// Whether Helm may install an object: Helm has rendered it, its file is a template of a chart, or it is in a cluster. Helm never
/// installs what is in other files.
pub fn is_of_chart(object: Node<'_>) -> bool {
    let source = &object.document.source;
    let is_template = || source.name.split('/').rev().skip(1).any(|it| it == "templates");
    source.origin == Origin::Server || is_rendered_by_helm(object) || is_template()
}

/// The name of a template stands so many bytes before its object at most.
const LONGEST_SOURCE: usize = 4_096;

/// Whether Helm has rendered an object.
pub fn is_rendered_by_helm(object: Node<'_>) -> bool {
    let source = &object.document.source;
    match &source.origin {
        // Kustomize renders what a directory has a file of its own for.
        Origin::Rendered { file, .. } => !is_kustomization(file),
        Origin::File => template_of(object).is_some(),
        Origin::Server | Origin::Patch => false,
    }
}

/// Returns the name of the template that `helm template` has written above an object of a file: `shop/templates/job.yaml`.
fn template_of(object: Node<'_>) -> Option<&str> {
    let text = &object.document.source.text;
    let end = object.span().start as usize;
    let start = text.floor_char_boundary(end.saturating_sub(LONGEST_SOURCE));
    let before = text.get(start..end).unwrap_or_default();
    before.lines().rev().take(3).find_map(|line| line.strip_prefix("# Source: "))
}

/// Returns the name of the chart of which `helm template` has printed an object of a file.
pub fn chart_of(object: Node<'_>) -> Option<&str> {
    let is_file = object.document.source.origin == Origin::File;
    template_of(object).filter(|_| is_file)?.split('/').next()
}

/// Whether a file is what `helm template` has printed: it begins with the name of a template.
pub fn is_release_output(source: &Source) -> bool {
    source.origin == Origin::File
        && source.text.trim_start_matches(['-', '\r', '\n']).starts_with("# Source: ")
}

/// Whether only `helm test` runs an object, and waits for it.
pub fn is_test(object: Node<'_>) -> bool {
    let hooks = hooks_of(object, Tool::Helm);
    !hooks.is_empty() && hooks.iter().all(|it| matches!(*it, "test" | "test-success"))
}

/// Returns which command of Helm runs these hooks again.
pub fn operation(hooks: &[&str]) -> &'static str {
    let has = |end: &str| hooks.iter().any(|it| it.ends_with(end));
    if hooks.is_empty() || has("-upgrade") {
        "upgrade"
    } else if has("-install") {
        "install"
    } else if has("-rollback") {
        "rollback"
    } else if has("-delete") {
        "uninstall"
    } else {
        "test"
    }
}

/// The annotation for the order of Helm's hooks.
pub const WEIGHT: &str = "helm.sh/hook-weight";

/// The annotation for the order in which Argo CD applies objects.
pub const SYNC_WAVE: &str = "argocd.argoproj.io/sync-wave";

/// Returns the wave in which Argo CD applies an object: Helm's weight counts where it cannot read one.
pub fn wave(object: Node<'_>) -> i64 {
    let annotations = object.field("metadata.annotations").node();
    let number = |key: &str| annotations?.get(key)?.text().and_then(whole_number);
    number(SYNC_WAVE).or_else(|| number(WEIGHT)).unwrap_or_default()
}

/// Reads a whole number as Go's `strconv.Atoi` does: both tools ignore what is none.
pub fn whole_number(text: &str) -> Option<i64> {
    text.parse().ok()
}
