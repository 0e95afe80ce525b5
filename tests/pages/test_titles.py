"""No page is called by a person's name: a browser keeps what pages are called in its history (P3)."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
TEMPLATES = [path for face in ("registry/web", "gateway/pages") for path in sorted((ROOT / face).rglob("*.html"))]
TITLE = re.compile(r"{% block title %}(.*?){% endblock %}")
NAMES = re.compile(r"\b(?:person|angel|account|known|who|author|row)\.name\b|\bname=name\b")
OF_THINGS = {"account_token.html": "a token's name", "consent_text.html": "what is consented to"}
"""Pages whose title has a ``name`` that is no person's."""


def named(template: str) -> list[str]:
    """The titles of a template that name somebody."""
    return [title for title in TITLE.findall(template) if NAMES.search(title)]


def test_no_page_is_called_by_a_persons_name() -> None:
    found = {path.name: named(path.read_text(encoding="utf-8")) for path in TEMPLATES}
    assert {name: titles for name, titles in found.items() if titles and name not in OF_THINGS} == {}
    assert len(found) > 100


def test_a_title_that_names_somebody_is_found() -> None:
    assert named("{% block title %}{{ person.name }}{% endblock %}")
    assert named('{% block title %}{{ t("x", name=name) }}{% endblock %}')
    assert not named('{% block title %}{{ t("x", name=t("title.somebody")) }}, {{ site.name }}{% endblock %}')
