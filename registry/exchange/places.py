"""What a file of people says of each at a site: zones, an enrolment, teams, a guardian's authorisation.

What is there already is found for all lines at once, so that a file that comes again asks little. What is new goes
through the stores that staff use: the same checks of age, seats and cohorts, and the same refusals.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from access.enrolment import is_minor
from registry.edit import Edit
from registry.exchange import names as exchange_names
from registry.exchange.bringing_in import Context, Report, attempt
from registry.people import enrolments, guardians
from registry.programmes import teams
from registry.reasons import why
from registry.spreadsheets.incoming import Entry, Note
from registry.spreadsheets.kinds import ListedPerson
from registry.tables import core as t

Changes = dict[int, list[str]]
"""What each line changes, by its number: the entry's fields."""


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a file, whose person it means, and when they were born (ISO)."""

    entry: Entry[ListedPerson]
    person: str
    born: str | None

    @property
    def said(self) -> ListedPerson:
        """What the line says."""
        return self.entry.value


@dataclass(frozen=True, slots=True)
class _There:
    """What there is of these people, and of the sites and cohorts that their lines name."""

    sites: frozenset[str]
    zones: Mapping[tuple[str, str], str]
    cohorts: Mapping[str, Row[Any]]
    enrolled: Mapping[str, Sequence[Row[Any]]]
    members: Mapping[str, frozenset[str]]
    guardians: Mapping[str, Sequence[Row[Any]]]


def bring_places(edit: Edit, context: Context, report: Report, lines: Sequence[Place]) -> Changes:
    """Give these people what their lines say, as far as it can be."""
    there = _there(edit, lines)
    changes: Changes = {line.entry.line: [] for line in lines}
    usable = [line for line in lines if _is_usable(report, there, line)]
    _set_zones(edit, there, usable, changes)
    for line in usable:
        for bring in (_enrol, _join, _authorise):
            changes[line.entry.line] += bring(edit, context, report, there, line)
    return changes


def _there(edit: Edit, lines: Sequence[Place]) -> _There:
    connection, persons = edit.connection, [line.person for line in lines]
    r, e, m, g = t.rights.c, t.enrolment.c, t.member.c, t.guardian.c
    rights = _rows(connection, select(t.rights), r.person, persons)
    enrolled = [row for row in _rows(connection, select(t.enrolment), e.person, persons) if row.state == "active"]
    live = [row for row in _rows(connection, select(t.member), m.person, persons) if _holds(row, edit.at_ms)]
    cohorts = _rows(connection, select(t.cohort), t.cohort.c.id, [line.said.cohort for line in lines])
    teams_of: dict[str, set[str]] = defaultdict(set)
    for row in live:
        teams_of[row.person].add(row.team)
    return _There(
        exchange_names.known(connection, t.site.c.id, [line.said.site for line in lines]),
        {(row.site, row.person): row.zones for row in rights},
        {row.id: row for row in cohorts},
        _by_person(row for row in enrolled if _holds(row, edit.at_ms)),
        {person: frozenset(names) for person, names in teams_of.items()},
        _by_person(row for row in _rows(connection, select(t.guardian), g.person, persons) if _holds(row, edit.at_ms)),
    )


def _rows(connection: Connection, query: Any, column: Any, names: Iterable[str | None]) -> list[Row[Any]]:  # noqa: ANN401
    found: list[Row[Any]] = []
    for some in exchange_names.chunks(name for name in names if name):
        found += connection.execute(query.where(column.in_(some))).all()
    return found


def _holds(row: Row[Any], at_ms: int) -> bool:
    return row.until_ms is None or row.until_ms > at_ms


def _by_person(rows: Iterable[Row[Any]]) -> Mapping[str, Sequence[Row[Any]]]:
    found: dict[str, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        found[row.person].append(row)
    return found


def _is_usable(report: Report, there: _There, line: Place) -> bool:
    said, number = line.said, line.entry.line
    cohort = there.cohorts.get(said.cohort or "")
    if said.site and said.site not in there.sites:
        report.refuse(number, "site", why("site.unknown", "there is no such site; write its id."))
    elif said.zones and not said.site:
        report.refuse(number, "site", why("zones.no_site", "zones are those of a site; write which."))
    elif said.cohort and cohort is None:
        report.refuse(number, "cohort", why("cohort.unknown", "there is no such cohort; write its id."))
    elif cohort is not None and said.site and cohort.site != said.site:
        report.refuse(
            number,
            "cohort",
            why("cohort.site", "this cohort is at {site}; write that site, or another cohort.", site=cohort.site),
        )
    elif cohort is not None and said.programme and cohort.programme != said.programme:
        report.refuse(
            number,
            "cohort",
            why(
                "cohort.programme",
                "this cohort is of {programme}; write that, or another cohort.",
                programme=cohort.programme,
            ),
        )
    else:
        return True
    return False


def _set_zones(edit: Edit, there: _There, lines: Sequence[Place], changes: Changes) -> None:
    """The zones given by hand: those of the line, where it names any; none, where nothing else admits its person."""
    new, changed = {}, []
    for line in lines:
        said, key = line.said, (line.said.site or "", line.person)
        held, wanted = there.zones.get(key), " ".join(line.said.zones)
        if held is None and said.site and (wanted or _is_bare(there, line)) and key not in new:
            new[key] = wanted
            changes[line.entry.line].append("zones" if wanted else "site")
        elif held is not None and wanted and held != wanted:
            changed.append((key, wanted))
            changes[line.entry.line].append("zones")
    rest = {"standing": "", "valid_from_ms": 0, "valid_until_ms": None, "revision": 1, "staff": False}
    if new:
        rows = [{"site": site, "person": person, "zones": zones, **rest} for (site, person), zones in new.items()]
        edit.connection.execute(insert(t.rights), rows)
    r = t.rights.c
    if changed:
        query = update(t.rights).where(r.site == bindparam("at"), r.person == bindparam("of"))
        query = query.values(zones=bindparam("now"), revision=r.revision + 1)
        edit.connection.execute(query, [{"at": site, "of": person, "now": zones} for (site, person), zones in changed])


def _is_bare(there: _There, line: Place) -> bool:
    """Whether nothing but the line's site would admit its person."""
    return not (line.said.programme or line.said.cohort or there.enrolled.get(line.person))


