// The playground: what is typed is checked as it is typed, by the library on this page.
import demo from "../../../testdata/demo/nightly-report.yaml";
import { count, get, make } from "./dom.js";
import * as editor from "./editor.js";
import { ask } from "./engine.js";
import * as findings from "./findings.js";
import * as page from "./page.js";
import * as state from "./state.js";
import * as tabs from "./tabs.js";
import * as theme from "./theme.js";
import * as views from "./views.js";

/** After so many milliseconds without a key the text is checked, and the address and the status follow. */
const SOON = 120;
const LATER = 600;

const version = get("version");
const preset = get("preset");
const status = get("status");
const controls = get("timeline-controls");
let versions = [];
let shown = "findings";
let checked = null;
let written = "";
let notice = "";
let soon = 0;
let later = 0;
let wanted = 0;
let running = null;

theme.open(get("theme"));
const view = editor.open(get("editor"), changed);
const choose = tabs.open(get("tabs"), (id) => {
  shown = id;
  draw().catch(fail);
});
const does = {
  select: (from, to) => editor.select(view, from, to),
  apply,
  applyAll,
  open: visitRule,
};

/** Says something to those who see and to those who listen. */
function say(words) {
  status.textContent = words;
}

function fail(error) {
  say(`Something went wrong: ${error.message}`);
}

function settings() {
  const today = new Date().toISOString().slice(0, 10);
  return JSON.stringify({ preset: preset.value, version: versions[version.value], today });
}

function changed() {
  notice = "";
  clearTimeout(soon);
  soon = setTimeout(() => check().catch(fail), SOON);
}

/** Checks the text; while a check runs, one more waits for it, however often it is asked for. */
function check() {
  wanted++;
  running ??= checkAll().finally(() => (running = null));
  return running;
}

async function checkAll() {
  for (let round = 0; round !== wanted; ) {
    round = wanted;
    await checkOnce(round);
  }
}

async function checkOnce(round) {
  const text = editor.text(view);
  if (text.length > state.MAX_LENGTH) {
    checked = null;
    editor.underline(view, [], apply);
    const why = "The text is too long for this page: check it with the program.";
    for (const panel of ["findings", "answers", "timeline-charts", "calendar"]) get(panel).replaceChildren(make("p", {}, why));
    get("findings-count").textContent = get("verdict").textContent = "";
    return say("The text is too long for this page.");
  }
  const [found, answers] = await Promise.all([ask("check", text, settings()), ask("dry_run", text, settings())]);
  if (text !== editor.text(view)) return;
  checked = { text, found };
  editor.underline(view, found.findings, apply);
  findings.show(get("findings"), found, (at) => view.state.doc.lineAt(Math.min(at, view.state.doc.length)).number, does);
  views.showAnswers(get("answers"), answers, versions[version.value], does.select);
  get("findings-count").textContent = found.findings.length;
  get("verdict").textContent = views.verdict(answers);
  document.documentElement.dataset.checked = round;
  if (round === 1) {
    performance.mark("first-findings");
    say(sentence(found));
  }
  await draw();
  clearTimeout(later);
  later = setTimeout(() => settle(text, found).catch(fail), LATER);
}

/** Draws the pictures of the tab that is shown. */
async function draw() {
  const text = editor.text(view);
  if (text.length > state.MAX_LENGTH) return;
  if (shown === "timeline") {
    const attempt = Math.max(0, Math.min(86_400, Math.round(controls.elements.attempt.valueAsNumber || 0)));
    const succeeds = controls.elements.succeeds.valueAsNumber;
    const drawn = await ask("timeline", text, Date.now(), attempt, succeeds >= 1 ? Math.round(succeeds) : undefined);
    views.showTimeline(get("timeline-charts"), drawn);
  }
  if (shown === "calendar") views.showCalendar(get("calendar"), await ask("calendar", text, Date.now()));
}

/** Says what was found, and keeps it in the address, once nobody types. */
async function settle(text, found) {
  say(sentence(found));
  const fragment = await state.write({ version: versions[version.value], preset: preset.value, text });
  if (text !== editor.text(view)) return;
  written = fragment ?? "";
  history.replaceState(null, "", fragment ?? location.pathname);
}

function sentence(found) {
  return notice + findings.sentence(found).replaceAll("`", "");
}

