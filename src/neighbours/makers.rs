//! Objects that make or fill in ConfigMaps and Secrets, whose keys nobody can read in a file.

use crate::manifest::document::Node;
use crate::neighbours::kind::{Kind, is_whole};

/// Whether an object is a kustomization; Flux has a kind of the same name.
pub(super) fn is_kustomization(object: Node<'_>) -> bool {
    let version = object.get("apiVersion").and_then(Node::text);
    version.map_or_else(
        || object.document.source.name.rsplit('/').next().is_some_and(|it| it.starts_with("kustomization.")),
        |it| it.starts_with("kustomize.config.k8s.io/"),
    )
}

/// Returns the names of the ConfigMaps and Secrets that an object makes or patches.
pub(super) fn made_by(object: Node<'_>) -> Vec<(Kind, String)> {
    let kind = object.get("kind").and_then(Node::text).unwrap_or_default();
    let mut made: Vec<(Kind, Option<&str>)> = Vec::new();
    let own = object.field("metadata.name").text();
    match kind {
        "SealedSecret" => {
            made.push((Kind::Secret, object.field("spec.template.metadata.name").text().or(own)))
        }
        "ExternalSecret" => made.push((Kind::Secret, object.field("spec.target.name").text().or(own))),
        "Certificate" => made.push((Kind::Secret, object.field("spec.secretName").text())),
        "OnePasswordItem" | "VaultStaticSecret" | "VaultDynamicSecret" | "InfisicalSecret" => {
            made.push((Kind::Secret, object.field("spec.destination.name").text().or(own)));
        }
        "Bundle" => made.push((Kind::ConfigMap, own)),
        "" | "Kustomization" | "Component" if is_kustomization(object) => {
            let generators = [
                (Kind::ConfigMap, object.field("configMapGenerator")),
                (Kind::Secret, object.field("secretGenerator")),
            ];
            for (kind, generator) in generators {
                made.extend(generator.items().map(|it| (kind, it.field("name").text())));
            }
            let patches = ["patches", "patchesJson6902"].into_iter().flat_map(|it| object.field(it).items());
            for target in patches.map(|it| it.field("target")) {
                let kind = [Kind::ConfigMap, Kind::Secret]
                    .into_iter()
                    .find(|it| target.node().is_some_and(|node| node.field("kind").is(it.as_str())));
                let name = target.node().and_then(|it| it.field("name").text());
                made.extend(kind.map(|kind| (kind, name)));
            }
        }
        _ => {}
    }
    let whole =
        made.into_iter().filter_map(|(kind, name)| Some((kind, name.filter(|it| is_whole(it))?.to_owned())));
    whole.collect()
}

/// Whether a label or annotation of an object asks a controller to fill in keys.
pub(super) fn asks_for_keys(object: Node<'_>) -> bool {
    const WORDS: [&str; 4] = ["inject", "reflect", "replicat", "sync"];
    let metadata = ["metadata.labels", "metadata.annotations"].into_iter();
    let mut keys = metadata.flat_map(|it| object.field(it).entries()).map(|it| it.key);
    keys.any(|key| WORDS.iter().any(|word| key.contains(word)) && !key.starts_with("argocd.argoproj.io/"))
}
