"""A person's place in a programme, and their transfers between sites, as forms give them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, or_, select

from pages.languages import Words
from registry.edit import Edit
from registry.guard import asked as decided
from registry.guard import whose
from registry.guard.areas import Area, Verb
from registry.guard.authority import Of, Sites
from registry.people import enrolments, transfers
from registry.people.enrolments import STATES
from registry.people.known_at import sites_of
from registry.people.transfers import Transfer
from registry.problems import Kind, Problem
from registry.tables import core as t
from registry.web.forms import DAY, Form
from registry.web.people import held
from registry.web.people.held import DAYS, HOME, Asks, Choices, Ground
from registry.web.people.zones import ZoneNames
from registry.web.reaching import check_person, sites_where
from registry.web.viewer import Viewer

_E, _X = t.enrolment.c, t.transfer.c


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A place that is wanted, which may let somebody in at the sites ``within`` alone; ``state`` is what has become of
    one that there is.
    """

    wanted: enrolments.Wanted
    within: Sites
    state: str = "active"


class Enrolments:
    """A place in a programme, and in one of its cohorts."""

    name, area = "enrolment", Area.COHORTS

    def rows(self, connection: Connection, person: str, sites: Sites, at_ms: int) -> Sequence[Row[Any]]:
        """As ``Holding``; what is over stays in sight, the latest first."""
        del at_ms
        query = select(t.enrolment, t.programme.c.name.label("programme_name"), t.cohort.c.name.label("cohort_name"))
        query = query.join(t.programme, t.programme.c.id == _E.programme)
        query = query.outerjoin(t.cohort, t.cohort.c.id == _E.cohort).where(_E.person == person)
        if sites is not None:
            here = t.cohort.c.site.in_(sites)
            known = bool(sites_of(connection, person) & sites)
            query = query.where(or_(here, _E.cohort.is_(None)) if known else here)
        return connection.execute(query.order_by(_E.enrolled_ms.desc(), _E.id)).all()

    def key(self, row: Row[Any]) -> str:
        """As ``Holding``."""
        return str(row.id)

    def says(self, row: Row[Any], t: Words, zones: ZoneNames) -> str:
        """As ``Holding``."""
        del zones
        cohort = f", {row.cohort_name}" if row.cohort_name else ""
        return f"{row.programme_name}{cohort}: {t(f'people.enrolment.{row.state}')}"

    def span(self, row: Row[Any]) -> tuple[int, int | None]:
        """As ``Holding``."""
        return row.from_ms, row.until_ms

    def may(self, viewer: Viewer, row: Row[Any]) -> bool:
        """As ``Holding``."""
        del row
        return viewer.may(Area.COHORTS, Verb.WRITE)

    def check(self, ground: Ground, row: Row[Any] | None) -> None:
        """As ``Holding``."""
        if row is None:
            check_person(ground.asked, ground.connection, ground.person, Area.COHORTS, Verb.WRITE)
        else:
            of = whose.ENROLMENT.found(ground.connection, row.id)
            decided.check(ground.asked.viewer.authority, Area.COHORTS, Verb.WRITE, of, "enrolment")

    def asks(self, ground: Ground, row: Row[Any] | None) -> Sequence[Asks]:
        """As ``Holding``; its programme stays."""
        cohort = Asks("cohort", "choice", _cohorts(ground, row))
        if row is None:
            return (Asks("programme", "choice", _programmes(ground)), cohort, *DAYS)
        states = [(one, ground.asked.t(f"people.enrolment.{one}")) for one in STATES]
        return (cohort, Asks("state", "choice", states), *DAYS)

    def typed(self, ground: Ground, row: Row[Any] | None) -> dict[str, str]:
        """As ``Holding``."""
        del ground
        if row is None:
            return {}
        said = {"cohort": row.cohort or "", "state": row.state}
        return said | held.days(row.from_ms, row.until_ms, HOME)

    def read(self, ground: Ground, form: Form, row: Row[Any] | None) -> Enrolled:
        """As ``Holding``."""
        within = sites_where(ground.asked, Area.COHORTS, Verb.WRITE)
        cohort = form.one_of("cohort", [one for one, _ in _cohorts(ground, row)]) or None
        if row is not None:
            span = held.read_days(form, (row.from_ms, row.until_ms), HOME)
            state = form.one_of("state", STATES)
            return Enrolled(enrolments.Wanted(ground.person, row.programme, cohort, *span), within, state)
        programme = form.one_of("programme", [one for one, _ in _programmes(ground)])
        from_ms, until_ms = held.read_days(form, (0, None), HOME)
        return Enrolled(enrolments.Wanted(ground.person, programme, cohort, from_ms or None, until_ms), within)

    def site(self, value: Any) -> str | None:  # noqa: ANN401 -- what ``read`` gives, or a row
        """As ``Holding``."""
        del value
        return None

    def give(self, edit: Edit, ident: str, value: Enrolled) -> None:
        """As ``Holding``."""
        enrolments.enrol(edit, ident, value.wanted)
        _check_within(edit, ident, value)

    def change(self, edit: Edit, row: Row[Any], value: Enrolled) -> None:
        """As ``Holding``."""
        wanted = value.wanted
        changed = enrolments.Change(wanted.cohort, wanted.from_ms or 0, wanted.until_ms, value.state)
        enrolments.change(edit, row.id, changed)
        _check_within(edit, row.id, value)

    def end(self, edit: Edit, row: Row[Any]) -> None:
        """As ``Holding``: who leaves has withdrawn."""
        if row.from_ms >= edit.at_ms:
            enrolments.drop(edit, row.id)
            return
        enrolments.change(edit, row.id, enrolments.Change(row.cohort, row.from_ms, edit.at_ms, "withdrawn"))


