"""One function decides every door: it is total, and a moment that it names is the moment."""

from collections import Counter
from dataclasses import replace

from access.case import Age, Case, Conditions, Request
from access.clock import HOUR_MS, Now
from access.judge import Verdict, decide, judge
from access.reasons import GRANTS, RANK, WAITS, Reason, Warned
from access.records import Badge, Booking, Person
from access.replica import Put, Replica, apply
from access.rights import RIGHTS, Granted, Refused
from access.rules import BARS
from access.site import Policy
from tests.support.chance_site import World, world_of
from tests.support.core_site import ROME, card, replica_of, rome
from tests.support.seeds import over

SEEDS = range(2_500)
REACHED: Counter[str] = Counter()
RULES = dict([*BARS, *RIGHTS])
DATED = {
    Reason.BADGE_NOT_YET,
    Reason.PERSON_NOT_YET,
    Reason.PIN_BLOCKED,
    Reason.SITE_CLOSED,
    Reason.MINOR_NOT_AUTHORISED,
    Reason.MINOR_CURFEW,
    Reason.PASS_HOURS,
    Reason.TOO_EARLY,
    Reason.PASS_NOT_YET,
    Reason.ALREADY_INSIDE,
}
"""Refusals that end at a moment."""


@over(SEEDS)
def test_every_request_has_a_verdict_that_names_its_rule(seed: int) -> None:
    world = world_of(seed)
    verdict = world.verdict()
    REACHED[verdict.reason] += 1
    REACHED.update(f"warned {one}" for one in verdict.warned)
    assert verdict.granted == (verdict.reason in GRANTS)
    assert verdict.rule in RULES
    assert verdict.granted or verdict.reason in RANK
    assert verdict.granted or not verdict.warned
    if verdict.until_ms is not None:
        assert verdict.until_ms > world.at_ms
        assert verdict.granted or verdict.reason in DATED


def _at(world: World, at_ms: int) -> Case:
    """The same, asked at another moment; the day's end forgives who is inside."""
    forgiven_ms = world.case().forgiven_ms
    held = world.request.conditions
    inside = held.inside and (forgiven_ms is None or at_ms < forgiven_ms)
    request = replace(world.request, conditions=replace(held, inside=inside))
    return replace(world, request=request, at_ms=at_ms).case()


@over(SEEDS)
def test_a_moment_that_a_refusal_names_is_the_first_at_which_its_rule_refuses_so_no_more(seed: int) -> None:
    world = world_of(seed)
    verdict = world.verdict()
    if verdict.granted or verdict.until_ms is None:
        return
    rule = RULES[verdict.rule]
    then, before = rule(_at(world, verdict.until_ms)), rule(_at(world, verdict.until_ms - 1))
    typed = verdict.reason is Reason.PIN_BLOCKED and isinstance(then, Refused) and then.reason is not verdict.reason
    assert then is None or isinstance(then, Granted) or typed
    assert isinstance(before, Refused)
    REACHED[f"waited for {verdict.reason}"] += 1


@over(SEEDS)
def test_a_moment_that_a_grant_names_is_the_last_of_its_reason(seed: int) -> None:
    world = world_of(seed)
    verdict = world.verdict()
    if verdict.granted and verdict.until_ms is not None:
        rule = RULES[verdict.rule]
        last, then = rule(_at(world, verdict.until_ms - 1)), rule(_at(world, verdict.until_ms))
        assert isinstance(last, Granted)
        assert last.until_ms is not None
        assert last.until_ms >= verdict.until_ms
        assert then is None or isinstance(then, Refused) or then.until_ms is None or then.until_ms > verdict.until_ms
        REACHED[f"ended {verdict.rule}"] += 1


@over(SEEDS)
def test_of_several_refusals_none_that_is_named_before_another_is_left_out(seed: int) -> None:
    case = world_of(seed).case()
    verdict = decide(case)
    bars = {barred.reason for _, bar in BARS if (barred := bar(case)) is not None}
    rights = [found for _, right in RIGHTS if (found := right(case)) is not None]
    may_be_here = any(isinstance(found, Granted) for found in rights)
    lacking = set() if may_be_here else {found.reason for found in rights} or {Reason.NO_BOOKING}
    assert verdict.granted == (may_be_here and not bars)
    if not verdict.granted:
        assert RANK[verdict.reason] == min(RANK[reason] for reason in bars | lacking)
        REACHED["several refusals"] += len(bars | lacking) > 1


def test_the_worlds_reached_every_reason() -> None:
    if not REACHED:
        test_every_request_has_a_verdict_that_names_its_rule()
        test_a_moment_that_a_refusal_names_is_the_first_at_which_its_rule_refuses_so_no_more()
        test_a_moment_that_a_grant_names_is_the_last_of_its_reason()
        test_of_several_refusals_none_that_is_named_before_another_is_left_out()
    wanted = {*Reason, *(f"warned {one}" for one in Warned), *(f"waited for {reason}" for reason in DATED)}
    wanted |= {"ended own-booking", "ended held-pass", "several refusals"}
    assert {name for name in wanted - {Reason.OVERRIDE, Reason.LEAVING} if not REACHED[name]} == set()


MIDNIGHT = rome("2026-06-01 00:00")
ASKED = (Request("d", "hall", frozenset({"hall"}), card("anna")), Now(MIDNIGHT, 0, 0))


def test_of_several_rights_the_one_that_lasts_longest_is_named() -> None:
    anna = Person("anna", "Anna", frozenset({"hall"}), frozenset({"hall"}))
    badge = Badge("b", "anna", (card("anna"),))
    booked = Booking("k", "anna", "hall", "d", MIDNIGHT, MIDNIGHT + HOUR_MS)
    standing = judge(replica_of(anna, badge, booked), Policy(), ROME, *ASKED)
    assert standing == Verdict(Reason.STANDING, "standing-right")
    usual = replace(anna, standing=frozenset())
    said = judge(replica_of(usual, badge, booked), Policy(), ROME, *ASKED)
    assert said == Verdict(Reason.BOOKING, "own-booking", booked.end_ms, "k")


def test_a_change_of_rights_counts_at_the_next_question() -> None:
    badge = Badge("b", "anna", (card("anna"),))
    replica: Replica = replica_of(Person("anna", "Anna", frozenset(), frozenset({"hall"})), badge)
    assert judge(replica, Policy(), ROME, *ASKED).granted
    replica = apply(replica, "g", 2, [Put(replace(badge, revoked=True))])
    assert judge(replica, Policy(), ROME, *ASKED).reason is Reason.BADGE_REVOKED


def test_nobody_learns_from_a_tap_that_may_be_old_who_would_be_let_in() -> None:
    """D13: whoever it is, and whatever holds, the reason is the tap's own."""
    for seed in range(200):
        world = world_of(seed)
        for age in (Age.STALE, Age.UNPROVED):
            request = replace(world.request, age=age, accepts_unproved=False, conditions=Conditions())
            assert replace(world, request=request).verdict().reason in WAITS
