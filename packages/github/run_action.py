"""Runs the composite action as a runner of GitHub would, as far as it needs one: inputs, outputs, PATH, conditions.

    run_action.py FOLDER [INPUT=VALUE]…

FOLDER gets the files of the runner: `summary`, `output`, and `used`, the inputs of other actions. It must be a new one.
"""

import os
import pathlib
import re
import subprocess
import sys

import yaml

root = pathlib.Path(__file__).resolve().parents[2]
action = yaml.safe_load((root / "action.yml").read_text())
folder = pathlib.Path(sys.argv[1]).resolve()
folder.mkdir(parents=True)
given = dict(argument.split("=", 1) for argument in sys.argv[2:])
unknown = given.keys() - action["inputs"].keys()
assert not unknown, f"the action has no input {unknown}"
inputs = {name: given.get(name, entry["default"]) for name, entry in action["inputs"].items()}
outputs = {}


def expand(text):
    """Replaces the expressions that the action uses; any other is a mistake."""

    def value(match):
        expression = match.group(1)
        if expression == "github.token":
            return "no-token"
        if found := re.fullmatch(r"inputs\.([\w-]+)", expression):
            return expand(inputs[found.group(1)])
        if found := re.fullmatch(r"steps\.([\w-]+)\.outputs\.([\w-]+)", expression):
            return outputs[found.group(1)].get(found.group(2), "")
        if found := re.fullmatch(r"(\S+) (==|!=) '(\w*)'", expression):
            is_equal = expand(f"${{{{ {found.group(1)} }}}}") == found.group(3)
            return str(is_equal == (found.group(2) == "==")).lower()
        if " && " in expression:
            parts = [expand(f"${{{{ {part} }}}}") for part in expression.split(" && ")]
            return str(all(part == "true" for part in parts)).lower()
        raise SystemExit(f"an expression that this runner does not know: {expression}")

    return re.sub(r"\$\{\{ (.*?) \}\}", value, text)


for name in ["summary", "output", "path"]:
    (folder / name).touch()
environment = {
    **os.environ,
    "GITHUB_ACTION_PATH": str(root),
    "GITHUB_STEP_SUMMARY": str(folder / "summary"),
    "GITHUB_OUTPUT": str(folder / "output"),
    "GITHUB_PATH": str(folder / "path"),
    "RUNNER_TEMP": str(folder),
    "RUNNER_OS": "Linux",
    "RUNNER_ARCH": "X64",
}
for step in action["runs"]["steps"]:
    if expand(step.get("if", "true")) != "true":
        continue
    if "uses" in step:
        settings = {key: expand(value) for key, value in step["with"].items()}
        (folder / "used").write_text(f"{step['uses']} {settings}\n")
        continue
    added = (folder / "path").read_text().splitlines()
    own = {name: expand(value) for name, value in step.get("env", {}).items()}
    path = os.pathsep.join([*reversed(added), os.environ["PATH"]])
    (folder / "output").write_text("")
    shell = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
    code = subprocess.run(shell, env={**environment, **own, "PATH": path}).returncode
    outputs[step.get("id")] = dict(line.split("=", 1) for line in (folder / "output").read_text().splitlines())
    if code:
        sys.exit(code)
