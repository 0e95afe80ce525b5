"""What each table of the registry lets go of, and when: the rules of the places of ``access.retention_places`` that
have a period. A row goes whole, or only whom it names, so that what is counted of it stays (P4).
"""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Table, and_, exists, false, func, or_, select, true

from access import retention as r
from access.hours import local
from access.records import BookingKind
from access.retention import Kind, Since
from registry.guard.acts import Did
from registry.people.enrolments import HOME_ZONE
from registry.tables import core as t
from registry.tables.accounts import act, password_reset, web_session
from registry.tables.consents import consent
from registry.tables.retention import legal_hold
from registry.tables.tokens import api_token

Made = ColumnElement[bool]
_ALL: Made = true()


@dataclass(frozen=True, slots=True)
class Rule:
    """Rows of a ``table`` are of a ``kind``, and over ``kind.period_ms`` after ``when``; ``who`` they are about, where
    one column says it. ``blank`` are the columns that are emptied instead of the row being deleted. ``only``: those
    that the rule is of. ``programme``: whose accounts they belong to, where they are about a group.
    """

    table: Table
    kind: Kind
    when: ColumnElement[int | None]
    who: ColumnElement[str | None] | None = None
    blank: tuple[str, ...] = ()
    only: Made = _ALL
    programme: ColumnElement[str | None] | None = None

    @property
    def empty(self) -> dict[str, str | None]:
        """What an emptied row has in the place of what is ``blank``."""
        return {name: None if self.table.c[name].nullable else "" for name in self.blank}


_FAILED = act.c.kind.in_([Did.FAILED, Did.CODE_FAILED])
_LATER = select(t.booking.c.id).where(t.booking.c.site == t.series.c.site, t.booking.c.series == t.series.c.id)
_LAST = select(func.max(t.booking.c.end_ms)).where(
    t.booking.c.site == t.series.c.site, t.booking.c.series == t.series.c.id
)


def _is_desk(of: Table) -> Made:
    """Whether it says at which resource it is, and that is a desk: a room or a zone is nobody's seat (ADR 44)."""
    c = t.resource.c
    there = exists(select(c.id).where(c.site == of.c.site, c.id == of.c.resource, c.kind == "desk"))
    return of.c.resource.is_not(None) & there


def _programme_of(group: ColumnElement[str | None]) -> ColumnElement[str | None]:
    """The programme of a group: a cohort, or a team of one."""
    c, m = t.cohort.c, t.team.c
    of_cohort = select(c.programme).where(c.id == group).scalar_subquery()
    of_team = select(c.programme).join(t.team, m.cohort == c.id).where(m.id == group).scalar_subquery()
    return func.coalesce(of_cohort, of_team)


_OF_GROUP, _OF_GROUPS = t.booking.c.person.is_(None), t.series.c.person.is_(None)
_WHEN_TOKEN = func.coalesce(api_token.c.revoked_ms, api_token.c.expires_ms)
_WHEN_HELD = func.coalesce(legal_hold.c.lifted_ms, legal_hold.c.until_ms)

