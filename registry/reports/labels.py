"""What the parts of a report are called: periods, rows, columns and figures, in a reader's language."""

from pages.languages import Words
from registry.reports.periods import Period
from registry.reports.report import Of, Report, Row, Table, Unsaid

UNSAID_SIGNS = {Unsaid.FEW: "•", Unsaid.NONE: "–"}
"""How a figure that is not said is written where there is no room for words."""


def period(words: Words, of: Period) -> str:
    """A quarter or a year."""
    return words(f"reports.quarter.{of.quarter}", year=of.year) if of.quarter else words("reports.year", year=of.year)


def row(words: Words, report: Report, table: Table, of: Row) -> str:
    """What a row is of."""
    cells = [tuple(_part(words, report, *pair) for pair in zip(table.axes, key, strict=True)) for key in of.cells]
    match of.of:
        case Of.CELL:
            return " · ".join(cells[0])
        case Of.TOGETHER:
            return words("reports.together", parts="; ".join(" · ".join(parts) for parts in cells))
        case Of.SITE | Of.PROGRAMME:
            return words("reports.whole", name=cells[0][0 if of.of is Of.SITE else 1])
        case Of.ALL:
            return words("reports.all")


def _part(words: Words, report: Report, axis: str, name: str) -> str:
    return report.names[axis].get(name, name) if axis in report.names else words(f"reports.{axis}.{name}")


def column(words: Words, name: str) -> str:
    """What a column counts."""
    return words(f"reports.column.{name}")


def figure(words: Words, table: Table, of: Row, column: int) -> str:
    """A figure as it is written; a time in hours."""
    value = of.figures[column]
    if isinstance(value, Unsaid):
        return UNSAID_SIGNS[value]
    return words.figure(round(value / 60, 2) if table.is_time(column) else value)
