"""Bringing a file in: what it would do, line by line, and doing it wholly or not at all.

A rehearsal and the real run are the same edit; a rehearsal, and a run in which any line is refused, is undone.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from access.hours import local
from registry.api.answers import Answer
from registry.edit import Edit
from registry.guard.authority import Sites
from registry.problems import Kind, Problem
from registry.reasons import Reason, reason_of, why
from registry.spreadsheets.incoming import Entry, Note, Sheet, Zones

T = TypeVar("T")
MOST_ATTEMPTS = 2_000
"""So many enrolments, bookings or sessions does one file make or change; each is asked of the store by itself."""


class Does(StrEnum):
    """What a line does to the registry."""

    CREATE = "create"
    CHANGE = "change"
    SAME = "same"
    DROP = "drop"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a line does, to the entry of which id, and the fields that it changes; ``what`` names one of several."""

    line: int
    does: Does
    id: str | None = None
    changes: tuple[str, ...] = ()
    what: str = ""


@dataclass(slots=True)
class Report:
    """What comes of each line of a file; ``words`` are the file's own for an entry's fields."""

    words: Mapping[str, str] = field(default_factory=dict)
    outcomes: list[Outcome] = field(default_factory=list)
    mistakes: list[Note] = field(default_factory=list)
    warnings: list[Note] = field(default_factory=list)
    attempts: int = 0

    def will(self, line: int, does: Does, ident: str, changes: Iterable[str] = (), what: str = "") -> None:
        """Say what a line does."""
        changed = tuple(self.words.get(name, name) for name in changes)
        self.outcomes.append(Outcome(line, does, ident, changed, what))

    def refuse(self, line: int, fields: str, reason: Reason) -> None:
        """Say why a line cannot be used: of which field, "" for none of them."""
        self.mistakes.append(Note(line, self.words.get(fields, fields), reason))

    def body(self, kind: str, *, dry_run: bool) -> dict[str, Any]:
        """The report as JSON: every line with what it does, or why it is refused; ``file``: what is wrong with all."""
        reasons: dict[int | None, list[dict[str, Any]]] = defaultdict(list)
        for note in self.mistakes:
            reasons[note.line].append(_shown(note))
        refused = [Outcome(line, Does.REFUSE) for line in reasons if line is not None]
        rows = sorted([*refused, *(one for one in self.outcomes if one.line not in reasons)], key=lambda row: row.line)
        counts = Counter(row.does for row in rows)
        undone = dry_run or bool(self.mistakes)
        return {
            "of": kind,
            "dry_run": dry_run,
            "ok": not self.mistakes,
            "counts": {str(does): counts[does] for does in Does},
            "rows": [
                {
                    "line": row.line,
                    "does": str(row.does),
                    "id": None if row.does is Does.CREATE and undone else row.id,
                    "changes": [] if row.does is Does.CREATE else list(row.changes),
                    "what": row.what,
                    "reasons": reasons.get(row.line, []),
                }
                for row in rows
            ],
            "file": reasons.get(None, []),
            "warnings": [{"line": note.line, **_shown(note)} for note in self.warnings],
        }


def _shown(note: Note) -> dict[str, Any]:
    """A reason as JSON: its English sentence, and what a page says it by."""
    said = note.reason
    return {"column": note.column, "reason": str(said), "key": said.key, "values": dict(said.values)}


@dataclass(frozen=True, slots=True)
class Context:
    """What bringing in needs beside the file: time zones, the sites' credential keys, new ids, and who asks, for which
    ``sites`` (None: all).
    """

    zones: Zones
    keys: Mapping[str, bytes]
    new_id: Callable[[], str]
    operator: str
    sites: Sites = None

    def zone_of(self, site: str | None) -> ZoneInfo:
        """A site's time zone; that of what is of no site."""
        return self.zones.of_sites.get(site or "", self.zones.default)


def report_of(sheet: Sheet[T]) -> Report:
    """The report of a file as far as reading it goes."""
    return Report(sheet.words, [], list(sheet.mistakes), list(sheet.warnings))


def dated(start_ms: int, zone: ZoneInfo, title: str) -> str:
    """One of several in a report: its local day, and its title."""
    return f"{local(start_ms, zone).date().isoformat()} {title}".strip()


def once(report: Report, entries: Iterable[Entry[T]], key: Callable[[T], object], fields: str) -> list[Entry[T]]:
    """The entries whose key comes for the first time in the file; the others are refused. A key of None is nobody's."""
    first: dict[object, int] = {}
    kept = []
    for entry in entries:
        mine = key(entry.value)
        if mine is None or first.setdefault(mine, entry.line) == entry.line:
            kept.append(entry)
        else:
            report.refuse(
                entry.line,
                fields,
                why("line.same", "line {line} of this file says the same; leave one of them out.", line=first[mine]),
            )
    return kept


@dataclass(slots=True)
class Claims:
    """Which line of a file speaks of which entry, first; no other does."""

    report: Report
    lines: dict[object, int] = field(default_factory=dict)

    def claim(self, line: int, entry: object) -> bool:
        """Whether a line is the first to speak of an entry; otherwise it is refused."""
        first = self.lines.setdefault(entry, line)
        if first != line:
            self.report.refuse(
                line,
                "",
                why("line.speaks", "line {line} of this file speaks of the same; leave one of them out.", line=first),
            )
        return first == line


Bring = Callable[[Edit], Report]
"""Brings a file in as far as it can be, and reports."""


def rehearse(edit: Edit, kind: str, bring: Bring) -> Answer:
    """What a file would do; nothing is changed."""
    undone = edit.connection.begin_nested()
    report = bring(edit)
    undone.rollback()
    edit.news.clear()
    return Answer(200, report.body(kind, dry_run=True))


def perform(edit: Edit, kind: str, bring: Bring) -> Answer:
    """Bring a file in. Raises Problem, with the report, where any line is refused: then nothing of it is kept."""
    report = bring(edit)
    body = report.body(kind, dry_run=False)
    if report.mistakes:
        refused = body["counts"][Does.REFUSE]
        detail = (
            f"nothing was brought in; lines refused: {refused}; correct what `rows` and `file` name and send it again."
        )
        raise Problem(Kind.INVALID, detail, **body)
    return Answer(200, body)


def attempt(edit: Edit, report: Report, line: int, do: Callable[[], T]) -> T | None:
    """Do what the store may refuse; a refusal is the line's, and None. Bounded in number, for nobody else edits
    meanwhile.
    """
    report.attempts += 1
    if report.attempts > MOST_ATTEMPTS:
        if report.attempts == MOST_ATTEMPTS + 1:
            report.mistakes.append(
                Note(
                    None,
                    "",
                    why(
                        "file.attempts",
                        "a file makes at most {most} such entries; send it in parts.",
                        most=MOST_ATTEMPTS,
                    ),
                )
            )
        return None
    kept = edit.connection.begin_nested()
    try:
        made = do()
    except Problem as problem:
        kept.rollback()
        report.refuse(line, "", reason_of(problem, f"problem.{problem.kind.slug}"))
        return None
    kept.commit()
    return made
