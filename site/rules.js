// Filters the table of rules. What is chosen is in the address, so that a view can be linked: rules/?preset=security.
"use strict";
const form = document.getElementById("filter");
const rows = [...document.querySelectorAll("#rules tbody tr")];
const texts = rows.map((row) => row.textContent.toLowerCase());

function matches(row, text, chosen) {
  const { presets, category, severity, fix } = row.dataset;
  return (
    (chosen.words ?? "").toLowerCase().split(/\s+/).every((word) => text.includes(word)) &&
    (!chosen.preset || presets.split(" ").includes(chosen.preset)) &&
    (!chosen.category || category === chosen.category) &&
    (!chosen.severity || severity === chosen.severity) &&
    (!chosen.fix || fix === chosen.fix || (chosen.fix === "any" && fix !== "none"))
  );
}

function filter() {
  const chosen = Object.fromEntries(new FormData(form));
  let shown = 0;
  rows.forEach((row, at) => {
    row.hidden = !matches(row, texts[at], chosen);
    shown += row.hidden ? 0 : 1;
  });
  const count = shown === rows.length ? `${shown} rules` : `${shown} of ${rows.length} rules`;
  document.getElementById("count").textContent = count;
  return chosen;
}

function remember(chosen) {
  const query = new URLSearchParams(Object.entries(chosen).filter(([, value]) => value));
  history.replaceState(null, "", query.size ? `?${query}` : location.pathname);
}

for (const [name, value] of new URLSearchParams(location.search)) {
  if (form.elements[name]) form.elements[name].value = value;
}
form.hidden = false;
form.addEventListener("input", () => remember(filter()));
form.addEventListener("submit", (event) => event.preventDefault());
// Keys that are typed here are not the book's, such as `s` for its search.
form.addEventListener("keydown", (event) => event.stopPropagation());
filter();
