// What the API server would answer, and the pictures of what will happen.
import { count, make, prose } from "./dom.js";

/** Describes answers in one word, for the tab. */
export function verdict(answers) {
  const states = answers.map((it) => it.state);
  return ["unread", "rejected", "accepted"].find((state) => states.includes(state)) ?? "";
}

/** Shows the answer to each document. */
export function showAnswers(panel, answers, version, select) {
  const about = `What the API server of Kubernetes ${version} would answer to kubectl, with strict validation.`;
  const list = answers.map((it) => answer(it, select));
  panel.replaceChildren(
    make("p", { className: "summary" }, about),
    list.length ? make("ol", { className: "answers" }, ...list) : make("p", {}, "There is nothing to send."),
  );
}

function answer(it, select) {
  const code = it.code ? ` ${it.code} ${it.reason ?? "Created"}` : "";
  const name = it.title || it.kind || `document ${it.document}`;
  const place = ({ from, to, line, message }) =>
    make("li", {}, make("button", { className: "place", onclick: () => select(from, to) }, `line ${line}`), " ", ...prose(message));
  const more = it.state === "accepted" || it.state === "not checked" ? [] : it.places.map(place);
  return make("li", { className: `answer ${it.state.replace(" ", "-")}` },
    make("p", {}, make("b", {}, it.state), code, " ", name),
    more.length > 0 && make("ul", {}, ...more),
    it.message && it.state === "rejected" && make("pre", { tabIndex: 0, "aria-label": "The message" }, it.message),
    it.takenSince && make("p", {}, `Kubernetes ${it.takenSince} and later accept it.`),
    ...it.warnings.map((warning) => make("p", { className: "warning" }, make("b", {}, "warning"), " ", ...prose(warning))),
  );
}

/** Shows what will happen to each Job and CronJob. */
export function showTimeline(panel, { charts, more }) {
  const drawn = charts.map((it) => it.error ? make("p", { className: "error" }, ...prose(it.error)) : picture(it));
  const rest = more ? [make("p", {}, `and ${count(more, "more object")}`)] : [];
  const none = make("p", {}, "There is no Job or CronJob to draw.");
  panel.replaceChildren(...(drawn.length ? drawn : [none]), ...rest);
}

/** Shows the week of all CronJobs. */
export function showCalendar(panel, week) {
  const about = make("p", { className: "summary" }, "How many runs start in each hour of the week from today on, in UTC.");
  const none = make("p", {}, "There is no CronJob that starts.");
  panel.replaceChildren(about, week ? picture(week) : none);
}

// The picture is the library's own: it escapes what it takes from the manifest, and the page's policy forbids scripts in it.
function picture({ title, assumed, svg, lines, text }) {
  const drawing = make("div", { className: "picture", tabIndex: 0, role: "region", "aria-label": title });
  const read = new DOMParser().parseFromString(svg, "image/svg+xml");
  drawing.append(document.importNode(read.documentElement, true));
  return make("section", {},
    make("h3", {}, title),
    assumed && make("p", { className: "summary" }, ...prose(assumed)),
    drawing,
    make("ul", {}, ...lines.filter(Boolean).map((line) => make("li", {}, ...prose(line)))),
    make("details", {}, make("summary", {}, "As text"), make("pre", { tabIndex: 0, "aria-label": `${title} as text` }, text)),
  );
}
