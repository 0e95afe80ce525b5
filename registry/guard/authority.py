"""Who may what: the roles that somebody holds, the area of an object, whether it is read or written, and whose it is.

``registry.guard.areas`` has the table. A token of the API does no more than its holder may, within its own scopes and
sites.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from registry.guard.areas import CELLS, Area, Role, Verb

Sites = frozenset[str] | None
"""Some sites; None: all there are, those to come as well."""
NO_SITE: frozenset[str] = frozenset()
NOBODYS: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Held:
    """A role, and the sites where it is held."""

    role: Role
    sites: Sites


@dataclass(frozen=True, slots=True)
class Authority:
    """What somebody may: the roles that they hold now, and as whom: their person's id ("" none), teams' and cohorts'.

    ``scopes`` (None: no bound) and ``within`` bound a token of the API.
    """

    held: tuple[Held, ...] = ()
    person: str = ""
    teams: frozenset[str] = NOBODYS
    cohorts: frozenset[str] = NOBODYS
    scopes: frozenset[str] | None = None
    within: Sites = None


ADMINISTRATOR = Authority((Held(Role.ADMINISTRATOR, None),))
NOBODY = Authority()


@dataclass(frozen=True, slots=True)
class Of:
    """Whose an object is: of which sites, of which persons, of which groups; ``common``: of every site.

    Of several sites one is enough to write it, unless it needs ``each``. What is of no site needs the right at all.
    """

    sites: frozenset[str] = NO_SITE
    persons: frozenset[str] = NOBODYS
    groups: frozenset[str] = NOBODYS
    common: bool = False
    each: bool = False


COMMON = Of(common=True)


def at(*sites: str) -> Of:
    """What is of these sites and nobody's own."""
    return Of(frozenset(sites))


def of_person(person: str, sites: Iterable[str]) -> Of:
    """What is a person's own, who is known at these sites."""
    return Of(frozenset(sites), frozenset({person}))


class Finding(StrEnum):
    """May it be done; if not, is it because the object cannot be seen, can only be read, or is it never this role's."""

    ALLOWED = "allowed"
    UNSEEN = "unseen"
    READ_ONLY = "read-only"
    NEVER = "never"


def in_scope(authority: Authority, area: Area, verb: Verb) -> bool:
    """Whether a token's scopes let it; to write includes to read."""
    if authority.scopes is None:
        return True
    verbs = (Verb.READ, Verb.WRITE) if verb is Verb.READ else (Verb.WRITE,)
    return any(f"{name}:{one}" in authority.scopes for name in (area, "*") for one in verbs)


def sites_for(authority: Authority, area: Area, verb: Verb = Verb.READ) -> Sites:
    """The sites whose objects of an area may be read or written, beside one's own; None: all."""
    if not in_scope(authority, area, verb):
        return NO_SITE
    found: Sites = NO_SITE
    here, everywhere = ("w", "W") if verb is Verb.WRITE else ("rw", "RW")
    for held in authority.held:
        letters = frozenset(CELLS[area][held.role])
        if letters & frozenset(everywhere):
            found = None
        elif letters & frozenset(here):
            found = _either(found, held.sites)
    return both(found, authority.within)


def _either(one: Sites, other: Sites) -> Sites:
    return None if one is None or other is None else one | other


def both(one: Sites, other: Sites) -> Sites:
    """The sites that are in both."""
    if one is None or other is None:
        return other if one is None else one
    return one & other


def own(authority: Authority, area: Area, verb: Verb = Verb.READ) -> bool:
    """Whether what is one's own in an area may be read or written."""
    letters = "c" if verb is Verb.WRITE else "oc"
    holds = any(frozenset(letters) & frozenset(CELLS[area][held.role]) for held in authority.held)
    return holds and in_scope(authority, area, verb)


def is_own(authority: Authority, verb: Verb, of: Of) -> bool:
    """Whether an object is one's own: by oneself or by a team, and to be read by a cohort too."""
    if authority.within is not None and of.sites and not of.sites & authority.within:
        return False
    groups = authority.teams if verb is Verb.WRITE else authority.teams | authority.cohorts
    return (bool(authority.person) and authority.person in of.persons) or bool(groups & of.groups)


def _may(authority: Authority, area: Area, verb: Verb, of: Of) -> bool:
    if own(authority, area, verb) and is_own(authority, verb, of):
        return True
    sites = sites_for(authority, area, verb)
    if sites is None:
        return True
    if of.common:
        return verb is Verb.READ and bool(sites)
    if of.each and verb is Verb.WRITE:
        return bool(of.sites) and of.sites <= sites
    return bool(of.sites & sites)


def somewhere(authority: Authority, area: Area, verb: Verb = Verb.READ) -> bool:
    """Whether there can be an object of an area that may be read or written."""
    return sites_for(authority, area, verb) != NO_SITE or own(authority, area, verb)


def judge(authority: Authority, area: Area, verb: Verb, of: Of) -> Finding:
    """Whether an object may be read or written, and if not, how much of it may be said."""
    if _may(authority, area, verb, of):
        return Finding.ALLOWED
    if not somewhere(authority, area, verb):
        return Finding.NEVER
    return Finding.READ_ONLY if verb is Verb.WRITE and _may(authority, area, Verb.READ, of) else Finding.UNSEEN


def may(authority: Authority, area: Area, verb: Verb, of: Of | None = None) -> bool:
    """Whether an object may be read or written; without one, whether any can be."""
    return somewhere(authority, area, verb) if of is None else judge(authority, area, verb, of) is Finding.ALLOWED


_RANKS = {Role.ADMINISTRATOR: 3, Role.COORDINATOR: 2, Role.AUDITOR: 2, Role.OPERATOR: 1}


def may_give(authority: Authority, role: Role, site: str | None) -> bool:
    """Whether a role at a site (None: at all) may be given, changed or taken back: by administrators, and by whoever
    holds a higher one there.
    """
    of = COMMON if site is None else at(site)
    if not _may(authority, Area.ROLES, Verb.WRITE, of):
        return False
    higher = (held for held in authority.held if _RANKS.get(held.role, 0) > _RANKS.get(role, 0))
    giving = (held.sites for held in authority.held if held.role is Role.ADMINISTRATOR)
    return any(sites is None or site in sites for sites in (*(held.sites for held in higher), *giving))
