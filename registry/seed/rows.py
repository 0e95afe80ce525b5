"""An example's rows, each with what brings it, in the order in which one needs another."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from itertools import chain
from zoneinfo import ZoneInfo

from access.records import Opening, PassKind
from access.spans import Span
from registry import store
from registry.api.meant import programme_meant
from registry.bookings import resources
from registry.calendars import calendars
from registry.edit import Edit
from registry.people import enrolments, guardians, passes, people, roles, transfers
from registry.problems import Kind, Problem
from registry.programmes import cohorts, modules, programmes, sessions, teams
from registry.programmes.session import Session
from registry.recurrence.wall import moment
from registry.seed.shapes import Example, OpeningLine, PassLine, SessionLine
from registry.tables import core as t

Do = Callable[[], object]
Rows = Iterator[tuple[str, str, Do]]
"""Kind, id and what brings it."""
PAST_BIRTHDAY = timedelta(days=100)
"""So long before the first day an example's person had their birthday: their age holds for most of a year."""


@dataclass(frozen=True, slots=True)
class Week:
    """The first day of an example, a Monday, and the sites' calendars."""

    first: date
    zones: Mapping[str, ZoneInfo]

    def at(self, site: str, day: int, clock: str = "00:00") -> int:
        """The moment of a local time at a site, ``day`` days after the first. Raises Problem."""
        if site not in self.zones:
            raise Problem(Kind.NOT_FOUND, f"there is no site {site}; let the example bring it.")
        midnight = datetime.combine(self.first + timedelta(days=day), time())
        return moment(midnight + timedelta(minutes=_minutes(clock)), self.zones[site])

    def anywhere(self, day: int) -> int:
        """The beginning of a day by the calendar of the first of the sites."""
        return self.at(min(self.zones, default=""), day)

    def born(self, age: int) -> str:
        """The birth date of somebody of an age."""
        birthday = self.first - PAST_BIRTHDAY
        # The first of the month: every year has that day.
        return birthday.replace(year=birthday.year - age, day=1).isoformat()


def _minutes(clock: str) -> int:
    hour, minute = map(int, clock.split(":"))
    return hour * 60 + minute


def all_rows(edit: Edit, week: Week, example: Example) -> Rows:
    """Every row of an example but its sites."""
    makers = (_resources, _desks, _openings, _holidays, _programmes, _modules, _groups, _people, _enrolments, _members)
    later = (_roles, _guardians, _transfers, _passes, _sessions)
    return chain.from_iterable(maker(edit, week, example) for maker in (*makers, *later))


def _resources(edit: Edit, week: Week, example: Example) -> Rows:
    del week
    for line in example.resource:
        made = resources.Resource(**line.model_dump(exclude={"site"}))
        yield "resource", f"{line.site} {line.id}", partial(resources.add, edit, line.site, made)


def _desks(edit: Edit, week: Week, example: Example) -> Rows:
    del week
    for line in example.desks:
        for number in range(line.first, line.first + line.count):
            desk = resources.Resource(f"desk-{number:02}", "desk", f"Postazione {number}", line.zone)
            yield "resource", f"{line.site} {desk.id}", partial(resources.add, edit, line.site, desk)


def _openings(edit: Edit, week: Week, example: Example) -> Rows:
    del week
    for line in example.opening:
        for weekday in line.weekdays:
            opening = _opening(line, weekday)
            yield "opening", f"{line.site} {opening.id}", partial(calendars.add_opening, edit, line.site, opening)


def _opening(line: OpeningLine, weekday: int) -> Opening:
    minutes = _minutes(line.opens), _minutes(line.closes)
    return Opening(f"{line.audience or 'all'}-{weekday}-{minutes[0]:04}"[:32], weekday, *minutes, line.audience)


def _holidays(edit: Edit, week: Week, example: Example) -> Rows:
    for line in example.site:
        for later in (0, 1):
            close = partial(calendars.add_holidays, edit, line.id, week.first.year + later)
            yield "holidays", f"{line.id} {later}", close


def _programmes(edit: Edit, week: Week, example: Example) -> Rows:
    del week
    for line in example.programme:
        yield "programme", line.id, partial(programmes.add, edit, line.id, programme_meant(line))


def _modules(edit: Edit, week: Week, example: Example) -> Rows:
    for line in example.module:
        due_ms = None if line.due_days is None else week.anywhere(line.due_days)
        made = modules.Module(line.name, line.mandatory, due_ms, line.required_minutes, line.required_sessions)
        yield "module", line.id, partial(modules.add, edit, line.id, line.programme, made)


