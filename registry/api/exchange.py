"""Files in and out: CSV of people, badges, bookings and sessions, and calendars of closures.

An import says line by line what it does; a dry run says it and changes nothing. The file is the request's body, as it
is.
"""

from collections.abc import Callable
from enum import StrEnum
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from registry import identity
from registry.api.answers import Answer
from registry.api.desk import Desk, reads, writes
from registry.edit import Edit
from registry.exchange import badges as exchange_badges
from registry.exchange import bookings as exchange_bookings
from registry.exchange import closures as exchange_ical
from registry.exchange import ical_sessions as exchange_ical_sessions
from registry.exchange import out as exchange_out
from registry.exchange import people as exchange_people
from registry.exchange import sessions as exchange_sessions
from registry.exchange.bringing_in import Bring, Context, Report, perform, rehearse
from registry.exchange.ical_sessions import Meant
from registry.exchange.taking_out import taken_out
from registry.guard import whose
from registry.guard.areas import Area, Verb
from registry.guard.authority import at, sites_for
from registry.ical.incoming import CalendarRead, read_calendar
from registry.ical.lines import CalendarRefused
from registry.names import Id
from registry.problems import Kind, Problem
from registry.sites import sites
from registry.spreadsheets.cells import Dialect
from registry.spreadsheets.incoming import Sheet, read
from registry.spreadsheets.kinds import KINDS

router = APIRouter(prefix="/api/v1", tags=["exchange"])
IMPORTS: dict[str, Callable[[Edit, Context, Sheet[Any]], Report]] = {
    "people": exchange_people.bring,
    "badges": exchange_badges.bring,
    "bookings": exchange_bookings.bring,
    "sessions": exchange_sessions.bring,
}
DryRun = Annotated[bool, Query(description="Say what the file would do, and change nothing.")]


class Importable(StrEnum):
    """The kinds of file that can be brought in and taken out."""

    PEOPLE = "people"
    BADGES = "badges"
    BOOKINGS = "bookings"
    SESSIONS = "sessions"


class Into(StrEnum):
    """What a calendar's events become."""

    CLOSURES = "closures"
    SESSIONS = "sessions"


class ReasonShown(BaseModel):
    """Why a line cannot be used: the file's word for the column, "" for the line as a whole, and a sentence; its key
    and values are the same for a program that says it in another language.
    """

    column: str
    reason: str
    key: str
    values: dict[str, int | str]


class LineShown(BaseModel):
    """A line, as the spreadsheet numbers it, and what it does."""

    line: int
    does: str
    id: str | None
    changes: list[str]
    what: str
    reasons: list[ReasonShown]


class WarningShown(ReasonShown):
    """What is doubtful in a line, and done all the same."""

    line: int | None


class ImportShown(BaseModel):
    """What a file ``of`` a kind does or would do; ``file``: what is wrong with it as a whole."""

    of: str
    dry_run: bool
    ok: bool
    counts: dict[str, int]
    rows: list[LineShown]
    file: list[ReasonShown]
    warnings: list[WarningShown]


def _takes(media_type: str) -> dict[str, Any]:
    """The description of a body that is a file."""
    schema = {"type": "string", "format": "binary"}
    return {"requestBody": {"required": True, "content": {media_type: {"schema": schema}}}}


@router.post("/imports/{kind}", response_model=ImportShown, openapi_extra=_takes("text/csv"))
def bring_csv(
    desk: Annotated[Desk, writes(Area.EXCHANGE, whose.ROWS)],
    request: Request,
    kind: Importable,
    dry_run: DryRun = True,  # noqa: FBT002 -- a query's switch
) -> Response:
    """Bring in a CSV file, wholly or not at all; again, it changes nothing more. Lines of other sites are refused."""
    context = _context(desk)
    sheet = read(KINDS[kind], request.state.body, context.zones)
    return _brought(desk, str(kind), lambda edit: IMPORTS[kind](edit, context, sheet), dry_run=dry_run)


@router.post("/sites/{site}/imports/ical", response_model=ImportShown, openapi_extra=_takes("text/calendar"))
def bring_calendar(
    desk: Annotated[Desk, writes(Area.EXCHANGE, whose.SITE)],
    request: Request,
    site: Id,
    into: Into,
    dry_run: DryRun = True,  # noqa: FBT002 -- a query's switch
    programme: Annotated[Id | None, Query(description="Of sessions: their programme.")] = None,
    group: Annotated[list[Id] | None, Query(max_length=20, description="Of sessions: the cohorts and teams.")] = None,
    where: Annotated[Id | None, Query(description="Of sessions: their zone, desk or room; none: off the site.")] = None,
) -> Response:
    """Bring in an iCalendar file's occurrences from now on, two years at most; again, it changes nothing more."""
    context = _context(desk)
    with desk.reading() as connection:
        zone = ZoneInfo(sites.site(connection, site).timezone)
    found = _calendar(request.state.body, zone, desk.shared.settings.wall_ms())
    if into is Into.CLOSURES:
        return _brought(desk, str(into), lambda edit: exchange_ical.bring_closures(edit, site, found), dry_run=dry_run)
    if programme is None or not group:
        raise Problem(Kind.INVALID, "sessions are of a programme and for somebody; name `programme` and `group`.")
    with desk.reading() as connection:
        desk.check_groups(connection, group)
    meant = Meant(site, programme, tuple(sorted({*group})), where)
    return _brought(
        desk, str(into), lambda edit: exchange_ical_sessions.bring(edit, context, meant, found), dry_run=dry_run
    )


def _calendar(data: bytes, zone: ZoneInfo, from_ms: int) -> CalendarRead:
    try:
        return read_calendar(data, zone, from_ms, from_ms + exchange_ical.AHEAD_MS)
    except CalendarRefused as refused:
        raise Problem(Kind.INVALID, str(refused)) from None


def _context(desk: Desk) -> Context:
    with desk.reading() as connection:
        zones, there = exchange_out.zones(connection), sites.site_ids(connection)
    theirs = sites_for(desk.asked.authority, Area.EXCHANGE, Verb.WRITE)
    return Context(zones, desk.shared.keys.of_all(there), identity.new_id, desk.operator, theirs)


def _brought(desk: Desk, kind: str, bring: Bring, *, dry_run: bool) -> Response:
    def do(edit: Edit) -> Answer:
        return rehearse(edit, kind, bring) if dry_run else perform(edit, kind, bring)

    return desk.edit(do)


@router.get(
    "/exports/{kind}",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
)
def take_out(
    desk: Annotated[Desk, reads(Area.EXCHANGE, whose.ROWS)],
    kind: Importable,
    form: Annotated[Dialect, Query(alias="format", description="For Excel's double click, or plain.")] = Dialect.EXCEL,
    site: Annotated[Id | None, Query(description="Of this site alone.")] = None,
) -> Response:
    """Give a CSV file of everything of a kind, in pages as it is read; no UID, key or codice fiscale is in it."""
    if site is None and desk.sites is not None:
        raise Problem(Kind.NOT_YOURS, "you may take out one site's own; name it as `site`.")
    if site is not None:
        desk.check(at(site), "site")
    with desk.reading() as connection:
        if site is not None:
            sites.site(connection, site)
    return taken_out(desk.reading, kind, site, form, desk.shared.settings.wall_ms())
