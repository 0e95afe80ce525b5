"""What several sources of rights make of a person: the envelope, and at no moment more than some source gives."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from access.records import LATEST_MS, Membership, Pass, PassKind, Person
from registry.downlink.sources import Admission, Origin, Source, admission, derived, pass_of

ZONES = ("hall", "lab", "roof")
ANNA = Person("anna", "Anna", frozenset())
HALL, LAB = frozenset({"hall"}), frozenset({"lab"})
moments = st.integers(0, 12)
zones = st.frozensets(st.sampled_from(ZONES), max_size=2)


@st.composite
def sources(draw: st.DrawFn) -> Source:
    """A source as the tables make it: a role that stands counts as staff, and only rights may stand without."""
    origin = draw(st.sampled_from(Origin))
    from_ms, until_ms = draw(moments), draw(st.none() | st.integers(0, 14))
    ident = draw(st.sampled_from("abcd"))
    if origin is Origin.PASS:
        return Source(ident, origin, from_ms, from_ms + draw(st.integers(1, 5)))
    entered = draw(zones)
    if origin is Origin.ROLE and draw(st.booleans()):
        dated = until_ms is not None or from_ms > 5
        return Source(ident, origin, from_ms, until_ms, entered, entered, True, dated)
    standing = draw(zones) if origin is Origin.RIGHTS else frozenset[str]()
    staff = origin is Origin.RIGHTS and draw(st.booleans())
    return Source(ident, origin, from_ms, until_ms, entered, standing, staff, audience=draw(st.sampled_from(["", "x"])))


def unique(found: list[Source]) -> list[Source]:
    return list({(source.origin, source.id): source for source in found}.values())


people = st.builds(
    lambda from_ms, until_ms: Person("anna", "Anna", frozenset(), valid_from_ms=from_ms, valid_until_ms=until_ms),
    st.sampled_from([0, 0, 3]),
    st.sampled_from([None, None, 9]),
)
cases = st.tuples(people, st.lists(sources(), max_size=4).map(unique), moments)


def in_force(source: Source, at_ms: int) -> bool:
    return source.from_ms <= at_ms and (source.until_ms is None or at_ms < source.until_ms)


def is_valid(person: Person, at_ms: int) -> bool:
    return person.valid_from_ms <= at_ms and (person.valid_until_ms is None or at_ms < person.valid_until_ms)


def standing_at(told: Admission, at_ms: int) -> frozenset[str]:
    """Where the person may be without a reason, by the record and by the passes that were made."""
    if not is_valid(told.person, at_ms):
        return frozenset()
    held = (one.zones for one in told.passes if one.start_ms <= at_ms < one.end_ms)
    return told.person.standing.union(*held)


def is_staff_at(told: Admission, at_ms: int) -> bool:
    by_pass = any(one.kind is PassKind.ROLE and one.start_ms <= at_ms < one.end_ms for one in told.passes)
    return is_valid(told.person, at_ms) and (told.person.staff or by_pass)


@settings(max_examples=600)
@given(case=cases)
def test_nobody_stands_anywhere_without_a_source_and_everybody_by_each(
    case: tuple[Person, list[Source], int],
) -> None:
    person, found, now = case
    told = admission(person, found, now)
    for at_ms in range(now, 18):
        live = [source for source in found if in_force(source, at_ms) and is_valid(person, at_ms)]
        meant = frozenset[str]().union(*(source.standing for source in live))
        assert (standing_at(told, at_ms) if told else frozenset()) == meant
        assert (is_staff_at(told, at_ms) if told else False) == any(source.staff for source in live)


@settings(max_examples=600)
@given(case=cases)
def test_zones_and_validity_are_the_envelope_of_what_is_not_over(case: tuple[Person, list[Source], int]) -> None:
    person, found, now = case
    told = admission(person, found, now)
    live = [source for source in found if not source.ended(now)]
    if not live:
        by_hand = any(source.origin is Origin.RIGHTS for source in found)
        assert (told is not None) == by_hand
        assert not by_hand or not any(is_valid(told.person, at_ms) for at_ms in range(now, 18) if told is not None)
        return
    assert told is not None
    assert told.person.zones == frozenset[str]().union(*(source.zones for source in live))
    for at_ms in range(now, 18):
        if any(in_force(source, at_ms) for source in live):
            assert is_valid(told.person, at_ms) == is_valid(person, at_ms)
        assert is_valid(person, at_ms) or not is_valid(told.person, at_ms)
    bounded = any(source.origin is not Origin.PASS for source in live)
    if bounded and not any(source.until_ms is None for source in live):
        assert told.person.valid_until_ms is not None


@settings(max_examples=300)
@given(case=cases, more=sources())
def test_one_more_source_takes_nothing_away(case: tuple[Person, list[Source], int], more: Source) -> None:
    person, found, now = case
    before, after = admission(person, found, now), admission(person, unique([more, *found]), now)
    if before is None:
        return
    assert after is not None
    ended = all(source.ended(now) for source in found)
    assert ended or after.person.zones >= before.person.zones
    for at_ms in range(now, 18):
        assert standing_at(after, at_ms) >= standing_at(before, at_ms)
        assert is_staff_at(after, at_ms) >= is_staff_at(before, at_ms)


def test_the_cases_of_the_properties_above_are_met() -> None:
    met: Counter[str] = Counter()

    @settings(max_examples=600, database=None)
    @given(case=cases)
    def look(case: tuple[Person, list[Source], int]) -> None:
        told = admission(*case)
        met["nobody"] += told is None
        if told is not None:
            met["stands"] += bool(told.person.standing)
            met["dated"] += bool(told.passes)
            met["as-guest"] += any(one.kind is PassKind.GUEST for one in told.passes)
            met["transfer"] += told.person.transfer
            met["several"] += len(case[1]) > 2

    look()
    assert min(met[name] for name in ("nobody", "stands", "dated", "as-guest", "transfer", "several")) > 15, met


def test_a_standing_right_that_ends_before_the_rest_becomes_a_pass_to_its_end() -> None:
    role = Source("r", Origin.RIGHTS, 0, 10, HALL, HALL, staff=True)
    told = admission(ANNA, [role, Source("e", Origin.ENROLMENT, 5, 20, LAB)], 1)
    assert told is not None
    assert (told.person.zones, told.person.standing, told.person.staff) == (HALL | LAB, frozenset(), False)
    assert (told.person.valid_from_ms, told.person.valid_until_ms) == (0, 20)
    assert told.passes == (Pass(pass_of(role), "anna", HALL, 0, 10, PassKind.ROLE),)
    alone = admission(ANNA, [role], 1)
    assert alone is not None
    assert (alone.person.standing, alone.person.staff, alone.passes) == (HALL, True, ())


def test_a_dated_role_is_a_pass_even_where_it_is_all_there_is() -> None:
    role = Source("r", Origin.ROLE, 5, None, HALL, HALL, staff=True, as_pass=True)
    told = admission(ANNA, [role], 1)
    assert told is not None
    assert (told.person.standing, told.person.staff) == (frozenset(), False)
    assert told.passes == (Pass(pass_of(role), "anna", HALL, 5, LATEST_MS, PassKind.ROLE),)


def test_who_has_nothing_but_passes_is_told_of_their_dates_and_not_of_a_persons() -> None:
    told = admission(ANNA, [Source("k", Origin.PASS, 5, 9)], 1)
    assert told == Admission(ANNA)
    assert admission(ANNA, [Source("k", Origin.PASS, 5, 9)], 9) is None


def test_a_transfer_is_one_only_while_nothing_else_admits() -> None:
    moved, guest = Source("t", Origin.TRANSFER, 0, 9, HALL), Source("k", Origin.PASS, 0, 9)
    own = Source("e", Origin.ENROLMENT, 0, 9, HALL)
    for found, flag in (([moved], True), ([moved, guest], True), ([moved, own], False), ([guest], False)):
        told = admission(ANNA, found, 1)
        assert told is not None
        assert told.person.transfer == flag


def test_a_second_programme_adds_its_hours_and_takes_none_away() -> None:
    """What is given by hand, a role or a pass has no hours of its own."""
    young = Source("e", Origin.ENROLMENT, audience="junior")
    every, old = Source("f", Origin.ENROLMENT), Source("g", Origin.TRANSFER, audience="senior")
    hand, role = Source("h", Origin.RIGHTS, zones=HALL), Source("r", Origin.ROLE, zones=HALL)
    for found, audiences in (
        ([young], {"junior"}),
        ([young, old], {"junior", "senior"}),
        ([young, every], {"", "junior"}),
        ([young, hand, role], {"junior"}),
        ([every], set()),
        ([every, hand], set()),
        ([hand], set()),
    ):
        told = admission(ANNA, found, 1)
        assert told is not None
        assert told.person.audiences == audiences


def test_memberships_of_all_sources_are_told_once_in_order() -> None:
    one, two = Membership("a", 0, 5), Membership("b", 1)
    found = [Source("e", Origin.ENROLMENT, groups=(two, one)), Source("f", Origin.TRANSFER, groups=(one,))]
    told = admission(ANNA, found, 1)
    assert told is not None
    assert told.person.groups == (one, two)


def test_a_derived_id_is_an_id_and_says_nothing_of_its_parts() -> None:
    assert derived("a", "b") == derived("a", "b") != derived("ab", "")
    assert len(derived("a")) == 32
    assert derived("a").isalnum()
