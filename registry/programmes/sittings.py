"""Sessions as attendance counts them, and who is expected at each: their groups' people, while they are of these."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, or_, select, union_all

from access.attendance import Session, SessionState, Terms
from registry.programmes.session import breaks_of
from registry.tables import core as t

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Sitting:
    """A session with its site, programme and module; ``session.id`` is unique over all sites."""

    site: str
    id: str
    programme: str
    module: str | None
    title: str
    session: Session
    groups: frozenset[str]


@dataclass(frozen=True, slots=True)
class Belonging:
    """A person's time in a group, half open; None ends never."""

    person: str
    group: str
    from_ms: int
    until_ms: int | None

    def covers(self, session: Session) -> bool:
        """Whether it has a moment of a session."""
        return self.from_ms < session.end_ms and (self.until_ms is None or self.until_ms > session.start_ms)


def sittings(connection: Connection, where: ColumnElement[bool]) -> list[Sitting]:
    """The sessions that ``where`` chooses of the session table, by start, in two queries."""
    s, g = t.session.c, t.session_group.c
    rows = connection.execute(select(t.session).where(where).order_by(s.start_ms, s.site, s.id)).all()
    same = (g.site == s.site) & (g.session == s.id)
    groups: dict[tuple[str, str], set[str]] = defaultdict(set)
    of = select(g.site, g.session, g.group_id).join(t.session, same).where(where)
    for site, session, group in connection.execute(of):
        groups[site, session].add(group)
    return [
        Sitting(
            row.site,
            row.id,
            row.programme,
            row.module,
            row.title,
            Session(
                f"{row.site}/{row.id}",
                row.start_ms,
                row.end_ms,
                SessionState(row.state),
                breaks_of(row.breaks),
                row.off_site,
            ),
            frozenset(groups[row.site, row.id]),
        )
        for row in rows
    ]


def belongings(connection: Connection, *, groups: Iterable[str] = (), persons: Iterable[str] = ()) -> list[Belonging]:
    """Whose time in which group: of these groups, or of these persons; who was withdrawn without a day was never in.
    Nobody is in a team for longer than in its cohort.
    """
    of_groups, of_persons = sorted(set(groups)), sorted(set(persons))
    e, m = t.enrolment.c, t.member.c
    stayed = e.cohort.is_not(None) & ((e.state != "withdrawn") | e.until_ms.is_not(None))
    enrolled = select(e.person, e.cohort.label("group_id"), e.from_ms, e.until_ms, e.until_ms.label("left_ms"))
    enrolled = enrolled.where(stayed)
    member = select(m.person, m.team.label("group_id"), m.from_ms, m.until_ms, e.until_ms.label("left_ms"))
    member = member.join(t.team, t.team.c.id == m.team)
    member = member.join(t.enrolment, (e.person == m.person) & (e.cohort == t.team.c.cohort) & stayed)
    found: list[Belonging] = []
    for names, of_enrolment, of_member in ((of_groups, e.cohort, m.team), (of_persons, e.person, m.person)):
        for start in range(0, len(names), AT_ONCE):
            some = names[start : start + AT_ONCE]
            both = union_all(enrolled.where(of_enrolment.in_(some)), member.where(of_member.in_(some)))
            for person, group, from_ms, until_ms, left_ms in connection.execute(both):
                ends = [end for end in (until_ms, left_ms) if end is not None]
                found.append(Belonging(person, group, from_ms, min(ends, default=None)))
    return found


def expected(held: Iterable[Sitting], times: Iterable[Belonging]) -> dict[str, list[Sitting]]:
    """Which sessions each person is expected at, by person; the sessions in the order given."""
    of_group: dict[str, list[Belonging]] = defaultdict(list)
    for one in times:
        of_group[one.group].append(one)
    found: dict[str, list[Sitting]] = defaultdict(list)
    for sitting in held:
        there = {one.person for group in sitting.groups for one in of_group[group] if one.covers(sitting.session)}
        for person in sorted(there):
            found[person].append(sitting)
    return found


def of_groups(groups: Sequence[str]) -> ColumnElement[bool]:
    """The sessions that are for one of these groups, as a condition on the session table."""
    s, g = t.session.c, t.session_group.alias("for_group").c
    same = (g.site == s.site) & (g.session == s.id)
    some = [g.group_id.in_(groups[start : start + AT_ONCE]) for start in range(0, len(groups), AT_ONCE)]
    return select(g.session).where(same, or_(*some)).correlate(t.session).exists()


def terms_of(connection: Connection, programmes: Iterable[str]) -> Mapping[str, Terms]:
    """How these programmes count attendance."""
    p = t.programme.c
    asked = select(p.id, p.late_ms, p.early_ms, p.rounding_minutes, p.threshold_percent)
    rows = connection.execute(asked.where(p.id.in_(sorted(set(programmes)))))
    return {
        row.id: Terms(row.late_ms, row.early_ms, row.rounding_minutes, threshold_percent=row.threshold_percent)
        for row in rows
    }
