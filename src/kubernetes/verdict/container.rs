//! Containers (`validateContainerCommon` and around it in `pkg/apis/core/validation/validation.go`).

use std::collections::HashSet;

use super::api_field::ApiField;
use super::error::{BadValue, Errors};
use super::names::{dns_label, port_name};
use super::{env, mount, probe, resources, security};
use crate::kubernetes::verdict::model::PodSpec;

/// What an ephemeral container may have.
const EPHEMERAL_FIELDS: &[&str] = &[
    "name",
    "image",
    "command",
    "args",
    "workingDir",
    "envFrom",
    "env",
    "volumeMounts",
    "volumeDevices",
    "terminationMessagePath",
    "terminationMessagePolicy",
    "imagePullPolicy",
    "securityContext",
    "stdin",
    "stdinOnce",
    "tty",
    "targetContainerName",
];

/// Checks the containers that run side by side (`validateContainers`).
pub fn check_main<'d>(pod: &PodSpec<'d>, errors: &mut Errors<'d>) {
    let containers = pod.spec.get("containers");
    if containers.is_empty() {
        errors.required(containers, "");
        return;
    }
    let mut names = HashSet::new();
    for container in containers.items() {
        check_common(pod, container, errors);
        check_unique(container, &mut names, errors);
        probe::check_lifecycle(pod, container.get("lifecycle"), errors);
        probe::check_all(pod, container, errors);
        let policy = container.get("restartPolicy");
        match errors.minor {
            ..34 if policy.is_set() => errors.forbidden(policy, "may not be set for non-init containers"),
            ..35 => {}
            _ => check_restart_rules(container, errors),
        }
    }
    let ports = containers.items().flat_map(|it| it.get("ports").items());
    check_host_ports(ports, errors, |port| port.get("hostPort").path());
}

/// Checks init containers, native sidecars among them (`validateInitContainers`).
pub fn check_init<'d>(pod: &PodSpec<'d>, errors: &mut Errors<'d>) {
    const REASON: &str = "may not be set for init containers without restartPolicy=Always";
    let containers = pod.spec.get("initContainers");
    let mut names: HashSet<&str> =
        pod.spec.get("containers").items().map(|it| it.get("name").text()).collect();
    for container in containers.items() {
        check_common(pod, container, errors);
        let policy = container.get("restartPolicy");
        let is_sidecar = policy.text() == "Always";
        match errors.minor {
            ..34 => errors.one_of(policy, &["Always"]),
            34 => {}
            35 if is_sidecar => {
                let rules = container.get("restartPolicyRules");
                if !rules.is_empty() {
                    let reason =
                        "restartPolicyRules are not allowed for init containers with restart policy Always";
                    errors.forbidden(rules, reason);
                }
            }
            _ => check_restart_rules(container, errors),
        }
        let name = container.get("name");
        if names.contains(name.text()) {
            errors.duplicate(name, name.text());
        } else if !name.text().is_empty() {
            names.insert(name.text());
        }
        // The message takes each of these containers for the only one.
        let ports = container.get("ports");
        check_host_ports(ports.items(), errors, |port| {
            let index = ports.items().position(|it| it.node() == port.node()).unwrap_or_default();
            format!("{}[0].ports[{index}].hostPort", containers.path())
        });
        if is_sidecar {
            probe::check_lifecycle(pod, container.get("lifecycle"), errors);
            probe::check_all(pod, container, errors);
        } else {
            let lifecycle = probe::effective_lifecycle(container.get("lifecycle"));
            let probes = ["livenessProbe", "readinessProbe", "startupProbe"].map(|name| container.get(name));
            for field in std::iter::once(lifecycle).chain(probes).filter(|it| it.is_set()) {
                errors.forbidden(field, REASON);
            }
            for rule in container.get_since("resizePolicy", 33, errors.minor).items() {
                let policy = rule.get("restartPolicy");
                if policy.text() == "RestartContainer" {
                    let reason = "must not be set to 'RestartContainer' for non-sidecar initContainers";
                    errors.invalid(policy, BadValue::Json("RestartContainer"), reason);
                }
            }
        }
    }
}

