"""A participant's form of a booking: a span that was tapped, or hours that were typed, once or weekly."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import Response
from sqlalchemy import Connection

from access.hours import local
from access.spans import Span
from registry import identity
from registry.bookings import bookings, series
from registry.edit import Edit
from registry.guard.authority import Authority
from registry.names import is_id
from registry.own import bookings as own_bookings
from registry.problems import Kind, Problem
from registry.web.asked import Asked
from registry.web.participant import refused, shown, times
from registry.web.participant.own import BOOK, Did

WEEKS = (1, 2, 4, 6, 8)
"""How often a booking can be repeated, one week after another."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """Why nothing was booked: a sentence in all, or one beside a field, and what would go instead: other times of the
    same place (the value of a button, how it reads), other places at the same time (path, name), or waiting (a value).
    """

    status: int = 422
    sentence: str = ""
    beside: Mapping[str, str] = field(default_factory=dict)
    instead: tuple[tuple[str, str], ...] = ()
    others: tuple[tuple[str, str], ...] = ()
    failed: tuple[str, ...] = ()
    wait: str = ""
    waits: str = ""


NOTHING = Wrong(200)


@dataclass(frozen=True, slots=True)
class Form:
    """A form that could be read: when, for which team ("": oneself), how many weeks, whether some may fail."""

    span: Span
    team: str
    weeks: int
    skip: bool


def teams(connection: Connection, own: Authority) -> dict[str, str]:
    """The teams that one can book for, by id."""
    return own_bookings.group_names(connection, own.teams)


def book(asked: Asked, site: str, resource: str) -> Response | Wrong:
    """Book as the form says, and look at what was booked."""
    with asked.reading() as connection:
        zone = shown.places(connection, [site]).zone(site)
    form = _read(asked, zone)
    if isinstance(form, Wrong):
        return form
    ident = identity.new_id()
    try:
        with asked.editing() as edit:
            first = _booked(asked, edit, site, resource, ident, form, zone)
            asked.note(edit.connection, Did.BOOKED, first, person=asked.viewer.person, site=site)
    except Problem as problem:
        if problem.kind is Kind.NOT_FOUND:
            raise
        return _wrong(asked, site, form, problem, zone)
    return asked.see(f"{shown.BOOKINGS}/{site}/{first}", "success", asked.t("me.done.booked"))


def _read(asked: Asked, zone: ZoneInfo) -> Form | Wrong:
    fields, words = asked.fields, asked.t
    if "span" in fields:
        span = tapped(fields["span"])
        beside = {} if span is not None else {"from": words("me.wrong.time")}
    else:
        span, beside = _typed(asked, zone)
    team = fields.get("team", "")
    if team and team not in asked.viewer.authority.teams:
        beside["team"] = words("me.wrong.team")
    weeks = fields.get("weeks", "1")
    if weeks not in {str(one) for one in WEEKS}:
        beside["weeks"] = words("me.wrong.weeks")
    if span is None or beside:
        return Wrong(beside=beside)
    return Form(Span(max(span.start_ms, asked.at_ms), span.end_ms), team, int(weeks), "skip" in fields)


def _typed(asked: Asked, zone: ZoneInfo) -> tuple[Span | None, dict[str, str]]:
    """The span that was typed, or what is wrong beside which field."""
    fields, words = asked.fields, asked.t
    day = times.read_day(fields.get("day", ""))
    first, last = (times.read_time(fields.get(name, "")) for name in ("from", "until"))
    asked_for = {"day": (day, "me.wrong.day"), "from": (first, "me.wrong.time"), "until": (last, "me.wrong.time")}
    wrong = {name: words(key) for name, (value, key) in asked_for.items() if value is None}
    if day is None or first is None or last is None:
        return None, wrong
    end_ms = times.within(day, zone).end_ms if last == time() else times.moment(day, last, zone)
    span = Span(times.moment(day, first, zone), end_ms)
    if span.end_ms <= span.start_ms:
        return None, {"until": words("me.wrong.order")}
    return (None, {"until": words("me.wrong.past")}) if span.end_ms <= asked.at_ms else (span, {})


def tapped(text: str) -> Span | None:
    """The span that a button stands for: its two moments in Unix ms with a hyphen between; None for what is none."""
    first, _, last = text.partition("-")
    if len(text) > 40 or not all(one.isascii() and one.isdecimal() for one in (first, last)):
        return None
    return Span(int(first), int(last))


def _booked(asked: Asked, edit: Edit, site: str, resource: str, ident: str, form: Form, zone: ZoneInfo) -> str:
    """Book once or weekly; the id of the first booking."""
    person = "" if form.team else asked.viewer.person or ""
    if form.span.end_ms <= asked.at_ms:
        raise Problem(Kind.INVALID, "this time is over; choose one to come.")
    if form.weeks == 1:
        start_ms, end_ms = form.span.start_ms, form.span.end_ms
        wanted = bookings.Wanted(resource, person, start_ms, end_ms, form.team, made_by=asked.viewer.account)
        return bookings.book(edit, site, ident, wanted).id
    start = local(form.span.start_ms, zone).replace(tzinfo=None, microsecond=0)
    length_ms = form.span.end_ms - form.span.start_ms
    rule = f"FREQ=WEEKLY;COUNT={form.weeks}"
    weekly = series.NewSeries(
        resource, person, form.team, start, length_ms, rule, skip=form.skip, made_by=asked.viewer.account
    )
    return series.make(edit, site, ident, weekly).bookings[0]


def _wrong(asked: Asked, site: str, form: Form, problem: Problem, zone: ZoneInfo) -> Wrong:
    words = asked.t
    instead = [span for span in refused.spans(problem, "nearest") if span.end_ms > asked.at_ms]
    value = f"{form.span.start_ms}-{form.span.end_ms}"
    can_wait = problem.kind is Kind.BOOKING_CONFLICT and form.weeks == 1 and not form.team
    day = local(form.span.start_ms, zone).date().isoformat()
    return Wrong(
        problem.kind.status,
        refused.told(words, problem),
        instead=tuple((f"{one.start_ms}-{one.end_ms}", refused.reads(words, one, zone)) for one in instead),
        others=tuple(_others(asked, site, problem, day)),
        failed=tuple(refused.reads(words, span, zone) for span in refused.spans(problem, "refused")),
        wait=value if can_wait else "",
        waits=refused.reads(words, form.span, zone),
    )


def _others(asked: Asked, site: str, problem: Problem, day: str) -> list[tuple[str, str]]:
    """The places that are free at that time, with their names."""
    found: Any = problem.members.get("others")
    idents = [ident for ident in found or () if is_id(ident)]
    if not idents:
        return []
    with asked.reading() as connection:
        named = shown.places(connection, [site])
    return [(f"{BOOK}/{site}/{ident}?day={day}", named.resource(site, ident)) for ident in idents]
