"""Writes the container image as an OCI layout: no daemon, no second build, the same bytes from the same files.

    image.py DIST LAYOUT [BASE]

DIST has the archives of the release and `batchlint.cdx.json`. LAYOUT becomes the image, for each platform the program of the
archive for musl, and LAYOUT.sbom the list of its parts, which refers to it. BASE is the layout of an image to stand on, for CI jobs that need
a shell. SOURCE_DATE_EPOCH is the time that the image states; its files have none.
"""

import copy
import datetime
import gzip
import hashlib
import io
import json
import os
import pathlib
import struct
import sys
import tarfile

# The target of each platform, and the number of its machine in an ELF header.
PLATFORMS = {"amd64": ("x86_64", 62), "arm64": ("aarch64", 183)}
LIMIT = 20 << 20
MEDIA = "application/vnd.oci.image."
USER = "65532:65532"
dist, layout = map(pathlib.Path, sys.argv[1:3])
base = pathlib.Path(sys.argv[3]) if len(sys.argv) > 3 else None


def program(target, machine):
    """Takes the program out of an archive: for this machine, and in need of nothing that an empty image lacks."""
    place = dist / f"batchlint-{target}.tar.gz"
    if not place.is_file():
        sys.exit(f"there is no {place}")
    with tarfile.open(place) as archive:
        found = archive.extractfile(f"batchlint-{target}/batchlint").read()
    if found[:5] != b"\x7fELF\x02" or struct.unpack_from("<H", found, 18)[0] != machine:
        sys.exit(f"{target}: the program is for another machine")
    start, size, count = struct.unpack_from("<Q", found, 32)[0], *struct.unpack_from("<HH", found, 54)
    if any(struct.unpack_from("<I", found, start + number * size)[0] == 3 for number in range(count)):
        sys.exit(f"{target}: the program needs a dynamic linker")
    return found


def layer(data, path):
    """Makes a layer of one program: its compressed bytes, and the digest of what it unpacks to."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        entry = tarfile.TarInfo(path)
        entry.size, entry.mode = len(data), 0o755
        archive.addfile(entry, io.BytesIO(data))
    return gzip.compress(out.getvalue(), 9, mtime=0), digest(out.getvalue())


def digest(data):
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def store(folder, data, media):
    """Writes a blob, and describes it."""
    name = digest(data)
    place = folder / "blobs" / name.replace(":", "/")
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(data)
    return {"mediaType": media, "digest": name, "size": len(data)}


def encode(value):
    return json.dumps(value, separators=(",", ":"), sort_keys=True).encode()


def load(folder, described):
    return (folder / "blobs" / described["digest"].replace(":", "/")).read_bytes()


def finish(folder, described):
    """Makes a layout of one entry."""
    (folder / "oci-layout").write_bytes(encode({"imageLayoutVersion": "1.0.0"}))
    (folder / "index.json").write_bytes(encode({"schemaVersion": 2, "mediaType": f"{MEDIA}index.v1+json", "manifests": [described]}))


def base_of(platform):
    """Takes over the base's image for a platform: its layers, and its configuration."""
    if base is None:
        return [], {"rootfs": {"type": "layers", "diff_ids": []}, "history": [], "config": {}}
    entries = json.loads((base / "index.json").read_bytes())["manifests"]
    while entries[0]["mediaType"].endswith((".index.v1+json", ".list.v2+json")):
        entries = json.loads(load(base, entries[0]))["manifests"]
    fitting = [it for it in entries if (it.get("platform") or {}).get("architecture") == platform]
    if not fitting:
        sys.exit(f"{base}: there is no image for {platform}")
    manifest = json.loads(load(base, fitting[0]))
    layers = [store(layout, load(base, it), f"{MEDIA}layer.v1.tar+gzip") for it in manifest["layers"]]
    return layers, json.loads(load(base, manifest["config"]))


parts_list = dist / "batchlint.cdx.json"
if not parts_list.is_file():
    sys.exit(f"there is no {parts_list}, the list of parts: `cargo cyclonedx` writes it, as in .github/workflows/release.yml")
