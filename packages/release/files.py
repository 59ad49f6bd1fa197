"""Writes the files by which package managers find a release, with its checksums filled in.

    files.py VERSION SHA256SUMS FOLDER

FOLDER gets `homebrew/batchlint.rb`, `krew/batchlint.yaml`, `nix/flake.nix`, `mise/batchlint.toml`, `schemastore/batchlint.json`
and `pre-commit`, each for the repository that CONTRIBUTING.md names.
"""

import base64
import json
import pathlib
import shutil
import sys

version, folder = sys.argv[1], pathlib.Path(sys.argv[3])
sums = dict(reversed(line.split()) for line in pathlib.Path(sys.argv[2]).read_text().splitlines())
root = pathlib.Path(__file__).resolve().parents[2]
SUMMARY = "Linter for Kubernetes Job and CronJob manifests"
SOURCE = "https://github.com/batchlint/batchlint"
# The systems: as the target is called, as Kubernetes, and as Nix.
TARGETS = {
    "x86_64-unknown-linux-musl": ("linux", "amd64", "x86_64-linux"),
    "aarch64-unknown-linux-musl": ("linux", "arm64", "aarch64-linux"),
    "x86_64-apple-darwin": ("darwin", "amd64", "x86_64-darwin"),
    "aarch64-apple-darwin": ("darwin", "arm64", "aarch64-darwin"),
    "x86_64-pc-windows-msvc": ("windows", "amd64", None),
}


def archive(target):
    return f"batchlint-{target}.{'zip' if 'windows' in target else 'tar.gz'}"


def address(target):
    return f"{SOURCE}/releases/download/v{version}/{archive(target)}"


def checksum(target):
    if archive(target) not in sums:
        sys.exit(f"SHA256SUMS lacks {archive(target)}")
    return sums[archive(target)]


def write(path, text):
    place = folder / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text)


def homebrew():
    def block(system, cpu, target):
        return f'    on_{cpu} do\n      url "{address(target)}"\n      sha256 "{checksum(target)}"\n    end\n'

    systems = ""
    for system, name in (("macos", "apple-darwin"), ("linux", "unknown-linux-musl")):
        both = block(system, "arm", f"aarch64-{name}") + block(system, "intel", f"x86_64-{name}")
        systems += f"  on_{system} do\n{both}  end\n\n"
    return f'''# Written by the release of batchlint {version}.
class Batchlint < Formula
  desc "{SUMMARY}"
  homepage "{SOURCE}"
  version "{version}"
  license "Apache-2.0"

{systems}  def install
    bin.install "batchlint"
    man1.install Dir["man/*.1"]
    bash_completion.install "completions/batchlint.bash" => "batchlint"
    fish_completion.install "completions/batchlint.fish"
    zsh_completion.install "completions/_batchlint"
  end

  test do
    (testpath/"job.yaml").write <<~YAML
      apiVersion: batch/v1
      kind: Job
      metadata: {{name: once}}
      spec: {{template: {{spec: {{restartPolicy: Always, containers: [{{name: a, image: "a:1"}}]}}}}}}
    YAML
    assert_match "restartPolicy", shell_output("#{{bin}}/batchlint check job.yaml", 1)
  end
end
'''


def krew():
    platforms = ""
    for target, (system, cpu, _) in TARGETS.items():
        program = "batchlint.exe" if system == "windows" else "batchlint"
        platforms += f"""    - selector: {{matchLabels: {{os: {system}, arch: {cpu}}}}}
      uri: {address(target)}
      sha256: {checksum(target)}
      files:
        - {{from: batchlint-{target}/{program}, to: .}}
        - {{from: batchlint-{target}/LICENSE, to: .}}
      bin: {program}
"""
    return f"""# Written by the release of batchlint {version}.
apiVersion: krew.googlecontainertools.github.com/v1alpha2
kind: Plugin
metadata:
  name: batchlint
spec:
  version: v{version}
  homepage: {SOURCE}
  shortDescription: Lint Job and CronJob manifests
  description: |
    Finds what is wrong with Job and CronJob manifests before Kubernetes does: fields that the API
    server rejects, Jobs that never end or never retry, schedules that skip runs, failures that a
    script loses, credentials in plain text.

      kubectl batchlint check deploy/
      kubectl get cronjobs,jobs -A -o json | kubectl batchlint check -
  platforms:
{platforms}"""


def nix():
    archives = ""
    for target, (_, _, system) in TARGETS.items():
        if system:
            value = base64.b64encode(bytes.fromhex(checksum(target))).decode()
            archives += f'        {system} = {{ target = "{target}"; hash = "sha256-{value}"; }};\n'
    return f"""# Written by the release of batchlint {version}.
{{
  description = "{SUMMARY}";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs = {{ self, nixpkgs }}:
    let
      version = "{version}";
      archives = {{
{archives}      }};
      package = system: archive:
        let pkgs = nixpkgs.legacyPackages.${{system}}; in pkgs.stdenvNoCC.mkDerivation {{
          pname = "batchlint";
          inherit version;
          src = pkgs.fetchurl {{
            url = "{SOURCE}/releases/download/v${{version}}/batchlint-${{archive.target}}.tar.gz";
            inherit (archive) hash;
          }};
          nativeBuildInputs = [ pkgs.installShellFiles ];
          installPhase = ''
            install -Dm755 batchlint -t $out/bin
            installManPage man/*.1
            installShellCompletion --bash completions/batchlint.bash
            installShellCompletion --fish completions/batchlint.fish
            installShellCompletion --zsh completions/_batchlint
          '';
          meta = {{
            description = "{SUMMARY}";
            homepage = "{SOURCE}";
            license = pkgs.lib.licenses.asl20;
            mainProgram = "batchlint";
            platforms = builtins.attrNames archives;
          }};
        }};
    in {{
      packages = builtins.mapAttrs (system: archive: {{ default = package system archive; }}) archives;
    }};
}}
"""


def mise():
    return f'''# Written by the release of batchlint {version}.
backends = ["github:batchlint/batchlint", "cargo:batchlint"]
description = "{SUMMARY}"
test = {{ cmd = "batchlint --version", expected = "batchlint {{{{version}}}}" }}
version_order = "semver"
'''


def schemastore():
    entry = {
        "name": "batchlint",
        "description": "Configuration of batchlint, the linter for Kubernetes Jobs and CronJobs",
        "fileMatch": [".batchlint.yaml", ".batchlint.yml"],
        "url": json.loads((root / "schemas/config.schema.json").read_text())["$id"],
    }
    return json.dumps(entry, indent=2) + "\n"


write("homebrew/batchlint.rb", homebrew())
write("krew/batchlint.yaml", krew())
write("nix/flake.nix", nix())
write("mise/batchlint.toml", mise())
write("schemastore/batchlint.json", schemastore())
# The pre-commit mirror is what packages/pre-commit has, but for its test.
shutil.copytree(root / "packages/pre-commit", folder / "pre-commit", ignore=shutil.ignore_patterns("test"))
if f'"batchlint=={version}"' not in (folder / "pre-commit/pyproject.toml").read_text():
    sys.exit(f"packages/pre-commit is not of {version}")
