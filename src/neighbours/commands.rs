//! Commands of workflows and scripts that make or change ConfigMaps and Secrets: `kubectl create secret generic db`.

use std::ops::Range;

use crate::neighbours::kind::{Kind, is_whole};
use crate::text::span::range_in;

/// More of a command is not read, in bytes.
const FAR: usize = 500;

/// Finds the names that such commands in a text have, with their kinds.
pub(super) fn made_in(text: &str) -> Vec<(Kind, Range<usize>)> {
    let verbs = ["create", "patch"].into_iter();
    let behind = verbs.flat_map(|verb| {
        let found = memchr::memmem::find_iter(text.as_bytes(), verb);
        found.map(move |at| at + verb.len()).collect::<Vec<_>>()
    });
    behind.filter_map(|start| object(text, start)).collect()
}

/// Returns what a command names behind its verb, which ends at `start`.
fn object(text: &str, start: usize) -> Option<(Kind, Range<usize>)> {
    let line = rest_of_command(text, start).filter(|it| it.starts_with([' ', '\t', '\\']))?;
    let mut words = line.split([' ', '\t', '\n', '\r', '\\']).filter(|it| !it.is_empty());
    let first = words.next()?;
    let (kind, inline) = first.split_once('/').map_or((first, None), |(kind, name)| (kind, Some(name)));
    let kind = match kind {
        "secret" | "secrets" => Kind::Secret,
        "configmap" | "configmaps" | "cm" => Kind::ConfigMap,
        _ => return None,
    };
    let name = match inline {
        Some(name) => name,
        None => loop {
            let word = words.next()?;
            match word {
                "generic" | "docker-registry" | "tls" if kind == Kind::Secret => {}
                "-n" | "--namespace" | "--context" | "--kubeconfig" => _ = words.next(),
                _ if word.starts_with('-') => {}
                name => break name,
            }
        },
    };
    let name = name.trim_matches(['"', '\'', ',', ';']);
    Some((kind, range_in(text, name)?)).filter(|_| is_whole(name))
}

/// Returns the rest of a command from `start` on: a line that ends with a backslash continues.
pub(super) fn rest_of_command(text: &str, start: usize) -> Option<&str> {
    let end = text.floor_char_boundary((start + FAR).min(text.len()));
    let rest = text.get(start..end)?;
    let line_end =
        rest.match_indices('\n').find(|(at, _)| !rest[..*at].trim_end_matches('\r').ends_with('\\'));
    Some(&rest[..line_end.map_or(rest.len(), |it| it.0)])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(Kind, &str)> {
        made_in(text).into_iter().map(|(kind, at)| (kind, &text[at])).collect()
    }

    #[test]
    fn the_name_of_the_object_is_found() {
        for text in [
            "kubectl create secret generic db --from-literal=A=b",
            "kubectl -n shop create secret generic -n shop \\\n  db \\\n --from-literal=A=b",
            "run: oc create secret tls \"db\" --cert=a",
            "kubectl patch secret db -p '{}'",
            "kubectl patch secret/db -p '{}'",
        ] {
            assert_eq!(found(text), [(Kind::Secret, "db")], "{text}");
        }
        assert_eq!(found("kubectl create configmap db --from-file=a"), [(Kind::ConfigMap, "db")]);
        for text in [
            "create a secret for db",
            "kubectl create secret generic $NAME",
            "kubectl create secret generic\ndb",
            "kubectl create job db",
            "verbs: [create, patch]",
        ] {
            assert_eq!(found(text), [], "{text}");
        }
    }
}