bom = parts_list.read_bytes()
version = json.loads(bom)["metadata"]["component"]["version"]
created = datetime.datetime.fromtimestamp(int(os.environ.get("SOURCE_DATE_EPOCH", "0")), datetime.timezone.utc)
source = "https://github.com/batchlint/batchlint"
labels = {
    "org.opencontainers.image.title": "batchlint",
    "org.opencontainers.image.description": "The linter for Kubernetes Job and CronJob manifests: command line and admission webhook",
    "org.opencontainers.image.version": version,
    "org.opencontainers.image.created": created.strftime("%Y-%m-%dT%H:%M:%SZ"),
    "org.opencontainers.image.source": source,
    "org.opencontainers.image.url": source,
    "org.opencontainers.image.documentation": f"{source}/blob/v{version}/docs/cluster.md",
    "org.opencontainers.image.licenses": "Apache-2.0",
}
if os.environ.get("REVISION"):
    labels["org.opencontainers.image.revision"] = os.environ["REVISION"]

if layout.exists():
    sys.exit(f"{layout} is there already")
manifests = []
for platform, (machine, number) in PLATFORMS.items():
    target = f"{machine}-unknown-linux-musl"
    data = program(target, number)
    path = "batchlint" if base is None else "usr/local/bin/batchlint"
    compressed, unpacked = layer(data, path)
    layers, config = base_of(platform)
    layers = [*layers, store(layout, compressed, f"{MEDIA}layer.v1.tar+gzip")]
    config = copy.deepcopy(config) | {"architecture": platform, "os": "linux", "created": labels["org.opencontainers.image.created"]}
    if platform == "arm64":
        config["variant"] = "v8"
    config["rootfs"]["diff_ids"].append(unpacked)
    config.setdefault("history", []).append({"created": config["created"], "created_by": f"image.py {version}"})
    # Upon a base the user is the base's: jobs of GitHub and GitLab write into their checkout, which is often root's.
    config["config"] = (config.get("config") or {}) | {"Labels": labels}
    if base is None:
        config["config"] |= {
            "User": USER,
            "Entrypoint": ["/batchlint"],
            "Cmd": ["serve"],
            "WorkingDir": "/",
            "ExposedPorts": {"10250/tcp": {}, "8081/tcp": {}},
        }
        if len(data) > LIMIT:
            sys.exit(f"{platform}: {len(data)} bytes are more than {LIMIT}")
    described = store(layout, encode(config), f"{MEDIA}config.v1+json")
    manifest = {"schemaVersion": 2, "mediaType": f"{MEDIA}manifest.v1+json", "config": described, "layers": layers, "annotations": labels}
    described = store(layout, encode(manifest), manifest["mediaType"])
    described["platform"] = {key: config[key] for key in ("architecture", "os", "variant") if key in config}
    manifests.append(described)
    size = sum(it["size"] for it in layers)
    print(f"{platform}: {size} bytes to pull, the program {len(data)}", file=sys.stderr)
index = {"schemaVersion": 2, "mediaType": f"{MEDIA}index.v1+json", "manifests": manifests, "annotations": labels}
subject = store(layout, encode(index), index["mediaType"])
finish(layout, subject)

# The list of parts, as the specification of OCI images 1.1 has it: an artifact that refers to its subject.
parts = layout.with_name(f"{layout.name}.sbom")
kind = "application/vnd.cyclonedx+json"
artifact = {
    "schemaVersion": 2,
    "mediaType": f"{MEDIA}manifest.v1+json",
    "artifactType": kind,
    "config": store(parts, b"{}", "application/vnd.oci.empty.v1+json"),
    "layers": [store(parts, bom, kind) | {"annotations": {"org.opencontainers.image.title": "batchlint.cdx.json"}}],
    "subject": subject,
    "annotations": {"org.opencontainers.image.created": labels["org.opencontainers.image.created"]},
}
finish(parts, store(parts, encode(artifact), artifact["mediaType"]) | {"artifactType": kind})
print(subject["digest"])
