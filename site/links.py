"""Tests the built site without a browser: `site/links.py PROGRAM`.

No link in it dangles, nothing is loaded from elsewhere, and every address that the program, the chart and the packages
print has its page.
"""

import json
import re
import subprocess
import sys
import tempfile
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import markdown
from sources import PLAYGROUND, REPOSITORY, ROOT, SITE, read

BUILT = ROOT / "target/site"
# What a browser fetches by itself, with the attribute that says from where. `rel` decides for `link`.
LOADED = {"script": "src", "img": "src", "iframe": "src", "source": "src", "video": "src", "audio": "src", "object": "data"}
RELATIONS = {"stylesheet", "icon", "preload", "prefetch", "modulepreload", "manifest", "preconnect", "dns-prefetch"}
problems = []


class Page(HTMLParser):
    """The ids, links and loaded files of a page."""

    def __init__(self, path):
        super().__init__()
        self.ids, self.links, self.loaded = set(), [], []
        self.policy, self.base, self.headings = "", None, []
        self.is_heading = False
        self.rows = 0
        self.examples = 0
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if given.get("id"):
            self.ids.add(given["id"])
        if tag == "a" and given.get("href") is not None:
            self.links.append(given["href"])
        if tag == "base":
            self.base = given["href"]
        if tag == "meta" and given.get("http-equiv") == "Content-Security-Policy":
            self.policy = given["content"]
        if tag in LOADED and given.get(LOADED[tag]):
            self.loaded.append(given[LOADED[tag]])
        if tag == "link" and RELATIONS & set(given.get("rel", "").split()):
            self.loaded.append(given["href"])
        if given.get("srcset") or given.get("style", "").find("url(") >= 0:
            problems.append(f"<{tag}> loads in a way that this test does not read: {given}")
        if tag == "h1" and given.get("class") != "menu-title":
            self.is_heading = True
            self.headings.append("")
        self.examples += tag == "code" and "language-yaml" in given.get("class", "").split()
        self.rows += tag == "tr" and "data-presets" in given

    def handle_endtag(self, tag):
        if tag == "h1":
            self.is_heading = False

    def handle_data(self, data):
        if self.is_heading:
            self.headings[-1] += data


def file_of(path):
    """Returns the file that a server of static files, such as Pages, answers a path with."""
    found = BUILT / unquote(path).lstrip("/")
    return found / "index.html" if found.is_dir() else found


def resolve(pages, target, file, base=None):
    """Returns what is wrong with a link of a file of the site, if anything is."""
    to = urlsplit(target)
    if target.startswith(f"{SITE}/") or target == SITE:
        at = file_of(urlsplit(target).path)
    elif target.startswith(f"{REPOSITORY}/blob/main/") or target.startswith(f"{REPOSITORY}/tree/main/"):
        path = urlsplit(target).path.split("/main/", 1)[1]
        return None if (ROOT / path).exists() else "the repository has no such file"
    elif to.scheme or to.netloc:
        return None if to.scheme in ("https", "mailto") else f"the scheme is {to.scheme}"
    elif not to.path:
        at = file
    else:
        # A link is relative to its page, or to the `base` of a page that is shown at any address.
        at = file_of(base + to.path if base else "/" + (file.parent / unquote(to.path)).resolve().relative_to(BUILT).as_posix())
    if not at.is_file():
        return "there is no such file"
    if "=" in to.fragment and at == BUILT / "playground/index.html":
        said = parse_qs(to.fragment)
        page = pages.get(file_of(f"rules/{said['rule'][0]}"))
        has_example = page and 1 <= int(said["example"][0]) <= page.examples
        return None if has_example else "there is no such example"
    if to.fragment and at in pages and unquote(to.fragment) not in pages[at].ids:
        return "the page has no such anchor"
    return None


def check_pages(pages):
    for file, page in pages.items():
        name = file.relative_to(BUILT)
        for target in page.links + page.loaded:
            try:
                wrong = resolve(pages, target, file, page.base)
            except ValueError:
                wrong = "it leads out of the site"
            if wrong:
                problems.append(f"{name}: {target}: {wrong}")
        for target in page.loaded:
            if urlsplit(target).scheme or target.startswith("//"):
                problems.append(f"{name} loads {target}")
        if file.name != "toc.html" and "default-src 'self'" not in page.policy:
            problems.append(f"{name} does not forbid what comes from elsewhere")
    for file in BUILT.rglob("*.css"):
        text = file.read_text(encoding="utf-8")
        for target in re.findall(r"""url\(\s*["']?([^"')]+)|@import\s+["']([^"']+)""", text):
            target = "".join(target)
            if not target.startswith("data:") and not (file.parent / urlsplit(target).path).is_file():
                problems.append(f"{file.relative_to(BUILT)} loads {target}")


