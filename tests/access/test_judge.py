"""One function decides every door: total, and more rights never refuse more."""

from collections import Counter
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from access.case import Age, Conditions, Request
from access.clock import HOUR_MS, Now
from access.judge import Verdict, judge
from access.reasons import GRANTS, RANK, Reason
from access.records import Badge, Booking, Closure, Opening, Person, Record
from access.replica import Put, Replica, apply
from access.rights import RIGHTS
from access.rules import BARS
from access.site import Policy
from tests.support.core_site import ROME, card, replica_of, rome

MIDNIGHT = rome("2026-06-01 00:00")
ZONES = ("hall", "lab", "office")
USUAL = st.sampled_from(["hall", "hall", "hall", "lab", "office"])
SETS = st.frozensets(st.sampled_from(ZONES))
HOURS = st.integers(0, 30).map(lambda hour: MIDNIGHT + hour * HOUR_MS)
SINCE = st.sampled_from([0, 0, 0, MIDNIGHT + 12 * HOUR_MS])
UNTIL = st.sampled_from([None, None, None, MIDNIGHT + 12 * HOUR_MS])
SELDOM = st.sampled_from([False] * 7 + [True])
PERSON = st.builds(
    Person,
    st.just("anna"),
    st.just("Anna"),
    st.just(frozenset(ZONES)) | SETS,
    st.just(frozenset[str]()) | SETS,
    SINCE,
    UNTIL,
    SELDOM,
)
BADGE = st.builds(Badge, st.just("b"), st.just("anna"), st.just((card("anna"),)), SINCE, UNTIL, SELDOM)


@st.composite
def _booking(draw: st.DrawFn) -> Booking:
    start_ms = draw(HOURS)
    zone = draw(USUAL)
    return Booking(
        f"k{start_ms}{zone}", "anna", zone, "d", start_ms, start_ms + draw(st.sampled_from([1, 2, 8, 20])) * HOUR_MS
    )


CLOSURES = st.lists(HOURS.map(lambda ms: Closure("c", ms, ms + HOUR_MS, "")), max_size=1)
OPENINGS = st.lists(st.sampled_from([Opening("o", 0, 480, 1200), Opening("p", 1, 0, 360)]), max_size=2)


@st.composite
def _worlds(draw: st.DrawFn) -> list[Record]:
    """A person with a badge and bookings, sometimes one of them missing, and hours and closures."""
    who = [one for one in (draw(PERSON), draw(BADGE)) if draw(st.integers(0, 9))]
    return [*draw(CLOSURES), *draw(OPENINGS), *draw(st.lists(_booking(), max_size=4)), *who]


@st.composite
def _asked(draw: st.DrawFn) -> tuple[Request, Now]:
    zone = draw(USUAL)
    age = draw(st.sampled_from([Age.FRESH] * 6 + [Age.STALE, Age.UNPROVED]))
    locked = Conditions(draw(SELDOM))
    onward = frozenset({zone, *draw(SETS)})
    request = Request("d", zone, onward, card("anna"), age, draw(SELDOM), draw(st.booleans()), locked)
    return request, Now(draw(HOURS) + draw(st.sampled_from([-15 * 60_000, -1, 0, 1])), 0, 0)


REACHED: Counter[str] = Counter()
MANY = settings(max_examples=400)


def _judge(records: list[Record], asked: tuple[Request, Now]) -> Verdict:
    return judge(replica_of(*records), Policy(), ROME, *asked)


@MANY
@given(_worlds(), _asked())
def test_every_request_has_a_verdict_that_names_its_rule(records: list[Record], asked: tuple[Request, Now]) -> None:
    verdict = _judge(records, asked)
    REACHED[verdict.reason] += 1
    assert verdict.granted == (verdict.reason in GRANTS)
    assert verdict.rule in {name for name, _ in (*BARS, *RIGHTS)}
    assert verdict.granted or verdict.reason in RANK
    if verdict.until_ms is not None:
        assert verdict.until_ms > asked[1].wall_ms


