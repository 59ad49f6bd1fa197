//! Lines that are shown for orientation only, next to what a finding or a change is about.
//!
//! Nothing depends on them. So the question is not whether such a line may hold a credential, but whether it certainly holds
//! none.

use super::unread::{is_end, is_plain, is_vocabulary};
use crate::shell::programs;

/// The fields whose values are names: they say where in a manifest the reader is.
const NAMES: &[&str] = &[
    "apiVersion",
    "image",
    "kind",
    "mountPath",
    "name",
    "namespace",
    "schedule",
    "serviceAccountName",
    "timeZone",
];

/// The labels and annotations whose values are names and known words.
const PREFIXES: &[&str] = &["app.kubernetes.io/", "argocd.argoproj.io/", "batch.kubernetes.io/", "helm.sh/"];

/// Whether a line certainly holds no credential: it is a key, the name of something, a field with a value that Kubernetes
/// defines, or consists of words that everybody knows. A comment may hold anything.
pub(crate) fn is_certain(line: &str) -> bool {
    let line = line.trim_start_matches([' ', '-']).trim_end();
    if line.starts_with('#') || line.contains(" #") {
        return false;
    }
    let (key, value) = line.split_once(':').unwrap_or(("", line));
    if key.is_empty() || !value.is_empty() && !value.starts_with(' ') {
        return line.split(is_end).all(is_known);
    }
    let is_named = NAMES.contains(&key) || PREFIXES.iter().any(|it| key.starts_with(it));
    let is_value = if is_named { is_name } else { is_known };
    key.split(is_end).all(is_plain) && value.split(is_end).all(is_value)
}

/// Whether a word is one of Kubernetes', a shell's or a program's, or has no room for a credential.
fn is_known(word: &str) -> bool {
    let program = word.rsplit_once('/').filter(|(folder, _)| folder.ends_with("bin")).map_or(word, |it| it.1);
    is_vocabulary(word) || programs::is_known(program)
}

/// Whether a word has only the characters of names, images, paths and schedules.
fn is_name(word: &str) -> bool {
    word.bytes().all(|it| it.is_ascii_alphanumeric() || b"*,-./:_".contains(&it))
}

#[cfg(test)]
mod tests {
    use super::is_certain;

    #[test]
    fn what_says_where_a_reader_is_is_certain() {
        let lines = [
            "  name: db-backup",
            "  - name: DB_PASSWORD",
            "spec:",
            "      restartPolicy: Never",
            "      - image: registry.example.com/team/backup:1.36",
            "  schedule: \"*/5 * * * *\"",
            "  backoffLimit: 6",
            "---",
            "        command: [sh, -c]",
            "        - |",
            "        set -euo pipefail",
            "        done",
            "          value: \"****\"",
            "          creationTimestamp: null",
            "        - /bin/bash",
            "    app.kubernetes.io/component: db-backup",
            "",
        ];
        for line in lines {
            assert!(is_certain(line), "{line}");
        }
    }

    #[test]
    fn free_text_is_not() {
        let lines = [
            "          value: \"app/tulipamber\"",
            "          value: SUN_PASSWORD",
            "          value: $(sunshine)",
            "          value: '{{sunshine}}'",
            "          value: 4711-0815",
            "        gem push x --key tulipamber",
            "        curl -b \"session=tulipamber\" https://x",
            "  # the old one was tulipamber",
            "  name: backup # the old one was tulipamber",
            "  restartPolicy: Never # tulipamber",
            "        - -ptulipamber",
            "  app:tulipamber",
            "  {\"user\": \"app\", \"login\": \"joshuatree\"",
        ];
        for line in lines {
            assert!(!is_certain(line), "{line}");
        }
    }
}
