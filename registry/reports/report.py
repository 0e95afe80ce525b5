"""A report as it is published: tables of figures, of which some are not said, and its form in the database (JSON)."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from access.disclosure import Key
from registry.reports.periods import Period, named


class Unsaid(StrEnum):
    """Why a figure is not said: it could tell of a few, or there is nothing to count."""

    FEW = "few"
    NONE = "none"


Figure = int | Unsaid


class Of(StrEnum):
    """What a row is of: one cell, several that are said only together, all of a site or of a programme, or all."""

    CELL = "cell"
    TOGETHER = "together"
    SITE = "site"
    PROGRAMME = "programme"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Row:
    """The cells that a row is of, and its figures under the table's columns."""

    of: Of
    cells: tuple[Key, ...]
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """``axes`` say what each part of a cell's key names; columns of ``minutes`` are times, the others are counts."""

    name: str
    axes: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[Row, ...]

    def is_time(self, column: int) -> bool:
        """Whether a column's figures are minutes."""
        return self.columns[column] in MINUTES


MINUTES = frozenset({"delivered", "attended", "given", "booked", "used", "visited"})
"""The columns whose figures are minutes."""


@dataclass(frozen=True, slots=True)
class Report:
    """A period's report: when it was made, the names of sites and programmes as they were then, and its tables."""

    period: Period
    made_ms: int
    names: Mapping[str, Mapping[str, str]]
    tables: tuple[Table, ...]


def to_json(report: Report) -> dict[str, Any]:
    """A report as it is kept."""
    tables = [
        {
            "name": table.name,
            "axes": list(table.axes),
            "columns": list(table.columns),
            "rows": [
                {"of": str(row.of), "cells": [list(key) for key in row.cells], "figures": list(row.figures)}
                for row in table.rows
            ],
        }
        for table in report.tables
    ]
    names = {axis: dict(some) for axis, some in report.names.items()}
    return {"period": report.period.name, "made_ms": report.made_ms, "names": names, "tables": tables}


def from_json(text: str) -> Report:
    """A report that was kept."""
    kept = json.loads(text)
    return Report(named(kept["period"]), kept["made_ms"], kept["names"], tuple(_table(one) for one in kept["tables"]))


def _table(kept: Mapping[str, Any]) -> Table:
    rows = tuple(
        Row(Of(row["of"]), tuple(tuple(key) for key in row["cells"]), tuple(_figure(one) for one in row["figures"]))
        for row in kept["rows"]
    )
    return Table(kept["name"], tuple(kept["axes"]), tuple(kept["columns"]), rows)


def _figure(kept: int | str) -> Figure:
    return Unsaid(kept) if isinstance(kept, str) else kept


def all_rows(table: Table) -> Sequence[tuple[frozenset[Key], str, Figure]]:
    """Every figure of a table with the cells that it sums and its column."""
    return [
        (frozenset(row.cells), column, figure)
        for row in table.rows
        for column, figure in zip(table.columns, row.figures, strict=True)
    ]
