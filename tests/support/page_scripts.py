"""What is asked of a page inside the browser; each script gives what offends."""

from difflib import get_close_matches
from itertools import pairwise

from playwright.sync_api import Page

SAME_LINE = 0.8

AXE = """async () => {
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"];
  const said = await axe.run(document, { runOnly: { type: "tag", values: tags }, resultTypes: ["violations"] });
  return Object.fromEntries(said.violations.map((v) => [v.id, v.nodes.map((n) => n.html.slice(0, 120))]));
}"""

LOOKED_AT = """() => {
  const boxes = (e) => [e, ...(e.labels || [])].map((one) => one.getBoundingClientRect());
  const small = [...document.querySelectorAll("a, button, input:not([type=hidden]), select, textarea")]
    .map((e) => [e, boxes(e)])
    .filter(([e, all]) => all[0].width > 1 && all[0].height > 1 && !all.some((b) => b.width >= 24 && b.height >= 24))
    .map(([e, all]) => `${e.outerHTML.slice(0, 60)} ${all[0].width}x${all[0].height}`);
  const headings = [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")].map((e) => Number(e.tagName[1]));
  const named = [...document.querySelectorAll("[id]")].map((e) => e.id);
  const ids = named.filter((id, at) => named.indexOf(id) !== at);
  const { scrollWidth, clientWidth, lang } = document.documentElement;
  return { small, headings, ids, sideways: scrollWidth - clientWidth, language: lang, title: document.title };
}"""
"""What can be told without axe, in one question: each costs its way to the browser and back."""

SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"

BEGIN_WALK = """() => {
  const can = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]:not([tabindex='-1'])";
  const picked = (e) => e.type === "radio" && [...document.querySelectorAll(`input[type=radio][name='${e.name}']`)]
    .find((other) => other.form === e.form && other.checked);
  const first = (e) => e.type !== "radio" || (picked(e) ? picked(e) === e : [...document.querySelectorAll(
    `input[type=radio][name='${e.name}']`)].filter((other) => other.form === e.form)[0] === e);
  const shown = (e) => e.checkVisibility({ visibilityProperty: true }) && !e.disabled && first(e);
  window.walk = { order: [...document.querySelectorAll(can)].filter(shown), reached: [], faint: [], done: false };
  document.body.tabIndex = -1;
  document.body.focus();
  document.body.blur();
  document.body.removeAttribute("tabindex");
  window.scrollTo(0, 0);
  window.removeEventListener("keyup", window.step, true);
  window.step = () => { window.walk.done = window.walk.done || !goesOn(window.walk); };
  window.addEventListener("keyup", window.step, true);
  return window.walk.order.length + 1;

  function goesOn(w) {
    const at = document.activeElement;
    const nowhere = at === document.body || at === document.documentElement || at === null;
    if (nowhere) { return w.order.length > 0 && w.reached.length === 0; }
    if (w.reached.includes(at) && at !== w.reached.at(-1)) { return false; }
    if (at === w.reached.at(-1)) { return true; }
    w.reached.push(at);
    const sides = [at, ...(at.labels || [])].flatMap((e) => [[e, null], [e, "::before"], [e, "::after"]]);
    const marked = sides.map(([e, part]) => getComputedStyle(e, part)).some((style) =>
      (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== "none");
    const box = at.getBoundingClientRect();
    if (!marked || box.width < 1 || box.height < 1) { w.faint.push(at); }
    return true;
  }
}"""

STOPS_LEFT = """() => window.walk.done ? 0 : Math.max(5, window.walk.order.length - window.walk.reached.length + 1)"""

WALKED = """() => {
  const { order, reached, faint } = window.walk, short = (e) => e.outerHTML.slice(0, 80);
  const found = order.filter((e) => !reached.includes(e)).map((e) => `never reached: ${short(e)}`);
  found.push(...reached.filter((e) => !order.includes(e)).map((e) => `not expected: ${short(e)}`));
  found.push(...faint.map((e) => `no visible focus: ${short(e)}`));
  found.push(...order.filter((e) => e.tabIndex > 0).map((e) => `jumps the queue: ${short(e)}`));
  const seen = reached.filter((e) => order.includes(e)).map((e) => order.indexOf(e));
  if (seen.some((place, n) => n > 0 && place < seen[n - 1])) { found.push(`out of order: ${seen.join(" ")}`); }
  return found;
}"""

HEAR_NO_LONGER = """() => {
  for (const live of document.querySelectorAll("[sse-connect]")) {
    const heard = (live["htmx-internal-data"] || {}).sseEventSource;
    if (heard) { heard.close(); }
  }
}"""

TEXT = """() => {
  document.querySelectorAll("[data-print]").forEach((e) => { e.hidden = true; });
  return document.querySelector("main").innerText;
}"""


def text(page: Page) -> list[str]:
    """What a page's main part says to the eye, line by line, but for the button that prints, which a script brings."""
    said: str = page.evaluate(TEXT)
    return [" ".join(line.split()) for line in said.splitlines() if line.strip()]


def lost(with_scripts: list[str], without: list[str]) -> list[str]:
    """The lines that are there with scripts alone; an age or a time may have gone on meanwhile."""
    there = set(without)  # Most are there as they are, and looking for what is alike costs more than the page.
    return [line for line in with_scripts if line not in there and not get_close_matches(line, without, 1, SAME_LINE)]


def skipped(levels: list[int]) -> list[int]:
    """Headings that skip a level, or a page without its one h1."""
    if levels.count(1) != 1:
        return levels
    return [level for before, level in pairwise(levels) if level > before + 1]
