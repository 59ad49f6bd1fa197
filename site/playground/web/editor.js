// The editor: CodeMirror with YAML, findings underlined in place, and keys that leave Tab to the page.
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import { HighlightStyle, bracketMatching, indentOnInput, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { EditorState } from "@codemirror/state";
import { EditorView, drawSelection, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { make, prose } from "./dom.js";

const colors = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--key)" },
  { tag: [tags.string, tags.content, tags.attributeValue], color: "var(--ink)" },
  { tag: [tags.comment, tags.lineComment], color: "var(--soft)" },
  { tag: [tags.keyword, tags.labelName, tags.typeName, tags.meta], color: "var(--link)" },
]);

/** Puts the editor into an element. `changed` is called after each change of its text. */
export function open(parent, changed) {
  return new EditorView({
    parent,
    state: EditorState.create({
      extensions: [
        lineNumbers(),
        highlightActiveLineGutter(),
        lintGutter(),
        history(),
        drawSelection(),
        indentOnInput(),
        bracketMatching(),
        highlightActiveLine(),
        highlightSelectionMatches(),
        yaml(),
        syntaxHighlighting(colors),
        keymap.of([...defaultKeymap, ...searchKeymap, ...historyKeymap, ...lintKeymap]),
        EditorState.tabSize.of(2),
        EditorView.contentAttributes.of({ "aria-label": "Manifest", "aria-describedby": "keys" }),
        EditorView.updateListener.of((update) => update.docChanged && changed()),
      ],
    }),
  });
}

export function text(view) {
  return view.state.doc.toString();
}

/** Replaces the text, where it differs: the cursor stays, and one undo brings the old one back. */
export function replace(view, after) {
  const before = text(view);
  if (before === after) return;
  let from = 0;
  while (from < before.length && before[from] === after[from]) from++;
  let rest = 0;
  const most = Math.min(before.length, after.length) - from;
  while (rest < most && before[before.length - 1 - rest] === after[after.length - 1 - rest]) rest++;
  view.dispatch({ changes: { from, to: before.length - rest, insert: after.slice(from, after.length - rest) } });
}

/** Underlines findings. `apply` is called with a fix that is chosen there. */
export function underline(view, findings, apply) {
  const most = view.state.doc.length;
  const place = (at) => Math.min(at, most);
  const diagnostics = findings.map((finding) => ({
    from: place(finding.from),
    to: place(finding.to),
    severity: finding.severity,
    message: finding.message,
    renderMessage: () => make("span", {}, ...prose(`${finding.message} [${finding.rule}]`)),
    actions: finding.fixes.map((fix) => ({ name: label(fix), apply: () => apply(fix) })),
  }));
  view.dispatch(setDiagnostics(view.state, diagnostics.sort((a, b) => a.from - b.from)));
}

/** Returns what a fix does, with a word if it changes what runs. */
export function label(fix) {
  const title = fix.title.replaceAll("`", "");
  return `Fix: ${title}${fix.safety === "safe" ? "" : " (changes what runs)"}`;
}

/** Selects a place, and shows it. */
export function select(view, from, to) {
  view.dispatch({ selection: { anchor: from, head: to }, effects: EditorView.scrollIntoView(from, { y: "center" }) });
  view.focus();
}
