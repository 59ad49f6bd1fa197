"""Writes what is missing of a release's archives, so that its later steps can be tried on one machine: `stand_ins.py DIST VERSION`.

A program for another machine is only its ELF header, or `MZ` for Windows. A list of parts that is missing becomes an empty one.
Prints the names of what it wrote.
"""

import io
import json
import pathlib
import struct
import sys
import tarfile
import zipfile

MACHINES = {"x86_64": 62, "aarch64": 183}
SYSTEMS = ("unknown-linux-musl", "unknown-linux-gnu", "apple-darwin")
dist, version = pathlib.Path(sys.argv[1]), sys.argv[2]


def write_archive(path, machine):
    header = b"\x7fELF\2\1\1" + bytes(9) + struct.pack("<HHIQQQIHHHHHH", 2, machine, 1, 0, 64, 0, 0, 64, 56, 0, 64, 0, 0)
    name = path.name.removesuffix(".tar.gz")
    with tarfile.open(path, "w:gz") as archive:
        for file in ("batchlint", "LICENSE"):
            entry = tarfile.TarInfo(f"{name}/{file}")
            entry.size, entry.mode = len(header), 0o755
            archive.addfile(entry, io.BytesIO(header))


def write_zip(path):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{path.stem}/batchlint.exe", b"MZ")


def write_parts(path):
    component = {"type": "application", "name": "batchlint", "version": version}
    parts = {"bomFormat": "CycloneDX", "specVersion": "1.5", "metadata": {"component": component}, "components": []}
    path.write_text(json.dumps(parts))


writers = {
    f"batchlint-{cpu}-{system}.tar.gz": lambda path, machine=machine: write_archive(path, machine)
    for cpu, machine in MACHINES.items()
    for system in SYSTEMS
}
writers["batchlint-x86_64-pc-windows-msvc.zip"] = write_zip
writers["batchlint.cdx.json"] = write_parts
for name, write in writers.items():
    if not (dist / name).exists():
        write(dist / name)
        print(name)
