"""Writes the sources of the book from what the repository has and what the program prints:
`site/sources.py PROGRAM FOLDER [PLAYGROUND]`. Without the folder of a built playground nothing links to one.

A page of the repository becomes `<its path>/index.md`, so that `rules/missing-deadline.md` lives at
`/rules/missing-deadline/`, where every report points. Links between pages are rewritten, links to other files lead to the
repository's own site, and a link to a file that is not there ends the build.
"""

import json
import posixpath
import re
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import catalogue
import examples
import markdown

ROOT = Path(__file__).resolve().parent.parent
GUIDES = (
    "check fixes baseline charts look-ahead pre-commit ci editors adopt "
    "operate cluster practices runbooks compare migrate integrations/README"
).split()
REFERENCE = "configuration reference json exit-codes retries".split()
PROJECT = ["promises", "words"]
# The sections of the README that are on the start page; `More` only links to files. The others make `start/`.
ON_START_PAGE = ["", "Install", "What it finds"]
SHOWN_FINDING = "stuck-forbid"


def read(path):
    return (ROOT / path).read_text(encoding="utf-8")


def constant(path, pattern):
    """Returns what a file of the repository says once, such as the address of the site."""
    return re.search(pattern, read(path), re.MULTILINE)[1]


SITE = constant("src/diagnostic/meta.rs", r'^pub const SITE: &str = "(.*)";$')
REPOSITORY = constant("Cargo.toml", r'^repository = "(.*)"$')
PLAYGROUND = f"{SITE}/playground/"


def pages():
    """Returns the place of each page of the site by its path in the repository: `docs/ci.md` is at `docs/ci`."""
    found = {
        "rules/README.md": "rules",
        "CHANGELOG.md": "changelog",
        "SECURITY.md": "security",
        "charts/batchlint/README.md": "charts/batchlint",
        "docs/integrations/README.md": "docs/integrations",
        "editors/vscode/README.md": "editors/vscode",
    }
    for path in [*(ROOT / "docs").rglob("*.md"), *(ROOT / "rules").glob("*.md")]:
        name = path.relative_to(ROOT).as_posix()
        found.setdefault(name, name.removesuffix(".md"))
    return found


