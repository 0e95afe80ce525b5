"""What the stores of programmes check alike."""

from datetime import date

from sqlalchemy import Connection, select

from registry.problems import Kind, Problem
from registry.reasons import why
from registry.tables import core as t


def joined(zones: frozenset[str]) -> str:
    """Ids as a column holds them: sorted, between spaces."""
    return " ".join(sorted(zones))


def check_days(start: str | None, end: str | None) -> None:
    """A last day is not before the first. Raises Problem."""
    if start is not None and end is not None and date.fromisoformat(end) < date.fromisoformat(start):
        raise Problem(Kind.INVALID, "the last day is not before the first; correct the dates.")


def check_span(from_ms: int, until_ms: int | None, what: str) -> None:
    """Something ends after it begins. Raises Problem."""
    if until_ms is not None and until_ms <= from_ms:
        raise Problem(Kind.INVALID, f"{what} ends after it begins; correct its times.")


def check_person(connection: Connection, person: str) -> None:
    """The person is known. Raises Problem."""
    if connection.execute(select(t.person.c.id).where(t.person.c.id == person)).first() is None:
        raise Problem(Kind.NOT_FOUND, why("person.none", "there is no such person; list them to see which there are."))


def check_site(connection: Connection, site: str) -> None:
    """The site is known. Raises Problem."""
    if connection.execute(select(t.site.c.id).where(t.site.c.id == site)).first() is None:
        raise Problem(Kind.NOT_FOUND, why("site.none", "there is no such site; list them to see which there are."))
