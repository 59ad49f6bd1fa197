//! The words that everybody knows who knows Kubernetes and a shell: nobody takes them for a password.

use std::collections::HashSet;
use std::sync::LazyLock;

use crate::kubernetes::types::allowed;
use crate::schema::version::Version;
use crate::schema::{self, Struct, Type};
use crate::shell::programs;

/// Kinds and groups around Jobs, words of schedules and of shells that are neither fields nor programs.
const OTHERS: &str = "annually apps ash bash batch case ConfigMap core CronJob DaemonSet daily dash Deployment done elif else errexit esac \
    euo euxo every for from function hourly items Job kubernetes LimitRange List midnight monthly Namespace NetworkPolicy nounset \
    null PersistentVolumeClaim pipefail Pod PodDisruptionBudget PriorityClass ResourceQuota Role RoleBinding RuntimeClass Secret \
    select Service ServiceAccount StatefulSet then time token until weekly while yearly";

static WORDS: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    let mut words: HashSet<&'static str> = OTHERS.split(' ').chain(programs::trivial()).collect();
    let mut seen = HashSet::new();
    collect(schema::cron_job(), &mut seen, &mut words);
    words
});

/// Adds the names of the fields of a type and of the types in it, and the values that they take.
fn collect(within: &'static Struct, seen: &mut HashSet<&'static str>, words: &mut HashSet<&'static str>) {
    if !seen.insert(within.go_name) {
        return;
    }
    for field in within.fields() {
        words.insert(field.name);
        let values = allowed::values(within, field, Version::NEWEST.minor);
        words.extend(values.iter().flat_map(|it| it.split(|it: char| !it.is_ascii_alphanumeric())));
        let mut kind = &field.kind;
        while let Type::List { element: inner, .. } | Type::Map { value: inner, .. } = kind {
            kind = inner;
        }
        if let Type::Struct(inner) = kind {
            collect(inner, seen, words);
        }
    }
}

/// Whether a word is one of them.
pub(super) fn has(word: &str) -> bool {
    WORDS.contains(word)
}
