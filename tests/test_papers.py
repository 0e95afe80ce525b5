"""The papers that are owed to people say what the code does: each is held to the tables and the guarantees it names."""

import json
import re
import subprocess
import sys
import tomllib

import pytest

from access.retention import KINDS
from access.retention_words import WHAT, how_long
from registry.consents.kinds import NEEDS
from registry.papers.accessibility import STATEMENT
from registry.papers.assessment import RISKS, template
from registry.papers.notices import ADULTS, MINORS
from registry.papers.paper import Paper, markdown
from tests.support.house import ROOT

PAPERS = {"informativa.md": ADULTS, "informativa-minori.md": MINORS, "accessibilita.md": STATEMENT}
FOLDER = ROOT / "docs" / "papers"


def guarantees() -> dict[str, str]:
    """The state of each guarantee."""
    lines = (ROOT / "docs" / "guarantees.md").read_text(encoding="utf-8").splitlines()
    cells = [line.split(" | ") for line in lines if re.match(r"\| [DSP]\d+ \|", line)]
    return {row[0].strip("| "): row[2].strip() for row in cells}


@pytest.mark.parametrize(("name", "paper"), PAPERS.items())
def test_a_paper_is_published_as_it_is(name: str, paper: Paper) -> None:
    assert (FOLDER / name).read_text(encoding="utf-8") == markdown(paper, "it"), "write docs/papers anew"


def test_the_assessments_template_is_published_as_it_is() -> None:
    assert (FOLDER / "dpia.md").read_text(encoding="utf-8") == template(), "write docs/papers anew"


@pytest.mark.parametrize("paper", [ADULTS, MINORS])
@pytest.mark.parametrize("language", ["it", "en"])
def test_both_notices_name_every_kind_with_its_period_and_every_consent(paper: Paper, language: str) -> None:
    text = markdown(paper, language)
    for kind in KINDS:
        assert WHAT[kind.id](language)[1:] in text
        assert how_long(kind, language) in text
    assert all(one.text(language) in text for one in NEEDS)
    assert "Garante" in text


def test_the_notice_for_minors_is_written_in_short_sentences() -> None:
    own = [
        one("it")
        for part in MINORS.parts
        for one in part.said
        if part.title("it") in {"In breve", "Che cosa puoi fare"}
    ]
    sentences = [sentence for one in own for sentence in re.split(r"[.:;]\s", one)]
    assert max(len(sentence.split()) for sentence in sentences) <= 25


def test_what_papers_rest_on_holds() -> None:
    states = guarantees()
    named = {one for paper in PAPERS.values() for part in paper.parts for one in part.by}
    named |= {one for risk in RISKS for one in risk.by}
    assert named <= set(states)
    assert {states[one] for one in named} <= {"holds", "in part"}


def test_the_accessibility_statement_says_what_pages_are_looked_at_for() -> None:
    rules = (ROOT / "tests" / "support" / "page_rules.py").read_text(encoding="utf-8").casefold()
    assert all(word in rules for word in ("axe", "320", "keyboard", "javascript"))


def test_the_bill_of_materials_names_every_pinned_package_at_its_version() -> None:
    assert subprocess.run([sys.executable, ROOT / "scripts" / "sbom", "--check"], check=False).returncode == 0
    bill = json.loads((ROOT / "sbom.cdx.json").read_text(encoding="utf-8"))
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    pinned = re.findall(r"^([\w.-]+)(?:\[.*\])?==([^\s;]+)", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    assert [(one["name"], one["version"]) for one in bill["components"]] == [(n.lower(), v) for n, v in pinned]
    unlicensed = [one["name"] for one in bill["components"] if "licenses" not in one]
    assert len(unlicensed) <= len(pinned) // 10


def test_security_says_where_to_report_and_for_how_long_this_version_is_mended() -> None:
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert f"| {version.rsplit('.', 1)[0]} | yes" in text
    for said in ("CSIRT", "2024/2847", "24 hours", "five years", "sbom.cdx.json"):
        assert said in text