def absolute(name, target):
    """Notes a link of a printed page that leads nowhere outside the repository."""
    if not urlsplit(target).scheme:
        problems.append(f"batchlint explain {name} prints a relative link: {target}")
    return target


def printed(program):
    """Returns the addresses of the site that the program prints, and those that stand in what is published."""

    def run(*arguments, folder=ROOT):
        return subprocess.run([program, *arguments], cwd=folder, capture_output=True, text=True).stdout

    address = re.compile(re.escape(SITE) + r"[^\s\"'`<>()\[\]{}\\|]*")
    ids = [rule["id"] for rule in json.loads(run("rules", "--format", "json"))]
    topics = re.search(r"^Topics: (.*?)\.", run("explain"), re.MULTILINE)[1].replace("`", "").split(", ")
    found = {f"{SITE}/rules/{id}" for id in ids}
    with tempfile.TemporaryDirectory() as folder:
        run("init", folder=folder)
        configuration = (Path(folder) / ".batchlint.yaml").read_text(encoding="utf-8")
    log = run("check", "--no-config", "testdata/demo", "--format", "sarif")
    sources = {
        "check": log,
        "init": configuration,
        "schema config": run("schema", "config"),
        "schema report": run("schema", "report"),
    }
    for name, text in sources.items():
        addresses = address.findall(text)
        if not addresses:
            problems.append(f"batchlint {name} prints no address of {SITE}")
        found.update(addresses)
    pages = {name: run("explain", name) for name in ids + topics}
    for name, page in pages.items():
        found.update(address.findall(page))
        markdown.prepare(page, lambda target, name=name: absolute(name, target))
    for rule in json.loads(log)["runs"][0]["tool"]["driver"]["rules"]:
        if rule["help"]["markdown"] != pages[rule["id"]]:
            problems.append(f"SARIF has another page of {rule['id']} than batchlint explain")
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")
    for path in filter(None, tracked):
        if not path.startswith(("tests/", "testdata/", "site/")) and (ROOT / path).is_file():
            text = (ROOT / path).read_text(encoding="utf-8", errors="replace")
            found.update(it.rstrip(".,:;") for it in address.findall(text))
            if path.startswith("src/") and path.endswith(".rs") and SITE in text and path != "src/diagnostic/meta.rs":
                problems.append(f"{path} has an address of the site of its own, next to the one in src/diagnostic/meta.rs")
    return found


def runbooks():
    """Returns where the alerts of the chart lead."""
    base = re.search(r"runbookUrl: (\S+)", read("charts/batchlint/values.yaml"))[1]
    anchors = re.findall(r"runbook_url: \{\{ \$runbooks \}\}(#\S+)", read("charts/batchlint/templates/monitoring.yaml"))
    if not anchors:
        problems.append("the chart's alerts have no runbooks")
    return [base + anchor for anchor in anchors]


def main(program):
    pages = {file: Page(file) for file in BUILT.rglob("*.html")}
    check_pages(pages)
    addresses = [*sorted(printed(program)), *runbooks()]
    for address in addresses:
        # Where the tools of the playground are missing, the site has none, and `site/build` has said so.
        if address == PLAYGROUND and not (BUILT / "playground").exists():
            continue
        wrong = resolve(pages, address, BUILT / "index.html")
        if wrong:
            problems.append(f"{address} is printed, but {wrong}")
        elif address.startswith(f"{SITE}/rules/"):
            rule = urlsplit(address).path.removeprefix(urlsplit(f"{SITE}/rules/").path).strip("/")
            if rule not in ("", *pages[file_of(f"/rules/{rule}/")].headings):
                problems.append(f"{address} is not the page of {rule}")
    for path in (ROOT / "schemas").glob("*.json"):
        place = urlsplit(json.loads(path.read_text(encoding="utf-8"))["$id"]).path
        if not file_of(place).is_file() or file_of(place).read_bytes() != path.read_bytes():
            problems.append(f"{place} is not {path.name}")
    rules = json.loads(subprocess.run([program, "rules", "--format", "json"], capture_output=True, text=True).stdout)
    if pages[BUILT / "rules/index.html"].rows != len(rules):
        problems.append("without its script, the index does not show every rule")
    if problems:
        sys.exit("\n".join(problems) + f"\n{len(problems)} problems")
    links = sum(len(page.links) for page in pages.values())
    print(f"ok    {links} links in {len(pages)} pages, {len(addresses)} printed addresses, nothing loaded from elsewhere")


if __name__ == "__main__":
    main(sys.argv[1])
