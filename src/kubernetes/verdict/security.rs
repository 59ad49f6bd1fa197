//! Security contexts and operating systems (`ValidateSecurityContext`, `validatePodSpecSecurityContext`, `validateOS`
//! in `pkg/apis/core/validation/validation.go`).

use super::api_field::ApiField;
use super::error::{BadValue, Errors, json, json_list, quote};
use super::names::is_sysctl;
use super::windows;
use crate::kubernetes::verdict::model::PodSpec;
use crate::kubernetes::verdict::require::check_descending;

const MAX_ID: i64 = i32::MAX as i64;

/// Checks the security context of a pod.
pub fn check_pod<'d>(pod: &PodSpec<'d>, errors: &mut Errors<'d>) {
    let context = pod.spec.get("securityContext");
    for name in ["fsGroup", "runAsUser", "runAsGroup"] {
        errors.in_range(context.get(name), 0, MAX_ID);
    }
    for group in context.get("supplementalGroups").items() {
        if !(0..=MAX_ID).contains(&group.int()) {
            errors.invalid(group, group.int(), super::error::in_range(0, MAX_ID));
        }
    }
    let share = pod.spec.get("shareProcessNamespace");
    if share.is_true() && pod.spec.get("hostPID").is_true() {
        // Older servers keep the field in the security context.
        let parent = if errors.minor >= 37 { pod.spec } else { context };
        let place = share.with_path(format!("{}.shareProcessNamespace", parent.path()));
        errors.invalid(place, true, "ShareProcessNamespace and HostPID cannot both be enabled");
    }
    check_sysctls(pod, context.get("sysctls"), errors);
    errors.one_of(context.get("fsGroupChangePolicy"), &["Always", "OnRootMismatch"]);
    check_seccomp(context.get("seccompProfile"), errors);
    windows::check_options(context.get("windowsOptions"), errors);
    check_app_armor(context.get("appArmorProfile"), errors);
    let minor = errors.minor;
    errors.one_of(context.get_since("supplementalGroupsPolicy", 33, minor), &["Merge", "Strict"]);
    // The gate `SELinuxMount` is on since 1.37.
    let policies: &[&str] = if minor >= 37 { &["MountOption", "Recursive"] } else { &["Recursive"] };
    errors.one_of(context.get_since("seLinuxChangePolicy", 33, minor), policies);
}

fn check_sysctls<'d>(pod: &PodSpec<'d>, sysctls: ApiField<'d>, errors: &mut Errors<'d>) {
    let mut seen = std::collections::HashSet::new();
    for name in sysctls.items().map(|it| it.get("name")) {
        let text = name.text();
        if text.is_empty() {
            errors.required(name, "");
        } else if !is_sysctl(text) {
            let reason = "must have at most 253 characters and match regex \
                          ^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$";
            errors.invalid(name, text, reason);
        } else if seen.contains(text) {
            errors.duplicate(name, text);
        }
        for (host, namespace) in [("hostNetwork", "Net"), ("hostIPC", "IPC")] {
            if pod.spec.get(host).is_true() && sysctl_namespace(text) == Some(namespace) {
                errors.invalid(name, text, format!("may not be specified when '{host}' is true"));
                break;
            }
        }
        seen.insert(text);
    }
}

/// Returns the namespace of the Linux kernel that a sysctl belongs to
/// (`k8s.io/component-helpers/node/util/sysctl/namespace.go`).
fn sysctl_namespace(name: &str) -> Option<&'static str> {
    const IPC: &[&str] = &[
        "kernel.sem",
        "kernel.shmall",
        "kernel.shmmax",
        "kernel.shmmni",
        "kernel.shm_rmid_forced",
        "kernel.shm",
        "kernel.msgmax",
        "kernel.msgmnb",
        "kernel.msgmni",
        "kernel.msg",
    ];
    // Where `/` comes first, it separates, and `.` is a part of a name.
    let is_slashed = name.find(['.', '/']).is_some_and(|at| name[at..].starts_with('/'));
    let swap = |character| match character {
        '/' => '.',
        '.' => '/',
        other => other,
    };
    let name: String = if is_slashed { name.chars().map(swap).collect() } else { name.to_owned() };
    let name = name.split('*').next().unwrap_or_default();
    if IPC.contains(&name) || name.starts_with("fs.mqueue.") {
        Some("IPC")
    } else if name.starts_with("net.") {
        Some("Net")
    } else {
        None
    }
}