/** Applies one fix, if the text is still the one that it was made for. */
function apply(fix) {
  if (checked?.text !== editor.text(view)) return say("The text has changed: wait for its findings.");
  const list = [...get("findings").querySelectorAll(".finding")];
  const at = list.findIndex((it) => it.contains(document.activeElement));
  view.dispatch({ changes: fix.edits, userEvent: "input.fix" });
  after("Applied the fix.", at).catch(fail);
}

/** Applies all fixes, or the safe ones. */
async function applyAll(withUnsafe) {
  const text = editor.text(view);
  try {
    const fixed = await ask("fix", text, settings(), withUnsafe);
    if (text !== editor.text(view)) return;
    editor.replace(view, fixed.text);
    await after(`Applied ${count(fixed.fixes, "fix").replace("fixs", "fixes")}.`, 0);
  } catch (error) {
    fail(error);
  }
}

/** Checks at once what a fix has made, and puts the focus where the next finding is. */
async function after(words, at) {
  clearTimeout(soon);
  await check();
  say(words);
  if (at < 0) return;
  const list = get("findings").querySelectorAll(".finding");
  (list[Math.min(at, list.length - 1)] ?? get("findings")).focus();
}

/** Shows the page of a rule, and brings whoever has asked for it there. */
async function visitRule(rule) {
  await openRule(rule);
  get("rule").focus({ preventScroll: true });
  get("tabs").scrollIntoView({ block: "nearest" });
}

async function openRule(rule) {
  choose("rule");
  try {
    await page.show(get("rule"), rule);
    get("rule").scrollTop = 0;
  } catch (error) {
    const url = checked?.found.findings.find((it) => it.rule === rule)?.url;
    const link = url ? [make("a", { href: url }, url)] : [];
    get("rule").replaceChildren(make("p", {}, `${error.message}. `, ...link));
  }
}

/** Shows what a fragment says. */
async function load(fragment) {
  let said = {};
  let trouble = "";
  try {
    said = await state.read(fragment);
    if (said.rule) said.text = await page.example(said.rule, said.example);
  } catch (error) {
    trouble = `The link cannot be read: ${error.message}. `;
  }
  const at = versions.indexOf(said.version);
  version.value = at < 0 ? versions.length - 1 : at;
  preset.value = [...preset.options].some((it) => it.value === said.preset) ? said.preset : "default";
  showVersion();
  get("examples").value = "";
  if (said.text !== undefined || !editor.text(view)) {
    const text = said.text ?? demo;
    view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text }, selection: { anchor: 0 } });
  }
  clearTimeout(soon);
  notice = trouble;
  await check();
  if (said.rule) await openRule(said.rule);
}

function showVersion() {
  const name = `Kubernetes ${versions[version.value]}`;
  get("version-name").textContent = versions[version.value];
  version.setAttribute("aria-valuetext", name);
}

async function share() {
  const text = editor.text(view);
  const fragment = await state.write({ version: versions[version.value], preset: preset.value, text });
  if (!fragment) return say("The text is too long for a link.");
  written = fragment;
  history.replaceState(null, "", fragment);
  try {
    await navigator.clipboard.writeText(location.href);
    say("The link is copied. It contains the whole manifest.");
  } catch {
    say("Copy the address of this page: it contains the whole manifest.");
  }
}

/** Fills the menus. */
async function open() {
  const choices = await ask("choices");
  versions = choices.versions;
  version.max = versions.length - 1;
  preset.append(...choices.presets.map((it) => make("option", { value: it }, it)));
  fillExamples().catch(fail);
  await load(location.hash);
}

async function fillExamples() {
  const answer = await fetch("examples.json");
  if (!answer.ok) return;
  const groups = Object.groupBy(await answer.json(), (it) => it.category);
  for (const [category, rules] of Object.entries(groups)) {
    const options = rules.map((it) => make("option", { value: it.fragment }, it.rule));
    get("examples").append(make("optgroup", { label: category }, ...options));
  }
}

preset.addEventListener("change", () => check().catch(fail));
version.addEventListener("input", () => {
  showVersion();
  changed();
});
controls.addEventListener("input", () => draw().catch(fail));
controls.addEventListener("submit", (event) => event.preventDefault());
get("examples").addEventListener("change", ({ target }) => {
  if (target.value) location.hash = target.value;
});
get("share").addEventListener("click", () => share().catch(fail));
addEventListener("hashchange", () => {
  if (location.hash !== written) load(location.hash).catch(fail);
});
open().catch(fail);
