//! Warnings that come with an accepted object (`pkg/api/pod/warnings.go`, `pkg/api/job/warnings.go`).

use crate::kubernetes::verdict::warning::Warning;
use crate::kubernetes::verdict::warning::Warnings;
use std::collections::{HashMap, HashSet};

use super::annotation::{APP_ARMOR, SECCOMP_CONTAINER, SECCOMP_POD};
use super::api_field::ApiField;
use super::deprecated_label::deprecated_label;
use super::error::quote;
use super::names::{dns_label, label_value};
use super::{file_overlap, ip, metadata, resource_list};
use crate::kubernetes::verdict::model::JobSpec;
use crate::kubernetes::verdict::model::all_containers;

/// More characters than this together, and each warning is cut.
const MAX_CHARACTERS: usize = 4096;
/// To this many.
const CUT_CHARACTERS: usize = 256;

fn warn<'d>(warnings: &mut Warnings<'d>, field: ApiField<'d>, text: impl AsRef<str>) {
    warnings.push(Warning { text: format!("{}: {}", field.path(), text.as_ref()), field });
}

/// Warns of repeated owners, which also comes with a rejection (`dedupOwnerReferencesAndAddWarning`).
pub fn check_owners<'d>(owners: ApiField<'d>, warnings: &mut Warnings<'d>) {
    let (_, repeated) = metadata::distinct_owners(owners);
    if !repeated.is_empty() {
        let text = format!(
            ".metadata.ownerReferences contains duplicate entries; API server dedups owner references in 1.20+, and may \
             reject such requests as early as 1.24; please fix your requests; duplicate UID(s) observed: {}",
            repeated.join(", ")
        );
        warnings.push(Warning { text, field: owners });
    }
}

/// Warns of what an accepted object may not do as meant.
pub fn check_object<'d>(
    object: ApiField<'d>,
    name: &str,
    spec: JobSpec<'d>,
    minor: u8,
    warnings: &mut Warnings<'d>,
) {
    let reasons = dns_label(name);
    if !reasons.is_empty() {
        let text = format!(
            "metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label \
             is recommended: [{}]",
            reasons.join(" ")
        );
        let metadata = object.get("metadata");
        let field = metadata.get("name").set().unwrap_or(metadata.get("generateName"));
        warnings.push(Warning { text, field });
    }
    let is_large =
        spec.completions.unwrap_or_default() > 100_000 && spec.parallelism.unwrap_or_default() > 10_000;
    if spec.is_indexed() && is_large {
        let text = "In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, \
                    Kubernetes might not be able to track completedIndexes when a big number of indexes fail";
        warnings.push(Warning {
            text: format!("{}: {text}", spec.field.path()),
            field: spec.field.get("completions"),
        });
    }
    check_pod(spec.field.get("template"), minor, warnings);
}

fn check_pod<'d>(template: ApiField<'d>, minor: u8, warnings: &mut Warnings<'d>) {
    let (spec, annotations) = (template.get("spec"), template.get("metadata").get("annotations"));
    check_node_labels(spec, minor, warnings);
    check_spread(spec, warnings);
    check_annotations(annotations, warnings);
    check_volumes(spec.get("volumes"), minor, warnings);
    if minor >= 32 {
        file_overlap::check(spec.get("volumes"), minor, warnings);
    }
    check_duplicates(spec.get("hostAliases"), "ip", "duplicate ip", warnings);
    check_duplicates(spec.get("imagePullSecrets"), "name", "duplicate name", warnings);
    for name in spec.get("imagePullSecrets").items().map(|it| it.get("name")) {
        if name.text().is_empty() {
            warn(warnings, name, "invalid empty name \"\"");
        }
    }
    check_fractions(spec.get("overhead"), &["memory", "ephemeral-storage"], warnings);
    check_containers(spec, annotations, minor, warnings);
    check_ports(spec, warnings);
    if minor >= 33 {
        check_port_names(spec, warnings);
    }
    let grace = spec.get("terminationGracePeriodSeconds");
    if grace.int() < 0 {
        warn(warnings, grace, "must be >= 0; negative values are invalid and will be treated as 1");
    }
    check_affinity(spec.get("affinity"), warnings);
    if minor >= 33 {
        let aliases = spec.get("hostAliases").items().map(|it| it.get("ip"));
        for field in spec.get("dnsConfig").get("nameservers").items().chain(aliases) {
            warnings.extend(ip::warning(field).map(|text| Warning { text, field }));
        }
    }
}

