"""The forms that a register is given out in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

from fastapi import Response

from pages import languages, look
from pages.languages import FIRST, Words
from registry.problems import Kind, Problem
from registry.registers import paper, sheets
from registry.registers.editions import Edition
from registry.registers.verified import with_digest
from registry.spreadsheets.cells import Dialect

OWN_WORDS = ("registry", "web/words")


@dataclass(frozen=True, slots=True)
class Form:
    """A form: the end of its file's name, its media type, and how it is made."""

    ends: str
    media_type: str
    made: Callable[[Edition, Words], bytes]


@cache
def words() -> Words:
    """The words of papers: Italian, as the municipalities' are."""
    return languages.load((look.SHARED_WORDS, OWN_WORDS))[FIRST]


def _json(held: Edition, _words: Words) -> bytes:
    if held.register.sealed is None:
        raise Problem(
            Kind.OUT_OF_TURN, "this edition is not sealed, so that it cannot be verified yet; close it first."
        )
    return held.file


def _pdf(held: Edition, said: Words) -> bytes:
    return with_digest(paper.pdf(held, said))


FORMS: Mapping[str, Form] = {
    "json": Form("json", "application/json", _json),
    "pdf": Form("pdf", "application/pdf", _pdf),
    "csv": Form("csv", "text/csv; charset=utf-8", lambda held, said: sheets.csv(held, said, Dialect.CSV)),
    "excel": Form("csv", "text/csv; charset=utf-8", lambda held, said: sheets.csv(held, said, Dialect.EXCEL)),
    "xlsx": Form("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", sheets.xlsx),
}
"""By the name that is asked for; ``excel`` is CSV as Italian Excel opens it."""


def answered(held: Edition, form: str) -> Response:
    """An edition in a form, to be kept as a file. Raises Problem."""
    made = FORMS[form]
    name = file_name(held, made)
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(made.made(held, words()), media_type=made.media_type, headers=headers)


def file_name(held: Edition, form: Form) -> str:
    """What the file is called; it names nobody."""
    opened = held.register.opened
    return f"registro-{opened.site}-{opened.number}-{held.number}.{form.ends}"
