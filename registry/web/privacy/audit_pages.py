"""The audit trail: what was done, who looked at whom, by filters, page by page and as a file."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query, Response
from fastapi.responses import StreamingResponse
from sqlalchemy import Connection, Row, Select

from access.hours import local
from registry.api.paging import Cursor, Key, page_before
from registry.calendars.local_dates import dates_span
from registry.guard import looks
from registry.guard.areas import Area
from registry.guard.authority import Sites, sites_for
from registry.names import LAST_MS
from registry.people.enrolments import HOME_ZONE
from registry.spreadsheets.cells import Dialect, Written
from registry.spreadsheets.outgoing import written
from registry.tables import core as t
from registry.tables.accounts import act
from registry.web.asked import Asked, Looking
from registry.web.forms import DAY, Form
from registry.web.listing import latest
from registry.web.privacy import audit_rows
from registry.web.privacy.audit_rows import AUDIT, LOOKS, Filter, Line
from registry.web.privacy.audit_words import said, word
from registry.web.reaching import is_open, sites_where
from registry.web.sites import closures_rows
from registry.web.trail import Did

ZONE = ZoneInfo(HOME_ZONE)
AT_ONCE = 500
LOOKED = (looks.HISTORY, looks.STAYS, looks.ATTENDANCE, looks.PRESENCE, looks.EVENTS, looks.CONFLICTS)
FIELDS = ("author", "person", "kind", "site", "day")
Text = Annotated[str, Query(max_length=120)]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the trail: where it lies, what it needs, how it is asked, and how its rows are read."""

    path: str
    area: Area
    key: Key
    find: Callable[[Connection, Sites, Filter], Select[Any]]
    read: Callable[[Connection, Iterable[Row[Any]], Sites], Sequence[Line]]


ACTS = Part(AUDIT, Area.AUDIT, [act.c.at_ms, act.c.id], audit_rows.acts, audit_rows.lines_of_acts)
LOOKED_AT = Part(LOOKS, Area.LOOKS, [t.look.c.at_ms, t.look.c.id], audit_rows.looks, audit_rows.lines_of_looks)


def _typed(author: Text = "", person: Text = "", kind: Text = "", site: Text = "", day: Text = "") -> dict[str, str]:
    texts = (author, person, kind, site, day)
    return {name: text.strip() for name, text in zip(FIELDS, texts, strict=True)}


Typed = Annotated[dict[str, str], Depends(_typed)]
"""The filters as they were typed."""


def routes() -> APIRouter:
    """The pages of the trail, and its files."""
    router = APIRouter()

    @router.get(AUDIT)
    def acts(asked: Looking, typed: Typed, after: Cursor = None) -> Response:
        """What was done at the viewer's sites, the latest first."""
        return _page(asked, ACTS, typed, after)

    @router.get(LOOKS)
    def looked(asked: Looking, typed: Typed, after: Cursor = None) -> Response:
        """Who looked at the people of the viewer's sites, the latest first."""
        return _page(asked, LOOKED_AT, typed, after)

    @router.get(f"{AUDIT}/acts.csv")
    def acts_file(asked: Looking, typed: Typed) -> Response:
        """The same as a file."""
        return _file(asked, ACTS, typed)

    @router.get(f"{AUDIT}/looks.csv")
    def looks_file(asked: Looking, typed: Typed) -> Response:
        """The same as a file."""
        return _file(asked, LOOKED_AT, typed)

    return router


def _page(asked: Asked, part: Part, typed: dict[str, str], after: str | None) -> Response:
    sites, form = sites_where(asked, part.area), Form(asked.t, typed)
    wanted = _filter(asked, form)
    with asked.reading() as connection:
        query = part.find(connection, sites, wanted)
        found = latest(connection, query, part.key, after, part.path, typed)
        lines = [] if form.wrong else part.read(connection, found.rows, wanted.named)
        kinds = audit_rows.kinds(connection) if part is ACTS else LOOKED
        there = closures_rows.sites_of(connection, sites)
    table = "act" if part is ACTS else "look"
    return asked.page(
        "audit.html",
        status=422 if form.wrong else 200,
        listed=found,
        lines=lines,
        form=form,
        table=table,
        kinds=[("", asked.t("audit.any_kind")), *((one, word(asked.t, table, one)) for one in kinds)],
        sites=[("", asked.t("audit.any_site")), *((row.id, row.name) for row in there)],
        said=partial(said, asked.t, table),
        other=LOOKS if part is ACTS else AUDIT,
        file=f"{AUDIT}/{table}s.csv",
        opens=is_open(asked.viewer, Area.PEOPLE),
    )


def _filter(asked: Asked, form: Form) -> Filter:
    day = form.given("day", DAY)
    from_ms, until_ms = dates_span(day, day, ZONE)
    asks = {name: form.value(name) for name in FIELDS if name != "day"}
    named = sites_for(asked.viewer.authority, Area.PEOPLE)
    return Filter(**asks, from_ms=from_ms, until_ms=LAST_MS if until_ms is None else until_ms, named=named)


def _file(asked: Asked, part: Part, typed: dict[str, str]) -> Response:
    sites, form = sites_where(asked, part.area), Form(asked.t, typed)
    wanted = _filter(asked, form)
    if form.wrong:
        return _page(asked, part, typed, None)
    with asked.editing() as edit:
        asked.note(edit.connection, Did.FILE_TAKEN_OUT, part.path.strip("/"))
    lines = _lines(asked, part, sites, wanted)
    headers = {"Cache-Control": "no-store", "Content-Disposition": 'attachment; filename="audit.csv"'}
    parts = written(_rows(lines), Dialect.EXCEL)
    return StreamingResponse(parts, headers=headers, media_type="text/csv; charset=utf-8")


def _lines(asked: Asked, part: Part, sites: Sites, wanted: Filter) -> Iterator[Line]:
    """All of them, a page at a time: each is one short read."""
    cursor: str | None = None
    while True:
        with asked.reading() as connection:
            query = part.find(connection, sites, wanted)
            rows, cursor = page_before(connection, query, part.key, cursor, AT_ONCE)
            lines = part.read(connection, rows, wanted.named)
        yield from lines
        if cursor is None:
            return


def _rows(lines: Iterable[Line]) -> Iterator[Sequence[Written]]:
    """The columns go by a line's fields, in the trail's own words: a file is for programs and for years."""
    yield ["at", "author", "kind", "person", "name", "site", "what", "address"]
    for line in lines:
        at = local(line.at_ms, ZoneInfo("UTC")).isoformat(timespec="milliseconds")
        yield [at, *(value or "" for name, value in asdict(line).items() if name != "at_ms")]
