"""Reasons: each that the registry gives by key has its sentence on pages, in English the very one of the API."""

import ast
from collections.abc import Iterator, Sequence

import pytest

from pages.languages import load
from registry.problems import Kind, Problem
from registry.reasons import reason_of, why
from registry.web.app import OWN_WORDS
from registry.web.reasons import phrased
from tests.support.house import ROOT, tree

WORDS = load([OWN_WORDS])
EN, IT = WORDS["en"], WORDS["it"]


def given() -> Iterator[tuple[str, str]]:
    """The key and the sentence of every ``why`` in the registry, whose sentence may be the constant just before it."""
    for path in sorted((ROOT / "registry").rglob("*.py")):
        module = tree(path)
        said = [
            (node.lineno, node.targets[0].id, node.value.value)
            for node in ast.walk(module)
            if isinstance(node, ast.Assign)
            and isinstance(node.targets[0], ast.Name)
            and isinstance(node.value, ast.Constant)
        ]
        for call in ast.walk(module):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "why":
                key, sentence = call.args[:2]
                if isinstance(key, ast.Constant):
                    yield str(key.value), _text(sentence, said)


def _text(sentence: ast.expr, said: Sequence[tuple[int, str, object]]) -> str:
    if isinstance(sentence, ast.Constant):
        return str(sentence.value)
    assert isinstance(sentence, ast.Name)
    return str(max(row for row in said if row[1] == sentence.id and row[0] <= sentence.lineno)[2])


def test_each_reason_has_its_sentence_on_pages_and_in_english_it_is_the_one_of_the_api() -> None:
    found = dict(given())
    assert len(found) > 100
    assert {key: EN.phrases.get(f"why.{key}") for key in found} == found
    assert [key for key in found if IT.phrases[f"why.{key}"] == found[key]] == []


def test_a_reason_is_told_in_the_language_of_the_page_with_its_values() -> None:
    reason = why("text.long", "this is longer than {most} characters; shorten it.", most=2000)
    assert str(reason) == "this is longer than 2000 characters; shorten it."
    assert phrased(IT, reason.key, reason.values) == "supera 2.000 caratteri; accorcialo."


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (Problem(Kind.FULL, "every seat"), "in questo tempo non ci sono più posti; liberane prima uno."),
        (Problem(Kind.INVALID, "odd"), "la richiesta è rifiutata (odd)."),
        (
            Problem(Kind.NOT_FOUND, why("store.none", "there is no such {name}; list them.", name="cohort")),
            "non c'è (coorte); guarda nell'elenco che cosa c'è.",
        ),
    ],
)
def test_what_a_store_refuses_is_told_by_its_reason_else_by_its_kind(error: Problem, told: str) -> None:
    reason = reason_of(error, f"problem.{error.kind.slug}")
    assert phrased(IT, reason.key, reason.values) == told