/// Checks ephemeral containers, which a template must not have anyway (`validateEphemeralContainers`).
pub fn check_ephemeral<'d>(pod: &PodSpec<'d>, errors: &mut Errors<'d>) {
    const REASON: &str = "cannot be set for an Ephemeral Container";
    let others = ["containers", "initContainers"].into_iter().flat_map(|list| pod.spec.get(list).items());
    let others: HashSet<&str> = others.map(|it| it.get("name").text()).collect();
    let mut names = others.clone();
    for container in pod.spec.get("ephemeralContainers").items() {
        check_common(pod, container, errors);
        check_unique(container, &mut names, errors);
        let target = container.get("targetContainerName");
        if !target.text().is_empty() && !others.contains(target.text()) {
            errors.not_found(target, target.text(), "");
        }
        let image = container.get("image");
        if image.text().trim() != image.text() {
            errors.invalid(image, image.text(), "must not have leading or trailing whitespace");
        }
        for (name, value) in container.entries().filter(|(name, _)| !EPHEMERAL_FIELDS.contains(name)) {
            if value.is_set() && (name != "resources" || value.entries().any(|(_, it)| it.is_set())) {
                errors.forbidden(value, REASON);
            }
        }
        for mount in container.get("volumeMounts").items() {
            for field in ["subPath", "subPathExpr"].map(|name| mount.get(name)) {
                if !field.text().is_empty() {
                    errors.forbidden(field, REASON);
                }
            }
        }
    }
}

fn check_unique<'d>(container: ApiField<'d>, names: &mut HashSet<&'d str>, errors: &mut Errors<'d>) {
    let name = container.get("name");
    if !names.insert(name.text()) {
        errors.duplicate(name, name.text());
    }
}

fn check_common<'d>(pod: &PodSpec<'d>, container: ApiField<'d>, errors: &mut Errors<'d>) {
    let (name, image) = (container.get("name"), container.get("image"));
    match name.text() {
        "" => errors.required(name, ""),
        text => errors.invalid_for_each(name, text, dns_label(text)),
    }
    if image.text().is_empty() {
        errors.required(image, "");
    }
    check_word(container.get("terminationMessagePolicy"), &["File", "FallbackToLogsOnError"], errors);
    check_ports(container.get("ports"), errors);
    env::check(container.get("env"), errors);
    env::check_from(container.get("envFrom"), errors);
    mount::check_mounts(pod, container, errors);
    mount::check_devices(pod, container, errors);
    check_word(container.get("imagePullPolicy"), &["Always", "IfNotPresent", "Never"], errors);
    resources::check_container(container.get("resources"), &pod.claims, errors);
    check_resize_policy(pod, container.get_since("resizePolicy", 33, errors.minor), errors);
    security::check_container(pod, container.get("securityContext"), errors);
}

/// A word that has a default where it is missing or empty.
fn check_word<'d>(field: ApiField<'d>, supported: &[&str], errors: &mut Errors<'d>) {
    if !field.text().is_empty() {
        errors.one_of(field, supported);
    }
}

fn check_ports<'d>(ports: ApiField<'d>, errors: &mut Errors<'d>) {
    let mut names = HashSet::new();
    for port in ports.items() {
        let (name, number, host) = (port.get("name"), port.get("containerPort"), port.get("hostPort"));
        if !name.text().is_empty() {
            let reasons = port_name(name.text());
            if !reasons.is_empty() {
                errors.invalid_for_each(name, name.text(), reasons);
            } else if !names.insert(name.text()) {
                errors.duplicate(name, name.text());
            }
        }
        match number.int() {
            0 => errors.required(number, ""),
            _ => errors.in_range(number, 1, 65535),
        }
        if host.int() != 0 {
            errors.in_range(host, 1, 65535);
        }
        check_word(port.get("protocol"), &["SCTP", "TCP", "UDP"], errors);
    }
}