def _enrol(edit: Edit, context: Context, report: Report, there: _There, line: Place) -> list[str]:
    """An enrolment in the programme, or the cohort of the one that there is."""
    said = line.said
    cohort = there.cohorts.get(said.cohort or "")
    programme = said.programme or (cohort.programme if cohort is not None else None)
    if programme is None:
        return []
    held = next((row for row in there.enrolled.get(line.person, ()) if row.programme == programme), None)
    if held is not None and said.cohort in {None, held.cohort}:
        return []

    if held is not None and not _is_theirs(edit, context, held.cohort):
        elsewhere = "this person is in a cohort of another site; let whoever coordinates that one change it."
        report.refuse(line.entry.line, "cohort", why("cohort.not_yours", elsewhere))
        return []

    def do() -> object:
        if held is None:
            wanted = enrolments.Wanted(line.person, programme, said.cohort)
            return enrolments.enrol_untold(edit, context.new_id(), wanted)
        change = enrolments.Change(said.cohort, held.from_ms, held.until_ms)
        return enrolments.change(edit, held.id, change)

    attempt(edit, report, line.entry.line, do)
    return ["programme"] if held is None else ["cohort"]


def _is_theirs(edit: Edit, context: Context, cohort: str | None) -> bool:
    """Whether whoever brings the file in may take somebody out of a cohort; None: of none, which lets in everywhere."""
    if context.sites is None or cohort is None:
        return True
    c = t.cohort.c
    return edit.connection.execute(select(c.site).where(c.id == cohort)).scalar_one() in context.sites


def _join(edit: Edit, context: Context, report: Report, there: _There, line: Place) -> list[str]:
    """The teams that the person is not in."""
    del context
    missing = [team for team in line.said.teams if team not in there.members.get(line.person, ())]
    for team in missing:
        attempt(edit, report, line.entry.line, _joining(edit, team, line.person))
    return ["teams"] if missing else []


def _joining(edit: Edit, team: str, person: str) -> Callable[[], None]:
    return lambda: teams.join_untold(edit, team, person, edit.at_ms, None)


def _authorise(edit: Edit, context: Context, report: Report, there: _There, line: Place) -> list[str]:
    """A minor's authorisation from now on; until when another one holds is not changed."""
    until_ms = line.said.guardian_until_ms
    held = there.guardians.get(line.person, ())
    minor = line.born is not None and is_minor(
        date.fromisoformat(line.born), edit.at_ms, context.zone_of(line.said.site)
    )
    words = report.words.get("guardian_until_ms", "guardian_until")
    if until_ms is None:
        if minor and not held:
            doubt = why("minor.no_guardian", "this is a minor, whom no site admits without a guardian's authorisation.")
            report.warnings.append(Note(line.entry.line, words, doubt))
        return []
    if any(row.until_ms == until_ms for row in held):
        return []
    if until_ms <= edit.at_ms:
        report.refuse(
            line.entry.line,
            "guardian_until_ms",
            why("guardian.ended", "this authorisation has ended; ask for a new one."),
        )
        return []
    if not minor:
        report.warnings.append(
            Note(
                line.entry.line,
                words,
                why("guardian.no_minor", "this is no minor; the authorisation is noted all the same."),
            )
        )
    given = guardians.Authorisation(line.person, edit.at_ms, until_ms)
    attempt(edit, report, line.entry.line, lambda: guardians.add(edit, context.new_id(), given))
    return ["guardian_until_ms"]
