"""The funder's reports: those that are published, one of them, its files, and how figures are made."""

from typing import Any, Literal

from fastapi import APIRouter, Response

from registry.guard.areas import Area
from registry.reports import forms, kept, labels, periods
from registry.reports.paper import METHOD
from registry.reports.report import Report
from registry.web.asked import Asked, Looking
from registry.web.evidence import reports_new
from registry.web.evidence.reports_new import REPORTS
from registry.web.reaching import is_open

HOW = f"{REPORTS}-how"
FormName = Literal["pdf", "xlsx", "excel", "csv"]


def routes() -> APIRouter:
    """The pages of reports."""
    router = APIRouter()

    @router.get(REPORTS)
    def published(asked: Looking) -> Response:
        """List the reports that are published."""
        _check(asked)
        with asked.reading() as connection:
            found = kept.published(connection)
        return asked.page("reports.html", found=found, labels=labels, writes=reports_new.may_publish(asked.viewer))

    @router.get(HOW)
    def how(asked: Looking) -> Response:
        """Say how each figure is made."""
        _check(asked)
        return asked.page("reports_how.html", method=METHOD)

    @router.get(f"{REPORTS}/{{period}}")
    def one(asked: Looking, period: str) -> Response:
        """Show a published report."""
        return asked.page("report.html", **_said(_published(asked, period)))

    @router.get(f"{REPORTS}/{{period}}/file/{{form}}")
    def give_out(asked: Looking, period: str, form: FormName) -> Response:
        """Give a published report out as a file."""
        return forms.answered(_published(asked, period), form)

    return router


def _check(asked: Asked) -> None:
    """Whoever looks may see figures that identify nobody. Raises NotYours."""
    asked.need(is_open(asked.viewer, Area.AGGREGATES))


def _published(asked: Asked, period: str) -> Report:
    _check(asked)
    with asked.reading() as connection:
        return kept.one(connection, periods.named(period))


def _said(report: Report) -> dict[str, Any]:
    """What a page shows of a report."""
    return {"report": report, "labels": labels, "forms": list(forms.FORMS)}
