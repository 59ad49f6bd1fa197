"use strict";
(() => {
  const find = (id) => document.getElementById(id);
  const root = document.documentElement;
  const theme = find("theme");
  theme.hidden = false;
  theme.addEventListener("click", () => {
    const isDark = matchMedia("(prefers-color-scheme: dark)").matches;
    const now = root.dataset.theme ?? (isDark ? "dark" : "light");
    root.dataset.theme = now === "dark" ? "light" : "dark";
  });

  const tools = find("tools");
  if (!tools) return;
  const [search, shown, groups, none] = ["search", "shown", "groups", "none"].map(find);
  const [pages, page, previous, next] = ["pages", "page", "previous", "next"].map(find);
  const choices = ["rule", "namespace", "owner"].map(find).filter(Boolean);
  tools.hidden = false;
  document.querySelector(".keys").hidden = false;

  // So many findings are shown at once.
  const PAGE = 200;

  const make = (tag, name, ...children) => {
    const element = document.createElement(tag);
    if (name) element.className = name;
    element.append(...children);
    return element;
  };

  // The findings that the page has in full, and those that it has as data.
  const full = [...document.querySelectorAll(".finding")].map((element) => ({
    number: Number(element.id.slice("finding-".length)),
    ...element.dataset,
    text: element.textContent.toLowerCase(),
    element: () => element,
  }));
  const data = JSON.parse(find("rows")?.textContent ?? '{"rows": [], "dropped": 0}');
  const names = { e: "error", w: "warning", i: "info" };
  const brief = data.rows.map(([number, letter, ruleAt, fileAt, line, column, objectAt]) => {
    const [rule, summary, url] = data.rules[ruleAt];
    const [object, namespace, owner] = data.objects[objectAt];
    const [severity, file] = [names[letter], data.files[fileAt]];
    const element = () => {
      const place = make("a", "", line > 0 ? `${file}:${line}:${column}` : file);
      place.href = `#finding-${number}`;
      const link = make("a", "rule", rule);
      [link.href, link.rel, link.title] = [url, "noreferrer", summary];
      const heading = make("h3", "", make("span", "severity", severity), ` ${summary}`);
      const made = make("article", `finding ${severity}`, heading, make("p", "place", link, place, make("span", "", object)));
      made.id = `finding-${number}`;
      made.tabIndex = -1;
      Object.assign(made.dataset, { severity, rule, file, namespace, owner });
      return made;
    };
    const text = `${severity} ${summary} ${rule} ${file} ${object}`.toLowerCase();
    return { number, severity, rule, file, namespace, owner, text, element };
  });
  const findings = [...full, ...brief].sort((left, right) => left.number - right.number);

  let sections = new Map();
  let matching = [];
  let at = 0;

  // Shows a page of what is asked for, with the sections that it is part of.
  const show = (number) => {
    const count = Math.max(1, Math.ceil(matching.length / PAGE));
    at = Math.max(0, Math.min(count - 1, number));
    const totals = new Map();
    for (const [it, name] of matching) totals.set(name, (totals.get(name) ?? 0) + 1);
    const made = [];
    for (const [it, name] of matching.slice(at * PAGE, (at + 1) * PAGE)) {
      if (made.at(-1)?.name !== name) {
        const heading = make("h2", "", name, " ", make("span", "", totals.get(name)));
        made.push({ name, section: make("section", "group", heading) });
      }
      made.at(-1).section.append(it.element());
    }
    groups.replaceChildren(...made.map((it) => it.section));
    pages.hidden = count === 1;
    page.textContent = `page ${at + 1} of ${count}`;
    [previous.disabled, next.disabled] = [at === 0, at === count - 1];
  };

  // Finds what is asked for, and says how much that is.
  const filter = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const severities = new Set([...tools.querySelectorAll("[name=severity]:checked")].map((it) => it.value));
    const isChosen = (it) => choices.every(({ id, value }) => !value || (it[id] || "-") === value);
    const isWanted = (it) =>
      severities.has(it.severity) && isChosen(it) && words.every((word) => it.text.includes(word));
    matching = [];
    for (const [name, members] of sections) {
      for (const it of members) if (isWanted(it)) matching.push([it, name]);
    }
    const total = findings.length + data.dropped;
    const all = `${total} finding${total === 1 ? "" : "s"}`;
    const dropped = data.dropped > 0 ? `, ${data.dropped} of which are not on this page` : "";
    shown.textContent = (matching.length === total ? all : `${matching.length} of ${all}`) + dropped;
    none.hidden = matching.length > 0;
    show(0);
  };

  // Puts the findings into a section for each file or rule: files by name, rules by how often they report.
  const group = (key) => {
    const groups = new Map();
    for (const it of findings) {
      if (!groups.has(it[key])) groups.set(it[key], []);
      groups.get(it[key]).push(it);
    }
    const order = [...groups];
    if (key === "rule") order.sort((left, right) => right[1].length - left[1].length);
    sections = new Map(order);
    filter();
  };

  // Goes to the next or previous finding of the page.
  const go = (step) => {
    const visible = [...groups.querySelectorAll(".finding")];
    const here = visible.indexOf(document.activeElement?.closest?.(".finding"));
    const there = here < 0 && step < 0 ? visible.length - 1 : here + step;
    const target = visible[Math.max(0, Math.min(visible.length - 1, there))];
    target?.focus({ preventScroll: true });
    target?.scrollIntoView({ block: "start" });
  };

  const turn = (step) => {
    show(at + step);
    groups.scrollIntoView({ block: "start" });
  };

  const showAll = () => {
    search.value = "";
    choices.forEach((it) => { it.value = ""; });
    tools.querySelectorAll("[name=severity]").forEach((it) => { it.checked = true; });
    filter();
  };

  // A link to a finding opens the page that has it.
  const open = () => {
    const number = Number(/^#finding-(\d+)$/.exec(location.hash)?.[1]);
    const index = matching.findIndex(([it]) => it.number === number);
    if (index < 0) return;
    show(Math.floor(index / PAGE));
    find(`finding-${number}`)?.scrollIntoView({ block: "start" });
  };

  tools.addEventListener("submit", (event) => event.preventDefault());
  tools.addEventListener("input", (event) => {
    if (event.target.name === "group") group(event.target.value);
    else filter();
  });
  previous.addEventListener("click", () => turn(-1));
  next.addEventListener("click", () => turn(1));
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const isTyping = event.target.matches("input[type=search], select");
    if (event.key === "Escape") showAll();
    else if (isTyping) return;
    else if (event.key === "/") { event.preventDefault(); search.focus(); }
    else if (event.key === "j") go(1);
    else if (event.key === "k") go(-1);
  });
  addEventListener("hashchange", open);
  // Browsers keep what was typed when a page is loaded again.
  group(tools.elements.group.value);
  open();
})();
