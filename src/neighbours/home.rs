//! Where an object belongs: its namespace, and its directory where it states none.

use crate::manifest::document::Node;
use crate::text::source::{Origin, RELEASE_NAMESPACE, STDIN, Source};

/// Where an object belongs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Home {
    /// The namespace, where it is known.
    pub namespace: Option<String>,
    /// The directory of its file; `None` for what belongs to objects in all of them.
    pub directory: Option<String>,
}

impl Home {
    /// Returns where an object belongs.
    pub fn of(object: Node<'_>) -> Self {
        let namespace = object.field("metadata.namespace").text().map(str::to_owned);
        Home::in_namespace(namespace, &object.document.source)
    }

    /// Returns where an object of a file belongs that states a namespace, or none.
    pub fn in_namespace(namespace: Option<String>, file: &Source) -> Self {
        // `namespace: {{ .Release.Namespace }}` says no more than no namespace.
        let is_stated =
            |it: &String| !(it == RELEASE_NAMESPACE && matches!(file.origin, Origin::Rendered { .. }));
        Home { namespace: namespace.filter(is_stated), directory: Some(directory(file).to_owned()) }
    }

    /// Returns what objects of the same home have in common: the directory counts only without a namespace.
    pub(super) fn key(&self) -> Home {
        match &self.namespace {
            Some(_) => Home { directory: None, ..self.clone() },
            None => self.clone(),
        }
    }

    /// Whether the objects can be in one namespace, as far as files in one directory tell.
    pub fn may_share(&self, other: &Home) -> bool {
        let is_same = self.namespace == other.namespace;
        let is_open = self.namespace.is_none() || other.namespace.is_none();
        let is_everywhere = self.directory.is_none() || other.directory.is_none();
        (is_same || is_open) && (is_everywhere || self.directory == other.directory)
    }
}

/// Returns the directory of a file. What was rendered together is in one, and so is standard input.
fn directory(source: &Source) -> &str {
    match source.origin {
        Origin::Rendered { .. } => "(rendered)",
        _ if source.name == STDIN => STDIN,
        _ => source.name.rsplit_once('/').map_or("", |(directory, _)| directory),
    }
}

/// Whether a file shows by its name how to write another one, which is not there: `secrets.example.yaml`.
pub fn is_sample(file: &Source) -> bool {
    const PARTS: [&str; 5] = ["dist", "example", "sample", "template", "tmpl"];
    if file.origin != Origin::File {
        return false;
    }
    let name = file.name.rsplit('/').next().unwrap_or_default();
    let mut parts = name.split(['.', '-', '_']);
    parts.any(|part| PARTS.iter().any(|it| part.trim_end_matches('s').eq_ignore_ascii_case(it)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chart_has_one_namespace_whether_its_templates_state_it_or_not() {
        let rendered = Source::rendered("templates/job.yaml", 1, "");
        let stated = Home::in_namespace(Some("release-namespace".to_owned()), &rendered);
        assert_eq!(stated, Home::in_namespace(None, &rendered));
        let other = Home::in_namespace(Some("kube-system".to_owned()), &rendered);
        assert_eq!(other.namespace.as_deref(), Some("kube-system"));
        let file = Source::new("job.yaml", "");
        let written = Home::in_namespace(Some("release-namespace".to_owned()), &file);
        assert_eq!(written.namespace.as_deref(), Some("release-namespace"));
    }
}
