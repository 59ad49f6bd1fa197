//! Volumes (`ValidateVolumes`, `validateVolumeSource` in `pkg/apis/core/validation/validation.go`).

use crate::kubernetes::verdict::model::Volumes;
use crate::kubernetes::verdict::require::check_descending;
use crate::kubernetes::verdict::require::check_no_backsteps;
use crate::kubernetes::verdict::require::require;

use super::api_field::{ApiField, ReportedField};
use super::env::{self, check_field_ref, check_resource_ref};
use super::error::Errors;
use super::names::dns_label;
use super::volume_source;
use crate::kubernetes::verdict::model::PodSpec;

/// The sources of a volume in the order in which they are looked at, with their names in "more than 1 volume type".
const SOURCES: &[(&str, &str)] = &[
    ("emptyDir", "emptyDir"),
    ("hostPath", "hostPath"),
    ("gitRepo", "gitRepo"),
    ("gcePersistentDisk", "gcePersistentDisk"),
    ("awsElasticBlockStore", "awsElasticBlockStore"),
    ("secret", "secret"),
    ("nfs", "nfs"),
    ("iscsi", "iscsi"),
    ("glusterfs", "glusterfs"),
    ("flocker", "flocker"),
    ("persistentVolumeClaim", "persistentVolumeClaim"),
    ("rbd", "rbd"),
    ("cinder", "cinder"),
    ("cephfs", "cephFS"),
    ("quobyte", "quobyte"),
    ("downwardAPI", "downwarAPI"),
    ("fc", "fc"),
    ("flexVolume", "flexVolume"),
    ("configMap", "configMap"),
    ("azureFile", "azureFile"),
    ("vsphereVolume", "vsphereVolume"),
    ("photonPersistentDisk", "photonPersistentDisk"),
    ("portworxVolume", "portworxVolume"),
    ("azureDisk", "azureDisk"),
    ("storageos", "storageos"),
    ("projected", "projected"),
    ("scaleIO", "scaleIO"),
    ("csi", "csi"),
    ("ephemeral", "ephemeral"),
    ("image", "image"),
];

impl<'d> Volumes<'d> {
    /// Whether there is a sound volume of this name.
    pub fn has(&self, name: &str) -> bool {
        self.sound.contains_key(name)
    }

    /// Returns the sound volume of this name.
    pub fn get(&self, name: &str) -> Option<ApiField<'d>> {
        self.sound.get(name).copied()
    }

    /// Whether the server drops the volume of this name: an image, before Kubernetes 1.35.
    pub fn is_dropped(&self, name: &str) -> bool {
        self.dropped.contains(&name)
    }
}

/// Checks all volumes and returns the sound ones.
pub fn check_all<'d>(volumes: ApiField<'d>, errors: &mut Errors<'d>) -> Volumes<'d> {
    let mut all = Volumes::default();
    for volume in volumes.items() {
        let (name, before) = (volume.get("name"), errors.causes.len());
        if volume.get("image").is_set() && errors.minor < 35 {
            all.dropped.push(name.text());
            continue;
        }
        check_source(volume, errors);
        match name.text() {
            "" => errors.required(name, ""),
            text => errors.invalid_for_each(name, text, dns_label(text)),
        }
        if all.has(name.text()) {
            errors.duplicate(name, name.text());
        }
        if errors.causes.len() == before {
            all.sound.insert(name.text(), volume);
        }
        errors.renumber(before, volume, all.dropped.len());
    }
    all
}

fn check_source<'d>(volume: ApiField<'d>, errors: &mut Errors<'d>) {
    let mut count = 0;
    for &(name, title) in SOURCES {
        let source = volume.get(name);
        if !source.is_set() {
            continue;
        }
        count += 1;
        match name {
            _ if count > 1 => {
                let place = source.with_path(format!("{}.{title}", volume.path()));
                errors.forbidden(place, "may not specify more than 1 volume type");
            }
            "emptyDir" => {
                let limit = source.get("sizeLimit");
                if super::resource_list::quantity(limit).is_some_and(|it| it.is_negative()) {
                    errors.forbidden(limit, "SizeLimit field must be a valid resource quantity");
                }
            }
            "hostPath" => check_host_path(source, errors),
            "secret" => check_items(source, "secretName", errors),
            "configMap" => check_items(source, "name", errors),
            "persistentVolumeClaim" => require(source, "claimName", errors),
            "nfs" => {
                require(source, "server", errors);
                require(source, "path", errors);
                let path = source.get("path");
                if !path.text().starts_with('/') {
                    errors.invalid(path, path.text(), "must be an absolute path");
                }
            }
            "downwardAPI" => {
                check_mode(source.get("defaultMode"), errors);
                for file in source.get("items").items() {
                    check_file(file, &source.path(), errors);
                }
            }
            "projected" => check_projected(source, errors),
            "ephemeral" => super::claim::check(source, errors),
            "image" => {
                let policy = source.get("pullPolicy");
                if !policy.text().is_empty() {
                    errors.one_of(policy, &["Always", "IfNotPresent", "Never"]);
                }
            }
            _ => volume_source::check(name, source, errors),
        }
        let initiator = source.get("initiatorName");
        if name == "iscsi" && initiator.is_set() {
            let (name, portal) = (volume.get("name"), source.get("targetPortal").text());
            if name.text().len() + 1 + portal.len() > 64 {
                let reason = "Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if \
                              iscsi.initiatorName is specified.";
                errors.invalid(name, name.text(), reason);
            }
        }
    }
}

