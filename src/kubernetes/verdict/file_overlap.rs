//! Files of one volume that are in each other's way (`warningsForOverlappingVirtualPaths` in
//! `pkg/api/pod/warnings.go`).

use super::api_field::ApiField;
use super::error::quote;
use super::projected::SOURCES_SINCE_37;
use crate::kubernetes::verdict::warning::{Warning, Warnings};

/// The most files that are compared with each other.
const MAX_FILES: usize = 500;

/// A path in a volume, and what puts a file there.
struct File<'d> {
    path: &'d str,
    source: String,
    field: ApiField<'d>,
}

impl File<'_> {
    fn describe(&self) -> String {
        match self.source.as_str() {
            "" => quote(self.path),
            source => format!("{} ({source})", quote(self.path)),
        }
    }

    fn conflicts_with(&self, other: &File<'_>) -> bool {
        let is_above = |path: &str, below: &str| {
            below.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        !self.path.is_empty() && (is_above(self.path, other.path) || is_above(other.path, self.path))
    }
}

/// Warns of files in each other's way.
pub fn check<'d>(volumes: ApiField<'d>, minor: u8, warnings: &mut Warnings<'d>) {
    for volume in volumes.items() {
        let name = quote(volume.get("name").text());
        for (kind, field, title) in
            [("configMap", "name", "ConfigMap"), ("secret", "secretName", "Secret"), ("downwardAPI", "", "")]
        {
            let source = volume.get(kind);
            let title = match title {
                "" => "DownwardAPI".to_owned(),
                title => format!("{title} {}", quote(source.get(field).text())),
            };
            compare(&name, &title, files(source, ""), warnings);
        }
        if volume.get("projected").is_set() {
            compare(&name, "Projected", projected(volume, &name, minor, warnings), warnings);
        }
    }
}

fn files<'d>(source: ApiField<'d>, title: &str) -> Vec<File<'d>> {
    let paths = source.get("items").items().map(|it| it.get("path"));
    paths
        .map(|field| File { path: field.text().trim_end_matches('/'), source: title.to_owned(), field })
        .collect()
}

fn projected<'d>(volume: ApiField<'d>, name: &str, minor: u8, warnings: &mut Warnings<'d>) -> Vec<File<'d>> {
    let mut all = Vec::new();
    for source in volume.get("projected").get("sources").items() {
        let kinds =
            ["configMap", "secret", "downwardAPI", "serviceAccountToken"].map(|kind| source.get(kind));
        let newer = SOURCES_SINCE_37.map(|kind| source.get_since(kind, 37, minor));
        if kinds.iter().chain(&newer).all(|kind| !kind.is_set()) {
            let text = format!("volume {name} (Projected) has no sources provided");
            warnings.push(Warning { text, field: source });
            continue;
        }
        let [config_map, secret, downward, token] = kinds;
        let title = |kind, source: ApiField<'_>| format!("{kind} {}", quote(source.get("name").text()));
        all.extend(if config_map.get("items").is_set() {
            files(config_map, &title("ConfigMap", config_map))
        } else if secret.get("items").is_set() {
            files(secret, &title("Secret", secret))
        } else if downward.get("items").is_set() {
            files(downward, "DownwardAPI")
        } else if token.is_set() {
            let field = token.get("path");
            vec![File {
                path: field.text().trim_end_matches('/'),
                source: "ServiceAccountToken".to_owned(),
                field,
            }]
        } else {
            Vec::new()
        });
    }
    all
}

fn compare<'d>(name: &str, title: &str, mut files: Vec<File<'d>>, warnings: &mut Warnings<'d>) {
    files.truncate(MAX_FILES);
    for (index, file) in files.iter().enumerate() {
        if file.path.is_empty() {
            continue;
        }
        for other in files[..index].iter().filter(|other| other.conflicts_with(file)) {
            let text = format!(
                "volume {name} ({title}): overlapping paths: {} with {}",
                file.describe(),
                other.describe()
            );
            warnings.push(Warning { text, field: file.field });
        }
    }
}
