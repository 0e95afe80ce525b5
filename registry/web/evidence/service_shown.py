"""What the pages of the Digital Angels' desk share: who may, which month, and one angel's month with its forms."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import Query, Response
from sqlalchemy import Connection

from access.clock import HOUR_MS, MINUTE_MS
from access.hours import local
from access.service import Ledger
from registry.attendance import service_month
from registry.attendance.desk_visits import KINDS, USUAL_MINUTES
from registry.attendance.service_month import Month
from registry.guard import asked as decided
from registry.guard import looks, whose
from registry.guard.areas import Area, Verb
from registry.people.enrolments import HOME_ZONE
from registry.registers import service_paper, service_sheets
from registry.web.asked import Asked
from registry.web.forms import WHOLE, Form, shown_moment

SERVICE, SHEETS = "/service", "/service-sheets"
ROME = ZoneInfo(HOME_ZONE)
FIRST_YEAR, LAST_YEAR = 2000, 2100
MonthAsked = Annotated[str, Query(max_length=7, alias="month")]
QUARTER_MS = 15 * MINUTE_MS


@dataclass(frozen=True, slots=True)
class Chosen:
    """A month, as an address names it (``2026-11``)."""

    year: int
    number: int

    @property
    def path(self) -> str:
        """As an address names it."""
        return f"{self.year}-{self.number:02}"

    @property
    def day(self) -> date:
        """Its first day."""
        return date(self.year, self.number, 1)

    def moved(self, by: int) -> "Chosen":
        """So many months later."""
        months = self.year * 12 + self.number - 1 + by
        return Chosen(months // 12, months % 12 + 1)


def chosen(asked: Asked, month: str) -> Chosen:
    """The month that an address names; this one where it names none that can be."""
    year, _, number = month.partition("-")
    if year.isdecimal() and number.isdecimal() and FIRST_YEAR <= int(year) <= LAST_YEAR and 1 <= int(number) <= 12:
        return Chosen(int(year), int(number))
    today = local(asked.at_ms, ROME)
    return Chosen(today.year, today.month)


def check(asked: Asked, connection: Connection, person: str, verb: Verb = Verb.READ, area: Area = Area.SERVICE) -> None:
    """A person's hours may be read or written; one's own too. Raises NotYours or Problem."""
    asked.need(asked.viewer.may(area, verb))
    decided.check(asked.viewer.authority, area, verb, whose.person(connection, person), "person")


def writes(asked: Asked, connection: Connection, person: str, area: Area = Area.SERVICE) -> bool:
    """Whether they may be written."""
    return asked.viewer.may(area, Verb.WRITE, whose.person(connection, person))


def ledgers(asked: Asked) -> list[tuple[str, str]]:
    """The two ledgers, and what they are called."""
    return [(str(one), asked.t(f"service.ledger.{one}")) for one in Ledger]


def kinds(asked: Asked) -> list[tuple[str, str]]:
    """What citizens are helped with."""
    return [(one, asked.t(f"desk.kind.{one}")) for one in KINDS]


def minutes_of(asked: Asked) -> list[tuple[str, str]]:
    """How long a visit usually is."""
    return [(str(one), asked.t("service.minutes", minutes=one)) for one in USUAL_MINUTES]


def shown(asked: Asked, person: str, month: Chosen, hours: Form | None = None, visit: Form | None = None) -> Response:
    """One angel's month, with the forms of hours and of a visit; that they were looked at is noted."""
    with asked.face.shared.database.write() as connection:
        check(asked, connection, person)
        found = service_month.of_person(connection, person, month.year, month.number)
        others = {person} - {asked.viewer.person}
        looks.note(connection, asked.viewer.account, others, looks.SERVICE, asked.at_ms)
        may, owes = writes(asked, connection, person), writes(asked, connection, person, Area.ROLES)
    hours = hours or Form(asked.t, _usual(found, asked.at_ms))
    visit = visit or Form(asked.t, {})
    whole = hours.says(WHOLE) or visit.says(WHOLE)
    wrong = bool(hours.wrong or visit.wrong)
    return asked.page(
        "service_one.html",
        status=422 if wrong else 200,
        angel=found.angels[0],
        month=found,
        chosen=month,
        beside=service_paper.beside,
        hours=hours,
        visit=visit,
        whole=whole,
        detail=hours.detail or visit.detail,
        ledgers=ledgers(asked),
        kinds=kinds(asked),
        minutes=minutes_of(asked),
        sites=list(found.names.items()),
        papers=tuple(service_sheets.FORMS),
        writes=may and bool(found.names),
        owes=owes,
    )


def _usual(month: Month, at_ms: int) -> dict[str, str]:
    """What a form of hours begins with: until now, from the last end of today or an hour ago."""
    now = at_ms - at_ms % QUARTER_MS
    today = local(now, month.zone).date()
    entries = [row for row in month.angels[0].entries if not row.void]
    ends = [row.end_ms for row in entries if local(row.end_ms, month.zone).date() == today and row.end_ms < now]
    start = max(ends, default=now - HOUR_MS)
    return {"start": shown_moment(start, month.zone), "end": shown_moment(now, month.zone)}
