//! The kinds of volumes that belong to a storage system, most of them served by CSI drivers today
//! (`validateISCSIVolumeSource` and so on in `pkg/apis/core/validation/validation.go`).

use super::api_field::ApiField;
use super::error::{BadValue, Errors, in_range, json_list};
use super::names::{dns_label, dns_subdomain};
use crate::kubernetes::verdict::require::{check_descending, require};

/// Checks the source `name`.
pub fn check<'d>(name: &str, source: ApiField<'d>, errors: &mut Errors<'d>) {
    let required: &[&'static str] = match name {
        "glusterfs" => &["endpoints", "path"],
        "azureFile" => &["secretName", "shareName"],
        "vsphereVolume" => &["volumePath"],
        "photonPersistentDisk" => &["pdID"],
        "portworxVolume" => &["volumeID"],
        "scaleIO" => &["gateway", "system", "volumeName"],
        "gitRepo" => &["repository"],
        "awsElasticBlockStore" | "cinder" => &["volumeID"],
        _ => &[],
    };
    required.iter().for_each(|field| require(source, field, errors));
    match name {
        "gitRepo" => check_descending(source.get("directory"), source.get("directory").text(), errors),
        "gcePersistentDisk" => check_gce(source, errors),
        "awsElasticBlockStore" => {
            let partition = source.get("partition");
            if !(0..=255).contains(&partition.int()) {
                errors.invalid(partition, partition.int(), in_range(1, 255));
            }
        }
        "iscsi" => check_iscsi(source, errors),
        "flocker" => check_flocker(source, errors),
        "rbd" => {
            require_list(source.get("monitors"), errors);
            require(source, "image", errors);
        }
        "cephfs" => require_list(source.get("monitors"), errors),
        "cinder" => check_secret_ref(source, errors),
        "quobyte" => check_quobyte(source, errors),
        "fc" => check_fc(source, errors),
        "flexVolume" => check_flex(source, errors),
        "azureDisk" => check_azure_disk(source, errors),
        "storageos" => check_storage_os(source, errors),
        "csi" => check_csi(source, errors),
        _ => {}
    }
}

fn require_list<'d>(list: ApiField<'d>, errors: &mut Errors<'d>) {
    if list.is_empty() {
        errors.required(list, "");
    }
}

fn check_secret_ref<'d>(source: ApiField<'d>, errors: &mut Errors<'d>) {
    if source.get("secretRef").is_set() {
        require(source.get("secretRef"), "name", errors);
    }
}

/// Messages call this source `persistentDisk`.
fn check_gce<'d>(source: ApiField<'d>, errors: &mut Errors<'d>) {
    let path = source.path().replace("gcePersistentDisk", "persistentDisk");
    let (name, partition) = (source.get("pdName"), source.get("partition"));
    if name.text().is_empty() {
        errors.required(name.with_path(format!("{path}.pdName")), "");
    }
    if !(0..=255).contains(&partition.int()) {
        errors.invalid(partition.with_path(format!("{path}.partition")), partition.int(), in_range(1, 255));
    }
}

fn check_iscsi<'d>(source: ApiField<'d>, errors: &mut Errors<'d>) {
    const UNKNOWN: &str = "must be valid format starting with iqn, eui, or naa";
    const MALFORMED: &str = "must be valid format";
    let (iqn, initiator, lun) = (source.get("iqn"), source.get("initiatorName"), source.get("lun"));
    require(source, "targetPortal", errors);
    match (iqn.text(), iscsi_name(iqn.text())) {
        ("", _) => errors.required(iqn, ""),
        (text, None) => errors.invalid(iqn, text, UNKNOWN),
        (text, Some(false)) => errors.invalid(iqn, text, MALFORMED),
        _ => {}
    }
    errors.in_range(lun, 0, 255);
    let needs_secret = ["chapAuthDiscovery", "chapAuthSession"].iter().any(|name| source.get(name).is_true());
    if needs_secret && !source.get("secretRef").is_set() {
        errors.required(source.get("secretRef"), "");
    }
    if let Some(text) = initiator.opt_text() {
        let place = initiator.with_path(format!("{}.initiatorname", source.path()));
        match iscsi_name(text) {
            None => errors.invalid(place, text, UNKNOWN),
            Some(false) => errors.invalid(place, text, MALFORMED),
            Some(true) => {}
        }
    }
}

/// Whether an iSCSI name is well formed; `None` if its kind is unknown.
fn iscsi_name(text: &str) -> Option<bool> {
    let is_word = |text: &str, len| text.len() == len && text.bytes().all(|it| it.is_ascii_alphanumeric());
    let behind = |len: usize| text.char_indices().nth(len).map_or("", |(at, _)| &text[at..]);
    match text.get(..3)? {
        // `iqn.2001-04.com.example:storage.disk2`, which may stand after anything.
        "iqn" => Some(text.match_indices("iqn.").any(|(at, _)| is_iqn(&text[at + 4..]))),
        "eui" => Some(is_word(behind(4), 16)),
        "naa" => Some(is_word(behind(4), 32)),
        _ => None,
    }
}

