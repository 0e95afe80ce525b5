"""A report as tables for spreadsheets: CSV for Italian Excel or plain, and XLSX. No cell of either is a formula."""

from collections.abc import Iterator, Sequence
from io import BytesIO

import xlsxwriter

from access.hours import local
from pages.languages import Words
from registry.reports import labels
from registry.reports.periods import ZONE
from registry.reports.report import Report, Row, Table, Unsaid
from registry.spreadsheets.cells import Dialect, Plain, Written
from registry.spreadsheets.outgoing import written

LONG = ("table", "row", "column", "figure", "unit")
"""The columns of the CSV: a line for each figure, which any program can sort and choose from."""
NARROW, WIDE = 14, 44


def csv(report: Report, words: Words, dialect: Dialect) -> bytes:
    """A line for each figure; what is not said is an empty cell, and why stands beside it."""
    return b"".join(written(_lines(report, words, dialect), dialect))


def _lines(report: Report, words: Words, dialect: Dialect) -> Iterator[Sequence[Written]]:
    yield [words("reports.sheet.period"), *(words(f"reports.sheet.{name}") for name in LONG)]
    period = labels.period(words, report.period)
    for table in report.tables:
        for row in table.rows:
            of = labels.row(words, report, table, row)
            for number, name in enumerate(table.columns):
                value = _cell(table, row, number, dialect)
                unit = _unit(words, table, row, number)
                yield [period, words(f"reports.table.{table.name}"), of, labels.column(words, name), value, unit]


def _cell(table: Table, row: Row, column: int, dialect: Dialect) -> Written:
    value = row.figures[column]
    if isinstance(value, Unsaid):
        return ""
    if not table.is_time(column):
        return value
    text = f"{value / 60:.2f}"
    return Plain(text.replace(".", ",") if dialect is Dialect.EXCEL else text)


def _unit(words: Words, table: Table, row: Row, column: int) -> str:
    value = row.figures[column]
    if isinstance(value, Unsaid):
        return words(f"reports.unsaid.{value}")
    return words("reports.unit.hours" if table.is_time(column) else "reports.unit.count")


def xlsx(report: Report, words: Words) -> bytes:
    """A workbook with a sheet for each table: numbers as numbers, every other cell as text."""
    made = BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        bold = book.add_format({"bold": True, "text_wrap": True})
        hours = book.add_format({"num_format": "0.00"})
        book.set_properties({"created": local(report.made_ms, ZONE).replace(tzinfo=None)})
        for table in report.tables:
            sheet = book.add_worksheet(words(f"reports.sheet.{table.name}"))
            sheet.set_column(0, 0, WIDE)
            sheet.set_column(1, len(table.columns), NARROW)
            sheet.write_string(0, 0, labels.period(words, report.period), bold)
            for number, name in enumerate(table.columns, 1):
                sheet.write_string(0, number, labels.column(words, name), bold)
            for line, row in enumerate(table.rows, 1):
                sheet.write_string(line, 0, labels.row(words, report, table, row))
                for number, value in enumerate(row.figures):
                    if isinstance(value, Unsaid):
                        sheet.write_string(line, number + 1, labels.UNSAID_SIGNS[value])
                    elif table.is_time(number):
                        sheet.write_number(line, number + 1, round(value / 60, 2), hours)
                    else:
                        sheet.write_number(line, number + 1, value)
            sheet.freeze_panes(1, 1)
    return made.getvalue()
