"""Whether a request may, decided in one place before its route begins, object by object.

Who may never do such a thing is told so (403). What is not to be seen is as if it were not there (404), in the words
for what is not there; what may be seen and not changed is refused as that (403).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from registry.database import Database
from registry.guard.areas import Area, Verb
from registry.guard.authority import NO_SITE, Authority, Finding, Of, Sites, is_own, judge, own, sites_for, somewhere
from registry.guard.whose import BODY, ROWS, Place
from registry.problems import Kind, Problem


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that may: with which authority, what it does, and whose its object is (None: it has none)."""

    authority: Authority
    area: Area
    verb: Verb
    of: Of | None = None

    @property
    def sites(self) -> Sites:
        """The sites whose rows it is shown; one's own are at every site."""
        if self.of is not None and own(self.authority, self.area) and is_own(self.authority, Verb.READ, self.of):
            return self.authority.within
        return sites_for(self.authority, self.area)


def admit(
    database: Database, authority: Authority, area: Area, verb: Verb, place: Place, path: Mapping[str, Any]
) -> Asked:
    """The request, where it may. Raises Problem."""
    sites = sites_for(authority, area, verb)
    if place is ROWS:
        if sites == NO_SITE:
            raise _never(area, verb)
        return Asked(authority, area, verb)
    if place is BODY:
        if not somewhere(authority, area, verb):
            raise _never(area, verb)
        return Asked(authority, area, verb)
    if sites is None or place.find is None:
        return Asked(authority, area, verb)
    if not somewhere(authority, area, verb):
        raise _never(area, verb)
    with database.read() as connection:
        of = place.find(connection, path)
    check(authority, area, verb, of, place.noun)
    return Asked(authority, area, verb, of)


def check(authority: Authority, area: Area, verb: Verb, of: Of | None, noun: str) -> None:
    """An object may be read or written; None: there is none. Raises Problem."""
    match Finding.UNSEEN if of is None else judge(authority, area, verb, of):
        case Finding.NEVER:
            raise _never(area, verb)
        case Finding.READ_ONLY:
            raise Problem(Kind.NOT_YOURS, f"you may read this {noun}, and not change it; ask who may.")
        case Finding.UNSEEN:
            raise Problem(Kind.NOT_FOUND, f"there is no such {noun}; list them to see which there are.")
        case Finding.ALLOWED:
            return


def _never(area: Area, verb: Verb) -> Problem:
    return Problem(Kind.NOT_YOURS, f"your roles and scopes do not let you {verb} {area}; ask who may.")
