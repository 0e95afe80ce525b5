"""A participant's bookings: those to come and those past, what they wait for, and what can be done with each."""

from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Response

from access.clock import DAY_MS, MINUTE_MS
from access.hours import local
from registry import identity
from registry.bookings import bookings
from registry.bookings.rows import Line
from registry.guard.areas import Verb
from registry.guard.authority import is_own
from registry.names import Id
from registry.own import bookings as own_bookings
from registry.own import places as own_places
from registry.problems import Kind, Problem
from registry.web.asked import Asked, Looking, Sending
from registry.web.participant import shown
from registry.web.participant.own import Did, person_of, settle
from registry.web.participant.refused import told
from registry.web.participant.shown import BOOKINGS

PAST_MS = 30 * DAY_MS
PAST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Waits:
    """A place in line in words; ``path`` leads to what can be done with it."""

    path: str
    site: str
    what: str
    day: str
    hours: str


def routes() -> APIRouter:
    """One's bookings, and each of them."""
    router = APIRouter()
    one = f"{BOOKINGS}/{{site}}/{{booking}}"

    @router.get(BOOKINGS)
    def mine(asked: Looking) -> Response:
        """All of them."""
        return _all(asked)

    @router.get(one)
    def booking(asked: Looking, site: Id, booking: Id) -> Response:
        """One of them."""
        person_of(asked)
        settle(asked)
        return _page(asked, site, booking)

    @router.post(f"{one}/cancel")
    def cancel(asked: Sending, site: Id, booking: Id) -> Response:
        """Take it back; it can be booked again as long as nobody else has it."""
        return _done(asked, site, booking, Did.CANCELLED)

    @router.post(f"{one}/longer")
    def longer(asked: Sending, site: Id, booking: Id) -> Response:
        """Prolong it by one of the lengths that are offered."""
        return _done(asked, site, booking, Did.CHANGED, _minutes(asked))

    @router.post(f"{one}/end")
    def end(asked: Sending, site: Id, booking: Id) -> Response:
        """End it now: its place is free for others."""
        return _done(asked, site, booking, Did.CHANGED, 0)

    @router.post(f"{one}/again")
    def again(asked: Sending, site: Id, booking: Id) -> Response:
        """Book what was cancelled again."""
        return _again(asked, site, booking)

    return router


def _minutes(asked: Asked) -> int:
    chosen = asked.fields.get("minutes", "")
    known = {str(minutes): minutes for minutes in own_places.LONGER_BY_MINUTES}
    if chosen not in known:
        raise Problem(Kind.INVALID, "choose one of the lengths that are offered.")
    return known[chosen]


def _all(asked: Asked) -> Response:
    person_of(asked)
    settle(asked)
    own = asked.viewer.authority
    with asked.reading() as connection:
        lines = own_bookings.ending_after(connection, own, asked.at_ms - PAST_MS)
        found = shown.seen(connection, asked.t, lines, asked.at_ms)
        rows = [row for row in own_bookings.in_line(connection, own, asked.at_ms) if row.state == "waiting"]
        named = shown.places(connection, (row.site for row in rows))
    gone = ("cancelled", "missed", "ended", "lapsed")
    coming = [one for one in found if one.line["end_ms"] > asked.at_ms and one.state not in gone]
    past = [one for one in found if one not in coming][::-1][:PAST_SHOWN]
    return asked.page("me_bookings.html", coming=coming, past=past, waits=[_waits(asked, named, row) for row in rows])


def _waits(asked: Asked, named: shown.Places, row: Any) -> Waits:  # noqa: ANN401 -- a row of the waiting list
    zone = named.zone(row.site)
    return Waits(
        f"/me/waiting/{row.site}/{row.id}",
        named.site(row.site),
        named.resource(row.site, row.resource or row.zone),
        asked.t.date(local(row.start_ms, zone).date()),
        shown.hours(asked.t, row.start_ms, row.end_ms, zone),
    )


def _page(asked: Asked, site: str, ident: str, status: int = 200, wrong: str = "") -> Response:
    own = asked.viewer.authority
    with asked.reading() as connection:
        line = own_bookings.one(connection, own, site, ident)
        (found,) = shown.seen(connection, asked.t, [line], asked.at_ms)
        live = line["state"] in {"booked", "pending"} and line["end_ms"] > asked.at_ms
        longer = own_places.longer(connection, line, asked.at_ms) if live else []
    mine = is_own(own, Verb.WRITE, own_bookings.of(line))
    began = line["start_ms"] <= asked.at_ms
    may = {
        "cancel": mine and live and line["checked_in_ms"] is None,
        "end": mine and live and began,
        "longer": longer if mine else [],
        "again": mine and line["state"] == "cancelled" and line["end_ms"] > asked.at_ms,
        "series": mine and line["series"] is not None,
        "answer": mine and found.state == "offered",
    }
    return asked.page("me_booking.html", status=status, one=found, may=may, wrong=wrong)


def _done(asked: Asked, site: str, ident: str, did: Did, minutes: int | None = None) -> Response:
    """Cancel a booking, or put its end elsewhere (0: to now); a refusal is said on its page."""
    person_of(asked)
    settle(asked)
    try:
        with asked.editing() as edit:
            line = own_bookings.one(edit.connection, asked.viewer.authority, site, ident, Verb.WRITE)
            if minutes is None:
                bookings.cancel(edit, site, ident)
            else:
                end_ms = line["end_ms"] + minutes * MINUTE_MS if minutes else asked.at_ms
                bookings.change(edit, site, ident, bookings.Change(end_ms=end_ms))
            asked.note(edit.connection, did, ident, person=asked.viewer.person, site=site)
    except Problem as problem:
        return _refused(asked, site, ident, problem)
    key = "cancelled" if minutes is None else "longer" if minutes else "ended"
    return asked.see(f"{BOOKINGS}/{site}/{ident}", "success", asked.t(f"me.done.{key}"))


def _again(asked: Asked, site: str, ident: str) -> Response:
    person_of(asked)
    settle(asked)
    new = identity.new_id()
    try:
        with asked.editing() as edit:
            line = own_bookings.one(edit.connection, asked.viewer.authority, site, ident, Verb.WRITE)
            bookings.book(edit, site, new, wanted_again(asked, line))
            asked.note(edit.connection, Did.BOOKED, new, person=asked.viewer.person, site=site)
    except Problem as problem:
        return _refused(asked, site, ident, problem)
    return asked.see(f"{BOOKINGS}/{site}/{new}", "success", asked.t("me.done.again"))


def wanted_again(asked: Asked, line: Line) -> bookings.Wanted:
    """What was cancelled, as it is wanted again. Raises Problem for what was not, and for what is over."""
    if line["state"] != "cancelled" or line["end_ms"] <= asked.at_ms:
        raise Problem(Kind.OUT_OF_TURN, "only what was cancelled and is to come can be booked again.")
    return bookings.Wanted(
        line["resource"],
        line["person"] or "",
        max(line["start_ms"], asked.at_ms),
        line["end_ms"],
        line["group_id"] or "",
        places=line["places"],
        made_by=asked.viewer.account,
    )


def _refused(asked: Asked, site: str, ident: str, problem: Problem) -> Response:
    """The booking's page with why not; where it is not one's own, there is no such page."""
    return _page(asked, site, ident, problem.kind.status, told(asked.t, problem))
