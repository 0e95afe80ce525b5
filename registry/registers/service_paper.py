"""A month at the desk as a paper to sign: A4, in Italian. No citizen is named; who gave hours is."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from access.hours import local
from access.service import month as span_of
from pages.languages import Words
from registry.attendance.service_month import Angel, Counted, Month
from registry.registers.certificate import hours
from registry.registers.paper import FONT, Paper

WIDTHS = (28, 12, 12, 26, 16, 73)
VISIT_WIDTHS = (28, 12, 16, 50, 61)
SUM_WIDTHS = (70, 24, 24)
TOGETHER_MM, SIGNED_MM = 46.0, 10.0


def title(month: Month, said: Words) -> str:
    """What a month is called: ``novembre 2026``."""
    return said.month(date(month.year, month.number, 1))


def pdf(month: Month, said: Words) -> bytes:
    """The sheet: of each angel the hours, the sums against what is owed and a place to sign; then the visits."""
    name = said("sheet.title", month=title(month, said))
    end_ms = span_of(month.year, month.number, month.zone).end_ms
    paper = Paper(name, said("paper.page", page="{page}", pages="{pages}"), end_ms)
    paper.set_title(name)
    paper.set_lang(said.language)
    paper.on_top = lambda: _head(paper, month, name)
    paper.add_page()
    for one in month.angels:
        _angel(paper, month, one, said)
    _visits(paper, month, said)
    if paper.will_page_break(SIGNED_MM):
        paper.add_page()
    paper.says(said("sheet.checked"), 10, after_mm=3)
    return bytes(paper.output())


def _head(paper: Paper, month: Month, name: str) -> None:
    paper.says(month.head or "—", 14, "B", after_mm=1)
    paper.says(name, 11, after_mm=1)
    paper.line(paper.l_margin, paper.get_y(), paper.w - paper.r_margin, paper.get_y())
    paper.ln(3)


def _angel(paper: Paper, month: Month, one: Angel, said: Words) -> None:
    if paper.will_page_break(TOGETHER_MM):
        paper.add_page()
    paper.says(one.name or said("service.nobody"), 12, "B", after_mm=1)
    if one.entries:
        names = ("day", "from", "to", "kind", "minutes", "note")
        rows = [_hours_line(month, row, said) for row in one.entries]
        _grid(paper, WIDTHS, [said(f"sheet.column.{key}") for key in names], rows, right=(4,))
    else:
        paper.says(said("sheet.no_hours"), 10)
    for line in sums_of(one, said):
        paper.says(line, 10)
    paper.ln(2)
    paper.says(said("sheet.sign_angel"), 10, after_mm=6)


def sums_of(one: Angel, said: Words) -> list[str]:
    """What somebody gave in the month, and how they stand with what they owe altogether."""
    given = one.given
    places = {"team": hours(said, given.team_minutes), "citizen": hours(said, given.citizen_minutes)}
    whole = hours(said, given.team_minutes + given.citizen_minutes)
    lines = [said("sheet.sums", **places, whole=whole)]
    if one.target is not None:
        so_far, stands = one.stands.given, one.stands
        missing = {
            "team_missing": hours(said, stands.missing_team_minutes),
            "citizen_missing": hours(said, stands.missing_citizen_minutes),
        }
        done = {"team": hours(said, so_far.team_minutes), "citizen": hours(said, so_far.citizen_minutes)}
        owed = {"team_owed": one.target.team_minutes, "citizen_owed": one.target.citizen_minutes}
        lines.append(said("sheet.target", **done, **missing, **{key: hours(said, at) for key, at in owed.items()}))
    return lines


def _hours_line(month: Month, row: Any, said: Words) -> Sequence[str]:  # noqa: ANN401 -- as above
    start, end = local(row.start_ms, month.zone), local(row.end_ms, month.zone)
    minutes = month.minutes(row)
    told = "; ".join(part for part in (row.note, beside(month, row, said)) if part)
    counted = f"({minutes})" if row.void else str(minutes)
    return [f"{start:%d/%m/%Y}", f"{start:%H:%M}", f"{end:%H:%M}", said(f"service.ledger.{row.ledger}"), counted, told]


def beside(month: Month, row: Any, said: Words) -> str:  # noqa: ANN401 -- as above
    """What stands beside a row that was corrected, or that corrects another."""
    if row.void:
        at = local(row.void_ms or 0, month.zone)
        moment = f"{at:%d/%m/%Y %H:%M}"
        return said("sheet.taken_out", reason=row.reason, by=month.by(row.void_by), when=moment)
    return said("sheet.in_place") if row.replaces else ""


def _visits(paper: Paper, month: Month, said: Words) -> None:
    if paper.will_page_break(TOGETHER_MM):
        paper.add_page()
    paper.says(said("sheet.visits"), 12, "B", after_mm=1)
    if month.visits:
        names = {one.person: one.name for one in month.angels}
        columns = [said(f"sheet.column.{key}") for key in ("day", "from", "minutes", "sort", "angel")]
        rows = [_visit_line(month, row, names, said) for row in month.visits]
        _grid(paper, VISIT_WIDTHS, columns, rows, right=(2,))
        paper.ln(2)
        _sums(paper, month.sums, said, lambda one: said(f"desk.kind.{one.kind}"))
    else:
        paper.says(said("sheet.no_visits"), 10, after_mm=3)
    if month.at_site:
        paper.says(said("sheet.at_site"), 11, "B", after_mm=1)
        _sums(paper, month.at_site, said, lambda one: said(f"reports.visit.{one.kind}"))


def _visit_line(month: Month, row: Any, names: Mapping[str, str], said: Words) -> Sequence[str]:  # noqa: ANN401 -- as above
    start = local(row.start_ms, month.zone)
    counted = f"({row.minutes})" if row.void else str(row.minutes)
    who = names.get(row.person or "", "") if month.site else ""
    told = "; ".join(part for part in (who, beside(month, row, said)) if part)
    return [f"{start:%d/%m/%Y}", f"{start:%H:%M}", counted, said(f"desk.kind.{row.kind}"), told]


def _sums(paper: Paper, found: Sequence[Counted], said: Words, name: Callable[[Counted], str]) -> None:
    columns = [said(f"sheet.column.{key}") for key in ("sort", "number", "minutes")]
    rows = [[name(one), str(one.number), str(one.minutes)] for one in found]
    whole = (sum(one.number for one in found), sum(one.minutes for one in found))
    _grid(paper, SUM_WIDTHS, columns, [*rows, [said("sheet.whole"), *map(str, whole)]], right=(1, 2))
    paper.ln(3)


def _grid(
    paper: Paper, widths: Sequence[int], columns: Sequence[str], rows: Sequence[Sequence[str]], *, right: Sequence[int]
) -> None:
    paper.set_font(FONT, "", 9)
    align = ["RIGHT" if n in right else "LEFT" for n in range(len(widths))]
    whole = paper.w - paper.l_margin - paper.r_margin
    width = whole if sum(widths) > 150 else sum(widths) * 1.2
    with paper.table(
        col_widths=tuple(widths), width=width, align="LEFT", line_height=5, padding=1, text_align=align
    ) as grid:
        for row in (columns, *rows):
            grid.row(list(row))
    paper.ln(1)
