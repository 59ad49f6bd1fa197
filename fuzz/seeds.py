#!/usr/bin/env python3
"""Writes the seeds of the fuzz targets into fuzz/corpus: manifests, scripts, schedules and reviews of testdata and rules."""
import glob
import hashlib
import json
import os
import re

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
LONGEST = 6000

CONFIGURATIONS = [
    "preset: strict\nkubernetes-version: '1.33'\n",
    "exclude: ['charts/**', '{a,b}/*.yaml', '!c']\nrules:\n  missing-ttl: off\n  latest-tag: {level: error}\n",
    "overrides:\n- paths: ['jobs/*']\n  names: ['nightly-?']\n  namespaces: [prod]\n  rules: {missing-deadline: info}\n",
    "suppressions: {forbidden: [privileged]}\nadmission:\n  policy: strict\n  unjudged: deny\n"
    "  overrides:\n  - namespaces: ['team-*']\n    policy: advise\n",
]


def read(pattern):
    for path in sorted(glob.glob(os.path.join(ROOT, pattern), recursive=True)):
        with open(path, encoding="utf-8") as file:
            yield file.read()


def records(path, key):
    for text in read(path):
        for line in filter(None, text.split("\n")):
            value = json.loads(line).get(key)
            if isinstance(value, str):
                yield value


def write(target, seeds):
    folder = os.path.join(ROOT, "fuzz", "corpus", target)
    os.makedirs(folder, exist_ok=True)
    for seed in seeds:
        data = seed if isinstance(seed, bytes) else seed.encode("utf-8", "surrogatepass")
        if len(data) <= LONGEST:
            with open(os.path.join(folder, hashlib.sha1(data).hexdigest()), "wb") as file:
                file.write(data)


blocks = [block for page in read("rules/*.md") for block in re.findall(r"```yaml[^\n]*\n(.*?)```", page, re.S)]
recorded = list(records("testdata/kubernetes/cases.jsonl", "manifest"))[::8]
manifests = [*blocks, *recorded, *read("testdata/clean/*.yaml"), *read("testdata/demo/*.yaml")]
fixed = list(records("testdata/fixes/safe.jsonl", "before"))
documents = list(records("testdata/documents/yaml.jsonl", "yaml"))
reviews = list(read("testdata/admission/*.json"))

# What choices the bytes behind a manifest make is the fuzzer's to find out; a digest is as good a start as any.
with_choices = [text.encode() + b"\0" + hashlib.sha1(text.encode()).digest() for text in manifests]
indented = r"[|>]-?\n((?: +[^\n]*\n|\n)+)"
scripts = [re.sub(r"(?m)^ +", "", text) for block in manifests for text in re.findall(indented, block)]
scripts += [text for block in manifests for text in re.findall(r"-c, \"([^\"]+)\"", block)]
schedules = [f"{schedule}\n{zone}" for block in manifests
             for schedule in re.findall(r"schedule: *[\"']?([^\"'\n]+)", block)
             for zone in ["", "Europe/Berlin", "America/Sao_Paulo"]]

write("document", documents + manifests)
write("lint", documents + manifests)
write("tree", with_choices)
write("fix", manifests + fixed)
write("script", scripts)
write("cron", schedules)
write("configuration", CONFIGURATIONS)
write("review", reviews)
write("editor", with_choices)
