"""What goes when the accounts of a programme are closed, told before that is saved (P4, ADR 39)."""

from datetime import date

from sqlalchemy import ColumnElement, Table, func, select

from access.hours import local
from access.retention import REGISTER
from registry.reports.periods import ZONE
from registry.tables import core as t
from registry.web.asked import Asked

_R, _C = t.register.c, t.certificate.c
Facts = tuple[tuple[str, str], ...]


def erased(asked: Asked, ident: str, closed_on: str) -> Facts:
    """What is erased of a programme whose accounts are closed on a day (ISO), and from when on."""
    registers = _told(asked, t.register, _R.until_ms, _R.programme == ident, closed_on)
    certificates = _told(asked, t.certificate, _C.at_ms, (_C.programme == ident) & _C.person.is_not(None), closed_on)
    people = asked.t("programmes.erased.people", day=_day(asked, closed_on))
    said = {"registers": registers, "certificates": certificates, "stays": people}
    return tuple((asked.t(f"programmes.erased.{name}"), what) for name, what in said.items())


def _told(asked: Asked, table: Table, over: ColumnElement[int], which: ColumnElement[bool], closed_on: str) -> str:
    with asked.reading() as connection:
        number, first_ms = connection.execute(
            select(func.count(), func.min(over)).select_from(table).where(which)
        ).one()
    if first_ms is None:
        return asked.t("programmes.erased.none")
    first = local(first_ms + REGISTER.period_ms, ZONE).date().isoformat()
    return asked.t("programmes.erased.count", number=asked.t.figure(number), day=_day(asked, max(first, closed_on)))


def _day(asked: Asked, iso: str) -> str:
    return asked.t.date(date.fromisoformat(iso))
