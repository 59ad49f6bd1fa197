//! The pod template (`ValidatePodTemplateSpec`, `ValidatePodSpec` in `pkg/apis/core/validation/validation.go`).

use super::api_field::ApiField;
use super::error::{BadValue, Errors, json_list};
use super::metadata::{check_annotations_at, check_labels, check_labels_at};
use super::names::{dns_label, dns_subdomain, dns_subdomain_with_underscore, qualified_name};
use super::{affinity, annotation, container, ip, resources, security, spread, volume};
use crate::kubernetes::verdict::model::PodLabels;
use crate::kubernetes::verdict::model::PodSpec;
use crate::kubernetes::verdict::model::all_containers;
use crate::kubernetes::verdict::toleration::check_tolerations;

impl<'d> PodSpec<'d> {
    /// `restartPolicy`
    pub fn restart_policy(&self) -> &'d str {
        self.spec.get("restartPolicy").text_or("Always")
    }

    /// Whether `hostNetwork` is `true`.
    pub fn has_host_network(&self) -> bool {
        self.spec.get("hostNetwork").is_true()
    }

    /// Returns all containers, in the order in which Kubernetes visits them.
    pub fn all_containers(&self) -> impl Iterator<Item = ApiField<'d>> + use<'d> {
        all_containers(self.spec)
    }
}

/// Checks a pod template, with the labels that the server adds for a Job.
pub fn check_template<'d>(template: ApiField<'d>, labels: Option<&PodLabels<'d>>, errors: &mut Errors<'d>) {
    let (metadata, spec) = (template.get("metadata"), template.get("spec"));
    let annotations = metadata.get("annotations");
    // Messages leave `metadata` out of these two paths.
    if metadata.is_set() {
        let path = |field: &str| format!("{}.{field}", template.path());
        check_labels_at(metadata.get("labels"), &|| path("labels"), errors);
        check_annotations_at(annotations, &|| path("annotations"), errors);
        if !annotations.is_empty() {
            annotation::check(annotations, spec, &path("annotations"), errors);
        }
    }
    if let Some(labels) = labels {
        labels.check_added(errors);
    }
    check_spec(spec, errors);
    annotation::check_agreement(annotations, spec, errors);
    if !spec.get("ephemeralContainers").is_empty() {
        let reason = "ephemeral containers not allowed in pod template";
        errors.forbidden(spec.get("ephemeralContainers"), reason);
    }
}

fn check_spec<'d>(spec: ApiField<'d>, errors: &mut Errors<'d>) {
    let volumes = volume::check_all(spec.get("volumes"), errors);
    let claims = spec.get_since("resourceClaims", 34, errors.minor);
    let pod = PodSpec {
        spec,
        volumes,
        claims: claims.items().map(|it| it.get("name").text()).filter(|name| !name.is_empty()).collect(),
        grace: spec.get("terminationGracePeriodSeconds").opt_int().unwrap_or(30),
        host_users: spec.get_since("hostUsers", 33, errors.minor).opt_bool() != Some(false),
    };
    resources::check_pod_claims(claims, errors);
    container::check_main(&pod, errors);
    container::check_init(&pod, errors);
    container::check_ephemeral(&pod, errors);
    resources::check_pod(&pod, errors);
    check_host_ports(&pod, errors);
    if !spec.get("restartPolicy").text().is_empty() {
        errors.one_of(spec.get("restartPolicy"), &["Always", "OnFailure", "Never"]);
    }
    let dns_policy = spec.get("dnsPolicy");
    if !dns_policy.text().is_empty() {
        errors.one_of(dns_policy, &["ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"]);
    }
    check_labels(spec.get("nodeSelector"), errors);
    security::check_pod(&pod, errors);
    affinity::check(spec.get("affinity"), errors);
    check_dns(spec, errors);
    for gate in spec.get("readinessGates").items() {
        let kind = gate.get("conditionType");
        errors.invalid_for_each(kind, kind.text(), qualified_name(kind.text()));
    }
    check_scheduling_gates(spec.get("schedulingGates"), errors);
    spread::check(spec.get("topologySpreadConstraints"), errors);
    security::check_host_process(&pod, errors);
    check_host_users(&pod, errors);
    check_host_name(&pod, errors);
    check_names(spec, errors);
    check_tolerations(spec.get("tolerations"), None, errors);
    check_host_aliases(spec.get("hostAliases"), errors);
    check_classes(spec, errors);
    resources::check_overhead(spec.get("overhead"), errors);
    security::check_os(&pod, errors);
    volume::check_file_keys(&pod, errors);
}

fn check_names<'d>(spec: ApiField<'d>, errors: &mut Errors<'d>) {
    // `serviceAccount` is the old name of the field.
    let (account, old) = (spec.get("serviceAccountName"), spec.get("serviceAccount"));
    let place = if account.text().is_empty() { old } else { account };
    if !place.text().is_empty() {
        for reason in dns_subdomain(place.text()) {
            errors.invalid(place.with_path(account.path()), place.text(), reason);
        }
    }
    check_name(spec.get("nodeName"), dns_subdomain, errors);
    errors.in_range(spec.get("activeDeadlineSeconds"), 1, i64::from(i32::MAX));
    check_name(spec.get("hostname"), dns_label, errors);
    check_name(spec.get("subdomain"), dns_label, errors);
}

