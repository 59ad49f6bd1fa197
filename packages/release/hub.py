"""Writes what Artifact Hub knows of a repository as an OCI layout, as it looks for it next to a chart.

    hub.py FILE LAYOUT

FILE is an `artifacthub-repo.yml`.
"""

import hashlib
import json
import pathlib
import sys

MEDIA = "application/vnd.cncf.artifacthub."
source, layout = map(pathlib.Path, sys.argv[1:3])


def store(data, media):
    """Writes a blob, and describes it."""
    name = hashlib.sha256(data).hexdigest()
    place = layout / "blobs" / "sha256" / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(data)
    return {"mediaType": media, "digest": f"sha256:{name}", "size": len(data)}


if layout.exists():
    sys.exit(f"{layout} is there already")
title = {"org.opencontainers.image.title": "artifacthub-repo.yml"}
artifact = {
    "schemaVersion": 2,
    "mediaType": "application/vnd.oci.image.manifest.v1+json",
    "config": store(b"", f"{MEDIA}config.v1+yaml"),
    "layers": [store(source.read_bytes(), f"{MEDIA}repository-metadata.layer.v1.yaml") | {"annotations": title}],
}
entry = store(json.dumps(artifact, sort_keys=True).encode(), artifact["mediaType"])
index = {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": [entry]}
(layout / "index.json").write_text(json.dumps(index, sort_keys=True))
(layout / "oci-layout").write_text(json.dumps({"imageLayoutVersion": "1.0.0"}))