fn check_host_path<'d>(source: ApiField<'d>, errors: &mut Errors<'d>) {
    const TYPES: &[&str] = &[
        "",
        "BlockDevice",
        "CharDevice",
        "Directory",
        "DirectoryOrCreate",
        "File",
        "FileOrCreate",
        "Socket",
    ];
    let path = source.get("path");
    match path.text() {
        "" => errors.required(path, ""),
        text => {
            check_no_backsteps(path, text, errors);
            errors.one_of(source.get("type"), TYPES);
        }
    }
}

/// A Secret or ConfigMap with the files that its keys become.
fn check_items<'d>(source: ApiField<'d>, name: &'static str, errors: &mut Errors<'d>) {
    require(source, name, errors);
    check_mode(source.get("defaultMode"), errors);
    for item in source.get("items").items() {
        check_item(item, errors);
    }
}

fn check_item<'d>(item: ApiField<'d>, errors: &mut Errors<'d>) {
    require(item, "key", errors);
    require(item, "path", errors);
    check_local_path(item.get("path"), item.get("path").text(), errors);
    check_mode(item.get("mode"), errors);
}

fn check_mode<'d>(mode: ApiField<'d>, errors: &mut Errors<'d>) {
    if let Some(number) = mode.opt_int().filter(|number| !(0..=0o777).contains(number)) {
        errors.invalid(mode, number, "must be a number between 0 and 0777 (octal), both inclusive");
    }
}

/// A file of the downward API; its errors have the path of the list's parent, `path`.
fn check_file<'d>(file: ApiField<'d>, path: &str, errors: &mut Errors<'d>) {
    let name = file.get("path");
    let reported = |field: ApiField<'d>, name: &str| field.with_path(format!("{path}.{name}"));
    if name.text().is_empty() {
        errors.required(reported(name, "path"), "");
    }
    check_local_path(reported(name, "path"), name.text(), errors);
    let (field, resource, mode) = (file.get("fieldRef"), file.get("resourceFieldRef"), file.get("mode"));
    if field.is_set() {
        check_field_ref(field, env::VOLUME_FIELDS, &format!("{path}.fieldRef"), errors);
        if resource.is_set() {
            let reason = "fieldRef and resourceFieldRef can not be specified simultaneously";
            errors.invalid(file.with_path(path), "resource", reason);
        }
    } else if resource.is_set() {
        check_resource_ref(resource, true, &format!("{path}.resourceFieldRef"), errors);
    } else {
        errors.required(file.with_path(path), "one of fieldRef and resourceFieldRef is required");
    }
    if let Some(number) = mode.opt_int().filter(|number| !(0..=0o777).contains(number)) {
        let reason = "must be a number between 0 and 0777 (octal), both inclusive";
        errors.invalid(reported(mode, "mode"), number, reason);
    }
}

/// The sources of a projected volume that servers before 1.37 drop: their feature gates are off.
pub const SOURCES_SINCE_37: [&str; 2] = ["podCertificate", "clusterTrustBundle"];