fn check_node_labels<'d>(spec: ApiField<'d>, minor: u8, warnings: &mut Warnings<'d>) {
    let selector = spec.get("nodeSelector");
    for (key, field) in selector.entries() {
        if let Some(text) = deprecated_label(key) {
            warnings.push(Warning { text: format!("{}: {text}", selector.key(key).path), field });
        }
    }
    let affinity = spec.get("affinity").get("nodeAffinity");
    let required = affinity.get("requiredDuringSchedulingIgnoredDuringExecution").get("nodeSelectorTerms");
    for term in required.items() {
        check_node_term(term, false, warnings);
    }
    for term in affinity.get("preferredDuringSchedulingIgnoredDuringExecution").items() {
        check_node_term(term.get("preference"), minor >= 33, warnings);
    }
}

fn check_node_term<'d>(term: ApiField<'d>, checks_values: bool, warnings: &mut Warnings<'d>) {
    for expression in term.get("matchExpressions").items() {
        let key = expression.get("key");
        if let Some(text) = deprecated_label(key.text()) {
            warn(warnings, key, format!("{} is {text}", key.text()));
        }
        for value in expression.get("values").items().filter(|_| checks_values) {
            for reason in label_value(value.text()) {
                warn(warnings, value, format!("{} is invalid, {reason}", value.text()));
            }
        }
    }
}

fn check_spread<'d>(spec: ApiField<'d>, warnings: &mut Warnings<'d>) {
    for constraint in spec.get("topologySpreadConstraints").items() {
        let (key, selector) = (constraint.get("topologyKey"), constraint.get("labelSelector"));
        if let Some(text) = deprecated_label(key.text()) {
            warn(warnings, key, format!("{} is {text}", key.text()));
        }
        if !selector.is_set() {
            warn(warnings, selector, "a null labelSelector results in matching no pod");
        }
    }
}

fn check_annotations<'d>(annotations: ApiField<'d>, warnings: &mut Warnings<'d>) {
    let sysctls = "non-functional in v1.11+; use the \"sysctls\" field instead";
    let critical = "non-functional in v1.16+; use the \"priorityClassName\" field instead";
    for (key, text) in [
        ("scheduler.alpha.kubernetes.io/critical-pod", critical),
        ("security.alpha.kubernetes.io/sysctls", sysctls),
        ("security.alpha.kubernetes.io/unsafe-sysctls", sysctls),
    ] {
        check_annotation(annotations, key, text, warnings);
    }
}

fn check_annotation<'d>(annotations: ApiField<'d>, key: &str, text: &str, warnings: &mut Warnings<'d>) {
    if let Some(field) = annotations.entry(key) {
        warnings.push(Warning { text: format!("{}: {text}", annotations.key(key).path), field });
    }
}

fn check_volumes<'d>(volumes: ApiField<'d>, minor: u8, warnings: &mut Warnings<'d>) {
    let git = match minor {
        ..33 => "deprecated in v1.11",
        _ => "deprecated in v1.11, and disabled by default in v1.33+",
    };
    let kinds = [
        ("photonPersistentDisk", "deprecated in v1.11, non-functional in v1.16+"),
        ("gitRepo", git),
        ("scaleIO", "deprecated in v1.16, non-functional in v1.22+"),
        ("flocker", "deprecated in v1.22, non-functional in v1.25+"),
        ("storageos", "deprecated in v1.22, non-functional in v1.25+"),
        ("quobyte", "deprecated in v1.22, non-functional in v1.25+"),
        ("glusterfs", "deprecated in v1.25, non-functional in v1.26+"),
        ("cephfs", "deprecated in v1.28, non-functional in v1.31+"),
        ("rbd", "deprecated in v1.28, non-functional in v1.31+"),
    ];
    let is_there = |volume: &ApiField<'d>| minor >= 35 || !volume.get("image").is_set();
    for (index, volume) in volumes.items().filter(is_there).enumerate() {
        let path = format!("{}[{index}]", volumes.path());
        for (name, text) in kinds.into_iter().filter(|(name, _)| volume.get(name).is_set()) {
            // The message spells this one in its own way.
            let title = if name == "storageos" { "storageOS" } else { name };
            let text = format!("{path}.{title}: {text}");
            warnings.push(Warning { text, field: volume.get(name) });
        }
        let claim = volume.get("ephemeral").get("volumeClaimTemplate").get("spec").get("resources");
        check_fractions(claim.get("requests"), &["storage"], warnings);
        check_fractions(claim.get("limits"), &["storage"], warnings);
    }
}

