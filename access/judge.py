"""One function decides every door: live, offline, in what-if questions and in replay."""

from dataclasses import dataclass
from math import inf
from zoneinfo import ZoneInfo

from access.case import Case, Request
from access.clock import Now
from access.gathering import gather
from access.reasons import GRANTS, RANK, Reason, Warned
from access.replica import Replica
from access.rights import RIGHTS, Granted, Refused
from access.rules import BARS, WARNINGS
from access.site import Policy


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a door says and why.

    ``rule`` is the rule that decided. ``until_ms``: of a grant, when its reason ends; of a refusal, the moment from
    which that rule would grant; None where there is no such moment. ``booking`` is the one that bears on it.
    ``warned``: what staff are told beside a grant.
    """

    reason: Reason
    rule: str
    until_ms: int | None = None
    booking: str | None = None
    warned: tuple[Warned, ...] = ()

    @property
    def granted(self) -> bool:
        """Whether the door opens."""
        return self.reason in GRANTS


def judge(replica: Replica, policy: Policy, zone: ZoneInfo, request: Request, now: Now) -> Verdict:
    """The verdict on one request at one moment; total: every request has one."""
    return decide(gather(replica, policy, zone, request, now))


def decide(case: Case) -> Verdict:
    """The verdict on a case. Any bar refuses (deny beats allow); then any right grants; of several refusals the one is
    named that the person must act on first, the lack of a reason to be here among them.
    """
    bars = [(rule, barred) for rule, bar in BARS if (barred := bar(case)) is not None]
    grants: list[tuple[str, Granted]] = []
    refusals: list[tuple[str, Refused]] = []
    for rule, right in RIGHTS:
        found = right(case)
        if isinstance(found, Granted):
            grants.append((rule, found))
        elif found is not None:
            refusals.append((rule, found))
    if grants and not bars:
        return _longest(grants, case)
    lacking = [] if grants else refusals or [("own-booking", Refused(Reason.NO_BOOKING))]
    return _first_named([*lacking, *bars])


def _first_named(found: list[tuple[str, Refused]]) -> Verdict:
    rule, refusal = found[0] if len(found) == 1 else min(found, key=_named_first)
    return Verdict(refusal.reason, rule, refusal.until_ms, refusal.booking)


def _named_first(named: tuple[str, Refused]) -> tuple[int, int]:
    return RANK[named[1].reason], named[1].until_ms or 0


def _longest(found: list[tuple[str, Granted]], case: Case) -> Verdict:
    """Of several rights the one that lasts longest, the first of equals."""
    rule, grant = found[0] if len(found) == 1 else max(found, key=_lasts)
    warned = tuple([told for warning in WARNINGS if (told := warning(case)) is not None])
    return Verdict(grant.reason, rule, grant.until_ms, grant.booking, warned)


def _lasts(named: tuple[str, Granted]) -> float:
    until_ms = named[1].until_ms
    return inf if until_ms is None else until_ms
