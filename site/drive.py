"""Uses the playground of the built site in Chromium as people do: `site/drive.py PROGRAM`.

What it shows is held against what the program prints. Where the site has no playground, nothing is tested.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import webdriver
from browser import BUILT, SEEN, SHOTS, serve
from sources import ROOT

DEMO = ROOT / "testdata/demo/nightly-report.yaml"
# How often the time to the first finding is measured. It is printed and not asserted: a busy machine is no defect of the page.
VISITS = 3

# Kubernetes 1.29 does not know `managedBy`; a safe fix states the default of a CronJob, and its image is not fixed.
MANIFEST = """\
apiVersion: batch/v1
kind: CronJob
metadata: {name: nightly-<b>-é}
spec:
  schedule: "0 3 * * *"
  jobTemplate:
    spec:
      managedBy: example.com/controller
      template:
        spec:
          restartPolicy: Never
          containers:
          - name: main
            image: registry.example.com/nightly:latest
"""
TEXT = "return [...document.querySelectorAll('.cm-line')].map((it) => it.textContent).join('\\n')"
FOUND = """
const line = (it) => Number(/[0-9]+/.exec(it.querySelector('.place').textContent)[0]);
return [...document.querySelectorAll('#findings .finding')].map((it) => [it.querySelector('.page').textContent, line(it)]);
"""
ROUND = "return Number(document.documentElement.dataset.checked ?? 0)"
problems = []


def expect(is_so, what):
    if not is_so:
        problems.append(what)


class Playground:
    """The playground in a browser, next to the program."""

    def __init__(self, browser, base, program):
        self.browser, self.base, self.program = browser, base, program
        self.address = base + "playground/"

    def run(self, *arguments):
        done = subprocess.run([self.program, *arguments], cwd=ROOT, capture_output=True, text=True)
        return done.stdout

    def printed(self, text, *arguments):
        """Returns rule and line of each finding that the program prints of a text."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "manifest.yaml"
            path.write_text(text, encoding="utf-8")
            report = json.loads(self.run("check", "--no-config", "--format", "json", *arguments, str(path)))
        return [[it["rule"], it["span"]["start"]["line"]] for it in report["findings"]]

    def open(self, fragment=""):
        """Opens the playground as a new visit, and waits for its findings."""
        self.browser.open("about:blank")
        self.browser.open(self.address + fragment)
        return self.browser.wait(ROUND)

    def after(self, action):
        """Does something, and waits until the text has been checked again."""
        before = self.browser.run(ROUND)
        action()
        if not self.browser.wait(f"return Number(document.documentElement.dataset.checked) > {before}"):
            problems.append("nothing is checked after a change")

    def write(self, text):
        """Replaces the text by typing."""
        self.browser.run("document.querySelector('.cm-content').focus()")
        self.browser.press("a", 65, control=True)
        self.after(lambda: self.browser.type(text))

    def click(self, words):
        """Clicks the first button that starts with these words."""
        found = self.browser.run(
            "const it = [...document.querySelectorAll('button')].find((it) => it.textContent.startsWith(arguments[0]));"
            "it?.focus(); it?.click(); return Boolean(it)",
            words,
        )
        expect(found, f"there is no button {words}")

    def panel(self, name):
        """Chooses a tab, and returns its panel as text once it has one."""
        self.browser.run(f"document.getElementById('tab-{name}').click()")
        return self.browser.wait(f"return document.getElementById('{name}').innerText")


def visits(it):
    """Opens it a few times without a cache: the first findings are those of the program."""
    it.browser.devtools("Network.enable")
    it.browser.devtools("Network.setCacheDisabled", cacheDisabled=True)
    times = []
    while len(times) < VISITS:
        expect(it.open(), "the playground shows nothing")
        times.append(it.browser.run("return performance.getEntriesByName('first-findings')[0]?.startTime") or float("inf"))
    found, printed = it.browser.run(FOUND), it.printed(DEMO.read_text(encoding="utf-8"))
    expect(found == printed, f"the playground finds {found}, the program {printed}")
    expect(min(times) < float("inf"), "nothing marks the time of the first finding")
    return min(times)


def types(it):
    """Types a manifest: its findings are underlined and listed, and a text is a text."""
    it.open()
    it.write(MANIFEST)
    found, printed = it.browser.run(FOUND), it.printed(MANIFEST)
    expect(found == printed, f"of what is typed the playground finds {found}, the program {printed}")
    underlined = it.browser.run("return document.querySelectorAll('.cm-lintRange').length")
    expect(underlined > 0, "no finding is underlined")
    said = it.browser.wait("return document.getElementById('status').textContent.includes('in 1 object')")
    expect(said, "the status does not say what was found")
    image = "registry.example.com/nightly:latest"
    it.browser.run(
        "[...document.querySelectorAll('#findings .finding')].find((it) => it.textContent.includes('mutable-image'))"
        ".querySelector('.place').click()"
    )
    expect(it.browser.run("return getSelection().toString()") == image, "a finding does not lead to its place")
    it.browser.press("F8", 119)
    tip = it.browser.wait("return document.querySelector('.cm-tooltip .cm-diagnostic')?.textContent")
    expect(tip, "F8 shows no finding")
    it.browser.press("Escape", 27)
    it.browser.press("Tab", 9)
    expect(not it.browser.run("return document.activeElement.closest('.cm-editor')"), "Tab does not leave the editor")


