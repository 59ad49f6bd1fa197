//! The file that tells kustomize what a directory becomes.

/// The names that kustomize knows its file by.
pub const FILE_NAMES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// Whether a path is that of such a file.
pub fn is_kustomization(path: &str) -> bool {
    FILE_NAMES.contains(&path.rsplit('/').next().unwrap_or_default())
}
