"""The index of the rules: a plain table, which a small script lets people filter; and their part of the contents."""

import html
import json
import re

PRESETS = ["default", "strict", "security"]
SEVERITIES = ["error", "warning", "info"]


def rules(run):
    """Returns what the program says of its rules, by category, each with the presets that have it."""
    found = json.loads(run("rules", "--format", "json"))
    of_preset = {
        preset: {rule["id"] for rule in json.loads(run("rules", "--preset", preset, "--format", "json"))}
        for preset in PRESETS
    }
    for rule in found:
        rule["presets"] = [preset for preset in PRESETS if rule["id"] in of_preset[preset]]
    # The program lists them for people by category, in the order of its own index.
    order = {name: at for at, name in enumerate(re.findall(r"^(\S.*)$", run("rules"), re.MULTILINE))}
    return sorted(found, key=lambda rule: (order.get(rule["category"], len(order)), rule["id"]))


def categories(rules):
    """Returns the categories in the order of the rules."""
    return list(dict.fromkeys(rule["category"] for rule in rules))


def contents(rules):
    """Returns the lines of the table of contents: the rules below their categories."""
    lines = []
    for category in categories(rules):
        lines.append(f"  - [{category}]()")
        lines += [f"    - [{it['id']}](rules/{it['id']}/index.md)" for it in rules if it["category"] == category]
    return lines


COLUMNS = "| severity | confidence | category | fix | in admission | since |\n"
EXPLAINED = "../../docs/check/index.md#what-a-rules-page-says"


def with_summary(page, rule):
    """Returns the page of a rule with its summary below its title, and links from what its box says to what that means."""
    heading = f"# {rule['id']}\n"
    assert page.startswith(heading) and page.count(COLUMNS) == 1, rule["id"]
    columns = "".join(f"| [{it}]({EXPLAINED}) " if it != "category" else f"| {it} " for it in COLUMNS.strip("| \n").split(" | "))
    body = page.removeprefix(heading).replace(COLUMNS, f"{columns}|\n")
    return f"{heading}\n**{rule['summary']}**\n{body}"


def code(text):
    """Returns a summary as HTML, in which the parts between backticks are code."""
    return re.sub(r"`([^`]*)`", r"<code>\1</code>", html.escape(text, quote=False))


def row(rule):
    fix = rule["fix"] or "none"
    data = {"presets": " ".join(rule["presets"]), "category": rule["category"], "severity": rule["severity"], "fix": fix}
    attributes = " ".join(f'data-{name}="{html.escape(value)}"' for name, value in data.items())
    return (
        f'<tr {attributes}><td><a href="{rule["id"]}/index.html">{rule["id"]}</a></td>'
        f'<td><span class="severity-{rule["severity"]}">{rule["severity"]}</span></td>'
        f'<td>{code(rule["summary"])}</td><td>{rule["category"]}</td><td class="{fix}">{fix}</td></tr>'
    )


def choice(name, label, options):
    """Returns a menu that filters the table."""
    items = "".join(f'<option value="{html.escape(value)}">{text}</option>' for value, text in options)
    return f'<label>{label} <select name="{name}"><option value="">all</option>{items}</select></label>'


def page(rules):
    """Returns the page of the index. Without its script it is a plain table with every rule."""
    same = lambda values: [(value, value) for value in values]
    fixes = [("any", "with a fix"), ("safe", "with a safe fix"), ("unsafe", "with an unsafe fix"), ("none", "without a fix")]
    form = "\n".join(
        [
            '<form id="filter" hidden>',
            '<label>Words <input type="search" name="words" placeholder="deadline"></label>',
            choice("preset", "Preset", same(PRESETS)),
            choice("category", "Category", same(categories(rules))),
            choice("severity", "Severity", same(SEVERITIES)),
            choice("fix", "Fix", fixes),
            f'<p role="status" id="count">{len(rules)} rules</p>',
            "</form>",
        ]
    )
    head = "<tr><th>rule</th><th>severity</th><th>what is wrong</th><th>category</th><th>fix</th></tr>"
    body = "\n".join(map(row, rules))
    return (
        "# All rules\n\nA rule's page says what is wrong, what is right and why; `batchlint explain RULE` shows it in a "
        "terminal. A finding links to it. [What its box means](../docs/check/index.md#what-a-rules-page-says).\n\n"
        f'{form}\n\n<table id="rules"><thead>{head}</thead><tbody>\n{body}\n</tbody></table>\n\n'
        '<script src="rules.js"></script>\n'
    )