def fixes(it):
    """Applies one fix, takes it back, and applies the safe ones as the program does."""
    it.open()
    it.write(MANIFEST)
    title = it.browser.run("return document.querySelector('#findings .finding .actions > button')?.textContent")
    expect(title, "no finding has a fix")
    it.after(lambda: it.click(title))
    expect(it.browser.run(TEXT) != MANIFEST.rstrip("\n"), f"`{title}` changes nothing")
    expect(it.browser.run("return document.activeElement.closest('#findings') !== null"), "a fix loses the focus")
    it.browser.run("document.querySelector('.cm-content').focus()")
    it.after(lambda: it.browser.press("z", 90, control=True))
    expect(it.browser.run(TEXT).rstrip("\n") == MANIFEST.rstrip("\n"), "a fix cannot be taken back")
    it.after(lambda: it.click("Apply all safe fixes"))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "manifest.yaml"
        path.write_text(MANIFEST, encoding="utf-8")
        it.run("check", "--no-config", "--fix", str(path))
        fixed = path.read_text(encoding="utf-8")
    expect(it.browser.run(TEXT).rstrip("\n") == fixed.rstrip("\n"), "the safe fixes are not those of the program")
    expect(fixed != MANIFEST, "the test's manifest has nothing to fix")


def settings(it):
    """Moves the slider by the keyboard, changes the preset, and compares the API server's answer."""
    it.open()
    it.write(MANIFEST.replace("-<b>-é", ""))
    for version in ("1.37", "1.29"):
        keys = ("End", 35) if version == "1.37" else ("Home", 36)
        it.browser.run("document.getElementById('version').focus()")
        it.browser.press(*keys)
        name = it.browser.wait(f"return document.getElementById('version').getAttribute('aria-valuetext') === 'Kubernetes {version}'")
        expect(name, f"the slider does not reach {version}")
        text = it.browser.wait(
            f"const it = document.getElementById('answers'); return it.textContent.includes('{version} ') && it.textContent"
        )
        with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
            file.write(MANIFEST.replace("-<b>-é", ""))
            file.flush()
            arguments = ["--no-config", "--as", "kubectl", "--kubernetes-version", version, "--format", "json"]
            answer = json.loads(it.run("dry-run", *arguments, file.name))[0]
        word = "accepted" if answer["accepted"] else "rejected"
        expect(text and word in text, f"Kubernetes {version} answers {text}, not {word}")
        expect(all(part in (text or "") for part in answer.get("strict", [])), f"{version} does not name {answer}")
    it.after(lambda: it.browser.run("const it = document.getElementById('preset'); it.value = 'strict'; it.dispatchEvent(new Event('change'))"))
    found = it.browser.run(FOUND)
    printed = it.printed(MANIFEST.replace("-<b>-é", ""), "--preset", "strict", "--kubernetes-version", "1.29")
    expect(found == printed, f"with the preset strict the playground finds {found}, the program {printed}")


def share(it):
    """Copies a link, and opens it as somebody else."""
    it.click("Copy link")
    it.browser.wait("return document.getElementById('status').textContent.includes('link') || location.hash.length > 1")
    link, text = it.browser.run("return location.hash"), it.browser.run(TEXT)
    expect("version=1.29" in link and "preset=strict" in link and "text=" in link, f"the link is {link}")
    it.open(link)
    same = it.browser.run("return [document.getElementById('version-name').textContent, document.getElementById('preset').value]")
    expect(it.browser.run(TEXT) == text and same == ["1.29", "strict"], f"the link opens {same}")
    it.open("#text=%25%25")
    expect("cannot be read" in it.browser.run("return document.getElementById('status').textContent"), "a broken link is not named")
    expect(it.browser.run(FOUND), "after a broken link there is no manifest")


def views(it):
    """Looks at the pictures, by the keyboard."""
    it.open()
    it.browser.run("document.getElementById('tab-findings').focus()")
    for panel, picture in (("answers", None), ("timeline", "svg.chart rect"), ("calendar", "svg.chart rect")):
        it.browser.press("ArrowRight", 39)
        expect(it.browser.run("return document.activeElement.getAttribute('aria-controls')") == panel, f"the arrow does not reach {panel}")
        if picture:
            expect(it.browser.wait(f"return document.querySelectorAll('#{panel} {picture}').length"), f"{panel} draws nothing")


