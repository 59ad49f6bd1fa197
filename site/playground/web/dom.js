// Elements of the page. Texts are texts: nothing that a manifest says becomes HTML.

/** Makes an element: its properties, and its children, which are elements or texts. */
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name in element) element[name] = value;
    else element.setAttribute(name, value);
  }
  element.append(...children.filter((it) => it !== null && it !== undefined && it !== false));
  return element;
}

/** Returns a sentence as nodes, in which the parts between backticks are code. */
export function prose(text) {
  return text.split(/(`[^`]+`)/).filter(Boolean).map((part) =>
    part.length > 2 && part.startsWith("`") ? make("code", {}, part.slice(1, -1)) : part);
}

/** Returns a number of things in words. */
export function count(number, thing) {
  return `${number} ${thing}${number === 1 ? "" : "s"}`;
}

/** Returns the element with an id. */
export function get(id) {
  return document.getElementById(id);
}
