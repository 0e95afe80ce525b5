"""Passes of a site: a guest's, an Angel's duty, or any right between two moments that needs no booking."""

from dataclasses import dataclass

from sqlalchemy import delete

from access.records import DAY_MINUTES, Pass, PassKind, mistake_in
from registry import store
from registry.downlink import admission
from registry.edit import Edit
from registry.problems import Kind, Problem
from registry.programmes import checks
from registry.tables import core as t


@dataclass(frozen=True, slots=True)
class Wanted:
    """A pass of a person to ``zones``, on ``weekdays`` (0 is Monday; none named: every day), between two local minutes
    of the day.
    """

    person: str
    zones: frozenset[str]
    start_ms: int
    end_ms: int
    kind: PassKind = PassKind.GUEST
    weekdays: frozenset[int] = frozenset()
    from_minute: int = 0
    to_minute: int = DAY_MINUTES


def pass_values(wanted: Wanted) -> dict[str, object]:
    """A pass's columns."""
    return {
        "person": wanted.person,
        "zones": checks.joined(wanted.zones),
        "start_ms": wanted.start_ms,
        "end_ms": wanted.end_ms,
        "kind": str(wanted.kind),
        "weekdays": " ".join(str(day) for day in sorted(wanted.weekdays)),
        "from_minute": wanted.from_minute,
        "to_minute": wanted.to_minute,
    }


def _check(edit: Edit, site: str, wanted: Wanted) -> None:
    checks.check_person(edit.connection, wanted.person)
    if not wanted.zones:
        raise Problem(Kind.INVALID, "a pass leads somewhere; name its zones.")
    hours = (wanted.weekdays, wanted.from_minute, wanted.to_minute)
    made = Pass("", wanted.person, wanted.zones, wanted.start_ms, wanted.end_ms, wanted.kind, *hours)
    if mistake := mistake_in(made):
        raise Problem(Kind.INVALID, f"{mistake}; correct it.")
    if wanted.kind is PassKind.DUTY:
        _check_angel(edit, site, wanted)


def _check_angel(edit: Edit, site: str, wanted: Wanted) -> None:
    c = t.role.c
    whole = (c.from_ms <= wanted.start_ms) & (c.until_ms.is_(None) | (c.until_ms >= wanted.end_ms))
    here = (c.person == wanted.person) & (c.role == "angel") & (c.site.is_(None) | (c.site == site))
    if not store.count(edit.connection, t.role, here & whole):
        raise Problem(
            Kind.INVALID, "only a Digital Angel of the site is on duty; give this person that role for the time first."
        )


def add(edit: Edit, site: str, ident: str, wanted: Wanted) -> None:
    """Give a known person a pass at a known site, and tell it. Raises Problem."""
    _check(edit, site, wanted)
    values = {"site": site, "id": ident, "revision": 1, **pass_values(wanted)}
    store.add(edit.connection, t.pass_, values, "pass")
    admission.publish(edit, site, [wanted.person])


def change(edit: Edit, site: str, ident: str, wanted: Wanted) -> None:
    """Change a known pass; it stays its person's. Raises Problem."""
    _check(edit, site, wanted)
    here = (t.pass_.c.site == site) & (t.pass_.c.id == ident)
    store.change(edit.connection, t.pass_, here, pass_values(wanted))
    admission.publish(edit, site, [wanted.person])


def drop(edit: Edit, site: str, ident: str) -> None:
    """Take a pass back. Raises Problem."""
    here = (t.pass_.c.site == site) & (t.pass_.c.id == ident)
    row = store.one(edit.connection, t.pass_, here, "pass")
    edit.connection.execute(delete(t.pass_).where(here))
    edit.withdraw(site, "pass", ident)
    admission.publish(edit, site, [row.person])