RULES = (
    Rule(t.stay, r.ATTENDANCE, t.stay.c.end_ms, t.stay.c.person, ("person",), t.stay.c.person != ""),
    Rule(t.conflict, r.ATTENDANCE, t.conflict.c.found_ms, t.conflict.c.person),
    Rule(t.roll_call, r.ATTENDANCE, t.roll_call.c.at_ms, t.roll_call.c.person),
    Rule(t.corrected, r.ATTENDANCE, t.corrected.c.at_ms, t.corrected.c.person),
    Rule(
        t.service_entry,
        r.SERVICE,
        t.service_entry.c.end_ms,
        t.service_entry.c.person,
        ("person", "author", "note", "reason", "void_by"),
        t.service_entry.c.person.is_not(None),
    ),
    Rule(
        t.desk_visit,
        r.SERVICE,
        t.desk_visit.c.start_ms,
        t.desk_visit.c.person,
        ("person", "author", "reason", "void_by"),
        t.desk_visit.c.author != "",
    ),
    Rule(
        t.visit,
        r.ACCESS,
        t.visit.c.end_ms,
        blank=("host", "ended_by", "purpose"),
        only=(t.visit.c.host != "") | (t.visit.c.ended_by != "") | (t.visit.c.purpose != ""),
    ),
    Rule(t.booking, r.BOOKING, t.booking.c.end_ms, t.booking.c.person, only=t.booking.c.person.is_not(None)),
    Rule(
        t.series,
        r.BOOKING,
        t.series.c.made_ms,
        t.series.c.person,
        only=t.series.c.person.is_not(None) & ~exists(_LATER),
    ),
    Rule(
        t.booking,
        r.BOOKING,
        t.booking.c.end_ms,
        blank=("excused", "made_by"),
        only=_OF_GROUP & (t.booking.c.excused.is_not(None) | (t.booking.c.made_by != "")),
        programme=_programme_of(t.booking.c.group_id),
    ),
    Rule(
        t.series,
        r.BOOKING,
        t.series.c.made_ms,
        blank=("made_by",),
        only=_OF_GROUPS & (t.series.c.made_by != "") & ~exists(_LATER.where(t.booking.c.made_by != "")),
        programme=_programme_of(t.series.c.group_id),
    ),
    Rule(
        t.certificate,
        r.REGISTER,
        t.certificate.c.at_ms,
        t.certificate.c.person,
        ("person", "salt"),
        t.certificate.c.person.is_not(None),
    ),
    Rule(t.waiting, r.WAITING, t.waiting.c.end_ms, t.waiting.c.person),
    Rule(
        t.booking,
        r.DESK,
        t.booking.c.end_ms,
        t.booking.c.person,
        ("resource",),
        (t.booking.c.kind == BookingKind.DESK) & _is_desk(t.booking),
    ),
    Rule(
        t.series,
        r.DESK,
        func.coalesce(_LAST.scalar_subquery(), t.series.c.made_ms),
        t.series.c.person,
        ("resource",),
        (t.series.c.kind == BookingKind.DESK) & _is_desk(t.series),
    ),
    Rule(
        t.waiting,
        r.DESK,
        t.waiting.c.end_ms,
        t.waiting.c.person,
        ("resource",),
        (t.waiting.c.kind == "desk") & t.waiting.c.resource.is_not(None),
    ),
    Rule(t.data_request, r.REQUEST, t.data_request.c.decided_ms, t.data_request.c.person),
    Rule(consent, r.CONSENT, consent.c.withdrawn_ms, consent.c.person),
    Rule(t.badge_call, r.CALL, t.badge_call.c.asked_ms, t.badge_call.c.person),
    Rule(web_session, r.SESSION, web_session.c.until_ms),
    Rule(password_reset, r.SESSION, password_reset.c.until_ms),
    Rule(api_token, r.TOKEN, _WHEN_TOKEN),
    Rule(t.answer, r.ANSWER, t.answer.c.created_ms),
    Rule(t.look, r.LOOK, t.look.c.at_ms, t.look.c.person),
    Rule(act, r.ACT, act.c.at_ms, act.c.person),
    Rule(act, r.SIGN_IN, act.c.at_ms, act.c.person, only=_FAILED),
    Rule(legal_hold, r.ACT, _WHEN_HELD, legal_hold.c.person),
    Rule(
        t.confirmation,
        r.ACT,
        t.confirmation.c.at_ms,
        blank=("operator", "note"),
        only=or_(t.confirmation.c.operator != "", t.confirmation.c.note != ""),
    ),
    Rule(t.alarm, r.ACT, t.alarm.c.at_ms, blank=("what",), only=t.alarm.c.what != ""),
)
"""In an order in which nothing goes before what hangs on it."""


def over(rule: Rule, now_ms: int, today: str) -> Made:
    """Which rows of a rule are over; ``today`` (ISO) is the local date by which accounts are closed."""
    old = and_(rule.only, rule.when < now_ms - rule.kind.period_ms)
    return old if rule.kind.since is not Since.CLOSED else and_(old, ~still_owed(rule, today))


def still_owed(rule: Rule, today: str) -> Made:
    """Which rows are evidence of what is still to be accounted for, whoever asks that they go."""
    still_open = is_open(today)
    if rule.programme is not None:
        return exists(select(t.programme.c.id).where(still_open, t.programme.c.id == rule.programme))
    if rule.kind.since is not Since.CLOSED or rule.who is None:
        return false()
    if rule.kind is r.SERVICE:
        # Hours are given beside every programme, and are evidence for each of them.
        return exists(select(t.programme.c.id).where(still_open))
    taking_part = select(t.enrolment.c.id).join(t.programme, t.programme.c.id == t.enrolment.c.programme)
    return exists(taking_part.where(still_open, t.enrolment.c.person == rule.who))


def today_of(at_ms: int) -> str:
    """The local date (ISO) by which accounts are closed."""
    return local(at_ms, ZoneInfo(HOME_ZONE)).date().isoformat()


def is_open(today: str) -> Made:
    """Which programmes' accounts are not closed yet."""
    return or_(t.programme.c.closed_on.is_(None), t.programme.c.closed_on > today)
