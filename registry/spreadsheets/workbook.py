"""A table as a workbook of one sheet: numbers as numbers, every other cell as text, whatever it begins with."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from io import BytesIO

import xlsxwriter

from registry.spreadsheets.cells import Written


def workbook(rows: Iterable[Sequence[Written]], name: str, widths: Sequence[int], made: datetime) -> bytes:
    """The workbook of a table whose first row are its columns; ``made`` is what it says of its own time."""
    file = BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        bold, sheet = book.add_format({"bold": True}), book.add_worksheet(name)
        book.set_properties({"created": made.replace(tzinfo=None)})
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        for n, row in enumerate(rows):
            for column, cell in enumerate(row):
                if isinstance(cell, int):
                    sheet.write_number(n, column, cell)
                else:
                    sheet.write_string(n, column, cell, bold if n == 0 else None)
        sheet.freeze_panes(1, 0)
    return file.getvalue()
