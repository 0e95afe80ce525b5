"""Rights at a site that staff give by hand, as forms give them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select

from pages.languages import Words
from registry import store
from registry.edit import Edit
from registry.guard.areas import Area, Verb
from registry.guard.authority import Sites, at
from registry.people import people
from registry.tables import core as t
from registry.web.forms import Form
from registry.web.people import held
from registry.web.people.held import DAYS, Asks, Ground
from registry.web.people.zones import ZoneNames
from registry.web.reaching import check_site
from registry.web.viewer import Viewer


@dataclass(frozen=True, slots=True)
class AtSite:
    """What a person is given at a site."""

    site: str
    person: str
    rights: people.Rights


class Rights:
    """What a person may at a site, as staff have said."""

    name, area = "right", Area.RIGHTS

    def rows(self, connection: Connection, person: str, sites: Sites, at_ms: int) -> Sequence[Row[Any]]:
        """As ``Holding``; one that is over stays in sight, for a site has one alone."""
        del at_ms
        query = select(t.rights, t.site.c.name.label("site_name")).join(t.site, t.site.c.id == t.rights.c.site)
        query = query.where(t.rights.c.person == person, held.here(t.rights.c.site, sites))
        return connection.execute(query.order_by(t.rights.c.site)).all()

    def key(self, row: Row[Any]) -> str:
        """As ``Holding``: the site's."""
        return str(row.site)

    def says(self, row: Row[Any], t: Words, zones: ZoneNames) -> str:
        """As ``Holding``."""
        standing = f"; {t('people.standing')}{zones.said(row.standing, row.site)}" if row.standing else ""
        staff = f" ({t('people.staff')})" if row.staff else ""
        return f"{row.site_name}{staff}{zones.said(row.zones, row.site)}{standing}"

    def span(self, row: Row[Any]) -> tuple[int, int | None]:
        """As ``Holding``."""
        return row.valid_from_ms, row.valid_until_ms

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
        zones = held.zone_boxes(ground, "zones", row.zones if row is not None else "")
        standing = held.zone_boxes(ground, "standing", row.standing if row is not None else "")
        return (*where, zones, standing, Asks("staff", "check"), *DAYS)

    def typed(self, ground: Ground, row: Row[Any] | None) -> dict[str, str]:
        """As ``Holding``."""
        if row is None:
            return held.days(0, None, held.HOME)
        boxes = held.ticked("zones", row.zones) | held.ticked("standing", row.standing)
        span = held.days(row.valid_from_ms, row.valid_until_ms, ground.zone_of(row.site))
        return {**boxes, **span, "staff": "1" if row.staff else ""}

    def read(self, ground: Ground, form: Form, row: Row[Any] | None) -> AtSite:
        """As ``Holding``; a site gives one alone."""
        site = row.site if row is not None else form.one_of("site", list(ground.sites))
        if row is None and site and self._held(ground, site):
            form.refuse("site", "wrong.held")
        kept = (0, None) if row is None else (row.valid_from_ms, row.valid_until_ms)
        span, here = held.read_days(form, kept, ground.zone_of(site)), frozenset({site}) if site else None
        zones = held.read_zones(ground, form, "zones", here, row.zones if row is not None else "")
        standing = held.read_zones(ground, form, "standing", here, row.standing if row is not None else "")
        if not zones and not standing:
            form.refuse("zones", "wrong.no_zone")
        return AtSite(site, ground.person, people.Rights(zones, standing, *span, staff=form.ticked("staff")))

    def _held(self, ground: Ground, site: str) -> bool:
        here = (t.rights.c.site == site) & (t.rights.c.person == ground.person)
        return store.count(ground.connection, t.rights, here) > 0

    def site(self, value: Any) -> str | None:  # noqa: ANN401 -- what ``read`` gives, or a row
        """As ``Holding``."""
        return str(value.site)

    def give(self, edit: Edit, ident: str, value: AtSite) -> None:
        """As ``Holding``; a right has no id of its own."""
        del ident
        people.set_rights(edit, value.site, value.person, value.rights)

    def change(self, edit: Edit, row: Row[Any], value: AtSite) -> None:
        """As ``Holding``."""
        people.set_rights(edit, row.site, row.person, value.rights)

    def end(self, edit: Edit, row: Row[Any]) -> None:
        """As ``Holding``."""
        if row.valid_from_ms >= edit.at_ms:
            people.drop_rights(edit, row.site, row.person)
            return
        zones, standing = frozenset(row.zones.split()), frozenset(row.standing.split())
        until = people.Rights(zones, standing, row.valid_from_ms, edit.at_ms, row.staff)
        people.set_rights(edit, row.site, row.person, until)