fn check_seccomp<'d>(profile: ApiField<'d>, errors: &mut Errors<'d>) {
    const TYPES: &[&str] = &["Localhost", "RuntimeDefault", "Unconfined"];
    if !profile.is_set() {
        return;
    }
    let (kind, local) = (profile.get("type"), profile.get("localhostProfile"));
    match kind.text() {
        "" => errors.required(kind, "type is required when seccompProfile is set"),
        _ => errors.one_of(kind, TYPES),
    }
    match (kind.text(), local.opt_text()) {
        ("Localhost", None) => errors.required(local, "must be set when seccomp type is Localhost"),
        ("Localhost", Some(path)) => check_descending(local, path, errors),
        (kind, Some(path)) => {
            let bad = format!("{{\"Type\":{},\"LocalhostProfile\":{}}}", json(kind), json(path));
            errors.invalid(local, BadValue::Raw(bad), "can only be set when seccomp type is Localhost");
        }
        _ => {}
    }
}

fn check_app_armor<'d>(profile: ApiField<'d>, errors: &mut Errors<'d>) {
    const REQUIRED: &str = "must be set when AppArmor type is Localhost";
    if !profile.is_set() {
        return;
    }
    let (kind, local) = (profile.get("type"), profile.get("localhostProfile"));
    match (kind.text(), local.opt_text()) {
        ("Localhost", None) => errors.required(local, REQUIRED),
        ("Localhost", Some(text)) => {
            if text.trim() != text {
                errors.invalid(local, text, "must not be padded with whitespace");
            } else if text.is_empty() {
                errors.required(local, REQUIRED);
            }
            if text.len() > 4095 {
                errors.too_long(local, 4095);
            }
        }
        ("RuntimeDefault" | "Unconfined", Some(text)) => {
            errors.invalid(local, BadValue::Json(text), "can only be set when AppArmor type is Localhost");
        }
        ("RuntimeDefault" | "Unconfined", None) => {}
        ("", _) => errors.required(kind, "type is required when appArmorProfile is set"),
        (text, _) => {
            errors.unsupported(kind, BadValue::Json(text), &["Localhost", "RuntimeDefault", "Unconfined"]);
        }
    }
}

/// Checks the security context of a container.
pub fn check_container<'d>(pod: &PodSpec<'d>, context: ApiField<'d>, errors: &mut Errors<'d>) {
    if !context.is_set() {
        return;
    }
    errors.in_range(context.get("runAsUser"), 0, MAX_ID);
    errors.in_range(context.get("runAsGroup"), 0, MAX_ID);
    let mount = context.get_since("procMount", 33, errors.minor);
    errors.one_of(mount, &["Default", "Unmasked"]);
    if mount.text() == "Unmasked" && pod.host_users {
        errors.invalid(mount, BadValue::Json("Unmasked"), "`hostUsers` must be false to use `Unmasked`");
    }
    check_seccomp(context.get("seccompProfile"), errors);
    if context.get("allowPrivilegeEscalation").opt_bool() == Some(false) {
        if context.get("privileged").is_true() {
            let reason = "cannot set `allowPrivilegeEscalation` to false and `privileged` to true";
            errors.invalid(context, BadValue::Raw(to_json(context)), reason);
        }
        let added = context.get("capabilities").get("add");
        for _ in added.items().filter(|it| it.text() == "CAP_SYS_ADMIN") {
            let reason =
                "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN";
            errors.invalid(context, BadValue::Raw(to_json(context)), reason);
        }
    }
    windows::check_options(context.get("windowsOptions"), errors);
    check_app_armor(context.get("appArmorProfile"), errors);
}

