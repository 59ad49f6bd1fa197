// The pages of the rules, which the site has next to the playground.
import { make } from "./dom.js";

const address = (rule) => new URL(`../rules/${encodeURIComponent(rule)}/index.html`, document.baseURI);

async function load(rule) {
  const at = address(rule);
  const answer = await fetch(at);
  if (!answer.ok) throw new Error(`the page of ${rule} cannot be read`);
  const main = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("main");
  if (!main) throw new Error(`the page of ${rule} is empty`);
  return { at, main };
}

/** Returns an example of a rule's page, counted from 1. */
export async function example(rule, number) {
  const { main } = await load(rule);
  const found = main.querySelectorAll("code.language-yaml")[number - 1];
  if (!found) throw new Error(`the page of ${rule} has no example ${number}`);
  return found.textContent;
}

/** Shows the page of a rule. */
export async function show(panel, rule) {
  const { at, main } = await load(rule);
  main.querySelectorAll("script, style").forEach((it) => it.remove());
  main.querySelectorAll("a.header").forEach((it) => it.replaceWith(...it.childNodes));
  main.querySelectorAll("[id]").forEach((it) => it.removeAttribute("id"));
  main.querySelectorAll("a[href]").forEach((it) => (it.href = new URL(it.getAttribute("href"), at).href));
  main.querySelectorAll(".try a").forEach((it) => (it.textContent = "Open in the editor"));
  main.querySelectorAll("pre").forEach((it) => (it.tabIndex = 0));
  const article = make("article", {}, ...[...main.childNodes].map((it) => document.importNode(it, true)));
  const whole = make("p", { className: "summary" }, make("a", { href: at.href }, "This page on the site"));
  panel.replaceChildren(whole, article);
}
