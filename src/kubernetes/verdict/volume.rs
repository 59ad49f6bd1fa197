//! Volumes (`ValidateVolumes`, `validateVolumeSource` in `pkg/apis/core/validation/validation.go`).

use crate::kubernetes::verdict::model::Volumes;
use crate::kubernetes::verdict::require::check_no_backsteps;
use crate::kubernetes::verdict::require::require;

use super::api_field::ApiField;
use super::error::Errors;
use super::names::dns_label;
use super::volume_item::{check_file, check_item, check_mode};
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
            "projected" => super::projected::check(source, errors),
            "ephemeral" => super::claim::check(source, errors),
            "image" => {
                if errors.minor >= 37 {
                    require(source, "reference", errors);
                }
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
