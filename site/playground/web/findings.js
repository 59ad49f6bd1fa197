// The list of findings: what is wrong, where, and the fixes of each.
import { label } from "./editor.js";
import { count, make, prose } from "./dom.js";

const SEVERITIES = ["error", "warning", "info"];

/** Describes findings in one sentence, for those who listen too. */
export function sentence({ findings, objects, suppressed, skipped }) {
  const counts = SEVERITIES.map((severity) => [severity, findings.filter((it) => it.severity === severity).length]);
  const of = counts.filter(([, number]) => number).map(([severity, number]) => severity === "info" ? `${number} info` : count(number, severity));
  if (!of.length && !objects) return `No Job or CronJob${rest({ suppressed, skipped })}`;
  const found = of.length ? of.join(", ") : "No findings";
  return `${found} in ${count(objects, "object")}${rest({ suppressed, skipped })}`;
}

function rest({ suppressed, skipped }) {
  const hidden = suppressed ? `; ${suppressed} suppressed` : "";
  const left = skipped.length ? `; skipped: ${skipped.join(", ")}` : "";
  return `${hidden}${left}`;
}

/**
 * Shows findings. `does` has what can be done: `select(from, to)`, `apply(fix)`, `applyAll(withUnsafe)`, `open(rule)`.
 * `line` returns the line of a place.
 */
export function show(panel, checked, line, does) {
  const fixes = checked.findings.flatMap((it) => it.fixes);
  const safe = fixes.filter((it) => it.safety === "safe").length;
  const all = [
    safe > 0 && make("button", { onclick: () => does.applyAll(false) }, "Apply all safe fixes"),
    fixes.length > safe && make("button", { onclick: () => does.applyAll(true) }, "Apply all fixes (some change what runs)"),
  ];
  const list = checked.findings.map((it) => item(it, line, does));
  panel.replaceChildren(
    make("p", { className: "summary" }, ...prose(sentence(checked))),
    ...(fixes.length ? [make("p", { className: "actions" }, ...all)] : []),
    list.length ? make("ul", { className: "findings" }, ...list) : make("p", {}, "Nothing to report."),
  );
}

function item(finding, line, does) {
  const place = (from, to, words) =>
    make("button", { className: "place", onclick: () => does.select(from, to) }, `${words}line ${line(from)}`);
  const related = finding.related.map((it) => make("li", {}, place(it.from, it.to, ""), " ", ...prose(it.message)));
  const fixes = finding.fixes.map((fix) => make("button", { onclick: () => does.apply(fix) }, label(fix)));
  const page = (rule) => make("button", { className: "page", onclick: () => does.open(rule) }, rule);
  const also = finding.also.flatMap((rule) => [", also ", page(rule)]);
  return make("li", { className: `finding ${finding.severity}`, tabIndex: -1 },
    make("p", {}, make("b", {}, finding.severity), " ", place(finding.from, finding.to, ""), " ", ...prose(finding.message)),
    finding.help && make("p", { className: "help" }, ...prose(finding.help)),
    related.length > 0 && make("ul", { className: "related" }, ...related),
    make("p", { className: "actions" }, ...fixes, make("span", {}, "Rule: ", page(finding.rule), ...also)),
  );
}