class Site:
    """The sources: where each page is, and the program that is asked."""

    def __init__(self, program, folder, playground=None):
        self.program = program
        self.folder = Path(folder)
        self.playground = playground
        self.pages = pages()
        self.readme = markdown.sections(read("README.md"))

    def run(self, *arguments, codes=(0,)):
        """Returns what the program prints; its other exit codes end the build."""
        done = subprocess.run([self.program, *arguments], cwd=ROOT, capture_output=True, text=True)
        if done.returncode not in codes:
            sys.exit(f"{arguments}: exit code {done.returncode}\n{done.stderr}")
        return done.stdout

    def write(self, place, text):
        """Writes the page at a place."""
        path = self.folder / "src" / place / "index.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def section_place(self, fragment):
        """Returns the page that has a section of the README."""
        names = {markdown.anchor(name): name for name in self.readme}
        if fragment not in names:
            sys.exit(f"README.md has no section #{fragment}")
        return "" if names[fragment] in ON_START_PAGE else "start"

    def rewriter(self, path, place):
        """Returns a function that makes the links of a page of the repository lead to the right place from the site."""

        def rewrite(target):
            if target == PLAYGROUND:
                here = posixpath.relpath("playground", place or ".")
                return f"{here}/index.html" if self.playground else f"{REPOSITORY}/tree/main/site/playground"
            blob = f"{REPOSITORY}/blob/main/"
            if target.startswith(blob):
                file, _, fragment = target.removeprefix(blob).partition("#")
            elif urlsplit(target).scheme:
                return target
            else:
                file, _, fragment = target.partition("#")
                file = posixpath.normpath(posixpath.join(posixpath.dirname(path), file)) if file else path
            after = f"#{fragment}" if fragment else ""
            if file == "README.md":
                to = self.section_place(fragment) if fragment else ""
            elif file == path:
                return after
            elif file in self.pages:
                to = self.pages[file]
            elif (ROOT / file).exists():
                kind = "tree" if (ROOT / file).is_dir() else "blob"
                return f"{REPOSITORY}/{kind}/main/{file}{after}"
            else:
                sys.exit(f"{path} links to {target}, and there is no {file}")
            if to == place:
                return after or "index.md"
            return posixpath.join(posixpath.relpath(to or ".", place or "."), "index.md") + after

        return rewrite

    def page(self, path):
        """Writes the page of a file of the repository, and returns its place."""
        place = self.pages[path]
        self.write(place, markdown.prepare(read(path), self.rewriter(path, place)))
        return place

    def finding(self):
        """Returns a finding as the program prints it now on a terminal, with a link to its rule's page."""
        demo = self.run("check", "--no-config", "--color", "always", "testdata/demo", codes=(1,))
        of = [it for it in demo.split("\n\n") if f"[{SHOWN_FINDING}]" in it.split("\n")[0]]
        if len(of) != 1:
            sys.exit(f"testdata/demo has {len(of)} findings of {SHOWN_FINDING}")
        shown = markdown.terminal(of[0].strip("\n"))
        link = f'[<a href="rules/{SHOWN_FINDING}/index.html">{SHOWN_FINDING}</a>]'
        message, excerpt = shown.replace(f"[{SHOWN_FINDING}]", link).split("\n", 1)
        command = '<span class="prompt">$</span> batchlint check testdata/demo'
        return f'<pre class="terminal">{command}\n<span class="message">{message}</span>\n{excerpt}</pre>'

    def start_pages(self):
        """Writes the start page, from its outline, and the README's other sections as first steps."""
        intro = self.readme[""].split("\n\n")[0]
        rules = json.loads(self.run("rules", "--format", "json"))
        fixable = sum(1 for rule in rules if rule["fix"])
        config = json.loads(read("schemas/config.schema.json"))
        versions = config["properties"]["kubernetes-version"]["anyOf"][0]["enum"]
        counts = (
            f"There are [{len(rules)} rules](rules/README.md), {fixable} of them with a fix, for Kubernetes "
            f"{versions[0]} to {versions[-1]}."
        )
        outline = read("site/index.md").replace("{{README }}", intro).replace("{{counts}}", counts)
        outline = re.sub(r"\{\{README (.+)\}\}", lambda found: self.readme[found[1]].strip(), outline)
        text = markdown.prepare(outline, self.rewriter("README.md", ""))
        self.write("", text.replace("{{finding}}", self.finding()))
        others = [part for name, part in self.readme.items() if name not in [*ON_START_PAGE, "More"]]
        # On the site a guide is called by its title.
        title = lambda found: f"[{markdown.title(read(found[2]))}]({found[2]})"
        steps = re.sub(r"\[(docs/[\w./-]+)\]\((\1(?:/README\.md)?)\)", title, "# First steps\n\n" + "\n".join(others))
        self.write("start", markdown.prepare(steps, self.rewriter("README.md", "start")))
        missing = markdown.prepare(read("site/404.md"), self.rewriter("404.md", ""))
        (self.folder / "src/404.md").write_text(missing, encoding="utf-8")

    def schemas(self):
        """Copies each schema to the address that it carries, and lists them."""
        rows = []
        for path in sorted((ROOT / "schemas").glob("*.json")):
            schema = json.loads(path.read_text(encoding="utf-8"))
            if not schema["$id"].startswith(f"{SITE}/"):
                sys.exit(f"{path}: {schema['$id']} is not on {SITE}")
            name = schema["$id"].removeprefix(f"{SITE}/")
            to = self.folder / "src" / name
            to.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, to)
            link = posixpath.relpath(name, "schemas")
            rows.append(f"| [{schema['title']}]({link}) | `{schema['$id']}` |")
        head = "# JSON schemas\n\nEditors and scripts can check files with these:\n\n| schema | address |\n|---|---|\n"
        self.write("schemas", head + "\n".join(rows) + "\n")

    def copy_playground(self, rules, fragments):
        """Copies the playground, with a list of the first example of each rule."""
        to = self.folder / "src/playground"
        shutil.copytree(self.playground, to)
        shutil.copy(ROOT / "charts/batchlint/icon.svg", to)
        listed = [
            {"rule": it["id"], "category": it["category"], "fragment": fragments[it["id"]][0]}
            for it in rules
            if fragments[it["id"]]
        ]
        (to / "examples.json").write_text(json.dumps(listed), encoding="utf-8")

    def entry(self, path, title=None):
        return f"- [{title or markdown.title(read(path))}]({self.pages[path]}/index.md)"

    def guides(self, names):
        return [self.entry(f"docs/{name}.md") for name in names]

    def summary(self, rules):
        """Returns the table of contents. A new page of `docs` is among the guides without being named here."""
        named = {f"docs/{name}.md" for name in GUIDES + REFERENCE + PROJECT}
        new = sorted(path for path in self.pages if path.startswith("docs/") and path not in named)
        return "\n".join(
            ["# Summary", "", "[batchlint](index.md)", "[First steps](start/index.md)", ""]
            + ["# Guides", "", *self.guides(GUIDES), *(self.entry(path) for path in new), ""]
            + ["# Rules", "", "- [All rules](rules/index.md)", *catalogue.contents(rules), ""]
            + ["# Reference", "", *self.guides(REFERENCE), self.entry("charts/batchlint/README.md", "Values of the chart")]
            + [self.entry("editors/vscode/README.md", "Visual Studio Code"), "- [JSON schemas](schemas/index.md)", ""]
            + ["# Project", "", self.entry("CHANGELOG.md"), self.entry("SECURITY.md"), *self.guides(PROJECT), ""]
        )

    def build(self):
        (self.folder / "src").mkdir(parents=True)
        shutil.copytree(ROOT / "site/theme", self.folder / "theme")
        shutil.copy(ROOT / "charts/batchlint/icon.svg", self.folder / "theme/favicon.svg")
        base = urlsplit(SITE).path.rstrip("/") + "/"
        added = f'[output.html]\nsite-url = "{base}"\ngit-repository-url = "{REPOSITORY}"\n'
        (self.folder / "book.toml").write_text(read("site/book.toml").replace("[output.html]\n", added, 1), encoding="utf-8")

        rules = catalogue.rules(self.run)
        for path in self.pages:
            if path != "rules/README.md":
                self.page(path)
        fragments = {}
        for rule in rules:
            page = self.folder / "src/rules" / rule["id"] / "index.md"
            text = catalogue.with_summary(page.read_text(encoding="utf-8"), rule)
            if self.playground:
                text, fragments[rule["id"]] = examples.with_links(text, rule)
            page.write_text(text, encoding="utf-8")
        self.write("rules", catalogue.page(rules))
        shutil.copy(ROOT / "site/rules.js", self.folder / "src/rules/rules.js")
        if self.playground:
            self.copy_playground(rules, fragments)
        self.start_pages()
        self.schemas()
        (self.folder / "src/SUMMARY.md").write_text(self.summary(rules), encoding="utf-8")


if __name__ == "__main__":
    Site(*sys.argv[1:]).build()
