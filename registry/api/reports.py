"""The funder's reports as they were published: figures that identify nobody, for partners too (guarantee P7)."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Response

from registry.api.desk import Desk, reads
from registry.guard import whose
from registry.guard.areas import Area
from registry.reports import forms, kept, periods
from registry.reports.report import Report, to_json
from registry.shapes.rights import ReportShown, ReportsShown

router = APIRouter(prefix="/api/v1/reports", tags=["reports"])
Period = Annotated[str, Path(max_length=7, examples=["2026-q3"], description="A year, or a quarter of it.")]
Form = Annotated[Literal["pdf", "xlsx", "excel", "csv"], Query(description="excel is CSV as Italian Excel opens it.")]
Reading = Annotated[Desk, reads(Area.AGGREGATES, whose.COMMON)]


def _published(desk: Desk, period: str) -> Report:
    with desk.reading() as connection:
        return kept.one(connection, periods.named(period))


@router.get("", response_model=ReportsShown)
def list_reports(desk: Reading) -> dict[str, Any]:
    """List the reports that are published, the latest first."""
    with desk.reading() as connection:
        return {"items": [{"period": one.name, "made_ms": made_ms} for one, made_ms in kept.published(connection)]}


@router.get("/{period}", response_model=ReportShown)
def read_report(desk: Reading, period: Period) -> dict[str, Any]:
    """Give one, whole."""
    return to_json(_published(desk, period))


@router.get("/{period}/file", response_class=Response, responses={200: {"content": {"application/pdf": {}}}})
def give_out(desk: Reading, period: Period, form: Form = "pdf") -> Response:
    """Give one as a file, with the page that says how each figure is made."""
    return forms.answered(_published(desk, period), form)
