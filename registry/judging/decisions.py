"""Would this open? Questions to the judge itself, over the very records that a site's feed holds (D11, interfaces)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from access.case import Age, Case, Conditions
from access.case_codec import case_to_stored
from access.judge import Verdict, decide
from access.reasons import RANK
from access.records import Badge
from access.remedies import iso, remedy
from access.site import Door
from registry.downlink.replicas import Replicas
from registry.judging.ground import Ground, Shown, case_of, conditions_now, ground_of
from registry.problems import Kind, Problem
from registry.sites import layouts, live
from registry.tables import core as t

NEUTRAL = Conditions()


@dataclass(frozen=True, slots=True)
class Asked:
    """A question: who shows which badge (by id) at which door; ``person`` alone means the badge that serves them best.

    ``at_ms`` None: now, on what the site's log says; another moment: on nothing particular. ``conditions`` are those
    that the question itself sets.
    """

    site: str
    door: str
    person: str | None = None
    badge: str | None = None
    at_ms: int | None = None
    age: Age = Age.FRESH
    repeated: bool = False
    pin: str = "right"
    conditions: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answered:
    """A question's verdict, the case that it was judged on, and the site's time zone."""

    asked: Asked
    zone: ZoneInfo
    verdict: Verdict
    case: Case


def answer(connection: Connection, replicas: Replicas, questions: Sequence[Asked], now_ms: int) -> list[Answered]:
    """The verdicts on many questions, in their order. Raises Problem where one names no site or door that is known."""
    sites = {asked.site for asked in questions}
    laid = layouts.sites_laid(connection, sites)
    if missing := sorted(sites - set(laid)):
        raise Problem(Kind.INVALID, f"nobody has told the layout of {missing[0]}; connect its gateway, or PUT it.")
    grounds = {site: ground_of(laid[site], replicas.at(connection, site)) for site in sorted(sites)}
    asks_now = {asked.site for asked in questions if asked.at_ms is None}
    found = live.standings(connection, t.site.c.id.in_(asks_now)) if asks_now else []
    standings = {standing.site: standing for standing in found}
    return [
        _answered(asked, grounds[asked.site], standings.get(asked.site), now_ms, number)
        for number, asked in enumerate(questions)
    ]


def _answered(asked: Asked, ground: Ground, standing: live.Standing | None, now_ms: int, number: int) -> Answered:
    door = ground.site.doors.get(asked.door)
    if door is None:
        known = ", ".join(list(ground.site.doors)[:8]) or "none"
        raise Problem(Kind.INVALID, f"requests.{number}: {asked.site} has no door {asked.door}; it has: {known}.")
    found = [_judged(asked, ground, door, standing, now_ms, credential) for credential in _credentials(asked, ground)]
    return max(found, key=_serves)


def _serves(answered: Answered) -> int:
    """How far a badge takes its person: what is refused later in the order is nearer to a grant."""
    return RANK.get(answered.verdict.reason, len(RANK))


def _credentials(asked: Asked, ground: Ground) -> list[bytes]:
    """What may be shown: the named badge's credential, or one of each of the person's badges."""
    if asked.badge is not None:
        badge = ground.replica.badges.get(asked.badge)
        held: tuple[Badge, ...] = () if badge is None else (badge,)
    else:
        held = ground.badges_of.get(asked.person or "", ())
    return [badge.credentials[0] for badge in held if badge.credentials] or [b""]


def _judged(
    asked: Asked, ground: Ground, door: Door, standing: live.Standing | None, now_ms: int, credential: bytes
) -> Answered:
    at_ms = now_ms if asked.at_ms is None else asked.at_ms
    badge = ground.replica.badge_of.get(credential)
    person = None if badge is None else ground.replica.persons.get(badge.person)
    holds = NEUTRAL
    if asked.at_ms is None and standing is not None:
        holds = conditions_now(ground, door, person, standing.occupancy, standing.overview, at_ms)
    conditions = replace(holds, **asked.conditions)
    shown = Shown(credential, asked.age, asked.repeated, asked.pin)
    case = case_of(ground, door, shown, at_ms, conditions)
    return Answered(asked, ground.zone, decide(case), case)


def shown(answered: Answered) -> dict[str, Any]:
    """A verdict as it is answered, with the facts that it was judged on."""
    verdict, case = answered.verdict, answered.case
    known = case.person is not None and case.badge is not None
    return {
        "site": answered.asked.site,
        "door": case.door,
        "at_ms": case.at_ms,
        "granted": verdict.granted,
        "reason": str(verdict.reason),
        "rule": verdict.rule,
        "until_ms": verdict.until_ms,
        "until": None if verdict.until_ms is None else iso(verdict.until_ms, answered.zone),
        "booking": verdict.booking,
        "person": case.person.id if known and case.person else None,
        "badge": case.badge.id if known and case.badge else None,
        "warned": [str(warned) for warned in verdict.warned],
        "remedy": remedy(verdict, case, answered.zone),
        "facts": facts(case),
    }


def facts(case: Case) -> list[dict[str, Any]]:
    """All that a rule looked at, as the log stores it of a verdict: a code and its value each; no name, no hash."""
    stored = case_to_stored(case)
    stored["conditions"] = {one.name: _plain(getattr(case.conditions, one.name)) for one in fields(case.conditions)}
    return [{"code": code, "value": value} for code, value in stored.items()]


def _plain(value: object) -> object:
    return sorted(value) if isinstance(value, frozenset) else value
