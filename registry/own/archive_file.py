"""The archive of a person's data as a file: a page to be read, a table for each kind, and all of it as JSON."""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined

from access.hours import local
from pages.languages import Words
from registry.own.archive import LEFT_OUT, Rows
from registry.people.enrolments import HOME_ZONE
from registry.spreadsheets.cells import Dialect, Written
from registry.spreadsheets.outgoing import written

PAGE, DATA, NAME = "index.html", "data.json", "hubout.zip"
_ZONE = ZoneInfo(HOME_ZONE)
TEMPLATES = ("registry.web", "templates")


@cache
def _look() -> Environment:
    """The page is a file of its own, and needs nothing of what the centre's pages share."""
    return Environment(
        loader=PackageLoader(*TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def as_json(tables: Mapping[str, Rows], at_ms: int) -> str:
    """All of it, as programs read it."""
    return json.dumps({"made_ms": at_ms, "tables": tables}, ensure_ascii=False, indent=1)


def zipped(tables: Mapping[str, Rows], words: Words, at_ms: int) -> bytes:
    """The archive."""
    made, buffer = local(at_ms, _ZONE), BytesIO()
    files = {PAGE: _page(tables, words, at_ms).encode(), DATA: as_json(tables, at_ms).encode()}
    files |= {f"csv/{name}.csv": b"".join(_csv(rows)) for name, rows in tables.items() if rows}
    with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(ZipInfo(name, made.timetuple()[:6]), content, ZIP_DEFLATED)
    return buffer.getvalue()


def _columns(rows: Rows) -> list[str]:
    """The columns that any of these rows has, in the order in which they first come."""
    return list(dict.fromkeys(name for row in rows for name in row))


def _csv(rows: Rows) -> Iterator[bytes]:
    columns = _columns(rows)
    lines: list[Sequence[Written]] = [columns, *([_plain(row.get(name), name) for name in columns] for row in rows)]
    return written(lines, Dialect.CSV)


def _plain(value: Any, name: str) -> str | int:  # noqa: ANN401 -- whatever a column holds
    """A value as a program reads it: moments in ISO 8601, at the hour of the place."""
    if isinstance(value, int) and not isinstance(value, bool) and not name.endswith("_ms"):
        return value
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return local(value, _ZONE).isoformat(timespec="seconds")
    return "" if value is None else str(value)


def _page(tables: Mapping[str, Rows], words: Words, at_ms: int) -> str:
    told = [(name, _named(rows, words), _shown(rows, words)) for name, rows in tables.items() if rows]
    empty = [name for name, rows in tables.items() if not rows]
    left = [(name, said(words.language)) for name, said in LEFT_OUT.items()]
    made = local(at_ms, _ZONE)
    when = words("time.other_day", day=words.date(made.date()), hour=words.hour(made))
    return _look().get_template("archive.html").render(t=words, told=told, empty=empty, left=left, when=when)


def _named(rows: Rows, words: Words) -> list[str]:
    return [words.get(f"archive.column.{name}", name) for name in _columns(rows)]


def _shown(rows: Rows, words: Words) -> list[list[str]]:
    columns = _columns(rows)
    return [[_text(row.get(name), name, words) for name in columns] for row in rows]


def _text(value: Any, name: str, words: Words) -> str:  # noqa: ANN401 -- as above
    """A value as people read it."""
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return words("archive.yes" if value else "archive.no")
    if isinstance(value, int) and name.endswith("_ms") and value > 0:
        at = local(value, _ZONE)
        return words("time.other_day", day=words.date(at.date()), hour=words.hour(at))
    return str(value)