/// Checks a projected volume.
fn check_projected<'d>(projected: ApiField<'d>, errors: &mut Errors<'d>) {
    check_mode(projected.get("defaultMode"), errors);
    let mut paths = std::collections::HashSet::new();
    for source in projected.get("sources").items() {
        let kinds =
            ["secret", "configMap", "downwardAPI", "serviceAccountToken"].map(|name| source.get(name));
        let [secret, config_map, downward, token] = kinds;
        let [certificate, bundle] = SOURCES_SINCE_37.map(|name| source.get_since(name, 37, errors.minor));
        for source in [secret, config_map].into_iter().filter(|it| it.is_set()) {
            require(source, "name", errors);
            for item in source.get("items").items() {
                check_item(item, errors);
                let path = item.get("path").text();
                if !path.is_empty() && !paths.insert(path) {
                    let place = item.get("path").with_path(projected.path());
                    errors.invalid(place, source.get("name").text(), "conflicting duplicate paths");
                }
            }
        }
        for file in downward.get("items").items() {
            check_file(file, &downward.path(), errors);
            let path = file.get("path").text();
            if !path.is_empty() && !paths.insert(path) {
                let place = file.get("path").with_path(projected.path());
                errors.invalid(place, path, "conflicting duplicate paths");
            }
        }
        if token.is_set() {
            check_token(token, projected, errors);
        }
        if certificate.is_set() {
            check_certificate(certificate, errors);
        }
        if bundle.is_set() {
            check_bundle(bundle, errors);
        }
        if kinds.iter().chain([&certificate, &bundle]).filter(|it| it.is_set()).count() > 1 {
            errors.forbidden(source, "may not specify more than 1 volume type per source");
        }
    }
}

fn check_certificate<'d>(certificate: ApiField<'d>, errors: &mut Errors<'d>) {
    const KEY_TYPES: [&str; 6] = ["RSA3072", "RSA4096", "ECDSAP256", "ECDSAP384", "ECDSAP521", "ED25519"];
    let key_type = certificate.get("keyType");
    if !KEY_TYPES.contains(&key_type.text()) {
        errors.unsupported(key_type, key_type.text(), &KEY_TYPES);
    }
    let paths = ["credentialBundlePath", "keyPath", "certificateChainPath"].map(|name| certificate.get(name));
    for path in paths.iter().filter(|it| !it.text().is_empty()) {
        check_local_path(*path, path.text(), errors);
    }
    if paths.iter().all(|it| it.text().is_empty()) {
        let reason = "specify at least one of credentialBundlePath, keyPath, and certificateChainPath";
        errors.required(certificate, reason);
    }
}

fn check_bundle<'d>(bundle: ApiField<'d>, errors: &mut Errors<'d>) {
    if !bundle.get("name").is_set() && !bundle.get("signerName").is_set() {
        errors.required(bundle, "either name or signerName must be specified");
    }
    let path = bundle.get("path");
    match path.text() {
        "" => errors.required(path, ""),
        text => check_local_path(path, text, errors),
    }
}

fn check_token<'d>(token: ApiField<'d>, projected: ApiField<'d>, errors: &mut Errors<'d>) {
    let (expiration, path) = (token.get("expirationSeconds"), token.get("path"));
    match expiration.opt_int() {
        Some(seconds) if seconds < 600 => {
            errors.invalid(expiration, seconds, "may not specify a duration less than 10 minutes");
        }
        Some(seconds) if seconds > 1 << 32 => {
            errors.invalid(expiration, seconds, "may not specify a duration larger than 2^32 seconds");
        }
        _ => {}
    }
    let reported = || path.with_path(format!("{}.path", projected.path()));
    match path.text() {
        "" => errors.required(reported(), ""),
        text => check_local_path(reported(), text, errors),
    }
}

/// As [`check_descending`], and the first name does not start with `..` (`ValidateLocalNonReservedPath`).
fn check_local_path<'d>(reported: impl Into<ReportedField<'d>> + Clone, path: &str, errors: &mut Errors<'d>) {
    check_descending(reported.clone(), path, errors);
    if path.starts_with("..") && !path.starts_with("../") {
        errors.invalid(reported, path, "must not start with '..'");
    }
}

/// Variables from files need an `emptyDir` (`validateFileKeyRefVolumes`).
pub fn check_file_keys<'d>(pod: &PodSpec<'d>, errors: &mut Errors<'d>) {
    if errors.minor < 35 {
        return;
    }
    let variables = pod.all_containers().flat_map(|container| container.get("env").items());
    for file in variables.map(|it| it.get("valueFrom").get("fileKeyRef")).filter(|it| it.is_set()) {
        let name = file.get("volumeName");
        let mut volumes = pod.spec.get("volumes").items().rev();
        match volumes.find(|it| it.get("name").text() == name.text()) {
            None => errors.not_found(name, name.text(), ""),
            Some(volume) if !is_empty_dir(volume) => {
                errors.invalid(name, name.text(), "referenced volume must be of type emptyDir");
            }
            Some(_) => {}
        }
    }
}

/// Whether a volume is an `emptyDir`, which it also is where no source is set.
fn is_empty_dir(volume: ApiField<'_>) -> bool {
    volume.get("emptyDir").is_set() || SOURCES.iter().all(|(name, _)| !volume.get(name).is_set())
}
