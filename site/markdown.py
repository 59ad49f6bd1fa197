"""What the site needs to know of the Markdown of the repository's pages: sections, and links that are not in code."""

import html
import re

FENCE = re.compile(r"^\s*(?:>\s*)*(?:[-*]\s+|\d+\.\s+)?(```+|~~~+)")
# A code span, or the end of a link: the code is matched so that nothing in it is taken for a link.
LINK = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)|\]\(([^()\s]+)\)")
COMMENT = re.compile(r"^<!--.*-->$")
# A language that mdBook's highlighter does not have, of which it would complain on the console.
NOT_HIGHLIGHTED = "```elisp"

ANSI = re.compile(r"\x1b\[([0-9;]*)m")


def lines(text):
    """Yields each line with whether it is prose: not in a block of code, and not one of its fences."""
    fence = None
    for line in text.splitlines():
        found = FENCE.match(line)
        if found and fence is None:
            fence = found[1]
            yield line, False
        elif found and found[1].startswith(fence):
            fence = None
            yield line, False
        else:
            yield line, fence is None


def prepare(text, rewrite):
    """Returns a page without comments, its links' targets replaced by what `rewrite` makes of them."""

    def link(found):
        return found[0] if found[2] is None else f"]({rewrite(found[2])})"

    out = []
    for line, is_prose in lines(text):
        if is_prose and COMMENT.match(line):
            continue
        out.append(LINK.sub(link, line) if is_prose else line.replace(NOT_HIGHLIGHTED, "```text"))
    return "\n".join(out) + "\n"


def title(text):
    """Returns the heading of a page."""
    return next(line[2:].strip() for line, is_prose in lines(text) if is_prose and line.startswith("# "))


def sections(text):
    """Returns the sections of a page by their titles, with their headings; what stands before them is at ""."""
    found = {"": []}
    name = ""
    for line, is_prose in lines(text):
        if is_prose and line.startswith("## "):
            name = line[3:].strip()
            found[name] = []
        if not (is_prose and line.startswith("# ")):
            found[name].append(line)
    return {name: "\n".join(part).strip() + "\n" for name, part in found.items()}


def anchor(heading):
    """Returns the fragment of a heading, as GitHub and mdBook make it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def terminal(text):
    """Returns what a terminal shows as HTML: the codes of colors become classes."""
    out = []
    is_open = False
    at = 0
    for found in ANSI.finditer(text):
        out.append(html.escape(text[at : found.start()], quote=False))
        at = found.end()
        classes = [f"t{code}" for code in found[1].split(";") if code not in ("", "0")]
        out.append("</span>" if is_open else "")
        out.append(f'<span class="{" ".join(classes)}">' if classes else "")
        is_open = bool(classes)
    out.append(html.escape(text[at:], quote=False))
    out.append("</span>" if is_open else "")
    return "".join(out)
