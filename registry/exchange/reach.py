"""What of a file whoever brings it in may not: lines of sites, groups and people that are not theirs.

Of whom a line names, only those known at their sites are there for them; whose line is of another site is told so.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from sqlalchemy import Connection, select

from registry.exchange import names as exchange_names
from registry.guard.authority import Sites
from registry.people.known_at import known_among
from registry.reasons import Reason, why
from registry.spreadsheets.incoming import Entry, Note, Sheet
from registry.spreadsheets.kinds import ListedBadge, ListedBooking, ListedPerson, ListedSession
from registry.tables import core as t

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Named:
    """What a line names: its site, its cohorts and teams, people; ``homeless``: a programme without one of its cohorts.

    Each goes with the entry's field that says it.
    """

    site: str | None = None
    groups: tuple[tuple[str, str], ...] = ()
    people: tuple[tuple[str, str], ...] = ()
    homeless: str | None = None


@dataclass(frozen=True, slots=True)
class _There:
    """The sites of the groups that a file names, of its programmes; and whom it names that is known at one's sites."""

    sites: frozenset[str]
    groups: Mapping[str, str]
    programmes: Mapping[str, frozenset[str]]
    people: frozenset[str]


def within(connection: Connection, sites: Sites, sheet: Sheet[T]) -> Sheet[T]:
    """The file with what is not theirs refused; None: every site is."""
    if sites is None:
        return sheet
    named = {entry.line: _named(entry.value) for entry in sheet.entries}
    there = _there(connection, sites, list(named.values()))
    refused = [note for entry in sheet.entries for note in _refused(sheet, there, entry, named[entry.line])]
    lines = {note.line for note in refused}
    kept = tuple(entry for entry in sheet.entries if entry.line not in lines)
    return replace(sheet, entries=kept, mistakes=(*sheet.mistakes, *refused))


def _named(line: object) -> _Named:
    match line:
        case ListedPerson():
            groups = [("cohort", line.cohort), *(("teams", team) for team in line.teams)]
            homeless = line.programme if line.cohort is None else None
            return _Named(line.site, tuple((name, one) for name, one in groups if one), (), homeless)
        case ListedBadge():
            return _Named(people=(("person", line.person),))
        case ListedBooking():
            groups = [("group", line.group)] if line.group else []
            people = [("person", line.person)] if line.person else []
            return _Named(line.site, tuple((name, one) for name, one in groups if one), tuple(people))
        case ListedSession():
            trainers = tuple(("trainers", one) for one in line.trainers)
            return _Named(line.site, tuple(("groups", one) for one in line.groups), trainers)
        case _:
            return _Named()


def _there(connection: Connection, sites: frozenset[str], named: Sequence[_Named]) -> _There:
    c, m, z = t.cohort.c, t.team.c, t.programme_zone.c
    groups = [group for one in named for _, group in one.groups]
    cohorts = _pairs(connection, lambda some: select(c.id, c.site).where(c.id.in_(some)), groups)
    teams = _pairs(
        connection,
        lambda some: select(m.id, c.site).join(t.cohort, c.id == m.cohort).where(m.id.in_(some)),
        groups,
    )
    programmes: dict[str, set[str]] = {}
    for programme, site in _pairs(
        connection,
        lambda some: select(z.programme, z.site).where(z.programme.in_(some)).distinct(),
        [one.homeless for one in named],
    ):
        programmes.setdefault(programme, set()).add(site)
    found = exchange_names.people(connection, (person for one in named for _, person in one.people))
    known = known_among(connection, sorted({*found.values()}), sites)
    return _There(
        sites,
        dict([*teams, *cohorts]),
        {programme: frozenset(at) for programme, at in programmes.items()},
        frozenset(name for name, ident in found.items() if ident in known),
    )


def _pairs(
    connection: Connection, query: Callable[[Sequence[str]], Any], names: Iterable[str | None]
) -> list[tuple[str, str]]:
    return [
        (row[0], row[1])
        for some in exchange_names.chunks(name for name in names if name)
        for row in connection.execute(query(some))
    ]


def _refused(sheet: Sheet[T], there: _There, entry: Entry[T], named: _Named) -> list[Note]:
    """What of a line is not theirs; of what is not there at all, the line is told as always."""
    found: list[tuple[str, Reason]] = []
    if named.site is not None and named.site not in there.sites:
        said = "this line is of a site that is not yours; leave it to whoever coordinates that one."
        found.append(("site", why("site.not_yours", said)))
    for name, group in named.groups:
        if there.groups.get(group, next(iter(there.sites))) not in there.sites:
            found.append((name, why("group.not_yours", "this cohort or team is not of your sites; name one of them.")))
    for name, person in named.people:
        if person not in there.people:
            found.append((name, why("person.unknown", "there is no such person; bring the people in first.")))
    if named.homeless is not None and not there.programmes.get(named.homeless, frozenset()) <= there.sites:
        said = "a place in this programme opens other sites than yours as well; name one of its cohorts at yours."
        found.append(("programme", why("programme.not_yours", said)))
    return [Note(entry.line, sheet.words.get(name, name), reason) for name, reason in found]
