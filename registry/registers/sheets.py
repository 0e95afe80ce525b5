"""A register as a table: CSV for Italian Excel or plain, and XLSX. No cell of either is a formula."""

from collections.abc import Iterator, Sequence
from zoneinfo import ZoneInfo

from access.hours import local
from access.register_fold import Line
from pages.languages import Words
from registry.registers.editions import Edition
from registry.registers.lines import Person, correction_of, how_of, people_of
from registry.spreadsheets.cells import Dialect, Plain, Written
from registry.spreadsheets.outgoing import written
from registry.spreadsheets.workbook import workbook

COLUMNS = (
    "number",
    "edition",
    "row",
    "session",
    "person",
    "entered",
    "left",
    "how",
    "corrects",
    "corrected_by",
    "author",
    "reason",
    "delivered",
    "recognised",
    "seal",
)
WIDTHS = (9, 9, 6, 28, 26, 17, 17, 22, 10, 12, 20, 32, 12, 12, 66)


def table(held: Edition, words: Words, moment: str) -> Iterator[Sequence[Written]]:
    """Its lines under their columns, a line for who was never there too; ``moment`` is how a time is written."""
    yield [words(f"paper.column.{name}") for name in COLUMNS]
    register = held.register
    opened, seal = register.opened, held.digest if register.sealed is not None else ""
    zone = ZoneInfo(opened.timezone)
    for one in people_of(held):
        for line in one.lines or (None,):
            yield [opened.number, held.number, *_line(one, line, words, zone, moment), seal]


def _line(one: Person, line: Line | None, words: Words, zone: ZoneInfo, moment: str) -> Sequence[Written]:
    title = f"{one.session.title} ({local(one.session.start_ms, zone):{moment}})"
    minutes = (one.have.delivered_minutes, one.have.recognised_minutes)
    if line is None:
        return ["", title, one.name, "", "", words("paper.how.nobody"), "", "", "", "", *minutes]
    said, word = line.said, correction_of(line)
    times = [Plain(f"{local(at_ms, zone):{moment}}") if said.to_ms else "" for at_ms in (said.from_ms, said.to_ms)]
    corrects, author, reason = (word.of or "", word.author_name, word.reason) if word is not None else ("", "", "")
    how = words(f"paper.how.{how_of(line)}")
    return [line.n, title, one.name, *times, how, corrects, line.by or "", author, reason, *minutes]


def csv(held: Edition, words: Words, dialect: Dialect) -> bytes:
    """A file of it for a spreadsheet's double click, or for programs."""
    moment = "%d/%m/%Y %H:%M" if dialect is Dialect.EXCEL else "%Y-%m-%dT%H:%M:%S%z"
    return b"".join(written(table(held, words, moment), dialect))


def xlsx(held: Edition, words: Words) -> bytes:
    """A workbook of it."""
    opened = held.register.opened
    made = local(opened.at_ms, ZoneInfo(opened.timezone))
    return workbook(table(held, words, "%d/%m/%Y %H:%M"), words("paper.sheet"), WIDTHS, made)
