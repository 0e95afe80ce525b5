"""What a day's log tells, whatever the day: every change once, every entry on a grant, every answer for a verdict."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import pairwise

from hypothesis import given, settings

from access.effects import Append, CommandPulse, Effect, Feedback, Lease, SendBeacon, Settle
from access.facts import (
    DayClosed,
    DeskMoved,
    DeviceGap,
    DeviceMoved,
    DoorMoved,
    Entered,
    Fact,
    FireChanged,
    HeldOpen,
    Judged,
    Lapsed,
    Left,
    LockdownSet,
    Refusals,
    Sensed,
)
from access.freshness import BEACON_GAP_MS
from tests.support.chance import lines
from tests.support.core_site import SITE
from tests.support.transcript import Player

MANY = settings(max_examples=120)
REACHED: Counter[str] = Counter()


def _effects(said: Iterable[str]) -> list[Effect]:
    player = Player()
    for line in said:
        player.do(line)
    return player.effects


def _log(said: Iterable[str]) -> list[tuple[int, Fact]]:
    return [(effect.seq, effect.fact) for effect in _effects(said) if isinstance(effect, Append)]


def _moves(log: list[tuple[int, Fact]]) -> dict[object, list[object]]:
    """What each thing became, in order."""
    moves: dict[object, list[object]] = defaultdict(list)
    for _, fact in log:
        match fact:
            case DoorMoved():
                moves["door", fact.door].append(fact.open)
            case HeldOpen():
                moves["held", fact.door].append(fact.held)
            case DeskMoved():
                moves["desk", fact.desk].append(fact.use)
            case DeviceMoved():
                moves["link", fact.device].append(fact.link)
            case Sensed():
                moves["level", fact.sensor].append((fact.present, fact.age_known))
            case LockdownSet() | FireChanged():
                moves[type(fact)].append(fact.active)
    return moves


@MANY
@given(lines(60))
def test_a_thing_is_told_only_when_it_changed(said: list[str]) -> None:
    for thing, states in _moves(_log(said)).items():
        assert all(before != after for before, after in pairwise(states)), thing
        REACHED[f"{thing[0] if isinstance(thing, tuple) else 'site'} moved"] += len(states) > 1


@MANY
@given(lines(60))
def test_a_door_first_opens_and_is_held_open_before_it_is_held_no_more(said: list[str]) -> None:
    for thing, states in _moves(_log(said)).items():
        if isinstance(thing, tuple) and thing[0] in {"door", "held"}:
            assert states[0] is True


@MANY
@given(lines(60))
def test_everybody_enters_on_their_own_grant_at_that_door_and_once_on_it(said: list[str]) -> None:
    grants: dict[str, Judged] = {}
    entered: set[str] = set()
    for seq, fact in _log(said):
        if isinstance(fact, Judged) and fact.granted and fact.direction == "in":
            grants[f"1-{seq}"] = fact
        elif isinstance(fact, Entered):
            grant = grants[fact.grant]
            assert (grant.person, grant.door) == (fact.person, fact.door)
            assert fact.grant not in entered
            assert fact.estimated == (not SITE.doors[fact.door].has_contact)
            assert (fact.zone, fact.outer) == (SITE.doors[fact.door].zone, SITE.doors[fact.door].outer or "")
            entered.add(fact.grant)
            REACHED["entered"] += 1


@MANY
@given(lines(60))
def test_nobody_enters_on_a_grant_that_had_lapsed(said: list[str]) -> None:
    granted: set[tuple[str, str]] = set()
    for seq, fact in _log(said):
        match fact:
            case Judged(granted=True):
                granted.add((f"1-{seq}", fact.door))
            case Lapsed():
                REACHED["lapsed"] += (fact.grant, fact.door) in granted
                granted.discard((fact.grant, fact.door))
            case Entered():
                assert (fact.grant, fact.door) in granted


@MANY
@given(lines(60))
def test_a_named_exit_is_a_tap_on_the_way_out_or_a_grant_taken_back(said: list[str]) -> None:
    log = [fact for _, fact in _log(said)]
    for before, fact in zip([None, *log], log, strict=False):
        if isinstance(fact, Left) and fact.person:
            tapped = isinstance(before, Judged | Lapsed) and before.door == fact.door
            assert tapped or isinstance(before, Left | Lapsed)
            REACHED["named exit"] += 1


@MANY
@given(lines())
def test_a_reader_is_answered_once_for_each_number_and_granted_only_after_a_grant(said: list[str]) -> None:
    effects = _effects(said)
    granted = {f"1-{e.seq}" for e in effects if isinstance(e, Append) and isinstance(e.fact, Judged) and e.fact.granted}
    pulsed = {effect.grant for effect in effects if isinstance(effect, Lease | CommandPulse)}
    answered = Counter[tuple[str, str, int]]()
    for effect in effects:
        if isinstance(effect, Feedback):
            answered[effect.reader, effect.boot, effect.seq] += 1
            if effect.signal == "granted":
                assert effect.grant in granted
            REACHED[f"answered {effect.signal}"] += 1
            REACHED["pulsed answer"] += effect.grant in pulsed
            assert effect.signal != "denied" or not effect.grant
    assert all(count == 1 for count in answered.values())


@MANY
@given(lines())
def test_a_display_says_more_only_to_a_recognised_person(said: list[str]) -> None:
    for effect in _effects(said):
        if isinstance(effect, Feedback) and effect.verdict is not None:
            assert effect.verdict.reason not in {"unknown-badge", "stale", "age-unproved", "repeated"}
            REACHED["told more"] += 1


@MANY
@given(lines())
def test_what_is_acknowledged_to_a_device_never_goes_back(said: list[str]) -> None:
    upto: dict[tuple[str, str], int] = {}
    for effect in _effects(said):
        if isinstance(effect, Settle):
            key = effect.device, effect.cursor.boot
            assert effect.cursor.upto >= upto.get(key, 0)
            upto[key] = effect.cursor.upto
            REACHED["settled"] += 1


@MANY
@given(lines())
def test_beacons_are_at_least_a_second_apart_and_never_the_same(said: list[str]) -> None:
    player, sent = Player(), list[tuple[int, str]]()
    for line in said:
        before = len(player.effects)
        player.do(line)
        now_ms = player.mono_ms
        sent += [(now_ms, one.beacon) for one in player.effects[before:] if isinstance(one, SendBeacon)]
    assert len({beacon for _, beacon in sent}) == len(sent)
    assert all(later - first >= BEACON_GAP_MS for (first, _), (later, _) in pairwise(sent))


@MANY
@given(lines())
def test_strangers_leave_only_a_tag_and_people_only_their_id(said: list[str]) -> None:
    for _, fact in _log(said):
        if isinstance(fact, Judged) and not fact.author:
            assert bool(fact.tag) != bool(fact.person)
            assert fact.case.get("person", {"name": ""})["name"] == ""
            REACHED["stranger"] += bool(fact.tag)


@MANY
@given(lines(60))
def test_counts_in_the_log_are_of_something(said: list[str]) -> None:
    for _, fact in _log(said):
        match fact:
            case Refusals(counts=counts):
                assert counts
                assert all(count > 0 for count in counts.values())
            case DeviceGap():
                assert 0 < fact.first <= fact.last
                REACHED["gap"] += 1
            case DayClosed(persons=persons):
                assert list(persons) == sorted(set(persons))
                REACHED["closed with people"] += bool(persons)


def test_the_days_reached_what_they_are_about() -> None:
    if not REACHED:
        for name, test in list(globals().items()):
            if name.startswith("test_") and "reached" not in name:
                test()
    moved = {f"{what} moved" for what in ("door", "held", "desk", "link", "level", "site")}
    answers = {"answered granted", "answered denied", "answered wait", "pulsed answer", "told more"}
    others = {"entered", "lapsed", "named exit", "settled", "stranger", "gap", "closed with people"}
    assert {name: REACHED[name] for name in sorted(moved | answers | others) if not REACHED[name]} == {}