fn check_duplicates<'d>(list: ApiField<'d>, field: &'static str, text: &str, warnings: &mut Warnings<'d>) {
    let mut seen = HashSet::new();
    for field in list.items().map(|it| it.get(field)) {
        if !seen.insert(field.text()) {
            warn(warnings, field, format!("{text} {}", quote(field.text())));
        }
    }
}

/// Bytes are whole.
fn check_fractions<'d>(list: ApiField<'d>, names: &[&str], warnings: &mut Warnings<'d>) {
    for name in names {
        let Some(field) = list.entry(name) else { continue };
        let Some(value) = resource_list::list_quantity(field) else { continue };
        if !value.is_whole() {
            let text = format!(
                "{}: fractional byte value {} is invalid, must be an integer",
                list.key(name).path,
                quote(&value.to_string())
            );
            warnings.push(Warning { text, field });
        }
    }
}

fn check_containers<'d>(
    spec: ApiField<'d>,
    annotations: ApiField<'d>,
    minor: u8,
    warnings: &mut Warnings<'d>,
) {
    const SECCOMP: &str = "non-functional in v1.27+; use the \"seccompProfile\" field instead";
    const PROFILE: &str = "deprecated since v1.30; use the \"appArmorProfile\" field instead";
    let context = spec.get("securityContext");
    if !context.get("seccompProfile").is_set() {
        check_annotation(annotations, SECCOMP_POD, SECCOMP, warnings);
    }
    for container in all_containers(spec) {
        let (own, name) = (container.get("securityContext"), container.get("name").text());
        if !annotations.is_empty() {
            if !own.get("seccompProfile").is_set() {
                check_annotation(annotations, &format!("{SECCOMP_CONTAINER}{name}"), SECCOMP, warnings);
            }
            let key = format!("{APP_ARMOR}{name}");
            let check_pod = context.get("appArmorProfile");
            let says_the_same = || match minor {
                ..34 => check_pod.is_set(),
                _ => annotations.entry(&key).is_some_and(|it| is_same_profile(it.text(), check_pod)),
            };
            if !own.get("appArmorProfile").is_set() && !says_the_same() {
                check_annotation(annotations, &key, PROFILE, warnings);
            }
        }
        let resources = container.get("resources");
        for name in [&["memory"][..], &["ephemeral-storage"]] {
            check_fractions(resources.get("limits"), name, warnings);
            check_fractions(resources.get("requests"), name, warnings);
        }
        check_variables(container.get("env"), warnings);
    }
}

/// Whether an AppArmor annotation means the pod's profile.
fn is_same_profile(annotation: &str, profile: ApiField<'_>) -> bool {
    let local = profile.get("localhostProfile").opt_text();
    let pair = match annotation {
        "unconfined" => ("Unconfined", None),
        "runtime/default" => ("RuntimeDefault", None),
        other => match other.strip_prefix("localhost/") {
            Some(name) if !name.is_empty() => ("Localhost", Some(name)),
            _ => return false,
        },
    };
    profile.is_set() && (profile.get("type").text(), local) == pair
}

fn check_variables<'d>(variables: ApiField<'d>, warnings: &mut Warnings<'d>) {
    let mut seen = HashSet::new();
    for variable in variables.items() {
        let (name, value) = (variable.get("name").text(), variable.get("value").text());
        if seen.insert(name) {
            continue;
        }
        let reference = format!("$({name})");
        let keeps_it =
            value.contains(&reference) && value != reference && !variable.get("valueFrom").is_set();
        if !keeps_it {
            let text = format!(
                "hides previous definition of {}, which may be dropped when using apply",
                quote(name)
            );
            warn(warnings, variable, text);
        }
    }
}