fn is_iqn(text: &str) -> bool {
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let Some((year, rest)) = text.split_at_checked(4) else { return false };
    let Some((month, rest)) = rest.strip_prefix('-').and_then(|it| it.split_at_checked(2)) else {
        return false;
    };
    let Some((host, name)) = rest.strip_prefix('.').and_then(|it| it.split_once(':')) else { return false };
    let is_host =
        !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte));
    let is_name =
        !name.is_empty() && !name.contains([',', ';', '*', '&', '$', '|', ' ', '\t', '\n', '\r', '\u{c}']);
    digits(year) && digits(month) && is_host && is_name
}

fn check_flocker<'d>(source: ApiField<'d>, errors: &mut Errors<'d>) {
    let (name, uuid) = (source.get("datasetName"), source.get("datasetUUID").text());
    match (name.text().is_empty(), uuid.is_empty()) {
        (true, true) => errors.required(source, "one of datasetName and datasetUUID is required"),
        (false, false) => {
            let reason = "datasetName and datasetUUID can not be specified simultaneously";
            errors.invalid(source, "resource", reason);
        }
        _ => {}
    }
    if name.text().contains('/') {
        errors.invalid(name, name.text(), "must not contain '/'");
    }
}

fn check_quobyte<'d>(source: ApiField<'d>, errors: &mut Errors<'d>) {
    const REASON: &str = "must be a host:port pair or multiple pairs separated by commas";
    let (registry, tenant) = (source.get("registry"), source.get("tenant"));
    if registry.text().is_empty() {
        errors.required(registry, REASON);
    } else if tenant.text().len() >= 65 {
        errors.required(tenant, "must be a UUID and may not exceed a length of 64 characters");
    } else {
        for _ in registry.text().split(',').filter(|pair| !is_host_and_port(pair)) {
            errors.invalid(registry, registry.text(), REASON);
        }
    }
    require(source, "volume", errors);
}

/// Whether Go's `net.SplitHostPort` takes the text.
fn is_host_and_port(text: &str) -> bool {
    let Some((host, port)) = text.rsplit_once(':') else { return false };
    if let Some(inner) = host.strip_prefix('[') {
        return inner.strip_suffix(']').is_some_and(|it| !it.contains(['[', ']']))
            && !port.contains(['[', ']']);
    }
    !host.contains([':', '[', ']']) && !port.contains(['[', ']'])
}

fn check_fc<'d>(source: ApiField<'d>, errors: &mut Errors<'d>) {
    let (names, ids, lun) = (source.get("targetWWNs"), source.get("wwids"), source.get("lun"));
    match (names.is_empty(), ids.is_empty()) {
        (true, true) => errors.required(names, "must specify either targetWWNs or wwids, but not both"),
        (false, false) => {
            let reason = "targetWWNs and wwids can not be specified simultaneously";
            errors.invalid(names, BadValue::Raw(json_list(names)), reason);
        }
        _ => {}
    }
    if !names.is_empty() {
        if lun.is_set() {
            errors.in_range(lun, 0, 255)
        } else {
            errors.required(lun, "lun is required if targetWWNs is specified")
        }
    }
}

fn check_flex<'d>(source: ApiField<'d>, errors: &mut Errors<'d>) {
    require(source, "driver", errors);
    let options = source.get("options");
    for (key, _) in options.entries() {
        let domain = format!(".{}", key.split('/').next().unwrap_or_default().to_lowercase());
        if domain.ends_with(".kubernetes.io") || domain.ends_with(".k8s.io") {
            errors.invalid(options.key(key), key, "kubernetes.io and k8s.io namespaces are reserved");
        }
    }
}

fn check_azure_disk<'d>(source: ApiField<'d>, errors: &mut Errors<'d>) {
    require(source, "diskName", errors);
    require(source, "diskURI", errors);
    errors.one_of(source.get("cachingMode"), &["None", "ReadOnly", "ReadWrite"]);
    errors.one_of(source.get("kind"), &["Dedicated", "Managed", "Shared"]);
    let uri = source.get("diskURI");
    let (start, example) = match source.get("kind").opt_text().unwrap_or("Shared") {
        "Managed" => (
            "/subscriptions/",
            "/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}",
        ),
        _ => ("https://", "https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd"),
    };
    if !uri.text().starts_with(start) {
        errors.unsupported(uri, uri.text(), &[example]);
    }
}

fn check_storage_os<'d>(source: ApiField<'d>, errors: &mut Errors<'d>) {
    let (name, namespace) = (source.get("volumeName"), source.get("volumeNamespace"));
    match name.text() {
        "" => errors.required(name, ""),
        text => errors.invalid_for_each(name, text, dns_label(text)),
    }
    if !namespace.text().is_empty() {
        errors.invalid_for_each(namespace, namespace.text(), dns_label(namespace.text()));
    }
    check_secret_ref(source, errors);
}

fn check_csi<'d>(source: ApiField<'d>, errors: &mut Errors<'d>) {
    let (driver, secret) = (source.get("driver"), source.get("nodePublishSecretRef"));
    match driver.text() {
        "" if errors.minor >= 34 => errors.required(driver, ""),
        text => {
            if text.is_empty() {
                errors.required(driver, "");
            }
            if text.len() > 63 {
                errors.too_long(driver, 63);
            }
            errors.invalid_for_each(driver, text, dns_subdomain(&text.to_lowercase()));
        }
    }
    if secret.is_set() {
        let name = secret.get("name");
        match name.text() {
            "" => errors.required(name, ""),
            text => {
                for reason in dns_subdomain(text) {
                    errors.invalid(name.with_path(format!("{}.name", source.path())), text, reason);
                }
            }
        }
    }
}
