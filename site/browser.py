"""Opens pages of the built site in Chromium, narrow and wide, light and dark: `site/browser.py PROGRAM`.

It ends with 77 where there is no Chromium with its driver. What it saw is in target/site-shots.
"""

import http.server
import json
import subprocess
import sys
import threading
from functools import partial

import webdriver
from sources import ROOT

BUILT = ROOT / "target/site"
SHOTS = ROOT / "target/site-shots"
PAGES = [
    "",
    "start/",
    "docs/check/",
    "docs/operate/",
    "docs/configuration/",
    "docs/editors/",
    "docs/runbooks/",
    "rules/",
    "rules/missing-deadline/",
    "rules/bashism-in-sh/",
    "charts/batchlint/",
    "schemas/",
    "changelog/",
    "no-such-page",
]

# What sticks out of the window, unless it is in a box with a scroll bar of its own; text that is hard to read by the
# rule of WCAG, 4.5 to 1; and whether the page as a whole scrolls sideways.
SEEN = """
const channels = (text) => text.match(/[\\d.]+/g).map(Number);
const luminance = (rgb) => {
  const [r, g, b] = rgb.map((it) => (it /= 255) <= 0.03928 ? it / 12.92 : ((it + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const paper = (element) => {
  for (let at = element; at; at = at.parentElement) {
    const found = channels(getComputedStyle(at).backgroundColor);
    if (found.length < 4 || found[3] > 0) return found.slice(0, 3);
  }
  return [255, 255, 255];
};
const hasBar = (element) => {
  for (let at = element; at && at.tagName !== "MAIN"; at = at.parentElement) {
    if (["auto", "scroll"].includes(getComputedStyle(at).overflowX)) return true;
  }
  return false;
};
const out = [], pale = [];
for (const element of document.querySelectorAll("main *, #mdbook-menu-bar *")) {
  const box = element.getBoundingClientRect();
  if (!box.width || !box.height) continue;
  const name = `${element.tagName} ${element.textContent.trim().slice(0, 40)}`;
  if (box.right > innerWidth + 1 && !hasBar(element)) out.push(name);
  if (![...element.childNodes].some((it) => it.nodeType === 3 && it.data.trim())) continue;
  const pair = [channels(getComputedStyle(element).color).slice(0, 3), paper(element)].map(luminance).sort((a, b) => b - a);
  const contrast = (pair[0] + 0.05) / (pair[1] + 0.05);
  if (contrast < 4.5) pale.push(`${name} (${contrast.toFixed(1)})`);
}
const content = document.getElementById("mdbook-content");
return {
  out, pale,
  sideways: document.documentElement.scrollWidth > innerWidth || content?.scrollWidth > content?.clientWidth,
  paper: getComputedStyle(document.body).backgroundColor + getComputedStyle(document.documentElement).backgroundColor,
};
"""
problems = []


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serves the site as Pages does, with the page for what is not there."""

    def log_message(self, *_):
        pass

    def send_error(self, code, message=None, explain=None):
        body = (BUILT / "404.html").read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(body)


def expect(is_so, what):
    if not is_so:
        problems.append(what)


def look(browser, base):
    """Opens every page in every view, and keeps what it looks like."""
    for scheme in ("light", "dark"):
        for width, height in ((400, 800), (1280, 900)):
            browser.view(width, height, scheme)
            for page in PAGES:
                browser.open(base + page)
                name = f"{page.strip('/').replace('/', '-') or 'index'}-{width}-{scheme}"
                seen = browser.run(SEEN)
                browser.screenshot(SHOTS / f"{name}.png")
                expect(not seen["sideways"], f"{name} scrolls sideways")
                expect(not seen["out"], f"{name}: these stick out: {seen['out'][:5]}")
                expect(not seen["pale"], f"{name}: these are hard to read: {seen['pale'][:5]}")
                errors = [it for it in browser.console() if page != "no-such-page" or "404" not in it["message"]]
                expect(not errors, f"{name}: {[it['message'] for it in errors]}")
                yield scheme, seen["paper"]


def use(browser, base, program):
    """Filters the rules, searches, and follows the address that a report prints."""
    def rules(*arguments):
        return json.loads(subprocess.check_output([program, "rules", "--format", "json", *arguments]))

    shown = "return [...document.querySelectorAll('#rules tbody tr')].filter((it) => it.offsetHeight > 0).length"
    browser.open(base + "rules/")
    browser.run("const it = document.querySelector('#filter [name=preset]'); it.value = 'security';"
                "it.dispatchEvent(new Event('input', { bubbles: true }));")
    number = len(rules("--preset", "security"))
    expect(browser.run(shown) == number, f"the preset security shows {browser.run(shown)} rules, not {number}")
    expect(browser.run("return location.search") == "?preset=security", "the address does not say what is chosen")
    browser.open(base + "rules/?words=hangs&severity=warning&fix=none")
    of_view = [it for it in rules() if it["severity"] == "warning" and not it["fix"] and "hangs" in it["id"] + it["summary"]]
    expect(browser.run(shown) == len(of_view) > 0, f"a view by its address shows {browser.run(shown)} rules")
    category = rules()[0]["category"]
    browser.open(base + "rules/?category=" + category.replace(" ", "%20"))
    number = sum(it["category"] == category for it in rules())
    expect(browser.run(shown) == number, f"the category {category} shows {browser.run(shown)} rules, not {number}")

    for words, place in (("missing-deadline", "rules/missing-deadline/"), ("breaking the glass", "docs/operate/")):
        browser.open(f"{base}?search={words.replace(' ', '%20')}")
        results = browser.wait("return [...document.querySelectorAll('#mdbook-searchresults a')].map((it) => it.href)")
        expect(results and any(place in it for it in results[:3]), f"the search for {words} finds {results and results[:3]}")

    browser.open(base + "rules/missing-deadline")
    expect(browser.run("return document.querySelector('main h1').textContent") == "missing-deadline", "the printed address")


def serve():
    """Serves the built site on loopback until the program ends, and returns its address."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=BUILT))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}/"


def main(program):
    found = webdriver.find()
    if not found:
        print("SKIPPED: site/test needs chromium and chromedriver to open its pages", file=sys.stderr)
        sys.exit(77)
    SHOTS.mkdir(parents=True, exist_ok=True)
    base = serve()
    with webdriver.Browser(*found) as browser:
        papers = {}
        for scheme, paper in look(browser, base):
            papers.setdefault(scheme, set()).add(paper)
        use(browser, base, program)
        elsewhere = [it for it in browser.requests() if not it.startswith((base, "data:"))]
    expect(len(papers["light"]) == len(papers["dark"]) == 1 and papers["light"] != papers["dark"], f"the papers are {papers}")
    expect(not elsewhere, f"these are asked for elsewhere: {elsewhere}")
    if problems:
        sys.exit("\n".join(problems) + f"\n{len(problems)} problems")
    print(f"ok    {len(PAGES)} pages at 400 and 1280 pixels, light and dark: {SHOTS.relative_to(ROOT)}")


if __name__ == "__main__":
    main(sys.argv[1])