fn check_ports<'d>(spec: ApiField<'d>, warnings: &mut Warnings<'d>) {
    let mut all: HashMap<(i64, &str), Vec<ApiField<'d>>> = HashMap::new();
    for port in all_containers(spec).flat_map(|it| it.get("ports").items()) {
        // No more than this many characters are sent.
        if warnings.len() > MAX_CHARACTERS {
            return;
        }
        let host = |it: ApiField<'d>| (it.get("hostIP").text(), it.get("hostPort").int());
        let protocol = port.get("protocol").text_or("TCP");
        let (ip, number) = host(port);
        if !ip.is_empty() && number == 0 {
            let text = format!(
                "hostIP set without hostPort: {{Name:{} HostPort:0 ContainerPort:{} Protocol:{protocol} HostIP:{ip}}}",
                port.get("name").text(),
                port.get("containerPort").int()
            );
            warn(warnings, port, text);
        }
        let others = all.entry((port.get("containerPort").int(), protocol)).or_default();
        for &other in others.iter() {
            let (other_ip, other_number) = host(other);
            let relation = if (ip, number) == (other_ip, other_number) {
                "duplicate"
            } else if number == 0 || other_number == 0 {
                "overlapping"
            } else if number == other_number && ip.is_empty() != other_ip.is_empty() {
                "dangerously ambiguous"
            } else {
                continue;
            };
            warn(warnings, port, format!("{relation} port definition with {}", other.path()));
        }
        // Of hundreds, the first ones tell.
        if others.len() < 100 {
            others.push(port);
        }
    }
}

fn check_port_names<'d>(spec: ApiField<'d>, warnings: &mut Warnings<'d>) {
    let mut all: HashMap<&str, ApiField<'d>> = HashMap::new();
    for port in all_containers(spec).flat_map(|it| it.get("ports").items()) {
        let name = port.get("name").text();
        if name.is_empty() {
            continue;
        }
        match all.get(name) {
            Some(other) => {
                let (name, other) = (quote(name), other.path());
                let text = format!(
                    "duplicate port name {name} with {other}, services and probes that select ports by name will use \
                     {other}"
                );
                warn(warnings, port, text);
            }
            None => _ = all.insert(name, port),
        }
    }
}

fn check_affinity<'d>(affinity: ApiField<'d>, warnings: &mut Warnings<'d>) {
    for pods in ["podAffinity", "podAntiAffinity"].map(|name| affinity.get(name)) {
        let required = pods.get("requiredDuringSchedulingIgnoredDuringExecution").items();
        let preferred = pods.get("preferredDuringSchedulingIgnoredDuringExecution").items();
        for term in required.chain(preferred.map(|it| it.get("podAffinityTerm"))) {
            let selector = term.get("labelSelector");
            if !selector.is_set() {
                warn(warnings, selector, "a null labelSelector results in matching no pod");
            }
        }
    }
}

/// Leaves repeated warnings out and cuts them where they are many (`k8s.io/apiserver/pkg/endpoints/filters/warning.go`).
/// No header takes control characters.
pub fn shorten(warnings: &mut Warnings<'_>) {
    let is_header = |text: &str| !text.contains(char::is_control);
    let mut seen = HashSet::new();
    warnings.retain(|warning| seen.insert(warning.text.clone()));
    let sent = warnings.iter().filter(|it| is_header(&it.text));
    if sent.map(|it| it.text.chars().count()).sum::<usize>() <= MAX_CHARACTERS {
        warnings.retain(|warning| is_header(&warning.text));
        return;
    }
    let mut written = 0;
    warnings.retain_mut(|warning| {
        warning.text = warning.text.chars().take(CUT_CHARACTERS).collect();
        let is_written = written < MAX_CHARACTERS && is_header(&warning.text);
        written += if is_written { warning.text.chars().count() } else { 0 };
        is_written
    });
}
