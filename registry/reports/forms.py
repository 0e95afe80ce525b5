"""The forms that a report is given out in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from fastapi import Response

from pages.languages import Words
from registry.registers import papers
from registry.reports import paper, sheets
from registry.reports.report import Report
from registry.spreadsheets.cells import Dialect


@dataclass(frozen=True, slots=True)
class Form:
    """A form: the end of its file's name, its media type, and how it is made."""

    ends: str
    media_type: str
    made: Callable[[Report, Words], bytes]


FORMS: Mapping[str, Form] = {
    "pdf": Form("pdf", "application/pdf", paper.pdf),
    "xlsx": Form("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", sheets.xlsx),
    "excel": Form("csv", "text/csv; charset=utf-8", lambda made, said: sheets.csv(made, said, Dialect.EXCEL)),
    "csv": Form("csv", "text/csv; charset=utf-8", lambda made, said: sheets.csv(made, said, Dialect.CSV)),
}
"""By the name that is asked for; ``excel`` is CSV as Italian Excel opens it."""


def answered(report: Report, form: str) -> Response:
    """A report in a form, to be kept as a file."""
    made = FORMS[form]
    name = f"rendiconto-{report.period.name}.{made.ends}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(made.made(report, papers.words()), media_type=made.media_type, headers=headers)
