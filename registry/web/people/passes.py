"""Passes of a site: rights between two moments, on some days and hours, as forms give them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select

from access.records import DAY_MINUTES, PassKind
from pages.languages import Words
from registry.edit import Edit
from registry.guard.areas import Area, Verb
from registry.guard.authority import Sites, at
from registry.people import passes
from registry.people.passes import Wanted
from registry.tables import core as t
from registry.web.forms import Form, shown_minute, shown_moment
from registry.web.people import held
from registry.web.people.held import Asks, Choices, Ground
from registry.web.people.zones import ZoneNames
from registry.web.reaching import check_site
from registry.web.viewer import Viewer

KINDS = (PassKind.GUEST, PassKind.DUTY)
"""Those that staff give; a role's own come by the role."""
WEEKDAYS = range(7)


@dataclass(frozen=True, slots=True)
class AtSite:
    """A pass, and the site that gives it."""

    site: str
    wanted: Wanted


class Passes:
    """A guest's pass, or an Angel's duty."""

    name, area = "pass", Area.RIGHTS

    def rows(self, connection: Connection, person: str, sites: Sites, at_ms: int) -> Sequence[Row[Any]]:
        """As ``Holding``."""
        c = t.pass_.c
        query = select(t.pass_, t.site.c.name.label("site_name")).join(t.site, t.site.c.id == c.site)
        query = query.where(c.person == person, c.end_ms > at_ms, held.here(c.site, sites))
        return connection.execute(query.order_by(c.start_ms, c.site, c.id)).all()

    def key(self, row: Row[Any]) -> str:
        """As ``Holding``: a site's own id."""
        return f"{row.site}.{row.id}"

    def says(self, row: Row[Any], t: Words, zones: ZoneNames) -> str:
        """As ``Holding``."""
        days = ", ".join(_day(t, int(day)) for day in row.weekdays.split())
        hours = f"{shown_minute(row.from_minute) or '00:00'}–{shown_minute(row.to_minute) or '24:00'}"
        when = "" if (row.from_minute, row.to_minute) == (0, DAY_MINUTES) and not days else f"; {days} {hours}"
        return f"{t(f'held.pass_kind.{row.kind}')}, {row.site_name}{zones.said(row.zones, row.site)}{when}"

    def span(self, row: Row[Any]) -> tuple[int, int | None]:
        """As ``Holding``."""
        return row.start_ms, row.end_ms

    def may(self, viewer: Viewer, row: Row[Any]) -> bool:
        """As ``Holding``."""
        return viewer.may(Area.RIGHTS, Verb.WRITE, at(row.site))

    def check(self, ground: Ground, row: Row[Any] | None) -> None:
        """As ``Holding``."""
        if row is not None:
            check_site(ground.asked, row.site, Area.RIGHTS, Verb.WRITE)

    def asks(self, ground: Ground, row: Row[Any] | None) -> Sequence[Asks]:
        """As ``Holding``; its site stays."""
        where = (Asks("site", "choice", ground.site_choices),) if row is None else ()
        days = [(str(day), _day(ground.asked.t, day)) for day in WEEKDAYS]
        return (
            *where,
            Asks("kind", "choice", _kinds(ground, row)),
            held.zone_boxes(ground, "zones", row.zones if row is not None else ""),
            Asks("start", "moment", needed=True),
            Asks("end", "moment", needed=True),
            Asks("weekdays", "boxes", days),
            Asks("from_minute", "minute"),
            Asks("to_minute", "minute"),
        )

    def typed(self, ground: Ground, row: Row[Any] | None) -> dict[str, str]:
        """As ``Holding``."""
        if row is None:
            return {}
        zone = ground.zone_of(row.site)
        return {
            "kind": row.kind,
            "start": shown_moment(row.start_ms, zone),
            "end": shown_moment(row.end_ms, zone),
            "from_minute": shown_minute(row.from_minute),
            "to_minute": shown_minute(row.to_minute),
            **held.ticked("zones", row.zones),
            **held.ticked("weekdays", row.weekdays),
        }

    def read(self, ground: Ground, form: Form, row: Row[Any] | None) -> AtSite:
        """As ``Holding``."""
        site = row.site if row is not None else form.one_of("site", list(ground.sites))
        kind = form.one_of("kind", [name for name, _ in _kinds(ground, row)]) or PassKind.GUEST
        here = frozenset({site}) if site else None
        zones = held.read_zones(ground, form, "zones", here, row.zones if row is not None else "")
        if not zones:
            form.refuse("zones", "wrong.no_zone")
        zone = ground.zone_of(site)
        start_ms, end_ms = form.moment("start", zone), form.moment("end", zone)
        if not form.wrong and end_ms <= start_ms:
            form.refuse("end", "wrong.before")
        weekdays = frozenset(day for day in WEEKDAYS if form.ticked(f"weekdays-{day}"))
        minutes = form.minute("from_minute", 0), form.minute("to_minute", DAY_MINUTES)
        if minutes[1] <= minutes[0]:
            form.refuse("to_minute", "wrong.before")
        return AtSite(site, Wanted(ground.person, zones, start_ms, end_ms, PassKind(kind), weekdays, *minutes))

    def site(self, value: Any) -> str | None:  # noqa: ANN401 -- what ``read`` gives, or a row
        """As ``Holding``."""
        return str(value.site)

    def give(self, edit: Edit, ident: str, value: AtSite) -> None:
        """As ``Holding``."""
        passes.add(edit, value.site, ident, value.wanted)

    def change(self, edit: Edit, row: Row[Any], value: AtSite) -> None:
        """As ``Holding``."""
        passes.change(edit, row.site, row.id, value.wanted)

    def end(self, edit: Edit, row: Row[Any]) -> None:
        """As ``Holding``."""
        if row.start_ms >= edit.at_ms:
            passes.drop(edit, row.site, row.id)
            return
        weekdays = frozenset(int(day) for day in row.weekdays.split())
        zones, hours = frozenset(row.zones.split()), (row.from_minute, row.to_minute)
        wanted = Wanted(row.person, zones, row.start_ms, edit.at_ms, PassKind(row.kind), weekdays, *hours)
        passes.change(edit, row.site, row.id, wanted)


def _kinds(ground: Ground, row: Row[Any] | None) -> Choices:
    kinds = KINDS if row is None or row.kind in KINDS else (*KINDS, PassKind(row.kind))
    return [(str(kind), ground.asked.t(f"held.pass_kind.{kind}")) for kind in kinds]


def _day(t: Words, day: int) -> str:
    """A weekday's name; 0 is Monday."""
    return str(t.locale.days["stand-alone"]["wide"][day])