def _groups(edit: Edit, week: Week, example: Example) -> Rows:
    del week
    for line in example.cohort:
        made = cohorts.Cohort(line.name, line.start_date, line.end_date, line.seats)
        yield "cohort", line.id, partial(cohorts.add, edit, line.id, line.programme, line.site, made)
    for team in example.team:
        yield "team", team.id, partial(teams.add, edit, team.id, team.cohort, team.name)


def _people(edit: Edit, week: Week, example: Example) -> Rows:
    for line in example.person:
        profile = people.Profile(line.name, birth_date=None if line.age is None else week.born(line.age))
        yield "person", line.id, partial(people.add_person, edit, line.id, profile)


def _enrolments(edit: Edit, week: Week, example: Example) -> Rows:
    for line in example.person:
        if line.programme is not None:
            wanted = enrolments.Wanted(line.id, line.programme, line.cohort, week.anywhere(0))
            yield "enrolment", line.id, partial(enrolments.enrol_untold, edit, line.id, wanted)


def _members(edit: Edit, week: Week, example: Example) -> Rows:
    for line in example.person:
        if line.team is not None:
            join = partial(teams.join_untold, edit, line.team, line.id, week.anywhere(0), None)
            yield "member", f"{line.team} {line.id}", join


def _roles(edit: Edit, week: Week, example: Example) -> Rows:
    for line in example.role:
        ends = (0, None) if line.days is None else (week.anywhere(0), week.anywhere(line.days))
        made = roles.Role(line.person, line.role, line.site, frozenset(line.zones), *ends)
        yield "role", line.id, partial(roles.add, edit, line.id, made)


def _guardians(edit: Edit, week: Week, example: Example) -> Rows:
    for line in example.guardian:
        span = week.anywhere(0), week.anywhere(line.days)
        given = guardians.Authorisation(line.person, *span, frozenset(line.zones))
        yield "guardian", line.id, partial(guardians.add, edit, line.id, given)


def _transfers(edit: Edit, week: Week, example: Example) -> Rows:
    for line in example.transfer:
        span = week.at(line.to_site, line.day), week.at(line.to_site, line.day + line.days)
        made = transfers.Transfer(line.person, line.from_site, line.to_site, *span)
        yield "transfer", line.id, partial(transfers.add, edit, line.id, made)


def _passes(edit: Edit, week: Week, example: Example) -> Rows:
    for line in example.pass_:
        yield "pass", f"{line.site} {line.id}", partial(passes.add, edit, line.site, line.id, _pass(week, line))


def _pass(week: Week, line: PassLine) -> passes.Wanted:
    return passes.Wanted(
        line.person,
        frozenset(line.zones),
        week.at(line.site, line.day),
        week.at(line.site, line.day + line.days),
        PassKind(line.kind),
        frozenset(line.weekdays),
        _minutes(line.opens),
        _minutes(line.closes),
    )


def _sessions(edit: Edit, week: Week, example: Example) -> Rows:
    for line in example.session:
        for number in line.weeks:
            ident = f"{line.id}-{number}"
            yield (
                "session",
                f"{line.site} {ident}",
                partial(_plan, edit, line.site, ident, _session(week, line, number)),
            )


def _plan(edit: Edit, site: str, ident: str, session: Session) -> None:
    """Plan a session; not where the site rests."""
    c = t.closure.c
    rests = (c.site == site) & (c.audience == "") & (c.resource.in_(["", session.resource or ""]))
    within = (c.start_ms < session.end_ms) & (c.end_ms > session.start_ms)
    if not store.count(edit.connection, t.closure, rests & within):
        sessions.add(edit, site, ident, session)


def _session(week: Week, line: SessionLine, number: int) -> Session:
    day = 7 * number + line.weekday
    names = {"programme", "title", "zone", "resource", "module", "off_site", "place"}
    starts, ends = (week.at(line.site, day, clock) for clock in (line.starts, line.ends))
    pause = () if line.pause is None else (Span(*(week.at(line.site, day, clock) for clock in line.pause)),)
    return Session(
        **line.model_dump(include=names),
        groups=tuple(sorted(line.groups)),
        trainers=tuple(sorted(line.trainers)),
        start_ms=starts,
        end_ms=ends,
        breaks=pause,
    )