@MANY
@given(_worlds(), _asked(), _booking(), SETS, SETS)
def test_more_rights_never_refuse_more(
    records: list[Record], asked: tuple[Request, Now], more: Booking, zones: frozenset[str], standing: frozenset[str]
) -> None:
    before = _judge(records, asked)
    richer = [
        replace(one, zones=one.zones | zones, standing=one.standing | standing) if isinstance(one, Person) else one
        for one in records
    ]
    for world in ([*records, more], richer, [*richer, more]):
        after = _judge(world, asked)
        if before.granted:
            assert after.granted
            assert after.until_ms is None or (before.until_ms is not None and after.until_ms >= before.until_ms)
        REACHED["granted by more"] += after.granted and not before.granted
        REACHED["granted before"] += before.granted


@MANY
@given(_worlds(), _asked())
def test_a_refusal_that_names_a_moment_stops_at_that_moment(records: list[Record], asked: tuple[Request, Now]) -> None:
    before = _judge(records, asked)
    if not before.granted and before.until_ms is not None:
        after = _judge(records, (asked[0], replace(asked[1], wall_ms=before.until_ms)))
        assert (after.reason, after.until_ms) != (before.reason, before.until_ms)
        assert after.reason is not before.reason
        REACHED["waited"] += 1


@MANY
@given(_worlds(), _asked())
def test_nothing_that_bars_is_outdone_by_a_right(records: list[Record], asked: tuple[Request, Now]) -> None:
    request, now = asked
    for harder in (
        replace(request, age=Age.STALE),
        replace(request, repeated=True),
        replace(request, conditions=Conditions(lockdown=True)),
        replace(request, credential=card("stranger")),
    ):
        assert not _judge(records, (harder, now)).granted
    revoked = [replace(one, revoked=True) if isinstance(one, Badge) else one for one in records]
    suspended = [replace(one, suspended=True) if isinstance(one, Person) else one for one in records]
    assert not _judge(revoked, asked).granted
    assert not _judge(suspended, asked).granted


def test_the_worlds_reached_every_reason() -> None:
    if not REACHED:
        test_every_request_has_a_verdict_that_names_its_rule()
        test_more_rights_never_refuse_more()
        test_a_refusal_that_names_a_moment_stops_at_that_moment()
    wanted = {*Reason, "granted by more", "granted before", "waited"} - {Reason.OVERRIDE, Reason.LEAVING}
    assert not {name for name in wanted if not REACHED[name]}


def test_of_several_rights_the_one_that_lasts_longest_is_named() -> None:
    anna = Person("anna", "Anna", frozenset({"hall"}), frozenset({"hall"}))
    badge = Badge("b", "anna", (card("anna"),))
    booked = Booking("k", "anna", "hall", "d", MIDNIGHT, MIDNIGHT + HOUR_MS)
    asked = (Request("d", "hall", frozenset({"hall"}), card("anna")), Now(MIDNIGHT, 0, 0))
    assert _judge([anna, badge, booked], asked) == Verdict(Reason.STANDING, "standing-right")
    usual = replace(anna, standing=frozenset())
    assert _judge([usual, badge, booked], asked) == Verdict(Reason.BOOKING, "own-booking", booked.end_ms, "k")


def test_a_change_of_rights_counts_at_the_next_question() -> None:
    badge = Badge("b", "anna", (card("anna"),))
    anna = Person("anna", "Anna", frozenset(), frozenset({"hall"}))
    replica: Replica = replica_of(anna, badge)
    asked = (Request("d", "hall", frozenset({"hall"}), card("anna")), Now(MIDNIGHT, 0, 0))
    assert judge(replica, Policy(), ROME, *asked).granted
    replica = apply(replica, "g", 2, [Put(replace(badge, revoked=True))])
    assert judge(replica, Policy(), ROME, *asked).reason is Reason.BADGE_REVOKED