def _check_within(edit: Edit, ident: str, value: Enrolled) -> None:
    """Who is in no cohort is let in wherever the programme is, so who gives it may write at each. Raises Problem."""
    if value.within is not None and not enrolments.let_in(edit.connection, ident) <= value.within:
        raise Problem(Kind.NOT_YOURS, "without a cohort it lets them in at sites that are not yours; name a cohort.")


def _programmes(ground: Ground) -> Choices:
    p = t.programme.c
    rows = ground.connection.execute(select(p.id, p.name).order_by(p.name, p.id))
    return [("", ground.asked.t("held.by_age")), *((row.id, row.name) for row in rows)]


def _cohorts(ground: Ground, row: Row[Any] | None) -> Choices:
    """The cohorts of the sites where the viewer may write, of the programme where it stays."""
    c = t.cohort.c
    query = select(c.id, c.name, t.programme.c.name.label("programme"), t.site.c.name.label("site"))
    query = query.join(t.programme, t.programme.c.id == c.programme).join(t.site, t.site.c.id == c.site)
    query = query.where(c.site.in_(ground.sites))
    query = query if row is None else query.where(c.programme == row.programme)
    found = ground.connection.execute(query.order_by(t.programme.c.name, c.name, c.id))
    named = [(one.id, f"{one.programme}, {one.name} ({one.site})") for one in found]
    return [("", ground.asked.t("held.no_cohort")), *named]


class Transfers:
    """The use of another site between dates."""

    name, area = "transfer", Area.RIGHTS

    def rows(self, connection: Connection, person: str, sites: Sites, at_ms: int) -> Sequence[Row[Any]]:
        """As ``Holding``."""
        here, there = t.site.alias("here"), t.site.alias("there")
        query = select(t.transfer, here.c.name.label("from_name"), there.c.name.label("to_name"))
        query = query.join(here, here.c.id == _X.from_site).join(there, there.c.id == _X.to_site)
        query = query.where(_X.person == person, _X.end_ms > at_ms)
        query = query.where(or_(held.here(_X.from_site, sites), held.here(_X.to_site, sites)))
        return connection.execute(query.order_by(_X.start_ms, _X.id)).all()

    def key(self, row: Row[Any]) -> str:
        """As ``Holding``."""
        return str(row.id)

    def says(self, row: Row[Any], t: Words, zones: ZoneNames) -> str:
        """As ``Holding``."""
        del zones
        return t("held.transfer_says", one=row.from_name, other=row.to_name)

    def span(self, row: Row[Any]) -> tuple[int, int | None]:
        """As ``Holding``."""
        return row.start_ms, row.end_ms

    def may(self, viewer: Viewer, row: Row[Any]) -> bool:
        """As ``Holding``."""
        return viewer.may(Area.RIGHTS, Verb.WRITE, Of(frozenset({row.from_site, row.to_site}), each=True))

    def check(self, ground: Ground, row: Row[Any] | None) -> None:
        """As ``Holding``: whoever gives it may write at both sites."""
        check_person(ground.asked, ground.connection, ground.person, Area.RIGHTS, Verb.WRITE)
        if row is not None:
            of = whose.TRANSFER.found(ground.connection, row.id)
            decided.check(ground.asked.viewer.authority, Area.RIGHTS, Verb.WRITE, of, "transfer")

    def asks(self, ground: Ground, row: Row[Any] | None) -> Sequence[Asks]:
        """As ``Holding``."""
        del row
        sites = ground.site_choices
        days = (Asks("from", "day", needed=True), Asks("until", "day", needed=True))
        return (Asks("from_site", "choice", sites), Asks("to_site", "choice", sites), *days)

    def typed(self, ground: Ground, row: Row[Any] | None) -> dict[str, str]:
        """As ``Holding``."""
        if row is None:
            return held.days(ground.asked.at_ms, None, HOME)
        return {"from_site": row.from_site, "to_site": row.to_site} | held.days(row.start_ms, row.end_ms, HOME)

    def read(self, ground: Ground, form: Form, row: Row[Any] | None) -> Transfer:
        """As ``Holding``."""
        sites = form.one_of("from_site", list(ground.sites)), form.one_of("to_site", list(ground.sites))
        if sites[0] and sites[0] == sites[1]:
            form.refuse("to_site", "wrong.same_site")
        for name in ("from", "until"):
            form.needed(name, DAY)
        kept = (ground.asked.at_ms, None) if row is None else (row.start_ms, row.end_ms)
        start_ms, end_ms = held.read_days(form, kept, HOME)
        return Transfer(ground.person, *sites, start_ms, end_ms or start_ms)

    def site(self, value: Any) -> str | None:  # noqa: ANN401 -- a transfer, or a row of one
        """As ``Holding``: where they are let in."""
        return str(value.to_site)

    def give(self, edit: Edit, ident: str, value: Transfer) -> None:
        """As ``Holding``."""
        transfers.add(edit, ident, value)

    def change(self, edit: Edit, row: Row[Any], value: Transfer) -> None:
        """As ``Holding``."""
        transfers.change(edit, row.id, value)

    def end(self, edit: Edit, row: Row[Any]) -> None:
        """As ``Holding``."""
        if row.start_ms >= edit.at_ms:
            transfers.drop(edit, row.id)
            return
        transfers.change(edit, row.id, Transfer(row.person, row.from_site, row.to_site, row.start_ms, edit.at_ms))
