"""The examples on the pages of the rules that the playground can open, each with a link below it.

An example is named by its rule and its number among the YAML blocks of the page. Only what the playground can show as the
page means it has a link: not two versions of an object, and nothing that needs a rule's own options.
"""

import html
import re
from urllib.parse import urlencode

FENCE = re.compile(r"^(\s*)```(.*)$")
ADDRESS = "../../playground/index.html"


def fragment(rule, number, words):
    """Returns the fragment that opens an example with the preset that has its rule; None where it cannot be shown."""
    settings = dict(it.partition("=")[::2] for it in words)
    if settings.keys() - {"kubernetes"}:
        return None
    said = {"rule": rule["id"], "example": number, "preset": rule["presets"][0], "version": settings.get("kubernetes")}
    return urlencode({name: value for name, value in said.items() if value})


def with_links(page, rule):
    """Returns the page of a rule with the links, and their fragments."""
    out, fragments = [], []
    number, words, is_open, is_after = 0, [], False, False
    for line in page.split("\n"):
        out.append(line)
        fence = FENCE.match(line)
        if not fence:
            continue
        is_open = not is_open
        if is_open:
            words = fence[2].split()
            number += words[:1] == ["yaml"]
            continue
        is_new = is_after
        is_after = words == ["yaml", "before"]
        if words[:1] != ["yaml"] or is_new or not (found := fragment(rule, number, words[1:])):
            continue
        fragments.append(found)
        link = f'<a href="{ADDRESS}#{html.escape(found)}">Open in the playground</a>'
        out += ["", f'{fence[1]}<p class="try">{link}</p>', ""]
    return "\n".join(out), fragments
