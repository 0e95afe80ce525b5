"""Roles, and what a minor's guardian has authorised, as forms give them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, or_, select

from pages.languages import Words
from registry.edit import Edit
from registry.guard import asked as decided
from registry.guard import whose
from registry.guard.areas import Area, Verb
from registry.guard.areas import Role as Named
from registry.guard.authority import Sites, may_give
from registry.people import guardians, roles
from registry.people.roles import OPENS_NOTHING, ROLES
from registry.tables import core as t
from registry.web.asked import Asked
from registry.web.forms import Form
from registry.web.people import held
from registry.web.people.held import DAYS, HOME, Asks, Choices, Ground
from registry.web.people.zones import ZoneNames
from registry.web.reaching import check_person
from registry.web.viewer import Viewer

EVERY = "*"
"""Stands for every site, those to come as well."""


class Roles:
    """What somebody is, at a site or at all, between dates."""

    name, area = "role", Area.ROLES

    def rows(self, connection: Connection, person: str, sites: Sites, at_ms: int) -> Sequence[Row[Any]]:
        """As ``Holding``; a role at every site is one of each."""
        r = t.role.c
        query = select(t.role, t.site.c.name.label("site_name")).outerjoin(t.site, t.site.c.id == r.site)
        query = query.where(r.person == person, or_(r.until_ms.is_(None), r.until_ms > at_ms))
        if sites is not None:
            query = query.where(or_(r.site.is_(None), r.site.in_(sites)))
        return connection.execute(query.order_by(r.role, r.id)).all()

    def key(self, row: Row[Any]) -> str:
        """As ``Holding``."""
        return str(row.id)

    def says(self, row: Row[Any], t: Words, zones: ZoneNames) -> str:
        """As ``Holding``."""
        where = row.site_name or t("people.every_site")
        return f"{t(f'role.{row.role}')}, {where}" + zones.said(row.zones, row.site)

    def span(self, row: Row[Any]) -> tuple[int, int | None]:
        """As ``Holding``."""
        return row.from_ms, row.until_ms

    def may(self, viewer: Viewer, row: Row[Any]) -> bool:
        """As ``Holding``."""
        return may_give(viewer.authority, Named(row.role), row.site)

    def check(self, ground: Ground, row: Row[Any] | None) -> None:
        """As ``Holding``: a role is given and taken by whoever holds a higher one there."""
        asked = ground.asked
        check_person(asked, ground.connection, ground.person, Area.ROLES, Verb.WRITE)
        if row is not None:
            of = whose.ROLE.found(ground.connection, row.id)
            decided.check(asked.viewer.authority, Area.ROLES, Verb.WRITE, of, "role")
            asked.need(may_give(asked.viewer.authority, Named(row.role), row.site))

    def asks(self, ground: Ground, row: Row[Any] | None) -> Sequence[Asks]:
        """As ``Holding``."""
        zones = held.zone_boxes(ground, "zones", row.zones if row is not None else "")
        return (Asks("role", "choice", _roles(ground)), Asks("site", "choice", _sites(ground)), *DAYS, zones)

    def typed(self, ground: Ground, row: Row[Any] | None) -> dict[str, str]:
        """As ``Holding``; a new one begins today."""
        if row is None:
            return held.days(ground.asked.at_ms, None, HOME)
        said = {"role": row.role, "site": row.site or EVERY, **held.ticked("zones", row.zones)}
        return said | held.days(row.from_ms, row.until_ms, HOME)

    def read(self, ground: Ground, form: Form, row: Row[Any] | None) -> roles.Role:
        """As ``Holding``."""
        role = form.one_of("role", [name for name, _ in _roles(ground)])
        chosen = form.one_of("site", [ident for ident, _ in _sites(ground)])
        site = None if chosen in {EVERY, ""} else chosen
        if role and chosen and not may_give(ground.asked.viewer.authority, Named(role), site):
            form.refuse("site", "wrong.give")
        kept = (ground.asked.at_ms, None) if row is None else (row.from_ms, row.until_ms)
        span = held.read_days(form, kept, HOME)
        here = None if site is None else frozenset({site})
        zones = held.read_zones(ground, form, "zones", here, row.zones if row is not None else "")
        if zones and role in OPENS_NOTHING:
            form.refuse("zones", "wrong.opens_nothing")
        return roles.Role(ground.person, role, site, zones, *span)

    def site(self, value: Any) -> str | None:  # noqa: ANN401 -- a role, or a row of one
        """As ``Holding``."""
        found: str | None = value.site
        return found

    def give(self, edit: Edit, ident: str, value: roles.Role) -> None:
        """As ``Holding``."""
        roles.add(edit, ident, value)

    def change(self, edit: Edit, row: Row[Any], value: roles.Role) -> None:
        """As ``Holding``."""
        roles.change(edit, row.id, value)

    def end(self, edit: Edit, row: Row[Any]) -> None:
        """As ``Holding``."""
        if row.from_ms >= edit.at_ms:
            roles.drop(edit, row.id)
            return
        zones = frozenset(row.zones.split())
        roles.change(edit, row.id, roles.Role(row.person, row.role, row.site, zones, row.from_ms, edit.at_ms))


def ends_of(asked: Asked, connection: Connection, persons: Sequence[str]) -> Sequence[Row[Any]]:
    """The roles of these people that the viewer may take back, by person."""
    r = t.role.c
    query = select(t.role, t.site.c.name.label("site_name")).outerjoin(t.site, t.site.c.id == r.site)
    query = query.where(r.person.in_(persons), or_(r.until_ms.is_(None), r.until_ms > asked.at_ms))
    rows = connection.execute(query.order_by(r.person, r.role, r.id)).all()
    return [row for row in rows if may_give(asked.viewer.authority, Named(row.role), row.site)]


def _roles(ground: Ground) -> Choices:
    authority, sites = ground.asked.viewer.authority, (None, *ground.sites)
    given = [role for role in ROLES if any(may_give(authority, Named(role), site) for site in sites)]
    return [(role, ground.asked.t(f"role.{role}")) for role in given]


def _sites(ground: Ground) -> Choices:
    authority = ground.asked.viewer.authority
    everywhere = any(may_give(authority, Named(role), None) for role in ROLES)
    every = [(EVERY, ground.asked.t("people.every_site"))] if everywhere else []
    return [*ground.site_choices, *every]


class Guardians:
    """What a minor's guardian has authorised."""

    name, area = "guardian", Area.RIGHTS

    def rows(self, connection: Connection, person: str, sites: Sites, at_ms: int) -> Sequence[Row[Any]]:
        """As ``Holding``; it is of every site that knows the person."""
        del sites
        g = t.guardian.c
        query = select(t.guardian).where(g.person == person, or_(g.until_ms.is_(None), g.until_ms > at_ms))
        return connection.execute(query.order_by(g.from_ms, g.id)).all()

    def key(self, row: Row[Any]) -> str:
        """As ``Holding``."""
        return str(row.id)

    def says(self, row: Row[Any], t: Words, zones: ZoneNames) -> str:
        """As ``Holding``."""
        return t("held.guardian_says") + (zones.said(row.zones, None) or f": {t('held.every_zone')}")

    def span(self, row: Row[Any]) -> tuple[int, int | None]:
        """As ``Holding``."""
        return row.from_ms, row.until_ms

    def may(self, viewer: Viewer, row: Row[Any]) -> bool:
        """As ``Holding``."""
        del row
        return viewer.may(Area.RIGHTS, Verb.WRITE)

    def check(self, ground: Ground, row: Row[Any] | None) -> None:
        """As ``Holding``."""
        del row
        check_person(ground.asked, ground.connection, ground.person, Area.RIGHTS, Verb.WRITE)

    def asks(self, ground: Ground, row: Row[Any] | None) -> Sequence[Asks]:
        """As ``Holding``."""
        return (*DAYS, held.zone_boxes(ground, "zones", row.zones if row is not None else ""))

    def typed(self, ground: Ground, row: Row[Any] | None) -> dict[str, str]:
        """As ``Holding``."""
        if row is None:
            return held.days(ground.asked.at_ms, None, HOME)
        return held.ticked("zones", row.zones) | held.days(row.from_ms, row.until_ms, HOME)

    def read(self, ground: Ground, form: Form, row: Row[Any] | None) -> guardians.Authorisation:
        """As ``Holding``."""
        kept = (ground.asked.at_ms, None) if row is None else (row.from_ms, row.until_ms)
        span = held.read_days(form, kept, HOME)
        zones = held.read_zones(ground, form, "zones", None, row.zones if row is not None else "")
        return guardians.Authorisation(ground.person, *span, zones)

    def site(self, value: Any) -> str | None:  # noqa: ANN401 -- an authorisation, or a row of one
        """As ``Holding``."""
        del value
        return None

    def give(self, edit: Edit, ident: str, value: guardians.Authorisation) -> None:
        """As ``Holding``."""
        guardians.add(edit, ident, value)

    def change(self, edit: Edit, row: Row[Any], value: guardians.Authorisation) -> None:
        """As ``Holding``."""
        guardians.change(edit, row.id, value)

    def end(self, edit: Edit, row: Row[Any]) -> None:
        """As ``Holding``."""
        if row.from_ms >= edit.at_ms:
            guardians.drop(edit, row.id)
            return
        zones = frozenset(row.zones.split())
        guardians.change(edit, row.id, guardians.Authorisation(row.person, row.from_ms, edit.at_ms, zones))
