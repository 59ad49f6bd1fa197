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
  const [search, rule, shown, groups, none] = ["search", "rule", "shown", "groups", "none"].map(find);
  const findings = [...document.querySelectorAll(".finding")];
  const texts = new Map(findings.map((it) => [it, it.textContent.toLowerCase()]));
  tools.hidden = false;
  document.querySelector(".keys").hidden = false;

  // Shows what is asked for, and says how much that is.
  const filter = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const severities = new Set([...tools.querySelectorAll("[name=severity]:checked")].map((it) => it.value));
    let count = 0;
    for (const it of findings) {
      const { severity, rule: id } = it.dataset;
      const isWanted = severities.has(severity) && (!rule.value || id === rule.value);
      it.hidden = !(isWanted && words.every((word) => texts.get(it).includes(word)));
      count += it.hidden ? 0 : 1;
    }
    for (const group of groups.children) {
      const number = group.querySelectorAll(".finding:not([hidden])").length;
      group.hidden = number === 0;
      group.querySelector("h2 span").textContent = number;
    }
    const all = `${findings.length} finding${findings.length === 1 ? "" : "s"}`;
    shown.textContent = count === findings.length ? all : `${count} of ${all}`;
    none.hidden = count > 0;
  };

  // Puts the findings into a section for each file or rule: files by name, rules by how often they speak.
  const group = (key) => {
    const sections = new Map();
    for (const it of findings) {
      const name = it.dataset[key];
      if (!sections.has(name)) sections.set(name, []);
      sections.get(name).push(it);
    }
    const order = [...sections];
    if (key === "rule") order.sort((left, right) => right[1].length - left[1].length);
    groups.replaceChildren(...order.map(([name, members]) => {
      const section = document.createElement("section");
      const heading = document.createElement("h2");
      section.className = "group";
      heading.append(name, " ", document.createElement("span"));
      section.append(heading, ...members);
      return section;
    }));
    filter();
  };

  // Goes to the next or previous finding that is shown.
  const go = (step) => {
    const visible = [...groups.querySelectorAll(".finding:not([hidden])")];
    const at = visible.indexOf(document.activeElement?.closest?.(".finding"));
    const next = at < 0 && step < 0 ? visible.length - 1 : at + step;
    const target = visible[Math.max(0, Math.min(visible.length - 1, next))];
    target?.focus({ preventScroll: true });
    target?.scrollIntoView({ block: "start" });
  };

  const showAll = () => {
    search.value = "";
    rule.value = "";
    tools.querySelectorAll("[name=severity]").forEach((it) => { it.checked = true; });
    filter();
  };

  tools.addEventListener("submit", (event) => event.preventDefault());
  tools.addEventListener("input", (event) => {
    if (event.target.name === "group") group(event.target.value);
    else filter();
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const isTyping = event.target.matches("input[type=search], select");
    if (event.key === "Escape") showAll();
    else if (isTyping) return;
    else if (event.key === "/") { event.preventDefault(); search.focus(); }
    else if (event.key === "j") go(1);
    else if (event.key === "k") go(-1);
  });
  // Browsers keep what was typed when a page is loaded again.
  group(tools.elements.group.value);
})();