/// Checks a name that may be missing or empty.
fn check_name<'d>(field: ApiField<'d>, reasons: fn(&str) -> Vec<String>, errors: &mut Errors<'d>) {
    if !field.text().is_empty() {
        errors.invalid_for_each(field, field.text(), reasons(field.text()));
    }
}

fn check_classes<'d>(spec: ApiField<'d>, errors: &mut Errors<'d>) {
    check_name(spec.get("priorityClassName"), dns_subdomain, errors);
    let runtime = spec.get("runtimeClassName");
    if let Some(name) = runtime.opt_text() {
        errors.invalid_for_each(runtime, name, dns_subdomain(name));
    }
    let preemption = spec.get("preemptionPolicy");
    match preemption.opt_text() {
        Some("") => errors.required(preemption, ""),
        _ => errors.one_of(preemption, &["PreemptLowerPriority", "Never"]),
    }
}

/// On the host's network a port is the host's port.
fn check_host_ports<'d>(pod: &PodSpec<'d>, errors: &mut Errors<'d>) {
    if !pod.has_host_network() {
        return;
    }
    for port in pod.spec.get("containers").items().flat_map(|it| it.get("ports").items()) {
        let host = port.get("hostPort");
        if host.int() != 0 && host.int() != port.get("containerPort").int() {
            errors.invalid(host, host.int(), "must match `containerPort` when `hostNetwork` is true");
        }
    }
}

fn check_dns<'d>(spec: ApiField<'d>, errors: &mut Errors<'d>) {
    let config = spec.get("dnsConfig");
    let (servers, searches) = (config.get("nameservers"), config.get("searches"));
    if spec.get("dnsPolicy").text() == "None" {
        if !config.is_set() {
            errors.required(config, "must provide `dnsConfig` when `dnsPolicy` is None");
            return;
        }
        if servers.is_empty() {
            errors.required(servers, "must provide at least one DNS nameserver when `dnsPolicy` is None");
            return;
        }
    }
    if servers.len() > 3 {
        errors.invalid(servers, BadValue::Raw(json_list(servers)), "must not have more than 3 nameservers");
    }
    for server in servers.items() {
        ip::check(server, errors);
    }
    if searches.len() > 32 {
        errors.invalid(
            searches,
            BadValue::Raw(json_list(searches)),
            "must not have more than 32 search paths",
        );
    }
    let length: usize = searches.items().map(|it| it.text().len() + 1).sum();
    if length > 2049 {
        let reason = "must not have more than 2048 characters (including spaces) in the search list";
        errors.invalid(searches, BadValue::Raw(json_list(searches)), reason);
    }
    for search in searches.items() {
        let name = search.text().strip_suffix('.').unwrap_or(search.text());
        let reasons = if errors.minor < 33 {
            dns_subdomain(name)
        } else if search.text() == "." {
            Vec::new()
        } else {
            dns_subdomain_with_underscore(name)
        };
        errors.invalid_for_each(search, name, reasons);
    }
    for option in config.get("options").items().filter(|it| it.get("name").text().is_empty()) {
        errors.required(option, "must not be empty");
    }
}

fn check_scheduling_gates<'d>(gates: ApiField<'d>, errors: &mut Errors<'d>) {
    let mut seen = std::collections::HashSet::new();
    for gate in gates.items() {
        let name = gate.get("name").text();
        errors.invalid_for_each(gate, name, qualified_name(name));
        if !seen.insert(name) {
            errors.duplicate(gate, name);
        }
    }
}

/// A pod with users of its own cannot use the host's namespaces.
fn check_host_users<'d>(pod: &PodSpec<'d>, errors: &mut Errors<'d>) {
    const REASON: &str = "when `hostUsers` is false";
    if pod.host_users {
        return;
    }
    for (field, name) in [("hostNetwork", "hostNetwork"), ("hostPID", "HostPID"), ("hostIPC", "HostIPC")] {
        let field = pod.spec.get(field);
        if field.is_true() {
            errors.forbidden(field.with_path(format!("{}.{name}", pod.spec.path())), REASON);
        }
    }
    for devices in pod.all_containers().map(|it| it.get("volumeDevices")).filter(|it| !it.is_empty()) {
        errors.forbidden(devices, REASON);
    }
}

fn check_host_name<'d>(pod: &PodSpec<'d>, errors: &mut Errors<'d>) {
    let field = pod.spec.get_since("hostnameOverride", 35, errors.minor);
    let Some(name) = field.opt_text() else { return };
    if pod.spec.get("setHostnameAsFQDN").is_true() {
        errors.forbidden(field, "may not be specified when setHostnameAsFQDN is true");
    }
    if pod.has_host_network() {
        errors.forbidden(field, "may not be specified when hostNetwork is true");
    }
    if name.len() > 64 {
        errors.too_long(field, 64);
    }
    errors.invalid_for_each(field, name, dns_subdomain(name));
}

fn check_host_aliases<'d>(aliases: ApiField<'d>, errors: &mut Errors<'d>) {
    for alias in aliases.items() {
        ip::check(alias.get("ip"), errors);
        for name in alias.get("hostnames").items() {
            errors.invalid_for_each(name, name.text(), dns_subdomain(name.text()));
        }
    }
}
