//! Keys that are most likely others, misspelled.

use super::key::Map;
use super::table::{KEYS, known};
use crate::text::nearest::is_slip;
use crate::text::word_list::has_word;

/// Keys that have no row of their own, because all that begin like them are read at the same level.
const MORE: &[&str] = &[
    "config.linkerd.io/proxy-cpu-limit",
    "config.linkerd.io/proxy-cpu-request",
    "config.linkerd.io/proxy-log-level",
    "config.linkerd.io/proxy-memory-limit",
    "config.linkerd.io/proxy-memory-request",
    "config.linkerd.io/skip-inbound-ports",
    "config.linkerd.io/skip-outbound-ports",
    "config.alpha.linkerd.io/proxy-enable-native-sidecar",
    "config.alpha.linkerd.io/proxy-wait-before-exit-seconds",
    "dapr.io/app-id",
    "dapr.io/app-protocol",
    "dapr.io/enable-native-sidecar",
    "gke-gcsfuse/volumes",
    "prometheus.io/scrape",
    "prometheus.io/scheme",
    "sidecar.istio.io/nativeSidecar",
    "sidecar.istio.io/proxyCPULimit",
    "sidecar.istio.io/proxyMemoryLimit",
    "sidecar.istio.io/proxyMemory",
    "traffic.sidecar.istio.io/excludeInboundPorts",
    "traffic.sidecar.istio.io/excludeOutboundIPRanges",
    "traffic.sidecar.istio.io/excludeOutboundPorts",
    "traffic.sidecar.istio.io/includeInboundPorts",
    "traffic.sidecar.istio.io/includeOutboundIPRanges",
    "traffic.sidecar.istio.io/includeOutboundPorts",
    "vault.hashicorp.com/agent-pre-populate",
    "vault.hashicorp.com/agent-pre-populate-only",
    "vault.hashicorp.com/auth-path",
    "configmap.reloader.stakater.com/reload",
    "secret.reloader.stakater.com/reload",
];

/// Names of keys under a prefix that no tool has, with the name that its tool has for that.
const OTHER_WORDS: &[(&str, &str, &str)] = &[
    (
        "argocd.argoproj.io/",
        "hook-weight hook-wave hook-sync-wave sync-weight sync-order",
        "argocd.argoproj.io/sync-wave",
    ),
    ("argocd.argoproj.io/", "hook-options hook-sync-options", "argocd.argoproj.io/sync-options"),
];

/// Returns the key that was most likely meant by one that no tool reads, with the tool that reads that.
pub fn misspelled(name: &str, map: Map) -> Option<(&'static str, &'static str)> {
    let is_other = |(prefix, words, _): &&(&str, &str, &str)| {
        name.strip_prefix(prefix).is_some_and(|it| has_word(words, it))
    };
    if let Some((_, _, meant)) = OTHER_WORDS.iter().find(is_other) {
        return known(meant, map).map(|key| (*meant, key.reader));
    }
    let mut found = keys().filter(|it| is_misspelled(name, it));
    let meant = found.next()?;
    // Of two alike none: a wrong hint is worse than none.
    let is_only_one = found.all(|it| it == meant) && !keys().any(|it| it == name);
    let key = known(meant, map).filter(|_| is_only_one)?;
    Some((meant, key.reader))
}

/// Returns every key that stands for itself.
fn keys() -> impl Iterator<Item = &'static str> {
    let rows = KEYS.iter().filter(|key| !key.is_prefix()).map(|key| key.name);
    rows.chain(MORE.iter().copied())
}

/// Whether a key is another one with a single slip, or with other capitals and dashes.
fn is_misspelled(name: &str, meant: &str) -> bool {
    // In a short word another letter makes another word.
    const SHORTEST: usize = 6;
    if name.len().abs_diff(meant.len()) > 4 || name.bytes().next() != meant.bytes().next() {
        return false;
    }
    let ((domain, word), (meant_domain, meant_word)) = (split(name), split(meant));
    let plain = |text: &str| text.to_ascii_lowercase().replace(['-', '_', '.'], "");
    if domain != meant_domain {
        return word == meant_word && is_slip(name, meant);
    }
    let is_long = word.len().min(meant_word.len()) >= SHORTEST;
    plain(word) == plain(meant_word) || (is_long && is_slip(name, meant))
}

/// Splits a key into its prefix and its name.
fn split(key: &str) -> (&str, &str) {
    key.split_once('/').unwrap_or(("", key))
}
