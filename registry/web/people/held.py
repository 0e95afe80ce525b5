"""What a person holds at a site, and how a form gives it, changes it and ends it: one kind of it is a ``Holding``.

A kind says what its form asks (``Asks``), reads it into the value that the registry's own store takes, and writes it;
``registry.web.people.held_pages`` does the rest alike for all.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, Row, select, true

from pages.languages import Words
from registry.edit import Edit
from registry.guard.areas import Area, Verb
from registry.guard.authority import Sites
from registry.people.enrolments import HOME_ZONE
from registry.sites import layouts
from registry.tables import core as t
from registry.web.asked import Asked
from registry.web.forms import Form, first_day, last_day
from registry.web.people.zones import ZoneNames, zone_names
from registry.web.reaching import sites_where
from registry.web.sites import closures_rows
from registry.web.viewer import Viewer

HOME = ZoneInfo(HOME_ZONE)
Choices = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Zone:
    """An area, by what people call it, and the sites that have one of this id."""

    name: str
    sites: frozenset[str]


@dataclass(frozen=True, slots=True)
class Ground:
    """What a form is written on: whose it is, the sites where the viewer may write what it asks, and their zones."""

    asked: Asked
    connection: Connection
    person: str
    sites: Mapping[str, Row[Any]]
    zones: Mapping[str, Zone]

    def zone_of(self, site: str) -> ZoneInfo:
        """A site's clock; that of what is of no site."""
        return ZoneInfo(self.sites[site].timezone) if site in self.sites else HOME

    @property
    def site_choices(self) -> Choices:
        """The sites to choose from."""
        return [(ident, row.name) for ident, row in self.sites.items()]


@dataclass(frozen=True, slots=True)
class Asks:
    """One question of a form, by the ``sort`` of its field: day, moment, minute, choice, boxes or check.

    A box of ``choices`` is a field of its own, ``NAME-CHOICE``.
    """

    name: str
    sort: str
    choices: Choices = ()
    needed: bool = False


class Holding(Protocol):
    """A kind of what a person holds."""

    @property
    def name(self) -> str:
        """The kind, as addresses and words name it."""

    @property
    def area(self) -> Area:
        """What it is about."""

    def rows(self, connection: Connection, person: str, sites: Sites, at_ms: int) -> Sequence[Row[Any]]:
        """What a person holds that is not over, as far as it is of these sites."""

    def key(self, row: Row[Any]) -> str:
        """How addresses name one of them among this person's."""

    def says(self, row: Row[Any], t: Words, zones: ZoneNames) -> str:
        """One of them in words, without its dates."""

    def span(self, row: Row[Any]) -> tuple[int, int | None]:
        """When one begins and ends."""

    def may(self, viewer: Viewer, row: Row[Any]) -> bool:
        """Whether a page leads a viewer to the forms of one; they check again."""

    def check(self, ground: Ground, row: Row[Any] | None) -> None:
        """What there is may be changed, or (None) another given. Raises NotYours or Problem."""

    def asks(self, ground: Ground, row: Row[Any] | None) -> Sequence[Asks]:
        """What the form asks."""

    def typed(self, ground: Ground, row: Row[Any] | None) -> dict[str, str]:
        """The form as it is shown first."""

    def read(self, ground: Ground, form: Form, row: Row[Any] | None) -> Any:  # noqa: ANN401 -- a value of the kind's own
        """What the form says; what cannot be used is refused in it."""

    def site(self, value: Any) -> str | None:  # noqa: ANN401 -- a value, or a row
        """The site where a value is held; None: it is of none alone."""

    def give(self, edit: Edit, ident: str, value: Any) -> None:  # noqa: ANN401
        """Give it. Raises Problem."""

    def change(self, edit: Edit, row: Row[Any], value: Any) -> None:  # noqa: ANN401
        """Change it. Raises Problem."""

    def end(self, edit: Edit, row: Row[Any]) -> None:
        """End it now; what has not begun is taken back. Raises Problem."""


def ground_of(asked: Asked, connection: Connection, person: str, area: Area) -> Ground:
    """The ground of a form about what is of an area."""
    sites = closures_rows.sites_of(connection, sites_where(asked, area, Verb.WRITE))
    there = {row.id: row for row in sites}
    return Ground(asked, connection, person, there, _zones(connection, there))


def _zones(connection: Connection, sites: Mapping[str, Row[Any]]) -> dict[str, Zone]:
    """The zones of some sites: those of their doors, as far as they are told, and of what can be booked."""
    r = t.resource.c
    found: dict[str, set[str]] = {}
    for row in connection.execute(select(r.site, r.zone).where(r.site.in_(sites)).distinct()):
        found.setdefault(row.zone, set()).add(row.site)
    for ident, laid in layouts.sites_laid(connection, set(sites)).items():
        for zone in laid.zones:
            found.setdefault(zone, set()).add(ident)
    names = zone_names(connection).at(frozenset(sites))
    return {zone: Zone(names.of(zone, None), frozenset(found[zone])) for zone in sorted(found)}


def zone_boxes(ground: Ground, name: str, held: str = "") -> Asks:
    """The question of which zones, those ``held`` already among them."""
    known = [(zone, found.name) for zone, found in ground.zones.items()]
    lost = [(zone, zone) for zone in held.split() if zone not in ground.zones]
    return Asks(name, "boxes", [*known, *lost])


def ticked(name: str, zones: str) -> dict[str, str]:
    """Those boxes as they are ticked."""
    return {f"{name}-{zone}": "1" for zone in zones.split()}


def read_zones(ground: Ground, form: Form, name: str, sites: Sites, held: str = "") -> frozenset[str]:
    """The zones that are ticked, each one of one of the sites (None: of any), or held already."""
    asked = [ident for ident, _ in zone_boxes(ground, name, held).choices]
    chosen = frozenset(ident for ident in asked if form.ticked(f"{name}-{ident}"))
    elsewhere = [
        zone for zone in chosen - frozenset(held.split()) if sites is not None and not ground.zones[zone].sites & sites
    ]
    if elsewhere:
        form.refuse(name, "wrong.not_here")
    return chosen


def days(from_ms: int, until_ms: int | None, zone: ZoneInfo) -> dict[str, str]:
    """A span as a form shows it: its days."""
    return {"from": first_day(from_ms, zone), "until": last_day(until_ms, zone)}


def read_days(form: Form, kept: tuple[int, int | None], zone: ZoneInfo) -> tuple[int, int | None]:
    """A span of days; what was kept, where its days are those that were shown."""
    from_ms, until_ms = form.since("from", kept[0], zone), form.until("until", kept[1], zone)
    if until_ms is not None and until_ms <= from_ms:
        form.refuse("until", "wrong.before")
    return from_ms, until_ms


DAYS = (Asks("from", "day"), Asks("until", "day"))


def here(column: ColumnElement[Any], sites: Sites) -> ColumnElement[bool]:
    """Whether a column names one of some sites."""
    return true() if sites is None else column.in_(sites)
