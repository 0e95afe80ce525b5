"""Checks of a page that a machine can make (WCAG 2.1 AA), run inside the browser: each gives the offenders."""

from itertools import pairwise

from playwright.sync_api import Page

CONTRAST = """() => {
  const parse = (c) => (c.match(/[\\d.]+/g) || []).map(Number);
  const lin = (v) => { v /= 255; return v <= 0.03928 ? v / 12.92 : Math.pow((v + 0.055) / 1.055, 2.4); };
  const lum = ([r, g, b]) => 0.2126 * lin(r) + 0.7152 * lin(g) + 0.0722 * lin(b);
  const behind = (e) => {
    for (; e; e = e.parentElement) {
      const c = parse(getComputedStyle(e).backgroundColor);
      if (c.length === 3 || (c.length === 4 && c[3] > 0.99)) { return c; }
    }
    return [255, 255, 255];
  };
  const bad = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const e = walk.currentNode.parentElement;
    const box = e.getBoundingClientRect();
    const unseen = box.width < 2 || box.height < 2 || e.closest("svg, option, noscript");
    if (unseen || !walk.currentNode.data.trim()) { continue; }
    const style = getComputedStyle(e);
    const a = lum(parse(style.color)), b = lum(behind(e));
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const size = parseFloat(style.fontSize), bold = Number(style.fontWeight) >= 700;
    const wanted = size >= 24 || (bold && size >= 18.66) ? 3 : 4.5;
    if (ratio < wanted) { bad.push(`${walk.currentNode.data.trim().slice(0, 30)}: ${ratio.toFixed(2)}`); }
  }
  return bad;
}"""

NAMELESS = """() => [...document.querySelectorAll(
    "a, button, input:not([type=hidden]), select, svg[role=img], section")]
  .filter((e) => {
    const by = e.getAttribute("aria-labelledby");
    const label = e.labels && e.labels.length ? e.labels[0].textContent : "";
    const named = by ? document.getElementById(by) && document.getElementById(by).textContent : "";
    return !(e.textContent.trim() || label.trim() || (named || "").trim() || e.getAttribute("aria-label"));
  }).map((e) => e.outerHTML.slice(0, 80))"""

SMALL_TARGETS = """() => [...document.querySelectorAll("a, button, input:not([type=hidden]), select")]
  .map((e) => [e, e.getBoundingClientRect()])
  .filter(([e, b]) => b.width > 1 && b.height > 1 && (b.width < 24 || b.height < 24))
  .map(([e, b]) => `${e.outerHTML.slice(0, 60)} ${b.width}x${b.height}`)"""

HEADINGS = """() => [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")].map((e) => Number(e.tagName[1]))"""

IDS_TWICE = """() => {
  const ids = [...document.querySelectorAll("[id]")].map((e) => e.id);
  return ids.filter((id, at) => ids.indexOf(id) !== at);
}"""

SIDEWAYS = """() => document.documentElement.scrollWidth - document.documentElement.clientWidth"""


def offenders(page: Page) -> dict[str, object]:
    """What is wrong on the page, by rule; empty where nothing is."""
    found: dict[str, object] = {
        "contrast": page.evaluate(CONTRAST),
        "no name": page.evaluate(NAMELESS),
        "small": page.evaluate(SMALL_TARGETS),
        "ids": page.evaluate(IDS_TWICE),
        "sideways": page.evaluate(SIDEWAYS),
        "headings": _skipped(page.evaluate(HEADINGS)),
        "language": not page.evaluate("document.documentElement.lang"),
        "title": not page.title(),
    }
    return {rule: wrong for rule, wrong in found.items() if wrong}


def _skipped(levels: list[int]) -> list[int]:
    """Headings that skip a level, or a page without its one h1."""
    if levels.count(1) != 1:
        return levels
    return [level for before, level in pairwise(levels) if level > before + 1]