def examples(it):
    """Opens the example of a rule's page, with the page next to it."""
    it.browser.open(it.base + "rules/missing-deadline/")
    it.browser.run("[...document.querySelectorAll('main .try a')][0].click()")
    heading = it.browser.wait("return document.querySelector('#rule h1')?.textContent")
    expect(heading == "missing-deadline", f"the page next to the example is {heading}")
    expect(["missing-deadline", 4] in it.browser.run(FOUND), "the example has no finding of its rule")
    it.browser.run("document.querySelectorAll('#rule .try a')[1].click()")
    moved = it.browser.wait("return location.hash.includes('text=') || document.querySelector('.cm-content').textContent.includes('CronJob')")
    expect(moved, "another example of the page does not open")
    listed = it.browser.run("return document.querySelectorAll('#examples optgroup option').length")
    expect(listed > 100, f"the menu has {listed} examples")


def privacy(it):
    """Nothing that is on the page, nor its worker, can ask anybody else."""
    it.open()
    blocked = it.browser.wait(
        """
        if (!window.refused) {
          window.refused = [];
          fetch("https://example.org/").catch(() => refused.push("page"));
          const code = "fetch('https://example.org/').catch((it) => postMessage('worker'))";
          const worker = new Worker(URL.createObjectURL(new Blob([code])));
          worker.onmessage = (event) => refused.push(event.data);
        }
        return refused.length === 2 && refused
        """
    )
    expect(blocked, "the policy does not hold in the page and its workers")
    messages = [it["message"] for it in it.browser.console()]
    violations = [it for it in messages if "violates the following Content Security Policy directive: \"connect-src" in it]
    expect(len(violations) == 2, f"the browser says {messages}")


def accessible(it):
    """Every control has a name for those who cannot see it."""
    it.open()
    it.browser.devtools("Accessibility.enable")
    nodes = it.browser.devtools("Accessibility.getFullAXTree")["nodes"]
    roles = {"button", "combobox", "slider", "spinbutton", "tab", "tabpanel", "textbox", "link", "region"}
    seen = {node["role"]["value"] for node in nodes if not node["ignored"]}
    nameless = [node for node in nodes if not node["ignored"] and node["role"]["value"] in roles and not node["name"]["value"]]
    expect(not nameless, f"these have no name: {[(it['role']['value'], it.get('backendDOMNodeId')) for it in nameless]}")
    expect({"slider", "tab", "status", "textbox"} <= seen, f"the page has only {sorted(seen)}")


def look(it):
    """Looks at it narrow and wide, light and dark."""
    papers = set()
    for scheme in ("light", "dark"):
        for width, height in ((400, 800), (1280, 900)):
            it.browser.view(width, height, scheme)
            it.open()
            for panel in ("findings", "answers", "timeline", "calendar", "rule"):
                if panel == "rule":
                    it.browser.run("document.querySelector('#findings .page').click()")
                    it.browser.wait("return document.querySelector('#rule article')")
                else:
                    it.panel(panel)
                name = f"playground-{panel}-{width}-{scheme}"
                seen = it.browser.run(SEEN)
                it.browser.screenshot(SHOTS / f"{name}.png")
                expect(not seen["sideways"], f"{name} scrolls sideways")
                expect(not seen["out"], f"{name}: these stick out: {seen['out'][:5]}")
                expect(not seen["pale"], f"{name}: these are hard to read: {seen['pale'][:5]}")
            papers.add((scheme, seen["paper"]))
            errors = [it["message"] for it in it.browser.console()]
            expect(not errors, f"{width} {scheme}: {errors}")
    expect(len(papers) == len({paper for _, paper in papers}) == 2, f"the papers are {papers}")
    it.browser.view(1280, 900, "light")
    it.open()
    it.browser.run("const it = document.getElementById('theme'); it.value = 'navy'; it.dispatchEvent(new Event('change'))")
    dark = it.browser.run(SEEN)["paper"]
    expect(("dark", dark) in papers, "the menu does not make it dark")
    it.browser.open(it.base)
    expect("navy" in it.browser.run("return document.documentElement.className"), "the site does not follow the menu")


def main(program):
    if not (BUILT / "playground").exists():
        print("SKIPPED: site/drive.py needs a site with its playground", file=sys.stderr)
        return
    found = webdriver.find()
    if not found:
        print("SKIPPED: site/drive.py needs chromium and chromedriver", file=sys.stderr)
        sys.exit(77)
    SHOTS.mkdir(parents=True, exist_ok=True)
    base = serve()
    with webdriver.Browser(*found) as browser:
        browser.view(1280, 900, "light")
        it = Playground(browser, base, program)
        first = visits(it)
        for part in (types, fixes, settings, share, views, examples, privacy, accessible, look):
            part(it)
        elsewhere = [it for it in browser.requests() if not it.startswith((base, "data:", "blob:", "about:", "https://example.org/"))]
    expect(not elsewhere, f"these are asked for elsewhere: {elsewhere}")
    if problems:
        sys.exit("\n".join(problems) + f"\n{len(problems)} problems")
    print(f"ok    the playground: first finding after {first:.0f} ms, the program's findings, fixes and answers")


if __name__ == "__main__":
    main(sys.argv[1])