/// Two containers cannot have the same port of the host (`checkHostPortConflicts`).
fn check_host_ports<'d>(
    ports: impl Iterator<Item = ApiField<'d>>,
    errors: &mut Errors<'d>,
    path: impl Fn(ApiField<'d>) -> String,
) {
    let mut taken = HashSet::new();
    for port in ports {
        let number = port.get("hostPort");
        if number.int() == 0 {
            continue;
        }
        let protocol = port.get("protocol").text_or("TCP");
        let key = format!("{protocol}/{}/{}", port.get("hostIP").text(), number.int());
        if !taken.insert(key.clone()) {
            errors.duplicate(number.with_path(path(port)), key.as_str());
        }
    }
}

fn check_resize_policy<'d>(pod: &PodSpec<'d>, rules: ApiField<'d>, errors: &mut Errors<'d>) {
    let mut names = HashSet::new();
    for rule in rules.items() {
        let (resource, policy) = (rule.get("resourceName"), rule.get("restartPolicy"));
        let at_list = |field: ApiField<'d>| field.with_path(rules.path());
        if !names.insert(resource.text()) {
            errors.duplicate(rule, BadValue::Json(resource.text()));
        }
        match resource.text() {
            "" => errors.required(at_list(resource), ""),
            "cpu" | "memory" => {}
            other => errors.unsupported(at_list(resource), BadValue::Json(other), &["cpu", "memory"]),
        }
        match policy.text() {
            "" => errors.required(at_list(policy), ""),
            "NotRequired" | "RestartContainer" => {}
            other => {
                errors.unsupported(
                    at_list(policy),
                    BadValue::Json(other),
                    &["NotRequired", "RestartContainer"],
                );
            }
        }
        if pod.restart_policy() == "Never" && policy.text() != "NotRequired" {
            let reason = "must be 'NotRequired' when pod `restartPolicy` is 'Never'";
            errors.invalid(at_list(policy), BadValue::Json(policy.text()), reason);
        }
    }
}

/// Checks a container's own restart policy (`validateContainerRestartPolicy`).
fn check_restart_rules<'d>(container: ApiField<'d>, errors: &mut Errors<'d>) {
    let (policy, rules) = (container.get("restartPolicy"), container.get("restartPolicyRules"));
    if !policy.is_set() && !rules.is_empty() {
        errors.required(policy, "must specify restartPolicy when restart rules are used");
    }
    // An init container without a policy has no more than that checked.
    if !policy.is_set() && (rules.is_empty() || is_init(container)) {
        return;
    }
    errors.one_of(policy, &["Always", "Never", "OnFailure"]);
    if rules.len() > 20 {
        errors.too_many(rules, rules.len(), 20);
    }
    for rule in rules.items() {
        let (action, codes) = (rule.get("action"), rule.get("exitCodes"));
        let actions: &[&str] =
            if errors.minor >= 36 { &["Restart", "RestartAllContainers"] } else { &["Restart"] };
        if !actions.contains(&action.text()) {
            errors.unsupported(action, BadValue::Json(action.text()), actions);
        }
        if !codes.is_set() {
            errors.required(codes, "must be specified");
            continue;
        }
        let (operator, values) = (codes.get("operator"), codes.get("values"));
        if !["In", "NotIn"].contains(&operator.text()) {
            errors.unsupported(operator, BadValue::Json(operator.text()), &["In", "NotIn"]);
        }
        if values.len() > 255 {
            errors.too_many(values, values.len(), 255);
        }
    }
}

fn is_init(container: ApiField<'_>) -> bool {
    let list = container.node().and_then(|node| node.parent());
    list.and_then(|list| list.key()) == Some("initContainers")
}
