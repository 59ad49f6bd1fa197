//! Where containers mount volumes (`ValidateVolumeMounts`, `ValidateVolumeDevices` in
//! `pkg/apis/core/validation/validation.go`).

use std::collections::{HashMap, HashSet};

use super::api_field::ApiField;
use super::error::{BadValue, Errors};
use crate::kubernetes::verdict::model::PodSpec;
use crate::kubernetes::verdict::require::{check_descending, has_backsteps};

/// Checks `volumeMounts`.
pub fn check_mounts<'d>(pod: &PodSpec<'d>, container: ApiField<'d>, errors: &mut Errors<'d>) {
    let (mounts, devices) = (container.get("volumeMounts"), container.get("volumeDevices"));
    let (used, mut paths) = (Used::new(devices, "devicePath"), HashSet::new());
    let mut gone = 0;
    for mount in mounts.items() {
        let (name, path, before) = (mount.get("name"), mount.get("mountPath"), errors.causes.len());
        // An image volume goes together with its mounts where servers do not know it yet.
        if pod.volumes.is_dropped(name.text()) {
            gone += 1;
            continue;
        }
        if name.text().is_empty() {
            errors.required(name, "");
        }
        if !pod.volumes.has(name.text()) {
            errors.not_found(name, name.text(), "");
        }
        if path.text().is_empty() {
            errors.required(path, "");
        }
        if !paths.insert(path.text()) {
            errors.invalid(path, path.text(), "must be unique");
        }
        if used.names.contains(name.text()) {
            errors.invalid(name, name.text(), "must not already exist in volumeDevices");
        }
        if used.paths.contains(path.text()) {
            errors.invalid(path, path.text(), "must not already exist as a path in volumeDevices");
        }
        check_sub_paths(mounts, mount, errors);
        check_propagation(mounts, mount, container, errors);
        check_recursive_read_only(mounts, mount, errors);
        errors.renumber(before, mount, gone);
    }
}

/// The volumes that a list names with their paths: of several with one name the last.
struct Used<'d> {
    names: HashSet<&'d str>,
    paths: HashSet<&'d str>,
}

impl<'d> Used<'d> {
    fn new(list: ApiField<'d>, path: &'static str) -> Self {
        let by_name: HashMap<&str, &str> =
            list.items().map(|it| (it.get("name").text(), it.get(path).text())).collect();
        Used { names: by_name.keys().copied().collect(), paths: by_name.into_values().collect() }
    }
}

fn check_sub_paths<'d>(mounts: ApiField<'d>, mount: ApiField<'d>, errors: &mut Errors<'d>) {
    let (sub_path, expression) = (mount.get("subPath"), mount.get("subPathExpr"));
    for (field, name) in [(sub_path, "subPath"), (expression, "subPathExpr")] {
        let text = field.text();
        if text.is_empty() {
            continue;
        }
        if name == "subPathExpr" && !sub_path.text().is_empty() {
            errors.invalid(field, text, "subPathExpr and subPath are mutually exclusive");
        }
        check_descending(field.with_path(format!("{}.{name}", mounts.path())), text, errors);
    }
}

fn check_propagation<'d>(
    mounts: ApiField<'d>,
    mount: ApiField<'d>,
    container: ApiField<'d>,
    errors: &mut Errors<'d>,
) {
    const SUPPORTED: &[&str] = &["Bidirectional", "HostToContainer", "None"];
    let field = mount.get("mountPropagation");
    let reported = || field.with_path(format!("{}.mountPropagation", mounts.path()));
    match field.opt_text() {
        Some("Bidirectional") if !container.get("securityContext").get("privileged").is_true() => {
            let reason = "Bidirectional mount propagation is available only to privileged containers";
            errors.forbidden(reported(), reason);
        }
        Some(text) if !SUPPORTED.contains(&text) => {
            errors.unsupported(reported(), BadValue::Json(text), SUPPORTED)
        }
        _ => {}
    }
}

fn check_recursive_read_only<'d>(mounts: ApiField<'d>, mount: ApiField<'d>, errors: &mut Errors<'d>) {
    const SUPPORTED: &[&str] = &["Disabled", "Enabled", "IfPossible"];
    let field = mount.get_since("recursiveReadOnly", 31, errors.minor);
    let reported = || field.with_path(format!("{}.recursiveReadOnly", mounts.path()));
    match field.opt_text() {
        None | Some("Disabled") => {}
        Some("Enabled" | "IfPossible") => {
            if !mount.get("readOnly").is_true() {
                errors.forbidden(reported(), "may only be specified when readOnly is true");
            }
            if mount.get("mountPropagation").opt_text().is_some_and(|it| it != "None") {
                let reason = "may only be specified when mountPropagation is None or not specified";
                errors.forbidden(reported(), reason);
            }
        }
        Some(text) => errors.unsupported(reported(), BadValue::Json(text), SUPPORTED),
    }
}

/// Checks `volumeDevices`.
pub fn check_devices<'d>(pod: &PodSpec<'d>, container: ApiField<'d>, errors: &mut Errors<'d>) {
    let (mounts, devices) = (container.get("volumeMounts"), container.get("volumeDevices"));
    let used = Used::new(mounts, "mountPath");
    let (mut names, mut paths): (HashSet<&str>, HashSet<&str>) = Default::default();
    for device in devices.items() {
        let (name, path) = (device.get("name"), device.get("devicePath"));
        if name.text().is_empty() {
            errors.required(name, "");
        }
        if names.contains(name.text()) {
            errors.invalid(name, name.text(), "must be unique");
        }
        match pod.volumes.get(name.text()) {
            Some(volume)
                if volume.get("persistentVolumeClaim").is_set() || volume.get("ephemeral").is_set() => {}
            Some(_) => {
                let reason =
                    "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode";
                errors.invalid(name, name.text(), reason);
            }
            None => errors.not_found(name, name.text(), ""),
        }
        if path.text().is_empty() {
            errors.required(path, "");
        }
        if paths.contains(path.text()) {
            errors.invalid(path, path.text(), "must be unique");
        }
        if has_backsteps(path.text()) {
            errors.invalid(path, path.text(), "can not contain backsteps ('..')")
        } else {
            _ = paths.insert(path.text());
        }
        if used.names.contains(name.text()) {
            errors.invalid(name, name.text(), "must not already exist in volumeMounts");
        }
        if used.paths.contains(path.text()) {
            errors.invalid(path, path.text(), "must not already exist as a path in volumeMounts");
        }
        if !name.text().is_empty() {
            names.insert(name.text());
        }
    }
}