/// Writes a container's security context as the server's own struct.
fn to_json(context: ApiField<'_>) -> String {
    let text = |field: ApiField<'_>| field.opt_text().map_or_else(|| "null".to_owned(), json);
    let boolean =
        |field: ApiField<'_>| field.opt_bool().map_or_else(|| "null".to_owned(), |it| it.to_string());
    let number = |field: ApiField<'_>| field.opt_int().map_or_else(|| "null".to_owned(), |it| it.to_string());
    let object = |field: ApiField<'_>, fields: &[(&str, String)]| {
        if field.is_set() {
            let fields: Vec<String> =
                fields.iter().map(|(name, value)| format!("{}:{value}", quote(name))).collect();
            format!("{{{}}}", fields.join(","))
        } else {
            "null".to_owned()
        }
    };
    let (capabilities, selinux, windows, seccomp, app_armor) = (
        context.get("capabilities"),
        context.get("seLinuxOptions"),
        context.get("windowsOptions"),
        context.get("seccompProfile"),
        context.get("appArmorProfile"),
    );
    let profile = |field: ApiField<'_>| {
        object(
            field,
            &[
                ("Type", json(field.get("type").text())),
                ("LocalhostProfile", text(field.get("localhostProfile"))),
            ],
        )
    };
    let plain = |field: ApiField<'_>, name| json(field.get(name).text());
    let fields = [
        (
            "Capabilities",
            object(
                capabilities,
                &[("Add", json_list(capabilities.get("add"))), ("Drop", json_list(capabilities.get("drop")))],
            ),
        ),
        ("Privileged", boolean(context.get("privileged"))),
        (
            "SELinuxOptions",
            object(
                selinux,
                &[
                    ("User", plain(selinux, "user")),
                    ("Role", plain(selinux, "role")),
                    ("Type", plain(selinux, "type")),
                    ("Level", plain(selinux, "level")),
                ],
            ),
        ),
        (
            "WindowsOptions",
            object(
                windows,
                &[
                    ("GMSACredentialSpecName", text(windows.get("gmsaCredentialSpecName"))),
                    ("GMSACredentialSpec", text(windows.get("gmsaCredentialSpec"))),
                    ("RunAsUserName", text(windows.get("runAsUserName"))),
                    ("HostProcess", boolean(windows.get("hostProcess"))),
                ],
            ),
        ),
        ("RunAsUser", number(context.get("runAsUser"))),
        ("RunAsGroup", number(context.get("runAsGroup"))),
        ("RunAsNonRoot", boolean(context.get("runAsNonRoot"))),
        ("ReadOnlyRootFilesystem", boolean(context.get("readOnlyRootFilesystem"))),
        ("AllowPrivilegeEscalation", boolean(context.get("allowPrivilegeEscalation"))),
        ("ProcMount", text(context.get("procMount"))),
        ("SeccompProfile", profile(seccomp)),
        ("AppArmorProfile", profile(app_armor)),
    ];
    object(context, &fields)
}

/// All containers of a pod are host processes of Windows, or none is (`validateWindowsHostProcessPod`).
pub fn check_host_process<'d>(pod: &PodSpec<'d>, errors: &mut Errors<'d>) {
    let field = |context: ApiField<'d>| context.get("windowsOptions").get("hostProcess");
    let own = field(pod.spec.get("securityContext")).opt_bool();
    let (mut all, mut on_host) = (0, 0);
    for field in pod.all_containers().map(|container| field(container.get("securityContext"))) {
        all += 1;
        let value = field.opt_bool();
        if let (Some(own), Some(value)) = (own, value)
            && own != value
        {
            let reason = format!("pod hostProcess value must be identical if both are specified, was {own}");
            errors.invalid(field, value, reason);
        }
        on_host += usize::from(value.or(own) == Some(true));
    }
    if on_host == 0 {
        return;
    }
    if on_host != all {
        let reason =
            "If pod contains any hostProcess containers then all containers must be HostProcess containers";
        errors.invalid(pod.spec, "", reason);
    }
    if !pod.has_host_network() {
        let reason = "hostNetwork must be true if pod contains any hostProcess containers";
        errors.invalid(pod.spec.get("hostNetwork"), false, reason);
    }
}

/// A pod that says its operating system must not have what only the other one knows.
pub fn check_os<'d>(pod: &PodSpec<'d>, errors: &mut Errors<'d>) {
    let os = pod.spec.get("os");
    if !os.is_set() {
        return;
    }
    match os.get("name").text() {
        "" => errors.required(os.get("name"), ""),
        "linux" => {
            let contexts = pod.all_containers().map(|it| it.get("securityContext"));
            let contexts = std::iter::once(pod.spec.get("securityContext")).chain(contexts);
            for options in contexts.map(|it| it.get("windowsOptions")).filter(|it| it.is_set()) {
                errors.forbidden(options, "windows options cannot be set for a linux pod");
            }
        }
        "windows" => windows::check_pod(pod, errors),
        other => {
            errors.unsupported(
                os.get("name").with_path(os.path()),
                BadValue::Json(other),
                &["linux", "windows"],
            );
        }
    }
}
